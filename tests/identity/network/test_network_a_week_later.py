"""The network a week later: every table is what it would be if the week were the first."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.identity.network import index, writing
from screening.identity.network.writing import write_network
from screening.identity.places import write_addresses
from screening.warehouse.exchange import as_table
from tests.identity.known_tables import empty_warehouse, put

DAY = date(2026, 11, 20)
_COMPANIES = [f"559000{number:04d}" for number in range(7)]
_SOLE_TRADER = "8501012382"
_PLACES = [("Storgatan 1", None, "21142"), ("Storgatan 1", None, "90326"),
           ("Box 7", None, "21142"), ("Skolvägen 2", "c/o Ek", "90326"),
           (None, None, None)]  # fmt: skip

_DDL = """
CREATE TABLE identity.suppliers (supplier_id VARCHAR, orgnr VARCHAR, ref BIGINT);
CREATE TABLE identity.supplier_numbers
    (supplier_no VARCHAR, supplier_id VARCHAR, match_confidence DOUBLE);
CREATE TABLE identity.parties (supplier_no VARCHAR, orgnr VARCHAR, supplier_name VARCHAR,
    supplier_id VARCHAR, match_confidence DOUBLE);
CREATE TABLE identity.persons
    (source VARCHAR, ref BIGINT, person_key VARCHAR, match_confidence DOUBLE);
CREATE TABLE known.officers_versions AS SELECT *, 0::UBIGINT AS key_hash FROM known.officers;
CREATE TABLE known.suppliers_versions AS SELECT * FROM known.suppliers
"""

companies = st.sampled_from(_COMPANIES)
days = st.one_of(st.none(), st.integers(-30, 20).map(lambda ago: DAY + timedelta(days=ago)))
shares = st.sampled_from([100.0, 60.0, 40.0, 10.0, None])
#: Which person a row is about, and how surely.
about = {"person_key": st.sampled_from(["a", "b", "c"]), "surely": st.sampled_from([1.0, 0.9])}


@st.composite
def _placed(draw, **columns):
    street, care_of, postal_code = draw(st.sampled_from(_PLACES))
    place = {"street": street, "postal_code": postal_code}
    drawn = {name: draw(value) for name, value in columns.items()}
    return place | ({"care_of": care_of} if drawn.pop("has_care_of", False) else {}) | drawn


_ROWS = {
    "companies": _placed(orgnr=companies, deregistered_on=days, has_care_of=st.just(value=True)),
    "suppliers": _placed(
        supplier_no=st.sampled_from(["1", "2", "3", "4"]), bankgiro=st.sampled_from(["bg:1", None]),
        bank_account=st.sampled_from(["bg:1", "ac:2", None]), phone=st.sampled_from(["0812345678"]),
        email=st.sampled_from(["a@sol.example", "b@gmail.com", None]), true_from=days,
        is_past=st.booleans(), has_care_of=st.just(value=True),
    ),
    "numbers": st.fixed_dictionaries({  # who a supplier number is
        "supplier_no": st.sampled_from(["1", "2", "3", "4"]),
        "orgnr": st.sampled_from([*_COMPANIES[:3], _SOLE_TRADER, None]),
        "match_confidence": st.sampled_from([1.0, 0.8]),
    }),
    "invoices": st.fixed_dictionaries({
        "supplier_no": st.sampled_from(["1", "2", "3"]), "payee_account": st.sampled_from(["bg:1"]),
        "payee_orgnr": st.sampled_from([None, None, "5560000001"]), "invoice_date": st.just(DAY),
    }),
    "officers": _placed(
        orgnr=companies, officer_type=st.sampled_from(["person", "person", "company"]),
        officer_orgnr=companies, role=st.sampled_from(["ledamot", "revisor"]), from_date=days,
        answered_on=days, is_whole_answer=st.booleans(), key_hash=st.integers(0, 3),
        person_id=st.sampled_from(["19" + _SOLE_TRADER, "199001012385"]),
        is_past=st.booleans(), **about,
    ),
    "owners": st.fixed_dictionaries({
        "orgnr": companies, "owner_type": st.sampled_from(["person", "company", "state"]),
        "owner_id": companies, "share_percent": shares, "from_date": days,
        "direct": st.sampled_from([None, None, None, False]),
    } | about),
    "employees": _placed(
        bank_account=st.sampled_from(["bg:1", None]),
        secondary_employment_orgnr=st.sampled_from([None, *_COMPANIES]), **about,
    ),
    "permits": _placed(orgnr=companies),
    "bidders": st.fixed_dictionaries({"orgnr": companies}),
}  # fmt: skip

#: For each source rows by number: new or changed ones, and ones that are gone.
changes = st.fixed_dictionaries(
    {
        source: st.dictionaries(st.integers(1, 8), st.one_of(st.none(), row, row), max_size=5)
        for source, row in _ROWS.items()
    }
)
#: Companies at the first place beside all others: fifty are shown one by one, more are not.
crowds = st.sampled_from([0, 0, 48, 52])


@dataclass(frozen=True)
class World:
    """What is known on a day."""

    as_of: date = DAY
    crowd: int = 0
    rows: dict[str, dict[int, dict[str, object]]] = field(
        default_factory=lambda: {source: {} for source in _ROWS}
    )

    def later(self, change, days=0, crowd=0):
        rows = {
            source: {n: row for n, row in (held | change.get(source, {})).items() if row}
            for source, held in self.rows.items()
        }
        return replace(self, as_of=self.as_of + timedelta(days=days), crowd=crowd, rows=rows)


@pytest.fixture(scope="module", autouse=True)
def _never_anew():
    """In worlds as small as these nearly every week changes most of the rows."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(writing, "_ANEW_FROM", float("inf"))
        yield


