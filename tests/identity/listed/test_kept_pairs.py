"""A later run compares only what changed, and gives what a first run would give, always."""

from dataclasses import dataclass, field

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.identity.listed import (
    company_candidates,
    kept_blocks,
    kept_pairs,
    kept_words,
    matching,
)
from screening.identity.listed.kept_pairs import Listed, bring_up_to_date
from screening.warehouse.exchange import as_table
from tests.identity.listed.listed_sides import company, numbered_side, person, those_of

#: Words that sound alike, are misspelled, common or rare: whatever ties names together.
_FIRST = ["Anna", "Ivan", "Iwan", "Karl", "K", "Mohammed", "Muhammad"]
_LAST = ["Lind", "Lindh", "Påhittov", "Pahitov", "Påhitttov", "al Rahman", "Ek"]
_FIRMS = ["Skazkotorg", "Skazkotorgg", "Skaskotorg", "Vega", "Handel", "Export", "Eksport"]
_FORMS = ["AB", "HB", "LLC", ""]
_DAYS = [(), "1970", "1970-05-03", "1970-01-01", "1985-05-03", ["1970-05-03", "1985"]]
_NUMBERS = [(), ["5560125790"], ["5590000013"], ["AB12345"]]
_CONTACTS = [(), ["mail:a@sol.example"]]
_PLACES = [(), [("se", "malmo", "storgata|12")]]

words = st.lists(st.sampled_from(_FIRMS), min_size=1, max_size=3).map(" ".join)
firms = st.builds("{} {}".format, words, st.sampled_from(_FORMS))
people = st.builds("{} {}".format, st.sampled_from(_FIRST), st.sampled_from(_LAST))
told = {
    "numbers": st.sampled_from(_NUMBERS), "contacts": st.sampled_from(_CONTACTS),
    "places": st.sampled_from(_PLACES),
}  # fmt: skip


def _named(kind):
    return lambda names, told: kind(*names, **told)


parties = st.one_of(
    st.builds(
        _named(person), st.lists(people, min_size=1, max_size=2),
        st.fixed_dictionaries(told | {"born": st.sampled_from(_DAYS)}),
    ),
    st.builds(
        _named(company), st.lists(firms, min_size=1, max_size=2), st.fixed_dictionaries(told)
    ),
)  # fmt: skip


@dataclass
class World:
    """Who is on the lists, who is held against them, by number; the register; what is wanted."""

    entries: dict[int, dict] = field(default_factory=dict)
    subjects: dict[int, dict] = field(default_factory=dict)
    register: dict[str, int] = field(default_factory=dict)
    size: int = 0
    wanted: tuple[tuple[int, int], ...] = ()


some = st.dictionaries(st.integers(0, 5), st.one_of(st.none(), parties), max_size=4)
#: Many at once: what makes a word common, a block too full, a number nobody's.
crowds = st.builds(
    lambda count, party: dict.fromkeys(range(10, 10 + 7), None)
    | dict.fromkeys(range(10, 10 + count), party),
    st.sampled_from([0, 2, 5, 7]), parties,
)  # fmt: skip
changes = st.fixed_dictionaries(
    {
        "entries": st.one_of(some, crowds), "subjects": st.one_of(some, crowds),
        "register": st.dictionaries(
            st.sampled_from(["skazkotorg", "vega", "export"]), st.sampled_from([0, 3, 40])
        ),
        "size": st.sampled_from([0, 0, 0, 500]),
        "wanted": st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=2),
    }
)  # fmt: skip


def _changed(world: World, change) -> World:
    def after(held, come):
        return {no: party for no, party in (held | come).items() if party is not None}

    return World(
        after(world.entries, change.get("entries", {})),
        after(world.subjects, change.get("subjects", {})),
        world.register | change.get("register", {}),
        change.get("size", world.size),
        tuple(change.get("wanted", world.wanted)),
    )


def _matched(
    connection: duckdb.DuckDBPyConnection, world: World, asked: list[pl.DataFrame] | None = None
) -> pl.DataFrame:
    def read(is_entry: bool, numbers: pl.DataFrame | None):
        if asked is not None:
            asked.append(numbers)
        return those_of(sides[is_entry], numbers)

    sides = {True: numbered_side(world.entries), False: numbered_side(world.subjects)}
    now = pl.DataFrame(
        [
            (is_entry, no, hash(repr(sorted(party.items()))) % 2**63)
            for is_entry, held in ((True, world.entries), (False, world.subjects))
            for no, party in held.items()
        ],
        schema={"is_entry": pl.Boolean, "no": pl.UInt64, "content": pl.UInt64},
        orient="row",
    )
    there = {(e, s) for e, s in world.wanted if e in world.entries and s in world.subjects}
    wanted = pl.DataFrame(
        sorted(there), schema={"entry": pl.UInt64, "subject": pl.UInt64}, orient="row"
    )
    rows = pl.DataFrame(
        list(world.register.items()), schema={"word": pl.String, "rows": pl.Int64}, orient="row"
    )
    with as_table(connection, "now", now):
        return bring_up_to_date(
            Listed(
                connection,
                now="now",
                read=read,
                register=lambda words: words.join(rows, on="word"),
                register_size=world.size,
                wanted=wanted,
            )
        )


