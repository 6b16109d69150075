"""Entries of lists against subjects: candidates, comparison, evidence, probability."""

import math
from collections.abc import Mapping

import polars as pl

from screening.identity.companies.name_comparison import compare_names
from screening.identity.listed.company_names import FOREIGN
from screening.identity.listed.evidence import (
    LEGAL_FORM,
    NAMES_DIFFER,
    PARTS,
    weigh,
    with_rivals,
)
from screening.identity.listed.person_name_comparison import compare_person_names
from screening.identity.listed.person_words import weighed_words
from screening.identity.listed.sides import Side
from screening.identity.listed.told_names import Told, Words

#: From this probability on a pair is a match; below ``SHOWN_FROM`` it is not worth a look.
MATCH_FROM, SHOWN_FROM = 0.85, 0.05

#: What a company's name can tell at the most, as a log odds.
MOST_NAME = 16.0

_PAIR = ["entry", "subject"]
_COUNTS = ("equal", "variants", "errors", "initials", "replaced", "missing")

PAIRS = {
    "entry": pl.UInt64(),
    "subject": pl.UInt64(),
    "is_person": pl.Boolean(),
    "name": pl.Float64(),
    "legal_form_level": pl.String(),
    "matched_name": pl.String(),
    "subject_name": pl.String(),
    **dict.fromkeys(_COUNTS, pl.Int32()),
}


def _tied(pairs: pl.DataFrame, sides: Mapping[bool, Side], kind: str) -> pl.DataFrame:
    """Pairs that more than names brings together, of parties of a kind."""
    tied = pairs.filter("is_tied")
    for name, side in (("entry", sides[True]), ("subject", sides[False])):
        tied = tied.join(side.parties.filter(kind), left_on=name, right_on="no", how="semi")
    return tied.select(_PAIR)


