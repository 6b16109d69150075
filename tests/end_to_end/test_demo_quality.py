"""The list finds what the demo hides, and accuses nobody gravely who is honest."""

from pathlib import Path

import pytest

from screening.demo.settings import SCHEMES
from screening.reports.readback import evaluate_published
from screening.scoring import Evaluation
from tests.end_to_end.small_inbox import Week

#: As many as the shared demo is made with.
_SUPPLIERS = 200


@pytest.fixture(scope="module")
def evaluation(demo: Path, demo_week: Week) -> Evaluation:
    return evaluate_published(demo_week.town / "state", demo / "labels.csv")


def test_every_rule_has_a_scheme_and_finds_it(evaluation: Evaluation) -> None:
    assert set(evaluation.recall["scheme"]) == set(SCHEMES)
    poor = evaluation.recall.filter(evaluation.recall["recall_by_rule"] < 0.95)
    assert poor.is_empty(), poor


def test_the_top_of_the_list_is_what_was_planted(evaluation: Evaluation) -> None:
    at = {row["top"]: row for row in evaluation.precision.iter_rows(named=True)}
    assert at[10]["planted"] >= 9
    assert at[50]["planted"] >= 0.9 * at[50]["attainable"]


def test_honest_suppliers_are_hardly_ever_above_the_lowest_band(evaluation: Evaluation) -> None:
    bands = dict(evaluation.honest_bands.iter_rows())
    assert bands["hög"] == 0
    assert bands["förhöjd"] <= 0.02 * (_SUPPLIERS - evaluation.planted)
