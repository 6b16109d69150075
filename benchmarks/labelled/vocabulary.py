"""Words that synthetic names and addresses are made of, and how common each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from screening.demo.draws import Draws, Ints

#: Where the word lists are.
VOCABULARY_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Vocabulary:
    """Lists of words, the commonest first; ``vocabulary.yaml`` says what each is for."""

    trades: list[str]
    trade_starts: list[str]
    trade_ends: list[str]
    english: list[str]
    english_trades: list[str]
    starts: list[str]
    middles: list[str]
    ends: list[str]
    tails: list[str]
    given_women: list[str]
    given_men: list[str]
    surnames: list[str]
    surname_starts: list[str]
    surname_ends: list[str]
    towns: list[tuple[str, int]]
    streets: list[str]
    street_ends: list[str]
    double_streets: list[str]
    abbreviations: dict[str, list[str]]

    @property
    def town_names(self) -> list[str]:
        """Towns, the largest first."""
        return [town for town, _ in self.towns]


def read_vocabulary(path: Path | None = None) -> Vocabulary:
    """Read word lists; a file may leave out lists, which are then those of ``vocabulary.yaml``."""
    loaded: dict[str, Any] = yaml.safe_load(
        (VOCABULARY_FOLDER / "vocabulary.yaml").read_text("utf-8")
    )
    loaded |= yaml.safe_load(path.read_text("utf-8")) if path is not None else {}
    loaded["towns"] = [(town, int(first)) for town, first in loaded["towns"]]
    return Vocabulary(**{field.name: loaded[field.name] for field in fields(Vocabulary)})


def commonness(count: int, steepness: float = 0.9) -> list[float]:
    """Weights of words by their place in a list (Zipf's law)."""
    return [1 / (place + 2) ** steepness for place in range(count)]


class WordDraws:
    """Draws of words for rows, repeatable: the same seed, purpose and row give the same word."""

    def __init__(self, draws: Draws, vocabulary: Vocabulary) -> None:
        self.draws = draws
        self.words = vocabulary

    def common(
        self, purpose: str, rows: Ints, words: Sequence[str], steepness: float = 0.9
    ) -> pl.Series:
        """A word for each row, the first of the list most often."""
        which = self.draws.pick(purpose, rows, commonness(len(words), steepness))
        return pl.Series(list(words), dtype=pl.String).gather(pl.Series(which))

    def even(self, purpose: str, rows: Ints, words: Sequence[str]) -> pl.Series:
        """A word for each row, all equally often."""
        return self.common(purpose, rows, words, steepness=0.0)

    def invented(self, purpose: str, rows: Ints) -> pl.Series:
        """An invented word for each row, such as Solvandra; a few are much commoner than others."""
        starts, middles, ends = self.words.starts, self.words.middles, self.words.ends
        count = len(starts) * len(middles) * len(ends)
        # The power makes some words common; the step makes neighbours unlike each other.
        drawn = (self.draws.uniform(purpose, rows) ** 1.7 * count).astype(np.int64)
        which = (drawn + 17) * 7919 % count
        second = self.even(purpose + "/second", rows, ["", *starts])
        long = pl.Series(self.draws.chance(purpose + "/long", rows, 0.25))
        first = pl.Series(starts).gather(pl.Series(which // (len(middles) * len(ends))))
        return capitalised(
            glued(
                first,
                pl.Series(middles)
                .gather(pl.Series(which // len(ends) % len(middles)))
                .zip_with(~long, second),
                pl.Series(ends).gather(pl.Series(which % len(ends))),
            )
        )

    def surname(self, purpose: str, rows: Ints) -> pl.Series:
        """A surname for each row: every second is one of the commonest."""
        common = self.common(purpose + "/common", rows, self.words.surnames, 0.7)
        made = glued(
            self.common(purpose + "/start", rows, self.words.surname_starts, 0.5),
            self.common(purpose + "/end", rows, self.words.surname_ends, 0.7),
        )
        is_common = pl.Series(self.draws.chance(purpose + "/is common", rows, 0.55))
        return common.zip_with(is_common, made)

    def given_name(self, purpose: str, rows: Ints) -> pl.Series:
        """A given name for each row."""
        women, men = self.words.given_women, self.words.given_men
        mixed = [name for pair in zip(women, men, strict=False) for name in pair]
        return self.common(purpose, rows, mixed, 0.5)


def glued(*parts: pl.Series | str, between: str = "") -> pl.Series:
    """Texts put together row by row; a plain text is the same in every row."""
    columns = {str(place): part for place, part in enumerate(parts) if isinstance(part, pl.Series)}
    texts = [
        pl.col(str(place)) if isinstance(part, pl.Series) else pl.lit(part)
        for place, part in enumerate(parts)
    ]
    return pl.DataFrame(columns).select(text=pl.concat_str(texts, separator=between)).to_series()


def capitalised(text: pl.Series) -> pl.Series:
    """Each text with a capital first letter."""
    return text.str.head(1).str.to_uppercase() + text.str.slice(1)
