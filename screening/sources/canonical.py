"""Tables that have the contract's own columns, or others that a mapping gives those names."""

from collections.abc import Iterator

import polars as pl

from screening.sources.column_plan import ColumnPlan, filters_of, stripped, with_value_maps
from screening.sources.contracts import Contract
from screening.sources.delivery import Batch, Delivery, ReadWarning
from screening.sources.headers import check_required, contract_names, match_headers
from screening.sources.mappings import Mapping
from screening.sources.text_table import TextTable
from screening.sources.typed_rows import typed_batches


def typed(
    table: TextTable, delivery: Delivery, contract: Contract, mapping: Mapping | None = None
) -> Iterator[Batch]:
    """Rows of a table of texts in the contract's types, chunk by chunk.

    Args:
        table: the file's texts.
        delivery: the file.
        contract: of the file's source.
        mapping: how to read it, if a mapping fits.

    Returns:
        Batches in file order; warnings about the header come with the first.

    Raises:
        UnreadableFileError: ``missing_required_column`` or ``filter_without_column``, before the
            first batch.
    """
    plan = canonical_plan(table, contract, mapping)
    return typed_batches(table, delivery, plan, mapping)


def canonical_plan(table: TextTable, contract: Contract, mapping: Mapping | None) -> ColumnPlan:
    """The plan for a table whose header names fit the contract, with a mapping's help.

    Raises:
        UnreadableFileError: ``missing_required_column``.
    """
    renames = mapping.renames if mapping else {}
    constants = mapping.constants if mapping else {}
    match = match_headers(table.columns, contract_names(contract), renames)
    filters = filters_of(mapping, table.columns)
    sources = {
        name: header
        for name, header in match.columns.items()
        if name in contract.columns and name not in constants
    }
    present = frozenset(sources) | frozenset(constants)
    check_required(contract, present, table.columns)
    warnings = match.warnings([header for _, header in filters])
    if (
        "as_of" in contract.columns
        and contract.columns["as_of"].required
        and "as_of" not in present
    ):
        warnings.append(ReadWarning("as_of_assumed"))

    def texts(frame: pl.DataFrame) -> pl.DataFrame:
        picked = frame.select(
            *(stripped(pl.col(header)).alias(name) for name, header in sources.items()),
            *(
                pl.repeat(value, frame.height, dtype=pl.String).alias(name)
                for name, value in constants.items()
            ),
        )
        return with_value_maps(picked, mapping)

    return ColumnPlan(
        origin=(mapping.origin if mapping else None) or table.origin,
        contract=contract,
        texts=texts,
        present=present,
        headers=sources,
        filters=filters,
        warnings=tuple(warnings),
    )
