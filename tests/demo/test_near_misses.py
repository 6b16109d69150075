"""Honest suppliers that look like trouble: they are there, and stay on the right side."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from screening.demo.near_misses import NEAR_MISSES, PAY_NEAR_MISSES, SETTLED_ELSEWHERE
from screening.demo.near_records import RECORD_NEAR_MISSES
from screening.demo.settings import demo_settings
from screening.demo.world import World
from tests.demo.made_demo import AS_OF, Demo


def test_every_honest_part_is_played_by_somebody_unlabelled(world: World) -> None:
    played = {*NEAR_MISSES, *PAY_NEAR_MISSES, *RECORD_NEAR_MISSES, *SETTLED_ELSEWHERE}
    assert played == set(demo_settings().honest)
    labelled = set(world.planted.get_column("supplier"))
    for part in played:
        suppliers = world.cast.part(part)
        assert suppliers.size >= 1, part
        assert not labelled & set(suppliers.tolist()), part


def _rows(frame: pl.DataFrame, column: str, world: World, part: str) -> pl.DataFrame:
    mine = pl.Series(world.cast.part(part)).implode()
    return frame.filter(pl.col(column).is_in(mine))


def test_a_renewed_permit_has_a_gap_shorter_than_the_grace(world: World) -> None:
    permits = _rows(world.permits, "company", world, "permit_renewed_late")
    ends = (
        permits.filter(pl.col("valid_to").is_not_null())
        .group_by("company")
        .agg(pl.col("valid_to").max())
    )
    starts = (
        permits.filter(pl.col("valid_to").is_null())
        .group_by("company")
        .agg(pl.col("valid_from").min())
    )
    gaps = ends.join(starts, on="company").select(pl.col("valid_from") - pl.col("valid_to"))
    assert gaps.height >= 2
    assert gaps.to_series().is_between(1, 29).all()


def test_the_last_invoice_after_a_permit_or_contract_comes_within_a_month(world: World) -> None:
    last = world.invoices.group_by("supplier").agg(pl.col("day").max().cast(pl.Int64))
    ends = {
        "permit_ended_last_invoice": world.permits.group_by(supplier="company").agg(
            end=pl.col("valid_to").max()
        ),
        "final_invoice_after_contract": world.contracts.select("supplier", end="until"),
    }
    for part, frame in ends.items():
        mine = _rows(frame.join(last, on="supplier"), "supplier", world, part)
        assert mine.height >= 2
        assert (mine.get_column("day") - mine.get_column("end")).max() <= 30


def test_a_namesake_was_born_on_another_day(world: World) -> None:
    named = world.people.select("person", "name", "birth")
    banned = world.prohibitions.join(named, on="person")
    owners = _rows(world.owners, "company", world, "prohibited_namesake").join(named, on="person")
    alike = owners.join(banned, on="name", suffix="_banned")
    assert alike.height >= 2
    assert (alike.get_column("birth") != alike.get_column("birth_banned")).all()
    assert (alike.get_column("person") != alike.get_column("person_banned")).all()


def test_who_is_on_the_list_by_name_was_born_on_another_day_or_is_there_no_longer(
    demo: Demo, world: World
) -> None:
    listed = demo.table("sanctions").filter(pl.col("schema") == "Person")
    alike = listed.with_columns(name=pl.col("aliases").str.split(";").list.last()).join(
        _rows(world.owners, "company", world, "listed_namesake")
        .join(world.people, on="person")
        .select(
            name=pl.col("name")
            .str.normalize("NFKD")
            .str.replace_all(r"\p{M}", "")
            .str.to_uppercase(),
            born=pl.col("birth").cast(pl.Int32).cast(pl.Date).cast(pl.String),
        ),
        on="name",
    )
    assert alike.height >= 2
    assert alike.get_column("birth_date").null_count() >= 1
    assert (
        (alike.drop_nulls("birth_date").select(pl.col("birth_date") != pl.col("born")))
        .to_series()
        .all()
    )
    over = listed.filter(pl.col("sanctions").str.contains(r"\d - \d{4}-\d\d-\d\d$"))
    assert over.height == world.cast.part("sanction_lifted").size


def test_factoring_customers_are_more_than_five_with_one_account(demo: Demo) -> None:
    shared = demo.table("suppliers").group_by("bankgiro").len().drop_nulls()
    assert shared.get_column("len").max() > 5


def test_a_supplier_with_two_numbers_is_one_legal_entity(demo: Demo) -> None:
    twice = demo.table("suppliers").filter(
        pl.col("orgnr").is_duplicated() & pl.col("orgnr").is_not_null()
    )
    assert twice.height >= 4
    used = set(demo.ledger.get_column("leverantor_id"))
    assert set(twice.get_column("supplier_no")) <= used
    by_entity = twice.group_by("orgnr").agg(pl.col("bankgiro").n_unique())
    assert by_entity.get_column("bankgiro").max() == 1


def test_a_credited_invoice_and_its_second_sending_leave_one_to_pay(world: World) -> None:
    mine = _rows(world.invoices, "supplier", world, "credited_and_reinvoiced")
    thrice = mine.group_by("supplier", "number").agg(
        pl.col("ore").sum(), times=pl.len(), one=pl.col("ore").max()
    )
    corrected = thrice.filter(pl.col("times") == 3)
    assert corrected.height >= 2
    assert (corrected.get_column("ore") == corrected.get_column("one")).all()


def test_equal_monthly_amounts_have_different_numbers(world: World) -> None:
    mine = _rows(world.invoices, "supplier", world, "same_amount_monthly")
    per_supplier = mine.group_by("supplier").agg(
        amounts=pl.col("ore").n_unique(), numbers=pl.col("number").n_unique(), times=pl.len()
    )
    assert (per_supplier.get_column("amounts") == 1).all()
    assert (per_supplier.get_column("numbers") == per_supplier.get_column("times")).all()
    assert per_supplier.get_column("times").min() >= 12


@pytest.mark.parametrize(
    ("part", "least", "most"), [("visits_touch", 0, 0), ("visits_overlap_little", 1, 9)]
)
def test_near_visits_touch_or_overlap_by_minutes(
    world: World, part: str, least: int, most: int
) -> None:
    mine = _rows(world.visits, "company", world, part).filter(pl.col("worker") % 1_000 == 900)
    ordered = mine.sort("worker", "start").with_columns(
        overlap=(pl.col("end") - pl.col("start").shift(-1)).over("worker")
    )
    same_evening = ordered.filter(pl.col("overlap") > -600).get_column("overlap")
    assert same_evening.len() >= 10
    assert same_evening.min() >= least
    assert same_evening.max() <= most


def test_honest_visits_never_overlap(world: World) -> None:
    base = world.visits.filter(pl.col("worker") % 1_000 < 900).sort("worker", "start")
    next_start = base.select(pl.col("start").shift(-1).over("worker")).to_series()
    assert ((next_start - base.get_column("end")).drop_nulls() > 0).all()


def test_debts_near_the_limits_stay_below_them(world: World) -> None:
    latest = world.debts.sort("day").group_by("company").agg(pl.all().last())
    under = _rows(latest, "company", world, "debt_under_limit").get_column("public_ore")
    assert under.min() >= 3_000_000
    assert under.max() < 5_000_000
    paid = _rows(latest, "company", world, "debt_paid_off").get_column("public_ore")
    assert paid.to_list() == [0] * paid.len()


def test_new_companies_that_are_honest_are_small(world: World) -> None:
    new = world.suppliers.filter(pl.col("part") == "new_and_small").select("supplier", "registered")
    early = (
        world.invoices.join(new, on="supplier")
        .filter(pl.col("day") <= pl.col("registered") + 180)
        .group_by("supplier")
        .agg(pl.col("ore").sum(), first=pl.col("day").min() - pl.col("registered").first())
    )
    assert early.get_column("ore").max() < 100_000_000
    # Some began before the registration was through.
    assert early.get_column("first").min() <= 18


def test_pay_is_honest_unless_planted(world: World) -> None:
    sums = world.payroll.group_by("company").agg(pl.col("pay_ore", "heavy_ore").sum())
    share = sums.filter(pl.col("heavy_ore") > 0).with_columns(
        share=pl.col("pay_ore") / pl.col("heavy_ore")
    )
    low = world.cast.scheme("pay-too-low-for-invoiced")
    is_low = np.isin(share.get_column("company").to_numpy(), low)
    shares = share.get_column("share").to_numpy()
    assert shares[is_low].max() < 0.25 * 0.8
    assert shares[~is_low].min() > 0.25 * 1.1


def test_honest_hours_are_of_companies_that_still_are_there(demo: Demo, world: World) -> None:
    ended = world.suppliers.drop_nulls("deregistered").select("supplier", "deregistered")
    late = world.platform.filter(
        ~pl.col("supplier").is_in(world.planted["supplier"].implode())
    ).join(ended, on="supplier")
    assert late.filter(pl.col("day") > pl.col("deregistered")).is_empty()


def test_public_bodies_sell_care_and_have_no_permits(demo: Demo) -> None:
    register = demo.table("suppliers").with_columns(
        digits=pl.col("orgnr").str.replace_all(r"\D", "").str.replace(r"^(16|0007)", "")
    )
    public = register.filter(pl.col("digits").str.starts_with("2"))
    assert public.height >= 5
    assert not set(public.get_column("digits").str.head(10)) & set(demo.permits.get_column("orgnr"))
    care = demo.ledger.filter(pl.col("konto_text").str.starts_with("Köp av"))
    assert set(public.get_column("supplier_no")) & set(care.get_column("leverantor_id"))


def test_the_first_delivery_of_the_register_is_months_older(demo: Demo) -> None:
    first = min((demo.inbox / "suppliers").iterdir()).stem.removeprefix("leverantorsregister-")
    assert str(AS_OF - timedelta(days=250)) < first < str(AS_OF - timedelta(days=100))
