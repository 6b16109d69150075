"""Rules run on a work file: findings, merged and in order, whatever the order they came in."""

import json
import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from screening.rules.loading import load_rules
from screening.rules.model import Rule
from screening.rules.results import (
    FINDINGS_SCHEMA,
    OUTCOMES_SCHEMA,
    RULES_SCHEMA,
    Answer,
    RunResult,
)
from screening.rules.running import run_rules
from tests.rules.rule_making import AS_OF, a_rule, asking, rule_text, work_file

_SUPPLIERS = [
    {"supplier_id": "a", "orgnr": "a", "match_confidence": 0.9, "name": "A", "ref": 1},
    {"supplier_id": "b", "orgnr": "b", "match_confidence": 1.0, "name": "B", "ref": 2},
    {"supplier_id": "c", "orgnr": None, "match_confidence": None, "name": "C", "ref": 3},
]
_INVOICES: list[dict[str, Any]] = [
    {"supplier_id": "a", "amount_sek": 100, "ref": 11, "match_confidence": 0.5, "invoice_no": "1"},
    {"supplier_id": "a", "amount_sek": 300, "ref": 13, "match_confidence": 0.2, "invoice_no": "3"},
    {"supplier_id": "a", "amount_sek": 200, "ref": 12, "match_confidence": 0.7, "invoice_no": "2"},
    {"supplier_id": "b", "amount_sek": None, "ref": 21, "match_confidence": 1, "invoice_no": "9"},
]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return work_file(
        tmp_path / "work.duckdb",
        {
            "suppliers": _SUPPLIERS,
            "invoices": _INVOICES,
            "debts": [
                {"orgnr": "a", "public_debt_sek": 1260000.5, "as_of": "2026-11-01", "ref": 31},
                {"orgnr": "b", "public_debt_sek": 10, "as_of": "2026-11-01", "ref": 32},
            ],
        },
        {"invoices": AS_OF, "debts": date(2026, 11, 1)},
        [("a", "debts", date(2026, 11, 1)), ("b", "debts", date(2026, 11, 1))],
    )


def _one(result: RunResult, supplier_id: str) -> dict[str, Any]:
    return result.findings.row(by_predicate=pl.col("supplier_id") == supplier_id, named=True)


def test_a_finding_has_everything_that_later_stages_need(work: Path) -> None:
    result = run_rules(work, [a_rule()], AS_OF)
    assert result.findings.schema == pl.Schema(FINDINGS_SCHEMA)
    assert result.rules.schema == pl.Schema(RULES_SCHEMA)
    assert result.outcomes.schema == pl.Schema(OUTCOMES_SCHEMA)
    assert result.findings.to_dicts() == [
        {
            "rule_id": "public-debt",
            "rule_version": 1,
            "area": "tax",
            "kind": "risk",
            "severity": "medium",
            "supplier_id": "a",
            "subject_id": None,
            "amount_sek": Decimal("1260000.50"),
            "match_confidence": 0.9,
            "evidence": [31],
            "detail": '{"answered_on":"2026-11-01","public_debt_sek":1260000.50}',
            "summary_sv": "1\u202f260\u202f000 kr i skuld den 2026-11-01.",
            "summary_en": "1\u202f260\u202f000 SEK of debt on 2026-11-01.",
        }
    ]


def test_each_rule_is_counted(work: Path) -> None:
    row = run_rules(work, [a_rule()], AS_OF).rules.row(0, named=True)
    seconds = row.pop("seconds")
    assert row == {
        "rule_id": "public-debt",
        "rule_version": 1,
        "status": "run",
        "found": 1,
        "clear": 1,
        "not_checked": 1,
        "reason_sv": None,
        "reason_en": None,
    }
    assert 0 < seconds < 30


