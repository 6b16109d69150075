"""From files to the warehouse: typed, checked, versioned, beside DuckDB's bare read.

    python -m benchmarks.ingest [ledger] [register] [changed] [documents] [memory]

Each part prints rows, seconds, peak memory and the ratio to ``CREATE TABLE … AS SELECT * FROM
read_csv(…, all_varchar = true)`` of the same file, made in the same run. Without names of parts,
all are run. Files are made once and kept in ``--folder``.
"""

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import input_files
from benchmarks.machine import Measured, describe_machine, measure

_BARE = """
import sys, duckdb
path, database, options = sys.argv[1:]
connection = duckdb.connect(database)
connection.execute("SET memory_limit = '1500MB'")
connection.execute("SET enable_progress_bar = false")
connection.execute(
    "CREATE TABLE bare AS SELECT * FROM read_csv(?, all_varchar = true, header = true, "
    + options + ")", [path])
print(connection.execute("SELECT count(*) FROM bare").fetchone()[0])
connection.close()
"""
_INGEST = """
import sys
from datetime import date
from pathlib import Path
from screening.warehouse.ingesting import ingest
from screening.warehouse.state import State
state, day = State(Path(sys.argv[1])).make(), date.fromisoformat(sys.argv[3])
done = ingest(Path(sys.argv[2]), state, day)
counts = [each.counts for each in done.inputs]
print("counts", *(sum(getattr(each, name) for each in counts)
        for name in ("read", "loaded", "quarantined", "skipped")))
"""
_DAY, _NEXT_DAY = "2026-11-20", "2026-11-27"


class _Bench:
    """Where files and state of a run lie, and how each figure is told."""

    def __init__(self, folder: Path, size: float) -> None:
        self.folder = folder
        self.size = size
        self.work = folder / "work"

    def rows(self, full: int) -> int:
        """A full size, scaled as asked."""
        return max(int(full * self.size), 1_000)

    def clean(self) -> None:
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)

    def bare(self, path: Path, options: str) -> Measured:
        self.clean()
        done = measure(
            sys.executable, "-c", _BARE, str(path), str(self.work / "bare.duckdb"), options
        )
        return _checked(done)

    def ingest(self, inbox: Path, day: str = _DAY, *, is_first: bool = True) -> Measured:
        if is_first:
            self.clean()
        done = measure(sys.executable, "-c", _INGEST, str(self.work / "state"), str(inbox), day)
        return _checked(done)


def _checked(done: Measured) -> Measured:
    if done.exit_code:
        raise SystemExit(done.output)
    return done


def _tell(name: str, done: Measured, remark: str = "") -> None:
    print(
        f"  {name:22}{done.seconds:8.1f} s {done.cpu_seconds:8.1f} CPU s "
        f"{done.peak_mb:8.0f} MB  {remark}",
        flush=True,
    )


def _ratio(done: Measured, bare: Measured) -> str:
    return f"{done.seconds / bare.seconds:.2f} times bare"


def _counts(done: Measured) -> str:
    counts = next(line for line in done.output.splitlines() if line.startswith("counts "))
    _, read, loaded, quarantined, skipped = counts.split()
    return f"read {read}, loaded {loaded}, quarantined {quarantined}, skipped {skipped}"


def ledger(bench: _Bench) -> None:
    """A supplier ledger, layout 1.1."""
    rows = bench.rows(5_000_000)
    path = input_files.ledger(bench.folder, rows)
    print(f"ledger: {rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
    bare = bench.bare(path, "delim = ';'")
    _tell("bare read_csv", bare)
    done = bench.ingest(path.parents[1])
    _tell("ingest", done, f"{_ratio(done, bare)}; {_counts(done)}")


_BARE_REGISTER = "delim = ';', quote = '\"', strict_mode = false, ignore_errors = true"


def register(bench: _Bench) -> None:
    """A bulk file of Bolagsverket's."""
    rows = bench.rows(3_000_000)
    path = input_files.register(bench.folder, rows)
    print(f"register: {rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
    bare = bench.bare(path, _BARE_REGISTER)
    _tell("bare read_csv", bare)
    done = bench.ingest(path.parents[1])
    _tell("ingest", done, f"{_ratio(done, bare)}; {_counts(done)}")


def changed(bench: _Bench) -> None:
    """The same register a week later, one row in a hundred changed."""
    rows = bench.rows(3_000_000)
    first = input_files.register(bench.folder, rows)
    second = input_files.changed_register(bench.folder, rows)
    print(f"register again, 1 % changed: {rows:,} rows")
    before = bench.ingest(first.parents[1])
    _tell("first", before, _counts(before))
    after = bench.ingest(second.parents[1], _NEXT_DAY, is_first=False)
    _tell("second", after, f"{after.seconds / before.seconds:.2f} of the first; {_counts(after)}")


def documents(bench: _Bench) -> None:
    """Peppol invoices, each a file of its own."""
    count = bench.rows(20_000)
    inbox = input_files.documents(bench.folder, count)
    done = bench.ingest(inbox)
    print(f"Peppol invoices: {count:,} files")
    _tell("ingest", done, f"{count / done.seconds:,.0f} documents a second; {_counts(done)}")


def memory(bench: _Bench) -> None:
    """Peak memory with ten times the rows."""
    peaks = []
    for full in (1_000_000, 10_000_000):
        rows = bench.rows(full)
        path = input_files.ledger(bench.folder, rows)
        done = bench.ingest(path.parents[1])
        peaks.append(done.peak_mb)
        _tell(f"ledger of {rows:,}", done)
    print(f"  peak grows {peaks[1] / peaks[0]:.2f} times with ten times the rows")


PARTS: dict[str, Callable[[_Bench], None]] = {
    part.__name__: part for part in (ledger, register, changed, documents, memory)
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=list(PARTS))
    parser.add_argument("--size", type=float, default=1.0, help="share of the full sizes")
    parser.add_argument("--folder", type=Path, default=Path("data/var/bench/ingest"))
    asked = parser.parse_args()
    bench = _Bench(asked.folder, asked.size)
    print(describe_machine())
    for name in asked.parts:
        PARTS[name](bench)
    shutil.rmtree(bench.work, ignore_errors=True)


if __name__ == "__main__":
    main()
