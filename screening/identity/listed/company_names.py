"""Names of companies on lists and in registers: without legal form, and what the words tell."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import polars as pl

from screening.identity.listed.sides import Side
from screening.identity.names.company_names import compact, full_name, legal_form, words_of
from screening.identity.names.readable_text import fold
from screening.identity.names.words import legal_forms, name_words
from screening.places import REFERENCE_DIR
from screening.strict_yaml import plain_yaml

#: What a word tells that is said or left out at will, in thousandths.
FILLER_WEIGHT = 20

#: Fewer names are weighed as if they were so many: in a handful of names every word looks common.
SMALLEST_SIZE = 10_000

#: Families of foreign forms begin with this, so that they are none of ours.
FOREIGN = "foreign "


@dataclass(frozen=True)
class _ForeignForms:
    """Foreign legal forms as regular expressions over folded words, and the family of each."""

    last: str
    first: str
    families: dict[str, str]


@cache
def _foreign_forms() -> _ForeignForms:
    path = REFERENCE_DIR / "foreign_legal_forms.yaml"
    families = plain_yaml(path.read_text(encoding="utf-8"))

    def alternatives(place: str) -> str:
        written = {str(form) for told in families.values() for form in told.get(place, [])}
        return "|".join(sorted(written, key=lambda form: (-len(form), form)))

    return _ForeignForms(
        last=rf" ({alternatives('last')})$",
        first=rf"^({alternatives('first')}) ",
        families={
            str(form): family
            for family, told in families.items()
            for place in ("last", "first")
            for form in told.get(place, [])
        },
    )


def company_names(side: Side) -> pl.DataFrame:
    """Names of the companies of a side.

    Returns:
        ``no``, ``name_no`` (of each distinct form), ``name`` (as written), ``form`` (folded words
        without legal form), ``family`` (of the legal form, null where it tells none); by number.
    """
    forms = _foreign_forms()
    companies = side.parties.filter("is_company").select("no")
    words = fold(words_of(pl.col("name")))
    told = (
        side.names.join(companies, on="no", how="semi")
        .with_columns(words=words)
        .drop_nulls("words")
        .with_columns(ended=pl.col("words").str.replace(forms.last, ""))
        .with_columns(bare=pl.col("ended").str.replace(forms.first, ""))
        .with_columns(
            foreign=pl.coalesce(
                pl.col("words").str.extract(forms.last),
                pl.col("ended").str.extract(forms.first),
            )
        )
        .with_columns(
            form=full_name(pl.col("bare")).fill_null(full_name(pl.col("name"))),
            family=pl.coalesce(
                pl.lit(FOREIGN)
                + pl.col("foreign").replace_strict(
                    forms.families, default=None, return_dtype=pl.String
                ),
                legal_form(pl.col("name")).replace_strict(
                    dict(legal_forms().families), default=None, return_dtype=pl.String
                ),
            ),
        )
        .drop_nulls("form")
    )
    return (
        told.select("no", "name", "form", "family")
        .sort("no", "form", "family", "name", nulls_last=True)
        .unique(["no", "form", "family"], keep="first", maintain_order=True)
        .with_row_index("name_no")
    )


@dataclass(frozen=True)
class CompanyWords:
    """Words of company names on both sides.

    Attributes:
        weights: ``word``, ``weight`` (thousandths, as ``compare_names`` wants), ``rows``.
        size: how many names they were counted in.
    """

    weights: pl.DataFrame
    size: int


#: Given words (``word``) it tells ``word`` and ``rows``, how many rows of the company register have
#: it, and of how many rows.
RegisterWords = Callable[[pl.DataFrame], tuple[pl.DataFrame, int]]


def _weight(size: int) -> pl.Expr:
    """What a word in ``rows`` of ``size`` names tells: 1000 if no other has it, 0 if all have."""
    told = (size / pl.col("rows").clip(1)).log() / math.log(size)
    weight = (told * 1000).round(0).clip(FILLER_WEIGHT, 1000).cast(pl.Int32)
    is_filler = pl.col("word").is_in(sorted(name_words().fillers))
    return pl.when(is_filler).then(pl.lit(FILLER_WEIGHT, pl.Int32)).otherwise(weight)


def company_words(
    entries: pl.DataFrame, subjects: pl.DataFrame, register: RegisterWords | None = None
) -> CompanyWords:
    """What each word tells, from how common it is on the lists, among the subjects, and, where it
    is at hand, in the company register. The place where a word is most common counts.

    Of the register only words that both sides have are asked for.
    """
    spelled = [
        side.select("no", word=pl.col("form").str.split(" "))
        .explode("word", empty_as_null=False)
        .unique()
        for side in (entries, subjects)
    ]
    size = max(SMALLEST_SIZE, entries["no"].n_unique(), subjects["no"].n_unique())
    counted = [side.group_by("word").agg(rows=pl.len().cast(pl.Int64)) for side in spelled]
    if register is not None:
        asked = counted[0].join(counted[1], on="word", how="semi").select("word").sort("word")
        rows, register_size = register(asked)
        size = max(size, register_size)
        counted.append(rows.select("word", pl.col("rows").cast(pl.Int64)))
    weights = (
        pl.concat(counted)
        .group_by("word")
        .agg(pl.col("rows").max())
        .with_columns(weight=_weight(size))
        .sort("word")
    )
    return CompanyWords(weights, size)


def compact_form(form: pl.Expr) -> pl.Expr:
    """Hash of a form's letters without spaces."""
    return compact(form).hash()
