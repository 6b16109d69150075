"""Company names of any country in one normal form: the legal form apart, binding words left out.

For names that are compared with names, without a register: what is Swedish only (protected names,
counties, our abbreviations) stays out of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from screening.identity.names.form_spelling import spelled_words
from screening.identity.names.ledger_names import tidy, web_letters, without_glued_form
from screening.identity.names.number_words import number_words
from screening.identity.names.readable_text import fold, readable
from screening.identity.reference_files import listed, read_reference

#: Weights of words, in thousandths of a name of its own.
_EMPTY, _COMMON, _OWN, _LETTER = 150, 400, 1000, 500

#: Words that bind others together, in many languages: said or left out at will.
_BINDING = (
    "and", "och", "und", "et", "y", "e", "i", "og", "ja", "ve", "va", "wa", "the", "of", "for",
    "de", "du", "des", "del", "della", "di", "da", "do", "dos", "der", "die", "das", "den", "det",
    "la", "le", "les", "el", "los", "las", "van", "von", "fur", "fuer", "for", "till", "imeni",
)  # fmt: skip

#: Words that say next to nothing, but may be part of the word after them ("Al Noor", "Med Tech").
_SMALL = (
    "al", "ul", "in", "at", "by", "to", "zu", "zum", "im", "am", "av", "pa", "med", "vid", "om",
    "na", "po", "dlya", "lil", "li", "as", "a", "o", "en", "on", "abu", "bin", "ibn", "d", "l",
)  # fmt: skip
_SMALL_WEIGHT = 60

_STATES = (
    "konkursboet efter|konkursbo efter|konkursboet|dodsboet efter|dodsboet|in liquidation|"
    "in bankruptcy|in administration|in receivership|i konkurs|i likvidation|under konkurs|"
    "under likvidation|i l|en liquidation|under avvikling|konkursbo|i rekonstruktion|"
    "under rekonstruktion|i likv"
)
_ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11",
    "xii": "12", "xiii": "13", "xiv": "14", "xvi": "16", "xvii": "17", "xviii": "18", "xix": "19",
}  # fmt: skip
_FORMERLY = (
    " (?:formerly|formerly known as|fka|f k a|previously|prev|fd|f d|tidigare|aka|a k a|dba|d b a|"
    "trading as|t a|also known as|vormals|anciennement) "
)


#: A branch or department behind the legal form.
_BRANCH = (
    " (ab|as|asa|aps|oy|oyj|gmbh|ag|ltd|limited|plc|inc|llc|bv|nv|sa|srl|spa) "
    "(?:avd|avdelning|avdelningen|filial|filialen|kontor|lokalkontor|region|distrikt|enhet|branch|"
    "division|department|dept|niederlassung|zweigniederlassung|succursale|sucursal|filiale) .*$"
)


@dataclass(frozen=True)
class FormsOfCompanies:
    """Legal forms of ``data/reference/company_forms.yaml``.

    Attributes:
        last, first, anywhere: regular expressions (Rust) with the form as group 1.
        code: written form -> code.
        means: code -> group of forms that are translations of each other.
        kind: code -> limited, stock, partnership and so on.
    """

    last: str
    first: str
    anywhere: str
    code: Mapping[str, str]
    means: Mapping[str, str]
    kind: Mapping[str, str]


def _alternatives(written: Iterable[str]) -> str:
    # Longest first: the first alternative that fits wins.
    return "|".join(sorted(set(written), key=lambda form: (-len(form), form)))


@cache
def forms_of_companies() -> FormsOfCompanies:
    """Legal forms of many countries."""
    entries = read_reference("company_forms")
    placed = {
        place: [form for entry in entries.values() for form in listed(entry, place)]
        for place in ("last", "first", "anywhere")
    }
    return FormsOfCompanies(
        last=rf" ({_alternatives(placed['last'] + placed['anywhere'])}) $",
        first=rf"^ ({_alternatives(placed['first'] + placed['anywhere'])}) ",
        anywhere=rf" ({_alternatives(placed['anywhere'])}) ",
        # "sa" is written first in more than one law: the first entry that has it counts.
        code={
            form: code
            for code, entry in reversed(list(entries.items()))
            for place in ("last", "first", "anywhere")
            for form in listed(entry, place)
        },
        means={code: str(entry["means"]) for code, entry in entries.items()},
        kind={code: str(entry["kind"]) for code, entry in entries.items()},
    )


def _words() -> Mapping[str, object]:
    return read_reference("company_words")


@cache
def _same_words() -> Mapping[str, str]:
    same = _words()["same_word"]
    if not isinstance(same, dict):
        raise TypeError("same_word: a mapping is wanted")
    return {str(written): str(word) for word, forms in same.items() for written in forms}


def _word_list(name: str) -> list[str]:
    return sorted(set(listed(_words(), name)))


def _in_all_languages(words: Iterable[str]) -> list[str]:
    asked = set(words)
    return sorted(asked | {form for form, word in _same_words().items() if word in asked})


@cache
def subsidiary_words() -> list[str]:
    """Words by which a parent and its subsidiaries differ, in all languages."""
    return _in_all_languages(_word_list("subsidiary"))


@cache
def place_words() -> list[str]:
    """Countries, towns and points of the compass, in all languages."""
    return _in_all_languages(_word_list("places"))


@cache
def binding_words() -> frozenset[str]:
    """Words that bind others together, and are said or left out at will."""
    return frozenset(_BINDING)


@cache
def international_lexicon() -> pl.DataFrame:
    """Words that say little by themselves.

    Returns:
        ``text``, ``weight`` (thousandths), ``rows`` (large, for they are in many names; words that
        are not listed are rare), ``meaning`` (the word in English, where it has translations).
    """
    same = _same_words()
    weights = (
        dict.fromkeys(_in_all_languages(_word_list("common")), _COMMON)
        | dict.fromkeys(place_words(), _COMMON)
        | dict.fromkeys(_in_all_languages(_word_list("empty")), _EMPTY)
        | dict.fromkeys("abcdefghijklmnopqrstuvwxyz", _LETTER)
        | dict.fromkeys(_SMALL, _SMALL_WEIGHT)
    )
    told = {word: same.get(word, word) for word in weights}
    return pl.DataFrame(
        {"text": list(weights), "weight": list(weights.values()), "meaning": list(told.values())},
        schema={"text": pl.String, "weight": pl.Int32, "meaning": pl.String},
    ).with_columns(rows=pl.lit(1_000_000, pl.Int64))


def _spaced(words: pl.Expr) -> pl.Expr:
    return pl.concat_str(
        pl.lit(" "), words.str.replace_all(r" {2,}", " ").str.strip_chars(" "), pl.lit(" ")
    )


def _plain_words(text: pl.Expr) -> pl.Expr:
    """Folded words between single spaces, one space at both ends."""
    plain = (
        fold(text)
        .str.replace_many(
            {"'": "", "’": "", "´": "", "`": "", "&": " and ", "+": " and ", "ı": "i"}
        )
        # Dots between single letters join them ("S.A.", "G.m.b.H."), any others part.
        .str.replace_all(
            r"(^|[ (,])(\p{L})\.(\p{L})(?:\.(\p{L}))?(?:\.(\p{L}))?(?:[.,) ]|$)",
            "${1}${2}${3}${4}${5} ",
        )
        .str.replace_all(r"[^\p{L}\p{N}]+", " ")
        .str.replace_all(" publ$| publ ", " ")
        # "Fastighetsaktiebolaget Eken" is "Fastighets AB Eken".
        .str.replace_all(r"(\p{L}{3})aktiebolag(?:et)? ", "${1} ab ")
    )
    return _spaced(plain)


def _without_forms(named: pl.DataFrame) -> pl.DataFrame:
    """``core`` without its legal forms, and ``form``: the code of the one that says most.

    A word that is nearly one of a legal form is taken for it where that makes a form of it.
    """
    read = _without_written_forms(named)
    spelled = _spelled(named)
    if spelled.is_empty():
        return read
    others = _without_written_forms(spelled).join(
        read.select("name", read="form"), on="name", maintain_order="left"
    )
    mended = others.filter(
        pl.col("form").is_not_null() & pl.col("form").ne_missing(pl.col("read"))
    ).drop("read")
    return pl.concat([read.join(mended, on="name", how="anti"), mended.select(read.columns)])


def _spelled(named: pl.DataFrame) -> pl.DataFrame:
    """Those of the names that have a word that is nearly one of a legal form, with that instead."""
    split = named.with_columns(word=pl.col("core").str.strip_chars(" ").str.split(" "))
    words = split.select("name", "word").explode("word", empty_as_null=False)
    near = spelled_words(words["word"].unique().drop_nulls())
    return (
        words.join(near, on="word", how="left", maintain_order="left")
        .group_by("name", maintain_order=True)
        .agg(pl.coalesce("meant", "word"), is_near=pl.col("meant").is_not_null().any())
        .filter("is_near")
        .select("name", core=pl.lit(" ") + pl.col("meant").list.join(" ") + pl.lit(" "))
    )


def _without_written_forms(named: pl.DataFrame) -> pl.DataFrame:
    forms = forms_of_companies()
    # "The PAT Islen Trans": two at the start, the first of which is "the".
    steps = [forms.last, forms.last, forms.first, forms.first, forms.anywhere, forms.last]
    found: list[str] = []
    for n, pattern in enumerate(steps):
        rest = pl.col("core").str.replace(pattern, " ")
        is_something = rest.str.strip_chars(" ") != ""
        named = named.with_columns(
            pl.when(is_something)
            .then(pl.col("core").str.extract(pattern).replace_strict(forms.code, default=None))
            .alias(f"form_{n}"),
            core=pl.when(is_something).then(rest).otherwise("core"),
        )
        found.append(f"form_{n}")
    said = pl.concat_list(found).list.drop_nulls()
    telling = said.list.eval(pl.element().filter(pl.element() != "CO"))
    return named.with_columns(form=telling.list.first().fill_null(said.list.first())).drop(found)


def _without_ledger_marks(text: pl.Series) -> pl.Series:
    """Readable names without what is no name; an address of the web as its letters."""
    told = tidy(text)
    web = without_glued_form(web_letters(told))
    return web.fill_null(told)


def _telling_words_only(core: pl.Expr) -> pl.Expr:
    """Without binding words, and with numbers as figures; all words where none is left."""
    numbered = core.str.replace_many(dict(number_words()), leftmost=True)
    words = numbered.str.strip_chars(" ").str.split(" ")
    word = pl.element().filter(~pl.element().is_in(sorted(binding_words())))
    told = words.list.eval(word.replace(_ROMAN)).list.join(" ")
    return pl.coalesce(told.replace("", None), core.str.strip_chars(" ").replace("", None))


def _initials(core: pl.Expr) -> pl.Expr:
    """First letters of two words or more."""
    words = core.str.split(" ")
    letters = words.list.eval(pl.element().str.head(1)).list.join("")
    return pl.when(words.list.len() >= 2).then(letters)


def normal_names(names: pl.Series) -> pl.DataFrame:
    """Names in normal form.

    Returns:
        ``name`` (each distinct one once), ``core`` (without legal form, words that bind left out),
        ``main`` (``core`` without what stands in brackets or after "formerly"), ``other`` (that),
        ``form`` (code of the legal form), ``is_abjad`` (written without vowels), ``initials`` (of
        ``core``), ``initials_long`` (with the legal form's), ``letters`` (all of ``core`` and of
        the words that bind, without spaces).
    """
    bracket = r"[(\[{]([^)\]}]*)[)\]}]?"
    read = (
        names.drop_nulls()
        .unique()
        .sort()
        .alias("name")
        .to_frame()
        .with_columns(text=readable(pl.col("name")))
        .drop_nulls("text")
        .with_columns(text=pl.col("text").map_batches(_without_ledger_marks, pl.String))
        .with_columns(
            is_abjad=pl.col("name").str.contains(r"\p{Arabic}|\p{Hebrew}"),
            text=pl.col("text").str.replace(r"(?:^|[ ,(])c ?/ ?o[ :.].*$", " "),
        )
    )
    wholes = []
    for reading, words in {
        "core": pl.col("text"),
        "main": pl.col("text").str.replace_all(bracket, " "),
        "other": pl.col("text").str.extract(bracket),
    }.items():
        plain = _plain_words(words).str.replace_all(f" (?:{_STATES}) ", " ")
        if reading == "main":
            plain = plain.str.replace(_FORMERLY + ".*$", " ").str.replace(_BRANCH, " ${1} ")
        if reading == "other":
            later = _plain_words(pl.col("text")).str.extract(_FORMERLY + "(.*)$")
            plain = pl.coalesce(later, plain)
        wholes.append(plain.alias(reading))
    spread = read.with_columns(wholes)
    # "(UK)" or "(Holdings)" in brackets is no other name: it tells which company it is.
    tells = sorted({*place_words(), *subsidiary_words()})
    is_told = (
        pl.col("other")
        .str.strip_chars(" ")
        .str.split(" ")
        .list.eval(pl.element().is_in(tells) | pl.element().str.contains(r"\d"))
        .list.any()
    ).fill_null(False)
    spread = spread.with_columns(
        main=pl.when(is_told).then("core").otherwise("main"),
        other=pl.when(is_told).then(None).otherwise("other"),
    )
    result = spread.select("name", "is_abjad")
    for reading in ("core", "main", "other"):
        cores = _without_forms(spread.select("name", core=_spaced(pl.col(reading)))).select(
            "name",
            _telling_words_only(pl.col("core")).alias(reading),
            pl.col("form").alias(f"{reading}_form"),
        )
        result = result.join(cores, on="name", how="left", maintain_order="left")
    long = _telling_words_only(_plain_words(pl.col("text")))
    initials = spread.select("name", initials_long=_initials(long))
    letters = _without_forms(spread.select("name", core=_spaced(pl.col("core")))).select(
        "name", letters=pl.col("core").str.replace_all(" ", "", literal=True)
    )
    return (
        result.join(letters, on="name", how="left", maintain_order="left")
        .join(initials, on="name", how="left", maintain_order="left")
        .with_columns(
            form=pl.coalesce("core_form", "main_form"),
            main=pl.coalesce("main", "core"),
            initials=_initials(pl.col("core")),
        )
        .select(
            "name",
            "core",
            "main",
            "other",
            "form",
            "is_abjad",
            "initials",
            "initials_long",
            "letters",
        )
    )
