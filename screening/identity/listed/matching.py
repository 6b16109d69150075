"""Entries of lists against subjects: candidates, comparison, evidence, probability."""

import math
from dataclasses import dataclass

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
from screening.identity.listed.told_names import Blocks, Told, Words

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


def _tied(entries: Side, subjects: Side, wanted: pl.DataFrame) -> pl.DataFrame:
    """Pairs that a number, a contact or a decision brings together, whatever their names."""
    return pl.concat(
        [
            entries.numbers.select("number", entry="no")
            .join(subjects.numbers.select("number", subject="no"), on="number")
            .select(_PAIR),
            entries.contacts.select("contact", entry="no")
            .join(subjects.contacts.select("contact", subject="no"), on="contact")
            .select(_PAIR),
            wanted.select(_PAIR),
        ]
    ).unique()


@dataclass(frozen=True)
class Again:
    """Parties that are compared again, and pairs that are wanted whatever the evidence.

    Attributes:
        entries: ``no``.
        subjects: ``no``.
        wanted: ``entry``, ``subject``.
    """

    entries: pl.DataFrame
    subjects: pl.DataFrame
    wanted: pl.DataFrame

    def of(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """The pairs (``entry``, ``subject``) of which one is compared again."""
        return pairs.filter(
            pl.col("entry").is_in(self.entries["no"].implode())
            | pl.col("subject").is_in(self.subjects["no"].implode())
        )


def _of_kind(pairs: pl.DataFrame, entries: Side, subjects: Side, kind: str) -> pl.DataFrame:
    return pairs.join(entries.parties.filter(kind).select(entry="no"), on="entry", how="semi").join(
        subjects.parties.filter(kind).select(subject="no"), on="subject", how="semi"
    )


def _name_pairs(
    blocks: tuple[pl.DataFrame, pl.DataFrame],
    names: tuple[pl.DataFrame, pl.DataFrame],
    tied: pl.DataFrame,
    again: Again,
) -> pl.DataFrame:
    """Pairs of names to compare: in one block, or of a pair of parties in ``tied``; distinct."""
    columns = [*_PAIR, "entry_name", "subject_name"]
    left, right = (
        blocks[0].rename({"no": "entry", "name_no": "entry_name"}),
        blocks[1].rename({"no": "subject", "name_no": "subject_name"}),
    )
    owned = [side.select("no", "name_no").unique() for side in names]
    by_tie = tied.join(owned[0].rename({"no": "entry", "name_no": "entry_name"}), on="entry").join(
        owned[1].rename({"no": "subject", "name_no": "subject_name"}), on="subject"
    )
    found = again.of(left.join(right, on="block").select(columns))
    return pl.concat([found, by_tie.select(columns)]).unique().select("entry_name", "subject_name")


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


def _person_pairs(
    entries: Told,
    subjects: Told,
    words: Words,
    blocks: tuple[pl.DataFrame, pl.DataFrame],
    tied: pl.DataFrame,
    again: Again,
) -> pl.DataFrame:
    weighed = weighed_words(entries.persons, subjects.persons, words.heard, words.levels)
    tied = _of_kind(tied, entries.side, subjects.side, "is_person")
    pairs = _name_pairs(blocks, (entries.persons, subjects.persons), tied, again)
    compared = compare_person_names(pairs, weighed)
    named = [side.persons.select("name_no", "no", "name").unique() for side in (entries, subjects)]
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
    entries: Told,
    subjects: Told,
    words: Words,
    blocks: tuple[pl.DataFrame, pl.DataFrame],
    tied: pl.DataFrame,
    again: Again,
) -> pl.DataFrame:
    names = (entries.companies, subjects.companies)
    weights = words.of_companies
    tied = _of_kind(tied, entries.side, subjects.side, "is_company")
    pairs = _name_pairs(blocks, names, tied, again)
    columns = ["name_no", "no", "name", "form", "family"]
    told = pairs.join(
        names[0].select(columns).rename({"name_no": "entry_name"}), on="entry_name"
    ).join(
        names[1].select(columns).rename({"name_no": "subject_name"}),
        on="subject_name",
        suffix="_2",
    )
    compared = compare_names(told.select(left="form_2", right="form").unique(), weights).select(
        "left", "right", "shared", "name_cost"
    )
    told = told.join(compared, left_on=["form_2", "form"], right_on=["left", "right"])
    # A word that one name of so many has tells that much; ``shared`` is in thousandths of it.
    shared = (pl.col("shared") * (words.size_level * math.log(2) / 8) / 1000).clip(0, MOST_NAME)
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


def weigh_again(
    entries: Told,
    subjects: Told,
    words: Words,
    blocks: Blocks,
    again: Again,
) -> pl.DataFrame:
    """Find the pairs of which one is compared again, and weigh their evidence.

    Args:
        entries: all entries that may be candidates of such subjects, and such entries.
        subjects: the same of the other side.
        words: of the names of all of these.
        blocks: of entries (true) and subjects, without those that bring too many together.
        again: who is compared again.

    Returns:
        ``KEPT_PAIRS``, those that are worth keeping.
    """
    tied = again.of(_tied(entries.side, subjects.side, again.wanted))
    persons, companies = ((blocks[True][kind], blocks[False][kind]) for kind in (0, 1))
    pairs = pl.concat(
        [
            _person_pairs(entries, subjects, words, persons, tied, again),
            _company_pairs(entries, subjects, words, companies, tied, again),
        ]
    )
    weighed = weigh(pairs, entries.side, subjects.side)
    kept = weighed.join(
        again.wanted.select(_PAIR).unique().with_columns(is_wanted=pl.lit(value=True)),
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
