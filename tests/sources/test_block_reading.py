"""Text that begins like a compressed stream is text."""

import zlib

import polars as pl
import pytest

from screening.sources.block_reading import cells_of, lines_of
from tests.sources.json_files import read_source

STARTS = ["x^", "x\x01", "a", ""]


@pytest.mark.parametrize("start", STARTS)
def test_lines_and_cells(start: str) -> None:
    block = f"{start};1\n\n{start};2".encode()
    assert lines_of(block)["text"].fill_null("").to_list() == [f"{start};1", "", f"{start};2"]
    schema = {"a": pl.String(), "b": pl.String()}
    cells = cells_of(f"{start};1\n{start};2".encode(), separator=";", schema=schema)
    assert cells["b"].to_list() == ["1", "2"]
    assert cells["a"].fill_null("").to_list() == [start, start]


def test_nothing_is_unpacked() -> None:
    packed = zlib.compress(b"a;b\n" * 100)
    with pytest.raises(pl.exceptions.PolarsError):
        lines_of(packed)


@pytest.mark.parametrize("start", STARTS)
def test_a_row_that_begins_so_is_a_row(start: str, tmp_path) -> None:
    text = f"orgnr;as_of;public_debt_sek\n{start};2026-11-16;1\n5560000019;2026-11-16;2\n"
    batch = read_source(tmp_path / "raw", "debts", text)
    assert (batch.rows.height, batch.quarantine.height) == (1, 1)
    quoted = text.replace(";2\n", ';"2"\n')
    assert read_source(tmp_path / "raw", "debts", quoted).rows.height == 1


def test_a_broken_line_of_json_that_begins_so_is_a_broken_line(tmp_path) -> None:
    record = '{"orgnr": "5560000019", "as_of": "2026-11-16"}'
    batch = read_source(tmp_path / "raw", "debts", f"{record}\nx^{record}\n{record}\n")
    assert (batch.rows.height, batch.quarantine.height) == (2, 1)
