"""Blocks of lines to records, and records to fields.

The heart of "nothing lost": whatever a line holds, it ends up either as one row with the right
number of fields or as one row in quarantine, and it never takes its neighbours with it.

Quotes are read as RFC 4180 says where a record keeps to it. Quotes that do not are common in
exports; how they are read is told at ``_fields_of_loose`` here and in ``quoted_lines``.
"""

from dataclasses import dataclass

import polars as pl

from screening.sources.block_reading import cells_of, lines_of
from screening.sources.byte_counts import count_byte
from screening.sources.delivery import QUARANTINE_SCHEMA
from screening.sources.encoding import CUT_MARK, MARK_PREFIX, MARK_TEXTS, MARKS
from screening.sources.layout import (
    LINE_END,
    LITERAL_FIELD,
    LOOSE_FIELD,
    STRICT_FIELD,
    Layout,
    fields_of,
    is_blank,
    is_plain,
    is_strict,
    no_rows,
)
from screening.sources.quoted_lines import join_quoted_lines
from screening.sources.text_table import TextChunk

#: Raw text in the quarantine is cut here.
LONGEST_RAW = 32_000


@dataclass(frozen=True)
class Split:
    """A block's rows, the number of the row after it, and bytes to put before the next block."""

    chunk: TextChunk
    next_row_no: int
    rest: bytes = b""


def split_block(block: bytes, layout: Layout, row_no: int, *, is_last: bool) -> Split:
    """Split a block of whole lines into rows.

    Args:
        block: lines in UTF-8, LF line ends.
        layout: of the file.
        row_no: number of the block's first row.
        is_last: no block follows. Otherwise a quoted field that is open at the end is left for
            the next block.
    """
    has_quotes = layout.has_quotes and b'"' in block
    if not has_quotes and (frame := _plain_rows(block, layout, row_no)) is not None:
        nothing = pl.DataFrame(schema=QUARANTINE_SCHEMA)
        return Split(TextChunk(frame, nothing), row_no + frame.height)
    lines = lines_of(block).with_columns(pl.col("text").fill_null(""))
    rest = b""
    if has_quotes:
        records, rest = join_quoted_lines(lines, layout, is_last=is_last)
    else:
        records = lines
    is_whole_block = records.height == lines.height
    records = records.with_columns(row_no=pl.int_range(row_no, row_no + pl.len(), dtype=pl.Int64))
    next_row_no = row_no + records.height
    good = (is_strict if has_quotes else is_plain)(records["text"], layout)
    blank = is_blank(records["text"], layout)
    has_marks = MARK_PREFIX in block
    if has_marks:
        marked = unreadable(records)
        good &= ~records["row_no"].is_in(marked["row_no"].implode())
    if is_whole_block and not rest and good.all() and not blank.any():
        frame = _parse(block, records["row_no"], layout, has_quotes=has_quotes)
        return Split(TextChunk(frame, pl.DataFrame(schema=QUARANTINE_SCHEMA)), next_row_no)
    frames = [_parse_texts(records.filter(good & ~blank), layout, has_quotes=has_quotes)]
    others = records.filter(~good & ~blank)
    if has_marks:
        others = others.join(marked, on="row_no", how="anti", maintain_order="left")
    if has_quotes:
        loose, broken = _fields_of_loose(others, layout)
        frames.append(loose)
    else:
        broken = others.with_columns(reason=pl.lit("wrong_field_count"))
    if has_marks:
        broken = pl.concat([broken, marked])
    frame = pl.concat(frames).sort("row_no") if len(frames) > 1 else frames[0]
    return Split(TextChunk(frame, rejected(broken)), next_row_no, rest)


