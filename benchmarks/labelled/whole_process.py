"""Matching of labelled suppliers as a process of its own, as a week's run would be.

    python -m benchmarks.labelled.whole_process FOLDER

Reads what ``write_labelled`` wrote into FOLDER, writes ``vaksam.parquet`` (party_id, orgnr,
probability, is_match) and prints JSON: seconds after the imports (reading included), seconds of
judging afterwards, and the blocking recall.
"""

import json
import sys
import time
from pathlib import Path

from benchmarks.labelled.companies import AS_OF
from benchmarks.labelled.matching import read_labelled, warehouse_of
from benchmarks.labelled.quality import blocking_recall
from screening.identity.companies.matching import match_parties


def main() -> None:
    """Match, write, print."""
    folder = Path(sys.argv[1])
    started = time.perf_counter()
    labelled = read_labelled(folder)
    connection = warehouse_of(labelled.register)
    read = time.perf_counter() - started
    matches = match_parties(connection, labelled.parties, AS_OF)
    matches.drop("features").write_parquet(folder / "vaksam.parquet")
    seconds = time.perf_counter() - started
    told = {
        "seconds": seconds,
        "cpu_seconds": time.process_time(),
        "steps": {"read": read, "match": seconds - read},
        "blocking_recall": blocking_recall(connection, labelled),
        "judging_seconds": time.perf_counter() - started - seconds,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
