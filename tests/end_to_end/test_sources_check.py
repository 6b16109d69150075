"""``vaksam sources check``: what would come of files, told before anything is stored."""

import gzip
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from screening.cli import app
from screening.sources.contracts import all_contracts
from screening.warehouse.inbox import InboxFile
from screening.warehouse.receiving import _keep
from tests.end_to_end.conftest import AS_OF
from tests.end_to_end.small_inbox import Town, Week, company, only_rules, person

SUPPLIERS = "supplier_no;name;orgnr;bankgiro"
PERSON = person("19850101", 1)


def check(*arguments: object) -> Result:
    words = ["sources", "check", *map(str, arguments), "--as-of", AS_OF.isoformat()]
    return CliRunner().invoke(app, words)


def report(*arguments: object) -> dict[str, Any]:
    found = check(*arguments, "--json")
    assert found.exit_code in (0, 3), found.output
    told: dict[str, Any] = json.loads(found.stdout)
    assert told["needs_a_look"] == (found.exit_code == 3)
    for file in (*told["files"], told["total"]):
        assert file["read"] == file["would_load"] + file["repeated"] + file["quarantined"]
    return told


def figures(told: dict[str, Any]) -> dict[str, tuple[int, int, int, int]]:
    return {
        each["file"]: (each["read"], each["would_load"], each["repeated"], each["quarantined"])
        for each in told["files"]
    }


