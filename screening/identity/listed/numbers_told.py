"""Identity and registration numbers as lists and registers write them, in one comparable form."""

import polars as pl

from screening.identity_numbers import orgnr_expr

#: Shorter ones are no identity: "No. 17".
_FEWEST_SIGNS, _MOST_SIGNS = 6, 40
_FEWEST_FIGURES = 4

#: A number that so many entries have is a placeholder or belongs to an authority.
MOST_HOLDERS = 20

_PERSON = r"^(?:18|19|20)?([0-9]{6}[-+][0-9]{4})$"
_TWELVE = r"^(?:18|19|20)([0-9]{10})$"
_COMPANY = r"^(?:16)?([0-9]{6}-[0-9]{4})$"
_VAT = r"^SE([0-9]{10})[0-9]{2}$"


def compared_numbers(raw: pl.LazyFrame, written: str) -> pl.LazyFrame:
    """Numbers in the forms that are compared.

    Args:
        raw: ``no`` and the column ``written``: numbers as somebody wrote them.
        written: that column.

    Returns:
        ``no``, ``number`` (capitals and figures; a Swedish one as its ten figures), ``is_swedish``
        (written as a Swedish number is, check digit right). Keyed hashes stay as they are.
    """
    text = pl.col(written).str.strip_chars()
    told = raw.select("no", text=text).drop_nulls().unique()
    is_hash = pl.col("text").str.starts_with("hash:")
    signs = pl.col("text").str.head(200).str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    told = told.with_columns(signs=pl.when(is_hash).then("text").otherwise(signs))
    swedish = pl.coalesce(
        pl.col("text").str.extract(_PERSON),
        pl.col("text").str.extract(_COMPANY),
        pl.col("signs").str.extract(_VAT),
        pl.col("text").str.extract(_TWELVE),
    )
    told = told.with_columns(swedish=orgnr_expr(swedish))
    figures = pl.col("signs").str.count_matches(r"\p{N}")
    plain = told.filter(
        is_hash
        | (
            pl.col("signs").str.len_chars().is_between(_FEWEST_SIGNS, _MOST_SIGNS)
            & (figures >= _FEWEST_FIGURES)
            & ~pl.col("signs").str.contains(r"^(?:0+|1+|9+|123456\d*|X+)$")
        )
    )
    return pl.concat(
        [
            plain.filter(pl.col("swedish").is_null()).select(
                "no", number="signs", is_swedish=pl.lit(value=False)
            ),
            told.drop_nulls("swedish").select(
                "no", number="swedish", is_swedish=pl.lit(value=True)
            ),
        ]
    ).unique()
