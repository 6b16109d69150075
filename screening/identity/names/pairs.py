"""Two columns of company names, pair by pair: how likely is it that both name one company?

For names alone, of any country, without a register and without addresses. Legal forms of many
countries, translations of common words, other scripts, abbreviations and acronyms are read; words
that any company may have say little, and what speaks against counts: another place, another number,
another word.
"""

from collections.abc import Mapping
from functools import cache

import polars as pl

from screening.identity.names.international import (
    forms_of_companies,
    normal_names,
)
from screening.identity.names.pair_comparison import compare_normal_names
from screening.identity.names.readable_text import folded, read
from screening.identity.names.word_similarity import likeness
from screening.identity.reference_files import read_reference

#: From so alike on (0-1), letter by letter, one name may be the other badly written, whatever its
#: words say; and how likely that is at most.
_HARDLY_DIFFERENT_FROM, _MOST_BY_LETTERS = 0.8, 0.2


@cache
def pair_weights() -> Mapping[str, float]:
    """Log odds of each feature, from ``data/reference/name_pair_evidence.yaml``."""
    return {name: float(told) for name, told in read_reference("name_pair_evidence").items()}


def _readings(asked: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The ways in which each pair may be read: row, left, right, other_reading."""
    sides = names.drop("form")
    both = asked.join(sides, left_on="left_name", right_on="name").join(
        sides, left_on="right_name", right_on="name", suffix="_2"
    )
    abjad = pl.col("is_abjad") | pl.col("is_abjad_2")
    plain = [("core", "core_2", 0), ("main", "main_2", 0), ("main", "core_2", 0),
             ("core", "main_2", 0), ("other", "main_2", 1), ("main", "other_2", 1)]  # fmt: skip
    acronyms = pl.concat(
        [
            both.filter(_is_acronym(short, long)).select(
                "row",
                left=pl.col(f"core{short}"),
                right=pl.col(f"core{short}"),
                other_reading=pl.lit(0, pl.Int32),
                dropped_brackets=pl.lit(0, pl.Int32),
                is_acronym=pl.lit(1, pl.Int32),
            )
            for short, long in (("", "_2"), ("_2", ""))
        ]
    )
    # "van der Bilt" is "Vanderbilt", though "van" and "der" bind words.
    run_together = both.filter(
        (pl.col("letters") == pl.col("letters_2")) & (pl.col("core") != pl.col("core_2"))
    ).select(
        "row",
        left=pl.col("core"),
        right=pl.col("core"),
        other_reading=pl.lit(0, pl.Int32),
        dropped_brackets=pl.lit(0, pl.Int32),
        is_acronym=pl.lit(0, pl.Int32),
    )
    read = pl.concat(
        [
            both.select(
                "row",
                left=_written(pl.col(left), abjad),
                right=_written(pl.col(right), abjad),
                other_reading=pl.lit(other, pl.Int32),
                dropped_brackets=pl.lit(1 if (left, right) != ("core", "core_2") else 0, pl.Int32),
                is_acronym=pl.lit(0, pl.Int32),
            )
            for left, right, other in plain
        ]
    )
    return (
        pl.concat([read, acronyms, run_together])
        .drop_nulls(["left", "right"])
        .sort("row", "left", "right", "is_acronym", "other_reading", "dropped_brackets")
        .unique(["row", "left", "right", "is_acronym"], keep="first", maintain_order=True)
    )


def _is_acronym(short: str, long: str) -> pl.Expr:
    """Whether one name is the initials of the other, with those of its "Corporation" or without."""
    letters, initials = pl.col(f"core{short}"), pl.col(f"initials{long}")
    return (
        letters.str.len_chars().is_between(2, 6)
        & (letters.str.len_chars() >= initials.str.len_chars())
        & pl.col(f"initials_long{long}").str.starts_with(letters)
    )


def _written(core: pl.Expr, abjad: pl.Expr) -> pl.Expr:
    """Without vowels where one of two names is written so (Arabic, Hebrew)."""
    skeleton = (
        core.str.replace_many({"kh": "h", "gh": "g", "dh": "d", "th": "t", "q": "k", "c": "k"})
        .str.replace_all(r"(^| )al ?", "${1}")
        .str.replace_all(r"[aeiouyw']", "")
        .str.replace_all(r" {2,}", " ")
        .str.strip_chars(" ")
    )
    return pl.when(abjad & (skeleton != "")).then(skeleton).otherwise(core)


def _forms(asked: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    forms = forms_of_companies()
    sides = names.select(
        "name",
        "form",
        means=pl.col("form").replace_strict(forms.means, default=None, return_dtype=pl.String),
        kind=pl.col("form").replace_strict(forms.kind, default=None, return_dtype=pl.String),
    )
    both = asked.join(sides, left_on="left_name", right_on="name").join(
        sides, left_on="right_name", right_on="name", suffix="_2"
    )
    said = pl.col("form").is_not_null() & pl.col("form_2").is_not_null()
    any_kind = (pl.col("kind") == "any") | (pl.col("kind_2") == "any")
    same_means = pl.col("means") == pl.col("means_2")
    return both.select(
        "row",
        same_form=(said & (pl.col("form") == pl.col("form_2"))).fill_null(False),
        translated_form=(said & (pl.col("form") != pl.col("form_2")) & same_means).fill_null(False),
        related_form=(
            said & ~same_means & ~any_kind & (pl.col("kind") == pl.col("kind_2"))
        ).fill_null(False),
        other_form=(
            said & ~same_means & ~any_kind & (pl.col("kind") != pl.col("kind_2"))
        ).fill_null(False),
        one_form=pl.col("form").is_null() != pl.col("form_2").is_null(),
    )


def _features() -> dict[str, pl.Expr]:
    shared, one, two = pl.col("shared") / 1000, pl.col("one") / 1000, pl.col("two") / 1000
    replaced, missing = pl.min_horizontal(one, two), (one - two).abs()
    total = (shared + pl.max_horizontal(one, two)).clip(0.1)
    both_places = pl.min_horizontal("one_places", "two_places")
    both_numbers = pl.min_horizontal("one_numbers", "two_numbers")
    return {
        "shared_weight": shared.clip(0, 2),
        "own_word_shared": pl.col("shared_most") >= 1000,
        "nothing_shared": pl.col("shared_words") == 0,
        "is_replaced": replaced >= 0.1,
        "replaced_weight": replaced.clip(0, 2),
        "replaced_share": replaced / total,
        "own_words_replaced": (pl.col("one_most") >= 1000) & (pl.col("two_most") >= 1000),
        "is_missing": missing >= 0.1,
        "missing_weight": missing.clip(0, 2),
        "missing_share": missing / total,
        "own_word_missing": (pl.max_horizontal("one_most", "two_most") >= 1000)
        & (pl.min_horizontal("one_most", "two_most") < 1000),
        "telling_words": (pl.col("one_telling") + pl.col("two_telling")).clip(0, 2),
        "other_place": both_places.clip(0, 1),
        "place_missing": (pl.max_horizontal("one_places", "two_places") - both_places).clip(0, 1),
        "other_number": both_numbers.clip(0, 1),
        "number_missing": (pl.max_horizontal("one_numbers", "two_numbers") - both_numbers).clip(
            0, 1
        ),
        "error_rate": pl.col("error_rate").clip(0, 0.6),
        "worst_error_rate": pl.col("worst_error_rate"),
        "short_errors": pl.col("short_errors").clip(0, 2),
        "abbreviated": pl.col("abbreviated").clip(0, 2),
        "initials": pl.col("initials").clip(0, 2),
        "acronym": pl.max_horizontal("acronym", "is_acronym"),
        "translated": pl.col("translated").clip(0, 2),
        "compounds": pl.col("compounds").clip(0, 1),
        "moved": pl.col("moved"),
        "known_pairs": pl.col("known_pairs").clip(0, 2),
        "alike": (pl.col("alike") - 0.8).clip(-0.4, 0.2) * 5,
        "same_letters": pl.max_horizontal("same_letters", "same_letters_sorted"),
        "heard_alike": pl.col("heard_alike"),
        "other_reading": pl.col("other_reading"),
        "dropped_brackets": pl.col("dropped_brackets"),
        "same_form": pl.col("same_form"),
        "translated_form": pl.col("translated_form"),
        "related_form": pl.col("related_form"),
        "other_form": pl.col("other_form"),
        "one_form": pl.col("one_form"),
    }


def name_pair_features(left: pl.Series, right: pl.Series) -> pl.DataFrame:
    """Every way of reading each pair of names, with its features.

    Returns:
        ``row`` (place in the columns) and one Float64 column per feature; no row for a pair of
        which one name has neither letters nor figures.
    """
    asked = pl.DataFrame({"left_name": left.cast(pl.String), "right_name": right.cast(pl.String)})
    asked = asked.with_row_index("row").drop_nulls()
    names = normal_names(pl.concat([asked["left_name"], asked["right_name"]]))
    readings = _readings(asked, names)
    # A pair reads the same whichever name is first.
    ordered = readings.with_columns(
        left=pl.min_horizontal("left", "right"), right=pl.max_horizontal("left", "right")
    )
    pairs = ordered.select("left", "right").unique().sort("left", "right").with_row_index("pair")
    measured = compare_normal_names(pairs)
    joined = (
        ordered.join(measured, on=["left", "right"])
        .join(_forms(asked, names), on="row")
        .sort("row", "left", "right")
    )
    return joined.select(
        "row", **{name: told.cast(pl.Float64) for name, told in _features().items()}
    )


def _slip_of_the_pen(left: pl.Series, right: pl.Series) -> pl.Series:
    """How likely each pair is one name at least, by its letters alone: ``slip``, 0 to 0.2.

    "Fund VII" and "Fund VIII" are two, unless somebody slipped: they come behind all that are
    rather one than two, and before all that have little in common.
    """
    alike = likeness(folded(read(left)).fill_null(""), folded(read(right)).fill_null(""))
    share = (alike - _HARDLY_DIFFERENT_FROM) / (1 - _HARDLY_DIFFERENT_FROM)
    return (share.clip(0, 1) * _MOST_BY_LETTERS).alias("slip")


def score_name_pairs(left: pl.Series, right: pl.Series) -> pl.Series:
    """How likely each pair of names is one company.

    Args:
        left: names of companies, of any country and in any script.
        right: as many names.

    Returns:
        ``score``, 0-1 for each pair, the same whichever name is first; from 0.5 on they are rather
        one company than two. 0 where a name is empty or has neither letters nor figures. Names
        that hardly differ as they are written have up to 0.2, whatever speaks against them.

    Raises:
        ValueError: the columns differ in length.
    """
    if len(left) != len(right):
        raise ValueError(f"{len(left)} names on the left, {len(right)} on the right")
    weights = pair_weights()
    features = name_pair_features(left, right)
    odds = pl.lit(weights["base"]) + pl.sum_horizontal(
        pl.col(name) * weights[name] for name in _features()
    )
    best = features.select("row", odds=odds).group_by("row").agg(pl.col("odds").max())
    rows = pl.DataFrame({"row": pl.int_range(len(left), dtype=pl.UInt32, eager=True)})
    return (
        rows.join(best, on="row", how="left", maintain_order="left")
        .with_columns(_slip_of_the_pen(left, right))
        .select(
            score=pl.when(pl.col("odds").is_not_null())
            .then(pl.max_horizontal(1 / (1 + (-pl.col("odds")).exp()), "slip").round(6))
            .otherwise(0.0)
        )
        .to_series()
    )
