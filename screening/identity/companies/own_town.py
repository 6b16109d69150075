"""The town that a supplier is in, as it stands in its name: "Vaexjoe", "Linköpong"."""

import polars as pl

from screening.identity.names.word_similarity import edit_distances, is_odd_error, spelled

#: Letters of a town that may be written with others, and that may be misspelled.
_LEAST_LETTERS, _ONE_ERROR_FROM = 3, 5


def town_as_written(rows: pl.DataFrame) -> pl.Series:
    """The word of each name that is the party's own town, badly written; else the town itself.

    Args:
        rows: ``main``, ``city``: folded.
    """
    numbered = rows.select("main", "city").with_row_index("row")
    words = (
        numbered.filter(
            (pl.col("city").str.len_chars() >= _LEAST_LETTERS)
            & ~pl.col("city").str.contains(" ", literal=True)
            & ~(" " + pl.col("main") + " ").str.contains(" " + pl.col("city") + " ", literal=True)
        )
        .select("row", "city", word=pl.col("main").str.split(" "))
        .explode("word", empty_as_null=False)
    )
    near = (
        words.select("word", "city", left=spelled(pl.col("word")), right=spelled(pl.col("city")))
        .unique()
        .filter(
            (
                (pl.col("left").str.head(2) == pl.col("right").str.head(2))
                | (pl.col("left").str.tail(2) == pl.col("right").str.tail(2))
            )
            # "Luleås" is another word than "Luleå".
            & (pl.col("left") != pl.col("right") + "s")
        )
    )
    near = near.with_columns(errors=edit_distances(near["left"], near["right"])).filter(
        (pl.col("errors") == 0)
        | ((pl.col("errors") == 1) & (pl.col("city").str.len_chars() >= _ONE_ERROR_FROM))
    )
    found = (
        words.with_row_index("turn")
        .join(near.filter(~is_odd_error(near)), on=["word", "city"])
        .sort("turn")
        .unique("row", keep="first", maintain_order=True)
        .select("row", "word")
    )
    return (
        numbered.join(found, on="row", how="left", maintain_order="left")
        .select(pl.coalesce("word", "city"))
        .to_series()
    )
