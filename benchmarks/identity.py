"""Who is who, measured: this project beside Splink and nomenklatura, in one run.

    python -m benchmarks.identity [--parts levels splink names ...]

Parts (default: levels splink names):
    levels     quality and calibration at each level of difficulty
    splink     20,000 suppliers to 200,000 companies, beside Splink 5
    large      100,000 to 1,000,000, beside Splink 5 with labels
    register   200,000 to 3,000,000: time, memory, blocking recall
    names      pairs of company names, beside nomenklatura's logic-v2 and RapidFuzz's WRatio
    apart      two seeds, and two profiles of other words, other shares and other kinds of error,
               that nothing was tuned on; and a world by another hand
    persons    FEBRL 4 and fake_1000; needs --febrl FOLDER

The other tools run in environments of their own (``make peers``), since neither can be installed
beside what this project needs or should be; a part whose tool is not there says so and goes on.
"""

import argparse
import json
import shutil
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import polars as pl
from rapidfuzz import fuzz, process

from benchmarks.labelled.another_hand import ANOTHER_HAND_SEED, make_by_another_hand
from benchmarks.labelled.matching import Run, matched, write_labelled
from benchmarks.labelled.name_pairs import (
    area_under_curve,
    best_f1,
    international_pairs,
    pair_f1,
    read_pairs,
    swedish_pairs,
)
from benchmarks.labelled.quality import reliability
from benchmarks.labelled.side_by_side import HEADING, SPLINK_SETTINGS, run_splink, run_vaksam
from benchmarks.labelled.suppliers import Labelled, make_labelled
from benchmarks.machine import describe_machine, measure
from benchmarks.person_linking import fake_1000, febrl
from screening.identity.names.pairs import score_name_pairs

_NOMENKLATURA = Path(__file__).parent / "peers" / "nomenklatura_names.py"


def _print_quality(name: str, run: Run) -> None:
    told = run.quality
    print(
        f"{name:12}{told.precision:10.4f}{told.recall:9.4f}{told.f1:9.4f}"
        f"{told.blocking_recall:10.4f}{told.calibration_error:13.4f}"
        f"{told.calibration_error_by_mass:10.4f}"
    )


_QUALITY_HEADING = f"{'':12}" + "".join(
    f"{title:>{width}}"
    for title, width in (
        ("precision", 10), ("recall", 9), ("F1", 9), ("blocking", 10), ("ECE (width)", 13),
        ("(mass)", 10),
    )
)  # fmt: skip


def _print_reliability(run: Run) -> None:
    print("  probability said / share right / candidates, equal width and equal mass")
    by_width, by_mass = reliability(run.judged), reliability(run.judged, by_mass=True)
    for place in range(max(by_width.height, by_mass.height)):
        cells = [
            f"{row['probability']:9.3f}{row['right']:8.3f}{row['candidates']:8}"
            for bins in (by_width, by_mass)
            for row in bins.slice(place, 1).iter_rows(named=True)
        ]
        print("  " + "    ".join(cells))


def levels(asked: argparse.Namespace) -> None:
    """Quality and calibration at each level."""
    print(f"levels: 6,000 suppliers to 60,000 companies, seed {asked.seed}")
    print(_QUALITY_HEADING)
    runs = {}
    for level in ("easy", "medium", "hard", "municipal"):
        runs[level] = matched(make_labelled(60_000, 6_000, level, asked.seed))
        _print_quality(level, runs[level])
    for level in ("medium", "municipal"):
        print(f"reliability, {level}:")
        _print_reliability(runs[level])


#: Profiles kept apart: their modules, and what these call profile, seed and vocabulary.
_APART = {
    "benchmarks.labelled.apart": ("APART", "APART_SEED", "apart_vocabulary"),
    "benchmarks.labelled.apart_again": (
        "APART_AGAIN", "APART_AGAIN_SEED", "apart_again_vocabulary",
    ),
}  # fmt: skip


def apart(asked: argparse.Namespace) -> None:
    """The profiles kept apart, and what another hand made."""
    for module, names in _APART.items():
        if find_spec(module) is None:
            print(f"{module}: skipped, the profile is not here")
            continue
        kept = import_module(module)
        profile, seed, vocabulary = (getattr(kept, name) for name in names)
        _print_apart_heading(asked, names[0], seed)
        for level in ("medium", "municipal"):
            _print_quality(level, matched(make_labelled(60_000, 6_000, level, seed)))
        labelled = make_labelled(
            asked.apart_suppliers * 10, asked.apart_suppliers, profile, seed, vocabulary()
        )
        _print_apart(asked, "apart", labelled)
    _print_apart_heading(asked, "another hand", ANOTHER_HAND_SEED)
    labelled = make_by_another_hand(
        ANOTHER_HAND_SEED, asked.apart_suppliers, asked.apart_suppliers * 10
    )
    _print_apart(asked, "another hand", labelled)


def _print_apart_heading(asked: argparse.Namespace, name: str, seed: int) -> None:
    sizes = f"{asked.apart_suppliers:,} suppliers to {asked.apart_suppliers * 10:,} companies"
    print(f"{name}: {sizes}, seed {seed}")
    print(_QUALITY_HEADING)


def _print_apart(asked: argparse.Namespace, name: str, labelled: Labelled) -> None:
    run = matched(labelled)
    _print_quality(name, run)
    _print_reliability(run)
    _beside_splink(asked, labelled, ["labels"])


