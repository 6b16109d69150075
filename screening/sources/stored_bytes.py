"""Where the bytes of a document lie: a file of their own, or a part of a pack of many documents."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple


class StoredBytes(NamedTuple):
    """Bytes in a file.

    Attributes:
        path: of the file.
        start: where in it they begin.
        size: how many they are.
    """

    path: str
    start: int
    size: int


def read_stored(places: Iterable[StoredBytes]) -> Iterator[bytes]:
    """The bytes of documents, in order. A file stays open as long as documents in it follow.

    Raises:
        OSError: a file cannot be read, or is shorter than it was.
    """
    path, stream = "", None
    try:
        for place in places:
            if stream is None or place.path != path:
                if stream is not None:
                    stream.close()
                path, stream = place.path, _opened(place.path)
            stream.seek(place.start)
            content = stream.read(place.size)
            if len(content) != place.size:
                raise OSError(f"{place.path} is shorter than it was")
            yield content
    finally:
        if stream is not None:
            stream.close()


def _opened(path: str) -> BinaryIO:
    # Unbuffered: documents are read whole, and from anywhere in a pack.
    return open(path, "rb", buffering=0)  # noqa: PTH123
