"""Synthetic sanctions lists, and companies and persons some of whom are on them, with known truth.

Names are put together from syllables and mean nobody. They are drawn with very uneven chances, as
names are; lists spell them in other scripts and romanisations than registers. Beside the true pairs
there are namesakes: the same name with another date of birth, with none, or in another town.
Everything is written as OpenSanctions' ``targets.simple.csv`` has it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]

_ONSETS = ["Б", "В", "Г", "Д", "Ж", "З", "К", "Л", "М", "Н", "П", "Р", "С", "Т", "Ф", "Х", "Ч", "Ш"]
_VOWELS = ["а", "е", "и", "о", "у", "я", "ю"]
_CODAS = ["б", "в", "г", "д", "ж", "з", "к", "л", "м", "н", "п", "р", "с", "т", "х", "ч", "ш"]
_ENDS = ["ов", "ев", "ин", "енко", "ский", "ович", "ук", "ян", "адзе", "ьев"]
_GIVEN_ENDS = ["ий", "ил", "ан", "ор", "ей", "ид", "ар", "ена", "ия", "ина"]

_LETTERS = "абвгдежзийклмнопрстуфхцчшьюя"

#: How authorities of different countries write Cyrillic letters.
_WAYS = {
    "english": "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh _ yu ya",
    "swedish": "a b v g d e zj z i j k l m n o p r s t u f ch ts tj sj _ ju ja",
    "german": "a b w g d e sh s i j k l m n o p r s t u f ch z tsch sch _ ju ja",
    "french": "a b v g d e j z i i k l m n o p r s t ou f kh ts tch ch _ iou ia",
}


def _words(text: str) -> list[str]:
    return text.split()


_SWEDISH_STARTS = _words("Alm Asp Bråd Dahl Ek Fors Fur Gran Hagel Hjelm Häll Kvarn Lind Malm Rönn")
_SWEDISH_ENDS = _words("bryta dunge fjära glimma hjärne kulle lyster närke skärva sköld tinning")
_SWEDISH_GIVEN = _words("Anna Karin Lena Elin Åsa Per Nils Olof Håkan Östen Björn Märta Sara")

_COMPANY_WORDS = _words("Trade Export Shipping Invest Energy Bank Service Group Industrial")
_SWEDISH_COMPANY = _words("Omsorg Vård Bygg Städ Konsult Bemanning Transport Fastigheter Handel")
_TOWNS = _words("Almvreta Dunåker Ekhjärne Fjällnarv Hagelbo Isvikby Klockvide Pärlby Tallmåne")
_STREETS = _words("Storgatan Kvarngatan Skolvägen Ängsvägen Torggatan Hamngatan")


@dataclass(frozen=True)
class Profile:
    """Shares (0-1) of trouble among the true pairs.

    Attributes:
        romanised: the register writes the name in another romanisation than the list's aliases.
        no_alias: the list has the name in its own script only.
        missing_middle: the register leaves the second given name out.
        typed_badly: a letter is wrong.
        year_only, no_birth: the list tells the year of birth only, or nothing.
        numbered: the list tells a number that the register has too.
        addressed: the list tells an address in the register's town.
    """

    romanised: float = 0.5
    no_alias: float = 0.2
    missing_middle: float = 0.4
    typed_badly: float = 0.05
    year_only: float = 0.15
    no_birth: float = 0.05
    numbered: float = 0.1
    addressed: float = 0.3


PROFILES = {
    "medium": Profile(),
    "hard": Profile(0.8, 0.4, 0.6, 0.12, 0.3, 0.1, 0.03, 0.2),
}


@dataclass(frozen=True)
class ListedWorld:
    """A list, those who are held against it, and who of them is on it.

    Attributes:
        sanctions: rows as ``known.sanctions`` has them.
        persons: ``key``, ``name``, ``number`` (12 figures, null for some), ``born``, ``street``,
            ``postal_code``, ``city``.
        companies: ``key`` (ten figures), ``name``, ``street``, ``postal_code``, ``city``.
        truth: ``key``, ``entry_id`` of the true pairs.
        findable: those of the true pairs that anything but a name could confirm.
    """

    sanctions: pl.DataFrame
    persons: pl.DataFrame
    companies: pl.DataFrame
    truth: pl.DataFrame
    findable: pl.DataFrame


class _Names:
    """Names by number; a low number is common."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def common(self, size: int, most: int) -> Ints:
        """Numbers below ``most``, the low ones drawn far more often."""
        return (most ** self.rng.random(size)).astype(np.int64) - 1

    def foreign(self, size: int) -> pl.DataFrame:
        """``given``, ``middle``, ``surname`` in Cyrillic."""
        return pl.DataFrame(
            {
                "given": _cyrillic(self.common(size, 600), _GIVEN_ENDS, 1),
                "middle": _cyrillic(self.common(size, 900), ["ович", "евич", "овна"], 2),
                "surname": _cyrillic(self.common(size, 60_000), _ENDS, 3),
            }
        )

    def swedish(self, size: int) -> pl.DataFrame:
        """``given``, ``middle``, ``surname`` in Swedish."""
        given = [self.common(size, len(_SWEDISH_GIVEN)) for _ in range(2)]
        ends = self.common(size, len(_SWEDISH_ENDS) * 20) % len(_SWEDISH_ENDS)
        return pl.DataFrame(
            {
                "given": _picked(_SWEDISH_GIVEN, given[0]),
                "middle": _picked(_SWEDISH_GIVEN, given[1]),
                "surname": _picked(_SWEDISH_STARTS, self.common(size, len(_SWEDISH_STARTS)))
                + _picked(_SWEDISH_ENDS, ends),
            }
        )


