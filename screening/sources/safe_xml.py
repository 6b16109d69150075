"""XML from strangers: no document type, no entities, no network, no more than a set size."""

import re
from pathlib import Path

from lxml import etree

from screening.sources.delivery import UnreadableFileError

#: Larger than any invoice with its attachments.
LARGEST_XML_BYTES = 64 << 20
_LARGE_XML_BYTES = 8 << 20
# Atomic groups: a file of nothing but comments may not cost more than one look at each byte.
_PROLOG_DOCTYPE = re.compile(
    rb"\A(?>[^<]*+(?><\?.*?\?>|<!--.*?-->))*+[^<]*+<!DOCTYPE", re.DOTALL | re.IGNORECASE
)


def parse_safely(path: Path) -> etree._Element:
    """The root of an XML file read without DTD, entities of its own, or network.

    Raises:
        UnreadableFileError: ``xml_too_large``, ``xml_forbidden`` (a DOCTYPE), ``xml_malformed``.
    """
    if path.stat().st_size > LARGEST_XML_BYTES:
        raise UnreadableFileError("xml_too_large")
    content = path.read_bytes()
    # Without NULs, UTF-16 looks like ASCII here.
    if _PROLOG_DOCTYPE.match(content.replace(b"\x00", b"")[:65_536]):
        raise UnreadableFileError("xml_forbidden")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
        # Attachments can be longer than libxml2's limit for one text.
        huge_tree=len(content) > _LARGE_XML_BYTES,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise UnreadableFileError("xml_malformed") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFileError("xml_forbidden")
    return root
