"""A second process that reads documents while this one does something else.

Reading XML keeps the interpreter busy, so that threads would wait for each other. The process is a
plain child that does nothing but read, asked and answered through pipes: it can be started
whatever threads and locks this one has, and ends with it.
"""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

from screening.sources.invoice_xml.stored_documents import (
    READY,
    receive,
    send,
)
from screening.sources.stored_bytes import StoredBytes

_CODE = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from screening.sources.invoice_xml.stored_documents import serve; serve()"
)
#: A process that says nothing for so many seconds, asked for a second's work, will not answer.
_PATIENCE = 60.0
#: So long may it take to start, on a machine that has much else to do.
_PATIENCE_AT_START = 120.0


class ProcessEndedError(Exception):
    """The process ended, or had to be ended."""


class SecondProcess:
    """The process. Questions are answered in their order.

    Attributes:
        has_begun: it was heard to be ready.

    Raises:
        ProcessEndedError: there can be none here.
    """

    def __init__(self) -> None:
        self.has_begun = False
        self._is_settled = Event()
        self._is_over = False
        self._told: SimpleQueue[list[tuple[object, ...]] | None] = SimpleQueue()
        self._heard: SimpleQueue[list[bytes] | None] = SimpleQueue()
        if not _can_start():
            raise ProcessEndedError
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this Python, with code of ours
                [sys.executable, "-c", _CODE, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except (OSError, ValueError) as error:
            raise ProcessEndedError from error
        # Each way has a thread, so that nobody here ever waits for a process that does not answer.
        self._threads = [
            Thread(target=way, name="second process", daemon=True)
            for way in (self._tell, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, places: Sequence[StoredBytes]) -> None:
        """Ask for documents."""
        self._told.put([tuple(place) for place in places])

    def answer(self) -> list[bytes]:
        """The next answer, waited for; its documents are to be had with `from_bytes`.

        Raises:
            ProcessEndedError: there will be none.
        """
        answer = self._next_heard(wait=True)
        if answer is None:
            self.end()
            self._is_over = True
            raise ProcessEndedError
        return answer

    def answer_if_there(self) -> list[bytes] | None:
        """The next answer; None where there is none yet.

        Raises:
            ProcessEndedError: there will be none.
        """
        return self._next_heard(wait=False)

    def end(self) -> None:
        """End it, whatever it is at. What it answered before can still be had."""
        self._process.kill()
        self._process.wait()
        self._told.put(None)
        for thread in self._threads:
            thread.join()

    def _next_heard(self, *, wait: bool) -> list[bytes] | None:
        if self._is_over:
            raise ProcessEndedError
        if wait:
            self._is_settled.wait(_PATIENCE_AT_START)
        try:
            heard = self._heard.get(block=wait, timeout=_PATIENCE)
        except Empty:
            return None
        if heard is None:
            self._is_over = True
            raise ProcessEndedError
        return heard

    def _tell(self) -> None:
        stream = self._process.stdin
        assert stream is not None  # noqa: S101 - it was asked for
        # Where it ended, there will be no answer: that says enough.
        with suppress(OSError), stream:
            while (places := self._told.get()) is not None:
                send(stream, places)

    def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        with self._process.stdout as stream, suppress(Exception):  # it ended, or is something else
            self.has_begun = receive(stream) == READY
            self._is_settled.set()
            while self.has_begun:
                self._heard.put(list(receive(stream)))  # type: ignore[call-overload]
        self._heard.put(None)
        self._is_settled.set()


def _can_start() -> bool:
    """Whether ``sys.executable`` is a Python: a program that has one built in may be anything."""
    is_built_in = getattr(sys, "frozen", False)
    return not is_built_in and "python" in Path(sys.executable or "").name.lower()
