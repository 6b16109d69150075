"""The conditions of a rule's query, and the query without some of them.

What a rule asks of a supplier stands in its WHERE, HAVING, QUALIFY and ON. A condition that ties
two tables together asks nothing; every other one may be why a rule stays silent.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from screening.rules.safety import parse

_PARAMETER = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_ASKING = (exp.Where, exp.Having, exp.Qualify)

#: Where a condition stands: number of its clause in the walk, the clause's field, the way down.
_Place = tuple[int, str, tuple[str, ...]]


@dataclass(frozen=True)
class Conditions:
    """What a query asks of its rows, in the order in which it is written.

    Conditions joined by AND are told one by one; one with OR is told as a whole, since taking away
    a part of it would make all of it true.
    """

    root: exp.Expr
    places: tuple[_Place, ...]

    def __len__(self) -> int:
        return len(self.places)

    def sql(self, number: int, values: Mapping[str, Any] | None = None) -> str:
        """A condition as written, with the parameters' values in the place of their names."""
        told = _at(_clauses(self.root), self.places[number]).sql("duckdb")
        known = values or {}
        return _PARAMETER.sub(lambda found: _written(known.get(found[1], found[0])), told)

    def without(self, numbers: Collection[int]) -> str:
        """The query with these conditions taken away."""
        changed = self.root.copy()
        clauses = _clauses(changed)
        for condition in [_at(clauses, self.places[number]) for number in sorted(numbers)]:
            condition.replace(exp.true())
        return changed.sql("duckdb")


def conditions(query: str) -> Conditions:
    """The conditions of a query.

    Raises:
        RuleProblem: it is not one SELECT.
    """
    root = parse(query)
    return Conditions(root, tuple(_places(root)))


def _written(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value)
    return str(value)


def _clauses(root: exp.Expr) -> list[exp.Expr]:
    return [
        node
        for node in root.walk()
        if isinstance(node, _ASKING) or (isinstance(node, exp.Join) and node.args.get("on"))
    ]


def _places(root: exp.Expr) -> Iterator[_Place]:
    for number, clause in enumerate(_clauses(root)):
        key = "on" if isinstance(clause, exp.Join) else "this"
        for path, condition in _parts(clause.args[key]):
            if not _ties_tables(condition):
                yield number, key, path


def _parts(
    condition: exp.Expr, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], exp.Expr]]:
    if isinstance(condition, exp.Paren):
        yield from _parts(condition.this, (*path, "this"))
    elif isinstance(condition, exp.And):
        yield from _parts(condition.left, (*path, "this"))
        yield from _parts(condition.right, (*path, "expression"))
    else:
        yield path, condition


def _ties_tables(condition: exp.Expr) -> bool:
    """Whether it says which rows of two tables belong together: without it all would."""
    tables = {column.table for column in condition.find_all(exp.Column)}
    return isinstance(condition, exp.EQ) and len(tables) > 1


def _at(clauses: list[exp.Expr], place: _Place) -> exp.Expr:
    number, key, path = place
    condition: exp.Expr = clauses[number].args[key]
    for step in path:
        condition = condition.args[step]
    return condition
