"""Raw copies of small documents, many in one file.

Making a file takes longer than reading what is in it, so that twenty thousand invoices that are a
file each are kept in one pack: a tar archive in ``raw/packs``, one for each run that brought such
documents. Its members are named as the files that they stand for (``ab/ab12…``): unpacked in
``raw/``, they lie where they would lie without packs. Receipts say in which pack a document is.
"""

import os
from datetime import date
from pathlib import Path
from types import TracebackType
from uuid import uuid4

from screening.sources.stored_bytes import StoredBytes
from screening.warehouse.state import State

_BLOCK = 512
_ENDING = bytes(2 * _BLOCK)
_NAME, _SIZE, _SUM = slice(0, 67), slice(124, 135), slice(148, 156)


def _template() -> bytes:
    """A header of the POSIX format ``ustar``, but for name, size and sum."""
    header = bytearray(_BLOCK)
    header[100:108] = b"0000600\0"
    header[108:116] = header[116:124] = b"0000000\0"
    header[136:148] = b"00000000000\0"
    header[_SUM] = b" " * 8
    header[156:157] = b"0"
    header[257:265] = b"ustar\x0000"
    return bytes(header)


_TEMPLATE = _template()
_TEMPLATE_SUM = sum(_TEMPLATE)


def _header(sha256: str, size: int) -> bytes:
    header = bytearray(_TEMPLATE)
    header[_NAME] = name = f"{sha256[:2]}/{sha256}".encode()
    header[_SIZE] = length = b"%011o" % size
    header[_SUM] = b"%06o\0 " % (_TEMPLATE_SUM + sum(name) + sum(length))
    return bytes(header)


def pack_folder(state: State) -> Path:
    """Where the packs lie."""
    return state.raw / "packs"


class PackWriter:
    """A new pack, for the length of a ``with`` block; none where nothing is put into it.

    Where a run is killed, its pack ends anywhere after what ``write`` has written.
    """

    def __init__(self, state: State, day: date) -> None:
        # Receipts may name a pack that somebody removed: no name may come twice.
        self._path = pack_folder(state) / f"{day.isoformat()}-{uuid4().hex[:12]}.tar"
        self._waiting: list[bytes] = []
        self._added: list[StoredBytes] = []
        self._end = 0
        self._file: int | None = None

    def __enter__(self) -> "PackWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._end:
                self._waiting.append(_ENDING)
                self.write()
        finally:
            if self._file is not None:
                os.close(self._file)

    def add(self, sha256: str, content: bytes) -> StoredBytes:
        """Where a document will lie in the pack, once ``write`` is done."""
        start = self._end + _BLOCK
        filling = bytes(-len(content) % _BLOCK)
        self._waiting += (_header(sha256, len(content)), content, filling)
        self._end = start + len(content) + len(filling)
        self._added.append(StoredBytes(str(self._path), start, len(content)))
        return self._added[-1]

    def write(self) -> list[StoredBytes]:
        """Write what was added since; where it lies.

        Raises:
            OSError: the disk is full, or the like.
        """
        if not self._waiting:
            return []
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            self._file = os.open(self._path, flags, 0o666)
        left = memoryview(b"".join(self._waiting))
        while left:
            left = left[os.write(self._file, left) :]
        self._waiting.clear()
        written, self._added = self._added, []
        return written
