"""The columns of a query: whether they exist, and whether they may come out."""

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from screening.rules.catalog import Catalog, load_catalog
from screening.rules.growth import check_growth
from screening.rules.privacy import check_privacy
from screening.rules.problems import RuleProblem, unknown
from screening.rules.safety import parse


@lru_cache(maxsize=1024)
def check_columns(sql: str, catalog: Catalog | None = None) -> exp.Expr:
    """The query with every column written as ``table.column``.

    Raises:
        RuleProblem: a column does not exist (with the nearest name), it is not clear which is
            meant, one that comes out is made of a personal or sensitive column, or a text could
            get too long.
    """
    views = catalog or load_catalog()
    root = parse(sql)
    try:
        qualified = qualify(
            root.copy(),
            schema=dict(views.types),
            dialect="duckdb",
            quote_identifiers=False,
            validate_qualify_columns=True,
        )
    except sqlglot.errors.SqlglotError as error:
        raise _unknown_column(root, views, error) from error
    except RecursionError as error:
        raise RuleProblem("query_too_deep") from error
    check_growth(qualified)
    check_privacy(qualified, views)
    return qualified


def _unknown_column(root: exp.Expression, views: Catalog, error: Exception) -> RuleProblem:
    tables = {table.name.lower() for table in root.find_all(exp.Table)}
    known = {column for name in tables & set(views.views) for column in views.views[name].columns}
    known |= {alias.alias for alias in root.find_all(exp.Alias)}
    message = str(error).strip().split("\n", 1)[0]
    for column in root.find_all(exp.Column):
        if f"'{column.name}'" in message or message.endswith(f": {column.name}"):
            if column.name in known:
                break
            return unknown("column_unknown", column.name, known)
    return RuleProblem("column_unclear", reason=message)
