"""Answers of authorities over time: Skatteverket on taxes, Kronofogden on debts, company events."""

import numpy as np
import numpy.typing as npt
import polars as pl

from screening.demo.casting import BANKRUPT, ORDINARY, PUBLIC
from screening.demo.draws import Ints
from screening.demo.world import World

TAX_COLUMNS = {
    "company": pl.Int64,
    "f_tax": pl.Boolean,
    "vat": pl.Boolean,
    "employer": pl.Boolean,
    "changed": pl.Int64,
    "day": pl.Int64,
}
DEBT_COLUMNS = {
    "company": pl.Int64,
    "day": pl.Int64,
    "public_ore": pl.Int64,
    "public_count": pl.Int64,
    "private_ore": pl.Int64,
    "private_count": pl.Int64,
}
EVENT_COLUMNS = {"company": pl.Int64, "event": pl.String, "day": pl.Int64, "detail": pl.String}

#: Days before today on which the municipality asked, oldest first; a quarter apart.
TAX_DAYS = (281, 190, 99, 8)
DEBT_DAYS = (284, 193, 102, 11)

#: Nobody asks about those that no longer exist.
_NOT_ASKED = (BANKRUPT, PUBLIC, "struck_off", "merged_company", "closed_after_last_invoice")


def _asked(world: World, name: str, share: float) -> pl.DataFrame:
    """The suppliers asked about: everyone with a part, and a share of the others."""
    suppliers = world.suppliers
    part = suppliers.get_column("part").to_numpy()
    drawn = world.draws.chance(f"{name}/asked", suppliers.height, share)
    asked = ((part != ORDINARY) | drawn) & ~np.isin(part, _NOT_ASKED)
    return suppliers.filter(pl.Series(asked))


def _rounds(asked: pl.DataFrame, days: Ints) -> pl.DataFrame:
    """One row per company and day of asking, with ``turn`` 0, 1 ... from the oldest."""
    turns = pl.DataFrame({"turn": np.arange(len(days)), "day": days})
    return asked.join(turns, how="cross", maintain_order="left_right")


def make_tax_status(world: World) -> World:
    """Fill ``tax_status``: ``company, f_tax, vat, employer, changed, day``; all in order."""
    draws = world.draws
    asked = _asked(world, "tax", 0.85)
    company = asked.get_column("company").to_numpy()
    kinds = list(world.settings.services.values())
    service = asked.get_column("service").to_numpy()
    heavy = np.array([kind.labour_heavy for kind in kinds])[service]
    exempt = np.array([kind.vat == 0 for kind in kinds])[service]
    is_sole = (asked.get_column("form") == "E").to_numpy()
    registered = asked.select(
        "company",
        f_tax=pl.lit(value=True),
        vat=pl.Series(~exempt | draws.chance("vat", company, 0.5)),
        employer=pl.Series((heavy | draws.chance("employer", company, 0.7)) & ~is_sole),
        changed=pl.lit(None, pl.Int64),
    )
    days = world.calendar.today - np.array(TAX_DAYS)
    rounds = _rounds(registered, days)
    return world.but(tax_status=rounds.select(list(TAX_COLUMNS)).cast(TAX_COLUMNS))  # type: ignore[arg-type]


def make_debts(world: World) -> World:
    """Fill ``debts``: mostly none, some small ones that come and go."""
    asked = _asked(world, "debts", 0.85).select("company")
    rounds = _rounds(asked, world.calendar.today - np.array(DEBT_DAYS))
    key = rounds.get_column("company").to_numpy() * 8 + rounds.get_column("turn").to_numpy()
    public = _some(world, "public", key, 0.03, 12_000)
    private = _some(world, "private", key, 0.04, 12_000)
    return world.but(debts=_debt_rows(rounds, public, private))


def _some(world: World, name: str, key: Ints, share: float, most_sek: int) -> Ints:
    amounts = world.draws.integers(f"debt/{name}", key, 900, most_sek) * 100
    return np.where(world.draws.chance(f"debt/has {name}", key, share), amounts, 0)


