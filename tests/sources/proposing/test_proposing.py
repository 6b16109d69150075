"""A file that nobody has described gets the right source and columns, and what is unsure is asked.

The floors are what is reached; they are there so that it never gets worse unseen.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.sources.contracts import all_contracts
from screening.sources.mappings import Mapping
from screening.sources.proposing import Proposal, propose
from screening.strict_yaml import plain_yaml
from tests.sources.proposing.system_exports import (
    EXPORTS,
    SPELLINGS,
    Export,
    orgnr,
    person_no,
    respelled,
    write,
)

TODAY = date(2026, 11, 20)

#: Of exports with headers written in some way, so many must find their source, and so many columns
#: of all, theirs.
SOURCES_FLOOR = 1.0
COLUMNS_FLOOR = 0.98


def proposed(path: Path, text: str | bytes, source: str | None = None) -> Proposal:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return propose(path, TODAY, source)


def columns(proposal: Proposal) -> dict[str, str]:
    return {each.column: each.header for each in proposal.assigned}


def asked(proposal: Proposal) -> dict[str, str]:
    """Code of each question -> what it is about."""
    return {question.code: question.column for question in proposal.questions}


def mapped(proposal: Proposal) -> Mapping:
    assert proposal.draft is not None
    for language in ("sv", "en"):
        loaded = plain_yaml(proposal.draft.yaml(language))  # type: ignore[arg-type]
        assert Mapping.model_validate(loaded) == proposal.draft.mapping()
    return proposal.draft.mapping()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_exports_of_other_systems_find_their_source_and_columns(
    spelling: str, tmp_path: Path
) -> None:
    # Every export as it is; of the other spellings a third each, another third for each.
    turn = list(SPELLINGS).index(spelling)
    exports = EXPORTS if turn == 0 else EXPORTS[turn % 3 :: 3]
    right_sources, right_columns, wrong_columns, all_columns = 0, 0, 0, 0
    for plain in exports:
        export = respelled(plain, spelling)
        found = propose(write(export, tmp_path / "export.csv", rows=25), TODAY)
        right_sources += found.source == export.source
        got = {each.header: each.column for each in found.assigned}
        wanted = {header.strip('" '): column for header, column in export.headers.items()}
        all_columns += sum(map(bool, wanted.values()))
        if found.source == export.source:
            right = sum(bool(c) and got.get(h) == c for h, c in wanted.items())
            right_columns += right
            wrong_columns += len(got) - right
            check_mapping(found, export)
    assert right_sources / len(exports) >= SOURCES_FLOOR
    assert right_columns / all_columns >= COLUMNS_FLOOR
    assert wrong_columns / all_columns <= 1 - COLUMNS_FLOOR


def check_mapping(found: Proposal, export: Export) -> None:
    """A proposal is a mapping that says what the proposal shows, and leaves no column unsaid."""
    mapping = mapped(found)
    assert mapping.source == export.source
    assert found.draft is not None
    read: dict[str, tuple[str, ...]] = {}
    for each in found.assigned:
        if found.draft.is_read(each):
            read[each.header] = (*read.get(each.header, ()), each.column)
    assert mapping.columns == read
    assert {*mapping.columns, *mapping.ignored} == set(found.look.columns)
    assert set(mapping.match.headers) <= set(mapping.columns)


def test_every_source_has_an_export() -> None:
    assert {export.source for export in EXPORTS} == set(all_contracts())


def test_names_that_are_known_need_no_mapping(tmp_path: Path) -> None:
    found = proposed(
        tmp_path / "x.csv", f"supplier_no;namn;orgnr;postnr\nL1;Bygg AB;{orgnr(1)};211 20\n"
    )
    assert (found.source, found.needs_mapping) == ("suppliers", False)
    other = proposed(tmp_path / "x.csv", f"Lev.nr;namn;orgnr\nL1;Bygg AB;{orgnr(1)}\n")
    assert (other.source, other.needs_mapping) == ("suppliers", True)


def _invoices(day: str, amount: str, more: str = "", cell: str = "") -> str:
    rows = "".join(f"L{n};F{n};{day};{amount}{cell}\n" for n in range(10, 40))
    return f"Lev.nr;Fakt.nr;Fakt.dat;Bel. exkl moms{more}\n{rows}"


def test_the_order_of_days_is_taken_only_where_it_is_proved(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    assert mapped(proposed(path, _invoices("31/12/2025", "1,50"))).date_order == "dmy"
    assert mapped(proposed(path, _invoices("12/31/2025", "1,50"))).date_order == "mdy"
    assert mapped(proposed(path, _invoices("2025/12/31", "1,50"))).date_order == "ymd"
    unsure = proposed(path, _invoices("01/02/2026", "1,50"))
    assert mapped(unsure).date_order is None
    assert asked(unsure)["order"] == "date_order"
    assert unsure.draft is not None
    assert "\n# date_order: dmy\n" in unsure.draft.yaml("sv")
    both = _invoices("31/12/2025", "1,50") + "L1;F1;12/31/2025;1,50\n"
    assert "order_mixed" in asked(proposed(path, both))
    assert "short_year" in asked(proposed(path, _invoices("31.12.25", "1,50")))
    assert mapped(proposed(path, _invoices("2025-12-31", "1,50"))).date_order is None


def test_amounts_that_can_be_read_in_two_ways_are_asked_about(tmp_path: Path) -> None:
    assert "decimal" in asked(proposed(tmp_path / "x.csv", _invoices("2026-01-31", "1.234")))
    proved = _invoices("2026-01-31", "1.234") + "L1;F1;2026-01-31;1.234,50\n"
    assert "decimal" not in asked(proposed(tmp_path / "x.csv", proved))


@pytest.mark.parametrize(
    ("header", "question"),
    [
        ("Belopp", "vat_unclear"),
        ("Belopp inkl moms", "vat_included"),
        ("Belopp exkl moms", None),
        ("Nettobelopp", None),
    ],
)
def test_whether_vat_is_in_the_amount(header: str, question: str | None, tmp_path: Path) -> None:
    text = _invoices("2026-01-31", "1,50").replace("Bel. exkl moms", header)
    found = {code for code in asked(proposed(tmp_path / "x.csv", text)) if "vat" in code}
    assert found == ({question} if question else set())


def test_units_in_a_header_are_taken_and_told(tmp_path: Path) -> None:
    text = "Avtalsnr;Orgnr;Startdatum;Avtalsvärde (tkr)\n" + "".join(
        f"A{n};{orgnr(n)};2026-01-01;{n},5\n" for n in range(20)
    )
    found = proposed(tmp_path / "x.csv", text)
    assert (found.source, asked(found)["unit"]) == ("contracts", "value_sek")
    assert mapped(found).units == {"value_sek": 1000}


def test_a_foreign_currency_is_asked_about_and_never_guessed(tmp_path: Path) -> None:
    rows = "".join(f"{n};CARE {n} LTD;F{n};2026-01-31;1.50\n" for n in range(20))
    found = proposed(
        tmp_path / "x.csv",
        f"Supplier ID,Supplier Name,Invoice Number,Date,Net Amount\n{rows}".replace(";", ","),
    )
    assert asked(found)["currency"] == "amount_sek"
    assert "GBP" in str(found.as_json("en")["questions"])
    assert mapped(found).units == {}
    swedish = rows.replace("LTD", "AB").replace(";", ",")
    other = proposed(
        tmp_path / "x.csv", f"Supplier ID,Supplier Name,Invoice Number,Date,Net Amount\n{swedish}"
    )
    assert "currency" not in asked(other)
    named = _invoices("2026-01-31", "1,50", ";Valuta", ";EUR")
    assert "currency_column" in asked(proposed(tmp_path / "x.csv", named))
    kronor = _invoices("2026-01-31", "1,50", ";Valuta", ";SEK")
    assert "currency_column" not in asked(proposed(tmp_path / "x.csv", kronor))


def test_words_in_place_of_what_is_hidden_count_as_hidden(tmp_path: Path) -> None:
    rows = (
        "".join(f"L{n};Sekretess;2026-01-31;1,50\n" for n in range(9)) + "L9;F9;2026-01-31;2,50\n"
    )
    found = proposed(tmp_path / "x.csv", f"Lev.nr;Fakt.nr;Fakt.dat;Netto\n{rows}")
    assert mapped(found).value_maps == {"invoice_no": {"Sekretess": "*"}}


def test_codes_that_are_not_known_are_guessed_or_asked_about(tmp_path: Path) -> None:
    codes = ["Ramavtal", "Direktupphandlng", "Öppet förfarande", "Selektivt"] * 5
    rows = "".join(f"A{n};{orgnr(n)};2026-01-01;{code}\n" for n, code in enumerate(codes))
    found = proposed(tmp_path / "x.csv", f"Avtalsnr;Orgnr;Startdatum;Upphandlingsform\n{rows}")
    assert mapped(found).value_maps == {"procedure": {"Direktupphandlng": "direktupphandling"}}
    assert asked(found)["codes"] == "procedure"
    assert found.draft is not None
    assert "# Selektivt: ?" in found.draft.yaml("sv")


def test_what_is_missing_is_told_with_a_way_out(tmp_path: Path) -> None:
    rows = "".join(f"B{n};P{n};{orgnr(n)};2026-01-31 08:00;2026-01-31 09:00\n" for n in range(20))
    found = proposed(
        tmp_path / "x.csv", f"Brukarnr;Personal-ID;Utförare orgnr;Besök start;Besök slut\n{rows}"
    )
    assert (found.source, found.missing) == ("time_reports", ("service",))
    assert asked(found)["missing_maybe_constant"] == "service"
    assert found.draft is not None
    assert "# constants: {service: ...}" in found.draft.yaml("en")


def test_a_name_stands_in_for_a_number_and_the_only_day_for_the_start(tmp_path: Path) -> None:
    rows = "".join(
        f"{orgnr(n % 3)};U{n};Städ {n} AB;Städning {n};2026-01-{n + 1:02d}\n" for n in range(20)
    )
    header = (
        "Organisationsnummer för köpare;Upphandlings-ID;Namn för leverantör;"
        "Upphandlingens titel;Publiceringsdatum\n"
    )
    found = proposed(tmp_path / "x.csv", header + rows)
    assert found.source == "contracts"
    assert columns(found) == {
        "contract_no": "Upphandlings-ID",
        "supplier_no": "Namn för leverantör",
        "title": "Upphandlingens titel",
        "valid_from": "Publiceringsdatum",
    }
    assert {"name_for_number", "only_date", "several_buyers"} <= set(asked(found))
    assert "Organisationsnummer för köpare" in mapped(found).ignored


def test_a_booking_day_counts_as_the_invoices_where_there_is_no_other(tmp_path: Path) -> None:
    rows = "".join(f"L{n};F{n};2026-01-31;{n},50\n" for n in range(10, 40))
    found = proposed(
        tmp_path / "x.csv", f"Resk.nr;Fakturanr;Bokföringsdag;Belopp exkl moms\n{rows}"
    )
    assert asked(found)["booked_for_dated"] == "invoice_date"
    assert set(mapped(found).columns["Bokföringsdag"]) == {"invoice_date", "booking_date"}


def test_a_row_of_totals_is_left_out(tmp_path: Path) -> None:
    found = proposed(tmp_path / "x.csv", _invoices("2026-01-31", "1,50") + "Summa;;;45,00\n")
    (only,) = mapped(found).filters
    assert (only.column, only.not_equals) == ("Lev.nr", ("Summa",))


def test_without_a_header_values_speak_and_places_are_named(tmp_path: Path) -> None:
    rows = "".join(f"{orgnr(n)};{person_no(n)};2026-01-{n + 1:02d};{n},50\n" for n in range(20))
    found = proposed(tmp_path / "utdrag 2026-01.csv", rows, "officers")
    assert not found.look.has_header
    assert columns(found)["orgnr"] == "1"
    assert columns(found)["person_id"] == "2"
    mapping = mapped(found)
    assert (mapping.header, mapping.match.file_name) == ("none", "utdrag *.csv")


def test_a_title_above_the_header_is_told_to_the_reader(tmp_path: Path) -> None:
    title = "Leverantörer;per 2026-01-01;\nutskrivet av;ekonomi;\n\nLev.nr;Namn;Org.nr\n"
    rows = "".join(f"L{n};Bolag {n} AB;{orgnr(n)}\n" for n in range(20))
    found = proposed(tmp_path / "x.csv", title + rows)
    assert (found.source, mapped(found).header) == ("suppliers", 4)


def _workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, cells in enumerate(rows):
                sheet.write_row(place, 0, cells)
    return path


def test_the_right_sheet_of_a_workbook_is_found(tmp_path: Path) -> None:
    register = [["Lev.nr", "Levnamn", "Org.nr"]] + [
        [f"L{n}", f"Bolag {n} AB", orgnr(n)] for n in range(20)
    ]
    path = _workbook(
        tmp_path / "x.xlsx",
        Information=[["Om rapporten"], ["Kontakt", "Ekonomi"], ["Skapad", "2026-01-01"]],
        Data=[["Leverantörsregister"], [], *register],
    )
    found = propose(path, TODAY)
    assert (found.source, found.look.sheet, found.look.header_row) == ("suppliers", "Data", 3)
    plain = propose(_workbook(tmp_path / "y.xlsx", Data=register), TODAY)
    assert mapped(plain).sheet is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n\n",
        bytes(range(256)) * 20,
        b"PK\x03\x04 no zip",
        b"\x1f\x8b no gzip",
        b"PAR1 no parquet",
        b"%PDF-1.7",
        b'{"a": 1',
        b"[1, 2, 3]",
        b"<html><body>Logga in</body></html>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"ett enda ord",
        b'"',
        b";;;;\n;;;;\n",
        b"\xff\xfe",
    ],
)
def test_whatever_a_file_is_there_is_an_answer(content: bytes, tmp_path: Path) -> None:
    for source in (None, "invoices"):
        found = proposed(tmp_path / "x.csv", content, source)
        assert not found.assigned
        assert found.as_json("sv")["source"] == source
        if found.draft is not None:
            mapped(found)


def test_json_with_parts_of_its_own_is_no_table(tmp_path: Path) -> None:
    statement = '{"statementId": "s", "recordId": "r", "recordType": "entity", "recordDetails": '
    owners = proposed(tmp_path / "x.json", f"[{statement}{{}}}}]")
    assert owners.recognised is not None
    assert (owners.source, owners.recognised.origin) == ("owners", "bods")
    strange = proposed(tmp_path / "x.json", '[{"name": "a", "id": {"b": 1}}]')
    assert (strange.source, strange.assigned) == (None, ())


def test_a_file_of_something_else_fits_no_source(tmp_path: Path) -> None:
    rows = "".join(f"{n};{n * 3 % 50};{n * 7 % 11},5\n" for n in range(30))
    assert proposed(tmp_path / "x.csv", f"Mätare;Temperatur;Vind\n{rows}").source is None


def test_a_header_alone_and_very_many_columns(tmp_path: Path) -> None:
    alone = proposed(tmp_path / "x.csv", "Lev.nr;Levnamn;Org.nr\n")
    assert alone.source == "suppliers"
    assert {each.level for each in alone.assigned} <= {"likely", "unsure"}
    many = ";".join([f"Kolumn {n}" for n in range(800)] + ["Lev.nr", "Levnamn", "Org.nr"])
    row = ";".join(["x"] * 800 + ["L1", "Bygg AB", orgnr(1)])
    found = proposed(tmp_path / "x.csv", f"{many}\n{row}\n")
    assert found.source == "suppliers"
    assert len(mapped(found).ignored) == 800


def test_headers_that_come_twice(tmp_path: Path) -> None:
    rows = "".join(f"L{n};L{n + 1};F{n};2026-01-31;{n},5\n" for n in range(10, 40))
    found = proposed(tmp_path / "x.csv", f"Lev.nr;Lev.nr;Fakt.nr;Fakt.dat;Netto\n{rows}")
    assert columns(found)["supplier_no"] == "Lev.nr"
    assert asked(found)["rival"] == "supplier_no"
    assert mapped(found).ignored == ("Lev.nr_2",)


def test_no_cell_of_a_file_is_in_the_answer(tmp_path: Path) -> None:
    rows = "".join(f"{orgnr(n)};{person_no(n)};Hemlig Hemligsson;ledamot\n" for n in range(20))
    found = proposed(tmp_path / "x.csv", f"Orgnr;Personnr;Namn;Roll\n{rows}")
    assert found.source == "officers"
    told = str(found.as_json("sv"))
    assert "Hemligsson" not in told
    assert person_no(3) not in told


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    headers=st.lists(
        st.one_of(
            st.sampled_from(["Lev.nr", "Belopp", "Fakt.dat", "Namn", "Datum", "Valuta", "Orgnr"]),
            st.text(st.characters(exclude_characters="\r\n\x00;"), min_size=1, max_size=20),
        ),
        min_size=2,
        max_size=8,
    ),
    cells=st.lists(st.text(st.characters(exclude_characters="\r\n\x00"), max_size=12), max_size=20),
    source=st.sampled_from([None, *sorted(all_contracts())]),
)
def test_every_proposal_loads(
    headers: list[str], cells: list[str], source: str | None, tmp_path: Path
) -> None:
    rows = [";".join(headers)]
    rows += [";".join(cells[n : n + len(headers)]) for n in range(0, len(cells), len(headers))]
    text = "\n".join(rows).encode("utf-8", "replace")
    found = proposed(tmp_path / "fil 1.csv", text, source)
    if found.draft is not None:
        assert mapped(found).source == found.source
