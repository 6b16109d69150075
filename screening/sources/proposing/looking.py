"""A first look at a file, whatever it is: how it is written, where its header is, first rows."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl

from screening.sources.delimited import lay_out, sample
from screening.sources.delivery import UnreadableFileError
from screening.sources.encoding import TextEncoding, detect
from screening.sources.folding import fold
from screening.sources.parquet import read_parquet
from screening.sources.placed_tables import read_delimited_below
from screening.sources.proposing.header_similarity import is_known_name
from screening.sources.reading import failure_of
from screening.sources.rowstore import read_rowstore
from screening.sources.sheets import NO_HEADER, read_sheet, top_rows
from screening.sources.text_table import TextTable
from screening.sources.unpack import Member, kind_of, list_member_names, members

Format = Literal["delimited", "workbook", "parquet", "json", "document", "unreadable"]

MOST_ROWS = 100_000
_MOST_CELLS = 4_000_000
_TOP_ROWS = 30
_SAMPLE_LINES = 200
#: A row must be so much more of a header than the one that readers find.
_CLEARLY_BETTER = 3
_LONGEST_NAME = 80
_LAST_ROWS = 3
_MOSTLY = 0.5
_TOTALS = {"summa", "total", "totalt", "totalsumma", "summering", "grand_total", "sum", "totals"}
_DATA = r"^[\s\d.,:/+()%-]*\d[\s\d.,:/+()%TZ-]*$|^[^@\s]+@[^@\s]+$|^(?:SE|se)?[\d -]{8,}(?:01)?$"
#: No name of a column has so many digits in a row; a title with a day in it has.
_LONG_NUMBER = re.compile("[0-9]{4}")


@dataclass(frozen=True)
class Look:
    """What a first look at a file shows.

    Attributes:
        format: how it is written; ``document`` for XML and JSON that is no list of rows.
        packed: what it is packed in.
        members: files in the archive.
        member: the one looked at.
        encoding, separator: of a text.
        sheet, sheets: of a workbook.
        header_row: the header's row as a spreadsheet counts it; ``NO_HEADER`` where there is none.
        reader_row: the same as readers find it without help.
        columns: header names, made unique; ``1``, ``2``, ... where there are none.
        frame: the first rows, all texts.
        is_whole: the frame holds all rows.
        top: a workbook's sheets and their first rows, for telling which header readers find.
        failure: why it cannot be read.
    """

    format: Format
    packed: Literal["", "gzip", "zip"] = ""
    members: int = 1
    member: str = ""
    encoding: TextEncoding | None = None
    separator: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header_row: int = 1
    reader_row: int = 1
    columns: tuple[str, ...] = ()
    frame: pl.DataFrame = field(default_factory=pl.DataFrame)
    is_whole: bool = True
    top: dict[str, list[list[str]]] = field(default_factory=dict)
    failure: UnreadableFileError | None = None

    @property
    def has_header(self) -> bool:
        """Whether a row names the columns."""
        return self.header_row != NO_HEADER


def look_at(path: Path, work_dir: Path | None = None) -> Look:
    """Look at a file; never raises for what is in it.

    Args:
        path: the file, packed or not.
        work_dir: where packed files are unpacked to.
    """
    kind = kind_of(path)
    packed: Literal["", "gzip", "zip"] = kind if kind in ("gzip", "zip") else ""
    first: Look | None = None
    count = 0
    try:
        for member in members(path, work_dir):
            first = _member(member)
            if first.failure is None:
                break
        count = len(list_member_names(path)) if packed == "zip" else 1
    except BaseException as error:
        failure = failure_of(error)
        if failure is None:
            raise
        first = first or Look("unreadable", failure=failure)
    found = first or Look("unreadable", failure=UnreadableFileError("empty_file"))
    return _with(found, packed=packed, members=max(count, 1))


def how_written(path: Path) -> Look:
    """How a file is written, without its rows; what is packed is not opened."""
    kind = kind_of(path)
    try:
        if kind in ("gzip", "zip", "archive"):
            return Look("unreadable", packed=kind if kind != "archive" else "zip")
        if kind == "workbook":
            return Look("workbook")
        with path.open("rb") as stream:
            if stream.read(4) == b"PAR1":
                return Look("parquet")
        encoding = detect(path)
        head = sample(path, encoding)
        if head.lstrip("\ufeff \t\r\n").startswith(("<", "[", "{")):
            return Look("document", encoding=encoding)
        return Look("delimited", encoding=encoding, separator=lay_out(head)[0].separator)
    except BaseException as error:
        failure = failure_of(error)
        if failure is None:
            raise
        return Look("unreadable", failure=failure)


def _with(look: Look, **changes: object) -> Look:
    return Look(**{**look.__dict__, **changes})


def _member(member: Member) -> Look:
    if member.failure is not None:
        return Look("unreadable", member=member.name, failure=member.failure)
    try:
        return _with(_look(member.path), member=member.name)
    except BaseException as error:
        failure = failure_of(error)
        if failure is None:
            raise
        return Look("unreadable", member=member.name, failure=failure)


def _look(path: Path) -> Look:
    if kind_of(path) == "workbook":
        return _workbook(path)
    with path.open("rb") as stream:
        start = stream.read(1024)
    if start.startswith(b"PAR1"):
        return _sampled(Look("parquet"), read_parquet(path))
    encoding = detect(path)
    head = sample(path, encoding).lstrip("\ufeff \t\r\n")
    if head.startswith("<"):
        return Look("document", encoding=encoding)
    if head.startswith(("[", "{")):
        try:
            look = _sampled(Look("json", encoding=encoding), read_rowstore(path, encoding))
        except UnreadableFileError:
            return Look("document", encoding=encoding)
        return Look("document", encoding=encoding) if _is_nested(look) else look
    return _delimited(path, encoding)


def _is_nested(look: Look) -> bool:
    """Whether rows have parts of their own: then they are no rows of a table."""
    texts = pl.col(look.columns).str.contains(r"^[\[{]").mean()
    return any((share or 0) > _MOSTLY for share in look.frame.select(texts).row(0))


def _delimited(path: Path, encoding: TextEncoding) -> Look:
    head = sample(path, encoding)
    layout, header = lay_out(head)
    rows = _rows(head, layout.separator)
    row = _header_row(rows, header.last_line)
    table = read_delimited_below(path, row, encoding)
    look = Look(
        "delimited",
        encoding=encoding,
        separator=layout.separator,
        header_row=row,
        reader_row=header.last_line,
    )
    return _sampled(look, table)


def _rows(head: str, separator: str) -> dict[int, list[str]]:
    """The rows of a sample by the line that each ends on."""
    reader = csv.reader(
        (line + "\n" for line in head.split("\n")[:_SAMPLE_LINES]), delimiter=separator
    )
    found: dict[int, list[str]] = {}
    try:
        for fields in reader:
            if any(cell.strip() for cell in fields):
                found[reader.line_num] = fields
    except csv.Error:  # a field that is too long: what came before is sample enough
        pass
    return found


def _workbook(path: Path) -> Look:
    top = top_rows(path, _TOP_ROWS)
    best: tuple[float, str, int] | None = None
    for sheet, rows in top.items():
        numbered = {place: row for place, row in enumerate(rows, start=1) if any(row)}
        if not numbered:
            continue
        fullest = max(numbered, key=lambda n: (sum(map(bool, numbered[n])), -n))
        row = _header_row(numbered, fullest)
        likeness = header_likeness(numbered.get(row, []))
        if best is None or likeness > best[0]:
            best = likeness, sheet, row
    if best is None:
        raise UnreadableFileError("empty_file")
    _, sheet, row = best
    table = read_sheet(path, sheet, row, lambda _: False)
    look = Look("workbook", sheet=sheet, sheets=tuple(top), header_row=row, reader_row=row, top=top)
    return _sampled(look, table)


def _header_row(rows: dict[int, list[str]], found: int) -> int:
    """The row that is the header: the one that readers find unless another is clearly better.

    ``NO_HEADER`` where what stands there is data.
    """
    near = {number: row for number, row in list(rows.items())[:_TOP_ROWS] if len(row) > 1}
    likeness = {number: header_likeness(row) for number, row in near.items()}
    if not likeness:
        return found
    best = max(likeness, key=lambda number: (likeness[number], -number))
    row = best if likeness[best] >= likeness.get(found, 0) + _CLEARLY_BETTER else found
    return NO_HEADER if is_data(rows.get(row, [])) and row == min(rows) else row


def header_likeness(row: Sequence[str]) -> float:
    """How much a row looks like a header: its cells are names, known ones best of all."""
    names = [cell for cell in row if cell.strip()]
    data = sum(map(bool, _are_data(names)))
    known = sum(map(_is_name, names))
    return 2 * known + 0.5 * (len(names) - data) - 2 * data


def is_data(row: Sequence[str]) -> bool:
    """Whether a row holds values and no names of columns."""
    cells = [cell for cell in row if cell.strip()]
    return bool(cells) and sum(_are_data(cells)) > sum(map(_is_name, cells))


def _is_name(cell: str) -> bool:
    is_short = len(cell) <= _LONGEST_NAME and not _LONG_NUMBER.search(cell)
    return is_short and is_known_name(cell)


def _are_data(cells: Sequence[str]) -> list[bool]:
    texts = pl.Series(list(cells), dtype=pl.String).str.strip_chars()
    return texts.str.contains(_DATA).fill_null(False).to_list()


def _sampled(look: Look, table: TextTable) -> Look:
    most = max(100, min(MOST_ROWS, _MOST_CELLS // max(len(table.columns), 1)))
    frames: list[pl.DataFrame] = []
    rows, is_whole = 0, True
    for chunk in table.chunks:
        if rows + chunk.frame.height > most:
            frames.append(chunk.frame.head(most - rows))
            is_whole = False
            break
        frames.append(chunk.frame)
        rows += chunk.frame.height
    columns = tuple(table.columns)
    frame = (
        pl.concat(frames)
        if frames
        else pl.DataFrame(schema={**dict.fromkeys(columns, pl.String), "row_no": pl.Int64})
    )
    return _with(look, columns=columns, frame=frame, is_whole=is_whole)


def total_row(look: Look) -> tuple[str, str] | None:
    """Column and text that mark a row of totals at the end of a file; None without one."""
    if not look.is_whole or look.frame.height <= _LAST_ROWS:
        return None
    for row in look.frame.select(look.columns).tail(_LAST_ROWS).iter_rows(named=True):
        for header, cell in row.items():
            if cell is not None and fold(cell) in _TOTALS:
                return header, cell.strip()
    return None


def header_found_in(top: dict[str, list[list[str]]], names: frozenset[str]) -> tuple[str, int]:
    """Sheet and row where the reader of workbooks finds the header; ``names`` are folded.

    It takes the first row with two names that it knows, else the first sheet's fullest row.
    """
    for sheet, rows in top.items():
        for number, row in enumerate(rows, start=1):
            if len({fold(cell) for cell in row if cell} & names) > 1:
                return sheet, number
    for sheet, rows in top.items():
        filled = [sum(map(bool, row)) for row in rows]
        if any(filled):
            return sheet, filled.index(max(filled)) + 1
    return "", 1
