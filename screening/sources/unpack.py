"""Archives to files: plain files, ``.gz`` and ``.zip``, told apart by content.

Nothing is ever unpacked into memory: a packed member is streamed to a temporary file, and never
under the name that the archive gives it, so no path in an archive can reach the disk.
"""

import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import IO, Literal

from screening.sources.delivery import UnreadableFileError

#: Limits of the drop-folder contract.
LARGEST_RATIO = 200
MOST_BYTES = 10 * 1000**3

_PIECE = 1 << 20
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP_START = b"\x1f\x8b"
#: First bytes of archives that are not opened: 7z, rar, xz, bzip2, zstd.
_OTHER_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
#: What damaged archives do to the readers of the standard library.
BAD_ARCHIVE = (
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
)

Kind = Literal["zip", "gzip", "workbook", "archive", "file"]


@dataclass(frozen=True)
class Member:
    """One file to read.

    Attributes:
        name: its path inside the archive; empty where the delivery itself is the file.
        path: where its bytes lie. A temporary file is gone when the next member is asked for.
        failure: why it cannot be had; ``path`` then means nothing.
    """

    name: str
    path: Path
    failure: UnreadableFileError | None = None


def kind_of(path: Path) -> Kind:
    """What a file is as a container. A workbook (xlsx) is a zip that is read as one file."""
    with path.open("rb") as stream:
        head = stream.read(512)
    if head.startswith(_GZIP_START):
        return "gzip"
    if head.startswith(_ZIP_STARTS):
        return "workbook" if _is_office_document(path) else "zip"
    is_tar = head[257:262] == b"ustar"
    is_bzip = head[:3] == b"BZh" and head[4:10] == b"1AY&SY"
    if is_tar or is_bzip or head.startswith(_OTHER_ARCHIVES):
        return "archive"
    return "file"


def _is_office_document(path: Path) -> bool:
    """Whether a zip is one document of an office suite and not a bundle of files."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except BAD_ARCHIVE:
        return False
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def members(path: Path, work_dir: Path | None = None) -> Iterator[Member]:
    """Every file in a delivery, in the order of the archive.

    Args:
        path: the delivered file.
        work_dir: where packed members are unpacked to, one at a time; by default the system's
            folder for temporary files.

    Raises:
        UnreadableFileError: ``zip_broken``, ``zip_path`` (an absolute path or one with ``..``),
            ``zip_too_large`` (over 200:1, or over 10 GB), ``zip_nested`` for a packed file in a
            packed file, ``empty_file`` for an archive without files. A single member that cannot
            be unpacked is yielded with its ``failure`` instead.
    """
    kind = kind_of(path)
    if kind == "archive":
        raise UnreadableFileError("zip_nested")
    if kind in ("file", "workbook"):
        yield Member("", path)
        return
    with tempfile.TemporaryDirectory(prefix="vaksam-", dir=work_dir) as folder:
        target = Path(folder) / "member"
        if kind == "gzip":
            _gunzip(path, target)
            yield Member("", _not_nested(target))
        else:
            yield from _unzip(path, target)


def list_member_names(path: Path) -> list[str]:
    """Names of the files in a zip, made unique; empty for any other file.

    Raises:
        UnreadableFileError: as for ``members``.
    """
    return [info.filename for info in _table_of_contents(path)] if kind_of(path) == "zip" else []


def _table_of_contents(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except BAD_ARCHIVE as error:
        raise UnreadableFileError("zip_broken") from error
    if not infos:
        raise UnreadableFileError("empty_file")
    for info in infos:
        if _leads_outside(info.filename):
            raise UnreadableFileError("zip_path", member=info.filename)
    unpacked = sum(info.file_size for info in infos)
    # Members may overlap, so that each looks modest and all together are a bomb.
    ratios = [(info.file_size, info.compress_size) for info in infos]
    ratios.append((unpacked, path.stat().st_size))
    if unpacked > MOST_BYTES or any(full > LARGEST_RATIO * packed for full, packed in ratios):
        raise UnreadableFileError("zip_too_large", bytes=unpacked)
    return _told_apart(infos)


def _told_apart(infos: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The members with a number after a name that comes again: rows are counted by member."""
    taken: set[str] = set()
    for info in infos:
        name, again = info.filename, 2
        while info.filename in taken:
            info.filename, again = f"{name}#{again}", again + 1
        taken.add(info.filename)
    return infos


def _leads_outside(name: str) -> bool:
    as_path = PureWindowsPath(name)  # knows both slashes, drives and shares
    return bool(as_path.drive or as_path.root or ".." in as_path.parts or "\x00" in name)


def _unzip(path: Path, target: Path) -> Iterator[Member]:
    infos = _table_of_contents(path)
    with zipfile.ZipFile(path) as archive:
        for info in infos:
            try:
                with archive.open(info) as packed:
                    _copy(packed, target, info.file_size)
                member = Member(info.filename, _not_nested(target))
            except UnreadableFileError as error:
                member = Member(info.filename, target, error)
            except BAD_ARCHIVE:
                member = Member(info.filename, target, UnreadableFileError("zip_broken"))
            yield member
            target.unlink(missing_ok=True)


def _gunzip(path: Path, target: Path) -> None:
    most = min(MOST_BYTES, LARGEST_RATIO * path.stat().st_size)
    try:
        with gzip.open(path) as packed:
            _copy(packed, target, most)
    except BAD_ARCHIVE as error:
        raise UnreadableFileError("zip_broken") from error


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, most: int) -> None:
    written = 0
    with target.open("wb") as stream:
        while piece := packed.read(_PIECE):
            if written % (64 * _PIECE) == 0:
                _check_room(target)
            written += len(piece)
            if written > most:
                raise UnreadableFileError("zip_too_large", bytes=written)
            stream.write(piece)


def _check_room(target: Path) -> None:
    """Stop before the disk is full: a full disk would take the warehouse with it."""
    if shutil.disk_usage(target.parent).free < 256 * _PIECE:
        raise UnreadableFileError("zip_too_large", bytes=target.stat().st_size)


def _not_nested(target: Path) -> Path:
    if kind_of(target) in ("zip", "gzip", "archive"):
        raise UnreadableFileError("zip_nested")
    return target
