"""The supplier ledger as Swedish municipalities and regions really publish it."""

from datetime import date
from decimal import Decimal

import pytest

from screening.identity_numbers import luhn_digit
from screening.sources import ledger
from screening.sources.contracts import all_contracts
from screening.sources.delivery import Batch, UnreadableFileError
from tests.sources.text_tables import delivery, everything, reasons, table

VERSION_1_1 = (
    "kopare_id|kopare|verifikationsnummer|leverantor|leverantor_id|konto_nr|konto_text|"
    "bokforingsdatum|forvaltning|fakturanummer|nettobelopp|grund|avtal|kommun_id|s_kod_nr"
)
CONVERTER = (
    "kopare|kopare_text|faktura_nr|leverantor|leverantor_id|forvaltning|konto_nr|konto_text|"
    "belopp|datum|grund|avtal|kommun_id"
)


def read(text: str, rows_per_chunk: int = 1_000, name: str = "file.csv") -> Batch:
    made = table(text, rows_per_chunk=rows_per_chunk)
    return everything(ledger.typed(made, delivery("invoices", name), all_contracts()["invoices"]))


def company(stem: int) -> str:
    digits = f"5569{stem:05d}"
    return digits + luhn_digit(digits)


def person(stem: int) -> str:
    digits = f"850101{stem:03d}"
    return digits + luhn_digit(digits)


@pytest.mark.parametrize(
    "header",
    [
        VERSION_1_1,
        CONVERTER,
        "Förvaltning|Leverantör|Organisationsnummer|Fakturanummer|Konto|Kontotext|Belopp",
        "datum|forvaltning|leverantor|leverantor_id|konto_nr|konto_text|belopp|faktura_nr",
        "datum|forvaltning|leverantor|leverantor_id|faktura_nr|konto|belopp",
        "\ufeffkopare_id|leverantor|leverantor_id|datum|belopp",
        "Förvaltning|Leverantör|Konto|Belopp exkl. moms (SEK)",
        "Period|Organisationsnr.|Lev.nr(T)|Belopp|Konto(T)|Ansvar(T)",
    ],
)
def test_the_published_layouts_are_told_by_their_header(header: str) -> None:
    assert ledger.is_ledger(header.split("|"))


@pytest.mark.parametrize(
    "header",
    [
        "invoice_no|supplier_no|invoice_date|amount_sek|account_no",
        "leverantor_id|namn|orgnr|bankgiro",
        "datum|belopp",
        "Förvaltning|Leverantör|Konto|Belopp inkl. moms",
        "Förvaltning|Leverantör|Konto|Belopp moms",
        "fakturanummer|leverantor_id|fakturadatum|belopp|konto_nr",
        "",
    ],
)
def test_other_tables_are_no_ledger(header: str) -> None:
    assert not ledger.is_ledger(header.split("|"))


def test_version_1_1() -> None:
    batch = read(
        f"{VERSION_1_1}\n"
        f"2120001124|Malmö|V1|Ett AB|{company(1)}|4512|Köp av HVB|2026-03-01|ASF|F1|1234.50|"
        "Vård|A7|1280|611"
    )
    row = batch.rows.row(0, named=True)
    assert row["orgnr"] == company(1)
    assert row["supplier_no"] is None
    assert row["supplier_name"] == "Ett AB"
    assert (row["voucher_no"], row["invoice_no"], row["contract_no"]) == ("V1", "F1", "A7")
    assert (row["account_no"], row["account_text"]) == ("4512", "Köp av HVB")
    assert row["invoice_date"] == row["booking_date"] == date(2026, 3, 1)
    assert row["amount_sek"] == Decimal("1234.50")
    assert row["buyer_unit"] == "ASF"
    assert row["description"] == "Vård"
    assert (row["origin"], row["row_no"]) == ("ledger", 2)
    assert batch.warnings == []


