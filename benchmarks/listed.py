"""Lists against suppliers and those behind them: speed, and what is found of what is known.

``python -m benchmarks.listed`` makes 100,000 entries with aliases and 200,000 persons and
companies, finds who is on the list, and holds the time against RapidFuzz comparing all names with
all names (``cdist``, Jaro-Winkler, two threads, on a sample that is scaled up). Quality is told for
the figures' own seed and for one that was kept apart.
"""

import argparse
import time
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from benchmarks.listed_world import ListedWorld, make_listed_world
from benchmarks.machine import describe_machine, own_peak_mb
from screening.identity.listed.entries import Lists, read_lists
from screening.identity.listed.subjects import Subjects, read_subjects
from screening.identity.listed.table import listed_matches
from screening.sources.contracts import all_contracts
from screening.warehouse.exchange import as_table

AS_OF = date(2026, 11, 1)
_SAMPLE = 1_000
_BINS = 10

_SYSTEM = {
    "ref": "BIGINT", "origin": "VARCHAR", "row_no": "BIGINT", "as_of": "DATE", "true_from": "DATE",
}  # fmt: skip

_IDENTITY = """
CREATE TABLE identity.suppliers AS SELECT orgnr AS supplier_id, orgnr, name,
    false AS is_sole_trader, ref FROM known.companies;
CREATE TABLE identity.supplier_numbers AS SELECT supplier_no, orgnr AS supplier_id
    FROM known.suppliers;
CREATE TABLE identity.parties AS SELECT NULL::VARCHAR AS supplier_no, orgnr, name AS supplier_name,
    orgnr AS supplier_id FROM known.companies;
CREATE TABLE identity.persons AS SELECT 'officers' AS source, ref, role_text AS person_key,
    1.0 AS match_confidence, role_text AS own_key FROM known.officers;
"""


@dataclass(frozen=True)
class Quality:
    """Precision and recall of matches, recall of what is shown, calibration error."""

    precision: float
    recall: float
    shown: float
    calibration_error: float
    matches: int
    unsure: int


def _put(connection: duckdb.DuckDBPyConnection, source: str, rows: pl.DataFrame) -> None:
    numbered = (
        rows.with_row_index("ref", offset=1).cast({"ref": pl.Int64}).cast({pl.Null: pl.String})
    )
    with as_table(connection, "given_rows", numbered):
        listed = ", ".join(f'"{name}"' for name in numbered.columns)
        connection.execute(f"INSERT INTO known.{source} ({listed}) SELECT {listed} FROM given_rows")


def warehouse_of(world: ListedWorld) -> duckdb.DuckDBPyConnection:
    """The world as schema ``known``, each person the officer of some company."""
    connection = duckdb.connect(":memory:")
    connection.execute("CREATE SCHEMA known; CREATE SCHEMA identity")
    for source, contract in all_contracts().items():
        columns = _SYSTEM | contract.value_columns
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        connection.execute(f"CREATE TABLE known.{source} ({listed})")
    companies = world.companies.rename({"key": "orgnr"})
    _put(connection, "sanctions", world.sanctions.with_columns(as_of=pl.lit(AS_OF)))
    _put(connection, "companies", companies)
    _put(connection, "suppliers", companies.with_columns(supplier_no="orgnr"))
    _put(
        connection,
        "officers",
        world.persons.select(
            orgnr=pl.lit("5520000000"), person_id="number", person_name="name", birth_date="born",
            role=pl.lit("ledamot"), role_text="key", street="street", postal_code="postal_code",
            city="city",
        ),
    )  # fmt: skip
    connection.execute(_IDENTITY)
    return connection


def quality_of(matches: pl.DataFrame, world: ListedWorld) -> Quality:
    """What the matches are worth, held against the truth; recall is of what could be found."""
    told = matches.select(
        "entry_id", "probability", "is_match", key=pl.coalesce("person_key", "orgnr")
    ).join(world.truth.with_columns(is_true=pl.lit(value=True)), on=["key", "entry_id"], how="left")
    told = told.with_columns(pl.col("is_true").fill_null(value=False))
    sure = told.filter("is_match")
    found = world.findable.join(told, on=["key", "entry_id"])
    binned = told.group_by(bin=(pl.col("probability") * _BINS).floor().clip(0, _BINS - 1)).agg(
        rows=pl.len(), said=pl.col("probability").mean(), was=pl.col("is_true").mean()
    )
    error = (binned["rows"] * (binned["said"] - binned["was"]).abs()).sum() / max(told.height, 1)
    return Quality(
        precision=float(sure["is_true"].cast(pl.Float64).mean() or 0.0),
        recall=found.filter("is_match").height / max(world.findable.height, 1),
        shown=found.height / max(world.findable.height, 1),
        calibration_error=float(error),
        matches=sure.height,
        unsure=told.height - sure.height,
    )


def _bare_seconds(lists: Lists, subjects: Subjects) -> float:
    """How long RapidFuzz would take to compare all names with all names, from a sample."""
    entries = lists.side.names["name"].to_list()
    names = subjects.side.names["name"].to_list()
    sample = entries[:: max(1, len(entries) // _SAMPLE)][:_SAMPLE]
    started = time.perf_counter()
    process.cdist(sample, names, scorer=JaroWinkler.similarity, dtype=np.float32, workers=2)
    return (time.perf_counter() - started) * len(entries) / len(sample)


def run(
    entries: int, persons: int, companies: int, true: int, seed: int, profile: str, bare: bool
) -> None:
    """Make a world, find who is listed, print figures."""
    world = make_listed_world(seed, entries, persons, companies, true, profile)
    connection = warehouse_of(world)
    started = time.perf_counter()
    matches = listed_matches(connection, AS_OF)
    seconds = time.perf_counter() - started
    quality = quality_of(matches, world)
    print(f"seed {seed}, {profile}: {entries:,} entries, {persons + companies:,} subjects")
    print(
        f"  {seconds:.1f} s, {entries * (persons + companies) / seconds / 1e6:,.0f} million pairs "
        f"of entry and subject a second, peak {own_peak_mb():,.0f} MB"
    )
    print(
        f"  precision {quality.precision:.4f}, recall {quality.recall:.4f}, "
        f"shown {quality.shown:.4f}, calibration error {quality.calibration_error:.4f}, "
        f"{quality.matches} matches, {quality.unsure} unsure"
    )
    if bare:
        lists, subjects = read_lists(connection, AS_OF), read_subjects(connection)
        alone = _bare_seconds(lists, subjects)
        print(
            f"  bare cdist, {lists.side.names.height:,} x {subjects.side.names.height:,} names: "
            f"{alone:,.0f} s, ratio {alone / seconds:,.0f}"
        )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--persons", type=int, default=150_000)
    parser.add_argument("--companies", type=int, default=50_000)
    parser.add_argument("--true", type=int, default=1_000)
    options = parser.parse_args()
    print(describe_machine())
    size = (options.entries, options.persons, options.companies, options.true)
    run(*size, seed=1, profile="medium", bare=True)
    run(*size, seed=2, profile="hard", bare=False)


if __name__ == "__main__":
    main()
