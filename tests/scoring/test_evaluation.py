"""A list held against labels."""

import json
from datetime import date

import polars as pl
import pytest

from screening.scoring import evaluate


def ranked(*rows):
    return pl.DataFrame(
        [
            {"rank": place, "supplier_id": each[0], "orgnr": each[1], "supplier_no": each[2],
             "band": each[3]}
            for place, each in enumerate(rows, start=1)
        ]
    )  # fmt: skip


def findings(*pairs):
    return pl.DataFrame(
        [
            {"supplier_id": supplier, "rule_id": rule, "kind": "risk", "still_open": True}
            for supplier, rule in pairs
        ]
    )


def labels(*rows):
    names = ["supplier_id", "supplier_no", "orgnr", "scheme", "from_date"]
    types = dict.fromkeys(names, pl.String) | {"from_date": pl.Date}
    return pl.DataFrame(rows, schema=types, orient="row")


LIST = ranked(
    ("A", "5599000001", "1", "hög"),
    ("B", "5599000002", "2", "hög"),
    ("lev:3", None, "3", "förhöjd"),
    ("D", "5599000004", "4", "låg"),
)
FOUND = findings(("A", "phoenix"), ("B", "phoenix"), ("lev:3", "no-f-tax"), ("D", "phoenix"))
LABELS = labels(
    ("A", "1", "5599000001", "phoenix", date(2026, 1, 1)),
    # The list knows this one by its supplier number only, the labels by its organisation number.
    ("5599000003", "3", "5599000003", "public-debt", date(2026, 1, 1)),
    ("E", "5", "5599000005", "phoenix", date(2026, 1, 1)),
)


def test_precision_counts_what_is_labelled_among_the_first():
    row = evaluate(LIST, FOUND, LABELS).precision.row(0, named=True)
    assert row == {
        "top": 10,
        "listed": 4,
        "planted": 2,
        "precision": 0.5,
        "attainable": 3,
        "share_of_attainable": pytest.approx(2 / 3, abs=1e-4),
    }


def test_precision_is_taken_at_each_depth():
    long_list = ranked(*((f"S{n}", None, str(n), "låg") for n in range(60)))
    planted = labels(*((f"S{n}", None, None, "phoenix", None) for n in range(0, 60, 2)))
    counts = evaluate(long_list, FOUND, planted).precision
    assert counts["planted"].to_list() == [5, 10, 25, 30]
    assert counts["listed"].to_list() == [10, 20, 50, 60]


def test_recall_tells_listed_from_found_by_the_rule_itself():
    recall = {row["scheme"]: row for row in evaluate(LIST, FOUND, LABELS).recall.to_dicts()}
    assert recall["phoenix"]["suppliers"] == 2
    assert recall["phoenix"]["recall_by_rule"] == 0.5
    assert recall["public-debt"]["recall_listed"] == 1.0
    assert recall["public-debt"]["recall_by_rule"] == 0.0


def test_honest_suppliers_are_counted_by_rule_and_band():
    outcome = evaluate(LIST, FOUND, LABELS)
    false = {row["rule_id"]: row["honest"] for row in outcome.false_positives.to_dicts()}
    assert false == {"phoenix": 2, "no-f-tax": 0}
    assert dict(outcome.honest_bands.iter_rows()) == {"hög": 1, "förhöjd": 0, "låg": 1}


def test_labels_of_the_future_closed_findings_and_controls_do_not_count():
    late = labels(("A", "1", None, "phoenix", date(2027, 1, 1)))
    assert evaluate(LIST, FOUND, late, as_of=date(2026, 11, 20)).planted == 0
    assert evaluate(LIST, FOUND, late).planted == 1
    closed = FOUND.with_columns(still_open=pl.lit(value=False))
    controls = FOUND.with_columns(kind=pl.lit("control"))
    for other in (closed, controls):
        assert evaluate(LIST, other, LABELS).recall["found_by_rule"].sum() == 0


def test_the_outcome_is_plain_json():
    content = json.loads(json.dumps(evaluate(LIST, FOUND, LABELS).as_json()))
    assert content["planted"] == 3
    assert content["recall"][0]["scheme"] == "phoenix"


def test_labels_straight_from_a_csv_file_are_read(tmp_path):
    path = tmp_path / "labels.csv"
    LABELS.write_csv(path)
    as_text = pl.read_csv(path, infer_schema=False)
    day = date(2026, 11, 20)
    assert (
        evaluate(LIST, FOUND, as_text, day).as_json()
        == evaluate(LIST, FOUND, LABELS, day).as_json()
    )
