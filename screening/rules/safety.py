"""Decides whether a rule's query may run at all.

The query is read twice: by sqlglot (which also knows the columns, see :mod:`.columns`) and by
DuckDB itself. The decision is made on DuckDB's own tree, so that no difference between two parsers
can slip past it, and on allow-lists (:mod:`.allowed`), so that what a later DuckDB adds is refused
until someone has looked at it.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from screening.rules import allowed
from screening.rules.catalog import Catalog, load_catalog
from screening.rules.model import AS_OF, has_hidden_characters
from screening.rules.problems import RuleProblem, unknown

#: Characters that a query may have; the longest that people write has a tenth.
MAX_QUERY_CHARACTERS = 20_000
#: Depth of the expression tree; beyond it parsers run out of stack.
MAX_DEPTH = 150
#: Parts that one SELECT may come to; the longest that people write has a twentieth.
MAX_NODES = 20_000
#: Tables that the plan reads when every WITH is written out where it is used. Twenty levels of
#: "FROM x, x" would otherwise plan a million tables, and planning cannot be interrupted.
MAX_TABLES = 150

_reader_lock = Lock()

# sqlglot warns about statements that it only half knows; here they are refused, with a sentence.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


@dataclass(frozen=True)
class CheckedQuery:
    """A query that may run: its text, the parameters and the views that it uses."""

    sql: str
    parameters: frozenset[str]
    views: frozenset[str]
    functions: frozenset[str]


@lru_cache(maxsize=1024)
def check_query(sql: str, declared: frozenset[str], catalog: Catalog | None = None) -> CheckedQuery:
    """The query, if it is one SELECT over the catalog's views with allowed functions only.

    Args:
        sql: the rule's query.
        declared: names of the rule's parameters; ``as_of`` is always there.
        catalog: the views; by default the one that ships.

    Raises:
        RuleProblem: what is not allowed, and where it can be said, what to write instead.
    """
    views = (catalog or load_catalog()).views
    if len(sql) > MAX_QUERY_CHARACTERS:
        raise RuleProblem("query_too_long", characters=len(sql), limit=MAX_QUERY_CHARACTERS)
    if has_hidden_characters(sql):
        raise RuleProblem("hidden_characters")
    parsed(sql)
    tree = _tree_of(sql)
    walk = _Walk(frozenset(name.lower() for name in views), declared | {AS_OF})
    try:
        walk.query(tree, {})
    except RecursionError as error:
        raise RuleProblem("query_too_deep") from error
    return CheckedQuery(
        sql=sql.strip().rstrip(";"),
        parameters=frozenset(walk.parameters),
        views=frozenset(walk.views),
        functions=frozenset(walk.functions),
    )


def parse(sql: str) -> exp.Expression:
    """The query as sqlglot's tree, to be changed at will. Raises as `parsed` does."""
    return parsed(sql).copy()


@lru_cache(maxsize=2)  # for those who look at one query after the other; trees are large
def parsed(sql: str) -> exp.Expression:
    """The query as sqlglot's tree, to be read: one SELECT (or UNION of them), not too deep.

    Raises:
        RuleProblem: it is something else, or cannot be read.
    """
    try:
        statements = [entry for entry in sqlglot.parse(sql, dialect="duckdb") if entry]
    except RecursionError as error:
        raise RuleProblem("query_too_deep") from error
    except sqlglot.errors.SqlglotError as error:
        raise RuleProblem("query_unreadable", reason=_first_line(error)) from error
    if len(statements) != 1:
        raise RuleProblem("query_not_one", count=len(statements))
    root = statements[0]
    if not isinstance(root, exp.Select | exp.SetOperation):
        raise RuleProblem("query_not_select", found=root.key.upper())
    if root.find(exp.Lateral):
        raise RuleProblem("not_allowed", what="LATERAL")
    if _depth(root) > MAX_DEPTH:
        raise RuleProblem("query_too_deep")
    for select in root.find_all(exp.Select):
        if _written_out(select) > MAX_NODES:
            raise RuleProblem("query_grows", limit=MAX_NODES)
    return root


