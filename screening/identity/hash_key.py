"""The municipality's key for identity numbers that were hashed before delivery.

It stays where the state is: in the environment, or in a file of the state folder that only the
operator can read. It is never written into a table, a log or a list.
"""

import hashlib
import hmac
import os
from pathlib import Path

#: The environment variable that holds the key, and the file of the state folder that does.
HASH_KEY_VARIABLE, HASH_KEY_FILE = "VAKSAM_HASH_KEY", "hash-key"

_PROOF = b"vaksam: which key"
_MARK_OF_ORDER = b"\xef\xbb\xbf"


def read_hash_key(folder: Path) -> bytes | None:
    """The key as bytes: the variable's text, else the file's; None where there is none.

    White space around it and a byte order mark do not belong to it.

    Args:
        folder: the state folder.

    Raises:
        OSError: the file is there but cannot be read.
    """
    written = os.environ.get(HASH_KEY_VARIABLE, "").strip().encode()
    if written:
        return written
    path = folder / HASH_KEY_FILE
    if not path.is_file():
        return None
    return path.read_bytes().removeprefix(_MARK_OF_ORDER).strip() or None


def key_mark(key: bytes | None) -> str:
    """Text that is another one for another key and does not tell the key; empty without one."""
    return hmac.new(key, _PROOF, hashlib.sha256).hexdigest()[:16] if key else ""
