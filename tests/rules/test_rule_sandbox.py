"""The room in which queries run is closed, and has a clock and a limit on memory.

Here the queries skip the reading beforehand: the room must hold by itself.
"""

import resource
import time
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from screening.rules.problems import RuleProblem
from screening.rules.running import run_rules
from screening.rules.safety import CheckedQuery, check_query
from screening.rules.sandbox import ask, sandbox
from tests.rules.hostile_queries import REFUSED, STOPPED
from tests.rules.rule_making import AS_OF, asking, work_file

_NONE: frozenset[str] = frozenset()
_TIME_LIMIT_S = 1.5
_MEMORY = "300MB"


def _unread(sql: str) -> CheckedQuery:
    """As if the query had been read and found harmless."""
    return CheckedQuery(sql, _NONE, _NONE, _NONE)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work file with 20,000 suppliers."""
    path = work_file(tmp_path_factory.mktemp("work") / "work.duckdb", sources={"invoices": AS_OF})
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "INSERT INTO screen.suppliers (supplier_id, name, ref, match_confidence)"
            " SELECT 's' || i, 'Firma nummer ' || i || ' Aktiebolag', i, 1 FROM range(20000) t(i)"
        )
    return path


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT content AS supplier_id FROM read_text('{file}')",
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT file AS supplier_id FROM glob('{file}')",
        "SELECT * FROM read_csv('https://example.org/x.csv')",
    ],
)
def test_no_file_and_no_address_can_be_read(crowded: Path, tmp_path: Path, sql: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("supplier_id\nhemligt\n")
    with sandbox(crowded) as connection, pytest.raises(RuleProblem) as caught:
        ask(connection, _unread(sql.format(file=secret)), {})
    assert "hemligt" not in str(caught.value)


@pytest.mark.parametrize(
    "statement",
    [
        "SET memory_limit = '100GB'",
        "SET enable_external_access = true",
        "RESET memory_limit",
        "PRAGMA enable_profiling",
        "INSTALL httpfs",
        "LOAD httpfs",
        "ATTACH '{file}' AS other",
        "COPY screen.suppliers TO '{file}'",
        "EXPORT DATABASE '{file}'",
        "CREATE TABLE screen.t AS SELECT 1",
        "INSERT INTO screen.suppliers (supplier_id) VALUES ('x')",
        "UPDATE screen.suppliers SET name = 'x'",
        "DROP TABLE screen.suppliers",
        "DELETE FROM screen.suppliers",
    ],
)
def test_nothing_can_be_set_written_or_attached(
    crowded: Path, tmp_path: Path, statement: str
) -> None:
    target = tmp_path / "out"
    with sandbox(crowded) as connection:
        with pytest.raises(duckdb.Error):
            connection.execute(statement.format(file=target)).fetchall()
        assert ask(connection, check_query("SELECT supplier_id FROM suppliers", _NONE), {})
    assert not target.exists()


def test_python_variables_cannot_be_read_as_tables(crowded: Path) -> None:
    frame = pl.DataFrame({"supplier_id": ["secret"]})
    with sandbox(crowded) as connection, pytest.raises(RuleProblem):
        ask(connection, _unread("SELECT supplier_id FROM frame"), {})
    assert frame.height == 1


def test_hostile_rules_fail_and_the_run_goes_on(crowded: Path) -> None:
    good = asking("SELECT supplier_id FROM suppliers WHERE ref = 7", id="good")
    hostile = {f"hostile-{number}": name for number, name in enumerate(REFUSED)}
    rules = [asking(REFUSED[name], id=rule_id) for rule_id, name in hostile.items()]
    result = run_rules(crowded, [*rules, good], AS_OF, time_limit_s=_TIME_LIMIT_S)
    status = dict(result.rules.select("rule_id", "status").iter_rows())
    assert {hostile[rule] for rule in hostile if status[rule] != "failed"} == set()
    assert status["good"] == "run"
    assert result.findings["supplier_id"].to_list() == ["s7"]


@pytest.mark.parametrize("name", STOPPED)
def test_a_rule_that_takes_too_much_is_stopped_and_the_run_goes_on(
    crowded: Path, name: str
) -> None:
    greedy = asking(STOPPED[name], id="greedy")
    good = asking("SELECT supplier_id FROM suppliers WHERE ref = 7", id="good")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    result = run_rules(
        crowded, [greedy, good], AS_OF, time_limit_s=_TIME_LIMIT_S, memory_limit=_MEMORY
    )
    # A stopped query may finish the piece of work in its hands.
    # Far from what the query would take by itself, and enough for a machine that is busy.
    assert time.monotonic() - started < _TIME_LIMIT_S + 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 900_000
    rows = {row["rule_id"]: row for row in result.rules.iter_rows(named=True)}
    assert rows["greedy"]["status"] == "failed"
    assert rows["greedy"]["not_checked"] == 20_000
    assert rows["good"]["status"] == "run"
    assert rows["good"]["found"] == 1


def test_a_fast_query_is_not_stopped_by_the_clock_of_an_earlier_one(crowded: Path) -> None:
    query = check_query("SELECT supplier_id FROM suppliers WHERE ref < 3", _NONE)
    with sandbox(crowded) as connection:
        for _ in range(20):
            assert ask(connection, query, {}, time_limit_s=5).rows.height == 3


def test_a_value_from_a_row_never_comes_into_the_reason(crowded: Path, tmp_path: Path) -> None:
    work = work_file(
        tmp_path / "work.duckdb",
        {"suppliers": [{"supplier_id": "a", "orgnr": "8501011234", "name": "Anna Andersson"}]},
        {"invoices": AS_OF},
    )
    rules = [
        asking("SELECT supplier_id FROM suppliers WHERE CAST(name AS INTEGER) = 1", id="name"),
        asking("SELECT supplier_id FROM suppliers WHERE CAST(orgnr AS TINYINT) = 1", id="number"),
        asking("SELECT supplier_id FROM suppliers WHERE CAST(orgnr AS DATE) = $as_of", id="day"),
    ]
    result = run_rules(work, rules, date(2026, 1, 1))
    assert result.rules["status"].to_list() == ["failed"] * 3
    told = " ".join(result.rules["reason_sv"].to_list() + result.rules["reason_en"].to_list())
    assert "Anna" not in told
    assert "8501011234" not in told
