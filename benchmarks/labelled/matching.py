"""The matching of this project run on labelled suppliers."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.labelled.companies import AS_OF
from benchmarks.labelled.quality import Quality, blocking_recall, judged, quality
from benchmarks.labelled.suppliers import Labelled
from screening.identity.companies.matching import match_parties
from screening.sources.contracts import all_contracts
from screening.warehouse.exchange import as_table

_SYSTEM = {"ref": "BIGINT", "origin": "VARCHAR", "row_no": "BIGINT", "as_of": "DATE",
           "true_from": "DATE"}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What one run found."""

    quality: Quality
    judged: pl.DataFrame


def warehouse_of(register: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory whose ``known.companies`` holds ``register``."""
    connection = duckdb.connect(":memory:", config={"preserve_insertion_order": False})
    columns = _SYSTEM | all_contracts()["companies"].value_columns
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    connection.execute("CREATE SCHEMA known; CREATE SCHEMA identity")
    connection.execute(f"CREATE TABLE known.companies ({listed})")
    rows = register.with_row_index("ref", offset=1)
    with as_table(connection, "register_rows", rows):
        given = ", ".join(f'"{name}"' for name in rows.columns)
        connection.execute(
            f"INSERT INTO known.companies ({given}) SELECT {given} FROM register_rows"
        )
    return connection


def matched(labelled: Labelled) -> Run:
    """Match the suppliers to the register and hold the outcome against the truth."""
    with warehouse_of(labelled.register) as connection:
        matches = match_parties(connection, labelled.parties, AS_OF)
        blocked = blocking_recall(connection, labelled)
    return Run(quality(labelled, matches, blocked), judged(labelled, matches))


def write_labelled(labelled: Labelled, folder: Path) -> None:
    """Write register, suppliers, truth and 1,000 labelled pairs for others, as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    labelled.register.write_parquet(folder / "register.parquet")
    labelled.parties.write_parquet(folder / "suppliers.parquet")
    labelled.suppliers.write_parquet(folder / "truth.parquet")
    pairs = labelled.suppliers.drop_nulls("truth").select("party_id", orgnr="truth")
    pairs.head(1_000).write_parquet(folder / "labels.parquet")


def read_labelled(folder: Path) -> Labelled:
    """What ``write_labelled`` wrote."""
    return Labelled(
        pl.read_parquet(folder / "register.parquet"), pl.read_parquet(folder / "truth.parquet")
    )
