"""One ledger, delivered in each publisher's form to an inbox of its own: the same invoice table."""

from pathlib import Path

import pytest

from screening.warehouse.connection import open_warehouse
from screening.warehouse.exchange import to_polars
from screening.warehouse.ingesting import ingest
from screening.warehouse.state import State
from tests.end_to_end.small_inbox import AS_OF
from tests.sources.ledger_variants import (
    PEOPLE,
    TOWN,
    VARIANTS,
    Line,
    Variant,
    in_bytes,
    invoices_of,
)


def invoice_table(variant: Variant, lines: tuple[Line, ...], folder: Path) -> bytes:
    """The invoices that the warehouse holds after a delivery; everything must have been loaded."""
    path = folder / "inbox" / "invoices" / variant.file_name
    path.parent.mkdir(parents=True)
    path.write_bytes(variant.write(lines))
    state = State(folder / "state").make()
    (file,) = ingest(folder / "inbox", state, AS_OF).inputs
    assert (file.counts.read, file.counts.loaded) == (len(lines), len(lines))
    with open_warehouse(state, read_only=True) as connection:
        return in_bytes(to_polars(connection.sql("SELECT * FROM history.invoices")))


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_the_invoice_table_is_the_same_to_the_byte(variant: Variant, tmp_path: Path) -> None:
    """But for the columns that the publisher leaves out, which are empty."""
    assert invoice_table(variant, TOWN, tmp_path) == in_bytes(invoices_of(TOWN, variant))


@pytest.mark.parametrize(
    "variant", [each for each in VARIANTS if each.hidden_of_persons], ids=lambda each: each.name
)
def test_payments_to_masked_persons_are_all_there(variant: Variant, tmp_path: Path) -> None:
    assert invoice_table(variant, PEOPLE, tmp_path) == in_bytes(invoices_of(PEOPLE, variant))