def put(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_demo_inbox_gives_the_figures_of_a_week(demo: Path, demo_week: Week) -> None:
    told = report(demo / "inbox")
    assert figures(told) == {
        name: (
            each["rows_read"],
            each["rows_loaded"],
            each["rows_skipped"],
            each["rows_quarantined"],
        )
        for name, each in demo_week.inputs.items()
    }
    assert not told["needs_a_look"]
    assert {each["source"] for each in told["files"]} > {"invoices", "companies", "permits"}


@pytest.fixture
def troubled(tmp_path: Path) -> Town:
    """A town whose files have every kind of trouble."""
    town = Town(tmp_path, only_rules(tmp_path / "rules", "tax/013"))
    town.put(
        "invoices/ledger-2026-11-16.csv",
        "invoice_no;orgnr;supplier_name;invoice_date;amount_sek",
        f"1;{company(1)};Alba AB;2026-11-01;1000",
        f"2;{company(1)};Alba AB;2026-11-41;1000",
        f"3;{company(1)};Alba AB;2026-11-03;tusen",
        f"4;{company(1)};Alba AB;2026-11-04;1000;extra;fält",
    )
    town.put("suppliers/a.csv", SUPPLIERS, f"1;A AB;{company(1)};", f"1;A AB;{company(1)};")
    town.put("suppliers/again.csv", SUPPLIERS, f"1;A AB;{company(1)};")
    town.put("suppliers/own.csv", "Nr;Vad;Typ", "7;Sju AB;L", "8;Åtta AB;L", "9;Nio AB;X")
    town.put("contracts/no-number.csv", "title;orgnr", f"Städ;{company(1)}")
    town.put("owners/empty.csv", "orgnr;owner_name;owner_type")
    (town.inbox / "permits").mkdir()
    (town.inbox / "permits/picture.csv").write_bytes(b"\x89PNG\r\n" + bytes(200))
    (town.inbox / "debts").mkdir()
    (town.inbox / "debts/svar-2026-11-16.csv.gz").write_bytes(
        gzip.compress(f"orgnr;as_of;public_debt_sek\n{company(1)};2026-11-16;5\n".encode())
    )
    with zipfile.ZipFile(town.inbox / "debts/fler.zip", "w") as archive:
        archive.writestr("a.csv", f"orgnr;as_of;public_debt_sek\n{company(2)};2026-11-16;5\n")
        archive.writestr("b.csv", bytes(range(256)) * 8)
    town.put("leverantorer/x.csv", SUPPLIERS, f"1;A AB;{company(1)};")
    town.put("los.csv", SUPPLIERS)
    put(
        tmp_path,
        "mappings/own.yaml",
        "{name: own, source: suppliers, match: {headers: [Nr, Vad]},",
        " columns: {Nr: supplier_no, Vad: name},",
        " filters: [{column: Typ, not_equals: X}]}",
    )
    return town


def test_trouble_gives_the_figures_of_a_week_and_says_what_to_do(
    troubled: Town, tmp_path: Path
) -> None:
    arguments = ("--mappings", tmp_path / "mappings")
    told = report(troubled.inbox, *arguments)
    week = CliRunner().invoke(
        app,
        [
            *("weekly", "--json", "--inbox", str(troubled.inbox), "--out", str(tmp_path / "out")),
            *("--state", str(tmp_path / "state"), "--rules", str(tmp_path / "rules")),
            *("--mappings", str(tmp_path / "mappings"), "--as-of", AS_OF.isoformat()),
        ],
    )
    manifest = json.loads(Path(json.loads(week.stdout)["folder"], "run.json").read_text("utf-8"))
    assert figures(told) == {
        each["file"]: (
            each["rows_read"],
            each["rows_loaded"],
            each["rows_skipped"],
            each["rows_quarantined"],
        )
        for each in manifest["inputs"]
    }
    by_name = {each["file"]: each for each in told["files"]}
    ledger = by_name["invoices/ledger-2026-11-16.csv"]
    assert [(each["reason"], each["row_no"], each["example"]) for each in ledger["reasons"]] == [
        ("not_a_date", 3, "2026-11-41"),
        ("not_an_amount", 4, "tusen"),
        ("wrong_field_count", 5, None),
    ]
    assert by_name["suppliers/own.csv"]["left_out"] == 1
    (unreadable,) = by_name["permits/picture.csv"]["reasons"]
    assert (unreadable["reason"], unreadable["row_no"]) == ("unreadable_binary", None)
    (lacking,) = by_name["contracts/no-number.csv"]["reasons"]
    assert "contract_no" in lacking["example"]
    assert len(told["warnings"]) == 2  # one file in no folder, one folder of no source
    shown = check(troubled.inbox, *arguments)
    assert shown.exit_code == 3
    for file in by_name.values():
        if file["quarantined"]:
            assert file["file"] in shown.stdout
            for reason in file["reasons"]:
                assert reason["what"] in shown.stdout
                assert reason["action"] in shown.stdout


def test_nothing_is_stored_anywhere(troubled: Town, tmp_path: Path) -> None:
    def everything() -> dict[str, bytes]:
        return {
            str(path.relative_to(tmp_path)): path.read_bytes()
            for path in sorted(tmp_path.rglob("*"))
            if path.is_file()
        }

    before = everything()
    report(troubled.inbox)
    report(troubled.inbox / "suppliers/a.csv")
    assert everything() == before


@pytest.mark.parametrize("source", sorted(all_contracts()))
def test_a_file_of_each_source_is_known_by_its_folder(source: str, tmp_path: Path) -> None:
    contract = all_contracts()[source]
    rows = [dict.fromkeys(contract.columns, "") | row for row in contract.examples]
    path = put(
        tmp_path,
        f"{source}/2026/fil.csv",
        ";".join(contract.columns),
        *(";".join(row.values()) for row in rows),
    )
    told = report(path)
    assert [each["source"] for each in told["files"]] == [source]
    assert told["total"]["read"] == len(rows)
    assert told["total"]["quarantined"] == 0


def test_a_file_elsewhere_is_told_by_its_content_or_by_the_option(tmp_path: Path) -> None:
    lines = [SUPPLIERS, *(f"{n};Bolag {n} AB;{company(n)};" for n in range(1, 9))]
    path = put(tmp_path, "hämtad fil.csv", *lines)
    told = report(path)
    assert told["files"][0]["source"] == "suppliers"
    assert "suppliers" in " ".join(told["notes"])
    forced = report(path, "--source", "contracts")
    assert forced["files"][0]["source"] == "contracts"
    assert forced["needs_a_look"]
    strange = report(put(tmp_path, "prosa.csv", "en mening bara", "och en till"))
    assert (strange["files"], strange["needs_a_look"]) == ([], True)


def test_a_file_with_names_of_its_own_is_read_with_a_proposal(tmp_path: Path) -> None:
    lines = ["Lev.nr;Levnamn;Org.nr", *(f"{n};Bolag {n} AB;{company(n)}" for n in range(1, 9))]
    told = report(put(tmp_path, "export.csv", *lines))
    assert told["total"]["would_load"] == 8
    assert "sources map" in " ".join(told["notes"])


def test_what_is_shown_of_a_row_is_masked_and_no_more_than_its_cell(tmp_path: Path) -> None:
    wrong = f"{PERSON[:-1]}{(int(PERSON[-1]) + 1) % 10}"
    path = put(
        tmp_path,
        "officers/a.csv",
        "orgnr;person_id;person_name;role;street",
        f"{company(1)};{wrong};Hemlig Hemligsson;ledamot;Hemliga gatan 1",
        f"{company(1)};;Hemlig Hemligsson;{PERSON};Hemliga gatan 1",
        f"{company(1)};{PERSON};Hemlig Hemligsson;kejsare;Hemliga gatan 1;mer",
    )
    for shown in (check(path), check(path, "--json"), check(path, "--lang", "en")):
        assert shown.exit_code == 3
        assert "850101-****" in shown.stdout
        for secret in (PERSON[-4:], wrong[-4:], "Hemlig"):
            assert secret not in shown.stdout


def test_wrong_usage_says_what_is_right(tmp_path: Path) -> None:
    missing = check(tmp_path / "finns-inte.csv")
    assert missing.exit_code == 2
    unknown = check(put(tmp_path, "x.csv", "a;b"), "--source", "supplier")
    assert unknown.exit_code == 2
    assert "suppliers" in unknown.output
    assert check(tmp_path, "--source", "suppliers").exit_code == 2
    broken = put(tmp_path, "m/fel.yaml", "name: x", "colums: {}")
    told = check(tmp_path, "--mappings", broken.parent)
    assert told.exit_code == 1
    assert "fel.yaml" in told.output
    assert "colums" in told.output


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.csv")
    assert check(tmp_path / "x.csv").exit_code == 2


def test_unknown_names_in_a_sources_folder_lead_to_a_mapping(tmp_path: Path) -> None:
    path = put(tmp_path, "suppliers/x y.csv", "Nr;Vad", "1;A AB")
    told = report(path)
    assert told["total"]["quarantined"] == 1
    (note,) = told["notes"]
    assert f"sources map '{path}' --source suppliers" in note


def test_mended_rows_are_not_said_to_belong_nowhere(tmp_path: Path) -> None:
    """A dry run holds no earlier file, so it cannot tell where they belong."""
    header = "vaksam_ref;vaksam_file;vaksam_row;vaksam_column;vaksam_reason;vaksam_raw;"
    path = put(
        tmp_path, "suppliers/rattat.csv", header + SUPPLIERS, "k1-2-3;s.csv;3;;;;7;Bolag AB;;"
    )
    told = report(path)
    (reason,) = told["files"][0]["reasons"]
    assert reason["reason"] == "correction_unknown_file"
    assert "vaksam ingest" in reason["action"]
    assert "Provläsning" in reason["what"] or "provläsning" in reason["what"]


def test_an_empty_inbox_needs_a_look(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    told = report(tmp_path / "inbox")
    assert (told["files"], told["needs_a_look"]) == ([], True)


def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = put(tmp_path, "inbox/suppliers/a.csv", SUPPLIERS, "7;Bolag AB;;")
    locked = put(tmp_path, "inbox/suppliers/x.csv", SUPPLIERS)
    locked.chmod(0)
    if os.geteuid() == 0:  # whom no permission stops: let the system answer as it would others

        def keep(file: InboxFile, *others: Any) -> Any:
            if Path(file.path).name == locked.name:
                raise PermissionError(13, "Permission denied", file.path)
            return _keep(file, *others)

        monkeypatch.setattr("screening.warehouse.receiving._keep", keep)
    told = report(tmp_path / "inbox")
    assert told["needs_a_look"]
    assert [file["file"] for file in told["files"]] == [f"suppliers/{sound.name}"]
    (warning,) = told["warnings"]
    assert "suppliers/x.csv" in warning
    assert "Permission denied" in warning
