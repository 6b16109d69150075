"""Documents read by two processes are those that one reads, whatever becomes of the second."""

import os
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

from screening.sources.delivery import UnreadableFileError
from screening.sources.invoice_xml import reading_ahead, second_process
from screening.sources.invoice_xml.document import InvoiceDocument
from screening.sources.invoice_xml.reading_ahead import ReadingAhead
from screening.sources.invoice_xml.second_process import ProcessEndedError, SecondProcess
from screening.sources.invoice_xml.stored_documents import as_bytes, from_bytes, read_documents_at
from screening.sources.stored_bytes import StoredBytes
from tests.sources import invoice_xml as ubl
from tests.sources import svefaktura_xml as svefaktura

DOCUMENTS = [
    ubl.document(lines=[ubl.line(1), ubl.line(2, amount="1.234")], total="1001.23"),
    svefaktura.document(),
    svefaktura.ATTACHMENTS,
    ubl.document(currency="EUR"),
    ubl.document(lines=[ubl.line(1, amount="x"), ubl.line(2)]),
    ubl.document(lines=[]),
    ubl.document().replace(b"F-17", "F-17 åäö \U0001f9fe".encode()),
    ubl.document()[:-30],
    b"<html><body>503</body></html>",
    b'<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>',
]
#: Put before the second process's own code: some documents are too much for it.
_FRAGILE = """
import os, sys, time
sys.path[:] = sys.argv[1:]
from screening.sources.invoice_xml import stored_documents
read = stored_documents.read_invoice_document
def fragile(content):
    if b"KILL" in content:
        os.kill(os.getpid(), 9)
    if b"SLEEP" in content:
        time.sleep(60)
    if b"BREAK" in content:
        raise ArithmeticError
    return read(content)
stored_documents.read_invoice_document = fragile
stored_documents.serve()
"""


@pytest.fixture
def stored(tmp_path):
    """Documents in a pack and in files of their own, by turns."""

    def store(documents):
        pack, places = tmp_path / "pack", []
        with pack.open("wb") as stream:
            for number, content in enumerate(documents):
                if number % 3:
                    places.append(StoredBytes(str(pack), stream.tell(), len(content)))
                    stream.write(content)
                else:
                    path = tmp_path / str(number)
                    path.write_bytes(content)
                    places.append(StoredBytes(str(path), 0, len(content)))
        return places

    return store


@pytest.fixture
def few_at_a_time(monkeypatch):
    """Every document is worth a process, which is asked for a few at a time."""
    monkeypatch.setattr(reading_ahead, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(reading_ahead, "_PART_DOCUMENTS", 3)
    monkeypatch.setattr(reading_ahead, "_AHEAD", 4)


@pytest.fixture
def fragile(monkeypatch, few_at_a_time):
    monkeypatch.setattr(second_process, "_CODE", _FRAGILE)


@pytest.fixture
def only_there(monkeypatch, few_at_a_time):
    """Nothing may be read in this process."""

    def never(_places):
        raise AssertionError

    monkeypatch.setattr(reading_ahead, "read_documents_at", never)


def told(content):
    """What was read, to be compared."""
    if isinstance(content, UnreadableFileError):
        return content.code, content.values
    return content


def here(places):
    """What this process reads."""
    return [told(content) for content in read_documents_at(places)]


def ahead(places, offered=()):
    """What comes of reading ahead."""
    with ReadingAhead() as reading:
        for part in offered:
            reading.offer(part)
        return [told(content) for content in reading.documents(places)]


ENDED = ("reader_failed", {"error": "ProcessEnded"})


def test_what_travels_arrives_as_it_was(stored):
    read = read_documents_at(stored(DOCUMENTS))
    kinds = [type(content) for content in read]
    assert kinds == [InvoiceDocument] * 7 + [UnreadableFileError] * 3
    arrived = [from_bytes(as_bytes(content)) for content in read]
    assert [told(content) for content in arrived] == [told(content) for content in read]
    assert from_bytes(as_bytes(None)) is None


def test_the_second_process_reads_what_this_one_does(stored, only_there):
    places = stored(DOCUMENTS * 20)
    assert ahead(places) == here(places)


def test_documents_may_be_offered_in_any_order_and_more_than_are_wanted(stored, only_there):
    places = stored(DOCUMENTS * 20)
    offered = [places[start::7] for start in range(7)]
    wanted = [*places[50:], *places[:40], *places[20:60]]
    assert ahead(wanted, offered) == here(wanted)
    assert ahead([], offered) == []


def test_few_documents_are_read_here(stored, monkeypatch):
    def never():
        raise AssertionError

    monkeypatch.setattr(reading_ahead, "SecondProcess", never)
    places = stored(DOCUMENTS * 2)
    assert ahead(places, [places]) == here(places)
    assert ahead([]) == []


def test_what_cannot_be_read_there_is_left_to_whoever_asks(stored, only_there):
    places = stored(DOCUMENTS)
    expected = here(places)
    places[4] = StoredBytes("/nowhere", 0, 5)
    places[5] = StoredBytes(places[5].path, 10**9, 5)
    expected[4] = expected[5] = None
    assert ahead(places) == expected
    assert here(places) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("executable", "/nowhere/python3"),
        ("executable", None),
        ("executable", "/usr/bin/uwsgi"),
        ("frozen", True),
    ],
)
def test_where_no_process_can_be_started_this_one_reads(
    stored, few_at_a_time, monkeypatch, name, value
):
    monkeypatch.setattr(sys, name, value, raising=False)
    with pytest.raises(ProcessEndedError):
        SecondProcess()
    places = stored(DOCUMENTS * 3)
    assert ahead(places, [places]) == here(places)


