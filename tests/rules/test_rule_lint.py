"""Lint says what is wrong with a rule before it runs."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from screening.rules.linting import LintReport, lint
from screening.rules.listing import rule_rows
from screening.rules.loading import RuleSet, load_rules
from tests.rules.rule_making import a_rule, asking, rule_fields, rule_text

_EVIDENCE = "[ref] AS evidence"
_WITH_EVIDENCE = f"SELECT supplier_id, {_EVIDENCE}"


def _lint(**changes: Any) -> LintReport:
    return lint(RuleSet((a_rule(**changes),)))


def _codes(report: LintReport, level: str = "error") -> list[str]:
    return [each.problem.code for each in report.problems if each.level == level]


def _query_codes(query: str) -> set[str]:
    """What lint says about a query, beside that the rule has no cases."""
    found = {each.problem.code for each in lint(RuleSet((asking(query),))).problems}
    return found - {"lint_few_cases", "lint_no_firing_case", "lint_no_silent_case"}


def test_a_good_rule_is_clean() -> None:
    report = _lint()
    assert report.problems == ()
    assert report.is_clean
    assert report.rules == 1


def _dated(*days: str) -> list[dict[str, Any]]:
    return [
        {"from": date.fromisoformat(day), "value": value} for value, day in enumerate(days, 50000)
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"query": "SELECT supplier_id FROM nowhere WHERE 1 = $limit_sek"}, "table_unknown"),
        ({"query": "SELECT suplier_id FROM suppliers"}, "column_unknown"),
        ({"query": "SELECT name FROM suppliers"}, "returns_no_supplier"),
        ({"query": "SELECT supplier_id, orgnr FROM suppliers"}, "returns_personal"),
        ({"query": "SELECT supplier_id, client_id FROM time_reports"}, "returns_sensitive"),
        ({"query": "SELECT supplier_id, 'x' AS amount_sek FROM suppliers"}, "column_wrong_type"),
        ({"query": "SELECT supplier_id, sum(name) AS x FROM suppliers GROUP BY 1"}, "query_failed"),
        ({"needs": {"debtz": 9}}, "need_unknown"),
        ({"summary": {"sv": "{nothing}", "en": "x"}}, "lint_placeholder_unknown"),
        ({"summary": {"sv": "Lika", "en": "Lika"}}, "lint_untranslated"),
        ({"title": {"sv": "Lika", "en": "Lika"}}, "lint_untranslated"),
        ({"false_positives": [{"sv": "Lika", "en": "Lika"}]}, "lint_untranslated"),
        ({"why": {"sv": "   ", "en": "Because"}}, "lint_empty_text"),
        ({"law": [{"text": " ", "verified": False}]}, "lint_empty_text"),
        ({"why": {"sv": "TODO: varför", "en": "Because"}}, "lint_todo"),
        ({"law": [{"text": "TODO", "verified": False}]}, "lint_todo"),
        ({"action": rule_fields()["why"]}, "lint_same_text"),
        ({"parameters": {"limit_sek": 1, "grace_days": 30}}, "parameter_unused"),
        (
            {"parameters": {"limit_sek": _dated("1995-01-01", "2005-01-01")}},
            "parameter_never_holds",
        ),
        (
            {"parameters": {"limit_sek": _dated("2020-01-01", "2202-01-01")}},
            "parameter_never_holds",
        ),
        ({"parameters": {"limit_sek": _dated("2026-12-01")}}, "parameter_starts_late"),
        ({"needs": {"debts": 100, "permits": 100}}, "need_unused"),
        ({"cases": rule_fields()["cases"][:2]}, "lint_few_cases"),
        ({"cases": []}, "lint_no_firing_case"),
        ({"cases": rule_fields()["cases"][::2]}, "lint_no_silent_case"),
    ],
)
def test_an_error_is_found(changes: dict[str, Any], code: str) -> None:
    report = _lint(**changes)
    assert code in _codes(report)
    assert not report.is_clean
    for each in report.problems:
        assert each.sentence("sv") != each.sentence("en")


def test_a_warning_does_not_make_it_unclean() -> None:
    report = _lint(law=[])
    assert _codes(report, "warning") == ["lint_no_law"]
    assert report.is_clean
    assert _query_codes("SELECT supplier_id FROM suppliers") == {"lint_no_evidence"}


def test_a_value_that_changes_nothing_is_pointed_out() -> None:
    dated = [
        {"from": date(2020, 1, 1), "value": 50000},
        {"from": date(2026, 1, 1), "value": 50000},
    ]
    report = _lint(parameters={"limit_sek": dated})
    assert _codes(report, "warning") == ["parameter_same_value"]
    assert report.is_clean


@pytest.mark.parametrize(
    "query",
    [
        f"{_WITH_EVIDENCE}, date_diff('month', created_on, $as_of) AS n FROM suppliers",
        f"{_WITH_EVIDENCE}, date_diff('year', created_on, $as_of) AS n FROM suppliers",
        f"SELECT supplier_id, $as_of - created_on AS n, {_EVIDENCE} FROM suppliers",
        f"SELECT supplier_id, {_EVIDENCE} FROM suppliers WHERE last_invoice_on - created_on < 9",
        "SELECT supplier_id, list(ref) AS evidence, list(name ORDER BY ref) AS x FROM suppliers"
        " GROUP BY ALL",
        f"SELECT supplier_id, row(name, 1) AS x, {_EVIDENCE} FROM suppliers",
    ],
)
def test_what_does_not_carry_over_to_spark_is_an_error(query: str) -> None:
    assert _query_codes(query) == {"lint_not_portable"}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT supplier_id, list(ref) AS evidence, any_value(name) AS x FROM suppliers GROUP BY 1",
        "SELECT supplier_id, list(ref) AS evidence, first(name) AS x FROM suppliers GROUP BY 1",
        "SELECT supplier_id, list(ref) AS evidence, list(name) AS x FROM suppliers GROUP BY 1",
        "SELECT supplier_id, list(ref) AS evidence, string_agg(name, ',') AS x FROM suppliers"
        " GROUP BY 1",
        f"{_WITH_EVIDENCE}, row_number() OVER (PARTITION BY name) AS x FROM suppliers",
        f"SELECT supplier_id, {_EVIDENCE} FROM suppliers LIMIT 5",
        f"SELECT DISTINCT ON (name) supplier_id, {_EVIDENCE} FROM suppliers",
    ],
)
def test_what_hangs_on_the_order_of_rows_is_an_error(query: str) -> None:
    assert _query_codes(query) == {"lint_order_dependent"}


@pytest.mark.parametrize(
    "query",
    [
        f"{_WITH_EVIDENCE}, date_diff('day', created_on, $as_of) AS n FROM suppliers",
        f"{_WITH_EVIDENCE}, CAST($as_of - INTERVAL 90 DAY AS DATE) AS d FROM suppliers",
        "SELECT supplier_id, list(DISTINCT ref) AS evidence, list_sort(list(DISTINCT name)) AS x,"
        " string_agg(name, ', ' ORDER BY name) AS y, max(name) AS z FROM suppliers GROUP BY 1",
        "WITH a AS (SELECT *, row_number() OVER (PARTITION BY name ORDER BY ref) AS n"
        f" FROM suppliers) SELECT supplier_id, {_EVIDENCE} FROM a WHERE n = 1",
        f"SELECT supplier_id, {_EVIDENCE} FROM suppliers ORDER BY spend_12m_sek, ref LIMIT 5",
        f"SELECT supplier_id, spend_12m_sek - labour_heavy_12m_sek AS rest, {_EVIDENCE}"
        " FROM suppliers",
        "SELECT supplier_id, list(ref) FILTER (WHERE name IS NOT NULL) AS evidence FROM suppliers"
        " GROUP BY ALL",
        f"SELECT supplier_id, {_EVIDENCE}, sum(spend_12m_sek) OVER w AS s, row_number() OVER w AS n"
        " FROM suppliers WINDOW w AS (PARTITION BY name ORDER BY ref)",
    ],
)
def test_what_carries_over_and_is_the_same_each_time_is_clean(query: str) -> None:
    assert _query_codes(query) == set()


def test_a_rule_in_the_wrong_place_is_pointed_out(tmp_path: Path) -> None:
    for name in ("tax/013-public-debt.yaml", "company/13-debt.yaml"):
        path = tmp_path / name.split("/")[1].split(".")[0] / name
        path.parent.mkdir(parents=True)
        path.write_text(rule_text(), encoding="utf-8")
    right = lint(load_rules([tmp_path / "013-public-debt"]))
    wrong = lint(load_rules([tmp_path / "13-debt"]))
    assert right.problems == ()
    assert [each.problem.code for each in wrong.problems] == ["lint_file_name"]
    assert "tax/013-public-debt.yaml" in wrong.problems[0].sentence()


def test_a_file_that_cannot_be_read_is_an_error_in_the_report(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("id: [", encoding="utf-8")
    report = lint(load_rules([tmp_path]))
    assert not report.is_clean
    told = report.as_json()
    assert told["rules"] == 1
    assert told["problems"][0]["file"] == "broken.yaml"
    json.dumps(told)


def test_rules_are_listed_by_area_and_number_with_those_that_failed(tmp_path: Path) -> None:
    texts = {
        "b.yaml": rule_text(
            id="second",
            number=14,
            needs={"debts": {"max_age_days": 9, "columns": [["public_debt_sek", "source"]]}},
        ),
        "a.yaml": rule_text(id="third", number=15),
        "c.yaml": rule_text(id="first", area="company", number=90),
        "d.yaml": "id: [",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    rows = rule_rows(load_rules([tmp_path]), "en")
    assert [row["id"] for row in rows] == ["first", "second", "third", "d"]
    assert rows[0]["title"] == "Debt to the state"
    assert rows[0]["needs"] == {"debts": 100}
    assert rows[1]["needs"] == {"debts": 9}
    assert [row["columns"] for row in rows[:2]] == [{}, {"debts": [["public_debt_sek", "source"]]}]
    assert rows[0]["cases"] == 3
    assert rows[0]["reason"] is None
    assert "d.yaml" in rows[3]["reason"]
    assert {frozenset(row) for row in rows} == {frozenset(rows[0])}
