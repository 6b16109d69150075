"""The profile kept apart: other words, other shares and other kinds of error than the levels have.

Nobody tuned the matching on it: it was written by another hand than the weights and run when they
were done. It stays honest as long as weights are never chosen by its figures.
"""

from pathlib import Path

import polars as pl

from benchmarks.labelled.profiles import SupplierProfile
from benchmarks.labelled.typing_errors import mistaken_letters
from benchmarks.labelled.vocabulary import Vocabulary, glued, read_vocabulary
from benchmarks.labelled.written_names import Writing, filled

#: The seed that goes with it.
APART_SEED = 987_001

#: What a scanner mistakes for what.
_SEEN_ALIKE = {"l": "1i", "i": "1l", "o": "0", "s": "5", "b": "6", "e": "c", "h": "b", "u": "v"}

_SWEDISH_TO_ENGLISH = {
    "Sverige": "Sweden", "Bygg": "Construction", "Måleri": "Painting", "Förvaltning": "Management",
    "Fastigheter": "Properties", "Utbildning": "Education", "Omsorg": "Care", "Städ": "Cleaning",
    "Göteborg": "Gothenburg", "Norden": "Nordic", "Gruppen": "Group",
}  # fmt: skip


def _scanned(writing: Writing, text: pl.Series) -> pl.Series:
    """One letter mistaken by a scanner."""
    return mistaken_letters(writing.words.draws, "apart/scan", writing.rows, text, _SEEN_ALIKE)


def _wrong_encoding(writing: Writing, text: pl.Series) -> pl.Series:
    """UTF-8 read as Latin-1, or letters that became question marks."""
    latin = text.str.replace_many(
        {"å": "Ã¥", "ä": "Ã¤", "ö": "Ã¶", "Å": "Ã…", "Ä": "Ã„", "Ö": "Ã–", "é": "Ã©"}
    )
    lost = text.str.replace_all("[åäöÅÄÖé]", "?")
    return latin.zip_with(writing.chance("apart/latin", 0.5), lost)


def _signs_for_spaces(writing: Writing, text: pl.Series) -> pl.Series:
    """Hyphens, points or two spaces between words."""
    frame = pl.DataFrame(
        {"text": text, "sign": writing.one_of("apart/sign", ["-", ".", "  ", "_"])}
    )
    return frame.select(
        pl.col("text").str.replace_all(" ", pl.col("sign"), literal=True)
    ).to_series()


def _with_contact(writing: Writing, text: pl.Series) -> pl.Series:
    """Somebody's name beside the company's."""
    who = glued(
        writing.words.given_name("apart/who", writing.rows),
        writing.words.surname("apart/who", writing.rows),
        between=" ",
    )
    wordings = ["{0}/{1}", "Att: {1}, {0}", "{0} ({1})", "{0} att {1}", "{0}, {1}"]
    return filled(writing.one_of("apart/contact", wordings), text, who)


def _with_customer_number(writing: Writing, text: pl.Series) -> pl.Series:
    number = pl.Series(writing.words.draws.integers("apart/no", writing.rows, 100, 99_999))
    wordings = ["{0} kundnr {1}", "{1} {0}", "{0} ({1})", "{0} - {1}"]
    return filled(writing.one_of("apart/number", wordings), text, number.cast(pl.String))


def _translated(_: Writing, text: pl.Series) -> pl.Series:
    """A word said in English."""
    padded = " " + text + " "
    said = padded.str.replace_many(
        {f" {ours} ": f" {theirs} " for ours, theirs in _SWEDISH_TO_ENGLISH.items()}
    )
    return said.str.strip_chars(" ")


def _web_address(writing: Writing, text: pl.Series) -> pl.Series:
    """The name as its web address has it."""
    letters = text.str.to_lowercase().str.replace_many(
        {"å": "a", "ä": "a", "ö": "o", "é": "e", "&": "och"}
    )
    bare = letters.str.replace_all("[^a-z0-9]", "")
    return filled(writing.one_of("apart/web", ["{}.se", "www.{}.se"]), bare)


def _vowel_lost(_: Writing, text: pl.Series) -> pl.Series:
    """The last vowels of the last word left out."""
    return text.str.replace(r"[aeiouyåäö](\p{L})$", "$1")


def _cut_short(_: Writing, text: pl.Series) -> pl.Series:
    """The name cut where an old system's field ends."""
    return text.str.head(24).str.strip_chars(" ")


APART = SupplierProfile(
    registered=0.78,
    near_miss=0.36,
    near_miss_at_address=0.5,
    other_address=0.25,
    no_address=0.11,
    name_errors={
        "form_missing": 0.27, "form_other_wording": 0.15, "form_moved": 0.03, "upper_case": 0.5,
        "diacritics_dropped": 0.08, "transliterated": 0.04, "abbreviated": 0.06, "cut_word": 0.03,
        "typed_badly": 0.12, "sounds_alike": 0.03, "initial": 0.05, "and_otherwise": 0.5,
        "town_added": 0.04, "town_dropped": 0.3, "word_order": 0.04, "merged": 0.03,
        "state_added": 0.01, "branch": 0.025, "care_of": 0.01, "other_name_too": 0.02,
        "trade_name": 0.03, "scanned": 0.04, "wrong_encoding": 0.04, "signs_for_spaces": 0.03,
        "with_contact": 0.025, "with_customer_number": 0.02, "translated": 0.03,
        "web_address": 0.01, "vowel_lost": 0.02, "cut_at_24": 0.02,
    },
    address_errors={
        "short_street": 0.15, "upper_case": 0.6, "floor": 0.06, "care_of": 0.08, "no_code": 0.1,
        "wrong_code": 0.05, "typed_badly": 0.07,
    },
    more_steps={"scanned": _scanned, "translated": _translated, "vowel_lost": _vowel_lost},
    more_whole_steps={
        "with_contact": _with_contact,
        "with_customer_number": _with_customer_number,
        "web_address": _web_address,
        "cut_at_24": _cut_short,
        "signs_for_spaces": _signs_for_spaces,
        "wrong_encoding": _wrong_encoding,
    },
)  # fmt: skip


def apart_vocabulary() -> Vocabulary:
    """Its own words."""
    return read_vocabulary(Path(__file__).parent / "apart_vocabulary.yaml")
