"""How rows are laid out in a delimited file, and the patterns that follow from it."""

import re
from dataclasses import dataclass

#: Stands for a line end inside a quoted field while records are one line each.
LINE_END = "\x1e"


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


def blank_pattern(layout: Layout) -> str:
    """A line without anything in it. Spreadsheets write empty rows as separators alone."""
    return rf"^[\s{re.escape(layout.separator)}]*$"


def _surplus(layout: Layout) -> str:
    """Empty fields after the last: many programs end each row in a separator."""
    return rf"(?:{re.escape(layout.separator)}[ \t]*)*"


def escaped_separator(layout: Layout) -> str:
    return re.escape(layout.separator)


def record_pattern(layout: Layout, field: str, group: str = "") -> str:
    """Regular expression of a whole record of ``field``s, each in a capture if ``group``."""
    sep = escaped_separator(layout)
    columns = len(layout.columns)
    if group:
        fields = [f"({field})"] + [f"{sep}({field})"] * (layout.fewest - 1)
        fields += [f"(?:{sep}({field}))?"] * (columns - layout.fewest)
        return f"^{''.join(fields)}{_surplus(layout)}$"
    more = f"{{{layout.fewest - 1},{columns - 1}}}"
    return f"^(?:{field})(?:{sep}(?:{field})){more}{_surplus(layout)}$"


def strict_field(layout: Layout) -> str:
    return rf'"(?:[^"]|"")*"|[^"{escaped_separator(layout)}{LINE_END}]*'


def loose_field(layout: Layout) -> str:
    """A field that starts with a quote ends at a quote before a separator; else quotes are text."""
    sep = escaped_separator(layout)
    return rf'"(?:[^"]|"+[^"{sep}])*"*"|[^"{sep}][^{sep}]*|'
