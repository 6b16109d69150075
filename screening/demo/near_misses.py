"""Honest suppliers that look like a scheme at first sight, one function per part.

Each is honest, and no rule should find it, or at most weakly (the parts marked ``weakly`` in
``data/demo/schemes.yaml``). What only needs another date or amount in the company register is
settled where that is made.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from screening.demo.agreements import contract_numbers
from screening.demo.answers import TAX_DAYS, with_debts, with_tax_status
from screening.demo.draws import Ints
from screening.demo.invoices import (
    outside_band,
    with_more_invoices,
    without_invoices_after,
)
from screening.demo.near_behind import BEHIND_NEAR_MISSES
from screening.demo.near_companies import COMPANY_NEAR_MISSES, pay_none_two_months
from screening.demo.near_invoices import INVOICE_NEAR_MISSES
from screening.demo.near_people import PEOPLE_NEAR_MISSES
from screening.demo.near_work import WORK_NEAR_MISSES
from screening.demo.permits import permits_for
from screening.demo.schemes.contracts import with_contract_end
from screening.demo.schemes.invoices import booked_again, near_limit
from screening.demo.schemes.ownership import suppliers_in_pairs
from screening.demo.schemes.pay import with_pay_share
from screening.demo.schemes.payments import with_changed_account
from screening.demo.visits import with_evening_pairs
from screening.demo.world import World, among

NearMiss = Callable[[World, Ints], World]


def permit_renewed_late(world: World, suppliers: Ints) -> World:
    """The permit ran out and was renewed within the grace; both are in the extract."""
    ended = world.calendar.today - world.draws.integers("renewed late", suppliers, 100, 250)
    gap = world.draws.integers("renewed late/gap", suppliers, 8, 25)
    told = pl.DataFrame({"company": suppliers, "ended": ended, "again": ended + gap})
    old = world.permits.join(told, on="company", maintain_order="left")
    first = old.with_columns(valid_to="ended")
    second = old.with_columns(valid_from="again")
    others = world.permits.filter(~among("company", suppliers))
    columns = world.permits.columns
    return world.but(permits=pl.concat([others, first.select(columns), second.select(columns)]))


def unit_closed(world: World, suppliers: Ints) -> World:
    """One unit was closed; another with the same permit goes on."""
    ended = world.calendar.today - world.draws.integers("unit closed", suppliers, 100, 300)
    told = pl.DataFrame({"company": suppliers, "ended": ended})
    closed = (
        world.permits.join(told, on="company", maintain_order="left")
        .unique("company", keep="first", maintain_order=True)
        .with_columns(
            status=pl.lit("Nedlagd"),
            valid_to="ended",
            unit_name=pl.col("unit_name") + " norra",
            street=pl.col("street") + " B",
        )
    )
    return world.but(permits=pl.concat([world.permits, closed.select(world.permits.columns)]))


def permit_ended_last_invoice(world: World, suppliers: Ints) -> World:
    """The unit closed, and the last invoice came within the grace."""
    ended = world.calendar.today - world.draws.integers("wound up", suppliers, 60, 200)
    told = pl.DataFrame({"company": suppliers, "ended": ended})
    permits = (
        world.permits.join(told, on="company", how="left", maintain_order="left")
        .with_columns(
            valid_to=pl.coalesce("ended", "valid_to"),
            status=pl.when(pl.col("ended").is_not_null())
            .then(pl.lit("Nedlagd"))
            .otherwise("status"),
        )
        .drop("ended")
    )
    return without_invoices_after(world.but(permits=permits), suppliers, ended + 25)


def other_permit_too(world: World, suppliers: Ints) -> World:
    """The company has a permit for the service, and one for something else as well."""
    names = world.settings.service_names
    more = world.suppliers.filter(among("supplier", suppliers)).select(
        "company",
        service=pl.lit(names.index("konsulentstod")).cast(pl.Int64),
        registered="registered",
    )
    return world.but(permits=pl.concat([world.permits, permits_for(world, more)]))


def neighbour_has_permit(world: World, suppliers: Ints) -> World:
    """A company at the same address has a permit; the supplier's own service needs none."""
    moved = (
        world.others.filter((pl.col("kind") == "neighbour") & among("supplier", suppliers))
        .select("company", "supplier")
        .join(
            world.suppliers.select("supplier", "street", "postal_code", "city"),
            on="supplier",
            maintain_order="left",
        )
        .drop("supplier")
    )
    return world.but(
        others=world.others.update(moved, on="company", how="left", maintain_order="left"),
        permits=world.permits.update(moved, on="company", how="left", maintain_order="left"),
    )


def f_tax_regained(world: World, suppliers: Ints) -> World:
    """F-tax was withdrawn and given back."""
    pattern = np.array([True, False, True, True])
    back = np.full(suppliers.size, world.calendar.today - TAX_DAYS[2] - 20)
    return with_tax_status(
        world, suppliers, changed=back, f_tax=np.tile(pattern, (suppliers.size, 1))
    )


