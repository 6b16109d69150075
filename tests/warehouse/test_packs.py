"""Documents that are a file each are kept together, and are found like any other raw copy."""

import json
import subprocess
import tarfile
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.sources.stored_bytes import StoredBytes, read_stored
from screening.warehouse.packs import PackWriter, pack_folder
from screening.warehouse.raw_copies import raw_copy, raw_path
from screening.warehouse.receipts import Receipts
from screening.warehouse.receiving import receive
from screening.warehouse.state import State

DAY = date(2026, 11, 20)
DOCUMENTS = [f"<Invoice>{number}</Invoice>".encode() * (number + 1) for number in range(100)]


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state").make()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    for number, content in enumerate(DOCUMENTS):
        put(folder, f"invoices/{number:03d}.xml", content)
    return folder


def put(inbox: Path, name: str, content: bytes) -> None:
    (inbox / name).parent.mkdir(parents=True, exist_ok=True)
    (inbox / name).write_bytes(content)


def packs(state: State) -> list[Path]:
    return sorted(pack_folder(state).iterdir()) if pack_folder(state).is_dir() else []


def contents(received) -> list[bytes]:
    copies = [arrival.delivery.packed for arrival in received.arrivals]
    assert None not in copies
    return list(read_stored(copies))


def test_documents_lie_in_one_pack_as_received(inbox: Path, state: State) -> None:
    received = receive(inbox, state, DAY)
    assert contents(received) == DOCUMENTS
    (pack,) = packs(state)
    with tarfile.open(pack) as archive:
        kept = {each.name: archive.extractfile(each).read() for each in archive}
    digests = [sha256(content).hexdigest() for content in DOCUMENTS]
    assert kept == {f"{d[:2]}/{d}": c for d, c in zip(digests, DOCUMENTS, strict=True)}
    assert [arrival.delivery.sha256 for arrival in received.arrivals] == digests


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.binary(max_size=1500), min_size=1, max_size=8))
def test_any_tool_can_unpack_a_pack(state: State, documents: list[bytes]) -> None:
    with PackWriter(state, DAY) as pack:
        copies = []
        for content in documents:
            copies.append(pack.add(sha256(content).hexdigest(), content))
            if len(content) % 2:
                pack.write()
    assert list(read_stored(copies)) == documents
    with tarfile.open(copies[0].path, "r:") as archive:
        members = archive.getmembers()
        assert [archive.extractfile(each).read() for each in members] == documents
        assert [each.name[3:] for each in members] == [sha256(d).hexdigest() for d in documents]
    Path(copies[0].path).unlink()


def test_nothing_is_kept_twice(inbox: Path, state: State) -> None:
    put(inbox, "invoices/again.xml", DOCUMENTS[3])
    first = receive(inbox, state, DAY)
    assert len(first.arrivals) == len(DOCUMENTS) + 1
    (pack,) = packs(state)
    size, receipts = pack.stat().st_size, (state.raw / "receipts.jsonl").read_bytes()
    again = receive(inbox, state, date(2026, 11, 27))
    assert [each.delivery for each in again.arrivals] == [each.delivery for each in first.arrivals]
    assert packs(state) == [pack]
    assert pack.stat().st_size == size
    assert (state.raw / "receipts.jsonl").read_bytes() == receipts
    assert receipts.count(b"\n") == len(DOCUMENTS)


def test_what_came_before_packs_were_stays_where_it_is(inbox: Path, state: State) -> None:
    for content in DOCUMENTS:
        path = raw_path(state, sha256(content).hexdigest())
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    received = receive(inbox, state, DAY)
    assert [each.delivery.packed for each in received.arrivals] == [None] * len(DOCUMENTS)
    assert [each.delivery.path.read_bytes() for each in received.arrivals] == DOCUMENTS
    assert packs(state) == []


