"""The words of persons' names on both sides: what each of them tells, in log odds."""

from dataclasses import dataclass

import polars as pl

from screening.identity.listed.sides import Side
from screening.identity.listed.word_keys import word_keys
from screening.identity.persons.names import name_words_form

#: Words between names that are written or left out at will.
_PARTICLES = (
    "ad", "af", "al", "an", "and", "ar", "as", "at", "av", "az", "abou", "abu", "ben", "bin",
    "bint", "binti", "da", "de", "del", "della", "den", "der", "di", "do", "dos", "dr", "du", "e",
    "el", "hadji", "haji", "hajji", "ibn", "jr", "la", "le", "los", "mr", "mrs", "ms", "mullah",
    "och", "sayed", "sayyid", "shaikh", "shaykh", "sheikh", "sr", "ul", "van", "von", "y",
)  # fmt: skip

#: Fewer parties are weighed as if they were so many: in a handful of names every word looks common.
SMALLEST_POPULATION = 20_000

#: What a word tells at the most: even rare names run in families.
MOST_WEIGHT, LEAST_WEIGHT = 9.0, 0.5

#: Words of a name that are compared.
_MOST_WORDS = 8


def _joined(forms: pl.Expr) -> pl.Expr:
    """Names of which a first part is written together or apart: "abd al rahman", "abdulrahman"."""
    return forms.str.replace_all(
        r"(^| )abd(?: ?[aeu][lrnstdz])? (\p{L}{3})", "${1}abd${2}"
    ).str.replace_all(r"(^| )abd[aeu][lrnstdz](\p{L}{3})", "${1}abd${2}")


def _spread(forms: pl.DataFrame) -> pl.DataFrame:
    """Words of each name once, particles left out where two others are: row, word; sorted."""
    words = (
        forms.select("row", word=pl.col("form").str.split(" "))
        .explode("word", empty_as_null=False)
        .unique()
        .with_columns(is_particle=pl.col("word").is_in(_PARTICLES))
    )
    names = words.group_by("row").agg(proper=(~pl.col("is_particle")).sum())
    return (
        words.join(names, on="row")
        .filter(~pl.col("is_particle") | (pl.col("proper") < 2))
        .select("row", "word")
        .sort("row", "word")
    )


def person_words(side: Side) -> pl.DataFrame:
    """Words of the persons' names of a side.

    Returns:
        ``no``, ``name_no`` (of each distinct set of words), ``name`` (as written), ``word``, each
        word of a name once; by ``name_no`` and word.
    """
    persons = side.parties.filter("is_person").select("no")
    forms = (
        side.names.join(persons, on="no", how="semi")
        .with_columns(form=_joined(name_words_form(pl.col("name"))))
        .drop_nulls("form")
        .sort("no", "name")
        .with_row_index("row")
    )
    told = _spread(forms).group_by("row", maintain_order=True).agg(pl.col("word").head(_MOST_WORDS))
    return (
        forms.select("row", "no", "name")
        .join(told, on="row")
        .with_columns(words=pl.col("word").list.join(" "))
        .sort("no", "words", "name")
        .unique(["no", "words"], keep="first", maintain_order=True)
        .with_row_index("name_no")
        .select("no", "name_no", "name", "word")
        .explode("word", empty_as_null=False)
    )


def _shares(words: pl.DataFrame, column: str) -> pl.DataFrame:
    population = max(words["no"].n_unique(), SMALLEST_POPULATION)
    counted = words.group_by(column).agg(parties=pl.col("no").n_unique())
    return counted.select(column, share=pl.col("parties") / population)


def _told_by(sides: list[pl.DataFrame], column: str, weight: str) -> pl.DataFrame:
    """What each value of a column tells: the less, the more parties of either side have it."""
    shares = pl.concat([_shares(side.unique(["no", column]), column) for side in sides])
    told = -pl.col("share").max().log()
    return shares.group_by(column).agg(told.round(9).clip(LEAST_WEIGHT, MOST_WEIGHT).alias(weight))


@dataclass(frozen=True)
class PersonWords:
    """Words of the persons' names of both sides, and what each tells.

    Attributes:
        entries: ``no``, ``name_no``, ``name``, ``word_no`` of the entries.
        subjects: the same of the subjects.
        words: ``word_no``, ``word``, ``common`` (spelling), ``weight`` (log odds).
        sounds: ``word_no``, ``key``, ``key_weight``; a word may have several.
    """

    entries: pl.DataFrame
    subjects: pl.DataFrame
    words: pl.DataFrame
    sounds: pl.DataFrame


def weighed_words(entries: pl.DataFrame, subjects: pl.DataFrame) -> PersonWords:
    """What each word tells, from how common it is on the lists and among the subjects.

    The side on which a word is more common counts. What a sound tells is what all words together
    tell that sound like it.

    Args:
        entries: of ``person_words``.
        subjects: of ``person_words``.
    """
    both = [entries.select("no", "word"), subjects.select("no", "word")]
    told = word_keys(pl.concat(both).select("word")).with_row_index("word_no")
    keys = told.select("word_no", "word", key="keys").explode("key", empty_as_null=False)
    keys = keys.with_columns(key=pl.col("key").rank("dense").cast(pl.UInt32))
    weights = _told_by(both, "word", "weight")
    key_weights = _told_by([side.join(keys, on="word") for side in both], "key", "key_weight")
    numbers = told.select("word", "word_no")
    named = [
        side.join(numbers, on="word", maintain_order="left").drop("word")
        for side in (entries, subjects)
    ]
    return PersonWords(
        entries=named[0],
        subjects=named[1],
        words=told.join(weights, on="word").sort("word_no").drop("keys"),
        sounds=keys.join(key_weights, on="key").sort("word_no", "key").drop("word"),
    )
