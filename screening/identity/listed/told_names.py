"""The names of parties, read: their words, what these tell, and the blocks that names are in."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from screening.identity.listed.company_candidates import name_blocks as company_blocks
from screening.identity.listed.company_names import company_names, weighed_company_words
from screening.identity.listed.person_candidates import name_blocks as person_blocks
from screening.identity.listed.person_words import person_words, weighed_words
from screening.identity.listed.sides import Side, both_sides


@dataclass(frozen=True)
class Told:
    """Parties of one side, read: what is told of each, and the words of their names.

    Attributes:
        side: what is told.
        persons: of ``person_words``.
        companies: of ``company_names``.
    """

    side: Side
    persons: pl.DataFrame
    companies: pl.DataFrame

    @property
    def parties(self) -> pl.DataFrame:
        """``no`` of the parties."""
        return self.side.parties.select("no")

    def beside(self, other: "Told") -> "Told":
        """These parties and others, none of which is here."""
        if other.side.parties.is_empty():
            return self
        frames = []
        for mine, theirs in ((self.persons, other.persons), (self.companies, other.companies)):
            first = mine.select(pl.col("name_no").max() + 1).to_series().fill_null(0)
            moved = pl.col("name_no") + first.cast(pl.UInt32)
            frames.append(pl.concat([mine, theirs.with_columns(moved)]))
        return Told(both_sides(self.side, other.side), frames[0], frames[1])


def read_names(sides: Mapping[bool, Side]) -> dict[bool, Told]:
    """The words of the names of some entries (true) and subjects, read all at once."""

    def names(kind: str) -> pl.DataFrame:
        return pl.concat(
            side.names.join(side.parties.filter(kind), on="no", how="semi").select(
                pl.lit(is_entry).alias("is_entry"), "no", "name"
            )
            for is_entry, side in sides.items()
        )

    persons, companies = person_words(names("is_person")), company_names(names("is_company"))
    return {
        is_entry: Told(
            side,
            *(
                read.filter(pl.col("is_entry") == is_entry).drop("is_entry")
                for read in (persons, companies)
            ),
        )
        for is_entry, side in sides.items()
    }


@dataclass(frozen=True)
class Words:
    """What words of names tell.

    Attributes:
        heard: of ``heard_words``: words of persons' names.
        levels: ``token``, ``level``, ``word`` (of companies) of all words and sounds.
        near: of ``misspellings``.
        size_level: how many names words of companies were counted in, in eighths of a
            doubling.
    """

    heard: pl.DataFrame
    levels: pl.DataFrame
    near: pl.DataFrame
    size_level: int

    @property
    def of_companies(self) -> pl.DataFrame:
        """Weights of words of companies."""
        return weighed_company_words(self.levels.drop_nulls("word"), self.size_level)


Blocks = dict[bool, tuple[pl.DataFrame, pl.DataFrame]]


def blocks_of(told: Mapping[bool, Told], words: Words) -> Blocks:
    """Blocks of names of entries (true) and subjects.

    Those of names of persons, and those of companies: ``no``, ``name_no``, ``block``.
    """
    weighed = weighed_words(told[True].persons, told[False].persons, words.heard, words.levels)
    named = {True: weighed.entries, False: weighed.subjects}
    companies = words.of_companies
    return {
        is_entry: (
            person_blocks(named[is_entry], side.side.births, weighed.sounds, is_entry),
            company_blocks(side.companies, companies, words.near, is_entry),
        )
        for is_entry, side in told.items()
    }
