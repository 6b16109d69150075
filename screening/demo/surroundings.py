"""Companies around the suppliers: predecessors, permit holders, parents, sisters, providers."""

import numpy as np
import polars as pl

from screening.demo.casting import ORDINARY
from screening.demo.companies import NO_DAY, days_or_null
from screening.demo.draws import Ints
from screening.demo.names import Address, addresses, sister_names, supplier_names
from screening.demo.numbers import company_numbers, dates, digits
from screening.demo.world import World

#: Companies beside the own one that a front person and a busy director lead.
_POSTS = 11
#: Of a front person's companies, those in liquidation.
_LIQUIDATED = 5


def make_others(world: World) -> World:
    """Fill ``world.others``: companies around the suppliers that are no suppliers themselves.

    Beyond the register's columns: ``kind`` (bankrupt, old_bankrupt, holder, neighbour, parent,
    holding, circle, fallen, fronted, directed, sister, provider), ``supplier`` (the one it belongs
    to), ``place`` (0, 1 ... within it).
    """
    draws, cast = world.draws, world.cast
    count = world.suppliers.height
    part = world.suppliers.get_column("part").to_numpy()
    phoenix = cast.part("phoenix")
    is_firm = world.suppliers.get_column("form").is_in(["AB", "HB", "EK"]).to_numpy()
    sisters = np.flatnonzero(is_firm & draws.chance("has sister", count, 0.08))
    can_have_parent = (part == ORDINARY) & (world.suppliers.get_column("form") == "AB").to_numpy()
    blocks = [
        ("bankrupt", np.repeat(phoenix[1::2], 2)),
        ("bankrupt", np.repeat(cast.part("left_before_bankruptcy"), 2)),
        ("bankrupt", cast.part("one_bankruptcy_elsewhere")),
        ("old_bankrupt", cast.part("one_bankruptcy_elsewhere")),
        ("bankrupt", np.repeat(cast.part("auditor_of_bankrupt"), 2)),
        ("holder", cast.part("borrowed_permit")),
        ("neighbour", cast.part("neighbour_has_permit")),
        ("parent", cast.part("parent_not_asked")),
        ("holding", cast.part("hidden_owner")),
        ("holding", cast.part("open_group")),
        ("circle", cast.scheme("circular-ownership")),
        ("fallen", cast.part("reborn")),
        ("fallen", cast.part("new_tenant")),
        ("fronted", np.repeat(cast.scheme("front-person"), _POSTS)),
        ("directed", np.repeat(cast.part("busy_director"), _POSTS)),
        ("parent", np.flatnonzero(can_have_parent & draws.chance("has parent", count, 0.07))),
        ("sister", sisters),
        ("provider", np.arange(count)[draws.chance("provider", count, 0.4)]),
    ]
    frame = pl.concat(
        [
            pl.DataFrame({"supplier": rows.astype(np.int64)}).select(
                "supplier",
                kind=pl.lit(kind),
                place=pl.int_range(pl.len()).over("supplier").cast(pl.Int64),
            )
            for kind, rows in blocks
        ]
    )
    number = count + np.arange(frame.height)
    ours = world.suppliers.select("supplier", "service", "stem", "word")
    frame = frame.join(ours, on="supplier", how="left", maintain_order="left").rename(
        {"stem": "our_stem", "word": "our_word"}
    )
    forms = pl.Series("form", ["AB"]).new_from_index(0, frame.height)
    service = frame.get_column("service").to_numpy()
    named = supplier_names(draws, world.settings, number, service, forms)
    sister = sister_names(
        draws, world.settings.words, number, frame.select(stem="our_stem", word="our_word")
    )
    place = addresses(
        draws, world.settings.words, Address(number, draws.chance("others at home", number, 0.3))
    )
    ended = _ended(world, frame)
    snis = pl.Series([kind.sni for kind in world.settings.services.values()])
    columns = frame.with_columns(
        company=pl.Series(number),
        form=forms,
        orgnr=digits(company_numbers(draws, "AB", number), 10),
        registered=pl.Series(
            world.calendar.today - draws.integers("registered", number, 2_300, 7_000)
        ),
        deregistered=days_or_null(ended),
        sni=snis.gather(pl.Series(service)),
    )
    full = pl.concat([columns, named, place], how="horizontal").with_columns(
        name=pl.when(pl.col("kind") == "sister").then(sister).otherwise("name"),
        reason=pl.when(pl.col("deregistered").is_not_null()).then(pl.lit("KKAV")),
        proceeding=pl.when((pl.col("kind") == "fronted") & (pl.col("place") < _LIQUIDATED)).then(
            pl.lit("|LI-AVOMFO$" + str(dates(np.array([world.calendar.today - 200]))[0]))
        ),
        in_bolagsverket=pl.lit(value=True),
        in_scb=pl.col("deregistered").is_null(),
    )
    return world.but(others=full)


def _ended(world: World, frame: pl.DataFrame) -> Ints:
    """When bankrupt companies were struck off; the old ones more than five years ago."""
    number = frame.get_column("supplier").to_numpy() * 4 + frame.get_column("place").to_numpy()
    kind = frame.get_column("kind").to_numpy()
    recent = world.calendar.today - world.draws.integers("bankrupt", number, 200, 1_300)
    old = world.calendar.today - world.draws.integers("old bankrupt", number, 2_000, 2_200)
    lately = world.calendar.today - world.draws.integers("fallen", number, 270, 420)
    ended: Ints = np.where(
        kind == "bankrupt",
        recent,
        np.where(kind == "old_bankrupt", old, np.where(kind == "fallen", lately, NO_DAY)),
    )
    return ended
