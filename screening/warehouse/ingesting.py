"""Stage ``ingest``: everything in the inbox into the warehouse, each file counted."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import structlog

from screening.places import MAPPINGS_DIR
from screening.sources.contracts import all_contracts
from screening.sources.delivery import ReadWarning
from screening.sources.invoice_xml.reading_ahead import ReadingAhead
from screening.sources.mappings import load_mappings
from screening.sources.mending_table import is_mending_table
from screening.sources.stored_bytes import StoredBytes
from screening.warehouse.connection import open_warehouse
from screening.warehouse.file_register import FileCounts, FileRegister, HeldFile
from screening.warehouse.known import set_known_day
from screening.warehouse.loading import load, load_documents
from screening.warehouse.mending import load_mended_rows
from screening.warehouse.quarantine import standing_counts
from screening.warehouse.receiving import Arrival, receive
from screening.warehouse.replacing import close_replaced
from screening.warehouse.state import State

_log = structlog.get_logger(__name__)

#: Called with what is being done, how many are done, and how many there are.
Progress = Callable[[str, int, int], None]
#: So many documents are loaded together, in one transaction.
_DOCUMENTS_TOGETHER = 5_000
#: A larger file goes alone, whatever it holds.
_LARGEST_DOCUMENT = 8 << 20


def silent(_what: str, _done: int, _total: int) -> None:
    """No progress shown."""


@dataclass(frozen=True)
class InputFile:
    """One file of the inbox in this run. ``read == loaded + quarantined + skipped``."""

    file_id: int
    source: str
    file: str
    sha256: str
    as_of: date
    as_of_origin: str
    received_on: date
    status: str
    counts: FileCounts


@dataclass
class IngestSummary:
    """What came in: every file with its counts, and what is worth a look."""

    inputs: list[InputFile] = field(default_factory=list)
    warnings: list[ReadWarning] = field(default_factory=list)


def _counts_again(file: HeldFile, standing: int, *, is_repeat: bool) -> FileCounts:
    """Counts of a file that is in the warehouse already.

    Until a run was published with it, its rows count as loaded (a run that died changes nothing in
    what the next one reports); after that, as skipped. Its quarantine is what stands on the day.
    """
    read, loaded = file.counts.read, file.counts.loaded
    loaded = 0 if file.is_published or is_repeat else min(loaded, read - standing)
    return FileCounts(read, loaded, standing, read - standing - loaded)


def _in_loading_order(arrivals: list[Arrival]) -> list[Arrival]:
    """Older answers first; file names play no part, so that names change nothing."""
    return sorted(
        arrivals,
        key=lambda arrival: (
            arrival.delivery.source,
            arrival.delivery.as_of,
            arrival.delivery.sha256,
        ),
    )


def _new_ones(arrivals: Sequence[Arrival], register: FileRegister) -> Iterator[Arrival]:
    """The arrivals that are not in the warehouse, or not readably; each content and day once."""
    taken: dict[tuple[str, str], set[date]] = {}
    for arrival in arrivals:
        delivery = arrival.delivery
        held = register.find(arrival)
        if held is not None and held.status == "quarantined":
            register.forget(held, arrival)
            held = None
        days = taken.setdefault((delivery.source, delivery.sha256), set())
        is_dated = arrival.as_of_origin == "file name"
        if held is None and not (delivery.as_of in days if is_dated else days):
            days.add(delivery.as_of)
            yield arrival


def _is_document(arrival: Arrival) -> bool:
    """Whether a file is one invoice, to be loaded with others like it."""
    return (
        arrival.delivery.source == "invoices"
        and arrival.size < _LARGEST_DOCUMENT
        and arrival.is_xml
    )


def _stored_at(arrival: Arrival) -> StoredBytes:
    """Where the raw copy of a file lies."""
    delivery = arrival.delivery
    return delivery.packed or StoredBytes(str(delivery.path), 0, arrival.size)


def _groups(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """Arrivals in the same order; documents that follow each other are together."""
    documents: list[Arrival] = []
    for arrival in arrivals:
        if _is_document(arrival):
            documents.append(arrival)
            if len(documents) < _DOCUMENTS_TOGETHER:
                continue
            yield documents
            documents = []
            continue
        if documents:
            yield documents
            documents = []
        yield [arrival]
    if documents:
        yield documents


def ingest(
    inbox: Path,
    state: State,
    as_of: date,
    mapping_folders: Sequence[Path] = (),
    progress: Progress = silent,
) -> IngestSummary:
    """Load what is new in the inbox and point the warehouse at ``as_of``.

    A file that was loaded before, under any name, is not read again, unless its name now bears
    another date: then the same rows are confirmed for that day. The mappings that ship are used
    where those of ``mapping_folders`` fit no better.

    Raises:
        NotADirectoryError: there is no such inbox.
        duckdb.IOException: the warehouse cannot be opened.
    """
    mappings = load_mappings((MAPPINGS_DIR, *mapping_folders))
    contracts = all_contracts()
    with ExitStack() as stack:
        ahead = stack.enter_context(ReadingAhead())
        received = receive(inbox, state, as_of, ahead.offer)
        arrivals = _in_loading_order(received.arrivals)
        connection = stack.enter_context(open_warehouse(state))
        register = FileRegister(connection)
        done = 0
        loaded: list[Arrival] = []
        mended: list[Arrival] = []
        new = list(_new_ones(arrivals, register))
        contents = ahead.documents([_stored_at(each) for each in new if _is_document(each)])
        for group in _groups(new):
            delivery = group[0].delivery
            progress(delivery.name, done, len(arrivals))
            contract = contracts[delivery.source]
            if _is_document(group[0]):
                load_documents(connection, group, contract, contents)
            elif is_mending_table(delivery.path):
                mended.append(group[0])
                continue
            else:
                load(connection, group[0], contract, mappings, state)
                loaded += group
            done += len(group)
            _log.info(
                "loaded",
                source=delivery.source,
                files=len(group),
                file_sha256=delivery.sha256[:12],
            )
        for arrival in sorted(mended, key=lambda each: each.delivery.received_on):
            contract = contracts[arrival.delivery.source]
            load_mended_rows(connection, arrival, contract, mappings, state)
        close_replaced(connection, loaded, mappings, state, as_of)
        register.refresh()
        standing = standing_counts(connection, as_of)
        summary = _summary(arrivals, register, standing, received.warnings)
        set_known_day(connection, as_of)
        connection.execute("CHECKPOINT")
    progress("", len(summary.inputs), len(summary.inputs))
    return summary


def _summary(
    arrivals: Sequence[Arrival],
    register: FileRegister,
    standing: dict[int, int],
    warnings: list[ReadWarning],
) -> IngestSummary:
    summary = IngestSummary(warnings=list(warnings))
    told = register.warnings()
    seen: set[int] = set()
    for arrival in arrivals:
        delivery, held = arrival.delivery, register.find(arrival)
        assert held is not None  # noqa: S101 - it was there, or has just been loaded
        is_repeat = held.file_id in seen
        seen.add(held.file_id)
        summary.warnings += [
            ReadWarning(warning.code, {"file": delivery.name, **warning.values})
            for warning in told.get(held.file_id, [])
        ]
        summary.inputs.append(
            InputFile(
                file_id=held.file_id,
                source=delivery.source,
                file=delivery.name,
                sha256=delivery.sha256,
                as_of=delivery.as_of,
                as_of_origin=arrival.as_of_origin,
                received_on=delivery.received_on,
                status=held.status,
                counts=_counts_again(held, standing.get(held.file_id, 0), is_repeat=is_repeat),
            )
        )
    summary.inputs.sort(key=lambda file: file.file)
    return summary
