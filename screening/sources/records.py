"""Blocks of lines to records, and records to fields.

The heart of "nothing lost": whatever a line holds, it ends up either as one row with the right
number of fields or as one row in quarantine, and it never takes its neighbours with it.

Quotes are read as RFC 4180 says where a record keeps to it. Quotes that do not are common in
exports; how they are read is told at ``_fields_of_loose`` and ``_pair_open_lines``.
"""

import re
from dataclasses import dataclass

import polars as pl

from screening.sources.delivery import QUARANTINE_SCHEMA
from screening.sources.encoding import CUT_MARK, MARK_PREFIX, MARK_TEXTS, MARKS
from screening.sources.text_table import TextChunk

#: Stands for a line end inside a quoted field while records are one line each.
LINE_END = "\x1e"
#: A quoted field over several lines can be this long; what is longer is a stray quote.
LONGEST_RECORD_BYTES = 1 << 20
#: Raw text in the quarantine is cut here.
LONGEST_RAW = 32_000


@dataclass(frozen=True)
class Layout:
    """How the rows of a file are laid out.

    Attributes:
        separator: between fields.
        columns: header names, made unique.
        fewest: fields that a row must have. Fewer than there are columns only where the header
            ends in columns without a name.
        has_quotes: whether quotes enclose fields; if not, they are text.
    """

    separator: str
    columns: tuple[str, ...]
    fewest: int
    has_quotes: bool = True


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
        records, rest = _join_quoted_lines(lines, layout, is_last=is_last)
    else:
        records = lines
    is_whole_block = records.height == lines.height
    records = records.with_columns(row_no=pl.int_range(row_no, row_no + pl.len(), dtype=pl.Int64))
    next_row_no = row_no + records.height
    is_good = (_is_strict if has_quotes else _is_plain)(records["text"], layout)
    is_blank = records["text"].str.contains(_blank(layout))
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


def _blank(layout: Layout) -> str:
    """A line without anything in it. Spreadsheets write empty rows as separators alone."""
    return rf"^[\s{re.escape(layout.separator)}]*$"


def _surplus(layout: Layout) -> str:
    """Empty fields after the last: many programs end each row in a separator."""
    return rf"(?:{re.escape(layout.separator)}[ \t]*)*"


def _is_plain(texts: pl.Series, layout: Layout) -> pl.Series:
    """Whether lines without quotes have the right number of fields."""
    columns = len(layout.columns)
    count = texts.str.count_matches(layout.separator, literal=True) + 1
    is_plain = count.is_between(layout.fewest, columns)
    is_longer = count > columns
    if not is_longer.any():
        return is_plain
    sep = _sep(layout)
    only_blanks_after = f"^(?:[^{sep}]*{sep}){{{columns}}}[ \t{sep}]*$"
    return is_plain | (is_longer & texts.str.contains(only_blanks_after))


def _sep(layout: Layout) -> str:
    return re.escape(layout.separator)


def _repeat(layout: Layout, field: str, group: str = "") -> str:
    """Regular expression of a whole record of ``field``s, each in a capture if ``group``."""
    sep = _sep(layout)
    columns = len(layout.columns)
    if group:
        fields = [f"({field})"] + [f"{sep}({field})"] * (layout.fewest - 1)
        fields += [f"(?:{sep}({field}))?"] * (columns - layout.fewest)
        return f"^{''.join(fields)}{_surplus(layout)}$"
    more = f"{{{layout.fewest - 1},{columns - 1}}}"
    return f"^(?:{field})(?:{sep}(?:{field})){more}{_surplus(layout)}$"


def _strict_field(layout: Layout) -> str:
    return rf'"(?:[^"]|"")*"|[^"{_sep(layout)}{LINE_END}]*'


def _loose_field(layout: Layout) -> str:
    """A field that starts with a quote ends at a quote before a separator; else quotes are text."""
    sep = _sep(layout)
    return rf'"(?:[^"]|"+[^"{sep}])*"*"|[^"{sep}][^{sep}]*|'


def _is_strict(texts: pl.Series, layout: Layout) -> pl.Series:
    """Whether records are as RFC 4180 has them, with the right number of fields."""
    return texts.str.contains(_repeat(layout, _strict_field(layout)))


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
    return _fields_by_pattern(texts, layout, _strict_field(layout) if has_quotes else None)


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
        groups = pl.col("text").str.extract_groups(_repeat(layout, field, "captured"))
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
        is_loose=text.str.contains(_repeat(layout, _loose_field(layout))) & is_one_line,
        is_literal=~is_odd & count.is_between(layout.fewest, len(layout.columns)) & is_one_line,
        reason=pl.when(is_odd).then(pl.lit("broken_quote")).otherwise(pl.lit("wrong_field_count")),
    )
    loose = judged.filter(pl.col("is_loose"))
    literal = judged.filter(~pl.col("is_loose") & pl.col("is_literal"))
    frames = [
        _fields_by_pattern(loose, layout, _loose_field(layout)) if loose.height else None,
        _fields_by_pattern(literal, layout, None) if literal.height else None,
    ]
    rows = [frame for frame in frames if frame is not None]
    broken = judged.filter(~pl.col("is_loose") & ~pl.col("is_literal"))
    kept = broken.select(*others.columns, "reason")
    return (pl.concat(rows) if rows else _no_rows(layout)), kept


