"""One normal form for names of companies and persons, as Polars expressions.

A company's name is taken apart into the name proper, its legal form, the state that it tells of
("i konkurs"), and another name in brackets. The name proper is kept in two forms: with å, ä and ö,
and folded to a, a and o, since one and the same company is written both ways.
"""

from collections.abc import Mapping

import polars as pl

from screening.identity.names.ledger_names import (
    first_part,
    last_part,
    tidy,
    web_letters,
    where,
    without_glued_form,
    without_number,
)
from screening.identity.names.readable_text import elementwise, filled, fold, folded, read
from screening.identity.names.words import legal_forms, name_words


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


def _padded(words: pl.Series) -> pl.Series:
    return pl.select(pl.lit(" ") + words + pl.lit(" ")).to_series()


def _spaced(words: pl.Series) -> pl.Series:
    """One space between words that have up to four."""
    for _ in range(2):
        words = words.str.replace_all("  ", " ", literal=True)
    return words.str.strip_chars(" ")


def _words(text: pl.Series) -> pl.Series:
    r"""The words of readable ``text``, one space between them; abbreviations written out.

    Word boundaries are never asked for by ``\b``: for letters beyond ASCII it makes a regular
    expression a hundred times slower.
    """
    among = list(_replacements()[1])
    # Most names have nothing but words: they are as they are.
    has_more = text.str.contains(r"[^\p{L}\p{N} ]|  ") | _padded(text).str.contains_any(among)
    return where(text.str.strip_chars(" "), has_more, _spelled_out)


def _spelled_out(text: pl.Series) -> pl.Series:
    """``_words`` of texts with signs between their words, or with abbreviations."""
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
    return _spaced(_padded(spread).str.replace_many(among))


def _text(name: pl.Series) -> pl.Series:
    return tidy(read(name))


def _without_care_of(text: pl.Series) -> pl.Series:
    has = text.str.contains("/", literal=True)
    return where(text, has, lambda some: some.str.replace_all(r"(?:^|[ ,(])c ?/ ?o[ :.].*$", " "))


def _without_other_names(text: pl.Series) -> pl.Series:
    """Readable ``text`` without what stands in brackets, after c/o or after "tidigare"."""
    outside = _without_care_of(text)
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


def _without_state(words: pl.Series) -> pl.Series:
    return _padded(words).str.replace_all(name_words().no_name, " ").str.strip_chars(" ")


def _without_form(words: pl.Series) -> pl.Series:
    """Words of a name without its legal form and its state; all of them where nothing is left."""
    return _bare(words, _without_state(words))


def _bare(words: pl.Series, core: pl.Series) -> pl.Series:
    """``core``, the words without the company's state, without its legal form; or ``words``."""
    forms = legal_forms()
    ended = core.str.replace(forms.last, "")
    begun = ended.zip_with(ended != core, core.str.replace(forms.first, ""))
    bare = _padded(begun).str.replace_all(forms.anywhere, " ").str.strip_chars(" ")
    return filled(filled(bare).fill_null(words))


def _form(core: pl.Series) -> pl.Series:
    """The code of the legal form that ``core``, words without the company's state, tell of."""
    forms = legal_forms()
    # Most names end with their form; the others are looked through.
    written = core.str.extract(forms.last)
    for place in (forms.first, forms.anywhere):
        left = core.filter(written.is_null())
        told = (_padded(left) if place == forms.anywhere else left).str.extract(place)
        written = written.scatter(written.is_null().arg_true(), told)
    # "ek foerening" is "ek förening".
    plain = folded(written).str.replace_many({"oe": "o", "ae": "a", "aa": "a"})
    return _coded(plain, forms.codes)


def _name_form(name: pl.Series) -> pl.Series:
    return _without_form(_words(_without_other_names(_text(name))))


def _folded_form(text: pl.Series) -> pl.Series:
    """The name proper of readable ``text`` that holds a name and no more, folded."""
    return folded(_without_form(_words(text)))


