"""How often files are read to find out which rows came right: once each, large ones if need be."""

from collections import Counter
from datetime import date

import pytest

from screening.sources.delivery import Delivery
from screening.warehouse import replacing, row_marks
from screening.warehouse.ingesting import ingest
from screening.warehouse.state import State

DAY, NEXT_DAY = date(2026, 11, 20), date(2026, 11, 27)
HEADER = "invoice_no;supplier_no;supplier_name;invoice_date;amount_sek;account_no;description"
FILES = 12


def _row(number: int, amount: str = "100,00") -> str:
    return f"F{number};007;Alfa AB;2026-10-01;{amount};5310;Mat"


@pytest.fixture
def looks(monkeypatch) -> Counter[tuple[str, str]]:
    """How often each file was looked at, by how."""
    counted: Counter[tuple[str, str]] = Counter()
    real = row_marks.Passing.let

    def let(self: row_marks.Passing, delivery: Delivery, onlooker: object) -> None:
        counted[delivery.name, type(onlooker).__name__] += 1
        real(self, delivery, onlooker)

    monkeypatch.setattr(row_marks.Passing, "let", let)
    return counted


def _put(folder, name, *lines) -> None:
    path = folder / "inbox/invoices" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _load(folder, day=DAY) -> dict[str, int]:
    state = State(folder / "state").make()
    return {
        each.file: each.counts.quarantined for each in ingest(folder / "inbox", state, day).inputs
    }


def test_each_of_many_damaged_files_is_read_once_as_older_and_once_as_newer(tmp_path, looks):
    for number in range(FILES):
        _put(tmp_path, f"{number}.csv", HEADER, _row(number), _row(number + 100, "fel"))
    assert set(_load(tmp_path).values()) == {1}
    assert len(looks) == 2 * FILES
    assert set(looks.values()) == {1}


def test_one_file_answers_several_older_ones(tmp_path, looks):
    for number in range(FILES):
        _put(tmp_path, f"{number}.csv", HEADER, _row(number), _row(number + 100, "fel"))
    _load(tmp_path)
    looks.clear()
    _put(tmp_path, "right.csv", HEADER, *(_row(number + 100) for number in range(1, FILES)))
    left = _load(tmp_path, NEXT_DAY)
    assert {file: rows for file, rows in left.items() if rows} == {"invoices/0.csv": 1}
    assert set(looks.values()) == {1}
    assert [file for file, how in looks if how == "SoundMarking"] == ["invoices/right.csv"]


def test_older_files_are_told_apart_when_rows_are_counted(tmp_path):
    _put(tmp_path, "a.csv", HEADER, _row(1, "fel"), _row(1, "50,00"))
    _put(tmp_path, "b.csv", HEADER, _row(2, "fel"))
    _load(tmp_path)
    _put(tmp_path, "right.csv", HEADER, _row(1, "5,00"), _row(2, "6,00"))
    left = _load(tmp_path, NEXT_DAY)
    assert left == {"invoices/a.csv": 1, "invoices/b.csv": 0, "invoices/right.csv": 0}


def test_a_file_with_other_columns_answers_nobody(tmp_path, looks):
    _put(tmp_path, "a.csv", HEADER, _row(1, "fel"), _row(2))
    _load(tmp_path)
    _put(tmp_path, "b.csv", HEADER.removesuffix(";description"), _row(1).removesuffix(";Mat"))
    assert _load(tmp_path, NEXT_DAY) == {"invoices/a.csv": 1, "invoices/b.csv": 0}
    assert looks["invoices/b.csv", "SoundMarking"] == 1


def test_of_large_files_only_the_columns_are_looked_at_where_they_do_not_fit(
    tmp_path, looks, monkeypatch
):
    monkeypatch.setattr(replacing, "LARGE_BYTES", 0)
    _put(tmp_path, "a.csv", HEADER, _row(1, "fel"), _row(2))
    other = HEADER.removesuffix(";description")
    _put(tmp_path, "b.csv", other, _row(3).removesuffix(";Mat"))
    assert _load(tmp_path) == {"invoices/a.csv": 1, "invoices/b.csv": 0}
    assert looks == {("invoices/a.csv", "Columns"): 1, ("invoices/b.csv", "Columns"): 1}
    _put(tmp_path, "c.csv", HEADER, _row(1))
    assert _load(tmp_path, NEXT_DAY)["invoices/a.csv"] == 0


def test_a_large_first_file_is_not_opened_again(tmp_path, looks, monkeypatch):
    monkeypatch.setattr(replacing, "LARGE_BYTES", 0)
    _put(tmp_path, "a.csv", HEADER, _row(1, "fel"), _row(2))
    assert _load(tmp_path) == {"invoices/a.csv": 1}
    assert looks == {}
