"""Stage ``publish``: score what the rules found and leave the week's list where readers look.

First the published DuckDB file is moved into place, then the files of the week one by one, the
manifest last. Until its own file is replaced, each of last time's files stands whole.
"""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl

from screening.identity.resolve import ResolveSummary
from screening.messages import Language, text
from screening.reports.finding_states import finding_states
from screening.reports.manifest import Manifest, write_manifest
from screening.reports.own_findings import OWN_KINDS, own_in_short
from screening.reports.run_record import NEEDS_A_LOOK, findings_decided, manifest
from screening.reports.source_rows import evidence_content, evidence_files, quarantined_rows
from screening.reports.week_files import write_week
from screening.rules.stage import Screened
from screening.scoring import PreviousWeek, ScoredWeek, rank, read_policy
from screening.scoring.judgements import Judgements, no_decisions
from screening.warehouse.connection import open_warehouse
from screening.warehouse.exchange import to_polars
from screening.warehouse.fingerprint import inputs_hash
from screening.warehouse.ingesting import IngestSummary
from screening.warehouse.publishing import iso_week, newest_before, open_published, publish_tables
from screening.warehouse.source_days import known_sources
from screening.warehouse.state import State


@dataclass(frozen=True)
class WeekRun:
    """What the stages before gave, and ``decisions``: what people decided about findings.

    ``timings`` (seconds) still grows while this stage runs. ``decisions`` as in
    ``scoring.judgements.DECISIONS``.
    """

    as_of: date
    ingested: IngestSummary
    resolved: ResolveSummary
    screened: Screened
    timings: dict[str, float]
    peak_rss_mb: Callable[[], float]
    language: Literal["sv", "en"] = "sv"
    is_complete: bool = False
    decisions: pl.DataFrame = field(default_factory=no_decisions)


@dataclass(frozen=True)
class Published:
    """Where the week's list is and what its first lines say; ``own`` is about ourselves."""

    folder: Path
    manifest: Manifest
    ranked: pl.DataFrame
    own: tuple[str, ...] = ()

    @property
    def run_id(self) -> str:
        return self.manifest.run_id

    @property
    def week(self) -> str:
        return self.manifest.week

    @property
    def listed(self) -> int:
        return self.manifest.listed

    @property
    def warning_count(self) -> int:
        return len(self.manifest.warnings)

    def band_counts(self) -> dict[str, int]:
        """Suppliers on the list per band."""
        return dict(self.ranked.group_by("band").len().iter_rows())

    def new_count(self) -> int:
        """Suppliers that are on the list for the first time, or again."""
        return self.ranked.filter(pl.col("change").is_in(["new", "back"])).height

    def answer(self, language: Language) -> str:
        """The first line: how many to look at, how many of them gravely, how many are new."""
        counts = self.band_counts()
        key = "cli.week_answer" if self.manifest.previous_week else "cli.week_answer_first"
        return text(
            key,
            language,
            week=self.week,
            listed=self.listed,
            suppliers=self.manifest.suppliers,
            high=counts.get("hög", 0),
            raised=counts.get("förhöjd", 0),
            new=self.new_count(),
        )

    @property
    def exit_code(self) -> int:
        """0 published; 3 published, and something needs a look."""
        codes = {warning.code for warning in self.manifest.warnings}
        return 3 if codes & NEEDS_A_LOOK else 0

    def as_json(self) -> dict[str, Any]:
        """What a program wants to know: run, week, folder, counts, warnings."""
        return {
            "run_id": self.run_id,
            "week": self.week,
            "folder": str(self.folder),
            "suppliers": self.manifest.suppliers,
            "listed": self.listed,
            "own": {
                kind: sum(rule.found for rule in self.manifest.rules if rule.kind == kind)
                for kind in OWN_KINDS
            },
            "exit_code": self.exit_code,
            "warnings": [warning.model_dump() for warning in self.manifest.warnings],
        }


def _frame(connection: duckdb.DuckDBPyConnection, table: str) -> pl.DataFrame:
    return to_polars(connection.sql(f"SELECT * FROM {table}"))


