"""Many documents read by a second process while this one works on others."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from types import TracebackType

from screening.sources.delivery import UnreadableFileError
from screening.sources.invoice_xml.second_process import ProcessEndedError, SecondProcess
from screening.sources.invoice_xml.stored_documents import (
    ReadContent,
    from_bytes,
    read_documents_at,
)
from screening.sources.parts_by_size import parts_by_size
from screening.sources.stored_bytes import StoredBytes

#: From so many documents on, starting a process pays.
_WORTH_A_PROCESS = 500
#: Documents travel together: so many, or so many bytes.
_PART_DOCUMENTS = 50
_PART_BYTES = 2 << 20
#: So many parts are asked for before they are wanted.
_AHEAD = 60
#: Of documents that are offered, so many parts are asked for at a time, and so many are kept.
_OFFERED = 6
_MOST_EARLY = 20_000
#: After so many ends of a second process there is none any more.
_MOST_ENDS = 5


class ReadingAhead:
    """A second process and what it has read, for the length of a ``with`` block.

    It is started when there is enough to read. As long as there can be one, nothing is read in this
    process: a document with which the second one ends, once among others and once by itself, is
    ``reader_failed``.
    """

    def __init__(self) -> None:
        self._second: SecondProcess | None = None
        self._ends = 0
        self._offered = 0
        self._early_asked: deque[Sequence[StoredBytes]] = deque()
        self._early: dict[StoredBytes, bytes] = {}

    def __enter__(self) -> "ReadingAhead":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._second is not None:
            self._second.end()

    def offer(self, places: Sequence[StoredBytes]) -> None:
        """Documents that will be wanted, in whatever order: read now if there is time."""
        self._offered += len(places)
        second = self._started() if self._offered >= _WORTH_A_PROCESS else None
        if second is None:
            return
        try:
            self._take_early(second, wait=False)
        except ProcessEndedError:
            self._early_asked.clear()
            self._lose(second)
            return
        if len(self._early_asked) < _OFFERED and len(self._early) < _MOST_EARLY:
            self._early_asked.append(places)
            second.ask(places)

    def documents(self, places: Sequence[StoredBytes]) -> Iterator[ReadContent]:
        """What lies at each of the places, in order; see `read_documents_at`."""
        parts = parts_by_size(places, _PART_BYTES, _PART_DOCUMENTS)
        asked: deque[_Part] = deque()
        if len(places) >= _WORTH_A_PROCESS:
            while (second := self._started()) is not None:
                try:
                    self._take_early(second, wait=True)
                    while len(asked) < _AHEAD and (part := next(parts, None)):
                        asked.append(_Part(part, self._early))
                        second.ask(asked[-1].unknown)
                    if not asked:
                        return
                    answer = second.answer()
                except ProcessEndedError:
                    self._early_asked.clear()
                    yield from self._start_again(second, asked)
                else:
                    yield from asked.popleft().contents(answer)
        for part in chain((each.places for each in asked), parts):
            yield from read_documents_at(part)

    def _started(self) -> SecondProcess | None:
        """The process; None where there can be none, or not any more."""
        if self._second is None and self._ends < _MOST_ENDS:
            try:
                self._second = SecondProcess()
            except ProcessEndedError:
                self._ends = _MOST_ENDS
        return self._second

    def _lose(self, second: SecondProcess) -> None:
        second.end()
        self._second = None
        # One that never began will not begin next time.
        self._ends = self._ends + 1 if second.has_begun else _MOST_ENDS

    def _take_early(self, second: SecondProcess, *, wait: bool) -> None:
        while self._early_asked:
            answer = second.answer() if wait else second.answer_if_there()
            if answer is None:
                return
            self._early.update(zip(self._early_asked.popleft(), answer, strict=True))

    def _start_again(self, last: SecondProcess, asked: "deque[_Part]") -> Iterator[ReadContent]:
        """What the process answered still, and the documents with one of which it ended."""
        self._lose(last)
        with suppress(ProcessEndedError):
            while asked:
                answer = last.answer()
                yield from asked.popleft().contents(answer)
        if last.has_begun and asked:
            part = asked.popleft()
            for place, known in zip(part.places, part.known, strict=True):
                yield self._read_alone(place) if known is None else from_bytes(known)
        second = self._started()
        if second is not None:
            for part in asked:
                second.ask(part.unknown)

    def _read_alone(self, place: StoredBytes) -> ReadContent:
        second = self._started()
        if second is None:
            return read_documents_at([place])[0]
        second.ask([place])
        try:
            (answer,) = second.answer()
        except ProcessEndedError:
            self._lose(second)
            if second.has_begun:
                return UnreadableFileError("reader_failed", error="ProcessEnded")
            return self._read_alone(place)
        return from_bytes(answer)


class _Part:
    """Documents that are asked for together, but for those that are read already."""

    def __init__(self, places: list[StoredBytes], early: dict[StoredBytes, bytes]) -> None:
        self.places = places
        self.known = [early.pop(place, None) for place in places]

    @property
    def unknown(self) -> list[StoredBytes]:
        return [p for p, known in zip(self.places, self.known, strict=True) if known is None]

    def contents(self, answer: list[bytes]) -> Iterator[ReadContent]:
        answers = iter(answer)
        for known in self.known:
            yield from_bytes(next(answers) if known is None else known)
