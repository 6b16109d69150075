"""Cells of sanctions lists as publishers fill them: several values, kinds of entries."""

import polars as pl

#: As what an entry may be compared. What is none of these (a vessel, a wallet) is nobody's name.
_PERSONS = ("person",)
_COMPANIES = ("company", "organization", "organisation", "publicbody")
_EITHER = ("legalentity", "entity", "thing", "")

#: Signs of a cell that are read.
_LONGEST_CELL = 50_000

#: A value in quotes, or one without; quotes are doubled within quotes.
_VALUE = r'"(?:[^"]|"")*"(?:;|$)|[^;]+'


def several(cell: pl.Expr) -> pl.Expr:
    """Values of a cell that a publisher joined by ``;``, those with ``;`` in quotes."""
    value = (
        pl.element()
        .str.strip_chars("; \t\r\n")
        .str.replace(r'^"((?s:.*))"$', "${1}")
        .str.replace_all('""', '"', literal=True)
        .str.strip_chars()
    )
    listed = cell.str.head(_LONGEST_CELL).str.extract_all(_VALUE).list.eval(value)
    return listed.list.eval(pl.element().filter(pl.element() != ""))


def values_of(rows: pl.LazyFrame, column: str, name: str, by: str = "no") -> pl.LazyFrame:
    """Every value of a column: ``by``, and the value as ``name``."""
    return (
        rows.select(by, several(pl.col(column)).alias(name))
        .explode(name, empty_as_null=False)
        .drop_nulls()
    )


def _is_kind(kinds: tuple[str, ...]) -> pl.Expr:
    schema = pl.col("schema").fill_null("").str.to_lowercase().str.strip_chars()
    return schema.is_in([*kinds, *_EITHER])


def of_kinds(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The entries (``schema``) that are persons or companies: ``is_person``, ``is_company``."""
    told = rows.with_columns(is_person=_is_kind(_PERSONS), is_company=_is_kind(_COMPANIES))
    return told.filter(pl.col("is_person") | pl.col("is_company"))
