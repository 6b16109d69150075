"""The columns of a query: whether they exist, and whether they may come out."""

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from screening.rules.catalog import Catalog, load_catalog
from screening.rules.growth import check_growth
from screening.rules.privacy import check_privacy
from screening.rules.problems import RuleProblem, unknown
from screening.rules.safety import parsed

#: Columns that any SELECT of a query may come to.
MAX_COLUMNS = 2_000


@lru_cache(maxsize=1024)
def check_columns(sql: str, catalog: Catalog | None = None) -> exp.Expr:
    """The query with every column written as ``table.column``.

    Raises:
        RuleProblem: a column does not exist (with the nearest name), it is not clear which is
            meant, one that comes out is made of a personal or sensitive column, or a text could
            get too long.
    """
    views = catalog or load_catalog()
    root = parsed(sql)
    _check_width(root, views)
    try:
        qualified = qualify(
            root.copy(),
            schema=_schema(views),
            dialect="duckdb",
            quote_identifiers=False,
            validate_qualify_columns=True,
        )
    except sqlglot.errors.SqlglotError as error:
        raise _unknown_column(root, views, error) from error
    except RecursionError as error:
        raise RuleProblem("query_too_deep") from error
    _check_whole_rows(qualified)
    check_growth(qualified)
    check_privacy(qualified, views)
    return qualified


@lru_cache(maxsize=4)
def _schema(views: Catalog) -> MappingSchema:
    """The views' columns as sqlglot knows them; there are a thousand, and they stay the same."""
    return MappingSchema(dict(views.types), dialect="duckdb")


def _check_whole_rows(qualified: exp.Expr) -> None:
    """Raise RuleProblem where a table's name stands for its rows, or a star inside an expression.

    Both are all columns at once, and what is made of them could not be followed.
    """
    for row in qualified.find_all(exp.TableColumn):
        raise RuleProblem("whole_row", written=row.sql("duckdb"))
    for star in qualified.find_all(exp.Star):
        written = star.parent if isinstance(star.parent, exp.Column) else star
        if not isinstance(written.parent, exp.Count):
            raise RuleProblem("whole_row", written=written.sql("duckdb"))


def _check_width(root: exp.Expr, catalog: Catalog) -> None:
    """Raise RuleProblem where stars come to too many columns: "SELECT *, *" doubles them."""
    widths: dict[int, int] = {}

    def width_of(source: exp.Expr | Scope) -> int:
        if isinstance(source, Scope):
            return widths.get(id(source), 1)
        view = catalog.views.get(source.name.lower())
        return len(view.columns) if view else 1

    try:
        scopes = traverse_scope(root)
    except sqlglot.errors.SqlglotError:
        return  # what is wrong with it is told by those who read it closer
    for scope in scopes:
        if scope.set_operation_scopes:
            widths[id(scope)] = width_of(scope.set_operation_scopes[0])
            continue
        sources = {name: width_of(source) for name, source in scope.sources.items()}
        width = 0
        for each in scope.expression.selects if isinstance(scope.expression, exp.Query) else ():
            table = each.table if isinstance(each, exp.Column) else ""
            width += sources.get(table, sum(sources.values())) if each.is_star else 1
        widths[id(scope)] = width
        if width > MAX_COLUMNS:
            raise RuleProblem("query_too_wide", limit=MAX_COLUMNS)


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