def no_employees_small(world: World, suppliers: Ints) -> World:
    """The owner does the work alone, and it is little."""
    never = np.zeros((suppliers.size, len(TAX_DAYS)), dtype=bool)
    return with_tax_status(world, suppliers, employer=never)


def _constant_debts(
    world: World, suppliers: Ints, public: list[float], private: list[float]
) -> World:
    size = (suppliers.size, 1)
    return with_debts(world, suppliers, np.tile(public, size), np.tile(private, size))


def debt_paid_off(world: World, suppliers: Ints) -> World:
    """A large debt to the public is paid."""
    return _constant_debts(world, suppliers, [148_000, 161_500, 82_300, 0], [0, 0, 0, 0])


def debt_under_limit(world: World, suppliers: Ints) -> World:
    """A debt to the public just under the limit."""
    debt = world.draws.uniform("under limit", suppliers, 34_000, 48_500)[:, None]
    over_time = debt * np.array([1.0, 1.0, 0.99, 0.98])
    return with_debts(world, suppliers, over_time, np.zeros_like(over_time))


def debt_just_over(world: World, suppliers: Ints) -> World:
    """A disputed tax bill just over the limit."""
    debt = world.draws.uniform("just over", suppliers, 52_000, 66_000)[:, None]
    over_time = debt * np.array([0.0, 1.0, 1.0, 1.0])
    return with_debts(world, suppliers, over_time, np.zeros_like(over_time))


def debt_up_and_down(world: World, suppliers: Ints) -> World:
    """Debts that rise and fall."""
    return _constant_debts(
        world, suppliers, [21_000, 44_000, 18_500, 30_200], [10_500, 74_000, 38_000, 61_000]
    )


def debt_growing_little(world: World, suppliers: Ints) -> World:
    """Debts that grow from answer to answer, by little."""
    return _constant_debts(
        world, suppliers, [2_400, 6_100, 9_800, 13_700], [1_000, 2_000, 4_000, 6_500]
    )


def account_changed(world: World, suppliers: Ints) -> World:
    """A new bank account, and nothing but the usual invoices after it."""
    return with_changed_account(world, np.sort(suppliers))


def credited_and_reinvoiced(world: World, suppliers: Ints) -> World:
    """An invoice was wrong: it was credited and sent again, with the same number and amount."""
    again = booked_again(world, suppliers, 1)
    credit = again.with_columns(
        ore=-pl.col("ore"), day=pl.col("day") - 3, look=-2 - pl.col("look").abs()
    )
    return with_more_invoices(world, pl.concat([credit, again]))


def sent_twice_by_mistake(world: World, suppliers: Ints) -> World:
    """One small invoice was booked twice, and nobody meant harm."""
    return with_more_invoices(world, booked_again(world, suppliers, 1))


def same_amount_monthly(world: World, suppliers: Ints) -> World:
    """Rent and licences: the same amount every month, each with its own number."""
    amount = outside_band(world.suppliers.get_column("monthly_ore").to_numpy())
    monthly = pl.Series(amount).gather(world.invoices.get_column("supplier"))
    rows = world.invoices.with_columns(monthly_ore=monthly)
    equal = pl.when(among("supplier", suppliers)).then("monthly_ore").otherwise("ore")
    return world.but(invoices=rows.with_columns(ore=equal).drop("monthly_ore"))


def instalments_in_contract(world: World, suppliers: Ints) -> World:
    """Instalments just below the limit, as the contract says."""
    ordered = np.sort(suppliers)
    start = world.calendar.today - world.draws.integers("instalments", ordered, 30, 300)
    return with_more_invoices(
        world, near_limit(world, ordered, start, pieces=4, within_days=11, contract=1)
    )


def two_near_limit(world: World, suppliers: Ints) -> World:
    """Two purchases just below the limit in a fortnight, and two more months later."""
    ordered = np.sort(suppliers)
    start = world.calendar.today - world.draws.integers("two", ordered, 30, 100)
    world = with_more_invoices(world, near_limit(world, ordered, start, 2, within_days=9))
    return with_more_invoices(world, near_limit(world, ordered, start - 120, 2, within_days=9))


def visits_touch(world: World, suppliers: Ints) -> World:
    """One visit begins when the other ends."""
    return with_evening_pairs(world, suppliers, suppliers, times=10, gap_minutes=0)


def visits_overlap_little(world: World, suppliers: Ints) -> World:
    """Visits overlap by some minutes: clocks, and tags read at the door."""
    return with_evening_pairs(world, suppliers, suppliers, times=10, gap_minutes=-7)


def two_overlaps(world: World, suppliers: Ints) -> World:
    """Two real overlaps in three months, which is a mistake and no pattern."""
    return with_evening_pairs(world, suppliers, suppliers, times=2, gap_minutes=-30)


