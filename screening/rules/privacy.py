"""What a query gives away about persons.

Columns classed personal or sensitive may decide whether there is a finding, but may not come out
in it: a finding is shown, exported and mailed. Followed through every WITH and subquery, each
column that comes out is traced back to the columns that its value is made of.
"""

from dataclasses import dataclass

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from screening.rules.catalog import Catalog
from screening.rules.problems import RuleProblem

#: Protected columns behind a value: (privacy class, view.column).
Origins = frozenset[tuple[str, str]]
#: The columns that a SELECT gives, in order, each with the protected columns behind it.
Outputs = list[tuple[str, Origins]]

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

    ``root`` is the query with every column qualified (``columns.check_columns``).
    """
    outputs: dict[int, Outputs] = {}
    last: Outputs = []
    for scope in traverse_scope(root):
        last = _Scope(scope, catalog, outputs).origins()
        outputs[id(scope)] = last
    for code, privacy in (("returns_sensitive", "sensitive"), ("returns_personal", "personal")):
        for column, origins in last:
            if named := sorted(source for kind, source in origins if kind == privacy):
                raise RuleProblem(code, column=column, source=named[0])


@dataclass(frozen=True)
class _Scope:
    """One SELECT (or set operation), and what is known of those inside it."""

    scope: Scope
    catalog: Catalog
    outputs: dict[int, Outputs]

    def origins(self) -> Outputs:
        """Protected columns behind each column that comes out."""
        if self.scope.set_operation_scopes:
            branches = [self._known(branch) for branch in self.scope.set_operation_scopes]
            return [
                (column[0][0], _NONE.union(*(origins for _, origins in column)))
                for column in zip(*branches, strict=False)
            ]
        expression = self.scope.expression
        selects = expression.selects if isinstance(expression, exp.Query) else []
        return [(select.alias_or_name, self._of(select)) for select in selects]

    def _known(self, inner: Scope) -> Outputs:
        return self.outputs.get(id(inner), [])

    def _of(self, node: exp.Expr) -> Origins:
        if isinstance(node, exp.Column):
            return self._of_column(self.scope, node)
        if isinstance(node, exp.Query | exp.Subquery):
            return self._of_subquery(node)
        if isinstance(node, _TELLS_NOT_WHO):
            return _NONE
        if isinstance(node, _VALUE_ONLY):
            return self._of(node.this)
        if isinstance(node, exp.Case):
            values = [each.args["true"] for each in node.args["ifs"]]
            values += [node.args["default"]] if node.args.get("default") else []
            return self._of_all(values)
        if isinstance(node, exp.If):
            return self._of_all([node.args[key] for key in ("true", "false") if node.args.get(key)])
        return self._of_all(list(node.iter_expressions()))

    def _of_all(self, nodes: list[exp.Expr]) -> Origins:
        return _NONE.union(*(self._of(node) for node in nodes))

    def _of_column(self, scope: Scope | None, column: exp.Column) -> Origins:
        while scope is not None:
            source = scope.sources.get(column.table)
            if isinstance(source, Scope):
                return _joined(self._known(source), column.name)
            if isinstance(source, exp.Table):
                privacy = self.catalog.privacy_of(source.name, column.name)
                is_open = privacy == "ordinary"
                return _NONE if is_open else frozenset({(privacy, f"{source.name}.{column.name}")})
            scope = scope.parent
        # A column that cannot be followed is taken for a protected one.
        return frozenset({("personal", column.sql("duckdb"))})

    def _of_subquery(self, node: exp.Expr) -> Origins:
        inner = node.unnest() if isinstance(node, exp.Subquery) else node
        for scope in self.scope.subquery_scopes:
            if scope.expression is inner:
                return _joined(self._known(scope))
        return self._of_all(list(node.find_all(exp.Column)))


def _joined(outputs: Outputs, name: str | None = None) -> Origins:
    """Origins of the columns called ``name``, or of all."""
    return _NONE.union(*(origins for column, origins in outputs if name in {None, column}))
