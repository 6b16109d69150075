"""How rows are laid out in a delimited file, and the patterns that follow from it."""

import re
from dataclasses import dataclass

import polars as pl

#: Stands for a line end inside a quoted field while records are one line each.
LINE_END = "\x1e"

#: A field as RFC 4180 has it.
STRICT_FIELD = r'"(?:[^"]|"")*"|[^"{sep}' "\x1e]*"
#: A field that starts with a quote ends at a quote before a separator; else quotes are text.
LOOSE_FIELD = r'"(?:[^"]|"+[^"{sep}])*"*"|[^"{sep}][^{sep}]*|'
#: A field without quotes of a meaning.
LITERAL_FIELD = "[^{sep}]*"


@dataclass(frozen=True)
class Layout:
    """How the rows of a file are laid out.

    Attributes:
        separator: between fields.
        columns: header names, made unique.
        fewest: fields that a row must have. Fewer than there are columns only where the header
            ends in columns without a name.
        has_quotes: whether quotes enclose fields; if not, they are text.
    """

    separator: str
    columns: tuple[str, ...]
    fewest: int
    has_quotes: bool = True


def is_blank(texts: pl.Series, layout: Layout) -> pl.Series:
    """Whether lines have nothing in them. Spreadsheets write empty rows as separators alone."""
    return texts.str.contains(rf"^[\s{_escaped(layout)}]*$")


def is_plain(texts: pl.Series, layout: Layout) -> pl.Series:
    """Whether lines in which quotes are text have the right number of fields."""
    return _fits(_separators(texts, layout), texts, layout)


def is_strict(texts: pl.Series, layout: Layout) -> pl.Series:
    """Whether records are as RFC 4180 has them, with the right number of fields.

    Patterns that count fields would grow with the number of columns, so fields are counted apart.
    """
    sep = _escaped(layout)
    # Most records have no separator inside quotes, so that all separators count.
    inside, bare = rf'"(?:[^"{sep}]|"")*"', rf'[^"{sep}{LINE_END}]*'
    strict = texts.str.contains(f"^(?:{inside}|{bare})(?:{sep}(?:{inside}|{bare}))*$")
    strict &= _fits(_separators(texts, layout), texts, layout)
    others = (~strict & texts.str.contains(f'"[^"]*{sep}')).arg_true()
    if not others.len():
        return strict
    rest = texts.gather(others)
    field = STRICT_FIELD.format(sep=sep)
    is_formed = rest.str.contains(f"^(?:{field})(?:{sep}(?:{field}))*$")
    unquoted = rest.str.replace_all('"[^"]*"', "")
    return strict.scatter(others, is_formed & _fits(_separators(unquoted, layout), rest, layout))


def _separators(texts: pl.Series, layout: Layout) -> pl.Series:
    return texts.str.count_matches(layout.separator, literal=True)


def _fits(separators: pl.Series, texts: pl.Series, layout: Layout) -> pl.Series:
    """Whether a number of separators makes a row; empty fields after the last may be too many."""
    columns = len(layout.columns)
    fits = separators.is_between(layout.fewest - 1, columns - 1)
    longer = (separators >= columns).arg_true()
    if not longer.len():
        return fits
    # Many programs end each row in a separator.
    rest = texts.gather(longer)
    bare = rest.str.replace(rf"[{_escaped(layout)} \t]*$", "")
    dropped = _separators(rest, layout) - _separators(bare, layout)
    return fits.scatter(longer, separators.gather(longer) - dropped < columns)


def no_rows(layout: Layout) -> pl.DataFrame:
    """No rows, with the layout's columns as texts and ``row_no``."""
    return pl.DataFrame(schema=dict.fromkeys(layout.columns, pl.String()) | {"row_no": pl.Int64()})


def fields_of(records: pl.DataFrame, layout: Layout, field: str) -> pl.DataFrame:
    """Fields of records (``row_no``, ``text``) made of ``field``s from start to end.

    Records of another form, or with another number of fields, are left out.
    """
    if records.is_empty():
        return no_rows(layout)
    sep = _escaped(layout)
    width = len(layout.columns)
    cut = records.select(
        "row_no",
        text=layout.separator + pl.col("text"),
        fields=(layout.separator + pl.col("text")).str.extract_all(
            f"{sep}(?:{field.format(sep=sep)})"
        ),
    ).filter(pl.col("fields").list.join("") == pl.col("text"))
    count = pl.col("fields").list.len()
    surplus = (
        pl.col("fields").list.slice(width).list.join("").str.strip_chars(f"{layout.separator} \t")
    )
    cut = cut.filter((count >= layout.fewest) & (surplus == ""))
    # Unquoted in the list: one expression, however many columns there are.
    bare = pl.element().str.strip_prefix(layout.separator)
    return cut.with_columns(pl.col("fields").list.eval(_unquoted(bare))).select(
        *(
            pl.col("fields").list.get(place, null_on_oob=True).alias(name)
            for place, name in enumerate(layout.columns)
        ),
        "row_no",
    )


def _unquoted(field: pl.Expr) -> pl.Expr:
    bare = field.str.strip_chars(" \t")
    is_quoted = bare.str.starts_with('"') & bare.str.ends_with('"') & (bare.str.len_bytes() > 1)
    inner = bare.str.slice(1, bare.str.len_chars() - 2).str.replace_all('""', '"', literal=True)
    text = pl.when(is_quoted).then(inner).otherwise(field)
    text = text.str.replace_all(LINE_END, "\n", literal=True)
    return pl.when(text != "").then(text)


def _escaped(layout: Layout) -> str:
    return re.escape(layout.separator)
