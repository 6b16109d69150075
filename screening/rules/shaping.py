"""A query's raw rows to findings: one row per supplier, in fixed columns.

Everything happens inside DuckDB, so that its time and memory limits hold for it too.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import duckdb
import polars as pl

from screening.rules.problems import RuleProblem
from screening.rules.summaries import FieldKind
from screening.warehouse.exchange import to_polars
from screening.warehouse.parsed_sql import parsed_one

#: Columns of a query's answer that are not details.
OWN_COLUMNS = ("supplier_id", "subject_id", "amount_sek", "match_confidence", "evidence", "detail")

#: What one rule found, one row per supplier, before the rule's own columns are added.
FOUND_SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "subject_id": pl.String(),
    "amount_sek": pl.Decimal(18, 2),
    "match_confidence": pl.Float64(),
    "evidence": pl.List(pl.Int64()),
    "detail": pl.String(),
}

#: Rows that a query may give; more than any municipality has suppliers, tenfold.
MAX_ROWS = 500_000
#: Characters of one row's detail. A detail is a few figures, not a document.
MAX_DETAIL_CHARACTERS = 20_000
#: Decimals kept of DOUBLE values: sums of them differ in the last digits with the order in which
#: threads add, and the same inputs must give the same bytes.
DECIMALS = 6

#: A column's type as DuckDB describes it (``id``, ``children``, ``child``).
DuckType = Any
ColumnTypes = dict[str, DuckType]

_NUMBERS = frozenset(
    {"tinyint", "smallint", "integer", "bigint", "hugeint", "float", "double", "decimal"}
)
_TEXTS = frozenset({"varchar", "date", "timestamp", "null"})

_WANTED: dict[str, tuple[tuple[str, ...], str]] = {
    "supplier_id": (("VARCHAR",), "VARCHAR"),
    "subject_id": (("VARCHAR",), "VARCHAR"),
    "amount_sek": (
        ("DECIMAL", "DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT"),
        "DECIMAL(18,2)",
    ),
    "match_confidence": (
        ("DOUBLE", "FLOAT", "DECIMAL", "INTEGER", "BIGINT", "SMALLINT", "TINYINT"),
        "DOUBLE",
    ),
    "evidence": (("BIGINT[]", "INTEGER[]", "HUGEINT[]"), "BIGINT[]"),
    "detail": (("STRUCT",), "STRUCT"),
}


@dataclass(frozen=True)
class Found:
    """What a rule found: ``rows`` (``FOUND_SCHEMA``), and how the detail's fields are written."""

    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FOUND_SCHEMA))
    fields: dict[str, FieldKind] = field(default_factory=dict)


def answer_types(connection: duckdb.DuckDBPyConnection, table: str) -> ColumnTypes:
    """Names and DuckDB types of a table's columns."""
    relation = connection.sql(f'SELECT * FROM "{table}" LIMIT 0')
    return dict(zip(relation.columns, relation.types, strict=True))


def detail_fields(types: ColumnTypes) -> dict[str, FieldKind]:
    """The fields that a finding's detail will have, and how each is written for a reader.

    Raises:
        RuleProblem: ``supplier_id`` is missing, a column has the wrong type, a field comes twice.
    """
    for column, (accepted, wanted) in _WANTED.items():
        found = str(types.get(column, ""))
        if found and not found.startswith(accepted) and found not in {'"NULL"', "NULL"}:
            raise RuleProblem("column_wrong_type", column=column, found=found, wanted=wanted)
    if "supplier_id" not in types:
        raise RuleProblem("returns_no_supplier")
    loose = [name for name in types if name not in OWN_COLUMNS]
    nested = _struct_fields(types["detail"]) if "detail" in types else {}
    if twice := sorted(set(loose) & set(nested)):
        raise RuleProblem("column_twice", column=twice[0])
    kinds = {name: types[name] for name in loose} | nested
    return {name: _field_kind(kinds[name]) for name in sorted(kinds)}


def _field_kind(kind: DuckType) -> FieldKind:
    if kind.id in _NUMBERS:
        return "number"
    if kind.id in _TEXTS:
        return "text"
    if kind.id == "list":
        return "numbers" if kind.child.id in _NUMBERS else _list_kind(kind.child)
    return "boolean" if kind.id == "boolean" else "other"


def _list_kind(child: DuckType) -> FieldKind:
    return "texts" if child.id in _TEXTS else "other"


