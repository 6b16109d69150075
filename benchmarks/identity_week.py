"""Who is who, all of it: from nothing, and a week later when 1 % of the registers has changed.

    python -m benchmarks.identity_week [--suppliers 20000] [--companies 200000] [--check]

Makes a demo municipality (kept in ``--folder``), reads it, and resolves everything. A week later
the registers are delivered again: of the rows of suppliers, companies, officers, owners, permits,
staff, prohibitions and lists 1 % is another (half of these changed, a quarter new, a quarter gone),
and a month of invoices is new. Prints the seconds of each step and of the whole, wall and
processor, and the ratio of the second to the first. ``--check`` resolves the second week from
nothing as well and compares every table, row by row.
"""

import argparse
import csv
import io
import json
import random
import re
import shutil
import sys
import time
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.machine import describe_machine, measure

_DAYS = (date(2026, 11, 20), date(2026, 11, 27))
_CHANGED = 0.01

#: Deliveries that come again, whole, with 1 % changed.
_REGISTERS = (
    "companies/bolagsverket*", "companies/scb*", "suppliers/*-2026-11-16.csv", "officers/*",
    "owners/*", "permits/*", "employees/*", "trading_prohibitions/*", "sanctions/*",
)  # fmt: skip

#: Columns whose values change places among the changed rows: as if all had moved or were renamed.
_MOVED = re.compile(r"^(street|gatuadress|postadress)$", re.IGNORECASE)
_RENAMED = re.compile(
    r"^(name|namn|person_name|owner_name|organisationsnamn|utforare)$", re.IGNORECASE
)

#: The steps of the stage, by the functions that ``screening.identity.resolve`` calls.
_STEPS = (
    "find_suppliers", "write_addresses", "write_suppliers", "resolve_persons", "write_network",
    "write_listed_matches",
)  # fmt: skip


def _written(head: list[str], rows: list[list[str]], delimiter: str, is_quoted: bool) -> bytes:
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n")
    out.write(delimiter.join(head) + "\n")
    writer.writerows(rows)
    return out.getvalue().encode("latin-1")


def _turn(rows: list[list[str]], places: list[int]) -> None:
    """Give each row the values of the next."""
    for place in places:
        values = [row[place] for row in rows]
        for row, value in zip(rows, values[1:] + values[:1], strict=True):
            row[place] = value


def _two_weeks(path: Path, seed: int) -> tuple[bytes, bytes]:
    """The file as it is delivered first, and as it is a week later."""
    # Latin-1 keeps every byte, whatever the file is written in.
    text = path.read_bytes().decode("latin-1")
    line = text.split("\n", 1)[0].rstrip("\r")
    delimiter = max(";\t,", key=line.count)
    head, *rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    is_quoted = '";"' in text[:5000]
    draws = random.Random(seed)
    part = max(1, round(len(rows) * _CHANGED / 4))
    chosen = draws.sample(range(len(rows)), 4 * part)
    new, gone = set(chosen[:part]), set(chosen[part : 2 * part])
    first = [row for place, row in enumerate(rows) if place not in new]
    before = _written(head, first, delimiter, is_quoted)
    for pattern, places in ((_MOVED, chosen[2 * part : 3 * part]), (_RENAMED, chosen[3 * part :])):
        columns = [place for place, name in enumerate(head) if pattern.match(name)]
        _turn([rows[place] for place in places], columns)
    second = [row for place, row in enumerate(rows) if place not in gone]
    return before, _written(head, second, delimiter, is_quoted)


def _later(name: str) -> str:
    return name.replace("2026-11-16", "2026-11-23").replace("20261116", "20261123")


def _make(folder: Path, suppliers: int, invoices: int, companies: int) -> None:
    """Folders ``week-1`` and ``week-2``: what is in the inbox, and what comes a week later."""
    first, second = folder / "week-1", folder / "week-2"
    shutil.rmtree(folder, ignore_errors=True)
    sizes = {"suppliers": suppliers, "invoices": invoices, "companies": companies}
    made = measure(
        sys.executable, "-m", "screening.cli", "demo", str(first), "--as-of", str(_DAYS[0]),
        "--labels", str(folder / "labels.csv"),
        *(word for name, size in sizes.items() for word in (f"--{name}", str(size))),
    )  # fmt: skip
    if made.exit_code:
        raise SystemExit(made.output)
    for source in ("time_reports", "decisions", "payroll", "contracts"):
        shutil.rmtree(first / source, ignore_errors=True)
    for number, pattern in enumerate(_REGISTERS):
        for path in sorted(first.glob(pattern)):
            before, after = _two_weeks(path, number)
            path.write_bytes(before)
            later = second / path.relative_to(first).with_name(_later(path.name))
            later.parent.mkdir(parents=True, exist_ok=True)
            later.write_bytes(after)
    ledgers = sorted((first / "invoices" / "reskontra").glob("*.csv"))
    (second / "invoices" / "reskontra").mkdir(parents=True)
    ledgers[-1].rename(second / "invoices" / "reskontra" / ledgers[-1].name)


