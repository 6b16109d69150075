"""Writes the pages and templates of ``docs/sources/``."""

from collections.abc import Mapping
from pathlib import Path

from screening.sources.contracts import Contract
from screening.sources.documenting import Needs, source_documents
from screening.sources.templates import csv_template, workbook_template

#: A folder that has this file was written here before.
_MARK = "contract.schema.json"
_OURS = ("*.md", "formats/*.md", "templates/*.csv", "templates/*.xlsx")


def source_files(contracts: Mapping[str, Contract], needs: Needs) -> dict[str, bytes]:
    """Every generated file by its path below ``docs/sources/``."""
    pages = source_documents(contracts, needs)
    files = {name: page.encode("utf-8") for name, page in pages.items()}
    for name, contract in contracts.items():
        files[f"templates/{name}.csv"] = csv_template(contract)
        files[f"templates/{name}.xlsx"] = workbook_template(contract)
    return files


def write_source_files(
    contracts: Mapping[str, Contract], needs: Needs, folder: Path
) -> tuple[int, int]:
    """Write them below ``folder``/sources.

    Where that folder was written before, files of sources that are gone are removed; of a folder
    that holds something else nothing is.

    Returns:
        How many pages and how many templates.
    """
    files = source_files(contracts, needs)
    root = folder / "sources"
    if (root / _MARK).is_file():
        for old in [path for pattern in _OURS for path in root.glob(pattern)]:
            if old.relative_to(root).as_posix() not in files:
                old.unlink()
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    templates = sum(name.startswith("templates/") for name in files)
    return len(files) - templates, templates
