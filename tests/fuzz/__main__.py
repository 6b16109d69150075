"""Read many mutated files, or look at one of them.

python -m tests.fuzz --files 20000
python -m tests.fuzz --campaign 7 --files 100000 --workers 4
python -m tests.fuzz --show 4711 --write damaged.bin
"""

import argparse
import os
import sys
from pathlib import Path

from tests.fuzz.campaign import Report, run
from tests.fuzz.mutated_files import mutated_file, seed_of

FILES = 20_000


def _tell(report: Report) -> None:
    if report.files % 1000 == 0:
        print(f"{report.files} files, {len(report.findings)} findings", flush=True)


def _show(number: int, campaign: int, target: Path | None) -> None:
    made = mutated_file(number, campaign)
    print(f"file {number}: {made.seed.name} ({made.seed.source}), {', '.join(made.steps)}")
    print(f"{len(made.content)} bytes, {made.rows} rows")
    if target is None:
        print(made.content[:2000])
    else:
        target.write_bytes(made.content)


def main() -> int:
    """The command; 1 where a law was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--campaign", type=int, default=0, help="another number, other files")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--like", help="only seeds with this in their name")
    parser.add_argument("--show", type=int, help="look at the file of this number")
    parser.add_argument("--write", type=Path, help="write the shown file here")
    chosen = parser.parse_args()
    if chosen.show is not None:
        _show(chosen.show, chosen.campaign, chosen.write)
        return 0
    numbers = list(range(chosen.first, chosen.first + chosen.files))
    if chosen.like:
        numbers = [n for n in numbers if chosen.like in seed_of(n).name]
    report = run(numbers, campaign=chosen.campaign, workers=chosen.workers, tell=_tell)
    for finding in report.findings:
        print(finding)
    print(
        f"{report.files} files in {report.seconds:.1f} s: {report.loaded_files} with rows loaded, "
        f"{sum(report.unreadable.values())} set aside whole, {report.rows} rows read; "
        f"{report.counted} counted from outside; slowest {report.slowest_seconds:.2f} s "
        f"(file {report.slowest_number}), peak {report.peak_bytes >> 20} MiB"
    )
    for reason, files in report.unreadable.most_common():
        print(f"  {files:6} {reason}")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
