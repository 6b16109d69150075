"""Labels: who has what, named as the list names suppliers."""

from datetime import date

import polars as pl

from screening.demo.settings import SCHEMES
from screening.demo.world import World
from tests.demo.made_demo import AS_OF, SUPPLIERS, Demo


def test_every_scheme_is_planted_at_three_suppliers_or_more(demo: Demo) -> None:
    counts = dict(demo.labels.group_by("scheme").len().iter_rows())
    assert set(counts) == set(SCHEMES)
    assert min(counts.values()) >= 3


def test_a_supplier_and_scheme_come_once(demo: Demo) -> None:
    assert not demo.labels.select("supplier_id", "scheme").is_duplicated().any()


def test_about_one_in_five_suppliers_is_planted(demo: Demo) -> None:
    planted = demo.labels.get_column("supplier_id").n_unique()
    assert planted == demo.summary.planted_suppliers
    assert 0.15 <= planted / SUPPLIERS <= 0.26


def test_many_planted_suppliers_carry_more_than_one_scheme(demo: Demo) -> None:
    carried = demo.labels.group_by("supplier_id").len().get_column("len")
    assert (carried >= 2).sum() >= carried.len() / 2


def test_a_sole_trader_is_named_by_supplier_number_without_a_personal_number(demo: Demo) -> None:
    sole = demo.labels.filter(pl.col("supplier_id").str.starts_with("lev:"))
    assert sole.height > 0
    assert sole.get_column("orgnr").null_count() == sole.height
    assert sole.select(
        (pl.lit("lev:") + pl.col("supplier_no")).eq(pl.col("supplier_id")).all()
    ).item()
    legal = demo.labels.filter(~pl.col("supplier_id").str.starts_with("lev:"))
    assert (legal.get_column("orgnr") == legal.get_column("supplier_id")).all()
    assert legal.get_column("orgnr").str.slice(2, 1).cast(pl.Int64).min() >= 2


def test_every_labelled_supplier_is_in_the_register_with_its_number(demo: Demo) -> None:
    register = demo.table("suppliers").select(
        "supplier_no", digits=pl.col("orgnr").str.replace_all(r"\D", "")
    )
    found = demo.labels.join(register, on="supplier_no", how="left")
    assert found.get_column("digits").null_count() == 0
    legal = found.filter(pl.col("orgnr").is_not_null())
    assert legal.select(pl.col("digits").str.contains(pl.col("orgnr"), literal=True).all()).item()


def test_schemes_begin_before_the_demos_last_day(demo: Demo) -> None:
    days = demo.labels.get_column("from_date").str.to_date()
    assert days.max() <= AS_OF
    assert days.min() >= date(2019, 1, 1)


def test_both_sides_of_a_pair_are_labelled(demo: Demo) -> None:
    for scheme in ("bank-account-shared", "owner-shared-same-contract-area"):
        assert demo.labelled(scheme).height % 2 == 0


def test_nobody_honest_is_labelled(demo: Demo, world: World) -> None:
    honest = world.cast.roster.filter(~pl.col("is_planted")).select("supplier")
    numbers = world.suppliers.join(honest, on="supplier").get_column("supplier_no")
    assert not set(numbers) & set(demo.labels.get_column("supplier_no"))
