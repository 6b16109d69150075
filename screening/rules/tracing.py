"""Follows each column that a query returns back through every WITH and subquery.

What is known of a table's column, and what an expression does to it, is up to the question that is
asked: see :mod:`.privacy` and :mod:`.growth`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, TypeVar

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

T = TypeVar("T")


class Tracer(ABC, Generic[T]):
    """Works out a value for each expression of a qualified query, inner queries first."""

    def __init__(self) -> None:
        self._outputs: dict[int, list[tuple[str, T]]] = {}
        self._scope: Scope

    def trace(self, root: exp.Expr) -> list[tuple[str, T]]:
        """The columns that the query returns, in order, each with its value."""
        last: list[tuple[str, T]] = []
        for scope in traverse_scope(root):
            self._scope = scope
            self.enter(scope)
            last = self._of_scope(scope)
            self._outputs[id(scope)] = last
        return last

    @abstractmethod
    def of_table_column(self, view: str, column: str) -> T:
        """The value of a view's column."""

    @abstractmethod
    def of_unknown_column(self, column: exp.Column) -> T:
        """The value of a column that cannot be followed; choose the careful one."""

    @abstractmethod
    def of_expression(self, node: exp.Expr) -> T:
        """The value of any other expression, by way of :meth:`of` its parts."""

    @abstractmethod
    def either(self, values: Iterable[T]) -> T:
        """The value of something that is one of these."""

    def enter(self, scope: Scope) -> None:
        """Look at a SELECT before its results, its conditions included."""

    def of(self, node: exp.Expr) -> T:
        """The value of ``node``."""
        if isinstance(node, exp.Column):
            return self._of_column(node)
        if isinstance(node, exp.Query | exp.Subquery):
            return self._of_subquery(node)
        return self.of_expression(node)

    def parts(self, node: exp.Expr) -> list[T]:
        """The values of everything directly inside ``node``."""
        return [self.of(part) for part in node.iter_expressions()]

    def parts_of_all(self, nodes: Iterable[exp.Expr]) -> list[T]:
        """The values of everything directly inside each of ``nodes``."""
        return [value for node in nodes for value in self.parts(node)]

    def results(self, node: exp.Case | exp.If) -> list[T]:
        """The values that a CASE can give; its conditions left out."""
        branches = node.args.get("ifs") or [node]
        values = [branch.args["true"] for branch in branches]
        values += [node.args[key] for key in ("default", "false") if node.args.get(key)]
        return [self.of(value) for value in values]

    def _of_scope(self, scope: Scope) -> list[tuple[str, T]]:
        if scope.set_operation_scopes:
            branches = [self._known(branch) for branch in scope.set_operation_scopes]
            return [
                (column[0][0], self.either(value for _, value in column))
                for column in zip(*branches, strict=False)
            ]
        expression = scope.expression
        if isinstance(expression, exp.Values):
            written = self.either(self.parts_of_all(expression.expressions))
            return [(name, written) for name in expression.alias_column_names]
        selects = expression.selects if isinstance(expression, exp.Query) else []
        return [(select.alias_or_name, self.of(select)) for select in selects]

    def _known(self, scope: Scope) -> list[tuple[str, T]]:
        return self._outputs.get(id(scope), [])

    def _of_column(self, column: exp.Column) -> T:
        scope: Scope | None = self._scope
        while scope is not None:
            source = scope.sources.get(column.table)
            if isinstance(source, Scope):
                named = [value for name, value in self._known(source) if name == column.name]
                return self.either(named) if named else self.of_unknown_column(column)
            if isinstance(source, exp.Table):
                return self.of_table_column(source.name, column.name)
            scope = scope.parent
        return self.of_unknown_column(column)

    def _of_subquery(self, node: exp.Expr) -> T:
        inner = node.unnest() if isinstance(node, exp.Subquery) else node
        for scope in self._scope.subquery_scopes:
            if scope.expression is inner:
                return self.either(value for _, value in self._known(scope))
        return self.either(self.of(column) for column in node.find_all(exp.Column))
