"""Lines that share a quoted field, joined to records; stray quotes kept to their own line."""

import polars as pl

from screening.parsed import repeated
from screening.sources.layout import LINE_END, Layout, is_strict

#: A quoted field over several lines can be this long; what is longer is a stray quote.
LONGEST_RECORD_BYTES = 1 << 20


def join_quoted_lines(
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
        if (
            tail_bytes <= LONGEST_RECORD_BYTES
            and int(_are_rows_of_their_own(tail, layout).sum()) < 2
        ):
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


def _are_rows_of_their_own(lines: pl.DataFrame, layout: Layout) -> pl.Series:
    """Whether lines look like rows: the right number of fields, no separator before a space.

    The space tells prose from rows where the separator is a comma. Rows of few columns cannot be
    told from prose. A line with an odd number of quotes is judged by its separators alone.
    """
    if layout.fewest < 4:
        return repeated(False, lines.height, pl.Boolean())
    texts = lines["text"]
    count = texts.str.count_matches(layout.separator, literal=True) + 1
    by_count = count.is_between(layout.fewest, len(layout.columns))
    is_row = by_count.zip_with(lines["odd"], is_strict(texts, layout))
    return is_row & ~texts.str.contains(f"{layout.separator} ", literal=True)


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
    own = lines.with_columns(own=_are_rows_of_their_own(lines, layout))
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
    valid = candidates.filter((candidates["own"] < 2) & is_strict(candidates["text"], layout))
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
