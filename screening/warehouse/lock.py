"""One writer at a time: a lock that the system releases when its owner dies."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout


class StateBusyError(Exception):
    """Another run holds the state folder; ``owner`` says who and since when."""

    def __init__(self, folder: Path, owner: dict[str, object]) -> None:
        self.folder = folder
        self.owner = owner
        since = owner.get("since", "?")
        super().__init__(
            f"{folder} is in use by process {owner.get('pid', '?')} on {owner.get('host', '?')} "
            f"since {since}; wait for it, or run again with --wait SECONDS"
        )


def _owner_file(lock: Path) -> Path:
    return lock.with_suffix(".owner.json")


def lock_owner(lock: Path) -> dict[str, object]:
    """Who last took the lock: ``pid, host, since`` (empty where nobody ever did)."""
    try:
        owner = json.loads(_owner_file(lock).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}


@contextmanager
def sole_writer(lock: Path, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock for the length of the block.

    The lock is the operating system's: a killed run leaves nothing to clean up.

    Raises:
        StateBusyError: another run holds it, and still does after ``wait_seconds``.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock)
    try:
        held.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise StateBusyError(lock.parent, lock_owner(lock)) from error
    try:
        owner = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        _owner_file(lock).write_text(json.dumps(owner), encoding="utf-8")
        yield
    finally:
        _owner_file(lock).unlink(missing_ok=True)
        held.release()
