"""What stands in quarantine, how it is mended, and that nothing is counted twice or lost."""

import json
import shutil
import stat
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.reports.quarantine_export import NothingToMendError, export_quarantine
from screening.reports.quarantine_list import (
    Chosen,
    NotInQuarantineError,
    list_quarantine,
    show_entries,
)
from screening.reports.quarantine_retry import (
    UnknownReplacementError,
    close_as_replaced,
    retry_quarantine,
)
from screening.sources.mending_table import LEADING, guarded, read_mending_table, unguarded
from screening.warehouse.connection import open_warehouse
from screening.warehouse.exchange import to_polars
from screening.warehouse.ingesting import IngestSummary, ingest
from screening.warehouse.known import set_known_day
from screening.warehouse.schema import note_fact
from screening.warehouse.state import State

FIRST, SECOND, THIRD = date(2026, 11, 20), date(2026, 11, 27), date(2026, 12, 4)
HEADER = "invoice_no;supplier_no;supplier_name;invoice_date;amount_sek;account_no;description"
GOOD = "F1;007;Alfa AB;2026-10-01;1302,03;5310;Mat"
BAD_DAY = "F2;007;Beta; AB;2026-10-02;100,00;5310;Mat"
BAD_AMOUNT = "F3;008;=Gamma AB;2026-10-03;abc;5310;-Mat"
BAD_DATE = "F4;009;Delta AB;2026-13-04;12,50;5310;@Mat"
ROWS = (GOOD, BAD_DAY, BAD_AMOUNT, BAD_DATE)
SOUND = (
    GOOD,
    'F2;007;"Beta; AB";2026-10-02;100,00;5310;Mat',
    BAD_AMOUNT.replace("abc", "77,70"),
    BAD_DATE.replace("-13-", "-10-"),
)
VALUES = "invoice_no, supplier_no, supplier_name, invoice_date, amount_sek, description"


@dataclass
class House:
    """An inbox and its state."""

    folder: Path
    state: State = field(init=False)

    def __post_init__(self) -> None:
        self.state = State(self.folder / "state")
        self.inbox.mkdir(parents=True, exist_ok=True)

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    def put(self, name: str, *lines: str, encoding: str = "utf-8") -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return path

    def load(self, day: date = FIRST, *mappings: Path) -> IngestSummary:
        """A run; what holds after every run is checked."""
        summary = ingest(self.inbox, self.state, day, mappings)
        standing = 0
        for file in summary.inputs:
            each = file.counts
            assert each.read == each.loaded + each.quarantined + each.skipped, file
            assert min(each.loaded, each.quarantined, each.skipped) >= 0, file
            standing += each.quarantined
        assert standing == sum(group.rows or 1 for group in self.groups(day))
        return summary

    def counts(self, day: date, name: str) -> tuple[int, int, int, int]:
        (file,) = [each for each in self.load(day).inputs if each.file == name]
        each = file.counts
        return each.read, each.loaded, each.quarantined, each.skipped

    def groups(self, day: date):
        return list_quarantine(self.state.folder, Chosen(), day, ())

    def reasons(self, day: date) -> list[tuple[str, int]]:
        return [(group.reason, group.rows) for group in self.groups(day)]

    def query(self, query: str, day: date = THIRD) -> list[tuple[object, ...]]:
        with open_warehouse(self.state) as connection:
            set_known_day(connection, day)
            return to_polars(connection.sql(query)).rows()

    def known(self, day: date = THIRD, source: str = "invoices") -> list[tuple[object, ...]]:
        columns = VALUES if source == "invoices" else "*"
        return self.query(f"SELECT {columns}, row_no, as_of FROM known.{source} ORDER BY ALL", day)

    def export(self, name: str = "rows.csv", **chosen: object) -> Path:
        out = self.folder / name
        meant = Chosen(**(chosen or {"source": "invoices"}))
        export_quarantine(self.state.folder, meant, FIRST, out, "sv")
        return out


