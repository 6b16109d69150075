"""What a query gives away about persons.

Columns classed personal or sensitive may decide whether there is a finding, but may not come out
in it: a finding is shown, exported and mailed.
"""

from collections.abc import Iterable

from sqlglot import exp

from screening.rules.catalog import Catalog
from screening.rules.problems import RuleProblem
from screening.rules.tracing import Tracer

#: Protected columns behind a value: (privacy class, view.column).
Origins = frozenset[tuple[str, str]]

_NONE: Origins = frozenset()

#: What these give says how many or whether, not who.
_TELLS_NOT_WHO = (
    exp.Predicate,
    exp.Not,
    exp.Count,
    exp.CountIf,
    exp.ApproxDistinct,
    exp.Length,
    exp.RowNumber,
    exp.Rank,
    exp.DenseRank,
)
#: Of these only the value counts, not what it is ordered, filtered or picked by.
_VALUE_ONLY = (exp.Window, exp.Filter, exp.Order, exp.Ordered, exp.ArgMax, exp.ArgMin)


def check_privacy(root: exp.Expr, catalog: Catalog) -> None:
    """Raise RuleProblem where a column that the query returns is made of a protected one.

    ``root`` is the query with every column qualified.
    """
    returned = _Origins(catalog).trace(root)
    for code, privacy in (("returns_sensitive", "sensitive"), ("returns_personal", "personal")):
        for column, origins in returned:
            if named := sorted(source for kind, source in origins if kind == privacy):
                raise RuleProblem(code, column=column, source=named[0])


class _Origins(Tracer[Origins]):
    """The protected columns that each value is made of."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog

    def of_table_column(self, view: str, column: str) -> Origins:
        privacy = self._catalog.privacy_of(view, column)
        return _NONE if privacy == "ordinary" else frozenset({(privacy, f"{view}.{column}")})

    def of_unknown_column(self, column: exp.Column) -> Origins:
        return frozenset({("personal", column.sql("duckdb"))})

    def of_expression(self, node: exp.Expr) -> Origins:
        if isinstance(node, _TELLS_NOT_WHO):
            return _NONE
        if isinstance(node, _VALUE_ONLY):
            return self.of(node.this)
        if isinstance(node, exp.Case | exp.If):
            return self.either(self.results(node))
        return self.either(self.parts(node))

    def either(self, values: Iterable[Origins]) -> Origins:
        return _NONE.union(*values)
