"""Columns that rules need and in which nobody wrote anything: the table ``screen.untold``.

A file may be there, recent and whole, and still say nothing of what a rule asks: a ledger without
the one who approved, an answer with an empty field. Such a rule had nothing to look at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb

from screening.rules.model import ColumnGroup, Rule
from screening.sources.contracts import Contract, all_contracts

#: Rules about invoices look back a year; what older lines tell does not help them.
_INVOICE_DAYS = 366


@dataclass(frozen=True, order=True)
class AskedColumns:
    """Columns of a source of which some rule needs one.

    ``is_each``: some rule needs it of each supplier.
    """

    source: str
    columns: ColumnGroup
    is_each: bool


def named(columns: ColumnGroup) -> str:
    """The columns as people are told of them, and as ``screen.untold`` names them."""
    return " / ".join(columns)


def asked_columns(rules: Iterable[Rule]) -> tuple[AskedColumns, ...]:
    """What the rules need, each group of columns once, in one order."""
    asked: dict[tuple[str, ColumnGroup], bool] = {}
    for rule in rules:
        for source, need in rule.needs.items():
            for columns in need.groups:
                is_each = columns in need.columns_per_supplier
                asked[source, columns] = asked.get((source, columns), False) or is_each
    return tuple(sorted(AskedColumns(*key, is_each) for key, is_each in asked.items()))


def prepared_for(asked: Iterable[AskedColumns]) -> frozenset[str]:
    """Tables of schema ``prep`` that :func:`fill_untold` reads for these."""
    contracts = all_contracts()
    ties = {
        "lines" if each.source == "invoices" else "numbers"
        for each in asked
        if each.source in contracts and contracts[each.source].keyed_by == "supplier"
    }
    return frozenset({"prep.who"} | {f"prep.{name}" for name in ties})


def fill_untold(
    connection: duckdb.DuckDBPyConnection, as_of: date, asked: Iterable[AskedColumns]
) -> None:
    """Make ``screen.untold`` of the attached ``warehouse`` and of schema ``prep``.

    source, column_names (as :func:`named`), supplier_id: a supplier that has rows of the source
    of which none tells; null where no row about any supplier does. A source without rows, and a
    column that has no contract, say nothing here.
    """
    connection.execute(
        "CREATE TABLE screen.untold (source VARCHAR, column_names VARCHAR, supplier_id VARCHAR)"
    )
    contracts = all_contracts()
    by_source: dict[str, list[AskedColumns]] = {}
    for each in asked:
        contract = contracts.get(each.source)
        if contract is not None and set(each.columns) <= set(contract.columns):
            by_source.setdefault(each.source, []).append(each)
    for source, groups in by_source.items():
        query = _untold(contracts[source], groups, _rows_of(connection, contracts[source], groups))
        values = {"as_of": as_of} if "$as_of" in query else {}
        connection.execute(f"INSERT INTO screen.untold {query}", values)


def _untold(contract: Contract, groups: list[AskedColumns], rows: str) -> str:
    told = ", ".join(f'bool_or({_is_told(each)}) AS "{named(each.columns)}"' for each in groups)
    names = ", ".join(f'"{named(each.columns)}"' for each in groups)
    each = ", ".join(f"'{named(each.columns)}'" for each in groups if each.is_each)
    of_some = (
        f"UNION ALL SELECT '{contract.source}', column_names, supplier_id FROM judged "
        f"WHERE NOT is_told AND supplier_id IS NOT NULL AND column_names IN ({each})"
        if each
        else ""
    )
    return (
        f"WITH told AS (SELECT supplier_id, {told} FROM ({rows}) GROUP BY supplier_id), "
        f"judged AS (UNPIVOT told ON {names} INTO NAME column_names VALUE is_told) "
        f"SELECT '{contract.source}', column_names, NULL FROM judged "
        f"GROUP BY column_names HAVING NOT bool_or(is_told) {of_some}"
    )


def _is_told(asked: AskedColumns) -> str:
    return " OR ".join(f'"{name}" IS NOT NULL' for name in asked.columns)


def _rows_of(
    connection: duckdb.DuckDBPyConnection, contract: Contract, groups: list[AskedColumns]
) -> str:
    """The source's rows about suppliers with the columns; ``supplier_id`` null if by none."""
    wanted = dict.fromkeys(name for each in groups for name in each.columns)
    known = f"warehouse.known.{contract.source}"
    listed = ", ".join(f'told."{name}"' for name in wanted)
    if contract.source == "invoices":
        held = {name for (name, *_) in connection.execute("DESCRIBE prep.lines").fetchall()}
        listed = ", ".join(f'{"line" if name in held else "told"}."{name}"' for name in wanted)
        rest = "" if held.issuperset(wanted) else f"JOIN {known} AS told USING (ref)"
        return (
            f"SELECT line.supplier_id, {listed} FROM prep.lines AS line {rest} "
            f"WHERE line.invoice_date > $as_of - {_INVOICE_DAYS}"
        )
    if contract.keyed_by == "none":
        return f"SELECT NULL::VARCHAR AS supplier_id, {listed} FROM {known} AS told"
    if contract.keyed_by == "supplier":
        return (
            f"SELECT coalesce(by_orgnr.supplier_id, by_no.supplier_id) AS supplier_id, {listed} "
            f"FROM {known} AS told "
            "LEFT JOIN prep.numbers AS by_orgnr ON by_orgnr.number = 'orgnr ' || told.orgnr "
            "LEFT JOIN prep.numbers AS by_no ON by_no.number = 'no ' || told.supplier_no "
            "WHERE coalesce(by_orgnr.supplier_id, by_no.supplier_id) IS NOT NULL"
        )
    # Of answers that each tell how things stand, the newest counts; months are read together.
    day = contract.columns.get(contract.as_of_column)
    is_state = contract.as_of_column in contract.key and day is not None and day.type == "date"
    newest = (
        "QUALIFY told.as_of = max(told.as_of) OVER (PARTITION BY told.orgnr)"
        if contract.absence == "answers" and is_state
        else ""
    )
    return (
        f"SELECT who.supplier_id, {listed} FROM {known} AS told "
        f"JOIN prep.who AS who ON who.orgnr = told.orgnr {newest}"
    )


def untold_in_all(
    connection: duckdb.DuckDBPyConnection, as_of: date, asked: Iterable[AskedColumns]
) -> tuple[AskedColumns, ...]:
    """Those of the columns that no known row tells, of sources that have rows.

    What ``vaksam doctor`` can say before a run: rows count whether or not they are about suppliers.

    Args:
        connection: of the warehouse.
        as_of: the day; of invoices, the year before it counts.
        asked: see :func:`asked_columns`.
    """
    contracts = all_contracts()
    found = []
    for each in asked:
        contract = contracts.get(each.source)
        if contract is None or not set(each.columns) <= set(contract.columns):
            continue
        rows = f"SELECT 1 FROM known.{each.source} WHERE true"
        values: dict[str, date] = {}
        if each.source == "invoices":
            rows += f" AND invoice_date > $as_of - {_INVOICE_DAYS}"
            values = {"as_of": as_of}
        query = f"SELECT EXISTS ({rows}) AND NOT EXISTS ({rows} AND ({_is_told(each)}))"
        ((is_untold,),) = connection.execute(query, values).fetchall()
        if is_untold:
            found.append(each)
    return tuple(found)
