"""How careless hands write the names of companies.

A name is made in three parts: the name proper is changed, a legal form is put to it, and the whole
is changed. Every kind of error is a step with a name, and hits a share of the rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from benchmarks.labelled.companies import FORM_WORDINGS
from benchmarks.labelled.company_names import by_choice
from benchmarks.labelled.profiles import SupplierProfile
from benchmarks.labelled.typing_errors import (
    SOUNDS_ALIKE,
    mistaken_letters,
    transliterated,
    typed_badly,
    without_diacritics,
)
from benchmarks.labelled.vocabulary import WordDraws, glued
from screening.demo.draws import Ints

#: Other ways of writing a legal form than the register's.
OTHER_WORDINGS = {
    "AB": ["{} Aktiebolag", "{} Aktiebolag", "{} aktiebolag", "{} A/B", "{} Ab.", "{} Aktiebolaget",
           "{} AKTB", "{}, AB"],
    "HB": ["{} handelsbolag", "{} Handelsbolag", "{}, HB", "{} H.B."],
    "KB": ["{} kommanditbolag", "{} Kommanditbolag"],
    "EK": ["{} ek för", "{} Ek. förening", "{} Ekonomisk förening", "{} ek.för."],
    "BRF": ["Brf {}", "BRF {}", "Bostadsrättsföreningen {}", "{} Brf"],
    "I": ["{} ideell förening", "Ideella föreningen {}"],
    "S": ["Stiftelsen {}", "{} stiftelse"],
    "E": ["{} Firma", "{}, enskild firma", "Firma {}"],
}  # fmt: skip

#: The form in front where it stands last as a rule, and last where it stands in front.
MOVED_WORDINGS = {
    "AB": ["AB {}", "Aktiebolaget {}", "AB {}"], "HB": ["HB {}", "Handelsbolaget {}"],
    "KB": ["KB {}", "Kommanditbolaget {}"], "EK": ["Ek. för. {}"], "BRF": ["{} Brf"],
    "I": ["{} Förening"], "S": ["{} Stiftelse"], "E": ["{} firma"],
}  # fmt: skip

_WRONG_FORM = {"AB": "{} HB", "HB": "{} AB", "KB": "{} AB", "EK": "{} AB", "E": "{} AB"}

_STATES = ["{} i konkurs", "{} i likvidation", "Konkursboet efter {}", "{} under rekonstruktion",
           "{} i likv."]  # fmt: skip
_BRANCHES = ["{0}, {1}", "{0} - {1}", "{0} Kontor {1}", "{0}, avd. {1}", "{0} filial {1}"]
_MARKS = ["* {}", "{} - ANVÄND EJ", "SPÄRRAD {}", "{} (ny)", "{} (gammal)", "{} FAKTURA"]
_ADDED_WORDS = ["Gruppen", "Huvudkontor", "Ekonomi", "Support", "Team", "Kundtjänst", "Sverige"]


@dataclass(frozen=True)
class Writing:
    """What the steps may need: the words, and per row the company and names beside its own."""

    words: WordDraws
    rows: Ints
    form: pl.Series
    city: pl.Series

    def at(self, places: Ints) -> "Writing":
        """The same for some of the rows."""
        where = pl.Series(places)
        return Writing(
            self.words, self.rows[places], self.form.gather(where), self.city.gather(where)
        )

    def one_of(self, purpose: str, options: list[str]) -> pl.Series:
        """One of ``options`` for each row."""
        return self.words.even("written/" + purpose, self.rows, options)

    def chance(self, purpose: str, share: float) -> pl.Series:
        """True for about ``share`` of the rows."""
        return pl.Series(self.words.draws.chance("written/" + purpose, self.rows, share))

    def trade_name(self, purpose: str) -> pl.Series:
        """A name that has nothing to do with the company's own."""
        purpose = "written/" + purpose
        return glued(
            self.words.invented(purpose, self.rows),
            self.words.common(purpose + "/trade", self.rows, self.words.words.trades),
            between=" ",
        )


Step = Callable[[Writing, pl.Series], pl.Series]


def filled(wordings: pl.Series, *texts: pl.Series) -> pl.Series:
    """Wordings with ``{}``, or ``{0}`` and ``{1}``, replaced by the texts."""
    frame = pl.DataFrame({"wording": wordings, **{str(n): text for n, text in enumerate(texts)}})
    made = pl.col("wording").str.replace("{}", pl.col("0"), literal=True)
    for n in range(len(texts)):
        made = made.str.replace(f"{{{n}}}", pl.col(str(n)), literal=True)
    return frame.select(made).to_series()


def _parts(text: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"text": text}).with_columns(parts=pl.col("text").str.split(" "))


