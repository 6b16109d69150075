"""The command line: ``vaksam …``, a thin face over the stages, assembled from its commands.

Exit codes of ``vaksam weekly``: 0 published; 3 published, and something needs a look; 1 nothing
published, the last list stands; 2 wrong usage.
"""

import atexit
import os
import sys
from contextlib import suppress
from typing import Annotated

import typer

from screening import __version__, terminal
from screening.commands.demo import demo, evaluate
from screening.commands.findings import findings_app
from screening.commands.identity import identity_app
from screening.commands.ingest import ingest
from screening.commands.looking import check, doctor
from screening.commands.network import network
from screening.commands.quarantine import quarantine_app
from screening.commands.rules import rules_app
from screening.commands.sources import sources_app
from screening.commands.weekly import schedule, weekly

app = typer.Typer(
    name="vaksam",
    help="Supplier risk screening against welfare crime: one short, explained list every week.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (weekly, ingest, demo, evaluate, check, network, doctor, schedule):
    app.command()(command)
app.add_typer(findings_app, name="findings")
app.add_typer(rules_app, name="rules")
app.add_typer(sources_app, name="sources")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(identity_app, name="identity")


def _version(is_asked: bool) -> None:
    if is_asked:
        terminal.say(f"vaksam {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del version
    terminal.keep_log_apart()


_exit_code = 1


def _leave_quietly() -> None:
    """End without taking the interpreter apart.

    DuckDB's binding lists its types on standard error when it is taken apart after Polars has read
    from it, which tells a user nothing.
    """
    with suppress(OSError, AttributeError):  # closed, or never there
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(_exit_code)


def main() -> None:
    """Entry point of the ``vaksam`` command."""
    global _exit_code  # noqa: PLW0603 - the handler runs after everything else is gone
    atexit.register(_leave_quietly)
    terminal.write_whatever_comes()
    try:
        app()
    except SystemExit as leaving:
        _exit_code = leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
        raise


if __name__ == "__main__":
    main()