def test_the_older_converters_names() -> None:
    batch = read(
        f"{CONVERTER}\n212|Ale kommun|7|Ett AB|1017|Skola|6410|Möten|1 302,03|2026-03-01|||"
    )
    row = batch.rows.row(0, named=True)
    assert (row["invoice_no"], row["supplier_no"], row["orgnr"]) == ("7", "1017", None)
    assert row["amount_sek"] == Decimal("1302.03")
    assert row["invoice_date"] == date(2026, 3, 1)
    assert row["booking_date"] is None
    assert row["buyer_unit"] == "Skola"
    assert batch.warnings == []


def test_the_buyer_is_the_unit_only_where_no_unit_is_told() -> None:
    batch = read("kopare|leverantor|datum|belopp\nRegionen|Ett AB|2026-03-01|5")
    assert batch.rows["buyer_unit"].to_list() == ["Regionen"]


def test_account_number_and_text_in_one_column_are_split() -> None:
    batch = read(
        "datum|forvaltning|leverantor|leverantor_id|faktura_nr|konto|belopp\n"
        "2026-03-01|Soc|Ett AB|1|1|4512 Köp av HVB|5\n"
        "2026-03-01|Soc|Ett AB|1|2|4512 - Köp av HVB|5\n"
        "2026-03-01|Soc|Ett AB|1|3|4512|5\n"
        "2026-03-01|Soc|Ett AB|1|4|Köp av HVB|5\n"
        "2026-03-01|Soc|Ett AB|1|5||5"
    )
    assert batch.rows.select("account_no", "account_text").rows() == [
        ("4512", "Köp av HVB"),
        ("4512", "Köp av HVB"),
        ("4512", None),
        (None, "Köp av HVB"),
        (None, None),
    ]


def test_accounts_in_two_columns_stay_as_they_are() -> None:
    batch = read("leverantor|datum|belopp|konto_nr|konto_text\nEtt AB|2026-03-01|5|4512|12 platser")
    assert batch.rows.select("account_no", "account_text").rows() == [("4512", "12 platser")]


def test_months_are_months_and_never_a_booking_day() -> None:
    batch = read("bokforingsdatum|leverantor|konto_nr|nettobelopp\n202603|Ett AB|1|5")
    row = batch.rows.row(0, named=True)
    assert (row["invoice_date"], row["invoice_date_is_month"]) == (date(2026, 3, 1), True)
    assert row["booking_date"] is None


def test_masked_and_missing_values_are_empty_and_the_payment_is_kept() -> None:
    batch = read(
        "datum|forvaltning|leverantor|leverantor_id|konto_nr|konto_text|belopp|faktura_nr|avtal\n"
        "202603|*|*|*|4512|Vård|5|*|-\n"
        "202603|Soc|[innehåller personuppgifter]|17|4512|Vård|5|-|-\n"
        "202603|Soc|Ett AB|18|4512|Vård|5||-\n"
        "202603|Soc|||4512|Vård|5||-"
    )
    assert batch.rows["supplier_name"].to_list() == [None, None, "Ett AB"]
    assert batch.rows["supplier_no"].to_list() == [None, "17", "18"]
    assert batch.rows["invoice_no"].to_list() == [None] * 3
    assert batch.rows["contract_no"].to_list() == [None] * 3
    assert [reason for _, reason in reasons(batch).values()] == ["missing_party"]


def test_a_file_without_dates_is_of_the_month_in_its_name() -> None:
    text = (
        "Förvaltning|Leverantör|Organisationsnummer|Fakturanummer|Konto|Kontotext|Belopp\n"
        f"Soc|Ett AB|{company(1)}|7|45120|Vård|1 302,03\n"
        "Soc|Två AB|SAKNAS|8|45120|Vård|5,00"
    )
    batch = read(text, name="2020/leverantorsfakturor-202001.csv")
    assert batch.rows["invoice_date"].to_list() == [date(2020, 1, 1)] * 2
    assert batch.rows["invoice_date_is_month"].to_list() == [True, True]
    assert batch.rows["orgnr"].to_list() == [company(1), None]
    assert [w.code for w in batch.warnings] == ["month_from_name", "dropped_unreadable"]
    with pytest.raises(UnreadableFileError):
        read(text, name="leverantorsfakturor.csv")


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("invoices/2020/leverantorsfakturor-202001.csv", "2020-01"),
        ("Leverantörsfakturor 2021-03.xlsx", "2021-03"),
        ("export_20260331.csv", None),
        ("export_2026-03-31.csv", None),
        ("202603-202604.csv", None),
        ("202613.csv", None),
        ("12020017.csv", None),
    ],
)
def test_a_month_in_a_name_is_a_month_and_no_day(name: str, month: str | None) -> None:
    assert ledger.month_in_name(name) == month


