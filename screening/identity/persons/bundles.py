"""Rows that are about one person beyond doubt, put together before anything is compared.

A bundle is all rows with one identity number or one keyed hash; without a number, all rows with
the same name and date of birth, unless two numbered persons have both; else the rows of one name
in one company (of staff: of one employee). Each has a key that is made of nothing but that, so it
is the same in every run that knows the rows.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from screening.identity.addresses import postal_form
from screening.identity.persons.name_evidence import NameBook, compare_names, name_book
from screening.identity.persons.rows import read_rows

#: Kinds of identity numbers; one person has at most one of each. A GD-nummer (docs/decisions/0016)
#: takes no part.
NUMBER_KINDS = ("personnummer", "samordningsnummer", "hash")

#: Names of one bundle that are compared: those that most of its rows have.
MOST_NAMES = 6

#: Which rows speak for a number where two names share it, and the rows are as many.
_REGISTERS = ["trading_prohibitions", "officers", "owners", "employees"]


@dataclass(frozen=True)
class Bundles:
    """Bundles of rows.

    Attributes:
        table: one row for each bundle, by ``bundle``: ``text`` (what its key is made
            of), ``kind`` (one of ``NUMBER_KINDS``, stranger, born, within, row), ``number``,
            ``born`` (date), ``birth_year``, ``rows``, ``first`` (day from which it is known).
        rows: ``source``, ``ref``, ``bundle`` of every row.
        names: ``bundle`` and ``name`` (place in ``book``): each name it is known by.
        book: the names.
        companies: ``bundle``, ``company``.
        places: ``bundle``, ``door``, ``postal``.
        parted: pairs of bundles that have one number but names that share nothing: ``left``
            (the number's own), ``right``.
    """

    table: pl.DataFrame
    rows: pl.DataFrame
    names: pl.DataFrame
    book: NameBook
    companies: pl.DataFrame
    places: pl.DataFrame
    parted: pl.DataFrame


def _born(number: pl.Expr) -> pl.Expr:
    """Date of birth in a number of 12 digits; a samordningsnummer has 60 added to the day."""
    day = number.str.slice(6, 2).cast(pl.Int64, strict=False)
    plain = pl.when(day > 60).then(day - 60).otherwise(day).cast(pl.String).str.zfill(2)
    return (number.str.head(6) + plain).str.to_date("%Y%m%d", strict=False)


def _kind(number: pl.Expr) -> pl.Expr:
    twelve = number.str.contains(r"^[0-9]{12}$")
    return (
        pl.when(number.str.starts_with("hash:"))
        .then(pl.lit("hash"))
        .when(twelve & (number.str.slice(6, 1) >= "6"))
        .then(pl.lit("samordningsnummer"))
        .when(twelve)
        .then(pl.lit("personnummer"))
    )


def _read(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with number, its kind, date of birth, name in words, and in alphabetical order."""
    number = pl.col("number")
    read = (
        read_rows(rows)
        .rename({"person_id": "number"})
        .with_columns(
            kind=_kind(number),
            postal=postal_form(pl.col("postal_code")),
        )
    )
    return (
        read.with_columns(
            number=pl.when(pl.col("kind").is_not_null()).then(number),
            born=pl.when(pl.col("kind").is_in(["personnummer", "samordningsnummer"]))
            .then(pl.coalesce(_born(number), "birth_date"))
            .otherwise("birth_date"),
            form=pl.col("words").str.split(" ").list.sort().list.join(" "),
        )
        .drop("name")
        .with_columns(birth_year=pl.coalesce(pl.col("born").dt.year().cast(pl.Int64), "birth_year"))
    )


def _strangers(read: pl.DataFrame, book: NameBook, places: pl.DataFrame) -> pl.DataFrame:
    """``number``, ``words``: names that share nothing with the number's own name.

    The number's own name is the one that most of its rows have.
    """
    named = read.filter(pl.col("number").is_not_null() & pl.col("words").is_not_null())
    register = pl.col("source").replace_strict(
        _REGISTERS, range(len(_REGISTERS)), default=len(_REGISTERS), return_dtype=pl.Int64
    )
    names = (
        named.group_by("number", "words")
        .agg(pl.len().alias("rows"), register.min().alias("register"))
        .filter(pl.len().over("number") > 1)
        .sort("number", "rows", "register", "words", descending=[False, True, False, False])
        .join(places, on="words", how="left", maintain_order="left")
    )
    if names.is_empty():
        return names.select("number", "words")
    names = names.with_columns(own=pl.col("name").first().over("number"))
    others = names.filter(pl.col("name") != pl.col("own"))
    found = compare_names(
        book, others["own"].cast(pl.Int64).to_numpy(), others["name"].cast(pl.Int64).to_numpy()
    )
    shares_nothing = pl.Series(found.told == "differs")
    # A name of one word may be any part of a name, or a word for no name at all.
    two = pl.Series(np.bincount(book.name) > 1)
    long = two.gather(others["own"]) & two.gather(others["name"])
    return others.filter(shares_nothing & long).select("number", "words")


def _texts(read: pl.DataFrame) -> pl.DataFrame:
    """Rows with ``text`` and ``kind`` of their bundle."""
    owners = (
        read.filter(pl.col("form").is_not_null() & pl.col("born").is_not_null())
        .group_by("form", "born")
        .agg(
            pl.col("number").filter(pl.col("kind") == "hash").n_unique().alias("hashes"),
            pl.col("number").filter(pl.col("kind") == "personnummer").n_unique().alias("numbers"),
        )
    )
    read = read.join(owners, on=["form", "born"], how="left", maintain_order="left")
    is_shared = (pl.col("numbers") > 1) | (pl.col("hashes") > 1)
    form, born = pl.col("form"), pl.col("born").cast(pl.String).fill_null("")
    inside = pl.coalesce("within", pl.col("source") + pl.col("ref").cast(pl.String))
    year = pl.when(pl.col("born").is_null()).then(pl.col("birth_year")).cast(pl.String)
    is_numbered = pl.col("number").is_not_null() & ~pl.col("is_stranger")
    is_known = form.is_not_null()
    return read.with_columns(
        text=pl.when(is_numbered)
        .then(pl.lit("id ") + pl.col("number"))
        .when(pl.col("is_stranger"))
        .then(pl.lit("id ") + pl.col("number") + " " + form)
        .when(is_known & pl.col("born").is_not_null() & ~is_shared.fill_null(value=False))
        .then(pl.lit("born ") + born + " " + form)
        .when(is_known)
        .then(pl.lit("within ") + inside + " " + born + year.fill_null("") + " " + form)
        .otherwise(pl.lit("row ") + pl.col("source") + " " + pl.col("ref").cast(pl.String)),
    ).with_columns(
        kind=pl.when(is_numbered)
        .then("kind")
        .when(pl.col("is_stranger"))
        .then(pl.lit("stranger"))
        .otherwise(pl.col("text").str.extract(r"^(\w+) "))
    )


def bundles(rows: pl.DataFrame) -> Bundles:
    """Put rows together that are about one person beyond doubt.

    Args:
        rows: columns ``person_rows.ROW_SCHEMA``, hashes already replaced by the numbers they are.
    """
    read = _read(rows)
    counted = (
        read.select("words", who=pl.coalesce("number", pl.col("born").cast(pl.String), "within"))
        .drop_nulls("words")
        .group_by("words")
        .agg(pl.col("who").n_unique().alias("persons"))
        .sort("words")
    )
    book = name_book(counted["words"], counted["persons"])
    places = counted.select("words", name=pl.int_range(pl.len(), dtype=pl.Int64))
    strangers = _strangers(read, book, places).with_columns(is_stranger=True)
    read = read.join(strangers, on=["number", "words"], how="left", maintain_order="left")
    read = _texts(read.with_columns(pl.col("is_stranger").fill_null(value=False)))
    is_stranger = pl.col("kind") == "stranger"
    table = (
        read.group_by("text")
        .agg(
            pl.col("kind").first(),
            pl.col("number").first(),
            pl.when(is_stranger)
            .then("birth_date")
            .otherwise("born")
            .drop_nulls()
            .min()
            .alias("born"),
            pl.when(~is_stranger).then("birth_year").drop_nulls().min().alias("birth_year"),
            pl.len().alias("rows"),
            pl.col("true_from").min().alias("first"),
        )
        .sort("text")
        .with_row_index("bundle")
        .with_columns(pl.col("bundle").cast(pl.Int64))
    )
    read = read.join(table.select("text", "bundle"), on="text", how="left", maintain_order="left")
    own = table.filter(pl.col("kind").is_in(NUMBER_KINDS)).select("number", left="bundle")
    names = (
        read.join(places, on="words", how="inner")
        .group_by("bundle", "name")
        .len(name="rows")
        .sort("bundle", "rows", "name", descending=[False, True, False])
        .group_by("bundle", maintain_order=True)
        .head(MOST_NAMES)
    )
    companies = read.select("bundle", "company").drop_nulls().unique()
    doors = read.select("bundle", "door", "postal").drop_nulls("postal").unique()
    parted = table.filter(is_stranger).join(own, on="number").select("left", right="bundle")
    return Bundles(
        table=table,
        rows=read.select("source", "ref", "bundle"),
        names=names.select("bundle", "name"),
        book=book,
        companies=companies.sort("bundle", "company"),
        places=doors.sort("bundle", "door", "postal"),
        parted=parted.sort("left", "right"),
    )
