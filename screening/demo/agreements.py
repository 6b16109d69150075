"""The municipality's contract register."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.names import joined
from screening.demo.world import World

CONTRACT_COLUMNS = {
    "supplier": pl.Int64,
    "which": pl.Int64,
    "number": pl.String,
    "area": pl.String,
    "unit": pl.String,
    "procedure": pl.String,
    "since": pl.Int64,
    "until": pl.Int64,
    "annual_ore": pl.Int64,
    "criticality": pl.Int64,
    "followup": pl.Int64,
    "involved": pl.Boolean,
    "subcontractor": pl.Int64,
    "stopped": pl.Int64,
    "why": pl.String,
}

#: Parts that make no sense without a contract.
_ALWAYS = (
    "wrong_permit",
    "twin_owners",
    "shared_owner",
    "overrun_contract",
    "final_invoice_after_contract",
    "contract_renewed",
    "instalments_in_contract",
    "owner_in_two_areas",
    "small_share_in_two",
    "hasty_home",
    "visited_at_its_office",
    "hollow_company",
    "contract_nearly_used",
    "declared_subcontractor",
    "four_complaints",
    "hidden_owner",
    "deputy_in_two",
    "unlicensed",
    "parted_as_agreed",
    "fixed_fee",
    "licence_with_contract",
    "same_amount_monthly",
)
#: What is bought for more a year (öre) has a contract; for care the limit is another.
_LARGE, _LARGE_CARE = 60_000_000, 700_000_000


def make_contracts(world: World) -> World:
    """Fill ``contracts``: one per supplier that has one (``which`` = 1), running today."""
    draws, calendar = world.draws, world.calendar
    kinds = list(world.settings.services.values())
    suppliers = world.suppliers
    service = suppliers.get_column("service").to_numpy()
    likely = np.array([kind.contract for kind in kinds])[service]
    part = suppliers.get_column("part").to_numpy()
    needs_permit = np.array([kind.permit is not None for kind in kinds])[service]
    yearly = suppliers.get_column("monthly_ore").to_numpy() * 12
    is_large = yearly > np.where(needs_permit, _LARGE_CARE, _LARGE)
    drawn = draws.chance("has contract", suppliers.height, likely)
    has_one = drawn | is_large | np.isin(part, _ALWAYS)
    held = suppliers.filter(pl.Series(has_one))
    row = held.get_column("supplier").to_numpy()
    service = service[has_one]
    since = int(calendar.month_starts[0]) - draws.integers("contract/since", row, 40, 800)
    since = np.maximum(since, held.get_column("registered").to_numpy() + 12)
    until = calendar.today + draws.integers("contract/until", row, 60, 1_100)
    open_ended = draws.chance("contract/open", row, 0.12)
    area = pl.Series([kind.area for kind in kinds]).gather(pl.Series(service))
    unit = np.array([kind.units[0] for kind in kinds])[service]
    needs_permit = np.array([kind.permit is not None for kind in kinds])[service]
    usual = pl.Series(["ramavtal", "upphandling", "direktupphandling", "avrop"])
    procedure = usual.gather(pl.Series(draws.pick("procedure", row, [5, 3, 2, 1])))
    annual = held.get_column("monthly_ore").to_numpy() * 12
    # What is paid in instalments is part of what was agreed.
    annual = annual + np.where(held.get_column("part") == "instalments_in_contract", 50_000_000, 0)
    # Who is paid in instalments has agreed on them.
    annual = annual + np.where(part[has_one] == "instalments_in_contract", 40_000_000, 0)
    frame = pl.DataFrame(
        {
            "supplier": row,
            "which": np.ones_like(row),
            "number": contract_numbers(row, 1),
            "area": area,
            "unit": pl.Series(list(world.settings.units)).gather(pl.Series(unit)),
            "procedure": procedure,
            "since": since,
            "until": until,
            "annual_ore": (annual * draws.uniform("contract/value", row, 0.9, 1.6)).astype(
                np.int64
            ),
            "criticality": np.where(
                needs_permit,
                3 + draws.pick("criticality", row, 2),
                1 + draws.pick("criticality", row, 3),
            ),
            "followup": calendar.today - draws.integers("followup", row, 20, 700),
            "involved": draws.chance("involved", row, 0.9),
        }
    ).with_columns(stopped=pl.lit(None, pl.Int64), why=pl.lit(None, pl.String))
    is_choice = pl.col("area").is_in(["Hemtjänst", "Daglig verksamhet"])
    return world.but(
        contracts=frame.with_columns(
            until=pl.when(~pl.Series(open_ended)).then("until"),
            procedure=pl.when(is_choice).then(pl.lit("lov")).otherwise("procedure"),
            followup=pl.when(pl.Series(draws.chance("followed up", row, 0.7))).then("followup"),
            subcontractor=pl.lit(None, pl.Int64),
        ).cast(CONTRACT_COLUMNS)  # type: ignore[arg-type]
    )


def contract_numbers(suppliers: Ints, which: int) -> pl.Series:
    """Contract numbers such as ``AVT-20417``; ``which`` is 1 for the first contract, 2 the next."""
    numbers = pl.Series(20_000 + 4 * suppliers + which).cast(pl.String)
    return joined("AVT-", numbers)
