"""What in a query would not give the same on Spark, or not the same twice.

The same rule files shall run on a cluster for those who outgrow one machine, and the same inputs
shall give the same bytes. Both are seen in the query itself, before it runs.
"""

from collections.abc import Callable, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types

from screening.rules.catalog import Catalog
from screening.rules.model import AS_OF
from screening.rules.problems import RuleProblem

#: The answer hangs on which row comes first, whatever is written beside them.
_PICKS_ANY = (exp.AnyValue, exp.First, exp.Last, exp.Mode)
#: Functions of a window that hang on its order.
_BY_ORDER = (
    exp.RowNumber,
    exp.Lag,
    exp.Lead,
    exp.FirstValue,
    exp.LastValue,
    exp.NthValue,
    exp.Ntile,
)
#: What makes a list's order not matter: it is sorted, counted or searched.
_ORDER_GONE = (exp.ArraySort, exp.Length, exp.ArraySize, exp.ArrayContains)


def portability_problems(
    root: exp.Expr, qualified: exp.Expr, catalog: Catalog
) -> list[RuleProblem]:
    """Everything in the query that does not carry over, or whose answer is not fixed.

    Args:
        root: the query as written.
        qualified: the same with every column qualified.
        catalog: the views, for the columns' types.
    """
    checks: tuple[Callable[[exp.Expr], Iterator[RuleProblem]], ...] = (
        _untranslatable,
        _unknown_functions,
        _date_parts,
        _any_row,
        _lists,
        _texts,
        _windows,
        _cuts,
    )
    found = [problem for check in checks for problem in check(root)]
    found += _subtracted_dates(qualified, catalog)
    return list({str(problem): problem for problem in found}.values())


def _not_portable(what: str, hint: str) -> RuleProblem:
    return RuleProblem("lint_not_portable", what=what, hint=hint)


def _not_fixed(name: str, hint: str) -> RuleProblem:
    return RuleProblem("lint_order_dependent", name=name, hint=hint)


def _untranslatable(root: exp.Expr) -> Iterator[RuleProblem]:
    try:
        root.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    except sqlglot.errors.SqlglotError as error:
        yield _not_portable(str(error).strip().split("\n", 1)[0], "use_prepared_view")


def _unknown_functions(root: exp.Expr) -> Iterator[RuleProblem]:
    """Functions that sqlglot would hand on unchanged, for it does not know them."""
    for function in root.find_all(exp.Anonymous):
        yield _not_portable(f"{function.name}(…)", "use_prepared_view")


def _date_parts(root: exp.Expr) -> Iterator[RuleProblem]:
    """DuckDB counts borders that are crossed, Spark whole spans: alike for days only."""
    for difference in root.find_all(exp.DateDiff):
        unit = difference.args.get("unit")
        name = unit.name.lower() if unit is not None else ""
        if name != "day":
            yield _not_portable(f"date_diff('{name}', …)", "use_day_arithmetic")


def _any_row(root: exp.Expr) -> Iterator[RuleProblem]:
    for function in root.find_all(*_PICKS_ANY):
        yield _not_fixed(f"{function.sql_name().lower()}(…)", "use_min_max")


def _lists(root: exp.Expr) -> Iterator[RuleProblem]:
    """Lists come in any order, and Spark's know no ORDER BY; evidence is sorted by the engine."""
    for collected in root.find_all(exp.ArrayAgg):
        if _is_of_refs(collected) or isinstance(_above(collected), _ORDER_GONE):
            continue
        if collected.find(exp.Order):
            yield _not_portable("list(… ORDER BY …)", "use_list_sort")
        else:
            yield _not_fixed("list(…)", "use_list_sort")


def _is_of_refs(collected: exp.ArrayAgg) -> bool:
    column = collected.find(exp.Column)
    return column is not None and column.name.lower().endswith("ref")


def _above(node: exp.Expr) -> exp.Expr | None:
    """The expression that uses ``node``, its FILTER left out."""
    parent = node.parent
    return parent.parent if isinstance(parent, exp.Filter) else parent


def _texts(root: exp.Expr) -> Iterator[RuleProblem]:
    for joined in root.find_all(exp.GroupConcat):
        if not joined.find(exp.Order) and not isinstance(joined.parent, exp.WithinGroup):
            yield _not_fixed("string_agg(…)", "use_order_by")


def _windows(root: exp.Expr) -> Iterator[RuleProblem]:
    for window in root.find_all(exp.Window):
        function = window.this.this if isinstance(window.this, exp.IgnoreNulls) else window.this
        is_named = window.args.get("alias") is not None
        if isinstance(function, _BY_ORDER) and not is_named and not window.args.get("order"):
            yield _not_fixed(f"{function.sql_name().lower()}() OVER (…)", "use_order_by")


def _cuts(root: exp.Expr) -> Iterator[RuleProblem]:
    """LIMIT and DISTINCT ON keep any rows where no ORDER BY says which."""
    for query in root.find_all(exp.Query):
        distinct = query.args.get("distinct")
        is_distinct_on = isinstance(distinct, exp.Distinct) and distinct.args.get("on")
        if query.args.get("order"):
            continue
        if query.args.get("limit"):
            yield _not_fixed("LIMIT", "use_order_by")
        if is_distinct_on:
            yield _not_fixed("DISTINCT ON", "use_order_by")


def _subtracted_dates(qualified: exp.Expr, catalog: Catalog) -> Iterator[RuleProblem]:
    """``date - date`` is a number of days in DuckDB and an interval on Spark."""
    typed = annotate_types(qualified.copy(), schema=dict(catalog.types), dialect="duckdb")
    for subtraction in typed.find_all(exp.Sub):
        if _is_date(subtraction.this) and _is_date(subtraction.expression):
            yield _not_portable(subtraction.sql("duckdb"), "use_day_arithmetic")


def _is_date(node: exp.Expr) -> bool:
    if isinstance(node, exp.Parameter | exp.Placeholder):
        return node.name == AS_OF
    return bool(node.is_type("date"))