def _depth(root: exp.Expression) -> int:
    """Depth of the tree, counted without recursion."""
    deepest, stack = 0, [(root, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in node.iter_expressions())
    return deepest


def _written_out(select: exp.Select) -> int:
    """Parts of the SELECT when the names that it gives are written out where it uses them.

    "1 AS a, a + a AS b, b + b AS c" doubles with each name, and both parsers write it out.
    """
    named: dict[str, int] = {}
    total = 0
    for projection in select.expressions:
        size = _size(projection, named)
        total += size
        if isinstance(projection, exp.Alias):
            named[projection.alias.lower()] = size
    clauses = (value for key, value in select.args.items() if key != "expressions")
    parts = (part for value in clauses for part in (value if isinstance(value, list) else [value]))
    return total + sum(_size(part, named) for part in parts if isinstance(part, exp.Expression))


def _size(node: exp.Expression, named: Mapping[str, int]) -> int:
    return sum(
        named.get(part.name.lower(), 1) if isinstance(part, exp.Column) else 1
        for part in node.walk()
    )


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    """A connection that only ever parses."""
    return duckdb.connect(config={"enable_external_access": "false"})


def _tree_of(sql: str) -> dict[str, Any]:
    """DuckDB's own tree of the one SELECT in ``sql``."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise RuleProblem("query_unreadable", reason=_first_line(error)) from error
    if len(statements) != 1:
        raise RuleProblem("query_not_one", count=len(statements))
    if statements[0].type != duckdb.StatementType.SELECT:
        raise RuleProblem("query_not_select", found=str(statements[0].type).rpartition(".")[2])
    with _reader_lock:
        row = _reader().execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchone()
    serialised: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    if serialised["error"] or len(serialised["statements"]) != 1:
        raise RuleProblem("query_unreadable", reason=serialised.get("error_message", ""))
    node: dict[str, Any] = serialised["statements"][0]["node"]
    return node


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]


class _Walk:
    """Goes through DuckDB's tree and refuses the first thing that is not allowed.

    ``scope`` maps each WITH name that is visible to the number of tables behind it; a name counts
    only after its definition, as in DuckDB, else a name that is defined elsewhere could hide that
    a real table is read.
    """

    def __init__(self, views: frozenset[str], declared: frozenset[str]) -> None:
        self._known_views = views
        self._declared = declared
        self.parameters: set[str] = set()
        self.views: set[str] = set()
        self.functions: set[str] = set()

    def query(self, node: Mapping[str, Any], scope: Mapping[str, int]) -> int:
        """Check a SELECT or a set operation; how many tables it reads, WITH written out."""
        self._known_part(node)
        if node.get("sample") is not None:
            raise RuleProblem("not_allowed", what="USING SAMPLE")
        visible = dict(scope)
        for entry in (node.get("cte_map") or {}).get("map", []):
            name = str(entry["key"]).lower()
            if name in self._known_views:
                raise RuleProblem("with_hides_view", name=name)
            visible[name] = max(1, self.query(entry["value"]["query_node"], visible))
        rest = {key: value for key, value in node.items() if key != "cte_map"}
        tables = self._parts(rest, visible)
        if tables > MAX_TABLES:
            raise RuleProblem("query_too_many_tables", limit=MAX_TABLES)
        return tables

    def _parts(self, node: Mapping[str, Any], scope: Mapping[str, int]) -> int:
        return sum(self._any(value, scope) for value in node.values())

    def _any(self, value: object, scope: Mapping[str, int]) -> int:
        if isinstance(value, list):
            return sum(self._any(entry, scope) for entry in value)
        if not isinstance(value, dict):
            return 0
        if "cte_map" in value:
            return self.query(value, scope)
        if "class" in value:
            self._expression(value)
            if value["class"] == "CONSTANT":
                return 0
        elif str(value.get("type")) in allowed.SOURCES:
            return self._source(value, scope)
        elif "type" in value:
            self._known_part(value)
        return self._parts(value, scope)

    def _known_part(self, node: Mapping[str, Any]) -> None:
        kind = node.get("type")
        if kind == "RECURSIVE_CTE_NODE":
            raise RuleProblem("with_recursive")
        if kind == "TABLE_FUNCTION":
            name = (node.get("function") or {}).get("function_name", "")
            raise RuleProblem("table_function", name=name)
        if str(kind) not in allowed.PARTS:
            raise RuleProblem("not_allowed", what=str(kind))

    def _source(self, node: Mapping[str, Any], scope: Mapping[str, int]) -> int:
        if node.get("sample") is not None:
            raise RuleProblem("not_allowed", what="TABLESAMPLE")
        if node["type"] == "JOIN" and node.get("ref_type") not in allowed.JOINS:
            raise RuleProblem("not_allowed", what=f"{node.get('ref_type')} JOIN")
        if node["type"] != "BASE_TABLE":
            return self._parts(node, scope)
        name = str(node.get("table_name", "")).lower()
        path = (node.get("qualified_name") or {}).get("path", [])
        if len(path) != 1 or node.get("schema_name") or node.get("catalog_name"):
            raise RuleProblem("table_qualified", name=".".join([*path] or [name]))
        if node.get("at_clause"):
            raise RuleProblem("not_allowed", what="AT")
        if name in scope:
            return scope[name]
        if name not in self._known_views:
            raise unknown("table_unknown", name, self._known_views)
        self.views.add(name)
        return 1

    def _expression(self, node: Mapping[str, Any]) -> None:
        kind = node["class"]
        if kind not in allowed.EXPRESSIONS:
            raise RuleProblem("not_allowed", what=kind)
        if kind in {"FUNCTION", "WINDOW"}:
            self._function(node)
        elif kind == "OPERATOR" and node.get("type") not in allowed.OPERATORS:
            raise RuleProblem("not_allowed", what=str(node.get("type")))
        elif kind == "PARAMETER":
            self._parameter(str(node.get("identifier", "")))
        elif kind == "TYPE":
            self._type(node)
        elif kind == "STAR" and node.get("columns"):
            raise RuleProblem("not_allowed", what="COLUMNS(…)")
        elif kind == "COLUMN_REF":
            names = [str(name).lower() for name in node.get("column_names", [])]
            if names and names[-1] in allowed.SESSION_NAMES:
                raise RuleProblem("function_not_allowed", name=names[-1])

    def _function(self, node: Mapping[str, Any]) -> None:
        name = str(node.get("function_name", "")).lower()
        path = (node.get("qualified_name") or {}).get("path", [name])
        if len(path) > 1 or node.get("schema") or node.get("catalog"):
            raise RuleProblem("function_not_allowed", name=".".join(path))
        if name not in allowed.FUNCTIONS:
            raise RuleProblem("function_not_allowed", name=name)
        self.functions.add(name)

    def _parameter(self, name: str) -> None:
        if name not in self._declared:
            raise RuleProblem("parameter_undeclared", name=name)
        self.parameters.add(name)

    def _type(self, node: Mapping[str, Any]) -> None:
        name = str(node.get("type_name", "")).lower()
        path = (node.get("qualified_name") or {}).get("path", [name])
        if len(path) > 1 or name not in allowed.TYPES:
            raise RuleProblem("not_allowed", what=f"CAST … AS {'.'.join(path).upper()}")
