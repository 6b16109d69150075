"""``vaksam sources map``: from an export that nobody has described to rows in the warehouse."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from typer.testing import CliRunner, Result

from screening.cli import app
from screening.sources.mappings import read_mapping
from tests.end_to_end.conftest import AS_OF
from tests.end_to_end.small_inbox import Town, company, only_rules, person

HEADER = "Lev.nr;Levnamn;Fakt.nr;Fakt.dat;Bel. exkl moms;Ansvar;Intern kod"


def ledger(folder: Path, day: str = "31/10/2026", name: str = "export 2026-10.csv") -> Path:
    rows = [f"L{n};Bolag {n} AB;F{n};{day};{n} 000,50;Vård;x" for n in range(10, 30)]
    path = folder / name
    path.write_bytes("\r\n".join([HEADER, *rows, ""]).encode("cp1252"))
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "--as-of", AS_OF.isoformat()])


def proposed(*arguments: object) -> dict[str, Any]:
    result = run("sources", "map", *arguments, "--json")
    assert result.exit_code in (0, 3), result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_from_an_unknown_export_to_a_week(tmp_path: Path) -> None:
    town = Town(tmp_path, only_rules(tmp_path / "rules", "tax/013"))
    path = ledger(tmp_path)
    own = tmp_path / "mappings/erp.yaml"
    written = run("sources", "map", path, "--out", own)
    assert written.exit_code == 0, written.output
    assert str(own) in written.stdout.replace("\n", "")
    mapping = read_mapping(own)
    assert (mapping.source, mapping.date_order) == ("invoices", "dmy")
    assert mapping.ignored == ("Intern kod",)
    assert run("sources", "check", path, "--mappings", own.parent).exit_code == 0
    town.put_bytes("invoices/export 2026-10.csv", path.read_bytes())
    week = town.run(mappings=(own.parent,))
    (counts,) = week.inputs.values()
    assert (counts["rows_read"], counts["rows_loaded"]) == (20, 20)


def test_what_would_load_stands_at_the_end(tmp_path: Path) -> None:
    told = proposed(ledger(tmp_path))
    assert told["dry_run"]["total"]["would_load"] == 20
    unsure = proposed(ledger(tmp_path, "01/02/2026"))
    assert unsure["dry_run"]["total"]["quarantined"] == 20
    assert [each["code"] for each in unsure["questions"]] == ["order"]
    assert run("sources", "map", ledger(tmp_path, "01/02/2026")).exit_code == 3


def test_a_mapping_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path, own = ledger(tmp_path), tmp_path / "mine.yaml"
    own.write_text("mine", encoding="utf-8")
    refused = run("sources", "map", path, "--out", own)
    assert refused.exit_code == 2
    assert own.read_text(encoding="utf-8") == "mine"
    assert run("sources", "map", path, "--out", own, "--force").exit_code == 0
    assert read_mapping(own).source == "invoices"


def test_a_folder_for_mappings_gets_a_file_named_like_the_export(tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    assert run("sources", "map", ledger(tmp_path), "--out", tmp_path / "mappings").exit_code == 0
    assert [path.name for path in (tmp_path / "mappings").iterdir()] == ["export.yaml"]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_is_shown_is_for_people(language: str, tmp_path: Path) -> None:
    shown = run("sources", "map", ledger(tmp_path, "01/02/2026"), "--lang", language)
    assert shown.exit_code == 3
    for column in ("invoice_no", "supplier_no", "amount_sek", "Fakt.dat", "Intern kod"):
        assert column in shown.stdout
    assert ("FRÅGA" if language == "sv" else "QUESTION") in shown.stdout
    assert "# date_order: dmy" in shown.stdout
    assert "None" not in shown.stdout
    assert "{" not in shown.stdout.replace("{column", "")


def test_the_source_can_be_given(tmp_path: Path) -> None:
    told = proposed(ledger(tmp_path), "--source", "suppliers")
    assert told["source"] == "suppliers"
    assert told["other_sources"] == []


def test_formats_of_publishers_need_no_mapping(demo: Path) -> None:
    inbox = demo / "inbox"
    for pattern, source in (
        ("companies/scb*.txt", "companies"),
        ("companies/bolagsverket*.txt", "companies"),
        ("invoices/peppol/*.xml", "invoices"),
        ("invoices/reskontra/*.csv", "invoices"),
        ("permits/*.csv", "permits"),
        ("contracts/*.xlsx", "contracts"),
    ):
        told = proposed(min(inbox.glob(pattern)))
        assert (told["source"], told["needs_mapping"]) == (source, False), pattern
        assert not told["dry_run"]["needs_a_look"], pattern


def test_packed_files_and_sheets_below_a_title(tmp_path: Path) -> None:
    packed = tmp_path / "export.csv.gz"
    packed.write_bytes(gzip.compress(ledger(tmp_path).read_bytes()))
    assert proposed(packed)["dry_run"]["total"]["would_load"] == 20
    path = tmp_path / "export.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Om").write_column(0, 0, ["Rapport", "Uttag 2026-10-31"])
        sheet = book.add_worksheet("Poster")
        sheet.write(0, 0, "Leverantörsfakturor")
        sheet.write_row(2, 0, HEADER.split(";"))
        for n in range(10, 30):
            cells = [f"L{n}", f"Bolag {n} AB", f"F{n}", "2026-10-31", n * 1000.5, "Vård", "x"]
            sheet.write_row(n - 7, 0, cells)
    told = proposed(path)
    assert (told["sheet"], told["header_row"]) == ("Poster", 3)
    assert told["dry_run"]["total"]["would_load"] == 20


def test_files_without_a_header_are_read_by_place(tmp_path: Path) -> None:
    roles = ("ledamot", "suppleant")
    rows = [
        f"{company(n)};{person('19700101', n % 9)};Ek Bo;{roles[n % 2]};2020-01-{n:02d}"
        for n in range(1, 29)
    ]
    path = tmp_path / "styrelser 2026.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    told = proposed(path, "--source", "officers")
    assert told["header_row"] is None
    got = {each["column"]: each["header"] for each in told["columns"]}
    assert {"orgnr": "1", "person_id": "2", "role": "4"}.items() <= got.items()
    assert "Ek Bo" not in json.dumps(told)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n" + bytes(99), b"\x1f\x8b", b"<a", b"x"])
def test_what_cannot_be_read_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    for arguments in ((path,), (path, "--source", "invoices")):
        shown = run("sources", "map", *arguments)
        assert shown.exit_code == 3
        assert "Traceback" not in shown.output


def test_wrong_usage_is_told(tmp_path: Path) -> None:
    assert run("sources", "map", tmp_path / "finns-inte.csv").exit_code == 2
    assert run("sources", "map", tmp_path).exit_code == 2
    assert run("sources", "map", ledger(tmp_path), "--source", "fakturor").exit_code == 2
