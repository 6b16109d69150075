"""What was received stays; what is known depends on the day; the counts always add up."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.warehouse.connection import open_warehouse
from screening.warehouse.exchange import to_polars
from screening.warehouse.ingesting import IngestSummary, ingest
from screening.warehouse.known import set_known_day
from screening.warehouse.state import State

NOVEMBER = date(2026, 11, 20)
DECEMBER = date(2026, 12, 18)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def put(inbox: Path, name: str, *lines: str) -> None:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def known(state: State, day: date, query: str) -> list[tuple[object, ...]]:
    with open_warehouse(state) as connection:
        set_known_day(connection, day)
        return to_polars(connection.sql(query)).rows()


def counts(summary: IngestSummary) -> list[tuple[str, int, int, int, int]]:
    for file in summary.inputs:
        each = file.counts
        assert each.read == each.loaded + each.quarantined + each.skipped
    return [
        (f.file, f.counts.read, f.counts.loaded, f.counts.quarantined, f.counts.skipped)
        for f in summary.inputs
    ]


def mark_published(state: State) -> None:
    with open_warehouse(state) as connection:
        connection.execute("UPDATE meta.files SET is_published = true")


SUPPLIERS = "supplier_no;name;bankgiro"


def test_a_changed_row_makes_a_version_and_keeps_the_old_one(state: State, inbox: Path) -> None:
    put(inbox, "suppliers/register-2026-11-02.csv", SUPPLIERS, "1;Ett AB;991-2346", "2;Två AB;")
    ingest(inbox, state, NOVEMBER)
    put(inbox, "suppliers/register-2026-12-01.csv", SUPPLIERS, "1;Ett AB;5805-6201", "2;Två AB;")
    summary = ingest(inbox, state, DECEMBER)
    assert counts(summary)[1] == ("suppliers/register-2026-12-01.csv", 2, 1, 0, 1)
    query = "SELECT supplier_no, bankgiro FROM known.suppliers ORDER BY supplier_no"
    assert known(state, DECEMBER, query) == [("1", "bg:58056201"), ("2", None)]
    assert known(state, NOVEMBER, query) == [("1", "bg:9912346"), ("2", None)]
    versions = "SELECT bankgiro FROM known.suppliers_versions WHERE supplier_no = '1' ORDER BY ref"
    assert known(state, DECEMBER, versions) == [("bg:9912346",), ("bg:58056201",)]


def test_an_old_answer_that_comes_late_changes_the_past_only(state: State, inbox: Path) -> None:
    put(inbox, "suppliers/register-2026-12-01.csv", SUPPLIERS, "1;Nytt AB;")
    ingest(inbox, state, DECEMBER)
    put(inbox, "suppliers/register-2026-11-02.csv", SUPPLIERS, "1;Gammalt AB;")
    ingest(inbox, state, DECEMBER)
    query = "SELECT name FROM known.suppliers"
    assert known(state, DECEMBER, query) == [("Nytt AB",)]
    names = "SELECT name FROM known.suppliers_versions ORDER BY true_from"
    assert known(state, DECEMBER, names) == [("Gammalt AB",), ("Nytt AB",)]


def test_back_to_an_earlier_content_is_a_version_too(state: State, inbox: Path) -> None:
    for day, name in (("2026-09-01", "A"), ("2026-10-01", "B"), ("2026-11-01", "A")):
        put(inbox, f"suppliers/register-{day}.csv", SUPPLIERS, f"1;{name} AB;", f"9;{day};")
    ingest(inbox, state, NOVEMBER)
    names = "SELECT name FROM known.suppliers_versions WHERE supplier_no = '1' ORDER BY true_from"
    assert known(state, NOVEMBER, names) == [("A AB",), ("B AB",), ("A AB",)]


def test_the_same_file_under_another_name_changes_nothing(state: State, inbox: Path) -> None:
    rows = (SUPPLIERS, "1;Ett AB;", "2;Två AB;")
    put(inbox, "suppliers/a.csv", *rows)
    put(inbox, "suppliers/b.csv", *rows)
    assert counts(ingest(inbox, state, NOVEMBER)) == [
        ("suppliers/a.csv", 2, 2, 0, 0),
        ("suppliers/b.csv", 2, 0, 0, 2),
    ]
    mark_published(state)
    (inbox / "suppliers" / "a.csv").rename(inbox / "suppliers" / "c.csv")
    assert [row[2] for row in counts(ingest(inbox, state, NOVEMBER))] == [0, 0]
    assert known(state, NOVEMBER, "SELECT count(*) FROM history.suppliers") == [(2,)]


def test_the_same_bytes_of_another_day_confirm_what_is_known(state: State, inbox: Path) -> None:
    rows = ("person_id;person_name;from_date", "19800101-9804;Test Testsson;2025-01-01")
    put(inbox, "trading_prohibitions/nf-2026-06-01.csv", *rows)
    ingest(inbox, state, NOVEMBER)
    put(inbox, "trading_prohibitions/nf-2026-11-16.csv", *rows)
    put(inbox, "trading_prohibitions/copy.csv", *rows)
    assert [row[2:] for row in counts(ingest(inbox, state, NOVEMBER))] == [
        (0, 0, 1),
        (1, 0, 0),
        (0, 0, 1),
    ]
    files = "SELECT as_of, rows_loaded, rows_skipped FROM meta.files ORDER BY as_of"
    assert known(state, NOVEMBER, files) == [
        (date(2026, 6, 1), 1, 0),
        (date(2026, 11, 16), 0, 1),
    ]


def test_rows_count_as_loaded_until_a_run_was_published_with_them(
    state: State, inbox: Path
) -> None:
    put(inbox, "suppliers/a.csv", SUPPLIERS, "1;Ett AB;", ";no number;")
    first = counts(ingest(inbox, state, NOVEMBER))
    assert first == [("suppliers/a.csv", 2, 1, 1, 0)]
    assert counts(ingest(inbox, state, NOVEMBER)) == first
    mark_published(state)
    assert counts(ingest(inbox, state, NOVEMBER)) == [("suppliers/a.csv", 2, 0, 1, 1)]


def test_rows_that_contradict_each_other_are_named(state: State, inbox: Path) -> None:
    put(inbox, "suppliers/a-2026-11-02.csv", SUPPLIERS, "1;Ett AB;")
    put(inbox, "suppliers/b-2026-11-02.csv", SUPPLIERS, "1;Helt annat AB;")
    summary = ingest(inbox, state, NOVEMBER)
    assert [(w.code, w.values["rows"]) for w in summary.warnings] == [("contradicting_rows", 1)]
    assert len(known(state, NOVEMBER, "SELECT name FROM known.suppliers")) == 1


def test_invoice_lines_that_look_alike_are_all_kept(state: State, inbox: Path) -> None:
    header = "invoice_no;supplier_no;invoice_date;amount_sek"
    line = "F1;7;2026-10-01;100,00"
    put(inbox, "invoices/october.csv", header, line, line)
    put(inbox, "invoices/again.csv", header, line, line, line)
    ingest(inbox, state, NOVEMBER)
    assert known(state, NOVEMBER, "SELECT count(*), sum(amount_sek) FROM known.invoices")[0][0] == 3


def test_an_answer_that_says_nothing_new_still_counts_as_an_answer(
    state: State, inbox: Path
) -> None:
    header = "orgnr;person_name;birth_date;role"
    row = "553223-1130;Test Testsson;1980-01-01;ledamot"
    put(inbox, "officers/svar-2026-06-01.csv", header, row)
    put(inbox, "officers/svar-2026-11-01.csv", header, row, row.replace("ledamot", "vd"))
    ingest(inbox, state, NOVEMBER)
    answers = "SELECT as_of FROM meta.answers WHERE source = 'officers' ORDER BY as_of"
    assert known(state, NOVEMBER, answers) == [(date(2026, 6, 1),), (date(2026, 11, 1),)]
    assert known(state, NOVEMBER, "SELECT count(*) FROM known.officers") == [(2,)]


def test_facts_of_later_days_are_unknown_before(state: State, inbox: Path) -> None:
    header = "orgnr;as_of;public_debt_sek"
    put(inbox, "debts/svar.csv", header, "553223-1130;2026-11-01;5", "553223-1130;2026-12-01;9")
    ingest(inbox, state, DECEMBER)
    query = "SELECT as_of FROM known.debts ORDER BY as_of"
    assert known(state, DECEMBER, query) == [(date(2026, 11, 1),), (date(2026, 12, 1),)]
    assert known(state, NOVEMBER, query) == []


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    deliveries=st.lists(
        st.tuples(
            st.integers(1, 28),
            st.dictionaries(st.integers(1, 4), st.sampled_from("AB"), min_size=1),
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda delivery: delivery[0],
    ),
    order=st.randoms(use_true_random=False),
)
def test_the_order_of_arrival_does_not_change_what_is_known(
    tmp_path_factory: pytest.TempPathFactory,
    deliveries: list[tuple[int, dict[int, str]]],
    order,
) -> None:
    """Loading day by day, in any order, gives what loading everything at once gives."""
    folder = tmp_path_factory.mktemp("orders")

    def write(inbox: Path, day: int, rows: dict[int, str]) -> None:
        lines = [f"{number};{name} AB;" for number, name in sorted(rows.items())]
        put(inbox, f"suppliers/register-2026-10-{day:02d}.csv", SUPPLIERS, *lines)

    together, apart = State(folder / "together"), State(folder / "apart")
    for day, rows in deliveries:
        write(folder / "all", day, rows)
    ingest(folder / "all", together, NOVEMBER)
    shuffled = list(deliveries)
    order.shuffle(shuffled)
    for day, rows in shuffled:
        write(folder / f"only-{day}", day, rows)
        ingest(folder / f"only-{day}", apart, NOVEMBER)
    query = "SELECT supplier_no, name FROM known.suppliers ORDER BY ALL"
    frames = [
        pl.DataFrame(known(each, NOVEMBER, query), orient="row") for each in (together, apart)
    ]
    assert frames[0].equals(frames[1])


def test_what_was_known_between_two_late_deliveries(state: State, inbox: Path) -> None:
    """True on the 1st, 7th and 8th; the 7th became known last."""
    query = "SELECT name FROM known.suppliers"
    for number, (true_on, name, known_on) in enumerate(
        (("01", "A", 9), ("08", "A", 10), ("07", "B", 11))
    ):
        only = inbox / str(number)
        put(only, f"suppliers/register-2026-10-{true_on}.csv", SUPPLIERS, f"1;{name} AB;")
        ingest(only, state, date(2026, 10, known_on))
    for day in (9, 10, 11, 30):
        assert known(state, date(2026, 10, day), query) == [("A AB",)]
    versions = "SELECT name FROM known.suppliers_versions ORDER BY true_from"
    assert known(state, date(2026, 10, 10), versions) == [("A AB",), ("A AB",)]
    assert known(state, NOVEMBER, versions) == [("A AB",), ("B AB",), ("A AB",)]


def test_hashes_of_another_engine_are_made_again(state: State, inbox: Path) -> None:
    header = "invoice_no;supplier_no;invoice_date;amount_sek"
    line = "F1;7;2026-10-01;100,00"
    put(inbox, "invoices/october.csv", header, line, line)
    put(inbox, "suppliers/a.csv", SUPPLIERS, "1;Ett AB;")
    ingest(inbox, state, NOVEMBER)
    with open_warehouse(state) as connection:
        for table in ("invoices", "suppliers"):
            connection.execute(f"UPDATE history.{table} SET key_hash = 0, content_hash = 0")
        connection.execute("UPDATE meta.facts SET content = 'an older engine'")
    put(inbox, "invoices/again.csv", header, line, line, "F2;7;2026-10-01;1,00")
    put(inbox, "suppliers/b.csv", SUPPLIERS, "1;Ett AB;", "2;Två AB;")
    summary = ingest(inbox, state, NOVEMBER)
    loaded = {file.file: file.counts.loaded for file in summary.inputs}
    assert (loaded["invoices/again.csv"], loaded["suppliers/b.csv"]) == (1, 1)


def test_only_sources_whose_contract_changed_are_hashed_again(state: State, inbox: Path) -> None:
    put(inbox, "orderers/a.csv", "orderer_id;name", "1;Ett")
    put(inbox, "suppliers/a.csv", SUPPLIERS, "1;Ett AB;")
    ingest(inbox, state, NOVEMBER)
    with open_warehouse(state) as connection:
        for table in ("orderers", "suppliers"):
            connection.execute(f"UPDATE history.{table} SET key_hash = 0, content_hash = 0")
        connection.execute(
            "UPDATE meta.facts SET content = 'fewer columns' WHERE ends_with(name, ' suppliers')"
        )
    with open_warehouse(state) as connection:
        hashes = "SELECT key_hash = 0, content_hash = 0 FROM history."
        assert connection.execute(hashes + "suppliers").fetchall() == [(False, False)]
        assert connection.execute(hashes + "orderers").fetchall() == [(True, True)]


@pytest.mark.parametrize("noted", ["fewer columns", None])
def test_a_column_that_a_contract_gained_is_added(state: State, noted: str | None) -> None:
    """Whether the warehouse notes what made its tables, or is older than such notes."""
    name = "tables made by"
    with open_warehouse(state) as connection:
        connection.execute("ALTER TABLE history.suppliers DROP COLUMN bankgiro")
        connection.execute("DROP TABLE history.orderers")
        if noted is None:
            connection.execute("DELETE FROM meta.facts WHERE name = ?", [name])
        else:
            connection.execute("UPDATE meta.facts SET content = ? WHERE name = ?", [noted, name])
    with open_warehouse(state) as connection:
        set_known_day(connection, NOVEMBER)
        assert connection.execute("SELECT bankgiro FROM known.suppliers").fetchall() == []
        assert connection.execute("SELECT name FROM known.orderers").fetchall() == []


def test_the_days_that_were_set_before_are_known_again(state: State, inbox: Path) -> None:
    put(inbox, "suppliers/a-2026-11-01.csv", SUPPLIERS, "1;Ett AB;")
    ingest(inbox, state, NOVEMBER)
    names = "SELECT name FROM known.suppliers"
    for _ in range(2):
        assert known(state, date(2026, 10, 1), names) == []
        assert known(state, NOVEMBER, names) == [("Ett AB",)]
