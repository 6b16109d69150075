"""Files that hypothesis makes from the structure of each format, and makes small where they fail.

The loop of mutated files finds what happens to real files; here whole families of odd ones are
described: any cells in any layout, any JSON around any list, any numbers of any members.
"""

import gzip
import io
import json
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.laws import outcome_of
from tests.fuzz.made_rows import header_of, rows_of
from tests.fuzz.seeds import all_seeds

MANY = settings(
    max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
_SOURCES = ("debts", "invoices", "permits", "owners", "officers", "sanctions", "companies")


def obeys(source: str, content: bytes, rows: int | None = None) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        work = folder / "work"
        work.mkdir()
        path = folder / "raw"
        path.write_bytes(content)
        outcome = outcome_of(path, "file-202603.csv", source, work, rows)
        assert outcome.problems == ()
        assert list(work.iterdir()) == []


_CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *(
                "",
                " ",
                '"',
                '""',
                "1,5",
                "1.234",
                "−1 000,00",
                "2026-01-02",
                "202601",
                "5560000019",
            ),
            *(
                "ja",
                "x",
                "*",
                "-",
                "\u2028",
                "\x00",
                "\ufeff",
                "\ud7ff",
                "=1+1",
                "a;b",
                "a\nb",
                "a\rb",
            ),
        ]
    ),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
)


@MANY
@given(
    source=st.sampled_from(_SOURCES),
    cells=st.lists(st.lists(_CELL, max_size=9), max_size=6),
    delimiter=st.sampled_from(";,\t|"),
    newline=st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"]),
    with_header=st.booleans(),
)
def test_any_cells_in_any_layout(source, cells, delimiter, newline, encoding, with_header) -> None:
    from screening.sources.contracts import all_contracts

    lines = [delimiter.join(row) for row in cells]
    if with_header:
        lines.insert(0, delimiter.join(header_of(all_contracts()[source])))
    obeys(source, newline.join(lines).encode(encoding, "replace"))


_PLAIN = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Cs"], exclude_characters='";'
    ),
    max_size=10,
)


@MANY
@given(
    rows=st.lists(st.lists(_PLAIN, min_size=3, max_size=3), max_size=12),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    packing=st.sampled_from(["", "gzip", "zip"]),
)
def test_rows_of_plain_cells_are_all_counted(rows, newline, packing) -> None:
    """Loaded or set aside, whatever is in their cells: as many as there are lines."""
    lines = ["orgnr;as_of;public_debt_sek", *("x" + ";".join(row) for row in rows)]
    content = newline.join([*lines, ""]).encode()
    if packing == "gzip":
        content = gzip.compress(content)
    elif packing == "zip":
        content = _zip([("a.csv", content)])
    obeys("debts", content, rows=len(rows))


_JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.dates().map(str),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(
                st.text(max_size=6),
                st.sampled_from(
                    [
                        *("results", "fields", "records", "orgnr", "recordType", "recordDetails"),
                        *("interests", "share", "funktionarer", "identitet", "naringsforbud"),
                    ]
                ),
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=20,
)


@MANY
@given(
    source=st.sampled_from(["debts", "invoices", "owners", "officers", "trading_prohibitions"]),
    values=st.lists(_JSON, max_size=5),
    shape=st.sampled_from(["list", "lines", "wrapped", "one"]),
)
def test_any_json(source, values, shape) -> None:
    if shape == "lines":
        content = "\n".join(map(json.dumps, values))
    elif shape == "wrapped":
        content = json.dumps({"offset": 0, "results": values})
    elif shape == "one":
        content = json.dumps(values[0] if values else {})
    else:
        content = json.dumps(values)
    obeys(source, content.encode())


@MANY
@given(
    seed=st.sampled_from([seed for seed in all_seeds() if seed.kind == "json"]),
    data=st.data(),
)
def test_real_json_with_any_value_in_any_place(seed, data) -> None:
    try:
        loaded = json.loads(seed.content)
    except ValueError:
        loaded = [json.loads(line) for line in seed.content.splitlines()]
    obeys(seed.source, json.dumps(_with_a_change(loaded, data)).encode())


def _with_a_change(value, data):
    if isinstance(value, dict) and value and data.draw(st.integers(0, 9)):
        key = data.draw(st.sampled_from(sorted(value)))
        return value | {key: _with_a_change(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.integers(0, 9)):
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], _with_a_change(value[place], data), *value[place + 1 :]]
    return data.draw(_JSON)


def _zip(members) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@MANY
@given(
    members=st.lists(
        st.tuples(
            st.one_of(
                st.text(min_size=1, max_size=20),
                st.sampled_from(["a.csv", "d/a.csv", "../a.csv", "/a", "C:\\a", "d/", "a#2"]),
            ),
            st.sampled_from([seed.content for seed in all_seeds() if seed.source == "invoices"])
            | st.binary(max_size=60),
        ),
        max_size=4,
    )
)
def test_any_members_of_an_archive(members) -> None:
    obeys("invoices", _zip(members))


@MANY
@given(content=st.binary(max_size=400), source=st.sampled_from(_SOURCES))
def test_any_bytes(content, source) -> None:
    obeys(source, content)


@MANY
@given(
    start=st.sampled_from(
        [
            *(
                b"PK\x03\x04",
                b"PK\x05\x06",
                b"\x1f\x8b\x08",
                b"PAR1",
                b"<?xml",
                b"[{",
                b"x^",
                b"x\x9c",
            ),
            *(b'{"results":[', b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"<Invoice", b"sep=;\n"),
            b"orgnr;as_of\n",
        ]
    ),
    content=st.binary(max_size=200),
    end=st.sampled_from([b"", b"PAR1", b"]", b"}", b">", b"\n", b'"', b"\x00" * 22]),
    source=st.sampled_from(_SOURCES),
)
def test_bytes_that_begin_like_a_format(start, content, end, source) -> None:
    obeys(source, start + content + end)


def test_the_rows_that_are_made_fit_their_contracts() -> None:
    from screening.sources.contracts import all_contracts

    contract = all_contracts()["debts"]
    header, rows = header_of(contract), rows_of(contract, 5)
    text = "\n".join(";".join(row) for row in [header, *rows])
    obeys("debts", text.encode(), rows=5)
