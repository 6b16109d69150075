"""One normal form for Swedish street addresses, as Polars expressions.

``address_key`` tells whether two parties sit behind the same door: street, number with entrance,
postal code. A box, a care-of address without a street or a farm without a number is no door.
"""

import polars as pl

from screening.identity.names.readable_text import (
    elementwise,
    filled,
    fold,
    folded,
    read,
    readable,
)
from screening.identity.names.wording import words_in

#: Marks at the start of a street's or a town's name. "St" may be Sankt or Stora: both become "st".
_SHORT = {
    "s:t ": "st ", "st:a ": "st ", "n:a ": "norra ", "s:a ": "sodra ", "o:a ": "ostra ",
    "v:a ": "vastra ", "l:a ": "lilla ", "g:a ": "gamla ", "1:a ": "forsta ", "2:a ": "andra ",
    "3:e ": "tredje ", "4:e ": "fjarde ", "5:e ": "femte ",
}  # fmt: skip
FIRST_WORD = {
    "sankt ": "st ", "stora ": "st ", "n ": "norra ", "s ": "sodra ", "o ": "ostra ",
    "v ": "vastra ", "l ": "lilla ", "gl ": "gamla ",
}  # fmt: skip

#: Words that belong to the word after them, where "c/o Name Street 1" has no comma to part it.
_BEFORE_STREET = "norra|sodra|ostra|vastra|st|lilla|gamla|nya|ovre|nedre|forsta|andra|tredje|mellan"

_CARE_OF = r"c ?/ ?o[ :.]+"
_BOX = r"(?:^|[ ,])(?:p ?\.? ?o\.? ?box|postbox|boxnr|box|fack|fe)[ .:]*([0-9]{1,6})(?:[ ,].*)?$"
#: A box before a street, with a comma to part them.
_BOX_FIRST = r"^(?:p ?\.? ?o\.? ?box|postbox|boxnr|box) ?[0-9][0-9 ]{0,6}, ?"

#: A line whose first figures are a short number, with nothing after it that the number or the
#: entrance could hang on: what stands before the number, the number, the entrance.
_PLAIN = (
    r"^(?<head>[A-Za-zÀ-ÖØ-öø-ÿ .,:/'-]{1,80})(?<number>[0-9]{1,4})"
    r"(?: *(?<entrance>[A-Ka-k]))?(?:[ ,][A-Za-zÀ-ÖØ-öø-ÿ0-9 ,]{0,40})?$"
)

#: What stands before the house number, the number, what follows it.
_NUMBERED = r"^(.*?\p{L}(?:[^0-9]|[^0-9].*?[^0-9])??)([0-9]{1,4})([^0-9].*)?$"


def _spaced(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r" +", " ").str.strip_chars(" ")


def _in_figures(text: pl.Expr) -> pl.Expr:
    """The numbers of boxes without spaces between their figures."""
    return text.str.replace(
        r"(box\.? ?[0-9]{1,3}) ([0-9]{3})(?:[ ,]|$)", "${1}${2} "
    ).str.strip_chars(" ")


def written_line(street: pl.Expr) -> pl.Expr:
    """Folded street line without care-of and box."""
    text = fold(readable(street)).str.replace_many(_SHORT, leftmost=True)
    return (
        text.str.replace(rf"^{_CARE_OF}[^,]*, ?", "")
        .str.replace(
            rf"^{_CARE_OF}(?:.*? )?((?:(?:{_BEFORE_STREET}) )?\p{{L}}+\.? ?[0-9].*)$", "${1}"
        )
        .str.replace(rf"(?:^|[ ,]){_CARE_OF}.*$", "")
        .str.replace(_BOX_FIRST, "")
        .str.replace(_BOX, "")
        .str.replace_all(r"(\p{L}{2})ga?t?\. ?", "${1}gata ")
        .str.replace_all(r"(\p{L}{2})va?g?\. ?", "${1}vag ")
        .str.replace_all(r"(\p{L}{2})gr\. ?", "${1}grand ")
    )


