"""``vaksam sources map`` and ``vaksam sources check``: a new file, before it is delivered."""

from datetime import date
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer
from rapidfuzz import process

from screening import terminal
from screening.commands.options import AsJson, AsOf, Lang, Language, Mappings, day, folders
from screening.commands.telling import told_plainly
from screening.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from screening.reports.dry_run_report import Report
    from screening.sources.proposing import Proposal

SourceName = Annotated[
    str | None,
    typer.Option("--source", metavar="SOURCE", help="The source, if you know it: invoices, …"),
]
#: Something needs a look.
_LOOK = 3


def _known_source(source: str | None, language: Language) -> str | None:
    from screening.sources.contracts import all_contracts

    if source is None or source.lower() in all_contracts():
        return source.lower() if source else None
    nearest = process.extractOne(source.lower(), list(all_contracts()))
    told = {"source": source, "nearest": nearest[0] if nearest else ""}
    raise typer.BadParameter(text("check.no_source", language, **told))


def _existing(path: Path, language: Language) -> Path:
    # A pipe or a device would be waited for, not read.
    if not (path.is_file() or path.is_dir()):
        raise typer.BadParameter(text("check.no_path", language, path=path))
    return path


def map_file(
    file: Annotated[Path, typer.Argument(help="The file: CSV, Excel, JSON, Parquet; gz or zip.")],
    source: SourceName = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the mapping to this file.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write it even where the file is there already.")
    ] = False,
    as_of: AsOf = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Look at a file, propose its source and a mapping, and try the mapping on it.

    Exit code 3 if something is unsure or not every row would load.

    Example: vaksam sources map export.csv --out mappings/my-system.yaml
    """
    from screening.sources.proposing import propose

    known, today = _known_source(source, lang), day(as_of)
    if _existing(file, lang).is_dir():
        raise typer.BadParameter(text("mapping.is_folder", lang, path=file))
    target = _target(out, file, lang, is_forced=force)
    terminal.keep_log_to_warnings()
    with told_plainly(lang):
        proposal = propose(file, today, known, file.absolute().parent.name)
        is_written = _write(proposal, target, lang)
        if not json:
            # Before the whole file is read, which may take a while.
            _show(proposal, lang, is_given=known is not None, is_written=is_written)
        report = _tried(file, proposal, today, (), lang) if proposal.source else None
    is_well = report is not None and not report.needs_a_look and not proposal.questions
    if json:
        tried = report.as_json() if report else None
        terminal.say_json({**proposal.as_json(lang), "dry_run": tried})
        raise typer.Exit(0 if is_well else _LOOK)
    from screening.reports.dry_run_told import show_dry_run

    if report is not None:
        show_dry_run(report, file, lang)
    if is_written:
        told = {"path": target, "file": quote(str(file)), "source": proposal.source}
        terminal.say(text("mapping.written", lang, **told))
    raise typer.Exit(0 if is_well else _LOOK)


def _show(proposal: "Proposal", language: Language, *, is_given: bool, is_written: bool) -> None:
    from screening.reports.mapping_told import show_proposal

    show_proposal(proposal, language, is_given=is_given)
    if proposal.draft is not None and proposal.needs_mapping and not is_written:
        terminal.heading(text("mapping.yaml_title", language))
        terminal.say_verbatim(proposal.draft.yaml(language))


def check_files(
    path: Annotated[Path, typer.Argument(help="A file, or an inbox with a folder per source.")],
    source: SourceName = None,
    mappings: Mappings = None,
    as_of: AsOf = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Try files without storing anything: what would load, what would be set aside and why.

    Exit code 0 if everything would load, 3 if something needs a look.

    Example: vaksam sources check inbox --mappings mappings
    """
    from screening.reports.dry_run_report import told
    from screening.reports.dry_run_told import show_dry_run
    from screening.warehouse.dry_run import dry_run

    known, today = _known_source(source, lang), day(as_of)
    own = folders(mappings, "*.yaml")
    is_inbox = _existing(path, lang).is_dir()
    if is_inbox and known is not None:
        raise typer.BadParameter(text("check.source_for_folder", lang))
    terminal.keep_log_to_warnings()
    notes: list[str] = []
    with told_plainly(lang):
        if is_inbox:
            with terminal.Progress(lang, is_quiet=json) as progress:
                report = told(dry_run(path, today, own, progress.step), path, lang)
        else:
            report, notes = _check_one(path, known, today, own, lang)
    if json:
        terminal.say_json({**report.as_json(), "notes": notes})
    else:
        show_dry_run(report, path, lang)
        for note in notes:
            terminal.say(note)
    raise typer.Exit(_LOOK if report.needs_a_look else 0)


