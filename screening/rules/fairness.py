"""What a query concludes from who a person is.

Risk is never inferred from a person's name, birth, origin or residence. The catalogue says which
columns tell of that (``tells``), and each of them is followed through the query:

- a *key* (organisationsnummer, person key, account, address, worker, client) may be compared with
  another key, tested for being there, counted and grouped by. What is inside it may not be looked
  at: a number tells age, sex and, at times, that somebody came from abroad; an address tells where
  a person lives.
- a *name* may be held against another name, counted and shown.
- *birth*, *origin* and *residence* may be shown, where nothing else forbids it, and no more.
- what the catalogue classes sensitive, and is no key, may not be used at all.

Showing is never a conclusion; a comparison, a condition, a grouping or an order that hangs on such
a value is one, and so is an amount or a confidence made of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from screening.rules.catalog import Catalog
from screening.rules.problems import RuleProblem
from screening.rules.tracing import Tracer

#: Comparisons that say only whether two values are the same.
_SAME_OR_NOT = (exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ, exp.In, exp.ArrayContains)
#: Comparisons of which comes first; two keys may be put in order so that a pair is told once.
_ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE)
#: What other predicates there are looks inside a value, or holds it against something written.
_LOOKING = (exp.Predicate, exp.StartsWith, exp.EndsWith, exp.Contains, exp.Any, exp.All)
#: These hand on one of the values that they are given, unchanged.
_HANDED_ON = (
    exp.Alias,
    exp.AnyValue,
    exp.Filter,
    exp.First,
    exp.FirstValue,
    exp.IgnoreNulls,
    exp.Last,
    exp.LastValue,
    exp.Lower,
    exp.Max,
    exp.Min,
    exp.NthValue,
    exp.Paren,
    exp.Upper,
)
#: Lists of values, and what keeps a list a list.
_LISTS = (
    exp.Array,
    exp.ArrayAgg,
    exp.ArrayConcat,
    exp.ArrayDistinct,
    exp.ArraySort,
    exp.Flatten,
)
_ORDERING = (exp.Greatest, exp.Least)
#: What steers how heavily a finding weighs, and whom it is about.
_WEIGHING = ("supplier_id", "amount_sek", "match_confidence")
#: Kinds of which two values may be compared, and which may be put in order.
_COMPARABLE = frozenset({"key", "name"})


@dataclass(frozen=True)
class _Told:
    """What a value tells about a person.

    Attributes:
        origins: (what it tells, view.column), for each column that it is made of.
        is_whole: it is such a column's value as it stands, and nothing else.
        is_list: it is a list of such values.
        is_null: it is NULL, written out.
    """

    origins: frozenset[tuple[str, str]] = frozenset()
    is_whole: bool = False
    is_list: bool = False
    is_null: bool = False

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(kind for kind, _ in self.origins)

    @property
    def is_comparable(self) -> bool:
        """It may be held against another value of its kind."""
        return self.is_whole and len(self.kinds) == 1 and self.kinds <= _COMPARABLE


_NOTHING = _Told()


def check_fairness(root: exp.Expr, catalog: Catalog) -> None:
    """Raise RuleProblem where the query infers something from who a person is.

    ``root`` is the query with every column qualified.
    """
    for column, told in _Conclusions(catalog).trace(root):
        if column.lower() in _WEIGHING and told.origins:
            raise _refused(told, column)


def _refused(told: _Told, written: str) -> RuleProblem:
    """The gravest of what ``told`` tells, with the reason why it may not be used so."""
    order = ("sensitive", "origin", "birth", "residence", "name", "key", "unknown")
    kind, source = min(told.origins, key=lambda each: (order.index(each[0]), each[1]))
    short = written if len(written) <= _LONGEST else f"{written[:_LONGEST]}…"
    return RuleProblem(f"unfair_{kind}", written=short, source=source)


#: Characters of a condition that a sentence repeats.
_LONGEST = 80


class _Conclusions(Tracer[_Told]):
    """What each value tells; raises where the query concludes something from it."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog

    # What values tell.

    def of_table_column(self, view: str, column: str) -> _Told:
        kind = self._catalog.told_by(view, column)
        if kind is None:
            return _NOTHING
        return _Told(frozenset({(kind, f"{view}.{column}")}), is_whole=True)

    def of_unknown_column(self, column: exp.Column) -> _Told:
        query = self._scope.expression
        if isinstance(query, exp.Query) and not column.table:
            for select in query.selects:
                if select.alias_or_name == column.name:  # ORDER BY what the SELECT calls so
                    return self.of(select)
        return _Told(frozenset({("unknown", column.sql("duckdb"))}))

    def of_expression(self, node: exp.Expr) -> _Told:
        if isinstance(node, exp.Null):
            return _Told(is_null=True)
        if isinstance(node, exp.Case | exp.If):
            return self.either(self.results(node))
        if isinstance(node, (exp.Connector, exp.Not, exp.Predicate, *_LOOKING)):
            return _NOTHING  # what they join and test is looked at where it stands
        if isinstance(node, _HANDED_ON):
            return self.of(node.this)
        if isinstance(node, exp.Cast):
            inner = self.of(node.this)
            return inner if node.is_type("text", "varchar") else _part_of(inner)
        if isinstance(node, exp.Window):
            return self._of_window(node)
        if isinstance(node, exp.Order):
            picked = self.of(node.this) if node.this else _NOTHING
            return _joined(picked, self._order_of(node))
        return self._of_many(node)

    def _of_many(self, node: exp.Expr) -> _Told:
        """What a function of several values, or of many rows, tells."""
        if isinstance(node, exp.ArgMax | exp.ArgMin):
            return _joined(self.of(node.this), self._spoilt([node.expression]))
        if isinstance(node, exp.Lag | exp.Lead):
            return self.either(map(self.of, filter(None, (node.this, node.args.get("default")))))
        together = self.either(self.parts(node))
        if isinstance(node, exp.Distinct | exp.Coalesce):
            return together
        if isinstance(node, _ORDERING) and together.kinds == {"key"}:
            return together
        if isinstance(node, exp.Bracket):
            return _Told(together.origins, self.of(node.this).is_whole)
        if isinstance(node, _LISTS):
            return _Told(together.origins, together.is_whole, is_list=True)
        is_counted = isinstance(node, exp.Count | exp.ApproxDistinct) or (
            isinstance(node, exp.ArraySize | exp.Length) and together.is_list
        )
        return _NOTHING if is_counted and together.is_comparable else _part_of(together)

    def _of_window(self, node: exp.Window) -> _Told:
        """Of the function, and of what its rows are parted and ordered by."""
        parted = [
            _NOTHING if told.is_comparable else _part_of(told)
            for window in self._with_named(node)
            for told in map(self.of, window.args.get("partition_by") or ())
        ]
        ordered = [self._order_of(window.args.get("order")) for window in self._with_named(node)]
        return _joined(self.of(node.this), *parted, *ordered)

    def _with_named(self, node: exp.Window) -> Iterator[exp.Window]:
        """The window, and those of the WINDOW clause that it goes by."""
        yield node
        name = node.args.get("alias")
        for named in self._scope.expression.args.get("windows") or ():
            if name is not None and named is not node and named.name == name.name:
                yield from self._with_named(named)

    def _order_of(self, order: exp.Order | None) -> _Told:
        return self._spoilt([each.this for each in order.expressions] if order else [])

    def _spoilt(self, nodes: Iterable[exp.Expr]) -> _Told:
        """What it tells to be picked by these: keys only break ties, all else says something."""
        told = map(self.of, nodes)
        return _part_of(self.either(each for each in told if not _breaks_ties(each)))

    def either(self, values: Iterable[_Told]) -> _Told:
        given = [value for value in values if not value.is_null]
        if not given:
            return _Told(is_null=True)
        origins = frozenset().union(*(value.origins for value in given))
        is_whole = bool(origins) and all(value.is_whole for value in given)
        return _Told(origins, is_whole, is_list=any(value.is_list for value in given))

    # Where a query concludes.

    def enter(self, scope: Scope) -> None:
        if scope.set_operation_scopes:
            self._compared_branches(scope)
            return
        for node in scope.walk():
            for decided in _decided_by(node):
                self._must_tell_nothing([self.of(decided)], decided)
            if isinstance(node, (*_SAME_OR_NOT, *_ORDERED)):
                self._compared(node)
            elif isinstance(node, exp.Is):
                self._tested(node)
            elif isinstance(node, _LOOKING) and not isinstance(node, exp.Exists):
                self._must_tell_nothing(self.parts(node), node)
            elif isinstance(node, exp.Select):
                self._grouped(node)
                self._cut(node)

    def _must_tell_nothing(self, told: Iterable[_Told], node: exp.Expr) -> None:
        together = self.either(told)
        if together.origins:
            raise _refused(together, _as_written(node))

    def _compared(self, node: exp.Expr) -> None:
        sides = [side for side in self.parts(node) if not side.is_null]
        told = self.either(sides)
        if not told.origins:
            return
        is_orderly = isinstance(node, _SAME_OR_NOT) or told.kinds == {"key"}
        if not (all(side.is_whole for side in sides) and told.is_comparable and is_orderly):
            raise _refused(told, _as_written(node))

    def _tested(self, node: exp.Is) -> None:
        """``IS NULL`` says whether a key or name is there; that of a part says what is in it."""
        told = self.of(node.this)
        is_presence = isinstance(node.expression, exp.Null) and told.is_comparable
        if told.origins and not is_presence:
            raise _refused(told, _as_written(node))

    def _grouped(self, select: exp.Select) -> None:
        group, distinct = select.args.get("group"), select.args.get("distinct")
        keys = list(group.expressions) if group else []
        if group and group.args.get("all"):
            keys += [each for each in select.selects if not each.find(exp.AggFunc)]
        if distinct and distinct.args.get("on"):
            keys += distinct.args["on"].expressions
        for key in keys:
            told = self.of(key)
            if told.origins and not told.is_comparable:
                raise _refused(told, _as_written(key))

    def _cut(self, select: exp.Select) -> None:
        """LIMIT and DISTINCT ON keep rows by their order."""
        order, distinct = select.args.get("order"), select.args.get("distinct")
        if order is None:
            return
        if select.args.get("limit"):
            self._must_tell_nothing([self.of(each.this) for each in order.expressions], order)
        elif distinct and distinct.args.get("on"):
            self._must_tell_nothing([self._order_of(order)], order)

    def _compared_branches(self, scope: Scope) -> None:
        """INTERSECT and EXCEPT compare their branches column by column; LIMIT keeps some rows."""
        whole = scope.expression
        branches = [self._known(branch) for branch in scope.set_operation_scopes]
        columns = [[told for _, told in column] for column in zip(*branches, strict=False)]
        if not isinstance(whole, exp.Union):
            for sides in columns:
                told = self.either(sides)
                if told.origins and not told.is_comparable:
                    raise _refused(told, whole.key.upper())
        if whole.args.get("order") and whole.args.get("limit"):
            self._must_tell_nothing([told for sides in columns for told in sides], whole)


