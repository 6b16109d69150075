"""Every source in its hardest documented form, in one inbox, each beside a broken file.

What the list says must be what it says of the same town in plain tables.
"""

import pytest

from screening.messages import text
from screening.sources.contracts import all_contracts
from tests.end_to_end.hardest_town import HardFile, broken_files, hard_files
from tests.end_to_end.small_inbox import Town, Week, WeekMadeOnce
from tests.end_to_end.small_town import (
    ALBA,
    BJORK,
    CEDERN,
    DALIA,
    EKEN,
    FLADER,
    GRANEN,
    HASSELN,
)

FILES = hard_files()
BROKEN = broken_files()


@pytest.fixture(scope="module")
def hard(week_made_once: WeekMadeOnce) -> Week:
    def make(town: Town) -> Week:
        for file in (*FILES, *BROKEN):
            town.put_bytes(file.name, file.content)
        return town.run()

    return week_made_once("hard", make)


@pytest.fixture
def plain(whole_week: Week) -> Week:
    return whole_week


def test_every_source_is_there_in_full_and_broken() -> None:
    for files in (FILES, BROKEN):
        assert {file.name.split("/")[0] for file in files} == set(all_contracts())


def test_the_list_is_published_and_asks_for_a_look(hard: Week) -> None:
    assert hard.exit_code == 3
    assert hard.ranked


def test_the_sums_of_the_manifest_hold(hard: Week) -> None:
    hard.assert_counts_add_up()
    assert set(hard.inputs) == {file.name for file in (*FILES, *BROKEN)}


@pytest.mark.parametrize("file", (*FILES, *BROKEN), ids=lambda file: file.name)
def test_each_file_is_loaded_or_set_aside_as_it_should(file: HardFile, hard: Week) -> None:
    counts = hard.inputs[file.name]
    told = (counts["rows_loaded"], counts["rows_quarantined"], counts["rows_skipped"])
    assert told == (file.loaded, len(file.reasons), file.skipped)
    reasons = sorted(
        row["reason"]
        for row in hard.quarantine
        if row["file"] == file.name or row["file"].startswith(f"{file.name}!")
    )
    # What to do about it comes after what is wrong.
    expected = sorted(text(f"quarantine.{reason}", "sv") for reason in file.reasons)
    assert all(told.startswith(why) for told, why in zip(reasons, expected, strict=True)), reasons


def test_nothing_but_the_broken_files_asks_for_a_look(hard: Week) -> None:
    told = {(each["code"], each["file"]) for each in hard.manifest["warnings"]}
    expected = {("file_in_quarantine", file.name) for file in BROKEN}
    # One publisher's files tell their month in their names alone.
    expected |= {("month_from_name", "invoices/old/goteborg-2016-201602")}
    # The ledgers of real municipalities do not say who approved.
    assert told == expected | {("column_untold", None)}
    (untold,) = hard.warned("column_untold")
    assert untold["source"] == "invoices"
    assert "approver_id" in untold["text"]


def test_the_findings_are_known_by_name(hard: Week) -> None:
    names = {BJORK: "f-tax-lost", CEDERN: "trading-prohibition", DALIA: "insolvency"}
    names |= {ALBA: "no-active-permit", EKEN: "owner-shared-same-contract-area"}
    names |= {FLADER: "deregistered", GRANEN: "split-invoices", HASSELN: "not-in-register"}
    assert set(names.items()) <= hard.found()


def test_the_list_is_that_of_the_same_town_in_plain_tables(hard: Week, plain: Week) -> None:
    assert hard.found() == plain.found()
    shown = ("rank", "supplier_id", "name", "band", "points", "reasons", "amount_sek")
    lists = [[[row[name] for name in shown] for row in week.ranked] for week in (hard, plain)]
    assert lists[0] == lists[1]
    assert len(lists[0]) == 8
