"""What the names of one world are drawn from."""

import re
from collections.abc import Iterable
from random import Random

from benchmarks.labelled.another_hand.places import Places
from benchmarks.labelled.another_hand.words import WORDS, CommonFirst, joined, shuffled

#: How many coined words there are: founders' words are a long tail of their own.
_COINED = 26_000

#: Coined words that nobody would call a company.
_UNSPEAKABLE = re.compile(r"[aeiou]{3}|^[aeiou]{2}|q|[^aeiou]{3}|[xcz][^aeiou]|(.)\1$|uu|ii|aa|uo")

#: Trades that stand alone.
_ALONE = ("Holding", "Invest")


class World:
    """Words of one world, how common each is, and its places.

    Everything is drawn from one generator, so that the order of calls matters.

    Args:
        seed: another seed gives another world of the same kind.
    """

    def __init__(self, seed: int) -> None:
        random = self.random = Random(seed)
        known = set(WORDS.surnames)
        rare = [name for name in shuffled(random, _rare_surnames()) if name not in known]
        self._surnames = CommonFirst(WORDS.surnames + rare, 0.95, 4)
        self._foreign_surnames = CommonFirst(WORDS.foreign_surnames, 0.5, 5)
        self._given_names = CommonFirst(WORDS.given_names, 0.6, 8)
        self._nicknames = CommonFirst(WORDS.nicknames, 0.3, 5)
        self._compounds = CommonFirst(shuffled(random, _compounds()), 0.7, 8)
        self._trades = CommonFirst(WORDS.trades, 0.85, 3)
        english = shuffled(random, WORDS.english_words)
        self._english_words = CommonFirst(WORDS.english_words[:15] + english, 0.55, 6)
        self._english_trades = CommonFirst(WORDS.english_trades, 0.8, 3)
        self._regions = CommonFirst(WORDS.regions, 0.4, 5)
        self._sister_words = CommonFirst(WORDS.sister_words, 0.8, 2)
        self.places = Places(random)
        self._coined = CommonFirst(shuffled(random, _coined_words(random)), 0.25, 40)
        coined_trades = joined(WORDS.coined_trade_starts, WORDS.coined_trade_ends)
        self._coined_trades = CommonFirst(shuffled(random, coined_trades), 0.35, 20)

    def known_surname(self) -> str:
        """A surname of a family that has been here for long."""
        return self._surnames.draw(self.random)

    def foreign_surname(self) -> str:
        """A surname from elsewhere."""
        return self._foreign_surnames.draw(self.random)

    def surname(self) -> str:
        """A surname."""
        if self.random.random() < 0.09:
            return self.foreign_surname()
        return self.known_surname()

    def given_name(self) -> str:
        """A given name."""
        return self._given_names.draw(self.random)

    def called(self, usual: str | None = None) -> str:
        """What somebody is called: every third time a nickname.

        Args:
            usual: the given name; without it one is drawn.
        """
        if self.random.random() < 0.3:
            return self._nicknames.draw(self.random)
        return self.given_name() if usual is None else usual

    def person(self) -> tuple[str, str]:
        """Given names and the surname of a person."""
        given = self.given_name()
        if self.random.random() < 0.12:
            given += self.random.choice([" ", "-"]) + self.given_name()
        return given, self.surname()

    def person_name(self) -> str:
        """A person's whole name."""
        return " ".join(self.person())

    def trade(self) -> str:
        """One trade."""
        return self._trades.draw(self.random)

    def compound(self) -> str:
        """A trade in one word with what is done: Golvmontage."""
        return self._compounds.draw(self.random)

    def activity(self) -> str:
        """What a company does: a trade, a compound, or a trade and one near it."""
        random = self.random
        trades = WORDS.trades
        told = self.trade() if random.random() < 0.8 else self.compound()
        if " " in told or random.random() >= 0.16:
            return told
        place = trades.index(told) if told in trades else random.randrange(40)
        place += random.choice([-1, 1]) * random.randint(1, 10)
        other = trades[min(len(trades) - 1, max(0, place))]
        if other == told or "&" in other + told or other in _ALONE:
            return told
        return told + random.choice([" & ", " & ", " och "]) + other

    def english_word(self) -> str:
        """A word of an English name."""
        return self._english_words.draw(self.random)

    def english_trade(self) -> str:
        """A trade in English."""
        return self._english_trades.draw(self.random)

    def region(self) -> str:
        """The first word of a name that describes."""
        return self._regions.draw(self.random)

    def sister_word(self) -> str:
        """What tells a company from others of its group."""
        return self._sister_words.draw(self.random)

    def coined(self) -> str:
        """A coined word."""
        return self._coined.draw(self.random)

    def coined_trade(self) -> str:
        """A coined word that hints at a trade."""
        return self._coined_trades.draw(self.random)

    def initials(self) -> str:
        """Two to four initials in one of the ways of writing them."""
        random = self.random
        count = random.choices([2, 3, 4], [45, 45, 10])[0]
        letters = [random.choice("ABCDEFGHIJKLMNOPRSTUVW") for _ in range(count)]
        how = random.random()
        if how < 0.72 or count > 3:
            return "".join(letters)
        if how < 0.85:
            return " ".join(letters)
        return ".".join(letters) + "." if how < 0.93 else "&".join(letters)


def _rare_surnames() -> Iterable[str]:
    """Every surname that can be put together, each once."""
    return dict.fromkeys(
        start + end
        for start in WORDS.surname_starts
        for end in WORDS.surname_ends
        if start != end.capitalize()
    )


def _compounds() -> list[str]:
    return [
        start + (end[1:] if start[-1] == end[0] == "s" else end)
        for start in WORDS.compound_starts
        for end in WORDS.compound_ends
    ]


def _coined_words(random: Random) -> list[str]:
    """Words that somebody made up, in the order of the alphabet."""
    words: set[str] = set()
    while len(words) < _COINED:
        word = _coined_word(random)
        if 4 <= len(word) <= 10 and not _UNSPEAKABLE.search(word):
            words.add(word.capitalize())
    return sorted(words)


def _coined_word(random: Random) -> str:
    word = random.choice(WORDS.coined_onsets)
    if word not in "aeio":
        word += random.choice(WORDS.coined_vowels)
    word += random.choice(WORDS.coined_consonants)
    if random.random() < 0.45:
        word += random.choice(WORDS.coined_vowels) + random.choice(WORDS.coined_consonants)
    if random.random() < 0.85:
        word += random.choice(WORDS.coined_ends)
    return word
