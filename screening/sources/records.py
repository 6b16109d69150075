"""Blocks of lines to records, and records to fields.

The heart of "nothing lost": whatever a line holds, it ends up either as one row with the right
number of fields or as one row in quarantine, and it never takes its neighbours with it.

Quotes are read as RFC 4180 says where a record keeps to it. Quotes that do not are common in
exports; how they are read is told at ``_fields_of_loose`` here and in ``quoted_lines``.
"""

from dataclasses import dataclass

import polars as pl

from screening.sources.delivery import QUARANTINE_SCHEMA
from screening.sources.encoding import CUT_MARK, MARK_PREFIX, MARK_TEXTS, MARKS
from screening.sources.layout import (
    LINE_END,
    Layout,
    blank_pattern,
    escaped_separator,
    loose_field,
    record_pattern,
    strict_field,
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
    lines = pl.read_lines(block, name="text").with_columns(pl.col("text").fill_null(""))
    rest = b""
    has_quotes = layout.has_quotes and b'"' in block
    if has_quotes:
        records, rest = join_quoted_lines(lines, layout, is_last=is_last)
    else:
        records = lines
    is_whole_block = records.height == lines.height
    records = records.with_columns(row_no=pl.int_range(row_no, row_no + pl.len(), dtype=pl.Int64))
    next_row_no = row_no + records.height
    is_good = (_is_strict if has_quotes else _is_plain)(records["text"], layout)
    is_blank = records["text"].str.contains(blank_pattern(layout))
    has_marks = MARK_PREFIX in block
    if has_marks:
        marked = unreadable(records)
        is_good &= ~records["row_no"].is_in(marked["row_no"].implode())
    if is_whole_block and not rest and is_good.all() and not is_blank.any():
        frame = _parse(block, records["row_no"], layout, has_quotes=has_quotes)
        return Split(TextChunk(frame, pl.DataFrame(schema=QUARANTINE_SCHEMA)), next_row_no)
    frames = [_parse_texts(records.filter(is_good & ~is_blank), layout, has_quotes=has_quotes)]
    others = records.filter(~is_good & ~is_blank)
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


def _is_plain(texts: pl.Series, layout: Layout) -> pl.Series:
    """Whether lines without quotes have the right number of fields."""
    columns = len(layout.columns)
    count = texts.str.count_matches(layout.separator, literal=True) + 1
    is_plain = count.is_between(layout.fewest, columns)
    is_longer = count > columns
    if not is_longer.any():
        return is_plain
    sep = escaped_separator(layout)
    only_blanks_after = f"^(?:[^{sep}]*{sep}){{{columns}}}[ \t{sep}]*$"
    return is_plain | (is_longer & texts.str.contains(only_blanks_after))


def _is_strict(texts: pl.Series, layout: Layout) -> pl.Series:
    """Whether records are as RFC 4180 has them, with the right number of fields."""
    return texts.str.contains(record_pattern(layout, strict_field(layout)))


def _parse(block: bytes, row_no: pl.Series, layout: Layout, *, has_quotes: bool) -> pl.DataFrame:
    """Fields of lines that are known to be good."""
    columns = layout.columns
    if len(columns) > 1:
        frame = pl.read_csv(
            block,
            has_header=False,
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
    texts = pl.read_lines(block, name="text").with_columns(row_no)
    return _fields_by_pattern(texts, layout, strict_field(layout) if has_quotes else None)


def _parse_texts(records: pl.DataFrame, layout: Layout, *, has_quotes: bool) -> pl.DataFrame:
    if records.is_empty():
        return _no_rows(layout)
    block = records.select(pl.col("text").str.join("\n")).item().encode()
    frame = _parse(block, records["row_no"], layout, has_quotes=has_quotes)
    if has_quotes and LINE_END.encode() in block:
        frame = frame.with_columns(pl.col(pl.String).str.replace_all(LINE_END, "\n", literal=True))
    return frame


def _no_rows(layout: Layout) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(layout.columns, pl.String()) | {"row_no": pl.Int64()})


def _fields_by_pattern(records: pl.DataFrame, layout: Layout, field: str | None) -> pl.DataFrame:
    """Fields of records that match ``field`` throughout, or that are split at every separator."""
    width = len(layout.columns)
    if field is None:
        parts = pl.col("text").str.split(layout.separator).list
        fields = [parts.get(i, null_on_oob=True) for i in range(width)]
    else:
        groups = pl.col("text").str.extract_groups(record_pattern(layout, field, "captured"))
        fields = [groups.struct.field(str(i + 1)) for i in range(width)]
    return records.select(
        *(_unquoted(each).alias(name) for each, name in zip(fields, layout.columns, strict=True)),
        "row_no",
    )


def _unquoted(field: pl.Expr) -> pl.Expr:
    bare = field.str.strip_chars(" \t")
    is_quoted = bare.str.starts_with('"') & bare.str.ends_with('"') & (bare.str.len_bytes() > 1)
    inner = bare.str.slice(1, bare.str.len_chars() - 2).str.replace_all('""', '"', literal=True)
    text = pl.when(is_quoted).then(inner).otherwise(field)
    text = text.str.replace_all(LINE_END, "\n", literal=True)
    return pl.when(text != "").then(text)


def _fields_of_loose(others: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows and rejects among records whose quotes are not as RFC 4180 has them.

    A field that starts with a quote ends at the first quote before a separator, so that quotes
    inside it need not be doubled; in a field that does not, quotes are text. Where that does not
    give the right number of fields, but quotes come in pairs and a split at every separator does,
    the quotes are text: ``"Kalle" Bygg AB``. All else is broken.
    """
    text = pl.col("text")
    is_odd = text.str.count_matches('"', literal=True) % 2 == 1
    count = text.str.count_matches(layout.separator, literal=True).cast(pl.Int64) + 1
    is_one_line = ~text.str.contains(LINE_END, literal=True)
    judged = others.with_columns(
        is_loose=text.str.contains(record_pattern(layout, loose_field(layout))) & is_one_line,
        is_literal=~is_odd & count.is_between(layout.fewest, len(layout.columns)) & is_one_line,
        reason=pl.when(is_odd).then(pl.lit("broken_quote")).otherwise(pl.lit("wrong_field_count")),
    )
    loose = judged.filter(pl.col("is_loose"))
    literal = judged.filter(~pl.col("is_loose") & pl.col("is_literal"))
    frames = [
        _fields_by_pattern(loose, layout, loose_field(layout)) if loose.height else None,
        _fields_by_pattern(literal, layout, None) if literal.height else None,
    ]
    rows = [frame for frame in frames if frame is not None]
    broken = judged.filter(~pl.col("is_loose") & ~pl.col("is_literal"))
    kept = broken.select(*others.columns, "reason")
    return (pl.concat(rows) if rows else _no_rows(layout)), kept
