"""The people: boards, owners, former members, auditors; the municipality's staff; prohibitions."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.names import Address, addresses, person_names
from screening.demo.numbers import digits, person_births, person_numbers
from screening.demo.world import World

#: Seats per company in the numbering of persons; not all are taken.
_ROLES = ("ledamot", "ledamot", "ledamot", "ledamot", "ledamot", "suppleant")

OFFICER_COLUMNS = {
    "company": pl.Int64,
    "person": pl.Int64,
    "role": pl.String,
    "since": pl.Int64,
    "until": pl.Int64,
}
OWNER_COLUMNS = {
    "company": pl.Int64,
    "person": pl.Int64,
    "parent": pl.Int64,
    "share": pl.Float64,
    "since": pl.Int64,
    "until": pl.Int64,
}


def make_people(world: World) -> World:
    """Fill ``people``, ``officers``, ``owners`` and ``staff``.

    ``officers``: ``company, person, role, since, until`` (null while it lasts); ``owners``:
    ``company, person`` (-1 for a company), ``parent`` (company, else -1), ``share`` (per cent),
    ``since, until``. ``people``: ``person, number`` (12 digits), ``name, birth, street,
    postal_code, city``. ``staff``: ``employee, person, unit, role,
    is_sensitive, is_taken`` (by somebody with a part), ``has_number``, ``account`` (a
    bankgiro; mostly null).
    """
    boards = _boards(world)
    first_free = int((world.suppliers.get_column("person") >= 0).sum())
    seats = boards.with_columns(person=first_free + pl.int_range(pl.len()))
    first_free += seats.height
    former = _former_members(world, seats, first_free)
    first_free += former.height
    auditors = _auditors(world, boards, first_free)
    first_free += int(auditors.get_column("person").n_unique()) + 1
    staff = _staff(world, first_free)
    first_free += staff.height

    members = seats.filter(pl.col("seat") < pl.col("size")).select(
        "company", "person", "role", since="since", until=pl.lit(None, pl.Int64)
    )
    officers = pl.concat(
        [members, _extra_roles(world, seats), _sole_traders(world), former, auditors]
    )
    return world.but(
        officers=officers.cast(OFFICER_COLUMNS),  # type: ignore[arg-type]
        owners=_owners(world, seats).cast(OWNER_COLUMNS),  # type: ignore[arg-type]
        staff=staff,
        people=_persons(world, first_free),
    )


def _boards(world: World) -> pl.DataFrame:
    """One row per seat: ``company, seat, size`` (of the board), ``role, since``."""
    draws = world.draws
    companies = pl.concat(
        [
            world.suppliers.select("company", "form", "registered"),
            world.others.select("company", "form", "registered"),
        ]
    ).filter(~pl.col("form").is_in(["E", "OFF"]))
    number = companies.get_column("company").to_numpy()
    size = 1 + draws.pick("board size", number, [0.32, 0.3, 0.2, 0.1, 0.08])
    size = np.where(companies.get_column("form").is_in(["EK", "I"]).to_numpy(), size + 2, size)
    size = np.minimum(np.where((companies.get_column("form") == "HB").to_numpy(), 2, size), 5)
    five = world.cast.part("one_of_five_replaced")
    size = np.where(np.isin(number, five), 5, size)
    size = np.where(np.isin(number, world.cast.scheme("board-replaced")), np.maximum(size, 2), size)
    seated = companies.with_columns(size=pl.Series(size), deputies=pl.Series((size < 3) * 1))
    rows = seated.select(
        "company",
        "form",
        "registered",
        "size",
        seat=pl.int_ranges(0, pl.col("size") + pl.col("deputies")),
    ).explode("seat")
    key = (rows.get_column("company") * 8 + rows.get_column("seat")).to_numpy()
    # Most sit since the beginning, some came later, but before the time that rules look at.
    later = draws.chance("seat/later", key, 0.35)
    age = world.calendar.today - rows.get_column("registered").to_numpy()
    since = rows.get_column("registered").to_numpy() + np.where(
        later & (age > 900), draws.uniform("seat/since", key) * np.maximum(age - 850, 0), 0
    ).astype(np.int64)
    role = (
        pl.when(pl.col("seat") >= pl.col("size"))
        .then(pl.lit("suppleant"))
        .when(pl.col("form") == "HB")
        .then(pl.lit("komplementar"))
        .otherwise(pl.lit("ledamot"))
    )
    return rows.select(
        "company",
        pl.col("seat").cast(pl.Int64),
        (pl.col("size") + (pl.col("size") < 3).cast(pl.Int64)).alias("size"),
        board=pl.col("size"),
        form="form",
        role=role,
        since=pl.Series(since),
    )


def _extra_roles(world: World, seats: pl.DataFrame) -> pl.DataFrame:
    """Chairs and managing directors, who sit on the board as well."""
    first = seats.filter((pl.col("seat") == 0) & (pl.col("form") == "AB"))
    number = first.get_column("company").to_numpy()
    has_manager = world.draws.chance("has manager", number, 0.35)
    chairs = first.filter(pl.col("board") >= 3).with_columns(role=pl.lit("ordforande"))
    managers = first.filter(pl.Series(has_manager)).with_columns(role=pl.lit("vd"))
    return pl.concat([chairs, managers]).select(
        "company", "person", "role", "since", until=pl.lit(None, pl.Int64)
    )


def _sole_traders(world: World) -> pl.DataFrame:
    return world.suppliers.filter(pl.col("person") >= 0).select(
        "company",
        "person",
        role=pl.lit("innehavare"),
        since=pl.col("registered"),
        until=pl.lit(None, pl.Int64),
    )


def _former_members(world: World, seats: pl.DataFrame, first_free: int) -> pl.DataFrame:
    """People who left honest boards two to five years ago."""
    first = seats.filter((pl.col("seat") == 0) & (pl.col("form") == "AB"))
    number = first.get_column("company").to_numpy()
    until = world.calendar.today - world.draws.integers("former/until", number, 700, 1_800)
    chosen = first.with_columns(until=pl.Series(until)).filter(
        pl.Series(world.draws.chance("has former", number, 0.25))
        & (pl.col("since") < pl.col("until") - 200)
    )
    return chosen.select(
        "company",
        person=first_free + pl.int_range(pl.len()),
        role=pl.lit("ledamot"),
        since=pl.col("since"),
        until=pl.col("until"),
    )


def _auditors(world: World, boards: pl.DataFrame, first_free: int) -> pl.DataFrame:
    """Auditors, each with many companies, which says nothing about them."""
    first = boards.filter((pl.col("seat") == 0) & pl.col("form").is_in(["AB", "EK"]))
    number = first.get_column("company").to_numpy()
    firms = max(3, first.height // 40)
    which = first_free + world.draws.pick("auditor", number, firms)
    picked = first.with_columns(person=pl.Series(which)).filter(
        pl.Series(world.draws.chance("has auditor", number, 0.35))
    )
    # Their numbers are made dense, so that every person below the next free one exists.
    return picked.select(
        "company",
        person=first_free + pl.col("person").rank("dense").cast(pl.Int64) - 1,
        role=pl.lit("revisor"),
        since=pl.col("since"),
        until=pl.lit(None, pl.Int64),
    )


def _owners(world: World, seats: pl.DataFrame) -> pl.DataFrame:
    """One or two from the board own the company, or a parent company does."""
    draws = world.draws
    own = seats.filter(pl.col("form").is_in(["AB", "HB"]) & (pl.col("seat") < 2))
    number = own.get_column("company").to_numpy()
    alone = draws.chance("owner/alone", number, 0.6) | (own.get_column("board") < 2).to_numpy()
    first_share = np.array([50.0, 60.0, 51.0, 75.0])[draws.pick("owner/share", number, 4)]
    parents = world.others.filter(pl.col("kind") == "parent").select(
        "supplier", parent="company", parent_since="registered"
    )
    shared = own.with_columns(alone=pl.Series(alone), first_share=pl.Series(first_share)).filter(
        ~pl.col("alone") | (pl.col("seat") == 0)
    )
    by_persons = shared.filter(~pl.col("company").is_in(parents.get_column("supplier").to_list()))
    share = (
        pl.when("alone")
        .then(100.0)
        .when(pl.col("seat") == 0)
        .then("first_share")
        .otherwise(100.0 - pl.col("first_share"))
    )
    none = pl.lit(None, pl.Int64)
    persons = by_persons.select(
        "company", "person", parent=pl.lit(-1), share=share, since=pl.col("since"), until=none
    )
    firms = parents.select(
        company=pl.col("supplier"),
        person=pl.lit(-1),
        parent=pl.col("parent"),
        share=pl.lit(100.0),
        since=pl.col("parent_since"),
        until=none,
    )
    return pl.concat([persons, firms], how="vertical_relaxed")


_STAFF_ROLES = (
    ("Socialsekreterare", True),
    ("Biståndshandläggare", True),
    ("LSS-handläggare", True),
    ("Enhetschef", True),
    ("Inköpare", True),
    ("Ekonom", True),
    ("Undersköterska", False),
    ("Stödassistent", False),
    ("Administratör", False),
    ("Vårdbiträde", False),
)


def _staff(world: World, first_free: int) -> pl.DataFrame:
    """The municipality's own staff in social services."""
    count = max(60, min(6_000, round(world.suppliers.height * 400 / 600)))
    role = world.draws.pick("staff/role", count, [3, 3, 2, 1, 1, 1, 6, 5, 1, 4])
    unit = world.draws.pick("staff/unit", count, len(world.settings.units))
    return pl.DataFrame(
        {
            "employee": np.arange(count),
            "person": first_free + np.arange(count),
            "unit": pl.Series(list(world.settings.units)).gather(pl.Series(unit)),
            "role": pl.Series([name for name, _ in _STAFF_ROLES]).gather(pl.Series(role)),
            "is_sensitive": np.array([flag for _, flag in _STAFF_ROLES])[role],
            "is_taken": np.zeros(count, dtype=bool),
            "has_number": world.draws.chance("staff/has number", count, 0.85),
            "account": pl.Series([None] * count, dtype=pl.String),
        }
    )


