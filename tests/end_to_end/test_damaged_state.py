"""What a power cut, a full disk or a tidy colleague does to the state folder.

What can be made again is made again. What cannot is told, and the last list stands.
"""

import shutil
from datetime import timedelta

import duckdb
import pytest

from tests.end_to_end.small_inbox import AS_OF, Town, company, only_rules

THE_LIST = ("risk-list.csv", "findings.csv")
NEXT_WEEK = AS_OF + timedelta(days=7)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A town with one debtor and one published week."""
    folder = tmp_path_factory.mktemp("whole")
    town = Town(folder, only_rules(folder / "rules", "tax/013"))
    town.put(
        "invoices/ledger.csv",
        "invoice_no;orgnr;supplier_name;invoice_date;amount_sek",
        f"1;{company(1)};Alba AB;2026-11-01;1000",
    )
    town.put("debts/svar.csv", "orgnr;as_of;public_debt_sek", f"{company(1)};2026-11-16;70000")
    town.run()
    return town


@pytest.fixture
def town(whole, tmp_path):
    """The same town in a folder of its own, to be damaged."""
    shutil.copytree(whole.folder, tmp_path / "town")
    return Town(tmp_path / "town", tmp_path / "town/rules")


def kept_result(state):
    (folder,) = state.glob("work/screened-*")
    return folder


def warehouse_never_begun(state):
    (state / "warehouse.duckdb").write_bytes(b"")


def warehouse_cut_in_its_header_and_no_work_folder(state):
    (state / "warehouse.duckdb").write_bytes((state / "warehouse.duckdb").read_bytes()[:5000])
    shutil.rmtree(state / "work")


def kept_result_empty(state):
    for path in kept_result(state).iterdir():
        path.write_bytes(b"")


def kept_result_half(state):
    (kept_result(state) / "findings.parquet").unlink()


def garbled_receipts_and_leftovers_of_a_killed_run(state):
    receipts = state / "raw/receipts.jsonl"
    receipts.write_bytes(b"{\n\xff" + receipts.read_bytes()[:-20])
    (state / "work/weekly_run.duckdb").write_bytes(b"half a file")
    (state / "work/weekly_run.duckdb.wal").write_bytes(b"half a log")
    (state / "work/x.publishing.duckdb").write_bytes(b"half a file")
    (state / "raw/ab").mkdir(exist_ok=True)
    (state / "raw/ab/abcdef.part").write_bytes(b"half a copy")
    (state.parent / "out/.2026-W47.making").mkdir()
    (state.parent / "out/.2026-W47.making/risk-list.csv").write_bytes(b"half a list")
    (state / "warehouse.owner.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [
        warehouse_never_begun,
        warehouse_cut_in_its_header_and_no_work_folder,
        kept_result_empty,
        kept_result_half,
        garbled_receipts_and_leftovers_of_a_killed_run,
    ],
)
def test_what_can_be_made_again_is_made_again(whole, town, damage):
    damage(town.folder / "state")
    week = town.run()
    assert week.exit_code == 0
    before = whole.folder / "out/2026-W47"
    assert week.bytes_of(*THE_LIST) == {name: (before / name).read_bytes() for name in THE_LIST}
    assert [path.name for path in (town.folder / "out").iterdir()] == ["2026-W47"]


def test_a_published_week_that_was_cleared_away_costs_the_comparison_only(town):
    for path in (town.folder / "state/published").glob("*.duckdb"):
        path.unlink()
    week = town.run(NEXT_WEEK)
    assert week.manifest["previous_week"] is None
    assert [row["change"] for row in week.ranked] == ["new"]


@pytest.mark.parametrize("part", ["warehouse.duckdb", "published/*.duckdb"])
def test_what_cannot_be_made_again_is_told_and_the_last_list_stands(town, part):
    (damaged,) = (town.folder / "state").glob(part)
    damaged.write_bytes(b"x" * 50_000)
    before = (town.folder / "out/2026-W47/risk-list.csv").read_bytes()
    with pytest.raises(duckdb.Error, match=damaged.name):
        town.run(NEXT_WEEK)
    assert (town.folder / "out/2026-W47/risk-list.csv").read_bytes() == before
    assert [path.name for path in (town.folder / "out").iterdir()] == ["2026-W47"]
