"""One way of writing csv, so that every file of a week opens alike in a spreadsheet."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from screening.reports.spreadsheet_safety import safe_cells


def write_records(
    records: Iterable[Mapping[str, object]],
    schema: Mapping[str, pl.DataType | type[pl.DataType]],
    path: Path,
) -> None:
    """Write the fields of a schema, in its order, as :func:`write_csv` does.

    Raises:
        OSError: the file cannot be written.
    """
    rows = [{name: record[name] for name in schema} for record in records]
    write_csv(pl.DataFrame(rows, schema=dict(schema)), path)


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """UTF-8 with BOM, ``;``, decimal dot, no thousands separators, dates as ISO, LF line ends.

    The BOM makes spreadsheets read å, ä and ö; ``;`` is what a Swedish one expects. Texts that
    would be formulas are neutralised. Nothing of the clock goes in: same frame, same bytes.
    """
    safe_cells(frame).write_csv(
        path,
        include_bom=True,
        separator=";",
        line_terminator="\n",
        quote_style="necessary",
        float_scientific=False,
        date_format="%Y-%m-%d",
    )
