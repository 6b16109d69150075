"""Many documents typed at once: typing one costs nearly as much as typing a thousand."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

import polars as pl

from screening.sources import canonical
from screening.sources.contracts import Contract
from screening.sources.delivery import (
    QUARANTINE_SCHEMA,
    Delivery,
    DocumentBatch,
    DocumentOutcome,
    ReadWarning,
    UnreadableFileError,
)
from screening.sources.invoice_xml.document import COLUMNS, NUMBERS, InvoiceDocument
from screening.sources.mended_rows import WatchedDelivery, as_watched
from screening.sources.text_table import TextChunk, TextTable
from screening.sources.values import Reading, parsed_column

#: A group is typed when it has so many documents, or so many lines.
DOCUMENTS_TOGETHER = 2_000
LINES_TOGETHER = 100_000
#: Row numbers of the documents of a group are this far apart: more than a document has lines.
_APART = 1 << 32

#: What an error means for the document it came from; None where it is not the document's fault.
FailureOf = Callable[[BaseException], UnreadableFileError | None]


@dataclass(frozen=True)
class ReadDocument:
    """A document before it is typed.

    Attributes:
        place: its place in the sequence that is read.
        delivery: the file it came in.
        content: its lines, or why it has none.
        member: its name inside a zip, empty where the delivery is the document.
    """

    place: int
    delivery: Delivery
    content: InvoiceDocument | UnreadableFileError
    member: str = ""


class DocumentGroup:
    """Documents that wait to be typed together."""

    def __init__(self) -> None:
        self.documents: list[ReadDocument] = []
        self._lines = 0

    def add(self, document: ReadDocument) -> None:
        self.documents.append(document)
        if isinstance(document.content, InvoiceDocument):
            self._lines += len(document.content.lines)

    @property
    def is_full(self) -> bool:
        """Whether typing it now costs no more, and holding more of it only memory."""
        return len(self.documents) >= DOCUMENTS_TOGETHER or self._lines >= LINES_TOGETHER


def type_together(group: DocumentGroup, contract: Contract, failure_of: FailureOf) -> DocumentBatch:
    """Documents typed at once, in their order.

    Each gives the rows, the quarantine and the warnings that it would give alone: its day is that
    of its own delivery, whatever it is grouped with. A document that makes typing fail is found
    and fails alone.

    Args:
        group: at least one document.
        contract: of the source ``invoices``, none of whose columns is read by a delivery's day.
        failure_of: tells failures of documents from those of the machine.
    """
    # What is plausible for a date depends on the day on which a file came. Who looks on at a
    # delivery sees its own rows, numbered as in the file.
    alike: dict[tuple[date, int | None], list[ReadDocument]] = {}
    for document in group.documents:
        is_watched = isinstance(document.delivery, WatchedDelivery)
        key = (document.delivery.received_on, document.place if is_watched else None)
        alike.setdefault(key, []).append(document)
    parts = [part for same in alike.values() for part in _typed(same, contract, failure_of)]
    return DocumentBatch(
        rows=pl.concat([part.rows for part in parts]).sort("document", maintain_order=True),
        quarantine=pl.concat([p.quarantine for p in parts]).sort("document", maintain_order=True),
        documents=sorted(chain(*(part.documents for part in parts)), key=lambda d: d.document),
    )


def _typed(
    group: list[ReadDocument], contract: Contract, failure_of: FailureOf
) -> list[DocumentBatch]:
    """The group as one batch; as two or more where typing it fails."""
    try:
        return [_typed_at_once(group, contract)]
    except BaseException as error:
        failure = failure_of(error)
        if failure is None:
            raise
        if len(group) == 1:
            failed = ReadDocument(group[0].place, group[0].delivery, failure)
            return [_typed_at_once([failed], contract)]
        half = len(group) // 2
        return [
            *_typed(group[:half], contract, failure_of),
            *_typed(group[half:], contract, failure_of),
        ]


def _typed_at_once(group: list[ReadDocument], contract: Contract) -> DocumentBatch:
    frame, broken, aside = _lines(group)
    delivery = group[0].delivery
    table = as_watched(_table(frame, broken, aside), delivery, group[0].member)
    typed = list(canonical.typed(table, delivery, contract))
    warnings = _warnings(frame, typed[0].warnings, contract, group)
    outcomes = []
    failures: list[tuple[object, ...]] = []
    for position, document in enumerate(group):
        content = document.content
        if isinstance(content, UnreadableFileError):
            failures.append((None, None, content.code, _details(content), document.place))
            outcomes.append(DocumentOutcome(document.place, 1, failure=content))
        else:
            told = [*warnings.get(position, ()), *content.warnings]
            outcomes.append(DocumentOutcome(document.place, len(content.lines), told))
    unreadable = pl.DataFrame(
        failures, schema=QUARANTINE_SCHEMA | {"document": pl.Int64()}, orient="row"
    )
    quarantine = _of_documents(pl.concat([batch.quarantine for batch in typed]), group)
    return DocumentBatch(
        rows=_with_origin(pl.concat([batch.rows for batch in typed]), group),
        quarantine=pl.concat([quarantine, unreadable]),
        documents=outcomes,
    )


def _lines(group: list[ReadDocument]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The lines of all documents that can be used, with ``row_no``; those that cannot, and these
    as they are.
    """
    lines = []
    row_no: list[int] = []
    broken = []
    for position, document in enumerate(group):
        if isinstance(document.content, InvoiceDocument):
            before = position * _APART
            content = document.content
            lines.append(content.lines)
            row_no += range(before + 1, before + 1 + len(content.lines))
            broken += [(before + each[0], *each[1:]) for each in content.broken]
    columns = list(zip(*chain(*lines), strict=True)) or [()] * len(COLUMNS)
    frame = pl.DataFrame(
        [
            pl.Series(name, values, dtype=pl.String())
            for name, values in zip(COLUMNS, columns, strict=True)
        ]
    ).with_columns(pl.Series("row_no", row_no, dtype=pl.Int64()))
    unusable = pl.DataFrame(broken, schema=QUARANTINE_SCHEMA, orient="row")
    if not unusable.height:
        return frame, unusable, frame.clear()
    is_unusable = pl.col("row_no").is_in(unusable["row_no"].implode())
    return frame.filter(~is_unusable), unusable, frame.filter(is_unusable)