def merge_rows(connection: duckdb.DuckDBPyConnection, table: str, types: ColumnTypes) -> Found:
    """The findings in a query's answer: one row per supplier, ordered by ``supplier_id``.

    Several rows of one supplier become one: the largest amount, the highest confidence, all
    evidence; ``subject_id`` and ``detail`` of the row with the largest amount (then the highest
    confidence, then the first in the alphabet). Rows without ``supplier_id`` are left out, and a
    confidence that is not given is 1.

    Raises:
        RuleProblem: the answer has columns, values or sizes that a finding cannot have.
        duckdb.Error: the work was interrupted or did not fit in memory.
    """
    fields = detail_fields(types)
    # Most rules find nothing in most weeks, and are done here.
    if not connection.execute(f"SELECT 1 FROM {_quoted(table)} LIMIT 1").fetchall():
        return Found(fields=fields)
    shaped = _shaped(table, types)
    _check_rows(connection, shaped)
    query = f"""
            WITH shaped AS ({shaped}),
            ranked AS (
              SELECT *, row_number() OVER (
                PARTITION BY supplier_id
                ORDER BY amount_sek DESC NULLS LAST, match_confidence DESC, detail,
                         subject_id NULLS LAST
              ) AS place
              FROM shaped WHERE supplier_id IS NOT NULL
            )
            SELECT supplier_id,
                   max(subject_id) FILTER (WHERE place = 1) AS subject_id,
                   max(amount_sek) AS amount_sek,
                   max(match_confidence) AS match_confidence,
                   list_sort(list_distinct(flatten(list(evidence)))) AS evidence,
                   max(detail) FILTER (WHERE place = 1) AS detail
            FROM ranked GROUP BY supplier_id ORDER BY supplier_id
            """
    merged = to_polars(connection.sql(parsed_one(query)))
    rows = merged.select(pl.col(name).cast(kind) for name, kind in FOUND_SCHEMA.items())
    return Found(rows, fields)


def _check_rows(connection: duckdb.DuckDBPyConnection, shaped: str) -> None:
    """See that the rows' number, sizes and confidences are in range, else raise RuleProblem."""
    query = f"""
        SELECT count(*), max(length(detail)), count(*) FILTER (WHERE NOT match_confidence
               BETWEEN 0 AND 1 OR isnan(match_confidence))
        FROM ({shaped})
        """
    row = connection.execute(parsed_one(query)).fetchall()
    rows, longest, out_of_range = row[0]
    if rows > MAX_ROWS:
        raise RuleProblem("too_many_rows", limit=MAX_ROWS)
    if (longest or 0) > MAX_DETAIL_CHARACTERS:
        raise RuleProblem("answer_too_large", limit=MAX_DETAIL_CHARACTERS)
    if out_of_range:
        raise RuleProblem("confidence_out_of_range")


def _shaped(table: str, types: ColumnTypes) -> str:
    """SELECT that gives a table the columns of a finding, whatever it has."""
    expressions = {
        name: f"CAST({_quoted(name) if name in types else 'NULL'} AS {_WANTED[name][1]})"
        for name in ("supplier_id", "subject_id", "amount_sek")
    }
    confidence = '"match_confidence"' if "match_confidence" in types else "NULL"
    expressions["match_confidence"] = (
        f"round(coalesce(CAST({confidence} AS DOUBLE), 1.0), {DECIMALS})"
    )
    evidence = '"evidence"' if "evidence" in types else "NULL"
    expressions["evidence"] = (
        f"list_filter(coalesce(CAST({evidence} AS BIGINT[]), []), lambda r: r IS NOT NULL)"
    )
    fields = {
        name: (_quoted(name), kind) for name, kind in types.items() if name not in OWN_COLUMNS
    }
    nested = _struct_fields(types["detail"]) if "detail" in types else {}
    fields |= {name: (f'"detail".{_quoted(name)}', kind) for name, kind in nested.items()}
    expressions["detail"] = f"CAST(to_json({_packed(fields)}) AS VARCHAR)" if fields else "'{}'"
    columns = ", ".join(f"{expression} AS {name}" for name, expression in expressions.items())
    return f"SELECT {columns} FROM {_quoted(table)}"


def _packed(fields: dict[str, tuple[str, DuckType]]) -> str:
    """A struct of ``fields`` (name -> expression, type) with its keys in order."""
    parts = (f"{_quoted(name)} := {_plain(*fields[name])}" for name in sorted(fields))
    return f"struct_pack({', '.join(parts)})"


def _plain(expression: str, kind: DuckType) -> str:
    """``expression`` in a form that JSON holds and that is the same in every run."""
    if kind.id in {"double", "float"}:
        number = f"CAST({expression} AS DOUBLE)"
        return f"CASE WHEN isfinite({expression}) THEN round({number}, {DECIMALS}) END"
    if kind.id == "struct":
        inner = {
            name: (f"{expression}.{_quoted(name)}", child)
            for name, child in _struct_fields(kind).items()
        }
        return f"CASE WHEN {expression} IS NOT NULL THEN {_packed(inner)} END"
    if kind.id == "list" and kind.child.id in {"double", "float", "struct", "list"}:
        return f"list_transform({expression}, lambda e: {_plain('e', kind.child)})"
    return expression


def _struct_fields(kind: DuckType) -> dict[str, DuckType]:
    return dict(kind.children) if kind.id == "struct" else {}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def read_detail(detail: str) -> dict[str, Any]:
    """A finding's detail as a mapping."""
    loaded = json.loads(detail) if detail else {}
    return loaded if isinstance(loaded, dict) else {}
