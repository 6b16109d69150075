"""``run.json``: what went in, what was checked, what came out, and how long it took."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from screening.reports.privacy import texts_without_personal_numbers

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InputFile(_Part):
    """One file of the inbox. ``as_of_from`` says where the file's day was taken from."""

    source: str
    file: str
    sha256: str
    as_of: date | None = None
    as_of_from: Literal["rows", "file_name", "received"] | None = None
    rows_read: Count = 0
    rows_loaded: Count = 0
    rows_quarantined: Count = 0
    rows_skipped: Count = 0

    @property
    def adds_up(self) -> bool:
        """Every row that was read was loaded, quarantined or skipped as already loaded."""
        return self.rows_read == self.rows_loaded + self.rows_quarantined + self.rows_skipped


class RuleRun(_Part):
    """One rule in this run. The three counts are suppliers; ``reason`` is for what was not run."""

    id: str
    version: int
    status: Literal["run", "not_checked", "failed"]
    kind: Literal["risk", "control", "quality"] | None = None
    found: Count = 0
    clear: Count = 0
    not_checked: Count = 0
    seconds: Seconds = 0.0
    reason: str | None = None


class SourceState(_Part):
    """How recent a source was, and which rules suffered; see ``reports.freshness``.

    ``files`` and ``rows`` are all that had come until the day of the run (those of this run's inbox
    stand in ``inputs``). ``rules`` could not be checked for anybody
    for lack of the source, ``rules_soon`` could not next week if nothing new came.
    ``suppliers_not_checked`` could not be checked by some rule because of it. ``text`` is for
    people, empty where all is well.
    """

    source: str
    title: str
    status: Literal["missing", "unreadable", "header_only", "too_old", "soon_old", "fresh"]
    newest_as_of: date | None = None
    age_days: int | None = None
    limit_days: Count
    files: Count = 0
    rows: Count = 0
    needed_by: Count = 0
    rules: tuple[str, ...] = ()
    rules_soon: tuple[str, ...] = ()
    suppliers_not_checked: Count = 0
    text: str = ""

    @property
    def is_idle(self) -> bool:
        """Not there, and nobody asks for it."""
        return self.newest_as_of is None and not self.needed_by


class ReviewedPairs(_Part):
    """Decisions of people about who is who that were in force; ``set_aside`` contradict others.

    ``hash`` covers them; it is part of the run's name, and empty where nobody decided anything.
    """

    same: Count = 0
    not_same: Count = 0
    unsure: Count = 0
    set_aside: Count = 0
    hash: str = ""


class DecidedFindings(_Part):
    """Open findings by what people decided about them.

    ``snoozed`` and ``explained`` give no points; ``returned`` are back, since the decision holds no
    more. ``suppliers_set_aside`` are off the list only because of decisions. ``hash`` covers the
    decisions that count on the day; it is part of the run's name, and empty where there are none.
    """

    snoozed: Count = 0
    explained: Count = 0
    overridden: Count = 0
    returned: Count = 0
    suppliers_set_aside: Count = 0
    hash: str = ""

    @property
    def is_any(self) -> bool:
        """Whether a decision is about anything that was found."""
        return bool(self.snoozed or self.explained or self.overridden or self.returned)


class Notice(_Part):
    """Something that a person should look at: a stable code, a sentence, and where it applies."""

    code: str
    text: str
    source: str | None = None
    file: str | None = None


class PolicyUsed(_Part):
    """The scoring policy of a run: its version, and sha256 over what it says."""

    version: int
    hash: str


class Manifest(_Part):
    """The manifest of one run. ``rules_hash`` covers the rule files and the policy."""

    run_id: str
    as_of: date
    week: str
    previous_week: str | None = None
    versions: dict[str, str]
    inputs_hash: str
    rules_hash: str
    policy: PolicyUsed | None = None
    inputs: tuple[InputFile, ...] = ()
    rules: tuple[RuleRun, ...] = ()
    sources: tuple[SourceState, ...] = ()
    reviewed_pairs: ReviewedPairs = ReviewedPairs()
    decided_findings: DecidedFindings = DecidedFindings()
    suppliers: Count = 0
    listed: Count = 0
    timings: dict[str, Seconds] = Field(default_factory=dict)
    peak_rss_mb: Annotated[float, Field(ge=0)] = 0.0
    warnings: tuple[Notice, ...] = ()

    @property
    def uneven_inputs(self) -> tuple[InputFile, ...]:
        """Files whose rows do not add up. There should never be any: each is worth a warning."""
        return tuple(each for each in self.inputs if not each.adds_up)

    def without_personal_numbers(self) -> "Manifest":
        """The same with file names and sentences masked; hashes and counts are left alone."""
        notices = [(each.text, each.file) for each in self.warnings]
        said = [text for notice in notices for text in notice]
        said += [each.file for each in self.inputs] + [each.reason for each in self.rules]
        shown = texts_without_personal_numbers(text for text in said if text is not None)

        def masked(text: str | None) -> str | None:
            return None if text is None else shown[text]

        return self.model_copy(
            update={
                "inputs": tuple(
                    each.model_copy(update={"file": masked(each.file)}) for each in self.inputs
                ),
                "rules": tuple(
                    each.model_copy(update={"reason": masked(each.reason)}) for each in self.rules
                ),
                "warnings": tuple(
                    each.model_copy(update={"text": masked(each.text), "file": masked(each.file)})
                    for each in self.warnings
                ),
            }
        )


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write ``run.json``: UTF-8, two spaces of indent, fields in the order of the model."""
    written = manifest.without_personal_numbers().model_dump_json(indent=2)
    path.write_text(written + "\n", encoding="utf-8", newline="\n")


def read_manifest(path: Path) -> Manifest:
    """Read a ``run.json``. Raises pydantic's ValidationError where it is not one."""
    return Manifest.model_validate_json(path.read_text(encoding="utf-8"))
