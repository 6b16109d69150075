"""Priority: money and the weight of the contract move places, and never points."""

from decimal import Decimal

import pytest

from tests.scoring.scoring_tables import FACES, SUPPLIERS, finding, suppliers, week

FIRST, SECOND = SUPPLIERS[:2]


def row_of(spend, amount=None, criticality=None):
    people = suppliers(spend={FIRST: spend}, critical={FIRST: criticality})
    return week([finding(FIRST, FACES[0], amount_sek=amount)], people=people).ranked.row(
        0, named=True
    )


@pytest.mark.parametrize(
    ("spend", "amount", "factor"),
    [
        (0, None, "0.800"),
        (10_000, None, "0.800"),
        (100_000, None, "0.967"),
        (1_000_000, None, "1.133"),
        (10_000_000, None, "1.300"),
        (900_000_000, None, "1.300"),
        (10_000, 1_000_000, "1.133"),  # the larger of the two
        (1_000_000, 10_000, "1.133"),
        (0, -5_000_000, "0.800"),  # a credit is no money at stake
    ],
)
def test_the_money_factor_rises_evenly_per_tenfold(spend, amount, factor):
    assert row_of(spend, amount)["money_factor"] == Decimal(factor)


@pytest.mark.parametrize(
    ("criticality", "factor"), [(None, "1.00"), (1, "1.00"), (2, "1.05"), (4, "1.15"), (9, "1.15")]
)
def test_the_criticality_factor_is_that_of_the_policy(criticality, factor):
    assert row_of(100_000, criticality=criticality)["criticality_factor"] == Decimal(factor)


def test_money_moves_a_place_but_neither_points_nor_score():
    same = [finding(FIRST, FACES[0]), finding(SECOND, FACES[0])]
    poor = week(same, people=suppliers(spend={FIRST: 20_000, SECOND: 9_000_000})).ranked
    rich = week(same, people=suppliers(spend={FIRST: 9_000_000, SECOND: 20_000})).ranked
    assert poor["supplier_id"].to_list() == [SECOND, FIRST]
    assert rich["supplier_id"].to_list() == [FIRST, SECOND]
    assert poor["points"].n_unique() == poor["score"].n_unique() == 1


def test_equal_priority_and_points_go_by_supplier_id():
    rows = [finding(each, FACES[0]) for each in reversed(SUPPLIERS)]
    assert week(rows).ranked["supplier_id"].to_list() == sorted(SUPPLIERS)
