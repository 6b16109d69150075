"""Rows of delimited files: every line becomes one row or one row in quarantine."""

import csv
import io
import time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from screening.sources import records
from screening.sources.delimited import lay_out, read_delimited, unique_names
from screening.sources.delivery import UnreadableFileError
from screening.sources.layout import Layout
from screening.sources.records import split_block


@pytest.fixture(scope="module")
def file_of(tmp_path_factory):
    folder = tmp_path_factory.mktemp("delimited")

    def write(content, name="file"):
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def read(path, **options):
    table = read_delimited(path, **options)
    chunks = list(table.chunks)
    frame = pl.concat([chunk.frame for chunk in chunks]) if chunks else pl.DataFrame()
    broken = pl.concat([chunk.broken for chunk in chunks]) if chunks else pl.DataFrame()
    return table.columns, frame, broken


def rows_of(frame):
    return frame.drop("row_no").rows() if frame.width else []


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("last_newline", [True, False])
def test_separator_and_line_ends_are_found(file_of, separator, newline, last_newline):
    lines = [
        separator.join(row) for row in (["namn", "ort", "antal"], ["A", "Ö", "1"], ["B", "", "2"])
    ]
    text = newline.join(lines) + (newline if last_newline else "")
    columns, frame, broken = read(file_of(text))
    assert columns == ["namn", "ort", "antal"]
    assert rows_of(frame) == [("A", "Ö", "1"), ("B", None, "2")]
    assert frame["row_no"].to_list() == [2, 3]
    assert broken.is_empty()


def test_decimal_commas_do_not_pass_for_separators(file_of):
    columns, frame, _ = read(
        file_of("belopp (kr, exkl moms);datum\n1,50;2026-01-01\n2,00;2026-01-02\n")
    )
    assert columns == ["belopp (kr, exkl moms)", "datum"]
    assert rows_of(frame) == [("1,50", "2026-01-01"), ("2,00", "2026-01-02")]


def test_cells_full_of_another_separator_do_not_pass_for_rows(file_of):
    columns, frame, _ = read(file_of("kod,koder\nA,0;0;1;1;2\nB,5;4;3;2;1\n"))
    assert columns == ["kod", "koder"]
    assert frame.height == 2


def test_one_ragged_row_does_not_change_the_separator(file_of):
    text = "a;b;c\n" + "1,0;2;3\n" * 5 + "1,0;2\n"
    columns, frame, broken = read(file_of(text))
    assert columns == ["a", "b", "c"]
    assert (frame.height, broken.height) == (5, 1)


def test_title_blank_lines_and_excel_hint_stand_above_the_header(file_of):
    columns, frame, _ = read(file_of("Uttag 2026\n\na;b;c\n1;2;3\n"))
    assert columns == ["a", "b", "c"]
    assert frame["row_no"].to_list() == [4]
    columns, frame, _ = read(file_of("sep=,\na,b;c\n1,2;3\n"))
    assert columns == ["a", "b;c"]
    assert rows_of(frame) == [("1", "2;3")]


def test_half_a_row_and_a_row_too_long_are_broken_with_raw_text_and_number(file_of):
    text = "a;b;c\n1;2;3\n4;5\n\n6;7;8;9\n10;11;12\n"
    _, frame, broken = read(file_of(text))
    assert frame["row_no"].to_list() == [2, 6]
    assert broken.rows() == [
        (3, None, "wrong_field_count", "4;5"),
        (5, None, "wrong_field_count", "6;7;8;9"),
    ]


def test_blank_lines_are_no_rows_but_have_a_number(file_of):
    _, frame, broken = read(file_of("a;b\n\n1;2\n ;  \n;\n3;4\n"))
    assert frame["row_no"].to_list() == [3, 6]
    assert broken.is_empty()


def test_empty_fields_beyond_the_last_are_let_go(file_of):
    _, frame, broken = read(file_of("a;b\n1;2;\n3;4;;;\n5;6\n7;8;9\n"))
    assert rows_of(frame) == [("1", "2"), ("3", "4"), ("5", "6")]
    assert broken["raw"].to_list() == ["7;8;9"]


def test_header_that_ends_in_nameless_columns_takes_rows_with_and_without_them(file_of):
    columns, frame, broken = read(file_of("a;b;;\n1;2;;\n3;4\n5;6;x;\n7\n"))
    assert columns == ["a", "b", "column_3", "column_4"]
    assert rows_of(frame) == [("1", "2", None, None), ("3", "4", None, None), ("5", "6", "x", None)]
    assert broken["raw"].to_list() == ["7"]


