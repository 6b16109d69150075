"""From the inbox to the raw store: what lies there, kept as received, by content hash."""

import errno
import hashlib
import os
import re
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import get_ident
from typing import Literal

from rapidfuzz import process

from screening.sources.contracts import all_contracts
from screening.sources.delivery import Delivery, ReadWarning
from screening.warehouse.receipts import Receipts
from screening.warehouse.state import State

#: Files that systems leave behind and nobody delivered.
_CLUTTER = ("~$", ".", "Thumbs.db", "desktop.ini")
_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d{2})([-_.]?)(\d{2})\2(\d{2})(?!\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_SMALL_BYTES = 1 << 20
_HEAD_BYTES = 1 << 10
_AT_A_TIME = 2

AsOfOrigin = Literal["file name", "received"]


class NoInboxError(NotADirectoryError):
    """There is no such inbox."""


@dataclass(frozen=True)
class Arrival:
    """A delivery, where its date comes from, its size in bytes and its first ones."""

    delivery: Delivery
    as_of_origin: AsOfOrigin
    size: int = 0
    head: bytes = b""


@dataclass
class Received:
    """Everything that lay in the inbox, in a fixed order, and what could not be taken."""

    arrivals: list[Arrival] = field(default_factory=list)
    warnings: list[ReadWarning] = field(default_factory=list)


def date_in_name(name: str) -> date | None:
    """The last full date in a file's name (``2026-11-16``, ``20261116``), None without one."""
    found = None
    for year, _, month, day in _DATE_IN_NAME.findall(name):
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            continue
    return found


def _is_clutter(name: str) -> bool:
    return name.startswith(_CLUTTER[:2]) or name in _CLUTTER[2:]


def _files_below(inbox: Path, received: Received) -> list[Path]:
    """Every file below the inbox, sorted; links to folders are there but not followed."""
    found: list[Path] = []

    def tell(error: OSError) -> None:
        name = shown_name(Path(error.filename), inbox)
        received.warnings.append(
            ReadWarning("cannot_open", {"file": name, "why": error.strerror or "?"})
        )

    for folder, subfolders, names in os.walk(inbox, onerror=tell, followlinks=False):
        subfolders[:] = [name for name in subfolders if not _is_clutter(name)]
        links = [name for name in subfolders if Path(folder, name).is_symlink()]
        found += [Path(folder, name) for name in (*names, *links) if not _is_clutter(name)]
    return sorted(found, key=lambda path: path.relative_to(inbox).as_posix())


def shown_name(path: Path, inbox: Path) -> str:
    """A file's path inside the inbox, as text that can be written and shown anywhere.

    Names come from other systems too: those not in UTF-8 are read as cp1252, the old encoding of
    Swedish Windows, and control characters, which a terminal would obey, are replaced.
    """
    name = path.relative_to(inbox).as_posix()
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("cp1252", errors="replace")
    return _CONTROL.sub("\ufffd", name)


def _source_of(name: str, received: Received) -> str | None:
    parts = Path(name).parts
    if len(parts) == 1:
        received.warnings.append(ReadWarning("file_outside_source", {"file": parts[0]}))
        return None
    folder = parts[0]
    contracts = all_contracts()
    if folder.lower() in contracts:
        return folder.lower()
    nearest = process.extractOne(folder.lower(), list(contracts))
    suggestion = nearest[0] if nearest else ""
    received.warnings.append(
        ReadWarning(
            "unknown_source",
            {"folder": folder, "file": name, "nearest": suggestion},
        )
    )
    return None


def _keep(path: Path, state: State, receipts: Receipts) -> tuple[str, int, bytes]:
    """Copy a file into the raw store; its SHA-256, size and first bytes.

    Raises:
        OSError: it cannot be read.
        InterruptedError: somebody is still writing it.
    """
    before = path.stat()
    if before.st_size <= _SMALL_BYTES:
        return _keep_small(path, before, state)
    # Two files of the same content may be kept at the same time.
    beside = state.raw / f"{get_ident()}.part"
    head, digest = _digest_and_copy(path, beside, receipts.has_one_as_large(before.st_size))
    kept = raw_path(state, digest)
    if not beside.is_file() and not kept.is_file():
        shutil.copyfile(path, beside)
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        beside.unlink(missing_ok=True)
        raise InterruptedError("still being written")
    if kept.is_file():
        beside.unlink(missing_ok=True)
    else:
        kept.parent.mkdir(exist_ok=True)
        beside.replace(kept)
    return digest, before.st_size, head


def _keep_small(path: Path, before: os.stat_result, state: State) -> tuple[str, int, bytes]:
    """As `_keep`, with as few calls of the system as can be: there may be many thousand files."""
    content = _content(path)
    digest = hashlib.sha256(content).hexdigest()
    folder = f"{state.raw}/{digest[:2]}"
    kept = f"{folder}/{digest}"
    is_new = not os.path.exists(kept)  # noqa: PTH110 - a Path costs more than the call
    if is_new:
        beside = f"{state.raw}/{get_ident()}.part"
        with open(beside, "wb", buffering=0) as stream:  # noqa: PTH123
            stream.write(content)
    after = os.stat(path)  # noqa: PTH116
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        if is_new:
            os.unlink(beside)  # noqa: PTH108
        raise InterruptedError("still being written")
    if is_new:
        try:
            os.replace(beside, kept)  # noqa: PTH105
        except FileNotFoundError:
            Path(folder).mkdir(exist_ok=True)
            os.replace(beside, kept)  # noqa: PTH105
    return digest, before.st_size, content[:_HEAD_BYTES]


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


def _content(path: Path) -> bytes:
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123
        return stream.read()


def raw_path(state: State, sha256: str) -> Path:
    """Where the raw copy of a file lies."""
    return state.raw / sha256[:2] / sha256


def receive(inbox: Path, state: State, as_of: date) -> Received:
    """Take every file of the inbox into the raw store.

    A file that is new counts as received on ``as_of``; one that was here before keeps its day. A
    file cannot be truer than the day it came: a later date in its name is not believed.

    Raises:
        NoInboxError: there is no such inbox.
    """
    if not inbox.is_dir():
        raise NoInboxError(errno.ENOTDIR, "no such inbox", str(inbox))
    received = Received()
    files: list[tuple[Path, str, str]] = []
    for path in _files_below(inbox, received):
        name = shown_name(path, inbox)
        if not stat.S_ISREG(path.lstat().st_mode):
            received.warnings.append(ReadWarning("not_a_regular_file", {"file": name}))
            continue
        source = _source_of(name, received)
        if source is not None:
            files.append((path, name, source))
    # Disks answer several at a time, and hashing needs no interpreter.
    with Receipts(state) as receipts, ThreadPoolExecutor(_AT_A_TIME) as pool:
        kept = pool.map(lambda file: _kept_or_failure(file[0], state, receipts), files)
        for (_, name, source), outcome in zip(files, kept, strict=True):
            if isinstance(outcome, ReadWarning):
                told = ReadWarning(outcome.code, {"file": name, **outcome.values})
                received.warnings.append(told)
                continue
            digest, size, head = outcome
            came = receipts.received_on(digest, source, name, size, as_of)
            named = date_in_name(name.rpartition("/")[2])
            from_name = named is not None and named <= came
            delivery = Delivery(
                path=raw_path(state, digest),
                name=name,
                source=source,
                sha256=digest,
                received_on=came,
                as_of=named if named is not None and from_name else came,
            )
            origin: AsOfOrigin = "file name" if from_name else "received"
            received.arrivals.append(Arrival(delivery, origin, size, head))
    return received


def _kept_or_failure(
    path: Path, state: State, receipts: Receipts
) -> tuple[str, int, bytes] | ReadWarning:
    try:
        return _keep(path, state, receipts)
    except InterruptedError:
        return ReadWarning("still_being_written")
    except OSError as error:
        return ReadWarning("cannot_open", {"why": error.strerror or "?"})
