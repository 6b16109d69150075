"""Rows that could not be read, mended in a spreadsheet: the list is as if never wrong."""

import json
from datetime import timedelta
from types import SimpleNamespace

import polars as pl
import pytest
import xlsxwriter
from typer.testing import CliRunner

from screening.cli import app
from tests.end_to_end.small_inbox import AS_OF, Town, company, only_rules

NEXT_WEEK = AS_OF + timedelta(days=7)
CARE, DEBTOR = company(1), company(2)
RULES = ("permits/001", "tax/013")
INVOICES = "invoice_no;orgnr;supplier_name;invoice_date;amount_sek;account_text"
SOUND = {
    "invoices/oktober.csv": (
        INVOICES,
        f"1;{CARE};Vården AB;2026-10-01;900000,00;Hemtjänst",
        f"2;{CARE};Vården AB;2026-10-02;100000,50;Hemtjänst",
        f"3;{DEBTOR};Skulden AB;2026-10-03;5000,00;Kontorsmateriel",
    ),
    "permits/ivo.csv": (
        "orgnr;permit_type;status;permit_number;valid_from",
        f"{CARE};hemtjänst;aktiv;T-1;2019-01-01",
    ),
    "debts/svar.csv": ("orgnr;as_of;public_debt_sek", f"{DEBTOR};2026-11-16;70000"),
}
MISTAKES = {
    "invoices/oktober.csv": (";2026-10-02;", ";2026-02-30;"),
    "permits/ivo.csv": (";aktiv;", ";aktivt?;"),
    "debts/svar.csv": (";70000", ";sjuttiotusen"),
}
MENDED = {
    "invoices": {"invoice_date": "2026-10-02"},
    "permits": {"status": "aktiv"},
    "debts": {"public_debt_sek": "70000"},
}
THE_LIST = ("risk-list.csv", "findings.csv", "quarantine.csv")


def ask(town: Town, *arguments: object):
    state = ["--state", town.folder / "state", "--as-of", AS_OF.isoformat()]
    result = CliRunner().invoke(app, [str(each) for each in ("quarantine", *arguments, *state)])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def mend(town: Town, source: str) -> None:
    """Export, put right what is wrong, save, drop."""
    out = town.folder / f"{source}.xlsx"
    told = ask(town, "export", "--source", source, "--out", out, "--lang", "en")
    assert "unmasked personal data" in told
    rows = pl.read_excel(out, infer_schema_length=0).with_columns(
        pl.lit(value).alias(name) for name, value in MENDED[source].items()
    )
    with xlsxwriter.Workbook(str(town.inbox / source / "Kopia av rader (2).xlsx")) as book:
        sheet = book.add_worksheet("Blad1")
        sheet.write_row(0, 0, rows.columns)
        for place, name in enumerate(rows.columns):
            sheet.write_column(1, place, rows[name].to_list())


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quarantine")
    rules = only_rules(folder / "rules", *RULES)
    town, right = Town(folder / "town", rules), Town(folder / "right", rules)
    for name, lines in SOUND.items():
        town.put(name, *(line.replace(*MISTAKES[name]) for line in lines))
        right.put(name, *lines)
    first = town.run(AS_OF)
    before = first.bytes_of(*THE_LIST)
    listed = json.loads(ask(town, "list", "--rules", rules, "--json", "--lang", "en"))
    shown = ask(town, "show", "oktober.csv")
    for source in MENDED:
        mend(town, source)
    second = town.run(NEXT_WEEK)
    again = town.run(AS_OF, out="again-out")
    return SimpleNamespace(
        first=first,
        before=before,
        listed=listed,
        shown=shown,
        second=second,
        again=again,
        right=right.run(NEXT_WEEK),
        town=town,
    )


def test_before_the_list_knows_less_and_accuses_nobody(story):
    assert story.first.found() == set()
    assert len(story.first.quarantine) == 3
    # The permit could not be read: that the company has none is no answer.
    assert story.first.rules["no-active-permit"]["not_checked"] > 0
    assert story.first.rules["public-debt"]["found"] == 0


def test_the_list_of_the_quarantine_says_what_suffers(story):
    told = {each["source"]: each for each in story.listed}
    assert {name: (each["rows"], each["reason"]) for name, each in told.items()} == {
        "invoices": (1, "not_a_date"),
        "permits": (1, "unknown_code"),
        "debts": (1, "not_an_amount"),
    }
    assert told["permits"]["rules"] == ["no-active-permit"]
    assert told["permits"]["suppliers_not_checked"] == 1
    assert all(each["to_do"] for each in told.values())
    assert "2026-02-30" in story.shown


def test_after_it_nothing_stands_and_the_list_is_as_if_never_wrong(story):
    assert story.second.quarantine == []
    story.second.assert_counts_add_up()
    assert story.second.found() == story.right.found() == {(DEBTOR, "public-debt")}
    told = ("supplier_id", "rule_id", "amount_sek", "summary", "evidence")
    assert [[each[name] for name in told] for each in story.second.findings] == [
        [each[name] for name in told] for each in story.right.findings
    ]
    exposure = ("supplier_id", "exposure_sek_12m", "rules_clear", "rules_not_checked")
    assert [[each[name] for name in exposure] for each in story.second.ranked] == [
        [each[name] for name in exposure] for each in story.right.ranked
    ]
    assert story.second.exit_code == story.right.exit_code


def test_the_mended_rows_are_counted_once(story):
    counted = {
        name: (each["rows_read"], each["rows_loaded"], each["rows_skipped"])
        for name, each in story.second.inputs.items()
    }
    assert counted["invoices/Kopia av rader (2).xlsx"] == (1, 1, 0)
    assert counted["invoices/oktober.csv"] == (3, 0, 3)


def test_the_week_before_is_still_what_it_was(story):
    assert story.again.bytes_of(*THE_LIST) == story.before
    assert story.again.manifest["run_id"] == story.first.manifest["run_id"]
    story.again.assert_counts_add_up()


def test_a_register_of_which_no_row_could_be_read_is_missing_that_week_for_ever(story):
    """Else the past would accuse everyone whose permit was mended since."""
    for week in (story.first, story.again):
        assert week.rules["no-active-permit"]["status"] == "not_checked"
        assert "source_missing" in {each["code"] for each in week.manifest["warnings"]}
    assert story.second.rules["no-active-permit"]["status"] == "run"
