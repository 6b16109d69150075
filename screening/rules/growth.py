"""Refuses queries that build texts, lists or structs of any size.

DuckDB's memory limit does not count the value that an expression is building, and cannot interrupt
it, so ten lines of "s || s" could fill the machine. How long a value can get is worked out
beforehand instead, from what its parts can be.
"""

from collections.abc import Iterable

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from screening.rules.problems import RuleProblem
from screening.rules.tracing import Tracer

#: Characters that one value may come to.
MAX_CHARACTERS = 100_000
#: Characters that a view's value is taken to have, and a text put together from many rows.
_VALUE = 200
_AGGREGATE = 40_000

#: Characters that an entry of a list, and a field of a struct, counts for at least: each takes room
#: of its own, and a type with thousands of fields cannot be planned.
_ENTRY = 20
_FIELD = 200

#: ``+`` joins lists too.
_JOINED = (exp.DPipe, exp.Concat, exp.ConcatWs, exp.ArrayConcat, exp.Add)
_BUNDLED = (exp.Struct, exp.Tuple, exp.Anonymous)
_REPLACED = (exp.Replace, exp.RegexpReplace, exp.Translate)
_AGGREGATED = (exp.GroupConcat, exp.ArrayToString)


def check_growth(root: exp.Expr) -> None:
    """Raise RuleProblem where a text in the (qualified) query could get too long."""
    _Length().trace(root)


class _Length(Tracer[int]):
    """The most characters that each value can have."""

    def enter(self, scope: Scope) -> None:
        for node in scope.find_all(*_JOINED, *_REPLACED, *_BUNDLED, exp.Array):
            self.of(node)

    def of(self, node: exp.Expr) -> int:
        length = super().of(node)
        if length > MAX_CHARACTERS:
            raise RuleProblem("text_too_long", limit=MAX_CHARACTERS)
        return length

    def of_table_column(self, view: str, column: str) -> int:  # noqa: ARG002
        return _VALUE

    def of_unknown_column(self, column: exp.Column) -> int:  # noqa: ARG002
        return _VALUE

    def of_expression(self, node: exp.Expr) -> int:
        if isinstance(node, exp.Literal):
            return max(1, len(node.name))
        parts = self.parts(node)
        if isinstance(node, _AGGREGATED):
            return max([_AGGREGATE, *parts])
        if isinstance(node, _REPLACED):
            return max(1, parts[0]) * max([1, *parts[2:]])
        if isinstance(node, _JOINED):
            return sum(parts)
        if isinstance(node, exp.Array):
            return sum(max(_ENTRY, part) for part in parts)
        if isinstance(node, _BUNDLED):
            return sum(max(_FIELD, part) for part in parts)
        return self.either(parts)

    def either(self, values: Iterable[int]) -> int:
        return max(values, default=1)
