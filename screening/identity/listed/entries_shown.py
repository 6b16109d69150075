"""What is shown of entries of lists: names, programmes, days, whether they are still in force."""

from datetime import date

import duckdb
import polars as pl

from screening.identity.listed.list_cells import of_kinds, several, values_of
from screening.warehouse.exchange import as_table, to_polars

SANCTIONS, PROHIBITIONS = "sanctions", "trading_prohibitions"

#: What is known of an entry beside what it is compared by.
ENTRIES = {
    "no": pl.UInt64(),
    "list": pl.String(),
    "list_name": pl.String(),
    "entry_id": pl.String(),
    "entry_name": pl.String(),
    "programme": pl.String(),
    "from_date": pl.Date(),
    "to_date": pl.Date(),
    "is_sanction": pl.Boolean(),
    "is_gone": pl.Boolean(),
    "list_as_of": pl.Date(),
    "ref": pl.Int64(),
}

#: Signs of what is shown of a programme.
_LONGEST_PROGRAMME = 300

_SHOWN_SANCTIONS = """
SELECT told.no, held.id AS entry_id, held.name AS entry_name, held.schema, held.sanctions,
    held.program_ids, held.dataset, held.first_seen, held.last_seen, held.as_of AS list_as_of,
    held.ref
FROM known.sanctions AS held JOIN told_entries AS told USING (ref)
WHERE told.list = 'sanctions' AND told.no IN (SELECT no FROM asked_numbers)
ORDER BY entry_id, ref
"""

_SHOWN_PROHIBITIONS = """
SELECT told.no, told.entry_id, held.person_name AS entry_name, held.from_date, held.to_date,
    held.as_of AS list_as_of, held.ref
FROM known.trading_prohibitions AS held JOIN told_entries AS told USING (ref)
WHERE told.list = 'trading_prohibitions' AND told.no IN (SELECT no FROM asked_numbers)
ORDER BY told.entry_id, held.ref
"""

#: Whether the lists tell sanctions, and when each was last seen.
_TELLS_SANCTIONS = """
SELECT coalesce(bool_or(trim(coalesce(sanctions, program_ids, '')) <> ''), false)
FROM known.sanctions WHERE id IS NOT NULL
"""
_SEEN = """
SELECT dataset, max(try_strptime(left(last_seen, 10), '%Y-%m-%d')::DATE) AS newest
FROM known.sanctions WHERE id IS NOT NULL GROUP BY dataset ORDER BY dataset
"""


def _ends() -> tuple[pl.Expr, pl.Expr]:
    """First day of a sanction, and the last day of one that has ended, at the end of its text."""
    day = r"\d{4}-\d\d-\d\d"
    text = pl.col("sanction")
    both = rf"(?:^| )({day}) - ({day})$"
    start = pl.coalesce(text.str.extract(both, 1), text.str.extract(rf"(?:^| )({day})$"))
    return start.str.to_date(strict=False), text.str.extract(both, 2).str.to_date(strict=False)


def _in_force(rows: pl.LazyFrame) -> pl.LazyFrame:
    """``ref``, ``from_date``, ``to_date`` of the entries whose sanctions tell days.

    An entry has ended only when each of its sanctions has.
    """
    start, end = _ends()
    told = values_of(rows, "sanctions", "sanction", by="ref").with_columns(start=start, end=end)
    return told.group_by("ref").agg(
        from_date=pl.col("start").min(),
        to_date=pl.when(pl.col("end").null_count() == 0).then(pl.col("end").max()),
    )


def _gone(rows: pl.LazyFrame, seen: pl.LazyFrame) -> pl.LazyFrame:
    """Whether a later delivery of all their lists no longer had entries: ``ref``, ``is_gone``.

    An entry that is still there is seen again with each delivery of its list. What a list was last
    seen on is told by the entries of that list alone: others may have been seen on another.

    Args:
        rows: entries.
        seen: ``dataset``, ``newest``: each cell, and the last day on which an entry with it was
            seen.
    """
    cells = seen.with_columns(listed=several(pl.col("dataset"))).filter(
        pl.col("listed").list.len() == 1
    )
    newest = cells.group_by(dataset=pl.col("listed").list.first()).agg(pl.col("newest").max())
    told = (
        rows.select(
            "ref",
            dataset=several(pl.col("dataset")),
            seen=pl.col("last_seen").str.head(10).str.to_date("%Y-%m-%d", strict=False),
        )
        .explode("dataset", empty_as_null=False)
        .drop_nulls("dataset")
        .join(newest, on="dataset", how="left")
    )
    return told.group_by("ref").agg(
        is_gone=(pl.col("seen") < pl.col("newest")).fill_null(value=False).all()
    )


def _shown_sanctions(rows: pl.LazyFrame, tells_sanctions: bool, seen: pl.LazyFrame) -> pl.LazyFrame:
    rows = of_kinds(rows)
    told = pl.coalesce("sanctions", "program_ids").fill_null("").str.strip_chars() != ""
    rows = rows.join(_in_force(rows), on="ref", how="left", maintain_order="left").join(
        _gone(rows, seen), on="ref", how="left", maintain_order="left"
    )
    return rows.select(
        "no",
        "entry_id",
        "entry_name",
        "list_as_of",
        "ref",
        list=pl.lit(SANCTIONS),
        list_name=pl.col("dataset").str.head(_LONGEST_PROGRAMME),
        programme=pl.coalesce("program_ids", "sanctions").str.head(_LONGEST_PROGRAMME),
        from_date=pl.coalesce(
            "from_date", pl.col("first_seen").str.head(10).str.to_date(strict=False)
        ),
        to_date="to_date",
        # A list that tells sanctions, without one, speaks of somebody else: those who hold
        # public office, for instance. A list that tells none is one of sanctions.
        is_sanction=told | pl.lit(not tells_sanctions),
        is_gone=pl.col("is_gone").fill_null(value=False),
    )


def shown_entries(
    connection: duckdb.DuckDBPyConnection, asked: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """What is shown of the entries that are asked for (``no``): ``ENTRIES``, ``is_in_force``.

    Args:
        connection: the warehouse, with the temporary table ``told_entries``.
        asked: ``no``.
        as_of: the run's day.
    """
    with as_table(connection, "asked_numbers", asked):
        sanctions = to_polars(connection.sql(_SHOWN_SANCTIONS))
        held = to_polars(connection.sql(_SHOWN_PROHIBITIONS))
    ((tells_sanctions,),) = connection.execute(_TELLS_SANCTIONS).fetchall()
    prohibitions = held.lazy().with_columns(
        list=pl.lit(PROHIBITIONS),
        list_name=pl.lit(None, pl.String),
        programme=pl.lit(None, pl.String),
        is_sanction=pl.lit(value=False),
        is_gone=pl.lit(value=False),
    )
    seen = to_polars(connection.sql(_SEEN)).lazy()
    found = _shown_sanctions(sanctions.lazy(), tells_sanctions, seen)
    entries = pl.concat(
        frame.select(pl.col(name).cast(kind) for name, kind in ENTRIES.items())
        for frame in (found, prohibitions)
    )
    ended = (pl.col("to_date") < as_of).fill_null(value=False)
    to_come = (pl.col("from_date") > as_of).fill_null(value=False)
    return entries.with_columns(is_in_force=~pl.col("is_gone") & ~ended & ~to_come).collect(
        engine="in-memory"
    )
