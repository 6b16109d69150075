"""What a rule file lacks, or holds in vain: texts, parameters and needs.

Each of these runs, and gives an answer; but somebody who reads the file is told less than it seems
to say, or something that never holds.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Literal

from screening.rules.catalog import Catalog
from screening.rules.model import AS_OF, ColumnGroup, DatedValue, Rule, Texts
from screening.rules.problems import RuleProblem
from screening.rules.summaries import placeholders
from screening.rules.untold_columns import named
from screening.sources.contracts import Contract

#: A problem, and whether it must be mended or looked at.
Graded = tuple[Literal["error", "warning"], RuleProblem]

#: A skeleton's texts begin with this until somebody has written them.
TODO = "TODO"
#: Runs are made for days in between; a value that holds only outside them never holds.
_FIRST_DAY = date(2010, 1, 1)
_LAST_DAY = date(2100, 1, 1)


def text_problems(rule: Rule) -> Iterator[Graded]:
    """Texts that are empty, still to be written, untranslated, or the same twice."""
    texts = dict(_texts(rule))
    for name, given in texts.items():
        for language, written in (("sv", given.sv), ("en", given.en)):
            if not written.strip():
                yield "error", RuleProblem("lint_empty_text", field=f"{name}.{language}")
        if given.sv.strip() == given.en.strip():
            yield "error", RuleProblem("lint_untranslated", field=name)
        if _fields(given.sv, "_sv") != _fields(given.en, "_en"):
            yield "warning", RuleProblem("lint_other_fields", field=name)
    for name in _unwritten(rule):
        yield "error", RuleProblem("lint_todo", field=name)
    said: dict[str, str] = {}
    for name, given in texts.items():
        first = said.setdefault(given.sv.strip().lower(), name)
        if first != name:
            yield "error", RuleProblem("lint_same_text", field=name, other=first)
    for number, law in enumerate(rule.law, 1):
        if not law.text.strip():
            yield "error", RuleProblem("lint_empty_text", field=f"law {number}")
    if not rule.law:
        yield "warning", RuleProblem("lint_no_law")


def _fields(written: str, ending: str) -> set[str]:
    """The fields that a sentence shows; one that is there in each language is one field."""
    return {name.removesuffix(ending) for name in placeholders(written)}


def _texts(rule: Rule) -> Iterator[tuple[str, Texts]]:
    yield from (("title", rule.title), ("why", rule.why), ("action", rule.action))
    if rule.summary is not None:
        yield "summary", rule.summary
    for number, given in enumerate(rule.false_positives, 1):
        yield f"false_positives {number}", given


def _unwritten(rule: Rule) -> Iterator[str]:
    for name, given in _texts(rule):
        for language, written in (("sv", given.sv), ("en", given.en)):
            if _is_todo(written):
                yield f"{name}.{language}"
    yield from (f"law {number}" for number, law in enumerate(rule.law, 1) if _is_todo(law.text))
    yield from (f"cases: {case.name}" for case in rule.cases if _is_todo(case.name))
    if _is_todo(rule.query.lstrip("- ")):
        yield "query"


def _is_todo(written: str) -> bool:
    return written.lstrip().startswith(TODO)


def parameter_problems(rule: Rule, used: Iterable[str]) -> Iterator[Graded]:
    """Parameters that the query does not use, and values that never hold or hold too early.

    Args:
        rule: the rule.
        used: names of the parameters that its query uses.
    """
    for name in sorted(set(rule.parameters) - set(used) - {AS_OF}):
        yield "error", RuleProblem("parameter_unused", name=name)
    for name, given in sorted(rule.parameters.items()):
        entries = given if isinstance(given, tuple) else ()
        dated = sorted(
            (entry for entry in entries if isinstance(entry, DatedValue)),
            key=lambda entry: entry.valid_from,
        )
        if dated:
            yield from _dated_problems(rule, name, dated)


def _dated_problems(rule: Rule, name: str, dated: list[DatedValue]) -> Iterator[Graded]:
    for earlier, later in pairwise(dated):
        if later.valid_from <= _FIRST_DAY:
            yield "error", _never(name, earlier)
        if earlier.value == later.value:
            yield (
                "warning",
                RuleProblem("parameter_same_value", name=name, day=later.valid_from.isoformat()),
            )
    for entry in dated:
        if entry.valid_from >= _LAST_DAY:
            yield "error", _never(name, entry)
    asked = [case.as_of for case in rule.cases if name not in case.parameters]
    if asked and min(asked) < dated[0].valid_from:
        yield (
            "error",
            RuleProblem(
                "parameter_starts_late",
                name=name,
                day=dated[0].valid_from.isoformat(),
                asked=min(asked).isoformat(),
            ),
        )


def _never(name: str, entry: DatedValue) -> RuleProblem:
    return RuleProblem("parameter_never_holds", name=name, day=entry.valid_from.isoformat())


def need_problems(
    rule: Rule, read: Iterable[str], catalog: Catalog, contracts: Mapping[str, Contract]
) -> Iterator[Graded]:
    """Sources that are behind no view that the query reads, and columns that are always told."""
    behind = {source for view in read for source in catalog.views[view].sources}
    for source in sorted(set(rule.needs) - behind):
        yield "error", RuleProblem("need_unused", source=source)
    for source, need in sorted(rule.needs.items()):
        for group in need.groups:
            if told := _always_told(contracts[source], group):
                yield "error", RuleProblem("need_column_needless", source=source, name=told)


def _always_told(contract: Contract, group: ColumnGroup) -> str | None:
    """The columns that make sure that one of the group has a value in every row, if any do."""
    required = next((name for name in group if contract.columns[name].required), None)
    whole = next((any_of for any_of in contract.required_any if set(any_of) <= set(group)), ())
    return required or named(whole) or None
