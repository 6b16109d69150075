"""Legal forms and telling words of company names, from ``data/reference/``."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from screening.identity.reference_files import listed, read_reference


@dataclass(frozen=True)
class LegalForms:
    """Legal forms, as regular expressions (Rust syntax) over names in lower-case words.

    Attributes:
        last: the form at the end of a name, as group 1.
        first: the form at the start of a name, as group 1.
        anywhere: the form as a word between spaces anywhere, as group 1.
        codes: written form (folded) or register code -> code of the form.
        families: code -> family; two codes of one family do not speak against each other.
        protected_in_county: codes whose names are protected in their county only.
    """

    last: str
    first: str
    anywhere: str
    codes: Mapping[str, str]
    families: Mapping[str, str]
    protected_in_county: frozenset[str]


@dataclass(frozen=True)
class NameWords:
    """Words of company names that mean more or less than their rarity says, folded.

    Attributes:
        fillers: words that carry next to nothing.
        tells_apart: words by which sister companies differ.
        abbreviations: abbreviation -> word, with diacritics.
        states: how a state is written -> the state's code, folded.
        state: the state between spaces anywhere in a name, as group 1 (Rust regular expression).
        no_name: the same with what clerks remark beside names.
        other_name: what another name of the company follows, as group 1.
        branch: a branch or department after the name proper (Rust regular expression).
        units: words for a unit of a company, folded.
    """

    fillers: frozenset[str]
    tells_apart: frozenset[str]
    abbreviations: Mapping[str, str]
    states: Mapping[str, str]
    state: str
    no_name: str
    other_name: str
    branch: str
    units: frozenset[str]
    unit_last: str


_DIACRITICS = str.maketrans({"å": "a", "ä": "a", "ö": "o", "ü": "u", "é": "e"})
_EITHER = {"å": "(?:å|aa?)", "ä": "[äa]e?", "ö": "[öo]e?", "ü": "[üu]e?", "é": "[ée]"}


def fold_word(word: str) -> str:
    """A word of the reference files without diacritics."""
    return word.translate(_DIACRITICS)


def _alternatives(written: Iterable[str]) -> str:
    # Longest first: the first alternative that fits wins.
    ordered = sorted(set(written), key=lambda form: (-len(form), form))
    return "|".join("".join(_EITHER.get(c, re.escape(c)) for c in form) for form in ordered)


@cache
def legal_forms() -> LegalForms:
    """The legal forms of ``data/reference/legal_forms.yaml``."""
    entries = read_reference("legal_forms")
    places = {
        place: [form for entry in entries.values() for form in listed(entry, place)]
        for place in ("anywhere", "last", "first")
    }
    codes: dict[str, str] = {}
    for code, entry in entries.items():
        for place in ("anywhere", "last", "first"):
            codes |= {fold_word(form): code for form in listed(entry, place)}
        codes |= dict.fromkeys(listed(entry, "codes"), code)
    last = _alternatives(places["last"] + places["anywhere"])
    first = _alternatives(places["first"] + places["anywhere"])
    return LegalForms(
        last=rf"(?:^| )({last})(?: publ)?$",
        first=rf"^({first})(?: |$)",
        anywhere=rf" ({_alternatives(places['anywhere'])}) ",
        codes=codes,
        families={code: str(entry["family"]) for code, entry in entries.items()},
        protected_in_county=frozenset(
            code for code, entry in entries.items() if entry["protected"] == "county"
        ),
    )


@cache
def form_words() -> tuple[str, ...]:
    """Legal forms as they may stand alone in a name that was read: written forms, and codes."""
    return tuple(sorted({form.lower() for form in legal_forms().codes}))


@cache
def known_words() -> frozenset[str]:
    """Words of trades, places and kinds of companies that are known however few names have them."""
    words = read_reference("company_words")
    listed_words = {word for kind in ("common", "places", "subsidiary") for word in words[kind]}
    translated = {
        str(form)
        for word, forms in words["same_word"].items()
        if word in listed_words
        for form in (word, *forms)
    }
    told = name_words()
    meant = {fold_word(word) for word in told.abbreviations.values()}
    whole = sorted({str(word) for word in listed_words} | translated)
    # "Transp" is a short form of "transport", not another word.
    short = {one for one, longer in pairwise(whole) if longer.startswith(one)}
    return frozenset((set(whole) - short) | told.tells_apart | meant)


@cache
def name_words() -> NameWords:
    """The words of ``data/reference/name_words.yaml``."""
    loaded = read_reference("name_words")
    states = loaded["states"]
    written = [form for state in states for form in listed(states, state)]
    return NameWords(
        fillers=frozenset(fold_word(word) for word in listed(loaded, "fillers")),
        tells_apart=frozenset(fold_word(word) for word in listed(loaded, "tells_apart")),
        abbreviations={
            short: word
            for word in loaded["abbreviations"]
            for short in listed(loaded["abbreviations"], word)
        },
        states={fold_word(form): code for code in states for form in listed(states, code)},
        state=rf" ({_alternatives(written)}) ",
        no_name=rf" (?:{_alternatives([*written, *listed(loaded, 'remarks')])}) ",
        other_name=rf" (?:{_alternatives(listed(loaded, 'other_name_follows'))})[ :]+(.+)$",
        branch=rf"[ ,;/–-](?:{_alternatives(listed(loaded, 'branch_follows'))})[.: ].*$",
        units=frozenset(fold_word(word) for word in listed(loaded, "units")),
        unit_last=rf" (?:{_alternatives(listed(loaded, 'units'))})$",
    )


@cache
def towns() -> frozenset[str]:
    """Towns of ``data/reference/places.yaml``, folded, and their genitives."""
    told = {fold_word(place) for place in listed(read_reference("places"), "towns")}
    return frozenset(told | {f"{place}s" for place in told})


@cache
def places() -> frozenset[str]:
    """Towns, provinces and parts of the country, folded, and their genitives."""
    told = {fold_word(place) for place in listed(read_reference("places"), "wider")}
    return towns() | told | {f"{place}s" for place in told}
