"""Texts of a file to rows of its contract's types, and to quarantine.

The one place where rows are typed, whatever format they came in: a format gives a `ColumnPlan`.
The law of counts holds here: every row read is either in ``rows`` or, once, in ``quarantine``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from screening.parsed import repeated
from screening.sources.column_plan import ColumnPlan, is_masked
from screening.sources.contracts import Column, Contract
from screening.sources.conventions import Conventions
from screening.sources.delivery import QUARANTINE_SCHEMA, Batch, Delivery, ReadWarning
from screening.sources.mappings import Mapping
from screening.sources.parallel import in_parallel
from screening.sources.text_table import TextChunk, TextTable
from screening.sources.values import Reading, dtype_of, parsed_column

#: Raw text in the quarantine is cut here.
_LONGEST_RAW = 32_000
#: Types of which no value looks like a mask: their cells are looked at only if they cannot be read.
_NEVER_A_MASK = ("amount", "decimal", "integer", "date", "month", "datetime")


def typed_batches(
    table: TextTable, delivery: Delivery, plan: ColumnPlan, mapping: Mapping | None
) -> Iterator[Batch]:
    """Type a file chunk by chunk. The file's warnings come with the first batch.

    A file without a single row gives one empty batch with the warning ``no_rows``.
    """
    reading = Reading(
        received_on=delivery.received_on,
        as_of=delivery.as_of,
        date_order=mapping.date_order if mapping else None,
        factors=dict(mapping.units) if mapping else {},
    )
    conventions = Conventions(table, plan, mapping.decimal if mapping else None)
    warnings = list(plan.warnings)
    rows_read = 0

    def typed(chunk: TextChunk) -> Batch:
        return _typed_chunk(chunk, plan, delivery, conventions, reading)

    # Tables that cannot be read again may be asked about their conventions in one order only.
    batches = (
        in_parallel(typed, conventions.chunks) if table.reopen else map(typed, conventions.chunks)
    )
    for batch in batches:
        batch.warnings = warnings + batch.warnings
        warnings = []
        rows_read += batch.rows_read
        yield batch
    if not rows_read:
        warnings.append(ReadWarning("no_rows"))
        yield Batch(empty_rows(plan.contract), pl.DataFrame(schema=QUARANTINE_SCHEMA), 0, warnings)


def empty_rows(contract: Contract) -> pl.DataFrame:
    """No rows, with the columns and types that a batch of the contract has."""
    return pl.DataFrame(
        schema=_stored_types(contract)
        | {"origin": pl.String(), "row_no": pl.Int64(), "as_of": pl.Date()}
    )


def _stored_types(contract: Contract) -> dict[str, pl.DataType]:
    types: dict[str, pl.DataType] = {}
    for name, column in _stored(contract):
        types[name] = dtype_of(column)
        if column.precision:
            types[f"{name}_is_month"] = pl.Boolean()
        if column.notes_wrong:
            types[f"{name}_is_wrong"] = pl.Boolean()
    return types


def _stored(contract: Contract) -> list[tuple[str, Column]]:
    return [(name, column) for name, column in contract.columns.items() if name != "as_of"]


def _typed_chunk(
    chunk: TextChunk,
    plan: ColumnPlan,
    delivery: Delivery,
    conventions: Conventions,
    reading: Reading,
) -> Batch:
    # Rows that a mapping's filters leave out count as neither read nor loaded.
    frame = plan.kept(chunk.frame)
    left_out = chunk.frame.height - frame.height
    texts = plan.texts(frame)
    hidden, texts = _without_masks(texts, plan)
    reading = replace(
        reading,
        decimal_signs=conventions.decimal_signs(texts),
        crossed=conventions.crossed(texts),
    )
    values: dict[str, pl.Series] = {}
    problems: dict[str, pl.Series] = {}
    warnings: list[ReadWarning] = []
    if left_out:
        warnings.append(ReadWarning("rows_left_out", {"rows": left_out}))
    for name, column in plan.contract.columns.items():
        if name not in plan.present:
            values |= _absent_column(name, column, frame.height)
            continue
        typed = _typed_column(texts[name], hidden.get(name), name, plan, reading)
        values |= typed.values
        warnings += typed.warnings
        if typed.problems.null_count() < frame.height:
            problems[name] = typed.problems
    table = pl.DataFrame(values)
    problems |= _row_problems(table, texts, hidden, plan)
    quarantine, bad = _quarantine(frame, problems, plan)
    rows = _finished(table, frame, plan, delivery)
    if bad is not None:
        rows = rows.filter(~bad)
    if chunk.broken.height:
        quarantine = pl.concat(
            [chunk.broken.select(list(QUARANTINE_SCHEMA)).cast(QUARANTINE_SCHEMA), quarantine]  # type: ignore[arg-type]
        ).sort("row_no")
    read = frame.height + chunk.broken.height + chunk.known
    return Batch(rows, quarantine, read, warnings, rows_known=chunk.known)


@dataclass(frozen=True)
class _TypedColumn:
    """A column's values (and its companion's), what is wrong, what is worth a look."""

    values: dict[str, pl.Series]
    problems: pl.Series
    warnings: list[ReadWarning]


def _typed_column(
    raw: pl.Series, hidden: pl.Series | None, name: str, plan: ColumnPlan, reading: Reading
) -> _TypedColumn:
    column, header = plan.contract.columns[name], plan.headers.get(name, name)
    if name in plan.settled and not column.required:
        values = {name: raw}
        if column.notes_wrong:
            values[f"{name}_is_wrong"] = repeated(None, raw.len(), pl.Boolean())
        return _TypedColumn(values, repeated(None, raw.len(), pl.String()), [])
    parsed, is_month = parsed_column(raw, name, column, reading)
    if plan.hides_everywhere and column.type in _NEVER_A_MASK and parsed.problems.count():
        masked = is_masked(raw)
        if masked.any():
            raw = raw.set(masked, None)
            parsed, is_month = parsed_column(raw, name, column, reading)
    values = {name: parsed.values.alias(name).cast(dtype_of(column))}
    if is_month is not None:
        values[f"{name}_is_month"] = is_month
    problems = parsed.problems
    warnings: list[ReadWarning] = []
    if problems.null_count() < problems.len():
        wrong = problems.is_not_null()
        # What is not plausible was read all the same; it must not stay.
        values = {key: series.set(wrong, None) for key, series in values.items()}
        if column.on_error == "null_with_warning":
            warnings += _dropped_values(header, problems)
            problems = problems.clear(problems.len())
    if column.notes_wrong:
        # Which rows had a wrong number is not personal; the number itself is gone.
        values[f"{name}_is_wrong"] = (parsed.problems == "bad_checksum").fill_null(value=False)
    if column.required and raw.null_count():
        missing = raw.is_null()
        if column.masked and hidden is not None:
            missing = missing & ~hidden
        problems = problems.set(missing, "missing_value")
    if column.warn_zero and (zeros := int((values[name] == 0).sum() or 0)):
        warnings.append(ReadWarning("zero_value", {"column": header, "rows": zeros}))
    return _TypedColumn(values, problems, warnings)


def _without_masks(
    texts: pl.DataFrame, plan: ColumnPlan
) -> tuple[dict[str, pl.Series], pl.DataFrame]:
    """Which cells the publisher does not show, and the texts with those cells empty."""
    hidden: dict[str, pl.Series] = {}
    for name in texts.columns:
        column = plan.contract.columns[name]
        if column.masked or (plan.hides_everywhere and column.type not in _NEVER_A_MASK):
            masked = is_masked(texts[name])
            if masked.any():
                hidden[name] = masked
    if hidden:
        texts = texts.with_columns(
            texts[name].set(masked, None).alias(name) for name, masked in hidden.items()
        )
    return hidden, texts


def _absent_column(name: str, column: Column, height: int) -> dict[str, pl.Series]:
    absent = {name: repeated(None, height, dtype_of(column))}
    if column.precision:
        absent[f"{name}_is_month"] = repeated(None, height, pl.Boolean())
    if column.notes_wrong:
        absent[f"{name}_is_wrong"] = repeated(None, height, pl.Boolean())
    return absent


def _dropped_values(header: str, wrong: pl.Series) -> list[ReadWarning]:
    """A warning for each reason. The values are not told: they may be personal."""
    counts = wrong.alias("reason").drop_nulls().value_counts(name="rows").sort("reason")
    warnings = []
    for reason, rows in counts.iter_rows():
        if reason == "bad_checksum":
            code = "dropped_bad_checksum"
        else:
            unreadable = reason.startswith("not_") or reason == "unknown_code"
            code = "dropped_unreadable" if unreadable else "dropped_implausible"
        warnings.append(ReadWarning(code, {"column": header, "reason": reason, "rows": rows}))
    return warnings


def _row_problems(
    table: pl.DataFrame, texts: pl.DataFrame, hidden: dict[str, pl.Series], plan: ColumnPlan
) -> dict[str, pl.Series]:
    """Problems that take several columns: nothing in a group of which one is needed, and order."""
    found: dict[str, pl.Series] = {}
    for group in plan.contract.required_any:
        given = [name for name in group if name in texts.columns]
        if not given:
            continue
        empty = pl.Series([True]).new_from_index(0, texts.height)
        for name in given:
            empty = empty & texts[name].is_null()
            if name in hidden:
                empty = empty & ~hidden[name]
        if empty.any():
            found["/".join(group)] = _codes_where(empty, "missing_party")
    for name, column in plan.contract.columns.items():
        if column.not_before is None or name not in plan.present:
            continue
        early = (table[name] < table[column.not_before]).fill_null(False)
        if early.any():
            found[f"{name} < {column.not_before}"] = _codes_where(early, "ends_before_start")
    return found


def _codes_where(mask: pl.Series, code: str) -> pl.Series:
    return repeated(None, mask.len(), pl.String()).set(mask, code)


def _quarantine(
    frame: pl.DataFrame, problems: dict[str, pl.Series], plan: ColumnPlan
) -> tuple[pl.DataFrame, pl.Series | None]:
    """One row per bad row, with its first bad column; and which rows are bad."""
    if not problems:
        return pl.DataFrame(schema=QUARANTINE_SCHEMA), None
    told = [
        pl.when(codes.is_not_null()).then(
            pl.struct(pl.lit(plan.headers.get(name, name)).alias("column"), codes.alias("reason"))
        )
        for name, codes in problems.items()
    ]
    first = pl.select(pl.coalesce(told).alias("told")).unnest("told")
    bad = first["reason"].is_not_null()
    columns = [column for column in frame.columns if column not in ("row_no", "line_hash")]
    raw = pl.concat_str([pl.col(column).fill_null("") for column in columns], separator=";")
    quarantine = (
        pl.concat(
            [frame, first.rename({"column": "\x00column", "reason": "\x00reason"})],
            how="horizontal",
        )
        .filter(bad)
        .select(
            "row_no",
            pl.col("\x00column").alias("column"),
            pl.col("\x00reason").alias("reason"),
            raw.str.slice(0, _LONGEST_RAW).alias("raw"),
        )
    )
    return quarantine, bad


def _finished(
    table: pl.DataFrame, frame: pl.DataFrame, plan: ColumnPlan, delivery: Delivery
) -> pl.DataFrame:
    """The stored columns in the contract's order, then origin, row_no and as_of."""
    as_of = pl.lit(delivery.as_of)
    dated_by = plan.contract.as_of_column
    if dated_by in table.columns:
        as_of = pl.coalesce(pl.col(dated_by), as_of)
    table = table.with_columns(
        as_of.cast(pl.Date).alias("\x00as_of"),
        pl.lit(plan.origin).alias("\x00origin"),
        frame["row_no"].alias("\x00row_no"),
    )
    return table.select(
        *_stored_types(plan.contract),
        pl.col("\x00origin").alias("origin"),
        pl.col("\x00row_no").alias("row_no"),
        pl.col("\x00as_of").alias("as_of"),
        *(frame["line_hash"] for name in frame.columns if name == "line_hash"),
    )
