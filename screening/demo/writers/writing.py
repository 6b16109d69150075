"""How the demo's tables are written: files with the same bytes each time, cells as people do."""

from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from screening.demo.world import World


def write_csv(
    frame: pl.DataFrame, path: Path, separator: str = ",", encoding: str = "utf-8"
) -> None:
    """Write a table of text, its folder made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = frame.write_csv(separator=separator, line_terminator="\r\n", null_value="")
    path.write_bytes(text.encode(encoding))


def write_xlsx(frame: pl.DataFrame, path: Path, sheet: str, made_on: datetime) -> None:
    """Write a table as a workbook; the same table gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"created": made_on})
        frame.write_excel(workbook, worksheet=sheet, autofit=False, float_precision=2)


def day_text(column: str) -> pl.Expr:
    """A column of day numbers as ``YYYY-MM-DD``."""
    return pl.col(column).cast(pl.Int32).cast(pl.Date).cast(pl.String)


def money(column: str) -> pl.Expr:
    """A column of öre as kronor with two decimals."""
    return (
        (pl.col(column) // 100).cast(pl.String)
        + "."
        + (pl.col(column) % 100).cast(pl.String).str.zfill(2)
    )


def whole_kronor(column: str) -> pl.Expr:
    """A column of öre as whole kronor."""
    return (pl.col(column) / 100).round().cast(pl.Int64)


def yes_or_no(column: str) -> pl.Expr:
    """A truth value as a spreadsheet has it."""
    return pl.when(pl.col(column)).then(pl.lit("ja")).otherwise(pl.lit("nej"))


def orgnrs(world: World) -> pl.DataFrame:
    """``company, orgnr`` of everyone."""
    return pl.concat(
        [world.suppliers.select("company", "orgnr"), world.others.select("company", "orgnr")]
    )


def with_people(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with their person's columns; ``of_age`` is ``since``, but not before age twenty."""
    joined = rows.join(world.people, on="person", how="left", maintain_order="left")
    return joined.with_columns(of_age=pl.max_horizontal("since", pl.col("birth") + 20 * 366))
