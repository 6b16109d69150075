"""Who is who a week later: every table is what it would be if the week were the first."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.identity.network import writing
from screening.identity.resolve import resolve
from screening.identity.reviewed.pairs import DECISIONS
from tests.identity.known_tables import empty_warehouse, put

DAY = date(2026, 11, 20)
_COMPANIES = [f"559000{number:04d}" for number in range(6)]
_PERSONS = ["198501012382", "198501612386", "199001012385", "hash:00112233445566778899", None]
_NAMES = ["Anna Karin Lind", "Lind, Anna", "Anna Lindh", "Bo Ek", "Mohammed al Rahman", None]
_FIRMS = ["Sol Omsorg AB", "Solomsorg", "Vega Trading LLC", "Eken Bygg HB", "Ekens Bygg", None]
_PLACES = [("Storgatan 1", "21142"), ("Storg. 1, 2 tr", "21142"), ("Box 7", "21143"),
           ("c/o Ek, Skolvägen 2", "90326"), (None, None)]  # fmt: skip
_BIRTHS = [date(1985, 1, 1), date(1990, 1, 1), None]
_PARTIES = ["101", "102", "103", None]

companies, persons = st.sampled_from(_COMPANIES), st.sampled_from(_PERSONS)
names, firms = st.sampled_from(_NAMES), st.sampled_from(_FIRMS)
births, parties = st.sampled_from(_BIRTHS), st.sampled_from(_PARTIES)
days = st.one_of(st.none(), st.integers(-400, 20).map(lambda ago: DAY + timedelta(days=ago)))


@st.composite
def _placed(draw, **columns):
    street, postal_code = draw(st.sampled_from(_PLACES))
    drawn = {name: draw(value) for name, value in columns.items()}
    return {"street": street, "postal_code": postal_code} | drawn


_ROWS = {
    "companies": _placed(orgnr=companies, name=firms, deregistered_on=days),
    "suppliers": _placed(
        supplier_no=st.sampled_from(["101", "102", "103"]), name=firms,
        orgnr=st.one_of(st.none(), companies), phone=st.sampled_from(["08-123 45 67", None]),
        email=st.sampled_from(["a@sol.example", None]), as_of=st.just(DAY),
    ),
    "invoices": st.fixed_dictionaries({
        "supplier_no": parties, "supplier_name": firms, "orgnr": st.one_of(st.none(), companies),
        "payee_account": st.sampled_from(["bg:1234567", None]), "invoice_date": st.just(DAY),
    }),
    "officers": _placed(
        orgnr=companies, person_id=persons, person_name=names, birth_date=births,
        role=st.just("ledamot"), officer_type=st.just("person"), from_date=days, to_date=days,
    ),
    "owners": st.fixed_dictionaries({
        "orgnr": companies, "owner_type": st.sampled_from(["person", "company"]),
        "owner_id": st.one_of(persons, companies), "owner_name": names, "birth_date": births,
        "share_percent": st.sampled_from([100.0, 60.0, 30.0, None]), "from_date": days,
    }),
    "employees": _placed(
        employee_id=st.sampled_from(["A1", "A2"]), person_id=persons, name=names, birth_date=births,
    ),
    "permits": _placed(orgnr=companies),
    "trading_prohibitions": st.fixed_dictionaries({
        "person_id": persons, "person_name": names, "from_date": days,
    }),
    "sanctions": st.fixed_dictionaries({
        "id": st.sampled_from(["e1", "e2"]), "name": st.one_of(names, firms),
        "schema": st.sampled_from(["Person", "Company"]),
        "birth_date": st.sampled_from(["1985-01-01", "1990", None]), "as_of": st.just(DAY),
    }),
}  # fmt: skip

#: For each source rows by number: new or changed ones, and ones that are gone.
rows = st.fixed_dictionaries(
    {
        source: st.dictionaries(
            st.integers(1, 6), st.one_of(st.none(), row), min_size=1, max_size=4
        )
        for source, row in _ROWS.items()
    }
)


@dataclass
class World:
    """What is known on a day, and what people decided: at most which rows stand."""

    as_of: date = DAY
    rows: dict[str, dict[int, dict[str, object]]] = field(default_factory=dict)
    decisions: list[dict[str, object]] = field(default_factory=list)


def _known(world: World) -> dict[str, list[dict[str, object]]]:
    places = {source: place * 1000 for place, source in enumerate(_ROWS)}
    return {
        source: [{"ref": places[source] + n} | row for n, row in sorted(held.items())]
        for source, held in world.rows.items()
    }


def _resolved(connection: duckdb.DuckDBPyConnection, world: World) -> dict[str, list[object]]:
    for source, held in _known(world).items():
        connection.execute(f"DELETE FROM known.{source}")
        if held:
            put(connection, source, *held)
    decisions = pl.DataFrame(world.decisions, schema=DECISIONS)
    resolve(connection, world.as_of, decisions)
    tables = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT temporary "
        "AND schema_name IN ('identity', 'identity_persons', 'identity_readings', "
        "'identity_network') ORDER BY ALL"
    ).fetchall()
    return {
        f"{schema}.{table}": connection.execute(f"FROM {schema}.{table} ORDER BY ALL").fetchall()
        for schema, table in tables
    }


def _decided(world: World, keys: list[tuple[str, str, str]], which: int) -> World:
    """One more decision about a pair that was told, or the last one withdrawn."""
    if which == 0 or not keys:
        return world
    number = len(world.decisions) + 1
    kind, left, right = keys[which % len(keys)]
    withdraws = number - 1 if which % 3 == 0 and number > 1 else None
    row = {
        "decision_id": number, "kind": kind, "left_key": left, "right_key": right,
        "decision": ("same", "not_same", "unsure")[which % 2], "decided_on": world.as_of,
        "withdraws": withdraws,
    }  # fmt: skip
    return replace(world, decisions=[*world.decisions, row])


def _pairs(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    return connection.execute(
        "SELECT 'person', left_key, right_key FROM identity.person_pairs "
        "UNION ALL SELECT 'listed', subject_key, entry_id FROM identity.listed_matches ORDER BY ALL"
    ).fetchall()


@pytest.fixture(scope="module", autouse=True)
def _never_anew():
    """In worlds as small as these nearly every week changes most of the rows."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(writing, "_ANEW_FROM", float("inf"))
        yield


@settings(
    max_examples=2, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    first=rows,
    changes=st.lists(
        st.tuples(rows, st.integers(0, 9), st.integers(-7, 7)), min_size=1, max_size=2
    ),
)
def test_a_later_week_gives_what_a_first_would_give(first, changes):
    world = World(rows={source: {} for source in _ROWS})
    warehouse = empty_warehouse()
    for change, decided, later in [(first, 0, 0), *changes]:
        pairs = _pairs(warehouse) if later or decided else []
        world = replace(
            _decided(world, pairs, decided),
            as_of=world.as_of + timedelta(days=later),
            rows={
                source: {n: row for n, row in (held | change[source]).items() if row is not None}
                for source, held in world.rows.items()
            },
        )
        told = _resolved(warehouse, world)
    assert told == _resolved(empty_warehouse(), world)
