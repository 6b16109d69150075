"""A synthetic company register of up to three million rows."""

from datetime import date

import numpy as np
import polars as pl

from benchmarks.labelled.company_names import KINDS, OWN_TOWN, NameMaker, by_choice
from benchmarks.labelled.places import addresses
from benchmarks.labelled.vocabulary import Vocabulary, WordDraws, glued, read_vocabulary
from screening.demo.draws import Draws, Ints
from screening.demo.numbers import MOST_PERSONS, company_numbers, digits, person_numbers

#: The day on which everything is looked at.
AS_OF = date(2026, 11, 20)

#: Legal forms and their shares of the register.
FORMS = {
    "AB": 0.74, "E": 0.10, "HB": 0.05, "KB": 0.01, "EK": 0.02, "BRF": 0.03, "I": 0.03, "S": 0.02,
}  # fmt: skip

#: How the register writes a legal form, with shares; ``{}`` is the name proper.
FORM_WORDINGS = {
    "AB": {"{} AB": 0.70, "{} Aktiebolag": 0.20, "AB {}": 0.05, "Aktiebolaget {}": 0.05},
    "E": {"{}": 0.9, "Firma {}": 0.1},
    "HB": {"{} HB": 0.5, "{} Handelsbolag": 0.35, "Handelsbolaget {}": 0.15},
    "KB": {"{} KB": 0.6, "{} Kommanditbolag": 0.4},
    "EK": {"{} ekonomisk förening": 0.7, "{} Ek. för.": 0.3},
    "BRF": {"Bostadsrättsföreningen {}": 0.7, "Brf {}": 0.2, "HSB Brf {}": 0.1},
    "I": {"{}": 0.6, "Föreningen {}": 0.4},
    "S": {"Stiftelsen {}": 0.8, "{} Stiftelse": 0.2},
}

#: Forms whose names are protected in the whole country: no two are alike. Names of the others are
#: protected where the company is.
_PROTECTED = ["AB", "EK", "BRF"]

#: Share of companies that are named after another one: sisters, groups, imitators.
_SISTERS = 0.12

_DEREGISTERED = 0.10
_NUMBER_SERIES = {"AB": "AB", "HB": "HB", "KB": "HB", "EK": "EK", "BRF": "EK", "I": "I", "S": "I"}
_SOCIETIES = ["Idrottsförening", "Hembygdsförening", "Kulturförening", "Bygdegårdsförening",
              "Företagarförening", "Musiksällskap", "Ridklubb", "Byalag"]  # fmt: skip

#: Columns of the register, as schema ``known`` has them.
REGISTER_COLUMNS = [
    "orgnr", "name", "legal_form", "registered_on", "deregistered_on", "proceeding", "street",
    "care_of", "postal_code", "city",
]  # fmt: skip


def word_draws(seed: int, vocabulary: Vocabulary | None = None) -> WordDraws:
    """What one synthetic world is drawn from."""
    return WordDraws(Draws(seed), vocabulary or read_vocabulary())


def _person_names(words: WordDraws, rows: Ints) -> pl.Series:
    plain = glued(words.given_name("sole", rows), words.surname("sole", rows), between=" ")
    trade = words.common("sole/trade", rows, words.words.trades)
    how = words.draws.pick("sole/how", rows, [0.5, 0.2, 0.3])
    makers = [
        plain,
        glued(words.surname("sole", rows), trade, between=" "),
        glued(words.invented("sole", rows), trade, between=" "),
    ]
    which = pl.DataFrame({"how": how, **{str(n): text for n, text in enumerate(makers)}})
    return which.select(
        pl.when(pl.col("how") == 0).then("0").when(pl.col("how") == 1).then("1").otherwise("2")
    ).to_series()


def _society_names(words: WordDraws, rows: Ints) -> pl.Series:
    town = pl.Series([OWN_TOWN]).new_from_index(0, rows.size)
    village = pl.Series(words.draws.chance("society/village", rows, 0.6))
    place = words.invented("society", rows).zip_with(village, town)
    return glued(place, words.even("society/kind", rows, _SOCIETIES), between=" ")


