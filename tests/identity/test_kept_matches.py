"""A later run compares only what changed, and gives what a first run would give, always."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.identity.companies import candidates, kept_matches, questions, register_index
from screening.identity.companies.matching import match_parties
from screening.warehouse.exchange import as_table

DAY = date(2026, 11, 20)

_REGISTER = {
    "ref": pl.Int64, "orgnr": pl.String, "name": pl.String, "legal_form": pl.String,
    "street": pl.String, "postal_code": pl.String, "city": pl.String, "deregistered_on": pl.Date,
}  # fmt: skip
_PARTIES = {
    "party_id": pl.Int64, "name": pl.String, "street": pl.String, "postal_code": pl.String,
    "city": pl.String,
}  # fmt: skip

#: Words one letter apart, words run together, fillers, telling words: whatever ties rows together.
_WORDS = ["sol", "solgården", "solgarden", "solgårdne", "gården", "omsorg", "omsrog", "bygg", "och",
          "byggg", "eken", "ekens", "holding", "2", "i", "malmö", "(eken)", "c/o sol"]  # fmt: skip
_PLACES = [(None, None, None), ("Storgatan 1", "21142", "Malmö"), ("Storg. 1", "21142", "Malmö"),
           ("Box 7", "21143", "Malmö"), ("Skolvägen 2", "90326", "Umeå"),
           ("Ekv 3", "x", "")]  # fmt: skip

names = st.lists(st.sampled_from(_WORDS), max_size=4).map(" ".join)
forms = st.sampled_from(["AB", "HB", "", "AB i konkurs"])
full_names = st.one_of(st.none(), st.builds("{} {}".format, names, forms))
places = st.sampled_from(_PLACES)
gone_days = st.one_of(st.none(), st.integers(-5, 5), st.integers(725, 735))


@dataclass
class World:
    """What is known on a day: rows by ref, parties by id."""

    as_of: date = DAY
    rows: dict[int, tuple[object, ...]] = field(default_factory=dict)
    parties: dict[int, tuple[object, ...]] = field(default_factory=dict)

    def register(self) -> pl.DataFrame:
        rows = [(ref, *row) for ref, row in self.rows.items()]
        return pl.DataFrame(rows, schema=_REGISTER, orient="row")

    def asked(self) -> pl.DataFrame:
        rows = [(n, *party) for n, party in self.parties.items()]
        return pl.DataFrame(rows, schema=_PARTIES, orient="row")


def _row(name: str | None, place: tuple[str | None, ...], gone: int | None, company: int):
    day = None if gone is None else DAY - timedelta(days=gone)
    return (f"55900{company:05d}", name, "AB", *place, day)


single_rows = st.dictionaries(
    st.integers(0, 20),
    st.one_of(st.none(), st.builds(_row, full_names, places, gone_days, st.integers(0, 8))),
    max_size=6,
)
#: Many rows at once: what makes a word common, a key too full, the register larger.
crowds = st.builds(
    lambda start, count, name, place: {
        1000 * start + n: _row(name, place, None, 10 + n) if count else None
        for n in range(count or 70)
    },
    st.integers(1, 3), st.sampled_from([0, 3, 5, 11, 13, 34]), full_names, places,
)  # fmt: skip
parties = st.dictionaries(
    st.integers(0, 12),
    st.one_of(st.none(), st.tuples(full_names, places).map(lambda pair: (pair[0], *pair[1]))),
    max_size=6,
)
changes = st.tuples(single_rows, st.one_of(st.just({}), crowds), parties, st.integers(-7, 7))


def _changed(world: World, change) -> World:
    single, crowd, asked, days = change
    return replace(
        world,
        as_of=world.as_of + timedelta(days=days),
        rows={k: v for k, v in (world.rows | crowd | single).items() if v is not None},
        parties={k: v for k, v in (world.parties | asked).items() if v is not None},
    )


def _warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={"threads": 1})
    with as_table(connection, "nothing", World().register()):
        connection.execute(
            "CREATE SCHEMA known; CREATE TABLE known.companies AS FROM nothing LIMIT 0"
        )
    return connection


def _matched(connection: duckdb.DuckDBPyConnection, world: World) -> pl.DataFrame:
    with as_table(connection, "given_rows", world.register()):
        connection.execute(
            "DELETE FROM known.companies; INSERT INTO known.companies FROM given_rows"
        )
    return match_parties(connection, world.asked(), world.as_of)


def _let_keys_bring(monkeypatch: pytest.MonkeyPatch, most_rows: int) -> None:
    for name in (
        "MOST_ROWS_PER_KEY",
        "MOST_ROWS_PER_WEAK_KEY",
        "MOST_ROWS_PER_SPARE_KEY",
        "MOST_ROWS_PER_COMMON_PAIR",
    ):
        monkeypatch.setattr(candidates, name, most_rows)


def _kept(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is kept, sorted: what the next run stands on."""
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'identity_index'"
    ).fetchall()
    return {
        name: connection.execute(f"FROM identity_index.{name} ORDER BY ALL").fetchall()
        for (name,) in tables
    }


