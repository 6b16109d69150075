"""Rows that a person mended: which entries they belong to, and how their file is read with them.

A mended row is kept as the cells that the person left, and put into its file's text whenever that
file is read. So it is typed, keyed and counted as if it had stood there from the start; what dates
it is the day on which the mended row came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from screening.sources.delivery import Delivery
from screening.sources.mended_rows import CELLS_SCHEMA, MendedRows, watched
from screening.sources.mending_table import REFERENCE, MendedTable
from screening.warehouse.exchange import as_table, to_polars
from screening.warehouse.quarantine import ENTRY_KEY
from screening.warehouse.schema import REF_FACTOR

#: What ties a mended row to its entry: the same wherever and whenever the file was loaded. A file
#: that was delivered on two days is mended in both.
_REFERENCE_SQL = (
    "'r' || substr(sha256(concat_ws('|', source, sha256, member, row_no::VARCHAR)), 1, 20)"
)


def with_references(connection: duckdb.DuckDBPyConnection, entries: pl.DataFrame) -> pl.DataFrame:
    """Entries (``ENTRY_KEY``) with the column ``vaksam_ref``, in the same order."""
    with as_table(connection, "referred", entries.with_row_index("_place")):
        return to_polars(
            connection.sql(
                f'SELECT * EXCLUDE ("_place"), {_REFERENCE_SQL} AS {REFERENCE} FROM referred '
                'ORDER BY "_place"'
            )
        )


def closed_references(connection: duckdb.DuckDBPyConnection, source: str) -> frozenset[str]:
    """References of entries of a source that do not stand any more, or did not at some time."""
    rows = connection.execute(
        f"SELECT DISTINCT {_REFERENCE_SQL} FROM meta.quarantine_closed "
        "WHERE source = ? AND row_no IS NOT NULL",
        [source],
    ).fetchall()
    return frozenset(str(reference) for (reference,) in rows)


def was_worked_on(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> bool:
    """Whether rows of a file were mended, or left the quarantine, at any time."""
    (found,) = connection.execute(
        "SELECT EXISTS (FROM meta.corrections WHERE sha256 = $sha256) "
        "OR EXISTS (FROM meta.quarantine_closed WHERE sha256 = $sha256)",
        {"sha256": delivery.sha256},
    ).fetchall()
    return bool(found[0])


def with_mended_rows(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> Delivery:
    """The delivery as it is to be read: with the rows that were mended since, if there are any."""
    cells = to_polars(
        connection.sql(
            "SELECT member, row_no, header, cell, is_number, is_wrong FROM meta.corrections "
            "WHERE source = $source AND sha256 = $sha256 AND as_of = $as_of "
            "ORDER BY member, row_no, header",
            params={
                "source": delivery.source,
                "sha256": delivery.sha256,
                "as_of": delivery.as_of,
            },
        )
    )
    if cells.is_empty():
        return delivery
    return watched(delivery, MendedRows(cells.cast(CELLS_SCHEMA)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Sorted:
    """The rows of a file of mended rows, by what can be done with them.

    Attributes:
        usable: ``ENTRY_KEY``, row_no_here, column; one row per entry that stands.
        unused: how many rows cannot be used, by why: ``mended_before``, ``unknown``, ``without``
            (no reference), ``differing`` (two rows mend the same entry in different ways).
        repeated: rows that say again what another row says.
    """

    usable: pl.DataFrame
    unused: dict[str, int]
    repeated: int


def sort_rows(table: MendedTable, standing: pl.DataFrame, closed: frozenset[str]) -> Sorted:
    """Tell which rows mend an entry.

    Args:
        table: the file of mended rows.
        standing: entries of the source that stand, with ``vaksam_ref``.
        closed: references of those that stood before.
    """
    marked = table.rows.filter(pl.col(REFERENCE).is_not_null())
    distinct = marked.unique([REFERENCE, *table.columns], keep="first", maintain_order=True)
    is_differing = pl.len().over(REFERENCE) > 1
    single = distinct.filter(~is_differing)
    differing = distinct.filter(is_differing)
    own = standing.select(*ENTRY_KEY, "column", REFERENCE)
    usable = single.select(pl.col("row_no").alias("row_no_here"), REFERENCE).join(
        own, on=REFERENCE, how="inner", maintain_order="left"
    )
    others = single.join(own, on=REFERENCE, how="anti")
    mended_before = others.filter(pl.col(REFERENCE).is_in(list(closed))).height
    return Sorted(
        usable,
        {
            "mended_before": mended_before,
            "unknown": others.height - mended_before,
            "without": table.rows.height - marked.height,
            "differing": differing.height,
        },
        marked.height - distinct.height,
    )


def keep_corrections(
    connection: duckdb.DuckDBPyConnection,
    table: MendedTable,
    usable: pl.DataFrame,
    received_on: date,
    sha256: str,
) -> None:
    """Keep the cells of usable rows. An earlier try at the same row gives way.

    Inside the caller's transaction.
    """
    # Unpivoted first: the file may have columns called ``as_of`` or ``source`` itself.
    cells = (
        table.rows.drop(REFERENCE)
        .unpivot(on=table.columns, index="row_no", variable_name="header", value_name="cell")
        .join(
            table.numbers.with_columns(pl.lit(value=True).alias("is_number")),
            on=["row_no", "header"],
            how="left",
        )
        .rename({"row_no": "row_no_here"})
        .join(usable, on="row_no_here", how="inner")
        .with_columns(
            pl.col("is_number").fill_null(value=False),
            _is_wrong().alias("is_wrong"),
        )
    )
    with as_table(connection, "mended_cells", cells):
        connection.execute(
            f"""
            DELETE FROM meta.corrections AS held USING (SELECT DISTINCT {", ".join(ENTRY_KEY)}
                FROM mended_cells) AS newer
            WHERE {" AND ".join(f"held.{name} = newer.{name}" for name in ENTRY_KEY)}
            """
        )
        connection.execute(
            f"INSERT INTO meta.corrections BY NAME SELECT {', '.join(ENTRY_KEY)}, header, cell, "
            "is_number, is_wrong, ?::DATE AS seen_from, ? AS by_sha256 FROM mended_cells",
            [received_on, sha256],
        )


def _is_wrong() -> pl.Expr:
    """Whether a cell is of the column that is wrong, or of one of several such columns."""
    wrong = pl.col("column").fill_null("").str.replace_all(" < ", "/", literal=True).str.split("/")
    return (pl.col("header") == pl.col("column")).fill_null(value=False) | wrong.list.contains(
        pl.col("header")
    )


def files_of(usable: pl.DataFrame) -> Sequence[tuple[str, date]]:
    """The files whose rows are mended: sha256 and as_of, oldest first."""
    return usable.select("sha256", "as_of").unique().sort("as_of", "sha256").rows()


def date_rows(connection: duckdb.DuckDBPyConnection, file_id: int, delivery: Delivery) -> None:
    """Rows of ``staging`` that stood in quarantine before are known from the day they were sound.

    A list of a day before that comes out as it did. Where a file or a member of it could not be
    read at all, that holds for all its rows.
    """
    connection.execute(
        f"""
        UPDATE staging SET seen_from = greatest(staging.seen_from, dated.day)
        FROM (
            SELECT part.part_id, held.row_no, max(held.seen_to) AS day
            FROM meta.quarantine_closed AS held
            JOIN meta.parts AS part ON part.file_id = ?
                AND (part.member = held.member OR (held.member = '' AND held.row_no IS NULL))
            WHERE held.source = ? AND held.sha256 = ? AND held.as_of = ? AND held.how <> 'replaced'
            GROUP BY ALL
        ) AS dated
        WHERE staging.ref // {REF_FACTOR} = dated.part_id
        AND coalesce(staging.row_no = dated.row_no, true)
        """,
        [file_id, delivery.source, delivery.sha256, delivery.as_of],
    )


def count_mended_rows(
    connection: duckdb.DuckDBPyConnection, file_id: int, delivery: Delivery, by_sha256: str = ""
) -> int:
    """How many rows of a loaded file are in the history as a person mended them.

    ``by_sha256``: only those of that file of mended rows.
    """
    ((rows,),) = connection.execute(
        f"""
        SELECT count(*) FROM history.{delivery.source} WHERE ref IN (
            SELECT part.part_id * {REF_FACTOR} + mended.row_no
            FROM meta.corrections AS mended
            JOIN meta.parts AS part ON part.file_id = ? AND part.member = mended.member
            WHERE mended.source = ? AND mended.sha256 = ? AND mended.as_of = ?
            AND ? IN ('', mended.by_sha256))
        """,
        [file_id, delivery.source, delivery.sha256, delivery.as_of, by_sha256],
    ).fetchall()
    return int(rows)


def leave_out_mended(
    connection: duckdb.DuckDBPyConnection, file_id: int, delivery: Delivery
) -> None:
    """Mended rows count as loaded for the file that brought them, and as skipped for this one."""
    mended = count_mended_rows(connection, file_id, delivery)
    if mended:
        connection.execute(
            "UPDATE meta.files SET rows_loaded = rows_loaded - ?, rows_skipped = rows_skipped + ? "
            "WHERE file_id = ?",
            [mended, mended, file_id],
        )
