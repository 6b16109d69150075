"""Sheets of a workbook from frames: headings, widths, formats, frozen header, filter."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from screening.messages import Language, text
from screening.reports.readable import band_name
from screening.reports.spreadsheet_safety import safe_cells
from screening.scoring.policy import BANDS

Look = Literal["text", "wrapped", "whole", "score", "money", "share", "day", "band"]

#: Excel's own limit is 32,767 characters; a longer text would be left out altogether.
_LONGEST_TEXT = 32_000

#: Excel refuses longer headers of printed pages (255 with their marks).
_LONGEST_HEADER = 250

#: Points of one line of text, and the most lines that a row shows before one has to scroll in it.
_LINE_HEIGHT = 15
_MOST_LINES = 20

_TOP: dict[str, object] = {"valign": "top"}
_LOOKS: dict[Look, dict[str, object]] = {
    "text": _TOP,
    "wrapped": {**_TOP, "text_wrap": True},
    "whole": {**_TOP, "num_format": "#,##0"},
    "score": {**_TOP, "num_format": "0.00"},
    "money": {**_TOP, "num_format": "#,##0"},
    "share": {**_TOP, "num_format": "0%"},
    "day": {**_TOP, "num_format": "yyyy-mm-dd"},
    "band": {**_TOP, "bold": True},
}
_HEADER = {
    "bold": True,
    "text_wrap": True,
    "valign": "vcenter",
    "bg_color": "#E6ECF1",
    "font_color": "#1D2226",
    "bottom": 1,
    "bottom_color": "#A9B4BE",
}
#: The colours of the page, on paper.
_BAND_COLOURS = (("#F9E6E0", "#8B2412"), ("#F8EDCF", "#694A06"), ("#E6ECF1", "#34516B"))


@dataclass(frozen=True)
class SheetColumn:
    """A column: its name in the frame, its heading's key, its width in characters, its look.

    The key is one of ``reports``, or of another catalogue where it names that.
    """

    name: str
    heading: str
    width: int
    look: Look = "text"


class Book:
    """An open workbook."""

    def __init__(self, workbook: xlsxwriter.Workbook, language: Language) -> None:
        self._workbook = workbook
        self._language: Language = language
        self._formats = {look: workbook.add_format(values) for look, values in _LOOKS.items()}
        self._header = workbook.add_format(_HEADER)
        self._bands = [
            (band_name(band, language), workbook.add_format({"bg_color": fill, "font_color": ink}))
            for band, (fill, ink) in zip(BANDS, _BAND_COLOURS, strict=True)
        ]

    def sheet(
        self, name: str, columns: Sequence[SheetColumn], rows: pl.DataFrame, top: str = ""
    ) -> None:
        """Add a sheet with the given columns of ``rows``, the header frozen and filtered.

        Texts that would be formulas are neutralised; numbers and dates are written as such.
        ``top`` stands above each printed page.
        """
        sheet = self._workbook.add_worksheet(name[:31])
        cells = safe_cells(rows.select([column.name for column in columns]))
        for place, column in enumerate(columns):
            key = column.heading if "." in column.heading else f"reports.{column.heading}"
            heading = text(key, self._language)
            sheet.set_column(place, place, column.width, self._formats[column.look])
            sheet.write_string(0, place, heading, self._header)
            values = _plain(cells.get_column(column.name)).to_list()
            sheet.write_column(1, place, values, self._formats[column.look])
            if column.look == "band":
                self._colour_bands(sheet, place, cells.height)
        _make_room(sheet, columns, cells)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(cells.height, 1), len(columns) - 1)
        if top:
            sheet.set_header("&L" + top.replace("&", "&&")[:_LONGEST_HEADER])
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _colour_bands(self, sheet: Worksheet, place: int, rows: int) -> None:
        for name, colour in self._bands:
            rule = {"type": "cell", "criteria": "==", "value": f'"{name}"', "format": colour}
            sheet.conditional_format(1, place, max(rows, 1), place, rule)


@contextmanager
def open_book(path: Path, title: str, created: datetime, language: Language) -> Iterator[Book]:
    """A workbook that is written when the block ends; nothing of the clock goes into it."""
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    workbook = xlsxwriter.Workbook(str(path), options)
    workbook.set_properties({"title": title, "created": created})
    yield Book(workbook, language)
    workbook.close()


def _make_room(sheet: Worksheet, columns: Sequence[SheetColumn], cells: pl.DataFrame) -> None:
    """Rows as high as their longest text: not every program does that by itself."""
    needed = [
        (pl.col(column.name).str.len_chars() / column.width).ceil()
        + pl.col(column.name).str.count_matches("\n")
        for column in columns
        if column.look == "wrapped"
    ]
    if not needed:
        return
    lines = cells.select(lines=pl.max_horizontal(needed).fill_null(1).clip(1, _MOST_LINES))
    for row, height in enumerate(lines.to_series().to_list(), start=1):
        if height > 1:
            sheet.set_row(row, _LINE_HEIGHT * height)


def _plain(values: pl.Series) -> pl.Series:
    """Values as a spreadsheet holds them: decimals as numbers, texts within its limit."""
    if values.dtype.is_decimal():
        return values.cast(pl.Float64)
    if values.dtype == pl.String:
        return values.str.slice(0, _LONGEST_TEXT)
    return values