def _beside_splink(asked: argparse.Namespace, labelled: Labelled, settings: list[str]) -> None:
    folder = asked.folder / "labelled"
    shutil.rmtree(folder, ignore_errors=True)
    write_labelled(labelled, folder)
    print(HEADING)
    ours = run_vaksam(folder)
    print(ours.line())
    if not asked.splink_python.is_file():
        print(f"Splink: skipped, no {asked.splink_python} (`make peers` makes it)")
    else:
        for setting in settings:
            theirs = run_splink(folder, asked.splink_python, setting)
            print(theirs.line())
            print(
                f"  {theirs.name}: time {theirs.seconds / ours.seconds:.1f} times ours, whole "
                f"process {theirs.whole_seconds / ours.whole_seconds:.1f}, processor "
                f"{theirs.cpu_seconds / ours.cpu_seconds:.1f}, memory "
                f"{theirs.peak_mb / ours.peak_mb:.1f}"
            )
    shutil.rmtree(folder)


def splink(asked: argparse.Namespace) -> None:
    """20,000 suppliers to 200,000 companies."""
    print(f"suppliers: 20,000 to 200,000 companies, profile municipal, seed {asked.seed}")
    _beside_splink(
        asked, make_labelled(200_000, 20_000, "municipal", asked.seed), list(SPLINK_SETTINGS)
    )


def large(asked: argparse.Namespace) -> None:
    """100,000 suppliers to a million companies."""
    print(f"suppliers: 100,000 to 1,000,000 companies, profile municipal, seed {asked.seed}")
    _beside_splink(asked, make_labelled(1_000_000, 100_000, "municipal", asked.seed), ["labels"])


def register(asked: argparse.Namespace) -> None:
    """200,000 suppliers to the whole register."""
    print(f"suppliers: 200,000 to 3,000,000 companies, profile municipal, seed {asked.seed}")
    labelled = make_labelled(3_000_000, 200_000, "municipal", asked.seed)
    folder = asked.folder / "labelled"
    shutil.rmtree(folder, ignore_errors=True)
    write_labelled(labelled, folder)
    del labelled
    print(HEADING)
    print(run_vaksam(folder).line())
    shutil.rmtree(folder)


def _print_names(asked: argparse.Namespace, name: str, pairs: pl.DataFrame) -> None:
    same = pairs["is_same"]
    print(f"{name}: {pairs.height} pairs, {same.sum()} the same")
    sides = pairs["left"].to_list(), pairs["right"].to_list()
    scores = {
        "vaksam": (score_name_pairs(pairs["left"], pairs["right"]), 0.5),
        "WRatio": (pl.Series(process.cpdist(*sides, scorer=fuzz.WRatio)).cast(pl.Float64), 85.0),
    }
    if asked.names_python.is_file():
        given, told = asked.folder / "pairs.csv", asked.folder / "scores.csv"
        pairs.select("left", "right").write_csv(given, quote_style="always")
        run = measure(str(asked.names_python), str(_NOMENKLATURA), str(given), str(told))
        if run.exit_code:
            raise SystemExit(run.output)
        theirs = next(line for line in run.output.splitlines() if line.startswith("{"))
        version = json.loads(theirs)["version"]
        scores[f"logic-v2 ({version})"] = (pl.read_csv(told)["score"], 0.7)
        given.unlink()
        told.unlink()
    else:
        print(f"nomenklatura: skipped, no {asked.names_python} (`make peers` makes it)")
    for who, (score, threshold) in scores.items():
        print(
            f"  {who:20} F1 {pair_f1(score, same, threshold):.3f} at its threshold, "
            f"{best_f1(score, same):.3f} at the best, AUC {area_under_curve(score, same):.3f}"
        )


def names(asked: argparse.Namespace) -> None:
    """Pairs of company names."""
    asked.folder.mkdir(parents=True, exist_ok=True)
    _print_names(asked, "Swedish names", swedish_pairs())
    _print_names(asked, "international names", international_pairs())
    for path in asked.name_pairs:
        _print_names(asked, path.name, read_pairs(path))


def persons(asked: argparse.Namespace) -> None:
    """FEBRL 4 and fake_1000."""
    if asked.febrl is None:
        print("persons: skipped, --febrl FOLDER says where the files of FEBRL 4 and fake_1000 are")
        return
    for data, found in (
        ("FEBRL 4", febrl(asked.febrl)),
        ("FEBRL 4 without the number", febrl(asked.febrl, with_number=False)),
        ("fake_1000", fake_1000(asked.febrl)),
    ):
        for how, one in found.items():
            print(one.line(f"{data}, {how}"))


PARTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "levels": levels,
    "splink": splink,
    "large": large,
    "register": register,
    "names": names,
    "apart": apart,
    "persons": persons,
}


def main() -> None:
    """Measure the parts that are asked for, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=["levels", "splink", "names"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--apart-suppliers", type=int, default=20_000)
    parser.add_argument("--febrl", type=Path, help="folder with dataset4a.csv and the others")
    parser.add_argument(
        "--name-pairs", type=Path, nargs="*", default=[], help="CSV files with pairs of your own"
    )
    parser.add_argument("--splink-python", type=Path, default=Path(".venv-splink/bin/python"))
    parser.add_argument("--names-python", type=Path, default=Path(".venv-names/bin/python"))
    parser.add_argument("--folder", type=Path, default=Path("data/var/identity"))
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    print(describe_machine())
    for part in asked.parts:
        PARTS[part](asked)
        print()


if __name__ == "__main__":
    main()
