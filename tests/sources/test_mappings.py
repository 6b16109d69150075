"""A new export needs a mapping file and no Python."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from screening.places import MAPPINGS_DIR
from screening.sources import canonical
from screening.sources.contracts import all_contracts
from screening.sources.delivery import UnreadableFileError
from screening.sources.mappings import (
    Mapping,
    MappingFileError,
    best_mapping,
    load_mappings,
    read_mapping,
)
from tests.sources.text_tables import delivery, everything, reasons, table

EXPORT = """
Kund|Löpnr|Bokf.datum|Summa i öre|Typ
L1|1|01/02/2026|123456|Faktura
L2|2|28/02/2026|-50|Kredit
L3|3|02/28/2026|100|Faktura
L4|4|03/02/2026|5|Intern
"""


def mapping(**changes: Any) -> Mapping:
    described: dict[str, Any] = {
        "name": "prov",
        "source": "invoices",
        "match": {"headers": ["Kund", "Löpnr"]},
        "columns": {
            "Kund": "supplier_no",
            "Löpnr": "invoice_no",
            "Bokf.datum": "invoice_date",
            "Summa i öre": "amount_sek",
            "Typ": "channel",
        },
        "constants": {"buyer_unit": "Socialförvaltningen"},
        "date_order": "dmy",
        "units": {"amount_sek": 0.01},
        "filters": [{"column": "typ", "not_equals": "Intern"}],
        "value_maps": {"channel": {"Faktura": "pdf", "Kredit": "papper"}},
    }
    return Mapping.model_validate(described | changes)


def read(text: str, each: Mapping) -> Any:
    contract = all_contracts()["invoices"]
    return everything(canonical.typed(table(text), delivery("invoices"), contract, each))


def test_an_export_with_its_own_names_order_units_and_codes() -> None:
    batch = read(EXPORT, mapping())
    assert batch.rows_read == 3
    rows = batch.rows.select(
        "supplier_no", "invoice_no", "invoice_date", "amount_sek", "buyer_unit", "channel"
    ).rows()
    unit = "Socialförvaltningen"
    assert rows == [
        ("L1", "1", date(2026, 2, 1), Decimal("1234.56"), unit, "pdf"),
        ("L2", "2", date(2026, 2, 28), Decimal("-0.50"), unit, "papper"),
    ]
    assert reasons(batch) == {4: ("Bokf.datum", "not_a_date")}
    assert ("rows_left_out", {"rows": 1}) in [(w.code, w.values) for w in batch.warnings]


def test_the_decimal_sign_of_a_mapping_decides_what_the_column_does_not() -> None:
    text = "supplier_no|invoice_no|invoice_date|amount_sek\nL1|1|2026-01-01|1.234"
    bare = {"columns": {}, "constants": {}, "units": {}, "filters": [], "value_maps": {}}
    assert read(text, mapping(**bare)).quarantine["reason"].to_list() == ["amount_ambiguous"]
    with_dot = read(text, mapping(**bare, decimal="."))
    assert with_dot.rows["amount_sek"].to_list() == [Decimal("1.23")]
    with_comma = read(text, mapping(**bare, decimal=","))
    assert with_comma.rows["amount_sek"].to_list() == [Decimal("1234.00")]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ({"equals": "Faktura"}, ["1", "3"]),
        ({"equals": ["Kredit", "Intern"]}, ["2", "4"]),
        ({"matches": "^[FK]"}, ["1", "2", "3"]),
        ({"matches": "r", "not_equals": "Intern"}, ["1", "2", "3"]),
    ],
)
def test_filters_keep_rows(condition: dict[str, Any], kept: list[str]) -> None:
    each = mapping(
        filters=[{"column": "Typ", **condition}], constants={}, columns={"Löpnr": "invoice_no"}
    )
    filtered = table(EXPORT).columns
    frame = next(iter(table(EXPORT).chunks)).frame
    (row_filter,) = each.filters
    assert "Typ" in filtered
    assert frame.filter(row_filter.keeps("Typ"))["Löpnr"].to_list() == kept


def test_a_file_without_the_column_of_a_filter_is_not_read_as_if_there_were_no_filter() -> None:
    """The home-care mapping that ships leaves out cancelled visits; they must not become visits."""
    chosen = mapping(filters=[{"column": "Betalstatus", "not_equals": "Makulerad"}])
    with pytest.raises(UnreadableFileError) as refused:
        read(EXPORT, chosen)
    assert refused.value.code == "filter_without_column"
    assert refused.value.values == {"mapping": "prov", "column": "Betalstatus"}


def test_the_mapping_that_fits_most_closely_is_taken() -> None:
    wide = mapping(name="wide", match={"headers": ["Kund"]})
    close = mapping(name="close", match={"headers": ["Kund", "Löpnr"]})
    named = mapping(name="named", match={"headers": ["Kund", "Löpnr"], "file_name": "visma*.csv"})
    other = mapping(name="other", match={"headers": ["Kund", "Konto"]})
    headers = ["KUND", "löpnr", "Typ"]
    every = [named, close, wide, other]
    assert best_mapping(every, "invoices", headers) is close
    assert best_mapping(every, "invoices", headers, "2026/Visma_mars.csv") is named
    assert best_mapping(every, "suppliers", headers) is None
    assert best_mapping(every, "invoices", ["Typ"]) is None


def test_of_two_that_fit_alike_the_last_one_wins() -> None:
    shipped, own = mapping(name="shipped"), mapping(name="own")
    assert best_mapping([shipped, own], "invoices", ["Kund", "Löpnr"]) is own


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "weather"},
        {"columns": {"Kund": "customer"}},
        {"constants": {"colour": "red"}},
        {"units": {"invoice_date": 0.01}},
        {"match": {}},
        {"date_order": "ydm"},
        {"filters": [{"column": "Typ"}]},
        {"filters": [{"column": "Typ", "matches": "("}]},
        {"colour": "red"},
    ],
)
def test_a_mapping_file_with_a_mistake_is_refused_by_name(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    import yaml

    described = mapping().model_dump(mode="json") | changes
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(described, allow_unicode=True), encoding="utf-8")
    with pytest.raises(MappingFileError, match=r"mine\.yaml"):
        read_mapping(path)


def test_mappings_are_loaded_folder_by_folder(tmp_path: Path) -> None:
    import yaml

    for folder, name in (("b", "second"), ("a", "first"), ("a", "another")):
        (tmp_path / folder).mkdir(exist_ok=True)
        path = tmp_path / folder / f"{name}.yaml"
        described = mapping(name=name).model_dump(mode="json", exclude_none=True)
        path.write_text(yaml.safe_dump(described), encoding="utf-8")
    loaded = load_mappings([tmp_path / "b", tmp_path / "a"])
    assert [each.name for each in loaded] == ["second", "another", "first"]
    assert loaded[0].units == {"amount_sek": Decimal("0.01")}


def shipped(name: str) -> Mapping:
    return next(each for each in load_mappings([MAPPINGS_DIR]) if each.name == name)


def test_the_mappings_that_ship_have_names_of_their_own() -> None:
    names = [each.name for each in load_mappings([MAPPINGS_DIR])]
    assert names
    assert len(set(names)) == len(names)


def test_visits_of_a_planning_system() -> None:
    text = (
        "Utförare orgnr|Brukarnummer|Personal-ID|Insats|Besök start|Besök slut|Registrering|"
        "Status\n"
        "556012-5790|b1|p1|Dusch|1/2/2026 09:15|1/2/2026 09:45|NFC-tagg|Utförd\n"
        "556012-5790|b1|p1|Dusch|28/2/2026 09:15|28/2/2026 09:45|Efterregistrerad|Utförd\n"
        "556012-5790|b1|p1|Dusch|1/3/2026 09:15|1/3/2026 09:45|NFC-tagg|Avbokad"
    )
    made = table(text)
    each = best_mapping([shipped("home-care-visits")], "time_reports", made.columns)
    contract = all_contracts()["time_reports"]
    batch = everything(canonical.typed(made, delivery("time_reports"), contract, each))
    assert batch.rows.select("start", "end", "source").rows() == [
        (datetime(2026, 2, 1, 9, 15), datetime(2026, 2, 1, 9, 45), "tagg"),  # noqa: DTZ001
        (datetime(2026, 2, 28, 9, 15), datetime(2026, 2, 28, 9, 45), "manuell"),  # noqa: DTZ001
    ]
    assert batch.rows_read == 2
    assert [warning.code for warning in batch.warnings] == ["rows_left_out"]
