"""Honest suppliers whose owners, leaders or neighbours look like trouble: they are there."""

import polars as pl

from screening.demo.world import World, among
from tests.demo.made_demo import Demo


def _orgnrs(world: World, part: str) -> list[str]:
    chosen = world.suppliers.filter(among("supplier", world.cast.part(part)))
    return chosen.get_column("orgnr").to_list()


def test_a_deputy_of_one_leads_another_with_a_contract_in_the_same_area(
    demo: Demo, world: World
) -> None:
    mine = _orgnrs(world, "deputy_in_two")
    seats = demo.table("officers").filter(pl.col("orgnr").is_in(mine))
    deputies = seats.filter(pl.col("role") == "suppleant").select("person_id", "orgnr")
    leads = seats.filter(pl.col("role") == "ledamot").select("person_id", other="orgnr")
    both = deputies.join(leads, on="person_id").filter(pl.col("orgnr") != pl.col("other"))
    assert both.height >= 1
    areas = demo.contracts.filter(pl.col("orgnr").str.replace("-", "").is_in(mine))
    assert areas.get_column("service_area").n_unique() <= len(mine) / 2


def test_a_neighbour_on_the_staff_has_no_say_in_purchases(world: World) -> None:
    homes = world.suppliers.filter(among("supplier", world.cast.part("neighbour_is_staff")))
    near = (
        world.staff.join(world.people, on="person")
        .join(homes.select("street", "postal_code"), on=["street", "postal_code"])
        .filter("is_taken")
    )
    assert near.height == homes.height >= 1
    assert not near.get_column("is_sensitive").any()


def test_nobody_asked_who_owns_the_parent(demo: Demo, world: World) -> None:
    owners = demo.table("owners")
    parents = owners.filter(pl.col("orgnr").is_in(_orgnrs(world, "parent_not_asked")))
    assert set(parents.get_column("owner_type")) == {"company"}
    assert not set(parents.get_column("owner_id")) & set(owners.get_column("orgnr"))


def test_own_shares_are_held_directly_and_are_few(demo: Demo, world: World) -> None:
    own = demo.table("owners").filter(pl.col("owner_id") == pl.col("orgnr"))
    assert sorted(own.get_column("orgnr")) == sorted(_orgnrs(world, "own_shares"))
    assert own.get_column("share_percent").cast(pl.Float64).max() == 10


def test_a_new_tenant_has_nothing_but_the_address(world: World) -> None:
    tenants = world.suppliers.filter(among("supplier", world.cast.part("new_tenant")))
    fallen = world.others.filter(
        (pl.col("kind") == "fallen") & among("supplier", world.cast.part("new_tenant"))
    )
    places = tenants.join(fallen, on=["supplier", "street", "postal_code"])
    assert places.height == tenants.height >= 1
    people = world.officers.filter(pl.col("role") != "revisor").select("company", "person").unique()
    theirs = people.join(fallen.select("company"), on="company", how="semi")
    ours = people.join(tenants.select("company"), on="company", how="semi")
    assert not set(theirs.get_column("person")) & set(ours.get_column("person"))


def test_a_busy_director_leads_sound_companies(world: World) -> None:
    boards = world.others.filter(pl.col("kind") == "directed")
    assert boards.height == 11 * world.cast.part("busy_director").size
    assert boards.get_column("proceeding").null_count() == boards.height
    assert boards.get_column("deregistered").null_count() == boards.height


def test_who_sold_and_stayed_did_not_move(world: World) -> None:
    mine = world.cast.part("sold_and_stayed")
    events = world.events.filter(among("company", mine)).get_column("event").to_list()
    assert "board_change" in events
    assert "address_change" not in events


def test_a_contract_that_ended_as_agreed_is_not_invoiced_any_more(world: World) -> None:
    ended = world.contracts.filter(pl.col("why") == "overenskommelse")
    assert ended.height >= 1
    last = world.invoices.join(ended.select("supplier", "stopped"), on="supplier")
    assert (last.get_column("day") <= last.get_column("stopped") + 30).all()


def test_daughters_of_one_company_are_no_hidden_pair(world: World) -> None:
    mine = world.owners.filter(among("company", world.cast.part("open_group")))
    assert mine.group_by("parent").len().get_column("len").to_list() == [2] * (mine.height // 2)


def test_neighbours_of_a_home_without_permit_are_four_and_share_only_the_house(
    world: World,
) -> None:
    mine = world.suppliers.filter(among("supplier", world.cast.part("house_of_critical")))
    homes = world.suppliers.filter(among("supplier", world.cast.part("ghost_home")))
    there = mine.join(homes, on=["street", "postal_code"])
    assert there.height == mine.height >= 4
    assert not set(mine.get_column("bankgiro")) & set(homes.get_column("bankgiro"))