def _decided_by(node: exp.Expr) -> Iterator[exp.Expr]:
    """The expressions on which ``node`` hangs its answer."""
    if isinstance(node, exp.Where | exp.Having | exp.Qualify | exp.Not):
        yield node.this
    elif isinstance(node, exp.Connector):
        yield from (node.left, node.right)
    elif isinstance(node, exp.Join) and node.args.get("on"):
        yield node.args["on"]
    elif isinstance(node, exp.Case):
        yield from (branch.this for branch in node.args["ifs"])
        yield from filter(None, [node.this])
    elif isinstance(node, exp.If) and not isinstance(node.parent, exp.Case):
        yield node.this
    elif isinstance(node, exp.Limit | exp.Offset):
        yield node.expression
    elif isinstance(node, exp.Bracket):
        yield from node.expressions


def _breaks_ties(told: _Told) -> bool:
    return told.is_comparable and told.kinds == {"key"}


def _part_of(told: _Told) -> _Told:
    """Something made of it, and not it as it stands."""
    return _Told(told.origins)


def _joined(first: _Told, *others: _Told) -> _Told:
    """``first``, picked or ordered by the others."""
    spoiling = frozenset().union(*(other.origins for other in others))
    if not spoiling:
        return first
    return _Told(first.origins | spoiling, is_list=first.is_list)


def _as_written(node: exp.Expr) -> str:
    return " ".join(node.sql("duckdb").split())