def test_rows_of_one_supplier_become_one_finding(work: Path) -> None:
    rule = asking(
        "SELECT supplier_id, amount_sek, match_confidence, [ref, ref, NULL] AS evidence,"
        " invoice_no AS subject_id, invoice_no FROM invoices"
    )
    result = run_rules(work, [rule], AS_OF)
    found = _one(result, "a")
    assert found["amount_sek"] == Decimal("300.00")
    assert found["match_confidence"] == 0.7
    assert found["evidence"] == [11, 12, 13]
    assert found["subject_id"] == "3"
    assert json.loads(found["detail"]) == {"invoice_no": "3"}
    without_amount = _one(result, "b")
    assert without_amount["amount_sek"] is None
    assert without_amount["evidence"] == [21]


def test_of_rows_with_the_same_amount_the_surest_and_then_the_first_is_told(work: Path) -> None:
    rule = asking(
        "SELECT v.supplier_id, 5 AS amount_sek, v.c AS match_confidence, v.word"
        " FROM (VALUES ('a', 0.5, 'x'), ('a', 0.9, 'z'), ('a', 0.9, 'y'))"
        " AS v(supplier_id, c, word)"
    )
    assert json.loads(_one(run_rules(work, [rule], AS_OF), "a")["detail"]) == {"word": "y"}


def test_a_finding_needs_no_more_than_a_supplier(work: Path) -> None:
    result = run_rules(work, [asking("SELECT supplier_id FROM suppliers")], AS_OF)
    found = _one(result, "c")
    assert found["amount_sek"] is None
    assert found["match_confidence"] == 1.0
    assert found["evidence"] == []
    assert found["detail"] == "{}"
    assert found["summary_sv"] == "Skuld till staten"


def test_the_detail_has_sorted_keys_at_every_depth_and_values_that_json_holds(work: Path) -> None:
    rule = asking(
        "SELECT supplier_id, {'b': 1.5, 'a': {'z': [0.1 + 0.2], 'y': DATE '2026-01-02'}} AS detail,"
        " CAST('inf' AS DOUBLE) AS no_number, CAST(0.1 AS FLOAT) AS tenth, true AS is_so,"
        " [{'k': 2, 'j': 1}] AS each, TIMESTAMP '2026-01-02 03:04:05' AS at, NULL AS nothing"
        " FROM suppliers WHERE supplier_id = 'a'"
    )
    assert _one(run_rules(work, [rule], AS_OF), "a")["detail"] == (
        '{"a":{"y":"2026-01-02","z":[0.3]},"at":"2026-01-02 03:04:05","b":1.5,'
        '"each":[{"j":1,"k":2}],"is_so":true,"no_number":null,"nothing":null,"tenth":0.1}'
    )


def test_findings_for_no_one_and_for_strangers_are_left_out(work: Path) -> None:
    rule = asking(
        "SELECT v.supplier_id FROM (VALUES ('a'), (NULL), ('stranger')) AS v(supplier_id)"
    )
    result = run_rules(work, [rule], AS_OF)
    assert result.findings["supplier_id"].to_list() == ["a"]
    assert result.rules["found"].to_list() == [1]
    assert result.rules["clear"].to_list() == [2]


def test_a_finding_for_a_supplier_that_is_not_checked_is_dropped(work: Path) -> None:
    rule = asking("SELECT supplier_id FROM suppliers", needs={"debts": 100})
    result = run_rules(work, [rule], AS_OF)
    assert result.findings["supplier_id"].to_list() == ["a", "b"]
    assert result.not_checked.select("supplier_id", "reason").rows() == [("c", "no_orgnr")]


def test_a_rule_that_nobody_can_be_checked_for_does_not_run(work: Path) -> None:
    rule = asking("SELECT supplier_id FROM suppliers", needs={"permits": 100})
    row = run_rules(work, [rule], AS_OF).rules.row(0, named=True)
    assert (row["status"], row["found"], row["clear"], row["not_checked"]) == (
        "not_checked",
        0,
        0,
        3,
    )
    assert "saknas" in row["reason_sv"]
    assert "missing" in row["reason_en"]


