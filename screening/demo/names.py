"""Names of companies and persons, and addresses, made from parts that mean nothing."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from screening.demo.draws import Draws, Flags, Ints
from screening.demo.numbers import are_women, digits
from screening.demo.settings import Settings, Words

_FORM_ENDS = {"AB": " AB", "HB": " HB", "EK": " ek. för.", "I": "", "E": "", "OFF": ""}
_HOUSE_NUMBERS = 120
_STREETS = 600


def _chosen(options: list[str], which: Ints) -> pl.Series:
    return pl.Series(options, dtype=pl.String).gather(pl.Series(which))


def joined(*parts: pl.Series | str) -> pl.Series:
    """Texts put together row by row; a plain text is the same in every row."""
    length = next(part.len() for part in parts if isinstance(part, pl.Series))
    frame = pl.DataFrame(
        [
            part.alias(str(place))
            if isinstance(part, pl.Series)
            else _repeated(part, length, place)
            for place, part in enumerate(parts)
        ]
    )
    return frame.select(text=pl.concat_str(pl.all())).to_series()


def _repeated(text: str, length: int, place: int) -> pl.Series:
    return pl.Series(str(place), [text]).new_from_index(0, length)


def stem_count(words: Words) -> int:
    """How many company stems there are."""
    return len(words.company.onsets) * len(words.company.middles) * len(words.company.ends)


def stems(words: Words, which: Ints) -> pl.Series:
    """Stems such as ``Skimynda`` by number."""
    parts = words.company
    ends, middles = len(parts.ends), len(parts.middles)
    return joined(
        _chosen(list(parts.onsets), which // (ends * middles)),
        _chosen(list(parts.middles), which // ends % middles),
        _chosen(list(parts.ends), which % ends),
    )


def supplier_stems(draws: Draws, words: Words, companies: Ints) -> pl.Series:
    """One stem for each company; with more companies than stems they come back."""
    count = stem_count(words)
    return stems(words, draws.scatter("stem", companies % count, count))


def supplier_names(
    draws: Draws, settings: Settings, companies: Ints, services: Ints, forms: pl.Series
) -> pl.DataFrame:
    """Names of suppliers, each with a stem of its own and a word of its service.

    Returns:
        ``stem``, ``word`` and ``name``.
    """
    words = settings.words
    first: list[int] = []
    listed: list[str] = []
    for service in settings.services.values():
        first.append(len(listed))
        listed += service.name
    lengths = np.array([len(service.name) for service in settings.services.values()])
    which = np.array(first)[services] + draws.integers(
        "name/word", companies, 0, lengths[services] - 1
    )
    rounds = companies // stem_count(words)
    tails = ["", *[tail for tail in words.company.tails if tail]]
    frame = pl.DataFrame(
        {
            "stem": supplier_stems(draws, words, companies),
            "word": _chosen(listed, which),
            "tail": _chosen(tails, rounds % len(tails)),
            "form": forms,
        }
    )
    end = pl.col("form").replace_strict(_FORM_ENDS)
    plain = pl.concat_str("stem", pl.lit(" "), "word", "tail", end)
    return frame.select(
        "stem",
        "word",
        name=pl.when(pl.col("form") == "OFF")
        .then(
            pl.when(pl.int_range(pl.len()) % 3 == 0)
            .then(pl.lit("Region ") + pl.col("stem"))
            .otherwise(pl.col("stem") + " kommun")
        )
        .when(pl.col("form") == "I")
        .then(pl.concat_str(pl.lit("Föreningen "), "stem", pl.lit(" "), "word", "tail"))
        .otherwise(plain),
    )


def bystander_names(draws: Draws, words: Words, companies: Ints, forms: pl.Series) -> pl.Series:
    """Names of companies that the municipality has nothing to do with; their words are others."""
    parts = words.company
    count = stem_count(words)
    frame = pl.DataFrame(
        {
            "stem": stems(words, draws.pick("bystander/stem", companies, count)),
            "word": _chosen(
                list(parts.bystander_words),
                draws.pick("bystander/word", companies, len(parts.bystander_words)),
            ),
            "tail": _chosen(
                list(parts.tails), draws.pick("bystander/tail", companies, len(parts.tails))
            ),
            "form": forms,
        }
    )
    end = pl.col("form").replace_strict(_FORM_ENDS)
    return frame.select(name=pl.concat_str("stem", pl.lit(" "), "word", "tail", end)).to_series()


def bystander_descriptions(draws: Draws, words: Words, companies: Ints) -> pl.Series:
    """What companies say they do; a few with quotes that nobody escaped, one with a NUL."""
    parts = words.company
    lower = [word.lower() for word in parts.bystander_words]
    plain = [text.format(word=word) for text in parts.descriptions for word in lower]
    awkward = [text.format(word=word) for text in parts.awkward_descriptions for word in lower[:20]]
    awkward.append("Handel med\x00 varor.")
    drawn = draws.pick("description", companies, len(plain))
    odd = draws.pick("description/odd", companies, len(awkward)) + len(plain)
    return _chosen(
        plain + awkward, np.where(draws.chance("description/is odd", companies, 0.01), odd, drawn)
    )


def person_names(draws: Draws, words: Words, persons: Ints) -> pl.DataFrame:
    """Names of persons by running number: ``given``, ``surname``, ``name``."""
    parts = words.person
    women = are_women(draws, persons)
    given = np.where(
        women,
        draws.pick("person/woman", persons, len(parts.given_women)),
        draws.pick("person/man", persons, len(parts.given_men)) + len(parts.given_women),
    )
    frame = pl.DataFrame(
        {
            "given": _chosen([*parts.given_women, *parts.given_men], given),
            "surname": joined(
                _chosen(
                    list(parts.surname_starts),
                    draws.pick("person/surname start", persons, len(parts.surname_starts)),
                ),
                _chosen(
                    list(parts.surname_ends),
                    draws.pick("person/surname end", persons, len(parts.surname_ends)),
                ),
            ),
        }
    )
    return frame.with_columns(name=pl.col("given") + " " + pl.col("surname"))


@dataclass(frozen=True)
class Address:
    """What an address is made of, as numbers; see ``addresses``."""

    numbers: Ints
    at_home: Flags


def addresses(draws: Draws, words: Words, where: Address) -> pl.DataFrame:
    """Addresses by running number, no two alike; ``at_home`` puts them in the municipality.

    Returns:
        ``street``, ``postal_code`` (five digits) and ``city``.

    Raises:
        ValueError: more addresses than there are.
    """
    parts = words.place
    home = _postal_places(draws, where.numbers, list(parts.home_codes), "home")
    away = _postal_places(draws, where.numbers, list(parts.other_codes), "away")
    street = np.where(where.at_home, home[0], away[0])
    house = np.where(where.at_home, home[1], away[1])
    code = np.where(where.at_home, home[2], away[2])
    away_city = 1 + (code // 100 - min(parts.other_codes)) % len(parts.cities)
    ends = len(parts.street_ends)
    count = stem_count(words)
    return pl.DataFrame(
        {
            "street": joined(
                stems(words, (street * 7919 + 13) % count),
                _chosen(list(parts.street_ends), street % ends),
                " ",
                pl.Series(house).cast(pl.String),
            ),
            "postal_code": digits(code, 5),
            "city": _chosen(
                [parts.municipality, *parts.cities], np.where(where.at_home, 0, away_city)
            ),
        }
    )


def _postal_places(
    draws: Draws, numbers: Ints, codes: list[int], name: str
) -> tuple[Ints, Ints, Ints]:
    """Street, house number and postal code, each combination once."""
    size = len(codes) * 100 * _STREETS * _HOUSE_NUMBERS
    place = draws.scatter(f"address/{name}", numbers, size)
    code = np.array(codes)[place % len(codes)] * 100 + place // len(codes) % 100
    rest = place // (len(codes) * 100)
    return rest % _STREETS, 1 + rest // _STREETS, code


def sister_names(draws: Draws, words: Words, companies: Ints, base: pl.DataFrame) -> pl.Series:
    """Names of other companies that sound like ``base`` (``stem``, ``word``)."""
    tails = list(words.company.sister_tails)
    tail = _chosen(tails, draws.pick("sister/tail", companies, len(tails)))
    return joined(base.get_column("stem"), " ", base.get_column("word"), tail, " AB")
