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

In one run a file is read for this at most once as the older and once as the newer one, and only
where its columns leave something to be found.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

import duckdb
import polars as pl

from screening.sources.contracts import all_contracts
from screening.sources.delivery import Delivery
from screening.sources.mappings import Mapping
from screening.warehouse.corrections import with_mended_rows
from screening.warehouse.exchange import as_table
from screening.warehouse.quarantine import close_entries, standing
from screening.warehouse.raw_copies import raw_copy
from screening.warehouse.receiving import Arrival
from screening.warehouse.row_marks import (
    Columns,
    EntryMarking,
    EntryMarks,
    Passing,
    SoundMarking,
)
from screening.warehouse.same_rows import ROW, right, same_and_wrong, wanted, with_ways
from screening.warehouse.state import State

#: Older files of a source that a new one is compared with: the newest so many.
MOST_FILES = 50
#: Of a larger file the columns are looked at first.
LARGE_BYTES = 64 << 20


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
        arrivals: the new files, those of a source together.
        mappings: as they were loaded with.
        state: where the raw copies are.
        day: the day of the run.
    """
    if not arrivals:
        return 0
    stood = standing(connection, day).filter(pl.col("row_no").is_not_null())
    contracts = all_contracts()
    ended = 0
    for source, group in groupby(arrivals, key=lambda arrival: arrival.delivery.source):
        own = stood.filter(pl.col("source") == source)
        if own.height:
            passing = Passing(contracts[source], mappings, state.work)
            ended += _Source(connection, passing, state, own).end(list(group))
    return ended


@dataclass
class _Source:
    """The entries of one source that stand, and what is known of its files.

    ``stood`` shrinks as entries end.
    """

    connection: duckdb.DuckDBPyConnection
    passing: Passing
    state: State
    stood: pl.DataFrame
    _marks: dict[int, EntryMarks] = field(default_factory=dict)
    _columns: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def end(self, arrivals: Sequence[Arrival]) -> int:
        """End what came right in the new files, one after another; how many entries."""
        ended = 0
        has_entries = set(self.stood.select("sha256", "as_of").unique().iter_rows())
        has_sound = self._with_sound_rows()
        for arrival in arrivals:
            new = arrival.delivery
            file = (new.sha256, new.as_of)
            if file not in has_entries and file not in has_sound:
                continue
            # Rows of a file that came later, or is about a later day, are corrected by none.
            older = self.stood.filter(
                ((pl.col("sha256") != new.sha256) | (pl.col("as_of") != new.as_of))
                & (pl.col("received_on") <= new.received_on)
                & (pl.col("as_of") <= new.as_of)
            )
            if older.is_empty():
                continue
            found = older.clear()
            if file in has_entries:
                found = same_and_wrong(self.stood, older, new)
                older = older.join(found, on=ROW, how="anti")
            if file in has_sound and older.height:
                found = pl.concat([found, self._come_right(older, new)])
            if found.height:
                self._close(found, new)
                ended += found.height
        return ended

    def _with_sound_rows(self) -> set[tuple[str, date]]:
        """Files of which anything was read and is not in quarantine."""
        rows = self.connection.execute(
            "SELECT sha256, as_of FROM meta.files WHERE source = ? AND status = 'loaded' "
            "AND rows_loaded + rows_skipped > 0",
            [self.passing.contract.source],
        ).fetchall()
        return set(rows)

    def _close(self, found: pl.DataFrame, new: Delivery) -> None:
        with as_table(self.connection, "replaced_entries", found):
            close_entries(
                self.connection,
                "SELECT * FROM replaced_entries",
                new.received_on,
                "replaced",
                new.sha256,
            )
        self.stood = self.stood.join(found, on=ROW, how="anti")

    def _come_right(self, older: pl.DataFrame, new: Delivery) -> pl.DataFrame:
        """Entries of older files whose rows are sound in the new file."""
        newest = older.select("file_id", "received_on").unique().sort("received_on", "file_id")
        chosen = newest.tail(MOST_FILES)["file_id"]
        entries = with_ways(older.filter(pl.col("file_id").is_in(chosen.implode())))
        known: dict[int, EntryMarks] = {}
        for file_id in chosen:
            marks = self._marks_of(int(file_id), entries, new)
            if marks is not None:
                known[int(file_id)] = marks
        fitting = frozenset(marks.columns for marks in known.values())
        if not fitting or not self._may_fit(fitting, new):
            return older.clear()
        looked_for = wanted(entries, known)
        if (
            looked_for.select("mark", "key").null_count().sum_horizontal()[0]
            == 2 * looked_for.height
        ):
            return older.clear()
        after = SoundMarking(
            self.passing,
            new,
            looked_for.select("wrong", "mark", "key").unique(),
            self._held(new),
            fitting,
        )
        self.passing.let(new, after)
        self._columns[new.sha256, new.name] = after.columns
        fits = [file_id for file_id, marks in known.items() if marks.columns <= after.columns]
        came_right = right(
            looked_for.filter(pl.col("file_id").is_in(fits)),
            after.sound(),
            by_key=not self.passing.contract.repeats,
        )
        return older.join(came_right, on=ROW, how="semi", maintain_order="left")

    def _marks_of(self, file_id: int, entries: pl.DataFrame, new: Delivery) -> EntryMarks | None:
        """Marks of an older file's entries; None where the new file cannot answer them."""
        if file_id not in self._marks:
            own = entries.filter(pl.col("file_id") == file_id)
            first = own.row(0, named=True)
            delivery = Delivery(
                path=raw_copy(self.state, first["sha256"]),
                name=first["file"],
                source=first["source"],
                sha256=first["sha256"],
                received_on=first["received_on"],
                as_of=first["as_of"],
            )
            if _is_large(delivery) and not self._look(delivery) <= self._look(new):
                return None
            mended = with_mended_rows(self.connection, delivery)
            marking = EntryMarking(self.passing, delivery, own)
            self.passing.let(mended, marking)
            self._marks[file_id] = marking.marks()
            self._columns[delivery.sha256, delivery.name] = marking.columns
        marks = self._marks[file_id]
        return marks if marks.columns else None

    def _may_fit(self, fitting: frozenset[frozenset[str]], new: Delivery) -> bool:
        """Whether the columns of a file do not rule out already that it answers an older one."""
        if (new.sha256, new.name) not in self._columns and not _is_large(new):
            return True
        there = self._look(new)
        return any(columns <= there for columns in fitting)

    def _look(self, delivery: Delivery) -> frozenset[str]:
        """The columns of a file."""
        file = (delivery.sha256, delivery.name)
        if file not in self._columns:
            looked = Columns()
            self.passing.let(delivery, looked)
            self._columns[file] = looked.columns
        return self._columns[file]

    def _held(self, new: Delivery) -> pl.DataFrame:
        """Rows of a file that are not sound: member, row_no."""
        rows = self.connection.execute(
            "SELECT held.member, held.row_no FROM meta.quarantine AS held JOIN meta.files AS file "
            "USING (file_id) WHERE file.source = ? AND file.sha256 = ? AND file.as_of = ?",
            [new.source, new.sha256, new.as_of],
        ).fetchall()
        return pl.DataFrame(rows, schema={"member": pl.String, "row_no": pl.Int64}, orient="row")


def _is_large(delivery: Delivery) -> bool:
    try:
        return delivery.path.stat().st_size > LARGE_BYTES
    except FileNotFoundError:
        return False
