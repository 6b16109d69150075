"""Decisions about findings are kept, never changed, and withdrawn by a row of their own."""

import multiprocessing
import shutil
import sqlite3
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from screening.cases import database
from screening.cases.database import Cases, CasesError, cases_of
from screening.cases.finding_decisions import (
    Judgement,
    OnFinding,
    history,
    known_finding_decisions,
    record,
    withdraw,
)
from screening.cases.identity_decisions import Answer
from screening.cases.identity_decisions import history as identity_history
from screening.cases.identity_decisions import record as record_answer
from screening.scoring.judgements import DECISIONS, no_decisions
from screening.warehouse.state import State

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)
LATER = TODAY + timedelta(days=30)
ON = OnFinding(
    supplier_key="5590000013",
    rule_id="public-debt",
    rule_version=2,
    severity="medium",
    subject="",
    amount_sek=Decimal("120000.50"),
    match_confidence=0.9,
    said_hash="ab12",
    rows=("850101238400aabb", "ff", "ff"),
    shown={"run_id": "2026-11-20-1a2b3c4d", "name": "Sol AB", "summary": {"sv": "Skuld"}},
)


@pytest.fixture
def cases(tmp_path) -> Cases:
    return cases_of(State(tmp_path / "a state å 100%"))


def keep(
    cases, said="explain", reason="Avbetalningsplan finns", moment=NOON, by="Rut Ek", **values
):
    judgement = Judgement(values.pop("on", ON), said, reason, **values)
    return record(cases, judgement, by, longest_snooze_days=180, moment=moment)


def test_what_was_decided_is_kept_as_it_was(cases):
    assert keep(cases, "snooze", until=LATER) == (1, None)
    (kept,) = history(cases)
    assert (kept.supplier_key, kept.rule_id, kept.decision) == (
        ON.supplier_key,
        ON.rule_id,
        "snooze",
    )
    assert (kept.until, kept.severity, kept.decided_on) == (LATER, None, TODAY)
    assert (kept.decided_by, kept.reason, kept.recorded_at) == (
        "Rut Ek",
        "Avbetalningsplan finns",
        NOON,
    )
    assert kept.evidence["shown"]["name"] == "Sol AB"
    assert len(kept.evidence_hash) == 64
    frame = known_finding_decisions(cases)
    assert frame.schema == DECISIONS
    (row,) = frame.to_dicts()
    assert (row["rule_version"], row["rule_severity"], row["said_hash"]) == (2, "medium", "ab12")
    assert (row["amount_sek"], row["match_confidence"]) == (Decimal("120000.50"), 0.9)
    # Hashes are no texts: what looks like a person's number in one is left alone.
    assert row["rows"] == ["850101238400aabb", "ff"]


def test_before_anybody_decided_there_is_nothing_and_asking_makes_nothing(cases, tmp_path):
    assert history(cases) == []
    assert known_finding_decisions(cases).equals(no_decisions())
    with pytest.raises(CasesError, match="no_finding_decision"):
        withdraw(cases, 1, "Rut")
    assert list(tmp_path.iterdir()) == []


def test_a_newer_decision_takes_the_place_of_the_one_in_force(cases):
    keep(cases)
    assert keep(cases, "override", severity="low") == (2, 1)
    withdraw(cases, 2, "Bo", "fel", NOON)
    assert keep(cases, "snooze", until=LATER) == (4, 1)
    other = OnFinding(**{**vars(ON), "rule_id": "insolvency"})
    assert keep(cases, on=other) == (5, None)
    assert [each.withdrawn_by for each in history(cases)] == [None, 3, None, None, None]
    withdrawal = known_finding_decisions(cases).row(2, named=True)
    assert (withdrawal["decision"], withdrawal["withdraws"], withdrawal["rows"]) == (
        "withdrawn",
        2,
        None,
    )


@pytest.mark.parametrize(
    ("said", "values", "code"),
    [
        ("explain", {"reason": ""}, "no_reason"),
        ("explain", {"reason": " \t\n"}, "no_reason"),
        ("explain", {"reason": "... 123 __"}, "no_reason"),
        ("explain", {"by": "  "}, "nobody"),
        ("snooze", {}, "no_until"),
        ("snooze", {"until": TODAY}, "until_past"),
        ("snooze", {"until": date(1, 1, 1)}, "until_past"),
        ("explain", {"until": TODAY - timedelta(days=1)}, "until_past"),
        ("snooze", {"until": TODAY + timedelta(days=181)}, "until_far"),
        ("snooze", {"until": date.max}, "until_far"),
        ("override", {"severity": "medium"}, "same_severity"),
    ],
)
def test_what_is_no_decision_is_told_and_not_kept(cases, said, values, code):
    with pytest.raises(CasesError) as told:
        keep(cases, said, **values)
    assert told.value.code == code
    assert all(told.value.sentence(language) for language in ("sv", "en"))
    assert cases.is_missing