def and_otherwise(writing: Writing, text: pl.Series) -> pl.Series:
    sign = writing.one_of("and", [" och ", " och ", " o ", " + ", "&"])
    frame = pl.DataFrame({"text": text, "sign": sign})
    return frame.select(pl.col("text").str.replace(" & ", pl.col("sign"), literal=True)).to_series()


def genitive(_: Writing, text: pl.Series) -> pl.Series:
    """Lindqvists for Lindqvist, Fastighets for Fastigheter, and the other way round."""
    frame = _parts(text)
    first, rest = pl.col("parts").list.first(), pl.col("parts").list.slice(1).list.join(" ")
    other = pl.when(first.str.ends_with("s")).then(first.str.head(-1)).otherwise(first + "s")
    return frame.select(
        pl.when(pl.col("text").str.contains("Fastigheter"))
        .then(pl.col("text").str.replace("Fastigheter", "Fastighets"))
        .when(pl.col("parts").list.len() > 1)
        .then(other + " " + rest)
        .otherwise("text")
    ).to_series()


def abbreviated(writing: Writing, text: pl.Series) -> pl.Series:
    """Well-known words shortened as everybody shortens them."""
    shorts = writing.words.words.abbreviations
    which = writing.one_of("short", ["0", "1", "2"])
    padded = " " + text + " "
    made = {
        str(turn): padded.str.replace_many(
            {f" {word} ": f" {options[turn % len(options)]} " for word, options in shorts.items()}
        )
        for turn in range(3)
    }
    frame = pl.DataFrame({"which": which, **made})
    return (
        frame.select(
            pl.when(pl.col("which") == "0")
            .then("0")
            .when(pl.col("which") == "1")
            .then("1")
            .otherwise("2")
        )
        .to_series()
        .str.strip_chars(" ")
    )


def cut_word(writing: Writing, text: pl.Series) -> pl.Series:
    """The longest word that is not the first, cut after four to six letters."""
    letters = writing.words.draws.integers("written/cut", writing.rows, 4, 6)
    frame = _parts(text).with_columns(letters=letters)
    lengths = pl.col("parts").list.eval(pl.element().str.len_chars()).list.slice(1)
    place = (lengths.list.arg_max() + 1).fill_null(0)
    word = pl.col("parts").list.get(place)
    cut = (
        pl.when(word.str.len_chars() > pl.col("letters") + 2)
        .then(word.str.head(pl.col("letters")) + ".")
        .otherwise(word)
    )
    return frame.select(
        pl.concat_list(
            pl.col("parts").list.head(place), cut, pl.col("parts").list.slice(place + 1)
        ).list.join(" ")
    ).to_series()


def initial(writing: Writing, text: pl.Series) -> pl.Series:
    """E. Lindqvist for Erik Lindqvist."""
    given = [*writing.words.words.given_women, *writing.words.words.given_men]
    dot = writing.one_of("initial", [".", ""])
    frame = _parts(text).with_columns(dot=dot)
    first = pl.col("parts").list.first()
    is_person = first.is_in(given) & (pl.col("parts").list.len() > 1)
    short = first.str.head(1) + pl.col("dot") + " " + pl.col("parts").list.slice(1).list.join(" ")
    return frame.select(pl.when(is_person).then(short).otherwise("text")).to_series()


def word_order(writing: Writing, text: pl.Series) -> pl.Series:
    """The first word last, or the last one first."""
    frame = _parts(text).with_columns(front=writing.chance("order", 0.5))
    parts, length = pl.col("parts"), pl.col("parts").list.len()
    return frame.select(
        pl.when(pl.col("front"))
        .then(pl.concat_list(parts.list.slice(1), parts.list.head(1)))
        .otherwise(pl.concat_list(parts.list.tail(1), parts.list.head(length - 1)))
        .list.join(" ")
    ).to_series()


def word_missing(writing: Writing, text: pl.Series) -> pl.Series:
    """Another word than the first left out, where there are at least three."""
    frame = _parts(text).with_columns(share=writing.words.draws.uniform("w/missing", writing.rows))
    parts, length = pl.col("parts"), pl.col("parts").list.len()
    at = 1 + (pl.col("share") * (length.cast(pl.Float64) - 1)).cast(pl.Int64)
    shorter = pl.concat_list(parts.list.head(at), parts.list.slice(at + 1)).list.join(" ")
    return frame.select(pl.when(length > 2).then(shorter).otherwise("text")).to_series()


def word_added(writing: Writing, text: pl.Series) -> pl.Series:
    return glued(text, " ", writing.one_of("added", _ADDED_WORDS))


