"""How alike two company names are, word by word: what they share, and what speaks against them.

Words are weighed by how rare they are in the register. A word that stands in one name only is
missing; words that stand against each other are replaced, which says much more: "Solgården Syd"
is not "Solgården Nord", however much they share.
"""

from collections.abc import Mapping

import polars as pl

from screening.identity.companies.evidence_weights import evidence_weights
from screening.identity.companies.register_index import FILLER_WEIGHT
from screening.identity.names.company_names import compact
from screening.identity.names.word_alignment import Alignment, align_words, told_words
from screening.identity.names.word_similarity import edit_distances, likeness, spelled
from screening.identity.names.words import name_words

#: What of a name speaks for or against, each with its weight in log odds. Weights are thousandths
#: of a word that no other name has; they are counted here in whole such words.
NAME_FEATURES = (
    "first_error", "next_errors", "short_word_error", "odd_error", "error_share", "abbreviated",
    "cut_words", "known_as_written", "known_pairs", "compounds", "genitive",
    "acronym", "is_replaced", "replaced_weight", "lacks_words", "lacking_weight", "adds_words",
    "added_weight", "own_word_replaced", "own_word_lacking",
    "own_word_added", "common_words_only", "unlike_words", "telling_words", "other_known_word",
    "other_number", "other_spaces", "nothing_shared",
)  # fmt: skip

#: Two words that differ are both right, not one a misspelling, if both are in so many rows.
KNOWN_FROM_ROWS = 4

#: A word of so few letters has no letter to lose.
_SHORT_WORD = 4

#: A word of this weight (thousandths) or more is more than a trade or a town. A name whose own word
#: is in one name only must share such a word, or it shares what any company may have.
_TELLING_WEIGHT = 700

#: How alike two words are, 0-1, of which one may be the other badly written.
_MAY_BE_ONE_WORD = 0.45

#: ... and from which it is rather that one than a common word that neither name has.
_LOOKS_LIKE = 0.6

#: Letters per typing error where whole names are compared without their spaces.
_LETTERS_PER_ERROR = 7

#: Pairs that are compared at once: the more, the more memory.
_PAIRS_AT_ONCE = 400_000

_FIGURES = r"\d|^(?:ii|iii|iv|vi|vii|viii|ix|xi|xii)$"


def _counted(alignment: Alignment) -> pl.DataFrame:
    """One row per pair that shares a word: shared weight, errors by kind."""
    kind, errors = pl.col("kind"), pl.col("errors")
    is_wrong = errors > 0
    return alignment.shared.group_by("pair").agg(
        shared=pl.col("weight").sum(),
        shared_most=pl.col("weight").max(),
        errors=errors.sum(),
        short_word_error=(is_wrong & (pl.col("letters") <= _SHORT_WORD)).sum(),
        wrong=pl.col("weight").filter(is_wrong).sum(),
        abbreviated=kind.is_in(["abbreviated", "initial"]).sum(),
        cut_words=(kind == "cut").sum(),
        compounds=(kind == "compound").sum(),
        genitive=(kind == "genitive").sum(),
        odd_error=pl.col("is_odd").sum(),
        acronym=(kind == "acronym").sum(),
        known_as_written=(pl.col("is_known") & is_wrong).sum(),
        known_pairs=(pl.col("are_both_known") & (is_wrong | kind.is_in(["abbreviated"]))).sum(),
    )


def _left_over(
    over: pl.DataFrame, words: pl.DataFrame, name: str, misread: pl.DataFrame
) -> pl.DataFrame:
    """One row per pair that has words without counterpart; of ``misread`` what they may be."""
    told = words.select(
        "word",
        "weight",
        "is_telling",
        "may_tell",
        "may_be_known",
        known=pl.col("rows") >= KNOWN_FROM_ROWS,
        figures=pl.col("text").str.contains(_FIGURES),
        letter=pl.col("letters") == 1,
    )
    may_be = misread.select("pair", "place", is_misread=pl.lit(True))
    is_misread = pl.col("is_misread").fill_null(False)
    return (
        over.join(told, on="word")
        .join(may_be, on=["pair", "place"], how="left")
        .group_by("pair")
        .agg(
            pl.col("weight").sum().alias(name),
            (pl.col("is_telling") | (pl.col("may_tell") & is_misread))
            .sum()
            .alias(f"{name}_telling"),
            pl.col("is_telling").sum().alias(f"{name}_told"),
            pl.col("figures").sum().alias(f"{name}_figures"),
            (pl.col("known") | (pl.col("may_be_known") & is_misread)).sum().alias(f"{name}_known"),
            pl.col("weight").max().alias(f"{name}_most"),
            (pl.col("place") == 0).sum().alias(f"{name}_first"),
            pl.col("letter").sum().alias(f"{name}_letters"),
        )
    )


