"""Any text in one form before it is read: lower case, ordinary characters, single spaces."""

import unicodedata
from collections.abc import Callable

import polars as pl

from screening.identity.names.scripts import in_latin

#: Letters of a text that are read. No company's name is longer; what is, is a mistake or an attack.
LONGEST_NAME = 200


def _folded_letters() -> dict[str, str]:
    """Lower-case Latin letters with marks, and the plain letters that they are folded to."""
    letters = {"æ": "ae", "ø": "o", "ß": "ss", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "œ": "oe"}
    for point in range(0xE0, 0x250):
        letter = chr(point)
        plain = unicodedata.normalize("NFKD", letter)[0]
        if letter == letter.lower() and plain != letter and plain.isascii():
            letters.setdefault(letter, plain)
    return letters


_FOLDED = _folded_letters()


def folded(text: pl.Series) -> pl.Series:
    """``fold`` of a column."""
    return text.str.replace_many(_FOLDED)


def filled(text: pl.Series) -> pl.Series:
    """Empty text as null."""
    return text.set(text == "", None)


def _composed(text: pl.Series) -> pl.Series:
    """Composed, ordinary characters: no full-width letters, marks of direction, loose accents."""
    # In lower case the Turkish İ would come apart into a letter and a loose dot.
    plain = text.str.normalize("NFKC").str.replace_all("İ", "I", literal=True)
    return plain.str.replace_all(r"[\p{Cf}\p{Co}\p{M}]+", "")


def read(text: pl.Series) -> pl.Series:
    """``readable`` of a column."""
    kept = text.cast(pl.String).str.head(LONGEST_NAME * 5)
    # One name in hundreds has more than plain letters: only those are composed, which costs most.
    odd = kept.str.contains(r"[^\x20-\x7eÀ-ÿ]").arg_true()
    if odd.len():
        kept = kept.scatter(odd, _composed(kept.gather(odd)))
    # Among plain letters, spaces are the only ones of their kind.
    spread = kept.str.contains("  ", literal=True)
    if odd.len():
        spread = spread.scatter(odd, True)
    uneven = spread.arg_true()
    if uneven.len():
        even = kept.gather(uneven).str.replace_all(r"[\pC\s]+", " ")
        kept = kept.scatter(uneven, even)
    lower = kept.str.strip_chars(" ").str.head(LONGEST_NAME).str.to_lowercase()
    foreign = (
        odd.gather(lower.gather(odd).str.contains(r"[^\p{Latin}\P{L}]").arg_true())
        if odd.len()
        else odd
    )
    if foreign.len():
        lower = lower.scatter(foreign, in_latin(lower.gather(foreign)).str.head(LONGEST_NAME))
    return filled(lower)


def elementwise(column: pl.Expr, compute: Callable[[pl.Series], pl.Series]) -> pl.Expr:
    """``compute`` as an expression: one pass over the column, every step computed once.

    Written as one nested expression, a step that is used twice would be computed twice, and what
    it stands on four times.
    """
    return column.map_batches(compute, return_dtype=pl.String(), is_elementwise=True)


def fold(text: pl.Expr) -> pl.Expr:
    """Lower-case ``text`` with plain letters: å and ä become a, ö and ø become o, é becomes e."""
    return text.str.replace_many(_FOLDED)


def in_order(words: pl.Expr) -> pl.Expr:
    """Words with one space between them, put in alphabetical order."""
    # A list's own way of sorting takes thirty times as long with texts.
    return words.str.split(" ").list.eval(pl.element().sort()).list.join(" ")


def readable(text: pl.Expr) -> pl.Expr:
    """``text`` in lower case, one space for any white space, no invisible characters.

    Full-width and composed characters become ordinary ones; control characters, marks of direction
    and loose accents go. Only the first ``LONGEST_NAME`` characters are kept. Empty becomes null.
    """
    return elementwise(text, read)
