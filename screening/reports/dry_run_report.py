"""A dry run in words: per file how it is written, what would come of its rows, and what to do."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.identity_numbers import mask_within
from screening.messages import Language, MissingMessageError, text
from screening.reports.quarantine_words import what_is_wrong, what_to_do
from screening.reports.run_record import NEEDS_A_LOOK
from screening.sources.contracts import all_contracts
from screening.sources.delivery import ReadWarning
from screening.sources.folding import fold
from screening.sources.format_descriptions import formats
from screening.sources.headers import contract_names
from screening.sources.proposing.looking import Look, how_written
from screening.warehouse.dry_run import DryRun, TriedFile

#: Reasons of one file that are told; the rest are counted.
MOST_REASONS = 5
_LONGEST_EXAMPLE = 60
#: Mended rows belong into files that were read before. A dry run starts empty and has none of them.
_OF_OTHER_FILES = "correction_unknown_file"
_SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}
_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}


@dataclass(frozen=True)
class ToldReason:
    """Why rows would be set aside. ``example`` is the cell of the first such row, masked."""

    reason: str
    rows: int
    row_no: int | None
    column: str | None
    example: str | None
    what: str
    action: str


@dataclass(frozen=True)
class ToldFile:
    """One file as it is shown. ``read == would_load + repeated + quarantined``."""

    file: str
    source: str
    title: str
    written: str
    read: int
    would_load: int
    repeated: int
    quarantined: int
    left_out: int
    is_read: bool
    reasons: tuple[ToldReason, ...]
    more_reasons: int
    warnings: tuple[str, ...]

    @property
    def needs_a_look(self) -> bool:
        """Whether some of it would not load."""
        return bool(self.quarantined) or self.read == 0


@dataclass(frozen=True)
class Report:
    """Every file of a dry run, and what of the inbox would not be read at all."""

    files: tuple[ToldFile, ...]
    warnings: tuple[str, ...]
    has_unread: bool

    @property
    def needs_a_look(self) -> bool:
        """Whether anything would not load."""
        return self.has_unread or not self.files or any(file.needs_a_look for file in self.files)

    def total(self, figure: str) -> int:
        """The sum of a figure over all files."""
        return sum(getattr(file, figure) for file in self.files)

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        figures = ("read", "would_load", "repeated", "quarantined", "left_out")
        return {
            "needs_a_look": self.needs_a_look,
            "total": {figure: self.total(figure) for figure in figures},
            "files": [
                {
                    "file": file.file,
                    "source": file.source,
                    "written": file.written,
                    "is_read": file.is_read,
                    **{figure: getattr(file, figure) for figure in figures},
                    "reasons": [dict(reason.__dict__) for reason in file.reasons],
                    "more_reasons": file.more_reasons,
                    "warnings": list(file.warnings),
                }
                for file in self.files
            ],
            "warnings": list(self.warnings),
        }


def told(run: DryRun, inbox: Path, language: Language) -> Report:
    """A dry run in words.

    Args:
        run: what was found.
        inbox: where its files lie.
        language: of the words.
    """
    return Report(
        files=tuple(_told_file(file, inbox / file.file, language) for file in run.files),
        warnings=tuple(warning_text(warning, language) for warning in run.warnings),
        has_unread=any(warning.code in NEEDS_A_LOOK for warning in run.warnings),
    )


def warning_text(warning: ReadWarning, language: Language) -> str:
    """A warning in words, without personal numbers."""
    try:
        return mask_within(text(f"warnings.{warning.code}", language, **warning.values))
    except (MissingMessageError, KeyError):
        return warning.code


def _told_file(file: TriedFile, path: Path, language: Language) -> ToldFile:
    look = how_written(path) if path.is_file() else Look("unreadable")
    shown = file.reasons.head(MOST_REASONS)
    return ToldFile(
        file=mask_within(file.file),
        source=file.source,
        title=all_contracts()[file.source].title[language],
        written=written_words(look, file.origin, language),
        read=file.counts.read,
        would_load=file.counts.loaded,
        repeated=file.counts.skipped,
        quarantined=file.counts.quarantined,
        left_out=file.left_out,
        is_read=file.is_read,
        reasons=tuple(
            _told_reason(row, file, path, look, language) for row in shown.iter_rows(named=True)
        ),
        more_reasons=file.reasons.height - shown.height,
        warnings=tuple(warning_text(warning, language) for warning in file.warnings),
    )


def _told_reason(
    row: dict[str, Any], file: TriedFile, path: Path, look: Look, language: Language
) -> ToldReason:
    is_untried = row["reason"] == _OF_OTHER_FILES
    return ToldReason(
        reason=row["reason"],
        rows=row["rows"],
        row_no=row["row_no"],
        column=mask_within(row["column"]) if row["column"] else None,
        example=_example(row, file, path, look),
        what=text("check.mended_rows", language)
        if is_untried
        else what_is_wrong(row["reason"], language),
        action=text("check.mended_rows_action", language)
        if is_untried
        else what_to_do(row["reason"], language),
    )


def _example(row: dict[str, Any], file: TriedFile, path: Path, look: Look) -> str | None:
    """The cell that was wrong, masked; the details where a whole file was.

    Nothing of a row is shown where its cell cannot be told from the others: they may be anyone's.
    """
    raw, column = row["raw"], row["column"]
    if not raw:
        return None
    if row["row_no"] is None:
        return _details(raw) if not file.is_read else None
    if column is None or look.format != "delimited" or row["member"]:
        return None
    headers = _headers(path, look)
    cells = raw.split(";")
    if column not in headers or len(cells) != len(headers):
        return None
    if _is_sensitive(file.source, column):
        return None
    return _shortened(mask_within(cells[headers.index(column)])) or None


def _details(raw: str) -> str | None:
    """What a file's failure says of itself, such as the columns that are missing."""
    try:
        said = json.loads(raw)
    except ValueError:
        return _shortened(mask_within(raw))
    if not isinstance(said, dict):
        return None
    told = said.get("missing") or "; ".join(str(value) for value in said.values())
    return _shortened(mask_within(str(told)))


