"""``vaksam ingest``: the first stage alone."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from screening import terminal
from screening.commands.options import (
    AsJson,
    AsOf,
    Inbox,
    Lang,
    Mappings,
    State,
    check_apart,
    day,
    folders,
)
from screening.commands.telling import told_plainly
from screening.messages import text
from screening.places import DEFAULT_STATE_DIR


def ingest(
    inbox: Inbox = Path("inbox"),
    state: State = DEFAULT_STATE_DIR,
    as_of: AsOf = None,
    mappings: Mappings = None,
    wait: Annotated[
        int, typer.Option("--wait", min=0, metavar="SECONDS", help="Wait for another run.")
    ] = 0,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Read the inbox into the warehouse and stop there: no list is made.

    The next weekly run goes on from it. Exit code 3: something stands in quarantine.

    Example: vaksam ingest --inbox inbox --as-of 2026-11-20
    """
    from screening.warehouse import ingesting
    from screening.warehouse.lock import sole_writer
    from screening.warehouse.state import State as StateFolder

    check_apart(inbox, state=state)
    folder = StateFolder(state).make()
    with terminal.Progress(lang, is_quiet=json) as progress, told_plainly(lang):
        progress.step("ingest", 0, 0)
        with sole_writer(folder.lock, wait):
            summary = ingesting.ingest(
                inbox, folder, day(as_of), folders(mappings, "*.yaml"), progress.step
            )
    files = [
        {"source": file.source, "file": file.file, "status": file.status} | asdict(file.counts)
        for file in summary.inputs
    ]
    if json:
        warnings = [{"code": each.code, **each.values} for each in summary.warnings]
        terminal.say_json({"files": files, "warnings": warnings})
    else:
        columns = ("file", "source", "read", "loaded", "quarantined", "skipped")
        names = [text(f"cli.ingested_{name}", lang) for name in columns]
        rows = [[str(file[name]) for name in columns] for file in files]
        terminal.show_table(names, rows, figures=names[2:])
        totals = {name: sum(file[name] for file in files) for name in columns[2:]}
        terminal.say(text("cli.ingested", lang, files=len(files), **totals))
    raise typer.Exit(3 if any(file["quarantined"] for file in files) else 0)