def _picked(words: list[str], numbers: Ints) -> pl.Series:
    return pl.Series(words).gather(pl.Series(numbers))


def _cyrillic(numbers: Ints, ends: list[str], salt: int) -> pl.Series:
    """A word for each number: two syllables and an end."""
    mixed = (numbers + salt) * 2_654_435_761 % 1_000_003
    parts = [
        _picked(words, mixed // step % len(words))
        for words, step in ((_ONSETS, 1), (_VOWELS, 18), (_CODAS, 126), (_VOWELS, 2_142),
                            (_CODAS, 14_994), (ends, 254_898))
    ]  # fmt: skip
    first, *rest = parts
    for part in rest:
        first = first + part
    return first


def _romanised(cyrillic: pl.Series, way: str) -> pl.Series:
    latin = _WAYS[way].replace("_", "").split(" ")
    letters = dict(zip(_LETTERS, latin, strict=True))
    return cyrillic.str.to_lowercase().str.replace_many(letters).str.to_titlecase()


def _joined(names: pl.DataFrame, parts: list[str]) -> pl.Series:
    return names.select(pl.concat_str(parts, separator=" ")).to_series()


def _mistyped(rng: np.random.Generator, names: pl.Series, share: float) -> pl.Series:
    """A letter left out of some names."""
    place = pl.Series(rng.integers(3, 9, names.len()))
    wrong = pl.DataFrame({"name": names, "place": place}).select(
        pl.col("name").str.head(pl.col("place")) + pl.col("name").str.slice(pl.col("place") + 1)
    )
    is_wrong = pl.Series(rng.random(names.len()) < share)
    return wrong.to_series().zip_with(is_wrong, names)


def _births(rng: np.random.Generator, size: int) -> pl.Series:
    return pl.Series(rng.integers(-9_000, 13_000, size)).cast(pl.Int32).cast(pl.Date)


def _numbers(born: pl.Series, serial: Ints) -> pl.Series:
    """Twelve figures with the day of birth; they need no check digit to be compared."""
    return born.dt.strftime("%Y%m%d") + pl.Series(serial % 10_000).cast(pl.String).str.zfill(4)


def _addresses(rng: np.random.Generator, size: int) -> dict[str, pl.Series]:
    return {
        "street": _picked(_STREETS, rng.integers(0, len(_STREETS), size))
        + " "
        + pl.Series(rng.integers(1, 90, size)).cast(pl.String),
        "postal_code": pl.Series(rng.integers(32_000, 33_000, size)).cast(pl.String),
        "city": _picked(_TOWNS, rng.integers(0, len(_TOWNS), size)),
    }


def _persons(rng: np.random.Generator, size: int) -> pl.DataFrame:
    """Persons behind companies: three in ten with a name that lists would write otherwise."""
    names, foreign = _Names(rng), int(size * 0.3)
    abroad, home = names.foreign(foreign), names.swedish(size - foreign)
    way = pl.Series(rng.choice(["swedish", "english", "german", "french"], foreign))
    written = [_romanised(_joined(abroad, ["given", "middle", "surname"]), key) for key in _WAYS]
    pick = pl.DataFrame(dict(zip(_WAYS, written, strict=True))).with_columns(way=way)
    chosen = pick.select(
        pl.coalesce(pl.when(pl.col("way") == key).then(pl.col(key)) for key in _WAYS)
    ).to_series()
    born = _births(rng, size)
    return pl.DataFrame(
        {
            "key": pl.Series(np.arange(size)).cast(pl.String).str.zfill(8),
            "cyrillic": pl.concat(
                [_joined(abroad, ["given", "middle", "surname"]),
                 pl.Series([None] * (size - foreign), dtype=pl.String)]
            ),
            "name": pl.concat([chosen, _joined(home, ["given", "middle", "surname"])]),
            "born": born,
            "number": _numbers(born, rng.integers(0, 10_000, size)),
            **_addresses(rng, size),
        }
    ).with_columns(key=pl.lit("p") + pl.col("key"))  # fmt: skip


def _entries(frame: pl.DataFrame, schema: str, prefix: str) -> pl.DataFrame:
    """Rows of the list: ``name``, ``aliases``, ``birth_date``, ``addresses``, ``identifiers``."""
    number = pl.int_range(pl.len()).cast(pl.String)
    return frame.select(
        id=pl.concat_str(pl.lit(prefix), number.str.zfill(7)),
        schema=pl.lit(schema),
        name="name",
        aliases="aliases",
        birth_date="birth_date",
        addresses="addresses",
        identifiers="identifiers",
        sanctions=pl.lit("EU - made up - 2022-02-25"),
        program_ids=pl.lit("EU-MADE-UP"),
        dataset=pl.lit("Made list"),
        first_seen=pl.lit("2024-01-01T00:00:00"),
        last_seen=pl.lit("2026-11-01T00:00:00"),
    )


def _listed_persons(
    rng: np.random.Generator, persons: pl.DataFrame, true: int, others: int, profile: Profile
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Entries about persons, the true ones first; and the persons whom they mean."""
    known = persons.filter(pl.col("cyrillic").is_not_null()).head(2 * true)
    meant, namesakes = known.head(true), known.slice(true, true)
    strangers = _joined(_Names(rng).foreign(others), ["given", "middle", "surname"])
    cyrillic = pl.concat([meant["cyrillic"], namesakes["cyrillic"], strangers])
    size = cyrillic.len()
    latin = [_romanised(cyrillic, way) for way in ("english", "german", "french")]
    has_alias = pl.Series(rng.random(size) >= profile.no_alias)
    born = pl.concat([meant["born"], _births(rng, size - true)])
    told = rng.random(size)
    in_town = pl.Series((rng.random(size) < profile.addressed) & (np.arange(size) < true))
    places = _addresses(rng, size)
    city = pl.concat([meant["city"], places["city"].slice(true)]).zip_with(in_town, places["city"])
    numbered = pl.Series((rng.random(size) < profile.numbered) & (np.arange(size) < true))
    number = pl.concat([meant["number"], pl.Series([None] * (size - true), dtype=pl.String)])
    frame = pl.DataFrame(
        {
            "name": cyrillic.zip_with(~has_alias, latin[0]),
            "latin": latin[0],
            "aliases": (cyrillic + ";" + latin[1] + ";" + latin[2]).set(~has_alias, None),
            "day": born.dt.strftime("%Y-%m-%d"),
            "told": told,
            "addresses": (city + ", Sverige").set(
                ~in_town & pl.Series(rng.random(size) < 0.5), None
            ),
            "identifiers": number.set(~numbered, None),
        }
    ).with_columns(
        birth_date=pl.when(pl.col("told") < profile.no_birth)
        .then(None)
        .when(pl.col("told") < profile.no_birth + profile.year_only)
        .then(pl.col("day").str.head(4))
        .otherwise("day")
    )
    return _entries(frame, "Person", "NK-P"), meant


def _written_by_register(
    rng: np.random.Generator, persons: pl.DataFrame, profile: Profile
) -> pl.DataFrame:
    """The persons with the names that the register has: shortened, mistyped, in any order."""
    size = persons.height
    parts = persons["name"].str.split(" ")
    frame = pl.DataFrame({"parts": parts}).select(
        short=pl.col("parts").list.first() + " " + pl.col("parts").list.last(),
        turned=pl.col("parts").list.last() + ", " + pl.col("parts").list.first(),
        full=pl.col("parts").list.join(" "),
    )
    drawn = rng.random(size)
    name = frame["full"].zip_with(pl.Series(drawn >= profile.missing_middle), frame["short"])
    name = name.zip_with(pl.Series(drawn >= profile.missing_middle / 3), frame["turned"])
    name = _mistyped(rng, name, profile.typed_badly)
    same_way = _romanised(persons["cyrillic"].fill_null(""), "english")
    keeps = pl.Series(rng.random(size) < profile.romanised) | persons["cyrillic"].is_null()
    name = name.zip_with(keeps, same_way)
    unnumbered = pl.Series(rng.random(size) < 0.3)
    return persons.with_columns(name=name, number=persons["number"].set(unnumbered, None)).drop(
        "cyrillic"
    )


def _companies(rng: np.random.Generator, size: int) -> pl.DataFrame:
    names = _Names(rng)
    # Names of companies are protected; one in five is the sister of another one.
    own = np.arange(size) * 4 // 5 * 104_729 % 999_983
    stem = _romanised(_cyrillic(own, ["а", "о", "ия", "ина"], 7), "swedish")
    word = _picked(_SWEDISH_COMPANY, names.common(size, len(_SWEDISH_COMPANY)))
    return pl.DataFrame(
        {
            "key": pl.Series(5_520_000_000 + np.arange(size) * 7).cast(pl.String),
            "name": stem + " " + word + " AB",
            **_addresses(rng, size),
        }
    ).unique("name", keep="first", maintain_order=True)


def _listed_companies(
    rng: np.random.Generator, companies: pl.DataFrame, true: int, others: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Entries about companies, the true ones first; and the companies that they mean.

    Half of the true ones are told by number, the others by name and address.
    """
    meant = companies.head(true)
    names = _Names(rng)
    stem = _cyrillic(names.common(others, 300_000), ["а", "о", "ия", "нефть", "торг"], 11)
    word = _picked(_COMPANY_WORDS, names.common(others, len(_COMPANY_WORDS)))
    form = _picked(["LLC", "JSC", "Ltd", "FZE", "Holding"], rng.integers(0, 5, others))
    numbered = pl.Series(np.arange(true) % 2 == 0)
    written = meant["key"].str.replace(r"^(\d{6})(\d{4})$", "${1}-${2}")
    frame = pl.DataFrame(
        {
            "name": pl.concat(
                [meant["name"], _romanised(stem, "english") + " " + word + " " + form]
            ),
            "aliases": pl.concat([meant["name"].str.replace(" AB$", ""), "ООО " + stem]),
            "birth_date": pl.Series([None] * (true + others), dtype=pl.String),
            "addresses": pl.concat(
                [meant["street"] + ", " + meant["city"] + ", Sverige",
                 pl.Series(["Ulitsa 1, Moskva, Russia"] * others)]
            ),
            "identifiers": pl.concat(
                [written.set(~numbered, None),
                 pl.Series(rng.integers(10**12, 10**13, others)).cast(pl.String)]
            ),
        }
    )  # fmt: skip
    return _entries(frame, "Company", "NK-C"), meant


def make_listed_world(
    seed: int, entries: int, persons: int, companies: int, true: int, profile: str = "medium"
) -> ListedWorld:
    """A world of so many entries, persons and companies; ``true`` of each kind are on the list.

    As many persons have a namesake on the list who is somebody else.
    """
    rng = np.random.default_rng(seed)
    rates = PROFILES[profile]
    people = _persons(rng, persons)
    firms = _companies(rng, companies)
    listed_people, meant_people = _listed_persons(
        rng, people, true, entries * 7 // 10 - 2 * true, rates
    )
    listed_firms, meant_firms = _listed_companies(rng, firms, true, entries * 3 // 10 - true)
    truth = pl.concat(
        [
            pl.DataFrame({"key": meant["key"], "entry_id": listed["id"].head(true)})
            for listed, meant in ((listed_people, meant_people), (listed_firms, meant_firms))
        ]
    )
    sanctions = pl.concat([listed_people, listed_firms])
    told = sanctions.filter(
        (pl.col("schema") == "Company")
        | pl.any_horizontal(pl.col("birth_date").is_not_null(), pl.col("identifiers").is_not_null())
    )
    return ListedWorld(
        sanctions=sanctions,
        persons=_written_by_register(rng, people, rates),
        companies=firms,
        truth=truth,
        findable=truth.join(told.select(entry_id="id"), on="entry_id", how="semi"),
    )
