"""A person's name in the form that is compared, and the common spelling of each of its words.

Everyday names and spellings of given names are in ``data/reference/given_names.yaml``. A name is
compared and nothing else: nothing is ever concluded from what it sounds like or where it is from.
"""

from collections.abc import Mapping
from functools import cache

import polars as pl
import yaml

from screening.identity.names.readable_text import fold, readable
from screening.identity.names.scripts import in_latin
from screening.places import REFERENCE_DIR

#: Letters that sound alike, longest first: what is left after it is no word, just a key.
_SOUNDS = {
    "sch": "s", "tsch": "c", "tch": "c", "tj": "c", "ch": "k", "ck": "k", "ph": "f", "th": "t",
    "sh": "s", "sj": "s", "skj": "s", "stj": "s", "kh": "h", "gh": "g", "dh": "d", "zh": "z",
    "zj": "z", "cz": "c", "sz": "s", "qu": "kv", "w": "v", "x": "ks", "z": "s", "ts": "s",
    "q": "k", "hj": "j", "lj": "j", "gj": "j", "y": "i", "ii": "i", "ee": "i", "ie": "i",
    "ij": "i", "ou": "u", "oo": "u", "ov": "of", "dt": "t", "ce": "se", "ci": "si", "cy": "si",
    "c": "k", "j": "i", "oe": "o", "ae": "a", "ue": "u",
}  # fmt: skip
_LONGEST_KEY = 40


@cache
def _spellings() -> Mapping[str, str]:
    """Written name -> the name that stands for its line; of several lines, the first one."""
    path = REFERENCE_DIR / "given_names.yaml"
    # libyaml, where it is there, reads ten times as fast; nothing else differs.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    lines: dict[str, list[str]] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 (both are safe)
    found: dict[str, str] = {name: name for name in lines}
    for name, written in lines.items():
        for other in written:
            found.setdefault(other, name)
    return found


def _words_form(name: pl.Series) -> pl.Series:
    plain = pl.select(fold(readable(pl.lit(name)))).to_series()
    odd = plain.str.contains(r"[^\x00-\x7f]").fill_null(value=False).arg_true()
    if odd.len():
        latin = in_latin(plain.gather(odd)).str.normalize("NFKD").str.replace_all(r"\p{M}+", "")
        plain = plain.scatter(odd, latin)
    words = (
        plain.str.replace_all(r"['’´`ʼ]", "")
        .str.replace_all(r"[^\p{L}]+", " ")
        .str.strip_chars(" ")
    )
    return words.set(words == "", None)


def listed_names() -> frozenset[str]:
    """Every given name of the reference list, in whatever spelling."""
    return frozenset(_spellings())


def name_words_form(name: pl.Expr) -> pl.Expr:
    """Words of a name: lower-case Latin letters, one space between them, in the order given.

    "Öberg, Anna-Karin" becomes "oberg anna karin". Null where there is no letter.
    """
    return name.map_batches(_words_form, return_dtype=pl.String(), is_elementwise=True)


def person_words(name: pl.Expr) -> pl.Expr:
    """Words of a person's whole name as `name_words_form`, the surname last.

    "Öberg, Anna-Karin" becomes "anna karin oberg". Only a comma tells that the surname is first.
    """
    return name_words_form(name.str.replace(r"^([^,]*\p{L}[^,]*),([^,]*\p{L}[^,]*)$", "${2} ${1}"))


@cache
def _replacements() -> tuple[pl.Series, pl.Series]:
    known = _spellings()
    return pl.Series(known.keys(), dtype=pl.String), pl.Series(known.values(), dtype=pl.String)


def _sound(words: pl.Expr) -> pl.Expr:
    heard = words.str.head(_LONGEST_KEY).str.replace_many(_SOUNDS, leftmost=True)
    for letter in "abdefgiklmnoprstuv":
        heard = heard.str.replace_all(letter * 2, letter, literal=True)
    return heard


def _canonical(names: pl.Series) -> pl.Series:
    words = pl.DataFrame({"name": names}).with_row_index("row")
    spread = (
        words.select("row", word=pl.col("name").str.split(" "))
        .explode("word")
        .with_columns(word=_sound(pl.col("word").replace(*_replacements())))
    )
    return (
        spread.group_by("row", maintain_order=True)
        .agg(pl.col("word").str.join(" "))
        .get_column("word")
        .set(names.is_null(), None)
    )


def canonical_name(words_form: pl.Expr) -> pl.Expr:
    """Key that spellings and everyday forms of the same name share: "christopher" and "stoffe".

    Takes the form of `name_words_form`. Two keys that differ may still be one name misspelled.
    """
    return words_form.map_batches(_canonical, return_dtype=pl.String(), is_elementwise=True)
