"""What would come of files if they were delivered: the week's first stage, into a store that is
thrown away afterwards.

It is the same code that a week runs, so that its figures are the week's figures. The store starts
empty: rows that an installation holds already count as rows that would load.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from screening.sources.delivery import ReadWarning
from screening.warehouse.connection import open_warehouse
from screening.warehouse.exchange import to_polars
from screening.warehouse.file_register import FileCounts
from screening.warehouse.ingesting import InputFile, Progress, ingest, silent
from screening.warehouse.schema import REF_FACTOR
from screening.warehouse.state import State

#: Warnings with this code say how many rows a mapping's filters leave out.
_LEFT_OUT = "rows_left_out"


@dataclass(frozen=True)
class TriedFile:
    """What would come of one file.

    Attributes:
        source: whose folder it lies in.
        file: its path inside the inbox.
        is_read: it could be read; otherwise it would be set aside whole.
        origin: the format that its rows came in, empty where none loaded.
        counts: of rows, ``read == loaded + quarantined + skipped``. Skipped are rows that the
            inbox has already, in this file or an earlier one.
        left_out: rows that a mapping's filters leave out; they count as not read.
        reasons: member, ``row_no`` of the first such row, column, reason, ``raw`` of that row and
            ``rows`` with this reason; the most frequent first.
        warnings: what is worth a look but costs no row.
    """

    source: str
    file: str
    is_read: bool
    origin: str
    counts: FileCounts
    left_out: int
    reasons: pl.DataFrame
    warnings: tuple[ReadWarning, ...]


@dataclass(frozen=True)
class DryRun:
    """Every file that would be read, in the order of names, and what would not be read at all."""

    files: tuple[TriedFile, ...]
    warnings: tuple[ReadWarning, ...]


def dry_run(
    inbox: Path,
    as_of: date,
    mapping_folders: Sequence[Path] = (),
    progress: Progress = silent,
) -> DryRun:
    """What a week would make of an inbox. Nothing is kept.

    Raises:
        NoInboxError: there is no such inbox.
        MappingFileError: a mapping file is not well formed.
        OSError: there is no room for a copy of the inbox in the folder for temporary files.
    """
    with tempfile.TemporaryDirectory(prefix="vaksam-check-") as folder:
        state = State(Path(folder)).make()
        summary = ingest(inbox, state, as_of, mapping_folders, progress)
        with open_warehouse(state) as connection:
            reasons = to_polars(
                connection.sql(
                    'SELECT file_id, member, "column", reason, min(row_no) AS row_no, '
                    "arg_min(raw, coalesce(row_no, 0)) AS raw, count(*) AS rows "
                    "FROM meta.quarantine GROUP BY ALL "
                    'ORDER BY file_id, rows DESC, member, row_no, "column", reason'
                )
            )
            origins = _origins(connection, sorted({file.source for file in summary.inputs}))
    by_file: dict[str, list[ReadWarning]] = {file.file: [] for file in summary.inputs}
    others: list[ReadWarning] = []
    for warning in summary.warnings:
        is_of_file = warning.values.get("file") in by_file
        (by_file[str(warning.values["file"])] if is_of_file else others).append(warning)
    return DryRun(
        files=tuple(_tried(file, reasons, origins, by_file[file.file]) for file in summary.inputs),
        warnings=tuple(others),
    )


def _origins(connection: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> dict[int, str]:
    """File -> the format that its rows came in."""
    found: dict[int, str] = {}
    for source in sources:
        found |= dict(
            connection.execute(
                f"SELECT part.file_id, min(row.origin) FROM history.{source} AS row "
                f"JOIN meta.parts AS part ON row.ref // {REF_FACTOR} = part.part_id GROUP BY ALL"
            ).fetchall()
        )
    return found


def _tried(
    file: InputFile, reasons: pl.DataFrame, origins: dict[int, str], warnings: list[ReadWarning]
) -> TriedFile:
    left_out = [w.values.get("rows") for w in warnings if w.code == _LEFT_OUT]
    return TriedFile(
        source=file.source,
        file=file.file,
        is_read=file.status != "quarantined",
        origin=origins.get(file.file_id, ""),
        counts=file.counts,
        left_out=sum(rows for rows in left_out if isinstance(rows, int)),
        reasons=reasons.filter(pl.col("file_id") == file.file_id).drop("file_id"),
        warnings=tuple(warning for warning in warnings if warning.code != _LEFT_OUT),
    )


@contextmanager
def inbox_of(path: Path, source: str, mapping: str | None = None) -> Iterator[tuple[Path, Path]]:
    """An inbox with one file in the folder of a source, and a folder with one mapping or none.

    The file keeps its name, from which its day may be read. It is linked where that is possible
    and copied where not.
    """
    with tempfile.TemporaryDirectory(prefix="vaksam-check-") as folder:
        inbox, mappings = Path(folder) / "inbox", Path(folder) / "mappings"
        target = inbox / source / path.name.lstrip("~$.")
        target.parent.mkdir(parents=True)
        mappings.mkdir()
        real = path.resolve()
        try:
            os.link(real, target)
        except OSError:  # another disk, or one that knows no links
            shutil.copyfile(real, target)
        if mapping is not None:
            (mappings / "proposed.yaml").write_text(mapping, encoding="utf-8")
        yield inbox, mappings