def _join_quoted_lines(
    lines: pl.DataFrame, layout: Layout, *, is_last: bool
) -> tuple[pl.DataFrame, bytes]:
    """Records of lines with quotes: lines that share a quoted field become one.

    Returns:
        records in order (``text``, line ends inside as ``LINE_END``), and the lines from an open
        quote on that need the next block.
    """
    is_odd = pl.col("text").str.count_matches('"', literal=True) % 2 == 1
    lines = lines.with_row_index("line").with_columns(pl.col("line").cast(pl.Int64), odd=is_odd)
    if not lines["odd"].any():
        return lines.select("text"), b""
    pairs = _pair_open_lines(lines, layout)
    rest = b""
    last_odd = int(lines.filter("odd")["line"][-1])
    is_pending = pairs.is_empty() or int(pairs["last"][-1]) != last_odd
    if is_pending and not is_last:
        tail = lines.filter(pl.col("line") >= last_odd)
        tail_bytes = int(tail["text"].str.len_bytes().sum()) + tail.height
        if tail_bytes <= LONGEST_RECORD_BYTES and _rows_of_their_own(tail, layout) < 2:
            rest = (tail["text"].str.join("\n").item() + "\n").encode()
            lines = lines.filter(pl.col("line") < last_odd)
    if pairs.is_empty():
        return lines.select("text"), rest
    # Each line belongs to the last pair that starts at or before it, if that pair reaches so far.
    placed = lines.join_asof(pairs, left_on="line", right_on="first").with_columns(
        record=pl.when(pl.col("line") <= pl.col("last"))
        .then(pl.col("first"))
        .otherwise(pl.col("line"))
    )
    inside = placed.filter(pl.col("line") <= pl.col("last"))
    joined = inside.group_by("record", maintain_order=True).agg(pl.col("text").str.join(LINE_END))
    single = placed.filter((pl.col("line") <= pl.col("last")).fill_null(value=False).not_())
    records = pl.concat([single.select("record", "text"), joined.select("record", "text")])
    return records.sort("record").select("text"), rest


def _is_row_of_its_own(layout: Layout) -> pl.Expr:
    """Whether a line looks like a row: the right number of fields, no separator before a space.

    The space tells prose from rows where the separator is a comma. Rows of few columns cannot be
    told from prose. A line with an odd number of quotes is judged by its separators alone.
    """
    if layout.fewest < 4:
        return pl.lit(value=False)
    text = pl.col("text")
    count = text.str.count_matches(layout.separator, literal=True).cast(pl.Int64) + 1
    is_row = (
        pl.when("odd")
        .then(count.is_between(layout.fewest, len(layout.columns)))
        .otherwise(text.str.contains(_repeat(layout, _strict_field(layout))))
    )
    return is_row & ~text.str.contains(f"{layout.separator} ", literal=True)


def _rows_of_their_own(lines: pl.DataFrame, layout: Layout) -> int:
    return int(lines.select(_is_row_of_its_own(layout).cast(pl.Int64).sum()).item() or 0)


def _pair_open_lines(lines: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Lines that open a quoted field, with the line that closes it: ``first``, ``last``.

    In a well-formed record over several lines exactly its first and its last have an odd number
    of quotes. So neighbours among such lines are tried as a pair: it holds if the lines between
    and including them make one well-formed record of the right number of fields, not longer than
    ``LONGEST_RECORD_BYTES``, in which at most one line looks like a row of its own. A stray quote
    therefore costs its own line and no other. Pairs are taken from the top.
    """
    odd = lines.filter("odd").select(first="line").with_columns(last=pl.col("first").shift(-1))
    nothing = odd.clear()
    odd = odd.drop_nulls()
    if odd.is_empty():
        return nothing
    ends = lines.select("line", bytes=(pl.col("text").str.len_bytes() + 1).cum_sum().cast(pl.Int64))
    odd = (
        odd.join(ends.rename({"line": "first", "bytes": "from"}), on="first", how="left")
        .join(ends.rename({"line": "last", "bytes": "to"}), on="last", how="left")
        .filter(pl.col("to") - pl.col("from") <= LONGEST_RECORD_BYTES)
        .sort("first")
    )
    own = lines.with_columns(own=_is_row_of_its_own(layout))
    between = own.join_asof(odd.select("first", "last"), left_on="line", right_on="first").filter(
        pl.col("line") <= pl.col("last")
    )
    # The asof join gives a line that closes one pair and opens the next to the next one only.
    closing = odd.select("first", "last").join(
        own.select(last="line", text="text", own="own"), on="last", how="inner"
    )
    opened = between.filter(pl.col("line") < pl.col("last")).select("first", "last", "text", "own")
    candidates = (
        pl.concat([opened, closing.select("first", "last", "text", "own")])
        .group_by("first", "last", maintain_order=True)
        .agg(pl.col("text").str.join(LINE_END), pl.col("own").sum())
    )
    pattern = _repeat(layout, _strict_field(layout))
    valid = candidates.filter((pl.col("own") < 2) & pl.col("text").str.contains(pattern))
    return _taken_from_top(valid.select("first", "last").sort("first"))


def _taken_from_top(pairs: pl.DataFrame) -> pl.DataFrame:
    """Of pairs that share a line with the next, every second one, from the top of each run."""
    starts = (pl.col("first") != pl.col("last").shift(1)).fill_null(value=True)
    return (
        pairs.with_columns(run=starts.cum_sum())
        .with_columns(place=pl.int_range(pl.len()).over("run"))
        .filter(pl.col("place") % 2 == 0)
        .select("first", "last")
    )
