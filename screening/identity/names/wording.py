"""The words of a company's name: abbreviations written out; without form, state, c/o and brackets.

Functions of columns, each doing its work only where there is something to do; ``company_names.py``
has the expressions that are made of them.
"""

from collections.abc import Mapping
from functools import cache

import polars as pl

from screening.identity.names.ledger_names import tidy, where
from screening.identity.names.readable_text import filled, folded, read
from screening.identity.names.words import legal_forms, name_words, places


def _replacements() -> tuple[dict[str, str], dict[str, str]]:
    """What is replaced in the text, and then among words with two spaces between them."""
    known = name_words().abbreviations
    in_text = {short: word for short, word in known.items() if ":" in short}
    in_text |= {
        " a/b": " ab",
        "'": "",
        "’": "",
        "´": "",
        "`": "",
        ":": "",
        "&": " och ",
        "+": " och ",
    }
    among = {f" {short} ": f" {word} " for short, word in known.items() if ":" not in short}
    # "Fastighetsaktiebolaget Eken" is "Fastighets AB Eken".
    return in_text, among | {"aktiebolaget ": " ab ", "aktiebolag ": " ab "}


def padded(words: pl.Series) -> pl.Series:
    """Words with a space before and behind."""
    return pl.select(pl.lit(" ") + words + pl.lit(" ")).to_series()


def _spaced(words: pl.Series) -> pl.Series:
    """One space between words that have up to four."""
    for _ in range(2):
        words = words.str.replace_all("  ", " ", literal=True)
    return words.str.strip_chars(" ")


def words_in(text: pl.Series) -> pl.Series:
    r"""The words of readable ``text``, one space between them; abbreviations written out.

    Word boundaries are never asked for by ``\b``: for letters beyond ASCII it makes a regular
    expression a hundred times slower.
    """
    among = list(_replacements()[1])
    # Most names have nothing but words: they are as they are.
    has_more = text.str.contains(r"[^\p{L}\p{N} ]|  ") | padded(text).str.contains_any(among)
    return where(text.str.strip_chars(" "), has_more, _spelled_out)


def _spelled_out(text: pl.Series) -> pl.Series:
    """``words_in`` of texts with signs between their words, or with abbreviations."""
    in_text, among = _replacements()
    spread = (
        text.str.replace_many(in_text, leftmost=True)
        # A.B. is AB and H.M. is HM: dots between single letters join, any others part.
        .str.replace_all(
            r"(^|[ (])(\p{L})\.(\p{L})(?:\.(\p{L}))?(?:\.(\p{L}))?(?:[.,) ]|$)",
            "${1}${2}${3}${4}${5} ",
        )
        # Two spaces, so that two abbreviations in a row do not share the space between them.
        .str.replace_all(r"[^\p{L}\p{N}]+", "  ")
        .str.strip_chars(" ")
    )
    return _spaced(padded(spread).str.replace_many(among))


def readable_name(name: pl.Series) -> pl.Series:
    """A name as readable text, its letters mended, without what is unmistakably no name."""
    return tidy(read(name))


def without_care_of(text: pl.Series) -> pl.Series:
    """Readable ``text`` without what stands after c/o."""
    has = text.str.contains("/", literal=True)
    return where(text, has, lambda some: some.str.replace_all(r"(?:^|[ ,(])c ?/ ?o[ :.].*$", " "))


def without_other_names(text: pl.Series) -> pl.Series:
    """Readable ``text`` without what stands in brackets, after c/o or after "tidigare"."""
    outside = without_care_of(text)
    main = (
        where(
            outside,
            outside.str.contains(f"[(\\[]|{name_words().other_name}"),
            lambda some: some.str.replace(name_words().other_name, " ").str.replace_all(
                r"\([^)]*\)?|\[[^\]]*\]?", " "
            ),
        )
    ).str.strip_chars(" ,;-")
    return filled(main).fill_null(text)


def without_state(words: pl.Series) -> pl.Series:
    """Words of a name without the company's state, clerks' remarks, and "publ" at the end."""
    bare = padded(words).str.replace_all(name_words().no_name, " ").str.strip_chars(" ")
    return bare.str.strip_suffix(" publ")


def without_form(words: pl.Series) -> pl.Series:
    """Words of a name without its legal form and its state; all of them where nothing is left."""
    return without_form_in(words, without_state(words))


def without_form_in(words: pl.Series, core: pl.Series) -> pl.Series:
    """``core``, the words without the company's state, without its legal form; or ``words``.

    Where nothing but a place is left the form stays, as its code ("malmö sff" for "Malmö
    Samfällighetsförening"): whoever mentions the town would have that one's name.
    """
    forms = legal_forms()
    ended = core.str.replace(forms.last, "")
    begun = ended.zip_with(ended != core, core.str.replace(forms.first, ""))
    bare = padded(begun).str.replace_all(forms.anywhere, " ").str.strip_chars(" ")
    told = (is_place(bare) & (bare != core)).fill_null(False).arg_true()
    if told.len():
        form = form_in(core.gather(told)).str.to_lowercase().fill_null("")
        place = bare.gather(told).str.strip_prefix("i ")
        bare = bare.scatter(told, (place + " " + form).str.strip_chars(" "))
    return filled(filled(bare).fill_null(words))


def is_place(words: pl.Series) -> pl.Series:
    """Whether words are a place and nothing else: "malmö", "i malmö", "malmös"; false for null."""
    told = folded(words.str.strip_prefix("i "))
    return told.is_in(_places()).fill_null(False)


@cache
def _places() -> pl.Series:
    return pl.Series([sorted(places())], dtype=pl.List(pl.String))


def form_in(core: pl.Series) -> pl.Series:
    """The code of the legal form that ``core``, words without the company's state, tell of."""
    forms = legal_forms()
    # Most names end with their form; the others are looked through.
    written = core.str.extract(forms.last)
    for place in (forms.first, forms.anywhere):
        left = core.filter(written.is_null())
        told = (padded(left) if place == forms.anywhere else left).str.extract(place)
        written = written.scatter(written.is_null().arg_true(), told)
    # "ek foerening" is "ek förening".
    plain = folded(written).str.replace_many({"oe": "o", "ae": "a", "aa": "a"})
    return coded(plain, forms.codes)


def coded(text: pl.Series, codes: Mapping[str, str]) -> pl.Series:
    """The codes that stand for texts; null for any other."""
    return text.replace_strict(dict(codes), default=None, return_dtype=pl.String)
