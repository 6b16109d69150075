"""Small marks by which rows of two files are told to be the same; nothing is typed.

A row has one mark for each way of comparing (``wrong``): the column that is left out, several
joined by ``/``, or nothing for rows that could not be split into columns. Of a file that is read
for this, only the marks that matter are kept: 8 bytes per row and way while it is read, afterwards
a little for each entry in quarantine.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from screening.sources.contracts import Contract
from screening.sources.delivery import Delivery, UnreadableFileError
from screening.sources.headers import contract_names, match_headers
from screening.sources.mappings import Mapping, best_mapping
from screening.sources.mended_rows import Onlooker, watched
from screening.sources.reading import read_delivery
from screening.sources.text_table import TextTable
from screening.sources.unpack import kind_of

_BETWEEN = "\x1f"
#: What may differ where a row could not be split: separators, quotes, blanks.
_LOOSE = "[;,|\t\"'\\s]"
ENTRY_MARKS_SCHEMA: dict[str, pl.DataType] = {
    "member": pl.String(),
    "row_no": pl.Int64(),
    "wrong": pl.String(),
    "mark": pl.UInt64(),
    "key": pl.UInt64(),
}
#: How many rows have a mark.
COUNTS_SCHEMA: dict[str, pl.DataType] = {
    "wrong": pl.String(),
    "mark": pl.UInt64(),
    "times": pl.Int64(),
}
_SOUND_SCHEMA: dict[str, pl.DataType] = {
    "wrong": pl.String(),
    "mark": pl.UInt64(),
    "key": pl.UInt64(),
    "times": pl.Int64(),
}


def loose_mark(raw: pl.Expr) -> pl.Expr:
    """The mark of a row that could not be split, from its text (UInt64, null where empty)."""
    bare = raw.str.replace_all(_LOOSE, "")
    return pl.when(bare != "").then(bare.hash())


@dataclass(frozen=True)
class Passing:
    """Lets the tables of a source's deliveries pass by onlookers."""

    contract: Contract
    mappings: Sequence[Mapping]
    work: Path

    def let(self, delivery: Delivery, onlooker: Onlooker) -> None:
        """A file that cannot be read, or is gone, shows what it can."""
        with suppress(UnreadableFileError, FileNotFoundError):
            passing = read_delivery(
                watched(delivery, onlooker), self.contract, self.mappings, self.work
            )
            for _ in passing:
                pass

    def key_headers(self, columns: list[str], delivery: Delivery) -> list[str]:
        """The file's columns of the source's key; none where rows may repeat, or by day."""
        if self.contract.repeats:
            return []
        name = delivery.name.rpartition("/")[2]
        mapping = best_mapping(self.mappings, self.contract.source, columns, name)
        renames = mapping.renames if mapping else {}
        found = match_headers(columns, contract_names(self.contract), renames).columns
        if "as_of" in self.contract.key and "as_of" not in found:
            return []
        return [found[name] for name in self.contract.key if name in found]


@dataclass(eq=False)
class Columns:
    """Notes the columns of a file; of its rows none is read."""

    columns: frozenset[str] = frozenset()

    def over(self, table: TextTable, member: str) -> TextTable:
        """An empty table."""
        del member
        self.columns |= frozenset(table.columns)
        return _emptied(table)


@dataclass(frozen=True)
class EntryMarks:
    """Marks of a file's entries in quarantine.

    Attributes:
        columns: of the file; none where it cannot be read.
        rows: ``ENTRY_MARKS_SCHEMA``, each entry in its own way of comparing, and in those of
            others where it is the same as one of them.
        others: ``COUNTS_SCHEMA`` of the file's other rows that are the same as an entry.
    """

    columns: frozenset[str]
    rows: pl.DataFrame
    others: pl.DataFrame


