"""Words of two names set against each other, one to one: equal, run together, alike, initials.

Everything after the first split works on numbers: names, words and places are numbered once, and
texts are only looked at where two different words may be one.
"""

from dataclasses import dataclass

import polars as pl

from screening.identity.names.word_similarity import SWEDISH, Spelling, similar_words, spelled

#: Words of a name that are read. No company's name has more; what has, is a mistake or an attack.
_MOST_WORDS = 24

#: Letters of an acronym; longer ones are words.
_ACRONYM_LETTERS = (2, 6)


@dataclass(frozen=True)
class Alignment:
    """What the words of paired names are to each other.

    Attributes:
        shared: ``pair``, ``place``, ``place_2`` (first word each), ``weight`` (thousandths),
            ``errors`` (typing errors), ``letters`` (of the shorter word), ``kind``: equal,
            compound, alike, genitive, translated, abbreviated, cut, initial, acronym;
            ``are_both_known``; ``is_odd`` (as ``similar_words`` says); ``is_known``: the word on
            the left is in some name of the lexicon as it is written.
        left_over: words of the left names without counterpart: ``pair``, ``place``, ``word``.
        right_over: the same of the right names.
        words: ``word`` (number), ``text``, ``weight``, ``rows``, ``is_telling``, ``letters``,
            ``may_be_known``, ``may_tell``.
    """

    shared: pl.DataFrame
    left_over: pl.DataFrame
    right_over: pl.DataFrame
    words: pl.DataFrame


_SHARED = pl.Schema({
    "pair": pl.UInt32, "place": pl.UInt16, "place_2": pl.UInt16, "weight": pl.Int32,
    "errors": pl.Int32, "letters": pl.UInt32, "kind": pl.String, "are_both_known": pl.Boolean,
    "is_odd": pl.Boolean, "is_known": pl.Boolean,
})  # fmt: skip


def _without(words: pl.DataFrame, taken: pl.DataFrame, place: str) -> pl.DataFrame:
    gone = taken.select("pair", place=place)
    return words.join(gone, on=["pair", "place"], how="anti") if gone.height else words


