"""What speaks for and against a subject being the one on the list, in log odds.

``base`` is how likely it is beforehand; every part adds to it. The parts are what an explanation
shows. Where somebody is from plays no part: citizenship, birthplace and what a name sounds like are
never looked at, and countries of stated addresses weigh little.
"""

import polars as pl

from screening.identity.listed.sides import Side

#: Before anything is known: a given entry is a given person, or company.
BASE_PERSON, BASE_COMPANY = -15.5, -12.0

#: Nothing in the names agrees, though something else brought the two together.
NAMES_DIFFER = -7.0

BIRTH = {
    "same_day": 9.5,
    "day_and_month_swapped": 5.0,
    "nearly": 2.5,
    "same_year": 3.9,
    "unknown": 0.0,
    "other_day": -6.0,
    "year_apart": -6.0,
    "other_year": -12.0,
}
NUMBER = {
    "same": 30.0,
    "same_figures": 21.0,
    "short": 12.0,
    "unknown": 0.0,
    "other": -9.0,
}
CONTACT = {"same": 6.0, "unknown": 0.0}
PLACE = {
    "same_door": 7.5,
    "same_town": 2.3,
    "same_country": 0.4,
    "unknown": 0.0,
    "other_country": -0.6,
}
LEGAL_FORM = {"agrees": 0.7, "unknown": 0.0, "of_another_law": -3.0, "conflicts": -4.0}

#: Levels that support a name enough for a match. Without any of them a person's name is none.
SUPPORT = {
    "birth": ("same_day", "day_and_month_swapped", "nearly", "same_year"),
    "number": ("same", "same_figures", "short"),
    "contact": ("same",),
    "place": ("same_door",),
}

#: From here on a name alone counts for less and less, and so does a name in the same town: at the
#: most this much more, whatever else it tells. Neither gets as far as a match.
_ALONE_FROM, _ALONE_MOST = -1.5, 1.0
_IN_TOWN_FROM, _IN_TOWN_MOST = -0.5, 2.0
_ALONE_SCALE = 6.0

#: A number of fewer signs is short: the same one may well be somebody else's.
_LONG_NUMBER = 9

#: The parts of the evidence, as they are kept and shown.
PARTS = ("base", "name", "birth", "number", "contact", "place", "legal_form", "alone", "rivals")

#: Evidence beyond this is as good as certain.
_CERTAIN = 30.0

_PAIR = ["entry", "subject"]


def _best(
    pairs: pl.LazyFrame, levels: pl.LazyFrame, weights: dict[str, float], name: str
) -> pl.LazyFrame:
    """``pairs`` with the best of the ``level`` that each has, as ``<name>_level``."""
    order = {level: place for place, level in enumerate(weights)}
    place = pl.col("level").replace_strict(order, return_dtype=pl.Int32)
    best = levels.group_by(_PAIR).agg(pl.col("level").sort_by(place).first().alias(f"{name}_level"))
    return pairs.join(best, on=_PAIR, how="left").with_columns(
        pl.col(f"{name}_level").fill_null("unknown")
    )


def _sides(pairs: pl.LazyFrame, entries: pl.LazyFrame, subjects: pl.LazyFrame) -> pl.LazyFrame:
    """Everything that an entry tells beside everything that a subject tells, pair by pair."""
    return (
        pairs.select(_PAIR)
        .join(entries, left_on="entry", right_on="no")
        .join(subjects, left_on="subject", right_on="no", suffix="_2")
    )


