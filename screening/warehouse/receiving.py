"""From the inbox to the raw store: what lies there, kept as received, by content hash."""

import errno
import hashlib
import json
import os
import re
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from rapidfuzz import process

from screening.sources.contracts import all_contracts
from screening.sources.delivery import Delivery, ReadWarning
from screening.warehouse.state import State

#: Files that systems leave behind and nobody delivered.
_CLUTTER = ("~$", ".", "Thumbs.db", "desktop.ini")
_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d{2})([-_.]?)(\d{2})\2(\d{2})(?!\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

AsOfOrigin = Literal["file name", "received"]


class NoInboxError(NotADirectoryError):
    """There is no such inbox."""


@dataclass(frozen=True)
class Arrival:
    """A delivery, and where its date comes from."""

    delivery: Delivery
    as_of_origin: AsOfOrigin


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


def _keep(path: Path, state: State) -> str:
    """Copy a file into the raw store; its SHA-256. Raises OSError where it cannot be read."""
    before = path.stat()
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    kept = raw_path(state, digest)
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(".part")
        shutil.copyfile(path, beside)
        with beside.open("rb") as stream:
            copied = hashlib.file_digest(stream, "sha256").hexdigest()
        after = path.stat()
        if copied != digest or (before.st_size, before.st_mtime_ns) != (
            after.st_size,
            after.st_mtime_ns,
        ):
            beside.unlink()
            raise InterruptedError("still being written")
        beside.replace(kept)
    return digest


def raw_path(state: State, sha256: str) -> Path:
    """Where the raw copy of a file lies."""
    return state.raw / sha256[:2] / sha256


def _stored_receipt(path: Path) -> dict[str, str] | None:
    """What was noted when the file first came; None where nothing, or nothing readable, was."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        date.fromisoformat(stored["received_on"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    return {str(key): str(value) for key, value in stored.items()}


def _receipt(state: State, sha256: str, source: str, name: str, as_of: date) -> dict[str, str]:
    """What is kept beside a raw file: when it first came, for which source, under which name."""
    path = raw_path(state, sha256).with_suffix(f".{source}.json")
    if (stored := _stored_receipt(path)) is not None:
        return stored
    receipt = {"source": source, "name": name, "received_on": as_of.isoformat()}
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(receipt, ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(path)
    return receipt


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
    for path in _files_below(inbox, received):
        name = shown_name(path, inbox)
        if path.is_symlink() or not path.is_file():
            received.warnings.append(ReadWarning("not_a_regular_file", {"file": name}))
            continue
        source = _source_of(name, received)
        if source is None:
            continue
        try:
            digest = _keep(path, state)
        except InterruptedError:
            received.warnings.append(ReadWarning("still_being_written", {"file": name}))
            continue
        except OSError as error:
            received.warnings.append(
                ReadWarning("cannot_open", {"file": name, "why": error.strerror or "?"})
            )
            continue
        receipt = _receipt(state, digest, source, name, as_of)
        received_on = date.fromisoformat(receipt["received_on"])
        named = date_in_name(path.name)
        from_name = named is not None and named <= received_on
        delivery = Delivery(
            path=raw_path(state, digest),
            name=name,
            source=source,
            sha256=digest,
            received_on=received_on,
            as_of=named if named is not None and from_name else received_on,
        )
        received.arrivals.append(Arrival(delivery, "file name" if from_name else "received"))
    return received
