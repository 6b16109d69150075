"""What two whole names of persons say to each other, word by word.

Words are set against each other one to one, whatever their order: equal, another spelling or
everyday form, typing errors, an initial. A word weighs the more the fewer persons have it. What is
left over on one side only was left out (a second given name, half a double surname). What is left
over on both sides was replaced: a surname is changed at times, a given name hardly ever, and twins
share everything but that.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from screening.identity.persons.fields import (
    LEVELS,
    Field,
    Floats,
    Ints,
    Values,
    code_levels,
    coded_forms,
)
from screening.identity.persons.grouping import one_to_one
from screening.identity.persons.names import listed_names

#: Words of a name that are read.
MOST_WORDS = 8

#: Log odds by level: what is taken off a word's rarity, and the most that it may weigh.
_OFF = np.array([0.0, 1.0, 1.7, 3.0, 0.0, 0.0])
_MOST, _LEAST, _INITIAL = 8.0, 0.5, 2.0

#: Of so few letters no word is mistyped.
_SHORT = 3

#: Log odds of what is left over.
_GIVEN_REPLACED, _SURNAME_REPLACED, _ONE_OF_SEVERAL, _LEFT_OUT = -11.0, -4.0, -2.0, -0.4
_MOST_OF_A_NAME = 16.0
#: Names that are the same but for their spaces, of so many letters at least.
_TOGETHER, _LONG = 9.0, 8

_INITIAL_LEVEL = LEVELS["name"].index("initial")
_TYPING_ERROR = LEVELS["name"].index("typing_error")
_ALIKE = LEVELS["name"].index("alike")
_DIFFERS = LEVELS["name"].index("differs")
_WORD = Field("word", "name")


@dataclass(frozen=True)
class NameBook:
    """Whole names taken apart.

    Attributes:
        words: the words, coded; one row for each word of each name.
        name: name of each word (place in the list of names).
        place: place of the word in its name, from 0.
        is_last: whether it is the last of several words, so most likely a surname.
        rarity: log odds that each word code weighs where it is equal.
        is_known: whether a word code is a name that several persons have, or a listed one.
        texts: each name.
    """

    words: Values
    name: Ints
    place: Ints
    is_last: npt.NDArray[np.bool_]
    rarity: Floats
    is_known: npt.NDArray[np.bool_]
    texts: pl.Series


@dataclass(frozen=True)
class NameEvidence:
    """What pairs of names say.

    Attributes:
        odds: log odds that each pair adds.
        agrees: nothing was replaced, and at least two words agree.
        agrees_firmly: two of them are more than initials.
        given_agrees: a given name agrees.
        told: the poorest level at which words agree ("equal", ...), or "run_together",
            "surname_replaced", "given_name_replaced", "one_name_replaced", "differs".
    """

    odds: Floats
    agrees: npt.NDArray[np.bool_]
    agrees_firmly: npt.NDArray[np.bool_]
    given_agrees: npt.NDArray[np.bool_]
    told: npt.NDArray[np.object_]


def name_book(names: pl.Series, worth: pl.DataFrame) -> NameBook:
    """Take names apart.

    Args:
        names: distinct names in the form of `names.person_words`.
        worth: ``word``, ``share`` (of all persons, those that have it), ``is_known`` (whether
            several have it), each word once.
    """
    spread = (
        pl.DataFrame({"words": names.str.split(" ").list.head(MOST_WORDS)})
        .with_row_index("name")
        .explode("words", empty_as_null=False)
        .with_columns(
            place=pl.int_range(pl.len()).over("name", mapping_strategy="group_to_rows"),
            size=pl.len().over("name"),
        )
    )
    (words,) = coded_forms([spread["words"]], [_WORD])
    texts = pl.DataFrame({"word": pl.Series(words.texts.tolist(), dtype=pl.String)})
    held = texts.join(worth, on="word", how="left", maintain_order="left").select(
        rarity=-pl.col("share").fill_null(1.0).log(),
        is_known=pl.col("is_known").fill_null(value=False) | pl.col("word").is_in(listed_names()),
    )
    is_last = (spread["place"] == spread["size"] - 1) & (spread["size"] > 1)
    return NameBook(
        words,
        spread["name"].cast(pl.Int64).to_numpy(),
        spread["place"].cast(pl.Int64).to_numpy(),
        is_last.to_numpy(),
        np.clip(held["rarity"].to_numpy(), _LEAST, _MOST),
        held["is_known"].to_numpy(),
        names,
    )


def _word_pairs(book: NameBook, left: Ints, right: Ints) -> tuple[Ints, Ints, Ints]:
    """Every word of the one name with every word of the other: pair, word row, word row."""
    words = pl.DataFrame({"name": book.name, "word": np.arange(book.name.size)})
    pairs = pl.DataFrame({"pair": np.arange(left.size), "left": left, "right": right})
    joined = pairs.join(words, left_on="left", right_on="name", how="inner").join(
        words.rename({"word": "other"}), left_on="right", right_on="name", how="inner"
    )
    ordered = joined.sort("pair", "word", "other")
    return tuple(ordered[column].to_numpy() for column in ("pair", "word", "other"))  # type: ignore[return-value]


def _counts(pair: Ints, chosen: npt.NDArray[np.bool_], pairs: int) -> Ints:
    return np.bincount(pair[chosen], minlength=pairs)


def _left_over(
    book: NameBook, left: Ints, right: Ints, aligned: tuple[Ints, Ints, Ints], agreed: Ints
) -> tuple[Ints, Ints]:
    """How many words were replaced, and how many were left out on one side.

    A surname is replaced by a surname only, unless so little agrees that nobody knows which is
    which: "Karl Olof Lind" and "Karl Lind-Ek" leave out one word each.
    """
    pair, word, other = aligned
    sizes = np.bincount(book.name)
    over = sizes[left] - agreed, sizes[right] - agreed
    last = [
        (sizes[names] > 1) - np.bincount(pair[book.is_last[words]], minlength=left.size)
        for names, words in ((left, word), (right, other))
    ]
    by_part = np.minimum(*last) + np.minimum(over[0] - last[0], over[1] - last[1])
    replaced = np.where(agreed >= 2, by_part, np.minimum(*over))
    return replaced, over[0] + over[1] - 2 * replaced


#: Straight with straight, straight with turned, turned with straight.
_TURNS = (("straight", "straight"), ("straight", "turned"), ("turned", "straight"))


def _in_a_row(book: NameBook, names: Ints) -> pl.DataFrame:
    """The letters of each name in a row, and with the last word first."""
    places, back = np.unique(names, return_inverse=True)
    text = pl.col("text")
    turned = text.str.extract(r"([^ ]+)$") + text.str.replace(r" ?[^ ]+$", "")
    rows = (
        book.texts.gather(places)
        .to_frame("text")
        .select(straight=text, turned=turned)
        .select(pl.all().str.replace_all(" ", "", literal=True))
    )
    return rows[back]


def _run_together(book: NameBook, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    """Whether two long names have the same letters in a row, but for their spaces.

    A typing error on top is allowed only where the number of words shows that a space is wrong.
    """
    one, two = _in_a_row(book, left), _in_a_row(book, right)
    same = [one[straight] == two[turned] for straight, turned in _TURNS]
    shorter = np.minimum(*(rows["straight"].str.len_chars().to_numpy() for rows in (one, two)))
    found: npt.NDArray[np.bool_] = (same[0] | same[1] | same[2]).to_numpy() & (shorter >= _LONG)
    sizes = np.bincount(book.name)
    odd = np.flatnonzero((sizes[left] != sizes[right]) & ~found)
    if odd.size:
        forms = [rows[name][odd] for rows in (one, two) for name in ("straight", "turned")]
        (whole,) = coded_forms([pl.concat(forms)], [Field("letters", "name")])
        codes = whole.codes.reshape(4, -1)
        for first, second in ((codes[0], codes[2]), (codes[0], codes[3]), (codes[1], codes[2])):
            found[odd] |= (code_levels(whole, first, second) <= _TYPING_ERROR) & (
                np.minimum(whole.lengths[first], whole.lengths[second]) >= _LONG
            )
    return found


def _told_apart(book: NameBook, one: Ints, two: Ints, levels: Ints) -> Ints:
    """Levels of words, where two names that differ by a letter are not taken for a typing error.

    Tim is not Tom, nor Hansson Jansson: a typing error seldom makes another name. And in words of
    three letters one letter is too much, unless just one of the two is a name at all.
    """
    known = book.is_known[one].astype(int) + book.is_known[two]
    short = np.minimum(book.words.lengths[one], book.words.lengths[two]) <= _SHORT
    mistyped = (levels == _TYPING_ERROR) | (levels == _ALIKE)
    return np.where(mistyped & ((known == 2) | (short & (known == 0))), _DIFFERS, levels)


def compare_names(book: NameBook, left: Ints, right: Ints) -> NameEvidence:
    """Evidence of pairs of names, given as places in the book's list of names."""
    count = left.size
    pair, word, other = _word_pairs(book, left, right)
    codes = book.words.codes
    levels = code_levels(book.words, codes[word], codes[other]).astype(np.int64)
    levels = _told_apart(book, codes[word], codes[other], levels)
    rarity = np.minimum(book.rarity[codes[word]], book.rarity[codes[other]])
    odds = np.maximum(rarity - _OFF[levels], _LEAST)
    odds[levels == _INITIAL_LEVEL] = _INITIAL
    likely = np.flatnonzero(levels != _DIFFERS)
    places = book.place[word[likely]], book.place[other[likely]]
    one, two = (pair[likely] * MOST_WORDS + place for place in places)
    # What decides between equals must not depend on which other pairs are compared.
    chosen = likely[one_to_one(one, two, odds[likely], places)]
    pair, word, other, levels = pair[chosen], word[chosen], other[chosen], levels[chosen]
    everything = np.ones(chosen.size, dtype=bool)
    agreed = _counts(pair, everything, count)
    surnames = _counts(pair, book.is_last[word] & book.is_last[other], count)
    givens = _counts(pair, ~book.is_last[word] & ~book.is_last[other], count)
    replaced, left_out = _left_over(book, left, right, (pair, word, other), agreed)
    is_given = (replaced > 0) & (givens == 0)
    is_surname = (replaced > 0) & (givens > 0) & (surnames == 0) & (agreed == givens)
    is_one = (replaced > 0) & ~is_given & ~is_surname
    weighed = np.bincount(pair, weights=odds[chosen], minlength=count).astype(np.float64)
    total = np.minimum(weighed, _MOST_OF_A_NAME) + _LEFT_OUT * left_out
    total += np.select(
        [is_given, is_surname, is_one],
        [_GIVEN_REPLACED, _SURNAME_REPLACED * replaced, _ONE_OF_SEVERAL * replaced],
        0.0,
    )
    broken = np.flatnonzero((replaced > 0) | (agreed < 2))
    together = np.zeros(count, dtype=bool)
    together[broken] = _run_together(book, left[broken], right[broken])
    total[together] = np.maximum(total[together], _TOGETHER)
    poorest = np.zeros(count, dtype=np.int64)
    np.maximum.at(poorest, pair, levels)
    told = np.select(
        [together, agreed == 0, is_given, is_surname, is_one],
        ["run_together", "differs", "given_name_replaced", "surname_replaced", "one_name_replaced"],
        np.array(LEVELS["name"])[poorest],
    ).astype(object)
    firm = _counts(pair, levels != _INITIAL_LEVEL, count)
    whole = replaced == 0
    return NameEvidence(
        total,
        together | (whole & (agreed >= 2) & (firm >= 1)),
        together | (whole & (firm >= 2)),
        together | (givens > 0),
        told,
    )
