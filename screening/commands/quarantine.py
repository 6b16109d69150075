"""``vaksam quarantine …``: what was set aside, shown, exported, read again."""

from pathlib import Path
from typing import Annotated

import typer

from screening import terminal
from screening.commands.options import (
    AsJson,
    AsOf,
    Lang,
    Mappings,
    Rules,
    State,
    day,
    folders,
    rule_folders,
)
from screening.commands.telling import told_plainly
from screening.messages import text
from screening.places import DEFAULT_STATE_DIR

quarantine_app = typer.Typer(
    help="Rows and files that were set aside: list, show, export to mend, read again.",
    no_args_is_help=True,
)

Source = Annotated[str | None, typer.Option("--source", metavar="SOURCE", help="Only this source.")]
Reason = Annotated[
    str | None, typer.Option("--reason", metavar="CODE", help="Only this reason's code.")
]
OneFile = Annotated[
    str | None,
    typer.Argument(
        metavar="FILE", help="A file as the list names it, or the last part of its name."
    ),
]


def _check_source(source: str | None) -> None:
    from screening.sources.contracts import all_contracts

    if source is not None and source not in all_contracts():
        raise typer.BadParameter(f"there is no source {source!r}; see vaksam sources list")


@quarantine_app.command("list")
def list_quarantine(
    state: State = DEFAULT_STATE_DIR,
    source: Source = None,
    file: Annotated[
        str | None, typer.Option("--file", metavar="FILE", help="Only this file.")
    ] = None,
    reason: Reason = None,
    as_of: AsOf = None,
    rules: Rules = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """List what stands in quarantine: how many rows, since when, what suffers, what to do.

    Example: vaksam quarantine list --source permits
    """
    from screening.reports import quarantine_told
    from screening.reports.quarantine_list import Chosen, list_quarantine

    _check_source(source)
    chosen = Chosen(source=source, file=file, reason=reason)
    with told_plainly(lang):
        groups = list_quarantine(state, chosen, day(as_of), rule_folders(rules))
    if json:
        terminal.say_json([group.as_json(lang) for group in groups])
    else:
        quarantine_told.show_groups(groups, lang, is_all=chosen == Chosen())


@quarantine_app.command("show")
def show_quarantine(
    file: Annotated[
        str, typer.Argument(help="A file as the list names it, or the last part of its name.")
    ],
    row: Annotated[int | None, typer.Option("--row", min=0, help="Only this row.")] = None,
    unmasked: Annotated[
        bool,
        typer.Option(
            "--unmasked",
            help="Show personal numbers as they are. Only to mend a row: do not pass it on.",
        ),
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows that are shown.")] = 50,
    state: State = DEFAULT_STATE_DIR,
    source: Source = None,
    reason: Reason = None,
    as_of: AsOf = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Show the rows of a file that are in quarantine: column, reason, what to do, the raw text.

    Example: vaksam quarantine show invoices/october.csv --row 7
    """
    from screening.reports import quarantine_told
    from screening.reports.quarantine_list import Chosen, show_entries

    _check_source(source)
    chosen = Chosen(source=source, file=file, reason=reason, row=row)
    with told_plainly(lang):
        entries = show_entries(state, chosen, day(as_of), is_masked=not unmasked)
    if json:
        terminal.say_json([entry.as_json(lang) for entry in entries])
    else:
        quarantine_told.show_entries(entries, lang, limit=limit, is_masked=not unmasked)


@quarantine_app.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", metavar="X.xlsx|X.csv", help="The file to write.")],
    file: OneFile = None,
    source: Source = None,
    reason: Reason = None,
    state: State = DEFAULT_STATE_DIR,
    as_of: AsOf = None,
    mappings: Mappings = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Write rows in quarantine to a file in which they can be mended, personal data unmasked.

    Drop the mended file into the inbox's folder of the source; the next run reads the rows in.

    Example: vaksam quarantine export --source invoices --out rows.xlsx
    """
    from screening.reports import quarantine_told
    from screening.reports.quarantine_export import export_quarantine
    from screening.reports.quarantine_list import Chosen

    _check_source(source)
    if file is None and source is None:
        raise typer.BadParameter(text("quarantine_work.choose", lang))
    if out.is_dir() or out.suffix.lower() not in (".csv", ".xlsx"):
        raise typer.BadParameter(f"--out {out} must be a file that ends in .xlsx or .csv")
    chosen = Chosen(source=source, file=file, reason=reason)
    with told_plainly(lang):
        exported = export_quarantine(
            state, chosen, day(as_of), out, lang, folders(mappings, "*.yaml")
        )
    if json:
        terminal.say_json(exported.as_json())
    else:
        quarantine_told.show_exported(exported, lang)


@quarantine_app.command("retry")
def retry(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE...", help="Files as the list names them. Default: all."),
    ] = None,
    source: Source = None,
    reason: Reason = None,
    replaced_by: Annotated[
        str | None,
        typer.Option(
            "--replaced-by",
            metavar="FILE",
            help="Do not read again: this other file of the source has the rows right.",
        ),
    ] = None,
    state: State = DEFAULT_STATE_DIR,
    as_of: AsOf = None,
    mappings: Mappings = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Read files with something in quarantine again, with today's mappings.

    Example: vaksam quarantine retry --source time_reports --mappings mappings
    """
    from screening.reports.quarantine_list import Chosen
    from screening.reports.quarantine_retry import close_as_replaced, retry_quarantine

    _check_source(source)
    named: list[str | None] = [*files] if files else [None]
    chosen = tuple(Chosen(source=source, file=file, reason=reason) for file in named)
    if replaced_by is not None:
        if files is None or len(files) != 1:
            raise typer.BadParameter("--replaced-by takes exactly one FILE")
        with told_plainly(lang):
            ended = close_as_replaced(state, chosen[0], replaced_by, day(as_of))
        if json:
            terminal.say_json({"ended": ended})
        else:
            figures = {"count": ended, "file": files[0], "by": replaced_by}
            terminal.say(text("quarantine_work.replaced", lang, **figures))
        return
    with told_plainly(lang):
        outcome = retry_quarantine(state, chosen, day(as_of), folders(mappings, "*.yaml"))
    if json:
        terminal.say_json(outcome.as_json())
    else:
        for sentence in outcome.sentences(lang):
            terminal.say(sentence)
