"""A file of mended rows is told from others by its first bytes, whatever they are."""

import zipfile
from pathlib import Path

import pytest

from screening.sources.mending_table import is_mending_table

TEXTS = "xl/sharedStrings.xml"


def workbook(path: Path, texts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(TEXTS, texts)
    return path


@pytest.mark.parametrize(
    ("texts", "expected"), [(b"<t>vaksam_ref</t>", True), (b"<t>orgnr</t>", False)]
)
def test_a_workbook_with_references_is_one(tmp_path: Path, texts: bytes, expected: bool) -> None:
    assert is_mending_table(workbook(tmp_path / "a.xlsx", texts)) is expected


def test_a_workbook_whose_texts_are_damaged_is_none(tmp_path: Path) -> None:
    """Wherever a byte of them is wrong: what unpacks it has many ways to say so."""
    whole = workbook(tmp_path / "a.xlsx", b"<t>orgnr</t>" * 400).read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        place = archive.getinfo(TEXTS).header_offset
    damaged = tmp_path / "damaged.xlsx"
    for offset in range(place, len(whole)):
        damaged.write_bytes(whole[:offset] + bytes([whole[offset] ^ 0xFF]) + whole[offset + 1 :])
        assert not is_mending_table(damaged)
