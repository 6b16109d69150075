"""Lines of a register that say what is known already: they need not be read again.

A register of millions of rows comes every week, and one row in a hundred has changed. Each row in
the warehouse keeps a hash of the text that it was read from; a line with the hash of a row that is
in force would only be read to be found the same.
"""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, eq=False)
class KnownLines:
    """Hashes of the texts whose rows are in force.

    Attributes:
        hashes: sorted, no nulls (UInt64).
        seed: of the hashes. Another one where the same text may be read in another way, so that
            nothing is taken for known then.
    """

    hashes: pl.Series
    seed: int

    def of(self, texts: pl.Series) -> pl.Series:
        """The hash of each text."""
        return texts.hash(self.seed)

    def holds(self, hashes: pl.Series) -> pl.Series:
        """Whether each hash is that of a row in force."""
        if self.hashes.is_empty():
            return pl.Series([False]).new_from_index(0, hashes.len())
        places = self.hashes.search_sorted(hashes).clip(upper_bound=self.hashes.len() - 1)
        return self.hashes.gather(places) == hashes