def test_a_header_cell_may_have_two_lines(file_of):
    columns, frame, _ = read(file_of('namn;"belopp\n(kr)"\nA;1\n'))
    assert columns == ["namn", "belopp\n(kr)"]
    assert rows_of(frame) == [("A", "1")]
    assert frame["row_no"].to_list() == [2]


def test_names_are_made_unique():
    assert unique_names(["\ufeffa", " a ", "", "a", "row_no"]) == [
        "a",
        "a_2",
        "column_3",
        "a_3",
        "row_no_2",
    ]


def test_quoted_separators_quotes_and_line_ends(file_of):
    text = 'a;b;c\n"x;y";"say ""hi""";"two\nlines"\n1;"";3\n'
    _, frame, broken = read(file_of(text))
    assert rows_of(frame) == [("x;y", 'say "hi"', "two\nlines"), ("1", None, "3")]
    assert frame["row_no"].to_list() == [2, 3]
    assert broken.is_empty()


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ('1;5" pipe;x', ("1", '5" pipe', "x")),
        ('1;Bolaget "Kalle" AB;x', ("1", 'Bolaget "Kalle" AB', "x")),
        ('1;"Kalle" Bygg AB;x', ("1", '"Kalle" Bygg AB', "x")),
        ('"1";"Han sa "hej" till mig";"x"', ("1", 'Han sa "hej" till mig', "x")),
        ('"1";"Bolaget "Kalle"";"x"', ("1", 'Bolaget "Kalle"', "x")),
        ('"1";"a;"b";"x"', ("1", 'a;"b', "x")),
        ('"1"; "b" ;x', ("1", "b", "x")),
    ],
)
def test_quotes_as_people_write_them(file_of, line, fields):
    text = f'a;b;c\nföre;"r;ad";1\n{line}\nefter;"r;ad";2\n'
    _, frame, broken = read(file_of(text))
    assert rows_of(frame) == [("före", "r;ad", "1"), fields, ("efter", "r;ad", "2")]
    assert broken.is_empty()


def test_a_quote_that_never_closes_costs_its_own_row_only(file_of):
    rows = [f'{i};"namn {i}";2026;x' for i in range(50)]
    rows[10] = '10;"namn 10;2026;x'
    rows[30] = '30;namn 30";2026;x;y'
    _, frame, broken = read(file_of("\n".join(["a;b;c;d", *rows])))
    assert frame.height == 48
    assert broken["row_no"].to_list() == [12, 32]
    assert broken["reason"].to_list() == ["broken_quote", "broken_quote"]
    assert broken["raw"].to_list() == [rows[10], rows[30]]


def test_rows_of_prose_in_a_quoted_field_stay_in_it(file_of):
    prose = "one, two, three, four\nfive, six, seven, eight\nnine, ten, eleven, twelve"
    _, frame, broken = read(file_of(f'a,b,c,d\n1,"{prose}",3,4\n5,6,7,8\n'))
    assert rows_of(frame) == [("1", prose, "3", "4"), ("5", "6", "7", "8")]
    assert broken.is_empty()


def test_stray_nuls_are_removed(file_of):
    _, frame, _ = read(file_of("namn;ort\nA\x00B;Lund\n" + "C;Lund\n" * 50))
    assert frame["namn"][0] == "AB"


def test_rows_with_bytes_that_are_not_utf8_are_quarantined_alone(file_of):
    content = "namn;ort\nÅsa;Malmö\n".encode() + b"Bj\xf6rn;Lund\n" + "Örjan;Ystad\n".encode() * 3
    _, frame, broken = read(file_of(content))
    assert frame["namn"].to_list() == ["Åsa", "Örjan", "Örjan", "Örjan"]
    assert broken.rows() == [(3, None, "bad_encoding", "Bj\\xf6rn;Lund")]


def test_a_header_alone_has_no_rows(file_of):
    columns, frame, broken = read(file_of("a;b;c\n"))
    assert columns == ["a", "b", "c"]
    assert frame.is_empty()
    assert broken.is_empty()


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"  \r\n \x00"])
def test_nothing_in_the_file(file_of, content):
    with pytest.raises(UnreadableFileError) as caught:
        read_delimited(file_of(content))
    assert caught.value.code == "empty_file"


