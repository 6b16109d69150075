"""Names of companies on lists and in registers: without legal form, and what the words tell."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import polars as pl

from screening.identity.names.company_names import compact, full_name, legal_form, words_of
from screening.identity.names.readable_text import fold
from screening.identity.names.words import legal_forms, name_words
from screening.places import REFERENCE_DIR
from screening.strict_yaml import plain_yaml

#: What a word tells that is said or left out at will, in thousandths.
FILLER_WEIGHT = 20

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


def company_names(names: pl.DataFrame) -> pl.DataFrame:
    """Names of companies.

    Args:
        names: ``is_entry``, ``no``, ``name`` of companies; distinct.

    Returns:
        ``is_entry``, ``no``, ``name_no`` (of each distinct form), ``name`` (as written), ``form``
        (folded words without legal form), ``family`` (of the legal form, null where it tells none).
    """
    forms = _foreign_forms()
    words = fold(words_of(pl.col("name")))
    told = (
        names.with_columns(words=words)
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
            form=full_name(pl.col("bare")),
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
    )
    if told["form"].null_count():
        # A name that is nothing but a legal form is a name.
        told = told.with_columns(form=pl.col("form").fill_null(full_name(pl.col("name"))))
    return (
        told.drop_nulls("form")
        .select("is_entry", "no", "name", "form", "family")
        .sort("is_entry", "no", "form", "family", "name", nulls_last=True)
        .unique(["is_entry", "no", "form", "family"], keep="first", maintain_order=True)
        .with_row_index("name_no")
    )


#: Given words (``word``) it tells ``word`` and ``rows``, how many rows of the company register have
#: it.
RegisterWords = Callable[[pl.DataFrame], pl.DataFrame]

#: Kind of tokens (``kept_words``), and seed of their hashes.
COMPANY_WORD = 3


def company_tokens(names: pl.DataFrame) -> pl.LazyFrame:
    """Words of the companies, as they are counted.

    Args:
        names: ``is_entry``, ``no``, ``form``.

    Returns:
        ``kind``, ``token``, ``is_entry``, ``no``, ``word``: distinct.
    """
    return (
        names.lazy()
        .select("is_entry", "no", word=pl.col("form").str.split(" "))
        .explode("word", empty_as_null=False)
        .unique()
        .select(
            pl.lit(COMPANY_WORD, pl.UInt8).alias("kind"),
            pl.col("word").hash(seed=COMPANY_WORD).alias("token"),
            "is_entry",
            "no",
            "word",
        )
    )


def _weight(size_level: int) -> pl.Expr:
    """What a word tells: 1000 if no other name has it, 0 if all have."""
    told = 1000 * (1 - pl.col("level").cast(pl.Float64) / size_level)
    weight = told.round(0).clip(FILLER_WEIGHT, 1000).cast(pl.Int32)
    is_filler = pl.col("word").is_in(sorted(name_words().fillers))
    return pl.when(is_filler).then(pl.lit(FILLER_WEIGHT, pl.Int32)).otherwise(weight)


def filler_level(size_level: int) -> float:
    """The least level at which a word tells as little as one that is said or left out at will."""
    return size_level * (1 - (FILLER_WEIGHT + 0.5) / 1000)


def weighed_company_words(levels: pl.DataFrame, size_level: int) -> pl.DataFrame:
    """What each word tells, from how common it is where it is most common.

    Args:
        levels: ``word``, ``token``, ``level``: how many names have it, in eighths of a
            doubling.
        size_level: the same of all names.

    Returns:
        ``word``, ``token``, ``weight`` (thousandths, as ``compare_names`` wants), ``rows``.
    """
    return levels.select(
        "word",
        "token",
        weight=_weight(size_level),
        rows=(2.0 ** (pl.col("level") / 8)).round(0).cast(pl.Int64),
    ).sort("word")


def compact_form(form: pl.Expr) -> pl.Expr:
    """Hash of a form's letters without spaces."""
    return compact(form).hash()
