"""A whole week at municipal size, first and again, beside DuckDB's bare read of the same files.

    python -m benchmarks.weekly [--suppliers 10000] [--invoices 1000000] [--companies 1000000]

Prints the machine, sizes, seconds and peak memory of the first run and of the second on the same
inbox, the time per stage, and the ratio to reading the same tabular files with
``CREATE TABLE … AS SELECT * FROM read_csv(…, all_varchar = true)``.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

from benchmarks.machine import Measured, describe_machine, measure

_AS_OF = "2026-11-20"

_BARE = """
import sys, duckdb
from pathlib import Path
work, inbox = Path(sys.argv[1]), Path(sys.argv[2])
connection = duckdb.connect(str(work / "bare.duckdb"))
connection.execute("SET memory_limit = '2GB'")
for number, path in enumerate(sorted(inbox.rglob("*"))):
    if path.suffix not in (".csv", ".txt", ".tsv"):
        continue
    head = path.open("rb").read(4096).decode("latin-1").splitlines()[0]
    delimiter = max(";\\t,", key=head.count)
    name = str(path).replace("'", "''")
    quote = "''" if delimiter == "\\t" else "'\\"'"
    for encoding in ("utf-8", "latin-1"):
        try:
            connection.execute(
                f"CREATE OR REPLACE TABLE t{number} AS SELECT * FROM read_csv('{name}', "
                f"delim='{delimiter}', quote={quote}, header=true, all_varchar=true, "
                f"strict_mode=false, ignore_errors=true, null_padding=true, parallel=false, "
                f"encoding='{encoding}')")
            break
        except duckdb.Error:
            continue
"""


def _vaksam(*arguments: str) -> Measured:
    done = measure(sys.executable, "-m", "screening.cli", *arguments)
    if done.exit_code not in (0, 3):
        raise SystemExit(done.output)
    return done


def _timings(out: Path) -> dict[str, float]:
    (manifest,) = out.glob("*/run.json")
    return json.loads(manifest.read_text(encoding="utf-8"))["timings"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suppliers", type=int, default=10_000)
    parser.add_argument("--invoices", type=int, default=1_000_000)
    parser.add_argument("--companies", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path("data/var/bench"))
    asked = parser.parse_args()
    inbox = asked.folder / f"inbox-{asked.suppliers}-{asked.invoices}-{asked.companies}"
    if not inbox.is_dir():
        made = _vaksam(
            "demo",
            str(inbox),
            "--labels",
            str(inbox) + ".labels.csv",
            "--suppliers",
            str(asked.suppliers),
            "--invoices",
            str(asked.invoices),
            "--companies",
            str(asked.companies),
            "--as-of",
            _AS_OF,
        )
        print(f"inbox made in {made.seconds:.1f} s, peak {made.peak_mb:.0f} MB")
    work = asked.folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    week = (
        "weekly",
        "--inbox",
        str(inbox),
        "--out",
        str(work / "out"),
        "--state",
        str(work / "state"),
        "--as-of",
        _AS_OF,
    )
    size = sum(path.stat().st_size for path in inbox.rglob("*") if path.is_file())
    print(describe_machine())
    print(
        f"{asked.suppliers:,} suppliers, {asked.invoices:,} invoice lines, "
        f"{asked.companies:,} companies, {size / 1e6:,.0f} MB of files"
    )
    first = _vaksam(*week)
    stages = _timings(work / "out")
    again = _vaksam(*week)
    stages_again = _timings(work / "out")
    bare = measure(sys.executable, "-c", _BARE, str(work), str(inbox))
    if bare.exit_code:
        raise SystemExit(bare.output)
    print(f"{'':14}{'seconds':>9}{'peak MB':>9}")
    for name, run in (("first run", first), ("same again", again), ("bare read_csv", bare)):
        print(f"{name:14}{run.seconds:9.1f}{run.peak_mb:9.0f}")
    for name in stages:
        print(f"  {name:12}{stages[name]:9.1f}   again {stages_again[name]:6.1f}")
    print(f"same again / first: {again.seconds / first.seconds:.2f}")
    print(f"first / bare read_csv: {first.seconds / bare.seconds:.1f}")
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
