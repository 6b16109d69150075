"""What was set aside, and what could not be checked."""

import polars as pl

from screening.reports.quarantine_file import quarantine_table
from screening.reports.unchecked import unchecked_rules
from tests.reports.report_weeks import FACES, a_manifest, quarantine_frame

TITLES = {face.id: face for face in FACES}


def test_quarantined_rows_come_by_source_file_and_row_with_whole_files_first():
    rows = [
        ("permits", "b.csv", 9, "orgnr", "some_code", "x"),
        ("permits", "b.csv", None, None, "some_code", ""),
        ("invoices", "a.csv", 12, None, "some_code", "x"),
        ("permits", "b.csv", 2, None, "some_code", "x"),
    ]
    table = quarantine_table(quarantine_frame(rows), "sv")
    assert table.columns == ["source", "file", "row", "column", "reason", "raw"]
    assert table["row"].to_list() == [12, None, 2, 9]


def test_a_reason_without_a_text_stays_a_code():
    table = quarantine_table(quarantine_frame([("a", "a", 1, "c", "no_such_code", "r")]), "sv")
    assert table["reason"].to_list() == ["no_such_code"]


def test_reasons_come_from_the_pairs_and_failed_rules_say_their_own():
    pairs = pl.DataFrame(
        {
            "rule_id": ["f-tax-lost"] * 3 + ["phoenix"],
            "supplier_id": ["a", "b", "c", "a"],
            "reason": ["no_answer", "no_answer", "no_orgnr", "rule_failed"],
            "source": ["tax_status", "tax_status", "tax_status", None],
        }
    )
    rules = unchecked_rules(a_manifest(), pairs, TITLES, "sv")
    assert [(rule.rule_id, rule.suppliers) for rule in rules] == [
        ("phoenix", 0),
        ("f-tax-lost", 2),
        ("f-tax-lost", 1),
    ]
    assert rules[0].reason == "Frågan tog för lång tid"
    assert rules[1].reason != rules[2].reason
    assert "no_answer" not in rules[1].reason


def test_a_rule_that_was_checked_for_everyone_is_not_mentioned():
    rules = unchecked_rules(a_manifest(), None, TITLES, "en")
    assert "no-active-permit" not in {rule.rule_id for rule in rules}
