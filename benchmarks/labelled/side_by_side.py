"""This project and Splink on the same suppliers and register, each a process of its own."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.labelled.quality import harmonic
from benchmarks.machine import Measured, measure

_SPLINK = Path(__file__).parents[1] / "peers" / "splink_suppliers.py"


#: What the settings of ``peers/splink_suppliers.py`` are called.
SPLINK_SETTINGS = {
    "labels": "Splink, 1,000 labels",
    "labels_wide": "Splink, wide blocking",
    "no_labels": "Splink, no labels",
}


@dataclass(frozen=True)
class Outcome:
    """One tool's run; shares 0-1, ``seconds`` after the imports, ``whole_seconds`` with them.

    ``threshold`` says how the threshold was chosen.
    """

    name: str
    precision: float
    recall: float
    blocking_recall: float
    seconds: float
    whole_seconds: float
    cpu_seconds: float
    peak_mb: float
    threshold: str

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return harmonic(self.precision, self.recall)

    def line(self) -> str:
        """One line of the table."""
        return (
            f"{self.name:22}{self.f1:7.4f}{self.precision:8.4f}{self.recall:8.4f}"
            f"{self.blocking_recall:9.4f}{self.seconds:9.1f}{self.whole_seconds:9.1f}"
            f"{self.cpu_seconds:8.1f}{self.peak_mb:9.0f}  {self.threshold}"
        )


HEADING = (
    f"{'':22}{'F1':>7}{'prec.':>8}{'recall':>8}{'blocking':>9}{'seconds':>9}{'whole':>9}"
    f"{'cpu':>8}{'peak MB':>9}  threshold"
)


def _told(run: Measured) -> dict[str, float]:
    if run.exit_code:
        raise SystemExit(run.output)
    lines = [line for line in run.output.splitlines() if line.startswith("{")]
    told: dict[str, float] = json.loads(lines[-1])
    return told


def _outcome(name: str, run: Measured, quality: tuple[float, float], threshold: str) -> Outcome:
    told = _told(run)
    return Outcome(
        name=name,
        precision=quality[0],
        recall=quality[1],
        blocking_recall=told["blocking_recall"],
        seconds=told["seconds"],
        # What was judged after the work is no part of it.
        whole_seconds=run.seconds - told["judging_seconds"],
        cpu_seconds=run.cpu_seconds,
        peak_mb=run.peak_mb,
        threshold=threshold,
    )


def run_vaksam(folder: Path) -> Outcome:
    """Match the suppliers in ``folder`` with this project, at its own threshold."""
    run = measure(sys.executable, "-m", "benchmarks.labelled.whole_process", str(folder))
    _told(run)
    truth = pl.read_parquet(folder / "truth.parquet").select("party_id", "truth")
    found = pl.read_parquet(folder / "vaksam.parquet").filter("is_match")
    both = found.join(truth, on="party_id")
    right = int((both["orgnr"] == both["truth"]).fill_null(False).sum())
    registered = int(truth["truth"].is_not_null().sum())
    quality = right / max(1, found.height), right / registered
    return _outcome("vaksam", run, quality, "its own, fixed")


def run_splink(folder: Path, python: Path, setting: str) -> Outcome:
    """Match them with Splink, at the threshold that gives the best F1 on these very labels."""
    run = measure(str(python), str(_SPLINK), str(folder), setting)
    _told(run)
    truth = pl.read_parquet(folder / "truth.parquet").select("party_id", "truth")
    best = pl.read_parquet(folder / f"splink_{setting}.parquet")
    precision, recall, weight = best_threshold(best, truth)
    return _outcome(
        SPLINK_SETTINGS[setting], run, (precision, recall), f"best on the labels ({weight:.1f})"
    )


def best_threshold(best: pl.DataFrame, truth: pl.DataFrame) -> tuple[float, float, float]:
    """Precision, recall and weight at the threshold of the highest F1.

    Args:
        best: the best candidate of each party: ``party_id``, ``orgnr``, ``weight``.
        truth: ``party_id``, ``truth``.
    """
    registered = int(truth["truth"].is_not_null().sum())
    ranked = (
        best.join(truth, on="party_id")
        .sort("weight", "party_id", descending=[True, False])
        .select(
            "weight",
            right=(pl.col("orgnr") == pl.col("truth")).fill_null(False).cum_sum(),
            said=pl.int_range(1, pl.len() + 1),
        )
        .filter(pl.col("weight") != pl.col("weight").shift(-1).fill_null(float("-inf")))
        .with_columns(
            precision=pl.col("right") / pl.col("said"), recall=pl.col("right") / registered
        )
        .with_columns(f1=2 * pl.col("right") / (pl.col("said") + registered))
        .sort("f1", "weight", descending=True)
    )
    if ranked.is_empty():
        return 0.0, 0.0, 0.0
    row = ranked.row(0, named=True)
    return row["precision"], row["recall"], row["weight"]
