"""The words of persons' names on both sides: what each of them tells, in log odds."""

import math
from dataclasses import dataclass

import polars as pl

from screening.identity.listed.word_keys import word_keys
from screening.identity.persons.names import name_words_form

#: Words between names that are written or left out at will.
_PARTICLES = (
    "ad", "af", "al", "an", "and", "ar", "as", "at", "av", "az", "abou", "abu", "ben", "bin",
    "bint", "binti", "da", "de", "del", "della", "den", "der", "di", "do", "dos", "dr", "du", "e",
    "el", "hadji", "haji", "hajji", "ibn", "jr", "la", "le", "los", "mr", "mrs", "ms", "mullah",
    "och", "sayed", "sayyid", "shaikh", "shaykh", "sheikh", "sr", "ul", "van", "von", "y",
)  # fmt: skip

#: Kinds of tokens (``kept_words``), and seeds of their hashes.
PERSON_WORD, PERSON_SOUND = 1, 2

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


def person_words(names: pl.DataFrame) -> pl.DataFrame:
    """Words of persons' names.

    Args:
        names: ``is_entry``, ``no``, ``name`` of persons; distinct.

    Returns:
        ``is_entry``, ``no``, ``name_no`` (of each distinct set of words), ``name`` (as written),
        ``word``, each word of a name once.
    """
    forms = (
        names.with_columns(form=_joined(name_words_form(pl.col("name"))))
        .drop_nulls("form")
        .sort("is_entry", "no", "name")
        .with_row_index("row")
    )
    told = _spread(forms).group_by("row", maintain_order=True).agg(pl.col("word").head(_MOST_WORDS))
    return (
        forms.select("row", "is_entry", "no", "name")
        .join(told, on="row", maintain_order="left")
        .with_columns(words=pl.col("word").list.join(" "))
        # Of names of the same words the first counts.
        .unique(["is_entry", "no", "words"], keep="first", maintain_order=True)
        .with_row_index("name_no")
        .select("is_entry", "no", "name_no", "name", "word")
        .explode("word", empty_as_null=False)
    )


@dataclass(frozen=True)
class PersonWords:
    """Words of the persons' names of both sides, and what each tells.

    Attributes:
        entries: ``name_no``, ``word_no`` of the entries.
        subjects: the same of the subjects.
        words: ``word_no``, ``word``, ``common`` (spelling), ``weight`` (log odds).
        sounds: ``word_no``, ``key``, ``key_weight``; a word may have several.
    """

    entries: pl.DataFrame
    subjects: pl.DataFrame
    words: pl.DataFrame
    sounds: pl.DataFrame


def heard_words(names: pl.DataFrame) -> pl.DataFrame:
    """Distinct words of names and what is heard: ``word``, ``common``, ``keys``, and tokens.

    ``token`` stands for the word, each of ``key_tokens`` for a sound of it.
    """
    told = word_keys(names.select("word"))
    return told.with_columns(
        token=pl.col("word").hash(seed=PERSON_WORD),
        key_tokens=pl.col("keys").list.eval(pl.element().hash(seed=PERSON_SOUND)),
    )


def person_tokens(names: pl.DataFrame, heard: pl.DataFrame) -> pl.LazyFrame:
    """Words and sounds of the parties, as they are counted.

    Args:
        names: ``is_entry``, ``no``, ``word``.
        heard: of ``heard_words``.

    Returns:
        ``kind``, ``token``, ``is_entry``, ``no``: distinct.
    """
    words = names.lazy().select("is_entry", "no", "word").unique()
    told = words.join(heard.lazy().select("word", "token", "key_tokens"), on="word")
    heard_in = told.select("is_entry", "no", pl.col("key_tokens").alias("token"))
    sounds = heard_in.explode("token", empty_as_null=False).unique()
    columns = ("token", "is_entry", "no")
    return pl.concat(
        [
            told.select(pl.lit(PERSON_WORD, pl.UInt8).alias("kind"), *columns),
            sounds.select(pl.lit(PERSON_SOUND, pl.UInt8).alias("kind"), *columns),
        ]
    )


#: What is told by an eighth of a doubling.
_EIGHTH = math.log(2) / 8


def _weight(level: str) -> pl.Expr:
    """What a word tells whose share is one in so many eighths of a doubling."""
    told = pl.col(level).cast(pl.Float64) * _EIGHTH
    return told.round(9).clip(LEAST_WEIGHT, MOST_WEIGHT)


def weight_sql(level: str) -> str:
    """SQL for what a word tells whose share is one in so many eighths of a doubling."""
    return f"greatest({LEAST_WEIGHT}, least({MOST_WEIGHT}, {_EIGHTH}::DOUBLE * {level}))"


def weighed_words(names: pl.DataFrame, heard: pl.DataFrame, levels: pl.DataFrame) -> PersonWords:
    """What each word tells, from how common it is on the lists and among the subjects.

    The side on which a word is more common counts. What a sound tells is what all words together
    tell that sound like it.

    Args:
        names: of ``person_words``.
        heard: of ``heard_words``, of the words of the names.
        levels: ``token``, ``level`` of every word and sound (``kept_words``).
    """
    weights = levels.lazy().select("token", weight=_weight("level"))
    told = heard.lazy().join(weights, on="token").sort("word").with_row_index("word_no")
    sounds = (
        told.select("word_no", key="key_tokens")
        .explode("key", empty_as_null=False)
        .join(weights.rename({"token": "key", "weight": "key_weight"}), on="key")
        .sort("word_no", "key")
    )
    numbered = (
        names.lazy()
        .select("is_entry", "name_no", "word")
        .join(told.select("word", "word_no"), on="word", maintain_order="left")
    )
    entries, subjects, words, heard_as = pl.collect_all(
        [
            numbered.filter("is_entry").select("name_no", "word_no"),
            numbered.filter(~pl.col("is_entry")).select("name_no", "word_no"),
            told.select("word_no", "word", "common", "weight"),
            sounds,
        ]
    )
    return PersonWords(entries, subjects, words, heard_as)
