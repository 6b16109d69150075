"""Rows in quarantine as a table that a person can mend and drop back into the inbox."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from screening.messages import Language
from screening.places import MAPPINGS_DIR
from screening.reports.quarantine_list import (
    Chosen,
    NotInQuarantineError,
    QuarantineWorkError,
    entries_of,
    opened_quarantine,
)
from screening.reports.quarantine_words import reason_in_words
from screening.sources.contracts import all_contracts
from screening.sources.delivery import Delivery, UnreadableFileError
from screening.sources.mappings import Mapping, load_mappings
from screening.sources.mended_rows import RowTexts, watched
from screening.sources.mending_table import LEADING, REFERENCE, guarded
from screening.sources.reading import read_delivery
from screening.warehouse.corrections import with_mended_rows, with_references
from screening.warehouse.raw_copies import raw_copy
from screening.warehouse.state import State

#: Excel's own limit is 32,767 characters.
_LONGEST_CELL = 32_000
#: Excel's own limit, less the header.
MOST_ROWS = 1_048_575
_WIDTHS = {"vaksam_file": 28, "vaksam_reason": 60, "vaksam_raw": 40}
_HEADER = {"bold": True, "bg_color": "#E6ECF1", "bottom": 1, "num_format": "@"}
_LEADING_LOOK = {"num_format": "@", "font_color": "#5B6770", "bg_color": "#F4F6F8"}
_CELL = {"num_format": "@"}
_WRONG = {"bg_color": "#F8EDCF"}


class NothingToMendError(QuarantineWorkError):
    """Only whole files are chosen, or rows that are not there any more: nothing to mend by row."""

    message = "nothing_to_mend"


@dataclass(frozen=True)
class Exported:
    """What was written: rows, the files they are from, and entries that cannot be mended by row."""

    path: Path
    rows: int
    files: int
    left_out: int
    sources: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "path": str(self.path),
            "rows": self.rows,
            "files": self.files,
            "left_out": self.left_out,
            "sources": list(self.sources),
        }


def export_quarantine(
    folder: Path,
    chosen: Chosen,
    day: date,
    out: Path,
    language: Language,
    mapping_folders: tuple[Path, ...] = (),
) -> Exported:
    """Write the rows in quarantine of what is chosen to a CSV or XLSX file, unmasked.

    The leading columns say where each row came from and what is wrong; then come the columns of
    the delivered files, cells as written. Every cell is text, so that a spreadsheet leaves numbers
    and dates alone. Only the owner may read the file.

    Args:
        folder: the state folder.
        chosen: which rows.
        day: the day.
        out: the file to write; ``.xlsx`` is a workbook, everything else CSV.
        language: of the reasons.
        mapping_folders: folders with mappings, as for the weekly run.

    Raises:
        NotInQuarantineError: nothing fits.
        NothingToMendError: nothing of what fits is a row.
        NothingPublishedError: nothing was ever read.
        StateBusyError: a run is under way.
        OSError: the file cannot be written.
    """
    with opened_quarantine(folder) as connection:
        chosen_entries = chosen.of(entries_of(connection, day))
        if chosen_entries.is_empty():
            raise NotInQuarantineError(chosen.file or chosen.source or "")
        entries = chosen_entries.filter(pl.col("row_no").is_not_null())
        mappings = load_mappings((MAPPINGS_DIR, *mapping_folders))
        table = _table(connection, State(folder), entries, mappings, language)
    if table.is_empty():
        raise NothingToMendError(chosen.file or chosen.source or "")
    _write(table, out)
    return Exported(
        path=out,
        rows=table.height,
        files=table["vaksam_file"].n_unique(),
        left_out=chosen_entries.height - entries.height,
        sources=tuple(entries["source"].unique().sort()),
    )


def _table(
    connection: duckdb.DuckDBPyConnection,
    state: State,
    entries: pl.DataFrame,
    mappings: list[Mapping],
    language: Language,
) -> pl.DataFrame:
    """Leading columns, then those of the files; a column that several files have is one column."""
    # A file that was delivered on two days has its entries twice; one row mends both.
    referred = with_references(connection, entries).unique(
        REFERENCE, keep="first", maintain_order=True
    )
    parts = []
    for own in referred.partition_by("file_id", maintain_order=True):
        texts = _texts(connection, state, own, mappings)
        parts += [
            _part(of_member, texts, str(member), language)
            for (member,), of_member in own.partition_by(
                "member", as_dict=True, maintain_order=True
            ).items()
        ]
    if not parts:
        return pl.DataFrame()
    table = pl.concat(parts, how="diagonal")
    return table.drop(name for name in ("vaksam_raw",) if table[name].null_count() == table.height)


def _texts(
    connection: duckdb.DuckDBPyConnection,
    state: State,
    own: pl.DataFrame,
    mappings: list[Mapping],
) -> RowTexts:
    """The texts of a file's rows in quarantine, read from the raw copy."""
    first = own.row(0, named=True)
    texts = RowTexts(own.select("member", "row_no"))
    delivery = Delivery(
        path=raw_copy(state, first["sha256"]),
        name=first["file"],
        source=first["source"],
        sha256=first["sha256"],
        received_on=first["received_on"],
        as_of=first["as_of"],
    )
    delivery = watched(with_mended_rows(connection, delivery), texts)
    contract = all_contracts()[first["source"]]
    # The texts are noted as they pass; of a raw copy that is gone, nothing passes.
    with suppress(UnreadableFileError, FileNotFoundError):
        for _ in read_delivery(delivery, contract, mappings, state.work):
            pass
    return texts