@pytest.mark.parametrize(
    "code", ["raise SystemExit(1)", "print('hej' * 9)", "import no_such_thing"]
)
def test_where_the_process_is_not_what_it_should_be_this_one_reads(
    stored, few_at_a_time, monkeypatch, code
):
    monkeypatch.setattr(second_process, "_CODE", code)
    places = stored(DOCUMENTS * 3)
    assert ahead(places, [places[:9]]) == here(places)


@pytest.mark.parametrize("is_offered", [False, True])
def test_a_document_that_ends_the_process_is_set_aside_alone(
    stored, fragile, only_there, is_offered
):
    documents = DOCUMENTS * 3
    for killer in (13, 26):
        documents[killer] = ubl.document() + b"<!-- KILL -->"
    places = stored(documents)
    expected = here(places)
    expected[13] = expected[26] = ENDED
    offered = [[place] for place in places] if is_offered else []
    assert ahead(places, offered) == expected


def test_a_process_that_ends_again_and_again_is_done_without(stored, fragile):
    places = stored([ubl.document() + b"<!-- KILL -->"] * 30)
    found = ahead(places)
    failed = found.count(ENDED)
    assert 0 < failed < reading_ahead._MOST_ENDS
    assert found == [ENDED] * failed + here(places)[failed:]


def test_a_document_that_takes_for_ever_is_set_aside(stored, fragile, only_there, monkeypatch):
    monkeypatch.setattr(second_process, "_PATIENCE", 2.0)
    documents = list(DOCUMENTS)
    documents[4] = ubl.document() + b"<!-- SLEEP -->"
    places = stored(documents)
    expected = here(places)
    expected[4] = ENDED
    assert ahead(places) == expected


def test_an_error_that_no_document_should_make_is_left_to_whoever_asks(stored, fragile, only_there):
    places = stored([ubl.document(), ubl.document() + b"<!-- BREAK -->", ubl.document()])
    expected = here(places)
    expected[1] = None
    assert ahead(places) == expected


def test_no_process_is_left_behind(stored, only_there, monkeypatch):
    started = []
    popen = subprocess.Popen

    def noted(*args, **named):
        started.append(popen(*args, **named))
        return started[-1]

    monkeypatch.setattr(second_process.subprocess, "Popen", noted)
    places = stored(DOCUMENTS * 10)
    with ReadingAhead() as reading:
        assert len(list(islice(reading.documents(places), 5))) == 5
    (process,) = started
    assert process.returncode is not None


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_the_process_ends_with_the_one_that_started_it():
    code = (
        "import os; from screening.sources.invoice_xml.second_process import SecondProcess; "
        "second = SecondProcess(); second.ask([]); second.answer(); "
        "print(second._process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == -signal.SIGKILL
    process = int(done.stdout)
    for _ in range(100):
        if not _is_running(process):
            return
        time.sleep(0.1)
    pytest.fail("the second process still runs")


def _is_running(process):
    stat = Path(f"/proc/{process}/stat")
    if stat.parent.parent.is_dir() and Path("/proc/self").exists():
        return stat.is_file() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
