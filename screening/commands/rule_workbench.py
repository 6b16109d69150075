"""``vaksam rules compare``: what a change of rules does, before it does it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screening import terminal
from screening.commands.options import (
    AsJson,
    AsOf,
    Lang,
    Language,
    Rules,
    State,
    day,
    folders,
    rule_folders,
)
from screening.commands.telling import told_plainly
from screening.messages import text
from screening.places import DEFAULT_STATE_DIR

if TYPE_CHECKING:
    from screening.reports.rule_comparison import ComparedRules

#: Suppliers that are shown one by one.
_SHOWN = 50


def compare(
    changed: Annotated[
        list[Path],
        typer.Option("--with", help="Folder with the rules as they would be.", metavar="FOLDER"),
    ],
    patch: Annotated[
        bool,
        typer.Option(
            "--patch",
            help="The folder has only the rules that change; all others stay as they are.",
        ),
    ] = False,
    state: State = DEFAULT_STATE_DIR,
    as_of: AsOf = None,
    rules: Rules = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Run two rule sets on the same data: who would come, go and move. Nothing is changed.

    The day is that of the newest list unless --as-of says another. Exit code 3 if a rule of the
    new set cannot be read or fails.

    Example: vaksam rules compare --with changed-rules --patch --state data/var/demo/state
    """
    from screening.reports.rule_comparison import compare_rules

    before, after = rule_folders(rules), folders(changed, "**/*.y*ml")
    with told_plainly(lang):
        compared = compare_rules(
            state, before, after, day(as_of) if as_of else None, is_patch=patch
        )
    if json:
        terminal.say_json(compared.as_json())
    else:
        _show(compared, lang)
    statuses = compared.comparison.rules["status_after"]
    raise typer.Exit(3 if "failed" in statuses else 0)


def _show(compared: "ComparedRules", lang: Language) -> None:
    terminal.heading(compared.answer(lang))
    terminal.say(text("compare.day", lang, as_of=compared.as_of))
    for reason in compared.failed:
        terminal.error(text("compare.failed", lang, reason=reason))
    _show_rules(compared, lang)
    _show_suppliers(compared, lang)
    if not compared.is_patch and "removed" in compared.comparison.rules["change"]:
        terminal.say(text("compare.whole_set", lang))


def _arrow(before: object, after: object) -> str:
    shown = ["–" if value is None else str(value) for value in (before, after)]
    return shown[0] if shown[0] == shown[1] else f"{shown[0]} → {shown[1]}"


def _show_rules(compared: "ComparedRules", lang: Language) -> None:
    rows = compared.rule_rows(lang)
    if not rows:
        return
    names = ("rule", "change", "found", "gained", "lost", "changed", "not_checked")
    terminal.heading(text("compare.rules", lang))
    terminal.show_table(
        [text(f"compare.col_{name}", lang) for name in names],
        [
            (
                row["title"],
                text(f"compare.change_{row['change']}", lang),
                _arrow(row["found_before"], row["found_after"]),
                row["gained"],
                row["lost"],
                row["changed"],
                _arrow(row["not_checked_before"], row["not_checked_after"]),
            )
            for row in rows
        ],
        [text(f"compare.col_{name}", lang) for name in ("gained", "lost", "changed")],
    )


def _show_suppliers(compared: "ComparedRules", lang: Language) -> None:
    from screening.reports.rule_comparison import band_words

    rows = compared.supplier_rows(lang)
    if not rows:
        return
    names = ("move", "name", "number", "band", "points", "rank", "reasons")
    terminal.heading(text("compare.suppliers", lang))
    terminal.show_table(
        [text(f"compare.col_{name}", lang) for name in names],
        [
            (
                text(f"compare.move_{row['move']}", lang),
                row["name"],
                row["orgnr"] or row["supplier_id"],
                _arrow(band_words(row["band_before"], lang), band_words(row["band_after"], lang)),
                _arrow(row["points_before"], row["points_after"]),
                _arrow(row["rank_before"], row["rank_after"]),
                " ".join(
                    [f"+{rule}" for rule in row["gained"]]
                    + [f"−{rule}" for rule in row["lost"]]
                    + [f"~{rule}" for rule in row["changed"]]
                ),
            )
            for row in rows[:_SHOWN]
        ],
    )
    if len(rows) > _SHOWN:
        terminal.say(text("compare.more", lang, more=len(rows) - _SHOWN))
