"""Companies at national size: suppliers matched to the whole register, first and after a week.

    python -m benchmarks.identity_scale [--suppliers 200000] [--companies 3000000] [--check]

Makes a synthetic register and suppliers (kept in ``--folder``), matches all of them, then changes
1 % of the suppliers and 1 % of the register's rows (half of these changed, a quarter new, a quarter
gone) and matches again. Prints seconds and peak memory of each whole process, the ratio of the
second to the first, and the ratio to DuckDB's bare pass over the same register: names split into
words, hashed and counted. ``--check`` matches the changed rows from nothing as well and compares
the two results byte for byte.
"""

import argparse
import hashlib
import json
import sys
import time
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.labelled.companies import AS_OF
from benchmarks.labelled.suppliers import make_labelled
from benchmarks.machine import Measured, describe_machine, measure
from screening.identity.companies.matching import match_parties
from screening.sources.contracts import all_contracts

_SYSTEM = {"ref": "BIGINT", "origin": "VARCHAR", "row_no": "BIGINT", "as_of": "DATE",
           "true_from": "DATE"}  # fmt: skip
_CHANGED = 0.01

_BARE = """
SELECT count(*), sum(n) FROM (
    SELECT hash(word), count(*) AS n
    FROM (SELECT unnest(string_split(lower(name), ' ')) AS word FROM known.companies)
    GROUP BY ALL)
"""


def _make(folder: Path, suppliers: int, companies: int, seed: int) -> None:
    """A register and suppliers, with a hundredth more of both, for the week after."""
    spare = 1 + _CHANGED / 4
    made = make_labelled(round(companies * spare), round(suppliers * spare), "municipal", seed)
    folder.mkdir(parents=True, exist_ok=True)
    register = made.register.with_row_index("ref", offset=1).cast({"ref": pl.Int64})
    register.write_parquet(folder / "register.parquet")
    made.suppliers.write_parquet(folder / "suppliers.parquet")


def _turned(rows: pl.DataFrame, columns: list[str], seed: int) -> pl.DataFrame:
    """Rows that have ``columns`` of each other: as if all had moved, or changed their names."""
    turned = rows.select(columns).sample(fraction=1, shuffle=True, seed=seed)
    return rows.with_columns(turned)


