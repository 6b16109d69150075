"""How recent each source is, and which rules suffer: one answer for all who tell it.

The manifest, the list and ``vaksam doctor`` show what is worked out here. A source has the age
limit of its contract; each rule may ask for younger data. What is too old, or too old by the next
weekly run, is told before what is fresh.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from screening.messages import Language, text
from screening.rules.model import Rule
from screening.rules.source_needs import needs_by_source
from screening.sources.contracts import Contract, all_contracts
from screening.sources.documenting import Need
from screening.warehouse.source_days import Arrived

Status = Literal["missing", "unreadable", "header_only", "too_old", "soon_old", "fresh"]

#: The worst first.
STATUSES: tuple[Status, ...] = (
    "missing",
    "unreadable",
    "header_only",
    "too_old",
    "soon_old",
    "fresh",
)
#: States in which nothing can be said from the source.
ABSENT: frozenset[Status] = frozenset(("missing", "unreadable", "header_only"))
#: Days until the next run.
DAYS_TO_NEXT_RUN = 7
#: Why a supplier is not checked though the source is there: nobody asked, or too long ago.
_FOR_SOME = ("no_answer", "answer_too_old", "row_set_aside")
#: Rules named in a sentence; the table has all of them.
_RULES_NAMED = 4


@dataclass(frozen=True)
class SourceFreshness:
    """One source on the day of a run.

    Attributes:
        contract: of the source.
        status: see ``STATUSES``.
        newest: day of its newest data that were true on the day of the run.
        age_days: from then to the run.
        limit_days: the strictest of the contract's limit and what rules ask for.
        arrived: files and rows until the day of the run.
        needed_by: rules that need it.
        suffering: those that could not be checked for anybody for lack of it.
        soon: those that could not be checked next week if nothing new came.
        suppliers: that could not be checked by some rule because of it.
        partly: rules that could not be checked for some suppliers because of it.
    """

    contract: Contract
    status: Status
    newest: date | None
    age_days: int | None
    limit_days: int
    arrived: Arrived
    needed_by: tuple[Need, ...]
    suffering: tuple[Need, ...]
    soon: tuple[Need, ...]
    suppliers: int = 0
    partly: tuple[str, ...] = ()

    @property
    def needs_a_look(self) -> bool:
        """Whether rules suffer."""
        return bool(self.suffering)

    @property
    def is_idle(self) -> bool:
        """Not there, and nobody asks for it."""
        return self.status in ABSENT and not self.needed_by

    def sentence(self, language: Language) -> str:
        """What a person should know of it; empty where all is well."""
        told = self.soon if self.status == "soon_old" else self.suffering
        values = {
            "title": self.contract.title[language],
            "newest": self.newest.isoformat() if self.newest else "",
            "age": self.age_days,
            "limit": self.limit_days,
            "count": counted("rules", len(told), language),
            "rules": rule_names(told, language),
        }
        if told and self.status != "fresh":
            return text(f"freshness.{self.status}", language, **values)
        if self.status == "too_old":
            return text("freshness.old_unneeded", language, **values)
        if self.suppliers and self.status not in ABSENT:
            values |= {
                "suppliers": counted("suppliers", self.suppliers, language),
                "count": counted("rules", len(self.partly), language),
            }
            return text("freshness.partly", language, **values)
        return ""


def counted(what: str, count: int, language: Language) -> str:
    """So many ``rules``, ``suppliers`` or ``sources`` in words."""
    return text(f"freshness.{what}_{'one' if count == 1 else 'many'}", language, count=count)


def rule_names(needs: Sequence[Need], language: Language) -> str:
    """The first of some rules by number and title, and how many more there are."""
    named = [
        f"{need.number}. {need.title[language]}" if need.number else need.title[language]
        for need in needs[:_RULES_NAMED]
    ]
    if len(needs) > _RULES_NAMED:
        more = len(needs) - _RULES_NAMED
        return f"{'; '.join(named)} {text('freshness.more_rules', language, count=more)}"
    return "; ".join(named)


def freshness(
    rules: Iterable[Rule],
    as_of: date,
    newest: Mapping[str, date],
    arrived: Mapping[str, Arrived],
    not_checked: pl.DataFrame | None = None,
    suppliers: int = 0,
) -> tuple[SourceFreshness, ...]:
    """Every source, the worst first, of equals those for lack of which most rules suffer.

    Args:
        rules: of the run.
        as_of: day of the run.
        newest: source -> day of its newest data, of sources that have any.
        arrived: source -> what came of it.
        not_checked: rule_id, supplier_id, reason, source of the run.
        suppliers: how many there are.
    """
    needs = needs_by_source(rules)
    lacking = _lacking(not_checked)
    found = [
        _of_source(
            contract,
            tuple(needs.get(source, ())),
            newest.get(source),
            as_of,
            arrived.get(source, Arrived()),
            lacking.get(source, (0, ())),
            suppliers,
        )
        for source, contract in all_contracts().items()
    ]
    return tuple(sorted(found, key=_rank))


def _rank(each: SourceFreshness) -> tuple[bool, bool, int, int, str]:
    return (
        not each.needs_a_look,
        not each.needed_by,
        STATUSES.index(each.status),
        -len(each.suffering),
        each.contract.source,
    )


def _lacking(not_checked: pl.DataFrame | None) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Source -> suppliers without an answer that counts, and the rules that ask for one."""
    if not_checked is None or not {"reason", "source"} <= set(not_checked.columns):
        return {}
    counted = (
        not_checked.filter(pl.col("reason").cast(pl.String).is_in(_FOR_SOME))
        .group_by("source")
        .agg(pl.col("supplier_id").n_unique(), pl.col("rule_id").unique().sort())
    )
    return {source: (count, tuple(rules)) for source, count, rules in counted.iter_rows()}


def _of_source(
    contract: Contract,
    needed_by: tuple[Need, ...],
    newest: date | None,
    as_of: date,
    arrived: Arrived,
    lacking: tuple[int, tuple[str, ...]],
    suppliers: int,
) -> SourceFreshness:
    age = (as_of - newest).days if newest else None
    limit = min([contract.max_age_days, *(need.max_age_days for need in needed_by)])
    suffering = tuple(need for need in needed_by if age is None or age > need.max_age_days)
    soon = tuple(
        need
        for need in needed_by
        if age is not None and age <= need.max_age_days < age + DAYS_TO_NEXT_RUN
    )
    return SourceFreshness(
        contract=contract,
        status=_status(age, limit, arrived),
        newest=newest,
        age_days=age,
        limit_days=limit,
        arrived=arrived,
        needed_by=needed_by,
        suffering=suffering,
        soon=soon,
        suppliers=suppliers if suffering else lacking[0],
        partly=lacking[1],
    )


def _status(age: int | None, limit: int, arrived: Arrived) -> Status:
    if age is None:
        if arrived.quarantined and not arrived.rows:
            return "unreadable"
        return "header_only" if arrived.files and not arrived.rows else "missing"
    if age > limit:
        return "too_old"
    return "soon_old" if age + DAYS_TO_NEXT_RUN > limit else "fresh"
