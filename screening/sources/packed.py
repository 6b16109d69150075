"""Documents that lie in a pack: many small files in one, as received."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple


class Packed(NamedTuple):
    """Where a document lies.

    Attributes:
        pack: path of the pack.
        start: the document's first byte in it.
        size: its length in bytes.
    """

    pack: str
    start: int
    size: int


def read_packed(copies: Iterable[Packed]) -> Iterator[bytes]:
    """The bytes of documents, in order. A pack stays open as long as documents of it follow.

    Raises:
        OSError: a pack cannot be read, or is shorter than it was.
    """
    opened, stream = "", None
    try:
        for copy in copies:
            if stream is None or copy.pack != opened:
                if stream is not None:
                    stream.close()
                opened, stream = copy.pack, _opened(copy.pack)
            stream.seek(copy.start)
            content = stream.read(copy.size)
            if len(content) != copy.size:
                raise OSError(f"the pack {copy.pack} is cut")
            yield content
    finally:
        if stream is not None:
            stream.close()


def _opened(pack: str) -> BinaryIO:
    # Unbuffered: documents are read whole, and from anywhere in the pack.
    return open(pack, "rb", buffering=0)  # noqa: PTH123
