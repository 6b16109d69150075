"""From the inbox to the raw store: what lies there, kept as received, by content hash."""

import errno
import hashlib
import os
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from threading import get_ident
from time import perf_counter, thread_time
from typing import Literal, NamedTuple

from screening.sources.delivery import Delivery, ReadWarning
from screening.sources.parts_by_size import parts_by_size
from screening.sources.reading import starts_like_xml
from screening.sources.stored_bytes import StoredBytes
from screening.warehouse.inbox import InboxFile, files_of
from screening.warehouse.packs import PackWriter
from screening.warehouse.raw_copies import is_kept_alone, keep_alone, raw_path
from screening.warehouse.receipts import Receipts
from screening.warehouse.state import State

_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d{2})([-_.]?)(\d{2})\2(\d{2})(?!\d)")

_SMALL_BYTES = 1 << 20
_HEAD_BYTES = 1 << 10
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)
#: Small files are taken together: so many, or so many bytes.
_PART_FILES = 64
_PART_BYTES = 1 << 20
_AT_A_TIME = 4
#: Files are far where a part of them takes so many times as long as the work on it, and a while.
_FAR = 4
_FAR_SECONDS = 0.05

AsOfOrigin = Literal["file name", "received"]


class NoInboxError(NotADirectoryError):
    """There is no such inbox."""


@dataclass(frozen=True)
class Arrival:
    """A delivery, where its date comes from, its size in bytes, and whether it starts like XML."""

    delivery: Delivery
    as_of_origin: AsOfOrigin
    size: int = 0
    is_xml: bool = False


@dataclass
class Received:
    """Everything that lay in the inbox, in a fixed order, and what could not be taken."""

    arrivals: list[Arrival] = field(default_factory=list)
    warnings: list[ReadWarning] = field(default_factory=list)


def date_in_name(name: str) -> date | None:
    """The last full date in a file's name (``2026-11-16``, ``20261116``), None without one."""
    found = None
    if "20" not in name:  # quicker to see, and true of most names
        return None
    for year, _, month, day in _DATE_IN_NAME.findall(name):
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            continue
    return found


class _Kept(NamedTuple):
    """What a file is: SHA-256, size, what it starts like, and its bytes if it is to be packed."""

    sha256: str
    size: int
    is_xml: bool
    to_pack: bytes | None = None


_KeptFiles = list[tuple[InboxFile, _Kept | ReadWarning]]


def _kept(
    parts: Iterator[list[InboxFile]], keep: Callable[[list[InboxFile]], _KeptFiles]
) -> Iterator[_KeptFiles]:
    """Each part as it is kept, in order.

    Large files are hashed two at a time. Threads that take small ones get in each other's way,
    unless the inbox lies so far off that they mostly wait for it.
    """
    waiting: deque[Callable[[], _KeptFiles]] = deque()
    is_far = False
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        for part in parts:
            if is_far or part[0].size > _SMALL_BYTES:
                waiting.append(pool.submit(keep, part).result)
            else:
                started, worked = perf_counter(), thread_time()
                waiting.append(partial(list, keep(part)))
                worked = thread_time() - worked
                is_far = perf_counter() - started > _FAR * worked + _FAR_SECONDS
            while len(waiting) > _AT_A_TIME:
                yield waiting.popleft()()
        while waiting:
            yield waiting.popleft()()


def _keep_each(files: list[InboxFile], state: State, receipts: Receipts) -> _KeptFiles:
    """Each file with what it is, or why it could not be taken."""
    kept: _KeptFiles = []
    for file in files:
        try:
            kept.append((file, _keep(file, state, receipts)))
        except InterruptedError:
            kept.append((file, ReadWarning("still_being_written")))
        except OSError as error:
            kept.append((file, ReadWarning("cannot_open", {"why": error.strerror or "?"})))
    return kept


def _keep(file: InboxFile, state: State, receipts: Receipts) -> _Kept:
    """Copy a file into the raw store, but for documents, which the caller puts into a pack.

    Raises:
        OSError: it cannot be read.
        InterruptedError: somebody is still writing it.
    """
    opened = os.open(file.path, _READ)
    try:
        before = os.fstat(opened)
        if before.st_size <= _SMALL_BYTES:
            content = _content(file, opened, before.st_size)
            return _keep_small(file, before, content, state, receipts)
    finally:
        os.close(opened)
    path = Path(file.path)
    # Two files of the same content may be kept at the same time.
    beside = state.raw / f"{get_ident()}.part"
    head, digest = _digest_and_copy(path, beside, receipts.has_one_as_large(before.st_size))
    kept = raw_path(state, digest)
    if not beside.is_file() and not kept.is_file():
        shutil.copyfile(path, beside)
    if _has_changed(file, before):
        beside.unlink(missing_ok=True)
        raise InterruptedError("still being written")
    if kept.is_file():
        beside.unlink(missing_ok=True)
    else:
        kept.parent.mkdir(exist_ok=True)
        beside.replace(kept)
    return _Kept(digest, before.st_size, starts_like_xml(head))


