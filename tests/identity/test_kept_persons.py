"""Persons that are kept from week to week are those that a run from nothing would find."""

from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity.persons import kept_persons, table
from screening.identity.persons.bundled_rows import are_most_gone
from screening.identity.persons.table import resolve_told
from screening.warehouse.exchange import as_table
from tests.identity.person_tables import (
    ANNA,
    BORN,
    COORDINATION,
    OTHER,
    decided,
    frame,
    person,
)

HASH = "hash:" + "a" * 16
_TABLES = (
    "identity.persons", "identity.person_pairs",
    *(f"identity_persons.{name}" for name in (
        "rows", "words", "people", "bundles", "names", "companies", "places", "pairs", "found",
        "decided", "doubled", "made",
    )),
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _never_begin_anew():
    """A few rows are soon more than half of all, where a run would begin anew."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(table, "are_most_gone", lambda *_: False)
        yield


def _warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("CREATE SCHEMA identity")
    return connection


def _resolve(connection, rows, reviewed=None, hash_key=None):
    connection.execute("BEGIN")
    with as_table(connection, "told_rows", frame(*rows)):
        summary = resolve_told(connection, "FROM told_rows", reviewed, hash_key)
    connection.execute("COMMIT")
    return summary


def _held(connection):
    return {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in _TABLES}


def _person_of(connection):
    query = "SELECT ref, person_key FROM identity.persons"
    return dict(connection.execute(query).fetchall())


def _told_of(connection, rows):
    """Who these rows are said to be, and what is told of pairs of theirs."""
    refs = ", ".join(str(row["ref"]) for row in rows)
    persons = f"FROM identity.persons WHERE ref IN ({refs})"
    pairs = (
        "SELECT left_key, right_key, probability FROM identity.person_pairs "
        f"WHERE left_key IN (SELECT own_key {persons}) AND right_key IN (SELECT own_key {persons})"
    )
    return [connection.execute(f"{query} ORDER BY ALL").fetchall() for query in (persons, pairs)]


def _from_nothing(rows, reviewed=None, hash_key=None):
    connection = _warehouse()
    return _resolve(connection, rows, reviewed, hash_key), _held(connection)


def _crowd(count, first=1000, **more):
    """Persons of names that nobody else has."""
    return [
        person(f"Q{chr(97 + n // 26)}x Z{chr(97 + n % 26)}q", company=f"c{n}")
        | {"ref": first + n} | more
        for n in range(count)
    ]  # fmt: skip


_ROW = st.builds(
    person,
    st.sampled_from(
        ["Anna Ek", "EK, Anna", "Ana Ek", "Anna Maria Ek", "Bo Ek", "Siri Moberg", "", None]
    ),
    st.sampled_from([None, None, ANNA, OTHER, COORDINATION, HASH]),
    st.sampled_from([None, BORN, date(1985, 1, 2), date(1990, 1, 1)]),
    st.sampled_from([None, "a", "b"]),
    st.sampled_from([None, "Storgatan 1", "Box 3"]),
    source=st.sampled_from(["officers", "employees"]),
    true_from=st.sampled_from([date(2026, 1, 1), date(2026, 1, 8)]),
)
_CROWDS = st.sampled_from([
    [], _crowd(42, person_id=None, birth_date=BORN), _crowd(25, company="a", within="x"),
    _crowd(25, street="Storgatan 1", postal_code="21142"),
    [row | {"name": f"Anna {row['name']}"} for row in _crowd(30)],
])  # fmt: skip
_WEEK = st.tuples(
    st.dictionaries(st.integers(1, 12), st.one_of(st.none(), _ROW), max_size=5),
    _CROWDS,
    st.sampled_from([None, None, "same", "not_same", "unsure"]),
    st.booleans(),
)


@settings(max_examples=4, deadline=None)
@given(
    st.dictionaries(st.integers(1, 12), _ROW, max_size=12),
    st.lists(_WEEK, min_size=1, max_size=2),
)
def test_a_later_week_gives_what_a_first_would_give(first, weeks):
    connection, held, decisions = _warehouse(), dict(first), []
    _resolve(connection, [row | {"ref": ref} for ref, row in held.items()])
    for changes, crowd, decision, is_hashed in weeks:
        held = {ref: row for ref, row in (held | changes).items() if row is not None}
        rows = [row | {"ref": ref} for ref, row in held.items()] + crowd
        keys = sorted(set(_person_of(connection).values()))
        decisions = [(*keys[:2], decision)] if decision and len(keys) > 1 else decisions
        reviewed = decided(*decisions) if decisions else None
        key = b"key" if is_hashed else None
        summary = _resolve(connection, rows, reviewed, key)
    assert (summary, _held(connection)) == _from_nothing(rows, reviewed, key)


_PAIR = [person("Anna Ek", born=BORN, company="a", ref=1),
         person("Anna Maria Ek", born=BORN, company="b", ref=2)]  # fmt: skip
_AT_DOOR = [person("Anna Ek", company="a", door="Storgatan 1", ref=11),
            person("Anna Ek", company="b", door="Storgatan 1", ref=12)]  # fmt: skip
_MISTYPED = [person("Anna Lagerlund", born=date(1985, 12, 3), company="a", ref=1),
             person("Anna Lagerlund", born=date(1985, 12, 8), company="b", ref=2)]  # fmt: skip
_NAMESAKES = [person("Anna Ek", born=BORN, company="a", ref=1),
              person("Anna Ek", born=BORN, company="b", ref=2)]  # fmt: skip
_TWO_NAMES = [person("Siri Moberg", ANNA, ref=1), person("Tryggve Lagerlund", ANNA, ref=2),
              person("Siri Moberg", ANNA, company="x", ref=3)]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "more"),
    [
        (_AT_DOOR, _crowd(90, street="Storgatan 1", postal_code="21142")),
        (_MISTYPED, [row | {"name": f"Anna {row['name'].split()[1]}"} for row in _crowd(90)]),
        (_NAMESAKES, [person("Anna Ek", ANNA, ref=8), person("Anna Ek", OTHER, ref=9)]),
        (_TWO_NAMES, [person("Tryggve Lagerlund", ANNA, company=c, ref=n)
                      for n, c in ((8, "y"), (9, "z"))]),
        (_PAIR, [person("Anna Maria Ek", ANNA, company="d", ref=9)]),
    ],
    ids=["crowd at the door", "common name", "two numbers of a name", "most rows of a number",
         "somebody with a number"],
)  # fmt: skip
def test_rows_that_come_change_who_others_are_and_change_it_back(rows, more):
    # Enough others, so that those who come do not change how many there are in all.
    rows, ours = [*rows, *_crowd(60, first=5000)], rows
    connection = _warehouse()
    _resolve(connection, rows)
    before, told_before = _held(connection), _told_of(connection, ours)
    _resolve(connection, rows + more)
    assert _held(connection) == _from_nothing(rows + more)[1]
    assert _told_of(connection, ours) != told_before
    _resolve(connection, rows)
    assert _held(connection) == before


def test_too_many_of_one_day_are_compared_by_it_no_longer():
    rows = [person("Siri Moberg", born=BORN, company="a", ref=1),
            person("Tryggve Lagerlund", born=BORN, company="b", ref=2)]  # fmt: skip
    connection = _warehouse()
    counts = []
    for crowd in ([], _crowd(45, birth_date=BORN), []):
        _resolve(connection, rows + crowd)
        assert _held(connection) == _from_nothing(rows + crowd)[1]
        query = "SELECT count(*) FROM identity_persons.pairs SEMI JOIN ours USING (left_bundle)"
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE ours AS SELECT bundle AS left_bundle "
            "FROM identity_persons.rows WHERE ref < 3"
        )
        counts += connection.execute(query).fetchall()[0]
    assert counts == [1, 0, 1]


def test_a_decision_holds_until_it_is_withdrawn():
    rows = [person("Anna Ek", company="a", ref=1), person("Anna Ek", company="b", ref=2)]
    connection = _warehouse()
    _resolve(connection, rows)
    apart = _held(connection)
    first, second = _person_of(connection).values()
    reviewed = decided((first, second, "same"))
    summary = _resolve(connection, rows, reviewed)
    assert summary.persons == 1
    assert _held(connection) == _from_nothing(rows, reviewed)[1]
    _resolve(connection, rows)
    assert _held(connection) == apart


def test_nothing_is_done_where_nothing_changed(monkeypatch):
    connection = _warehouse()
    first = _resolve(connection, _PAIR)
    monkeypatch.setattr(table, "keep_persons", None)
    monkeypatch.setattr(table, "count_words", None)
    assert _resolve(connection, _PAIR) == first


@pytest.mark.parametrize("is_whole", [True, False], ids=["other code", "killed half way"])
def test_what_was_made_otherwise_or_by_half_is_made_anew(monkeypatch, is_whole):
    connection = _warehouse()
    _resolve(connection, _PAIR)
    wanted = _held(connection)
    if is_whole:
        connection.execute("UPDATE identity_persons.made SET made_from = 'other code'")
    else:
        with monkeypatch.context() as patched:
            patched.setattr(kept_persons, "nobody_in_pairs", None)
            with (
                as_table(connection, "told_rows", frame(person("Anna Ek", ANNA, ref=7))),
                pytest.raises(TypeError),
            ):
                resolve_told(connection, "FROM told_rows")
    connection.execute("UPDATE identity_persons.bundles SET kind = 'row'")
    _resolve(connection, _PAIR)
    assert _held(connection) == wanted


def test_where_most_is_gone_everything_is_made_anew(monkeypatch):
    connection, empty, begun = _warehouse(), table._empty, []
    _resolve(connection, [*_TWO_NAMES, *_AT_DOOR])
    monkeypatch.setattr(table, "are_most_gone", are_most_gone)
    monkeypatch.setattr(table, "_empty", lambda where: begun.append(where) or empty(where))
    _resolve(connection, _TWO_NAMES)
    assert begun == []
    _resolve(connection, _PAIR)
    assert begun == [connection]
    assert _held(connection) == _from_nothing(_PAIR)[1]


def test_with_far_more_persons_everything_is_made_anew(monkeypatch):
    connection, empty, begun = _warehouse(), table._empty, []
    few = [_TWO_NAMES[0], *_AT_DOOR]
    _resolve(connection, few)
    reviewed = decided((*sorted(set(_person_of(connection).values()))[:2], "same"))
    _resolve(connection, few, reviewed)
    monkeypatch.setattr(table, "_empty", lambda where: begun.append(where) or empty(where))
    rows = [*few, *_crowd(60)]
    summary = _resolve(connection, rows, reviewed)
    assert begun == [connection]
    assert (summary, _held(connection)) == _from_nothing(rows, reviewed)


def test_nothing_of_somebody_who_is_gone_is_kept():
    connection = _warehouse()
    _resolve(connection, _TWO_NAMES + _AT_DOOR)
    _resolve(connection, [])
    held = _held(connection)
    assert [name for name, rows in held.items() if rows] == [
        "identity_persons.people", "identity_persons.made",
    ]  # fmt: skip
