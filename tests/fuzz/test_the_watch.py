"""The fuzz tests see what they are there to see: each law is broken on purpose once."""

import os
import socket
import time
from pathlib import Path

import polars as pl
import pytest

from screening.sources import reading
from tests.fuzz import campaign, laws
from tests.fuzz.seeds import Seed, all_seeds


@pytest.fixture
def seed_file(tmp_path: Path) -> tuple[Seed, Path]:
    seed = next(seed for seed in all_seeds() if seed.name == "debts-csv")
    path = tmp_path / "raw"
    path.write_bytes(seed.content)
    return seed, path


def problems(path: Path, rows: int | None = None) -> tuple[str, ...]:
    return laws.outcome_of(path, "x.csv", "debts", path.parent, rows).problems


def test_a_seed_breaks_no_law(seed_file: tuple[Seed, Path]) -> None:
    assert problems(seed_file[1], rows=12) == ()


def test_a_lost_row_is_seen(seed_file: tuple[Seed, Path]) -> None:
    assert problems(seed_file[1], rows=13) == ("count: 12 rows read, 0 left out, of 13",)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda batch: setattr(batch, "rows_read", 5), "sum: 5 != 12 + 0"),
        (lambda batch: setattr(batch, "rows", batch.rows.drop("orgnr")), "schema"),
        (
            lambda batch: setattr(
                batch, "rows", batch.rows.with_columns(row_no=pl.lit(2, dtype=pl.Int64))
            ),
            "row number twice",
        ),
        (
            lambda batch: batch.warnings.append(laws.ReadWarning("no_such_warning")),
            "no text for warnings.no_such_warning in sv",
        ),
        (
            lambda batch: setattr(
                batch, "rows", batch.rows.with_columns(origin=pl.lit(laws.SECRET))
            ),
            "a file outside was read",
        ),
    ],
)
def test_a_broken_batch_is_seen(damage, problem, seed_file, monkeypatch) -> None:
    def damaged(*arguments):
        for batch in reading.read_delivery(*arguments):
            damage(batch)
            yield batch

    monkeypatch.setattr(laws, "read_delivery", damaged)
    assert any(told.startswith(problem) for told in problems(seed_file[1]))


@pytest.mark.parametrize(
    ("failure", "problem"),
    [
        (ValueError("x"), "crash: ValueError: x"),
        (laws.UnreadableFileError("reader_failed"), "reader_failed"),
        (laws.UnreadableFileError("no_such"), "no text for quarantine.no_such in sv"),
    ],
)
def test_a_failure_of_the_reader_is_seen(failure, problem, seed_file, monkeypatch) -> None:
    def failing(*_):
        raise failure
        yield

    monkeypatch.setattr(laws, "read_delivery", failing)
    assert problem in problems(seed_file[1])


def _hang() -> None:
    time.sleep(60)


def _die() -> None:
    os.abort()


def _open_outside() -> None:
    Path("/etc/hostname").read_bytes()


def _call_out() -> None:
    with socket.socket() as outgoing:
        outgoing.settimeout(1)
        outgoing.connect_ex(("127.0.0.1", 9))


@pytest.mark.parametrize(
    ("mischief", "problem"),
    [
        (_hang, "no end after 1 s"),
        (_die, "the process died"),
        (_open_outside, "forbidden: open /etc/hostname"),
        (_call_out, "forbidden: socket."),
    ],
)
def test_a_worker_in_trouble_is_seen_and_the_others_go_on(mischief, problem, monkeypatch) -> None:
    monkeypatch.setattr(campaign, "LONGEST_SECONDS", 1.0)
    report = campaign.run(range(3), mischief={1: mischief})
    assert {finding.number for finding in report.findings} == {1}
    assert any(finding.problem.startswith(problem) for finding in report.findings)
    assert report.files >= 2
