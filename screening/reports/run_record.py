"""The manifest of a run, put together from what the stages say they did."""

import hashlib
import platform
from collections.abc import Mapping
from datetime import date
from importlib.metadata import version

import polars as pl

from screening import __version__
from screening.identity.resolve import ResolveSummary
from screening.messages import Language, MissingMessageError, text
from screening.places import RULES_DIR
from screening.reports.freshness import ABSENT, SourceFreshness, freshness
from screening.reports.manifest import (
    DecidedFindings,
    InputFile,
    Manifest,
    Notice,
    PolicyUsed,
    ReviewedPairs,
    RuleRun,
    SourceState,
)
from screening.reports.untold_columns import untold_in_run
from screening.rules.stage import Screened
from screening.scoring.judgements import STATUSES, decisions_hash
from screening.scoring.policy import read_policy
from screening.scoring.week import ScoredWeek
from screening.sources.delivery import ReadWarning
from screening.warehouse.ingesting import IngestSummary
from screening.warehouse.publishing import iso_week
from screening.warehouse.source_days import Arrived

SourcesKnown = tuple[SourceFreshness, ...]

_LIBRARIES = ("duckdb", "polars", "rapidfuzz", "pydantic", "prefect")

#: Codes of what an operator should look at before trusting the list: they make exit code 3.
NEEDS_A_LOOK = frozenset(
    {
        "file_in_quarantine",
        "source_missing",
        "source_too_old",
        "rule_failed",
        "unknown_source",
        "file_outside_source",
        "cannot_open",
        "not_a_regular_file",
        "still_being_written",
    }
)