def _name_pairs(pairs: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Each name of one party of a pair with each name of the other: names, ``entry_name``..."""
    owned = names.lazy().select("is_entry", "no", "name_no").unique()
    named = pairs.lazy()
    for name, is_entry in (("entry", pl.col("is_entry")), ("subject", ~pl.col("is_entry"))):
        owned_by = owned.filter(is_entry).select(**{name: "no", f"{name}_name": "name_no"})
        named = named.join(owned_by, on=name)
    return named.select(*_PAIR, "entry_name", "subject_name").collect(engine="in-memory")


def _best_of(compared: pl.LazyFrame, tied: pl.DataFrame, is_person: bool) -> pl.LazyFrame:
    """The names of each pair of parties that agree best; pairs in ``tied`` that share no name."""
    form = pl.col("legal_form_level").replace_strict(LEGAL_FORM, return_dtype=pl.Float64)
    best = (
        compared.with_columns(told=(pl.col("name") + form).round(9))
        .sort(
            [*_PAIR, "told", "matched_name", "subject_name"],
            descending=[False, False, True, False, False],
        )
        .unique(_PAIR, keep="first", maintain_order=True)
    )
    nameless = (
        tied.lazy()
        .join(best, on=_PAIR, how="anti")
        .with_columns(name=pl.lit(NAMES_DIFFER), legal_form_level=pl.lit("unknown"))
    )
    columns = best.collect_schema().names()
    return (
        pl.concat([best, nameless], how="diagonal")
        .with_columns(pl.col("name").clip(NAMES_DIFFER, None), is_person=pl.lit(value=is_person))
        .select(
            pl.col(name).cast(kind)
            if name in columns or name == "is_person"
            else pl.lit(None, kind).alias(name)
            for name, kind in PAIRS.items()
        )
    )


def _person_pairs(pairs: pl.DataFrame, told: Told, words: Words) -> pl.LazyFrame:
    tied = _tied(pairs, told.sides, "is_person")
    named = _name_pairs(pairs, told.persons)
    if named.is_empty() and tied.is_empty():
        return pl.LazyFrame(schema=PAIRS)
    weighed = weighed_words(told.persons, words.heard, words.levels)
    compared = compare_person_names(named.select("entry_name", "subject_name"), weighed)
    names = told.persons.lazy().select("name_no", "name").unique()
    owned = (
        named.lazy()
        .join(compared.lazy(), on=["entry_name", "subject_name"])
        .join(names.select(entry_name="name_no", matched_name="name"), on="entry_name")
        .rename({"subject_name": "subject_no", "name_evidence": "name"})
        .join(names.select(subject_no="name_no", subject_name="name"), on="subject_no")
        .with_columns(legal_form_level=pl.lit("unknown"))
        .drop("entry_name", "subject_no")
    )
    return _best_of(owned, tied, is_person=True)


def _form_level() -> pl.Expr:
    """How two legal forms agree; those of two laws never do."""
    one, other = pl.col("family"), pl.col("family_2")
    of_two_laws = one.str.starts_with(FOREIGN) != other.str.starts_with(FOREIGN)
    return (
        pl.when(one.is_null() | other.is_null())
        .then(pl.lit("unknown"))
        .when(one == other)
        .then(pl.lit("agrees"))
        .when(of_two_laws)
        .then(pl.lit("of_another_law"))
        .otherwise(pl.lit("conflicts"))
    )


def _company_pairs(pairs: pl.DataFrame, told: Told, words: Words) -> pl.LazyFrame:
    tied = _tied(pairs, told.sides, "is_company")
    names = told.companies.lazy().select("name_no", "name", "form", "family")
    paired = _name_pairs(pairs, told.companies)
    if paired.is_empty() and tied.is_empty():
        return pl.LazyFrame(schema=PAIRS)
    named = (
        paired.lazy()
        .join(names, left_on="entry_name", right_on="name_no")
        .join(names, left_on="subject_name", right_on="name_no", suffix="_2")
        .collect(engine="in-memory")
    )
    compared = compare_names(
        named.select(left="form_2", right="form").unique(), words.of_companies
    ).select("left", "right", "shared", "name_cost")
    # A word that one name of so many has tells that much; ``shared`` is in thousandths of it.
    shared = (pl.col("shared") * (words.size_level * math.log(2) / 8) / 1000).clip(0, MOST_NAME)
    owned = (
        named.lazy()
        .join(compared.lazy(), left_on=["form_2", "form"], right_on=["left", "right"])
        .select(
            *_PAIR,
            matched_name="name",
            subject_name="name_2",
            legal_form_level=_form_level(),
            name=(shared - pl.col("name_cost")).round(9),
        )
    )
    return _best_of(owned, tied, is_person=False)


#: Pairs with less evidence are not kept: whoever else is there, they are never worth a look, and
#: as rivals they count for next to nothing.
KEPT_FROM = -8.0

#: What is kept of a pair: ``PAIRS``, and its evidence.
KEPT_PAIRS = PAIRS | {
    **{f"{name}_level": pl.String() for name in ("birth", "number", "contact", "place")},
    **{part: pl.Float64() for part in PARTS if part != "rivals"},
    "evidence": pl.Float64(),
    "is_numbered": pl.Boolean(),
}


def _features() -> pl.Expr:
    """Each part of the evidence, and what it was read from, as JSON."""
    # A minus before a nought would puzzle the reader.
    parts = [
        pl.when(pl.col(part).round(2) != 0).then(pl.col(part).round(2)).otherwise(0.0).alias(part)
        for part in PARTS
    ]
    levels = [f"{name}_level" for name in ("birth", "number", "contact", "place", "legal_form")]
    kind = pl.when("is_person").then(pl.lit("person")).otherwise(pl.lit("company")).alias("kind")
    told = pl.struct(kind, *parts, *levels, *_COUNTS).struct.json_encode()
    return told.str.replace_all(r',"[a-z_]+":null', "")


def weigh_pairs(
    pairs: pl.DataFrame, told: Told, words: Words, wanted: pl.DataFrame
) -> pl.DataFrame:
    """Weigh the evidence of pairs.

    Args:
        pairs: ``entry``, ``subject``, ``is_tied`` (by a number, a contact or a decision); distinct.
        told: all of these entries and subjects.
        words: of the names of all of these.
        wanted: ``entry``, ``subject`` of pairs that are kept whatever the evidence.

    Returns:
        ``KEPT_PAIRS``, those that are worth keeping.
    """
    compared = pl.concat([_person_pairs(pairs, told, words), _company_pairs(pairs, told, words)])
    weighed = weigh(compared.collect(engine="in-memory"), told.sides[True], told.sides[False])
    kept = weighed.join(
        wanted.select(_PAIR).unique().with_columns(is_wanted=pl.lit(value=True)),
        on=_PAIR,
        how="left",
    )
    return kept.filter((pl.col("evidence") >= KEPT_FROM) | pl.col("is_wanted")).select(
        pl.col(name).cast(kind) for name, kind in KEPT_PAIRS.items()
    )


def concluded(pairs: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """What comes of the pairs that were weighed, all together.

    Args:
        pairs: ``KEPT_PAIRS``: all that there are.
        wanted: ``entry``, ``subject`` of pairs that are told whatever the evidence.

    Returns:
        One row per pair worth a look, by subject and entry: ``entry``, ``subject``, ``is_person``
        (compared as persons), ``probability``, ``log_odds``, ``features`` (JSON), ``is_match``,
        ``matched_name`` (of the entry's names the one that agrees best), ``subject_name``.
    """
    told = with_rivals(pairs).with_columns(probability=1.0 / (1.0 + (-pl.col("log_odds")).exp()))
    kept = told.join(
        wanted.select(_PAIR).unique().with_columns(is_wanted=pl.lit(value=True)),
        on=_PAIR,
        how="left",
    )
    return (
        kept.filter((pl.col("probability") >= SHOWN_FROM) | pl.col("is_wanted"))
        .with_columns(
            probability=pl.col("probability").round(4),
            is_match=pl.col("probability") >= MATCH_FROM,
            features=_features(),
        )
        .select(
            *_PAIR, "is_person", "probability", "log_odds", "features", "is_match", "matched_name",
            "subject_name",
        )
        .sort("subject", "entry")
    )  # fmt: skip
