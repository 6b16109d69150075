"""Documents read alone, in a zip and in groups give the same rows, quarantine and warnings."""

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from screening.sources import reading
from screening.sources.contracts import all_contracts
from screening.sources.delivery import Delivery, UnreadableFileError
from screening.sources.invoice_xml import together
from screening.sources.mended_rows import watched
from screening.sources.reading import read_delivery, read_documents, starts_like_xml
from tests.sources import invoice_xml as ubl
from tests.sources import svefaktura_xml as svefaktura

INVOICES = all_contracts()["invoices"]
TODAY = date(2026, 3, 1)

DOCUMENTS = {
    "invoice": ubl.document(lines=[ubl.line(1), ubl.line(2, amount="1.234")], total="1001.23"),
    "credit note": ubl.document(kind="CreditNote"),
    "svefaktura": svefaktura.document(),
    "attachments": svefaktura.ATTACHMENTS,
    "envelope": ubl.enveloped(ubl.document(), svefaktura.document()),
    "euro": ubl.document(currency="EUR", lines=[ubl.line(1), ubl.line(2)], total="2000"),
    "no amount": ubl.document(lines=[ubl.line(1, amount="x"), ubl.line(2)]),
    "no lines": ubl.document(lines=[]),
    "nothing": ubl.document(lines=[ubl.line(1, amount="0.00"), ubl.line(2, amount="0")], total="0"),
    "wrong number": ubl.document(
        party=ubl.PARTY.replace("5560000019", "5560000018")
        .replace("556000-0019", "5560000018")
        .replace("SE556000001901", "")
    ),
    "wrong account": ubl.document(account=ubl.ACCOUNT.replace("5050-1055", "5050-1054")),
    "no day": ubl.document().replace(b"2026-01-31", b"2026-13-31"),
    "far day": ubl.document().replace(b"2026-01-31", b"2027-05-20"),
    "masked": ubl.document().replace(b"F-17", b"***"),
    "differs": ubl.document(total="7.00"),
    "cut": ubl.document()[:-30],
    "page": b"<html><body>503</body></html>",
    "forbidden": b'<!DOCTYPE a SYSTEM "x"><a/>',
    "empty": b"",
}


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")

    def deliver(content, as_of=TODAY, received_on=TODAY, name="invoices/file.xml"):
        path = folder / str(len(list(folder.iterdir())))
        path.write_bytes(content)
        return Delivery(path, name, "invoices", "00", received_on, as_of)

    return deliver


def alone(delivery):
    """Rows, quarantine, warnings and the failure of one document read by itself."""
    try:
        (batch,) = read_delivery(delivery, INVOICES, ())
    except UnreadableFileError as error:
        return None, None, [], error.code
    return batch.rows, batch.quarantine, batch.warnings, None


def grouped(deliveries):
    """The same of each of many documents."""
    found = {}
    for batch in read_documents(deliveries, INVOICES):
        for outcome in batch.documents:
            own = pl.col("document") == outcome.document
            rows = batch.rows.filter(own).drop("document")
            quarantine = batch.quarantine.filter(own).drop("document")
            assert outcome.rows_read == rows.height + quarantine.height
            assert outcome.document not in found
            if outcome.failure is None:
                found[outcome.document] = rows, quarantine, outcome.warnings, None
            else:
                assert rows.height == 0
                assert quarantine.rows() == [(None, None, outcome.failure.code, None)]
                found[outcome.document] = None, None, [], outcome.failure.code
    assert list(found) == list(range(len(deliveries)))
    return list(found.values())


