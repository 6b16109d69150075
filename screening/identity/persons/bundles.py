"""Rows that are about one person beyond doubt, put together before anything is compared.

A bundle is all rows with one identity number or one keyed hash; without a number, all rows with
the same name and date of birth, unless two numbered persons have both; else the rows of one name
in one company (of staff: of one employee). Each has a text that is made of nothing but that, so it
is the same in every run that knows the rows; its number (``bundle``) is a hash of the text.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from screening.identity.persons.name_evidence import MOST_WORDS, NameBook, compare_names
from screening.identity.persons.names import canonical_name
from screening.identity.persons.rows import read_places

#: Kinds of identity numbers; one person has at most one of each. A GD-nummer (docs/decisions/0016)
#: takes no part.
NUMBER_KINDS = ("personnummer", "samordningsnummer", "hash")

#: Kinds of numbers that an authority gives; two persons who have one are hardly ever one.
OFFICIAL = ("personnummer", "samordningsnummer")

#: Names of one bundle that are compared: those that most of its rows have.
MOST_NAMES = 6

#: Which rows speak for a number where two names share it, and the rows are as many.
_REGISTERS = ["trading_prohibitions", "officers", "owners", "employees"]


def names_of_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Names of the numbers that have several: ``number``, ``words``; the number's own name first.

    The number's own name is the one that most of its rows have.

    Args:
        rows: columns ``rows.READ_SCHEMA``; of a number all rows or none.
    """
    register = pl.col("source").replace_strict(
        _REGISTERS, range(len(_REGISTERS)), default=len(_REGISTERS), return_dtype=pl.Int64
    )
    return (
        rows.filter(pl.col("number").is_not_null() & pl.col("words").is_not_null())
        .group_by("number", "words")
        .agg(pl.len().alias("rows"), register.min().alias("register"))
        .filter(pl.len().over("number") > 1)
        .sort("number", "rows", "register", "words", descending=[False, True, False, False])
        .select("number", "words")
    )


def strangers(names: pl.DataFrame, book: NameBook) -> pl.DataFrame:
    """``number``, ``words``: names that share nothing with the number's own name.

    Args:
        names: as `names_of_numbers` gives them.
        book: the names taken apart.
    """
    if names.is_empty():
        return names
    listed = pl.DataFrame({"words": book.texts}).with_row_index("name")
    placed = names.join(listed, on="words", how="left", maintain_order="left").with_columns(
        pl.col("name").cast(pl.Int64)
    )
    placed = placed.with_columns(own=pl.col("name").first().over("number"))
    others = placed.filter(pl.col("name") != pl.col("own"))
    found = compare_names(book, others["own"].to_numpy(), others["name"].to_numpy())
    shares_nothing = pl.Series(found.told == "differs")
    # A name of one word may be any part of a name, or a word for no name at all.
    two = pl.Series(np.bincount(book.name) > 1)
    long = two.gather(others["own"]) & two.gather(others["name"])
    return others.filter(shares_nothing & long).select("number", "words")


