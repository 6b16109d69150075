"""Errors of fingers, eyes and machines in texts: letters lost, swapped, doubled, mistaken."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from screening.demo.draws import Draws, Ints

#: Keys beside each key of a Swedish keyboard.
KEYS_BESIDE = {
    "a": "sqz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy",
    "i": "uok", "j": "hku", "k": "jli", "l": "köo", "m": "nk", "n": "bmh", "o": "ipl", "p": "oåö",
    "q": "wa", "r": "etf", "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes", "x": "zcs",
    "y": "tuh", "z": "xa", "å": "pä", "ä": "öå", "ö": "läp",
}  # fmt: skip

#: Letters that sound alike, or that are spelled in two ways.
SOUNDS_ALIKE = {
    "c": "k", "k": "c", "w": "v", "v": "w", "z": "s", "s": "z", "y": "i", "i": "y", "e": "ä",
    "ä": "e", "å": "o", "o": "å", "x": "k", "q": "k",
}  # fmt: skip


def _places(draws: Draws, purpose: str, rows: Ints, texts: pl.Series) -> pl.Series:
    """A letter's place in each text, seldom the first: errors there are seen and mended."""
    lengths = texts.str.len_chars().fill_null(1).to_numpy().astype(np.int64)
    first = np.where(draws.chance(purpose + "/first", rows, 0.06), 0, 1)
    first = np.minimum(first, np.maximum(lengths - 1, 0))
    places = draws.integers(purpose, rows, first, np.maximum(lengths - 1, first))
    return pl.Series(places)


def _replaced(texts: pl.Series, places: pl.Series, new: pl.Series, taken: int) -> pl.Series:
    """Texts with ``taken`` letters at ``places`` replaced by ``new``."""
    frame = pl.DataFrame({"text": texts, "at": places, "new": new})
    text, at = pl.col("text"), pl.col("at")
    return frame.select(
        pl.concat_str(text.str.slice(0, at), pl.col("new"), text.str.slice(at + taken))
    ).to_series()


def _letter(texts: pl.Series, places: pl.Series, length: int = 1) -> pl.Series:
    frame = pl.DataFrame({"text": texts, "at": places})
    return frame.select(pl.col("text").str.slice("at", length)).to_series()


def mistaken_letters(
    draws: Draws, purpose: str, rows: Ints, texts: pl.Series, alike: Mapping[str, str]
) -> pl.Series:
    """One letter of each text replaced by one that ``alike`` has for it; unchanged if it has none.

    Capital letters stay capital.
    """
    places = _places(draws, purpose, rows, texts)
    old = _letter(texts, places)
    lower = old.str.to_lowercase()
    options = lower.replace_strict(dict(alike), default=None, return_dtype=pl.String).fill_null(
        lower
    )
    lengths = options.str.len_chars().to_numpy().astype(np.int64)
    which = draws.integers(purpose + "/which", rows, 0, np.maximum(lengths - 1, 0))
    new = _letter(options, pl.Series(which))
    new = new.zip_with(old == lower, new.str.to_uppercase())
    return _replaced(texts, places, new, 1)


def typed_badly(draws: Draws, purpose: str, rows: Ints, texts: pl.Series) -> pl.Series:
    """One typing error in each text: a letter lost, doubled, swapped with the next, or mistaken."""
    places = _places(draws, purpose, rows, texts)
    one, two = _letter(texts, places), _letter(texts, places, 2)
    kind = draws.pick(purpose + "/kind", rows, [0.3, 0.2, 0.25, 0.25])
    empty = pl.Series([""]).new_from_index(0, texts.len())
    swapped = two.str.slice(1) + two.str.head(1)
    made = {
        "0": _replaced(texts, places, empty, 1),
        "1": _replaced(texts, places, one + one, 1),
        "2": _replaced(texts, places, swapped, 2),
        "3": mistaken_letters(draws, purpose + "/beside", rows, texts, KEYS_BESIDE),
    }
    frame = pl.DataFrame({"kind": kind, **made})
    chosen = pl.col("3")
    for which in range(3):
        chosen = pl.when(pl.col("kind") == which).then(pl.col(str(which))).otherwise(chosen)
    return frame.select(chosen).to_series()


_DROPPED = str.maketrans("åäöÅÄÖéÉ", "aaoAAOeE")


def without_diacritics(texts: pl.Series) -> pl.Series:
    """å and ä become a, ö becomes o."""
    return texts.str.replace_many(
        {chr(old): new if isinstance(new, str) else chr(new) for old, new in _DROPPED.items()}
    )


def transliterated(texts: pl.Series) -> pl.Series:
    """å becomes aa, ä ae, ö oe, as systems abroad write them."""
    return texts.str.replace_many(
        {"å": "aa", "ä": "ae", "ö": "oe", "Å": "AA", "Ä": "AE", "Ö": "OE"}
    )
