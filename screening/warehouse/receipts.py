"""When each file first came: one line of JSON for each file and source, in the raw store.

The day is kept with the raw files, so that a run that is made again gives the same. For a document
in a pack the line also says where it lies.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from os import sep
from os.path import basename
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from screening.sources.stored_bytes import StoredBytes
from screening.warehouse.packs import pack_folder
from screening.warehouse.state import State

_WRITER = json.JSONEncoder(ensure_ascii=False)


class _Receipt(NamedTuple):
    sha256: str
    source: str
    received_on: date
    size: int
    packed: StoredBytes | None


def _receipts_path(state: State) -> Path:
    return state.raw / "receipts.jsonl"


def _read(lines: Iterable[bytes], state: State) -> Iterator[_Receipt]:
    """The receipts of a file; damaged ones are passed over, as are packs that are gone or cut."""
    folder = pack_folder(state)
    ends: dict[str, int] = {}
    for line in lines:
        try:
            told = json.loads(line)
            received_on = date.fromisoformat(told["received_on"])
            size, packed = int(told["size"]), None
            if "pack" in told:
                path = f"{folder}{sep}{_name(told['pack'])}"
                if path not in ends:
                    ends[path] = _size_of(Path(path))
                start = int(told["start"])
                if 0 <= start <= ends[path] - size:
                    packed = StoredBytes(path, start, size)
            yield _Receipt(str(told["sha256"]), str(told["source"]), received_on, size, packed)
        except (ValueError, TypeError, KeyError):
            continue


def _name(pack: str) -> str:
    return basename(pack)  # noqa: PTH119 - there may be many thousand, and a Path takes longer


def _size_of(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def packed_copy(state: State, sha256: str) -> StoredBytes | None:
    """Where a document lies in a pack; None where it is in none.

    Raises:
        OSError: the receipts cannot be read.
    """
    path = _receipts_path(state)
    if not path.is_file():
        return None
    told = path.stat()
    return _packed_copies(state, told.st_size, told.st_mtime_ns).get(sha256)


@lru_cache(maxsize=1)
def _packed_copies(state: State, _size: int, _changed: int) -> dict[str, StoredBytes]:
    """All documents in packs, read once for each state of the receipts."""
    lines = _receipts_path(state).read_bytes().split(b"\n")
    found = _read((line for line in lines if b'"pack"' in line), state)
    return {each.sha256: each.packed for each in found if each.packed is not None}


class Receipts:
    """The receipts of a state folder, for the length of a ``with`` block.

    A line is written soon after a file is kept, with ``write``. One that is damaged (a run was
    killed while it was written) is passed over: the file then counts as new.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._received: dict[tuple[str, str], date] = {}
        self._packed: dict[str, StoredBytes] = {}
        self._sizes: set[int] = set()
        self._waiting: list[str] = []

    def __enter__(self) -> "Receipts":
        path = _receipts_path(self._state)
        content = path.read_bytes() if path.is_file() else b""
        for receipt in _read(content.split(b"\n"), self._state):
            self._received.setdefault((receipt.sha256, receipt.source), receipt.received_on)
            self._sizes.add(receipt.size)
            if receipt.packed is not None:
                self._packed[receipt.sha256] = receipt.packed
        path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = path.open("ab")
        if content and not content.endswith(b"\n"):
            self._stream.write(b"\n")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def has_one_as_large(self, size: int) -> bool:
        """Whether a file of so many bytes came before this run."""
        return size in self._sizes

    def packed(self, sha256: str) -> StoredBytes | None:
        """Where a document lies in a pack; None where it is in none."""
        return self._packed.get(sha256)

    def received_on(
        self,
        sha256: str,
        source: str,
        name: str,
        size: int,
        today: date,
        packed: StoredBytes | None = None,
    ) -> date:
        """The day on which a file first came for a source: ``today`` where it is new.

        Args:
            sha256: of its bytes.
            source: whose folder it lies in.
            name: its path inside the inbox.
            size: its length in bytes.
            today: the day of the run.
            packed: where it lies, if it is in a pack.
        """
        place = (sha256, source)
        is_moved = packed is not None and self._packed.get(sha256) != packed
        if place not in self._received or is_moved:
            came = self._received.setdefault(place, today)
            receipt: dict[str, object] = {
                "sha256": sha256,
                "source": source,
                "name": name,
                "size": size,
                "received_on": came.isoformat(),
            }
            if packed is not None:
                self._packed[sha256] = packed
                receipt |= {"pack": _name(packed.path), "start": packed.start}
            self._waiting.append(_WRITER.encode(receipt) + "\n")
        return self._received[place]

    def write(self) -> None:
        """Write the receipts that were given since. What they are for must be on the disk by now.

        Raises:
            OSError: the disk is full, or the like.
        """
        if self._waiting:
            self._stream.write("".join(self._waiting).encode())
            self._stream.flush()
            self._waiting.clear()
