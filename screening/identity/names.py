"""One normal form for names of companies and persons, as Polars expressions.

A company's name is taken apart into the name proper, its legal form, the state that it tells of
("i konkurs"), and another name in brackets. The name proper is kept in two forms: with å, ä and ö,
and folded to a, a and o, since one and the same company is written both ways.
"""

import unicodedata
from collections.abc import Callable, Mapping

import polars as pl

from screening.identity.name_words import legal_forms, name_words
from screening.identity.scripts import in_latin

#: Letters of a name that are read. No company's name is longer; what is, is a mistake or an attack.
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


def _folded(text: pl.Series) -> pl.Series:
    return text.str.replace_many(_FOLDED)


def _filled(text: pl.Series) -> pl.Series:
    """Empty text as null."""
    return text.set(text == "", None)


def _composed(text: pl.Series) -> pl.Series:
    """Composed, ordinary characters: no full-width letters, marks of direction, loose accents."""
    # In lower case the Turkish İ would come apart into a letter and a loose dot.
    plain = text.str.normalize("NFKC").str.replace_all("İ", "I", literal=True)
    return plain.str.replace_all(r"[\p{Cf}\p{Co}\p{M}]+", "")


def _readable(text: pl.Series) -> pl.Series:
    kept = text.cast(pl.String).str.head(LONGEST_NAME * 5)
    # One name in hundreds has more than plain letters: only those are composed, which costs most.
    odd = kept.str.contains(r"[^\x20-\x7eÀ-ÿ]").arg_true()
    if odd.len():
        kept = kept.scatter(odd, _composed(kept.gather(odd)))
    lower = (
        kept.str.replace_all(r"[\pC\s]+", " ")
        .str.strip_chars(" ")
        .str.head(LONGEST_NAME)
        .str.to_lowercase()
    )
    foreign = (
        odd.gather(lower.gather(odd).str.contains(r"[^\p{Latin}\P{L}]").arg_true())
        if odd.len()
        else odd
    )
    if foreign.len():
        lower = lower.scatter(foreign, in_latin(lower.gather(foreign)).str.head(LONGEST_NAME))
    return _filled(lower)


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


def _without_care_of(text: pl.Series) -> pl.Series:
    return text.str.replace_all(r"(?:^|[ ,(])c ?/ ?o[ :.].*$", " ")


def _without_other_names(text: pl.Series) -> pl.Series:
    """Readable ``text`` without what stands in brackets, after c/o or after "tidigare"."""
    main = (
        _without_care_of(text)
        .str.replace(name_words().other_name, " ")
        .str.replace_all(r"\([^)]*\)?|\[[^\]]*\]?", " ")
        .str.strip_chars(" ,;-")
    )
    return _filled(main).fill_null(text)


def _without_state(words: pl.Series) -> pl.Series:
    return _padded(words).str.replace_all(name_words().state, " ").str.strip_chars(" ")


def _without_form(words: pl.Series) -> pl.Series:
    """Words of a name without its legal form and its state; all of them where nothing is left."""
    forms = legal_forms()
    core = _without_state(words)
    ended = core.str.replace(forms.last, "")
    begun = ended.zip_with(ended != core, core.str.replace(forms.first, ""))
    bare = _padded(begun).str.replace_all(forms.anywhere, " ").str.strip_chars(" ")
    return _filled(_filled(bare).fill_null(words))


def _name_form(name: pl.Series) -> pl.Series:
    return _without_form(_words(_without_other_names(_readable(name))))


def _full_name(name: pl.Series) -> pl.Series:
    return _folded(_without_form(_words(_without_care_of(_readable(name)))))


def _other_name(name: pl.Series) -> pl.Series:
    text = _without_care_of(_readable(name))
    bracketed = text.str.extract(r"\(([^()]{2,})\)?")
    words = _words(bracketed.fill_null(text.str.extract(name_words().other_name)))
    form = _folded(_without_form(words))
    no_name = ["publ", "ab publ", *legal_forms().codes, *name_words().states]
    return form.set(_folded(words).is_in(no_name), None)


#: A legal form, and what stands after it behind a comma, a dash or a bar: a branch, a town.
_AFTER_FORM = (
    r"^(.+ (?:ab|aktiebolag|a/b|hb|handelsbolag|kb|kommanditbolag|ek\.? ?för\.?))"
    r"(?:, *| *[-–/] +| +[-–/] *)[^ ].*$"
)


def _head_office(name: pl.Series) -> pl.Series:
    text = _without_other_names(_readable(name))
    whole = text.str.replace(_AFTER_FORM, "${1}").str.replace(name_words().branch, "")
    cut = whole.set(whole == text, None)
    return _folded(_without_form(_words(cut)))


def _care_of(name: pl.Series) -> pl.Series:
    behind = _readable(name).str.extract(r"[ ,(]c ?/ ?o[ :.]+(.+)$")
    return _folded(_without_form(_words(behind)))