def merged(writing: Writing, text: pl.Series) -> pl.Series:
    """Two words written as one, or with a hyphen."""
    sign = writing.one_of("merged", ["", "", "-"])
    frame = pl.DataFrame({"text": text, "sign": sign})
    return frame.select(pl.col("text").str.replace(" ", pl.col("sign"), literal=True)).to_series()


def split(writing: Writing, text: pl.Series) -> pl.Series:
    """A long first word written as two."""
    share = writing.words.draws.uniform("written/split", writing.rows, 0.35, 0.65)
    frame = _parts(text).with_columns(share=share)
    first = pl.col("parts").list.first()
    at = (first.str.len_chars() * pl.col("share")).round().cast(pl.Int64)
    apart = first.str.slice(0, at) + " " + first.str.slice(at)
    whole = pl.concat_list(
        pl.when(first.str.len_chars() >= 7).then(apart).otherwise(first),
        pl.col("parts").list.slice(1),
    )
    return frame.select(whole.list.join(" ")).to_series()


def town_added(writing: Writing, text: pl.Series) -> pl.Series:
    return glued(text, writing.one_of("town", [" i ", ", ", " "]), writing.city)


def town_dropped(writing: Writing, text: pl.Series) -> pl.Series:
    """The company's own town left out where the name ends in it."""
    frame = pl.DataFrame({"text": text, "city": writing.city})
    ending = pl.lit(" i ") + pl.col("city")
    return frame.select(pl.col("text").str.strip_suffix(ending)).to_series()


def typed_badly_once(writing: Writing, text: pl.Series) -> pl.Series:
    return typed_badly(writing.words.draws, "written/typed", writing.rows, text)


def typed_badly_twice(writing: Writing, text: pl.Series) -> pl.Series:
    once = typed_badly(writing.words.draws, "written/twice 1", writing.rows, text)
    return typed_badly(writing.words.draws, "written/twice 2", writing.rows, once)


def sounds_alike(writing: Writing, text: pl.Series) -> pl.Series:
    draws = writing.words.draws
    return mistaken_letters(draws, "written/sound", writing.rows, text, SOUNDS_ALIKE)


def trade_name(writing: Writing, text: pl.Series) -> pl.Series:
    """A trade name alone; every third company goes by the first two words of its own name."""
    frame = _parts(text).with_columns(
        trade=writing.trade_name("trade"), own=writing.chance("own words", 0.33)
    )
    parts = pl.col("parts")
    return frame.select(
        pl.when(pl.col("own") & (parts.list.len() > 2))
        .then(parts.list.head(2).list.join(" "))
        .otherwise("trade")
    ).to_series()


def state_added(writing: Writing, text: pl.Series) -> pl.Series:
    return filled(writing.one_of("state", _STATES), text)


def publ_added(_: Writing, text: pl.Series) -> pl.Series:
    return text + " (publ)"


def branch(writing: Writing, text: pl.Series) -> pl.Series:
    """A branch's name: with its town, a region or a department."""
    towns = writing.words.common("written/branch", writing.rows, writing.words.words.town_names)
    where = towns.zip_with(
        writing.chance("branch/town", 0.7), writing.one_of("region", ["Syd", "Väst", "Norr"])
    )
    return filled(writing.one_of("branch", _BRANCHES), text, where)


def parent(writing: Writing, text: pl.Series) -> pl.Series:
    """The group's name beside the company's own."""
    group = writing.words.invented("written/parent", writing.rows)
    wordings = ["{1}gruppen - {0}", "{0} ({1} Group)", "{0}, ett {1}-bolag", "{1} Group / {0}"]
    return filled(writing.one_of("parent", wordings), text, group)


def care_of(writing: Writing, text: pl.Series) -> pl.Series:
    """Somebody else, whom the post goes to."""
    who = writing.words.surname("written/care of", writing.rows)
    wordings = ["{0} c/o {1}", "{0} c/o {1} Redovisning AB", "{0}, C/O {1} Ekonomibyrå"]
    return filled(writing.one_of("care of", wordings), text, who)


def other_name_too(writing: Writing, text: pl.Series) -> pl.Series:
    """A trade name beside the company's own."""
    wordings = ["{1} ({0})", "{0} ({1})", "{0} bifirma {1}", "{1} c/o {0}", "{0} f.d. {1}"]
    return filled(writing.one_of("other", wordings), text, writing.trade_name("other name"))


def ledger_mark(writing: Writing, text: pl.Series) -> pl.Series:
    """What clerks write into names."""
    return filled(writing.one_of("mark", _MARKS), text)


def cut_at_30(_: Writing, text: pl.Series) -> pl.Series:
    """The name cut where the ledger's field ends."""
    return text.str.head(30).str.strip_chars(" ")


