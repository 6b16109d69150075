"""What may happen to any file's bytes on the way, and what a hostile hand would do to them."""

import random
from collections.abc import Callable

Mutation = Callable[[random.Random, bytes], bytes]

#: Larger pieces would make the loop slow and find nothing that these do not.
HUGE = 300_000
_TOKENS = (
    *(
        b'"',
        b'""',
        b'"""',
        b"';",
        b";",
        b",",
        b"\t",
        b"|",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\r\r\n",
    ),
    *(b"\x00", b"\x1a", b"\x1e", b"\x1f", b"\x0b", b"\x0c", b"\x7f", b"\x85", b"\xa0", b"\xad"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", b"\xc3", b"\xe5", b"\xf6"),
    "\u2028\u2029\u0085".encode(),
    "\u202e\u2066".encode(),
    "\U0010f000\U0010f0ff".encode(),
    "\ufeff\u200b\u00ad".encode(),
    "−1 234,56".encode(),
    "1\u202f234.5".encode(),
    "e\u0301\u0308".encode(),
    b"\xed\xa0\x80",  # half of a surrogate pair
    b"\xc0\x80",
    b"\xf4\x90\x80\x80",
    *(b"=cmd|' /C calc'!A0", b"@SUM(A1)", b"-1+1", b"NaN", b"-inf", b"1e309", b"0x1F", b"1.234"),
    *(b"9" * 40, b"-" + b"9" * 20, b"0000-00-00", b"2026-02-30", b"99999999", b"1000000000000000"),
    *(
        b"null",
        b"true",
        b"*",
        b"-",
        b"[",
        b"{",
        b"<",
        b"]]>",
        b"&amp;",
        b"${jndi:x}",
        b"%s%n",
        b"\\",
    ),
    *(b"sep=;\n", b"PAR1", b"PK\x03\x04", b"\x1f\x8b", b"%PDF-"),
)
_CODECS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp437", "cp500", "mac-roman")


def _span(rng: random.Random, content: bytes, longest: int = 400) -> tuple[int, int]:
    start = rng.randrange(len(content) + 1)
    return start, min(len(content), start + rng.randint(1, longest))


def cut(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def cut_the_start(rng: random.Random, content: bytes) -> bytes:
    return content[rng.randrange(len(content) + 1) :]


def flip_bits(rng: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 5, 30)) if changed else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def duplicate_a_slice(rng: random.Random, content: bytes) -> bytes:
    start, end = _span(rng, content)
    times = rng.choice((1, 1, 2, 20))
    return content[:end] + content[start:end] * times + content[end:]


def delete_a_slice(rng: random.Random, content: bytes) -> bytes:
    start, end = _span(rng, content)
    return content[:start] + content[end:]


def swap_slices(rng: random.Random, content: bytes) -> bytes:
    first, second = sorted((_span(rng, content, 80), _span(rng, content, 80)))
    (a, b), (c, d) = first, second
    if b > c:
        return content[c:] + content[:c]
    return content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:]


def insert_tokens(rng: random.Random, content: bytes) -> bytes:
    for _ in range(rng.choice((1, 1, 3, 10))):
        place = rng.randrange(len(content) + 1)
        content = content[:place] + rng.choice(_TOKENS) + content[place:]
    return content


def insert_noise(rng: random.Random, content: bytes) -> bytes:
    place = rng.randrange(len(content) + 1)
    return content[:place] + rng.randbytes(rng.choice((1, 4, 64, 1000))) + content[place:]


def insert_bom(rng: random.Random, content: bytes) -> bytes:
    bom = rng.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"+/v8-"))
    return bom * rng.choice((1, 1, 2)) + content


def recode(rng: random.Random, content: bytes) -> bytes:
    text = content.decode(rng.choice(("utf-8", "cp1252", "latin-1")), "replace")
    return text.encode(rng.choice(_CODECS), "replace")


def mix_encodings(rng: random.Random, content: bytes) -> bytes:
    place = rng.randrange(len(content) + 1)
    rest = content[place:].decode("utf-8", "replace")
    return content[:place] + rest.encode(rng.choice(("cp1252", "utf-16-le", "cp437")), "replace")


def mix_newlines(rng: random.Random, content: bytes) -> bytes:
    ends = (b"\n", b"\r", b"\r\n", b"\r\r\n", b"\n\r")
    return b"".join(line + rng.choice(ends) for line in content.splitlines())


def change_newlines(rng: random.Random, content: bytes) -> bytes:
    return rng.choice((b"\r", b"\r\n", b"\n\n", b"\x85", b"\x00")).join(content.split(b"\n"))


def flood(rng: random.Random, content: bytes) -> bytes:
    place = rng.randrange(len(content) + 1)
    what = rng.choice(
        (b";", b",", b'"', b"\n", b"\r", b"\x00", b"a", b" ", b"<", b"[", b"9", b"\xe5")
    )
    return content[:place] + what * rng.choice((50, 3000, HUGE)) + content[place:]


def nest_quotes(rng: random.Random, content: bytes) -> bytes:
    start, end = _span(rng, content)
    depth = rng.choice((1, 2, 3, 8))
    return (
        content[:start]
        + b'"' * depth
        + content[start:end]
        + b'"' * rng.choice((0, depth, depth + 1))
        + content[end:]
    )


def replace_a_byte_everywhere(rng: random.Random, content: bytes) -> bytes:
    if not content:
        return content
    old = content[rng.randrange(len(content))]
    return content.replace(
        bytes([old]), rng.choice((b"", b";", b'"', b"\n", b"\x00", b"\xff", b"  "))
    )


def lower_or_upper(rng: random.Random, content: bytes) -> bytes:
    return content.upper() if rng.random() < 0.5 else content.lower()


def repeat_the_file(rng: random.Random, content: bytes) -> bytes:
    return content * rng.choice((2, 3))


def nothing_left(rng: random.Random, content: bytes) -> bytes:
    return rng.choice((b"", b"\n", b"\xef\xbb\xbf", b"\x00" * 100, b" " * 100, b"\xff\xfe"))


#: The common ones are named several times.
BYTE_MUTATIONS: tuple[Mutation, ...] = (
    *(cut, cut, flip_bits, flip_bits, flip_bits, duplicate_a_slice, duplicate_a_slice),
    *(delete_a_slice, delete_a_slice, swap_slices, insert_tokens, insert_tokens, insert_tokens),
    *(insert_noise, insert_bom, recode, mix_encodings, mix_newlines, change_newlines, flood),
    *(nest_quotes, nest_quotes, replace_a_byte_everywhere, lower_or_upper, repeat_the_file),
    *(cut_the_start, nothing_left),
)
