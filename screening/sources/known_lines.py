"""Lines of a register that say what is known already: they need not be read again.

A register of millions of rows comes every week, and one row in a hundred has changed. Each row in
the warehouse keeps a hash of the text that it was read from; a line with the hash of a row that is
in force would only be read to be found the same.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

#: Hashes are looked up by their first bits, so that few are left to compare.
_BUCKET_BITS = 22
_SHIFT = np.uint64(64 - _BUCKET_BITS)


@dataclass(frozen=True, eq=False)
class KnownLines:
    """Hashes of the texts whose rows are in force.

    Attributes:
        hashes: no nulls (UInt64).
        seed: of the hashes. Another one where the same text may be read in another way, so that
            nothing is taken for known then.
    """

    hashes: pl.Series
    seed: int
    _sorted: npt.NDArray[np.uint64] = field(init=False, repr=False)
    _starts: npt.NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        ordered = np.sort(self.hashes.to_numpy().astype(np.uint64))
        counts = np.bincount((ordered >> _SHIFT).astype(np.int64), minlength=1 << _BUCKET_BITS)
        object.__setattr__(self, "_sorted", ordered)
        object.__setattr__(self, "_starts", np.concatenate(([0], np.cumsum(counts))))

    def of(self, texts: pl.Series) -> pl.Series:
        """The hash of each text."""
        return texts.hash(self.seed)

    def holds(self, hashes: pl.Series) -> pl.Series:
        """Whether each hash is that of a row in force."""
        asked = hashes.to_numpy()
        buckets = (asked >> _SHIFT).astype(np.int64)
        places, ends = self._starts[buckets], self._starts[buckets + 1]
        found = np.zeros(len(asked), dtype=bool)
        left = np.flatnonzero(places < ends)
        while left.size:
            equal = self._sorted[places[left]] == asked[left]
            found[left[equal]] = True
            left = left[~equal]
            places[left] += 1
            left = left[places[left] < ends[left]]
        return pl.Series(found)
