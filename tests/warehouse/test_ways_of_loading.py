"""Large files, small files, many documents at once: the warehouse ends up the same."""

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.sources.invoice_xml import reading_ahead
from screening.warehouse import ingesting, loading, staging
from screening.warehouse.connection import open_warehouse
from screening.warehouse.ingesting import IngestSummary, ingest
from screening.warehouse.prefetching import prefetched
from screening.warehouse.state import State

NOVEMBER = date(2026, 11, 20)
LEDGER = (
    "leverantor_id;leverantor;fakturanummer;bokforingsdatum;konto_nr;verifikationsnummer;belopp"
)
REGISTER = "orgnr;name;city"
COMPANIES = ("5560125790", "5560360793", "5564128766")


def everything(state: State, source: str) -> list[object]:
    """What the warehouse holds of a source, and what it counted."""
    with open_warehouse(state) as connection:
        return [
            connection.execute(f"SELECT * FROM history.{source} ORDER BY ref").fetchall(),
            connection.execute("SELECT * FROM meta.files ORDER BY file_id").fetchall(),
            connection.execute("SELECT * FROM meta.parts ORDER BY part_id").fetchall(),
            connection.execute("SELECT * FROM meta.quarantine ORDER BY ALL").fetchall(),
            connection.execute("SELECT * FROM meta.warnings ORDER BY ALL").fetchall(),
        ]


def put(inbox: Path, name: str, *lines: str) -> None:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


ledger_rows = st.lists(
    st.tuples(
        st.sampled_from(("7", "8", "556012-5790", "")),
        st.sampled_from(("F1", "F2", "-")),
        st.sampled_from(("2026-10-01", "2026-10-02", "2027-01-01", "no day")),
        st.sampled_from(("100,00", "-5", "much")),
    ).map(lambda cells: f"{cells[0]};Test AB;{cells[1]};{cells[2]};4000;1;{cells[3]}"),
    min_size=1,
    max_size=30,
)
register_rows = st.lists(
    st.tuples(
        st.sampled_from((*COMPANIES, "5560125791")),
        st.sampled_from(("Ett AB", "Två AB")),
        st.sampled_from(("Umeå", "")),
    ).map(";".join),
    min_size=1,
    max_size=20,
)


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=ledger_rows, register=register_rows)
def test_a_first_large_file_is_loaded_as_a_small_one_is(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], register: list[str]
) -> None:
    found = []
    for large in (1, 1 << 40):
        folder = tmp_path_factory.mktemp("way")
        put(folder / "inbox", "invoices/ledger-2026-10-31.csv", LEDGER, *rows)
        put(folder / "inbox", "companies/register-2026-10-31.csv", REGISTER, *register)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loading, "_LARGE_BYTES", large)
            ingest(folder / "inbox", State(folder / "state"), NOVEMBER)
        state = State(folder / "state")
        found.append((everything(state, "invoices"), everything(state, "companies")))
    assert found[0] == found[1]


def document(number: str, supplier: str, amount: str, remark: str = "") -> bytes:
    """A Peppol invoice of one line; ``remark`` changes its bytes and nothing else."""
    cac, cbc = (
        f"urn:oasis:names:specification:ubl:schema:xsd:Common{part}Components-2"
        for part in ("Aggregate", "Basic")
    )
    return (
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
        f'xmlns:cac="{cac}" xmlns:cbc="{cbc}"><!-- {remark} --><cbc:ID>{number}</cbc:ID>'
        "<cbc:IssueDate>2026-10-01</cbc:IssueDate>"
        "<cbc:DocumentCurrencyCode>SEK</cbc:DocumentCurrencyCode>"
        "<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity>"
        f"<cbc:RegistrationName>Test AB</cbc:RegistrationName><cbc:CompanyID>{supplier}"
        "</cbc:CompanyID></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>"
        f'<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:LineExtensionAmount currencyID="SEK">{amount}'
        "</cbc:LineExtensionAmount><cac:Item><cbc:Name>Vara</cbc:Name></cac:Item>"
        "</cac:InvoiceLine></Invoice>"
    ).encode()