def _debt_rows(rounds: pl.DataFrame, public: Ints, private: Ints) -> pl.DataFrame:
    return rounds.select(
        "company",
        "day",
        public_ore=pl.Series(public),
        public_count=pl.Series((public > 0) * (1 + public // 4_000_000)),
        private_ore=pl.Series(private),
        private_count=pl.Series((private > 0) * (1 + private // 4_000_000)),
    ).cast(DEBT_COLUMNS)  # type: ignore[arg-type]


def with_debts(
    world: World,
    suppliers: Ints,
    public_sek: npt.NDArray[np.float64],
    private_sek: npt.NDArray[np.float64],
) -> World:
    """Exchange the answers about some suppliers.

    Args:
        world: as it is.
        suppliers: whose answers.
        public_sek: one row per supplier, one column per answer, oldest first.
        private_sek: the same.
    """
    mine = pl.DataFrame({"company": suppliers.astype(np.int64)})
    rounds = _rounds(mine, world.calendar.today - np.array(DEBT_DAYS))
    exchanged = _debt_rows(
        rounds,
        (np.round(public_sek) * 100).astype(np.int64).ravel(),
        (np.round(private_sek) * 100).astype(np.int64).ravel(),
    )
    others = world.debts.join(mine, on="company", how="anti", maintain_order="left")
    return world.but(debts=pl.concat([others, exchanged]))


def with_private_debts(
    world: World, suppliers: Ints, private_sek: npt.NDArray[np.float64]
) -> World:
    """Exchange what the answers about some suppliers say of private claims, and nothing else.

    Args:
        world: as it is.
        suppliers: whose answers.
        private_sek: one row per supplier, one column per answer, oldest first.
    """
    rounds = _rounds(
        pl.DataFrame({"company": suppliers.astype(np.int64)}),
        world.calendar.today - np.array(DEBT_DAYS),
    )
    private = (np.round(private_sek) * 100).astype(np.int64).ravel()
    told = _debt_rows(rounds, np.zeros_like(private), private)
    return world.but(
        debts=world.debts.update(
            told.drop("public_ore", "public_count"),
            on=["company", "day"],
            how="left",
            maintain_order="left",
        )
    )


def with_tax_status(
    world: World, suppliers: Ints, changed: Ints | None = None, **columns: npt.NDArray[np.bool_]
) -> World:
    """Exchange columns of the answers about some suppliers.

    Args:
        world: as it is.
        suppliers: whose answers.
        changed: the day of the change, one per supplier.
        **columns: ``f_tax``, ``vat`` or ``employer``: one row per supplier, one column per answer.
    """
    mine = pl.DataFrame({"company": suppliers.astype(np.int64)})
    if changed is not None:
        mine = mine.with_columns(changed=pl.Series(changed))
    rounds = _rounds(mine, world.calendar.today - np.array(TAX_DAYS)).with_columns(
        **{name: pl.Series(values.ravel()) for name, values in columns.items()}
    )
    if changed is not None:
        # The change is not known before it happened.
        rounds = rounds.with_columns(pl.when(pl.col("changed") <= pl.col("day")).then("changed"))
    return world.but(
        tax_status=world.tax_status.update(
            rounds.drop("turn"), on=["company", "day"], how="left", maintain_order="left"
        )
    )


def make_events(world: World) -> World:
    """Fill ``events``: ordinary changes that the company register tells of."""
    draws, today = world.draws, world.calendar.today
    kinds = pl.DataFrame(
        {
            "event": ["address_change", "board_change", "auditor_change", "name_change"],
            "share": [0.12, 0.15, 0.06, 0.02],
            "turn": [0, 1, 2, 3],
        }
    )
    rows = (
        world.suppliers.filter(pl.col("in_bolagsverket") & (pl.col("form") == "AB"))
        .select("company")
        .join(kinds, how="cross", maintain_order="left_right")
    )
    key = rows.get_column("company").to_numpy() * 4 + rows.get_column("turn").to_numpy()
    happened = pl.Series(draws.uniform("event", key)) < rows.get_column("share")
    events = rows.with_columns(
        day=pl.Series(today - draws.integers("event/day", key, 10, 900)), detail=pl.lit("")
    ).filter(happened)
    return world.but(events=events.select(list(EVENT_COLUMNS)).cast(EVENT_COLUMNS))  # type: ignore[arg-type]