def _warehouse():
    connection = empty_warehouse()
    connection.execute("SET threads = 1")
    connection.execute(_DDL)
    return connection


def _refill(connection, table, rows):
    connection.execute(f"DELETE FROM {table}")
    if rows:
        # A column of nothing but nulls has no type that DuckDB takes.
        given = pl.DataFrame(rows, infer_schema_length=None).cast({pl.Null: pl.String})
        with as_table(connection, "given", given):
            connection.execute(f"INSERT INTO {table} BY NAME FROM given")


def _who_is_who(connection, world):
    """The tables of ``identity`` that other steps write."""
    numbers = {row["supplier_no"]: row for _, row in sorted(world.rows["numbers"].items())}
    ids = {no: row["orgnr"] or f"lev:{no}" for no, row in numbers.items()}
    told = {
        ids[no]: {"supplier_id": ids[no], "orgnr": row["orgnr"], "ref": int(no)}
        for no, row in numbers.items()
    }
    _refill(connection, "identity.suppliers", list(told.values()))
    sure = {no: row["match_confidence"] for no, row in numbers.items()}
    rows = [
        {"supplier_no": no, "supplier_id": ids[no], "match_confidence": sure[no]} for no in numbers
    ]
    _refill(connection, "identity.supplier_numbers", rows)
    _refill(connection, "identity.parties", rows)
    _refill(connection, "identity.persons", [
        {"source": source, "ref": n, "person_key": row["person_key"],
         "match_confidence": row["surely"]}
        for source in ("officers", "owners", "employees")
        for n, row in world.rows[source].items()
        if row.get("officer_type", row.get("owner_type", "person")) == "person"
        and not row.get("is_past")
    ])  # fmt: skip
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE entities AS SELECT orgnr FROM identity.suppliers"
    )


def _know(connection, world):
    for source in _ROWS:
        if source == "numbers":
            continue
        rows = [
            {name: value for name, value in row.items() if name not in ("person_key", "surely")}
            | {"ref": n}
            for n, row in sorted(world.rows[source].items())
        ]
        if source == "companies":
            street, _, postal_code = _PLACES[0]
            rows += [
                {"ref": 100 + n, "orgnr": f"5560{n:06}", "street": street,
                 "postal_code": postal_code} for n in range(world.crowd)
            ]  # fmt: skip
        for table in (source, f"{source}_versions"):
            if table == source or source in ("officers", "suppliers"):
                connection.execute(f"DELETE FROM known.{table}")
                some = [
                    {k: v for k, v in row.items()
                     if k != "is_past" and (k != "key_hash" or table != source)}
                    for row in rows if table != source or not row.get("is_past")
                ]  # fmt: skip
                if some:
                    put(connection, table, *some)


def _run(connection, world):
    write_addresses(connection)
    write_network(connection, world.as_of)


def _written(connection, world):
    _know(connection, world)
    _who_is_who(connection, world)
    _run(connection, world)
    return _tables(connection)


