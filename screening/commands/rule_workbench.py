"""``vaksam rules compare|stats|explain``: what a change would do, how rules fire, and why."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screening import terminal
from screening.commands.options import (
    AsJson,
    Lang,
    Language,
    Rules,
    State,
    folders,
    rule_folders,
)
from screening.commands.telling import told_plainly
from screening.messages import text
from screening.places import DEFAULT_STATE_DIR

if TYPE_CHECKING:
    from screening.reports.rule_comparison import ComparedRules
    from screening.reports.rule_explanation import ToldExplanation

#: Suppliers that are shown one by one.
_SHOWN = 50
#: Rows of evidence that are shown one by one.
_SHOWN_EVIDENCE = 20


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
    rules: Rules = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Run two rule sets on the same data: who would come, go and move. Nothing is changed.

    The day is that of the last run. Exit code 3 if a rule of the new set cannot be read or fails.

    Example: vaksam rules compare --with changed-rules --patch --state data/var/demo/state
    """
    from screening.cases.database import cases_of
    from screening.cases.finding_decisions import known_finding_decisions
    from screening.reports.rule_comparison import compare_rules
    from screening.warehouse.state import State as Folders

    before, after = rule_folders(rules), folders(changed, "**/*.y*ml")
    with told_plainly(lang):
        decisions = known_finding_decisions(cases_of(Folders(state)))
        compared = compare_rules(state, before, after, is_patch=patch, decisions=decisions)
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


def stats(
    often: Annotated[
        float,
        typer.Option(
            "--often",
            min=0,
            max=100,
            help="Per cent of the checked suppliers above which a rule fires too often.",
        ),
    ] = 10.0,
    state: State = DEFAULT_STATE_DIR,
    rules: Rules = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Show how often each rule fires, what it costs, and which rules overlap.

    The day is that of the last run.

    Example: vaksam rules stats --state data/var/demo/state --often 5
    """
    from screening.cases.database import cases_of
    from screening.cases.finding_decisions import known_finding_decisions
    from screening.reports import written_numbers
    from screening.reports.rule_statistics import rule_statistics
    from screening.warehouse.state import State as Folders

    with told_plainly(lang):
        decisions = known_finding_decisions(cases_of(Folders(state)))
        told = rule_statistics(state, rule_folders(rules), often / 100, decisions)
    if json:
        terminal.say_json(told.as_json())
        return
    terminal.heading(told.answer(lang))
    limit = written_numbers.percent(often / 100, lang)
    names = ("rule", "found", "share", "alone", "clear", "not_checked", "seconds", "remark")
    terminal.show_table(
        [text(f"firing.col_{name}", lang) for name in names],
        [
            (
                told.title(row["rule_id"], lang),
                row["found"],
                "–" if row["share"] is None else written_numbers.percent(row["share"], lang),
                row["alone"],
                row["clear"],
                row["not_checked"],
                written_numbers.number(row["seconds"], lang, 2),
                text(f"firing.remark_{row['remark']}", lang, limit=limit) if row["remark"] else "",
            )
            for row in told.firing.rules.iter_rows(named=True)
        ],
        [text(f"firing.col_{name}", lang) for name in names[1:-1]],
    )
    terminal.say(text("firing.columns", lang))
    if told.firing.overlaps.height:
        terminal.heading(text("firing.overlaps", lang))
    for row in told.firing.overlaps.iter_rows(named=True):
        titles = {key: told.title(row[f"{key}_id"], lang) for key in ("rule", "other")}
        counts = {key: row[key] for key in ("both", "found", "found_other")}
        terminal.say(
            "– "
            + text("firing.overlap", lang, title=titles["rule"], other=titles["other"], **counts)
        )


def explain(
    rule: Annotated[str, typer.Argument(help="Id or number of the rule.")],
    supplier: Annotated[
        str, typer.Argument(help="Organisationsnummer, supplier number or supplier_id.")
    ],
    state: State = DEFAULT_STATE_DIR,
    rules: Rules = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Say why a rule fired for a supplier, why not, or why it was not checked, with the rows.

    The day is that of the last run.

    Example: vaksam rules explain public-debt 559800-0011 --state data/var/demo/state
    """
    from screening.cases.database import cases_of
    from screening.cases.finding_decisions import known_finding_decisions
    from screening.reports.rule_explanation import AskedForUnknownError, explain_rule
    from screening.warehouse.state import State as Folders

    with told_plainly(lang):
        try:
            decisions = known_finding_decisions(cases_of(Folders(state)))
            told = explain_rule(state, rule_folders(rules), rule, supplier, decisions)
        except AskedForUnknownError as error:
            raise typer.BadParameter(error.sentence(lang)) from error
    if json:
        terminal.say_json(told.as_json())
    else:
        _show_explanation(told, lang)


def _show_explanation(told: "ToldExplanation", lang: Language) -> None:
    explanation = told.explanation
    terminal.heading(told.answer(lang))
    terminal.say(
        text("explain.supplier", lang, name=told.name, number=told.number, as_of=told.as_of)
    )
    for reason in told.reasons(lang):
        terminal.say(reason)
    for condition in explanation.unmet:
        terminal.say(f"  – {condition}")
    if explanation.outcome == "found":
        terminal.say(told.match(lang))
        if decision := told.decision(lang):
            terminal.say(decision)
        _show_evidence(told, lang)
        terminal.heading(text("explain.action", lang))
        terminal.say(explanation.rule.action[lang])
        terminal.heading(text("explain.false_positives", lang))
        for each in explanation.rule.false_positives:
            terminal.say(f"– {each[lang]}")
    if explanation.parameters:
        values = ", ".join(f"{name} = {value}" for name, value in explanation.parameters.items())
        terminal.say("")
        terminal.say(text("explain.parameters", lang, values=values))
    _show_seen(told, lang)


def _show_evidence(told: "ToldExplanation", lang: Language) -> None:
    from screening.reports.readable import source_title

    terminal.heading(text("explain.evidence", lang))
    for row in told.evidence.head(_SHOWN_EVIDENCE).iter_rows(named=True):
        source = source_title(row["source"], lang)
        terminal.say(
            "– "
            + text("explain.evidence_row", lang, source=source, file=row["file"], row=row["row_no"])
        )
    if told.evidence.height > _SHOWN_EVIDENCE:
        more = told.evidence.height - _SHOWN_EVIDENCE
        terminal.say(text("explain.evidence_more", lang, more=more))


def _show_seen(told: "ToldExplanation", lang: Language) -> None:
    if not told.explanation.seen:
        return
    terminal.heading(text("explain.seen", lang))
    for seen in told.explanation.seen:
        if seen.count is None:
            terminal.say(text("explain.seen_other", lang, view=seen.view))
            continue
        shown = seen.rows.height
        key = "explain.seen_first" if shown < seen.count else "explain.seen_rows"
        terminal.say(text(key, lang, view=seen.view, count=seen.count, shown=shown))
        if shown:
            rows = told.seen_rows(seen.rows)
            terminal.show_table(rows.columns, rows.rows())
    terminal.say(text("explain.seen_hidden", lang))