def _check_one(
    path: Path, source: str | None, today: date, own: "Sequence[Path]", language: Language
) -> "tuple[Report, list[str]]":
    """One file, as the source that is given, or whose folder it lies in, or that it looks like."""
    from screening.reports.dry_run_report import Report, told
    from screening.sources.contracts import all_contracts
    from screening.sources.proposing import propose
    from screening.warehouse.dry_run import dry_run, inbox_of

    found = source or _folder_source(path)
    if found is not None:
        with inbox_of(path, found) as (inbox, _):
            report = told(dry_run(inbox, today, own), inbox, language)
        return report, _advice(path, found, report, language)
    proposal = propose(path, today, None, path.absolute().parent.name)
    if proposal.source is None:
        note = text("check.source_unknown", language, file=path.name)
        return Report((), (note,), has_unread=True), []
    title = all_contracts()[proposal.source].title[language]
    notes = [text("check.source_guessed", language, source=proposal.source, title=title)]
    if proposal.needs_mapping and not _fits_one(proposal, own):
        notes.append(text("check.mapping_proposed", language, file=quote(str(path))))
        return _tried(path, proposal, today, own, language), notes
    with inbox_of(path, proposal.source) as (inbox, _):
        return told(dry_run(inbox, today, own), inbox, language), notes


def _advice(path: Path, source: str, report: "Report", language: Language) -> list[str]:
    """How to go on where a file's columns are not known by their names."""
    reasons = {reason.reason for file in report.files for reason in file.reasons}
    if "missing_required_column" not in reasons:
        return []
    return [text("check.try_map", language, file=quote(str(path)), source=source)]


def _fits_one(proposal: "Proposal", own: "Sequence[Path]") -> bool:
    """Whether a mapping of one's own, or one that ships, fits the file already."""
    from screening.places import MAPPINGS_DIR
    from screening.sources.mappings import best_mapping, load_mappings

    mappings = load_mappings((MAPPINGS_DIR, *own))
    source = proposal.source or ""
    return best_mapping(mappings, source, proposal.look.columns, proposal.file) is not None


def _folder_source(path: Path) -> str | None:
    """The source in whose folder a file lies, however deep."""
    from screening.sources.contracts import all_contracts

    parents = [parent.name.lower() for parent in path.absolute().parents]
    return next((name for name in parents if name in all_contracts()), None)


def _tried(
    path: Path, proposal: "Proposal", today: date, own: "Sequence[Path]", language: Language
) -> "Report":
    """What a week would make of a file with the proposed mapping."""
    from screening.reports.dry_run_report import told
    from screening.warehouse.dry_run import dry_run, inbox_of

    assert proposal.source is not None  # noqa: S101 - asked before
    mapping = proposal.draft.yaml(language) if proposal.draft and proposal.needs_mapping else None
    with inbox_of(path, proposal.source, mapping) as (inbox, proposed):
        return told(dry_run(inbox, today, (*own, proposed)), inbox, language)


def _target(out: Path | None, file: Path, language: Language, *, is_forced: bool) -> Path | None:
    from screening.sources.proposing.drafting import mapping_name

    if out is None:
        return None
    target = out / f"{mapping_name(file.name)}.yaml" if out.is_dir() else out
    if target.exists() and not is_forced:
        raise typer.BadParameter(text("mapping.exists", language, path=target))
    return target


def _write(proposal: "Proposal", target: Path | None, language: Language) -> bool:
    if target is None or proposal.draft is None:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(proposal.draft.yaml(language), encoding="utf-8")
    return True
