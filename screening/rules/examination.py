"""Everything that is looked at before a query may run, in one place."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from screening.rules.catalog import Catalog, load_catalog
from screening.rules.columns import check_columns
from screening.rules.fairness import check_fairness
from screening.rules.model import Rule
from screening.rules.problems import RuleProblem
from screening.rules.safety import CheckedQuery, check_query


@dataclass(frozen=True)
class Examined:
    """A rule's query that may run: as DuckDB takes it, and with every column qualified."""

    query: CheckedQuery
    qualified: exp.Expr


def examine(rule: Rule, catalog: Catalog | None = None) -> Examined:
    """The rule's query, if it is safe, reads known columns, gives nothing away, and is fair.

    Raises:
        RuleProblem: what is wrong with it.
    """
    try:
        return _examined(rule.query, frozenset(rule.parameters), catalog or load_catalog())
    except RuleProblem:
        raise
    except Exception as error:
        # Two parsers are at work here, and nobody promises all that they may raise. What they
        # cannot cope with must not stop the other rules.
        raise RuleProblem("query_unreadable", reason=type(error).__name__) from error


def views_read(rules: Iterable[Rule]) -> frozenset[str]:
    """The views that rules read. One that may not run reads nothing."""
    read: set[str] = set()
    for rule in rules:
        with suppress(RuleProblem):
            read |= examine(rule).query.views
    return frozenset(read)


@lru_cache(maxsize=1024)
def _examined(query: str, parameters: frozenset[str], views: Catalog) -> Examined:
    checked = check_query(query, parameters, views)
    qualified = check_columns(query, views)
    check_fairness(qualified, views)
    return Examined(checked, qualified)