def _bracketed(text: pl.Series) -> pl.Series:
    """What ``text`` gives as another name of the same company, as it is written there."""
    outside = _without_care_of(text)
    found = outside.str.extract(r"\(([^()]{2,})\)?")
    return found.fill_null(outside.str.extract(name_words().other_name))


def _told_names(form: pl.Series) -> pl.Series:
    """Other names, null where the brackets held a legal form, a state or no letter."""
    no_name = ["publ", "ab publ", *legal_forms().codes, *name_words().states]
    nothing = form.is_in(no_name) | ~form.str.contains(r"\p{L}")
    return form.set(nothing.fill_null(False), None)


#: A legal form, and what stands after it behind a comma, a dash or a bar: a branch, a town.
_AFTER_FORM = (
    r"^(.+ (?:ab|aktiebolag|a/b|hb|handelsbolag|kb|kommanditbolag|ek\.? ?för\.?))"
    r"(?:, *| *[-–/] +| +[-–/] *|/)[^ ].*$"
)


def _without_branch(plain: pl.Series) -> pl.Series:
    """A text without its branch; null where none stands there."""
    whole = plain.str.replace(_AFTER_FORM, "${1}").str.replace(name_words().branch, "")
    return whole.set(whole == plain, None)


def _care_of(text: pl.Series) -> pl.Series:
    return text.str.extract(r"[ ,(]c ?/ ?o[ :.]+(.+)$")


def _other_name(name: pl.Series) -> pl.Series:
    return _told_names(_folded_form(_bracketed(_text(name))))


def _head_office_name(name: pl.Series) -> pl.Series:
    return _folded_form(_without_branch(_without_other_names(_text(name))))


def _legal_form(name: pl.Series) -> pl.Series:
    return _form(_without_state(_words(_without_other_names(_text(name)))))


def _coded(text: pl.Series, codes: Mapping[str, str]) -> pl.Series:
    return text.replace_strict(dict(codes), default=None, return_dtype=pl.String)


def _form_of_code(code: pl.Series) -> pl.Series:
    bare = code.cast(pl.String).str.strip_chars(" ").str.replace(r"(?i)-ORGFO$", "")
    codes = legal_forms().codes
    by_word = _coded(folded(_words(read(bare))), codes)
    return _coded(bare.str.to_uppercase(), codes).fill_null(by_word)


def _name_state(name: pl.Series) -> pl.Series:
    written = _padded(_words(_text(name))).str.extract(name_words().state)
    return _coded(folded(written), name_words().states)


def _person_name(name: pl.Series) -> pl.Series:
    words = (
        folded(read(name))
        .str.replace_all(r"['’´`]", "")
        .str.replace_all(r"[^\p{L}]+", " ")
        .str.strip_chars(" ")
    )
    return filled(words).str.split(" ").list.sort().list.join(" ")


def words_of(text: pl.Expr) -> pl.Expr:
    """Words of ``text`` in lower case with one space between them, abbreviations written out."""
    return elementwise(text, lambda column: _words(read(column)))


def name_form(name: pl.Expr) -> pl.Expr:
    """The name proper: lower-case words with å, ä and ö, without legal form, state, brackets, c/o.

    "Solgården Omsorg i Malmö AB (publ)" becomes "solgården omsorg i malmö". Null where the name
    is empty or has neither letters nor figures.
    """
    return elementwise(name, _name_form)


def folded_name(name: pl.Expr) -> pl.Expr:
    """``name_form`` with plain letters: "solgarden omsorg i malmo"."""
    return fold(name_form(name))


def full_name(name: pl.Expr) -> pl.Expr:
    """``folded_name`` with what stands in brackets kept as words of the name."""
    return elementwise(name, lambda column: _folded_form(_without_care_of(_text(column))))


def other_name(name: pl.Expr) -> pl.Expr:
    """Another name that ``name`` gives, folded: in brackets or after "bifirma", "f.d." and such.

    Null where there is none, and where the brackets only hold a legal form or a state. What
    follows c/o is never taken: it is someone else's name.
    """
    return elementwise(name, _other_name)