def test_other_files_and_other_sources_have_copies_of_their_own(
    tmp_path: Path, state: State
) -> None:
    inbox = tmp_path / "other"
    put(inbox, "invoices/ledger.csv", b"a;b\n1;2\n")
    put(inbox, "invoices/one.xml", DOCUMENTS[0])
    put(inbox, "sanctions/one.xml", DOCUMENTS[0])
    put(inbox, "invoices/large.xml", b"<a>" + b"x" * (1 << 20) + b"</a>")
    received = receive(inbox, state, DAY)
    by_name = {each.delivery.name: each.delivery for each in received.arrivals}
    packed = {name for name, delivery in by_name.items() if delivery.packed is not None}
    assert packed == {"invoices/one.xml"}
    for name in by_name.keys() - packed:
        assert by_name[name].path.read_bytes() == (inbox / name).read_bytes()


def test_a_document_is_taken_out_for_those_who_ask_for_a_file(inbox: Path, state: State) -> None:
    receive(inbox, state, DAY)
    digest = sha256(DOCUMENTS[7]).hexdigest()
    assert not raw_path(state, digest).exists()
    assert raw_copy(state, digest).read_bytes() == DOCUMENTS[7]
    assert raw_copy(state, digest) == raw_path(state, digest)
    gone = raw_copy(state, "ab" * 32)
    assert not gone.exists()


def test_what_is_not_what_was_received_is_not_given(inbox: Path, state: State) -> None:
    receive(inbox, state, DAY)
    receipts = state.raw / "receipts.jsonl"
    lines = [json.loads(line) for line in receipts.read_bytes().splitlines()]
    lines[7]["start"] += 1
    receipts.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert not raw_copy(state, lines[7]["sha256"]).exists()


@pytest.mark.parametrize("damage", ["lost", "cut", "no receipts", "cut receipts"])
def test_a_damaged_raw_store_is_filled_again_from_the_inbox(
    inbox: Path, state: State, damage: str
) -> None:
    receive(inbox, state, DAY)
    (pack,) = packs(state)
    receipts = state.raw / "receipts.jsonl"
    if damage == "lost":
        pack.unlink()
    elif damage == "cut":
        pack.write_bytes(pack.read_bytes()[: pack.stat().st_size // 2])
    elif damage == "no receipts":
        receipts.unlink()
    else:
        receipts.write_bytes(receipts.read_bytes()[:-5000])
    later = date(2026, 11, 27)
    again = receive(inbox, state, later)
    assert contents(again) == DOCUMENTS
    # A day is lost with its receipt only.
    days = [each.delivery.received_on for each in again.arrivals]
    assert days[0] == (later if damage == "no receipts" else DAY)
    assert set(days) == ({DAY} if damage in {"lost", "cut"} else {days[0], later})
    third = receive(inbox, state, later)
    assert [each.delivery for each in third.arrivals] == [each.delivery for each in again.arrivals]


_KILLED = """
import os, sys
from datetime import date
from pathlib import Path
from screening.warehouse import receiving, packs
from screening.warehouse.state import State
inbox, folder, writes = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
write, done = packs.os.write, 0
class Killed:
    def __getattr__(self, name):
        return getattr(os, name)
    def write(self, file, data):
        global done
        done += 1
        if done > writes:
            write(file, data[: len(data) // 2])
            os.kill(os.getpid(), 9)
        return write(file, data)
packs.os = Killed()
receiving._PART_FILES = 20
receiving.receive(inbox, State(folder).make(), date(2026, 11, 20))
"""


@pytest.mark.parametrize("writes", [0, 2])
def test_a_killed_run_leaves_receipts_only_for_what_is_kept(
    inbox: Path, state: State, writes: int
) -> None:
    import sys

    command = [sys.executable, "-c", _KILLED, str(inbox), str(state.folder), str(writes)]
    assert subprocess.run(command, check=False).returncode == -9
    (left,) = packs(state)
    with Receipts(state) as receipts:
        known = [receipts.packed(sha256(content).hexdigest()) for content in DOCUMENTS]
    assert [each is not None for each in known] == [n < writes * 20 for n in range(100)]
    told = [each for each in known if each is not None]
    assert list(read_stored(told)) == DOCUMENTS[: writes * 20]
    received = receive(inbox, state, DAY)
    assert contents(received) == DOCUMENTS
    assert left in packs(state)
    assert len(packs(state)) == 2


def test_a_pack_that_is_cut_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(b"12345")
    with pytest.raises(OSError, match="shorter"):
        list(read_stored([StoredBytes(str(path), 2, 3), StoredBytes(str(path), 3, 3)]))