def _keep_small(
    file: InboxFile, before: os.stat_result, content: bytes, state: State, receipts: Receipts
) -> _Kept:
    """As `_keep`, with as few calls of the system as can be: there may be many thousand files."""
    if len(content) != before.st_size or _has_changed(file, before):
        raise InterruptedError("still being written")
    digest = hashlib.sha256(content).hexdigest()
    is_xml = starts_like_xml(content[:_HEAD_BYTES])
    is_document = is_xml and file.source == "invoices"
    is_packed = is_document and receipts.packed(digest) is not None
    if is_packed or is_kept_alone(state, digest, len(content)):
        return _Kept(digest, len(content), is_xml)
    if is_document:
        return _Kept(digest, len(content), is_xml, content)
    keep_alone(state, digest, content)
    return _Kept(digest, len(content), is_xml)


def _content(_file: InboxFile, opened: int, size: int) -> bytes:
    """The bytes of a file of such a size; more where it has grown."""
    return os.read(opened, size + 1)


def _has_changed(file: InboxFile, before: os.stat_result) -> bool:
    after = os.stat(file.path)  # noqa: PTH116 - a Path costs more than the call
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)


def _digest_and_copy(path: Path, beside: Path, is_known_maybe: bool) -> tuple[bytes, str]:
    """First bytes and hash of a large file, which is copied meanwhile if it looks new."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        stream.seek(0)
        if is_known_maybe:
            return head, hashlib.file_digest(stream, "sha256").hexdigest()
        with ThreadPoolExecutor(1) as pool:
            copying = pool.submit(shutil.copyfile, path, beside)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            copying.result()
        return head, digest


def nobody(_places: Sequence[StoredBytes]) -> None:
    """Nobody waits for documents."""


def receive(
    inbox: Path,
    state: State,
    as_of: date,
    offer: Callable[[Sequence[StoredBytes]], None] = nobody,
) -> Received:
    """Take every file of the inbox into the raw store.

    A file that is new counts as received on ``as_of``; one that was here before keeps its day. A
    file cannot be truer than the day it came: a later date in its name is not believed. Documents
    that are new are told to ``offer`` as soon as they lie in a pack.

    Raises:
        NoInboxError: there is no such inbox.
        OSError: the raw store cannot be written.
    """
    if not inbox.is_dir():
        raise NoInboxError(errno.ENOTDIR, "no such inbox", str(inbox))
    files, warnings = files_of(inbox)
    received = Received(warnings=warnings)
    with Receipts(state) as receipts, PackWriter(state, as_of) as pack:
        keep = partial(_keep_each, state=state, receipts=receipts)
        for part in _kept(parts_by_size(files, _PART_BYTES, _PART_FILES), keep):
            for file, outcome in part:
                if isinstance(outcome, ReadWarning):
                    told = ReadWarning(outcome.code, {"file": file.name, **outcome.values})
                    received.warnings.append(told)
                else:
                    received.arrivals.append(_arrival(file, outcome, state, as_of, receipts, pack))
            written = pack.write()
            receipts.write()
            if written:
                offer(written)
    return received


def _arrival(
    file: InboxFile, kept: _Kept, state: State, as_of: date, receipts: Receipts, pack: PackWriter
) -> Arrival:
    packed = receipts.packed(kept.sha256)
    if packed is None and kept.to_pack is not None:
        packed = pack.add(kept.sha256, kept.to_pack)
    came = receipts.received_on(kept.sha256, file.source, file.name, kept.size, as_of, packed)
    named = date_in_name(file.name.rpartition("/")[2])
    from_name = named is not None and named <= came
    delivery = Delivery(
        path=raw_path(state, kept.sha256),
        name=file.name,
        source=file.source,
        sha256=kept.sha256,
        received_on=came,
        as_of=named if named is not None and from_name else came,
        packed=packed if file.source == "invoices" else None,
    )
    return Arrival(delivery, "file name" if from_name else "received", kept.size, kept.is_xml)