def _house_names(words: WordDraws, rows: Ints) -> pl.Series:
    number = pl.Series(words.draws.integers("house/number", rows, 1, 40)).cast(pl.String)
    numbered = pl.Series(words.draws.chance("house/numbered", rows, 0.5))
    name = words.invented("house", rows)
    in_town = glued(name, f" i {OWN_TOWN}")
    return glued(name, number, between=" ").zip_with(numbered, in_town)


def name_key(core: pl.Expr) -> pl.Expr:
    """The same for names that nobody could tell apart, and of which no two would be registered.

    Words in any order, with or without "i", with or without the s of possession.
    """
    words = (
        core.str.to_lowercase()
        .str.replace_all(r"\b(i|och)\b|[^\p{L}\d ]", "")
        .str.replace_all(r"(\p{L}{3})s\b", "$1")
        .str.split(" ")
    )
    return words.list.eval(pl.element().filter(pl.element() != "")).list.sort().list.join(" ")


def _in_own_town(cores: pl.Series, cities: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"core": cores, "city": cities})
    return frame.select(pl.col("core").str.replace(OWN_TOWN, pl.col("city"))).to_series()


def _cores(
    words: WordDraws, rows: Ints, forms: pl.Series, cities: pl.Series, purpose: str
) -> pl.Series:
    """Names proper, by legal form; every eighth company is a sister of another."""
    maker = NameMaker(words)
    of_form = {"E": _person_names, "I": _society_names, "BRF": _house_names}
    kinds = forms.replace_strict({"E": 1, "I": 2, "BRF": 3}, default=0).to_numpy()
    cores = by_choice(
        kinds,
        rows,
        [
            lambda asked: maker.names(purpose, asked, KINDS),
            *[lambda asked, make=make: make(words, asked) for make in of_form.values()],
        ],
    )
    cores = _in_own_town(cores, cities)
    is_sister = words.draws.chance(purpose + "/is sister", rows, _SISTERS) & (kinds == 0)
    bases, places = np.flatnonzero((kinds == 0) & ~is_sister), np.flatnonzero(is_sister)
    if not bases.size or not places.size:
        return cores
    which = bases[words.draws.integers(purpose + "/base", rows[places], 0, bases.size - 1)]
    sisters = maker.sisters(purpose + "/sister", rows[places], cores.gather(pl.Series(which)))
    return cores.scatter(pl.Series(places), sisters)


def _made_unique(words: WordDraws, frame: pl.DataFrame, purpose: str) -> pl.DataFrame:
    """No two protected names alike: the later ones get more words, or else a number."""
    maker = NameMaker(words)
    # Persons may be called alike.
    apart = (
        pl.when(pl.col("form").is_in(_PROTECTED))
        .then(pl.lit(""))
        .when(pl.col("form") == "E")
        .then(pl.col("row").cast(pl.String))
        .otherwise("city")
    )
    key = pl.concat_str(name_key(pl.col("core")), apart, separator="|")
    is_taken = ~key.is_first_distinct()
    for turn in range(3):
        taken = frame.select(is_taken.arg_true()).to_series()
        if not taken.len():
            break
        rows = frame.get_column("row").gather(taken).to_numpy()
        longer = maker.longer(f"{purpose}/longer {turn}", rows, frame["core"].gather(taken))
        longer = _in_own_town(longer, frame["city"].gather(taken))
        frame = frame.with_columns(core=frame["core"].scatter(taken, longer))
    return frame.with_columns(
        core=pl.when(is_taken)
        .then(pl.col("core") + " " + pl.col("row").cast(pl.String))
        .otherwise("core")
    )


def with_form(words: WordDraws, frame: pl.DataFrame, purpose: str) -> pl.Series:
    """Names with their legal form, as the register writes it (``row``, ``core``, ``form``)."""
    rows = frame.get_column("row").to_numpy()
    wordings = pl.Series(rows.size * [""], dtype=pl.String)
    for form, shares in FORM_WORDINGS.items():
        where = frame.select((pl.col("form") == form).arg_true()).to_series()
        drawn = words.draws.pick(
            f"{purpose}/wording", rows[where.to_numpy()], list(shares.values())
        )
        texts = pl.Series(list(shares)).gather(pl.Series(drawn))
        wordings = wordings.scatter(where, texts)
    start, end = wordings.str.split("{}").list.get(0), wordings.str.split("{}").list.get(1)
    return glued(start, frame.get_column("core"), end)


