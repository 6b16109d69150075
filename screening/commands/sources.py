"""``vaksam sources …``: what vaksam reads."""

import json as jsonlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from screening import terminal
from screening.commands.options import AsJson, Lang
from screening.commands.source_documents import document_sources, write_template
from screening.commands.source_mapping import check_files, map_file
from screening.messages import text

if TYPE_CHECKING:
    from screening.sources.contracts import Contract

sources_app = typer.Typer(help="What vaksam reads.", no_args_is_help=True)
sources_app.command("docs")(document_sources)
sources_app.command("template")(write_template)
sources_app.command("map")(map_file)
sources_app.command("check")(check_files)


@sources_app.command("list")
def list_sources(lang: Lang = "sv", json: AsJson = False) -> None:
    """List the sources: folder, what a missing row means, how old it may be, columns.

    Example: vaksam sources list
    """
    from screening.sources.contracts import all_contracts

    contracts = list(all_contracts().values())
    if json:
        terminal.say_json([jsonlib.loads(each.model_dump_json()) for each in contracts])
    else:
        _show_sources(contracts, lang)


def _show_sources(contracts: Sequence["Contract"], language: Lang) -> None:
    """The sources: folder, what a missing row means, age limit, required columns."""
    names = ("folder", "title", "absence", "age", "required")
    table = terminal.new_table(*(text(f"cli.sources_{name}", language) for name in names))
    for contract in contracts:
        required = [name for name, column in contract.columns.items() if column.required]
        table.add_row(
            *terminal.cells(
                contract.source + "/",
                contract.title[language],
                text(f"cli.absence_{contract.absence}", language),
                contract.max_age_days,
                ", ".join(required),
            )
        )
    terminal.put(table)
