"""``vaksam findings …``: decide about a finding: snooze, explain, judge otherwise, withdraw."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from screening import terminal
from screening.commands.decisions import (
    DecisionNumber,
    Export,
    Reason,
    WithdrawalReason,
    refuse_other_than_csv,
    withdraw_decision,
)
from screening.commands.options import (
    AsJson,
    By,
    Lang,
    Language,
    Rules,
    State,
    day,
    rule_folders,
    signed,
)
from screening.commands.telling import told_plainly
from screening.messages import text
from screening.places import DEFAULT_STATE_DIR

findings_app = typer.Typer(
    help="Findings: snooze, explain or judge otherwise one rule's finding about one supplier.",
    no_args_is_help=True,
)

Rule = Annotated[str, typer.Argument(help="Id or number of the rule.")]
Supplier = Annotated[
    str, typer.Argument(help="Organisationsnummer, supplier number or supplier_id.")
]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="YYYY-MM-DD", help="The last day on which it holds."),
]
Said = Literal["snooze", "explain", "override"]
Severity = Literal["critical", "high", "medium", "low"]


def _until(written: str | None) -> date | None:
    return None if written is None else day(written)


def _decide(
    state: Path,
    said: Said,
    named: tuple[str, str],
    reason: str,
    until: date | None,
    severity: str | None,
    by: str | None,
    rules: list[Path] | None,
    lang: Language,
    *,
    as_json: bool,
) -> None:
    """Keep a decision about what the newest list has, and say what it does."""
    from screening.cases.database import cases_of
    from screening.cases.finding_decisions import Judgement, record
    from screening.reports.findings_to_decide import newest_list, shown_name
    from screening.scoring import read_policy
    from screening.warehouse.state import State as Folders

    rule_name, supplier_name = named
    with told_plainly(lang):
        newest = newest_list(state)
        rule = newest.rule(rule_name, _numbers(rule_name, rules))
        supplier = newest.supplier(supplier_name)
        on = newest.finding(rule, supplier, must_be_risk=said == "override")
        number, earlier = record(
            cases_of(Folders(state)),
            Judgement(on, said, reason, until, severity),
            signed(by),
            longest_snooze_days=read_policy().casework.longest_snooze_days,
        )
    if as_json:
        told = {"decision": number, "said": said, "rule": rule, "replaces": earlier}
        terminal.say_json({**told, "until": until, "severity": severity, "list": newest.week})
        return
    weight = text(f"scoring.severity_{severity}", lang) if severity else ""
    values = {"decision": number, "rule": rule, "name": shown_name(supplier), "until": until}
    terminal.say(text(f"findings.kept_{said}", lang, severity=weight, **values))
    if earlier is not None:
        terminal.say(text("findings.replaces", lang, earlier=earlier))
    terminal.say(text("findings.from_now", lang, decision=number))


def _numbers(rule_name: str, rules: list[Path] | None) -> dict[int, str]:
    """Numbers of rules with their ids, where a number was given."""
    if not rule_name.strip().isdecimal():
        return {}
    from screening.rules.loading import load_rules

    numbered = load_rules(rule_folders(rules)).rules
    return {rule.number: rule.id for rule in numbered if rule.number is not None}


@findings_app.command("snooze")
def snooze(
    rule: Rule,
    supplier: Supplier,
    reason: Reason,
    until: Until = None,
    by: By = None,
    state: State = DEFAULT_STATE_DIR,
    rules: Rules = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Let a finding rest until a day: no points meanwhile. It returns sooner if there is more.

    Example: vaksam findings snooze public-debt 559800-0011 --until 2026-12-20 --reason "asked them"
    """
    _decide(
        state,
        "snooze",
        (rule, supplier),
        reason,
        _until(until),
        None,
        by,
        rules,
        lang,
        as_json=json,
    )