def _kept(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is kept, sorted: what the next run stands on."""
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'identity_listed'"
    ).fetchall()
    return {
        name: connection.execute(f"FROM identity_listed.{name} ORDER BY ALL").fetchall()
        for (name,) in tables
    }


@pytest.fixture
def _small_limits(monkeypatch):
    """A handful of parties is much, and every pair is kept: little is told in a small world."""
    monkeypatch.setattr(matching, "KEPT_FROM", -1e9)
    monkeypatch.setattr(kept_words, "SMALLEST_PERSONS", 8)
    monkeypatch.setattr(kept_words, "SMALLEST_COMPANIES", 8)
    monkeypatch.setattr(kept_words, "MOST_HOLDERS", 3)
    monkeypatch.setattr(kept_blocks, "MOST_PAIRS", {"persons": 6, "companies": 6})
    monkeypatch.setattr(kept_words, "MOST_BY_WORD", 6)
    monkeypatch.setattr(company_candidates, "_MOST_MISSPELLED", 6)


def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": 1})


@pytest.mark.usefixtures("_small_limits")
@settings(
    max_examples=3, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=st.lists(changes, min_size=2, max_size=2))
def test_a_later_run_gives_what_a_first_run_gives(steps):
    warehouse, world = _connection(), World()
    for change in steps:
        world = _changed(world, change)
        later = _matched(warehouse, world)
    first = _connection()
    assert later.equals(_matched(first, world))
    assert _kept(warehouse) == _kept(first)


def _vegas(kind, start, count, numbers=()):
    return {start + n: kind(f"Vega Qqq{n}zz", numbers=numbers) for n in range(count)}


#: A world, and what of it changes; each change touches the pair of entry 0 and subject 0, though
#: neither of the two records is another.
_VEGA = World({0: company("Vega Handel")}, {0: company("Vega Handel")})
_NAMES_OF_MANY = {n: company("Vega Handel") for n in range(1, 5)}
_TOUCHES = {
    "a word is commoner among subjects": (_VEGA, {"subjects": _vegas(company, 10, 6)}),
    "a word is commoner in the register": (_VEGA, {"register": {"vega": 40}}),
    "there are more companies": (_VEGA, {"size": 500}),
    "a word of a person is commoner": (
        World(*[{0: person("Ivan Vega", born="1970-05-03")}] * 2),
        {"subjects": _vegas(person, 10, 6)},
    ),
    "a name brings too many together": (
        _VEGA, {"entries": _NAMES_OF_MANY, "subjects": _NAMES_OF_MANY}
    ),
    "a misspelling brings too many together": (
        World({0: company("Skazkotorg")}, {0: company("Skazkotorgg")}),
        {"subjects": {10 + n: company(f"Skazkotorgg Qqq{n}zz") for n in range(7)}},
    ),
    "a number turns out to be nobody's": (
        World(*[{0: company("Vega Handel", numbers=["5560125790"])}] * 2),
        {"entries": {10 + n: company(f"Ek{n}", numbers=["5560125790"]) for n in range(4)}},
    ),
    "somebody asks for the pair": (
        World({0: company("Vega")}, {0: company("Skazkotorg")}), {"wanted": ((0, 0),)}
    ),
}  # fmt: skip


@pytest.mark.usefixtures("_small_limits")
@pytest.mark.parametrize("reason", _TOUCHES)
def test_what_a_change_touches_is_compared_again(reason):
    world, change = _TOUCHES[reason]
    warehouse = _connection()

    def of_both(pairs):
        return pairs.filter(entry=0, subject=0).select("name", "number", "evidence").rows()

    before = _matched(warehouse, world)
    later = _matched(warehouse, _changed(world, change))
    assert of_both(before) != of_both(later)
    assert later.equals(_matched(_connection(), _changed(world, change)))


def test_only_what_changed_is_read():
    warehouse = _connection()
    _matched(warehouse, _VEGA)
    asked: list[pl.DataFrame] = []
    _matched(warehouse, _changed(_VEGA, {"subjects": {7: company("Skazkotorg")}}), asked)
    assert [no for numbers in asked for no in numbers["no"]] == [7]


@pytest.mark.parametrize(
    "broken",
    [
        "DELETE FROM identity_listed.made",
        "UPDATE identity_listed.made SET made_from = 'other code'",
    ],
)
def test_what_is_not_whole_or_made_by_other_code_is_made_anew(broken):
    warehouse = _connection()
    first = _matched(warehouse, _VEGA)
    warehouse.execute("DELETE FROM identity_listed.pairs")
    warehouse.execute(broken)
    assert _matched(warehouse, _VEGA).equals(first)
    assert first.height == 1


def test_a_run_that_is_killed_leaves_nothing_to_go_by(monkeypatch):
    warehouse = _connection()
    _matched(warehouse, _VEGA)
    changed = _changed(_VEGA, {"subjects": {1: company("Vega Handel HB")}})
    with monkeypatch.context() as patched:
        patched.setattr(kept_pairs, "weigh_pairs", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            _matched(warehouse, changed)
    assert _matched(warehouse, changed).equals(_matched(_connection(), changed))
