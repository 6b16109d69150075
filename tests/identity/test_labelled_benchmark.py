"""Matching to the company register is no worse than it was: the frozen labelled benchmark."""

from dataclasses import asdict

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.labelled.baseline import LEVELS, frozen, measured
from benchmarks.labelled.quality import calibration_error, quality, reliability
from benchmarks.labelled.suppliers import Labelled

#: How far a figure may fall: one supplier in 300. A better model may lose one here or there.
TOLERANCE = 0.0035
CALIBRATION_TOLERANCE = 0.006


@pytest.mark.parametrize("level", LEVELS)
def test_quality_has_not_dropped(level):
    now, then = asdict(measured(level)), asdict(frozen()[level])
    fallen = {
        name: (then[name], round(now[name], 4))
        for name in ("precision", "recall", "f1", "blocking_recall")
        if now[name] < then[name] - TOLERANCE
    }
    risen = {
        name: (then[name], round(now[name], 4))
        for name in ("calibration_error", "calibration_error_by_mass")
        if now[name] > then[name] + CALIBRATION_TOLERANCE
    }
    assert not fallen | risen, f"worse than the baseline (then, now): {fallen | risen}"


def _judged(probabilities, right):
    return pl.DataFrame(
        {"party_id": range(len(right)), "probability": probabilities, "is_right": right},
        schema={"party_id": pl.Int64, "probability": pl.Float64, "is_right": pl.Boolean},
    )


def test_probabilities_that_tell_the_truth_have_no_error_and_bold_ones_have():
    honest = _judged([0.75] * 400, [True, True, True, False] * 100)
    bold = _judged([1.0] * 400, [True, True, True, False] * 100)
    for by_mass in (False, True):
        assert calibration_error(honest, by_mass) == pytest.approx(0)
        assert calibration_error(bold, by_mass) == pytest.approx(0.25)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_bins_hold_every_candidate_once_and_the_error_is_a_share(rows):
    told = _judged([p for p, _ in rows], [r for _, r in rows])
    for by_mass in (False, True):
        bins = reliability(told, by_mass)
        assert bins["candidates"].sum() == len(rows)
        assert bins["probability"].is_sorted()
        assert 0 <= calibration_error(told, by_mass) <= 1


def test_figures_of_a_known_outcome():
    suppliers = pl.DataFrame(
        {"party_id": [0, 1, 2, 3, 4], "truth": ["a", "b", "c", None, None]},
        schema={"party_id": pl.Int64, "truth": pl.String},
    )
    matches = pl.DataFrame(
        {
            "party_id": [0, 1, 2, 3],
            "orgnr": ["a", "x", "c", "y"],
            "probability": [0.9, 0.9, 0.4, 0.1],
            "is_match": [True, True, False, False],
        }
    )
    told = quality(Labelled(pl.DataFrame(), suppliers), matches, 1.0)
    assert told.precision == pytest.approx(1 / 2)
    assert told.recall == pytest.approx(1 / 3)
    assert told.f1 == pytest.approx(0.4)


def test_no_matches_at_all_are_figures_too():
    suppliers = pl.DataFrame(
        {"party_id": [0], "truth": ["a"]}, schema={"party_id": pl.Int64, "truth": pl.String}
    )
    none = pl.DataFrame(
        schema={
            "party_id": pl.Int64, "orgnr": pl.String, "probability": pl.Float64,
            "is_match": pl.Boolean,
        }
    )  # fmt: skip
    told = quality(Labelled(pl.DataFrame(), suppliers), none, 0.0)
    assert told.precision == told.recall == told.f1 == told.calibration_error == 0
