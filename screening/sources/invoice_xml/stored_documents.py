"""Documents read from where they lie, as a second process answers with them too.

This module is all that the second process loads: keep what it imports small.
"""

import marshal
import signal
import struct
import sys
from collections.abc import Sequence
from typing import IO

from screening.sources.delivery import ReadWarning, UnreadableFileError
from screening.sources.invoice_xml.document import InvoiceDocument
from screening.sources.invoice_xml.envelope import read_invoice_document
from screening.sources.stored_bytes import StoredBytes, read_stored

#: A document, or what is wrong with it; None where reading it failed in another way.
ReadContent = InvoiceDocument | UnreadableFileError | None

#: What the second process says first.
READY = "ready"
_LENGTH = struct.Struct("<Q")


def read_documents_at(places: Sequence[StoredBytes]) -> list[ReadContent]:
    """What lies at each of the places.

    None stands for what no document may do, and for what is not the document's fault: a disk or a
    memory that fails. Whoever then reads it once more finds out.
    """
    try:
        return [_read(content) for content in read_stored(places)]
    except OSError:
        if len(places) < 2:
            return [None for _ in places]
        return [content for place in places for content in read_documents_at([place])]


def _read(content: bytes) -> ReadContent:
    try:
        return read_invoice_document(content)
    except UnreadableFileError as error:
        return error
    except Exception:
        return None


def as_bytes(content: ReadContent) -> bytes:
    """In a form that travels fast and takes little memory."""
    plain: tuple[object, ...] | None = None
    if isinstance(content, UnreadableFileError):
        plain = content.code, content.values
    elif content is not None:
        warnings = [(warning.code, dict(warning.values)) for warning in content.warnings]
        plain = content.origin, content.lines, content.broken, warnings
    return marshal.dumps(plain)  # type: ignore[arg-type]


def from_bytes(travelled: bytes) -> ReadContent:
    """The other way round."""
    # They are of vaksam's own making, and marshal makes plain values only.
    plain = marshal.loads(travelled)  # noqa: S302
    if plain is None:
        return None
    if len(plain) == 2:
        code, values = plain
        return UnreadableFileError(code, **values)
    origin, lines, broken, warnings = plain
    return InvoiceDocument(
        origin, lines, broken, [ReadWarning(code, values) for code, values in warnings]
    )


def send(stream: IO[bytes], message: object) -> None:
    """Write a message of plain values.

    Raises:
        OSError: nobody reads them any more.
    """
    content = marshal.dumps(message)  # type: ignore[arg-type]
    stream.write(_LENGTH.pack(len(content)) + content)
    stream.flush()


def receive(stream: IO[bytes]) -> object:
    """Read a message.

    Raises:
        EOFError: there are no more.
    """
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return marshal.loads(_exactly(stream, length))  # noqa: S302


def _exactly(stream: IO[bytes], length: int) -> bytes:
    content = stream.read(length)
    if len(content) != length:
        raise EOFError
    return content


def serve() -> None:
    """Be the second process: answer with documents until nobody asks any more."""
    # Who stops vaksam stops the process that asks; this one then ends by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    try:
        # Whoever can read this can read others: what ends the process then is the document.
        read_documents_at([StoredBytes(__file__, 0, 1)])
        send(answers, READY)
        while True:
            places = receive(asked)
            found = read_documents_at([StoredBytes(*place) for place in places])  # type: ignore[attr-defined]
            send(answers, [as_bytes(content) for content in found])
    except (EOFError, OSError):
        return
