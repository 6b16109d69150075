"""Mutations of tables of one row a line, for which the number of rows is known from outside.

The readers say how many rows they read; here the same number comes from counting lines.
"""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class CountedLines:
    """A table's bytes, and how many rows it has below its header."""

    content: bytes
    rows: int


def shuffled_lines(rng: random.Random, content: bytes) -> CountedLines:
    """Rows doubled, dropped, blank lines between, other line ends and encodings: still rows.

    ``content`` is a table with one row per line, the header first, without quoted line ends.
    """
    text = content.decode("utf-8-sig") if _is_utf8(content) else content.decode("cp1252")
    end = "\r\n" if "\r\n" in text else "\r" if "\r" in text else "\n"
    header, *rows = text.removesuffix(end).split(end)
    for _ in range(rng.randrange(4)):
        what = rng.choice(("double", "drop", "swap"))
        if not rows:
            break
        place = rng.randrange(len(rows))
        if what == "double":
            rows[place:place] = [rows[place]] * rng.choice((1, 3, 40))
        elif what == "drop":
            del rows[place]
        else:
            rows.insert(0, rows.pop(place))
    lines = [header]
    for row in rows:
        lines += [rng.choice(("", "   "))] * (rng.random() < 0.05)
        lines.append(row)
    last = rng.choice((True, False)) or not rows
    text = rng.choice(("\n", "\r\n", "\r")).join([*lines, *([""] if last else [])])
    encoding = rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"))
    return CountedLines(text.encode(encoding), len(rows))


def damaged_cells(rng: random.Random, content: bytes) -> CountedLines:
    """Cells with anything in them but line ends and quotes: rows stay rows, good or bad."""
    text = content.decode("utf-8-sig") if _is_utf8(content) else content.decode("cp1252")
    end = "\r\n" if "\r\n" in text else "\r" if "\r" in text else "\n"
    header, *rows = text.removesuffix(end).split(end)
    plain = ";,\t|-*x0123456789 åäöÅÄÖ.\u00a0\u2212[](){}<>&%=+@/\\'´§€"
    for _ in range(rng.choice((1, 3, 10)) if rows else 0):
        place = rng.randrange(len(rows))
        row = rows[place]
        start = rng.randrange(len(row) + 1)
        junk = "".join(rng.choices(plain, k=rng.choice((1, 2, 12))))
        # Something has to be left, or the line is no row.
        rows[place] = row[:start] + junk + row[start + rng.choice((0, 1, 5)) :] + "x"
    text = end.join([header, *rows, ""])
    return CountedLines(text.encode(), len(rows))


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
