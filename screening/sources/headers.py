"""A file's header names to the contract's columns.

Names fit in any case, with spaces or ``_``, with or without diacritics, and whatever marks or
quotes a program left around them. A mapping's own names come first, then the canonical name, then
the contract's other names in their order.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from screening.identity_numbers import mask_within
from screening.sources.contracts import Contract
from screening.sources.delivery import ReadWarning, UnreadableFileError
from screening.sources.folding import fold

#: What readers call a column whose header cell is empty.
_WITHOUT_NAME = re.compile(r"column_[0-9]+$")

#: Characters of header names that are shown: a broken file may have thousands of them.
_MOST_LISTED = 400


@dataclass(frozen=True)
class HeaderMatch:
    """Which file column holds which contract column.

    Attributes:
        columns: contract column -> the file's header name.
        unknown: header names that fit no contract column.
        unused: header names of columns that another column of the file fits better.
    """

    columns: dict[str, str]
    unknown: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    def warnings(self, read_elsewhere: Collection[str] = ()) -> list[ReadWarning]:
        """What to tell about columns that are not read; columns without a name are no news."""
        named = tuple(
            name
            for name in self.unknown
            if name not in read_elsewhere and not _WITHOUT_NAME.match(name)
        )
        told = (("unknown_columns", named), ("unused_columns", self.unused))
        return [ReadWarning(code, {"columns": _listed(names)}) for code, names in told if names]


def match_headers(
    headers: Iterable[str],
    names: Mapping[str, Iterable[str]],
    renames: Mapping[str, Collection[str]] | None = None,
) -> HeaderMatch:
    """Match header names with columns.

    Args:
        headers: as in the file.
        names: column -> its names, best first.
        renames: a mapping's own: header name -> the columns that it holds. None of them means:
            leave it out.
    """
    own = {fold(header): held for header, held in (renames or {}).items()}
    ranks = {
        (column, fold(name)): rank
        for column, spellings in names.items()
        for rank, name in reversed(list(enumerate(spellings)))
    }
    meanings: dict[str, list[str]] = {}
    for column, spelling in ranks:
        meanings.setdefault(spelling, []).append(column)
    candidates: dict[str, list[tuple[int, int, str]]] = {}
    unknown: list[str] = []
    for place, header in enumerate(headers):
        key = fold(header)
        if key in own:
            for column in own[key]:
                candidates.setdefault(column, []).append((-1, place, header))
        elif key in meanings:
            for column in meanings[key]:
                candidates.setdefault(column, []).append((ranks[column, key], place, header))
        else:
            unknown.append(header)
    columns = {column: min(found)[2] for column, found in candidates.items()}
    used = set(columns.values())
    all_found = {header for found in candidates.values() for _, _, header in found}
    unused = tuple(header for header in headers if header in all_found - used)
    return HeaderMatch(columns, tuple(unknown), unused)


def _listed(names: Iterable[str]) -> str:
    """Header names in a row. A file without a header has a person's row in its place."""
    masked = mask_within(", ".join(names))
    return masked if len(masked) <= _MOST_LISTED else masked[:_MOST_LISTED] + " …"


def contract_names(contract: Contract) -> dict[str, tuple[str, ...]]:
    """Every column's names: the canonical one, then its aliases."""
    return {name: (name, *column.aliases) for name, column in contract.columns.items()}


def check_required(contract: Contract, present: Iterable[str], headers: Iterable[str]) -> None:
    """Refuse a file without a column that the contract needs.

    ``as_of`` may be missing: the file's day then counts for every row.

    Raises:
        UnreadableFileError: ``missing_required_column`` with ``missing`` and the ``columns``
            found.
    """
    known = set(present) | {"as_of"}
    missing = [
        name for name, column in contract.columns.items() if column.required and name not in known
    ]
    missing += [
        " / ".join(group) for group in contract.required_any if not known.intersection(group)
    ]
    if missing:
        raise UnreadableFileError(
            "missing_required_column", missing=", ".join(missing), columns=_listed(headers)
        )
