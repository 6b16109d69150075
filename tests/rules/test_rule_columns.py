"""Columns must exist, and what is personal never comes out of a query."""

import pytest

from screening.rules.columns import check_columns
from screening.rules.problems import RuleProblem

OPEN = {
    "counts persons": (
        "SELECT supplier_id, count(DISTINCT worker_id) AS n FROM time_reports GROUP BY supplier_id"
    ),
    "compares numbers": "SELECT supplier_id, orgnr = '5560000019' AS is_it FROM suppliers",
    "joins by numbers": (
        "SELECT s.supplier_id, t.as_of FROM suppliers s JOIN tax_status t USING (orgnr)"
    ),
    "groups by numbers": (
        "SELECT min(supplier_id) AS supplier_id, count(*) AS n FROM suppliers GROUP BY orgnr"
    ),
    "orders and splits by numbers": (
        "SELECT supplier_id, row_number() OVER (PARTITION BY orgnr ORDER BY orgnr) AS n,"
        " arg_max(name, orgnr) AS name FROM suppliers GROUP BY ALL"
    ),
    "asks whether there is one": (
        "SELECT supplier_id, EXISTS (SELECT client_id FROM time_reports t"
        " WHERE t.supplier_id = s.supplier_id) AS any_visit FROM suppliers s"
    ),
    "chooses by numbers": (
        "SELECT supplier_id, CASE WHEN orgnr IS NULL THEN 'none' ELSE 'some' END AS x"
        " FROM suppliers"
    ),
    "uses them in a WITH only": (
        "WITH a AS (SELECT * FROM suppliers) SELECT supplier_id, name FROM a WHERE orgnr > '5'"
    ),
    "filters by them": (
        "SELECT supplier_id, sum(amount_sek) FILTER (WHERE payee_account LIKE 'bg:%') AS n"
        " FROM invoices GROUP BY supplier_id"
    ),
    "leaves them out of a star": "SELECT * EXCLUDE (orgnr) FROM suppliers",
}

GIVEN_AWAY = {
    "plainly": ("SELECT supplier_id, orgnr FROM suppliers", "suppliers.orgnr"),
    "by another name": ("SELECT supplier_id, orgnr AS x FROM suppliers", "suppliers.orgnr"),
    "as the supplier": ("SELECT orgnr AS supplier_id FROM suppliers", "suppliers.orgnr"),
    "by a star": ("SELECT * FROM suppliers", "suppliers.orgnr"),
    "through a WITH": (
        "WITH a AS (SELECT supplier_id, orgnr AS o FROM suppliers),"
        " b AS (SELECT *, o || '!' AS p FROM a) SELECT supplier_id, p FROM b",
        "suppliers.orgnr",
    ),
    "through a renamed WITH": (
        "WITH a(x) AS (SELECT orgnr FROM suppliers) SELECT x AS supplier_id FROM a",
        "suppliers.orgnr",
    ),
    "through a derived table": (
        "SELECT x.b AS supplier_id FROM (SELECT orgnr FROM suppliers) AS x(b)",
        "suppliers.orgnr",
    ),
    "through a UNION": (
        "SELECT supplier_id FROM suppliers UNION ALL SELECT orgnr FROM companies",
        "companies.orgnr",
    ),
    "through brackets in a UNION": (
        "(SELECT supplier_id FROM suppliers) UNION (SELECT orgnr FROM companies)",
        "companies.orgnr",
    ),
    "through a scalar subquery": (
        "SELECT supplier_id, (SELECT max(d.orgnr) FROM debts d WHERE d.orgnr = s.orgnr) AS x"
        " FROM suppliers s",
        "debts.orgnr",
    ),
    "in a struct": (
        "SELECT supplier_id, {'account': payee_account} AS detail FROM invoices",
        "invoices.payee_account",
    ),
    "in a struct taken apart": (
        "WITH a AS (SELECT supplier_id, struct_pack(q := orgnr) AS s FROM suppliers)"
        " SELECT supplier_id, a.s.q AS x FROM a",
        "suppliers.orgnr",
    ),
    "in a list": (
        "SELECT supplier_id, list_sort(list(DISTINCT worker_id)) AS x FROM time_reports"
        " GROUP BY supplier_id",
        "time_reports.worker_id",
    ),
    "in a text": (
        "SELECT supplier_id, string_agg(description, ',' ORDER BY description) AS x"
        " FROM invoice_lines GROUP BY supplier_id",
        "invoice_lines.description",
    ),
    "cut": ("SELECT supplier_id, left(orgnr, 6) AS x FROM suppliers", "suppliers.orgnr"),
    "hashed": ("SELECT supplier_id, md5(orgnr) AS x FROM suppliers", "suppliers.orgnr"),
    "as the largest": ("SELECT 'x' AS supplier_id, max(orgnr) AS x FROM suppliers", "orgnr"),
    "by a window": (
        "SELECT supplier_id, lag(orgnr) OVER (ORDER BY name) AS x FROM suppliers",
        "suppliers.orgnr",
    ),
    "by a CASE": (
        "SELECT supplier_id, CASE WHEN true THEN orgnr END AS x FROM suppliers",
        "suppliers.orgnr",
    ),
    "by coalesce": (
        "SELECT supplier_id, coalesce(name, orgnr) AS x FROM suppliers",
        "suppliers.orgnr",
    ),
    "of somebody's client": (
        "SELECT supplier_id, min(client_id) AS x FROM time_reports GROUP BY supplier_id",
        "time_reports.client_id",
    ),
}


