"""What lies in the inbox is kept as received, once, with the day on which it came."""

import os
from datetime import date
from pathlib import Path
from threading import get_ident
from time import sleep

import pytest

from screening.sources.delivery import ReadWarning
from screening.warehouse import receiving
from screening.warehouse.inbox import InboxFile
from screening.warehouse.receiving import _kept, date_in_name, receive
from screening.warehouse.state import State

DAY = date(2026, 11, 20)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state").make()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def put(inbox: Path, name: str, content: bytes = b"a;b\n1;2\n") -> Path:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("permits-2026-11-16.csv", date(2026, 11, 16)),
        ("ivo_20261116_v2.csv", date(2026, 11, 16)),
        ("2026.01.01-2026.03.31.csv", date(2026, 3, 31)),
        ("ledger-2026-11.csv", None),
        ("order-20269999.csv", None),
        ("5560261116.csv", None),
        ("a-2026-1116.csv", None),
    ],
)
def test_only_a_full_date_in_the_name_counts(name: str, expected: date | None) -> None:
    assert date_in_name(name) == expected


def test_the_raw_copy_is_what_was_delivered(inbox: Path, state: State) -> None:
    put(inbox, "permits/extract.csv", b"\xff\xfeodd bytes\x00")
    (arrival,) = receive(inbox, state, DAY).arrivals
    assert arrival.delivery.path.read_bytes() == b"\xff\xfeodd bytes\x00"
    assert arrival.delivery.source == "permits"
    assert arrival.delivery.name == "permits/extract.csv"
    assert "extract" not in arrival.delivery.path.name


def test_a_file_keeps_the_day_on_which_it_first_came(inbox: Path, state: State) -> None:
    put(inbox, "permits/extract.csv")
    receive(inbox, state, DAY)
    (again,) = receive(inbox, state, date(2026, 12, 1)).arrivals
    assert again.delivery.received_on == DAY
    assert again.delivery.as_of == DAY
    assert again.as_of_origin == "received"


def test_a_date_in_the_name_wins_unless_it_lies_ahead(inbox: Path, state: State) -> None:
    put(inbox, "debts/answer-2026-11-02.csv", b"1")
    put(inbox, "debts/answer-2026-12-24.csv", b"2")
    told, ahead = receive(inbox, state, DAY).arrivals
    assert (told.delivery.as_of, told.as_of_origin) == (date(2026, 11, 2), "file name")
    assert (ahead.delivery.as_of, ahead.as_of_origin) == (DAY, "received")


def test_what_belongs_nowhere_is_named(inbox: Path, state: State) -> None:
    put(inbox, "readme.txt")
    put(inbox, "permit/extract.csv")
    put(inbox, "permits/.DS_Store")
    put(inbox, "permits/~$extract.xlsx")
    received = receive(inbox, state, DAY)
    assert not received.arrivals
    assert [(warning.code, warning.values["file"]) for warning in received.warnings] == [
        ("unknown_source", "permit/extract.csv"),
        ("file_outside_source", "readme.txt"),
    ]
    assert received.warnings[0].values["nearest"] == "permits"


def test_folder_names_are_read_in_any_case_and_depth(inbox: Path, state: State) -> None:
    put(inbox, "Invoices/2026/q1/ledger.csv")
    (arrival,) = receive(inbox, state, DAY).arrivals
    assert arrival.delivery.source == "invoices"


def test_links_and_pipes_are_named_and_left_alone(
    inbox: Path, state: State, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not delivered")
    (inbox / "permits").mkdir()
    (inbox / "permits" / "link.csv").symlink_to(secret)
    os.mkfifo(inbox / "permits" / "pipe.csv")
    received = receive(inbox, state, DAY)
    assert not received.arrivals
    assert [warning.code for warning in received.warnings] == ["not_a_regular_file"] * 2


def test_no_inbox_is_said(state: State, tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="nowhere"):
        receive(tmp_path / "nowhere", state, DAY)


def _small_parts(count: int) -> list[list[InboxFile]]:
    return [[InboxFile("", str(place), "invoices", 10)] for place in range(count)]


def test_small_files_of_an_inbox_far_off_are_taken_by_several_threads_in_order() -> None:
    threads = set()

    def wait_for_it(files: list[InboxFile]) -> list[tuple[InboxFile, ReadWarning]]:
        threads.add(get_ident())
        sleep(0.1)
        return [(file, ReadWarning("still_being_written")) for file in files]

    parts = _small_parts(12)
    kept = list(_kept(iter(parts), wait_for_it))
    assert [[file for file, _ in part] for part in kept] == parts
    assert len(threads) > 2


def test_small_files_at_hand_are_taken_without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "_FAR_SECONDS", 60)  # however busy the machine is
    threads = set()

    def at_once(files: list[InboxFile]) -> list[tuple[InboxFile, ReadWarning]]:
        threads.add(get_ident())
        return [(file, ReadWarning("still_being_written")) for file in files]

    large = [InboxFile("", "large", "invoices", 1 << 30)]
    parts = _small_parts(8)
    kept = list(_kept(iter([*parts, large]), at_once))
    assert [[file for file, _ in part] for part in kept] == [*parts, large]
    assert len(threads) == 2
    assert get_ident() in threads
