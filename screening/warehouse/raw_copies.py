"""Where the raw copy of a file lies: alone under its content hash, or with others in a pack."""

import os
from hashlib import sha256 as sha256_of
from pathlib import Path
from threading import get_ident

from screening.sources.stored_bytes import read_stored
from screening.warehouse.receipts import packed_copy
from screening.warehouse.state import State


def raw_path(state: State, sha256: str) -> Path:
    """Where the raw copy of a file lies if it is not in a pack."""
    return Path(_place(state, sha256))


def raw_copy(state: State, sha256: str) -> Path:
    """The raw copy of a file as a file of its own; taken out of its pack where it is in one.

    It stays there: whoever asks for one document asks for few. There is no file at the path where
    the copy is gone, or is not what was received.

    Raises:
        OSError: the raw store cannot be read or written.
    """
    path = raw_path(state, sha256)
    if path.is_file():
        return path
    packed = packed_copy(state, sha256)
    if packed is not None:
        (content,) = read_stored([packed])
        if sha256_of(content).hexdigest() == sha256:
            keep_alone(state, sha256, content)
    return path


def is_kept_alone(state: State, sha256: str, size: int) -> bool:
    """Whether a file lies there with all its bytes: after a power failure, some may be missing."""
    try:
        return os.stat(_place(state, sha256)).st_size == size  # noqa: PTH116
    except OSError:
        return False


def keep_alone(state: State, sha256: str, content: bytes) -> None:
    """Put a small file into the raw store.

    Raises:
        OSError: the raw store cannot be written.
    """
    path = _place(state, sha256)
    # Beside its place: to move a file from one folder to another, the whole disk is locked.
    beside = f"{path[: -len(sha256)]}{os.getpid()}-{get_ident()}.part"
    try:
        stream = open(beside, "wb", buffering=0)  # noqa: PTH123, SIM115
    except FileNotFoundError:
        Path(beside).parent.mkdir(parents=True, exist_ok=True)
        stream = open(beside, "wb", buffering=0)  # noqa: PTH123, SIM115
    with stream:
        stream.write(content)
    os.replace(beside, path)  # noqa: PTH105


def _place(state: State, sha256: str) -> str:
    # There may be many thousand files, and a Path costs more than the call of the system.
    return f"{state.raw}/{sha256[:2]}/{sha256}"
