"""Entries of lists against subjects: candidates, comparison, evidence, probability."""

import math

import polars as pl

from screening.identity.companies.name_comparison import compare_names
from screening.identity.listed.company_candidates import company_pairs
from screening.identity.listed.company_names import (
    FOREIGN,
    RegisterWords,
    company_names,
    company_words,
)
from screening.identity.listed.evidence import LEGAL_FORM, NAMES_DIFFER, PARTS, weigh
from screening.identity.listed.person_candidates import name_pairs
from screening.identity.listed.person_name_comparison import compare_person_names
from screening.identity.listed.person_words import person_words, weighed_words
from screening.identity.listed.sides import Side

#: From this probability on a pair is a match; below ``SHOWN_FROM`` it is not worth a look.
MATCH_FROM, SHOWN_FROM = 0.85, 0.05

#: What a company's name can tell at the most, as a log odds.
MOST_NAME = 16.0

_PAIR = ["entry", "subject"]
_COUNTS = ("equal", "variants", "errors", "initials", "replaced", "missing")

PAIRS = {
    "entry": pl.UInt32(),
    "subject": pl.UInt32(),
    "is_person": pl.Boolean(),
    "name": pl.Float64(),
    "legal_form_level": pl.String(),
    "matched_name": pl.String(),
    "subject_name": pl.String(),
    **dict.fromkeys(_COUNTS, pl.Int32()),
}


def _tied(entries: Side, subjects: Side) -> pl.DataFrame:
    """Pairs that a number or a contact brings together, whatever their names."""
    return pl.concat(
        [
            entries.numbers.select("number", entry="no")
            .join(subjects.numbers.select("number", subject="no"), on="number")
            .select(_PAIR),
            entries.contacts.select("contact", entry="no")
            .join(subjects.contacts.select("contact", subject="no"), on="contact")
            .select(_PAIR),
        ]
    ).unique()


def _has_both(entries: Side, subjects: Side, kind: str) -> bool:
    return bool(entries.parties[kind].any() and subjects.parties[kind].any())


def _of_kind(pairs: pl.DataFrame, entries: Side, subjects: Side, kind: str) -> pl.DataFrame:
    return pairs.join(entries.parties.filter(kind).select(entry="no"), on="entry", how="semi").join(
        subjects.parties.filter(kind).select(subject="no"), on="subject", how="semi"
    )


def _best_of(compared: pl.DataFrame, tied: pl.DataFrame, is_person: bool) -> pl.DataFrame:
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
    nameless = tied.join(best, on=_PAIR, how="anti").with_columns(
        name=pl.lit(NAMES_DIFFER), legal_form_level=pl.lit("unknown")
    )
    return (
        pl.concat([best, nameless], how="diagonal")
        .with_columns(pl.col("name").clip(NAMES_DIFFER, None), is_person=pl.lit(value=is_person))
        .select(
            pl.col(name).cast(kind)
            if name in best.columns or name == "is_person"
            else pl.lit(None, kind).alias(name)
            for name, kind in PAIRS.items()
        )
    )


def _person_pairs(entries: Side, subjects: Side, tied: pl.DataFrame) -> pl.DataFrame:
    if not _has_both(entries, subjects, "is_person"):
        return pl.DataFrame(schema=PAIRS)
    words = weighed_words(person_words(entries), person_words(subjects))
    tied = _of_kind(tied, entries, subjects, "is_person")
    pairs = name_pairs(entries, subjects, words, tied)
    compared = compare_person_names(pairs, words)
    named = [
        side.select("name_no", "no", "name").unique() for side in (words.entries, words.subjects)
    ]
    entry_names = named[0].select(entry_name="name_no", entry="no", matched_name="name")
    subject_names = named[1].select(subject_no="name_no", subject="no", subject_name="name")
    owned = (
        compared.rename({"subject_name": "subject_no", "name_evidence": "name"})
        .join(entry_names, on="entry_name")
        .join(subject_names, on="subject_no")
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


def _company_pairs(
    entries: Side, subjects: Side, tied: pl.DataFrame, register: RegisterWords | None
) -> pl.DataFrame:
    if not _has_both(entries, subjects, "is_company"):
        return pl.DataFrame(schema=PAIRS)
    names = (company_names(entries), company_names(subjects))
    words = company_words(*names, register)
    tied = _of_kind(tied, entries, subjects, "is_company")
    pairs = company_pairs(*names, words, tied)
    columns = ["name_no", "no", "name", "form", "family"]
    told = pairs.join(
        names[0].select(columns).rename({"name_no": "entry_name"}), on="entry_name"
    ).join(
        names[1].select(columns).rename({"name_no": "subject_name"}),
        on="subject_name",
        suffix="_2",
    )
    compared = compare_names(
        told.select(left="form_2", right="form").unique(), words.weights
    ).select("left", "right", "shared", "name_cost")
    told = told.join(compared, left_on=["form_2", "form"], right_on=["left", "right"])
    # A word that one name of so many has tells that much; ``shared`` is in thousandths of it.
    shared = (pl.col("shared") * math.log(words.size) / 1000).clip(0, MOST_NAME)
    owned = told.with_columns(
        entry="no", subject="no_2", matched_name="name", legal_form_level=_form_level()
    ).select(
        *_PAIR,
        "legal_form_level",
        "matched_name",
        subject_name="name_2",
        name=(shared - pl.col("name_cost")).round(9),
    )
    return _best_of(owned, tied, is_person=False)


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


def match_listed(
    entries: Side,
    subjects: Side,
    register: RegisterWords | None = None,
    decided: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Find the entries that may be about a subject, and weigh the evidence.

    The same rows in any order give the same result.

    Args:
        entries: one side.
        subjects: the other.
        register: tells how many rows of the company register have a word, where it is at hand.
        decided: ``entry``, ``subject`` of pairs that are told whatever the evidence.

    Returns:
        One row per pair worth a look, by subject and entry: ``entry``, ``subject``, ``is_person``
        (compared as persons), ``probability``, ``log_odds``, ``features`` (JSON), ``is_match``,
        ``matched_name`` (of the entry's names the one that agrees best), ``subject_name``.
    """
    wanted = pl.DataFrame(schema={name: PAIRS[name] for name in _PAIR})
    if decided is not None:
        wanted = pl.concat([wanted, decided.select(_PAIR).cast(wanted.schema)]).unique()
    tied = pl.concat([_tied(entries, subjects), wanted]).unique()
    pairs = pl.concat(
        [
            _person_pairs(entries, subjects, tied),
            _company_pairs(entries, subjects, tied, register),
        ]
    )
    weighed = weigh(pairs, entries, subjects).with_columns(
        probability=1.0 / (1.0 + (-pl.col("log_odds")).exp())
    )
    kept = weighed.join(wanted.with_columns(is_wanted=pl.lit(value=True)), on=_PAIR, how="left")
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
