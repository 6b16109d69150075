"""Blocks of text to Polars.

Polars takes bytes that begin like a compressed stream for one and unpacks them. A text may begin so
too: a row whose first field starts with ``x^`` is enough. So a line is put before such a block, and
taken away again.
"""

from typing import Any

import polars as pl

#: First bytes of zlib's streams at its levels, of gzip's and of Zstandard's.
_LIKE_PACKED = (b"x\x01", b"x^", b"x\x9c", b"x\xda", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")


def lines_of(block: bytes) -> pl.DataFrame:
    """The lines of a block of UTF-8: ``text``, null where empty."""
    if block.startswith(_LIKE_PACKED):
        return pl.read_lines(b"\n" + block, name="text").slice(1)
    return pl.read_lines(block, name="text")


def cells_of(block: bytes, **options: Any) -> pl.DataFrame:  # noqa: ANN401 - as read_csv has them
    """The cells of a block of UTF-8 without a header, by ``polars.read_csv``."""
    if block.startswith(_LIKE_PACKED):
        return pl.read_csv(b"\n" + block, has_header=False, skip_lines=1, **options)
    return pl.read_csv(block, has_header=False, **options)