def _part(own: pl.DataFrame, texts: RowTexts, member: str, language: Language) -> pl.DataFrame:
    """The rows of one table: leading columns and cells, in file order."""
    rows = texts.rows(member)
    broken = texts.broken(member).select("row_no", pl.col("raw").alias("vaksam_raw"))
    columns = texts.columns.get(member, [])
    reasons = {
        reason: reason_in_words(reason, language) for reason in own["reason"].unique().to_list()
    }
    leading = own.select(
        pl.col(REFERENCE),
        pl.col("shown_file").alias("vaksam_file"),
        pl.col("row_no").cast(pl.String).alias("vaksam_row"),
        pl.col("column").alias("vaksam_column"),
        pl.col("reason").replace(reasons).alias("vaksam_reason"),
        "row_no",
    )
    guessed = _best_guess(broken.join(rows, on="row_no", how="anti"), columns)
    cells = pl.concat([rows, guessed], how="diagonal")
    return (
        leading.join(broken, on="row_no", how="left", maintain_order="left")
        .join(cells, on="row_no", how="inner", maintain_order="left")
        .select(*LEADING, *columns)
    )


def _best_guess(broken: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Rows that could not be split into columns, split where a separator is.

    What is too much stands in the last column: the person has to move it in any case.
    """
    if broken.is_empty() or not columns:
        return pl.DataFrame(schema={"row_no": pl.Int64()})
    text = pl.col("vaksam_raw")
    separator = max(
        (";", "\t", ",", "|"),
        key=lambda each: broken.select(text.str.count_matches(each, literal=True).sum()).item(),
    )
    fields = text.str.splitn(separator, max(len(columns), 2)).struct.rename_fields(
        [str(place) for place in range(max(len(columns), 2))]
    )
    return broken.with_columns(fields.alias("\x00fields")).select(
        "row_no",
        *(
            pl.col("\x00fields").struct.field(str(place)).alias(name)
            for place, name in enumerate(columns)
        ),
    )


def _write(table: pl.DataFrame, out: Path) -> None:
    """Write beside, for the owner's eyes only, then move into place."""
    cells = table.with_columns(
        guarded(pl.col(name)).str.slice(0, _LONGEST_CELL).alias(name) for name in table.columns
    )
    beside = out.with_name(f".{out.name}.part")
    out.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    beside.chmod(0o600)
    try:
        if out.suffix.lower() == ".xlsx":
            _write_workbook(cells.head(MOST_ROWS), beside)
        else:
            cells.write_csv(beside, include_bom=True, separator=";", quote_style="necessary")
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)


def _write_workbook(cells: pl.DataFrame, path: Path) -> None:
    """One sheet, every cell a text, the column that is wrong marked."""
    workbook = xlsxwriter.Workbook(
        str(path),
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    header = workbook.add_format(_HEADER)
    leading, cell = workbook.add_format(_LEADING_LOOK), workbook.add_format(_CELL)
    wrong = workbook.add_format(_WRONG)
    sheet = workbook.add_worksheet("vaksam")
    own = len([name for name in cells.columns if name in LEADING])
    told = xl_col_to_name(cells.columns.index("vaksam_column"), col_abs=True)
    for place, name in enumerate(cells.columns):
        look = leading if place < own else cell
        sheet.set_column(place, place, _WIDTHS.get(name, 16), look)
        sheet.write_string(0, place, name, header)
        sheet.write_column(1, place, cells[name].to_list(), look)
        if place >= own:
            column = '"/' + name.replace('"', '""') + '/"'
            is_wrong = f'=ISNUMBER(SEARCH({column},"/"&SUBSTITUTE({told}2," < ","/")&"/"))'
            rule = {"type": "formula", "criteria": is_wrong, "format": wrong}
            sheet.conditional_format(1, place, max(cells.height, 1), place, rule)
    sheet.freeze_panes(1, own)
    sheet.autofilter(0, 0, max(cells.height, 1), len(cells.columns) - 1)
    workbook.close()
