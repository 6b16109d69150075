"""The names of parties, read: their words, and what these tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from screening.identity.listed.company_names import company_names, weighed_company_words
from screening.identity.listed.person_words import person_words
from screening.identity.listed.sides import NOBODY, Side, both_sides


@dataclass(frozen=True)
class Told:
    """Entries (true) and subjects, read: what is told of each, and the words of their names.

    Attributes:
        sides: what is told.
        persons: of ``person_words``, of both.
        companies: of ``company_names``, of both.
    """

    sides: Mapping[bool, Side]
    persons: pl.DataFrame
    companies: pl.DataFrame

    def both(self, frame: str) -> pl.DataFrame:
        """A frame of both sides, with ``is_entry``."""
        frames: dict[bool, pl.DataFrame] = {
            is_entry: getattr(side, frame) for is_entry, side in self.sides.items()
        }
        return pl.concat(
            told.select(pl.lit(is_entry).alias("is_entry"), pl.all())
            for is_entry, told in frames.items()
        )

    def beside(self, other: "Told") -> "Told":
        """These parties and others, none of which is here."""
        if all(side.parties.is_empty() for side in other.sides.values()):
            return self
        frames = []
        for mine, theirs in ((self.persons, other.persons), (self.companies, other.companies)):
            first = mine.select(pl.col("name_no").max() + 1).to_series().fill_null(0)
            moved = pl.col("name_no") + first.cast(pl.UInt32)
            frames.append(pl.concat([mine, theirs.with_columns(moved)]))
        sides = {
            is_entry: both_sides(side, other.sides[is_entry])
            for is_entry, side in self.sides.items()
        }
        return Told(sides, frames[0], frames[1])


def read_names(sides: Mapping[bool, Side]) -> Told:
    """The words of the names of some entries (true) and subjects, read all at once."""

    def names(kind: str) -> pl.DataFrame:
        return pl.concat(
            side.names.join(side.parties.filter(kind), on="no", how="semi").select(
                pl.lit(is_entry).alias("is_entry"), "no", "name"
            )
            for is_entry, side in sides.items()
        )

    return Told(sides, person_words(names("is_person")), company_names(names("is_company")))


@cache
def nobody() -> Told:
    """No entry, and no subject."""
    return read_names({True: NOBODY, False: NOBODY})


@dataclass(frozen=True)
class Words:
    """What words of names tell.

    Attributes:
        heard: of ``heard_words``: words of persons' names.
        levels: ``token``, ``level``, ``word`` (of companies) of all words and sounds.
        size_level: how many names words of companies were counted in, in eighths of a
            doubling.
    """

    heard: pl.DataFrame
    levels: pl.DataFrame
    size_level: int

    @property
    def of_companies(self) -> pl.DataFrame:
        """Weights of words of companies."""
        return weighed_company_words(self.levels.drop_nulls("word"), self.size_level)
