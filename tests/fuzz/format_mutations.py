"""What a hostile or broken program does to a format: bombs, lies about lengths, missing parts."""

import gzip
import io
import json
import random
import re
import struct
import zipfile
import zlib
from functools import cache

from tests.fuzz.byte_mutations import BYTE_MUTATIONS, Mutation

#: Stands in mutated files where the worker puts the address of its trap and its secret's path.
TRAP_URL = "http://127.0.0.1:TRAPPORT/x"
SECRET_PATH = "/FUZZ-SECRET-PATH"

# --- Text tables


def many_columns(rng: random.Random, content: bytes) -> bytes:
    head, newline, rest = content.partition(b"\n")
    count = rng.choice((300, 300, 300, 2_000, 10_000))
    more = b"".join(b";k%d" % n for n in range(count))
    return head + more + newline + rest


def header_again(rng: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    for _ in range(rng.choice((1, 2, 5))):
        lines.insert(rng.randrange(len(lines) + 1), lines[0])
    return b"\n".join(lines)


def columns_again(rng: random.Random, content: bytes) -> bytes:
    head, newline, rest = content.partition(b"\n")
    names = head.split(b";")
    names[rng.randrange(len(names))] = rng.choice(names)
    return b";".join(names) + newline + rest


def title_above(rng: random.Random, content: bytes) -> bytes:
    return rng.choice((b"Utdrag\n\n", b"sep=;\n", b"\n\n", "Å;Ä\n".encode(), b'"Titel')) + content


def quoted_line_ends(rng: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    place = rng.randrange(len(lines))
    cells = lines[place].split(b";")
    at = rng.randrange(len(cells))
    cells[at] = b'"' + cells[at] + b"\n" * rng.choice((1, 3, 500)) + rng.choice((b'"', b""))
    lines[place] = b";".join(cells)
    return b"\n".join(lines)


# --- XML

_EXTERNAL = (
    f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{SECRET_PATH}">]>',
    f'<!DOCTYPE r [<!ENTITY x SYSTEM "{TRAP_URL}">]>',
    f'<!DOCTYPE r SYSTEM "{TRAP_URL}">',
    f'<!DOCTYPE r PUBLIC "-//X//X" "file://{SECRET_PATH}">',
    f'<!DOCTYPE r [<!ENTITY % p SYSTEM "file://{SECRET_PATH}"> %p;]>',
    "<!DOCTYPE r ["
    + '<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>",
    '<!DOCTYPE r [<!ENTITY x "' + "A" * 50_000 + '">]>',
    "<!doctype r>",
    "<!DOCTYPE r [<!ATTLIST r a CDATA #FIXED 'b'>]>",
)
_XINCLUDE = (
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" '
    f'href="file://{SECRET_PATH}"/>'
)


def doctype(rng: random.Random, content: bytes) -> bytes:
    declared = rng.choice(_EXTERNAL).encode()
    start = content.find(b"?>")
    place = start + 2 if start >= 0 else 0
    entity = rng.choice((b"&x;", b"&j;", b""))
    body = content[place:]
    middle = body.find(b"</", rng.randrange(len(body) + 1))
    body = body[:middle] + entity + body[middle:]
    if rng.random() < 0.3:
        declared = b"<!-- -->" * rng.choice((1, 9_000)) + declared
    return content[:place] + declared + body


def xinclude(rng: random.Random, content: bytes) -> bytes:
    place = content.find(b">", rng.randrange(len(content) + 1)) + 1
    return content[:place] + _XINCLUDE.encode() + content[place:]


def deep_elements(rng: random.Random, content: bytes) -> bytes:
    depth = rng.choice((100, 300, 20_000))
    place = content.rfind(b"</")
    closed = rng.random() < 0.7
    return content[:place] + b"<a>" * depth + (b"</a>" * depth if closed else b"") + content[place:]


def element_again(rng: random.Random, content: bytes) -> bytes:
    found = list(re.finditer(rb"<([\w:]+)[^<>/]*>[^<]*</\1>", content))
    if not found:
        return content
    match = rng.choice(found)
    times = rng.choice((0, 0, 2, 50))
    return content[: match.start()] + match.group() * times + content[match.end() :]


_TEXTS = (
    *(b"", b"-1", b"1e99", b"NaN", b"1,5", b"9" * 60, b"2026-13-01", b"&lt;x&gt;", b"&#0;", b" 5 "),
    *(b"<![CDATA[<x>]]>", "Å\u202e\u2028".encode(), b"&#xD800;", b"x" * 70_000, b"\x00"),
)


def element_text(rng: random.Random, content: bytes) -> bytes:
    found = list(re.finditer(rb">([^<>]+)<", content))
    if not found:
        return content
    match = rng.choice(found)
    text = rng.choice(_TEXTS)
    return content[: match.start(1)] + text + content[match.end(1) :]


def attribute_flood(rng: random.Random, content: bytes) -> bytes:
    place = content.find(b">", content.find(b"?>") + 2)
    many = b"".join(b' a%d="1"' % n for n in range(rng.choice((10, 5_000))))
    return content[:place] + rng.choice((many, b' xmlns="x"', b' a="1" a="2"')) + content[place:]


def declared_encoding(rng: random.Random, content: bytes) -> bytes:
    name = rng.choice((b"UTF-16", b"ISO-8859-1", b"UTF-7", b"EBCDIC-CP-SE", b"none", b"UTF-32"))
    changed = content.replace(b"UTF-8", name)
    if name == b"UTF-16" and rng.random() < 0.5:
        return changed.decode("utf-8", "replace").encode("utf-16")
    return changed


# --- JSON


def json_value(rng: random.Random, content: bytes) -> bytes:
    """One value, anywhere, replaced by another of any type."""
    try:
        loaded = json.loads(content)
    except ValueError:
        return _json_line(rng, content)
    return json.dumps(_replaced(rng, loaded), ensure_ascii=rng.random() < 0.5).encode(
        "utf-8", "surrogatepass"
    )


def _json_line(rng: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    place = rng.randrange(len(lines))
    try:
        loaded = json.loads(lines[place])
    except ValueError:
        return content
    lines[place] = json.dumps(_replaced(rng, loaded)).encode()
    return b"\n".join(lines)


def _replaced(rng: random.Random, value: object) -> object:
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        what = rng.random()
        if what < 0.1:
            return {k: v for k, v in value.items() if k != key}
        if what < 0.15:
            return {**value, "": 1, "\ud800": 2, "x" * 5_000: 3}
        return value | {key: _replaced(rng, value[key])}
    if isinstance(value, list) and value and rng.random() < 0.9:
        place = rng.randrange(len(value))
        if rng.random() < 0.1:
            return [*value, value[place], None]
        return [*value[:place], _replaced(rng, value[place]), *value[place + 1 :]]
    nested: object = 1
    for _ in range(60):
        nested = [nested]
    choices: tuple[object, ...] = (
        *(None, True, False, 0, -1, 10**30, 1.5, 1e300, "", "x", "\ud800", "\x00", "é" * 3_000),
        *(
            [],
            {},
            [[]],
            [{}],
            {"": {}},
            ["a", 1, None],
            {"a": [1]},
            nested,
            "2026-02-30",
            "-1302,03",
        ),
        float("nan"),
    )
    return rng.choice(choices)


def json_deep(rng: random.Random, content: bytes) -> bytes:
    depth = rng.choice((500, 900, 100_000))
    opened, closed = rng.choice(((b"[", b"]"), (b'{"a":', b"}")))
    whole = opened * depth + b"1" + closed * depth
    return rng.choice((whole, opened * depth, b"[" + content + b"," + whole + b"]"))


def json_wrapped(rng: random.Random, content: bytes) -> bytes:
    key = rng.choice((b"results", b"data", b"rows", b"x", b"value"))
    return b'{"' + key + b'": ' + content + b"}"


def json_numbers(rng: random.Random, content: bytes) -> bytes:
    number = rng.choice((b"1e999", b"-0", b"1" * 5_000, b"1E400", b"NaN", b"Infinity", b"01"))
    found = list(re.finditer(rb'"[^"]*"(?=[,}])', content))
    if not found:
        return content
    match = rng.choice(found)
    return content[: match.start()] + number + content[match.end() :]


# --- gzip and zip


@cache
def _zeros(size: int) -> bytes:
    return gzip.compress(b"0" * size, mtime=0)


def gzip_damage(rng: random.Random, content: bytes) -> bytes:
    inner = gzip.decompress(content)
    return rng.choice(
        (
            lambda: content[: rng.randrange(len(content) + 1)],
            lambda: content + rng.randbytes(50),
            lambda: content + content,
            lambda: content[:-8] + rng.randbytes(8),
            lambda: gzip.compress(content, mtime=0),
            lambda: _zeros(rng.choice((1_000_000, 30_000_000))),
            lambda: content[:3] + bytes([rng.randrange(256)]) + content[4:],
            lambda: gzip.compress(_any_bytes(rng, inner), mtime=0),
            lambda: zlib.compress(inner),
        )
    )()


def _any_bytes(rng: random.Random, content: bytes) -> bytes:
    mutate: Mutation = rng.choice(BYTE_MUTATIONS)
    return mutate(rng, content)


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(
    members: list[tuple[zipfile.ZipInfo | str, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, inner in members:
            archive.writestr(name, inner, compress_type=method)
    return stream.getvalue()


def zip_paths(rng: random.Random, content: bytes) -> bytes:
    names = (
        *("../../etc/evil.csv", "/etc/evil.csv", "..\\evil.csv", "C:\\evil.csv", "\\\\host\\x.csv"),
        *(
            "a/../../b.csv",
            "./fine.csv",
            "å/ä.csv",
            "x" * 60_000,
            "a" * 300,
            " ",
            "con",
            "a\nb.csv",
        ),
        *("~/.bashrc", "a/./b.csv", "a//b.csv", "file\u202egnp.csv", "$(x).csv", "d/"),
    )
    inner = list(_members(content).items())
    place = rng.randrange(len(inner))
    inner[place] = (rng.choice(names), inner[place][1])
    return _zip(list(inner))


def zip_links(rng: random.Random, content: bytes) -> bytes:
    link = zipfile.ZipInfo("link.csv")
    link.create_system = 3
    link.external_attr = 0o120777 << 16
    target = rng.choice((SECRET_PATH, "/etc/passwd", "../../../etc/passwd", "."))
    return _zip([(link, target.encode()), *_members(content).items()])


def zip_nested(rng: random.Random, content: bytes) -> bytes:
    inner = list(_members(content).items())
    depth = rng.choice((1, 2, 5))
    packed = content
    for _ in range(depth):
        packed = _zip([("inner.zip", packed)])
    more = rng.choice((packed, gzip.compress(inner[0][1]), b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"))
    return _zip([("nested", more), *inner])


def zip_bomb(rng: random.Random, content: bytes) -> bytes:
    size = rng.choice((300_000, 3_000_000))
    bomb = ("bomb.csv", b"0;" * (size // 2))
    method = rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    return _zip([*_members(content).items(), bomb], method)


def zip_many(rng: random.Random, content: bytes) -> bytes:
    inner = next(iter(_members(content).values()))
    count = rng.choice((3, 40))
    return _zip([(f"{n % 7}/{n}.csv", inner[: n * 100]) for n in range(count)])


def zip_same_names(rng: random.Random, content: bytes) -> bytes:
    return _zip([(zipfile.ZipInfo("same.csv"), inner) for inner in _members(content).values()])


_LENGTHS = (0, 1, 100, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE)


def zip_lies(rng: random.Random, content: bytes) -> bytes:
    """Another length, method, flag, offset or checksum than is true, here or there."""
    changed = bytearray(content)
    fields = {
        b"PK\x03\x04": ((6, "H"), (8, "H"), (14, "I"), (18, "I"), (22, "I"), (26, "H"), (28, "H")),
        b"PK\x01\x02": (
            *((8, "H"), (10, "H"), (16, "I"), (20, "I"), (24, "I"), (28, "H"), (30, "H")),
            *((32, "H"), (38, "I"), (42, "I")),
        ),
        b"PK\x05\x06": ((4, "H"), (8, "H"), (10, "H"), (12, "I"), (16, "I"), (20, "H")),
    }
    for _ in range(rng.choice((1, 1, 2, 4))):
        start = rng.choice(list(fields))
        places = [match.start() for match in re.finditer(re.escape(start), content)]
        if not places:
            continue
        offset, kind = rng.choice(fields[start])
        place = rng.choice(places) + offset
        value = rng.choice((*_LENGTHS, rng.randrange(1 << 16)))
        packed = struct.pack("<" + kind, value & (0xFFFF if kind == "H" else 0xFFFFFFFF))
        changed[place : place + len(packed)] = packed
    return bytes(changed)


def zip_member_damage(rng: random.Random, content: bytes) -> bytes:
    inner = list(_members(content).items())
    place = rng.randrange(len(inner))
    inner[place] = (inner[place][0], _any_bytes(rng, inner[place][1]))
    return _zip(list(inner), rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))


# --- Workbooks and Parquet


def workbook_part_lost(rng: random.Random, content: bytes) -> bytes:
    inner = list(_members(content).items())
    for _ in range(rng.choice((1, 1, 3))):
        del inner[rng.randrange(len(inner))]
    return _zip(list(inner))


def workbook_part_damaged(rng: random.Random, content: bytes) -> bytes:
    inner = list(_members(content).items())
    place = rng.randrange(len(inner))
    name, part = inner[place]
    mutate: Mutation = rng.choice(
        (*BYTE_MUTATIONS, doctype, xinclude, element_text, element_again, deep_elements)
    )
    inner[place] = (name, mutate(rng, part))
    return _zip(list(inner))


def workbook_cells(rng: random.Random, content: bytes) -> bytes:
    members = _members(content)
    name = "xl/worksheets/sheet1.xml"
    sheet = members.get(name, b"")
    swaps: tuple[tuple[bytes, bytes], ...] = (
        (rb'r="A2"', rng.choice((b'r="XFD1048576"', b'r="ZZZZZ99999999999"', b'r=""', b'r="A0"'))),
        (rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"'),
        (rb'<row r="3"', rng.choice((b'<row r="1048576"', b'<row r="4294967296"', b'<row r="-1"'))),
        (
            rb"<v>[0-9.]+</v>",
            rng.choice((b"<v>999999999</v>", b"<v>-1</v>", b"<v>1e400</v>", b"<v/>")),
        ),
        (
            rb't="s"',
            rng.choice((b't="d"', b't="b"', b't="e"', b't="str"', b't="inlineStr"', b't="x"')),
        ),
        (rb"<sheetData>", b"<sheetData>" + b'<row r="1"/>' * rng.choice((1, 3_000))),
    )
    pattern, by = rng.choice(swaps)
    members[name] = re.sub(pattern, by, sheet, count=rng.choice((0, 1)))
    return _zip(list(members.items()))


def workbook_bomb(rng: random.Random, content: bytes) -> bytes:
    members = _members(content)
    size = rng.choice((200_000, 2_000_000))
    strings = b"<sst><si><t>" + b"0" * size + b"</t></si></sst>"
    members[rng.choice(("xl/sharedStrings.xml", "xl/media/image1.png"))] = strings
    return _zip(list(members.items()))


def parquet_footer(rng: random.Random, content: bytes) -> bytes:
    (length,) = struct.unpack("<I", content[-8:-4])
    what = rng.randrange(4)
    if what == 0:
        told = rng.choice((*_LENGTHS, length - 1, length + 1, len(content)))
        return content[:-8] + struct.pack("<I", told & 0xFFFFFFFF) + content[-4:]
    start = max(0, len(content) - 8 - length)
    footer = bytearray(content[start:-8])
    for _ in range(rng.choice((1, 1, 3, 20)) if footer else 0):
        footer[rng.randrange(len(footer))] = rng.randrange(256)
    if what == 1 and len(footer) > 2:
        at = rng.randrange(len(footer))
        del footer[at : at + rng.choice((1, 3, 50))]
        return content[:start] + bytes(footer) + struct.pack("<I", len(footer)) + content[-4:]
    return content[:start] + bytes(footer) + content[-8:]


def parquet_pages(rng: random.Random, content: bytes) -> bytes:
    (length,) = struct.unpack("<I", content[-8:-4])
    end = max(5, len(content) - 8 - length)
    changed = bytearray(content)
    for _ in range(rng.choice((1, 3, 30))):
        changed[rng.randrange(4, end)] = rng.randrange(256)
    return bytes(changed)


#: By kind of seed; tried as often as all byte-level mutations together.
FORMAT_MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "text": (many_columns, header_again, columns_again, title_above, quoted_line_ends),
    "xml": (
        *(doctype, doctype, xinclude, deep_elements, element_again, element_again, element_text),
        *(element_text, attribute_flood, declared_encoding),
    ),
    "json": (json_value, json_value, json_value, json_deep, json_wrapped, json_numbers),
    "gzip": (gzip_damage,),
    "zip": (
        *(zip_paths, zip_links, zip_nested, zip_bomb, zip_many, zip_same_names, zip_lies, zip_lies),
        *(zip_member_damage, zip_member_damage),
    ),
    "xlsx": (
        *(workbook_part_lost, workbook_part_damaged, workbook_part_damaged, workbook_cells),
        *(workbook_cells, workbook_bomb, zip_lies),
    ),
    "parquet": (parquet_footer, parquet_footer, parquet_pages, parquet_pages),
}
