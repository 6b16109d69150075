"""Memory for large blocks, asked of the system once instead of once for every block.

The C library gives memory of such a size back as soon as it is free, and the system clears every
page of it when it is asked for again. For a file of gigabytes, read in blocks of megabytes, that
takes longer than looking at the text. So freed blocks are kept for the next one.
"""

import ctypes
import sys
from functools import cache

#: Parameters of ``mallopt``, as in ``malloc.h`` of the GNU C library.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
#: The largest that the library takes.
_LARGEST_KEPT = 32 << 20
_MOST_KEPT = 64 << 20


@cache
def keep_large_blocks() -> bool:
    """Let this process keep freed blocks of up to 32 MB, 256 MB in all; False where it cannot."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):  # another C library
        return False
    done = mallopt(_M_MMAP_THRESHOLD, _LARGEST_KEPT) and mallopt(_M_TRIM_THRESHOLD, _MOST_KEPT)
    return bool(done)
