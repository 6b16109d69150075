"""Words of this world, and how one of them is drawn."""

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import yaml


@dataclass(frozen=True)
class Words:
    """Lists of words; ``words.yaml`` says what each is for."""

    surnames: list[str]
    surname_starts: list[str]
    surname_ends: list[str]
    foreign_surnames: list[str]
    given_names: list[str]
    nicknames: list[str]
    trades: list[str]
    compound_starts: list[str]
    compound_ends: list[str]
    english_words: list[str]
    english_trades: list[str]
    regions: list[str]
    directions: list[str]
    compound_directions: list[str]
    sister_words: list[str]
    coined_onsets: list[str]
    coined_vowels: list[str]
    coined_consonants: list[str]
    coined_ends: list[str]
    coined_trade_starts: list[str]
    coined_trade_ends: list[str]
    quarters: list[str]
    farm_words: list[str]
    village_starts: list[str]
    village_ends: list[str]
    farms: list[str]
    common_streets: list[str]
    street_starts: list[str]
    street_prefixes: list[str]
    street_ends: dict[str, int]
    sports_clubs: list[str]
    local_societies: list[str]
    named_societies: list[str]
    origins: list[str]
    foundation_purposes: list[str]
    shops: list[str]
    branches: list[str]
    bookkeepers: list[str]
    foreign_forms: list[str]
    foreign_streets: list[str]
    foreign_cities: list[str]
    public_regions: list[str]
    towns: list[tuple[str, int, int]]
    abbreviations: dict[str, list[str]]
    keys_beside: dict[str, str]
    spellings: list[tuple[str, str]]


def _read_words() -> Words:
    loaded: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "words.yaml").read_text("utf-8")
    )
    loaded["towns"] = [(town, first, last) for town, first, last in loaded["towns"]]
    loaded["spellings"] = [(usual, other) for usual, other in loaded["spellings"]]
    return Words(**{field.name: loaded[field.name] for field in fields(Words)})


#: The words of every world by this hand.
WORDS = _read_words()

#: Words that belong to what stands before or behind them.
SMALL_WORDS = ("i", "&", "och")


class CommonFirst:
    """Words of which the first are much the commonest (Zipf's law).

    Args:
        words: the commonest first; a word counts where it is for the first time.
        steepness: how much commoner a word is than the next.
        offset: how many words are left out before the first, which makes the first less common.
    """

    def __init__(self, words: Iterable[str], steepness: float, offset: int) -> None:
        self._words = list(dict.fromkeys(words))
        self._limits = list(
            accumulate(1 / (place + offset) ** steepness for place in range(len(self._words)))
        )

    def draw(self, random: Random) -> str:
        """One of the words."""
        place = bisect(self._limits, random.random() * self._limits[-1])
        return self._words[min(place, len(self._words) - 1)]


def picked(random: Random, shares: Mapping[str, float]) -> str:
    """One of the keys, as often as its share says."""
    return random.choices(list(shares), list(shares.values()))[0]


def shuffled(random: Random, words: Iterable[str]) -> list[str]:
    """The words in another order."""
    mixed = list(words)
    random.shuffle(mixed)
    return mixed


def genitive(word: str) -> str:
    """The word with the s of possession."""
    return word if word[-1] in "sxzSXZ" else word + "s"


def perhaps_genitive(random: Random, word: str, share: float) -> str:
    """The word, in a share of the cases with the s of possession."""
    return genitive(word) if random.random() < share else word


def joined(starts: Sequence[str], ends: Sequence[str]) -> list[str]:
    """Every start with every end."""
    return [start + end for start in starts for end in ends]