def _plain_rows(block: bytes, layout: Layout, row_no: int) -> pl.DataFrame | None:
    """The rows of a block without quotes in which every line is one; None where that is unsure.

    No line is looked at: where none has more fields than there are columns (Polars refuses to read
    them), and the block has all the separators that its rows need, every line has its own.
    """
    columns = layout.columns
    rows = count_byte(block, b"\n") + (not block.endswith(b"\n"))
    separator = layout.separator.encode()
    separators = count_byte(block, separator)
    if len(separator) > 1 or len(columns) < 2 or separators != rows * (len(columns) - 1):
        return None
    if MARK_PREFIX in block:
        return None
    try:
        frame = cells_of(
            block,
            separator=layout.separator,
            quote_char=None,
            schema=dict.fromkeys(columns, pl.String()),
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != rows or _has_blank(frame):
        return None
    return frame.with_columns(
        row_no=pl.int_range(row_no, row_no + rows, dtype=pl.Int64, eager=True)
    )


def _has_blank(frame: pl.DataFrame) -> bool:
    """Whether some row has nothing in any column."""
    for name in frame.columns:
        empty = frame[name].is_null() | frame[name].str.contains(r"^\s*$")
        if not empty.any():
            return False
        frame = frame.filter(empty)
    return True


def rejected(broken: pl.DataFrame) -> pl.DataFrame:
    """Records that are no rows (``row_no``, ``text``, ``reason``) in the quarantine's form."""
    raw = (
        pl.col("text")
        .str.replace_all(LINE_END, "\n", literal=True)
        .str.replace_many(MARK_TEXTS)
        .str.slice(0, LONGEST_RAW)
    )
    return broken.sort("row_no").select(
        "row_no", pl.lit(None, pl.String).alias("column"), "reason", raw.alias("raw")
    )


def unreadable(records: pl.DataFrame) -> pl.DataFrame:
    """The records with bytes that are no text, with their ``reason``."""
    return records.filter(pl.col("text").str.contains(MARKS)).with_columns(
        reason=pl.when(pl.col("text").str.contains(CUT_MARK, literal=True))
        .then(pl.lit("row_too_long"))
        .otherwise(pl.lit("bad_encoding"))
    )


def _parse(block: bytes, row_no: pl.Series, layout: Layout, *, has_quotes: bool) -> pl.DataFrame:
    """Fields of lines that are known to be good."""
    columns = layout.columns
    if len(columns) > 1:
        frame = cells_of(
            block,
            separator=layout.separator,
            quote_char='"' if has_quotes else None,
            schema=dict.fromkeys(columns, pl.String()),
            missing_columns="insert",
            extra_columns="ignore",
            truncate_ragged_lines=True,
        )
        if frame.height == row_no.len():
            # A quoted empty field is read as an empty text.
            fields = pl.col(columns).replace("", None) if has_quotes else pl.col(columns)
            return frame.select(fields, row_no)
    texts = lines_of(block).with_columns(row_no)
    return fields_of(texts, layout, STRICT_FIELD if has_quotes else LITERAL_FIELD)


def _parse_texts(records: pl.DataFrame, layout: Layout, *, has_quotes: bool) -> pl.DataFrame:
    if records.is_empty():
        return no_rows(layout)
    block = records.select(pl.col("text").str.join("\n")).item().encode()
    frame = _parse(block, records["row_no"], layout, has_quotes=has_quotes)
    if has_quotes and LINE_END.encode() in block:
        frame = frame.with_columns(pl.col(pl.String).str.replace_all(LINE_END, "\n", literal=True))
    return frame


def _fields_of_loose(others: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows and rejects among records whose quotes are not as RFC 4180 has them.

    A field that starts with a quote ends at the first quote before a separator, so that quotes
    inside it need not be doubled; in a field that does not, quotes are text. Where that does not
    give the right number of fields, but quotes come in pairs and a split at every separator does,
    the quotes are text: ``"Kalle" Bygg AB``. All else is broken.
    """
    if others.is_empty():
        return no_rows(layout), others.with_columns(reason=pl.lit(None, pl.String))
    one_line = others.filter(~pl.col("text").str.contains(LINE_END, literal=True))
    loose = fields_of(one_line, layout, LOOSE_FIELD)
    left = others.join(loose, on="row_no", how="anti", maintain_order="left")
    odd = pl.col("text").str.count_matches('"', literal=True) % 2 == 1
    literal = fields_of(
        left.filter(~odd & ~pl.col("text").str.contains(LINE_END, literal=True)),
        layout,
        LITERAL_FIELD,
    )
    broken = left.join(literal, on="row_no", how="anti", maintain_order="left").with_columns(
        reason=pl.when(odd).then(pl.lit("broken_quote")).otherwise(pl.lit("wrong_field_count"))
    )
    return pl.concat([loose, literal]), broken
