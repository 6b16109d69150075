"""Work is cut into parts: nothing lost, nothing out of order, no part too large."""

import itertools
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from screening.sources.parts_by_size import parts_by_size


@dataclass(frozen=True)
class _Piece:
    size: int


_PIECES = st.lists(st.integers(0, 50).map(_Piece), max_size=40)


@given(_PIECES, st.integers(0, 60), st.integers(1, 5))
def test_parts_hold_everything_in_order_and_little_enough(
    pieces: list[_Piece], most_bytes: int, most_pieces: int
) -> None:
    parts = list(parts_by_size(pieces, most_bytes, most_pieces))
    assert [piece for part in parts for piece in part] == pieces
    for part in parts:
        assert 1 <= len(part) <= most_pieces
        assert len(part) == 1 or sum(piece.size for piece in part) <= most_bytes


@given(_PIECES, st.integers(0, 60), st.integers(1, 5))
def test_no_part_could_have_taken_the_next_piece(
    pieces: list[_Piece], most_bytes: int, most_pieces: int
) -> None:
    parts = list(parts_by_size(pieces, most_bytes, most_pieces))
    for part, after in itertools.pairwise(parts):
        is_full = len(part) == most_pieces
        assert is_full or sum(piece.size for piece in part) + after[0].size > most_bytes
