"""XML from strangers: no document type, no entities, no network, no more than a set size.

Senders also get the first line wrong: a declaration that names another encoding than the bytes are
in, or that does not stand first. That is mended here, for the text itself is whole.
"""

import codecs
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from lxml import etree

from screening.sources.delivery import UnreadableFileError

#: Larger than any invoice with its attachments: access points take no more than 100 MB.
LARGEST_XML_BYTES = 128 << 20
#: From here on libxml2 must be told to go beyond its own limits (attachments are long texts).
_LARGE_XML_BYTES = 8 << 20
#: A larger file may bring so many names of its own that they must be forgotten after it.
_FORGOTTEN_BYTES = 256 << 10
#: Elements and attributes that a large file may have. Each costs memory, however short it is.
_MOST_NODES = 3_000_000
# Atomic groups: a file of nothing but comments may not cost more than one look at each byte.
_PROLOG_DOCTYPE = re.compile(
    rb"\A(?>[^<]*+(?><\?.*?\?>|<!--.*?-->))*+[^<]*+<!DOCTYPE", re.DOTALL | re.IGNORECASE
)
_DECLARED = re.compile(rb"\A<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WHITE = b" \t\r\n"


def file_content(path: Path) -> bytes:
    """The bytes of an XML file.

    Raises:
        UnreadableFileError: ``xml_too_large``; the file is then not read.
    """
    with path.open("rb", buffering=0) as stream:
        if os.fstat(stream.fileno()).st_size > LARGEST_XML_BYTES:
            raise UnreadableFileError("xml_too_large")
        return stream.readall()


def parse_safely(content: bytes) -> etree._Element:
    """The root of an XML document, without comments, processing instructions and blank texts.

    Raises:
        UnreadableFileError: ``xml_too_large``, ``xml_forbidden`` (a DOCTYPE), ``xml_malformed``.
    """
    content = _tidy(content)
    is_large = len(content) > _LARGE_XML_BYTES
    if len(content) > LARGEST_XML_BYTES or (is_large and _nodes(content) > _MOST_NODES):
        raise UnreadableFileError("xml_too_large")
    # Without NULs, UTF-16 looks like ASCII here.
    ascii_like = content.replace(b"\x00", b"") if b"\x00" in content[:4] else content
    if b"<!" in ascii_like and _PROLOG_DOCTYPE.match(ascii_like):
        raise UnreadableFileError("xml_forbidden")
    problem: Exception | None = None
    for encoding in _encodings(content):
        try:
            root = _parsed(content, encoding)
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:
            problem = problem or error
            continue
        # In an encoding that hides its ASCII, only the parser sees a document type.
        if root.getroottree().docinfo.internalDTD is not None:
            raise UnreadableFileError("xml_forbidden")
        return root
    raise UnreadableFileError("xml_malformed") from problem


def _tidy(content: bytes) -> bytes:
    """Without what stands before the first tag and what old systems put after the last."""
    if content[:1] in _WHITE and content[:1]:
        content = content.lstrip(_WHITE)
    if content.startswith(codecs.BOM_UTF8):
        content = content[3:].lstrip(_WHITE)
    if content[-1:] in (b"\x00", b"\x1a") and b"\x00" not in content[:4]:
        content = content.rstrip(b"\x00\x1a")
    return content


def _nodes(content: bytes) -> int:
    return content.count(b"<") + content.count(b"=")


def _encodings(content: bytes) -> Iterator[str | None]:
    """How to read the bytes, likeliest first; None is what the document itself says."""
    declared = _DECLARED.match(content)
    label = declared[1].lower() if declared else b"utf-8"
    # A file that an XML library wrote in UTF-8, as nearly all are, is settled at once.
    is_wide = content.startswith(_WIDE_BOMS) or b"\x00" in content[:4]
    if label == b"utf-8" or is_wide:
        yield None
    if is_wide:
        yield "utf-16le" if content[1:2] == b"\x00" else "utf-16be"
        return
    if _is_utf8(content):
        # Nobody writes text in Latin-1 that is UTF-8 by chance; many declare the one and write
        # the other. A declared UTF-16 with single bytes is .NET's way of saying UTF-8.
        if label != b"utf-8":
            yield "utf-8"
        return
    if label != b"utf-8":
        yield None
    yield "windows-1252"
    yield "iso-8859-1"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _parsed(content: bytes, encoding: str | None) -> etree._Element:
    if len(content) <= _FORGOTTEN_BYTES:
        return etree.fromstring(content, _known_parser(encoding))
    # libxml2 keeps every name that it ever saw, for as long as the thread and its parser live.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: etree.fromstring(content, _parser(encoding, content))).result()


@lru_cache(maxsize=16)
def _known_parser(encoding: str | None) -> etree.XMLParser:
    return _parser(encoding, b"")


def _parser(encoding: str | None, content: bytes) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
        # Attachments can be longer than libxml2's limit for one text.
        huge_tree=len(content) > _LARGE_XML_BYTES,
    )
