"""Rules that build on what critical rules found: asked last, never fed by themselves, honest."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from screening.rules.critical_findings import Judging
from screening.rules.explaining import explain
from screening.rules.loading import RuleSet, overlaid
from screening.rules.model import Rule
from screening.rules.running import RunResult, run_rules
from tests.rules.rule_making import AS_OF, asking, work_file


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return work_file(
        tmp_path / "work.duckdb",
        {
            "suppliers": [{"supplier_id": name, "ref": at} for at, name in enumerate("abc")],
            "company_ties": [
                {"supplier_id": "b", "other_supplier_id": "a", "strength": 1.0},
                {"supplier_id": "c", "other_supplier_id": "b", "strength": 1.0},
            ],
        },
        {"invoices": AS_OF, "permits": date(2020, 1, 1)},
    )


def _critical(rule_id: str = "bold", supplier: str = "a", **changes: Any) -> Rule:
    query = (
        f"SELECT supplier_id, [71, 70] AS evidence FROM suppliers WHERE supplier_id = '{supplier}'"
    )
    return asking(
        query,
        **({"id": rule_id, "severity": "critical"} | changes),
    )


def _tied(rule_id: str = "tied", severity: str = "low", **changes: Any) -> Rule:
    return asking(
        "SELECT t.supplier_id, flatten(list_sort(list(c.refs))) AS evidence, count(*) AS told"
        " FROM company_ties AS t JOIN critical_findings AS c"
        " ON c.supplier_id = t.other_supplier_id GROUP BY t.supplier_id",
        **({"id": rule_id, "severity": severity} | changes),
    )


def _found(result: RunResult) -> list[tuple[str, str]]:
    return list(result.findings.select("rule_id", "supplier_id").iter_rows())


def _reasons(result: RunResult, rule_id: str) -> dict[str, str]:
    told = result.not_checked.filter(rule_id=rule_id).select("supplier_id", "reason")
    return dict(told.iter_rows())


def test_it_sees_what_critical_rules_found_and_their_evidence(work: Path) -> None:
    result = run_rules(work, [_tied(), _critical()], AS_OF)
    assert _found(result) == [("bold", "a"), ("tied", "b")]
    assert result.findings["evidence"].to_list()[1] == [70, 71]
    counts = result.rules.row(1, named=True)
    assert (counts["found"], counts["clear"], counts["not_checked"]) == (1, 2, 0)


def test_neither_milder_findings_nor_those_of_other_kinds_count(work: Path) -> None:
    rules = [_critical("mild", severity="high"), _critical("ours", kind="control"), _tied()]
    assert ("tied", "b") not in _found(run_rules(work, [*rules, _critical("bold", "c")], AS_OF))


def test_it_never_feeds_itself_or_another_one_like_it(work: Path) -> None:
    """Were it critical itself, c would be tied to b, and b is tied to a."""
    rules = [_tied("one", "critical"), _tied("two", "critical"), _critical()]
    assert _found(run_rules(work, rules, AS_OF)) == [("bold", "a"), ("one", "b"), ("two", "b")]


def test_the_order_of_rules_never_matters(work: Path) -> None:
    rules = [_tied(), _critical(), _critical("other", "b"), asking("SELECT 'c' AS supplier_id")]
    told = run_rules(work, rules, AS_OF).findings
    for seed in range(3):
        shuffled = random.Random(seed).sample(rules, len(rules))
        assert run_rules(work, shuffled, AS_OF).findings.equals(told)


def test_a_finding_that_was_dropped_is_no_fact(work: Path) -> None:
    """The bold rule's source is too old: what it would find counts as not checked."""
    old = _critical(needs={"permits": 10})
    result = run_rules(work, [old, _critical("other", "c"), _tied()], AS_OF)
    assert _found(result) == [("other", "c")]


def test_where_no_critical_rule_could_be_asked_nobody_is_clear(work: Path) -> None:
    for others in ([], [_critical(needs={"permits": 10})], [_critical(severity="high")]):
        result = run_rules(work, [*others, _tied()], AS_OF)
        assert _reasons(result, "tied") == dict.fromkeys("abc", "critical_rules_missing")
        row = result.rules.filter(rule_id="tied").row(0, named=True)
        assert row["status"] == "not_checked"
        assert row["not_checked"] == 3
        assert row["reason_sv"]


def test_where_one_failed_what_is_known_stands_and_nobody_else_is_clear(work: Path) -> None:
    broken = asking("SELECT nothing FROM suppliers", id="broken", severity="critical")
    result = run_rules(work, [broken, _critical(), _tied()], AS_OF)
    assert ("tied", "b") in _found(result)
    assert _reasons(result, "tied") == dict.fromkeys("ac", "critical_rules_missing")
    counts = result.rules.filter(rule_id="tied").row(0, named=True)
    assert (counts["status"], counts["found"], counts["clear"]) == ("run", 1, 0)


def test_a_missing_source_of_its_own_is_told_first(work: Path) -> None:
    result = run_rules(work, [_tied(needs={"permits": 10})], AS_OF)
    assert set(_reasons(result, "tied").values()) == {"source_too_old"}


def test_another_rule_set_on_the_same_file_sees_its_own_facts(work: Path) -> None:
    before = RuleSet((_critical(), _tied()))
    after = overlaid(before, RuleSet((_critical(supplier="b"),)))
    assert ("tied", "b") in _found(run_rules(work, before, AS_OF))
    assert _found(run_rules(work, after, AS_OF)) == [("bold", "b"), ("tied", "c")]
    assert ("tied", "b") in _found(run_rules(work, before, AS_OF))


def test_what_people_explained_is_no_ground_for_others(work: Path) -> None:
    """The finding itself stands; c is tied to b, whose finding nobody explained."""
    seen: list[str] = []

    def unexplained(critical: pl.DataFrame) -> pl.DataFrame:
        seen.extend(critical["supplier_id"])
        return critical.filter(pl.col("supplier_id") != "a")

    judging = Judging(unexplained, "decided")
    rules = [_critical(), _critical("other", "b"), _critical("mild", "c", severity="high"), _tied()]
    everything = [("bold", "a"), ("mild", "c"), ("other", "b"), ("tied", "b"), ("tied", "c")]
    assert _found(run_rules(work, rules, AS_OF)) == everything
    everything.remove(("tied", "b"))
    assert _found(run_rules(work, rules, AS_OF, judging=judging)) == everything
    assert sorted(seen) == ["a", "b"]
    told = explain(work, rules[-1], "b", AS_OF, beside=rules, judging=judging)
    assert told.outcome == "clear"
    assert {view.view: view.count for view in told.seen}["critical_findings"] == 1


def test_explaining_asks_the_critical_rules_first(work: Path) -> None:
    rule, beside = _tied(), (_tied("other", "critical"), _critical(), asking("SELECT 1 / 0"))
    told = explain(work, rule, "b", AS_OF, beside=(*beside, rule))
    assert told.outcome == "found"
    assert told.findings.height == 1
    silent = explain(work, rule, "c", AS_OF, beside=beside)
    assert (silent.outcome, silent.reason) == ("clear", None)
    itself = explain(work, rule, "a", AS_OF, beside=beside)
    assert {seen.view: seen.count for seen in itself.seen}["critical_findings"] == 1
    alone = explain(work, rule, "b", AS_OF)
    assert alone.outcome == "not_checked"
    assert alone.reason == {
        "reason": "critical_rules_missing",
        "source": None,
        "column_names": None,
    }
