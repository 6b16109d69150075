"""The suppliers, and what the company register says of them.

They share with ``screening.demo.surroundings`` the columns of the company register: ``company``
(running number), ``form``, ``orgnr`` (ten digits), ``stem``, ``word``, ``name``, ``street``,
``postal_code``, ``city``, ``registered``, ``deregistered``, ``reason`` (code without suffix),
``proceeding`` (as the bulk file has it), ``sni``, ``in_bolagsverket``, ``in_scb``.
"""

import numpy as np
import polars as pl

from screening.demo.casting import BANKRUPT, NEW_TO_US, ORDINARY, PUBLIC
from screening.demo.draws import Draws, Flags, Ints
from screening.demo.names import Address, addresses, supplier_names
from screening.demo.numbers import (
    bankgiro_numbers,
    company_numbers,
    dates,
    digits,
    person_births,
    person_numbers,
    plusgiro_numbers,
)
from screening.demo.world import World

#: Stands for no day among day numbers.
NO_DAY = np.iinfo(np.int64).min
#: How many months before the last one those that are new to us first invoice.
_NEW_MONTHS = 5


def days_or_null(days: Ints) -> pl.Series:
    """Day numbers, with ``NO_DAY`` as null."""
    return (
        pl.Series(days)
        .to_frame("day")
        .select(pl.when(pl.col("day") != NO_DAY).then("day"))
        .to_series()
    )


def orgnr_of(draws: Draws, forms: Ints, form_names: list[str], companies: Ints) -> Ints:
    """Ten-digit numbers by legal form. Sole traders get theirs from the person, not here."""
    numbers = np.zeros(companies.size, dtype=np.int64)
    for code, form in enumerate(form_names):
        mine = forms == code
        if form != "E" and mine.any():
            numbers[mine] = company_numbers(draws, form, companies[mine])
    return numbers


def make_suppliers(world: World) -> World:
    """Fill ``world.suppliers``.

    Beyond the register's columns: ``supplier``, ``part``, ``service``, ``second_service``,
    ``person`` (of a sole trader, else -1), ``monthly_ore`` (invoiced a month), ``first_month`` and
    ``last_month`` (indexes; none where last < first), ``created`` (in the supplier register),
    ``supplier_no``, ``second_no`` (null where one), ``bankgiro``, ``plusgiro``, ``old_bankgiro``
    (digits; null where none), ``account_changed`` (day).
    """
    draws, cast = world.draws, world.cast
    roster = cast.roster
    count = roster.height
    supplier = np.arange(count)
    part = roster.get_column("part").to_numpy()
    forms = roster.get_column("form")
    is_sole = (forms == "E").to_numpy()
    person = np.where(is_sole, np.cumsum(is_sole) - 1, -1)
    form_names = forms.unique().sort().to_list()
    codes = forms.replace_strict(form_names, list(range(len(form_names)))).to_numpy()
    number = orgnr_of(draws, codes, form_names, supplier)
    number[is_sole] = person_numbers(draws, person[is_sole]) % 10_000_000_000
    service = roster.get_column("service").to_numpy()
    named = supplier_names(draws, world.settings, supplier, service, forms)
    place = addresses(
        draws,
        world.settings.words,
        Address(supplier, draws.chance("at home", count, 0.55)),
    )
    snis = pl.Series([kind.sni for kind in world.settings.services.values()])
    frame = roster.select("supplier", "part", "service", "second_service", "form").with_columns(
        company=pl.Series(supplier),
        person=pl.Series(person),
        orgnr=digits(number, 10),
        sni=snis.gather(pl.Series(service)),
        monthly_ore=pl.Series(_monthly_ore(world, part, service)),
    )
    frame = pl.concat([frame, named, place], how="horizontal")
    frame = frame.with_columns(*_standing(world, part, forms), *_accounts(draws, part))
    of_age = person_births(draws, np.maximum(person, 0)) + 20 * 366
    frame = frame.with_columns(
        registered=pl.when(pl.col("person") >= 0)
        .then(pl.max_horizontal("registered", pl.Series(of_age)))
        .otherwise("registered")
    )
    frame = frame.with_columns(*_months(world, frame))
    return world.but(suppliers=frame.with_columns(*_register_numbers(world, frame)))


