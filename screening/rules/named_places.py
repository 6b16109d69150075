"""Streets with a number that a free text names, as doors without a postal code."""

import polars as pl

from screening.identity.addresses import street_door

#: A word that ends as streets do, and a house number after it. What stands before the word, such
#: as a unit's name, is no part of the street; whoever compares allows for "Norra".
_STREET = (
    r"(?i)([a-zåäöéü:]{1,30}(?:gatan|gata|gränden|gränd|vägen|väg|torget|torg|allén|stigen|backen)"
    r" [0-9]{1,4}(?:[^0-9]|$))"
)


def doors_in_texts(texts: pl.Series) -> pl.DataFrame:
    """The doors that each distinct text names.

    Returns:
        ``text``, ``door`` (street and number such as ``agata|7``, without entrance): one row for
        each door; texts without a street and number are left out.
    """
    named = (
        pl.DataFrame({"text": texts.cast(pl.String)})
        .drop_nulls()
        .unique()
        .with_columns(street=pl.col("text").str.extract_all(_STREET))
        .explode("street")
        .drop_nulls()
    )
    return (
        named.with_columns(street=pl.col("street").str.replace(r"([0-9]+).*$", "${1}"))
        .with_columns(door=street_door(pl.col("street")))
        .drop_nulls("door")
        .select("text", "door")
        .unique()
        .sort("text", "door")
    )
