"""What is wrong with the invented municipality itself, and that it touches no part of the play."""

import polars as pl

from screening.demo.casting import ORDINARY
from screening.demo.own_faults import with_own_faults, wrong_bankgiro
from screening.demo.world import World
from tests.demo.made_demo import Demo


def test_only_suppliers_without_a_part_are_touched(world: World) -> None:
    parts = world.suppliers.select("supplier", "company", "part")
    played = parts.filter(pl.col("part") != ORDINARY)
    assert not (parts.filter(pl.Series(wrong_bankgiro(world)))["part"] != ORDINARY).any()
    added = world.contracts.filter(pl.col("which").is_in([0, 3]))
    assert added.height > 0
    assert added.join(played, on="supplier", how="semi").is_empty()
    asked = world.debts.group_by("company").agg(pl.col("day").max())
    old = asked.filter(pl.col("day") < world.calendar.today - 100)
    assert old.height > 0
    assert old.join(played, on="company", how="semi").is_empty()


def test_nothing_of_it_is_labelled(world: World) -> None:
    assert with_own_faults(world).planted.equals(world.planted)


def test_direct_awards_are_small_and_some_are_made_alone(demo: Demo) -> None:
    direct = demo.contracts.filter(pl.col("procedure") == "direktupphandling")
    assert direct["value_sek"].max() <= 700_000
    assert {"ja", "nej"} <= set(direct["procurement_unit_involved"])
    together = direct.group_by("supplier_no").agg(pl.col("value_sek").sum())
    assert together.filter(pl.col("value_sek") > 700_000).height > 0


def test_the_ledger_says_who_ordered_who_approved_and_how_it_came(demo: Demo) -> None:
    ledger, orderers = demo.ledger, demo.table("orderers")
    assert set(ledger["bestallare"]) <= set(orderers["orderer_id"])
    lines = ledger.height
    assert 0 < ledger.filter(pl.col("bestallare") == pl.col("attestant")).height < 0.05 * lines
    ended = orderers.filter(pl.col("certified_until").is_not_null())
    assert ended.height == 1
    by_unit = (
        ledger.with_columns(
            half=(pl.col("day") > pl.lit(ledger["day"].max()) - pl.duration(days=180)),
            is_electronic=pl.col("kanal").is_in(["e-handel", "peppol"]),
        )
        .filter(pl.col("day") > pl.lit(ledger["day"].max()) - pl.duration(days=365))
        .group_by("forvaltning", "half")
        .agg((pl.col("ore") * pl.col("is_electronic")).sum() / pl.col("ore").sum())
        .pivot("half", index="forvaltning", values="ore")
        .with_columns(fall=pl.col("false") - pl.col("true"))
    )
    fallen = by_unit.filter(pl.col("fall") > 0.2)
    assert fallen["forvaltning"].to_list() == ["Arbetsmarknad och integration"]
