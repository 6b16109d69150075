"""A mapping says where in a file the table is: the sheet, the row, or that there is no header."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from screening.sources.contracts import all_contracts
from screening.sources.delivery import Batch
from screening.sources.mappings import Mapping
from screening.sources.reading import read_delivery
from tests.sources.text_tables import delivery, everything, reasons


def mapping(**changes: Any) -> Mapping:
    described: dict[str, Any] = {
        "name": "prov",
        "source": "suppliers",
        "match": {"file_name": "lev*"},
        "columns": {"1": "supplier_no", "2": "name", "3": "orgnr"},
        "header": "none",
    }
    return Mapping.model_validate(described | changes)


def read(path: Path, *mappings: Mapping, name: str = "lev.csv") -> Batch:
    each = replace(delivery("suppliers", name), path=path)
    batches: Iterator[Batch] = read_delivery(each, all_contracts()["suppliers"], mappings)
    return everything(batches)


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "raw"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_without_a_header_columns_are_known_by_place(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "L1;Å AB;556012-5790\nL2;B AB;fel\n;C AB;\n", encoding)
    batch = read(path, mapping())
    assert batch.rows_read == 3
    assert batch.rows.select("row_no", "supplier_no", "name", "orgnr").rows() == [
        (1, "L1", "Å AB", "5560125790"),
        (2, "L2", "B AB", None),
    ]
    assert reasons(batch) == {3: ("1", "missing_value")}


def test_numbers_in_yaml_are_places_too() -> None:
    given = mapping(columns={1: "supplier_no", 2: "name"}, ignored=[3])
    assert given.renames == {"3": (), "1": ("supplier_no",), "2": ("name",)}


def test_a_header_in_a_row_of_its_own(tmp_path: Path) -> None:
    text = "Leverantörer;per 2026-01-01\nutskrivet av;X\nNr;Vad\nL1;Å AB\n"
    given = mapping(
        match={"headers": ["Nr", "Vad"]},
        header=3,
        columns={"Nr": "supplier_no", "Vad": "name"},
    )
    batch = read(written(tmp_path, text), given)
    assert batch.rows.select("row_no", "supplier_no", "name").rows() == [(4, "L1", "Å AB")]


def test_a_mapping_that_looks_elsewhere_leaves_other_files_alone(tmp_path: Path) -> None:
    path = written(tmp_path, "supplier_no;name\nL1;Å AB\n")
    lower = mapping(match={"headers": ["Nr"]}, header=7, columns={"Nr": "supplier_no"})
    batch = read(path, lower, mapping(), name="register.csv")
    assert batch.rows["name"].to_list() == ["Å AB"]


def test_a_sheet_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "raw"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in {
            "Gamla": [["Nr", "Namn"], ["L0", "Gammal AB"]],
            "Nya": [["Register"], [], ["Nr", "Namn"], ["L1", "Ny AB"]],
        }.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
    given = mapping(
        match={"headers": ["Nr"]},
        header=None,
        sheet="Nya",
        columns={"Nr": "supplier_no", "Namn": "name"},
    )
    batch = read(path, given)
    assert batch.rows.select("row_no", "supplier_no").rows() == [(4, "L1")]
    assert read(path, given.model_copy(update={"header": 3})).rows["name"].to_list() == ["Ny AB"]
    by_place = mapping(
        match={"file_name": "*"}, sheet="Gamla", columns={1: "supplier_no", 2: "name"}
    )
    assert read(path, by_place).rows["supplier_no"].to_list() == ["Nr", "L0"]
    other = given.model_copy(update={"sheet": "Finns inte"})
    assert read(path, other, given).rows["supplier_no"].to_list() == ["L1"]


def test_a_title_row_that_holds_quotes_moves_no_row(tmp_path: Path) -> None:
    text = 'Lista "Alla"\nsep;x\nNr;Namn\nL1;"Å; AB"\nL2;B AB\n'
    given = mapping(
        match={"headers": ["Nr"]}, header=3, columns={"Nr": "supplier_no", "Namn": "name"}
    )
    batch = read(written(tmp_path, text), given)
    assert batch.rows.select("row_no", "name").rows() == [(4, "Å; AB"), (5, "B AB")]