@st.composite
def tables(draw, separator):
    width = draw(st.integers(2, 6))
    # Which separator a file has is guessed, so cells full of another are no law but a test above.
    texts = st.text(
        alphabet=st.sampled_from(["a", "b", " ", "Å", "é", '"', "\n", "0", ".", "-", separator]),
        max_size=12,
    )
    # Among many columns, a cell with whole rows in it is refused on purpose.
    cell = texts if width < 4 else texts.map(lambda text: text.replace(separator, "") or "-")
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width), max_size=12))
    # A row without content is a blank line, which is no row.
    return width, [row for row in rows if "".join(row).strip(" \n\t" + separator)]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([";", ",", "\t"]).flatmap(lambda s: st.tuples(st.just(s), tables(s))),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_whatever_a_csv_writer_writes_is_read_back(file_of, case, newline, quote_all):
    separator, (width, rows) = case
    stream = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(stream, delimiter=separator, lineterminator=newline, quoting=quoting)
    header = [f"kolumn {i}" for i in range(width)]
    writer.writerow(header)
    writer.writerows(rows)
    expected = [tuple(cell or None for cell in row) for row in rows]
    for block_bytes in (1 << 20, 64):
        columns, frame, broken = read(file_of(stream.getvalue()), block_bytes=block_bytes)
        assert columns == header
        assert broken.is_empty()
        assert rows_of(frame) == expected


MESS = st.text(alphabet=st.sampled_from('ab;;;"\n\n\rå,"'), max_size=120)


@settings(max_examples=50, deadline=None)
@given(MESS)
def test_the_size_of_blocks_never_matters_and_no_line_is_lost(file_of, mess):
    content = "k;l;m\n1;2;3\n4;5;6\n" + mess + "\n7;8;9\n"
    path = file_of(content)
    whole = read(path)
    for block_bytes in (16, 40):
        pieces = read(path, block_bytes=block_bytes)
        assert pieces[1].equals(whole[1])
        assert pieces[2].equals(whole[2])
    _, frame, broken = whole
    numbers = sorted(frame["row_no"].to_list() + broken["row_no"].to_list())
    assert len(set(numbers)) == len(numbers)
    # What is in no row is in quarantine: all but separators, quotes and white space is somewhere.
    there = "".join(cell or "" for row in rows_of(frame) for cell in row) + "".join(broken["raw"])
    kept = sorted(c for c in there if c.isalnum())
    assert kept == sorted(c for c in content.split("\n", 1)[1] if c.isalnum())


def test_many_columns_are_no_trouble(file_of):
    width = 1500
    names = [f"k{i}" for i in range(width)]
    rows = [
        ";".join(f'"v{i}"' for i in range(width)),
        ";".join(['5" x'] * width),
        ";".join(["x"] * (width - 1)),
        '"a;b\nc";' + ";".join(["x"] * (width - 1)),
    ]
    _, frame, broken = read(file_of("\n".join([";".join(names), *rows])))
    assert frame["k0"].to_list() == ["v0", '5" x', "a;b\nc"]
    assert broken["row_no"].to_list() == [4]


@settings(max_examples=50, deadline=None)
@given(
    lines=st.lists(
        st.lists(st.sampled_from(("a", "å", " ", "", "\t", "1.5")), max_size=4), max_size=8
    ),
    ends=st.booleans(),
)
def test_blocks_read_without_a_look_at_each_line_are_read_the_same(lines, ends):
    block = "\n".join(";".join(fields) for fields in lines).encode() + b"\n" * ends
    layout = Layout(";", ("a", "b", "c"), 3)
    quick = split_block(block, layout, 2, is_last=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_plain_rows", lambda *_: None)
        slow = split_block(block, layout, 2, is_last=True)
    assert_frame_equal(quick.chunk.frame, slow.chunk.frame)
    assert_frame_equal(quick.chunk.broken, slow.chunk.broken)
    assert quick.next_row_no == slow.next_row_no


def test_a_header_of_one_name_many_times_takes_no_time():
    start = time.process_time()
    names = unique_names(["a", "a_2", *["a"] * 19_000, *[""] * 900])
    assert time.process_time() - start < 1
    assert len(set(names)) == len(names) == 19_902
    assert names[:4] == ["a", "a_2", "a_3", "a_4"]


def test_a_run_of_separators_is_no_table():
    assert len(lay_out("a;b" + ";c" * 15_000)[0].columns) == 15_002
    with pytest.raises(UnreadableFileError) as refused:
        lay_out("a;b" + ";" * 60_000)
    assert refused.value.code == "not_a_known_format"
