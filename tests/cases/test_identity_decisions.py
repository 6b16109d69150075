"""Decisions about who is who are kept, never changed, and withdrawn by a row of their own."""

import multiprocessing
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from screening.cases.database import Cases, CasesError, cases_of, reading, writing
from screening.cases.identity_decisions import (
    Answer,
    history,
    known_decisions,
    record,
    withdraw,
)
from screening.identity.reviewed.pairs import DECISIONS
from screening.warehouse.state import State

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOL = "5590000013"


@pytest.fixture
def cases(tmp_path) -> Cases:
    return cases_of(State(tmp_path / "a state å 100%"))


def cases_folder(cases):
    return Path(cases.shown).parent


def answer(decision="same", left="lev:7", right=SOL, **more) -> Answer:
    return Answer(kind="company", left_key=left, right_key=right, decision=decision, **more)


def test_what_was_said_is_kept_as_it_was(cases):
    given = answer(
        reason="Ringde och frågade", probability=0.61, evidence={"name": -1.4}, evidence_hash="ab"
    )
    assert record(cases, given, "Rut Ek", NOON) == 1
    (kept,) = history(cases)
    assert (kept.kind, kept.left_key, kept.right_key, kept.decision) == (
        "company",
        "lev:7",
        SOL,
        "same",
    )
    assert (kept.decided_by, kept.reason, kept.recorded_at) == (
        "Rut Ek",
        "Ringde och frågade",
        NOON,
    )
    assert (kept.decided_on, kept.probability) == (date(2026, 11, 20), 0.61)
    assert (kept.evidence, kept.evidence_hash) == ({"name": -1.4}, "ab")
    assert kept.withdrawn_by is None


def test_a_reason_is_no_novel(cases):
    record(cases, answer(reason="x" * 100_000), "Rut" * 1000, NOON)
    (kept,) = history(cases)
    assert (len(kept.reason), len(kept.decided_by)) == (2000, 200)


