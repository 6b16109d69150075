"""What lies in the inbox: every file with its name as shown and the source of its folder."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import process

from screening.sources.contracts import all_contracts
from screening.sources.delivery import ReadWarning

#: Files that systems leave behind and nobody delivered.
_CLUTTER = ("~$", ".", "Thumbs.db", "desktop.ini")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class InboxFile(NamedTuple):
    """A file of the inbox.

    Attributes:
        path: where it is.
        name: its path inside the inbox, as shown.
        source: whose folder it lies in.
        size: in bytes, when the folder was read.
    """

    path: str
    name: str
    source: str
    size: int


def files_of(inbox: Path) -> tuple[list[InboxFile], list[ReadWarning]]:
    """Every file of a source below the inbox, sorted by its path; what else is there is told.

    Links are named and not followed.
    """
    warnings: list[ReadWarning] = []
    files = []
    for found in _files_below(inbox, warnings):
        name = shown_name(found.below)
        if found.size is None:
            warnings.append(ReadWarning("not_a_regular_file", {"file": name}))
            continue
        source = _source_of(name, warnings)
        if source is not None:
            files.append(InboxFile(found.path, name, source, found.size))
    return files, warnings


class _Found(NamedTuple):
    """Path below the inbox as the system has it, path, and size; None of what is no file."""

    below: str
    path: str
    size: int | None


def _files_below(inbox: Path, warnings: list[ReadWarning]) -> list[_Found]:
    """Every file below the inbox, sorted; links to folders are there but not followed."""
    found: list[_Found] = []
    folders = [(str(inbox), "")]
    while folders:
        folder, below = folders.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    name = below + entry.name
                    if _is_clutter(entry.name):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders.append((entry.path, f"{name}/"))
                    else:
                        found.append(_Found(name, entry.path, _size(entry)))
        except OSError as error:
            told = {"file": shown_name(below.rstrip("/") or "."), "why": error.strerror or "?"}
            warnings.append(ReadWarning("cannot_open", told))
    return sorted(found)


def _size(entry: os.DirEntry[str]) -> int | None:
    """A regular file's size; None of anything else."""
    if not entry.is_file(follow_symlinks=False):
        return None
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:  # whoever opens it finds out why
        return 0


def _is_clutter(name: str) -> bool:
    return name.startswith(_CLUTTER[:2]) or name in _CLUTTER[2:]


def shown_name(name: str) -> str:
    """A file's path inside the inbox, as text that can be written and shown anywhere.

    Names come from other systems too: those not in UTF-8 are read as cp1252, the old encoding of
    Swedish Windows, and control characters, which a terminal would obey, are replaced.
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("cp1252", errors="replace")
    return _CONTROL.sub("\ufffd", name)


def _source_of(name: str, warnings: list[ReadWarning]) -> str | None:
    folder, slash, _ = name.partition("/")
    if not slash:
        warnings.append(ReadWarning("file_outside_source", {"file": name}))
        return None
    contracts = all_contracts()
    if folder.lower() in contracts:
        return folder.lower()
    nearest = process.extractOne(folder.lower(), list(contracts))
    suggestion = nearest[0] if nearest else ""
    told = {"folder": folder, "file": name, "nearest": suggestion}
    warnings.append(ReadWarning("unknown_source", told))
    return None