def _set_against(alignment: Alignment) -> pl.DataFrame:
    """Words without counterpart on either side, crossed: pair, word, word_2, begins, likeness."""
    crossed = alignment.left_over.select("pair", "word").join(
        alignment.right_over.select("pair", "word"), on="pair", suffix="_2"
    )
    text = alignment.words.select("word", "text")
    words = (
        crossed.select("word", "word_2")
        .unique()
        .join(text, on="word", maintain_order="left")
        .join(text, left_on="word_2", right_on="word", suffix="_2", maintain_order="left")
    )
    begins = pl.col("text").str.starts_with(pl.col("text_2")) | pl.col("text_2").str.starts_with(
        pl.col("text")
    )
    told = words.select(
        "word", "word_2", begins=begins, likeness=likeness(words["text"], words["text_2"])
    )
    return crossed.join(told, on=["word", "word_2"])


def _unlike(crossed: pl.DataFrame) -> pl.DataFrame:
    """Pairs of names with a word on either side that has nothing like it on the other: pair."""
    found = crossed.filter(pl.col("begins") | (pl.col("likeness") >= _MAY_BE_ONE_WORD))
    return (
        crossed.select("pair")
        .unique()
        .join(found, on="pair", how="anti")
        .with_columns(unlike_words=pl.lit(1, pl.Int64))
    )


def _meant_here(crossed: pl.DataFrame) -> pl.DataFrame:
    """Words that look like one of the other name, badly written, more than like any else."""
    is_alike = pl.col("begins") | (pl.col("likeness") >= _LOOKS_LIKE)
    return crossed.filter(is_alike).select("pair", "word").unique()


