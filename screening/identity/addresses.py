"""One normal form for Swedish street addresses, as Polars expressions.

``address_key`` tells whether two parties sit behind the same door: street, number with entrance,
postal code. A box, a care-of address without a street or a farm without a number is no door.
"""

import polars as pl

from screening.identity.names import fold, readable, words_of

#: Marks at the start of a street's or a town's name. "St" may be Sankt or Stora: both become "st".
_SHORT = {
    "s:t ": "st ", "st:a ": "st ", "n:a ": "norra ", "s:a ": "sodra ", "o:a ": "ostra ",
    "v:a ": "vastra ", "l:a ": "lilla ", "g:a ": "gamla ", "1:a ": "forsta ", "2:a ": "andra ",
    "3:e ": "tredje ", "4:e ": "fjarde ", "5:e ": "femte ",
}  # fmt: skip
_FIRST_WORD = {
    "sankt ": "st ", "stora ": "st ", "n ": "norra ", "s ": "sodra ", "o ": "ostra ",
    "v ": "vastra ", "l ": "lilla ", "gl ": "gamla ",
}  # fmt: skip

#: Words that belong to the word after them, where "c/o Name Street 1" has no comma to part it.
_BEFORE_STREET = "norra|sodra|ostra|vastra|st|lilla|gamla|nya|ovre|nedre|forsta|andra|tredje|mellan"

_CARE_OF = r"c ?/ ?o[ :.]+"
_BOX = r"(?:^|[ ,])(?:p ?\.? ?o\.? ?box|postbox|boxnr|box|fack|fe)[ .:]*([0-9]{1,6})(?:[ ,].*)?$"

#: What stands before the house number, the number, what follows it.
_NUMBERED = r"^(.*?\p{L}(?:[^0-9]|[^0-9].*?[^0-9])??)([0-9]{1,4})([^0-9].*)?$"


def _spaced(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r" +", " ").str.strip_chars(" ")


def _written(street: pl.Expr) -> pl.Expr:
    """Folded street line without care-of and box."""
    text = fold(readable(street)).str.replace_many(_SHORT, leftmost=True)
    return (
        text.str.replace(rf"^{_CARE_OF}[^,]*, ?", "")
        .str.replace(
            rf"^{_CARE_OF}(?:.*? )?((?:(?:{_BEFORE_STREET}) )?\p{{L}}+\.? ?[0-9].*)$", "${1}"
        )
        .str.replace(rf"(?:^|[ ,]){_CARE_OF}.*$", "")
        .str.replace(_BOX, "")
        .str.replace_all(r"(\p{L}{2})ga?t?\. ?", "${1}gata ")
        .str.replace_all(r"(\p{L}{2})va?g?\. ?", "${1}vag ")
        .str.replace_all(r"(\p{L}{2})gr\. ?", "${1}grand ")
    )


def _street_words(line: pl.Expr) -> pl.Expr:
    """The street's name from what stands before the number, without spaces.

    "Kungsg", "Kungsgata" and "Kungsgatan" are one street, and so are "Skolv" and "Skolvägen".
    """
    words = _spaced(line.str.replace_all(r"[^\p{L}\p{N}]+", " "))
    first = words.str.extract(r"^(\p{L}+ )")
    rest = words.str.strip_prefix(first)
    first = first.replace(_FIRST_WORD)
    return (
        pl.concat_str(first.fill_null(""), rest.fill_null(words))
        .str.replace(r"((?:^|[^s])tor|bor|ber|var|far)g$", "${1}g#")
        .str.replace_all(" ", "", literal=True)
        .str.replace(r"(\p{L}{2}[bcdfhjklmprstvxz])g$", "${1}gata")
        .str.replace(r"(al|hal|tor|skal)v$", "${1}v#")
        .str.replace(r"(\p{L}{2}[bcdfghjklmnprstxz])v$", "${1}vag")
        .str.replace(r"(gata|vag|grand|torg|plats|plan|stig|backe)(?:n|en|et)$", "${1}")
        .str.replace("#", "", literal=True)
    )


def street_door(street: pl.Expr) -> pl.Expr:
    """Street and number of a street line: "Storg. 12 B, 3 tr" becomes "storgata|12b".

    Care-of, floor and flat are left out; of "4-6" the first number counts. Null where there is no
    street with a number, as for a box.
    """
    line = _written(street)
    before, number, after = (line.str.extract(_NUMBERED, group) for group in (1, 2, 3))
    entrance = after.str.extract(r"^(?: ?[-/:] ?[0-9]+)? ?([a-k])(?:[^\p{L}\p{N}]|$)").fill_null("")
    name = _street_words(before)
    door = pl.concat_str(name, pl.lit("|"), number.str.strip_chars_start("0"), entrance)
    return door.replace({"": None})


def box_number(street: pl.Expr) -> pl.Expr:
    """Number of the box that a street line gives ("Box 1 234" is not seen), else null."""
    return fold(readable(street)).str.extract(_BOX)


def postal_form(postal_code: pl.Expr) -> pl.Expr:
    """Five digits of a postal code ("S-211 42", "211 42"), else null."""
    digits = postal_code.cast(pl.String).str.replace_all(r"[^0-9]", "")
    return digits.str.extract(r"^([0-9]{5})$")


def address_key(street: pl.Expr, postal_code: pl.Expr) -> pl.Expr:
    """Normal form of an address: ``street|number|postal code``, as "storgata|12b|21142".

    Null for a box and where street, number or postal code is missing.
    """
    return pl.concat_str(
        street_door(street), pl.lit("|"), postal_form(postal_code), ignore_nulls=False
    )


def city_form(city: pl.Expr) -> pl.Expr:
    """Folded name of a postal town: "V:a Frölunda" and "V Frölunda" are "vastra frolunda"."""
    words = _spaced(
        fold(words_of(city.cast(pl.String).str.replace(r"(?i)^\s*(?:SE?)?[\s-]*[0-9][0-9 ]*", "")))
        .str.replace_many(_SHORT)
        .str.replace_all(r"[^\p{L}]+", " ")
    )
    first = words.str.extract(r"^(\p{L}+ )")
    form = pl.concat_str(
        first.replace(_FIRST_WORD).fill_null(""), words.str.strip_prefix(first).fill_null(words)
    )
    return form.replace({"": None})
