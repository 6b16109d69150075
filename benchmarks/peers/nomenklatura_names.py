"""Pairs of company names scored by nomenklatura's logic-v2.

    python nomenklatura_names.py PAIRS.csv SCORES.csv

PAIRS.csv has ``left`` and ``right``, in quotes, with commas; SCORES.csv gets ``score``. Prints the
seconds after the imports and the version as JSON.
"""

import csv
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

from followthemoney import ValueEntity, model
from nomenklatura.matching.logic_v2.model import LogicV2


def main() -> None:
    """Score and write."""
    config = LogicV2.default_config()
    schema = model.get("Company")
    with Path(sys.argv[1]).open(encoding="utf-8") as stream:
        pairs = list(csv.DictReader(stream))
    started = time.perf_counter()
    scores = []
    for number, pair in enumerate(pairs):
        sides = []
        for side in ("left", "right"):
            entity = ValueEntity(schema, {"id": f"{side}{number}"})
            entity.add("name", pair[side])
            sides.append(entity)
        scores.append(float(LogicV2.compare(sides[0], sides[1], config).score))
    seconds = time.perf_counter() - started
    with Path(sys.argv[2]).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["score"])
        writer.writerows([score] for score in scores)
    print(json.dumps({"seconds": seconds, "version": version("nomenklatura")}))


if __name__ == "__main__":
    main()
