"""JSON rows as portals give them out."""

import json

import pytest

from screening.sources.delivery import UnreadableFileError
from screening.sources.encoding import detect
from screening.sources.rowstore import read_rowstore


@pytest.fixture
def read(tmp_path):
    def reading(content):
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        table = read_rowstore(path, detect(path))
        (chunk,) = table.chunks
        return table.columns, chunk.frame.drop("row_no").rows(), chunk

    return reading


ROWS = [{"\ufeffleverantor": "Å", "belopp": "-1302,03"}, {"belopp": 12.5, "datum": None}]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(ROWS),
        json.dumps({"resultCount": 2, "results": ROWS}),
        "\n".join(json.dumps(row) for row in ROWS) + "\n\n",
        b"\xef\xbb\xbf" + json.dumps(ROWS, ensure_ascii=False).encode(),
    ],
)
def test_lists_wrapped_lists_and_lines(read, content):
    columns, rows, chunk = read(content)
    assert columns == ["leverantor", "belopp", "datum"]
    assert rows == [("Å", "-1302,03", None), (None, "12.5", None)]
    assert chunk.frame["row_no"].to_list() == [1, 2]


def test_numbers_keep_their_digits_and_never_look_like_thousands(read):
    text = '[{"a": 5560000019, "b": 1.234, "c": 1.10, "d": 1e3, "e": true, "f": {"g": [1]}}]'
    assert read(text)[1] == [
        ("5560000019", "1.2340", "1.10", "1000.000000", "true", '{"g": ["1"]}')
    ]


def test_what_is_no_object_is_a_broken_row(read):
    _, rows, chunk = read('[{"a": "x"}, 17, {"a": "y"}]')
    assert rows == [("x",), ("y",)]
    assert chunk.broken.rows() == [(2, None, "bad_record", '"17"')]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('[{"a": 1}', "json_malformed"),
        ("[" * 100_000, "json_malformed"),
        ("[1, 2]", "not_a_known_format"),
        ("[]", "not_a_known_format"),
    ],
)
def test_what_is_no_list_of_rows(read, content, code):
    with pytest.raises(UnreadableFileError) as caught:
        read(content)
    assert caught.value.code == code
