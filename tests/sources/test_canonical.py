"""Tables with our own columns: types, checks, quarantine, and the law that no row gets lost."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.messages import text as message
from screening.sources import canonical
from screening.sources.contracts import SYSTEM_COLUMNS, all_contracts
from screening.sources.delivery import Batch, UnreadableFileError
from screening.sources.typed_rows import empty_rows
from tests.sources.text_tables import contract, delivery, everything, reasons, table


def read(source: str, text: str, **options: Any) -> Batch:
    return everything(
        canonical.typed(table(text, **options), delivery(source), all_contracts()[source])
    )


INVOICES = """
Fakturanr|leverantor_id|Fakturadatum|Belopp|Moms|Kanal|period_fran
A1|100|2026-03-01|1 234,50|308,63|E-handel|2026-02
A2|100|20260302|-99,00||PDF|2026-02-01
A3|101|2026-03-03T10:15:00|0||rykte|
"""


def test_a_file_with_swedish_names_becomes_typed_rows() -> None:
    batch = read("invoices", INVOICES)
    assert batch.rows_read == 3
    assert batch.quarantine.is_empty()
    first = batch.rows.row(0, named=True)
    assert first["invoice_no"] == "A1"
    assert first["supplier_no"] == "100"
    assert first["invoice_date"] == date(2026, 3, 1)
    assert first["amount_sek"] == Decimal("1234.50")
    assert first["vat_sek"] == Decimal("308.63")
    assert first["channel"] == "e-handel"
    assert (first["service_from"], first["service_from_is_month"]) == (date(2026, 2, 1), True)
    assert (first["origin"], first["row_no"]) == ("canonical", 2)
    assert first["as_of"] == date(2026, 11, 20)
    assert batch.rows["invoice_date_is_month"].to_list() == [False] * 3
    assert batch.rows["service_from_is_month"].to_list() == [True, False, None]


def test_warnings_count_what_was_left_empty_and_tell_no_values() -> None:
    batch = read("invoices", INVOICES)
    told = {warning.code: warning.values for warning in batch.warnings}
    assert told["dropped_unreadable"] == {"column": "Kanal", "reason": "unknown_code", "rows": 1}
    assert told["zero_value"] == {"column": "Belopp", "rows": 1}
    assert batch.rows["channel"].to_list() == ["e-handel", "pdf", None]
    assert "rykte" not in str(batch.warnings)


def test_a_wrong_check_digit_in_the_supplier_register_is_noted_without_the_number() -> None:
    batch = read(
        "suppliers",
        "supplier_no|name|orgnr|bankgiro\n"
        "1|Ett AB|556012-5790|991-2346\n2|Två AB|556012-5791|99\n3|Tre AB||",
    )
    rows = batch.rows
    assert rows["orgnr"].to_list() == ["5560125790", None, None]
    assert rows["orgnr_is_wrong"].to_list() == [False, True, False]
    # What is no bankgiro number at all has no check digits to be wrong.
    assert rows["bankgiro_is_wrong"].to_list() == [False, False, False]
    # A column that is not there says nothing about its numbers.
    assert rows["plusgiro_is_wrong"].to_list() == [None] * 3
    assert "5791" not in str(rows.to_dicts())


@pytest.mark.parametrize("source", sorted(all_contracts()))
def test_every_contract_gives_its_columns_in_their_types(source: str) -> None:
    each = all_contracts()[source]
    columns = [n for n, c in each.columns.items() if c.required]
    columns += [group[0] for group in each.required_any]
    empty = table("|".join([*columns, "färg"]) + "\n" + "|" * len(columns))
    batch = everything(canonical.typed(empty, delivery(source), each))
    assert batch.quarantine.height == 1
    assert batch.rows.schema == empty_rows(each).schema
    assert list(batch.rows.schema) == [*each.value_columns, *SYSTEM_COLUMNS]
    sql = {"VARCHAR": pl.String, "DATE": pl.Date, "BOOLEAN": pl.Boolean, "BIGINT": pl.Int64}
    sql |= {"DOUBLE": pl.Float64, "DECIMAL(18,2)": pl.Decimal, "TIMESTAMP": pl.Datetime}
    for name, dtype in (each.value_columns | SYSTEM_COLUMNS).items():
        assert batch.rows.schema[name].base_type() == sql[dtype], name


BAD_ROWS = """
invoice_no|orgnr|supplier_no|invoice_date|amount_sek|due_date
1||5|2026-03-01|12,50|
|| 5|2026-03-01|12,50|
3||5|2026-02-30|12,50|2026-04-01
4||5|1899-12-31|12,50|
5||5|2999-01-01|12,50|
6||5|2026-03-01|tolv|
7||5|2026-03-01|1000000000000000|
8|||2026-03-01|12,50|
9||5||12,50|
10||5|2026-03-01||
11||5|igår|tolv|snart
12||5|2026-03-01|12,50|2026-04
13|556012-5791|5|2026-03-01|12,50|
"""


def test_each_bad_row_is_in_quarantine_once_with_its_first_bad_column() -> None:
    batch = read("invoices", BAD_ROWS)
    assert batch.rows_read == 13
    assert batch.rows["invoice_no"].to_list() == ["1", "13"]
    assert reasons(batch) == {
        3: ("invoice_no", "missing_value"),
        4: ("invoice_date", "not_a_date"),
        5: ("invoice_date", "date_too_early"),
        6: ("invoice_date", "date_too_late"),
        7: ("amount_sek", "not_an_amount"),
        8: ("amount_sek", "too_large"),
        9: ("supplier_no/orgnr/supplier_name", "missing_party"),
        10: ("invoice_date", "missing_value"),
        11: ("amount_sek", "missing_value"),
        12: ("invoice_date", "not_a_date"),
        13: ("due_date", "date_month_only"),
    }
    raw = dict(batch.quarantine.select("row_no", "raw").iter_rows())
    assert raw[4] == "3;;5;2026-02-30;12,50;2026-04-01"
    assert raw[3] == ";; 5;2026-03-01;12,50;"
    assert batch.rows["orgnr"].to_list() == [None, None]


def test_every_reason_and_warning_has_a_text_in_both_languages() -> None:
    batch = read("invoices", BAD_ROWS)
    for reason in batch.quarantine["reason"]:
        assert message(f"quarantine.{reason}", "sv") != message(f"quarantine.{reason}", "en")
    for warning in batch.warnings + read("invoices", INVOICES).warnings:
        for language in ("sv", "en"):
            told = message(f"warnings.{warning.code}", language, file="x.csv", **warning.values)
            assert "{" not in told
            assert "x.csv" in told


CELLS = st.sampled_from(
    ["", "x", "1.234", "12,5", "12.5", "2026-03-01", "2026-03", "199", "-", "*", "5560125790", "ja"]
)


@settings(max_examples=30, deadline=None)
@given(
    source=st.sampled_from(sorted(all_contracts())),
    rows=st.lists(st.lists(CELLS, min_size=40, max_size=40), max_size=12),
    per_chunk=st.integers(1, 5),
    can_reopen=st.booleans(),
)
def test_no_row_is_lost_or_counted_twice_and_chunks_change_nothing(
    source: str, rows: list[list[str]], per_chunk: int, can_reopen: bool
) -> None:
    columns = list(all_contracts()[source].columns)
    text = "\n".join(["|".join(columns), *("|".join(row[: len(columns)]) for row in rows)])
    whole = read(source, text)
    cut = read(source, text, rows_per_chunk=per_chunk, can_reopen=can_reopen)
    assert whole.rows_read == cut.rows_read == len(rows)
    assert cut.rows.equals(whole.rows)
    assert cut.quarantine.equals(whole.quarantine)


AMBIGUOUS = """
invoice_no|supplier_no|invoice_date|amount_sek|vat_sek
1|5|2026-03-01|1.234|1.234
2|5|2026-03-01|{amount}|
3|5|2026-03-01|12|
"""


@pytest.mark.parametrize("can_reopen", [True, False])
@pytest.mark.parametrize(
    ("other", "expected"), [("1.234,56", "1234.00"), ("99.5", "1.23"), ("7,50", "1234.00")]
)
def test_an_amount_that_reads_two_ways_follows_a_later_chunk_of_its_column(
    other: str, expected: str, can_reopen: bool
) -> None:
    text = AMBIGUOUS.format(amount=other).replace("|1.234\n", "|\n")
    batch = read("invoices", text, rows_per_chunk=1, can_reopen=can_reopen)
    assert batch.rows["amount_sek"].to_list()[0] == Decimal(expected)


def test_an_amount_that_reads_two_ways_is_not_guessed_from_another_column() -> None:
    batch = read("invoices", AMBIGUOUS.format(amount="7,50"))
    assert reasons(batch) == {2: ("vat_sek", "amount_ambiguous")}
    undecided = read("invoices", AMBIGUOUS.format(amount="2.500"))
    assert set(reasons(undecided).values()) == {("amount_sek", "amount_ambiguous")}


def test_numbers_of_a_workbook_have_a_decimal_dot() -> None:
    text = AMBIGUOUS.format(amount="2.5")
    batch = read("invoices", text, typed_columns=["amount_sek", "vat_sek"])
    assert batch.rows["amount_sek"].to_list()[0] == Decimal("1.23")


TAX = """
orgnr|f_skatt|moms|as_of
556012-5790|x|ja|2026-10-01
212000-1124||nej|2026-10-01
202100-5489|||2026-10-01
"""


@pytest.mark.parametrize("rows_per_chunk", [1, 2, 100])
def test_an_empty_cell_beside_crosses_means_no_and_elsewhere_nothing(rows_per_chunk: int) -> None:
    batch = read("tax_status", TAX, rows_per_chunk=rows_per_chunk)
    assert batch.rows["f_tax"].to_list() == [True, False, False]
    assert batch.rows["vat_registered"].to_list() == [True, False, None]


def test_the_day_of_a_row_comes_before_the_day_of_the_file() -> None:
    assert read("tax_status", TAX).rows["as_of"].to_list() == [date(2026, 10, 1)] * 3
    companies = "orgnr|namn|per_datum\n556012-5790|Ett AB|2026-09-01\n212000-1124|Två|"
    days = read("companies", companies).rows["as_of"].to_list()
    assert days == [date(2026, 9, 1), date(2026, 11, 20)]
    payroll = "orgnr|manad\n556012-5790|202609"
    assert read("payroll", payroll).rows["as_of"].to_list() == [date(2026, 9, 1)]


def test_a_register_without_its_day_takes_that_of_the_file_and_says_so() -> None:
    batch = read("tax_status", "orgnr|f_skatt\n556012-5790|ja")
    assert batch.rows["as_of"].to_list() == [date(2026, 11, 20)]
    assert "as_of_assumed" in [warning.code for warning in batch.warnings]
    with_gap = read("tax_status", "orgnr|as_of\n556012-5790|")
    assert reasons(with_gap) == {2: ("as_of", "missing_value")}


def test_masked_cells_are_empty_where_the_contract_says_so() -> None:
    text = (
        "fakturanummer|leverantor_id|leverantor|fakturadatum|belopp|beskrivning\n"
        "-|5|***|2026-03-01|5|-\n"
        "*|6|[innehåller personuppgifter]|2026-03-01|5|\n"
        "1|*|*|2026-03-01|5|\n"
        "|7|Ett AB|2026-03-01|5|"
    )
    batch = read("invoices", text)
    assert batch.rows["invoice_no"].to_list() == [None, None, "1"]
    assert batch.rows["supplier_no"].to_list() == ["5", "6", None]
    assert batch.rows["supplier_name"].to_list() == [None, None, None]
    assert batch.rows["description"].to_list() == ["-", None, None]
    assert reasons(batch) == {5: ("fakturanummer", "missing_value")}


def test_a_visit_that_ends_before_it_starts_is_refused() -> None:
    text = (
        "worker_id|client_id|orgnr|service|start|end\n"
        "a|b|556012-5790|hemtjänst|2026-03-01 10:00|2026-03-01 09:59\n"
        "a|b|556012-5790|hemtjänst|2026-03-01 10:00|2026-03-01 10:00\n"
        "a|b|556012-5790|hemtjänst|2026-03-01T09:00Z|2026-03-01T10:30"
    )
    batch = read("time_reports", text)
    assert [reason for _, reason in reasons(batch).values()] == ["ends_before_start"]
    assert batch.rows["start"].to_list() == [datetime(2026, 3, 1, 10, 0)] * 2  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        "0000-01-01",
        "00000101",
        "0000-00-00",
        "0001-01-01",
        "9999-12-31T23:59Z",
        "9999-12-31",
        "0001-01-01T00:00+05:00",
        "2199-12-32",
    ],
)
def test_days_beyond_all_calendars_cost_their_own_row_only(text: str) -> None:
    each = contract(day={"type": "date"}, at={"type": "datetime"}, month={"type": "month"})
    rows = f"day|at|month\n{text}||\n|{text}|\n||{text}\n2026-01-01|2026-01-01 10:00|2026-01"
    batch = everything(canonical.typed(table(rows), delivery("invoices"), each))
    assert batch.quarantine["row_no"].to_list() == [2, 3, 4]
    assert batch.rows["day"].to_list() == [date(2026, 1, 1)]


def test_limits_of_numbers() -> None:
    each = contract(
        rank={"type": "integer", "minimum": 1, "maximum": 4},
        share={"type": "decimal", "minimum": 0, "maximum": 100},
    )
    text = "rank|share\n1|0\n4|100\n0|5\n5|5\n2|-0,1\n2|100,5\n1,5|5"
    batch = everything(canonical.typed(table(text), delivery("invoices"), each))
    assert batch.rows.select("rank", "share").rows() == [(1, 0.0), (4, 100.0)]
    assert [reason for _, reason in reasons(batch).values()] == [
        "below_minimum",
        "above_maximum",
        "below_minimum",
        "above_maximum",
        "not_an_integer",
    ]


def test_a_wrong_value_of_an_optional_column_is_left_empty_and_the_row_kept() -> None:
    text = (
        "leverantor_id|namn|orgnr|bankgiro|iban|postnr\n"
        "1|Ett AB|556012-5790|5050-1055|SE45 5000 0000 0583 9825 7466|211 20\n"
        "2|Två AB|556012-5791|5050-1056|SE46 5000 0000 0583 9825 7466|DK-2100\n"
        "3|Tre AB|okänt|||"
    )
    batch = read("suppliers", text)
    assert batch.quarantine.is_empty()
    assert batch.rows["orgnr"].to_list() == ["5560125790", None, None]
    assert batch.rows["bankgiro"].to_list() == ["bg:50501055", None, None]
    assert batch.rows["iban"].to_list() == ["iban:SE4550000000058398257466", None, None]
    assert batch.rows["postal_code"].to_list() == ["21120", None, None]
    told = {(w.values["column"], w.values["reason"]): w.values["rows"] for w in batch.warnings}
    assert told == {
        ("orgnr", "bad_checksum"): 1,
        ("orgnr", "not_an_orgnr"): 1,
        ("bankgiro", "bad_checksum"): 1,
        ("iban", "bad_checksum"): 1,
        ("postnr", "not_a_postal_code"): 1,
    }


def test_a_file_without_rows_says_so() -> None:
    batch = read("invoices", "invoice_no|supplier_no|invoice_date|amount_sek")
    assert batch.rows_read == 0
    assert [warning.code for warning in batch.warnings] == ["no_rows"]


def test_a_file_that_lacks_a_needed_column_is_refused_before_any_row() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        canonical.typed(
            table("färg|form\nröd|rund"), delivery("invoices"), all_contracts()["invoices"]
        )
    assert refused.value.code == "missing_required_column"
    assert refused.value.values["columns"] == "färg, form"


def test_broken_rows_keep_their_place_in_the_counts() -> None:
    whole = table(INVOICES)
    (chunk,) = list(whole.chunks)
    chunk.broken = pl.DataFrame(
        {"row_no": [5], "column": [None], "reason": ["wrong_field_count"], "raw": ["a;b"]},
        schema_overrides={"row_no": pl.Int64, "column": pl.String},
    )
    whole.chunks, whole.reopen = iter([chunk]), None
    batch = everything(canonical.typed(whole, delivery("invoices"), all_contracts()["invoices"]))
    assert batch.rows_read == 4
    assert batch.quarantine.row(0) == (5, None, "wrong_field_count", "a;b")
