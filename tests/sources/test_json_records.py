"""JSON of any layout, cut into records without being parsed."""

import json
import time
import tracemalloc

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.sources import json_records as module
from screening.sources.delivery import UnreadableFileError
from screening.sources.encoding import detect
from screening.sources.json_records import json_records
from screening.sources.json_values import json_parser
from tests.sources.json_files import as_bytes

WRAPPERS = ("results", "records")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("json") / "file"


def cut(path, content, piece_bytes=None):
    """Shape, records and reasons of broken ones."""
    path.write_bytes(as_bytes(content))
    found = json_records(path, detect(path), WRAPPERS, piece_bytes)
    chunks = list(found.chunks())
    texts = pl.concat([each.records for each in chunks]) if chunks else pl.DataFrame()
    broken = [row for each in chunks for row in each.broken.select("row_no", "reason").rows()]
    return found.shape, texts.rows(), broken


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(['"', "\\", '\\"', "[", "]}", "{,", '","', "å\u2028", "\n", "\\\\"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
RECORDS = st.lists(
    st.dictionaries(st.text(max_size=4), VALUES, min_size=1, max_size=4), min_size=1, max_size=6
)
LAYOUTS = {
    "list": lambda records, dump: dump(records),
    "wrapped": lambda records, dump: dump({"n": [1, {"x": []}], "results": records, "more": "]}"}),
    "deeply wrapped": lambda records, dump: dump({"result": {"a": "{", "records": records}}),
    "lines": lambda records, dump: "\n".join(json.dumps(record) for record in records) + "\n",
    "objects": lambda records, dump: "\n\n".join(json.dumps(r, indent=1) for r in records),
    "two lists": lambda records, dump: dump(records[:1]) + "\n" + dump(records[1:]),
}


@settings(max_examples=50, deadline=None)
@given(
    records=RECORDS,
    layout=st.sampled_from(sorted(LAYOUTS)),
    indent=st.sampled_from([None, 2]),
    ascii_only=st.booleans(),
    piece_bytes=st.sampled_from([1, 5, 64, 1 << 20]),
)
def test_every_record_comes_out_as_it_went_in(
    path, records, layout, indent, ascii_only, piece_bytes
):
    def dump(value):
        return json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    # Control characters inside texts are escaped in JSON, so that none is lost with the layout.
    _, read, broken = cut(path, LAYOUTS[layout](records, dump), piece_bytes)
    assert broken == []
    assert [row_no for row_no, _ in read] == list(range(1, len(records) + 1))
    assert [json.loads(text) for _, text in read] == records


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(path, encoding):
    content = '[{"namn": "Åsa Öberg"}, {"namn": "Örjan Älv"}]'.encode(encoding)
    assert cut(path, content)[1] == [(1, '{"namn": "Åsa Öberg"}'), (2, '{"namn": "Örjan Älv"}')]


@pytest.mark.parametrize(
    "content",
    [
        '[{"a": 1}, {"a": 2}',
        '[{"a": 1}, {"a": 2}}',
        '[{"a": 1}] and more',
        '[{"a": 1}], {"a": 2}',
        '{"results": [{"a": 1}',
        '{"results": [{"a": 1}] ',
        '{"results": [{"a": 1}]} ]',
        '{"a": {"b": 1}',
        '{"a": "never closed}',
        '{"a": 1}}{"b": 1',
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_a_file_that_breaks_off_is_refused_whole(path, content):
    for piece_bytes in (7, None) if len(content) < 100 else (None,):
        with pytest.raises(UnreadableFileError) as caught:
            cut(path, content, piece_bytes)
        assert caught.value.code == "json_malformed"


def test_one_damaged_line_touches_no_other(path):
    lines = ['{"a": 1', '{"a": 2}', '{"a": "}', '{"a": 4}', "]]]", '{"a": 6}', "[1]", "{}", '{"a":']
    shape, read, _ = cut(path, "\n".join(lines))
    assert shape == "lines"
    assert [text for _, text in read] == lines


def test_nesting_is_counted_and_never_followed(path):
    deep = "[" * 100_000 + "]" * 100_000
    content = f'[{{"a": 1}}, {{"a": {deep}}}, {{"b": [[[["x"]]]]}}]'
    _, read, broken = cut(path, content)
    assert [row_no for row_no, _ in read] == [1, 3]
    assert broken == [(2, "json_too_deep")]


def test_records_with_bytes_that_are_no_text_are_found(path):
    content = '[{"namn": "Åäö Åäö"}, {"namn": "'.encode() + b'\xff\xfe"}, ' + '{"a": "å"}]'.encode()
    for piece_bytes in (3, 1 << 20):
        _, read, broken = cut(path, content, piece_bytes)
        assert [row_no for row_no, _ in read] == [1, 3]
        assert broken == [(2, "bad_encoding")]


def test_a_record_without_an_end_is_not_held_in_memory(path, monkeypatch):
    monkeypatch.setattr(module, "LARGEST_RECORD_BYTES", 1000)
    for content in (
        '[{"a": "' + "x" * 5000,
        '{"a": "' + "x" * 5000,
        '[{"a":1},\n' * 2 + "x" * 5000,
    ):
        with pytest.raises(UnreadableFileError) as caught:
            cut(path, content, 100)
        assert caught.value.code == "json_record_too_large"


@pytest.mark.parametrize(
    "content",
    [
        '{"a": [' + "[]," * 2_000_000 + "[]]}",
        '{"a": {' + '"b": [],' * 500_000 + '"c": 1}}',
        "[" + "1," * 500_000 + "1]",
        '{"a": "' + "\\\\" * 2_000_000 + '"}',
    ],
    ids=["lists", "lists with names", "numbers", "escapes"],
)
def test_odd_files_take_no_time(path, content):
    path.write_text(content)
    started = time.monotonic()
    found = json_records(path, detect(path), WRAPPERS)
    assert sum(chunk.records.height + chunk.broken.height for chunk in found.chunks())
    assert time.monotonic() - started < 10  # seconds; most of it is the machine's other work


def test_memory_does_not_grow_with_the_file(path):
    def peak(records):
        path.write_bytes(b"[" + b",".join([b'{"a": "' + b"x" * 200 + b'"}'] * records) + b"]")
        found = json_records(path, detect(path), (), 1 << 16)
        tracemalloc.start()
        assert sum(chunk.records.height for chunk in found.chunks()) == records
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(40_000) < 1.5 * peak(4_000)


@pytest.mark.parametrize("content", ["null", "17", '"text"', "nonsense", "{"])
def test_other_json_is_no_list_of_records(path, content):
    with pytest.raises(UnreadableFileError) as caught:
        cut(path, content)
    assert caught.value.code == "json_malformed"


def test_what_is_wanted_comes_out_as_text_and_other_shapes_as_nothing(path):
    path.write_text(
        '{"a": 1.50, "b": {"c": [1, "x"]}}\n{"a": {"r": 1}, "b": "no object"}\n'
        '{"a": true, "b": null}\n{"a": "\\ud800"}\n[1]\n17\n{"a": 1,\n{"a": NaN}\n'
    )
    found = json_records(path, detect(path))
    with json_parser() as parser:
        (chunk,) = found.chunks()
        told, broken = parser.records(chunk, {"a": "VARCHAR", "b": {"c": ["VARCHAR"]}})
    assert told.select("row_no", "a", pl.col("b").struct.field("c")).rows() == [
        (1, "1.5", ["1", "x"]),
        (2, '{"r":1}', None),
        (3, "true", None),
        (8, "NaN", None),
    ]
    assert broken.select("row_no", "reason").rows() == [
        (4, "json_malformed_record"),
        (5, "bad_record"),
        (6, "bad_record"),
        (7, "json_malformed_record"),
    ]
