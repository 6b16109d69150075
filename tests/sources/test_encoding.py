"""Encodings and line ends are found by content, and text comes out as UTF-8 with LF."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.sources import encoding as encoding_module
from screening.sources.delivery import UnreadableFileError
from screening.sources.encoding import CUT_MARK, MARK_TEXTS, TextEncoding, detect, text_blocks

TEXT = "namn;ort\nÅsa Öberg;Malmö\nZoë;Växjö\n"


@pytest.fixture(scope="module")
def file_of(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoding")

    def write(content):
        path = folder / "file"
        path.write_bytes(content)
        return path

    return write


def text_of(path, block_bytes=1 << 20):
    return b"".join(text_blocks(path, detect(path), block_bytes)).decode()


@pytest.mark.parametrize(
    ("codec", "bom", "name"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("cp1252", b"", "cp1252"),
        ("latin-1", b"", "cp1252"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(file_of, codec, bom, name, newline):
    path = file_of(bom + TEXT.replace("\n", newline).encode(codec))
    assert detect(path).name == name
    for block_bytes in (1 << 20, 16):
        assert text_of(path, block_bytes) == TEXT


def test_signs_that_only_cp1252_has(file_of):
    assert text_of(file_of("pris – 5 €;”Åsa”\n".encode("cp1252"))) == "pris – 5 €;”Åsa”\n"
    # Bytes without a character in cp1252 are Latin-1's own.
    assert text_of(file_of(b"\xe5\x81\n")) == "å\x81\n"


def test_the_whole_file_is_looked_at(file_of):
    late = b"a;b\n" * 2_000_000
    assert detect(file_of(late + "å\n".encode())).name == "utf-8"
    assert detect(file_of(late + "å\n".encode("cp1252"))).name == "cp1252"


def test_a_character_cut_by_the_end_of_the_file_is_a_bad_byte(file_of):
    path = file_of("åäö\n".encode() + b"\xc3")
    assert detect(path) == TextEncoding("utf-8", has_bad_bytes=True)
    text = text_of(path)
    assert text.startswith("åäö\n")
    assert MARK_TEXTS[text[-1]] == "\\xc3"


def test_a_few_bad_bytes_are_marked_and_the_rest_stays(file_of):
    path = file_of("åäö\n".encode() * 3 + b"bj\xf6rn\n" + "ö\n".encode())
    assert detect(path).has_bad_bytes
    line = text_of(path).split("\n")[3]
    assert "".join(MARK_TEXTS.get(c, c) for c in line) == "bj\\xf6rn"


def test_nuls_and_the_dos_end_of_file_are_removed(file_of):
    content = b"abc;d\n" * 50 + b"ab\x00c;d\n\x1a"
    assert text_of(file_of(content)) == "abc;d\n" * 51


def test_a_stray_carriage_return_does_not_end_a_line(file_of):
    assert text_of(file_of(b"a\rb;c\n1;2\n3;4\n")) == "a\rb;c\n1;2\n3;4\n"


def test_a_line_without_end_is_cut_and_marked(file_of, monkeypatch):
    monkeypatch.setattr(encoding_module, "LONGEST_LINE_BYTES", 1000)
    monkeypatch.setattr(encoding_module, "_KEPT_OF_LONG_LINE", 10)
    path = file_of(b"a;b\n" + b"x" * 5000 + b"\n1;2\n")
    assert text_of(path, 200) == f"a;b\n{'x' * 10}{CUT_MARK}\n1;2\n"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n1 0 obj\n",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
        b"\xff\xd8\xff\xe0JFIF",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100,
        b"\x7fELF\x02\x01",
        bytes(range(32)) * 100,
        "å".encode("utf-32"),
        b"a;b\n" + b"\0" * 100,
    ],
)
def test_binary_files_are_refused(file_of, content):
    with pytest.raises(UnreadableFileError) as caught:
        detect(file_of(content))
    assert caught.value.code == "unreadable_binary"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n \t\n", b"\xff\xfe\n\x00"])
def test_empty_files_are_refused(file_of, content):
    with pytest.raises(UnreadableFileError) as caught:
        detect(file_of(content))
    assert caught.value.code == "empty_file"


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_utf8_text_comes_back(file_of, text):
    path = file_of(("å" + text + "\n").encode())
    assert text_of(path, 32) == "å" + text + "\n"


@settings(max_examples=50, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_blocks_hold_whole_lines_of_valid_utf8(file_of, content):
    path = file_of(b"abc;def\n" * 40 + content)
    try:
        encoding = detect(path)
    except UnreadableFileError:
        return
    blocks = list(text_blocks(path, encoding, 64))
    assert all(block.endswith(b"\n") for block in blocks[:-1])
    for block in blocks:
        block.decode("utf-8")
    assert b"".join(blocks) == b"".join(text_blocks(path, encoding))


_ROWS = (b"a;b\n1;2\n", b"a;b\r\n1;2\r\n", b"a;b\r1;2\r")


@pytest.mark.parametrize("after", [b"", b"\n", b"a;b\n1;2\n"])
@pytest.mark.parametrize("before", _ROWS)
def test_a_flood_of_carriage_returns_takes_no_time(before, after, tmp_path):
    path = tmp_path / "raw"
    path.write_bytes(before + b"\r" * 400_000 + after)
    start = time.process_time()
    text = b"".join(text_blocks(path, detect(path)))
    assert time.process_time() - start < 2
    assert text.count(b"a;b") == (before + after).count(b"a;b")