def test_a_masked_amount_or_day_is_a_missing_one() -> None:
    batch = read("leverantor|datum|belopp|konto_nr\nEtt AB|2026-03-01|-|1\nEtt AB|*|5|1")
    assert reasons(batch) == {2: ("belopp", "missing_value"), 3: ("datum", "missing_value")}


def ids_file(ids: list[str]) -> str:
    lines = [f"{one}|Namn|2026-03-01|5|4512" for one in ids]
    return "\n".join(["leverantor_id|leverantor|datum|belopp|konto_nr", *lines])


@pytest.mark.parametrize("rows_per_chunk", [1, 7, 1_000])
def test_where_the_file_has_organisationsnummer_each_value_is_read_for_itself(
    rows_per_chunk: int,
) -> None:
    slip = company(3)[:9] + str((int(company(3)[9]) + 1) % 10)
    personal_slip = person(4)[:9] + str((int(person(4)[9]) + 1) % 10)
    dashed = f"{company(2)[:6]}-{company(2)[6:]}"
    ids = [slip, personal_slip, "17", dashed, f"16{company(5)}", person(6), *map(company, range(9))]
    batch = read(ids_file(ids), rows_per_chunk)
    told = batch.rows.select("orgnr", "supplier_no").rows()
    assert told[:6] == [
        (None, slip),
        (None, None),
        (None, "17"),
        (company(2), None),
        (company(5), None),
        (person(6), None),
    ]
    assert [orgnr for orgnr, _ in told[6:]] == [company(n) for n in range(9)]


@pytest.mark.parametrize("rows_per_chunk", [1, 7, 1_000])
def test_where_the_file_has_its_own_numbers_a_lucky_check_digit_means_nothing(
    rows_per_chunk: int,
) -> None:
    # Ten digits in a row: one in ten passes the check by chance, as organisationsnummer would.
    ids = [str(5_569_000_000 + n) for n in range(40)]
    assert sum(luhn_digit(one[:9]) == one[9] for one in ids) == 4
    batch = read(ids_file(ids), rows_per_chunk)
    assert batch.rows["supplier_no"].to_list() == ids
    assert batch.rows["orgnr"].null_count() == len(ids)


def test_short_numbers_are_the_buyers_own() -> None:
    batch = read(ids_file(["1017", "20045", "A-77"]))
    assert batch.rows["supplier_no"].to_list() == ["1017", "20045", "A-77"]


def test_a_column_of_organisationsnummer_beside_an_own_number() -> None:
    batch = read(
        "leverantor_id|organisationsnummer|leverantor|datum|belopp|konto_nr\n"
        f"17|{company(1)}|Ett AB|2026-03-01|5|4512\n"
        "18|556012-5791|Två AB|2026-03-01|5|4512"
    )
    assert batch.rows.select("supplier_no", "orgnr").rows() == [("17", company(1)), ("18", None)]
    (warning,) = batch.warnings
    assert warning.code == "dropped_bad_checksum"
    assert warning.values["column"] == "organisationsnummer"


def test_a_ledger_without_suppliers_is_refused() -> None:
    made = table("datum|belopp|konto_nr\n2026-03-01|5|4512")
    with pytest.raises(UnreadableFileError) as refused:
        ledger.typed(made, delivery("invoices"), all_contracts()["invoices"])
    assert refused.value.code == "missing_required_column"


def test_bad_rows_name_the_files_own_column() -> None:
    batch = read(
        f"{VERSION_1_1}\n|||Ett AB|17|1||2026-13-01||1|5||||\n|||Ett AB|17|1||2026-01-01||1|fem||||"
    )
    assert reasons(batch) == {
        2: ("bokforingsdatum", "not_a_date"),
        3: ("nettobelopp", "not_an_amount"),
    }