@findings_app.command("explain")
def explain(
    rule: Rule,
    supplier: Supplier,
    reason: Reason,
    until: Until = None,
    by: By = None,
    state: State = DEFAULT_STATE_DIR,
    rules: Rules = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Give a reason that holds: no points while the evidence is the same. Returns if there is more.

    Example: vaksam findings explain bank-account-shared 10041 --reason "both use one factor"
    """
    _decide(
        state,
        "explain",
        (rule, supplier),
        reason,
        _until(until),
        None,
        by,
        rules,
        lang,
        as_json=json,
    )


@findings_app.command("override")
def override(
    rule: Rule,
    supplier: Supplier,
    severity: Annotated[
        Severity, typer.Option("--severity", help="How grave it is, in your judgement.")
    ],
    reason: Reason,
    until: Until = None,
    by: By = None,
    state: State = DEFAULT_STATE_DIR,
    rules: Rules = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Judge a finding otherwise than its rule: it weighs, and bands count it, as you say.

    Example: vaksam findings override 13 559800-0011 --severity high --reason "confirmed by phone"
    """
    _decide(
        state,
        "override",
        (rule, supplier),
        reason,
        _until(until),
        severity,
        by,
        rules,
        lang,
        as_json=json,
    )


@findings_app.command("list")
def list_findings(
    supplier: Supplier,
    state: State = DEFAULT_STATE_DIR,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """List the open findings about a supplier in the newest list, with what was decided.

    Example: vaksam findings list 559800-0011 --state data/var/demo/state
    """
    from screening.reports.case_words import status_words
    from screening.reports.findings_to_decide import newest_list, shown_name, shown_number

    with told_plainly(lang):
        newest = newest_list(state)
        named = newest.supplier(supplier)
        rows = newest.rows(named, lang)
    if json:
        terminal.say_json(rows)
        return
    values = {"name": shown_name(named), "number": shown_number(named), "week": newest.week}
    if not rows:
        terminal.say(text("findings.nothing_open", lang, **values))
        return
    terminal.heading(text("findings.open_heading", lang, **values))
    names = ("rule", "severity", "points", "status", "summary")
    terminal.show_table(
        [text(f"findings.col_{name}", lang) for name in names],
        [
            (
                row["rule_id"],
                text(f"scoring.severity_{row['severity']}", lang),
                row["points"],
                status_words(row["case_status"], lang) if row["case_status"] else "",
                row["summary"],
            )
            for row in rows
        ],
        [text("findings.col_points", lang)],
    )
    for row in rows:
        if row["case_note"]:
            terminal.say(f"– {row['rule_id']}: {row['case_note']}")


@findings_app.command("decisions")
def decisions(
    export: Export = None,
    state: State = DEFAULT_STATE_DIR,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """List what people decided about findings: what, who, when, why, and whether it holds.

    Example: vaksam findings decisions --export decisions.csv
    """
    from screening.cases.database import cases_of
    from screening.reports.findings_decided import export_decisions, listed_decisions
    from screening.reports.findings_to_decide import newest_list
    from screening.reports.readback import NothingPublishedError
    from screening.warehouse.state import State as Folders

    refuse_other_than_csv(export)
    with told_plainly(lang):
        try:
            newest = newest_list(state)
        except NothingPublishedError:
            newest = None
        listed = listed_decisions(cases_of(Folders(state)), newest, day(None))
        if export is not None:
            export_decisions(listed, export)
    if json:
        terminal.say_json([each.as_json() for each in listed])
        return
    if export is not None:
        terminal.say(text("findings.exported", lang, count=len(listed), path=export))
        return
    if not listed:
        terminal.say(text("findings.no_decisions", lang))
        return
    names = ("decision_id", "decided_on", "said", "supplier", "rule", "until", "decided_by")
    columns = [text(f"findings.col_{name}", lang) for name in (*names, "standing", "reason")]
    rows = [
        (
            each.decision.decision_id,
            each.decision.decided_on,
            text(f"findings.said_{each.decision.decision}", lang),
            each.supplier,
            each.decision.rule_id,
            each.decision.until,
            each.decision.decided_by,
            each.standing_words(lang),
            each.decision.reason,
        )
        for each in listed
    ]
    terminal.show_table(columns, rows, columns[:1])


@findings_app.command("withdraw")
def withdraw(
    decision: DecisionNumber,
    reason: WithdrawalReason = None,
    by: By = None,
    state: State = DEFAULT_STATE_DIR,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Take a decision back from today on. It stays in the list; what was decided before it counts.

    Example: vaksam findings withdraw 12 --reason "the plan was not kept"
    """
    from screening.cases.finding_decisions import withdraw as take_back

    withdraw_decision("findings", take_back, state, decision, reason, by, lang, as_json=json)
