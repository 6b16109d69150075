"""Tables whose place a mapping gives: the sheet of a workbook, the row of the header, or none.

What readers find by themselves is right for most files. A mapping that says ``sheet`` or
``header`` comes first, so that a person can correct them where it is not.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from screening.sources.delimited import Header, lay_out, lines_below, read_rows, sample
from screening.sources.delivery import UnreadableFileError
from screening.sources.encoding import TextEncoding, detect, text_blocks
from screening.sources.folding import fold
from screening.sources.layout import Layout
from screening.sources.mappings import Mapping
from screening.sources.sheets import NO_HEADER, read_sheet, sheet_names
from screening.sources.text_table import TextChunk, TextTable
from screening.sources.unpack import kind_of

IsHeader = Callable[[list[str]], bool]
_SAMPLE_LINES = 200


def placed_table(
    path: Path, mappings: Sequence[Mapping], source: str, file_name: str, is_header: IsHeader
) -> tuple[TextTable, Mapping] | None:
    """The table where a mapping says that it is, and the mapping; None where none fits.

    Of several that fit, the closest is taken, and of equals the last one loaded.

    Args:
        path: a file that is not packed.
        mappings: all that there are.
        source: whose mappings are asked.
        file_name: as delivered.
        is_header: whether a row of a sheet is a header of the source.
    """
    found: list[tuple[int, int, TextTable, Mapping]] = []
    for place, mapping in enumerate(mappings):
        if mapping.source != source or not mapping.is_placed:
            continue
        # The name first: looking into the file costs more.
        if mapping.match.rank(frozenset(map(fold, mapping.match.headers)), file_name) is None:
            continue
        try:
            table = _table(path, mapping, is_header)
        except UnreadableFileError:  # told by the ordinary way of reading, if it is true there too
            continue
        if table is None:
            continue
        rank = mapping.match.rank(frozenset(map(fold, table.columns)), file_name)
        if rank is not None:
            found.append((rank, place, table, mapping))
    return max(found, key=lambda each: each[:2])[2:] if found else None


def _table(path: Path, mapping: Mapping, is_header: IsHeader) -> TextTable | None:
    if kind_of(path) == "workbook":
        if mapping.sheet is not None and mapping.sheet not in sheet_names(path):
            return None
        return read_sheet(path, mapping.sheet, _row(mapping), is_header)
    if mapping.sheet is not None or mapping.header is None:
        return None
    with path.open("rb") as stream:
        start = stream.read(64).lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    if start.startswith((b"<", b"[", b"{", b"PAR1")):
        return None
    return read_delimited_below(path, _row(mapping) or 0)


def _row(mapping: Mapping) -> int | None:
    return NO_HEADER if mapping.header == "none" else mapping.header


def read_delimited_below(
    path: Path, header_row: int, encoding: TextEncoding | None = None
) -> TextTable:
    """A delimited file whose header is the given line, counted from 1.

    Args:
        path: the file.
        header_row: the line; ``NO_HEADER`` where the first line holds data: then the columns are
            called ``1``, ``2``, ...
        encoding: if it is known already.

    Raises:
        UnreadableFileError: ``empty_file``, ``unreadable_binary``.
    """
    known = encoding or detect(path)
    lines = sample(path, known).split("\n")
    below = lines[max(header_row - 1, 0) :]
    if not any(line.strip() for line in below):
        raise UnreadableFileError("empty_file")
    layout, found = lay_out("\n".join(below))
    if header_row == NO_HEADER:
        width = _usual_width(below, layout.separator)
        columns = tuple(str(place) for place in range(1, width + 1))
        layout, header = Layout(layout.separator, columns, width), Header((), 0, 0)
    else:
        above = header_row - 1
        header = Header(found.fields, found.row_no + above, found.last_line + above)

    def rows() -> Iterator[TextChunk]:
        blocks = lines_below(text_blocks(path, known), header)
        return read_rows(blocks, layout, header.row_no + 1)

    return TextTable("canonical", list(layout.columns), rows(), reopen=rows)


def _usual_width(lines: list[str], separator: str) -> int:
    """How many fields most rows have."""
    try:
        rows = list(
            csv.reader((line + "\n" for line in lines[:_SAMPLE_LINES]), delimiter=separator)
        )
    except csv.Error:
        rows = [line.split(separator) for line in lines[:_SAMPLE_LINES]]
    widths = Counter(len(row) for row in rows if any(field.strip() for field in row))
    return max(widths, key=lambda width: (widths[width], width)) if widths else 1