def _street_name() -> pl.Expr:
    """The street's name from its ``words`` and the ``first`` of several, without spaces.

    "Kungsg", "Kungsgata" and "Kungsgatan" are one street, and so are "Skolv" and "Skolvägen".
    """
    words, first = pl.col("words"), pl.col("first")
    rest = words.str.strip_prefix(first)
    first = first.replace(FIRST_WORD)
    return (
        pl.concat_str(first.fill_null(""), rest.fill_null(words))
        .str.replace(r"((?:^|[^s])tor|bor|ber|var|far)g$", "${1}g#")
        .str.replace_all(" ", "", literal=True)
        .str.replace(r"(\p{L}{2}[bcdfhjklmprstvxz])g$", "${1}gata")
        .str.replace(r"(\p{L}{2})gat$", "${1}gata")
        .str.replace(r"(al|hal|tor|skal)v$", "${1}v#")
        .str.replace(r"(\p{L}{2}[bcdfghjklmnprstxz])v$", "${1}vag")
        .str.replace(r"(gata|vag|grand|torg|plats|plan|stig|backe)(?:n|en|et)$", "${1}")
        .str.replace("#", "", literal=True)
    )


def _slow_doors(street: pl.Series) -> pl.Series:
    """The doors of any street lines, however they are written."""
    if street.is_empty():
        return pl.Series(dtype=pl.String)
    told = (
        street.cast(pl.String)
        .alias("line")
        .to_frame()
        # One step after the other: what an expression repeats is read again each time.
        .with_columns(line=written_line(pl.col("line")))
        .select(
            before=pl.col("line").str.extract(_NUMBERED, 1),
            number=pl.col("line").str.extract(_NUMBERED, 2),
            after=pl.col("line").str.extract(_NUMBERED, 3),
        )
        .with_columns(words=_spaced(pl.col("before").str.replace_all(r"[^\p{L}\p{N}]+", " ")))
        .with_columns(first=pl.col("words").str.extract(r"^(\p{L}+ )"))
    )
    return told.select(
        pl.concat_str(
            _street_name(),
            pl.lit("|"),
            pl.col("number").str.strip_chars_start("0").replace("", None),
            pl.col("after")
            .str.extract(r"^(?: ?[-/:] ?[0-9]+)? ?([a-k])(?:[^\p{L}\p{N}]|$)")
            .fill_null(""),
        )
    ).to_series()


def _doors(street: pl.Series) -> pl.Series:
    """The doors of street lines; the words before a plain number are read once per street.

    A register of millions has some hundred thousand streets, and reading one takes many steps.
    """
    lines = (
        pl.DataFrame({"line": street.cast(pl.String)})
        .with_columns(told=pl.col("line").str.extract_groups(_PLAIN))
        .unnest("told")
        .with_columns(
            pl.col("number").str.strip_chars_start("0").replace("", None),
            pl.col("entrance").str.to_lowercase().fill_null(""),
        )
    )
    heads = lines.select("head").drop_nulls().unique()
    # Which number follows does not matter for how a street is read.
    streets = heads.with_columns(street=_slow_doors(heads["head"] + "1").str.extract(r"^(.+)\|1$"))
    known = lines.join(streets, on="head", how="left", maintain_order="left")
    # After a box, which is no street, there may be one.
    is_plain = pl.col("head").is_not_null() & (
        pl.col("street").is_not_null() | ~pl.col("line").str.contains(",", literal=True)
    )
    plain = pl.concat_str("street", pl.lit("|"), "number", "entrance")
    others = known.filter(~is_plain).select("line").drop_nulls().unique()
    if others.is_empty():
        return known.select(pl.when(is_plain).then(plain)).to_series()
    doors = others.with_columns(door=_slow_doors(others["line"]))
    return (
        known.join(doors, on="line", how="left", maintain_order="left")
        .select(pl.when(is_plain).then(plain).otherwise("door"))
        .to_series()
    )


def street_door(street: pl.Expr) -> pl.Expr:
    """Street and number of a street line: "Storg. 12 B, 3 tr" becomes "storgata|12b".

    Care-of, floor and flat are left out; of "4-6" the first number counts. Null where there is no
    street with a number, as for a box.
    """
    return street.map_batches(_doors, return_dtype=pl.String, is_elementwise=True)


def _boxes(street: pl.Series) -> pl.Series:
    may_be = street.cast(pl.String).str.contains(r"(?i)box|fack|fe|\P{ASCII}").fill_null(False)
    if not may_be.any():
        return pl.Series([None], dtype=pl.String).new_from_index(0, street.len())
    lines = pl.DataFrame({"line": street.cast(pl.String).set(~may_be, None)})
    if not may_be.any():
        return lines.to_series()
    boxes = (
        lines.drop_nulls()
        .unique()
        .with_columns(box=_in_figures(fold(readable(pl.col("line")))).str.extract(_BOX))
    )
    return (
        lines.join(boxes, on="line", how="left", maintain_order="left")
        .select(pl.col("box").str.strip_chars_start("0").replace("", None))
        .to_series()
    )


