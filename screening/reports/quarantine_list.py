"""What stands in quarantine, for the person who works it off: what, since when, what suffers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from screening.identity_numbers import orgnrs_within_expr
from screening.messages import Language, text
from screening.reports.privacy import text_without_personal_numbers, without_personal_numbers
from screening.reports.quarantine_words import what_is_wrong, what_to_do
from screening.reports.readback import NothingPublishedError
from screening.rules.loading import load_rules
from screening.sources.contracts import all_contracts
from screening.warehouse.connection import open_warehouse
from screening.warehouse.exchange import to_polars
from screening.warehouse.lock import sole_writer
from screening.warehouse.quarantine import standing
from screening.warehouse.state import State


class QuarantineWorkError(ValueError):
    """What was asked for cannot be done; ``sentence`` says why and what to do."""

    message = ""

    def __init__(self, name: str = "", **values: object) -> None:
        self.values = {"name": text_without_personal_numbers(name), **values}
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Why, for the person who asked."""
        return text(f"quarantine_work.{self.message}", language, **self.values)


class NotInQuarantineError(QuarantineWorkError):
    """Nothing stands in quarantine under the name that was given."""

    message = "not_in_quarantine"


@dataclass(frozen=True)
class Chosen:
    """Which part of the quarantine is meant: all of it, or what fits each thing that is given.

    ``file`` is a file's path inside the inbox, its last part, or ``file!member``.
    """

    source: str | None = None
    file: str | None = None
    reason: str | None = None
    row: int | None = None

    def of(self, entries: pl.DataFrame) -> pl.DataFrame:
        """The entries (with ``shown_file``) that are meant."""
        for name in ("source", "reason"):
            if (wanted := getattr(self, name)) is not None:
                entries = entries.filter(pl.col(name) == wanted)
        if self.row is not None:
            entries = entries.filter(pl.col("row_no") == self.row)
        return entries if self.file is None else _of_file(entries, self.file)


def _of_file(entries: pl.DataFrame, wanted: str) -> pl.DataFrame:
    whole = pl.col("file") + pl.when(pl.col("member") != "").then("!" + pl.col("member")).otherwise(
        pl.lit("")
    )
    named = entries.filter((pl.col("file") == wanted) | (whole == wanted) | _shown(wanted))
    if named.height:
        return named
    return entries.filter(pl.col("file").str.split("/").list.last() == wanted)


def _shown(wanted: str) -> pl.Expr:
    return (pl.col("shown_file") == wanted) | (
        pl.col("shown_file").str.split("!").list[0] == wanted
    )


