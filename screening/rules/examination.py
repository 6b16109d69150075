"""Everything that is looked at before a query may run, in one place."""

from dataclasses import dataclass

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
    views = catalog or load_catalog()
    try:
        query = check_query(rule.query, frozenset(rule.parameters), views)
        qualified = check_columns(rule.query, views)
        check_fairness(qualified, views)
        return Examined(query, qualified)
    except RuleProblem:
        raise
    except Exception as error:
        # Two parsers are at work here, and nobody promises all that they may raise. What they
        # cannot cope with must not stop the other rules.
        raise RuleProblem("query_unreadable", reason=type(error).__name__) from error
