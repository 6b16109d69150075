"""A query is read before it runs: one SELECT over the catalog's views, or it is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.rules.columns import check_columns
from screening.rules.problems import RuleProblem
from screening.rules.safety import check_query
from tests.rules.hostile_queries import REFUSED, STOPPED

_NONE: frozenset[str] = frozenset()

HARMLESS = {
    "aggregates": (
        "SELECT supplier_id, sum(amount_sek) AS amount_sek, list(ref) AS evidence, count(*) AS n,"
        " count(DISTINCT invoice_no) AS numbers, max(invoice_date) AS last_on"
        " FROM invoices GROUP BY supplier_id HAVING count(*) > 3"
    ),
    "windows": (
        "SELECT supplier_id, amount_sek, lag(amount_sek) OVER w AS before FROM invoices"
        " WINDOW w AS (PARTITION BY supplier_id ORDER BY ref) QUALIFY row_number() OVER w = 1"
    ),
    "with in with": (
        "WITH a AS (WITH b AS (SELECT supplier_id FROM suppliers) SELECT supplier_id FROM b),"
        " c AS (SELECT supplier_id FROM a) SELECT supplier_id FROM c"
    ),
    "upper case names": "SELECT SUPPLIER_ID FROM Suppliers",
    "quoted names": 'SELECT "supplier_id" FROM "suppliers"',
    "set operations": (
        "SELECT supplier_id FROM suppliers EXCEPT SELECT supplier_id FROM invoices"
        " UNION ALL SELECT supplier_id FROM contracts"
    ),
    "subqueries": (
        "SELECT supplier_id FROM suppliers s WHERE NOT EXISTS"
        " (SELECT 1 FROM permits p WHERE p.orgnr = s.orgnr) AND orgnr IN (SELECT orgnr FROM debts)"
        " AND spend_12m_sek > (SELECT avg(spend_12m_sek) FROM suppliers)"
    ),
    "dates": (
        "SELECT supplier_id, date_diff('day', invoice_date, $as_of) AS age_days,"
        " CAST(invoice_date + INTERVAL 90 DAY AS DATE) AS due_on, date_trunc('month', invoice_date)"
        " AS month, EXTRACT(year FROM invoice_date) AS year FROM invoices"
        " WHERE invoice_date BETWEEN DATE '2026-01-01' AND $as_of"
    ),
    "texts": (
        "SELECT supplier_id, upper(trim(name)) || '!' AS loud, name LIKE 'A%' AS begins,"
        " regexp_matches(name, '^[A-Z]+ AB$') AS looks, string_agg(name, ', ' ORDER BY name) AS x"
        " FROM suppliers GROUP BY ALL"
    ),
    "structs and lists": (
        "SELECT supplier_id, {'days': 3, 'name': name} AS detail, [ref] AS evidence,"
        " list_sort(list(DISTINCT name))[1] AS first_name FROM suppliers GROUP BY ALL"
    ),
    "values": (
        "SELECT s.supplier_id FROM suppliers s JOIN (VALUES ('AB', 1), ('HB', 2)) AS f(form, no)"
        " ON s.name LIKE '%' || f.form"
    ),
    "case and null": (
        "SELECT supplier_id, CASE WHEN name IS NULL THEN 0 ELSE 1 END AS n,"
        " coalesce(name, nullif(supplier_no, '')) AS shown, name IS DISTINCT FROM supplier_no AS d"
        " FROM suppliers"
    ),
    "comments and a closing semicolon": (
        "-- what it does; and why\nSELECT supplier_id /* the key */ FROM suppliers;  "
    ),
    "strings that look like code": (
        "SELECT supplier_id FROM suppliers WHERE name = 'read_csv(''/etc/passwd''); DROP TABLE x'"
    ),
    "using and exclude": (
        "SELECT * EXCLUDE (orgnr) FROM suppliers JOIN months USING (supplier_id)"
    ),
    "filter": "SELECT supplier_id, sum(amount_sek) FILTER (WHERE amount_sek > 0) AS n"
    " FROM invoices GROUP BY supplier_id",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_query_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(RuleProblem) as caught:
        check_query(REFUSED[name], _NONE)
        check_columns(REFUSED[name])
    for language in ("sv", "en"):
        assert len(caught.value.sentence(language)) > 10


@pytest.mark.parametrize("name", HARMLESS)
def test_an_ordinary_query_is_let_through(name: str) -> None:
    checked = check_query(HARMLESS[name], _NONE)
    check_columns(HARMLESS[name])
    assert checked.views


@pytest.mark.parametrize("name", STOPPED)
def test_the_queries_for_the_clock_are_not_refused_beforehand(name: str) -> None:
    check_columns(STOPPED[name])
    assert check_query(STOPPED[name], _NONE).views == {"suppliers"}


def test_what_a_query_uses_is_told() -> None:
    checked = check_query(
        "SELECT s.supplier_id FROM suppliers s JOIN debts d USING (orgnr)"
        " WHERE d.public_debt_sek > $limit_sek AND d.as_of <= $as_of",
        frozenset({"limit_sek", "other"}),
    )
    assert checked.views == {"suppliers", "debts"}
    assert checked.parameters == {"limit_sek", "as_of"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT supplier_id FROM supplier", "suppliers"),
        ("SELECT supplier_id FROM read_csv('x')", "read_csv"),
        ("SELECT supplier_id FROM screen.suppliers", "screen.suppliers"),
        ("SELECT supplier_id FROM suppliers WHERE name = $nmae", "$nmae"),
        ("SELECT uuid() AS supplier_id FROM suppliers", "uuid"),
        ("WITH suppliers AS (SELECT 1 AS x) SELECT x FROM suppliers", "suppliers"),
        ("SELECT 1; SELECT 2", "2"),
        ("DROP TABLE suppliers", "DROP"),
    ],
)
def test_the_sentence_names_what_is_wrong(query: str, said: str) -> None:
    with pytest.raises(RuleProblem) as caught:
        check_query(query, _NONE)
    assert said in caught.value.sentence("sv")
    assert said in caught.value.sentence("en")


_TEXT = """
SELECT FROM WHERE ( ) , ; * WITH a AS UNION ALL JOIN ON RECURSIVE VALUES LIMIT 1
suppliers debts supplier_id orgnr $as_of $1 ? = -- /* */ [ ] { } || NULL screen.suppliers
read_csv('x') 'x.csv' duckdb_settings() getenv('A') range(9) information_schema.tables
INSERT DELETE SET COPY TO ATTACH PRAGMA lambda x:
"""
_WORDS = st.sampled_from([*_TEXT.split(), "\n"])


@settings(max_examples=50, deadline=None)
@given(st.lists(_WORDS, max_size=25))
def test_any_text_is_either_refused_with_a_sentence_or_reads_only_views(words: list[str]) -> None:
    query = " ".join(words)
    try:
        checked = check_query(query, _NONE)
    except RuleProblem as problem:
        assert problem.sentence("sv")
    else:
        assert checked.views <= {"suppliers", "debts"}
        assert "read_csv" not in checked.functions
