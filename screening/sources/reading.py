"""A delivered file to typed rows: unpacked, recognised by its content, read, typed, counted.

The name of a file never decides how it is read. Whatever its bytes are, the outcome is rows,
quarantine, or ``UnreadableFileError``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from screening.sources import canonical, ledger
from screening.sources.bolagsverket_bulk import is_bolagsverket, read_bolagsverket
from screening.sources.contracts import Contract
from screening.sources.delimited import lay_out, read_delimited, sample
from screening.sources.delivery import (
    QUARANTINE_SCHEMA,
    Batch,
    Delivery,
    DocumentBatch,
    UnreadableFileError,
)
from screening.sources.encoding import TextEncoding, detect
from screening.sources.eu_sanctions import (
    is_eu_sanctions,
    is_eu_sanctions_xml,
    read_eu_sanctions,
)
from screening.sources.folding import fold
from screening.sources.headers import contract_names
from screening.sources.invoice_xml.envelope import read_invoice_document
from screening.sources.invoice_xml.stored_documents import ReadContent
from screening.sources.invoice_xml.together import DocumentGroup, ReadDocument, type_together
from screening.sources.json_formats import contract_of_json, read_json
from screening.sources.json_records import looks_like_json
from screening.sources.mappings import Mapping, best_mapping
from screening.sources.mended_rows import as_watched
from screening.sources.parquet import read_parquet
from screening.sources.placed_tables import placed_table
from screening.sources.safe_xml import file_content
from screening.sources.scb_bulk import is_scb, read_scb
from screening.sources.sheets import is_panic, read_workbook
from screening.sources.stored_bytes import read_stored
from screening.sources.text_table import TextTable
from screening.sources.typed_rows import empty_rows
from screening.sources.unpack import Member, kind_of, list_member_names, members

__all__ = ["failure_of", "list_member_names", "read_delivery", "read_documents", "starts_like_xml"]


def read_delivery(
    delivery: Delivery,
    contract: Contract,
    mappings: Sequence[Mapping],
    work_dir: Path | None = None,
) -> Iterator[Batch]:
    """Read a delivered file in the formats that its source takes.

    Args:
        delivery: the file.
        contract: of its source.
        mappings: how to read files with other column names; the closest fit is used.
        work_dir: where packed files are unpacked to.

    Returns:
        Batches in file order. A file of a zip that cannot be read is a batch of its own, with one
        row read and that row in quarantine (``row_no`` null, ``raw`` its name); the rest loads.

    Raises:
        UnreadableFileError: the file as a whole cannot be read. It may come after batches did.
    """
    try:
        yield from _read_members(delivery, contract, mappings, work_dir)
    except BaseException as error:
        failure = failure_of(error)
        if failure is None or failure is error:
            raise
        raise failure from error


def starts_like_xml(head: bytes) -> bool:
    """Whether the first bytes of a file are those of XML, in whatever encoding."""
    return _is_start(head, b"<")


def read_documents(
    deliveries: Sequence[Delivery],
    contract: Contract,
    contents: Iterator[ReadContent] | None = None,
) -> Iterator[DocumentBatch]:
    """Read many files of the source ``invoices`` that each are one XML document, not packed.

    Each gives what `read_delivery` gives for it, at a small part of the time: they are typed in
    groups of some thousand. A file that is no invoice fails alone.

    Args:
        deliveries: the files. Their days may differ; each counts for its own rows.
        contract: of ``invoices``.
        contents: what each of them holds, as far as it is read already.

    Returns:
        Groups in order; ``document`` is the place in ``deliveries``.
    """
    group = DocumentGroup()
    for place, delivery in enumerate(deliveries):
        content = next(contents) if contents is not None else None
        if content is None:
            group.add(_document(place, delivery, delivery.path))
        else:
            group.add(ReadDocument(place, delivery, content))
        if group.is_full:
            yield type_together(group, contract, failure_of)
            group = DocumentGroup()
    if group.documents:
        yield type_together(group, contract, failure_of)


def _document(place: int, delivery: Delivery, path: Path, member: str = "") -> ReadDocument:
    try:
        content = read_invoice_document(_bytes_of(delivery, path))
    except BaseException as error:
        failure = failure_of(error)
        if failure is None:
            raise
        return ReadDocument(place, delivery, failure, member)
    return ReadDocument(place, delivery, content, member)


def _bytes_of(delivery: Delivery, path: Path) -> bytes:
    if delivery.packed is None:
        return file_content(path)
    (content,) = read_stored([delivery.packed])
    return content


def failure_of(error: BaseException) -> UnreadableFileError | None:
    """What a file did to its reader, told as the file's failure; None where it is not its fault.

    A disk or a memory that is full is nobody's file. Polars and the workbook reader panic on some
    damaged files, which is no ``Exception``.
    """
    if isinstance(error, UnreadableFileError):
        return error
    is_readers = isinstance(error, Exception) or is_panic(error)
    if isinstance(error, OSError | MemoryError) or not is_readers:
        return None
    return UnreadableFileError("reader_failed", error=type(error).__name__)


def _read_members(
    delivery: Delivery,
    contract: Contract,
    mappings: Sequence[Mapping],
    work_dir: Path | None,
) -> Iterator[Batch]:
    reader = _Reader(delivery, contract, mappings)
    if kind_of(delivery.path) != "zip":
        for member in members(delivery.path, work_dir):
            yield from reader.read(member.path)
        return
    place = 0
    group = DocumentGroup()
    for member in members(delivery.path, work_dir):
        try:
            if member.failure is not None:
                yield _member_failed(member.name, member.failure, contract)
            elif reader.takes_documents and _starts_like(member.path, b"<"):
                group.add(_document(place, delivery, member.path, member.name))
                place += 1
            else:
                yield from _named(replace(reader, member=member.name).read(member.path), member)
        except BaseException as error:
            failure = failure_of(error)
            if failure is None:
                raise
            yield _member_failed(member.name, failure, contract)
        if group.is_full:
            yield from reader.read_together(group)
            group = DocumentGroup()
    if group.documents:
        yield from reader.read_together(group)


def _named(batches: Iterator[Batch], member: Member) -> Iterator[Batch]:
    for batch in batches:
        batch.member = member.name
        yield batch


def _member_failed(name: str, failure: UnreadableFileError, contract: Contract) -> Batch:
    details = "; ".join(f"{name}: {value}" for name, value in failure.values.items())
    raw = f"{name} ({details})" if details else name
    quarantine = pl.DataFrame(
        [(None, None, failure.code, raw)], schema=QUARANTINE_SCHEMA, orient="row"
    )
    return Batch(empty_rows(contract), quarantine, 1, member=name)


def _starts_like(path: Path, start: bytes) -> bool:
    with path.open("rb") as stream:
        return _is_start(stream.read(1024), start)


def _is_start(head: bytes, start: bytes) -> bool:
    return head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(start)


@dataclass(frozen=True)
class _Reader:
    """Reads the files of one delivery."""

    delivery: Delivery
    contract: Contract
    mappings: Sequence[Mapping]
    member: str = ""

    @property
    def takes_documents(self) -> bool:
        """Whether the source takes invoices as XML."""
        return self.contract.source == "invoices"

    def read(self, path: Path) -> Iterator[Batch]:
        """Typed batches of one file that is not packed."""
        if self.takes_documents and _starts_like(path, b"<"):
            group = DocumentGroup()
            group.add(_document(0, self.delivery, path))
            for batch, failure in self._apart(group):
                if failure is not None:
                    raise failure
                yield batch
        else:
            placed = placed_table(
                path,
                self.mappings,
                self.contract.source,
                Path(self.delivery.name).name,
                self._is_header,
            )
            if placed is not None:
                yield from self._typed(*placed)
            else:
                yield from self._typed(self._table(path))

    def read_together(self, group: DocumentGroup) -> Iterator[Batch]:
        """Typed batches of several documents, one batch each with its name."""
        for document, (batch, failure) in zip(group.documents, self._apart(group), strict=True):
            if failure is not None:
                yield _member_failed(document.member, failure, self.contract)
            else:
                batch.member = document.member
                yield batch

    def _apart(self, group: DocumentGroup) -> Iterator[tuple[Batch, UnreadableFileError | None]]:
        """What each document of a group gives, or why it cannot be read."""
        together = type_together(group, self.contract, failure_of)
        rows, quarantine = _by_document(together.rows), _by_document(together.quarantine)
        no_rows = together.rows.drop("document").clear()
        no_quarantine = together.quarantine.drop("document").clear()
        for outcome in together.documents:
            own_rows = rows.get((outcome.document,), no_rows)
            own_quarantine = quarantine.get((outcome.document,), no_quarantine)
            batch = Batch(own_rows, own_quarantine, outcome.rows_read, outcome.warnings)
            yield batch, outcome.failure

    def _typed(self, table: TextTable, mapping: Mapping | None = None) -> Iterator[Batch]:
        table = as_watched(table, self.delivery, self.member)
        if table.origin != "canonical":
            contract = contract_of_json(self.contract, table.origin)
            return _with_warnings(canonical.typed(table, self.delivery, contract, None), table)
        mapping = mapping or best_mapping(
            self.mappings, self.contract.source, table.columns, Path(self.delivery.name).name
        )
        if self.contract.source == "invoices" and ledger.is_ledger(table.columns):
            return ledger.typed(table, self.delivery, self.contract, mapping)
        return canonical.typed(table, self.delivery, self.contract, mapping)

    def _table(self, path: Path) -> TextTable:
        if kind_of(path) == "workbook":
            return read_workbook(path, self._is_header)
        if _starts_like(path, b"PAR1"):
            return read_parquet(path)
        encoding = detect(path)
        head = sample(path, encoding)
        if looks_like_json(head):
            return read_json(path, encoding, self.contract.source, self.delivery.as_of)
        if head.lstrip("\ufeff \t\r\n").startswith("<"):
            is_eu_list = self.contract.source == "sanctions" and is_eu_sanctions_xml(head)
            raise UnreadableFileError(
                "eu_list_other_version" if is_eu_list else "not_a_known_format"
            )
        return self._delimited(path, encoding, head)

    def _delimited(self, path: Path, encoding: TextEncoding, head: str) -> TextTable:
        if self.contract.source == "companies":
            literal, _ = lay_out(head, has_quotes=False)
            if is_scb(literal.columns):
                return read_scb(path, encoding, known=self.delivery.known_lines)
            layout, _ = lay_out(head)
            if is_bolagsverket(layout.columns):
                return read_bolagsverket(path, encoding, known=self.delivery.known_lines)
        if self.contract.source == "sanctions" and is_eu_sanctions(lay_out(head)[0].columns):
            return read_eu_sanctions(read_delimited(path, encoding=encoding), path)
        return read_delimited(path, encoding=encoding)

    def _is_header(self, row: Sequence[str]) -> bool:
        """Whether a row of a sheet has names of this source's columns."""
        if self.takes_documents and ledger.is_ledger(row):
            return True
        names = {name for spellings in contract_names(self.contract).values() for name in spellings}
        for mapping in self.mappings:
            if mapping.source == self.contract.source:
                names |= {*mapping.renames, *mapping.match.headers}
        return len({fold(cell) for cell in row} & set(map(fold, names))) > 1


def _with_warnings(batches: Iterator[Batch], table: TextTable) -> Iterator[Batch]:
    """The batches, the first with what the format's reader noticed."""
    told = list(table.warnings)
    for batch in batches:
        batch.warnings = told + batch.warnings
        told = []
        yield batch


def _by_document(frame: pl.DataFrame) -> dict[tuple[object, ...], pl.DataFrame]:
    return frame.partition_by("document", maintain_order=True, include_key=False, as_dict=True)