def test_at_the_edges_a_day_is_accepted(cases):
    keep(cases, "snooze", until=TODAY + timedelta(days=1))
    keep(cases, "snooze", until=TODAY + timedelta(days=180))
    keep(cases, "explain", until=date(2036, 1, 1))
    assert len(history(cases)) == 3


def test_the_day_is_swedens(cases):
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    with pytest.raises(CasesError, match="until_past"):
        keep(cases, "snooze", until=TODAY + timedelta(days=1), moment=late)
    keep(cases, moment=late)
    assert history(cases)[0].decided_on == TODAY + timedelta(days=1)


@pytest.mark.parametrize("severity", [None, "", "grave", "kritisk"])
def test_an_override_needs_a_severity_that_there_is(cases, severity):
    with pytest.raises(ValueError, match="severity"):
        keep(cases, "override", severity=severity)


@pytest.mark.parametrize(
    ("number", "code"),
    [(9, "no_finding_decision"), (1, "already_withdrawn"), (2, "is_finding_withdrawal")],
)
def test_what_cannot_be_withdrawn_is_told(cases, number, code):
    keep(cases)
    withdraw(cases, 1, "Rut", None, NOON)
    with pytest.raises(CasesError) as told:
        withdraw(cases, number, "Rut", None, NOON)
    assert told.value.code == code
    assert str(number) in told.value.sentence("sv")
    assert len(history(cases)) == 2


@pytest.mark.parametrize(
    "statement",
    ["UPDATE finding_decisions SET reason = 'x'", "DELETE FROM finding_decisions"],
)
def test_no_row_can_be_changed_or_removed(cases, statement):
    keep(cases)
    with (
        sqlite3.connect(cases.shown) as connection,
        pytest.raises(sqlite3.DatabaseError, match="withdraw"),
    ):
        connection.execute(statement)
    assert [each.reason for each in history(cases)] == ["Avbetalningsplan finns"]


def test_personal_numbers_are_masked_wherever_somebody_wrote_them(cases):
    shown = {"name": "Anna 8501012384", "summary": {"sv": "Gäller 850101-2384"}}
    on = OnFinding(**{**vars(ON), "rows": ("ff",), "shown": shown})
    keep(cases, reason="850101-2384 intygade", by="Rut 198501012384", on=on)
    folder = Path(cases.shown).parent
    content = b"".join(path.read_bytes() for path in folder.glob("cases.db*"))
    assert b"2384" not in content
    assert history(cases)[0].reason == "850101-**** intygade"


@pytest.mark.parametrize("key", ["8501012384", "lev:850101-2384"])
def test_a_key_that_shows_a_person_is_refused(cases, key):
    with pytest.raises(ValueError, match="person"):
        keep(cases, on=OnFinding(**{**vars(ON), "supplier_key": key}))
    assert cases.is_missing


def test_a_database_of_an_earlier_version_is_brought_up_to_date(cases, tmp_path, monkeypatch):
    earlier = tmp_path / "earlier"
    shutil.copytree(database._MIGRATIONS, earlier)
    (earlier / "versions" / "v0002_finding_decisions.py").unlink()
    with monkeypatch.context() as patched:
        patched.setattr(database, "_MIGRATIONS", earlier)
        patched.setattr(database, "VERSION", "0001")
        record_answer(cases, Answer("company", "lev:7", "5590000013", "same"), "Rut", NOON)
    assert known_finding_decisions(cases).is_empty()
    assert keep(cases) == (1, None)
    assert [each.decision for each in identity_history(cases)] == ["same"]


def test_a_locked_database_is_told_and_nothing_is_kept(cases, monkeypatch):
    keep(cases)
    monkeypatch.setattr(database, "_WAIT_SECONDS", 0.1)
    with sqlite3.connect(cases.shown, isolation_level=None) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(CasesError, match="busy"):
            keep(cases, "snooze", until=LATER)
        assert len(history(cases)) == 1  # readers never wait


def _decide(folder, number):
    keep(cases_of(State(folder)), reason=f"skäl {number}", by=f"Rut {number}")


def test_two_who_decide_at_once_are_both_kept_and_one_of_them_counts(tmp_path):
    context = multiprocessing.get_context("spawn")
    people = [context.Process(target=_decide, args=(tmp_path, number)) for number in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    kept = history(cases_of(State(tmp_path)))
    assert {each.reason for each in kept} == {"skäl 0", "skäl 1"}
    assert [each.decision_id for each in kept] == [1, 2]