def _tables(connection: duckdb.DuckDBPyConnection):
    tables = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT temporary "
        "AND schema_name IN ('identity', 'identity_network') ORDER BY ALL"
    ).fetchall()
    return {
        f"{schema}.{table}": connection.execute(f"FROM {schema}.{table} ORDER BY ALL").fetchall()
        for schema, table in tables
    }


@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    first=st.lists(changes, min_size=2, max_size=2),
    weeks=st.lists(st.tuples(changes, st.integers(-9, 9), crowds), min_size=1, max_size=3),
)
def test_a_later_week_gives_what_a_first_would_give(first, weeks):
    world = World()
    for change in first:
        world = world.later(change)
    connection = _warehouse()
    _written(connection, world)
    for change, days_on, crowd in weeks:
        world = world.later(change, days_on, crowd)
        told = _written(connection, world)
    assert told == _written(_warehouse(), world)
    # Ties are told apart by all that is told of them.
    assert len(set(told["identity.ties"])) == len(told["identity.ties"])


def _company_owner(orgnr, owner, **more):
    return {"orgnr": orgnr, "owner_type": "company", "owner_id": owner, "share_percent": 60.0,
            "person_key": "a", "surely": 1.0} | more  # fmt: skip


def _two_chains():
    """Two suppliers, each owned by another, which is owned by a third."""
    one, above, top, two, over, last = _COMPANIES[:6]
    numbers = {1: {"supplier_no": "1", "orgnr": one, "match_confidence": 1.0},
               2: {"supplier_no": "2", "orgnr": two, "match_confidence": 1.0}}  # fmt: skip
    owners = {
        1: _company_owner(one, above), 2: _company_owner(above, top),
        3: _company_owner(two, over), 4: _company_owner(over, last),
    }  # fmt: skip
    return World().later({"numbers": numbers, "owners": owners})


def test_what_nothing_touches_is_not_made_again():
    connection, world = _warehouse(), _two_chains()
    _written(connection, world)
    # What was written by hand shows what stands and what is made again.
    connection.execute("UPDATE identity.ownership SET owners = 99")
    connection.execute("UPDATE identity.node_sizes SET companies = 99")
    world = world.later({"owners": {2: _company_owner(_COMPANIES[1], _COMPANIES[2],
                                                      share_percent=10.0)}})  # fmt: skip
    _written(connection, world)
    owners = dict(connection.execute("SELECT orgnr, owners FROM identity.ownership").fetchall())
    assert {orgnr for orgnr, count in owners.items() if count == 99} == set(_COMPANIES[3:5])
    sizes = dict(connection.execute("SELECT node, companies FROM identity.node_sizes").fetchall())
    assert {node for node, count in sizes.items() if count != 99} == {"c:" + _COMPANIES[2]}


def test_a_run_that_ended_half_way_is_made_good(monkeypatch):
    connection, world = _warehouse(), _two_chains()
    _written(connection, world)
    later = world.later({"owners": {1: None, 4: _company_owner(_COMPANIES[4], _COMPANIES[0])}})

    def fail(connection):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(writing, "tie_changed_companies", fail)
        with pytest.raises(RuntimeError):
            _written(connection, later)
    assert _written(connection, later) == _written(_warehouse(), later)


def test_other_code_makes_everything_anew(monkeypatch):
    connection, world = _warehouse(), _two_chains()
    _written(connection, world)
    connection.execute("UPDATE identity.ownership SET owners = 99")
    monkeypatch.setattr(index, "fingerprint", lambda *parts: "other code")
    assert _written(connection, world) == _written(_warehouse(), world)


def test_where_most_is_another_everything_is_made_anew(monkeypatch):
    connection, world = _warehouse(), _two_chains()
    _written(connection, world)
    monkeypatch.setattr(writing, "_ANEW_FROM", 0.3)
    monkeypatch.setattr(writing, "gather_changed_ties", None)
    later = world.later({"owners": {n: _company_owner(_COMPANIES[n], _COMPANIES[0])
                                    for n in (1, 2, 3)}})  # fmt: skip
    assert _written(connection, later) == _written(_warehouse(), later)


def test_nothing_after_something_leaves_nothing():
    connection, world = _warehouse(), _two_chains()
    _written(connection, world)
    told = _written(connection, World())
    assert told == _written(_warehouse(), World())
    assert [name for name, rows in told.items() if rows] == ["identity_network.made"]
