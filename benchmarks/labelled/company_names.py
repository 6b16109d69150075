"""Names proper of synthetic companies: what they are called, before any legal form.

A real register has a few words in very many names (Bygg, Konsult, Andersson, Stockholm) and very
many words in one or two names each; so has this one.
"""

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from benchmarks.labelled.vocabulary import WordDraws, glued
from screening.demo.draws import Ints

#: Kinds of names of companies, and how common each is.
KINDS = {
    "invented_trade": 0.25,
    "surname_trade": 0.11,
    "invented_trade_tail": 0.10,
    "person_trade": 0.06,
    "english": 0.09,
    "initials_trade": 0.07,
    "invented": 0.06,
    "invented_compound": 0.07,
    "place_trade": 0.05,
    "invented_in_town": 0.04,
    "two_surnames": 0.04,
    "property": 0.03,
    "number": 0.02,
    "two_invented": 0.01,
}

#: Stands in a name proper for the town that the company is in.
OWN_TOWN = "¤"

_LETTERS = list("ABCDEFGHIJKLMNOPRSTUVWÅÖ")


class NameMaker:
    """Makes names proper; each method gives one name per row."""

    def __init__(self, words: WordDraws) -> None:
        self.words = words

    def trade(self, purpose: str, rows: Ints) -> pl.Series:
        """A line of business."""
        return self.words.common(purpose + "/trade", rows, self.words.words.trades)

    def compound(self, purpose: str, rows: Ints) -> pl.Series:
        """A line of business of two parts, such as Takmontage."""
        return glued(
            self.words.common(purpose + "/first", rows, self.words.words.trade_starts),
            self.words.common(purpose + "/last", rows, self.words.words.trade_ends),
        )

    def town(self, purpose: str, rows: Ints) -> pl.Series:
        """A town: the company's own, as a rule (``OWN_TOWN``)."""
        town = self.words.common(purpose + "/town", rows, self.words.words.town_names)
        own = pl.Series(self.words.draws.chance(purpose + "/own town", rows, 0.8))
        return pl.Series([OWN_TOWN]).new_from_index(0, rows.size).zip_with(own, town)

    def _genitive(self, purpose: str, rows: Ints, name: pl.Series) -> pl.Series:
        """The name, now and then with the s of possession: Lindqvists Bygg."""
        own = pl.Series(self.words.draws.chance(purpose + "/s", rows, 0.3))
        return glued(name.str.strip_suffix("s"), "s").zip_with(own, name)

    def _invented_trade(self, rows: Ints) -> pl.Series:
        return glued(self.words.invented("it", rows), self.trade("it", rows), between=" ")

    def _surname_trade(self, rows: Ints) -> pl.Series:
        name = self._genitive("st", rows, self.words.surname("st", rows))
        return glued(name, self.trade("st", rows), between=" ")

    def _invented_trade_tail(self, rows: Ints) -> pl.Series:
        tail = self.words.common("itt/tail", rows, self.words.words.tails)
        return glued(self.words.invented("itt", rows), self.trade("itt", rows), tail, between=" ")

    def _person_trade(self, rows: Ints) -> pl.Series:
        return glued(
            self.words.given_name("pt", rows),
            self.words.surname("pt", rows),
            self.trade("pt", rows),
            between=" ",
        )

    def _english(self, rows: Ints) -> pl.Series:
        words = self.words.words
        first = self.words.common("en/1", rows, words.english, 0.6)
        second = self.words.invented("en/2", rows)
        english = self.words.even("en/3", rows, words.english)
        last = self.words.common("en/trade", rows, words.english_trades)
        plain = pl.Series(self.words.draws.chance("en/plain", rows, 0.4))
        middle = english.zip_with(plain & (english != first), second)
        return glued(first, middle, last, between=" ")

    def _initials_trade(self, rows: Ints) -> pl.Series:
        letters = [self.words.even(f"in/{n}", rows, _LETTERS) for n in range(3)]
        third = pl.Series(self.words.draws.chance("in/third", rows, 0.5))
        joined = glued(*letters).zip_with(third, glued(*letters[:2]))
        apart = pl.Series(self.words.draws.chance("in/and", rows, 0.15))
        initials = glued(letters[0], " & ", letters[1]).zip_with(apart, joined)
        return glued(initials, self.trade("in", rows), between=" ")

    def _invented(self, rows: Ints) -> pl.Series:
        return self.words.invented("iv", rows)

    def _invented_compound(self, rows: Ints) -> pl.Series:
        return glued(self.words.invented("ic", rows), self.compound("ic", rows), between=" ")

    def _place_trade(self, rows: Ints) -> pl.Series:
        town = self.town("pl", rows)
        first = pl.Series(self.words.draws.chance("pl/first", rows, 0.6))
        trade = self.trade("pl", rows).zip_with(
            pl.Series(self.words.draws.chance("pl/simple", rows, 0.5)), self.compound("pl", rows)
        )
        return glued(town, trade, between=" ").zip_with(first, glued(trade, "i", town, between=" "))

    def _invented_in_town(self, rows: Ints) -> pl.Series:
        named = glued(self.words.invented("tn", rows), self.trade("tn", rows), between=" ")
        return glued(named, "i", self.town("tn", rows), between=" ")

    def _two_surnames(self, rows: Ints) -> pl.Series:
        other = self.words.surname("ts/2", rows)
        kin = self.words.even("ts/kin", rows, ["Söner", "Partners", "Co", "Son"])
        family = pl.Series(self.words.draws.chance("ts/family", rows, 0.3))
        pair = glued(
            self.words.surname("ts/1", rows), "&", kin.zip_with(family, other), between=" "
        )
        with_trade = pl.Series(self.words.draws.chance("ts/with trade", rows, 0.8))
        return glued(pair, self.trade("ts", rows), between=" ").zip_with(with_trade, pair)

    def _property(self, rows: Ints) -> pl.Series:
        number = pl.Series(self.words.draws.integers("pr/number", rows, 1, 30)).cast(pl.String)
        named = self.words.invented("pr", rows)
        form = pl.Series(self.words.draws.chance("pr/first", rows, 0.5))
        return glued("Fastighetsbolaget", named, number, between=" ").zip_with(
            form, glued(named, "Fastigheter", between=" ")
        )

    def _number(self, rows: Ints) -> pl.Series:
        word = self.words.even("nr", rows, ["Startbolaget", "Lagerbolaget", "Grundplåten"])
        number = pl.Series(self.words.draws.integers("nr/number", rows, 1_000, 999_999))
        return glued(word, number.cast(pl.String), between=" ")

    def _two_invented(self, rows: Ints) -> pl.Series:
        return glued(
            self.words.invented("ti/1", rows), self.words.invented("ti/2", rows), between=" "
        )

    def names(self, purpose: str, rows: Ints, kinds: Mapping[str, float] = KINDS) -> pl.Series:
        """A name proper for each row, of all kinds."""
        chosen = self.words.draws.pick(purpose + "/kind", rows, list(kinds.values()))
        makers: dict[str, Callable[[Ints], pl.Series]] = {
            kind: getattr(self, f"_{kind}") for kind in kinds
        }
        return by_choice(chosen, rows, list(makers.values()))

    def longer(self, purpose: str, rows: Ints, names: pl.Series) -> pl.Series:
        """Names with one more word, for those whose name is taken."""
        words = self.words.words
        makers: list[Callable[[Ints], pl.Series]] = [
            lambda asked: self.words.common(purpose + "/tail", asked, words.tails, 0.4),
            lambda asked: glued("i ", self.town(purpose, asked)),
            lambda asked: glued("& ", self.trade(purpose, asked)),
            lambda asked: self.words.surname(purpose, asked),
        ]
        chosen = self.words.draws.pick(purpose + "/how", rows, [0.3, 0.3, 0.3, 0.1])
        return glued(names, by_choice(chosen, rows, makers), between=" ")

    def sisters(self, purpose: str, rows: Ints, names: pl.Series) -> pl.Series:
        """Names of other companies that share what is special in ``names``: other trade or tail."""
        words = self.words.words
        frame = pl.DataFrame(
            {
                "name": names,
                "trade": self.trade(purpose, rows),
                "tail": self.words.common(purpose + "/tail", rows, words.tails, 0.6),
                "number": pl.Series(self.words.draws.integers(purpose + "/no", rows, 2, 9)),
                "how": pl.Series(self.words.draws.uniform(purpose + "/how", rows)),
            }
        ).with_columns(pl.col("name").str.replace(r" i \S+$", ""))
        frame = frame.with_columns(parts=pl.col("name").str.split(" "))
        shorter = pl.col("parts").list.slice(0, pl.col("parts").list.len() - 1).list.join(" ")
        is_long = pl.col("parts").list.len() > 1
        other = (
            pl.when(pl.col("parts").list.last() == pl.col("trade")).then("tail").otherwise("trade")
        )
        return frame.select(
            name=pl.when((pl.col("how") < 0.4) & is_long)
            .then(shorter + " " + other)
            .when(pl.col("how") < 0.5)
            .then(pl.col("name") + " " + pl.col("number").cast(pl.String))
            .when(pl.col("how") < 0.6)
            .then(pl.col("name") + " & " + other)
            .otherwise(pl.col("name") + " " + pl.col("tail"))
        ).to_series()


def by_choice(chosen: Ints, rows: Ints, makers: list[Callable[[Ints], pl.Series]]) -> pl.Series:
    """Texts row by row, each made by the maker that was chosen for its row."""
    places = [np.flatnonzero(chosen == which) for which in range(len(makers))]
    made = [
        pl.DataFrame({"place": where, "text": maker(rows[where])}).cast({"text": pl.String})
        for where, maker in zip(places, makers, strict=True)
        if where.size
    ]
    if not made:
        return pl.Series("text", [], dtype=pl.String)
    return pl.concat(made).sort("place").get_column("text")
