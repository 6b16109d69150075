"""``vaksam network``: what ties a supplier to others."""

from pathlib import Path
from typing import Annotated

import typer

from screening import terminal
from screening.commands.options import AsJson, Lang, State
from screening.commands.telling import told_plainly
from screening.messages import text
from screening.places import DEFAULT_STATE_DIR


def network(
    supplier: Annotated[
        str,
        typer.Argument(help="Organisationsnummer, supplier number or supplier_id.", metavar="WHO"),
    ],
    steps: Annotated[
        int, typer.Option("--steps", min=1, max=4, help="How many companies away.")
    ] = 2,
    graphml: Annotated[
        Path | None,
        typer.Option("--graphml", metavar="X.graphml", help="Write the graph for other programs."),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="X.svg", help="Write a picture.")
    ] = None,
    unmasked: Annotated[
        bool,
        typer.Option(
            "--unmasked",
            help="Show names of persons, accounts and telephones as they are. Do not pass it on.",
        ),
    ] = False,
    state: State = DEFAULT_STATE_DIR,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Show what ties a supplier to others: owners, persons, addresses, accounts, telephones.

    Example: vaksam network 550123-4567 --steps 2 --picture ties.svg
    """
    from screening.reports.network import UnknownSupplierError, network_of
    from screening.reports.network_files import graphml as as_graphml
    from screening.reports.network_files import write_file
    from screening.reports.network_picture import picture as as_picture
    from screening.reports.network_told import show_network

    with told_plainly(lang):
        try:
            told = network_of(state, supplier, steps, lang, masked=not unmasked)
        except UnknownSupplierError as error:
            raise typer.BadParameter(str(error)) from error
        if graphml is not None:
            write_file(graphml, as_graphml(told))
        if picture is not None:
            write_file(picture, as_picture(told, lang).encode())
    if json:
        terminal.say_json(told.as_json())
        return
    show_network(told, lang)
    for path in (graphml, picture):
        if path is not None:
            terminal.say(text("network.written", lang, path=path))