@pytest.mark.parametrize("name", OPEN)
def test_personal_columns_may_decide_whether_there_is_a_finding(name: str) -> None:
    check_columns(OPEN[name])


@pytest.mark.parametrize("name", GIVEN_AWAY)
def test_personal_columns_do_not_come_out_in_any_way(name: str) -> None:
    query, column = GIVEN_AWAY[name]
    with pytest.raises(RuleProblem) as caught:
        check_columns(query)
    assert caught.value.code in {"returns_personal", "returns_sensitive"}
    assert column in str(caught.value)


def test_sensitive_weighs_more_than_personal() -> None:
    with pytest.raises(RuleProblem) as caught:
        check_columns("SELECT supplier_id, worker_id AS a, client_id AS b FROM time_reports")
    assert caught.value.code == "returns_sensitive"


@pytest.mark.parametrize(
    ("query", "wrong", "nearest"),
    [
        ("SELECT supplir_id FROM suppliers", "supplir_id", "supplier_id"),
        ("SELECT s.supplier_id, s.orgnrr FROM suppliers s", "orgnrr", "orgnr"),
        ("SELECT supplier_id FROM invoices WHERE ammount_sek > 1", "ammount_sek", "amount_sek"),
        (
            "WITH a AS (SELECT supplier_id, name AS title FROM suppliers) SELECT titel FROM a",
            "titel",
            "title",
        ),
        ("SELECT supplier_id FROM suppliers GROUP BY nam", "nam", "name"),
    ],
)
def test_an_unknown_column_is_named_with_the_one_that_looks_like_it(
    query: str, wrong: str, nearest: str
) -> None:
    with pytest.raises(RuleProblem) as caught:
        check_columns(query)
    sentence = caught.value.sentence("sv")
    assert wrong in sentence
    assert f"Menas {nearest}?" in sentence


def test_nothing_is_suggested_where_nothing_is_alike() -> None:
    with pytest.raises(RuleProblem) as caught:
        check_columns("SELECT supplier_id, zzz9 FROM suppliers")
    assert "zzz9" in str(caught.value)
    assert "Did you mean" not in str(caught.value)


def test_a_column_that_two_tables_have_is_not_clear() -> None:
    with pytest.raises(RuleProblem, match="ref"):
        check_columns("SELECT s.supplier_id, ref FROM suppliers s, companies c")