def worker_with_two_employers(world: World, suppliers: Ints) -> World:
    """A worker has two employers, and time between them."""
    leaders, followers = suppliers_in_pairs(world, suppliers)
    return with_evening_pairs(world, leaders, followers, times=12, gap_minutes=25)


def final_invoice_after_contract(world: World, suppliers: Ints) -> World:
    """The contract ended, and the last invoice came within a month."""
    ended = world.calendar.today - world.draws.integers("final invoice", suppliers, 60, 200)
    world = with_contract_end(world, suppliers, ended)
    return without_invoices_after(world, suppliers, ended + 25)


def contract_renewed(world: World, suppliers: Ints) -> World:
    """A new contract follows the old one; for some time invoices still name the old."""
    ended = world.calendar.today - world.draws.integers("renewed", suppliers, 120, 300)
    world = with_contract_end(world, suppliers, ended)
    told = pl.DataFrame(
        {
            "supplier": suppliers,
            "ended": ended,
            "next": contract_numbers(suppliers, 2),
        }
    )
    renewed = (
        world.contracts.join(told, on="supplier", maintain_order="left")
        .with_columns(
            which=pl.lit(2).cast(pl.Int64),
            number="next",
            since=pl.col("ended") + 1,
            until=pl.col("ended") + 1_095,
        )
        .select(world.contracts.columns)
    )
    new_number = (pl.col("day") > pl.col("ended") + 60) & (pl.col("contract") == 1)
    invoices = (
        world.invoices.join(told, on="supplier", how="left", maintain_order="left")
        .with_columns(contract=pl.when(new_number).then(2).otherwise("contract").cast(pl.Int8))
        .drop("ended", "next")
    )
    return world.but(contracts=pl.concat([world.contracts, renewed]), invoices=invoices)


def pay_low_subcontractors(world: World, suppliers: Ints) -> World:
    """Part of the work is done by subcontractors: pay is low, but not that low."""
    share = world.draws.uniform("subcontractors", suppliers, 0.31, 0.4)
    return with_pay_share(world, suppliers, pl.Series(share))


def pay_none_one_month(world: World, suppliers: Ints) -> World:
    """One month without declared pay, corrected later."""
    gone = among("company", suppliers) & (pl.col("month") == world.calendar.months - 6)
    pay = world.payroll.with_columns(
        pay_ore=pl.when(gone).then(0).otherwise("pay_ore").cast(pl.Int64),
        employees=pl.when(gone).then(0).otherwise("employees").cast(pl.Int64),
    )
    return world.but(payroll=pay)


NEAR_MISSES: dict[str, NearMiss] = {
    "final_invoice_after_contract": final_invoice_after_contract,
    "permit_ended_last_invoice": permit_ended_last_invoice,
    "same_amount_monthly": same_amount_monthly,
    "credited_and_reinvoiced": credited_and_reinvoiced,
    "sent_twice_by_mistake": sent_twice_by_mistake,
    "instalments_in_contract": instalments_in_contract,
    "two_near_limit": two_near_limit,
    "contract_renewed": contract_renewed,
    "permit_renewed_late": permit_renewed_late,
    "unit_closed": unit_closed,
    "other_permit_too": other_permit_too,
    "neighbour_has_permit": neighbour_has_permit,
    "f_tax_regained": f_tax_regained,
    "no_employees_small": no_employees_small,
    "debt_paid_off": debt_paid_off,
    "debt_under_limit": debt_under_limit,
    "debt_just_over": debt_just_over,
    "debt_up_and_down": debt_up_and_down,
    "debt_growing_little": debt_growing_little,
    "account_changed": account_changed,
    "visits_touch": visits_touch,
    "visits_overlap_little": visits_overlap_little,
    "two_overlaps": two_overlaps,
    "worker_with_two_employers": worker_with_two_employers,
    **PEOPLE_NEAR_MISSES,
    **COMPANY_NEAR_MISSES,
    **INVOICE_NEAR_MISSES,
    **WORK_NEAR_MISSES,
    **BEHIND_NEAR_MISSES,
}

#: Those in payroll, which is made from the invoices.
PAY_NEAR_MISSES: dict[str, NearMiss] = {
    "pay_low_subcontractors": pay_low_subcontractors,
    "pay_none_one_month": pay_none_one_month,
    "pay_none_two_months": pay_none_two_months,
}

#: Parts that are complete with what the company register or the amounts say.
SETTLED_ELSEWHERE = frozenset(
    {
        "merged_company",
        "closed_after_last_invoice",
        "proceeding_ended",
        "new_and_small",
        "only_in_scb",
        "two_supplier_numbers",
        "spun_off",
    }
)


def stage(world: World, near_misses: dict[str, NearMiss]) -> World:
    """Let the honest parts be played."""
    for part, near_miss in near_misses.items():
        suppliers = world.cast.part(part)
        if suppliers.size:
            world = near_miss(world, suppliers)
    return world