def _births(pairs: pl.LazyFrame, entries: Side, subjects: Side) -> pl.LazyFrame:
    told = _sides(pairs, entries.births.lazy(), subjects.births.lazy())

    def same(column: str) -> pl.Expr:
        return (pl.col(column) == pl.col(f"{column}_2")).fill_null(value=False)

    apart = (pl.col("year").cast(pl.Int32) - pl.col("year_2")).abs()
    # The first of January stands for a day that nobody knows.
    is_vague = pl.any_horizontal(
        pl.col(f"{part}{side}").is_null() for part in ("month", "day") for side in ("", "_2")
    ) | pl.any_horizontal(
        (pl.col(f"month{side}") == 1) & (pl.col(f"day{side}") == 1) for side in ("", "_2")
    ).fill_null(value=False)
    swapped = (
        (pl.col("month") == pl.col("day_2")) & (pl.col("day") == pl.col("month_2"))
    ).fill_null(value=False)
    level = (
        pl.when(same("year") & same("month") & same("day"))
        .then(pl.lit("same_day"))
        .when(same("year") & swapped)
        .then(pl.lit("day_and_month_swapped"))
        .when(same("year") & is_vague)
        .then(pl.lit("same_year"))
        .when(same("year") & (same("month") | same("day")))
        .then(pl.lit("nearly"))
        .when(same("year"))
        .then(pl.lit("other_day"))
        .when((apart == 1) & is_vague)
        .then(pl.lit("year_apart"))
        .when(apart.is_in([1, 10]) & same("month") & same("day"))
        .then(pl.lit("year_apart"))
        .otherwise(pl.lit("other_year"))
    )
    return told.select(*_PAIR, level=level)


def _numbers(pairs: pl.LazyFrame, entries: Side, subjects: Side) -> pl.LazyFrame:
    numbers = [side.numbers.lazy() for side in (entries, subjects)]
    equal = _sides(pairs, *numbers).filter(pl.col("number") == pl.col("number_2"))
    level = (
        pl.when(
            (pl.col("is_swedish") & pl.col("is_swedish_2"))
            | pl.col("number").str.starts_with("hash:")
        )
        .then(pl.lit("same"))
        .when(pl.col("number").str.len_chars() >= _LONG_NUMBER)
        .then(pl.lit("same_figures"))
        .otherwise(pl.lit("short"))
    )
    swedish = [told.filter("is_swedish").select("no").unique() for told in numbers]
    differ = _sides(pairs, *swedish).select(*_PAIR, level=pl.lit("other"))
    return pl.concat([equal.select(*_PAIR, level=level), differ])


def _contacts(pairs: pl.LazyFrame, entries: Side, subjects: Side) -> pl.LazyFrame:
    told = _sides(pairs, entries.contacts.lazy(), subjects.contacts.lazy())
    same = told.filter(pl.col("contact") == pl.col("contact_2"))
    return same.select(*_PAIR, level=pl.lit("same"))


def _places(pairs: pl.DataFrame, entries: Side, subjects: Side) -> pl.LazyFrame:
    """How stated addresses agree. The entry's ``town`` is its whole address."""
    # Few entries state an address, most subjects do.
    listed = entries.places_of(pairs.select(no="entry").unique())
    met = pairs.join(listed.select(entry="no"), on="entry", how="semi")
    there = subjects.places_of(met.select(no="subject").unique())
    told = _sides(met.lazy(), listed.lazy(), there.lazy())
    differ = pl.col("country") != pl.col("country_2")
    town = pl.lit(" ") + pl.col("town_2") + pl.lit(" ")
    same_town = pl.col("town").str.contains(town, literal=True).fill_null(value=False)
    same_town &= ~differ.fill_null(value=False)
    same_door = (pl.col("door") == pl.col("door_2")).fill_null(value=False)
    return told.select(
        *_PAIR,
        level=pl.when(same_town & same_door)
        .then(pl.lit("same_door"))
        .when(same_town)
        .then(pl.lit("same_town"))
        .when((pl.col("country") == pl.col("country_2")).fill_null(value=False))
        .then(pl.lit("same_country"))
        .when(differ.fill_null(value=False))
        .then(pl.lit("other_country"))
        .otherwise(pl.lit("unknown")),
    )


def _told(name: str, weights: dict[str, float]) -> pl.Expr:
    return pl.col(f"{name}_level").replace_strict(weights, return_dtype=pl.Float64)


