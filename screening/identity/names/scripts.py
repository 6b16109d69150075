"""Names in other scripts than the Latin one, read in Latin letters.

Two things go wrong with scripts: a name is written in its own (Cyrillic, Greek, Arabic), or single
letters of a Latin name are look-alikes from another script, by mistake or to deceive.
"""

import polars as pl
from anyascii import anyascii

#: Cyrillic and Greek letters (lower case) that look like a Latin one, and that one.
_LOOK_ALIKES = dict(
    zip("авеёкмнорстухіїјѕԁԛԝһѵӏґ", "abeekmhopctyxiijsdqwhvlr", strict=True)
) | dict(zip("αβεηικμνορτυχωγ", "abenikuvoptuxwy", strict=True))

#: Signs without a sound of their own, and vowels that stand for more than one.
_SOUNDS = {"ь": "", "ъ": "", "ʼ": "", "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ى": "a", "ة": "a"}

_MIXED = r"[\p{Cyrillic}\p{Greek}]"
_OTHER_LETTERS = r"[^\p{Latin}\P{L}]"

#: Letters of a word in another script stand together; no word of a Latin script is parted.
_PIECES = r"[\p{L}\p{M}]+|[^\p{L}\p{M}]+"


def _spelled(text: pl.Series) -> pl.Series:
    """Letters of other scripts written with Latin ones, as they sound."""
    letters = text.str.extract_all(_OTHER_LETTERS).explode(empty_as_null=False).unique()
    # A letter without a reading is left: dropping it could make two names equal.
    latin = {
        letter: "".join(filter(str.isalpha, anyascii(letter).lower())) or letter
        for letter in letters.drop_nulls().sort()
    }
    latin |= _SOUNDS
    return text.str.replace_many(latin)


def in_latin(text: pl.Series) -> pl.Series:
    """Lower-case ``text`` in Latin letters; what is Latin already stands as it is.

    In a name that is mostly Latin, a Cyrillic or Greek letter within a Latin word, or in a word of
    up to three look-alikes ("АВ"), is taken for the Latin letter that it looks like. All others are
    spelled as they sound, roughly: "газпром нефть" is "gazprom neft".
    """
    pieces = (
        pl.DataFrame({"text": text})
        .with_row_index("row")
        .with_columns(
            has_latin=pl.col("text").str.count_matches(r"\p{Latin}")
            > pl.col("text").str.count_matches(_MIXED),
            piece=pl.col("text").str.extract_all(_PIECES),
        )
        .explode("piece", empty_as_null=False)
    )
    looks = "".join(_LOOK_ALIKES)
    is_short = pl.col("piece").str.contains(f"^[{looks}]{{1,3}}$")
    is_disguised = (
        pl.col("has_latin")
        & pl.col("piece").str.contains(_MIXED)
        & (pl.col("piece").str.contains(r"\p{Latin}") | is_short)
    )
    read = pieces.with_columns(
        piece=pl.when(is_disguised)
        .then(pl.col("piece").str.replace_many(_LOOK_ALIKES))
        .otherwise("piece")
    )
    joined = read.group_by("row", maintain_order=True).agg(pl.col("piece").str.join(""))
    whole = pl.DataFrame({"row": pl.int_range(text.len(), dtype=pl.UInt32, eager=True)}).join(
        joined, on="row", how="left", maintain_order="left"
    )
    return _spelled(whole["piece"])