def _letters_apart(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs that differ in few letters once spaces are gone: pair, letters_apart."""
    closed = pairs.filter(
        (pl.col("left").str.len_bytes().cast(pl.Int32) - pl.col("right").str.len_bytes()).abs() <= 6
    ).select("pair", left=compact(spelled(pl.col("left"))), right=compact(spelled(pl.col("right"))))
    figures = pl.col("left").str.replace_all(r"\D", "") == pl.col("right").str.replace_all(
        r"\D", ""
    )
    alike_at_an_end = (pl.col("left").str.head(3) == pl.col("right").str.head(3)) | (
        pl.col("left").str.tail(3) == pl.col("right").str.tail(3)
    )
    closed = closed.filter(alike_at_an_end).filter(figures)
    length = pl.min_horizontal(pl.col("left").str.len_chars(), pl.col("right").str.len_chars())
    closed = closed.with_columns(
        edit_distances(closed["left"], closed["right"]).alias("letters_apart")
    )
    allowed = (length // _LETTERS_PER_ERROR).clip(0, 3)
    return closed.filter(pl.col("letters_apart") <= allowed).select("pair", "letters_apart")


def _is_own_word(over: str) -> pl.Expr:
    """Whether the word that a name goes by, its rarest or the first of these, is left over."""
    most, shared = pl.col(f"{over}_most"), pl.col("shared_most")
    return (most > 0) & ((most > shared) | ((most == shared) & (pl.col(f"{over}_first") > 0)))


def _by_words() -> dict[str, pl.Expr]:
    lacking, added = pl.col("right_over"), pl.col("left_over")
    replaced = pl.min_horizontal(lacking, added)
    figures = (pl.col("left_over_figures") > 0) | (pl.col("right_over_figures") > 0)
    adds_own, lacks_own = _is_own_word("left_over"), _is_own_word("right_over")
    return {
        "first_error": pl.col("errors").clip(0, 1),
        "next_errors": (pl.col("errors") - 1).clip(0),
        "short_word_error": pl.col("short_word_error"),
        "odd_error": pl.col("odd_error").clip(0, 1),
        "error_share": pl.col("wrong") / pl.col("shared").clip(1),
        "abbreviated": pl.col("abbreviated"),
        "cut_words": pl.col("cut_words"),
        "known_as_written": pl.col("known_as_written").clip(0, 1),
        "known_pairs": pl.col("known_pairs"),
        "compounds": pl.col("compounds"),
        "genitive": pl.col("genitive"),
        "acronym": pl.col("acronym"),
        "is_replaced": replaced > 0,
        "replaced_weight": replaced / 1000,
        "lacks_words": lacking > added,
        "lacking_weight": (lacking - added).clip(0) / 1000,
        "adds_words": added > lacking,
        "added_weight": (added - lacking).clip(0) / 1000,
        "telling_words": (pl.col("left_over_telling") + pl.col("right_over_telling")).clip(0, 2),
        "other_known_word": (pl.col("left_over_known") > 0) | (pl.col("left_over_telling") > 0),
        "own_word_replaced": adds_own & lacks_own,
        "own_word_lacking": lacks_own & ~adds_own,
        "own_word_added": adds_own & ~lacks_own,
        "common_words_only": (adds_own | lacks_own)
        & (pl.col("shared_most") < _TELLING_WEIGHT)
        & (pl.col("shared") > 0),
        "unlike_words": pl.col("unlike_words"),
        "other_number": figures,
        "other_spaces": pl.lit(0),
        "nothing_shared": pl.col("shared") == 0,
    }


def name_cost(weights: Mapping[str, float]) -> pl.Expr:
    """What speaks against a pair of names, in log odds, from its ``NAME_FEATURES``."""
    return 0.0 - pl.sum_horizontal(pl.col(name) * weights[name] for name in NAME_FEATURES)


def _featured(counted: pl.DataFrame, weights: Mapping[str, float]) -> pl.DataFrame:
    """The pairs with ``NAME_FEATURES``, read word by word or, if that fits better, by letters."""
    read = counted.with_columns(
        **{name: told.cast(pl.Float64) for name, told in _by_words().items()}
    ).with_columns(word_cost=name_cost(weights))
    errors = pl.col("letters_apart")
    by_letters: dict[str, pl.Expr] = dict.fromkeys(NAME_FEATURES, pl.lit(0.0)) | {
        "first_error": errors.clip(0, 1).cast(pl.Float64),
        "next_errors": (errors - 1).clip(0).cast(pl.Float64),
        "error_share": errors.clip(0, 1).cast(pl.Float64),
        "other_spaces": pl.lit(1.0),
    }
    spaced = -weights["other_spaces"] - pl.when(errors > 0).then(
        weights["first_error"] + weights["error_share"] + (errors - 1) * weights["next_errors"]
    ).otherwise(0.0)
    tells_nothing = (pl.col("left_over_told") + pl.col("right_over_told")) == 0
    # What one name has more than all words of the other is no typing error: "T Berg Rör" is not
    # "Bergs Rör".
    is_more = (pl.col("left_over") > 0) != (pl.col("right_over") > 0)
    is_as_written = (pl.col("errors") == 0) & (pl.col("cut_words") + pl.col("abbreviated") == 0)
    letters = pl.col("left_over_letters") + pl.col("right_over_letters")
    has_word_more = is_more & (is_as_written | (letters > 0))
    # Names of as many words are compared word by word: Alfa is not Alma.
    fits_better = (
        ((errors == 0) | ((errors > 0) & tells_nothing & pl.col("is_respaced") & ~has_word_more))
        & (spaced < pl.col("word_cost"))
    ).fill_null(False)
    return read.with_columns(
        **{
            name: pl.when(pl.col("left") == pl.col("right"))
            .then(0.0)
            .when(fits_better)
            .then(told)
            .otherwise(pl.col(name))
            for name, told in by_letters.items()
        }
    ).with_columns(name_cost=name_cost(weights))


def _compared(
    pairs: pl.DataFrame, lexicon: pl.DataFrame, weights: Mapping[str, float]
) -> pl.DataFrame:
    alignment = align_words(
        pairs, lexicon, is_telling(), filler_weight=FILLER_WEIGHT, known_from=KNOWN_FROM_ROWS
    )
    sums = ["shared", "shared_most", "errors", "wrong", "cut_words", "short_word_error",
            "abbreviated", "compounds", "acronym", "known_pairs", "known_as_written",
            "unlike_words", "odd_error", "genitive"]  # fmt: skip
    sums += [
        f"{side}{what}"
        for side in ("left_over", "right_over")
        for what in ("", "_telling", "_told", "_figures", "_known", "_most", "_first", "_letters")
    ]
    crossed, words = _set_against(alignment), alignment.words
    # The register's names are seldom misspelled.
    misread = alignment.left_over.join(_meant_here(crossed), on=["pair", "word"], how="anti")
    left_over = _left_over(alignment.left_over, words, "left_over", misread)
    right_over = _left_over(alignment.right_over, words, "right_over", misread.clear())
    counted = (
        pairs.join(_counted(alignment), on="pair", how="left")
        .join(left_over, on="pair", how="left")
        .join(right_over, on="pair", how="left")
        .join(_letters_apart(pairs), on="pair", how="left")
        .join(_unlike(crossed), on="pair", how="left")
        .with_columns(pl.col(sums).fill_null(0).cast(pl.Int64))
        .with_columns(
            is_respaced=pl.col("left").str.count_matches(" ", literal=True)
            != pl.col("right").str.count_matches(" ", literal=True)
        )
    )
    return _featured(counted, weights).select(
        "pair",
        "left",
        "right",
        "shared",
        "letters_apart",
        *NAME_FEATURES,
        pl.col("name_cost").round(6),
    )


def is_telling() -> pl.Expr:
    """Whether a word (column ``text``) is one by which sister companies differ."""
    word = pl.col("text")
    return word.is_in(sorted(name_words().tells_apart)) | word.str.contains(_FIGURES)


def compare_names(pairs: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """Compare folded names.

    Args:
        pairs: ``left``, ``right``; distinct.
        weights: ``word``, ``weight`` (thousandths), ``rows``; a word that is not there is rare.
            Where there are ``may_be_known`` and ``may_tell``: whether a word of the left names is
            a known one, or one that tells sisters apart, badly written.

    Returns:
        The pairs with ``pair`` (their number by ``left`` and ``right``), ``shared`` (weight of the
        words in common, thousandths), ``letters_apart`` (null if many), ``NAME_FEATURES``, and
        ``name_cost`` (log odds against).
    """
    numbered = pairs.select("left", "right").sort("left", "right").with_row_index("pair")
    lexicon = weights.rename({"word": "text"})
    told = evidence_weights()
    is_equal = pl.col("left") == pl.col("right")
    others = numbered.filter(~is_equal)
    parts = [
        _compared(others.slice(start, _PAIRS_AT_ONCE), lexicon, told)
        for start in range(0, max(others.height, 1), _PAIRS_AT_ONCE)
    ]
    return pl.concat([_equal(numbered.filter(is_equal), lexicon), *parts])


def _equal(pairs: pl.DataFrame, lexicon: pl.DataFrame) -> pl.DataFrame:
    """Pairs of equal names: all their words are shared, and nothing speaks against them."""
    shared = (
        told_words(pairs.select("pair", text="left"), lexicon, filler_weight=FILLER_WEIGHT)
        .group_by("pair")
        .agg(shared=pl.col("weight").sum().cast(pl.Int64))
    )
    return pairs.join(shared, on="pair", how="left", maintain_order="left").select(
        "pair",
        "left",
        "right",
        pl.col("shared").fill_null(0),
        letters_apart=pl.lit(0, pl.Int32),
        **dict.fromkeys(NAME_FEATURES, pl.lit(0.0)),
        name_cost=pl.lit(0.0),
    )