@pytest.mark.parametrize(
    ("most_rows", "smallest_size", "most_guesses"), [(64, 10_000, 48), (4, 8, 2)]
)
@settings(
    max_examples=4, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=st.lists(changes, min_size=2, max_size=4))
def test_a_later_run_gives_what_a_first_run_gives(
    monkeypatch, most_rows, smallest_size, most_guesses, steps
):
    _let_keys_bring(monkeypatch, most_rows)
    monkeypatch.setattr(questions, "MOST_GUESSES", most_guesses)
    monkeypatch.setattr(register_index, "_SMALLEST_SIZE", smallest_size)
    # However much changes: nothing is made anew for being much.
    monkeypatch.setattr(register_index, "_ANEW_FROM", 1e9)
    warehouse, world = _warehouse(), World()
    for change in steps:
        world = _changed(world, change)
        later = _matched(warehouse, world)
    first = _warehouse()
    assert later.equals(_matched(first, world))
    if world.rows and world.parties:
        assert _kept(warehouse) == _kept(first)


def _named(*names: str, start: int = 0, place=_PLACES[1], gone: int | None = None):
    return {start + n: _row(name, place, gone, start + n) for n, name in enumerate(names)}


def _asking(*names: str, place=_PLACES[0]):
    return {n: (name, *place) for n, name in enumerate(names)}


_SOL = World(rows=_named("Solgården Kvarn AB"), parties=_asking("Solgården AB", place=_PLACES[1]))
#: As many words as are read for finding candidates.
_LONG = " ".join(f"Ord{letter}" for letter in "abcdefghijklmnop")

#: A world, and what of it changes; each change touches a match for another reason.
_POTTERS = [f"Ek{letter * 3} Krukmakeri AB" for letter in "abcdefghijklmnopqrstuvwxyzåäöABC"]

_TOUCHES = {
    "a word of the party is commoner": (
        World(rows=_named("Solgården AB"), parties=_asking("Solgården AB")),
        {"rows": _named(*(f"Solgården Qqq{n}zz AB" for n in range(5)), start=10)},
    ),
    "a word that only the row has is commoner": (
        _SOL, {"rows": _named(*(f"Kvarn Qqq{n}zz AB" for n in range(5)), start=10)},
    ),
    "a word far back in the row's name is commoner": (
        World(rows=_named(f"{_LONG} Kvarn AB"), parties=_asking(f"{_LONG} AB", place=_PLACES[1])),
        {"rows": _named(*(f"Kvarn Qqq{n}zz AB" for n in range(5)), start=10)},
    ),
    "a name has too many bearers": (
        World(rows=_named(*["Solgården HB"] * 4), parties=_asking("Sol går den HB")),
        {"rows": _named("Solgården HB", start=10)},
    ),
    "a name has few enough bearers": (
        World(rows=_named(*["Solgården HB"] * 6), parties=_asking("Sol går den HB")),
        {"rows": dict.fromkeys((0, 1, 2))},
    ),
    "a new word is what a misspelling means": (
        World(rows=_named("Eken AB"), parties=_asking("Solgårdne AB")),
        {"rows": _named("Solgården AB", start=10)},
    ),
    "a new word comes before the one that a misspelling was held for": (
        World(rows=_named("Solgårdez AB"), parties=_asking("Solgårde AB")),
        {"rows": _named("Solgården AB", start=10)},
    ),
    "two words are written as one": (
        World(rows=_named("Eken Bygg AB"), parties=_asking("Ekens Bygg AB")),
        {"rows": _named("Ekensbygg AB", start=10)},
    ),
    "a misspelling is somebody's name now": (
        World(rows=_named("Solgården AB"), parties=_asking("Solgårdne AB")),
        {"rows": _named("Solgårdne AB", start=10)},
    ),
    "a company is long gone": (
        World(rows=_named("Solgården AB", gone=729), parties=_asking("Solgården AB")),
        {"as_of": DAY + timedelta(days=7)},
    ),
    "the day is an earlier one": (
        World(rows=_named("Solgården AB", gone=2), parties=_asking("Solgården AB")),
        {"as_of": DAY - timedelta(days=7)},
    ),
    "a company has moved": (
        World(rows=_named("Solgården AB"), parties=_asking("Solgården AB", place=_PLACES[2])),
        {"rows": _named("Solgården AB", place=_PLACES[4])},
    ),
    "a company is renamed to what is asked for, where nothing was weighed": (
        World(rows=_named("Kvarn Eken Omsorg Malmö Solgården AB", place=_PLACES[2]),
              parties=_asking("Solgården Malmö", place=_PLACES[4])),
        {"rows": _named("Malmö Solgården AB", place=_PLACES[2])},
    ),
    "a company is gone from the register": (
        World(rows=_named("Solgården AB", "Eken AB"), parties=_asking("Solgården AB")),
        {"rows": {0: None}},
    ),
    "a company comes that is asked for": (
        World(rows=_named("Eken AB"), parties=_asking("Solgården AB")),
        {"rows": _named("Solgården AB", start=10)},
    ),
    "a company comes that has name and door": (
        World(rows=_named("Solgårdens AB", place=_PLACES[1]),
              parties=_asking("Solgården AB", place=_PLACES[2])),
        {"rows": _named("Solgården AB", start=10)},
    ),
    "a company that has name and door is gone": (
        World(rows=_named("Solgården AB", gone=-3) | _named("Solgårdens AB", start=10),
              parties=_asking("Solgården AB", place=_PLACES[2])),
        {"as_of": DAY + timedelta(days=7)},
    ),
    "too many have name and door": (
        World(rows=_named(*["Solgården AB"] * 4) | _named("Solgårdens AB", start=10),
              parties=_asking("Solgården AB", place=_PLACES[2])),
        {"rows": _named("Solgården AB", start=20)},
    ),
    "a word that a party's may be, badly written, is common": (
        World(rows=_named("Solgården AB") | _named(*_POTTERS[:-1], start=10),
              parties=_asking("Solgården Krukmaakrei AB", place=_PLACES[1])),
        {"rows": _named(_POTTERS[-1], start=60)},
    ),
    "a word that a party's may be, badly written, is no longer common": (
        World(rows=_named("Solgården AB") | _named(*_POTTERS, start=10),
              parties=_asking("Annat (Solgården Krukmakrei AB)", place=_PLACES[1])),
        {"rows": dict.fromkeys(_named(_POTTERS[-1], start=41))},
    ),
    "a party has another address": (
        World(rows=_named("Solgården AB"), parties=_asking("Solgården AB")),
        {"parties": _asking("Solgården AB", place=_PLACES[4])},
    ),
}  # fmt: skip