def _persons(world: World, count: int) -> pl.DataFrame:
    """What is known of persons 0 to ``count - 1``."""
    return person_frame(world, np.arange(count))


def person_frame(world: World, persons: Ints) -> pl.DataFrame:
    """``person, number, name, birth, street, postal_code, city`` of some persons."""
    draws, words = world.draws, world.settings.words
    frame = pl.DataFrame(
        {
            "person": persons,
            "number": digits(person_numbers(draws, persons), 12),
            "birth": person_births(draws, persons),
        }
    )
    # Persons live where no company is: their addresses are counted from the far end.
    homes = Address(10_000_000 + persons, draws.chance("home town", persons, 0.7))
    return pl.concat(
        [
            frame,
            person_names(draws, words, persons).select("name"),
            addresses(draws, words, homes),
        ],
        how="horizontal",
    )


def new_persons(world: World, count: int) -> tuple[World, Ints]:
    """A world with ``count`` more persons, and their running numbers."""
    first = world.people.height
    persons = np.arange(first, first + count)
    return world.but(people=pl.concat([world.people, person_frame(world, persons)])), persons


def owner_of(world: World, companies: Ints) -> Ints:
    """The person behind each company: its first owner, else its first officer.

    The companies must have one, as all but public bodies have.
    """
    owner = world.owners.filter((pl.col("person") >= 0) & pl.col("until").is_null()).select(
        "company", "person", turn=pl.lit(0)
    )
    officer = world.officers.filter(
        pl.col("until").is_null() & (pl.col("role") != "revisor")
    ).select("company", "person", turn=pl.lit(1))
    first = (
        pl.concat([owner, officer])
        .sort("company", "turn", maintain_order=True)
        .unique("company", keep="first", maintain_order=True)
    )
    wanted = pl.DataFrame({"company": companies.astype(np.int64)})
    found: Ints = (
        wanted.join(first, on="company", how="left", maintain_order="left")
        .get_column("person")
        .to_numpy()
    )
    return found