def _table(frame: pl.DataFrame, broken: pl.DataFrame, aside: pl.DataFrame) -> TextTable:
    def chunks() -> Iterator[TextChunk]:
        yield TextChunk(frame, broken, aside=aside)

    return TextTable("peppol", list(COLUMNS), chunks(), reopen=chunks, typed_columns=NUMBERS)


def _of_documents(frame: pl.DataFrame, group: list[ReadDocument]) -> pl.DataFrame:
    """With each row's document, and row numbers that count within it."""
    places = pl.Series([document.place for document in group], dtype=pl.Int64())
    position = frame["row_no"] // _APART
    return frame.with_columns(pl.col("row_no") % _APART, places.gather(position).alias("document"))


def _with_origin(rows: pl.DataFrame, group: list[ReadDocument]) -> pl.DataFrame:
    """Each row with its document, its document's format, and the day of its own delivery."""
    position = rows["row_no"] // _APART
    origins = [
        document.content.origin if isinstance(document.content, InvoiceDocument) else None
        for document in group
    ]
    days = [document.delivery.as_of for document in group]
    return _of_documents(rows, group).with_columns(
        pl.Series("origin", origins, dtype=pl.String()).gather(position),
        pl.Series("as_of", days, dtype=pl.Date()).gather(position),
    )


def _warnings(
    frame: pl.DataFrame,
    warnings: list[ReadWarning],
    contract: Contract,
    group: list[ReadDocument],
) -> dict[int, list[ReadWarning]]:
    """Warnings of a whole group, told of each document that they are about.

    Only what is worth a warning in some document is looked at again, column by column.
    """
    about_values = [warning for warning in warnings if "column" in warning.values]
    if len(group) == 1:
        return {0: about_values}
    delivery = group[0].delivery
    reading = Reading(delivery.received_on, delivery.as_of, dict.fromkeys(NUMBERS, "."))
    found: dict[int, list[ReadWarning]] = {}
    for warning in about_values:
        name = str(warning.values["column"])
        parsed, _ = parsed_column(frame[name], name, contract.columns[name], reading)
        if warning.code == "zero_value":
            about = parsed.values == 0
        else:
            about = parsed.problems == warning.values["reason"]
        positions = (frame["row_no"] // _APART).filter(about.fill_null(False))
        for position, rows in positions.value_counts().iter_rows():
            values = dict(warning.values) | {"rows": rows}
            found.setdefault(position, []).append(ReadWarning(warning.code, values))
    return found


def _details(failure: UnreadableFileError) -> str | None:
    if not failure.values:
        return None
    return json.dumps(failure.values, ensure_ascii=False, default=str)
