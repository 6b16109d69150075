"""Two columns of company names, pair by pair: how likely is it that both name one company?

For names alone, of any country, without a register and without addresses. Legal forms of many
countries, translations of common words, other scripts, abbreviations and acronyms are read; words
that any company may have say little, and what speaks against counts: another place, another number,
another word.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from screening.identity.names.company_names import compact
from screening.identity.names.international import (
    forms_of_companies,
    international_lexicon,
    normal_names,
    place_words,
    subsidiary_words,
)
from screening.identity.names.readable_text import folded, read
from screening.identity.names.word_alignment import align_words
from screening.identity.names.word_similarity import Spelling, likeness
from screening.identity.reference_files import read_reference

#: Words of this weight bind others together and are passed over.
_BINDING_WEIGHT = 20

#: Words that so many names have are known words; the listed ones count as a million.
_KNOWN_FROM = 1_000

_NUMBER = r"\d"

#: From so alike on (0-1), letter by letter, one name may be the other badly written, whatever its
#: words say; and how likely that is at most.
_HARDLY_DIFFERENT_FROM, _MOST_BY_LETTERS = 0.8, 0.2

#: Letters as they are heard: transliterations of one name differ in these.
_AS_HEARD = {
    "sch": "s", "shch": "s", "tsch": "c", "sh": "s", "zh": "z", "kh": "h", "ch": "c", "gh": "g",
    "ph": "f", "th": "t", "dj": "j", "dzh": "j", "ts": "c", "tz": "c", "ck": "k", "cz": "c",
    "sz": "s", "qu": "k", "ks": "x", "aa": "a", "ae": "a", "oe": "o", "ue": "u", "oo": "u",
    "ee": "i", "ou": "u", "iy": "i", "yy": "i", "yi": "i", "ij": "i", "ii": "i", "ya": "a",
    "ia": "a", "ja": "a", "yu": "u", "iu": "u", "ju": "u", "yo": "o", "io": "o", "ye": "e",
    "ie": "e", "je": "e", "w": "v", "q": "k", "c": "k", "y": "i", "j": "i", "z": "s", "bb": "b",
    "dd": "d", "ff": "f", "gg": "g", "kk": "k", "cc": "k", "ll": "l", "mm": "m", "nn": "n",
    "pp": "p", "rr": "r", "ss": "s", "tt": "t", "vv": "v", "zz": "s",
}  # fmt: skip


_SPELLING = Spelling(_AS_HEARD, letters_per_error=4, wrong_at_both_ends=True, abbreviation_from=4)


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


def _sides(over: pl.DataFrame, words: pl.DataFrame, side: str) -> pl.DataFrame:
    told = words.select(
        "word",
        "weight",
        "is_telling",
        is_number=pl.col("text").str.contains(_NUMBER),
        is_place=pl.col("text").is_in(place_words()),
    )
    weight = pl.col("weight")
    return (
        over.join(told, on="word")
        .group_by("pair")
        .agg(
            weight.sum().alias(f"{side}"),
            weight.max().alias(f"{side}_most"),
            (pl.col("is_telling") & ~pl.col("is_place")).sum().alias(f"{side}_telling"),
            pl.col("is_number").sum().alias(f"{side}_numbers"),
            pl.col("is_place").sum().alias(f"{side}_places"),
            pl.len().alias(f"{side}_words"),
        )
    )


def _shared(aligned: pl.DataFrame) -> pl.DataFrame:
    kind = pl.col("kind")
    rate = pl.col("errors") / pl.col("letters")
    moved = pl.col("place_2").diff().fill_null(1) < 0
    return (
        aligned.sort("pair", "place", "place_2")
        .group_by("pair", maintain_order=True)
        .agg(
            shared=pl.col("weight").sum(),
            shared_most=pl.col("weight").max(),
            shared_words=pl.len(),
            error_rate=(rate * pl.col("weight") / 1000).sum(),
            worst_error_rate=rate.max(),
            # A short word is sooner a misspelled one where a word of the name's own agrees.
            short_errors=pl.when(((pl.col("weight") >= 1000) & (pl.col("errors") == 0)).any())
            .then(0)
            .otherwise(((pl.col("errors") > 0) & (pl.col("letters") <= 4)).sum()),
            abbreviated=(kind == "abbreviated").sum(),
            initials=(kind == "initial").sum(),
            translated=(kind == "translated").sum(),
            acronym=(kind == "acronym").sum(),
            compounds=kind.is_in(["compound", "genitive"]).sum(),
            moved=moved.any(),
            known_pairs=(pl.col("are_both_known") & kind.is_in(["alike", "abbreviated"])).sum(),
        )
    )


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


def _similarities(pairs: pl.DataFrame) -> pl.DataFrame:
    """How alike the letters of whole names are, spaces gone and words sorted (0-1)."""

    def scored(left: pl.Series, right: pl.Series) -> pl.Series:
        if not len(left):
            return pl.Series([], dtype=pl.Float64)
        scores = process.cpdist(
            left.to_list(), right.to_list(), scorer=JaroWinkler.similarity, workers=-1,
            dtype=np.float64,
        )  # fmt: skip
        return pl.Series(scores).round(6)

    sort = pairs.select(
        *(
            pl.col(side).str.split(" ").list.sort().list.join("").alias(side)
            for side in ("left", "right")
        )
    )
    plain = pairs.select(left=compact(pl.col("left")), right=compact(pl.col("right")))
    return pairs.select("pair").with_columns(
        alike=pl.max_horizontal(
            scored(plain["left"], plain["right"]), scored(sort["left"], sort["right"])
        ),
        same_letters=plain["left"] == plain["right"],
        same_letters_sorted=sort["left"] == sort["right"],
        heard_alike=_as_heard(plain["left"]) == _as_heard(plain["right"]),
    )


def _as_heard(text: pl.Series) -> pl.Series:
    return text.str.replace_many(_AS_HEARD, leftmost=True)


def _measured(pairs: pl.DataFrame) -> pl.DataFrame:
    """Features of distinct pairs of normal names (pair, left, right)."""
    telling = (
        pl.col("text").is_in(subsidiary_words())
        | pl.col("text").is_in(place_words())
        | pl.col("text").str.contains(_NUMBER)
    )
    alignment = align_words(
        pairs,
        international_lexicon(),
        telling,
        filler_weight=_BINDING_WEIGHT,
        known_from=_KNOWN_FROM,
        spelling=_SPELLING,
    )
    joined = (
        pairs.join(_shared(alignment.shared), on="pair", how="left")
        .join(_sides(alignment.left_over, alignment.words, "one"), on="pair", how="left")
        .join(_sides(alignment.right_over, alignment.words, "two"), on="pair", how="left")
        .join(_similarities(pairs), on="pair", how="left")
    )
    return joined.with_columns(
        pl.selectors.exclude("pair", "left", "right").cast(pl.Float64).fill_null(0.0)
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
    measured = _measured(pairs)
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
