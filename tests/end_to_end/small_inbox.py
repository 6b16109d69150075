"""A hand-written inbox, weeks run on it in this process, and what each week left, read back."""

import csv
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flows.composition import WeeklyRequest, run_week
from screening.identity_numbers import luhn_digit
from screening.places import RULES_DIR

#: A Friday, in week 47.
AS_OF = date(2026, 11, 20)


def company(number: int) -> str:
    """A company's organisationsnummer, ten digits with the right check digit."""
    payload = f"5598{number:05d}"
    return payload + str(luhn_digit(payload))


def person(born: str, number: int) -> str:
    """A person's number, twelve digits, of the birth numbers that are kept for tests."""
    payload = f"{born[2:]}{980 + number}"
    return f"{born[:2]}{payload}{luhn_digit(payload)}"


def only_rules(folder: Path, *names: str) -> Path:
    """A folder with some of the shipped rule files, named by how their path begins."""
    for name in names:
        (path,) = RULES_DIR.glob(f"{name}*.yaml")
        kept = folder / path.relative_to(RULES_DIR)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, kept)
    return folder


@dataclass(frozen=True)
class Week:
    """What a run left in ``OUT/<week>/``, as another program would read it."""

    folder: Path
    exit_code: int

    @property
    def town(self) -> Path:
        """The folder that has inbox, state and lists."""
        return self.folder.parents[1]

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a csv file, every cell as text."""
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream, delimiter=";"))

    @property
    def ranked(self) -> list[dict[str, str]]:
        return self.rows("risk-list.csv")

    @property
    def findings(self) -> list[dict[str, str]]:
        return self.rows("findings.csv")

    @property
    def quarantine(self) -> list[dict[str, str]]:
        return self.rows("quarantine.csv")

    @property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.folder / "run.json").read_text(encoding="utf-8"))

    @property
    def inputs(self) -> dict[str, dict[str, Any]]:
        """The files of the inbox by name."""
        return {each["file"]: each for each in self.manifest["inputs"]}

    @property
    def rules(self) -> dict[str, dict[str, Any]]:
        return {each["id"]: each for each in self.manifest["rules"]}

    def warned(self, code: str) -> list[dict[str, Any]]:
        """The warnings of one kind."""
        return [each for each in self.manifest["warnings"] if each["code"] == code]

    def found(self, *, still_open: bool = True) -> set[tuple[str, str]]:
        """Supplier and rule of each finding."""
        wanted = "true" if still_open else "false"
        return {
            (each["supplier_id"], each["rule_id"])
            for each in self.findings
            if each["still_open"] == wanted
        }

    def bytes_of(self, *names: str) -> dict[str, bytes]:
        return {name: (self.folder / name).read_bytes() for name in names}

    def assert_counts_add_up(self) -> None:
        """What went in equals what came out, for every file, and quarantine is all there."""
        for each in self.manifest["inputs"]:
            parts = (each["rows_loaded"], each["rows_quarantined"], each["rows_skipped"])
            assert each["rows_read"] == sum(parts), each
        quarantined = sum(each["rows_quarantined"] for each in self.manifest["inputs"])
        assert quarantined == len(self.quarantine)
        for rule in self.manifest["rules"]:
            outcomes = rule["found"] + rule["clear"] + rule["not_checked"]
            assert outcomes == self.manifest["suppliers"], rule


@dataclass
class Town:
    """An inbox with its state and its lists, all below one folder."""

    folder: Path
    rules: Path = field(default=RULES_DIR)

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    def put(self, name: str, *lines: str, encoding: str = "utf-8") -> Path:
        """A text file in the inbox, line by line; the header first."""
        return self.put_bytes(name, "".join(f"{line}\n" for line in lines).encode(encoding))

    def put_bytes(self, name: str, content: bytes) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            (self.inbox / name).unlink()

    def as_before_the_rules(self, state: str) -> str:
        """A state folder of this name, in which everything is read and no rule was asked yet."""
        shutil.copytree(self.folder / "state", self.folder / state)
        for kept in (self.folder / state / "work").glob("screened-*"):
            shutil.rmtree(kept)
        return state

    def run(
        self, as_of: date = AS_OF, *, out: str = "out", state: str = "state", **options: Any
    ) -> Week:
        """``vaksam weekly`` without the command line."""
        published = run_week(
            WeeklyRequest(
                inbox=self.inbox,
                out=self.folder / out,
                state=self.folder / state,
                as_of=as_of,
                rules=options.pop("rules", (self.rules,)),
                **options,
            )
        )
        return Week(published.folder, published.exit_code)


#: Gives the week of a town of a name, which is run only once for all tests; see ``conftest``.
WeekMadeOnce = Callable[[str, Callable[[Town], Week]], Week]
