"""What `vaksam doctor` found, as the terminal shows it."""

from screening import terminal
from screening.messages import Language, text
from screening.reports.doctor import Health
from screening.reports.freshness import SourceFreshness


def show_health(health: Health, language: Language) -> None:
    """One line per source, the worst first; then what suffers, and what else is wrong."""
    names = ("source", "status", "newest", "age_limit", "rows_files", "suppliers")
    table = terminal.new_table(*(text(f"freshness.col_{name}", language) for name in names))
    counts = health.suppliers_not_checked
    idle = [each.contract.title[language] for each in health.sources if each.is_idle]
    for each in (each for each in health.sources if not each.is_idle):
        age = "–" if each.age_days is None else each.age_days
        table.add_row(
            *terminal.cells(each.contract.title[language]),
            f"[{_freshness_style(each)}]{text(f'freshness.status_{each.status}', language)}[/]",
            *terminal.cells(
                each.newest or "–",
                f"{age} / {each.limit_days}",
                f"{each.arrived.rows} ({each.arrived.files})",
                "–" if counts is None else counts.get(each.contract.source, 0),
            ),
        )
    terminal.put(table)
    if idle:
        said = text("freshness.unneeded", language, titles=", ".join(sorted(idle)))
        terminal.line(terminal.escape(said), style="dim")
    sentences = [each.sentence(language) for each in health.sources]
    for problem in [*filter(None, sentences), *health.problems(language)]:
        terminal.line(f"– {terminal.escape(problem)}", style="yellow")
    if health.is_well:
        terminal.line(text("cli.doctor_well", language), style="green")


def _freshness_style(each: SourceFreshness) -> str:
    if each.suffering:
        return "red"
    return "green" if each.status == "fresh" else "yellow"