def box_number(street: pl.Expr) -> pl.Expr:
    """Number of the box that a street line gives ("Box 1 234" is 1234), else null."""
    return street.map_batches(_boxes, return_dtype=pl.String, is_elementwise=True)


def care_of_name(street: pl.Expr, care_of: pl.Expr) -> pl.Expr:
    """Whom the post goes to, folded: from a column of its own, else from ``c/o`` in the line.

    "c/o Nyman & Co Redovisning, Storgatan 1" is "nyman och co redovisning".
    """
    line = fold(readable(street))
    told = line.str.extract(rf"(?:^|[ ,]){_CARE_OF}([^,]*)")
    # Without a comma the street follows the name: its last word and what is after it are cut.
    told = told.str.replace(rf" (?:(?:{_BEFORE_STREET}) )?\p{{L}}+\.? ?[0-9].*$", "").str.replace(
        r"(?:^|[ ,])(?:p ?\.? ?o\.? ?box|postbox|box) ?[0-9].*$", ""
    )
    column = fold(readable(care_of)).str.replace(rf"^{_CARE_OF}", "")
    told = pl.coalesce(column, told)
    words = _spaced(
        told.str.replace_all("&", " och ", literal=True).str.replace_all(r"[^\p{L}\p{N}]+", " ")
    )
    return words.replace({"": None})


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


def address_forms(rows: pl.DataFrame) -> pl.DataFrame:
    """The normal forms of addresses.

    Args:
        rows: street, postal_code, and perhaps care_of.

    Returns:
        ``rows`` with address_key (the door, else null); mailbox_key (where post is left:
        ``box|<number>|<postal code>``, else ``c/o|<name>|<postal code>``, else null), address_kind
        (``door``, ``box``, ``care_of``, null) and is_care_of. A mailbox is no premises: several
        companies with one box or one care-of share whoever empties it, not a door.
    """
    street, postal = pl.col("street"), postal_form(pl.col("postal_code"))
    told = rows.with_columns(
        address_key=address_key(street, pl.col("postal_code")),
        box=pl.concat_str(pl.lit("box|"), box_number(street), pl.lit("|"), postal),
        care=pl.concat_str(pl.lit("c/o|"), _care_of(rows), pl.lit("|"), postal),
    )
    return told.with_columns(
        mailbox_key=pl.coalesce("box", "care"),
        address_kind=pl.when(pl.col("address_key").is_not_null())
        .then(pl.lit("door"))
        .when(pl.col("box").is_not_null())
        .then(pl.lit("box"))
        .when(pl.col("care").is_not_null())
        .then(pl.lit("care_of")),
        is_care_of=pl.col("care").is_not_null(),
    ).drop("box", "care")


def _care_of(rows: pl.DataFrame) -> pl.Series:
    """Whom the post goes to, of the few rows that may say so."""
    column = pl.col("care_of") if "care_of" in rows.columns else pl.lit(None, pl.String)
    lines = rows.select("street", care_of=column).with_row_index("row")
    says = pl.col("care_of").is_not_null() | pl.col("street").str.contains(r"(?i)c ?/ ?o")
    telling = lines.filter(says)
    if telling.is_empty():
        return pl.Series("name", [None], dtype=pl.String).new_from_index(0, rows.height)
    read = telling.select(
        "row", name=care_of_name(pl.col("street"), pl.col("care_of"))
    ).drop_nulls()
    return lines.join(read, on="row", how="left", maintain_order="left").get_column("name")


def _cities(city: pl.Series) -> pl.Series:
    unnumbered = city.cast(pl.String).str.replace(r"(?i)^\s*(?:SE?)?[\s-]*[0-9][0-9 ]*", "")
    # One step after the other: what an expression repeats is read again each time.
    words = folded(words_in(read(unnumbered))).str.replace_many(_SHORT)
    words = words.str.replace_all(r"[^\p{L}]+", " ").str.strip_chars(" ")
    told = pl.DataFrame({"words": words, "first": words.str.extract(r"^(\p{L}+ )")})
    rest = pl.col("words").str.strip_prefix(pl.col("first")).fill_null(pl.col("words"))
    first = pl.col("first").replace(FIRST_WORD).fill_null("")
    return filled(told.select(pl.concat_str(first, rest)).to_series())


def city_form(city: pl.Expr) -> pl.Expr:
    """Folded name of a postal town: "V:a Frölunda" and "V Frölunda" are "vastra frolunda"."""
    return elementwise(city, _cities)
