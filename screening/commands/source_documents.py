"""``vaksam sources docs`` and ``vaksam sources template``: what each source wants, on paper."""

from pathlib import Path
from typing import Annotated

import typer

from screening import terminal
from screening.commands.options import Lang, Rules, named_folder, rule_folders
from screening.commands.telling import told_plainly
from screening.messages import text

_WRITERS = (".csv", ".xlsx")


def document_sources(
    out: Annotated[
        Path,
        typer.Option(
            "--out", help="Folder of the documentation.", parser=named_folder, metavar="FOLDER"
        ),
    ] = Path("docs"),
    rules: Rules = None,
    lang: Lang = "sv",
) -> None:
    """Write a page and an empty template for each source, a page per format, and the index.

    Example: vaksam sources docs --out docs
    """
    from screening.rules.loading import load_rules
    from screening.rules.source_needs import needs_by_source
    from screening.sources.contracts import all_contracts
    from screening.sources.document_files import write_source_files

    with told_plainly(lang):
        needs = needs_by_source(load_rules(rule_folders(rules)).rules)
        pages, templates = write_source_files(all_contracts(), needs, out)
    folder = out / "sources"
    terminal.say(
        text("source_pages.written", lang, pages=pages, templates=templates, folder=folder)
    )


def write_template(
    source: Annotated[str, typer.Argument(help="The source, such as permits.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write, .csv or .xlsx. Default: SOURCE.xlsx here."),
    ] = None,
    example: Annotated[
        bool, typer.Option("--example", help="Fill in the invented example rows.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there.")
    ] = False,
    lang: Lang = "sv",
) -> None:
    """Write an empty file of a source to fill in, with notes and lists of codes.

    Example: vaksam sources template permits --out permits.xlsx
    """
    from screening.sources.contracts import all_contracts
    from screening.sources.templates import csv_template, workbook_template

    with told_plainly(lang):
        contracts = all_contracts()
    if source not in contracts:
        known = ", ".join(contracts)
        raise typer.BadParameter(text("source_pages.no_source", lang, source=source, known=known))
    path = out or Path(f"{source}.xlsx")
    if path.suffix.lower() not in _WRITERS:
        raise typer.BadParameter(text("source_pages.no_kind", lang, path=path))
    if path.exists() and not force:
        raise typer.BadParameter(text("source_pages.file_there", lang, path=path))
    contract = contracts[source]
    rows = contract.examples if example else ()
    is_csv = path.suffix.lower() == ".csv"
    content = csv_template(contract, rows) if is_csv else workbook_template(contract, lang, rows)
    with told_plainly(lang):
        path.write_bytes(content)
    terminal.say(text("source_pages.template_written", lang, path=path, folder=source))