def versions() -> dict[str, str]:
    """vaksam, Python and the libraries that decide what comes out."""
    return {
        "vaksam": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


def rules_hash(screened: Screened) -> str:
    """One hash over the rules and the policy."""
    policy = (RULES_DIR / "policy.yaml").read_bytes()
    return hashlib.sha256(screened.rules.rules_hash.encode() + policy).hexdigest()


def _policy_used() -> PolicyUsed:
    policy = read_policy()
    return PolicyUsed(version=policy.version, hash=policy.content_hash)


def run_id(as_of: date, inputs: str, rules: str, pairs: str = "", findings: str = "") -> str:
    """The name of a run, such as ``2026-11-20-1a2b3c4d``.

    It is the same for the same inputs, rules, decisions (about who is who, and about findings),
    version and day.
    """
    decided = (pairs, findings and f"findings {findings}")
    parts = (as_of.isoformat(), inputs, rules, __version__, *filter(None, decided))
    content = "|".join(parts)
    return f"{as_of.isoformat()}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def findings_decided(week: ScoredWeek, decisions: pl.DataFrame) -> DecidedFindings:
    """How many open findings people decided about, and one hash over their decisions."""
    is_open = pl.col("still_open").fill_null(value=False)
    held = week.findings.filter(is_open).drop_nulls("case_status")
    counts = dict(held.group_by("case_status").len().iter_rows())
    return DecidedFindings(
        **{status: counts.get(status, 0) for status in STATUSES},
        suppliers_set_aside=(week.unlisted["findings_set_aside"] > 0).sum(),
        hash=decisions_hash(decisions, week.as_of),
    )


def _words(warning: ReadWarning, language: Language) -> str:
    try:
        return text(f"warnings.{warning.code}", language, **warning.values)
    except (MissingMessageError, KeyError):
        return warning.code


def sources_of(screened: Screened, arrived: Mapping[str, Arrived], as_of: date) -> SourcesKnown:
    """How recent every source is, the worst first."""
    return freshness(
        screened.rules.rules,
        as_of,
        dict(screened.sources.iter_rows()),
        arrived,
        screened.result.not_checked,
        screened.suppliers["supplier_id"].n_unique(),
    )


def source_states(sources: SourcesKnown, language: Language) -> tuple[SourceState, ...]:
    """The same for ``run.json``."""
    return tuple(
        SourceState(
            source=each.contract.source,
            title=each.contract.title[language],
            status=each.status,
            newest_as_of=each.newest,
            age_days=each.age_days,
            limit_days=each.limit_days,
            files=each.arrived.files,
            rows=each.arrived.rows,
            needed_by=len(each.needed_by),
            rules=tuple(need.rule_id for need in each.suffering),
            rules_soon=tuple(need.rule_id for need in each.soon),
            suppliers_not_checked=each.suppliers,
            text=each.sentence(language),
        )
        for each in sources
    )


def _source_notices(sources: SourcesKnown, language: Language) -> list[Notice]:
    """Sources that rules need and that are missing, too old or soon too old."""
    notices = []
    for each in sources:
        if each.suffering:
            code = "source_missing" if each.status in ABSENT else "source_too_old"
        elif each.soon:
            code = "source_soon_old"
        else:
            continue
        notices.append(Notice(code=code, source=each.contract.source, text=each.sentence(language)))
    return notices


def _file_notices(ingested: IngestSummary, language: Language) -> list[Notice]:
    notices = [
        Notice(
            code="file_in_quarantine",
            source=file.source,
            file=file.file,
            text=text("run.file_in_quarantine", language, file=file.file),
        )
        for file in ingested.inputs
        if file.status == "quarantined"
    ]
    for warning in ingested.warnings:
        file = warning.values.get("file")
        notices.append(
            Notice(
                code=warning.code,
                file=str(file) if file else None,
                text=_words(warning, language),
            )
        )
    return notices


def notices(
    ingested: IngestSummary,
    resolved: ResolveSummary,
    screened: Screened,
    sources: SourcesKnown,
    language: Language,
) -> tuple[Notice, ...]:
    """Everything worth a look, first what touches the most."""
    failed = [
        Notice(
            code="rule_failed",
            text=text(
                "run.rule_failed", language, rule=row["rule_id"], why=row[f"reason_{language}"]
            ),
        )
        for row in screened.result.rules.iter_rows(named=True)
        if row["status"] == "failed"
    ]
    resolving = [
        Notice(code=warning.code, text=_words(warning, language)) for warning in resolved.warnings
    ]
    untold = [
        Notice(code="column_untold", source=each.source, text=each.sentence(language))
        for each in untold_in_run(screened.rules.rules, screened.result.not_checked)
    ]
    about_sources = [*_source_notices(sources, language), *untold]
    return (*failed, *about_sources, *_file_notices(ingested, language), *resolving)


def _rule_runs(screened: Screened, language: Language) -> tuple[RuleRun, ...]:
    kinds = {rule.id: rule.kind for rule in screened.rules.rules}
    return tuple(
        RuleRun(
            id=row["rule_id"],
            version=row["rule_version"] or 0,
            status=row["status"],
            kind=kinds.get(row["rule_id"]),
            found=row["found"],
            clear=row["clear"],
            not_checked=row["not_checked"],
            seconds=round(row["seconds"], 4),
            reason=row[f"reason_{language}"],
        )
        for row in screened.result.rules.iter_rows(named=True)
    )


def _input_files(ingested: IngestSummary) -> tuple[InputFile, ...]:
    return tuple(
        InputFile(
            source=file.source,
            file=file.file,
            sha256=file.sha256,
            as_of=file.as_of,
            as_of_from="file_name" if file.as_of_origin == "file name" else "received",
            rows_read=file.counts.read,
            rows_loaded=file.counts.loaded,
            rows_quarantined=file.counts.quarantined,
            rows_skipped=file.counts.skipped,
        )
        for file in ingested.inputs
    )


def manifest(
    *,
    as_of: date,
    ingested: IngestSummary,
    resolved: ResolveSummary,
    screened: Screened,
    arrived: Mapping[str, Arrived],
    inputs: str,
    language: Language,
    previous_week: str | None,
    listed: int,
    decided: DecidedFindings,
    timings: dict[str, float],
    peak_rss_mb: float,
) -> Manifest:
    """The manifest of a run.

    ``arrived`` is what came of each source, ``inputs`` their hash, ``decided`` what people decided
    about findings.
    """
    rules = rules_hash(screened)
    sources = sources_of(screened, arrived, as_of)
    return Manifest(
        run_id=run_id(as_of, inputs, rules, resolved.decisions_hash, decided.hash),
        as_of=as_of,
        week=iso_week(as_of),
        previous_week=previous_week,
        versions=versions(),
        inputs_hash=inputs,
        rules_hash=rules,
        policy=_policy_used(),
        inputs=_input_files(ingested),
        rules=_rule_runs(screened, language),
        sources=source_states(sources, language),
        reviewed_pairs=ReviewedPairs(**resolved.decisions, hash=resolved.decisions_hash),
        decided_findings=decided,
        suppliers=screened.suppliers.height,
        listed=listed,
        timings=timings,
        peak_rss_mb=round(peak_rss_mb, 1),
        warnings=notices(ingested, resolved, screened, sources, language),
    )
