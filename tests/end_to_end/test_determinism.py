"""The same facts give the same bytes, however they are delivered, wherever and how often."""

import json
import random
import re
import shutil
import zipfile

import polars as pl
import pytest

from tests.end_to_end.small_inbox import RULES_DIR, Town, Week
from tests.end_to_end.small_town import TABLES, file_of

ALL_BUT_THE_MANIFEST = (
    "risk-list.csv",
    "risk-list.xlsx",
    "findings.csv",
    "report.html",
    "quarantine.csv",
)


@pytest.fixture
def town(whole_town) -> Town:
    return whole_town


@pytest.fixture
def week(town, whole_week) -> Week:
    """The town's own first week, read from its copy."""
    return Week(town.folder / "out" / whole_week.folder.name, whole_week.exit_code)


def without_clocks(week: Week) -> dict:
    """The manifest but for what measures the run itself."""
    manifest = week.manifest
    for rule in manifest["rules"]:
        rule.pop("seconds")
    return {key: manifest[key] for key in manifest if key not in ("timings", "peak_rss_mb")}


def without_places(week: Week) -> list[dict[str, str]]:
    """Findings with the source of their evidence, but not the file and the row."""
    return [
        row | {"evidence": sorted(each["source"] for each in json.loads(row["evidence"]))}
        for row in week.findings
    ]


def assert_same_list(week: Week, other: Week) -> None:
    assert other.bytes_of("risk-list.csv") == week.bytes_of("risk-list.csv")
    assert without_places(other) == without_places(week)


def test_the_town_has_findings_to_compare(week):
    assert week.exit_code == 0
    assert len(week.ranked) >= 8
    assert len(week.findings) >= 18
    assert len({rule for _, rule in week.found()}) >= 14


def test_run_again_everything_is_the_same_to_the_byte(town, week):
    before = week.bytes_of(*ALL_BUT_THE_MANIFEST)
    counted_first = without_clocks(week)
    again = town.run()
    assert again.bytes_of(*ALL_BUT_THE_MANIFEST) == before
    counted_again = without_clocks(again)
    for each in counted_again["inputs"]:
        assert (each["rows_loaded"], each["rows_skipped"]) == (0, each["rows_read"])
        each["rows_loaded"], each["rows_skipped"] = each["rows_read"], 0
    assert counted_again == counted_first


@pytest.mark.usefixtures("all_threads")
def test_a_fresh_state_gives_what_an_old_one_gives(town, week):
    """Nor does it matter what several threads do at once: the old one was made by one."""
    fresh = town.run(out="fresh-out", state="fresh state, å")
    assert fresh.bytes_of(*ALL_BUT_THE_MANIFEST) == week.bytes_of(*ALL_BUT_THE_MANIFEST)
    assert fresh.manifest["run_id"] == week.manifest["run_id"]


def test_the_order_of_rows_and_columns_changes_nothing(tmp_path, week):
    shuffler = random.Random(1)
    shuffled = Town(tmp_path)
    for source, (header, rows) in TABLES.items():
        columns = header.split(";")
        places = shuffler.sample(range(len(columns)), len(columns))
        lines = [row.split(";") for row in shuffler.sample(rows, len(rows))]
        ordered = [";".join(line[place] for place in places) for line in (columns, *lines)]
        shuffled.put(file_of(source), *ordered)
    assert_same_list(week, shuffled.run())


def test_names_formats_and_pieces_of_files_change_nothing(tmp_path, week):
    """Every table in three pieces: UTF-16 with tabs, cp1252, and Parquet or a zip."""
    pieces = Town(tmp_path)
    for source, (header, rows) in TABLES.items():
        thirds = [[header, *rows[first::3]] for first in range(3)]
        tabbed = [line.replace(";", "\t") for line in thirds[0]]
        name = f"{source}/{{}}-2026-11-16-{{}}.{{}}"
        pieces.put(name.format("första delen", 1, "txt"), *tabbed, encoding="utf-16")
        pieces.put(name.format("b", 2, "csv"), *thirds[1], encoding="cp1252")
        if source in ("officers", "invoices"):
            path = pieces.put_bytes(name.format("sista", 3, "zip"), b"")
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("djupt/nere.csv", "\r\n".join(thirds[2]))
        else:
            cells = [row.split(";") for row in thirds[2][1:]]
            frame = pl.DataFrame(
                cells, schema=dict.fromkeys(header.split(";"), pl.String), orient="row"
            )
            path = pieces.put_bytes(name.format("sista", 3, "parquet"), b"")
            frame.with_columns(pl.all().replace("", None)).write_parquet(path)
    assert_same_list(week, pieces.run())


def test_files_that_came_one_by_one_give_the_same(tmp_path, week):
    """Half of the files, then the rest, in one state folder."""
    slowly = Town(tmp_path)
    sources = sorted(TABLES, reverse=True)
    for half in (sources[::2], sources[1::2]):
        for source in half:
            header, rows = TABLES[source]
            slowly.put(file_of(source), header, *rows)
        last = slowly.run()
    assert_same_list(week, last)


def test_the_order_and_names_of_rule_files_change_nothing(tmp_path, town, week):
    kept, other = tmp_path / "kept", tmp_path / "other"
    paths = sorted(RULES_DIR.rglob("[0-9]*.yaml"))
    assert len(paths) >= 25
    for place, path in enumerate(paths):
        folder = (kept, other)[place % 2] / f"{99 - place:02d}"
        folder.mkdir(parents=True)
        shutil.copyfile(path, folder / f"regel {99 - place}.yaml")
    town.as_before_the_rules("moved-state")
    moved = town.run(out="moved-out", state="moved-state", rules=(other, kept))
    assert moved.bytes_of(*ALL_BUT_THE_MANIFEST) == week.bytes_of(*ALL_BUT_THE_MANIFEST)
    assert moved.manifest["rules_hash"] == week.manifest["rules_hash"]


def test_no_file_of_the_week_has_the_clock_of_the_machine_in_it(week):
    """Only the day of the run may be there, never the time of day."""
    for name in ("risk-list.csv", "findings.csv", "report.html", "quarantine.csv"):
        content = (week.folder / name).read_text(encoding="utf-8-sig")
        assert not re.search(r"\b\d{2}:\d{2}:\d{2}\b", content), name