def _monthly_ore(world: World, part: np.ndarray, service: Ints) -> Ints:
    kinds = list(world.settings.services.values())
    count = part.size
    median = np.array([kind.monthly_sek[0] for kind in kinds])[service]
    sigma = np.array([kind.monthly_sek[1] for kind in kinds])[service]
    sek = np.clip(median * np.exp(sigma * world.draws.normal("monthly", count)), 1_500, 3_000_000)
    for key, told in {**world.settings.planted, **world.settings.honest}.items():
        if told.monthly_sek:
            mine = part == key
            low, high = told.monthly_sek
            where = world.draws.uniform(f"monthly/{key}", np.flatnonzero(mine))
            sek[mine] = low * (high / low) ** where
    ore: Ints = np.round(sek * 100).astype(np.int64)
    return ore


def are_young(world: World, part: np.ndarray) -> Flags:
    """Suppliers whose company was registered within the time that is invoiced."""
    parts = ["ghost_home", "new_and_small", "spun_off", "approved_at_once", "reborn", "new_tenant"]
    young: Flags = np.isin(part, parts)
    young[world.cast.scheme("new-company-large-invoices")] = True
    return young


def _standing(world: World, part: np.ndarray, forms: pl.Series) -> list[pl.Series]:
    """When registered, deregistered and why, what proceeding, and in which registers."""
    draws, today = world.draws, world.calendar.today
    count = part.size
    before = int(min(today - 850, world.calendar.month_starts[0] - 60))
    old = before - draws.integers("registered", count, 0, 8_000)
    start = world.calendar.months - 1 - draws.integers("registered/month", count, 8, 10)
    young = world.calendar.month_starts[start] + draws.integers("registered/day", count, 0, 18)
    registered = np.where(are_young(world, part), young, old)

    ended = np.full(count, NO_DAY)
    reason = np.full(count, "", dtype=object)
    for key, first, last, why in (
        ("struck_off", 150, 300, "LIAV"),
        ("merged_company", 60, 200, "FUAV"),
        ("closed_after_last_invoice", 30, 200, "LIAV"),
        (BANKRUPT, 180, 420, "KKAV"),
    ):
        mine = part == key
        ended[mine] = today - draws.integers(f"deregistered/{key}", mine.sum(), first, last)
        reason[mine] = why
    is_public = part == PUBLIC
    scb_only = is_public | (forms == "I").to_numpy()
    absent = part == "unregistered"
    return [
        pl.Series("registered", registered),
        days_or_null(ended).alias("deregistered"),
        pl.Series("reason", reason.tolist()).replace("", None),
        _proceedings(world, part).alias("proceeding"),
        pl.Series("in_bolagsverket", ~scb_only & ~absent),
        # SCB drops what is no longer active.
        pl.Series("in_scb", ~absent & (ended == NO_DAY)),
    ]


def _proceedings(world: World, part: np.ndarray) -> pl.Series:
    draws, today = world.draws, world.calendar.today
    count = part.size
    since = dates(today - draws.integers("proceeding", count, 25, 130)).cast(pl.String)
    earlier = dates(today - draws.integers("proceeding/earlier", count, 300, 700)).cast(pl.String)
    merging = (part == ORDINARY) & draws.chance("proceeding/merging", count, 0.005)
    kind = pl.Series(["KK", "LI", "FR"]).gather(pl.Series(draws.pick("proceeding/kind", count, 3)))
    frame = pl.DataFrame(
        {
            "part": part.tolist(),
            "since": since,
            "earlier": earlier,
            "merging": merging,
            "kind": kind,
        }
    )
    return frame.select(
        pl.when(pl.col("part") == "insolvent")
        .then(pl.concat_str(pl.lit("|"), "kind", pl.lit("-AVOMFO$"), "since"))
        .when(pl.col("part") == "proceeding_ended")
        .then(
            pl.concat_str(pl.lit("|FRUHOR-AVSLAVOMFO$"), "since", pl.lit("|FR-AVOMFO$"), "earlier")
        )
        .when("merging")
        .then(pl.concat_str(pl.lit("|FUOT-AVOMFO$"), "since"))
    ).to_series()