def test_with_no_suppliers_a_rule_whose_source_is_missing_is_still_not_checked(
    tmp_path: Path,
) -> None:
    work = work_file(tmp_path / "empty.duckdb", sources={"invoices": AS_OF})
    rules = [
        asking("SELECT supplier_id FROM suppliers", id="needs-permits", needs={"permits": 100}),
        asking("SELECT supplier_id FROM suppliers", id="needs-invoices"),
    ]
    result = run_rules(work, rules, AS_OF)
    assert result.rules.select("rule_id", "status").rows() == [
        ("needs-invoices", "run"),
        ("needs-permits", "not_checked"),
    ]
    assert result.findings.is_empty()
    assert result.outcomes.is_empty()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT name FROM suppliers", "supplier_id"),
        ("SELECT ref AS supplier_id FROM suppliers", "supplier_id"),
        ("SELECT supplier_id, name AS amount_sek FROM suppliers", "amount_sek"),
        ("SELECT supplier_id, name AS evidence FROM suppliers", "evidence"),
        ("SELECT supplier_id, ref AS detail FROM suppliers", "detail"),
        ("SELECT supplier_id, 1.5 AS match_confidence FROM suppliers", "match_confidence"),
        ("SELECT supplier_id, -0.1 AS match_confidence FROM suppliers", "match_confidence"),
        ("SELECT supplier_id, 'nan'::DOUBLE AS match_confidence FROM suppliers", "0"),
        ("SELECT supplier_id, name, {'name': 1} AS detail FROM suppliers", "name"),
        ("SELECT supplier_id, 1 // (ref - ref) AS x FROM suppliers", "query"),
        ("SELECT supplier_id, nmae FROM suppliers", "name"),
    ],
)
def test_a_rule_whose_answer_is_no_finding_fails_with_a_sentence(
    work: Path, query: str, said: str
) -> None:
    rules = [asking(query, id="broken"), asking("SELECT supplier_id FROM suppliers", id="good")]
    rows = {row["rule_id"]: row for row in run_rules(work, rules, AS_OF).rules.to_dicts()}
    assert rows["broken"]["status"] == "failed"
    assert rows["broken"]["not_checked"] == 3
    assert said in rows["broken"]["reason_en"]
    assert rows["broken"]["reason_sv"] != rows["broken"]["reason_en"]
    assert rows["good"]["found"] == 3


def test_a_rule_that_needs_an_unknown_source_fails(work: Path) -> None:
    rule = asking("SELECT supplier_id FROM suppliers", needs={"debtz": 10})
    row = run_rules(work, [rule], AS_OF).rules.row(0, named=True)
    assert row["status"] == "failed"
    assert "debts" in row["reason_en"]


def test_a_file_that_could_not_be_read_is_a_failed_rule(work: Path, tmp_path: Path) -> None:
    folder = tmp_path / "rules" / "tax"
    folder.mkdir(parents=True)
    (folder / "013-public-debt.yaml").write_text(rule_text(), encoding="utf-8")
    (folder / "014-broken.yaml").write_text("id: [", encoding="utf-8")
    result = run_rules(work, load_rules([tmp_path / "rules"]), AS_OF)
    assert result.rules.select("rule_id", "rule_version", "status", "not_checked").rows() == [
        ("broken", None, "failed", 3),
        ("public-debt", 1, "run", 1),
    ]
    assert "tax/014-broken.yaml" in result.rules["reason_sv"].to_list()[0]
    assert result.outcomes["not_checked"].to_list() == [1, 1, 2]


def test_parameters_have_the_value_of_the_day(work: Path) -> None:
    rule = a_rule(
        parameters={
            "limit_sek": [
                {"from": date(2020, 1, 1), "value": 5},
                {"from": date(2026, 1, 1), "value": 50000},
                {"from": date(2027, 1, 1), "value": 9999999},
            ]
        }
    )
    assert run_rules(work, [rule], AS_OF).rules["found"].to_list() == [1]