def weigh(pairs: pl.DataFrame, entries: Side, subjects: Side) -> pl.DataFrame:
    """Weigh what is known of each pair.

    Args:
        pairs: ``entry``, ``subject``, ``is_person`` (compared as persons), ``name`` (log odds),
            ``legal_form_level``; distinct.
        entries: one side.
        subjects: the other.

    Returns:
        Each pair of parties once, as persons or as companies, whichever is likelier, with
        ``birth_level``, ``number_level``, ``contact_level``, ``place_level``, each of ``PARTS`` but
        ``rivals``, their sum ``evidence``, and ``is_numbered`` (the subject has a Swedish number).
    """
    told = pairs.lazy()
    levelled = _best(told, _births(told.filter("is_person"), entries, subjects), BIRTH, "birth")
    levelled = levelled.with_columns(
        birth_level=pl.when("is_person").then("birth_level").otherwise(pl.lit("unknown"))
    )
    levelled = _best(levelled, _numbers(told, entries, subjects), NUMBER, "number")
    levelled = _best(levelled, _contacts(told, entries, subjects), CONTACT, "contact")
    levelled = _best(levelled, _places(pairs, entries, subjects), PLACE, "place")
    # Of several dates of birth one agrees the more easily.
    births = entries.births.lazy().group_by(entry="no").agg(births=pl.col("year").n_unique())
    is_supported = pl.any_horizontal(
        pl.col(f"{name}_level").is_in(list(levels)) for name, levels in SUPPORT.items()
    )
    agrees = pl.col("birth_level").is_in(SUPPORT["birth"])
    weighed = levelled.join(births, on="entry", how="left").with_columns(
        base=pl.when("is_person").then(BASE_PERSON).otherwise(BASE_COMPANY),
        birth=_told("birth", BIRTH)
        - pl.when(agrees).then(pl.col("births").fill_null(1).cast(pl.Float64).log()).otherwise(0.0),
        number=_told("number", NUMBER),
        contact=_told("contact", CONTACT),
        place=_told("place", PLACE),
        legal_form=_told("legal_form", LEGAL_FORM),
    )
    before = pl.sum_horizontal(part for part in PARTS if part not in ("alone", "rivals"))
    in_town = pl.col("place_level") == "same_town"
    least = pl.when(in_town).then(_IN_TOWN_FROM).otherwise(_ALONE_FROM)
    most = pl.when(in_town).then(_IN_TOWN_MOST).otherwise(_ALONE_MOST)
    beyond = before - least
    alone = pl.when(pl.col("is_person") & ~is_supported & (beyond > 0)).then(
        most * (beyond / _ALONE_SCALE).tanh() - beyond
    )
    compared = (
        weighed.with_columns(alone=alone.fill_null(0.0))
        .with_columns(evidence=before + pl.col("alone"))
        .drop("births")
        .sort([*_PAIR, "evidence", "is_person"], descending=[False, False, True, False])
        .unique(_PAIR, keep="first", maintain_order=True)
    )
    numbered = subjects.numbers.filter("is_swedish")["no"].unique()
    return compared.with_columns(is_numbered=pl.col("subject").is_in(numbered.implode())).collect(
        engine="in-memory"
    )


def with_rivals(pairs: pl.DataFrame) -> pl.DataFrame:
    """What other subjects take from a pair: an entry is one party, and numbers tell them apart.

    So of subjects with different Swedish numbers at most one is the one on the list.

    Args:
        pairs: of ``weigh``, all of the entries that are in it.

    Returns:
        The pairs with ``rivals``, and ``log_odds``, the sum of all ``PARTS``.
    """
    odds = (
        pairs.filter("is_numbered")
        .select(*_PAIR, odds=pl.col("evidence").clip(None, _CERTAIN).exp())
        .sort(_PAIR)
    )
    all_odds = odds.group_by("entry", maintain_order=True).agg(all_odds=pl.col("odds").sum())
    others = (pl.col("all_odds") - pl.col("odds")).clip(0.0)
    taken = odds.join(all_odds, on="entry").select(*_PAIR, rivals=-(others.log1p().round(6)))
    return (
        pairs.join(taken, on=_PAIR, how="left")
        .with_columns(pl.col("rivals").fill_null(0.0))
        .with_columns(log_odds=pl.sum_horizontal(PARTS))
    )