def head_office_name(name: pl.Expr) -> pl.Expr:
    """``folded_name`` without the branch, department or town that stands behind the legal form.

    "Solgården Omsorg AB, avd. Lund" becomes "solgarden omsorg". Null where there is nothing such.
    """
    return elementwise(name, _head_office_name)


def care_of_name(name: pl.Expr) -> pl.Expr:
    """What follows c/o, folded: mostly someone else's name, now and then the company's own."""
    return elementwise(name, lambda column: _folded_form(_care_of(_text(column))))


def legal_form(name: pl.Expr) -> pl.Expr:
    """Code of the legal form that ``name`` gives, wherever it stands in it; null where none does.

    The last words decide, then the first ones, then "AB" anywhere: "KB Bygg AB" is an AB.
    """
    return elementwise(name, _legal_form)


def form_of_code(code: pl.Expr) -> pl.Expr:
    """Code of the legal form that a register's code or wording stands for ("AB-ORGFO", "49")."""
    return elementwise(code, _form_of_code)


def name_state(name: pl.Expr) -> pl.Expr:
    """State that ``name`` tells of: bankruptcy, liquidation, reconstruction, estate, or null."""
    return elementwise(name, _name_state)


def compact(folded: pl.Expr) -> pl.Expr:
    """A folded name without its spaces: "hem tjanst" and "hemtjanst" are the same."""
    return folded.str.replace_all(" ", "", literal=True)


def person_name_form(name: pl.Expr) -> pl.Expr:
    """A person's name as folded words in alphabetical order, so that their order does not matter.

    "Öberg, Anna-Karin" becomes "anna karin oberg". Null where there is no letter.
    """
    return elementwise(name, _person_name)


def name_parts(name: pl.Series) -> pl.DataFrame:
    """All that a name may be read as, each step done once and only where there is something to do.

    Returns:
        One row per name: ``main`` (``folded_name``), ``full``, ``other``, ``head_office``,
        ``care_of``, ``form``, as the functions above give them; ``first_part`` and ``last_part``
        (before and behind what parts the name from a person, a place or a unit), ``unnumbered``
        (without a number at its start or end), ``web`` (the letters of an address of the web),
        ``web_bare`` (without the legal form at their end). Null where there is nothing such.
    """
    text = _text(name)
    plain = _without_other_names(text)
    bracketed = f"[(\\[]|{name_words().other_name}"
    parted = r"[,;|/]| [–-] | (?:att|attn|genom|gm|kontakt|via) "
    # Reading costs by the call as well: all that may be names is read in one.
    places, found = [], [plain]
    for source, sign, cut in (
        (text, bracketed, _without_care_of),
        (text, bracketed, _bracketed),
        (plain, f"[,/–-]|{name_words().branch}", _without_branch),
        (text, "/", _care_of),
        (plain, parted, first_part),
        (plain, parted, last_part),
        (plain, r"\d{3}", without_number),
        (text, r"\.\p{L}{2,3}", web_letters),
    ):
        at = text.str.contains(sign).fill_null(False).arg_true()
        places.append(at)
        found.append(cut(source.gather(at)))
    words = _words(pl.concat(found))
    core = _without_state(words)
    names = folded(_bare(words, core))
    form = _form(core.head(text.len()))
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, text.len())
    start = text.len()
    parts = []
    for at in places:
        told = names.slice(start, at.len())
        parts.append(nothing.clone().scatter(at, told) if at.len() else nothing)
        start += at.len()
    full, other, head_office, care_of, first, last, unnumbered, web = parts
    main = names.head(text.len())
    # What ends in ".se" is no Societas Europaea.
    form = form.set(web.is_not_null() & (form == "LTD").fill_null(False), None)
    return pl.DataFrame(
        {
            "main": main,
            "full": full.fill_null(main),
            "other": _told_names(other),
            "head_office": head_office,
            "care_of": care_of,
            "form": form,
            "first_part": first,
            "last_part": last,
            "unnumbered": unnumbered,
            "web": web,
            "web_bare": without_glued_form(web),
        }
    )
