"""Bytes of large blocks counted while other threads go on.

``bytes.count`` and ``in`` keep the interpreter to themselves, which for a block of many megabytes
holds up everything else that is read and stored at the same time. NumPy lets it go.
"""

import numpy as np

#: Below this the interpreter is faster.
_WORTH_LETTING_GO = 1 << 16


def count_byte(block: bytes, character: bytes) -> int:
    """How often a single byte occurs."""
    if len(block) < _WORTH_LETTING_GO:
        return block.count(character)
    return int(np.count_nonzero(np.frombuffer(block, np.uint8) == character[0]))


def has_controls_besides(block: bytes, allowed: bytes) -> bool:
    """Whether a block has bytes below 0x20 other than the allowed ones."""
    if len(block) < _WORTH_LETTING_GO:
        return any(byte < 0x20 and byte not in allowed for byte in set(block))
    controls = int(np.count_nonzero(np.frombuffer(block, np.uint8) < 0x20))
    return controls > sum(count_byte(block, bytes([byte])) for byte in allowed)