def _legal_form(name: pl.Series) -> pl.Series:
    forms = legal_forms()
    words = _without_state(_words(_without_other_names(_readable(name))))
    written = (
        words.str.extract(forms.last)
        .fill_null(words.str.extract(forms.first))
        .fill_null(_padded(words).str.extract(forms.anywhere))
    )
    # "ek foerening" is "ek förening".
    plain = _folded(written).str.replace_many({"oe": "o", "ae": "a", "aa": "a"})
    return _coded(plain, forms.codes)


def _coded(text: pl.Series, codes: Mapping[str, str]) -> pl.Series:
    return text.replace_strict(dict(codes), default=None, return_dtype=pl.String)


def _form_of_code(code: pl.Series) -> pl.Series:
    bare = code.cast(pl.String).str.strip_chars(" ").str.replace(r"(?i)-ORGFO$", "")
    codes = legal_forms().codes
    by_word = _coded(_folded(_words(_readable(bare))), codes)
    return _coded(bare.str.to_uppercase(), codes).fill_null(by_word)


def _name_state(name: pl.Series) -> pl.Series:
    written = _padded(_words(_readable(name))).str.extract(name_words().state)
    return _coded(_folded(written), name_words().states)


def _person_name(name: pl.Series) -> pl.Series:
    words = (
        _folded(_readable(name))
        .str.replace_all(r"['’´`]", "")
        .str.replace_all(r"[^\p{L}]+", " ")
        .str.strip_chars(" ")
    )
    return _filled(words).str.split(" ").list.sort().list.join(" ")


def _expression(column: pl.Expr, compute: Callable[[pl.Series], pl.Series]) -> pl.Expr:
    """``compute`` as an expression: one pass over the column, every step computed once.

    Written as one nested expression, a step that is used twice would be computed twice, and what
    it stands on four times.
    """
    return column.map_batches(compute, return_dtype=pl.String(), is_elementwise=True)


def fold(text: pl.Expr) -> pl.Expr:
    """Lower-case ``text`` with plain letters: å and ä become a, ö and ø become o, é becomes e."""
    return text.str.replace_many(_FOLDED)


def readable(text: pl.Expr) -> pl.Expr:
    """``text`` in lower case, one space for any white space, no invisible characters.

    Full-width and composed characters become ordinary ones; control characters, marks of direction
    and loose accents go. Only the first ``LONGEST_NAME`` characters are kept. Empty becomes null.
    """
    return _expression(text, _readable)


def words_of(text: pl.Expr) -> pl.Expr:
    """Words of ``text`` in lower case with one space between them, abbreviations written out."""
    return _expression(text, lambda column: _words(_readable(column)))


def name_form(name: pl.Expr) -> pl.Expr:
    """The name proper: lower-case words with å, ä and ö, without legal form, state, brackets, c/o.

    "Solgården Omsorg i Malmö AB (publ)" becomes "solgården omsorg i malmö". Null where the name
    is empty or has neither letters nor figures.
    """
    return _expression(name, _name_form)


def folded_name(name: pl.Expr) -> pl.Expr:
    """``name_form`` with plain letters: "solgarden omsorg i malmo"."""
    return fold(name_form(name))


def full_name(name: pl.Expr) -> pl.Expr:
    """``folded_name`` with what stands in brackets kept as words of the name."""
    return _expression(name, _full_name)


def other_name(name: pl.Expr) -> pl.Expr:
    """Another name that ``name`` gives, folded: in brackets or after "bifirma", "f.d." and such.

    Null where there is none, and where the brackets only hold a legal form or a state. What
    follows c/o is never taken: it is someone else's name.
    """
    return _expression(name, _other_name)


def head_office_name(name: pl.Expr) -> pl.Expr:
    """``folded_name`` without the branch, department or town that stands behind the legal form.

    "Solgården Omsorg AB, avd. Lund" becomes "solgarden omsorg". Null where there is nothing such.
    """
    return _expression(name, _head_office)


def care_of_name(name: pl.Expr) -> pl.Expr:
    """What follows c/o, folded: mostly someone else's name, now and then the company's own."""
    return _expression(name, _care_of)


def legal_form(name: pl.Expr) -> pl.Expr:
    """Code of the legal form that ``name`` gives, wherever it stands in it; null where none does.

    The last words decide, then the first ones, then "AB" anywhere: "KB Bygg AB" is an AB.
    """
    return _expression(name, _legal_form)


def form_of_code(code: pl.Expr) -> pl.Expr:
    """Code of the legal form that a register's code or wording stands for ("AB-ORGFO", "49")."""
    return _expression(code, _form_of_code)


def name_state(name: pl.Expr) -> pl.Expr:
    """State that ``name`` tells of: bankruptcy, liquidation, reconstruction, estate, or null."""
    return _expression(name, _name_state)


def compact(folded: pl.Expr) -> pl.Expr:
    """A folded name without its spaces: "hem tjanst" and "hemtjanst" are the same."""
    return folded.str.replace_all(" ", "", literal=True)


def person_name_form(name: pl.Expr) -> pl.Expr:
    """A person's name as folded words in alphabetical order, so that their order does not matter.

    "Öberg, Anna-Karin" becomes "anna karin oberg". Null where there is no letter.
    """
    return _expression(name, _person_name)
