"""JSON rows as portals give them out."""

import json

import pytest

from screening.sources import json_records
from screening.sources.delivery import UnreadableFileError
from screening.sources.encoding import detect
from screening.sources.rowstore import read_rowstore
from tests.sources.json_files import as_bytes, read_source, rows


@pytest.fixture
def read(tmp_path):
    def reading(content):
        path = tmp_path / "file"
        path.write_bytes(as_bytes(content))
        table = read_rowstore(path, detect(path))
        chunks = list(table.chunks)
        assert table.reopen is not None
        again = list(table.reopen())
        assert [c.frame.rows() for c in again] == [c.frame.rows() for c in chunks]
        cells = [row for chunk in chunks for row in chunk.frame.drop("row_no").rows()]
        return table.columns, cells, chunks

    return reading


ROWS = [{"\ufeffleverantor": "Å", "belopp": "-1302,03"}, {"belopp": 12.5, "datum": None}]
INNER = [{"recordid": str(n), "fields": row} for n, row in enumerate(ROWS)]


@pytest.mark.parametrize(
    "content",
    [
        ROWS,
        {"resultCount": 2, "results": ROWS},
        {"@odata.context": "x", "value": ROWS},
        {"success": True, "result": {"fields": [{"id": "x"}], "records": ROWS, "total": 2}},
        {"rows": ROWS},
        {"nhits": 2, "records": INNER},
        "\n".join(json.dumps(row) for row in ROWS) + "\n\n",
        "[\n" + ",\n".join(json.dumps(row) for row in ROWS) + "\n]",
        b"\xef\xbb\xbf" + json.dumps(ROWS, ensure_ascii=False).encode(),
        json.dumps(ROWS, ensure_ascii=False).encode("utf-16"),
    ],
)
def test_lists_wrapped_lists_and_lines(read, content):
    columns, cells, (chunk,) = read(content)
    assert columns == ["leverantor", "belopp", "datum"]
    assert cells == [("Å", "-1302,03", None), (None, "12.5", None)]
    assert chunk.frame["row_no"].to_list() == [1, 2]


@pytest.mark.parametrize(
    ("content", "first"),
    [
        ({"fields": [{"id": "a", "type": "int"}, {"id": "b"}], "records": [[1, "x"], [2]]}, 1),
        ({"columns": ["a", "b"], "data": [[1, "x"], [2, None]]}, 1),
        ([["a", "b"], [1, "x"], [2, ""]], 2),
    ],
)
def test_rows_that_are_lists(read, content, first):
    columns, cells, (chunk,) = read(content)
    assert columns == ["a", "b"]
    assert cells == [("1", "x"), ("2", None)]
    assert chunk.frame["row_no"].to_list() == [first, first + 1]


def test_numbers_never_look_like_thousands(read):
    text = (
        '[{"a": 5560000019, "b": 1.234, "c": 1.10, "e": true, "f": {"g": [1]}, "h": -0.125, '
        '"i": 123456789012345678901234567890, "j": "1.234", "k": NaN, "l": false}]'
    )
    assert read(text)[1] == [
        (
            "5560000019",
            "1.2340",
            "1.1",
            "true",
            '{"g":[1]}',
            "-0.1250",
            "123456789012345678901234567890",
            "1.234",
            None,
            "false",
        )
    ]


def test_keys_of_any_spelling(read):
    row = {"a/b": "1", "~": "2", "it's": "3", '"q"': "4", "": "5", "å ä": "6", "*": "7", "$.a": "8"}
    columns, cells, _ = read([row])
    assert columns == ["a/b", "~", "it's", '"q"', "column_5", "å ä", "*", "$.a"]
    assert cells == [tuple("12345678")]


def test_what_is_no_row_is_told_apart(read):
    content = (
        '{"a": "x"}\n17\n{"a": "\\ud83d"}\n{"a": 1, "a": 2}\n{"a": "no end\n["y"]\n{"a": "y"}\n'
    )
    _, cells, (chunk,) = read(content)
    assert cells == [("x",), ("y",)]
    assert chunk.broken.rows() == [
        (2, None, "bad_record", "17"),
        (3, None, "json_malformed_record", '{"a": "\\ud83d"}'),
        (4, None, "json_repeated_key", '{"a": 1, "a": 2}'),
        (5, None, "json_malformed_record", '{"a": "no end'),
        (6, None, "bad_record", '["y"]'),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('[{"a": 1}', "json_malformed"),
        ("[" * 100_000, "json_malformed"),
        ("[1, 2]", "not_a_known_format"),
        ("[[1, 2], [3, 4]]", "not_a_known_format"),
        ("[]", "not_a_known_format"),
        ("{}", "not_a_known_format"),
        ([{f"k{n}": 1 for n in range(2_001)}], "not_a_known_format"),
    ],
)
def test_what_is_no_list_of_rows(read, content, code):
    with pytest.raises(UnreadableFileError) as caught:
        read(content)
    assert caught.value.code == code


def test_columns_that_come_late_are_columns_of_all_rows(read, monkeypatch):
    monkeypatch.setattr(json_records, "PIECE_BYTES", 64)
    many = [{"a": str(n)} for n in range(50)] + [{"b": "late"}]
    columns, cells, chunks = read(many)
    assert len(chunks) > 3
    assert columns == ["a", "b"]
    assert cells == [(str(n), None) for n in range(50)] + [(None, "late")]
    assert [n for chunk in chunks for n in chunk.frame["row_no"]] == list(range(1, 52))


def test_a_ledger_out_of_a_row_store(tmp_path):
    """As Västerås publishes it: the byte order mark inside the first key, amounts as text."""
    ledger = [
        {
            "\ufeffkopare": "Vård",
            "leverantor": "Exempel Omsorg AB",
            "leverantor_id": f"10{n}",
            "konto_nr": "4621",
            "konto_text": "Hemtjänst",
            "faktura_nr": f"F{n}",
            "datum": "2026-10-31",
            "belopp": amount,
        }
        for n, amount in enumerate(("-1302,03", "12 500,50", "7"))
    ]
    batch = read_source(tmp_path / "file", "invoices", {"results": ledger})
    amounts = [str(amount) for (amount,) in rows(batch, "amount_sek")]
    assert amounts == ["-1302.03", "12500.50", "7.00"]
    assert rows(batch, "supplier_no", "buyer_unit")[0] == ("100", "Vård")
