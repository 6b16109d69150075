"""``vaksam quarantine retry``: which files are read again, and what came of it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from screening.identity.stage import resolved_day
from screening.messages import Language, text
from screening.places import MAPPINGS_DIR
from screening.reports.quarantine_list import (
    Chosen,
    NotInQuarantineError,
    QuarantineWorkError,
    entries_of,
    opened_quarantine,
)
from screening.reports.quarantine_words import what_is_wrong
from screening.sources.mappings import load_mappings
from screening.warehouse.exchange import as_table
from screening.warehouse.known import set_known_day
from screening.warehouse.quarantine import close_entries
from screening.warehouse.retrying import Retried, retry
from screening.warehouse.state import State


class UnknownReplacementError(QuarantineWorkError):
    """The file that is said to replace another was never read."""

    message = "unknown_replacement"


@dataclass(frozen=True)
class RetryOutcome:
    """The files that were read again."""

    files: tuple[Retried, ...]

    @property
    def sound(self) -> int:
        """Entries that stand no more."""
        return sum(each.sound for each in self.files)

    @property
    def standing(self) -> int:
        """Entries that stand still."""
        return sum(each.standing for each in self.files)

    def sentences(self, language: Language) -> list[str]:
        """What came of it, one sentence per file, then all together."""
        told = [
            text(
                "quarantine_work.retried_worse",
                language,
                file=each.file,
                why=_why(each.failure, language),
            )
            if each.failure
            else text(
                "quarantine_work.retried_file",
                language,
                file=each.file,
                sound=each.sound,
                standing=each.standing,
            )
            for each in self.files
        ]
        told.append(
            text(
                "quarantine_work.retried",
                language,
                files=len(self.files),
                sound=self.sound,
                standing=self.standing,
            )
        )
        if self.sound:
            told.append(text("quarantine_work.retried_next", language))
        return told

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "sound": self.sound,
            "standing": self.standing,
            "files": [
                {
                    "source": each.source,
                    "file": each.file,
                    "sound": each.sound,
                    "standing": each.standing,
                    "failure": each.failure,
                }
                for each in self.files
            ],
        }


def _why(failure: str, language: Language) -> str:
    if failure == "raw_copy_gone":
        return text("quarantine_work.raw_copy_gone", language)
    return what_is_wrong(failure, language).rstrip(".")


def retry_quarantine(
    folder: Path,
    chosen: tuple[Chosen, ...],
    day: date,
    mapping_folders: tuple[Path, ...] = (),
) -> RetryOutcome:
    """Read every file that has something of what is chosen in quarantine again.

    Raises:
        NotInQuarantineError: one of the files that are named has nothing in quarantine.
        NothingPublishedError: nothing was ever read.
        StateBusyError: a run is under way.
        MappingFileError: a mapping is not well formed.
    """
    mappings = load_mappings((MAPPINGS_DIR, *mapping_folders))
    with opened_quarantine(folder) as connection:
        entries = entries_of(connection, day)
        meant = [each.of(entries) for each in chosen]
        for one, found in zip(chosen, meant, strict=True):
            if one.file is not None and found.is_empty():
                raise NotInQuarantineError(one.file)
        done = retry(connection, pl.concat(meant).unique(), mappings, State(folder), day)
        resolved = resolved_day(connection)
        if resolved is not None:
            # Rows that come late may need other views; who explains the last list reads them.
            set_known_day(connection, resolved)
    return RetryOutcome(tuple(done))


def close_as_replaced(folder: Path, chosen: Chosen, by: str, day: date) -> int:
    """End every entry of what is chosen: another file of the source, ``by``, has the rows right.

    For what no comparison can tell, and a person can. How many entries ended.

    Raises:
        NotInQuarantineError: nothing fits.
        UnknownReplacementError: no such file was read for the source.
        NothingPublishedError: nothing was ever read.
        StateBusyError: a run is under way.
    """
    with opened_quarantine(folder) as connection:
        entries = chosen.of(entries_of(connection, day))
        if entries.is_empty():
            raise NotInQuarantineError(chosen.file or "")
        (source,) = entries["source"].unique().to_list()[:1]
        found = connection.execute(
            "SELECT sha256 FROM meta.files WHERE source = ? AND status = 'loaded' "
            "AND (name = ? OR ends_with(name, '/' || ?)) ORDER BY received_on DESC, file_id DESC",
            [source, by, by],
        ).fetchall()
        others = [sha256 for (sha256,) in found if sha256 not in set(entries["sha256"])]
        if not others:
            raise UnknownReplacementError(by, source=source)
        ending = entries.filter(pl.col("source") == source).drop("shown_file")
        with as_table(connection, "ending", ending):
            close_entries(connection, "SELECT * FROM ending", day, "replaced", str(others[0]))
    return ending.height