documents = st.lists(
    st.tuples(
        st.sampled_from(("F1", "F2")),
        st.sampled_from((*COMPANIES[:2], "1234567890")),
        st.sampled_from(("10.00", "20.00", "much")),
        st.sampled_from(("a", "b", "c")),
        st.sampled_from(("2026-10-05", "2026-10-20", "")),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=documents, second=documents)
def test_documents_loaded_together_are_as_loaded_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple], second: list[tuple]
) -> None:
    found: list[list[object]] = []
    for together, worth_a_process in ((1, 500), (5_000, 1)):
        folder = tmp_path_factory.mktemp("way")
        state = State(folder / "state")
        summaries: list[IngestSummary] = []
        for week, batch in enumerate((drawn, second)):
            for place, (number, supplier, amount, remark, day, is_whole) in enumerate(batch):
                path = folder / f"inbox/invoices/{week}-{place}_{day}.xml"
                path.parent.mkdir(parents=True, exist_ok=True)
                content = document(number, supplier, amount, remark)
                path.write_bytes(content if is_whole else content[:-20])
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(ingesting, "_DOCUMENTS_TOGETHER", together)
                patch.setattr(reading_ahead, "_WORTH_A_PROCESS", worth_a_process)
                summaries.append(ingest(folder / "inbox", state, NOVEMBER))
        for summary in summaries:
            for each in summary.inputs:
                counts = each.counts
                assert counts.read == counts.loaded + counts.quarantined + counts.skipped
        found.append([everything(state, "invoices"), *summaries])
    assert found[0] == found[1]


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=documents, table_after=st.integers(0, 12))
def test_members_of_a_zip_stored_together_are_as_stored_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple], table_after: int
) -> None:
    """Documents, some of them broken, and among them a table with other columns and no part."""
    table = (
        "invoice_no;orgnr;supplier_name;invoice_date;amount_sek\nT1;5560125790;T AB;2026-10-01;5"
    )
    found: list[list[object]] = []
    for together, small in ((1, 2_000), (1_000, 2_000), (3, 0)):
        folder = tmp_path_factory.mktemp("way")
        path = folder / "inbox/invoices/many.zip"
        path.parent.mkdir(parents=True)
        with zipfile.ZipFile(path, "w") as archive:
            for place, (number, supplier, amount, remark, _, is_whole) in enumerate(drawn):
                if place == table_after:
                    archive.writestr(f"{place}.csv", table)
                content = document(number, supplier, amount, remark)
                archive.writestr(f"{place}.xml", content if is_whole else content[:-20])
        state = State(folder / "state")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(staging, "_BATCHES_TOGETHER", together)
            patch.setattr(staging, "_SMALL_ROWS", small)
            summary = ingest(folder / "inbox", state, NOVEMBER)
        content = everything(state, "invoices")
        # Everything but the hash of the archive, which bears the minute in which it was made.
        found.append([content[0], content[2:], summary.inputs[0].counts, summary.warnings])
    assert found[0] == found[1] == found[2]


def test_reading_ahead_gives_the_same_and_tells_what_stopped_it() -> None:
    def counted() -> Iterator[int]:
        yield from range(50)
        raise ValueError("the end")

    seen = 0
    with pytest.raises(ValueError, match="the end"):
        for number in prefetched(counted()):
            assert number == seen
            seen += 1
    assert seen == 50


def test_who_stops_early_leaves_no_thread_behind() -> None:
    made = []

    def endless() -> Iterator[int]:
        number = 0
        while True:
            made.append(number)
            yield number
            number += 1

    items = prefetched(endless(), ahead=2)
    assert next(items) == 0
    items.close()
    count = len(made)
    assert count < 10
    assert len(made) == count
