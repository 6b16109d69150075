"""One normal form for addresses without a number: farms, crofts and villages.

In the country an address may be the name of a farm and nothing more: "Näsboda Lillgården". That is
no premises that a network is drawn from (``address_key``), yet two records that give it within one
postal code or town are at the same place.
"""

import polars as pl

from screening.identity.addresses import FIRST_WORD, written_line
from screening.identity.names.words import known_words

#: Lines without figures, or with none but those of a floor or a flat.
_UNNUMBERED = (
    r"(?i)^[^0-9]+(?:[ ,](?:lgh|plan|v[åa]n|tr)[ .]*[0-9]{1,4}|[ ,][0-9]{1,2} ?(?:tr|v[åa]n)\.?)?$"
)

_FLOOR = (
    r"(?:[ ,]+(?:lgh|plan|van|tr)[ .]*[0-9]{1,4}|[ ,]+[0-9]{1,2} ?(?:tr|van)\.?"
    r"|[ ,]+uppg(?:ang)?\.? ?[a-k]|[ ,]+(?:nb|bv))$"
)

#: A street without its number is half an address, and who reads the post is none; nor is what
#: stands where none is known, nor what every other town has.
_NO_FARM = (
    r" (?:\p{L}+(?:gata|gatan|vagen|grand|granden|torg|torget|platsen|allen|esplanaden|leden)|gata"
    r"|gatan|vag|torg|plats|plan|box|postbox|boxnr|fack|fe|ab|hb|kb|aktiebolag|handelsbolag|att|attn"
    r"|co|saknas|okand|okant|utlandet|poste|restante|skyddad|uppgift|adress|faktur\p{L}*|scanning"
    r"|ekonomi\p{L}*|reskontra\p{L}*|leverantor\p{L}*|\p{L}*avdelning(?:en)?|\p{L}*kontor(?:et)?"
    r"|kundtjanst|reception(?:en)?|centrum|\p{L}*omrade(?:t)?|lon|ledning(?:en)?) "
)

#: Words that are a farm's name only beside another: every other village has one.
_COMMON_FARMS = (
    "gard", "torp", "stuga", "stugan", "villa", "hus", "kvarn", "skola", "skolan", "kyrkan",
    "stationen", "hamnen", "prastgard", "lillgard", "storgard", "norrgard", "sodergard",
    "ostergard", "vastergard", "mellangard", "nygard", "herrgard", "soldattorp", "norra", "sodra",
    "ostra", "vastra", "lilla", "stora", "st", "gamla", "nya", "ovre", "nedre",
)  # fmt: skip

#: Letters of a name that says something by itself, and words of a line that is no sentence.
_LEAST_LETTERS, _MOST_WORDS = 4, 5


def _read(lines: pl.DataFrame) -> pl.DataFrame:
    """Adds ``farm`` to distinct ``line`` and ``city`` (its normal form)."""
    words = (
        # One step after the other: what an expression repeats is read again each time.
        lines.with_columns(
            words=written_line(pl.col("line"))
            .str.replace(_FLOOR, "")
            .str.replace_all(r"[^\p{L}0-9]+", " ")
            .str.strip_chars(" ")
        )
        .with_columns(first=pl.col("words").str.extract(r"^(\p{L}+ )"))
        .with_columns(
            words=pl.concat_str(
                pl.lit(" "),
                pl.col("first").replace(FIRST_WORD).fill_null(""),
                pl.col("words").str.strip_prefix(pl.col("first")).fill_null(pl.col("words")),
                pl.lit(" "),
            )
        )
        .with_columns(
            words=pl.when(~pl.col("words").str.contains(rf"[0-9]|{_NO_FARM}")).then(
                # The town is no part of the farm.
                pl.concat_str(
                    pl.col("words")
                    .str.strip_suffix(pl.concat_str(pl.lit(" "), "city", pl.lit(" ")))
                    .fill_null(pl.col("words")),
                    pl.lit(" "),
                )
                .str.replace_all(r"(gard|torp)(?:en|et) ", "${1} ")
                .str.strip_chars(" ")
                .str.split(" ")
                .list.eval(pl.element().filter(pl.element() != "").sort())
            )
        )
    )
    only = pl.col("words").list.first()
    tells = (
        (only.str.len_chars() >= _LEAST_LETTERS)
        & ~only.is_in(_COMMON_FARMS)
        & ~only.is_in(sorted(known_words()))
    )
    count = pl.col("words").list.len()
    return words.select(
        "line",
        "city",
        farm=pl.when((count.is_between(2, _MOST_WORDS)) | ((count == 1) & tells)).then(
            pl.col("words").list.join(" ")
        ),
    )


def farm_names(street: pl.Series, city: pl.Series) -> pl.Series:
    """The farms, crofts or villages that street lines without a number give.

    "Lillgården, Näsboda" and "c/o Ek, NÄSBODA LILLGÅRD" are both "lillgard nasboda". Null for a
    line with a number or a box, a street without its number, a town, a care-of and a word that
    every other village has ("Prästgården").

    Args:
        street: street lines.
        city: the towns, in their normal form (``city_form``).
    """
    lines = pl.DataFrame({"line": street.cast(pl.String), "city": city.cast(pl.String)})
    may_be = lines["line"].str.contains(_UNNUMBERED).fill_null(value=False)
    if not may_be.any():
        return pl.Series("farm", [None], dtype=pl.String).new_from_index(0, lines.height)
    read = _read(lines.filter(may_be).unique())
    told = lines.join(
        read, on=["line", "city"], how="left", maintain_order="left", nulls_equal=True
    )
    return told.get_column("farm")