def _headers(path: Path, look: Look) -> list[str]:
    from screening.sources.delimited import lay_out, sample

    assert look.encoding is not None  # noqa: S101 - every delimited text has one
    return list(lay_out(sample(path, look.encoding))[0].columns)


def _is_sensitive(source: str, header: str) -> bool:
    """Whether a header is that of a column whose values are sensitive beyond being personal."""
    contract = all_contracts()[source]
    names = contract_names(contract)
    return any(
        column.privacy == "sensitive" and fold(header) in {fold(each) for each in names[name]}
        for name, column in contract.columns.items()
    )


def _shortened(written: str) -> str:
    flat = " ".join(written.split())
    return flat if len(flat) <= _LONGEST_EXAMPLE else flat[:_LONGEST_EXAMPLE] + "…"


def written_words(look: Look, origin: str, language: Language) -> str:
    """How a file is written, in words: format, encoding, separator."""
    named = next(
        (f.title[language] for f in formats().values() if f.origin == origin != "canonical"), None
    )
    parts = [named] if named else []
    if look.packed:
        parts.append(text(f"check.packed_{look.packed}", language))
    elif look.format != "unreadable" and (look.format != "document" or not named):
        parts.append(text(f"check.format_{look.format}", language))
    if look.encoding is not None:
        parts.append(_ENCODINGS[look.encoding.name])
    if look.separator is not None:
        parts.append(text(f"check.separator_{_SEPARATORS.get(look.separator, 'bar')}", language))
    return ", ".join(parts) or text("check.format_unreadable", language)


def grouped(files: Sequence[ToldFile]) -> tuple[list[ToldFile], list[tuple[str, list[ToldFile]]]]:
    """Files to show one by one, and those of which everything loads, by source.

    A folder of a thousand invoices that are all well is one line.
    """
    alone = [file for file in files if file.needs_a_look or file.warnings]
    rest: dict[str, list[ToldFile]] = {}
    for file in files:
        if not (file.needs_a_look or file.warnings):
            rest.setdefault(file.source, []).append(file)
    return alone, sorted(rest.items())
