"""The same ledger in each publisher's form is the same invoices, to the byte."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from screening.sources.contracts import all_contracts
from screening.sources.delivery import Batch, Delivery
from screening.sources.reading import read_delivery
from tests.sources.ledger_variants import (
    PEOPLE,
    TOWN,
    VARIANTS,
    Variant,
    in_bytes,
    invoices_of,
    layout_1_1,
    packed,
)
from tests.sources.text_tables import everything

RECEIVED = date(2026, 11, 20)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be-bom", "cp1252")


def read(content: bytes, folder: Path, name: str = "ledger.csv") -> Batch:
    path = folder / "raw"
    path.write_bytes(content)
    delivery = Delivery(path, f"invoices/{name}", "invoices", "0" * 64, RECEIVED, RECEIVED)
    return everything(read_delivery(delivery, all_contracts()["invoices"], [], folder))


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_each_publishers_file_is_read_whole(variant: Variant, tmp_path: Path) -> None:
    batch = read(variant.write(TOWN), tmp_path, variant.file_name)
    assert batch.quarantine.is_empty()
    assert batch.rows_read == len(TOWN)
    assert in_bytes(batch.rows) == in_bytes(invoices_of(TOWN, variant))
    codes = {warning.code for warning in batch.warnings}
    assert codes <= {"month_from_name"}


@pytest.mark.parametrize(
    "variant", [each for each in VARIANTS if each.hidden_of_persons], ids=lambda each: each.name
)
def test_payments_to_persons_are_kept_without_the_person(variant: Variant, tmp_path: Path) -> None:
    batch = read(variant.write(PEOPLE), tmp_path, variant.file_name)
    assert batch.quarantine.is_empty()
    assert in_bytes(batch.rows) == in_bytes(invoices_of(PEOPLE, variant))
    of_persons = sum(line.is_person for line in PEOPLE)
    assert batch.rows["supplier_name"].null_count() == of_persons > 0
    assert "Berit" not in in_bytes(batch.rows).decode()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"], ids=["semicolon", "comma", "tab"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encoding_delimiter_and_line_ends_change_nothing(
    encoding: str, delimiter: str, newline: str, tmp_path: Path
) -> None:
    is_wide = encoding == "utf-16-be-bom"
    content = layout_1_1(TOWN, delimiter, newline, "utf-16-be" if is_wide else encoding)
    if is_wide:
        content = b"\xfe\xff" + content
    batch = read(content, tmp_path)
    assert in_bytes(batch.rows) == in_bytes(invoices_of(TOWN, VARIANTS[1]))
    assert batch.rows["row_no"].to_list() == list(range(2, len(TOWN) + 2))


@pytest.mark.parametrize("how", ["gz", "zip"])
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_packing_changes_nothing(variant: Variant, how: str, tmp_path: Path) -> None:
    batch = read(packed(variant.write(TOWN), how), tmp_path, variant.file_name)
    assert in_bytes(batch.rows) == in_bytes(invoices_of(TOWN, variant))


def test_variants_that_show_the_same_columns_give_the_same_bytes(tmp_path: Path) -> None:
    """Said once more, without the expected table: variant against variant."""
    tables: dict[tuple[object, ...], set[bytes]] = {}
    for variant in VARIANTS:
        batch = read(variant.write(TOWN), tmp_path, variant.file_name)
        group = (tuple(sorted(variant.shows)), variant.only_month)
        tables.setdefault(group, set()).add(in_bytes(batch.rows))
    assert all(len(same) == 1 for same in tables.values())
    assert len(VARIANTS) - len(tables) >= 4, "groups of one prove nothing"


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_variant_is_the_whole_ledger_but_for_what_its_publisher_leaves_out(
    variant: Variant, tmp_path: Path
) -> None:
    whole = read(VARIANTS[0].write(TOWN), tmp_path).rows
    part = read(variant.write(TOWN), tmp_path, variant.file_name).rows
    left_out = VARIANTS[0].shows - variant.shows
    expected = whole.with_columns(pl.lit(None).cast(whole.schema[n]).alias(n) for n in left_out)
    if variant.only_month:
        expected = expected.with_columns(
            pl.col("invoice_date").dt.month_start(), invoice_date_is_month=True
        )
    assert in_bytes(part) == in_bytes(expected)
