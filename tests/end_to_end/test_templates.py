"""Templates filled with their own examples, dropped into an inbox: every row is loaded."""

import pytest

from screening.sources.contracts import all_contracts
from screening.sources.templates import csv_template, workbook_template
from screening.warehouse.ingesting import ingest
from screening.warehouse.state import State
from tests.end_to_end.small_inbox import AS_OF, Town

CONTRACTS = all_contracts()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_filled_template_loads_every_row(tmp_path, kind):
    town = Town(tmp_path)
    for source, contract in CONTRACTS.items():
        make = csv_template if kind == "csv" else workbook_template
        content = make(contract, rows=contract.examples)
        town.put_bytes(f"{source}/ifylld mall 2026-11-16.{kind}", content)
    summary = ingest(town.inbox, State(tmp_path / "state"), AS_OF)
    assert {file.source for file in summary.inputs} == set(CONTRACTS)
    assert summary.warnings == []
    for file in summary.inputs:
        rows = len(CONTRACTS[file.source].examples)
        assert (file.counts.read, file.counts.loaded) == (rows, rows), file.source
        assert file.counts.quarantined == file.counts.skipped == 0
