"""Keyed hashes of identity numbers match each other, and numbers where the key is known."""

import hashlib
import hmac

import polars as pl
import pytest

from screening.identity.hash_key import key_mark, read_hash_key
from screening.identity.persons.table import resolve_persons
from tests.identity.known_tables import empty_warehouse, put

KEY = "Kommunens egen nyckel åäö".encode()
ANNA, BO = "198501012382", "199001011239"


def _hashed(written, key=KEY, figures=64):
    return "hash:" + hmac.new(key, written.encode(), hashlib.sha256).hexdigest()[:figures]


def _resolved(hashes, key=KEY):
    warehouse = empty_warehouse()
    put(
        warehouse,
        "officers",
        {"orgnr": "5590000013", "person_name": "Anna Ek", "person_id": ANNA, "role": "vd"},
        {"orgnr": "5590000013", "person_name": "Bo Ek", "person_id": BO, "role": "vd"},
    )
    rows = [{"employee_id": str(n), "person_id": one} for n, one in enumerate(hashes)]
    put(warehouse, "employees", *rows)
    summary = resolve_persons(warehouse, hash_key=key)
    table = pl.DataFrame(warehouse.sql("SELECT * FROM identity.persons ORDER BY source, ref"))
    by_source = {source: table.filter(source=source) for source in ("officers", "employees")}
    return by_source["officers"], by_source["employees"], summary


@pytest.mark.parametrize("written", ["198501012382", "19850101-2382", "8501012382", "850101-2382"])
@pytest.mark.parametrize("figures", [16, 40, 64])
def test_a_hash_is_the_number_it_was_made_of(written, figures):
    officers, employees, summary = _resolved([_hashed(written, figures=figures)])
    assert employees["person_key"][0] == officers["person_key"][0]
    assert employees["match_confidence"][0] == 1.0
    assert summary.unread_hashes == 0


def test_without_the_key_a_hash_is_somebody_of_its_own():
    _, employees, summary = _resolved([_hashed(ANNA), _hashed(ANNA), _hashed(BO)], key=None)
    first, second, third = employees["person_key"]
    assert first == second != third
    assert summary.unread_hashes == 0


def test_a_key_that_fits_nothing_is_told():
    officers, employees, summary = _resolved([_hashed(ANNA), _hashed(BO)], key=b"another key")
    assert not set(employees["person_key"]) & set(officers["person_key"])
    assert summary.unread_hashes == 2


def test_a_long_key_is_hashed_first_as_the_standard_says():
    key = b"k" * 200
    officers, employees, _ = _resolved([_hashed(BO, key)], key)
    assert employees["person_key"][0] == officers["person_key"][1]


def test_once_the_key_is_known_an_unknown_hash_is_nobody_known():
    warehouse = empty_warehouse()
    born = {"birth_date": "1985-01-01"}
    put(
        warehouse,
        "officers",
        {"orgnr": "5590000013", "person_name": "Anna Ek", "person_id": ANNA, "role": "vd"},
        {"orgnr": "5590000013", "person_name": "Bo Ek", "person_id": BO, "role": "vd"},
    )
    staff = [
        {"employee_id": "1", "person_id": _hashed(BO), "name": "Bo Ek"},
        {"employee_id": "2", "person_id": _hashed("198501012390"), "name": "Anna Ek"} | born,
    ]
    put(warehouse, "employees", *staff)

    def keys(key):
        resolve_persons(warehouse, hash_key=key)
        table = pl.DataFrame(
            warehouse.sql("SELECT source, person_key FROM identity.persons ORDER BY source, ref")
        )
        return [table.filter(source=source)["person_key"].to_list() for source in
                ("officers", "employees")]  # fmt: skip

    (anna, bo), (first, second) = keys(KEY)
    assert first == bo
    assert second not in {anna, bo}
    (anna, _), (_, second) = keys(None)
    assert second == anna


def test_the_key_comes_from_the_environment_or_the_state_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("VAKSAM_HASH_KEY", raising=False)
    assert read_hash_key(tmp_path) is None
    (tmp_path / "hash-key").write_bytes(b"\xef\xbb\xbf" + KEY + b"\r\n")
    assert read_hash_key(tmp_path) == KEY
    monkeypatch.setenv("VAKSAM_HASH_KEY", " other ")
    assert read_hash_key(tmp_path) == b"other"


def test_an_empty_key_file_is_no_key(tmp_path, monkeypatch):
    monkeypatch.delenv("VAKSAM_HASH_KEY", raising=False)
    (tmp_path / "hash-key").write_text(" \n")
    assert read_hash_key(tmp_path) is None


def test_the_mark_of_a_key_does_not_tell_it():
    assert key_mark(None) == ""
    assert key_mark(KEY) != key_mark(b"another key")
    assert KEY.decode() not in key_mark(KEY)
