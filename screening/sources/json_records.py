"""JSON of any size to one text per record, block by block, in flat memory.

A file may be a list of records, a list inside an object (``{"results": [...]}``), one record a
line, records one after another, or a single record. The text is cut by its brackets and quotes
alone: no record is parsed here, so depth, size and shape of what is inside can do no harm.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from screening.sources.block_reading import lines_of
from screening.sources.delivery import QUARANTINE_SCHEMA, UnreadableFileError
from screening.sources.encoding import MARK_PREFIX, TextEncoding, marked, text_pieces
from screening.sources.records import rejected, unreadable

PIECE_BYTES = 8 << 20
#: A record longer than this is none: a quote or a bracket that never closes.
LARGEST_RECORD_BYTES = 32 << 20
#: Deeper nesting than any publisher's; parsers count on their stack for each level.
DEEPEST = 100
#: Levels of objects around a wrapped list.
_DEEPEST_WRAPPER = 3

_QUOTE, _COMMA, _START, _END, _BRACE, _LINE_END = b'",[]{\n'
_OPENING, _CLOSING = b"[{", b"]}"
_NO_CONTROLS = bytes(byte if byte >= 0x20 else 0x20 for byte in range(0x100))
_NO_CONTROLS_BUT_LINES = _NO_CONTROLS[:10] + b"\n" + _NO_CONTROLS[11:]
_IS_STRUCTURE = np.zeros(0x100, dtype=bool)
_IS_STRUCTURE[list(b'"[]{},')] = True
_STEP = np.zeros(0x100, dtype=np.int32)
_STEP[list(_OPENING)], _STEP[list(_CLOSING)] = 1, -1
_IS_CLOSING = np.zeros(0x100, dtype=bool)
_IS_CLOSING[list(_CLOSING)] = True

_WHITE = b" \t\r\n\x0b\x0c\x1e\x1f"
_KEY_BEFORE_LIST = re.compile(rb'"((?:[^"\\]|\\.){1,100})"\s*:\s*$')
_SAMPLE_LINES = 50
#: Lists that are looked at in search of the one with the records.
_MOST_LISTS = 10_000


@dataclass
class JsonChunk:
    """Some records of a file.

    Attributes:
        records: ``row_no`` (Int64, the record's ordinal from 1) and ``text``, its JSON in one line.
        broken: records that cannot be read, in the quarantine schema.
    """

    records: pl.DataFrame
    broken: pl.DataFrame


@dataclass(frozen=True)
class JsonRecords:
    """A file's records.

    Attributes:
        shape: how they are laid out: elements of a list, one a line, or one after another.
        before: the text before a wrapped list, empty for other shapes; it may describe columns.
        chunks: reads them from the start, as often as it is called. Raises UnreadableFileError
            (``json_malformed``, ``json_record_too_large``) where the list breaks off.
    """

    shape: Literal["list", "lines", "objects"]
    before: bytes
    chunks: Callable[[], Iterator[JsonChunk]]


def looks_like_json(head: str) -> bool:
    """Whether a file's first characters are those of a list or an object."""
    return head.lstrip("\ufeff \t\r\n\x1e").startswith(("[", "{"))


def json_records(
    path: Path,
    encoding: TextEncoding,
    wrappers: Sequence[str] = (),
    piece_bytes: int | None = None,
) -> JsonRecords:
    """Find out how a file's records are laid out.

    Args:
        path: the file.
        encoding: of the file.
        wrappers: names under which publishers wrap the list, at most three levels down. A single
            object without one of them is a record itself.
        piece_bytes: how much is read at a time, by default ``PIECE_BYTES``.

    Raises:
        UnreadableFileError: ``json_malformed`` where the file starts like no JSON.
    """

    def pieces() -> Iterator[bytes]:
        return _readable(text_pieces(path, encoding, piece_bytes or PIECE_BYTES), encoding)

    head, is_whole = _head(path, encoding)
    start = len(head) - len(head.lstrip(_WHITE))
    shape: Literal["list", "lines", "objects"]
    if head[start : start + 1] not in (b"[", b"{"):
        raise UnreadableFileError("json_malformed")
    if _is_lines(head, is_whole=is_whole):
        shape, before = "lines", b""
    elif head[start : start + 1] == b"[":
        shape, before = "list", b""
    else:
        before = _before_wrapped_list(head, wrappers)
        shape = "list" if before else "objects"

    def blocks() -> Iterator[bytes]:
        if shape == "lines":
            return _lines(pieces())
        if shape == "objects":
            return _objects(pieces())
        return _elements(_without(pieces(), before), before)

    return JsonRecords(shape, before, lambda: _chunks(blocks()))


def _head(path: Path, encoding: TextEncoding) -> tuple[bytes, bool]:
    """The first piece of a file's text, and whether it is all of it."""
    pieces = text_pieces(path, encoding, PIECE_BYTES)
    return next(pieces, b""), next(pieces, None) is None


def _without(pieces: Iterator[bytes], before: bytes) -> Iterator[bytes]:
    """What comes after the text before a list."""
    left = len(before)
    for piece in pieces:
        yield piece[left:]
        left = max(0, left - len(piece))


def _readable(pieces: Iterator[bytes], encoding: TextEncoding) -> Iterator[bytes]:
    """Pieces in which bytes that are no text are marks, so that their records can be found."""
    if not encoding.has_bad_bytes:
        yield from pieces
        return
    rest = b""
    for piece in pieces:
        # No character is cut in two: a piece ends before one that may go on in the next.
        text = rest + piece
        cut = len(text)
        while cut > max(0, len(text) - 4) and text[cut - 1] >= 0x80:
            cut -= 1
        rest = text[cut:]
        yield marked(text[:cut])
    if rest:
        yield marked(rest)


@dataclass(frozen=True)
class _Structure:
    """Brackets and commas outside quotes: where, which, and how deep it is after each."""

    places: npt.NDArray[np.int64]
    marks: npt.NDArray[np.uint8]
    depth: npt.NDArray[np.int32]


def _structure(text: bytes) -> _Structure:
    shadow = text
    if b"\\" in text:
        shadow = text.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    letters = np.frombuffer(shadow, dtype=np.uint8)
    places = np.flatnonzero(_IS_STRUCTURE[letters])
    marks = letters[places]
    is_quote = marks == _QUOTE
    outside = (np.cumsum(is_quote) & 1 == 0) & ~is_quote
    places, marks = places[outside], marks[outside]
    return _Structure(places, marks, np.cumsum(_STEP[marks], dtype=np.int32))


def _is_lines(head: bytes, *, is_whole: bool) -> bool:
    """Whether each line is a record of its own. One line alone may as well be a wrapper."""
    lines = head.split(b"\n") if is_whole else head.split(b"\n")[:-1]
    bare = [line.strip(_WHITE) for line in lines if line.strip(_WHITE)][:_SAMPLE_LINES]
    if len(bare) < 2:
        return False
    if all(re.match(rb"\[\s*[{\]]", line) for line in bare):  # pages, each a list of records
        return False
    # In a list over several lines, all elements but the last end in a comma; where the first line
    # is whole, there is no list, and commas are an exporter's whim.
    is_first_whole = _is_whole(bare[0].rstrip(b", "))
    whole = [_is_whole(line.rstrip(b", ") if is_first_whole else line) for line in bare]
    return sum(whole) * 2 > len(whole)


def _is_whole(line: bytes) -> bool:
    return line[:1] in (b"{", b"[") and line[-1:] in (b"}", b"]") and _depth(line) == 0


def _depth(text: bytes) -> int:
    depth = _structure(text).depth
    return int(depth[-1]) if depth.size else 0


def _before_wrapped_list(head: bytes, wrappers: Sequence[str]) -> bytes:
    """The text up to and with the bracket of the outermost list with one of the names."""
    found = _structure(head)
    opens = (found.marks == ord("[")) & (found.depth >= 2) & (found.depth <= _DEEPEST_WRAPPER + 1)
    names = {name.encode() for name in wrappers}
    candidates: list[tuple[int, int]] = []
    depths, places = found.depth[opens], found.places[opens]
    after_colon = np.isin(np.frombuffer(head, dtype=np.uint8)[places - 1], list(b": \t\r\n"))
    depths, places = (each[after_colon][:_MOST_LISTS] for each in (depths, places))
    for depth, place in zip(depths, places, strict=True):
        key = _KEY_BEFORE_LIST.search(head[max(0, place - 120) : place])
        if key and key.group(1) in names:
            candidates.append((int(depth), int(place)))
            if depth == 2:
                break
    return head[: min(candidates)[1] + 1] if candidates else b""


def _elements(pieces: Iterator[bytes], before: bytes) -> Iterator[bytes]:
    """The elements of a list, or of lists one after another, one a line, in blocks."""
    rest, level = b"", 1 if before else 0
    for piece in pieces:
        text = rest + piece.translate(_NO_CONTROLS)
        found = _structure(text)
        depth, marks = found.depth + level, found.marks
        ends = (marks == _END) & (depth == 0)
        over = np.flatnonzero(ends) if before else np.zeros(0, dtype=np.int64)
        within = slice(None, int(over[0]) + 1 if over.size else None)
        depth, marks, ends = depth[within], marks[within], ends[within]
        is_top = (depth == 1) & ((marks == _COMMA) | (marks == _START)) | ends
        is_top |= (depth == 0) & (marks == _COMMA)
        # A list closed by a brace, or something else than a list where one should begin.
        wrong = (depth < 0) | (_IS_CLOSING[marks] & (depth == 0) & ~ends)
        wrong |= (marks == _BRACE) & (depth == 1)
        if wrong.any():
            raise UnreadableFileError("json_malformed")
        places = found.places[within][is_top]
        if places.size:
            end = int(places[-1]) + 1
            letters = np.frombuffer(text[:end], dtype=np.uint8).copy()
            letters[places] = _LINE_END
            yield letters.tobytes()
            level = int(depth[is_top][-1])
            text = text[end:]
        if over.size:
            _check_closed(before + b"]" + _all_of(chain([text], pieces)))
            return
        rest = text
        if len(rest) > LARGEST_RECORD_BYTES:
            raise UnreadableFileError("json_record_too_large")
    if level or rest.strip(_WHITE):
        raise UnreadableFileError("json_malformed")


def _all_of(pieces: Iterator[bytes]) -> bytes:
    text = b""
    for piece in pieces:
        text += piece
        if len(text) > LARGEST_RECORD_BYTES:
            raise UnreadableFileError("json_record_too_large")
    return text


def _check_closed(frame: bytes) -> None:
    if np.max(_structure(frame).depth, initial=0) > DEEPEST:
        raise UnreadableFileError("json_malformed")
    try:
        json.loads(frame.strip(_WHITE).decode("utf-8", "replace"), strict=False)
    except ValueError as error:
        raise UnreadableFileError("json_malformed") from error


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        if end:
            yield (rest + piece[:end]).translate(_NO_CONTROLS_BUT_LINES)
            rest = piece[end:]
        else:
            rest += piece
        if len(rest) > LARGEST_RECORD_BYTES:
            raise UnreadableFileError("json_record_too_large")
    if rest:
        yield rest.translate(_NO_CONTROLS_BUT_LINES)


def _objects(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Objects one after another, each over as many lines as it likes."""
    rest = b""
    for piece in pieces:
        text = rest + piece.translate(_NO_CONTROLS)
        found = _structure(text)
        if found.depth.size and int(found.depth.min()) < 0:
            raise UnreadableFileError("json_malformed")
        closed = found.places[(found.depth == 0) & _IS_CLOSING[found.marks]] + 1
        start = 0
        for end in closed.tolist():
            yield text[start:end]
            start = end
        rest = text[start:]
        if len(rest) > LARGEST_RECORD_BYTES:
            raise UnreadableFileError("json_record_too_large")
    if rest.strip(_WHITE):
        raise UnreadableFileError("json_malformed")


def _chunks(blocks: Iterator[bytes]) -> Iterator[JsonChunk]:
    row_no = 1
    for block in blocks:
        bare = pl.col("text").str.strip_chars(" ,")
        records = lines_of(block).select(bare)
        records = records.filter(pl.col("text").str.len_bytes() > 0).with_columns(
            row_no=pl.int_range(row_no, row_no + pl.len(), dtype=pl.Int64)
        )
        row_no += records.height
        rejects = [pl.DataFrame(schema=QUARANTINE_SCHEMA)]
        if MARK_PREFIX in block:
            rejects.append(rejected(unreadable(records)))
        nested = records.filter(pl.col("text").str.count_matches(r"[\[{]") > DEEPEST)
        if nested.height:
            deep = [
                int(np.max(_structure(each.encode()).depth, initial=0)) > DEEPEST
                for each in nested["text"]
            ]
            too_deep = nested.filter(pl.Series(deep)).with_columns(reason=pl.lit("json_too_deep"))
            rejects.append(rejected(too_deep))
        broken = pl.concat(rejects).unique("row_no", keep="first", maintain_order=True)
        if broken.height:
            records = records.join(broken, on="row_no", how="anti", maintain_order="left")
        yield JsonChunk(records.select("row_no", "text"), broken.sort("row_no"))