@contextmanager
def opened_quarantine(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of a state folder, with nobody else writing.

    Raises:
        NothingPublishedError: nothing was ever read into it.
        StateBusyError: a run is under way.
    """
    state = State(folder)
    if not state.warehouse.is_file():
        raise NothingPublishedError("cli.doctor_no_warehouse", folder)
    with sole_writer(state.lock, 1.0), open_warehouse(state) as connection:
        yield connection


def entries_of(connection: duckdb.DuckDBPyConnection, day: date) -> pl.DataFrame:
    """What stands, as ``standing`` has it, and ``shown_file``: ``file!member``, masked."""
    entries = standing(connection, day)
    shown = entries.select(
        shown_file=pl.when(pl.col("member") == "")
        .then(pl.col("file"))
        .otherwise(pl.col("file") + "!" + pl.col("member"))
    )
    return entries.with_columns(without_personal_numbers(shown)["shown_file"])


@dataclass(frozen=True)
class Group:
    """Rows of one file that are in quarantine for the same reason.

    ``rows`` is 0 where the file as a whole could not be read. ``rules`` are those that need the
    source; ``suppliers_not_checked`` are suppliers named in the rows of a complete register: not
    being in it is no answer for them.
    """

    source: str
    file: str
    reason: str
    columns: tuple[str, ...]
    rows: int
    first_row: int | None
    since: date
    rules: tuple[str, ...]
    suppliers_not_checked: int

    def as_json(self, language: Language) -> dict[str, Any]:
        """As plain values, with what is wrong and what to do in words."""
        return {
            "source": self.source,
            "file": self.file,
            "reason": self.reason,
            "columns": list(self.columns),
            "rows": self.rows,
            "first_row": self.first_row,
            "since": self.since.isoformat(),
            "wrong": what_is_wrong(self.reason, language),
            "to_do": what_to_do(self.reason, language),
            "rules": list(self.rules),
            "suppliers_not_checked": self.suppliers_not_checked,
        }


def list_quarantine(
    folder: Path, chosen: Chosen, day: date, rule_folders: Sequence[Path]
) -> list[Group]:
    """What stands in quarantine on ``day``, by source, file and reason; most rows first in a file.

    Raises:
        NothingPublishedError: nothing was ever read.
        StateBusyError: a run is under way.
    """
    with opened_quarantine(folder) as connection:
        entries = chosen.of(entries_of(connection, day))
        suffering = _suffering(connection, entries)
    rules = load_rules(rule_folders).rules
    grouped = (
        entries.join(suffering, on=["source", "shown_file", "reason"], how="left")
        .group_by("source", "shown_file", "reason")
        .agg(
            pl.col("column").drop_nulls().unique().sort().alias("columns"),
            pl.col("row_no").count().alias("rows"),
            pl.col("row_no").min().alias("first_row"),
            pl.col("since").min(),
            pl.col("suppliers").first().fill_null(0),
        )
        .sort("source", "shown_file", "rows", "reason", descending=[False, False, True, False])
    )
    return [
        Group(
            source=row["source"],
            file=row["shown_file"],
            reason=row["reason"],
            columns=tuple(text_without_personal_numbers(name) for name in row["columns"]),
            rows=row["rows"],
            first_row=row["first_row"],
            since=row["since"],
            rules=tuple(sorted(rule.id for rule in rules if row["source"] in rule.needs)),
            suppliers_not_checked=row["suppliers"],
        )
        for row in grouped.iter_rows(named=True)
    ]


def _suffering(connection: duckdb.DuckDBPyConnection, entries: pl.DataFrame) -> pl.DataFrame:
    """Suppliers named in rows of complete registers: source, shown_file, reason, suppliers."""
    registers = [
        contract.source
        for contract in all_contracts().values()
        if contract.absence == "complete" and contract.keyed_by == "orgnr"
    ]
    tables = connection.execute(
        "SELECT count(*) FROM duckdb_tables() "
        "WHERE schema_name = 'identity' AND table_name = 'suppliers'"
    ).fetchall()
    known = (
        to_polars(
            connection.sql(
                "SELECT DISTINCT orgnr, in_register FROM identity.suppliers WHERE orgnr IS NOT NULL"
            )
        )
        if tables[0][0]
        else pl.DataFrame(schema={"orgnr": pl.String(), "in_register": pl.Boolean()})
    )
    return (
        entries.filter(pl.col("source").is_in(registers) & pl.col("row_no").is_not_null())
        .with_columns(orgnrs_within_expr(pl.col("raw")).alias("orgnr"))
        .explode("orgnr", empty_as_null=True)
        .join(known, on="orgnr")
        .filter(~((pl.col("source") == "companies") & pl.col("in_register").fill_null(value=False)))
        .group_by("source", "shown_file", "reason")
        .agg(pl.col("orgnr").n_unique().cast(pl.Int64).alias("suppliers"))
    )


@dataclass(frozen=True)
class Entry:
    """One row in quarantine, or a whole file (``row`` is None)."""

    source: str
    file: str
    row: int | None
    column: str | None
    reason: str
    since: date
    raw: str | None

    def as_json(self, language: Language) -> dict[str, Any]:
        """As plain values, with what is wrong and what to do in words."""
        return {
            "source": self.source,
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "reason": self.reason,
            "wrong": what_is_wrong(self.reason, language),
            "to_do": what_to_do(self.reason, language),
            "since": self.since.isoformat(),
            "raw": self.raw,
        }


def show_entries(folder: Path, chosen: Chosen, day: date, *, is_masked: bool = True) -> list[Entry]:
    """The rows in quarantine of what is chosen, in the order of the file.

    Args:
        folder: the state folder.
        chosen: which rows.
        day: the day.
        is_masked: mask everything with the look of a personal identity number.

    Raises:
        NotInQuarantineError: nothing fits.
        NothingPublishedError: nothing was ever read.
        StateBusyError: a run is under way.
    """
    with opened_quarantine(folder) as connection:
        entries = chosen.of(entries_of(connection, day))
    if entries.is_empty():
        raise NotInQuarantineError(chosen.file or "")
    shown = entries.select("source", "shown_file", "row_no", "column", "reason", "since", "raw")
    if is_masked:
        shown = without_personal_numbers(shown, checked=False)
    return [
        Entry(
            source=row["source"],
            file=row["shown_file"],
            row=row["row_no"],
            column=row["column"],
            reason=row["reason"],
            since=row["since"],
            raw=row["raw"],
        )
        for row in shown.iter_rows(named=True)
    ]
