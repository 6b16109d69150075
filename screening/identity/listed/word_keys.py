"""One key for the spellings of a person's name in all the ways of writing it in Latin letters.

Lists hold a name as one authority spelled it (Khodorkovsky, Chodorkowski, Hodorkovskij), registers
as another did, and scripts such as Arabic leave vowels out. What is left by all of them are the
consonants, with those taken together that spellings confuse.
"""

import polars as pl

from screening.identity.persons.names import canonical_name

#: Groups of letters that one spelling has where another has one letter; the longest is read first.
_SIBILANTS = (
    "shch", "schtsch", "chtch", "sjtsj", "sjtj", "tsch", "tch", "sch", "tsj", "tj", "tz", "ts",
    "cz", "sz", "sh", "sj", "zj", "zh", "ch", "dzh", "dj", "c", "z",
)  # fmt: skip
_SOUNDS = dict.fromkeys(_SIBILANTS, "s") | {
    "ca": "ka", "ck": "k", "cl": "kl", "co": "ko", "cr": "kr", "cu": "ku", "dh": "d", "dt": "t",
    "f": "v", "gh": "g", "kh": "k", "ph": "v", "q": "k", "th": "t", "w": "v", "x": "ks",
}  # fmt: skip

#: "ch" is х for Swedish and German ears, ч for English ones.
_AS_K = _SOUNDS | {"ch": "k"}

#: "j" is й for most ears, ж for French and Portuguese ones.
_AS_ZH = _SOUNDS | {"j": "s"}

_DOUBLED = {letter * 2: letter for letter in "bdfgklmnprstv"}


def consonants(words: pl.Series, sounds: dict[str, str] | None = None) -> pl.Series:
    """What is left of folded words by every way of spelling them: "mohammed" is "mmd".

    A first vowel is kept as "a", a first h as it is. Words of less than two consonants stay whole.
    """
    heard = words.str.replace_many(sounds or _SOUNDS, leftmost=True)
    heard = heard.str.replace_many(_DOUBLED)
    first = heard.str.head(1).str.replace(r"[aeiouyj]", "a")
    rest = heard.str.slice(1).str.replace_all(r"[aeiouyjh]+", "")
    key = pl.select(first + rest).to_series()
    return key.zip_with(rest.str.len_chars() > 0, words)


def word_keys(words: pl.DataFrame) -> pl.DataFrame:
    """Keys of distinct words.

    Args:
        words: ``word``, folded.

    Returns:
        ``word``, ``common`` (the spelling that given names and everyday names share), ``keys`` (the
        consonants of that; two where it can be heard in two ways).
    """
    told = words.select(pl.col("word").unique()).sort("word")
    told = told.with_columns(common=canonical_name(pl.col("word")).fill_null(pl.col("word")))
    return told.with_columns(
        keys=pl.concat_list(
            consonants(told["common"]),
            consonants(told["word"]),
            consonants(told["word"], _AS_K),
            consonants(told["word"], _AS_ZH),
        ).list.unique(maintain_order=True)
    )
