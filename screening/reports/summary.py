"""The top of the list as Markdown, for the history of scheduled runs."""

from screening.messages import Language, text
from screening.reports.decided_findings import decided_summary
from screening.reports.publish import Published
from screening.reports.readable import band_name
from screening.reports.top_of_list import top_of_list


def _cell(content: str) -> str:
    return content.replace("|", "\\|").replace("\n", " ")


def markdown_summary(published: Published, language: Language) -> str:
    """How many to look at, the first ten with reasons, and what needs a look.

    A sole trader's name is a person's: such a supplier is shown by its number with us.
    """
    record = published.manifest
    lines = [
        published.answer(language),
        "",
        "| | | | |",
        "|---:|---|---|---|",
    ]
    for row in top_of_list(published.ranked, language):
        name = row["who"] if row["is_sole_trader"] else row["name"]
        reasons = "<br>".join(_cell(reason) for reason in row["reasons"])
        band = band_name(row["band"], language)
        lines.append(f"| {row['rank']} | {_cell(band)} | {_cell(name)} | {reasons} |")
    if published.own:
        lines += ["", text("cli.week_own", language), *(f"- {line}" for line in published.own)]
    if decided := decided_summary(record.decided_findings, language):
        lines += ["", decided]
    lines += ["", text("cli.week_path", language, path=published.folder / "risk-list.csv")]
    lines += [f"- {warning.text}" for warning in record.warnings]
    return "\n".join(lines)