def assert_same(one, other):
    for a, b in zip(one[:2], other[:2], strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            assert_frame_equal(a, b)
    assert one[2:] == other[2:]


def test_each_document_is_in_the_list_for_something(delivered):
    told = {name: alone(delivered(content)) for name, content in DOCUMENTS.items() if content}
    failures = {name: failure for name, (*_, failure) in told.items() if failure}
    assert failures == {
        "cut": "xml_malformed",
        "page": "not_a_known_format",
        "forbidden": "xml_forbidden",
    }
    warnings = {name: [w.code for w in found[2]] for name, found in told.items() if found[2]}
    assert warnings == {
        "attachments": ["attachments_only"],
        "nothing": ["zero_value"],
        "wrong number": ["dropped_bad_checksum"],
        "wrong account": ["dropped_unreadable"],
        "differs": ["invoice_sum_differs"],
    }
    reasons = {
        name: found[1]["reason"].to_list()
        for name, found in told.items()
        if found[1] is not None and found[1].height
    }
    assert reasons == {
        "euro": ["currency_not_sek", "currency_not_sek"],
        "no amount": ["not_an_amount"],
        "no lines": ["bad_record"],
        "no day": ["not_a_date"],
        "far day": ["date_too_late"],
    }


DAYS = [TODAY, TODAY + timedelta(days=300)]


@pytest.fixture(scope="module")
def each_alone(delivered):
    """Every document on every day, read by itself."""
    return {
        (name, day): alone(delivered(content, as_of=day, received_on=day))
        for name, content in DOCUMENTS.items()
        if name != "empty"
        for day in DAYS
    }


@settings(max_examples=25, deadline=None)
@given(
    chosen=st.lists(
        st.tuples(st.sampled_from(sorted(DOCUMENTS)), st.sampled_from(DAYS)), min_size=1, max_size=9
    ),
    size=st.sampled_from([1, 2, 5, 2000]),
)
def test_a_group_gives_what_each_gives_alone(delivered, each_alone, chosen, size):
    deliveries = [delivered(DOCUMENTS[name], as_of=day, received_on=day) for name, day in chosen]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(together, "DOCUMENTS_TOGETHER", size)
        found = grouped(deliveries)
    for (name, day), one in zip(chosen, found, strict=True):
        if name == "empty":  # no XML; whoever calls has asked `starts_like_xml`
            assert one[3] == "xml_malformed"
        else:
            assert_same(one, each_alone[name, day])


def test_a_zip_gives_what_each_gives_alone(delivered):
    names = [name for name in DOCUMENTS if name != "empty"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(f"{name}.xml", DOCUMENTS[name])
    batches = {
        batch.member: batch for batch in read_delivery(delivered(packed.getvalue()), INVOICES, ())
    }
    assert list(batches) == [f"{name}.xml" for name in names]
    for name in names:
        rows, quarantine, warnings, failure = alone(delivered(DOCUMENTS[name]))
        batch = batches[f"{name}.xml"]
        assert batch.rows_read == batch.rows.height + batch.quarantine.height
        if failure is None:
            assert_frame_equal(batch.rows, rows)
            assert_frame_equal(batch.quarantine, quarantine)
            assert batch.warnings == warnings
        else:
            assert batch.quarantine.rows() == [(None, None, failure, f"{name}.xml")]


def test_each_row_is_of_its_own_format_and_day(delivered):
    deliveries = [
        delivered(ubl.document(), as_of=date(2026, 2, 3)),
        delivered(svefaktura.document(), as_of=date(2026, 2, 1)),
        delivered(ubl.document(lines=[ubl.line(1), ubl.line(2)]), as_of=date(2026, 2, 2)),
    ]
    (batch,) = read_documents(deliveries, INVOICES)
    assert batch.rows.select("document", "row_no", "origin", "as_of").rows() == [
        (0, 1, "peppol", date(2026, 2, 3)),
        (1, 1, "svefaktura", date(2026, 2, 1)),
        (2, 1, "peppol", date(2026, 2, 2)),
        (2, 2, "peppol", date(2026, 2, 2)),
    ]
    assert set(INVOICES.value_columns) <= set(batch.rows.columns)


def test_what_is_plausible_depends_on_the_day_a_file_came(delivered):
    content = ubl.document().replace(b"2026-01-31", b"2027-03-20")
    early = delivered(content, received_on=date(2026, 1, 1))
    late = delivered(content, received_on=date(2026, 12, 1))
    found = grouped([early, late, early])
    assert [quarantine["reason"].to_list() for _, quarantine, *_ in found] == [
        ["date_too_late"],
        [],
        ["date_too_late"],
    ]


def test_groups_are_no_larger_than_they_must_be(delivered, monkeypatch):
    monkeypatch.setattr(together, "DOCUMENTS_TOGETHER", 3)
    monkeypatch.setattr(together, "LINES_TOGETHER", 5)
    small, long = delivered(ubl.document()), delivered(ubl.document(lines=[ubl.line()] * 5))
    batches = list(read_documents([small] * 4 + [long, small], INVOICES))
    assert [[each.document for each in batch.documents] for batch in batches] == [
        [0, 1, 2],
        [3, 4],
        [5],
    ]
    assert list(read_documents([], INVOICES)) == []


def test_a_document_that_breaks_typing_fails_alone(delivered, monkeypatch):
    typed = together.canonical.typed

    def fragile(table, delivery, contract):
        chunks = list(table.chunks)
        if any("boom" in chunk.frame["description"].to_list() for chunk in chunks):
            raise ArithmeticError
        return typed(replace(table, chunks=iter(chunks)), delivery, contract)

    monkeypatch.setattr(together.canonical, "typed", fragile)
    bad = delivered(
        svefaktura.document(lines=[svefaktura.line(item="<cbc:Description>boom</cbc:Description>")])
    )
    good = delivered(ubl.document())
    found = grouped_with_failures([good, good, bad, good])
    assert found == [None, None, "reader_failed", None]


def grouped_with_failures(deliveries):
    return [
        outcome.failure.code if outcome.failure else None
        for batch in read_documents(deliveries, INVOICES)
        for outcome in batch.documents
    ]


def test_a_full_disk_is_no_document_s_fault(delivered, monkeypatch):
    def full(_path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reading, "file_content", full)
    with pytest.raises(OSError, match="No space"):
        list(read_documents([delivered(ubl.document())], INVOICES))


class Onlooker:
    """Notes what it sees, and changes every description."""

    def __init__(self):
        self.seen = []

    def over(self, table, member):
        chunks = list(table.chunks)
        self.seen += [(member, chunk.frame["row_no"].to_list()) for chunk in chunks]
        mended = [
            replace(chunk, frame=chunk.frame.with_columns(description=pl.lit("mended")))
            for chunk in chunks
        ]
        return replace(table, chunks=iter(mended), reopen=lambda: iter(mended))


class InSek:
    """Puts a line in the place of one that could not be used, where no other can be."""

    def over(self, table, _member):
        (chunk,) = table.chunks
        assert chunk.frame.height == 0
        line = pl.DataFrame(
            {
                "invoice_no": "F-17",
                "supplier_name": "Exempel",
                "invoice_date": "2026-01-31",
                "amount_sek": "11000.00",
                "row_no": 1,
            }
        )
        mended = replace(
            chunk,
            frame=pl.concat([chunk.frame, line], how="diagonal_relaxed"),
            broken=chunk.broken.filter(pl.col("row_no") != 1),
        )
        return replace(table, chunks=iter([mended]), reopen=lambda: iter([mended]))


def test_who_looks_on_at_a_delivery_sees_its_own_rows_and_can_mend_them(delivered):
    content = ubl.document(lines=[ubl.line(1), ubl.line(2), ubl.line(3, amount="x")])
    onlooker = Onlooker()
    plain = delivered(content)
    (batch,) = read_documents([plain, watched(plain, onlooker), plain], INVOICES)
    assert onlooker.seen == [("", [1, 2])]
    assert batch.rows.select("document", "description").rows() == [
        *[(0, "Hemtjänst: Dagtid")] * 2,
        *[(1, "mended")] * 2,
        *[(2, "Hemtjänst: Dagtid")] * 2,
    ]
    (batch,) = read_documents([watched(delivered(DOCUMENTS["euro"]), InSek())], INVOICES)
    assert [str(amount) for amount in batch.rows["amount_sek"]] == ["11000.00"]
    assert batch.quarantine["row_no"].to_list() == [2]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.xml", content)
        archive.writestr("b.xml", content)
    onlooker = Onlooker()
    list(read_delivery(watched(delivered(packed.getvalue()), onlooker), INVOICES, ()))
    assert onlooker.seen == [("a.xml", [1, 2]), ("b.xml", [1, 2])]


@pytest.mark.parametrize(
    ("content", "is_xml"),
    [
        (b"<a/>", True),
        (b"\xef\xbb\xbf\r\n <?xml version='1.0'?><a/>", True),
        ("<a/>".encode("utf-16"), True),
        ("<a/>".encode("utf-16-be"), True),
        (b"", False),
        (b"a;b\n<;1\n", False),
        (b"PK\x03\x04<", False),
        (b'{"a": "<"}', False),
    ],
)
def test_what_starts_like_xml(content, is_xml):
    assert starts_like_xml(content) is is_xml
