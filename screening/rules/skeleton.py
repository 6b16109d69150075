"""A rule file to begin from: whole in form, with cases that hold, and texts still to be written.

It runs and its cases pass as it stands, so that whoever writes it changes one thing at a time and
sees what breaks. What is not written yet begins with TODO, and lint names it.
"""

from dataclasses import dataclass
from pathlib import Path

from screening.rules.catalog import Catalog, View, load_catalog
from screening.rules.completeness import TODO
from screening.rules.loading import RuleSet, read_rule
from screening.rules.model import Area, Kind, Severity
from screening.rules.problems import RuleProblem, unknown
from screening.sources.contracts import all_contracts

#: The view that most rules read.
DEFAULT_VIEW = "invoices"
#: A source without an age of its own is asked for as often as most answers are.
_DAYS = 100
_KINDS: dict[str, Kind] = {"purchasing": "control", "quality": "quality"}


@dataclass(frozen=True)
class Skeleton:
    """A new rule file: its path below the folder of rules, and its text."""

    file: str
    text: str


def skeleton(
    rule_id: str,
    *,
    area: Area,
    number: int | None = None,
    severity: Severity = "low",
    view: str = DEFAULT_VIEW,
    known: RuleSet | None = None,
    catalog: Catalog | None = None,
) -> Skeleton:
    """The skeleton of a rule about what ``view`` holds for each supplier.

    Args:
        rule_id: lower-case words with hyphens.
        area: the area; it says what kind of rule it is.
        number: its number in the library.
        severity: how heavy a finding weighs.
        view: the view of the catalogue that it reads, beside ``suppliers``.
        known: the rules that there are; neither id nor number may be one of theirs.
        catalog: the views; by default those that ship.

    Raises:
        RuleProblem: the id or number is taken, or the view does not fit.
        ValueError: the id is no id, or the number no number.
    """
    views = (catalog or load_catalog()).views
    if view not in views:
        raise unknown("table_unknown", view, views)
    described = views[view]
    key = next((name for name in ("supplier_id", "orgnr") if name in described.columns), None)
    if key is None or view == "suppliers":
        fitting = ", ".join(
            sorted(
                name
                for name, each in views.items()
                if {"supplier_id", "orgnr"} & set(each.columns) and name != "suppliers"
            )
        )
        raise RuleProblem("new_view_does_not_fit", view=view, known=fitting)
    for rule in known.rules if known else ():
        if rule.id == rule_id or (number is not None and rule.number == number):
            raise RuleProblem("new_taken", name=f"{rule.number or '–'} {rule.id}")
    text = _text(rule_id, area, number, severity, described, key)
    read_rule(text)
    prefix = f"{number:03d}-" if number is not None else ""
    return Skeleton(f"{area}/{prefix}{rule_id}.yaml", text)


def write_skeleton(made: Skeleton, folder: Path) -> Path:
    """Write it below ``folder``.

    Raises:
        FileExistsError: there is such a file; it is left as it is.
    """
    path = folder / made.file
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as stream:
        stream.write(made.text)
    return path


def _text(
    rule_id: str, area: Area, number: int | None, severity: Severity, view: View, key: str
) -> str:
    contracts = all_contracts()
    source = view.sources[0] if view.sources else "invoices"
    age = contracts[source].max_age_days if source in contracts else None
    evidence = "list(v.ref)" if "ref" in view.columns else "list(s.ref)"
    numbered = f"number: {number}\n" if number is not None else ""
    cells = {
        supplier: f'{{{key}: "{supplier if key == "supplier_id" else orgnr}"}}'
        for supplier, orgnr in (("a", "5560000001"), ("b", "5560000002"), ("c", "2120000001"))
    }
    return f"""id: {rule_id}
{numbered}version: 1
title:
  sv: "{TODO}: vad som hittas, på en rad"
  en: "{TODO}: what is found, on one line"
kind: {_KINDS.get(area, "risk")}
area: {area}
subject: supplier
severity: {severity}
why:
  sv: "{TODO}: varför det spelar roll, vad som räknas och vad som inte gör det"
  en: "{TODO}: why it matters, what is counted and what is not"
law:
  # The day on which somebody read the paragraph, or false.
  - {{text: "{TODO}: lag och paragraf, eller annan källa", verified: false}}
# The sources that the answer rests on, and how many days old each may be.
needs: {{{source}: {age or _DAYS}}}
parameters:
  # A value holds from a day on; give what held before as well.
  min_rows:
    - {{from: 2020-01-01, value: 2}}
query: |
  -- {TODO}: {view.name}: {view.doc}
  SELECT s.supplier_id, min(s.spend_12m_sek) AS amount_sek,
    min(s.match_confidence) AS match_confidence, {evidence} AS evidence,
    count(*) AS found_rows
  FROM suppliers AS s JOIN {view.name} AS v ON v.{key} = s.{key}
  WHERE NOT coalesce(s.is_public_body, false)
  GROUP BY s.supplier_id
  HAVING count(*) >= $min_rows
summary:
  sv: "{TODO}: {{found_rows}} rader."
  en: "{TODO}: {{found_rows}} rows."
action:
  sv: "{TODO}: vad läsaren gör nu: vem som frågas, om vad, och vad som väntar på svaret"
  en: "{TODO}: what the reader does now: who is asked, about what, and what waits for the answer"
false_positives:
  - sv: "{TODO}: en ärlig förklaring"
    en: "{TODO}: an honest explanation"
  - sv: "{TODO}: en ärlig förklaring till"
    en: "{TODO}: another honest explanation"
cases:
  - name: two rows about the same supplier
    as_of: 2026-06-30
    given:
      suppliers:
        - {{supplier_id: a, orgnr: "5560000001", spend_12m_sek: 250000}}
        - {{supplier_id: b, orgnr: "5560000002"}}
      {view.name}: [{cells["a"]}, {cells["a"]}]
    expect: [{{supplier_id: a, amount_sek: 250000, found_rows: 2}}]
  - name: nothing about the supplier
    as_of: 2026-06-30
    given:
      suppliers: [{{supplier_id: a, orgnr: "5560000001"}}]
      {view.name}: [{cells["b"]}, {cells["b"]}]
    expect: []
  - name: at the limit, and one below
    as_of: 2026-06-30
    parameters: {{min_rows: 3}}
    given:
      suppliers:
        - {{supplier_id: a, orgnr: "5560000001"}}
        - {{supplier_id: b, orgnr: "5560000002"}}
      {view.name}: [{cells["a"]}, {cells["a"]}, {cells["a"]}, {cells["b"]}, {cells["b"]}]
    expect: [a]
  - name: "{TODO}: the honest supplier that must not be found (here, a public body)"
    as_of: 2026-06-30
    given:
      suppliers: [{{supplier_id: c, orgnr: "2120000001", is_public_body: true}}]
      {view.name}: [{cells["c"]}, {cells["c"]}]
    expect: []
"""