def as_texts(path: Path) -> pl.DataFrame:
    if path.suffix == ".csv":
        return pl.read_csv(path, separator=";", infer_schema=False)
    return pl.read_excel(path, infer_schema_length=0)


def save(frame: pl.DataFrame, path: Path, encoding: str = "utf-8") -> None:
    """As a spreadsheet saves it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        path.write_bytes(frame.write_csv(separator=";").encode(encoding))
        return
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, frame.columns)
        for place, name in enumerate(frame.columns):
            sheet.write_column(1, place, frame[name].to_list())


def mended(frame: pl.DataFrame) -> pl.DataFrame:
    """What a person does to the three bad rows of ``ROWS``."""
    row = pl.col("vaksam_row")
    return frame.with_columns(
        pl.when(row == "3")
        .then(pl.lit("Beta; AB"))
        .otherwise("supplier_name")
        .alias("supplier_name"),
        pl.col("invoice_date").replace("2026-13-04", "2026-10-04"),
        pl.col("amount_sek").replace("abc", "77,70"),
    ).with_columns(
        pl.when(row == "3").then(pl.lit(value)).otherwise(name).alias(name)
        for name, value in (
            ("invoice_date", "2026-10-02"),
            ("amount_sek", "100,00"),
            ("account_no", "5310"),
            ("description", "Mat"),
        )
    )


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Houses after their first run, to be copied: with bad rows, and right from the start."""
    made = {}
    for name, rows in {"bad": ROWS, "right": SOUND}.items():
        house = House(tmp_path_factory.mktemp(name))
        house.put("invoices/october.csv", HEADER, *rows)
        house.load(FIRST)
        made[name] = house.folder
    return made


@pytest.fixture
def house(models: dict[str, Path], tmp_path: Path) -> House:
    return House(shutil.copytree(models["bad"], tmp_path, dirs_exist_ok=True))


@pytest.fixture
def right(models: dict[str, Path], tmp_path: Path) -> House:
    """The same with a file that was right from the start."""
    return House(shutil.copytree(models["right"], tmp_path / "right"))


def test_the_list_says_what_stands_and_what_to_do(house):
    assert {(g.reason, g.rows, g.first_row, g.columns) for g in house.groups(FIRST)} == {
        ("wrong_field_count", 1, 3, ()),
        ("not_an_amount", 1, 4, ("amount_sek",)),
        ("not_a_date", 1, 5, ("invoice_date",)),
    }
    told = [group.as_json("en") for group in house.groups(FIRST)]
    assert all(each["wrong"] and each["to_do"] and each["since"] == "2026-11-20" for each in told)


def test_a_register_names_the_suppliers_that_suffer(house):
    house.put(
        "permits/ivo.csv",
        "orgnr;permit_type;status",
        "553223-1130;hemtjänst;konstig",
    )
    house.load(FIRST)
    (group,) = [each for each in house.groups(FIRST) if each.source == "permits"]
    assert group.suppliers_not_checked == 0  # nobody's supplier: who is whom was not worked out
    with open_warehouse(house.state) as connection:
        connection.execute(
            "CREATE OR REPLACE TABLE identity.suppliers AS "
            "SELECT '5532231130' AS orgnr, false AS in_register"
        )
    (group,) = [each for each in house.groups(FIRST) if each.source == "permits"]
    assert group.suppliers_not_checked == 1


def test_rows_are_shown_masked_unless_asked_for(house):
    house.put("invoices/ef.csv", HEADER, "F9;1;Kalle 19811218-9876;2026-10-01;x;5310;Mat")
    house.load(FIRST)
    (entry,) = show_entries(house.state.folder, Chosen(file="ef.csv"), FIRST)
    assert (entry.row, entry.column, entry.reason) == (2, "amount_sek", "not_an_amount")
    assert "9876" not in entry.raw
    (entry,) = show_entries(house.state.folder, Chosen(file="ef.csv"), FIRST, is_masked=False)
    assert "19811218-9876" in entry.raw
    assert show_entries(house.state.folder, Chosen(file="october.csv", row=4), FIRST)[0].row == 4
    with pytest.raises(NotInQuarantineError, match="nobody"):
        show_entries(house.state.folder, Chosen(file="nobody.csv"), FIRST)


