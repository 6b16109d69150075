"""A corrected export comes in: which rows in quarantine of older files does it replace?

Nobody says which file corrects which, so the rows must tell. A row in quarantine is replaced where
a newer file of the source, with the same columns, has a sound row that is the same but for what was
wrong:

1. every cell is the same but those of the column that was wrong; or, where the row could not be
   split into columns, all characters are the same but for separators and quotes;
2. where rows do not repeat: the cells of the source's key are the same, none of them was wrong, and
   they are not all empty. Then the rest may have changed.

By the first rule a row may be the same as several, so rows are counted: the newer file must have as
many of them as the older one had, sound and in quarantine together. A row that is just as wrong in
the newer file stands there, once. Everything else stands until somebody mends it or says that
another file has it (``vaksam quarantine retry FILE --replaced-by``).
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import polars as pl

from screening.sources.contracts import Contract, all_contracts
from screening.sources.delivery import Delivery, UnreadableFileError
from screening.sources.headers import contract_names, match_headers
from screening.sources.mappings import Mapping, best_mapping
from screening.sources.mended_rows import watched
from screening.sources.reading import read_delivery
from screening.sources.text_table import TextTable
from screening.warehouse.corrections import with_mended_rows
from screening.warehouse.exchange import as_table
from screening.warehouse.quarantine import close_entries, standing
from screening.warehouse.receiving import Arrival, raw_path
from screening.warehouse.state import State

#: Older files of a source that a new one is compared with: the newest so many.
MOST_FILES = 50
_BETWEEN = "\x1f"
#: What may differ where a row could not be split: separators, quotes, blanks.
_LOOSE = "[;,|\t\"'\\s]"
_MARKS_SCHEMA: dict[str, pl.DataType] = {
    "member": pl.String(),
    "row_no": pl.Int64(),
    "wrong": pl.String(),
    "mark": pl.UInt64(),
    "key": pl.UInt64(),
}


@dataclass(eq=False)
class _RowMarks:
    """Notes marks of a file's rows by which they are told to be the same; nothing is typed.

    ``wrong`` is the ways in which rows are compared: the column that is left out (several are
    joined by ``/``), empty for rows that could not be split. ``wanted`` (wrong, mark, key) keeps
    only rows that are the same as one of these.
    """

    contract: Contract
    mappings: Sequence[Mapping]
    delivery: Delivery
    wrong: Sequence[str]
    wanted: pl.DataFrame | None = None

    def __post_init__(self) -> None:
        self.columns: frozenset[str] = frozenset()
        self._kept: list[pl.DataFrame] = [pl.DataFrame(schema=_MARKS_SCHEMA)]

    @property
    def marks(self) -> pl.DataFrame:
        """member, row_no, wrong, mark (null where nothing else is in the row), key."""
        return pl.concat(self._kept)

    def over(self, table: TextTable, member: str) -> TextTable:
        """An empty table; the marks of the given one are noted."""
        self.columns |= frozenset(table.columns)
        key = self._key_headers(table.columns)
        for chunk in table.chunks:
            for wrong in self.wrong:
                marks = self._marks(chunk.frame, table.columns, wrong, key)
                marks = marks.with_columns(pl.lit(member).alias("member"))
                self._kept.append(marks.select(_MARKS_SCHEMA.keys()).cast(_MARKS_SCHEMA))  # type: ignore[arg-type]
        return replace(table, chunks=iter(()), reopen=lambda: iter(()))

    def _key_headers(self, columns: list[str]) -> list[str]:
        """The file's columns of the source's key; none where rows may repeat, or by day."""
        if self.contract.repeats:
            return []
        name = self.delivery.name.rpartition("/")[2]
        mapping = best_mapping(self.mappings, self.contract.source, columns, name)
        renames = mapping.renames if mapping else {}
        found = match_headers(columns, contract_names(self.contract), renames).columns
        if "as_of" in self.contract.key and "as_of" not in found:
            return []
        return [found[name] for name in self.contract.key if name in found]

    def _marks(
        self, frame: pl.DataFrame, columns: list[str], wrong: str, key: list[str]
    ) -> pl.DataFrame:
        left_out = set(wrong.split("/"))
        if wrong:
            compared = [name for name in sorted(columns) if name not in left_out]
            text = _joined(compared, _BETWEEN)
        else:
            text = _joined(columns, "").str.replace_all(_LOOSE, "")
        has_key = bool(key) and bool(wrong) and not left_out & set(key)
        marks = frame.select(
            "row_no",
            pl.lit(wrong).alias("wrong"),
            pl.when(text.str.strip_chars(_BETWEEN) != "").then(text.hash()).alias("mark"),
            (
                pl.when(_joined(key, "") != "").then(_joined(key, _BETWEEN).hash())
                if has_key
                else pl.lit(None, pl.UInt64)
            ).alias("key"),
        )
        if self.wanted is None:
            return marks
        own = self.wanted.filter(pl.col("wrong") == wrong)
        return marks.filter(
            pl.col("mark").is_in(own["mark"].drop_nulls().implode())
            | pl.col("key").is_in(own["key"].drop_nulls().implode())
        )


def _joined(columns: Sequence[str], between: str) -> pl.Expr:
    if not columns:
        return pl.lit("")
    cells = [pl.col(name).str.strip_chars().fill_null("") for name in columns]
    return pl.concat_str(cells, separator=between)


def close_replaced(
    connection: duckdb.DuckDBPyConnection,
    arrivals: Sequence[Arrival],
    mappings: Sequence[Mapping],
    state: State,
    day: date,
) -> int:
    """End entries of older files whose rows came right in new ones; how many ended.

    Args:
        connection: the warehouse; the new files are loaded.
        arrivals: the new files.
        mappings: as they were loaded with.
        state: where the raw copies are.
        day: the day of the run.
    """
    stood = standing(connection, day).filter(pl.col("row_no").is_not_null())
    contracts = all_contracts()
    ended = 0
    for arrival in arrivals:
        new = arrival.delivery
        # Rows of a file that came later, or on the same day and is as new, are corrected by none.
        older = stood.filter(
            (pl.col("source") == new.source)
            & ((pl.col("sha256") != new.sha256) | (pl.col("as_of") != new.as_of))
            & (pl.col("received_on") <= new.received_on)
            & (pl.col("as_of") <= new.as_of)
        )
        if older.is_empty():
            continue
        contract = contracts[new.source]
        found = _same_and_wrong(stood, older, new)
        left = older.join(found, on=["file_id", "member", "row_no"], how="anti")
        if left.height:
            found = pl.concat(
                [found, _come_right(connection, left, new, contract, mappings, state)]
            )
        if found.height:
            with as_table(connection, "replaced_entries", found):
                close_entries(
                    connection,
                    "SELECT * FROM replaced_entries",
                    new.received_on,
                    "replaced",
                    new.sha256,
                )
            stood = stood.join(found, on=["file_id", "member", "row_no"], how="anti")
            ended += found.height
    return ended


def _same_and_wrong(stood: pl.DataFrame, older: pl.DataFrame, new: Delivery) -> pl.DataFrame:
    """Entries of older files that stand in the new one too: the same row, as wrong as before."""
    same = ["column", "reason", "raw"]
    again = (
        stood.filter(
            (pl.col("source") == new.source)
            & (pl.col("sha256") == new.sha256)
            & (pl.col("as_of") == new.as_of)
        )
        .group_by(same)
        .agg(pl.len().alias("times"))
    )
    return (
        older.with_columns(pl.len().over("file_id", *same).alias("times_before"))
        .join(again, on=same, how="inner", nulls_equal=True, maintain_order="left")
        .filter(pl.col("times") >= pl.col("times_before"))
        .select(older.columns)
    )


def _come_right(
    connection: duckdb.DuckDBPyConnection,
    older: pl.DataFrame,
    new: Delivery,
    contract: Contract,
    mappings: Sequence[Mapping],
    state: State,
) -> pl.DataFrame:
    """Entries of older files whose rows are sound in the new file."""
    entries = older.with_columns(
        pl.col("column").fill_null("").str.replace_all(" < ", "/", literal=True).alias("wrong")
    )
    newest = entries.select("file_id", "received_on").unique().sort("received_on", "file_id")
    chosen = entries.filter(pl.col("file_id").is_in(newest.tail(MOST_FILES)["file_id"].implode()))
    ended = [older.clear()]
    for own in chosen.partition_by("file_id", maintain_order=True):
        before = _marks_of_entries(connection, own, contract, mappings, state)
        if before is None:
            continue
        wanted, columns = before
        after = _RowMarks(contract, mappings, new, own["wrong"].unique().to_list(), wanted)
        _pass(watched(new, after), contract, mappings, state)
        if not columns <= after.columns:
            continue
        sound = _without_quarantined(connection, after.marks, new)
        is_here = _counted(wanted, sound, "mark")
        if not contract.repeats:
            keys = sound["key"].drop_nulls().unique()
            is_here |= pl.col("key").is_in(keys.implode()).fill_null(value=False)
        right = wanted.filter(is_here).select("member", "row_no")
        ended.append(own.join(right, on=["member", "row_no"], how="semi").select(older.columns))
    return pl.concat(ended)


def _marks_of_entries(
    connection: duckdb.DuckDBPyConnection,
    own: pl.DataFrame,
    contract: Contract,
    mappings: Sequence[Mapping],
    state: State,
) -> tuple[pl.DataFrame, frozenset[str]] | None:
    """Marks of a file's entries, and how often each mark is in the file (``times``)."""
    first = own.row(0, named=True)
    delivery = Delivery(
        path=raw_path(state, first["sha256"]),
        name=first["file"],
        source=first["source"],
        sha256=first["sha256"],
        received_on=first["received_on"],
        as_of=first["as_of"],
    )
    marks = _RowMarks(contract, mappings, delivery, own["wrong"].unique().to_list())
    _pass(watched(with_mended_rows(connection, delivery), marks), contract, mappings, state)
    if not marks.columns:
        return None
    every = marks.marks
    split = own.filter(pl.col("wrong") != "").select("member", "row_no", "wrong")
    wanted = split.join(every, on=["member", "row_no", "wrong"], how="inner")
    raw = pl.col("raw").str.replace_all(_LOOSE, "")
    broken = own.filter(pl.col("wrong") == "").select(
        "member",
        "row_no",
        "wrong",
        pl.when(raw != "").then(raw.hash()).alias("mark"),
        pl.lit(None, pl.UInt64).alias("key"),
    )
    wanted = pl.concat([wanted.select(_MARKS_SCHEMA.keys()), broken.select(_MARKS_SCHEMA.keys())])
    others = every.join(own, on=["member", "row_no"], how="anti")
    times = (
        pl.concat([others.select("wrong", "mark"), wanted.select("wrong", "mark")])
        .filter(pl.col("mark").is_in(wanted["mark"].drop_nulls().implode()))
        .group_by("wrong", "mark")
        .agg(pl.len().alias("times"))
    )
    return wanted.join(times, on=["wrong", "mark"], how="left"), marks.columns


