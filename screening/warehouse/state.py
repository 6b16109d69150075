"""The state folder of one installation: where everything lies, and who may write."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class State:
    """Paths inside one state folder. Nothing is shared between two state folders."""

    folder: Path

    @property
    def warehouse(self) -> Path:
        """The DuckDB file with every row that was ever received; written by runs only."""
        return self.folder / "warehouse.duckdb"

    @property
    def cases(self) -> Path:
        """What people decided, unless it is kept in a database elsewhere; no run writes to it."""
        return self.folder / "cases.db"

    @cached_property
    def raw(self) -> Path:
        """Every input file as received, by content hash."""
        return self.folder / "raw"

    @property
    def published(self) -> Path:
        """One DuckDB file per run, read-only once it is there."""
        return self.folder / "published"

    @property
    def newest(self) -> Path:
        """A text file that holds the name of the newest published file."""
        return self.published / "newest"

    @property
    def work(self) -> Path:
        """Files of the run under way; worthless once it is over."""
        return self.folder / "work"

    @property
    def lock(self) -> Path:
        """Held by the run under way."""
        return self.folder / "warehouse.lock"

    def make(self) -> "State":
        """Create the folders. Raises OSError where that is not allowed."""
        for folder in (self.raw, self.published, self.work):
            folder.mkdir(parents=True, exist_ok=True)
        return self