@dataclass(eq=False)
class EntryMarking:
    """Notes ``EntryMarks`` of a file. ``entries``: member, row_no, wrong, raw."""

    passing: Passing
    delivery: Delivery
    entries: pl.DataFrame
    columns: frozenset[str] = frozenset()
    _rows: list[pl.DataFrame] = field(default_factory=list)
    _others: dict[str, list[pl.Series]] = field(default_factory=dict)

    def over(self, table: TextTable, member: str) -> TextTable:
        """An empty table; the marks of the given one are noted."""
        self.columns |= frozenset(table.columns)
        key = self.passing.key_headers(table.columns, self.delivery)
        ways = self.entries["wrong"].unique().to_list()
        asked = self.entries.filter(pl.col("member") == member)["row_no"].implode()
        for chunk in table.chunks:
            is_entry = chunk.frame["row_no"].is_in(asked)
            own, rest = chunk.frame.filter(is_entry), chunk.frame.filter(~is_entry)
            for wrong in ways:
                mark = _mark(table.columns, wrong)
                others = rest.select(mark)["mark"].drop_nulls()
                self._others.setdefault(wrong, []).append(others)
                if own.height:
                    marked = own.select(
                        pl.lit(member).alias("member"),
                        "row_no",
                        pl.lit(wrong).alias("wrong"),
                        mark,
                        _key(key, wrong),
                    )
                    self._rows.append(marked.cast(ENTRY_MARKS_SCHEMA))  # type: ignore[arg-type]
        return _emptied(table)

    def marks(self) -> EntryMarks:
        """What was noted."""
        rows = pl.concat([pl.DataFrame(schema=ENTRY_MARKS_SCHEMA), *self._rows])
        split = self.entries.filter(pl.col("wrong") != "")
        own = rows.join(split, on=["member", "row_no", "wrong"], how="semi")
        broken = self.entries.filter(pl.col("wrong") == "").select(
            "wrong", loose_mark(pl.col("raw")).alias("mark")
        )
        wanted = pl.concat([own.select("wrong", "mark"), broken]).drop_nulls("mark")
        again = rows.join(split, on=["member", "row_no", "wrong"], how="anti")
        counted = [pl.DataFrame(schema=COUNTS_SCHEMA)]
        for wrong, parts in self._others.items():
            marks = wanted.filter(pl.col("wrong") == wrong)["mark"].unique().implode()
            same = pl.concat([part.filter(part.is_in(marks)) for part in parts])
            counted.append(
                same.to_frame("mark")
                .group_by("mark")
                .agg(pl.len().cast(pl.Int64).alias("times"))
                .select(pl.lit(wrong).alias("wrong"), "mark", "times")
            )
        return EntryMarks(
            self.columns,
            pl.concat([own, again.join(wanted, on=["wrong", "mark"], how="semi")]),
            pl.concat(counted),
        )


@dataclass(eq=False)
class SoundMarking:
    """Notes marks of a file's rows that are the same as wanted ones, and how many have each.

    ``wanted`` has wrong, mark, key; ``held`` (member, row_no) the rows that are not sound. A file
    that has none of the column sets of ``fitting`` is not read.
    """

    passing: Passing
    delivery: Delivery
    wanted: pl.DataFrame
    held: pl.DataFrame
    fitting: frozenset[frozenset[str]]
    columns: frozenset[str] = frozenset()
    _sound: list[pl.DataFrame] = field(default_factory=list)

    def over(self, table: TextTable, member: str) -> TextTable:
        """An empty table; the marks of the given one are noted."""
        self.columns |= frozenset(table.columns)
        # The columns of a zip are those of all its files together.
        is_single = kind_of(self.delivery.path) != "zip"
        if is_single and not any(columns <= self.columns for columns in self.fitting):
            return _emptied(table)
        key = self.passing.key_headers(table.columns, self.delivery)
        held = self.held.filter(pl.col("member") == member)["row_no"].implode()
        ways = [
            (wrong, own["mark"].drop_nulls().implode(), own["key"].drop_nulls().implode())
            for (wrong,), own in self.wanted.partition_by("wrong", as_dict=True).items()
        ]
        for chunk in table.chunks:
            sound = chunk.frame.filter(~pl.col("row_no").is_in(held))
            for wrong, marks, keys in ways:
                here = (
                    sound.select(_mark(table.columns, str(wrong)), _key(key, str(wrong)))
                    .filter(pl.col("mark").is_in(marks) | pl.col("key").is_in(keys))
                    .group_by("mark", "key")
                    .agg(pl.len().cast(pl.Int64).alias("times"))
                )
                if here.height:
                    here = here.select(pl.lit(wrong).alias("wrong"), "mark", "key", "times")
                    self._sound.append(here)
        return _emptied(table)

    def sound(self) -> pl.DataFrame:
        """What was noted: wrong, mark, key, times; one row each."""
        every = pl.concat([pl.DataFrame(schema=_SOUND_SCHEMA), *self._sound])
        return every.group_by("wrong", "mark", "key").agg(pl.col("times").sum())


def _emptied(table: TextTable) -> TextTable:
    return replace(table, chunks=iter(()), reopen=lambda: iter(()))


def _mark(columns: list[str], wrong: str) -> pl.Expr:
    """A row's ``mark`` in a way of comparing; null where nothing else is in the row."""
    if wrong:
        left_out = set(wrong.split("/"))
        text = _joined([name for name in sorted(columns) if name not in left_out], _BETWEEN)
    else:
        text = _joined(columns, "").str.replace_all(_LOOSE, "")
    return pl.when(text.str.strip_chars(_BETWEEN) != "").then(text.hash()).alias("mark")


def _key(headers: list[str], wrong: str) -> pl.Expr:
    """A row's ``key``; null where it is empty, or a column of it was wrong."""
    if not headers or not wrong or set(wrong.split("/")) & set(headers):
        return pl.lit(None, pl.UInt64).alias("key")
    is_there = _joined(headers, "") != ""
    return pl.when(is_there).then(_joined(headers, _BETWEEN).hash()).alias("key")


def _joined(columns: Sequence[str], between: str) -> pl.Expr:
    if not columns:
        return pl.lit("")
    cells = [pl.col(name).str.strip_chars().fill_null("") for name in columns]
    return pl.concat_str(cells, separator=between)
