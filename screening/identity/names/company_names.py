"""One normal form for names of companies and persons, as Polars expressions.

A company's name is taken apart into the name proper, its legal form, the state that it tells of
("i konkurs"), and another name in brackets. The name proper is kept in two forms: with å, ä and ö,
and folded to a, a and o, since one and the same company is written both ways.
"""

import polars as pl

from screening.identity.names.branches import (
    FORM_BEFORE,
    without_branch,
    without_last_unit,
    without_marked_place,
    without_town,
    without_unit,
)
from screening.identity.names.ledger_names import (
    first_part,
    last_part,
    web_letters,
    without_glued_form,
    without_number,
)
from screening.identity.names.readable_text import (
    elementwise,
    filled,
    fold,
    folded,
    in_order,
    read,
)
from screening.identity.names.wording import (
    coded,
    form_in,
    is_place,
    padded,
    readable_name,
    without_care_of,
    without_form,
    without_form_in,
    without_other_names,
    without_state,
    words_in,
)
from screening.identity.names.words import form_words, legal_forms, name_words


def _name_form(name: pl.Series) -> pl.Series:
    return without_form(words_in(without_other_names(readable_name(name))))


def _folded_form(text: pl.Series) -> pl.Series:
    """The name proper of readable ``text`` that holds a name and no more, folded."""
    return folded(without_form(words_in(text)))


def _bracketed(text: pl.Series) -> pl.Series:
    """What ``text`` gives as another name of the same company, as it is written there."""
    outside = without_care_of(text)
    found = outside.str.extract(r"\(([^()]{2,})\)?")
    return found.fill_null(outside.str.extract(name_words().other_name))


def _told_names(form: pl.Series) -> pl.Series:
    """Other names, null where the brackets held a legal form, a state, a place or no letter."""
    no_name = ["publ", "ab publ", *legal_forms().codes, *name_words().states]
    nothing = form.is_in(no_name) | ~form.str.contains(r"\p{L}")
    return _unplaced(form.set(nothing.fill_null(False), None))


def _unplaced(form: pl.Series) -> pl.Series:
    """Names, null where one is a place or a form: "Solgården, Malmö" is not called Malmö."""
    return form.set(is_place(form) | form.is_in(form_words()).fill_null(False), None)


def _care_of(text: pl.Series) -> pl.Series:
    return text.str.extract(r"[ ,(]c ?/ ?o[ :.]+(.+)$")


def _other_name(name: pl.Series) -> pl.Series:
    return _told_names(_folded_form(_bracketed(readable_name(name))))


def _head_office_name(name: pl.Series) -> pl.Series:
    return _unplaced(_folded_form(without_branch(without_other_names(readable_name(name)))))


def _legal_form(name: pl.Series) -> pl.Series:
    return form_in(without_state(words_in(without_other_names(readable_name(name)))))


def _form_of_branch(core: pl.Series) -> pl.Series:
    """``form_in`` of words without a state; a Swedish company's "filial" is no form of its own."""
    form = form_in(core)
    at = ((form == "FL") & ~core.str.contains("sverige|svensk|swed")).fill_null(False).arg_true()
    if not at.len():
        return form
    before = form_in(core.gather(at).str.strip_suffix(" filial"))
    families = legal_forms().families
    is_foreign = before.is_in([code for code, family in families.items() if family == "foreign"])
    return form.scatter(at, before.set(is_foreign.fill_null(False), "FL"))


def _form_of_code(code: pl.Series) -> pl.Series:
    bare = code.cast(pl.String).str.strip_chars(" ").str.replace(r"(?i)-ORGFO$", "")
    codes = legal_forms().codes
    by_word = coded(folded(words_in(read(bare))), codes)
    return coded(bare.str.to_uppercase(), codes).fill_null(by_word)


def _name_state(name: pl.Series) -> pl.Series:
    written = padded(words_in(readable_name(name))).str.extract(name_words().state)
    return coded(folded(written), name_words().states)