@pytest.mark.parametrize("name", ["rows.csv", "rows.xlsx"])
def test_an_export_has_the_rows_as_written_for_the_owner_alone(house, name):
    out = house.export(name)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [path.name for path in out.parent.iterdir() if name in path.name] == [name]
    frame = as_texts(out)
    assert frame.columns == [*LEADING, *HEADER.split(";")]
    assert frame["vaksam_row"].to_list() == ["3", "4", "5"]
    assert frame["supplier_no"].to_list() == ["007", "008", "009"]
    # What a spreadsheet would run is behind an apostrophe and comes back as it was.
    assert frame["supplier_name"].to_list()[1] == "'=Gamma AB"
    assert read_mending_table(out).rows["supplier_name"].to_list()[1] == "=Gamma AB"
    assert "abc" in frame["amount_sek"].to_list()
    assert frame["vaksam_raw"].to_list() == [BAD_DAY, None, None]


def test_whole_files_are_not_mended_row_by_row(house):
    house.put("invoices/empty.csv")
    (house.inbox / "invoices/empty.csv").write_bytes(b"")
    house.load(FIRST)
    with pytest.raises(NothingToMendError):
        house.export(file="empty.csv")


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="'=+-@ \t\r\n10,.aÅ\u2212\u00a0\ufeff", max_size=8))
def test_the_guard_against_formulas_is_undone_to_the_letter(written):
    cell = pl.DataFrame({"cell": [written]})
    there = cell.select(guarded(pl.col("cell")).alias("cell"))
    assert there.select(unguarded(pl.col("cell")).alias("cell")).item() == written
    if written.strip(" \u00a0\ufeff")[:1] in ("=", "@"):
        assert there.item().startswith("'")


@pytest.mark.parametrize("name", ["rows.csv", "rows.xlsx"])
def test_mended_rows_are_read_as_if_they_had_been_right(house, right, name):
    save(mended(as_texts(house.export(name))), house.inbox / f"invoices/tillbaka {name}")
    assert house.counts(SECOND, f"invoices/tillbaka {name}") == (3, 3, 0, 0)
    assert house.groups(SECOND) == []
    assert house.known() == right.known()
    assert house.counts(SECOND, "invoices/october.csv") == (4, 1, 0, 3)


def test_the_past_knows_nothing_of_the_mending(house):
    before = house.known(FIRST), house.reasons(FIRST)
    save(mended(as_texts(house.export())), house.inbox / "invoices/back.csv")
    house.load(SECOND)
    assert len(house.known(SECOND)) == 4
    assert (house.known(FIRST), house.reasons(FIRST)) == before
    assert house.counts(FIRST, "invoices/october.csv") == (4, 1, 3, 0)
    closed = house.query("SELECT row_no, seen_from, seen_to, how FROM meta.quarantine_closed")
    assert sorted(closed) == [(row, FIRST, SECOND, "mended") for row in (3, 4, 5)]


def test_dropping_the_mended_file_again_changes_nothing(house):
    save(mended(as_texts(house.export())), house.inbox / "invoices/back.csv")
    house.load(SECOND)
    known = house.known()
    save(mended(as_texts(house.inbox / "invoices/back.csv")), house.inbox / "invoices/again.xlsx")
    save(as_texts(house.inbox / "invoices/back.csv"), house.inbox / "invoices/same.csv")
    assert house.counts(THIRD, "invoices/again.xlsx") == (3, 0, 0, 3)
    assert (house.known(), house.groups(THIRD)) == (known, [])


