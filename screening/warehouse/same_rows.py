"""Which entries in quarantine are the same rows as those of a newer file, by their marks."""

import polars as pl

from screening.sources.delivery import Delivery
from screening.warehouse.row_marks import EntryMarks, loose_mark

#: What tells an entry of a source apart.
ROW = ["file_id", "member", "row_no"]


def with_ways(entries: pl.DataFrame) -> pl.DataFrame:
    """file_id, ... , raw and ``wrong``: the columns that are left out when rows are compared."""
    wrong = pl.col("column").fill_null("").str.replace_all(" < ", "/", literal=True)
    return entries.with_columns(wrong.alias("wrong"))


def same_and_wrong(stood: pl.DataFrame, older: pl.DataFrame, new: Delivery) -> pl.DataFrame:
    """Entries of older files that stand in the new one too: the same row, as wrong as before."""
    same = ["column", "reason", "raw"]
    again = (
        stood.filter((pl.col("sha256") == new.sha256) & (pl.col("as_of") == new.as_of))
        .group_by(same)
        .agg(pl.len().alias("times"))
    )
    return (
        older.join(again, on=same, how="inner", nulls_equal=True, maintain_order="left")
        .filter(pl.col("times") >= pl.len().over("file_id", *same))
        .select(older.columns)
    )


def wanted(entries: pl.DataFrame, known: dict[int, EntryMarks]) -> pl.DataFrame:
    """The marks that entries of older files look for.

    Returns:
        file_id, member, row_no, wrong, mark, key, and ``times``: how often the older file has it.
    """
    own = entries.filter(pl.col("file_id").is_in(list(known)))
    rows = _together({file_id: marks.rows for file_id, marks in known.items()})
    split = own.filter(pl.col("wrong") != "").select(*ROW, "wrong")
    broken = own.filter(pl.col("wrong") == "").select(
        *ROW,
        "wrong",
        loose_mark(pl.col("raw")).alias("mark"),
        pl.lit(None, pl.UInt64).alias("key"),
    )
    looked_for = pl.concat([split.join(rows, on=[*ROW, "wrong"], how="inner"), broken])
    mark = ["file_id", "wrong", "mark"]
    one = pl.lit(1, pl.Int64).alias("times")
    times = (
        pl.concat(
            [
                # An entry that ended is a row like others.
                rows.join(own, on=ROW, how="anti").select(*mark, one),
                _together({file_id: marks.others for file_id, marks in known.items()}).select(
                    *mark, "times"
                ),
                looked_for.select(*mark, one),
            ]
        )
        .group_by(mark)
        .agg(pl.col("times").sum())
    )
    return looked_for.join(times, on=mark, how="left")


def _together(frames: dict[int, pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(
        [
            frame.select(pl.lit(file_id, pl.Int64).alias("file_id"), pl.all())
            for file_id, frame in frames.items()
        ]
    )


def right(wanted: pl.DataFrame, sound: pl.DataFrame, *, by_key: bool) -> pl.DataFrame:
    """file_id, member, row_no of what a file with these sound rows answers."""
    here = sound.group_by("wrong", "mark").agg(pl.col("times").sum().alias("times_here"))
    counted = wanted.join(here, on=["wrong", "mark"], how="inner")
    found_right = [counted.filter(pl.col("times_here") >= pl.col("times")).select(ROW)]
    if by_key:
        # Each older file has its own ways of comparing: keys count where one of them found the row.
        found = [
            wanted.select("file_id", "wrong", by).unique().join(sound, on=["wrong", by])
            for by in ("mark", "key")
        ]
        keys = pl.concat([each.select("file_id", "key") for each in found]).drop_nulls().unique()
        found_right.append(wanted.join(keys, on=["file_id", "key"], how="semi").select(ROW))
    return pl.concat(found_right)
