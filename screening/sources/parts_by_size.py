"""Work cut into parts of a sensible size: large pieces alone, small ones some together."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar


class Sized(Protocol):
    """Anything that knows how many bytes it is."""

    @property
    def size(self) -> int: ...


_Piece = TypeVar("_Piece", bound=Sized)


def parts_by_size(
    pieces: Iterable[_Piece], most_bytes: int, most_pieces: int
) -> Iterator[list[_Piece]]:
    """The pieces in their order, in parts of at most so many bytes and pieces.

    A piece that is larger than ``most_bytes`` is a part of its own; none is ever cut.
    """
    part: list[_Piece] = []
    left = most_bytes
    for piece in pieces:
        if part and (piece.size > left or len(part) == most_pieces):
            yield part
            part, left = [], most_bytes
        part.append(piece)
        left -= piece.size
    if part:
        yield part
