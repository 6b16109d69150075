"""A rule carries its own tests, and they say what differs."""

from typing import Any

import pytest

from screening.rules.casework import case_database, run_all_cases, run_case, run_cases
from screening.rules.loading import FailedRule, RuleSet
from tests.rules.rule_making import AS_OF, a_rule, asking

_TWO = {
    "suppliers": [
        {"supplier_id": "a", "orgnr": "a", "name": "Vård AB"},
        {"supplier_id": "b", "orgnr": "b", "match_confidence": 0.5},
    ]
}


def _told(
    expect: list[Any],
    given: dict[str, list[dict[str, Any]]] | None = None,
    query: str = "SELECT supplier_id, name, match_confidence, [ref] AS evidence FROM suppliers",
    **case: Any,
) -> list[str]:
    """What the one case of a rule says is wrong."""
    fields = {"name": "it", "as_of": AS_OF, "given": given or _TWO, "expect": expect} | case
    parameters = {"limit_sek": 100} if "$limit_sek" in query else {}
    rule = asking(query, cases=[fields], parameters=parameters)
    return run_cases([rule])[0].sentences("en")


def test_cases_that_are_right_pass() -> None:
    results = run_cases([a_rule()])
    assert [(result.rule_id, result.case, result.passed) for result in results] == [
        ("public-debt", "above the limit", True),
        ("public-debt", "just below the limit", True),
        ("public-debt", "at the limit", True),
    ]


def test_suppliers_must_be_exactly_those() -> None:
    assert _told(["a", "b"]) == []
    assert _told(["a"]) == ["b: gave a finding that was not expected."]
    assert _told(["a", "b", "c"]) == ["c: was expected but gave no finding."]
    assert len(_told([])) == 2


def test_stated_columns_must_be_alike() -> None:
    stated = {"supplier_id": "a", "name": "Vård AB", "match_confidence": 1, "evidence": [1]}
    assert _told([stated, {"supplier_id": "b", "match_confidence": 0.5, "name": None}]) == []
    assert _told([stated | {"name": "Vård HB"}, "b"]) == [
        'a: name is "Vård AB", expected "Vård HB".'
    ]
    assert _told([stated | {"evidence": [2]}, "b"]) == ["a: evidence is [1], expected [2]."]
    assert _told([stated | {"nam": "x"}, "b"])[0].startswith("a: the finding has no column nam")


@pytest.mark.parametrize(
    ("expression", "right", "wrong"),
    [
        ("DATE '2026-01-02'", "2026-01-02", "2026-01-03"),
        ("DATE '2026-01-02'", AS_OF.replace(month=1, day=2), AS_OF),
        ("TIMESTAMP '2026-01-02 03:04:05'", "2026-01-02 03:04:05", "2026-01-02 03:04:06"),
        ("CAST(1.1 AS DECIMAL(18,2))", 1.1, 1.11),
        ("1.0 / 3", 0.333333, 0.3334),
        ("true", True, False),
        ("1", 1, True),
        ("['x', 'y']", ["x", "y"], ["y", "x"]),
        ("[1.5, NULL]", [1.5, None], [1.5]),
        ("{'k': 1, 'j': 2}", {"k": 1}, {"k": 2}),
        ("NULL", None, 0),
        ("'1'", "1", 1),
    ],
)
def test_values_are_compared_as_a_reader_sees_them(
    expression: str, right: object, wrong: object
) -> None:
    query = f"SELECT supplier_id, {expression} AS x FROM suppliers WHERE supplier_id = 'a'"
    assert _told([{"supplier_id": "a", "x": right}], query=query) == []
    assert len(_told([{"supplier_id": "a", "x": wrong}], query=query)) == 1