@pytest.mark.parametrize("reason", _TOUCHES)
def test_what_a_change_touches_is_resolved_again(monkeypatch, reason):
    _let_keys_bring(monkeypatch, 4)
    monkeypatch.setattr(questions, "MOST_GUESSES", 1)
    world, change = _TOUCHES[reason]
    rows = {k: v for k, v in (world.rows | change.get("rows", {})).items() if v is not None}
    changed = replace(world, **change | {"rows": rows})
    warehouse, first = _warehouse(), _warehouse()
    before = _matched(warehouse, world)
    later = _matched(warehouse, changed)
    assert not later.equals(before)
    assert later.equals(_matched(first, changed))
    assert _kept(warehouse) == _kept(first)


def _dies(*_: object) -> None:
    raise duckdb.InterruptException("the run was stopped")


_WORLDS = (
    World(rows=_named("Solgården AB", "Eken AB"), parties=_asking("Solgården AB")),
    World(rows=_named("Solgården AB", "Eken Bygg AB"), parties=_asking("Solgården", "Eken Bygg")),
)


def test_a_run_that_is_undone_leaves_what_was_kept():
    warehouse, (world, changed) = _warehouse(), _WORLDS
    _matched(warehouse, world)
    kept = _kept(warehouse)
    warehouse.execute("BEGIN")
    _matched(warehouse, changed)
    warehouse.execute("ROLLBACK")
    assert _kept(warehouse) == kept


@pytest.mark.parametrize("step", ["note_changes", "keep_promising_pairs", "weigh_pairs"])
def test_after_a_run_that_died_without_a_transaction_all_is_asked_anew(monkeypatch, step):
    warehouse, first, (world, changed) = _warehouse(), _warehouse(), _WORLDS
    _matched(warehouse, world)
    with monkeypatch.context() as patched, pytest.raises(duckdb.InterruptException):
        patched.setattr(kept_matches, step, _dies)
        _matched(warehouse, changed)
    assert _matched(warehouse, changed).equals(_matched(first, changed))
    assert _kept(warehouse) == _kept(first)


def test_where_nothing_changed_nothing_is_done(monkeypatch):
    warehouse, (world, _) = _warehouse(), _WORLDS
    before = _matched(warehouse, world)
    for step in ("note_changes", "weigh_pairs"):
        monkeypatch.setattr(kept_matches, step, _dies)
    assert _matched(warehouse, world).equals(before)


def test_other_code_asks_all_anew(monkeypatch):
    warehouse, (world, _) = _warehouse(), _WORLDS
    before = _matched(warehouse, world)
    warehouse.execute("UPDATE identity_index.matches SET orgnr = 'stale'")
    assert not _matched(warehouse, world).equals(before)
    monkeypatch.setattr(kept_matches, "fingerprint", lambda *parts: "other code")
    assert _matched(warehouse, world).equals(before)
