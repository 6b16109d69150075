"""Chance that can be repeated: every draw is a function of the seed, a name and a row's number.

Drawing one thing more or fewer never moves anything else, and the order of work does not matter,
which a shared generator could not promise.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]
#: Row numbers: an array, or how many rows there are (then 0, 1, 2 ...).
Rows = int | npt.NDArray[Any]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


class Draws:
    """Draws of one seed. Each method takes the name of what is drawn, and row numbers."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def _key(self, name: str) -> np.uint64:
        digest = hashlib.blake2b(f"{self.seed}:{name}".encode(), digest_size=8).digest()
        return np.uint64(int.from_bytes(digest, "little"))

    def bits(self, name: str, rows: Rows) -> Bits:
        """64 random bits a row (SplitMix64 of the row's number)."""
        numbers = np.arange(rows, dtype=np.uint64) if isinstance(rows, int) else rows
        with np.errstate(over="ignore"):
            state = self._key(name) + numbers.astype(np.uint64) * _STEP
            state = (state ^ (state >> np.uint64(30))) * _MIX_1
            state = (state ^ (state >> np.uint64(27))) * _MIX_2
        mixed: Bits = state ^ (state >> np.uint64(31))
        return mixed

    def uniform(
        self, name: str, rows: Rows, low: float | Floats = 0.0, high: float | Floats = 1.0
    ) -> Floats:
        """Evenly between ``low`` and ``high``, ``high`` left out."""
        share = (self.bits(name, rows) >> np.uint64(11)).astype(np.float64) / 2.0**53
        return low + share * (high - low)

    def integers(
        self, name: str, rows: Rows, low: int | npt.NDArray[Any], high: int | npt.NDArray[Any]
    ) -> Ints:
        """Whole numbers from ``low`` to ``high``, both included."""
        span = np.asarray(high, dtype=np.int64) - np.asarray(low, dtype=np.int64) + 1
        drawn = np.floor(self.uniform(name, rows) * span).astype(np.int64)
        return np.asarray(low, dtype=np.int64) + drawn

    def normal(self, name: str, rows: Rows) -> Floats:
        """Standard normal (Box and Muller's way)."""
        radius = np.sqrt(-2.0 * np.log1p(-self.uniform(name + "/radius", rows)))
        drawn: Floats = radius * np.cos(2.0 * np.pi * self.uniform(name + "/angle", rows))
        return drawn

    def chance(self, name: str, rows: Rows, share: float | Floats) -> Flags:
        """True for about ``share`` of the rows."""
        return self.uniform(name, rows) < share

    def pick(self, name: str, rows: Rows, weights: Sequence[float] | int) -> Ints:
        """Which of the alternatives, by weight (a number means as many equal ones)."""
        if isinstance(weights, int):
            return self.integers(name, rows, 0, weights - 1)
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        drawn = self.uniform(name, rows) * edges[-1]
        places: Ints = np.searchsorted(edges, drawn, side="right").astype(np.int64)
        return np.minimum(places, len(edges) - 1)

    def order(self, name: str, count: int) -> Ints:
        """The numbers 0 to ``count - 1`` in random order."""
        return np.argsort(self.bits(name, count), kind="stable").astype(np.int64)

    def scatter(self, name: str, rows: Rows, size: int) -> Ints:
        """Different rows to different numbers below ``size`` (there must be at most that many).

        Used for identity numbers and names: never the same twice, and not in sequence.
        """
        numbers = (
            np.arange(rows, dtype=np.int64) if isinstance(rows, int) else rows.astype(np.int64)
        )
        if numbers.size and (numbers.min() < 0 or numbers.max() >= size):
            raise ValueError(f"only {size} different {name} can be made")
        key = int(self._key(name))
        step = _coprime(size, key % size)
        # Products stay below 2**63 for any size below 3e9.
        scattered: Ints = (numbers * step + key % size) % size
        return scattered


def _coprime(size: int, wanted: int) -> int:
    """A step near the golden section of ``size``, moved by ``wanted``, that shares no factor."""
    step = max(1, int(size * 0.6180339887) - wanted % max(1, size // 50))
    while np.gcd(step, size) != 1:
        step += 1
    return step