NAME_PROPER_STEPS: dict[str, Step] = {
    "trade_name": trade_name,
    "town_added": town_added,
    "town_dropped": town_dropped,
    "and_otherwise": and_otherwise,
    "initial": initial,
    "word_missing": word_missing,
    "word_added": word_added,
    "word_order": word_order,
    "genitive": genitive,
    "abbreviated": abbreviated,
    "cut_word": cut_word,
    "split": split,
    "merged": merged,
    "sounds_alike": sounds_alike,
    "typed_badly": typed_badly_once,
    "typed_badly_twice": typed_badly_twice,
}

FORM_STEPS = ["form_other_wording", "form_moved", "form_missing", "form_wrong"]

WHOLE_NAME_STEPS: dict[str, Step] = {
    "publ_added": publ_added,
    "state_added": state_added,
    "branch": branch,
    "other_name_too": other_name_too,
    "parent": parent,
    "care_of": care_of,
    "ledger_mark": ledger_mark,
    "cut_at_30": cut_at_30,
    "transliterated": lambda _, text: transliterated(text),
    "diacritics_dropped": lambda _, text: without_diacritics(text),
    "upper_case": lambda _, text: text.str.to_uppercase(),
    "lower_case": lambda _, text: text.str.to_lowercase(),
}


class Carelessness:
    """Applies steps to shares of the rows, and remembers which of them changed which row."""

    def __init__(self, writing: Writing, shares: Mapping[str, float]) -> None:
        self.writing = writing
        self.shares = shares
        self.changed: dict[str, Ints] = {}

    def hit(self, kind: str) -> Ints:
        """Places of the rows that ``kind`` of error hits."""
        share = self.shares.get(kind, 0.0)
        drawn = self.writing.words.draws.chance("error/" + kind, self.writing.rows, share)
        return np.flatnonzero(drawn)

    def apply(self, steps: Mapping[str, Step], texts: pl.Series) -> pl.Series:
        """``texts`` after all of ``steps``."""
        for kind, step in steps.items():
            places = self.hit(kind)
            if not places.size:
                continue
            before = texts.gather(pl.Series(places))
            after = step(self.writing.at(places), before).cast(pl.String)
            texts = texts.scatter(pl.Series(places), after)
            self.changed[kind] = places[(before != after).to_numpy()]
        return texts

    def forms(self) -> pl.Series:
        """How each row's legal form is written, as a wording with ``{}``."""
        rows = self.writing.rows
        usual = {form: next(iter(wordings)) for form, wordings in FORM_WORDINGS.items()}
        wordings = self.writing.form.replace_strict(usual, default="{}")
        options = {
            "form_other_wording": OTHER_WORDINGS,
            "form_moved": MOVED_WORDINGS,
            "form_missing": {form: ["{}"] for form in usual},
            "form_wrong": {form: [_WRONG_FORM.get(form, "{}")] for form in usual},
        }
        for kind, by_form in options.items():
            places = self.hit(kind)
            if not places.size:
                continue
            forms = list(by_form)
            which = self.writing.form.gather(pl.Series(places)).replace_strict(
                {form: number for number, form in enumerate(forms)}, return_dtype=pl.Int64
            )
            made = by_choice(
                which.to_numpy(), rows[places], [self._wordings(kind, by_form[f]) for f in forms]
            )
            wordings = wordings.scatter(pl.Series(places), made)
            self.changed[kind] = places
        return wordings

    def _wordings(self, kind: str, options: list[str]) -> Callable[[Ints], pl.Series]:
        words = self.writing.words
        return lambda asked: words.even("written/" + kind, asked, options)

    def trouble(self) -> pl.Series:
        """The kinds of error in each row, with "+" between them; empty where there is none."""
        told = pl.Series([""]).new_from_index(0, self.writing.rows.size)
        for kind, places in self.changed.items():
            where = pl.Series(places)
            told = told.scatter(where, told.gather(where) + "+" + kind)
        return told.str.strip_prefix("+")


def written(
    writing: Writing, cores: pl.Series, profile: SupplierProfile, kept: frozenset[str] = frozenset()
) -> tuple[pl.Series, pl.Series]:
    """Names as somebody wrote them down.

    Args:
        writing: the companies.
        cores: their names proper.
        profile: shares of rows that each kind of error hits.
        kept: kinds of error that hit none.

    Returns:
        The names, and which kinds of error are in each.
    """
    shares = {kind: share for kind, share in profile.name_errors.items() if kind not in kept}
    hand = Carelessness(writing, shares)
    proper = hand.apply({**NAME_PROPER_STEPS, **profile.more_steps}, cores)
    named = filled(hand.forms(), proper)
    return hand.apply({**profile.more_whole_steps, **WHOLE_NAME_STEPS}, named), hand.trouble()