def previous_week(state: State, week: str) -> PreviousWeek | None:
    """The newest list of an earlier ISO week, None at the first run."""
    path = newest_before(state, week)
    if path is None:
        return None
    with open_published(path) as connection:
        ((as_of, published_week),) = connection.execute("SELECT as_of, week FROM run").fetchall()
        return PreviousWeek(
            as_of=as_of,
            week=published_week,
            ranked=_frame(connection, "ranked"),
            findings=_frame(connection, "findings"),
            supplier_history=_frame(connection, "supplier_history"),
        )


def _score(state: State, week: WeekRun, states: pl.DataFrame) -> ScoredWeek:
    result = week.screened.result
    return rank(
        week.screened.suppliers,
        result.findings,
        result.outcomes,
        rules=week.screened.rules.rules,
        policy=read_policy(),
        previous=previous_week(state, iso_week(week.as_of)),
        as_of=week.as_of,
        not_checked=result.not_checked,
        judgements=Judgements(week.decisions, states),
    )


def _replace_files(made: Path, folder: Path) -> None:
    """Move the files of the week into place, each in one step, the manifest last."""
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(path.name for path in made.iterdir())
    for name in sorted(names, key=lambda name: name == "run.json"):
        (made / name).replace(folder / name)


def _beside(out: Path, week: str) -> Path:
    """An empty folder on the file system of ``out``, so that moving is one step."""
    made = out / f".{week}.making"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    return made


def publish_week(state: State, out: Path, run: WeekRun) -> Published:
    """Score, write, publish.

    Raises:
        OSError: ``out`` or the state folder cannot be written.
        PolicyGapError: a rule's area or severity is not in the policy.
    """
    started = time.perf_counter()
    with open_warehouse(state) as connection:
        states = finding_states(connection, run.screened.result.findings)
        week = _score(state, run, states)
        inputs = inputs_hash(connection, run.as_of)
        _, arrived = known_sources(connection, run.as_of)
        evidence = evidence_files(connection, week.findings)
        content = evidence_content(connection, week.findings)
        quarantine = quarantined_rows(connection, run.ingested.inputs, run.as_of)
    record = manifest(
        as_of=run.as_of,
        ingested=run.ingested,
        resolved=run.resolved,
        screened=run.screened,
        arrived=arrived,
        inputs=inputs,
        language=run.language,
        previous_week=week.previous_week,
        listed=week.ranked.height,
        decided=findings_decided(week, run.decisions),
        timings=dict(run.timings),
        peak_rss_mb=run.peak_rss_mb(),
    ).without_personal_numbers()
    made = _beside(out, week.week)
    write_week(
        made,
        week,
        manifest=record,
        evidence=evidence,
        quarantine=quarantine,
        not_checked=run.screened.result.not_checked,
        language=run.language,
        include_all=run.is_complete,
    )
    publish_tables(
        state,
        record.run_id,
        run.as_of,
        {
            "run": pl.DataFrame(
                {
                    "run_id": [record.run_id],
                    "as_of": [run.as_of],
                    "week": [week.week],
                    "manifest": [record.model_dump_json()],
                }
            ),
            "ranked": week.ranked,
            "unlisted": week.unlisted,
            "findings": week.findings,
            "finding_states": states,
            "supplier_history": week.supplier_history,
            "way_off": week.way_off,
            "not_checked": run.screened.result.not_checked,
            "evidence": evidence,
            "evidence_rows": content,
            "quarantine": quarantine,
        },
    )
    record = record.model_copy(
        update={"timings": {**record.timings, "publish": round(time.perf_counter() - started, 3)}}
    )
    write_manifest(record, made / "run.json")
    folder = out / week.week
    _replace_files(made, folder)
    made.rmdir()
    with open_warehouse(state) as connection:
        connection.execute("UPDATE meta.files SET is_published = true WHERE NOT is_published")
    return Published(
        folder=folder,
        manifest=record,
        ranked=week.ranked,
        own=own_in_short(week, run.language),
    )
