"""Bytes to text: which encoding a file is in, and its text as UTF-8 with LF line ends.

Detection looks at the whole file, because the first ``å`` of a ledger may come after 500 MB.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from screening.sources.byte_counts import has_controls_besides
from screening.sources.delivery import UnreadableFileError
from screening.sources.parallel import in_parallel

EncodingName = Literal["utf-8", "utf-16-le", "utf-16-be", "cp1252"]

BLOCK_BYTES = 16 << 20
#: A line longer than this is no row of a table; the rest of it is not kept.
LONGEST_LINE_BYTES = 16 << 20
#: How much of a line that is too long is kept, for the quarantine.
_KEPT_OF_LONG_LINE = 1 << 16

# Bytes that are not UTF-8 travel on as characters of a private-use plane (U+10F080 to U+10F0FF),
# so that the rows they are in can be found, and shown as they were.
_MARK_BASE = 0x10F000
#: Marks the place where a line that was too long was cut.
CUT_MARK = chr(_MARK_BASE)
#: Every character that marks bytes which could not be read, as a regular expression.
MARKS = f"[{chr(_MARK_BASE)}-{chr(_MARK_BASE + 0xFF)}]"
#: The first byte that all marks share, for a quick look whether a block may have any.
MARK_PREFIX = chr(_MARK_BASE).encode()[:1]
#: What each mark stands for in the quarantine.
MARK_TEXTS: dict[str, str] = {
    CUT_MARK: "…",
    **{chr(_MARK_BASE + byte): f"\\x{byte:02x}" for byte in range(0x80, 0x100)},
}
_SURROGATES = {0xDC00 + byte: chr(_MARK_BASE + byte) for byte in range(0x80, 0x100)}
_LOST = chr(_MARK_BASE + 0xFF)

# cp1252 leaves five bytes without a character; there Latin-1's own are used, so that every file
# in either encoding can be read.
_CP1252 = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x100))

#: First bytes of formats that are never text.
_BINARY_STARTS = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
    b"\xd0\xcf\x11\xe0",  # Word, Excel and Outlook before 2007
    b"\x7fELF",
    b"MZ\x90\x00",
    b"SQLite format 3\x00",
    b"{\\rtf",
    b"ARROW1",
    b"\x00\x00\xfe\xff",
    b"\xff\xfe\x00\x00",
)
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r\x0b\x0c\x1a\x1b")) + b"\x7f"
#: Begun at the first carriage return of a run only: else a run of many takes their number squared.
_LINE_END_RUN = re.compile(rb"(?<!\r)\r++\n")
_SAMPLE_BYTES = 1 << 20
_SCAN_BYTES = 4 << 20
#: More control characters than this share of a file, and it is no text.
_CONTROL_SHARE = 0.02


@dataclass(frozen=True)
class TextEncoding:
    """How a file's text is written.

    Attributes:
        name: the encoding. cp1252 stands for Latin-1 too, of which it is an extension.
        skip: bytes of the byte order mark.
        newline: ``cr`` where lines end in a bare carriage return, else ``lf`` (also for CRLF).
        has_bad_bytes: it is UTF-8 with some bytes that are not.
    """

    name: EncodingName
    skip: int = 0
    newline: Literal["lf", "cr"] = "lf"
    has_bad_bytes: bool = False


def detect(path: Path) -> TextEncoding:
    """Find a text file's encoding and line ends from its content.

    A file with more valid multi-byte UTF-8 than half its invalid bytes is UTF-8 with a few bad
    rows: in cp1252, Swedish letters are all but never followed by what UTF-8 asks for.

    Raises:
        UnreadableFileError: ``empty_file`` or ``unreadable_binary``.
    """
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE_BYTES)
    is_whole = path.stat().st_size == len(head)
    if is_whole and not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe\x1a"):
        raise UnreadableFileError("empty_file")
    if head.startswith(_BINARY_STARTS):
        raise UnreadableFileError("unreadable_binary")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name: EncodingName = "utf-16-le" if head[0] == 0xFF else "utf-16-be"
        text = head[2 : len(head) // 2 * 2].decode(name, "replace")
        _refuse_binary(text.encode("utf-8", "replace"))
        return TextEncoding(name, 2, _newline(text.encode("utf-8", "replace")))
    _refuse_binary(head)
    newline = _newline(head)
    skip = 3 if head.startswith(codecs.BOM_UTF8) else 0
    if _is_valid_utf8(path):
        return TextEncoding("utf-8", skip, newline)
    if skip or _is_mostly_utf8(path):
        return TextEncoding("utf-8", skip, newline, has_bad_bytes=True)
    return TextEncoding("cp1252", 0, newline)


def _refuse_binary(sample: bytes) -> None:
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > max(2, _CONTROL_SHARE * len(sample)):
        raise UnreadableFileError("unreadable_binary")


def _newline(sample: bytes) -> Literal["lf", "cr"]:
    """Bare carriage returns end lines if the first line ends in one and they are not outnumbered.

    Without the second condition a stray one in a header would join all lines of a file to one.
    """
    first = re.search(rb"\r*\n|\r", sample.lstrip(b"\r\n"))
    if first is None or first.group() != b"\r":
        return "lf"
    bare = _LINE_END_RUN.sub(b"", sample).count(b"\r")
    return "cr" if bare >= sample.count(b"\n") else "lf"


def _is_valid_utf8(path: Path) -> bool:
    if path.stat().st_size <= _SCAN_BYTES:
        return _is_utf8(path.read_bytes())
    try:
        return all(in_parallel(_is_utf8, _whole_characters(path)))
    except _NoPlaceToCutError:
        return _is_utf8_to_its_end(path)


class _NoPlaceToCutError(Exception):
    """A long stretch of a file has none of the characters that every text has."""


def _whole_characters(path: Path) -> Iterator[bytes]:
    """A file in blocks that end where a character ends: an ASCII byte is none of a longer one."""
    rest = b""
    with path.open("rb") as stream:
        while block := stream.read(_SCAN_BYTES):
            end = max(block.rfind(b"\n"), block.rfind(b" "), block.rfind(b";")) + 1
            if not end:
                raise _NoPlaceToCutError
            yield rest + block[:end]
            rest = block[end:]
    yield rest


def _is_utf8(block: bytes) -> bool:
    if block.isascii():
        return True
    try:
        # Many times faster than decoding to a text that nobody reads.
        pl.Series([block], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:
        return False
    return True


def _is_utf8_to_its_end(path: Path) -> bool:
    """As `_is_valid_utf8`, for a file without any of the usual characters."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    try:
        with path.open("rb") as stream:
            while block := stream.read(_SCAN_BYTES):
                decode(block)
            decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf8(path: Path) -> bool:
    valid = invalid = 0
    decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
    with path.open("rb") as stream:
        while block := stream.read(_SCAN_BYTES):
            text = decode(block)
            kept = len(text.encode("utf-8", "ignore"))
            bad = len(text.encode("utf-8", "surrogateescape")) - kept
            # Each character of several bytes counts once for every byte after its first.
            valid += kept + bad - len(text)
            invalid += bad
            if invalid > 10_000 and valid * 2 < invalid:
                return False
        invalid += len(decode(b"", final=True))
    return valid * 2 >= invalid