def _counted(wanted: pl.DataFrame, sound: pl.DataFrame, mark: str) -> pl.Expr:
    """Whether the new file has each of the wanted marks as often as the older one has it."""
    here = sound.group_by("wrong", mark).agg(pl.len().alias("times_here"))
    times_here = wanted.join(here, on=["wrong", mark], how="left", maintain_order="left")
    return pl.lit(
        (times_here["times_here"].fill_null(0) >= times_here["times"].fill_null(1))
        & times_here[mark].is_not_null()
    )


def _without_quarantined(
    connection: duckdb.DuckDBPyConnection, marks: pl.DataFrame, new: Delivery
) -> pl.DataFrame:
    rows = connection.execute(
        "SELECT held.member, held.row_no FROM meta.quarantine AS held JOIN meta.files AS file "
        "USING (file_id) WHERE file.source = ? AND file.sha256 = ? AND file.as_of = ?",
        [new.source, new.sha256, new.as_of],
    ).fetchall()
    held = pl.DataFrame(rows, schema={"member": pl.String, "row_no": pl.Int64}, orient="row")
    return marks.join(held, on=["member", "row_no"], how="anti")


def _pass(
    delivery: Delivery, contract: Contract, mappings: Sequence[Mapping], state: State
) -> None:
    """Let a file's tables pass by its onlookers."""
    with suppress(UnreadableFileError, FileNotFoundError):
        for _ in read_delivery(delivery, contract, mappings, state.work):
            pass