def _equal(left: pl.DataFrame, right: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    return (
        left.join(right, on=["pair", "word", "nth"], suffix="_2")
        .join(words.select("word", "weight", "letters"), on="word")
        .with_columns(
            errors=0, kind=pl.lit("equal"), are_both_known=False, is_odd=False, is_known=False
        )
    )


def _run_together(apart: pl.DataFrame, closed: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Two neighbouring words on one side that are one word on the other: "hem tjanst"."""
    text = words.select("word", "text", "weight")
    following = apart.select("pair", "word", place=pl.col("place") - 1)
    neighbours = apart.filter(pl.col("pair").is_in(closed["pair"].unique().implode())).join(
        following, on=["pair", "place"], suffix="_next"
    )
    spelled = (
        neighbours.select("word", "word_next")
        .unique()
        .join(text, on="word")
        .join(text, left_on="word_next", right_on="word", suffix="_next")
    )
    joined = pl.concat(
        [
            spelled.select(
                "word",
                "word_next",
                both=pl.col("weight") + pl.col("weight_next"),
                text=pl.col("text") + pl.lit(link) + pl.col("text_next"),
            )
            for link in ("", "s")
        ]
    ).join(words.select("text", "weight", "letters", joined="word"), on="text")
    return (
        neighbours.join(joined, on=["word", "word_next"])
        .join(closed, left_on=["pair", "joined"], right_on=["pair", "word"], suffix="_2")
        .sort("pair", "place", "place_2")
        .unique(["pair", "place"], keep="first", maintain_order=True)
        .unique(["pair", "place_2"], keep="first", maintain_order=True)
        .with_columns(
            weight=pl.min_horizontal("weight", "both"),
            errors=0,
            kind=pl.lit("compound"),
            are_both_known=False,
            is_odd=False,
            is_known=False,
        )
    )


def _compounds(
    left: pl.DataFrame, right: pl.DataFrame, words: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Words run together on either side, and what is left over on both."""
    columns = list(_SHARED)
    closed_right = _run_together(left, right, words).select(columns).cast(_SHARED)
    after = closed_right.with_columns(pl.col("place") + 1)
    left = _without(_without(left, closed_right, "place"), after, "place")
    right = _without(right, closed_right, "place_2")
    turned = _run_together(right, left, words).select(columns).cast(_SHARED)
    after = turned.with_columns(pl.col("place") + 1)
    right = _without(_without(right, turned, "place"), after, "place")
    left = _without(left, turned, "place_2")
    closed_left = turned.rename({"place": "place_2", "place_2": "place"}).select(columns)
    return pl.concat([closed_right, closed_left]), left, right


def _alike(
    left: pl.DataFrame,
    right: pl.DataFrame,
    words: pl.DataFrame,
    known_from: int,
    spelling: Spelling,
) -> pl.DataFrame:
    crossed = left.select("pair", "place", "word").join(
        right.select("pair", "place", "word"), on="pair", suffix="_2"
    )
    told = words.select(
        "word", "text", "weight", "rows", "is_telling", "letters", "head", "tail", "ends", "meaning"
    )
    distinct = (
        crossed.select("word", "word_2")
        .unique()
        .join(told.drop("text"), on="word")
        .join(told.drop("text"), left_on="word_2", right_on="word", suffix="_2")
        .with_columns(
            common=pl.min_horizontal("weight", "weight_2"),
            longer=pl.when(pl.col("letters") > pl.col("letters_2"))
            .then("weight")
            .otherwise("weight_2"),
            letters=pl.min_horizontal("letters", "letters_2"),
            are_both_known=(pl.col("rows") >= known_from) & (pl.col("rows_2") >= known_from),
            is_known=pl.col("rows") > 0,
        )
    )
    # A telling word may be misspelled, but never stands for another word that is known.
    told_apart = (pl.col("is_telling") & pl.col("is_telling_2")) | (
        (pl.col("is_telling") | pl.col("is_telling_2")) & pl.col("are_both_known")
    )
    # Errors are seldom in both ends of a word. An initial has one end only; of a short word, one
    # error may be in both: "glas", "gals".
    may_be = (
        (pl.col("head") == pl.col("head_2"))
        | (pl.col("tail") == pl.col("tail_2"))
        | (pl.col("ends") == pl.col("ends_2"))
        | (pl.col("letters") == 1)
        | pl.lit(spelling.wrong_at_both_ends)
    )
    translated = distinct.filter(pl.col("meaning") == pl.col("meaning_2")).select(
        "word", "word_2", "letters", errors=pl.lit(0, pl.Int32), kind=pl.lit("translated"),
        are_both_known=pl.lit(False), is_odd=pl.lit(False), is_known=pl.lit(False),
        weight="common",
    )  # fmt: skip
    asked = (
        distinct.filter(~told_apart & may_be)
        .join(told.select("word", left="text"), on="word")
        .join(told.select(word_2="word", right="text"), on="word_2")
    )
    similar = similar_words(asked.select("left", "right", weight="longer"), spelling)
    found = asked.join(similar, on=["left", "right"]).select(
        "word",
        "word_2",
        "letters",
        "errors",
        "kind",
        "are_both_known",
        "is_odd",
        "is_known",
        weight="common",
    )
    found = pl.concat([translated, found.join(translated, on=["word", "word_2"], how="anti")])
    pairs = crossed.join(found, on=["word", "word_2"]).sort(
        "pair", "errors", "kind", "place", "place_2"
    )
    # One to one: each word goes to the first that it is most like, if that goes to it as well.
    return pairs.filter(
        pl.int_range(pl.len()).over("pair", "place").eq(0)
        & pl.int_range(pl.len()).over("pair", "place_2").eq(0)
    )


def _initials(short: pl.DataFrame, long: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Pairs where the one word left over of ``short`` is the initials of all left of ``long``."""
    least, most = _ACRONYM_LETTERS
    told = words.select("word", "text", "letters", "weight")
    alone = (
        short.filter(pl.len().over("pair") == 1)
        .join(told.filter(pl.col("letters").is_between(least, most)), on="word")
        .select("pair", "text", "letters", "weight", place="place")
    )
    # As many words as letters: asked first, for it costs least.
    rest = long.join(alone.select("pair", "letters"), on="pair").filter(
        pl.len().over("pair") == pl.col("letters")
    )
    spelled = (
        rest.drop("letters")
        .join(told.select("word", "weight", initial=pl.col("text").str.head(1)), on="word")
        .sort("pair", "place")
        .group_by("pair", maintain_order=True)
        .agg(
            place_2=pl.col("place").first(),
            text=pl.col("initial").str.join(""),
            weight_2=pl.col("weight").sum().cast(pl.Int32),
        )
    )
    return alone.join(spelled, on=["pair", "text"]).select(
        "pair",
        "place",
        "place_2",
        weight=pl.min_horizontal("weight", "weight_2"),
        errors=0,
        letters="letters",
        kind=pl.lit("acronym"),
        are_both_known=False,
        is_odd=False,
        is_known=False,
    )


def _acronyms(left: pl.DataFrame, right: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Pairs where all that is left over on one side are the initials of the other's words."""
    turned = _initials(right, left, words).rename({"place": "place_2", "place_2": "place"})
    found = _initials(left, right, words)
    return pl.concat([found, turned.select(found.columns)])


def _numbered_words(
    names: pl.DataFrame, lexicon: pl.DataFrame, telling: pl.Expr, spelling: Spelling = SWEDISH
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The words of numbered names (name, place, word, nth), and the words."""
    split = (
        names.select("name", text=pl.col("text").str.split(" ").list.head(_MOST_WORDS))
        .with_columns(place=pl.int_ranges(0, pl.col("text").list.len(), dtype=pl.UInt16))
        .explode("text", "place", empty_as_null=False)
    )
    words = (
        split.select("text")
        .unique()
        .sort("text")
        .with_row_index("word")
        .join(lexicon, on="text", how="left", maintain_order="left")
        .with_columns(
            meaning=pl.col("meaning") if "meaning" in lexicon.columns else pl.lit(None, pl.String),
            **{
                column: pl.col(column).fill_null(False)
                if column in lexicon.columns
                else pl.lit(False)
                for column in ("may_be_known", "may_tell")
            },
        )
        .with_columns(
            pl.col("weight").fill_null(1000).cast(pl.Int32),
            pl.col("rows").fill_null(0).cast(pl.Int64),
            is_telling=telling,
            letters=pl.col("text").str.len_chars(),
        )
        .with_columns(spelled=spelled(pl.col("text"), spelling))
        .with_columns(
            head=pl.col("spelled").str.head(2).hash(),
            tail=pl.col("spelled").str.tail(2).hash(),
            ends=(pl.col("spelled").str.head(1) + pl.col("spelled").str.tail(1)).hash(),
        )
        .drop("spelled")
    )
    placed = split.join(words.select("text", "word", "weight"), on="text", maintain_order="left")
    return placed, words


def _told(placed: pl.DataFrame, filler_weight: int) -> pl.DataFrame:
    """Words that tell something; all of a name that has fillers only. By name and place."""
    is_telling = pl.col("weight") > filler_weight
    telling = placed.filter(is_telling)
    fillers = placed.filter(~is_telling).join(telling, on="name", how="anti")
    told = pl.concat([telling, fillers]).sort("name", "place") if fillers.height else telling
    row = pl.int_range(pl.len(), dtype=pl.UInt32)
    first = pl.when(pl.col("name") != pl.col("name").shift()).then(row).forward_fill()
    numbered = told.select(
        "name",
        "word",
        place=(row - first.fill_null(0)).cast(pl.UInt16),
        repeated=pl.struct("name", "word").is_duplicated(),
    )
    # Hardly any name has a word twice.
    nth = pl.int_range(pl.len(), dtype=pl.UInt16).over("name", "word")
    return pl.concat(
        [
            numbered.filter(~pl.col("repeated")).with_columns(nth=pl.lit(0, pl.UInt16)),
            numbered.filter("repeated").with_columns(nth=nth),
        ]
    ).select("name", "place", "word", "nth")


def told_words(names: pl.DataFrame, lexicon: pl.DataFrame, *, filler_weight: int) -> pl.DataFrame:
    """The words of names that tell something, as ``align_words`` reads them.

    Args:
        names: ``pair``, ``text``: a folded name.
        lexicon: as in ``align_words``.
        filler_weight: as in ``align_words``.

    Returns:
        ``pair``, ``weight`` (thousandths) of each word.
    """
    placed, words = _numbered_words(names.rename({"pair": "name"}), lexicon, pl.lit(False))
    told = _told(placed, filler_weight)
    return told.join(words.select("word", "weight"), on="word").select("weight", pair="name")


def align_words(
    pairs: pl.DataFrame,
    lexicon: pl.DataFrame,
    telling: pl.Expr,
    *,
    filler_weight: int,
    known_from: int,
    spelling: Spelling = SWEDISH,
) -> Alignment:
    """Set the words of paired names against each other.

    Args:
        pairs: ``pair`` (UInt32), ``left``, ``right``: folded names, words with one space between.
        lexicon: ``text`` (a word), ``weight`` (thousandths), ``rows`` (names that have it). A word
            that is not there weighs 1000. Where there is a ``meaning``, words that share it are
            translations of each other. Where there are ``may_be_known`` and ``may_tell``, they are
            handed on: whether a word is a known one, or one that tells sisters apart, badly
            written.
        telling: whether a word (column ``text``) is one by which sister companies differ.
        filler_weight: words of at most this weight are passed over.
        known_from: two words that at least so many names have are both right where they differ.
        spelling: how one word may be written in two ways.
    """
    names = (
        pl.concat([pairs["left"], pairs["right"]])
        .unique()
        .sort()
        .alias("text")
        .to_frame()
        .with_row_index("name")
    )
    placed, words = _numbered_words(names, lexicon, telling, spelling)
    tokens = _told(placed, filler_weight)

    def side(column: str) -> pl.DataFrame:
        return (
            pairs.select("pair", text=column)
            .join(names, on="text")
            .select("pair", "name")
            .join(tokens, on="name")
            .drop("name")
        )

    left, right = side("left"), side("right")
    columns = list(_SHARED)
    equal = _equal(left, right, words).select(columns).cast(_SHARED)
    left, right = _without(left, equal, "place"), _without(right, equal, "place_2")
    compounds, left, right = _compounds(left, right, words)
    alike = _alike(left, right, words, known_from, spelling).select(columns).cast(_SHARED)
    left, right = _without(left, alike, "place"), _without(right, alike, "place_2")
    acronyms = _acronyms(left, right, words).select(columns).cast(_SHARED)
    solved = acronyms.select("pair")
    return Alignment(
        shared=pl.concat([equal, compounds, alike, acronyms]),
        left_over=left.join(solved, on="pair", how="anti").drop("nth"),
        right_over=right.join(solved, on="pair", how="anti").drop("nth"),
        words=words,
    )
