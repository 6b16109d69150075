"""The frozen baseline: what the matching reached, below which it must not fall.

    python -m benchmarks.labelled.baseline

measures again and writes ``baseline.yaml``. Do that when the matching got better, and say so in the
commit; never to make a red test green.
"""

from dataclasses import asdict
from pathlib import Path

import yaml

from benchmarks.labelled.matching import matched
from benchmarks.labelled.quality import Quality
from benchmarks.labelled.suppliers import make_labelled

BASELINE = Path(__file__).parent / "baseline.yaml"

#: The frozen levels, and how many companies and suppliers each has.
LEVELS = ("easy", "medium", "hard")
REGISTER_ROWS, SUPPLIERS, SEED = 8_000, 1_500, 20

_HEAD = "# Quality of the matching on the frozen levels; see baseline.py. Shares, 0-1.\n"


def measured(level: str) -> Quality:
    """The matching's figures on one of the levels today."""
    return matched(make_labelled(REGISTER_ROWS, SUPPLIERS, level, SEED)).quality


def frozen() -> dict[str, Quality]:
    """The figures of the baseline, by level."""
    loaded = yaml.safe_load(BASELINE.read_text("utf-8"))
    return {level: Quality(**figures) for level, figures in loaded.items()}


def main() -> None:
    """Measure all levels and write the baseline."""
    figures = {
        level: {name: round(value, 4) for name, value in asdict(measured(level)).items()}
        for level in LEVELS
    }
    BASELINE.write_text(_HEAD + yaml.safe_dump(figures, sort_keys=False), "utf-8")
    print(BASELINE.read_text("utf-8"))


if __name__ == "__main__":
    main()