def bundle_texts(rows: pl.DataFrame, names: pl.DataFrame, strange: pl.DataFrame) -> pl.DataFrame:
    """Rows with ``text`` and ``kind`` of their bundle, and ``is_several``: of a number with names.

    ``kind`` is one of ``NUMBER_KINDS``, stranger, born, within, row.

    Args:
        rows: columns ``rows.READ_SCHEMA``; all rows or none of a number, and all that share name
            and date of birth with a row without number.
        names: as `names_of_numbers` gives them for these rows.
        strange: as `strangers` gives them.
    """
    owners = (
        rows.filter(pl.col("form").is_not_null() & pl.col("born").is_not_null())
        .group_by("form", "born")
        .agg(
            pl.col("number").filter(pl.col("number_kind") == "hash").n_unique().alias("hashes"),
            pl.col("number")
            .filter(pl.col("number_kind") == "personnummer")
            .n_unique()
            .alias("numbers"),
        )
        .filter((pl.col("numbers") > 1) | (pl.col("hashes") > 1))
        .select("form", "born", is_shared=pl.lit(value=True))
    )
    several = names.select("number").unique().with_columns(is_several=pl.lit(value=True))
    read = (
        rows.join(owners, on=["form", "born"], how="left", maintain_order="left")
        .join(several, on="number", how="left", maintain_order="left")
        .join(
            strange.with_columns(is_stranger=pl.lit(value=True)),
            on=["number", "words"], how="left", maintain_order="left",
        )
        .with_columns(
            pl.col("is_shared", "is_several", "is_stranger").fill_null(value=False)
        )
    )  # fmt: skip
    form, born = pl.col("form"), pl.col("born").cast(pl.String).fill_null("")
    year = pl.when(pl.col("born").is_null()).then(pl.col("birth_year")).cast(pl.String)
    is_numbered = pl.col("number").is_not_null() & ~pl.col("is_stranger")
    is_born = form.is_not_null() & pl.col("born").is_not_null() & ~pl.col("is_shared")
    return read.with_columns(
        text=pl.when(is_numbered)
        .then(pl.lit("id ") + pl.col("number"))
        .when(pl.col("is_stranger"))
        .then(pl.lit("id ") + pl.col("number") + " " + form)
        .when(is_born)
        .then(pl.lit("born ") + born + " " + form)
        .when(form.is_not_null())
        .then(pl.lit("within ") + pl.col("inside") + " " + born + year.fill_null("") + " " + form)
        .otherwise(pl.lit("row ") + pl.col("source") + " " + pl.col("ref").cast(pl.String)),
        kind=pl.when(is_numbered)
        .then("number_kind")
        .when(pl.col("is_stranger"))
        .then(pl.lit("stranger"))
        .when(is_born)
        .then(pl.lit("born"))
        .when(form.is_not_null())
        .then(pl.lit("within"))
        .otherwise(pl.lit("row")),
    ).drop("is_shared", "is_stranger")


def _common_spelling(names: pl.DataFrame) -> pl.DataFrame:
    """``words`` of each name and ``whole``: the common spelling of each, in alphabetical order."""
    words = pl.col("word")
    spread = (
        names.select(pl.col("words").unique())
        .with_columns(word=pl.col("words").str.split(" ").list.head(MOST_WORDS))
        .explode("word", empty_as_null=False)
    )
    spelled = spread.select(words.unique()).with_columns(spelled=canonical_name(words))
    return (
        spread.join(spelled, on="word", how="left")
        .group_by("words")
        .agg(pl.col("spelled").sort().str.join(" ").alias("whole"))
    )


def told_of_bundles(rows: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """What is known of each bundle, as tables.

    - ``bundles``: bundle, kind, number, sex_digit (0 or 1), born, birth_year, first (day from which
      it is known).
    - ``names``: bundle, words, whole, is_free (has no official number): each name it is known by.
    - ``companies``: bundle, company, is_free.
    - ``places``: bundle, door, postal, is_free.

    Args:
        rows: columns ``rows.READ_SCHEMA``, ``bundle`` and ``kind``; of a bundle all rows or none.
    """
    is_stranger = pl.col("kind") == "stranger"
    born = pl.when(is_stranger).then("birth_date").otherwise("born")
    is_official = pl.col("kind").is_in(OFFICIAL)
    rows = rows.with_columns(is_free=~is_official)
    table = (
        rows.group_by("bundle")
        .agg(
            pl.col("kind", "number").first(),
            born.min().alias("born"),
            pl.when(~is_stranger).then("birth_year").min().alias("birth_year"),
            pl.col("first").min(),
        )
        .with_columns(
            sex_digit=pl.when(is_official).then(
                pl.col("number").str.slice(10, 1).cast(pl.Int64, strict=False) % 2
            )
        )
    )
    names = (
        rows.drop_nulls("words")
        .group_by("bundle", "words", "is_free")
        .len(name="rows")
        .sort("bundle", "rows", "words", descending=[False, True, False])
        .group_by("bundle", maintain_order=True)
        .head(MOST_NAMES)
    )
    spelled = names.join(_common_spelling(names), on="words")
    return {
        "bundles": table,
        "names": spelled.select("bundle", "words", "whole", "is_free"),
        "companies": rows.select("bundle", "company", "is_free").drop_nulls("company").unique(),
        "places": read_places(rows)
        .select("bundle", "door", "postal", "is_free")
        .drop_nulls("postal")
        .unique(),
    }