def _person_name(name: pl.Series) -> pl.Series:
    words = (
        folded(read(name))
        .str.replace_all(r"['’´`]", "")
        .str.replace_all(r"[^\p{L}]+", " ")
        .str.strip_chars(" ")
    )
    return pl.select(in_order(pl.lit(filled(words)))).to_series()


def words_of(text: pl.Expr) -> pl.Expr:
    """Words of ``text`` in lower case with one space between them, abbreviations written out."""
    return elementwise(text, lambda column: words_in(read(column)))


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
    return elementwise(name, lambda column: _folded_form(without_care_of(readable_name(column))))


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
    return elementwise(name, lambda column: _folded_form(_care_of(readable_name(column))))


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
        ``care_of``, ``form``, as the functions above give them; ``town_branch`` (without a town
        behind its legal form), ``unit_of`` (without a unit there, or a place or unit behind a comma
        or a dash), ``may_be_unit_of`` (without a word at its end that may be for a unit),
        ``first_part`` and ``last_part`` (before and behind what parts the name from a person, a
        place or a unit), ``unnumbered`` (without a number at its start or end), ``web`` (the
        letters of an address of the web), ``web_bare`` (without the legal form at their end). Null
        where there is nothing such, and where no more than a place would be left.
    """
    text = readable_name(name)
    plain = without_other_names(text)
    bracketed = f"[(\\[]|{name_words().other_name}"
    parted = r"[,;|/]| [–-] | (?:att|attn|genom|gm|kontakt|via) "
    cuts = {
        "full": (text, bracketed, without_care_of),
        "other": (text, bracketed, _bracketed),
        "head_office": (plain, f"[,/–-]|{name_words().branch}", without_branch),
        "care_of": (text, "/", _care_of),
        "town_branch": (plain, f".{FORM_BEFORE}.", without_town),
        "unit_of": (plain, f".{FORM_BEFORE}.", without_unit),
        "marked": (plain, ",| [–-]+ ", without_marked_place),
        "may_be_unit_of": (plain, name_words().unit_last, without_last_unit),
        "first_part": (plain, parted, first_part),
        "last_part": (plain, parted, last_part),
        "unnumbered": (plain, r"\d{3}", without_number),
        "web": (text, r"\.\p{L}{2,3}", web_letters),
    }
    signs = {sign for _, sign, _ in cuts.values()}
    has = {sign: text.str.contains(sign).fill_null(False).arg_true() for sign in signs}
    # Reading costs by the call as well: all that may be names is read in one.
    found = [plain, *(cut(source.gather(has[sign])) for source, sign, cut in cuts.values())]
    words = words_in(pl.concat(found))
    core = without_state(words)
    names = folded(without_form_in(words, core))
    form = _form_of_branch(core.head(text.len()))
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, text.len())
    start = text.len()
    parts = {}
    for name_of, (_, sign, _) in cuts.items():
        at = has[sign]
        told = names.slice(start, at.len())
        parts[name_of] = nothing.clone().scatter(at, told) if at.len() else nothing
        if name_of in ("town_branch", "unit_of") and at.len():
            before = form_in(core.slice(start, at.len()))
            form = form.scatter(at, before.fill_null(form.gather(at)))
        start += at.len()
    web = parts["web"]
    main = names.head(text.len())
    # What ends in ".se" is no Societas Europaea.
    form = form.set(web.is_not_null() & (form == "LTD").fill_null(False), None)
    branches = ("head_office", "town_branch", "unit_of", "may_be_unit_of")
    parts["unit_of"] = parts["unit_of"].fill_null(parts.pop("marked"))
    parts["full"] = parts["full"].fill_null(main)
    parts["other"] = _told_names(parts["other"])
    parts |= {part: _unplaced(parts[part]) for part in (*branches, "first_part", "last_part")}
    return pl.DataFrame({"main": main, "form": form, "web_bare": without_glued_form(web), **parts})
