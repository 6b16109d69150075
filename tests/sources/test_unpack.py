"""Archives: every file in them is read, and none can lead outside or fill the disk."""

import gzip
import io
import tarfile
import zipfile

import pytest

from screening.sources import unpack
from screening.sources.delivery import UnreadableFileError
from screening.sources.unpack import kind_of, list_member_names, members


@pytest.fixture
def file_of(tmp_path):
    def write(content, name="file"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def zip_of(files, **options):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def contents(path, **options):
    return [(member.name, member.path.read_bytes()) for member in members(path, **options)]


def failure_of(path):
    with pytest.raises(UnreadableFileError) as caught:
        list(members(path))
    return caught.value.code


def test_a_plain_file_is_itself_whatever_its_name(file_of):
    path = file_of(b"a;b\n1;2\n", "data.zip")
    assert contents(path) == [("", b"a;b\n1;2\n")]
    assert list_member_names(path) == []


def test_gzip_is_known_by_content_and_streamed(file_of, tmp_path):
    content = b"".join(b"%d;%d\n" % (i * 7919, i) for i in range(200_000))
    path = file_of(gzip.compress(content), "data.csv")
    work_dir = tmp_path / "work"
    work_dir.mkdir()
    assert contents(path, work_dir=work_dir) == [("", content)]
    assert list(work_dir.iterdir()) == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_every_file_of_a_zip_is_read_in_order_and_cleared_away(file_of, tmp_path):
    path = file_of(zip_of([("b/x.csv", b"1"), ("a.csv", b"22"), ("b/", b""), ("b/x.csv", b"333")]))
    work_dir = tmp_path / "work"
    work_dir.mkdir()
    assert contents(path, work_dir=work_dir) == [
        ("b/x.csv", b"1"),
        ("a.csv", b"22"),
        ("b/x.csv#2", b"333"),
    ]
    assert list(work_dir.iterdir()) == []
    assert list_member_names(path) == ["b/x.csv", "a.csv", "b/x.csv#2"]


def test_nothing_is_left_when_the_reader_stops_half_way(file_of, tmp_path):
    path = file_of(zip_of([("a", b"1"), ("b", b"2")]))
    work_dir = tmp_path / "work"
    work_dir.mkdir()
    reading = members(path, work_dir)
    next(reading)
    reading.close()
    assert list(work_dir.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        "../evil.csv",
        "a/../../evil.csv",
        "/etc/evil.csv",
        "C:\\evil.csv",
        "C:evil.csv",
        "\\\\x\\y\\z",
        "a\\..\\..\\b",
    ],
)
def test_paths_that_lead_outside_are_refused(file_of, name):
    # Python's writer tidies names, so the name is put into the bytes of a finished archive.
    blank = "x" * len(name)
    content = zip_of([(blank, b"1")]).replace(blank.encode(), name.encode())
    assert failure_of(file_of(content)) == "zip_path"


def test_dots_inside_names_are_allowed(file_of):
    assert [n for n, _ in contents(file_of(zip_of([("..a/b..csv", b"1")])))] == ["..a/b..csv"]


@pytest.mark.parametrize("pack", [gzip.compress, lambda c: zip_of([("a.csv", c)])])
def test_a_ratio_over_two_hundred_is_refused(file_of, pack):
    assert failure_of(file_of(pack(b"\0" * 5_000_000))) == "zip_too_large"


def test_overlapping_members_are_judged_by_their_sum(file_of, monkeypatch):
    # Many modest members whose sum is far more than the archive's size could give.
    content = zip_of([(f"{i}", b"ab" * 60 + str(i).encode()) for i in range(50)])
    path = file_of(content)
    assert len(contents(path)) == 50
    monkeypatch.setattr(unpack, "LARGEST_RATIO", 1)
    assert failure_of(path) == "zip_too_large"


def test_more_than_the_limit_unpacked_is_refused(file_of, monkeypatch):
    monkeypatch.setattr(unpack, "MOST_BYTES", 100)
    assert (
        failure_of(file_of(zip_of([("a", bytes(range(60))), ("b", bytes(range(60)))])))
        == "zip_too_large"
    )
    assert failure_of(file_of(gzip.compress(bytes(range(120))))) == "zip_too_large"


def test_archives_in_archives_are_refused_alone(file_of):
    inner = zip_of([("x.csv", b"1")])
    path = file_of(zip_of([("in.zip", inner), ("in.gz", gzip.compress(b"1")), ("a.csv", b"a")]))
    found = [(m.name, m.failure.code if m.failure else None) for m in members(path)]
    assert found == [("in.zip", "zip_nested"), ("in.gz", "zip_nested"), ("a.csv", None)]
    assert failure_of(file_of(gzip.compress(inner))) == "zip_nested"


def test_other_archives_are_refused(file_of):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"), io.BytesIO(b""))
    assert failure_of(file_of(stream.getvalue())) == "zip_nested"
    assert failure_of(file_of(gzip.compress(stream.getvalue()))) == "zip_nested"
    assert failure_of(file_of(b"7z\xbc\xaf\x27\x1c" + b"\0" * 50)) == "zip_nested"


def test_a_damaged_member_fails_alone_and_a_damaged_archive_whole(file_of):
    content = bytearray(zip_of([("a.csv", b"first member"), ("b.csv", b"second member")]))
    place = content.index(b"a.csv") + len("a.csv") + 2
    content[place] ^= 0xFF
    found = [
        (m.name, m.failure.code if m.failure else None) for m in members(file_of(bytes(content)))
    ]
    assert found == [("a.csv", "zip_broken"), ("b.csv", None)]
    whole = zip_of([("a.csv", b"first member")])
    assert failure_of(file_of(whole[:-10])) == "zip_broken"
    assert failure_of(file_of(gzip.compress(b"abc" * 100)[:-9])) == "zip_broken"
    assert failure_of(file_of(zip_of([]))) == "empty_file"


def test_a_password_counts_as_broken(file_of):
    content = bytearray(zip_of([("a.csv", b"secret")]))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        flags = content.index(mark) + (6 if mark.endswith(b"\x04") else 8)
        content[flags] |= 1
    found = [m.failure.code for m in members(file_of(bytes(content))) if m.failure]
    assert found == ["zip_broken"]


def test_a_workbook_is_one_file_and_no_archive(file_of):
    path = file_of(zip_of([("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]))
    assert kind_of(path) == "workbook"
    assert contents(path) == [("", path.read_bytes())]
