"""Values of a column tell what it holds, and in which order its days are written."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.sources.contracts import all_contracts
from screening.sources.proposing.column_fit import fit, telling
from screening.sources.proposing.column_profile import ColumnProfile, profiles
from tests.sources.proposing.system_exports import orgnr, person_no

TODAY = date(2026, 11, 20)


def profile(*texts: str | None) -> ColumnProfile:
    frame = pl.DataFrame({"kolumn": list(texts)}, schema={"kolumn": pl.String})
    (found,) = profiles(frame, ["kolumn"], TODAY)
    return found


@pytest.mark.parametrize(
    ("texts", "shape"),
    [
        ([orgnr(n) for n in range(9)], "orgnr"),
        ([person_no(n) for n in range(9)], "person_id"),
        ([f"SE{orgnr(n).replace('-', '')}01" for n in range(9)], "vat"),
        (["5050-1055", "991-2346"], "bankgiro"),
        (["SE35 5000 0000 0549 1000 0003"], "iban"),
        (["2026-01-31", "20260131", "2026-01-31T00:00:00"], "date"),
        (["2026-01", "202602"], "month"),
        (["2026-01-31 08:15", "2026-01-31T08:15:00Z"], "datetime"),
        (["1 234,50", "-12,00", "1.234,56", "7"], "number"),
        (["Ja", "nej"], "boolean"),
        (["211 20", "21345"], "postal_code"),
        (["info@exempel.se"], "mail"),
        (["08-123 45 67", "+46 70 123 45 67"], "phone"),
        (["Storgatan 12 B", "Box 123"], "street"),
        (["Bygg AB", "Aktiebolaget Bygg", "Städ HB"], "company"),
        (["31/12/2025", "01/02/2026"], "date_dmy"),
        (["12/31/2025 08:15"], "datetime_mdy"),
    ],
)
def test_shapes(texts: list[str], shape: str) -> None:
    assert profile(*texts).share(shape) == 1


@pytest.mark.parametrize(
    ("texts", "shape"),
    [
        (["5560125791", "5560125792"], "orgnr"),
        (["A1", "B2"], "number"),
        (["0123", "0456"], "number"),
        (["2026-13-41"], "date"),
        (["ja", "nej", "kanske", "vet ej"], "boolean"),
    ],
)
def test_what_only_looks_alike_is_told_apart(texts: list[str], shape: str) -> None:
    assert profile(*texts).share(shape) == 0


def test_a_day_after_the_twelfth_proves_the_order() -> None:
    assert profile("31/12/2025", "01/02/2026").order_proofs == {"dmy": 1}
    assert profile("12/31/2025", "1/2/2026").order_proofs == {"mdy": 1}
    assert profile("01/02/2026", "03/04/2026").order_proofs == {}
    assert set(profile("31/12/2025", "12/31/2025").order_proofs) == {"dmy", "mdy"}


def test_counts_leave_out_what_is_empty_or_hidden() -> None:
    found = profile("a", "a", None, " ", "*", "b", "-")
    assert (found.rows, found.filled, found.masked, found.distinct) == (7, 3, 2, 2)
    assert found.codes == (("a", 2), ("b", 1))
    assert found.commonest == ("a", pytest.approx(2 / 7))
    assert profile(None, "").is_empty
    assert profile("x", "x").is_constant
    assert profile("x", "y").is_unique


def test_ambiguous_amounts_say_what_the_others_prove() -> None:
    assert profile("1.234", "2.345").decimals.decimal() is None
    assert profile("1.234", "2.345").is_ambiguous
    assert profile("1.234", "2.345,50").decimals.decimal() == ","
    assert not profile("1234,50").is_ambiguous


def test_forms_of_companies_tell_the_country() -> None:
    assert profile("STEP ONE LTD", "CARE HOMES LIMITED").forms == {"GB": 1}
    assert profile("Bygg AB", "Oy Bygg Ab").forms["SE"] == 1


def test_a_column_may_have_any_name() -> None:
    names = ["text", "header", "masked", "rows", "row_no", "long", "orgnr", ""]
    frame = pl.DataFrame({name: [name, "x"] for name in names})
    assert [each.header for each in profiles(frame, names, TODAY)] == names
    assert all(each.filled >= 1 for each in profiles(frame, names, TODAY))


def test_columns_do_not_touch_each_other() -> None:
    frame = pl.DataFrame(
        {"a": ["1", "2"], "b": ["x", None], "c": [None, None]},
        schema=dict.fromkeys("abc", pl.String),
    )
    apart = [profiles(frame.select(name), [name], TODAY)[0] for name in "abc"]
    assert profiles(frame, ["a", "b", "c"], TODAY) == apart


def test_values_alone_tell_a_number_with_check_digits_but_not_an_amount() -> None:
    columns = all_contracts()["suppliers"].columns
    numbers = profile(*(orgnr(n) for n in range(9)))
    assert telling(numbers, "orgnr", columns["orgnr"]) > 0.6
    assert fit(numbers, "supplier_no", columns["supplier_no"]) < 0.5
    amounts = profile(*(f"{n},50" for n in range(9)))
    invoices = all_contracts()["invoices"].columns
    assert telling(amounts, "amount_sek", invoices["amount_sek"]) < 0.3
    assert fit(amounts, "amount_sek", invoices["amount_sek"]) == 1


@settings(max_examples=30)
@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), max_size=30))
def test_any_values_have_a_profile(texts: list[str | None]) -> None:
    found = profile(*texts)
    assert found.filled + found.masked <= found.rows == len(texts)
    assert found.distinct <= found.filled
    assert all(0 < share <= 1 for share in found.shapes.values())
    for contract in all_contracts().values():
        for name, column in contract.columns.items():
            assert 0 <= fit(found, name, column) <= 1