def _numbers(words: WordDraws, rows: Ints, forms: pl.Series) -> pl.Series:
    numbers = np.zeros(rows.size, dtype=np.int64)
    series = forms.replace_strict(_NUMBER_SERIES, default="E").to_numpy()
    for name in sorted(set(series.tolist())):
        where = np.flatnonzero(series == name)
        if name == "E":
            # Sole traders are numbered apart, for there are fewer persons than rows.
            persons = np.cumsum(series == "E")[where] - 1
            numbers[where] = person_numbers(words.draws, persons % MOST_PERSONS) % 10**10
        else:
            numbers[where] = company_numbers(words.draws, name, rows[where])
    return digits(numbers, 10)


def _days(words: WordDraws, rows: Ints) -> pl.DataFrame:
    last = (AS_OF - date(1970, 1, 1)).days
    registered = last - (words.draws.uniform("registered", rows) ** 1.5 * 14_000).astype(np.int64)
    gone = words.draws.chance("deregistered", rows, _DEREGISTERED)
    life = words.draws.uniform("deregistered/when", rows)
    ended = registered + ((last - registered) * life).astype(np.int64)
    failing = words.draws.pick("proceeding", rows, [0.985, 0.006, 0.007, 0.002])
    names = ["", "bankruptcy", "liquidation", "reconstruction"]
    return pl.DataFrame(
        {
            "registered_on": pl.Series(registered).cast(pl.Int32).cast(pl.Date),
            "deregistered_on": pl.Series(ended).cast(pl.Int32).cast(pl.Date),
            "is_gone": gone,
            "proceeding": pl.Series(names).gather(pl.Series(failing)),
        }
    ).select(
        "registered_on",
        pl.when("is_gone").then("deregistered_on").alias("deregistered_on"),
        pl.when((pl.col("proceeding") != "") & ~pl.col("is_gone"))
        .then("proceeding")
        .alias("proceeding"),
    )


def make_companies(words: WordDraws, count: int, purpose: str = "company") -> pl.DataFrame:
    """Companies of one synthetic world.

    Args:
        words: the world that they are drawn from.
        count: how many (up to about three million: number series are not endless).
        purpose: names the draws; another purpose gives other companies of the same kind.

    Returns:
        ``REGISTER_COLUMNS``, and what they are made of: ``row``, ``core`` (name proper), ``form``.
    """
    rows = np.arange(count, dtype=np.int64)
    drawn = words.draws.pick(purpose + "/form", rows, list(FORMS.values()))
    forms = pl.Series("form", list(FORMS)).gather(pl.Series(drawn))
    where = addresses(words, purpose + "/address", rows)
    cores = _cores(words, rows, forms, where["city"], purpose)
    frame = where.with_columns(row=rows, form=forms, core=cores)
    frame = _made_unique(words, frame, purpose)
    care_of = pl.DataFrame(
        {
            "who": words.surname("care of", rows),
            "given": pl.Series(words.draws.chance("care of/given", rows, 0.03)),
        }
    ).select(pl.when("given").then("who"))
    return pl.concat(
        [
            frame,
            pl.DataFrame(
                {
                    "orgnr": _numbers(words, rows, forms),
                    "name": with_form(words, frame, purpose),
                    "legal_form": forms,
                    "care_of": care_of.to_series(),
                }
            ),
            _days(words, rows),
        ],
        how="horizontal",
    ).select(*REGISTER_COLUMNS, "row", "core", "form")


def register_of(companies: pl.DataFrame) -> pl.DataFrame:
    """The register's rows: ``REGISTER_COLUMNS``, in order of the number."""
    return companies.select(REGISTER_COLUMNS).sort("orgnr")
