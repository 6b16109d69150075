"""What says in a name which branch of the company is meant: a town or a unit, and where it stands.

All texts are readable ones: lower case, single spaces, signs still between the words. Each function
gives the text without the branch, which is one more way of reading the name, or null.
"""

from collections.abc import Callable

import polars as pl

from screening.identity.names.readable_text import folded
from screening.identity.names.words import name_words, places, towns

#: A legal form, and what stands after it behind a comma, a dash or a bar: a branch, a town.
_AFTER_FORM = (
    r"^(.+ (?:ab|aktiebolag|a/b|hb|handelsbolag|kb|kommanditbolag|ek\.? ?för\.?)\.?)"
    r"(?:, *| *[-–/] +| +[-–/] *|/)[^ ].*$"
)


def without_branch(plain: pl.Series) -> pl.Series:
    """A text without its branch; null where none stands there."""
    whole = plain.str.replace(_AFTER_FORM, "${1}").str.replace(name_words().branch, "")
    return whole.set(whole == plain, None)


#: A legal form, and words that stand behind it without any sign between.
FORM_BEFORE = (
    r" (?:ab|aktiebolag|aktiebolaget|aktieb\.?|a/b|a\.b\.|hb|h\.b\.|handelsbolag|kb|k\.b\.|"
    r"kommanditbolag|ek\.? ?för\.?|ekonomisk förening) "
)
_BEHIND_FORM = rf"^(.+{FORM_BEFORE})(?:i )?(\p{{L}}[\p{{L}} -]*)$"


#: Words behind the last comma, or a dash between words.
_MARKED = r"^(.*[^ ,–-].) ?(?:,| [–-]+ ) ?([^,]+)$"


def _behind_form(plain: pl.Series, tells: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """A text without what is behind its form, where ``tells`` says so of that; else null."""
    told = tells(folded(plain.str.extract(_BEHIND_FORM, 2))).fill_null(False)
    return plain.str.extract(_BEHIND_FORM, 1).set(~told, None)


def without_town(plain: pl.Series) -> pl.Series:
    """A text without the town that stands behind its legal form, else null."""
    return _behind_form(plain, lambda tail: tail.is_in(sorted(towns())))


def _is_unit(tail: pl.Series) -> pl.Series:
    """Whether words are for a unit. A foreign company's branch is registered by such a name."""
    units = sorted(name_words().units)
    first, last = tail.str.extract(r"^([^ ]+)"), tail.str.extract(r"([^ ]+)$")
    return (first.is_in(units) | last.is_in(units)) & ~tail.str.contains("sverige|sweden")


def without_unit(plain: pl.Series) -> pl.Series:
    """A text without the unit that stands behind its legal form, else null."""
    return _behind_form(plain, _is_unit)


def without_marked_place(plain: pl.Series) -> pl.Series:
    """A text without the place or unit behind its last comma or dash: "Solgården - Lund"."""
    tail = folded(plain.str.extract(_MARKED, 2))
    told = tail.is_in(sorted(places() | name_words().units))
    whole = plain.str.extract(_MARKED, 1)
    return whole.set(~told.fill_null(False), None)


def without_last_unit(plain: pl.Series) -> pl.Series:
    """A text without the word at its end that may be for a unit: "Solgården butik"."""
    return plain.str.replace(name_words().unit_last, "")