def _ingest(folder: Path, inbox: str, day: date) -> None:
    done = measure(
        sys.executable, "-m", "screening.cli", "ingest", "--inbox", str(folder / inbox),
        "--state", str(folder / "state"), "--as-of", str(day),
    )  # fmt: skip
    if done.exit_code not in (0, 3):
        raise SystemExit(done.output)


def _resolve(state: Path, day: date) -> None:
    """Resolve one week; prints the seconds of each step as JSON."""
    import screening.identity.resolve as steps
    from screening.identity.stage import resolve_stage
    from screening.warehouse.state import State

    told: dict[str, tuple[float, float]] = {}

    def clocked(name: str, work):  # type: ignore[no-untyped-def]
        def timed(*arguments, **named):  # type: ignore[no-untyped-def]
            wall, cpu = time.perf_counter(), time.process_time()
            result = work(*arguments, **named)
            told[name] = (time.perf_counter() - wall, time.process_time() - cpu)
            return result

        return timed

    for name in _STEPS:
        setattr(steps, name, clocked(name, getattr(steps, name)))
    clocked("the whole stage", resolve_stage)(State(state), day)
    print(json.dumps(told))


def _step(folder: Path, *step: str) -> dict[str, tuple[float, float]]:
    done = measure(
        sys.executable, "-m", "benchmarks.identity_week", "--folder", str(folder), "--step", *step
    )
    if done.exit_code:
        raise SystemExit(done.output)
    (line,) = (line for line in done.output.splitlines() if line.startswith("{"))
    told: dict[str, tuple[float, float]] = json.loads(line)
    print(f"{step[2]:24} peak {done.peak_mb:,.0f} MB")
    return told


def _same_tables(one: Path, other: Path) -> bool:
    """Whether both warehouses have the same tables of ``identity``, with the same rows."""
    with duckdb.connect() as connection:
        connection.execute(
            f"ATTACH '{one}' AS one (READ_ONLY); ATTACH '{other}' AS two (READ_ONLY)"
        )
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'identity' "
            "AND database_name = 'one' ORDER BY ALL"
        ).fetchall()
        differ = []
        for (table,) in tables:
            pair = (f"(FROM {side}.identity.{table})" for side in ("one", "two"))
            left, right = pair
            ((rows,),) = connection.execute(
                f"SELECT count(*) FROM ({left} EXCEPT ALL {right} UNION ALL "
                f"({right} EXCEPT ALL {left}))"
            ).fetchall()
            if rows:
                differ.append(f"{table}: {rows} rows")
    print("differing: " + (", ".join(differ) or "nothing"))
    return not differ


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suppliers", type=int, default=20_000)
    parser.add_argument("--invoices", type=int, default=100_000)
    parser.add_argument("--companies", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, default=Path("data/var/bench/identity-week"))
    parser.add_argument("--check", action="store_true", help="compare with a run from nothing")
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        _resolve(asked.folder / asked.step[0], date.fromisoformat(asked.step[1]))
        return
    folder = asked.folder / f"{asked.suppliers}-{asked.companies}"
    if not (folder / "week-2").is_dir():
        _make(folder, asked.suppliers, asked.invoices, asked.companies)
    if not (folder / "read").is_file():
        shutil.rmtree(folder / "state", ignore_errors=True)
        _ingest(folder, "week-1", _DAYS[0])
        shutil.copy(folder / "state" / "warehouse.duckdb", folder / "first.duckdb")
        _ingest(folder, "week-2", _DAYS[1])
        shutil.move(folder / "state" / "warehouse.duckdb", folder / "second.duckdb")
        (folder / "read").touch()
    print(describe_machine())
    # The warehouse of the second week holds the first as well: both days are resolved from it.
    for state in ("state", "anew"):
        shutil.rmtree(folder / state, ignore_errors=True)
        (folder / state).mkdir()
        shutil.copy(folder / "second.duckdb", folder / state / "warehouse.duckdb")
    first = _step(folder, "state", str(_DAYS[0]), "everything")
    later = _step(folder, "state", str(_DAYS[1]), "a week later")
    print(f"{'':24}{'first':>9}{'cpu':>9}{'later':>9}{'cpu':>9}{'ratio':>9}{'cpu':>9}")
    for name, (wall, cpu) in first.items():
        again, cpu_again = later[name]
        print(
            f"{name:24}{wall:9.2f}{cpu:9.2f}{again:9.2f}{cpu_again:9.2f}"
            f"{again / wall:9.3f}{cpu_again / cpu:9.3f}"
        )
    if asked.check:
        _step(folder, "anew", str(_DAYS[1]), "the week from nothing")
        same = _same_tables(
            folder / "state" / "warehouse.duckdb", folder / "anew" / "warehouse.duckdb"
        )
        print(f"a week later is what it is from nothing: {'yes' if same else 'NO'}")


if __name__ == "__main__":
    main()