def test_rows_still_wrong_stand_once_and_can_be_mended_later(house, right):
    half = mended(as_texts(house.export())).with_columns(
        pl.col("amount_sek").replace("77,70", "sjuttio")
    )
    save(half, house.inbox / "invoices/back.csv")
    summary = house.load(SECOND)
    assert house.reasons(SECOND) == [("not_an_amount", 1)]
    (entry,) = show_entries(house.state.folder, Chosen(file="october.csv"), SECOND)
    assert (entry.row, entry.since) == (4, SECOND)
    assert "sjuttio" in entry.raw
    assert house.counts(SECOND, "invoices/back.csv") == (3, 2, 0, 1)
    assert ("mended_still_wrong", 1) in [
        (warning.code, warning.values["rows"]) for warning in summary.warnings
    ]
    rest = house.folder / "rest.xlsx"
    export_quarantine(house.state.folder, Chosen(source="invoices"), SECOND, rest, "en")
    frame = as_texts(rest)
    assert frame["amount_sek"].to_list() == ["sjuttio"]
    save(
        frame.with_columns(pl.col("amount_sek").replace("sjuttio", "77,70")),
        house.inbox / "invoices/rest.xlsx",
    )
    house.load(THIRD)
    assert (house.groups(THIRD), house.known()) == ([], right.known())


def test_an_export_that_nobody_mended_changes_nothing(house):
    known, stood = house.known(), house.groups(FIRST)
    save(as_texts(house.export()), house.inbox / "invoices/back.csv")
    assert house.counts(SECOND, "invoices/back.csv") == (3, 0, 0, 3)
    # The row that could not be split has columns now, so that its reason is another one.
    assert sum(rows for _, rows in house.reasons(SECOND)) == len(stood) == 3
    assert house.known() == known


def test_mended_rows_of_unknown_files_are_told(house, tmp_path):
    save(mended(as_texts(house.export())), house.folder / "back.csv")
    other = House(tmp_path / "other")
    save(as_texts(house.folder / "back.csv"), other.inbox / "invoices/back.csv")
    other.load(FIRST)
    assert other.reasons(FIRST) == [("correction_unknown_file", 0)]
    assert other.known() == []
    # The original comes after all: then both are read.
    other.put("invoices/october.csv", HEADER, *ROWS)
    other.load(SECOND)
    assert (other.groups(SECOND), len(other.known())) == ([], 4)


def test_a_new_state_from_the_same_inbox_knows_the_same(house, tmp_path):
    save(mended(as_texts(house.export())), house.inbox / "invoices/0-back.csv")
    house.load(SECOND)
    anew = State(tmp_path / "anew")
    ingest(house.inbox, anew, SECOND)
    with open_warehouse(anew) as connection:
        set_known_day(connection, SECOND)
        query = f"SELECT {VALUES}, row_no FROM known.invoices ORDER BY ALL"
        assert to_polars(connection.sql(query)).rows() == [row[:-1] for row in house.known()]


def test_equal_lines_are_counted_with_the_mended_ones(house, right):
    """One of two equal lines was broken: both count, as if the file had been right."""
    twice = GOOD.replace("1302,03", "13o2,03")
    house.put("invoices/twins.csv", HEADER, twice, GOOD.replace("F1", "F7"), twice)
    right.put("invoices/twins.csv", HEADER, GOOD, GOOD.replace("F1", "F7"), GOOD)
    house.load(FIRST)
    frame = as_texts(house.export(file="twins.csv"))
    save(
        frame.with_columns(pl.col("amount_sek").replace("13o2,03", "1302,03")),
        house.inbox / "invoices/back.csv",
    )
    house.load(SECOND)
    right.load(SECOND)
    query = "SELECT count(*), sum(amount_sek) FROM known.invoices WHERE invoice_no IN ('F1', 'F7')"
    assert house.query(query) == right.query(query)


