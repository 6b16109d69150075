"""Which rows are about one person: by number, by name and date of birth, never by name alone."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity.persons.table import resolve_persons
from tests.identity.known_tables import empty_warehouse, put

ANNA = "198501012382"
BORN = date(1985, 1, 1)
A, B, C = "5590000013", "5590000021", "5590000039"


def _officer(orgnr, name, person_id=None, birth_date=None, ref=None):
    row = {"orgnr": orgnr, "person_name": name, "person_id": person_id, "role": "ledamot"}
    return row | {"birth_date": birth_date} | ({"ref": ref} if ref else {})


def _employee(employee_id, person_id, name, birth_date=None):
    return {
        "employee_id": employee_id, "person_id": person_id, "name": name, "birth_date": birth_date,
    }  # fmt: skip


def _resolved(**sources):
    warehouse = empty_warehouse()
    for source, rows in sources.items():
        put(warehouse, source, *rows)
    resolve_persons(warehouse)
    return pl.DataFrame(warehouse.sql("SELECT * FROM identity.persons ORDER BY source, ref"))


def _keys(table, source="officers"):
    return table.filter(source=source).sort("ref")["person_key"].to_list()


def _confidences(table, source="officers"):
    return table.filter(source=source).sort("ref")["match_confidence"].to_list()


def test_one_number_is_one_person_in_every_source():
    table = _resolved(
        officers=[_officer(A, "Anna Åkesson", ANNA)],
        owners=[{"orgnr": B, "owner_id": ANNA, "owner_name": "A. Åkesson", "owner_type": "person"}],
        employees=[{"employee_id": "1", "person_id": ANNA, "name": "Anna Gift Ny"}],
        trading_prohibitions=[{"person_id": ANNA, "person_name": "Åkesson Anna"}],
    )
    assert table.height == 4
    assert table["person_key"].n_unique() == 1
    assert table["match_confidence"].unique().to_list() == [1.0]


def test_two_numbers_are_two_persons_whatever_their_names():
    keys = _keys(
        _resolved(officers=[_officer(A, "Anna Ek", ANNA), _officer(A, "Anna Ek", "198501012390")])
    )
    assert keys[0] != keys[1]


def test_name_and_birth_link_to_the_one_numbered_person():
    table = _resolved(
        officers=[
            _officer(A, "Anna Åkesson", ANNA),
            _officer(B, "ÅKESSON, ANNA", birth_date=BORN),
            _officer(C, "Anna Åkesson", birth_date=date(1985, 1, 2)),
        ]
    )
    keys = _keys(table)
    assert keys[0] == keys[1] != keys[2]
    numbered, linked, other = _confidences(table)
    assert numbered == 1.0
    assert 0.9 <= linked < 1.0
    assert other == 0.9


def test_the_birth_date_of_a_coordination_number_is_read():
    table = _resolved(
        officers=[
            _officer(A, "Anna Åkesson", "198501612389"),
            _officer(B, "Anna Åkesson", birth_date=BORN),
        ]
    )
    assert len(set(_keys(table))) == 1


def test_two_numbered_candidates_leave_the_row_to_itself():
    table = _resolved(
        officers=[
            _officer(A, "Anna Ek", ANNA),
            _officer(A, "Anna Ek", "198501012390"),
            _officer(B, "Anna Ek", birth_date=BORN),
            _officer(B, "Ek, Anna", birth_date=BORN),
            _officer(C, "Anna Ek", birth_date=BORN),
        ]
    )
    keys = _keys(table)
    assert keys[2] not in keys[:2]
    assert keys[2] == keys[3]
    assert keys[4] not in keys[:4]


def test_a_name_alone_links_within_the_company_only():
    table = _resolved(
        officers=[_officer(A, "Anna Ek", ANNA), _officer(B, "Anna Ek"), _officer(A, "Anna Ek")],
        owners=[{"orgnr": B, "owner_id": None, "owner_name": "Ek Anna", "owner_type": "person"}],
        employees=[
            {"employee_id": "7", "name": "Anna Ek"},
            {"employee_id": "8", "name": "Anna Ek"},
        ],
    )
    numbered, in_b, in_a = _keys(table)
    assert in_a == numbered != in_b
    assert _keys(table, "owners") == [in_b]
    assert len({*_keys(table, "employees"), numbered, in_b}) == 4
    assert _confidences(table, "owners") == [0.7]
    assert 0.8 <= _confidences(table)[2] <= 0.93


def test_rows_without_number_but_with_name_and_birth_are_one_person():
    table = _resolved(
        officers=[_officer(A, "Anna Ek", birth_date=BORN), _officer(B, "EK, ANNA", birth_date=BORN)]
    )
    assert len(set(_keys(table))) == 1


def test_equal_hashes_are_one_person_and_a_hash_finds_its_number_by_name_and_birth():
    table = _resolved(
        officers=[_officer(A, "Anna Åkesson", ANNA), _officer(A, "Bo Ek", "199001011239")],
        employees=[
            {
                "employee_id": "1",
                "person_id": "hash:aa",
                "name": "Anna Åkesson",
                "birth_date": BORN,
            },
            {"employee_id": "2", "person_id": "hash:aa", "name": "Anna Nygift", "birth_date": None},
            {"employee_id": "3", "person_id": "hash:bb", "name": "Bo Ek", "birth_date": None},
            {"employee_id": "4", "person_id": "hash:bb", "name": None, "birth_date": None},
        ],
    )
    anna, bo = _keys(table)
    first, second, third, fourth = _keys(table, "employees")
    assert first == second == anna
    assert third == fourth != bo
    first, second, third, fourth = _confidences(table, "employees")
    assert 0.9 <= first == second < 1.0
    assert third == fourth == 1.0


def test_two_hashes_of_one_name_and_birth_are_two_persons():
    table = _resolved(
        officers=[_officer(A, "Anna Ek", ANNA)],
        employees=[
            _employee("1", "hash:aa", "Anna Ek", BORN),
            _employee("2", "hash:bb", "Anna Ek", BORN),
        ],
    )
    assert len({*_keys(table), *_keys(table, "employees")}) == 3


def test_companies_that_own_are_no_persons():
    table = _resolved(
        owners=[{"orgnr": A, "owner_id": B, "owner_name": "Eken AB", "owner_type": "company"}]
    )
    assert table.is_empty()


@pytest.mark.parametrize("name", ["", "***", "1234", "\u202e", "å" * 5000])
def test_nameless_rows_are_each_their_own(name):
    table = _resolved(officers=[_officer(A, name), _officer(B, name, birth_date=BORN)])
    assert table["person_key"].n_unique() == 2


def test_the_key_does_not_show_the_number():
    table = _resolved(officers=[_officer(A, "Anna Åkesson", ANNA)])
    (key,) = _keys(table)
    assert ANNA not in key
    assert ANNA[2:8] not in key
    assert key.startswith("p")


_ROW = st.tuples(
    st.sampled_from([A, B]),
    st.sampled_from(["Anna Ek", "EK, Anna", "Bo Ek", "Bo", ""]),
    st.sampled_from([None, ANNA, "198501012390", "hash:aa"]),
    st.sampled_from([None, BORN, date(1990, 1, 1)]),
)


@settings(max_examples=6, deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(rows, rng):
    officers = [_officer(*row, ref=n + 1) for n, row in enumerate(rows)]
    table = _resolved(officers=officers)
    rng.shuffle(officers)
    assert _resolved(officers=officers).equals(table)
