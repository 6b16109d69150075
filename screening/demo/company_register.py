"""The whole company register, in chunks: those that matter here, hidden among bystanders.

Columns of a chunk: those of ``screening.demo.companies.REGISTER_COLUMNS`` but ``stem`` and
``word``, and ``identity`` (10 digits; 12 of a person), ``protection_no``, ``foreign_name``,
``special_name``, ``care_of``, ``description``, ``is_active``.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from screening.demo.companies import orgnr_of
from screening.demo.draws import Ints
from screening.demo.names import (
    Address,
    addresses,
    bystander_descriptions,
    bystander_names,
    person_names,
)
from screening.demo.numbers import MOST_PERSONS, dates, digits, person_births, person_numbers
from screening.demo.world import World

_CHUNK = 100_000
_FORMS = ["AB", "HB", "EK", "I", "E"]
_FORM_SHARES = [66.0, 6.0, 5.0, 6.0, 17.0]
_ENDS = ["LIAV", "KKAV", "FUAV", "VERKUPP", "ARSEED"]
_COLUMNS = (
    "identity",
    "protection_no",
    "form",
    "name",
    "foreign_name",
    "special_name",
    "registered",
    "deregistered",
    "reason",
    "proceeding",
    "description",
    "street",
    "care_of",
    "postal_code",
    "city",
    "sni",
    "in_bolagsverket",
    "in_scb",
    "is_active",
)


def register_chunks(world: World, rows: int) -> Iterator[pl.DataFrame]:
    """The register in chunks of about a hundred thousand companies, each in order of identity."""
    known = _known(world)
    bystanders = max(0, rows - known.height)
    chunks = max(1, -(-bystanders // _CHUNK))
    first = world.suppliers.height + world.others.height
    chunk_of = world.draws.pick("register/chunk", known.height, chunks)
    for chunk in range(chunks):
        begin, end = bystanders * chunk // chunks, bystanders * (chunk + 1) // chunks
        numbers = np.arange(first + begin, first + end)
        here = known.filter(pl.Series(chunk_of == chunk))
        yield pl.concat([here, _bystanders(world, numbers, begin)]).sort(
            "identity", "protection_no"
        )


def _known(world: World) -> pl.DataFrame:
    """Suppliers and the companies around them."""
    draws, words = world.draws, world.settings.words
    shared = ["company", "form", "orgnr", "stem", "name", "street", "postal_code", "city"]
    facts = [
        "registered",
        "deregistered",
        "reason",
        "proceeding",
        "sni",
        "in_bolagsverket",
        "in_scb",
    ]
    frame = pl.concat(
        [
            world.suppliers.select(*shared, *facts, "person"),
            world.others.select(*shared, *facts, person=pl.lit(-1).cast(pl.Int64)),
        ]
    ).join(world.people.select("person", "number"), on="person", how="left", maintain_order="left")
    company = frame.get_column("company").to_numpy()
    foreign = list(words.company.foreign_names)
    foreign_word = pl.Series(foreign).gather(
        pl.Series(draws.pick("foreign name", company, len(foreign)))
    )
    has_foreign = pl.Series(draws.chance("has foreign name", company, 0.08))
    is_firm = pl.col("form").is_in(["AB", "HB", "EK"])
    return frame.with_columns(
        identity=pl.coalesce("number", "orgnr"),
        protection_no=pl.lit(1),
        foreign_name=pl.when(has_foreign & is_firm).then(
            pl.concat_str("stem", pl.lit(" "), pl.lit(foreign_word))
        ),
        special_name=pl.lit(None, pl.String),
        care_of=pl.lit(None, pl.String),
        description=bystander_descriptions(draws, words, company),
        is_active=pl.col("deregistered").is_null(),
    ).select(_COLUMNS)


def _forms(world: World, numbers: Ints, begin: int) -> Ints:
    """Legal forms; sole traders only while there are persons left."""
    forms = world.draws.pick("bystander/form", numbers, _FORM_SHARES)
    free = MOST_PERSONS - world.people.height - 1_000
    too_many = begin + np.arange(numbers.size) >= free
    return np.where((forms == _FORMS.index("E")) & too_many, 0, forms)


def _bystanders(world: World, numbers: Ints, begin: int) -> pl.DataFrame:
    draws, words, today = world.draws, world.settings.words, world.calendar.today
    codes = _forms(world, numbers, begin)
    forms = pl.Series(_FORMS).gather(pl.Series(codes))
    is_sole = codes == _FORMS.index("E")
    orgnr = orgnr_of(draws, codes, _FORMS, numbers)
    persons = world.people.height + begin + np.arange(numbers.size)
    orgnr[is_sole] = person_numbers(draws, persons[is_sole])
    own_names = person_names(draws, words, np.where(is_sole, persons, 0)).get_column("name")
    registered = today - draws.integers("bystander/registered", numbers, 30, 12_000)
    births = person_births(draws, np.where(is_sole, persons, 0))
    registered = np.where(is_sole, np.maximum(registered, births + 20 * 366), registered)
    life = draws.integers("bystander/life", numbers, 200, 9_000)
    ended = np.where(
        draws.chance("bystander/ended", numbers, 0.34), np.minimum(registered + life, today - 5), -1
    )
    ended = np.where(ended > registered, ended, -1)
    since = dates(today - draws.integers("bystander/since", numbers, 10, 700)).cast(pl.String)
    kind = pl.Series(["LI", "KK", "FR", "FUOL", "FUOT"]).gather(
        pl.Series(draws.pick("bystander/proceeding", numbers, [5, 4, 1, 1, 1]))
    )
    in_trouble = draws.chance("bystander/in proceeding", numbers, 0.015)
    place = addresses(draws, words, Address(numbers, draws.chance("bystander/home", numbers, 0.04)))
    frame = pl.DataFrame(
        {
            "identity": digits(orgnr, 10),
            "form": forms,
            "name": bystander_names(draws, words, numbers, forms),
            "own_name": own_names,
            "registered": registered,
            "ended": ended,
            "since": since,
            "kind": kind,
            "in_trouble": in_trouble,
            "is_sole": is_sole,
            "sni": pl.Series(
                ["41200", "47191", "70220", "68203", "62010", "88101", "49410"]
            ).gather(pl.Series(draws.pick("bystander/sni", numbers, 7))),
            "end": pl.Series(_ENDS).gather(pl.Series(draws.pick("bystander/end", numbers, 5))),
            "is_second": draws.chance("bystander/second", numbers, 0.01),
            "description": bystander_descriptions(draws, words, numbers),
            "care_of": draws.chance("bystander/care of", numbers, 0.03),
            "dropped": draws.chance("bystander/not in scb", numbers, 0.04),
        }
    ).hstack(place)
    is_over = pl.col("ended") >= 0
    told = frame.with_columns(
        protection_no=pl.lit(1),
        name=pl.when(pl.col("is_sole") & (pl.col("registered") % 2 == 0))
        .then("own_name")
        .otherwise("name"),
        foreign_name=pl.lit(None, pl.String),
        special_name=pl.lit(None, pl.String),
        deregistered=pl.when(is_over).then("ended"),
        reason=pl.when(is_over & pl.col("is_sole"))
        .then(pl.lit("VERKUPP"))
        .when(is_over)
        .then("end"),
        proceeding=pl.when(pl.col("in_trouble") & ~is_over & (pl.col("form") == "AB")).then(
            pl.concat_str(pl.lit("|"), "kind", pl.lit("-AVOMFO$"), "since")
        ),
        care_of=pl.when("care_of").then(pl.lit("c/o ") + pl.col("own_name")),
        in_bolagsverket=pl.col("form") != "I",
        in_scb=~is_over & ~pl.col("dropped"),
        is_active=~is_over,
    )
    # Some identities come twice: the same firm protects a second name.
    second = told.filter(pl.col("is_second") & pl.col("in_bolagsverket")).with_columns(
        protection_no=pl.lit(2),
        special_name=pl.col("name") + pl.lit(" Butik"),
        in_scb=pl.lit(value=False),
    )
    return pl.concat([told, second]).select(_COLUMNS)