def _week(rows: pl.DataFrame, count: int, key: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of the first week, and those of the second: changed, new and gone ones."""
    shuffled = rows.sample(fraction=1, shuffle=True, seed=5)
    first, new = shuffled.head(count), shuffled.tail(rows.height - count)
    moved, renamed, gone = (round(count * _CHANGED / 4) for _ in range(3))
    kept = first.slice(moved + renamed + gone)
    top = rows.select(pl.col(key).max()).item()
    changed = pl.concat(
        [
            _turned(first.slice(0, moved), ["street", "postal_code", "city"], 6),
            _turned(first.slice(moved, renamed), ["name"], 7),
        ]
    ).with_columns(pl.int_range(top + 1, top + 1 + moved + renamed).alias(key))
    return first, pl.concat([kept, changed, new])


def _fill(connection: duckdb.DuckDBPyConnection, register: Path) -> None:
    columns = _SYSTEM | all_contracts()["companies"].value_columns
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    given = ", ".join(f'"{name}"' for name in pl.read_parquet_schema(register))
    connection.execute(
        f"CREATE SCHEMA IF NOT EXISTS known; CREATE OR REPLACE TABLE known.companies ({listed}); "
        f"INSERT INTO known.companies ({given}) SELECT {given} FROM '{register}'; CHECKPOINT"
    )


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        str(path), config={"memory_limit": "1500MB", "preserve_insertion_order": False}
    )


def _run(folder: Path, warehouse: str, week: int) -> None:
    """Match the suppliers of a week; prints seconds and a hash of the result as JSON."""
    with _connect(folder / warehouse) as connection:
        parties = pl.read_parquet(folder / f"suppliers-{week}.parquet")
        started = time.perf_counter()
        connection.execute("BEGIN")
        matches = match_parties(connection, parties, AS_OF + timedelta(days=7 * (week - 1)))
        connection.execute("COMMIT")
        seconds = time.perf_counter() - started
    told = hashlib.sha256(matches.write_csv().encode()).hexdigest()
    print(json.dumps({"seconds": seconds, "matches": matches["is_match"].sum(), "hash": told}))


def _step(folder: Path, *step: str) -> tuple[Measured, dict[str, float | str]]:
    command = [sys.executable, "-m", "benchmarks.identity_scale", "--folder", str(folder)]
    done = measure(*command, "--step", *step)
    if done.exit_code:
        raise SystemExit(done.output)
    (told,) = (line for line in done.output.splitlines() if line.startswith("{"))
    return done, json.loads(told)


def _bare(folder: Path) -> None:
    with _connect(folder / "warehouse.duckdb") as connection:
        started = time.perf_counter()
        connection.execute(_BARE).fetchall()
        print(json.dumps({"seconds": time.perf_counter() - started}))


def _fill_step(folder: Path, warehouse: str, week: str) -> None:
    with _connect(folder / warehouse) as connection:
        _fill(connection, folder / f"register-{week}.parquet")
    print("{}")


def _measure_all(folder: Path, check: bool) -> None:
    for name in ("warehouse.duckdb", "anew.duckdb"):
        (folder / name).unlink(missing_ok=True)
    rows: list[tuple[str, Measured, dict[str, float | str]]] = []
    _step(folder, "fill", "warehouse.duckdb", "1")
    rows.append(("bare pass over names", *_step(folder, "bare")))
    rows.append(("everything", *_step(folder, "match", "warehouse.duckdb", "1")))
    _step(folder, "fill", "warehouse.duckdb", "2")
    rows.append(("a week later", *_step(folder, "match", "warehouse.duckdb", "2")))
    rows.append(("nothing changed", *_step(folder, "match", "warehouse.duckdb", "2")))
    if check:
        _step(folder, "fill", "anew.duckdb", "2")
        rows.append(("the week from nothing", *_step(folder, "match", "anew.duckdb", "2")))
    print(f"{'':24}{'seconds':>9}{'process':>9}{'peak MB':>9}{'matches':>9}")
    for name, whole, told in rows:
        print(
            f"{name:24}{told['seconds']:9.2f}{whole.seconds:9.2f}{whole.peak_mb:9.0f}"
            f"{told.get('matches', ''):>9}"
        )
    seconds = {name: float(told["seconds"]) for name, _, told in rows}
    print(f"a week later / everything: {seconds['a week later'] / seconds['everything']:.3f}")
    print(f"everything / bare pass: {seconds['everything'] / seconds['bare pass over names']:.0f}")
    if check:
        same = rows[2][2]["hash"] == rows[4][2]["hash"]
        print(f"a week later is what it is from nothing: {'yes' if same else 'NO'}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suppliers", type=int, default=200_000)
    parser.add_argument("--companies", type=int, default=3_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("data/var/bench/identity"))
    parser.add_argument("--check", action="store_true", help="compare with a run from nothing")
    parser.add_argument("--step", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        name, *rest = asked.step
        if name == "fill":
            _fill_step(asked.folder, *rest)
        elif name == "match":
            _run(asked.folder, rest[0], int(rest[1]))
        else:
            _bare(asked.folder)
        return
    folder = asked.folder / f"{asked.suppliers}-{asked.companies}-{asked.seed}"
    if not (folder / "register-2.parquet").is_file():
        _make(folder, asked.suppliers, asked.companies, asked.seed)
        for name, count, key in (
            ("register", asked.companies, "ref"),
            ("suppliers", asked.suppliers, "party_id"),
        ):
            rows = pl.read_parquet(folder / f"{name}.parquet")
            weeks = _week(rows.drop("truth", "trouble", strict=False), count, key)
            for week, held in enumerate(weeks, start=1):
                held.write_parquet(folder / f"{name}-{week}.parquet")
    print(describe_machine())
    print(f"{asked.suppliers:,} suppliers, {asked.companies:,} companies")
    _measure_all(folder, asked.check)
    for name in ("warehouse.duckdb", "anew.duckdb"):
        (folder / name).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