def test_fields_of_the_detail_may_be_stated_with_or_without_it() -> None:
    query = "SELECT supplier_id, {'days': 3} AS detail FROM suppliers WHERE supplier_id = 'a'"
    assert _told([{"supplier_id": "a", "days": 3}], query=query) == []
    assert _told([{"supplier_id": "a", "detail": {"days": 3}}], query=query) == []
    assert len(_told([{"supplier_id": "a", "detail": {"days": 4}}], query=query)) == 1


def test_refs_are_numbered_across_the_case_unless_given() -> None:
    given = {
        "suppliers": [{"supplier_id": "a", "ref": 900}],
        "invoices": [{"supplier_id": "a"}, {"supplier_id": "a"}, {"supplier_id": "a", "ref": 77}],
    }
    query = (
        "SELECT supplier_id, list(i.ref) || list(s.ref) AS evidence"
        " FROM suppliers s JOIN invoices i USING (supplier_id) GROUP BY supplier_id"
    )
    assert _told([{"supplier_id": "a", "evidence": [2, 3, 77, 900]}], given, query) == []


def test_views_that_are_not_given_are_empty_and_columns_null() -> None:
    query = (
        "SELECT supplier_id FROM suppliers WHERE name IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM invoices) AND supplier_id = 'b'"
    )
    assert _told(["b"], query=query) == []


def test_the_day_and_the_parameters_are_the_cases_own() -> None:
    query = (
        "SELECT supplier_id FROM suppliers"
        " WHERE $limit_sek = 7 AND $as_of = DATE '2020-02-29' AND supplier_id = 'a'"
    )
    assert _told(["a"], query=query, as_of="2020-02-29", parameters={"limit_sek": 7}) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"supplier": [{"supplier_id": "a"}]}, "no view called supplier. Did you mean suppliers?"),
        ({"suppliers": [{"orgnrr": "a"}]}, "suppliers has no column orgnrr. Did you mean orgnr?"),
        ({"debts": [{"orgnr": "a", "as_of": "soon"}]}, "debts.as_of cannot be read as DATE"),
        ({"debts": [{"public_debt_sek": "much"}]}, "debts.public_debt_sek"),
    ],
)
def test_a_table_that_does_not_fit_the_views_is_named(
    given: dict[str, list[dict[str, Any]]], said: str
) -> None:
    assert said in _told([], given)[0]


def test_a_query_that_would_fail_in_a_run_fails_in_its_cases() -> None:
    assert "read_csv" in _told([], query="SELECT * FROM read_csv('x')")[0]
    assert "orgnr" in _told([], query="SELECT supplier_id, orgnr FROM suppliers")[0]
    assert (
        "query failed" in _told([], query="SELECT supplier_id, 1 // (ref - ref) FROM suppliers")[0]
    )


def test_cases_do_not_see_each_others_rows_even_after_a_failure() -> None:
    every, divided = "SELECT supplier_id FROM suppliers", "SELECT 1 // (ref - ref) FROM suppliers"
    case = {"name": "it", "as_of": AS_OF, "given": _TWO, "expect": []}
    rules = [
        asking(every, id="one", cases=[case | {"expect": ["a", "b"]}]),
        asking(divided, id="broken", cases=[case]),
        asking(every, id="two", cases=[case | {"given": {}}]),
    ]
    assert [result.passed for result in run_cases(rules)] == [True, False, True]


def test_one_database_serves_many_cases() -> None:
    rule = a_rule()
    with case_database() as connection:
        for _ in range(3):
            assert all(run_case(connection, rule, case).passed for case in rule.cases)


def test_the_report_counts_files_that_could_not_be_read() -> None:
    report = run_all_cases(RuleSet((a_rule(),)))
    assert report.is_passed
    assert [case["passed"] for case in report.as_json()["cases"]] == [True] * 3
    failed = FailedRule("x", ("tax/x.yaml",), "tax/x.yaml: broken", "0")
    report = run_all_cases(RuleSet((a_rule(),), (failed,)))
    assert not report.is_passed
    assert report.as_json()["failed"][0]["reason"] == "tax/x.yaml: broken"