def text_blocks(
    path: Path, encoding: TextEncoding, block_bytes: int = BLOCK_BYTES
) -> Iterator[bytes]:
    """A file's text in order, as UTF-8 blocks of whole lines that end in LF.

    The byte order mark, NULs and a DOS end-of-file mark are gone; bytes that are no text in the
    file's encoding are characters in ``MARKS``. The last block may lack its line end.
    """
    for block in _whole_lines(text_pieces(path, encoding, block_bytes)):
        tidy = _without_controls(block) if has_controls_besides(block, b"\n") else block
        if encoding.has_bad_bytes:
            tidy = marked(tidy)
        if tidy.endswith(b"\x1a"):
            tidy = tidy[:-1]
        if tidy:
            yield tidy


def _without_controls(block: bytes) -> bytes:
    """LF line ends only, no NULs, nothing that is needed for marks."""
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
        if b"\r\n" in block:  # CR CR LF is written by programs that translate twice
            block = _LINE_END_RUN.sub(b"\n", block)
    if b"\x00" in block:
        block = block.replace(b"\x00", b"")
    for separator in (b"\x1e", b"\x1f"):
        # Kept free for marking line ends and fields inside records.
        if separator in block:
            block = block.replace(separator, b" ")
    return block


def text_pieces(path: Path, encoding: TextEncoding, block_bytes: int) -> Iterator[bytes]:
    """The file's text in pieces cut anywhere, as UTF-8 save for bad bytes of a file that is UTF-8.

    For formats whose records are not lines; `text_blocks` is for those whose are.
    """
    wide = encoding.name.startswith("utf-16")
    decoder = codecs.getincrementaldecoder(encoding.name if wide else "utf-8")("replace")
    with path.open("rb") as stream:
        stream.seek(encoding.skip)
        while piece := stream.read(block_bytes):
            if wide:
                text = decoder.decode(piece)
                piece = text.replace("\ufffd", _LOST).encode("utf-8", "replace")
            elif encoding.name == "cp1252":
                piece = codecs.charmap_decode(piece, "strict", _CP1252)[0].encode("utf-8")
            if encoding.newline == "cr":
                piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            yield piece
        if wide and decoder.decode(b"", final=True):
            yield _LOST.encode()


def _whole_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    is_cut = False
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        if not end:
            if not is_cut:
                rest += piece
            if len(rest) > LONGEST_LINE_BYTES:
                rest = rest[:_KEPT_OF_LONG_LINE] + CUT_MARK.encode()
                is_cut = True
            continue
        start = piece.find(b"\n") if is_cut else 0
        yield b"".join((rest, memoryview(piece)[start:end]))
        rest = piece[end:]
        is_cut = False
    if rest:
        yield rest


def marked(block: bytes) -> bytes:
    """UTF-8 in which bytes that are none are characters in ``MARKS``."""
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return block.decode("utf-8", "surrogateescape").translate(_SURROGATES).encode("utf-8")
    return block