def test_the_day_is_swedens(cases):
    record(cases, answer(), "Rut", datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    assert history(cases)[0].decided_on == date(2026, 11, 21)


def test_runs_get_the_frame_that_identity_reads(cases):
    record(cases, answer(), "Rut", NOON)
    withdraw(cases, 1, "Rut", "fel bolag", NOON)
    frame = known_decisions(cases)
    assert frame.schema == DECISIONS
    assert frame.rows() == [
        (1, "company", "lev:7", SOL, "same", date(2026, 11, 20), None),
        (2, "company", "lev:7", SOL, "withdrawn", date(2026, 11, 20), 1),
    ]


def test_before_anybody_decided_there_is_nothing_and_asking_makes_nothing(cases, tmp_path):
    assert history(cases) == []
    assert known_decisions(cases).is_empty()
    assert list(tmp_path.iterdir()) == []


def test_history_says_what_was_withdrawn_and_by_which_row(cases):
    record(cases, answer(), "Rut", NOON)
    assert withdraw(cases, 1, "Bo", None, NOON) == 2
    first, second = history(cases)
    assert (first.withdrawn_by, second.withdraws, second.decided_by) == (2, 1, "Bo")


@pytest.mark.parametrize(
    ("number", "code"), [(9, "no_decision"), (1, "already_withdrawn"), (2, "is_withdrawal")]
)
def test_what_cannot_be_withdrawn_is_told(cases, number, code):
    record(cases, answer(), "Rut", NOON)
    withdraw(cases, 1, "Rut", None, NOON)
    with pytest.raises(CasesError) as told:
        withdraw(cases, number, "Rut", None, NOON)
    assert told.value.code == code
    assert str(number) in told.value.sentence("sv")
    assert len(history(cases)) == 2


def test_nothing_can_be_withdrawn_where_nothing_was_decided(cases):
    with pytest.raises(CasesError, match="no_decision"):
        withdraw(cases, 1, "Rut")
    assert cases.is_missing


@pytest.mark.parametrize(
    "statement",
    ["UPDATE identity_decisions SET decision = 'not_same'", "DELETE FROM identity_decisions"],
)
def test_no_row_can_be_changed_or_removed(cases, statement):
    record(cases, answer(), "Rut", NOON)
    with (
        sqlite3.connect(cases.shown) as connection,
        pytest.raises(sqlite3.DatabaseError, match="withdraw"),
    ):
        connection.execute(statement)
    assert [each.decision for each in history(cases)] == ["same"]


def test_personal_numbers_are_masked_wherever_somebody_wrote_them(cases):
    given = answer(
        reason="850101-2384 bekräftade", evidence={"left": {"name": ["Anna 8501012384"]}}
    )
    record(cases, given, "Rut 198501012384", NOON)
    content = b"".join(path.read_bytes() for path in cases_folder(cases).glob("cases.db*"))
    assert b"2384" not in content
    (kept,) = history(cases)
    assert kept.reason == "850101-**** bekräftade"
    assert kept.evidence == {"left": {"name": ["Anna 850101-****"]}}


@pytest.mark.parametrize("key", ["8501012384", "lev:850101-2384", "198501012384"])
def test_a_key_that_shows_a_person_is_refused(cases, key):
    with pytest.raises(ValueError, match="person"):
        record(cases, answer(right=key), "Rut", NOON)
    assert cases.is_missing


def test_who_decides_must_sign(cases):
    with pytest.raises(CasesError, match="nobody"):
        record(cases, answer(), "  ", NOON)
    with pytest.raises(ValueError, match="no answer"):
        record(cases, answer("maybe"), "Rut", NOON)


def test_a_transaction_that_fails_leaves_nothing(cases):
    record(cases, answer(), "Rut", NOON)
    with pytest.raises(sa.exc.IntegrityError):
        record(cases, answer(right="lev:7"), "Rut", NOON)
    assert len(history(cases)) == 1


def _decide_many(folder, name, times):
    cases = cases_of(State(folder))
    for number in range(times):
        record(cases, answer(left=f"lev:{name}{number}"), name, NOON)


def test_two_who_decide_at_once_lose_nothing(cases, tmp_path):
    folder = cases_folder(cases)
    spawning = multiprocessing.get_context("spawn")
    working = [
        spawning.Process(target=_decide_many, args=(folder, name, 15)) for name in ("rut", "bo")
    ]
    for process in working:
        process.start()
    for process in working:
        process.join(60)
    assert [process.exitcode for process in working] == [0, 0]
    kept = history(cases)
    assert sorted(each.left_key for each in kept) == sorted(
        f"lev:{name}{number}" for name in ("rut", "bo") for number in range(15)
    )
    assert [each.decision_id for each in kept] == list(range(1, 31))


def test_reading_does_not_wait_for_a_writer(cases):
    record(cases, answer(), "Rut", NOON)
    with writing(cases), reading(cases) as connection:
        assert connection is not None
        assert len(known_decisions(cases)) == 1


@pytest.mark.parametrize("damage", ["text", "torn", "overwritten"])
def test_a_damaged_database_is_told_and_left_as_it_is(cases, damage):
    for number in range(12):
        record(cases, answer(left=f"lev:{number}", reason="x" * 4000), "Rut", NOON)
    path = cases_folder(cases) / "cases.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = path.read_bytes()
    damaged = {
        "text": b"this is no database, whatever its name says. " * 100,
        "torn": content[: len(content) // 2],
        "overwritten": content[:9000] + b"\x07" * 20_000 + content[29_000:],
    }[damage]
    path.write_bytes(damaged)
    for work in (lambda: known_decisions(cases), lambda: history(cases)):
        with pytest.raises(CasesError) as told:
            work()
        assert told.value.code == "damaged"
        assert str(path) in told.value.sentence("en")
    assert path.read_bytes() == damaged
