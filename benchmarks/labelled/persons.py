"""Synthetic persons, and rows about them as registers and payrolls have them, with known truth.

Among the persons are what makes telling them apart hard: twins (surname, day of birth and address
alike), fathers and sons of one name at one address, and strangers who share name and day of birth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import yaml

from benchmarks.labelled.companies import word_draws
from benchmarks.labelled.places import addresses
from benchmarks.labelled.typing_errors import transliterated, typed_badly, without_diacritics
from benchmarks.labelled.vocabulary import VOCABULARY_FOLDER, Vocabulary, WordDraws, glued
from benchmarks.labelled.written_names import Carelessness, Step, Writing
from screening.demo.draws import Ints
from screening.demo.numbers import MOST_PERSONS, person_births, person_numbers, with_check_digit

_SOURCES = ["officers", "owners", "employees", "trading_prohibitions"]


@dataclass(frozen=True)
class PersonProfile:
    """Shares (0-1) of trouble among rows about persons.

    Attributes:
        numbered: rows with an identity number.
        hashed: of these, rows with a keyed hash instead of the number.
        born: rows without a number that have the day of birth.
        addressed: rows with an address.
        moved: rows with an earlier address.
        name_errors: kinds of errors in names, those of ``STEPS``.
        birth_errors: days of birth with one figure wrong, or day and month swapped.
        number_errors: numbers with one figure wrong.
    """

    numbered: float
    hashed: float
    born: float
    addressed: float
    moved: float
    name_errors: dict[str, float] = field(default_factory=dict)
    birth_errors: float = 0.0
    number_errors: float = 0.0


PERSON_PROFILES = {
    "easy": PersonProfile(
        numbered=0.7, hashed=0.1, born=0.95, addressed=0.9, moved=0.05,
        name_errors={"surname_first": 0.1, "upper_case": 0.2, "middle_dropped": 0.4,
                     "diacritics_dropped": 0.05, "typed_badly": 0.02},
    ),
    "medium": PersonProfile(
        numbered=0.5, hashed=0.15, born=0.85, addressed=0.8, moved=0.12,
        name_errors={"surname_first": 0.2, "upper_case": 0.25, "middle_dropped": 0.5,
                     "other_spelling": 0.1, "nickname": 0.05, "half_surname": 0.2,
                     "diacritics_dropped": 0.1, "transliterated": 0.03, "typed_badly": 0.05},
        birth_errors=0.02, number_errors=0.005,
    ),
    "hard": PersonProfile(
        numbered=0.3, hashed=0.2, born=0.7, addressed=0.7, moved=0.25,
        name_errors={"surname_first": 0.25, "upper_case": 0.3, "middle_dropped": 0.6,
                     "other_spelling": 0.2, "nickname": 0.15, "half_surname": 0.4, "initial": 0.05,
                     "married": 0.03, "diacritics_dropped": 0.2, "transliterated": 0.05,
                     "typed_badly": 0.12},
        birth_errors=0.06, number_errors=0.02,
    ),
}  # fmt: skip

#: What persons share with the one before them: twins (1), kin of one name (2), namesakes (3).
_SHARED = {
    "given": [2, 3],
    "surname": [1, 2, 3],
    "born": [1, 3],
    "street": [1, 2],
    "postal_code": [1, 2],
    "city": [1, 2],
}
_ONE_DAY = [1, 3]

#: Shares of persons that are hard to tell from another one.
_TWINS, _NAMESAKE_KIN, _NAMESAKES = 0.01, 0.01, 0.003


@dataclass(frozen=True)
class LabelledPersons:
    """Rows about persons.

    Attributes:
        rows: ``row`` (Int64), ``source``, ``person_id`` (12 digits, "hash:" and hexadecimal
            figures, or null), ``name``, ``birth_date``, ``street``, ``postal_code``, ``city``,
            ``orgnr`` (the company that the row is about), ``truth`` (the person), ``trouble``.
    """

    rows: pl.DataFrame


def _replaced_first(text: pl.Series, words: Mapping[str, list[str]], turn: pl.Series) -> pl.Series:
    """The first word replaced by one of its alternatives, where it has some."""
    frame = pl.DataFrame({"text": text, "turn": turn})
    first = pl.col("text").str.extract(r"^([^ -]+)")
    options = [
        first.replace_strict(
            {word: others[n % len(others)] for word, others in words.items()},
            default=None,
            return_dtype=pl.String,
        )
        for n in range(2)
    ]
    new = pl.when("turn").then(options[0]).otherwise(options[1]).fill_null(first)
    rest = pl.col("text").str.replace(r"^[^ -]+", "")
    return frame.select(new + rest).to_series()


def _other_words(kind: str) -> Step:
    words: dict[str, list[str]] = yaml.safe_load(
        (VOCABULARY_FOLDER / "person_words.yaml").read_text("utf-8")
    )[kind]
    return lambda writing, text: _replaced_first(text, words, writing.chance(kind, 0.5))


def _middle_dropped(_: Writing, text: pl.Series) -> pl.Series:
    """Without the second given name."""
    return text.str.replace(r"^([^ |]+) [^|]+\|", "$1|")


def _half_surname(writing: Writing, text: pl.Series) -> pl.Series:
    """One half of a double surname."""
    first = text.str.replace(r"\|([^- ]+)[- ].*$", "|$1")
    last = text.str.replace(r"\|[^- ]+[- ](.*)$", "|$1")
    return first.zip_with(writing.chance("half", 0.5), last)


def _initial(_: Writing, text: pl.Series) -> pl.Series:
    return text.str.replace(r"^(\p{L})[^|]*\|", "$1.|")


def _married(writing: Writing, text: pl.Series) -> pl.Series:
    """Another surname."""
    surname = writing.words.surname("written/married", writing.rows)
    return glued(text.str.extract(r"^([^|]*)\|"), surname, between="|")


#: Errors in names written as "given|surname".
_PART_STEPS: dict[str, Step] = {
    "middle_dropped": _middle_dropped,
    "half_surname": _half_surname,
    "married": _married,
    "nickname": _other_words("nicknames"),
    "other_spelling": _other_words("spellings"),
    "initial": _initial,
    "typed_badly": lambda writing, text: typed_badly(
        writing.words.draws, "person/typed", writing.rows, text
    ),
}

_WHOLE_STEPS: dict[str, Step] = {
    "surname_first": lambda _, text: text.str.replace(r"^([^|]*)\|(.*)$", "$2, $1"),
    "transliterated": lambda _, text: transliterated(text),
    "diacritics_dropped": lambda _, text: without_diacritics(text),
    "upper_case": lambda _, text: text.str.to_uppercase(),
}


def _people(words: WordDraws, count: int) -> pl.DataFrame:
    """Persons: ``truth``, ``given``, ``surname``, ``born`` (days), ``number``, address."""
    rows = np.arange(count, dtype=np.int64)
    draws = words.draws
    given = words.given_name("p/given", rows)
    second = words.given_name("p/second", rows)
    hyphen = pl.Series(draws.chance("p/hyphen", rows, 0.06))
    middle = pl.Series(draws.chance("p/middle", rows, 0.35))
    full = glued(given, "-", second).zip_with(
        hyphen, glued(given, " ", second).zip_with(middle, given)
    )
    surname = words.surname("p/surname", rows)
    double = glued(surname, words.surname("p/surname 2", rows), between="-")
    surname = double.zip_with(pl.Series(draws.chance("p/double", rows, 0.07)), surname)
    base = pl.DataFrame(
        {
            "truth": rows,
            "given": full,
            "surname": surname,
            "born": person_births(draws, rows),
            "number": person_numbers(draws, rows),
        }
    ).hstack(addresses(words, "p/address", rows, boxes=0.0, shared=0.0))
    shares = [1 - _TWINS - _NAMESAKE_KIN - _NAMESAKES, _TWINS, _NAMESAKE_KIN, _NAMESAKES]
    kind = np.where(rows > 0, draws.pick("p/kind", rows, shares), 0)
    # Each is like the person before in what its kind shares.
    before = base.shift(1)
    number = _number_of_the_day(before["number"].fill_null(base["number"]))
    is_taken = number.is_in(base["number"].implode()) | number.is_duplicated()
    like = pl.Series(kind).set(pl.Series(np.isin(kind, _ONE_DAY)) & is_taken, 0)
    columns = {
        name: before[name].zip_with(like.is_in(kinds), base[name])
        for name, kinds in _SHARED.items()
    }
    return base.with_columns(
        **columns, number=number.zip_with(like.is_in(_ONE_DAY), base["number"])
    )


def _number_of_the_day(numbers: pl.Series) -> pl.Series:
    """The number of somebody else who was born on the same day."""
    payload = numbers.to_numpy() // 10
    day, ordinal = payload // 1000, payload % 1000
    other = day % 10**6 * 1000 + 980 + (ordinal - 980 + 11) % 20
    return pl.Series(day // 10**6 * 10**10 + with_check_digit(other))


def _wrong_day(words: WordDraws, rows: Ints, born: pl.Series) -> pl.Series:
    """Days of birth with day and month swapped where that gives a day, else a day or year off."""
    frame = pl.DataFrame({"born": born, "off": words.draws.integers("p/off", rows, 1, 9)})
    day = pl.col("born")
    swapped = pl.date(day.dt.year(), day.dt.day(), day.dt.month())
    return frame.select(
        pl.when((day.dt.day() <= 12) & (day.dt.day() != day.dt.month()))
        .then(swapped)
        .otherwise(day + pl.duration(days="off"))
    ).to_series()


def _numbers(
    words: WordDraws, rows: Ints, people: pl.DataFrame, profile: PersonProfile
) -> pl.Series:
    draws = words.draws
    frame = pl.DataFrame(
        {
            "number": people["number"].cast(pl.String),
            "has": draws.chance("p/has number", rows, profile.numbered),
            "hashed": draws.chance("p/hashed", rows, profile.hashed),
            "wrong": draws.chance("p/wrong number", rows, profile.number_errors),
            "figure": draws.integers("p/figure", rows, 0, 9),
        }
    )
    wrong = (
        pl.col("number").str.head(9)
        + pl.col("figure").cast(pl.String)
        + (pl.col("number").str.tail(2))
    )
    # Not a secret: it only stands for a keyed hash, which is another text for each number.
    hashed = pl.lit("hash:") + (pl.col("number").hash(7)).cast(pl.String).str.zfill(20)
    return frame.select(
        pl.when(~pl.col("has"))
        .then(None)
        .when("hashed")
        .then(hashed)
        .when("wrong")
        .then(wrong)
        .otherwise("number")
    ).to_series()


def make_labelled_persons(
    persons: int,
    rows_per_person: float = 2.5,
    profile: str | PersonProfile = "medium",
    seed: int = 1,
    vocabulary: Vocabulary | None = None,
) -> LabelledPersons:
    """Rows about persons, with the truth.

    Args:
        persons: how many persons.
        rows_per_person: how many rows there are about each on average; at least one each.
        profile: one of ``PERSON_PROFILES`` by name, or another.
        seed: another seed gives other persons.
        vocabulary: other words.

    Raises:
        ValueError: more persons than numbers.
    """
    if persons > MOST_PERSONS:
        raise ValueError(f"at most {MOST_PERSONS} persons can be made")
    chosen = PERSON_PROFILES[profile] if isinstance(profile, str) else profile
    words = word_draws(seed, vocabulary)
    draws = words.draws
    count = round(persons * rows_per_person)
    rows = np.arange(count, dtype=np.int64)
    who = np.where(rows < persons, rows, draws.integers("p/who", rows, 0, persons - 1))
    people = _people(words, persons).gather(pl.Series(who))
    writing = Writing(words, rows, pl.Series(["P"]).new_from_index(0, count), people["city"])
    hand = Carelessness(writing, chosen.name_errors)
    parts = hand.apply(_PART_STEPS, glued(people["given"], people["surname"], between="|"))
    name = hand.apply(_WHOLE_STEPS, parts).str.replace("|", " ", literal=True)
    born = people["born"].cast(pl.Int32).cast(pl.Date)
    is_wrong = pl.Series(draws.chance("p/wrong birth", rows, chosen.birth_errors))
    born = _wrong_day(words, rows, born).zip_with(is_wrong, born)
    moved = pl.Series(draws.chance("p/moved", rows, chosen.moved))
    earlier = addresses(words, "p/earlier", rows, boxes=0.0, shared=0.0)
    without = ~pl.Series(draws.chance("p/addressed", rows, chosen.addressed))
    where = {
        column: earlier[column].zip_with(moved, people[column]).set(without, None)
        for column in ("street", "postal_code", "city")
    }
    number = _numbers(words, rows, people, chosen)
    hidden = ~pl.Series(draws.chance("p/born", rows, chosen.born)) & number.is_null()
    made = pl.DataFrame(
        {
            "source": words.common("p/source", rows, _SOURCES, 1.2),
            "person_id": number,
            "name": name,
            "birth_date": pl.DataFrame({"b": born, "h": hidden})
            .select(pl.when(~pl.col("h")).then("b"))
            .to_series(),
            **where,
            "orgnr": pl.Series(draws.integers("p/company", rows, 0, max(1, persons // 3)))
            .cast(pl.String)
            .str.zfill(6),
            "truth": people["truth"],
            "trouble": hand.trouble(),
        }
    )
    order = pl.Series(draws.order("p/order", count))
    return LabelledPersons(made.gather(order).with_row_index("row").cast({"row": pl.Int64}))
