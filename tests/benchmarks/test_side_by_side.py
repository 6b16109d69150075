"""Other tools are judged at their best threshold, and pairs of names by known figures."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.labelled.matching import read_labelled, write_labelled
from benchmarks.labelled.name_pairs import (
    area_under_curve,
    best_f1,
    international_pairs,
    pair_f1,
    read_pairs,
    swedish_pairs,
)
from benchmarks.labelled.side_by_side import best_threshold
from benchmarks.labelled.suppliers import make_labelled


def _best(rows):
    return pl.DataFrame(
        rows, schema={"party_id": pl.Int64, "orgnr": pl.String, "weight": pl.Float64}, orient="row"
    )


def test_the_best_threshold_takes_the_right_and_leaves_the_wrong():
    truth = pl.DataFrame({"party_id": [0, 1, 2, 3], "truth": ["a", "b", "c", None]})
    best = _best([(0, "a", 9.0), (1, "b", 8.0), (3, "x", 2.0), (2, "y", 1.0)])
    assert best_threshold(best, truth) == (1.0, pytest.approx(2 / 3), 8.0)
    assert best_threshold(_best([]), truth) == (0.0, 0.0, 0.0)


def test_candidates_of_equal_weight_are_taken_together():
    truth = pl.DataFrame({"party_id": [0, 1], "truth": ["a", "b"]})
    best = _best([(0, "a", 5.0), (1, "x", 5.0)])
    assert best_threshold(best, truth) == (0.5, 0.5, 5.0)


def test_what_is_written_for_others_is_what_was_made(tmp_path):
    labelled = make_labelled(3_000, 1_500, "hard", seed=2)
    write_labelled(labelled, tmp_path)
    again = read_labelled(tmp_path)
    assert again.register.equals(labelled.register)
    assert again.suppliers.equals(labelled.suppliers)
    assert "truth" not in pl.read_parquet(tmp_path / "suppliers.parquet").columns
    labels = pl.read_parquet(tmp_path / "labels.parquet").join(labelled.suppliers, on="party_id")
    assert labels.height == 1_000
    assert (labels["orgnr"] == labels["truth"]).all()


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40).filter(
        lambda rows: 0 < sum(same for _, same in rows) < len(rows)
    )
)
def test_area_counts_how_often_the_same_score_above_the_others(rows):
    scores, same = pl.Series([s for s, _ in rows]), pl.Series([y for _, y in rows])
    wins = [
        1.0 if one > other else 0.5 if one == other else 0.0
        for one, is_same in rows
        if is_same
        for other, is_other in rows
        if not is_other
    ]
    assert area_under_curve(scores, same) == pytest.approx(sum(wins) / len(wins))
    assert best_f1(scores, same) >= pair_f1(scores, same, 0.5)


@pytest.mark.parametrize("made", [lambda: swedish_pairs(200), international_pairs])
def test_pairs_are_of_both_kinds_and_none_is_a_name_with_itself(made):
    pairs = made()
    assert 0.4 < pairs["is_same"].mean() < 0.6
    assert (pairs["left"] != pairs["right"]).all()
    assert pairs.null_count().row(0) == (0, 0, 0)
    assert pairs.select("left", "right").is_unique().all()


def test_pairs_of_others_are_read_companies_only(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text(
        "case_group,schema,name1,name2,is_match\n"
        'a,Company,"Berg, Holm & Co",Berg Holm,true\na,Person,Anna Ek,A Ek,true\n'
        "a,Organization,Vik,Vick,false\n",
        "utf-8",
    )
    assert read_pairs(path).rows() == [
        ("Berg, Holm & Co", "Berg Holm", True),
        ("Vik", "Vick", False),
    ]
