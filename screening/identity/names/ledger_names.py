"""What ledgers write into names beside the name, and what passing systems do to its letters.

A field for the name holds customer numbers, persons to ask for, telephone numbers and addresses of
the web; letters are read in a wrong encoding, or lost. What is unmistakable is taken away before a
name is read; what may be part of the name after all is left, and becomes one more way of reading
it (``readings.py``). All texts are readable ones: lower case, single spaces.
"""

from collections.abc import Callable
from html.entities import name2codepoint

import polars as pl

#: Letters whose UTF-8 was read as Latin-1 or Windows-1252, in lower case.
_WRONG_ENCODING = {
    "ã¥": "å", "ã¤": "ä", "ã¶": "ö", "ã©": "é", "ã¨": "è", "ã¼": "ü", "ã¦": "æ", "ã¸": "ø",
    "ã¡": "á", "ã³": "ó", "ã±": "ñ", "ã§": "ç", "ã…": "å", "ã...": "å", "ã„": "ä", "ã–": "ö",
    "ã‰": "é", "ãœ": "ü", "ã†": "æ", "ã˜": "ø",
}  # fmt: skip

#: Letters as web forms have them: "&ouml;".
_ENTITIES = {
    f"&{name.lower()};": chr(point).lower()
    for name, point in name2codepoint.items()
    if point < 0x180 and chr(point) not in "<>"
}

_START = r"(^|[ ,;(\[/#-])"

#: A number that says of itself that it is a customer's, a supplier's, a telephone's.
_LABELLED_NUMBER = (
    _START + r"(?:(?:kund|lev|leverantörs?|avtals?|ref|referens|best|beställar|org|fakt|faktura|"
    r"konto|medlems?|projekt)[. -]{0,2}(?:nr|nummer|no|id)|kst|tel|telefon|tfn|tlf|mobil|fax)"
    r"[ .:]*[+#]?\d[\d -]*[\])]?"
)

#: A telephone number without a word before it.
_PHONE = r"[ ,;/]\(?(?:\+46 ?|0)\d{1,3}\)?[ -]\d[\d ]{4,9}$"

#: Somebody to ask for; what follows is a person's name.
_CONTACT_LABEL = (
    r"(?:(?:att|attn|kontakt|ref|er ref|vår ref|handläggare)[.:] ?|"
    r"(?:attention|kontaktperson|referensperson)[ .:]+)"
)
_CONTACT_FIRST = "^" + _CONTACT_LABEL + r"[^,;/|]*[,;/|] ?"
_CONTACT = r"[ ,;/|(-]+" + _CONTACT_LABEL + r"[^,;|)]*\)?"

_ODD = r"[ã?\x{fffd}_:;#]|&[a-z]|\d{4}|tel|tfn|att|kontakt|ref|mobil|fax|kst|n(?:r|o|ummer)[. :]*\d"

#: The name as an address of the web or of mail, its letters as group 1.
_WEB = (
    r"^(?:https?://)?(?:www\.|[\p{L}\d._-]+@)?([\p{L}\d-]{3,})\."
    r"(?:se|nu|com|net|org|eu|io|no|dk|fi|de)(?:/.*|,? (?:ab|hb|kb))?$"
)
_GLUED_FORM = r"(\p{L}{4})(?:ab|hb|kb)$"

_NUMBER_FIRST, _NUMBER_LAST = r"^[#(\[]?\d{3,}[)\]]?[ :–-]+", r"[ –-]+[#(\[]?\d{3,}[)\]]?$"

#: What parts the name from a person, a place or a unit where no legal form stands between.
_PARTED = r" ?[,;|] ?| [/–-] |(\p{L}{3}) ?/ ?| (?:att|attn|genom|gm|kontakt|v/|via) "


def where(text: pl.Series, mask: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """``text`` with ``change`` made where ``mask`` says so; costs nothing where it never does."""
    places = mask.fill_null(False).arg_true()
    # A column is changed in place unless it is a copy.
    return text.clone().scatter(places, change(text.gather(places))) if places.len() else text


def _mended(text: pl.Series) -> pl.Series:
    return (
        text.str.replace_many(_WRONG_ENCODING)
        .str.replace_many(_ENTITIES)
        .str.replace_all("_", " ", literal=True)
        # A letter that a system did not know: it is lost.
        .str.replace_all(r"(\p{L})[?\x{fffd}]+(\p{L})", "${1}${2}")
        .str.replace_all(r"(^| )[?\x{fffd}]+(\p{L})", "${1}${2}")
    )


def _tidied(text: pl.Series) -> pl.Series:
    mended = _mended(text)
    bare = (
        mended.str.replace_all(_LABELLED_NUMBER, " ")
        .str.replace(_PHONE, "")
        .str.replace(_CONTACT_FIRST, "")
        .str.replace(_CONTACT, " ")
        .str.replace_all(" {2,}", " ")
        .str.strip_chars(" ,;:/-#")
    )
    return bare.zip_with(bare.str.contains(r"\p{L}"), mended)


def tidy(text: pl.Series) -> pl.Series:
    """Readable ``text`` with its letters mended, without what is unmistakably no name.

    "Ã¶berg" is "öberg", "&amp;" is "&"; "kundnr 123", "tel 040-123456" and "att: anna berg" go. A
    text that holds nothing else stays as it is.
    """
    return where(text, text.str.contains(_ODD), _tidied)


def web_letters(text: pl.Series) -> pl.Series:
    """The letters of a name that is written as an address of the web or of mail, else null."""
    found = text.str.contains(".", literal=True).fill_null(False)
    none = pl.Series([None], dtype=pl.String).new_from_index(0, text.len())
    return where(none.alias("text"), found, lambda _: text.filter(found).str.extract(_WEB))


def without_glued_form(letters: pl.Series) -> pl.Series:
    """Letters without the legal form at their end: "solgardenab" is "solgarden"."""
    return letters.str.replace(_GLUED_FORM, "${1}")


def without_number(text: pl.Series) -> pl.Series:
    """``text`` without a number of three figures or more at its start or end, else null."""
    bare = text.str.replace(_NUMBER_FIRST, "").str.replace(_NUMBER_LAST, "")
    told = (bare != text) & bare.str.contains(r"\p{L}")
    return bare.set(~told.fill_null(False), None)


def first_part(text: pl.Series) -> pl.Series:
    """What stands before the first comma, bar, dash or "att" between words; null where none is."""
    marked = text.str.replace(_PARTED, "${1}\n")
    return marked.str.extract(r"^([^\n]{4,})\n.")


def last_part(text: pl.Series) -> pl.Series:
    """What stands behind the last comma, bar or dash between words; null where none is."""
    return text.str.extract(r"^.*(?: ?[,;|] ?| [/–-] |\p{L} ?/ ?)([^,;|]{4,})$")
