"""Watches a process while it reads a file: what it opens, whom it calls, how much it holds.

Python's own doings are seen by an audit hook. What libraries do below Python is seen from outside:
a secret file under inotify where Linux has it, and an ear on the local network that must hear
nothing.
"""

import ctypes
import os
import resource
import socket
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import screening

#: What a process may hold at most; more is refused by the system, and seen as a failure.
_MOST_BYTES = 12 << 30
_IN_OPEN = 0x20
_IN_NONBLOCK = os.O_NONBLOCK
_FORBIDDEN = (
    *("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn"),
    *("ctypes.dlopen", "urllib.", "http.", "ftplib.", "smtplib.", "os.symlink", "os.link"),
    *("os.chmod", "os.chown", "os.putenv", "os.kill", "webbrowser.", "pty."),
)
_ON_PATHS = ("open", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.listdir", "os.scandir")


class Confinement:
    """The watch over this process. There is one for its whole life; hooks cannot be taken away."""

    def __init__(self, folder: Path, secret: str) -> None:
        self._secret_path = folder / "secret.txt"
        self._secret_path.write_text(secret, encoding="utf-8")
        roots = {Path(screening.__file__).parents[1], folder}
        roots |= {Path(path) for path in sysconfig.get_paths().values()}
        roots |= {Path(sys.prefix), Path(sys.base_prefix)}
        self._allowed = tuple(str(root.resolve()) for root in roots)
        self._ear = socket.create_server(("127.0.0.1", 0))
        self._ear.setblocking(False)
        self._watch = _watched(self._secret_path)
        self._is_on = False
        self._seen: list[str] = []
        sys.addaudithook(self._hook)
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = _MOST_BYTES if hard == resource.RLIM_INFINITY else min(hard, _MOST_BYTES)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))

    def baited(self, content: bytes) -> bytes:
        """The file with the secret's path and the ear's address in the places kept for them."""
        port = str(self._ear.getsockname()[1]).encode()
        return content.replace(b"TRAPPORT", port).replace(
            b"/FUZZ-SECRET-PATH", str(self._secret_path).encode()
        )

    @contextmanager
    def on(self) -> Iterator[list[str]]:
        """What is seen within the block, as problems."""
        self._seen = []
        self._is_on = True
        try:
            yield self._seen
        finally:
            self._is_on = False
        self._seen += self._heard() + self._opened()

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._is_on:
            return
        if event.startswith(_FORBIDDEN):
            self._seen.append(f"forbidden: {event} {str(arguments)[:200]}")
        elif event in _ON_PATHS and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if not path.startswith(self._allowed):
                self._seen.append(f"forbidden: {event} {path}")

    def _heard(self) -> list[str]:
        try:
            connection, _ = self._ear.accept()
        except BlockingIOError:
            return []
        connection.close()
        return ["network: a connection was made"]

    def _opened(self) -> list[str]:
        if self._watch is None:
            return []
        try:
            os.read(self._watch, 4096)
        except BlockingIOError:
            return []
        return ["a file outside was opened"]


def _watched(path: Path) -> int | None:
    """A descriptor that tells when the file is opened, by whatever code; None without inotify."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        watch = libc.inotify_init1(_IN_NONBLOCK)
    except (OSError, AttributeError):
        return None
    if watch < 0:
        return None
    libc.inotify_add_watch(watch, os.fsencode(path), _IN_OPEN)
    return int(watch)


def peak_bytes() -> int:
    """The most memory that this process has held so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
