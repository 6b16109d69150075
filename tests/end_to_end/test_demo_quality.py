"""The list finds what the demo hides, and accuses nobody gravely who is honest."""

from datetime import date
from pathlib import Path

import pytest

from flows.composition import WeeklyRequest, run_week
from screening.demo.settings import SCHEMES
from screening.places import RULES_DIR
from screening.reports.readback import evaluate_published
from screening.scoring import Evaluation

#: As many as the shared demo is made with.
_SUPPLIERS = 200


@pytest.fixture(scope="module")
def evaluation(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    folder = tmp_path_factory.mktemp("evaluated")
    run_week(
        WeeklyRequest(
            inbox=demo / "inbox",
            out=folder / "out",
            state=folder / "state",
            as_of=date(2026, 11, 20),
            rules=(RULES_DIR,),
        )
    )
    return evaluate_published(folder / "state", demo / "labels.csv")


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