HOSTILE = {
    "columns in another order and some taken away": lambda f: f.select(reversed(f.columns)).drop(
        "vaksam_reason", "vaksam_row", "vaksam_file", "account_no", "description"
    ),
    "rows in another order": lambda f: f.reverse(),
    "row numbers changed": lambda f: f.with_columns(vaksam_row=pl.lit("99")),
    "a row twice": lambda f: pl.concat([f, f.head(1), f.head(1)]),
    "a total below": lambda f: pl.concat(
        [f, f.head(1).with_columns(pl.lit(None, pl.String).alias("vaksam_ref"))]
    ),
    "blanks and capitals": lambda f: f.rename({"vaksam_ref": " VAKSAM_REF "}).with_columns(
        pl.col(" VAKSAM_REF ").str.to_uppercase() + " "
    ),
    "columns added": lambda f: f.with_columns(anteckning=pl.lit("klart"), svar=pl.lit("=1+1")),
    "guards taken away": lambda f: f.with_columns(pl.col("supplier_name").str.strip_prefix("'")),
    "zeros gone": lambda f: f.with_columns(pl.col("supplier_no").str.strip_prefix("00")),
    "days turned": lambda f: f.with_columns(
        pl.col("invoice_date").str.replace(r"^(\d{4})-(\d\d)-0?(\d+)$", "$2/$3/$1")
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_people_and_spreadsheets_do_to_the_file(house, right, what):
    frame = mended(as_texts(house.export("rows.xlsx")))
    keeps = frame.filter(pl.col("vaksam_row") != "5") if what == "days turned" else frame
    if "taken away" in what:
        # The row that could not be split has no cells but those of the person.
        keeps = frame.filter(pl.col("vaksam_row") != "3")
    if what == "zeros gone" or what == "days turned":
        keeps = keeps.filter(pl.col("vaksam_row") != "3")
    save(HOSTILE[what](keeps), house.inbox / "invoices/back.xlsx")
    house.load(SECOND)
    rows = {int(row) for row in keeps["vaksam_row"]} | {2}
    assert house.known() == [each for each in right.known() if each[-2] in rows]


def test_rows_that_mend_the_same_row_in_two_ways_are_not_read(house):
    frame = mended(as_texts(house.export()))
    other = frame.filter(pl.col("vaksam_row") == "4").with_columns(amount_sek=pl.lit("1,00"))
    save(pl.concat([frame, other]), house.inbox / "invoices/back.csv")
    summary = house.load(SECOND)
    assert house.counts(SECOND, "invoices/back.csv") == (4, 2, 0, 2)
    assert house.reasons(SECOND) == [("not_an_amount", 1)]
    assert "mended_differing" in {warning.code for warning in summary.warnings}


def test_numbers_cut_short_by_a_spreadsheet(tmp_path):
    """``5560000019`` became ``5,56E+09``, and nobody noticed."""
    house = House(tmp_path)
    header = "orgnr;as_of;public_debt_sek;private_debt_sek"
    house.put("debts/svar.csv", header, "5532231130;2026-11-01;x;0", "5532231131;2026-11-01;5;0")
    house.load(FIRST)
    frame = as_texts(house.export(source="debts"))
    cut = frame.with_columns(
        orgnr=pl.lit("5,53E+09"), public_debt_sek=pl.col("public_debt_sek").replace("x", "7")
    )
    save(cut, house.inbox / "debts/back.csv", "cp1252")
    house.load(SECOND)
    # Where the number was right before, it is right again; where it was wrong, it is still.
    assert house.query("SELECT orgnr, public_debt_sek FROM known.debts") == [("5532231130", 7)]
    assert house.reasons(SECOND) == [("not_an_orgnr", 1)]


def test_answers_of_mended_rows_count_from_the_day_they_came(tmp_path):
    house = House(tmp_path)
    header = "orgnr;as_of;public_debt_sek;private_debt_sek"
    house.put("debts/svar.csv", header, "5532231130;2026-11-01;x;0")
    house.load(FIRST)
    frame = as_texts(house.export(source="debts")).with_columns(public_debt_sek=pl.lit("7"))
    save(frame, house.inbox / "debts/back.csv")
    house.load(SECOND)
    assert house.query("SELECT orgnr, seen_from FROM meta.answers") == [("5532231130", SECOND)]


def test_a_mended_register_row_takes_its_place_among_newer_ones(tmp_path):
    """True in October. A register of November, which comes on the same day, says as before."""
    header = "supplier_no;name;city"
    before = "1;Noll AB;Tidaholm"

    def deliver(house: House, row: str) -> None:
        house.put("suppliers/a-2026-09-01.csv", header, before)
        house.put("suppliers/b-2026-10-01.csv", header, row)
        house.load(FIRST)
        house.put("suppliers/c-2026-11-01.csv", header, before)

    house, right = House(tmp_path / "mended"), House(tmp_path / "right")
    deliver(house, "1; ;Tidaholm")
    deliver(right, "1;Ett AB;Tidaholm")
    frame = as_texts(house.export(source="suppliers")).with_columns(name=pl.lit("Ett AB"))
    save(frame, house.inbox / "suppliers/back.csv")
    house.load(SECOND)
    right.load(SECOND)
    versions = "SELECT name, as_of, true_from FROM known.suppliers_versions ORDER BY as_of"
    assert house.query(versions) == right.query(versions)
    assert house.query("SELECT name FROM known.suppliers") == [("Noll AB",)]


def test_a_formula_counts_with_what_it_comes_to(house):
    frame = mended(as_texts(house.export("rows.xlsx")))
    path = house.inbox / "invoices/back.xlsx"
    save(frame, path)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, frame.columns)
        for place, name in enumerate(frame.columns):
            sheet.write_column(1, place, frame[name].to_list())
        sheet.write_formula(2, frame.columns.index("amount_sek"), "=70+7.705", None, 77.705)
    house.load(SECOND)
    amounts = "SELECT amount_sek::VARCHAR FROM known.invoices WHERE invoice_no = 'F3'"
    assert house.query(amounts) == [("77.71",)]


MAPPING = """
name: okänt system
source: invoices
match: {headers: [invoice_no, supplier_no]}
date_order: mdy
value_maps: {amount_sek: {abc: "77,70"}}
"""


def mapping_in(folder: Path, content: str = MAPPING) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mapping.yaml").write_text(content, encoding="utf-8")
    return folder


def try_again(house: House, day: date, *folders: Path, **chosen: object):
    return retry_quarantine(house.state.folder, (Chosen(**chosen),), day, folders)


def test_a_mapping_added_later_is_as_one_from_the_start(house, tmp_path):
    folder = mapping_in(tmp_path / "mappings")
    early = House(tmp_path / "early")
    early.put("invoices/october.csv", HEADER, *ROWS)
    early.load(FIRST, folder)
    before = house.known(FIRST), house.reasons(FIRST)
    outcome = try_again(house, SECOND, folder)
    assert (outcome.sound, outcome.standing) == (1, 2)
    assert house.known(SECOND) == early.known(SECOND)
    assert house.reasons(SECOND) == early.reasons(SECOND)
    assert (house.known(FIRST), house.reasons(FIRST)) == before
    assert house.counts(SECOND, "invoices/october.csv")[2] == 2


def test_after_rows_are_read_again_the_views_show_the_day_of_the_last_list(house, tmp_path):
    """Who explains the last list reads them as they are."""
    house.load(SECOND)
    with open_warehouse(house.state) as connection:
        note_fact(connection, "identity made from", json.dumps({"as_of": FIRST.isoformat()}))
    try_again(house, SECOND, mapping_in(tmp_path / "mappings"))
    with open_warehouse(house.state) as connection:
        shown = connection.execute(
            "SELECT sql FROM duckdb_views() WHERE schema_name = 'known' AND view_name = 'invoices'"
        ).fetchall()[0][0]
    assert FIRST.isoformat() in shown
    assert SECOND.isoformat() not in shown


def test_a_mapping_that_changes_sound_rows_leaves_no_old_ones(house, tmp_path):
    """The same column becomes another one: what was loaded before is not there twice."""
    other = MAPPING + "columns: {description: voucher_no}\n"
    folder = mapping_in(tmp_path / "mappings", other)
    try_again(house, SECOND, folder)
    rows = house.query("SELECT invoice_no, voucher_no FROM known.invoices ORDER BY ALL")
    assert rows == [("F1", "Mat"), ("F3", "-Mat")]


def test_reading_again_what_nothing_has_changed_changes_nothing(house):
    known, stood = house.known(), house.groups(FIRST)
    outcome = try_again(house, SECOND)
    assert (outcome.sound, outcome.standing) == (0, 3)
    assert (house.known(), house.groups(SECOND)) == (known, stood)


def test_a_file_that_is_worse_now_stays_as_it_is(house, tmp_path):
    away = MAPPING + 'columns: {invoice_no: "", invoice_date: ""}\n'
    known, stood = house.known(), house.groups(FIRST)
    (file,) = try_again(house, SECOND, mapping_in(tmp_path / "m", away)).files
    assert (file.failure, file.standing) == ("missing_required_column", 3)
    assert (house.known(), house.groups(SECOND)) == (known, stood)


def test_a_whole_file_read_at_last(tmp_path):
    house = House(tmp_path)
    house.put("invoices/okand.csv", "a;b;c;d;e", "F1;7;Alfa AB;2026-10-01;100,00")
    house.load(FIRST)
    assert house.reasons(FIRST) == [("missing_required_column", 0)]
    columns = "{a: invoice_no, b: supplier_no, c: supplier_name, d: invoice_date, e: amount_sek}"
    folder = mapping_in(
        tmp_path / "m",
        f"name: x\nsource: invoices\nmatch: {{headers: [a, b, c]}}\ncolumns: {columns}\n",
    )
    outcome = try_again(house, SECOND, folder, file="okand.csv")
    assert (outcome.sound, outcome.standing) == (1, 0)
    assert (house.groups(SECOND), len(house.known(SECOND))) == ([], 1)
    assert (house.reasons(FIRST), house.known(FIRST)) == ([("missing_required_column", 0)], [])


def test_mended_rows_stay_when_their_file_is_read_again(house, right):
    frame = mended(as_texts(house.export())).filter(pl.col("vaksam_row") != "4")
    save(frame, house.inbox / "invoices/back.csv")
    house.load(SECOND)
    try_again(house, THIRD)
    assert house.known() == [row for row in right.known() if row[0] != "F3"]
    assert house.query("SELECT max(seen_from) FROM history.invoices") == [(SECOND,)]


def test_the_same_export_made_again_takes_its_rows_out(house, right):
    house.put("invoices/october-again.csv", HEADER, *SOUND)
    assert house.counts(SECOND, "invoices/october-again.csv") == (4, 3, 0, 1)
    assert house.groups(SECOND) == []
    assert house.counts(SECOND, "invoices/october.csv") == (4, 1, 0, 3)
    assert [row[:-2] for row in house.known()] == [row[:-2] for row in right.known()]
    assert len(house.groups(FIRST)) == 3


def test_what_is_still_wrong_in_the_corrected_export_stands_once(house):
    house.put("invoices/october-again.csv", HEADER, *SOUND[:2], *ROWS[2:])
    house.load(SECOND)
    assert {(g.file, g.rows) for g in house.groups(SECOND)} == {("invoices/october-again.csv", 1)}
    assert len(house.groups(SECOND)) == 2


def test_another_months_file_takes_nothing_out(house):
    others = [row.replace("F", "G", 1) for row in SOUND]
    house.put("invoices/november.csv", HEADER, *others)
    house.load(SECOND)
    assert len(house.groups(SECOND)) == 3


def test_as_many_rows_must_come_right_as_were_wrong(tmp_path):
    """Two lines of an invoice that are the same but for the amount: one came right before."""
    house = House(tmp_path)
    wrong = GOOD.replace("1302,03", "abc")
    house.put("invoices/a.csv", HEADER, GOOD, wrong)
    house.load(FIRST)
    house.put("invoices/b.csv", HEADER, GOOD)
    house.load(SECOND)
    assert house.reasons(SECOND) == [("not_an_amount", 1)]
    house.put("invoices/c.csv", HEADER, GOOD, GOOD.replace("1302,03", "5,00"))
    house.load(THIRD)
    assert house.groups(THIRD) == []
    assert house.query("SELECT sum(amount_sek)::VARCHAR FROM known.invoices") == [("1307.03",)]


def test_a_newer_register_has_the_row_of_the_same_key(tmp_path):
    house = House(tmp_path)
    header = "orgnr;permit_type;status;permit_number;unit_name;valid_from;city"
    row = "553223-1130;hemtjänst;{};T1;Enheten;2020-01-01;{}"
    house.put("permits/a.csv", header, row.format("konstig", "Habo"), row.format("x", "Mora"))
    house.load(FIRST)
    house.put("permits/b.csv", header, row.format("aktiv", "Falun"))
    house.load(SECOND)
    assert house.groups(SECOND) == []


def test_an_older_export_that_comes_late_corrects_nothing(tmp_path):
    house = House(tmp_path)
    house.put("suppliers/b-2026-10-01.csv", "supplier_no;name", "1; ")
    house.load(FIRST)
    house.put("suppliers/a-2026-09-01.csv", "supplier_no;name", "1;Ett AB")
    house.load(SECOND)
    assert house.reasons(SECOND) == [("missing_value", 1)]


def test_a_person_says_that_another_file_has_the_rows(house):
    house.put("invoices/hel.csv", HEADER, GOOD.replace("F1", "F8"))
    house.load(SECOND)
    meant = Chosen(file="october.csv")
    with pytest.raises(UnknownReplacementError):
        close_as_replaced(house.state.folder, meant, "nowhere.csv", SECOND)
    assert close_as_replaced(house.state.folder, meant, "hel.csv", SECOND) == 3
    assert house.groups(SECOND) == []
    assert len(house.groups(FIRST)) == 3
    house.load(THIRD)


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=st.lists(
        st.tuples(
            st.integers(1, 3), st.integers(-9999, 9999), st.sampled_from(["", "amount", "day"])
        ),
        min_size=1,
        max_size=8,
    ),
    repeat=st.booleans(),
)
def test_bad_rows_mended_are_as_rows_that_were_never_bad(tmp_path_factory, lines, repeat):
    folder = tmp_path_factory.mktemp("law")
    good = [
        f"F{number};7;Alfa AB;2026-10-{number:02d};{amount // 100},{abs(amount) % 100:02d};5310;Å"
        for number, amount, _ in lines
    ]
    bad = [
        row.replace(",", "x,") if what == "amount" else row.replace("2026-10", "2026-1O")
        for row, (_, _, what) in zip(good, lines, strict=True)
        if what
    ]
    mixed = iter(bad)
    delivered = [
        next(mixed) if what else row for row, (_, _, what) in zip(good, lines, strict=True)
    ]
    house, right = House(folder / "mended"), House(folder / "right")
    house.put("invoices/a.csv", HEADER, *delivered)
    right.put("invoices/a.csv", HEADER, *good)
    house.load(FIRST)
    right.load(FIRST)
    if bad:
        frame = as_texts(house.export("rows.xlsx")).with_columns(
            pl.col("amount_sek").str.replace("x", ""),
            pl.col("invoice_date").str.replace("1O", "10"),
        )
        save(pl.concat([frame, frame]) if repeat else frame, house.inbox / "invoices/b.xlsx")
        house.load(SECOND)
    assert house.groups(SECOND) == []
    assert house.known() == right.known()