def test_lists_and_days_are_parameters_too(work: Path) -> None:
    rule = asking(
        "SELECT supplier_id FROM suppliers"
        " WHERE list_contains($ids, supplier_id) AND $as_of >= $since AND $is_on",
        parameters={"ids": ["a", "c"], "since": date(2026, 1, 1), "is_on": True},
    )
    assert run_rules(work, [rule], AS_OF).findings["supplier_id"].to_list() == ["a", "c"]


def test_neither_the_order_of_rules_nor_of_rows_matters(tmp_path: Path) -> None:
    rules: list[Rule] = [
        a_rule(),
        asking(
            "SELECT supplier_id, amount_sek, [ref] AS evidence, invoice_no,"
            " match_confidence FROM invoices",
            id="each-invoice",
        ),
        asking("SELECT supplier_id, nmae FROM suppliers", id="broken"),
        asking("SELECT supplier_id FROM suppliers", id="unchecked", needs={"permits": 9}),
    ]
    results = []
    for attempt in range(3):
        shuffle = random.Random(attempt).sample
        work = work_file(
            tmp_path / f"{attempt}.duckdb",
            {
                "suppliers": shuffle(_SUPPLIERS, len(_SUPPLIERS)),
                "invoices": shuffle(_INVOICES, len(_INVOICES)),
            },
            {"invoices": AS_OF},
        )
        results.append(run_rules(work, shuffle(rules, len(rules)), AS_OF, threads=1 + attempt))
    for result in results[1:]:
        assert result.findings.equals(results[0].findings)
        assert result.rules.drop("seconds").equals(results[0].rules.drop("seconds"))
        assert result.outcomes.equals(results[0].outcomes)
        assert result.not_checked.equals(results[0].not_checked)
    assert results[0].findings.height == 2


def test_sums_of_broken_numbers_are_the_same_however_many_threads_add(tmp_path: Path) -> None:
    path = work_file(tmp_path / "work.duckdb", sources={"invoices": AS_OF})
    import duckdb

    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO screen.suppliers (supplier_id) VALUES ('a')")
        connection.execute(
            "INSERT INTO screen.invoice_lines (supplier_id, quantity)"
            " SELECT 'a', (i * 7919 % 10007) / 997.0 FROM range(300000) t(i)"
        )
    rule = asking(
        "SELECT supplier_id, sum(quantity) / 1000000 AS total FROM invoice_lines GROUP BY 1"
    )
    details = {
        run_rules(path, [rule], AS_OF, threads=threads).findings["detail"].to_list()[0]
        for threads in (1, 2, 4, 8)
    }
    assert len(details) == 1


def test_the_work_file_is_left_as_it_was(work: Path) -> None:
    before = work.read_bytes()
    run_rules(work, [a_rule(), asking("SELECT supplier_id FROM nowhere", id="b")], AS_OF)
    assert work.read_bytes() == before
    assert [path.name for path in work.parent.iterdir()] == [work.name]


def test_a_rule_that_answered_is_asked_again_only_where_it_changed(
    work: Path, tmp_path: Path
) -> None:
    answered: dict[str, Answer] = {}
    first = run_rules(work, [a_rule()], AS_OF, answered=answered)
    nobody_owes = work_file(
        tmp_path / "other.duckdb",
        {"suppliers": _SUPPLIERS, "debts": []},
        {"debts": date(2026, 11, 1)},
        [("a", "debts", date(2026, 11, 1)), ("b", "debts", date(2026, 11, 1))],
    )
    assert run_rules(nobody_owes, [a_rule()], AS_OF).findings.is_empty()
    again = run_rules(nobody_owes, [a_rule()], AS_OF, answered=answered)
    assert again.findings.equals(first.findings)
    changed = run_rules(nobody_owes, [a_rule(version=2)], AS_OF, answered=answered)
    assert changed.findings.is_empty()
