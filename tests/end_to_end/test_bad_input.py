"""Whatever lies in the inbox, the week is made: every oddity has its name, and the counts add up.

One run reads a cabinet of odd files, all at once: each must be told for itself and must not harm
its neighbours. What concerns the inbox as a whole has runs of its own.
"""

import gzip
import io
import os
import random
import re
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from screening.cli import app
from screening.reports.quarantine_words import reason_in_words
from screening.warehouse.receiving import _content, _keep
from tests.end_to_end.small_inbox import AS_OF, Town, Week, company, only_rules

INVOICES = "invoice_no;orgnr;supplier_name;invoice_date;amount_sek;description"
DEBTS = "orgnr;as_of;public_debt_sek"


def invoice(number, amount="1000", day="2026-11-01", name="Alba AB", more=""):
    return f"{number};{company(1)};{name};{day};{amount};{more}"


def debt(number, amount="100000", day="2026-11-16"):
    return f"{company(number)};{day};{amount}"


def in_bytes(*lines, encoding="utf-8"):
    return "".join(f"{line}\n" for line in lines).encode(encoding)


def zipped(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


BOMB = zipped(**{"a.csv": b"0" * 1_000_000})
UBL = 'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
DOCTYPE = '<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE Invoice [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'

#: Files of which nothing can be read, and the reason that quarantine.csv must give.
HOPELESS = {
    "debts/empty.csv": (b"", "empty_file"),
    "debts/only-a-bom.csv": (b"\xef\xbb\xbf", "empty_file"),
    "debts/only-blank-lines.csv": (b"\n \r\n\t\n", "empty_file"),
    "debts/binary.csv": (random.Random(1).randbytes(5000), "unreadable_binary"),
    "debts/utf16-without-bom.csv": (
        in_bytes(DEBTS, debt(2), encoding="utf-16-le"),
        "unreadable_binary",
    ),
    "debts/ebcdic.csv": (in_bytes(DEBTS, debt(2), encoding="cp500"), "missing_required_column"),
    "debts/other-table.csv": (b"datum;temperatur\n2026-11-01;4\n", "missing_required_column"),
    "debts/no-header.csv": (in_bytes(debt(2), debt(3)), "missing_required_column"),
    "debts/cut.xlsx": (b"PK\x03\x04 and nothing more", "zip_broken"),
    "debts/cut.parquet": (b"PAR1 and nothing more", "unreadable_parquet"),
    "debts/cut.json": (b'[{"orgnr": "55', "json_malformed"),
    "debts/deep.json": (b"[" * 100_000, "json_malformed"),
    "debts/letter.xml": (b"<html><body>404</body></html>", "not_a_known_format"),
    "invoices/cut.gz": (gzip.compress(b"x" * 100_000)[:50], "zip_broken"),
    "invoices/bomb.zip": (BOMB, "zip_too_large"),
    "invoices/bomb.gz": (gzip.compress(b"0" * 1_000_000), "zip_too_large"),
    "invoices/traversal.zip": (
        zipped(**{"../../evil.csv": b"x", "fine.csv": in_bytes(INVOICES, invoice(1))}),
        "zip_path",
    ),
    "invoices/absolute.zip": (zipped(**{"/etc/evil.csv": b"x"}), "zip_path"),
    "invoices/backslash.zip": (zipped(**{"..\\evil.csv": b"x"}), "zip_path"),
    "invoices/nothing-in-it.zip": (zipped(), "empty_file"),
    "invoices/archive.tar": (b"\0" * 257 + b"ustar" + b"\0" * 250, "zip_nested"),
    "invoices/doctype.xml": (f"<Invoice {UBL}/>".join([DOCTYPE, ""]).encode(), "xml_forbidden"),
    "invoices/laughs.xml": (f"{LAUGHS}<Invoice {UBL}>&b;</Invoice>".encode(), "xml_forbidden"),
    "invoices/cut.xml": (f"<Invoice {UBL}><ID>1".encode(), "xml_malformed"),
    "invoices/other.xml": (b"<Order/>", "not_a_known_format"),
}

#: Files of which some rows can be read: how many are loaded, and (row, column, reason) of the rest.
MIXED = {
    "debts/half-a-row.csv": (
        in_bytes(DEBTS, debt(4), "559800"),
        1,
        [("3", "", "wrong_field_count")],
    ),
    "debts/cut-off.csv": (
        in_bytes(DEBTS, debt(5), debt(6))[:-15],
        1,
        [("3", "", "wrong_field_count")],
    ),
    "debts/one-bad-byte.csv": (
        in_bytes(DEBTS, debt(7)) + b"\xff\x81;\xe5\n" + in_bytes("å" * 5 + ";;", debt(8)),
        2,
        None,
    ),
    "debts/amounts.csv": (
        in_bytes(DEBTS, debt(9, "-5"), debt(9, "abc"), debt(9, "NaN"), debt(9, "1e400")),
        0,
        [
            ("2", "public_debt_sek", "below_minimum"),
            ("3", "public_debt_sek", "not_an_amount"),
            ("4", "public_debt_sek", "not_an_amount"),
            ("5", "public_debt_sek", "not_an_amount"),
        ],
    ),
    "debts/two-ways.csv": (
        in_bytes(DEBTS, debt(10, "1.234")),
        0,
        [("2", "public_debt_sek", "amount_ambiguous")],
    ),
    "debts/numbers.csv": (
        in_bytes(DEBTS, "0000000000;2026-11-16;1", "5598000016;2026-11-16;1", ";2026-11-16;1"),
        0,
        [
            ("2", "orgnr", "no_such_orgnr"),
            ("3", "orgnr", "bad_checksum"),
            ("4", "orgnr", "missing_value"),
        ],
    ),
    "invoices/sums.csv": (
        in_bytes(INVOICES, invoice(20, "0"), invoice(21, "1000000000000000"), invoice(22)),
        2,
        [("3", "amount_sek", "too_large")],
    ),
    "invoices/days.csv": (
        in_bytes(
            INVOICES,
            invoice(30, day="1899-12-31"),
            invoice(31, day="2999-01-01"),
            invoice(32, day="2026-02-30"),
            invoice(33, day="01/02/2026"),
            invoice(34),
        ),
        1,
        [
            ("2", "invoice_date", "date_too_early"),
            ("3", "invoice_date", "date_too_late"),
            ("4", "invoice_date", "not_a_date"),
            ("5", "invoice_date", "not_a_date"),
        ],
    ),
    "invoices/nobody.csv": (
        in_bytes(INVOICES, "40;;;2026-11-01;1;x", invoice(41)),
        1,
        [("2", "supplier_no/orgnr/supplier_name", "missing_party")],
    ),
    "invoices/quotes.csv": (
        in_bytes(
            INVOICES,
            f'50;{company(1)};"A ""B"" C";2026-11-01;1;"x;y"',
            f'51;{company(1)};"never closed;2026-11-01;1;z',
            invoice(52),
        ),
        2,
        [("3", "", "broken_quote")],
    ),
    "invoices/nul.csv": (
        in_bytes(
            INVOICES, *(invoice(n) for n in range(60, 99)), invoice(99, name="A\0B", more="\0")
        ),
        40,
        [],
    ),
    "invoices/huge-field.csv": (
        in_bytes(INVOICES, invoice(100, more="x" * 3_000_000), invoice(101)),
        2,
        [],
    ),
    "invoices/many-columns.csv": (
        in_bytes(INVOICES + "".join(f";k{n}" for n in range(3000)), invoice(102) + ";" * 3000),
        1,
        [],
    ),
    "invoices/many-fields.csv": (
        in_bytes(INVOICES, invoice(103), invoice(104) + ";x" * 20_000),
        1,
        [("3", "", "wrong_field_count")],
    ),
    "invoices/mixed.zip": (
        zipped(
            **{
                "fine.csv": in_bytes(INVOICES, invoice(110)),
                "inner.zip": BOMB,
                "cut.xml": b"<Invoice",
                "empty.csv": b"",
            }
        ),
        1,
        None,
    ),
    "invoices/packed.csv.gz": (gzip.compress(in_bytes(INVOICES, invoice(120))), 1, []),
}

#: Files that are read as any other, whatever they are called.
ODD_NAMES = [
    "med blanksteg.csv",
    "åäö.csv",
    "a\u030ao\u0308.csv",
    "räkning 🧾.csv",
    "x" * 251 + ".csv",
    "no-ending",
    "=1+1.csv",
    "[red]röd[/red].csv",
    '"citat"; och semikolon.csv',
    "<script>alert(1)</script>".replace("/", "∕") + ".csv",
    "csv.pdf",
    "folder.csv/inner.csv",
    "/".join(["djup"] * 30) + "/fil.csv",
]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cabinet")
    town = Town(folder, only_rules(folder / "rules", "tax/013"))
    town.put("invoices/good-2026-11-16.csv", INVOICES, invoice(1), invoice(2))
    town.put("debts/good-2026-11-16.csv", DEBTS, debt(1))
    for name, (content, *_) in (HOPELESS | MIXED).items():
        town.put_bytes(name, content)
    for number, name in enumerate(ODD_NAMES):
        town.put(f"debts/{name}", DEBTS, debt(200 + number))
    latin = os.fsencode(town.inbox / "debts") + "/kän.csv".encode("cp1252")
    Path(os.fsdecode(latin)).write_bytes(in_bytes(DEBTS, debt(300)))
    town.put("debts/rad\nbryt\x1b[31m.csv", DEBTS, debt(301))
    town.put("debts/header-only.csv", DEBTS)
    town.put("debts/contradicts-1-2026-11-16.csv", DEBTS, debt(310, "1000"))
    town.put("debts/contradicts-2-2026-11-16.csv", DEBTS, debt(310, "99000"))
    town.put("invoices/good-again.csv", INVOICES, invoice(1), invoice(2))
    town.put("ivo/extract.csv", "orgnr;tillstand", f"{company(1)};hvb")
    town.put("lost.csv", "a;b", "1;2")
    (town.inbox / "debts/link.csv").symlink_to(town.inbox / "debts/good-2026-11-16.csv")
    (town.inbox / "debts/dangling.csv").symlink_to(town.inbox / "nowhere")
    (town.inbox / "permits").symlink_to(town.inbox / "ivo")
    os.mkfifo(town.inbox / "debts/pipe.csv")
    return town


@pytest.fixture(scope="module")
def week(town):
    return town.run()


def reasons(week, name):
    """Row, column and reason of each quarantined row of a file or its members, in Swedish."""
    return [
        (row["row"], row["column"], row["reason"])
        for row in week.quarantine
        if row["file"] == name or row["file"].startswith(f"{name}!")
    ]


def test_the_run_goes_on_and_says_that_something_needs_a_look(week):
    assert week.exit_code == 3
    assert [(row["supplier_id"], row["points"]) for row in week.ranked] == [(company(1), "15")]


def test_all_counts_add_up(week):
    week.assert_counts_add_up()
    assert len(week.inputs) > 60


@pytest.mark.parametrize("name", HOPELESS)
def test_a_file_that_cannot_be_read_is_in_quarantine_whole(week, name):
    _, reason = HOPELESS[name]
    assert reasons(week, name) == [("", "", reason_in_words(reason, "sv"))]
    counts = week.inputs[name]
    assert (counts["rows_read"], counts["rows_loaded"], counts["rows_quarantined"]) == (1, 0, 1)
    assert name in {warning["file"] for warning in week.warned("file_in_quarantine")}


@pytest.mark.parametrize("name", MIXED)
def test_rows_that_break_the_contract_are_set_aside_one_by_one(week, name):
    _, loaded, expected = MIXED[name]
    assert week.inputs[name]["rows_loaded"] == loaded
    if expected is not None:
        told = [(row, column, reason_in_words(why, "sv")) for row, column, why in expected]
        assert reasons(week, name) == told


def test_a_byte_of_another_encoding_costs_its_own_row_at_most(week):
    counts = week.inputs["debts/one-bad-byte.csv"]
    assert (counts["rows_read"], counts["rows_quarantined"]) == (4, 2)
    assert {row for row, _, _ in reasons(week, "debts/one-bad-byte.csv")} == {"3", "4"}


def test_members_of_an_archive_are_told_for_themselves(week):
    told = {
        row["file"]: row["reason"]
        for row in week.quarantine
        if row["file"].startswith("invoices/mixed.zip!")
    }
    assert told == {
        "invoices/mixed.zip!inner.zip": reason_in_words("zip_nested", "sv"),
        "invoices/mixed.zip!cut.xml": reason_in_words("xml_malformed", "sv"),
        "invoices/mixed.zip!empty.csv": reason_in_words("empty_file", "sv"),
    }


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_of_files_play_no_part(week, name):
    counts = week.inputs[f"debts/{name}"]
    assert (counts["rows_read"], counts["rows_loaded"]) == (1, 1)


def test_names_that_no_terminal_or_file_could_take_are_made_harmless(week):
    assert week.inputs["debts/kän.csv"]["rows_loaded"] == 1
    assert week.inputs["debts/rad\ufffdbryt\ufffd[31m.csv"]["rows_loaded"] == 1


@pytest.mark.parametrize(
    ("code", "file"),
    [
        ("no_rows", "debts/header-only.csv"),
        ("zero_value", "invoices/sums.csv"),
        ("unknown_columns", "invoices/many-columns.csv"),
        ("unknown_source", "ivo/extract.csv"),
        ("file_outside_source", "lost.csv"),
        ("not_a_regular_file", "debts/link.csv"),
        ("not_a_regular_file", "debts/dangling.csv"),
        ("not_a_regular_file", "debts/pipe.csv"),
        ("not_a_regular_file", "permits"),
    ],
)
def test_what_cost_no_row_has_its_named_warning(week, code, file):
    (warning,) = [each for each in week.warned(code) if each["file"] == file]
    assert file in warning["text"]
    assert len(warning["text"]) < 1000


def test_two_files_that_contradict_each_other_are_told(week):
    (warning,) = week.warned("contradicting_rows")
    assert warning["file"].startswith("debts/contradicts-")


def test_the_same_file_again_is_read_and_skipped(week):
    again = [week.inputs[f"invoices/good{end}.csv"] for end in ("-2026-11-16", "-again")]
    assert sorted((each["rows_loaded"], each["rows_skipped"]) for each in again) == [(0, 2), (2, 0)]


def test_nothing_was_unpacked_outside(town):
    assert not list(town.folder.rglob("evil*"))
    assert not list(Path(os.sep, "etc").glob("evil*"))


def test_the_same_inbox_again_tells_the_same(town, week):
    told = [(each["code"], each["text"]) for each in week.manifest["warnings"]]
    quarantine = (week.folder / "quarantine.csv").read_bytes()
    again = town.run()
    again.assert_counts_add_up()
    assert again.exit_code == 3
    assert [(each["code"], each["text"]) for each in again.manifest["warnings"]] == told
    assert (again.folder / "quarantine.csv").read_bytes() == quarantine
    assert sum(each["rows_loaded"] for each in again.manifest["inputs"]) == 0


def test_an_empty_inbox_gives_an_empty_list(tmp_path):
    town = Town(tmp_path, only_rules(tmp_path / "rules", "tax/013"))
    town.inbox.mkdir()
    (town.inbox / "invoices").mkdir()
    week = town.run()
    assert week.exit_code == 3
    assert week.ranked == week.findings == week.quarantine == []
    assert week.manifest["suppliers"] == 0


def test_an_inbox_without_invoices_is_told(tmp_path):
    town = Town(tmp_path, only_rules(tmp_path / "rules", "tax/013", "invoices/053"))
    town.put("debts/answers-2026-11-16.csv", DEBTS, debt(1))
    town.put("suppliers/all-2026-11-16.csv", "supplier_no;name;orgnr", f"7;Alba AB;{company(1)}")
    week = town.run()
    week.assert_counts_add_up()
    assert week.exit_code == 3
    assert [warning["source"] for warning in week.warned("source_missing")] == ["invoices"]
    assert week.found() == {(company(1), "public-debt")}


def test_a_register_of_last_year_makes_its_rules_not_checked(tmp_path):
    town = Town(tmp_path, only_rules(tmp_path / "rules", "permits/001", "tax/013"))
    town.put("invoices/ledger-2026-11-16.csv", INVOICES, invoice(1, more="HVB-placering"))
    town.put("debts/answers-2026-11-16.csv", DEBTS, debt(1))
    town.put("permits/ivo-2025-11-16.csv", "orgnr;tillstand;status", f"{company(2)};hvb;aktiv")
    week = town.run()
    week.assert_counts_add_up()
    assert week.exit_code == 3
    (warning,) = week.warned("source_too_old")
    assert warning["source"] == "permits"
    assert "2025-11-16" in warning["text"]
    rule = week.rules["no-active-permit"]
    assert (rule["status"], rule["found"], rule["not_checked"]) == ("not_checked", 0, 1)
    assert week.found() == {(company(1), "public-debt")}


def test_what_may_not_be_opened_is_told_and_the_rest_is_read(tmp_path, monkeypatch):
    town = Town(tmp_path, only_rules(tmp_path / "rules", "tax/013"))
    town.put("invoices/ledger-2026-11-16.csv", INVOICES, invoice(1))
    town.put("debts/answers-2026-11-16.csv", DEBTS, debt(1))
    locked = [
        town.put("debts/locked.csv", DEBTS, debt(2)),
        town.put("debts/locked-folder/answers.csv", DEBTS, debt(3)).parent,
    ]
    for each in locked:
        each.chmod(0)
    if os.geteuid() == 0:  # whom no permission stops: let the system answer as it would others
        _lock_for_root(monkeypatch, locked)
    week = town.run()
    for each in locked:
        each.chmod(0o700)
    week.assert_counts_add_up()
    assert week.exit_code == 3
    assert {warning["file"] for warning in week.warned("cannot_open")} == {
        "debts/locked.csv",
        "debts/locked-folder",
    }
    assert week.found() == {(company(1), "public-debt")}


def _lock_for_root(monkeypatch, locked):
    def scandir(path=".", *, real=os.scandir):
        if Path(path) in locked:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    def keep(file, *others):
        if Path(file.path) in locked:
            raise PermissionError(13, "Permission denied", file.path)
        return _keep(file, *others)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr("screening.warehouse.receiving._keep", keep)


def test_a_file_that_grows_while_it_is_read_is_left_for_the_next_run(tmp_path, monkeypatch):
    town = Town(tmp_path, only_rules(tmp_path / "rules", "tax/013"))
    town.put("invoices/ledger-2026-11-16.csv", INVOICES, invoice(1))
    growing = town.put("debts/answers-2026-11-16.csv", DEBTS, debt(1))

    def read_and_grow(file, *others):
        content = _content(file, *others)
        if Path(file.path) == growing:
            growing.write_bytes(content + in_bytes(debt(2)))
        return content

    with monkeypatch.context() as patched:
        patched.setattr("screening.warehouse.receiving._content", read_and_grow)
        week = town.run()
    assert week.exit_code == 3
    assert [each["file"] for each in week.warned("still_being_written")] == [
        "debts/answers-2026-11-16.csv"
    ]
    assert not week.findings
    assert town.run().found() == {(company(1), "public-debt")}


def test_days_that_have_not_come_are_no_answer(tmp_path):
    """An answer of 2062 (a slip of the pen) must not make anybody clear, nor a register present."""
    town = Town(tmp_path, only_rules(tmp_path / "rules", "permits/001", "tax/013"))
    town.put("invoices/ledger-2026-11-16.csv", INVOICES, invoice(1, more="HVB-placering"))
    town.put("debts/answers-2026-11-16.csv", DEBTS, debt(1, day="2062-11-16"))
    town.put(
        "permits/ivo-2026-11-16.csv",
        "orgnr;tillstand;status;as_of",
        f"{company(2)};hvb;aktiv;2062-11-16",
    )
    week = town.run(AS_OF)
    assert len(week.warned("rows_of_later_days")) == 2
    assert week.found() == set()
    for rule in week.rules.values():
        assert (rule["clear"], rule["not_checked"]) == (0, 1), rule["id"]


#: A file that a mapping which ships describes; the second visit was never made.
VISITS = (
    "Utförare orgnr;Brukarnummer;Personal-ID;Insats;Besök start;Besök slut;Registrering;Status",
    f"{company(1)};B1;P1;hemtjänst;01/11/2026 08:00;01/11/2026 09:00;Telefon;Utförd",
    f"{company(1)};B2;P1;hemtjänst;01/11/2026 09:00;01/11/2026 10:00;Telefon;Bomkörning",
)


def test_a_file_in_quarantine_is_tried_again_when_a_mapping_has_come(tmp_path):
    town = Town(tmp_path, only_rules(tmp_path / "rules", "tax/013"))
    town.put("invoices/ledger-2026-11-16.csv", INVOICES, invoice(1))
    answers = "debts/svar-2026-11-16.csv"
    town.put(answers, "Bolag;Svarsdag;Restförd skuld", debt(1))
    town.put("time_reports/besok-2026-11-16.csv", *VISITS)
    before = town.run()
    before.assert_counts_add_up()
    assert before.inputs["time_reports/besok-2026-11-16.csv"]["rows_loaded"] == 1
    assert before.inputs[answers]["rows_quarantined"] == 1
    assert not before.findings
    mappings = tmp_path / "mappings"
    mappings.mkdir()
    (mappings / "answers.yaml").write_text(
        "name: answers\nsource: debts\nmatch: {headers: [Bolag, Svarsdag]}\n"
        "columns: {Bolag: orgnr, Svarsdag: as_of, Restförd skuld: public_debt_sek}\n",
        encoding="utf-8",
    )
    after = town.run(mappings=(mappings,))
    after.assert_counts_add_up()
    assert after.quarantine == []
    assert after.inputs[answers]["rows_loaded"] == 1
    assert after.found() == {(company(1), "public-debt")}


def test_names_of_suppliers_obey_nobody(tmp_path):
    """Colours, deletions, turned text, markup, formulas, pages and pages: shown as text, or not."""
    names = [
        "\x1b[2J\x1b[31mRöd",
        "\u202eVänd",
        "[bold]Fet[/bold] [/slut]",
        "<script>alert(1)</script>",
        "=HYPERLINK(0)",
        "Lång" * 50_000,
    ]
    town = Town(tmp_path, only_rules(tmp_path / "rules", "tax/013"))
    owing = [company(500 + n) for n in range(len(names))]
    town.put(
        "invoices/ledger-2026-11-16.csv",
        INVOICES.replace(";", "\t"),
        *(
            f"{n}\t{orgnr}\t{name}\t2026-11-01\t1000\t"
            for n, (orgnr, name) in enumerate(zip(owing, names, strict=True))
        ),
    )
    town.put("debts/d-2026-11-16.csv", DEBTS, *(f"{orgnr};2026-11-16;70000" for orgnr in owing))
    places = ["--inbox", town.inbox, "--out", tmp_path / "out", "--state", tmp_path / "state"]
    asked = ["weekly", *places, "--rules", town.rules, "--as-of", AS_OF]
    result = CliRunner().invoke(app, [str(each) for each in asked])
    assert result.exit_code == 0
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", result.stdout)
    assert "[bold]Fet[/bold] [/slut]" in result.stdout
    assert len(result.stdout) < 10_000
    week = Week(tmp_path / "out/2026-W47", 0)
    shown = {row["supplier_id"]: row["name"] for row in week.ranked}
    assert shown.keys() == set(owing)
    assert shown[owing[4]] == "'=HYPERLINK(0)"
    assert max(map(len, shown.values())) <= 32_000
    page = (week.folder / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page + "".join(shown.values())
    )
