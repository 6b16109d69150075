"""Names and coded values brought to one spelling: case, diacritics, spaces and signs do not matter.

``Återkallad`` and ``aterkallad``, ``Konto nr`` and ``konto_nr`` are the same.
"""

import unicodedata
from functools import lru_cache

import polars as pl

#: Letters that Unicode does not take apart into a bare letter and a sign.
_WHOLE_LETTERS = {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "đ": "d", "ł": "l", "þ": "th"}
_LONGEST_NAME = 64


def fold(text: str) -> str:
    r"""Lower case, without diacritics; anything but letters and digits becomes one ``_``.

    >>> fold("\ufeff Återkallad/e-handel ")
    'aterkallad_e_handel'
    """
    # The same few hundred names come again with each file; what is long is no name.
    return _folded_name(text) if len(text) <= _LONGEST_NAME else _folded_text(text)


def _folded_text(text: str) -> str:
    lowered = text.replace("\ufeff", "").lower()
    for letter, bare in _WHOLE_LETTERS.items():
        lowered = lowered.replace(letter, bare)
    bare_letters = "".join(
        character
        for character in unicodedata.normalize("NFKD", lowered)
        if not unicodedata.combining(character)
    )
    parts = "".join(c if c.isalnum() else " " for c in bare_letters).split()
    return "_".join(parts)


_folded_name = lru_cache(maxsize=4096)(_folded_text)


def folded(texts: pl.Series) -> pl.Series:
    """As `fold`, for a whole column."""
    return (
        texts.str.replace_all("\ufeff", "", literal=True)
        .str.to_lowercase()
        .str.replace_many(list(_WHOLE_LETTERS), list(_WHOLE_LETTERS.values()))
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.replace_all(r"[^\p{L}\p{N}]+", "_")
        .str.strip_chars("_")
    )
