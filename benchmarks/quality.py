"""What the list finds of what the demo hides, for several seeds.

    python -m benchmarks.quality [--seeds 1 2 3]

Makes each demo, runs the week, holds the published list against the labels. Exit code 1 where a
target is missed: recall of each scheme by its own rule at least 0.95, 9 of the first 10 and 45 of
the first 50 planted (or as large a share of those that are planted), no honest supplier in band hög
and at most 2 % of them above band låg.
"""

import argparse
import shutil
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.machine import describe_machine
from flows.composition import WeeklyRequest, run_week
from screening.demo.inbox import make_demo
from screening.places import RULES_DIR
from screening.reports.readback import evaluate_published
from screening.scoring import Evaluation
from screening.terminal import keep_log_apart

_AS_OF = date(2026, 11, 20)
_LEAST_RECALL = 0.95
_LEAST_AT = {10: 0.9, 50: 0.9}
_MOST_HONEST_ABOVE_LOW = 0.02


def _evaluated(folder: Path, seed: int, suppliers: int, invoices: int) -> Evaluation:
    labels = folder / "labels.csv"
    make_demo(
        folder=folder / "inbox",
        labels=labels,
        suppliers=suppliers,
        invoices=invoices,
        seed=seed,
        as_of=_AS_OF,
    )
    run_week(
        WeeklyRequest(
            inbox=folder / "inbox",
            out=folder / "out",
            state=folder / "state",
            as_of=_AS_OF,
            rules=(RULES_DIR,),
        )
    )
    return evaluate_published(folder / "state", labels)


def _missed(evaluation: Evaluation, suppliers: int) -> list[str]:
    missed = [
        f"{row['scheme']}: recall {row['recall_by_rule']:.2f}"
        for row in evaluation.recall.iter_rows(named=True)
        if row["recall_by_rule"] < _LEAST_RECALL
    ]
    for row in evaluation.precision.iter_rows(named=True):
        least = _LEAST_AT.get(row["top"], 0.0) * row["attainable"]
        if row["planted"] < least:
            missed.append(f"first {row['top']}: {row['planted']} planted")
    honest = dict(evaluation.honest_bands.iter_rows())
    if honest.get("hög", 0):
        missed.append(f"{honest['hög']} honest suppliers in band hög")
    above = honest.get("hög", 0) + honest.get("förhöjd", 0)
    if above > _MOST_HONEST_ABOVE_LOW * (suppliers - evaluation.planted):
        missed.append(f"{above} honest suppliers above band låg")
    return missed


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--suppliers", type=int, default=600)
    parser.add_argument("--invoices", type=int, default=40_000)
    parser.add_argument("--folder", type=Path, default=Path("data/var/quality"))
    asked = parser.parse_args()
    keep_log_apart()
    print(describe_machine())
    print(f"{asked.suppliers:,} suppliers, {asked.invoices:,} invoice lines, as of {_AS_OF}")
    failed = False
    for seed in asked.seeds:
        shutil.rmtree(asked.folder, ignore_errors=True)
        asked.folder.mkdir(parents=True)
        evaluation = _evaluated(asked.folder, seed, asked.suppliers, asked.invoices)
        at = {row["top"]: row["planted"] for row in evaluation.precision.iter_rows(named=True)}
        recall = evaluation.recall.select(pl.col("recall_by_rule").min()).item()
        bands = dict(evaluation.honest_bands.iter_rows())
        print(
            f"seed {seed}: {evaluation.planted} planted, {evaluation.listed} listed; planted in "
            f"the first 10/20/50: {at[10]}/{at[20]}/{at[50]}; {evaluation.recall.height} schemes, "
            f"lowest recall {recall:.2f}; honest in hög/förhöjd/låg: "
            f"{bands.get('hög', 0)}/{bands.get('förhöjd', 0)}/{bands.get('låg', 0)}"
        )
        for miss in _missed(evaluation, asked.suppliers):
            failed = True
            print(f"  missed: {miss}")
    shutil.rmtree(asked.folder)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
