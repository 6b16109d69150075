"""Mutated files through the whole of ``ingest``: the warehouse holds what the manifest says."""

from pathlib import Path

import pytest

from screening.messages import text
from screening.sources.contracts import all_contracts
from screening.warehouse.connection import open_warehouse
from screening.warehouse.ingesting import IngestSummary, ingest
from screening.warehouse.quarantine import standing
from screening.warehouse.state import State
from tests.end_to_end.small_inbox import AS_OF
from tests.fuzz.mutated_files import mutated_file
from tests.fuzz.seeds import all_seeds

FILES = 70
#: Another campaign than the one that is read file by file.
_CAMPAIGN = 3


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mutated") / "inbox"
    for number in range(FILES):
        made = mutated_file(number, _CAMPAIGN)
        path = folder / made.seed.source / str(number) / made.seed.file_name
        path.parent.mkdir(parents=True)
        path.write_bytes(made.content)
    return folder


@pytest.fixture(scope="module")
def state(inbox: Path) -> State:
    return State(inbox.parent / "state").make()


@pytest.fixture(scope="module")
def summary(inbox: Path, state: State) -> IngestSummary:
    return ingest(inbox, state, AS_OF)


def test_every_file_is_in_the_manifest_and_its_sums_hold(summary: IngestSummary) -> None:
    assert len(summary.inputs) == FILES
    for each in summary.inputs:
        counts = each.counts
        assert counts.read == counts.loaded + counts.quarantined + counts.skipped, each.file
        assert each.status in ("loaded", "quarantined")
    statuses = {each.status for each in summary.inputs}
    assert statuses == {"loaded", "quarantined"}


def test_the_warehouse_holds_what_was_counted(state: State, summary: IngestSummary) -> None:
    # Files with the same bytes are one file.
    files = {each.file_id: each for each in summary.inputs}
    with open_warehouse(state, read_only=True) as connection:
        quarantined = dict(standing(connection, AS_OF).group_by("file_id").len().rows())
        reasons = {
            reason
            for (reason,) in connection.execute(
                "SELECT DISTINCT reason FROM meta.quarantine"
            ).fetchall()
        }
        held = sum(
            connection.execute(f"SELECT count(DISTINCT ref) FROM history.{source}").fetchall()[0][0]
            for source in all_contracts()
        )
        refs = sum(
            connection.execute(f"SELECT count(*) FROM history.{source}").fetchall()[0][0]
            for source in all_contracts()
        )
    assert quarantined == {
        file_id: each.counts.quarantined
        for file_id, each in files.items()
        if each.counts.quarantined
    }
    assert held == refs > 0
    assert "reader_failed" not in reasons
    for reason in reasons:
        assert text(f"quarantine.{reason}", "sv")
        assert text(f"quarantine.{reason}", "en")


def test_the_same_inbox_again_changes_nothing(
    inbox: Path, state: State, summary: IngestSummary
) -> None:
    again = ingest(inbox, state, AS_OF)
    assert [each.file for each in again.inputs] == [each.file for each in summary.inputs]
    told = [(each.counts.read, each.counts.quarantined) for each in again.inputs]
    assert told == [(each.counts.read, each.counts.quarantined) for each in summary.inputs]


def test_every_source_got_some_of_them(summary: IngestSummary) -> None:
    assert {each.source for each in summary.inputs} == {seed.source for seed in all_seeds()}
