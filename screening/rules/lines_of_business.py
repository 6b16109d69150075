"""Which line of business a bought service belongs to, and which lines are far from it.

The lines live in ``data/reference/lines_of_business.yaml``, which says how they are meant.
"""

import re
from functools import cache

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from screening.places import REFERENCE_DIR
from screening.rules.service_reference import Title, plain_text
from screening.strict_yaml import plain_yaml


class LineOfBusiness(BaseModel):
    """A kind of service, the texts that show it, and the SNI divisions that are far from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title
    permits: bool = False
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    far: tuple[str, ...] = Field(min_length=1)


@cache
def shipped_lines() -> dict[str, LineOfBusiness]:
    """The lines of business that ship, by key.

    Raises:
        pydantic.ValidationError: the file does not fit the model.
    """
    text = (REFERENCE_DIR / "lines_of_business.yaml").read_text(encoding="utf-8")
    return {
        key: LineOfBusiness.model_validate(line) for key, line in plain_yaml(text)["lines"].items()
    }


def lines_of_accounts(account_texts: pl.Series) -> pl.DataFrame:
    """Tell which line of business an account's text belongs to.

    Returns:
        ``account_text``, ``service_line`` of the distinct texts that fit one line and no other.
    """
    plain = plain_text(pl.col("account_text"))
    named = [
        pl.when(_says(plain, line.words) & ~_says(plain, line.not_words)).then(pl.lit(key))
        for key, line in shipped_lines().items()
        if line.words
    ]
    lines = pl.concat_list(named).list.drop_nulls()
    return (
        pl.DataFrame({"account_text": account_texts.cast(pl.String)})
        .drop_nulls()
        .unique()
        .sort("account_text")
        .with_columns(lines=lines)
        .filter(pl.col("lines").list.len() == 1)
        .select("account_text", service_line=pl.col("lines").list.first())
    )


def _says(plain: pl.Expr, words: tuple[str, ...]) -> pl.Expr:
    """Whether a word of the text begins so."""
    if not words:
        return pl.lit(value=False)
    return plain.str.contains("|".join(f" {re.escape(word)}" for word in words))


def far_divisions() -> pl.DataFrame:
    """``service_line, division``: the SNI divisions (two figures) that are far from each line."""
    rows = [(key, division) for key, line in shipped_lines().items() for division in line.far]
    return pl.DataFrame(
        rows, schema={"service_line": pl.String, "division": pl.String}, orient="row"
    )


def line_with_permits() -> str:
    """The line to which every service that needs a permit belongs."""
    return next(key for key, line in shipped_lines().items() if line.permits)