def _months(world: World, frame: pl.DataFrame) -> list[pl.Series]:
    """First and last month with invoices."""
    draws, calendar = world.draws, world.calendar
    count = frame.height
    part = frame.get_column("part").to_numpy()
    last = calendar.months - 1
    when = draws.uniform("months", count)
    is_ordinary = part == ORDINARY
    is_new = np.isin(part, NEW_TO_US)
    first_month = np.where(
        is_ordinary & (when < 0.08), draws.integers("months/first", count, 1, last - 3), 0
    )
    last_month = np.where(
        is_ordinary & (when > 0.94), draws.integers("months/last", count, 4, last - 1), last
    )
    first_month = np.where(is_new, last - _NEW_MONTHS, first_month)
    registered = frame.get_column("registered").to_numpy()
    young = are_young(world, part)
    # Some begin before the registration is through: honest, and common.
    hasty = (part == "new_and_small") & (np.arange(count) % 2 == 1)
    first_month = np.where(young, calendar.month_of(registered) + ~hasty, first_month)
    ended = frame.get_column("deregistered").fill_null(0).to_numpy()
    closed = part == "closed_after_last_invoice"
    last_month = np.where(closed, calendar.month_of(ended), last_month)
    bankrupt = part == BANKRUPT
    last_month = np.where(bankrupt, calendar.month_of(ended - 120), last_month)
    return [pl.Series("first_month", first_month), pl.Series("last_month", last_month)]


def _accounts(draws: Draws, part: np.ndarray) -> list[pl.Series]:
    count = part.size
    kind = np.where(part == ORDINARY, draws.uniform("account kind", count), 0.0)
    bankgiro = digits(bankgiro_numbers(draws, count), 8)
    plusgiro = digits(plusgiro_numbers(draws, count), 8)
    kinds = pl.DataFrame({"kind": kind, "bankgiro": bankgiro, "plusgiro": plusgiro})
    return [
        kinds.select(pl.when(pl.col("kind") < 0.90).then("bankgiro")).to_series(),
        kinds.select(
            pl.when(pl.col("kind").is_between(0.88, 0.97, closed="left")).then("plusgiro")
        ).to_series(),
        pl.Series("old_bankgiro", [None] * count, dtype=pl.String),
        pl.Series("account_changed", [None] * count, dtype=pl.Int64),
    ]


def _register_numbers(world: World, frame: pl.DataFrame) -> list[pl.Series]:
    """Numbers in the municipality's own supplier register, in the order of putting up."""
    draws, calendar = world.draws, world.calendar
    count = frame.height
    first_day = calendar.month_starts[
        np.clip(frame.get_column("first_month").to_numpy(), 0, calendar.months - 1)
    ]
    began_before = frame.get_column("first_month").to_numpy() <= 0
    created = first_day - np.where(
        began_before,
        draws.integers("created", count, 200, 3_000),
        draws.integers("set up", count, 1, 25),
    )
    place = np.empty(count, dtype=np.int64)
    place[np.argsort(created, kind="stable")] = np.arange(count)
    has_two = (frame.get_column("part") == "two_supplier_numbers").to_numpy()
    second = pl.DataFrame({"no": 10_000 + 2 * (count + np.cumsum(has_two)), "two": has_two})
    return [
        pl.Series("created", created),
        pl.Series("supplier_no", 10_001 + 2 * place).cast(pl.String),
        second.select(
            pl.when("two").then(pl.col("no").cast(pl.String)).alias("second_no")
        ).to_series(),
    ]
