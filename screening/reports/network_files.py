"""The network of a supplier as a file for graph programs: GraphML."""

from pathlib import Path
from typing import Any
from unicodedata import category

from lxml import etree

from screening.reports.network import Network

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_NODE_FIELDS = {
    "label": "string", "kind": "string", "orgnr": "string", "step": "int", "sharing": "int",
    "strength": "double", "is_unusual": "boolean", "is_supplier": "boolean",
    "is_staff": "boolean", "is_centre": "boolean",
}  # fmt: skip
_TIE_FIELDS = {
    "kind": "string", "role": "string", "share_percent": "double", "from_date": "string",
    "to_date": "string", "is_current": "boolean", "strength": "double", "is_unusual": "boolean",
    "confidence": "double", "evidence": "string",
}  # fmt: skip


def readable_text(written: str) -> str:
    """Without control characters, which XML cannot hold, and marks of direction."""
    return "".join(sign for sign in written if sign == "\n" or category(sign)[0] != "C")


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "; ".join(str(each) for each in value)
    return readable_text(str(value))


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_NAMESPACE}}}{tag}", attributes)


def _data(parent: etree._Element, fields: dict[str, str], prefix: str, row: dict[str, Any]) -> None:
    for field in fields:
        value = row[field]
        if value is not None and value != []:
            _add(parent, "data", key=f"{prefix}_{field}").text = _written(value)


def graphml(network: Network) -> bytes:
    """The network in GraphML 1.0, for Gephi, yEd, Cytoscape or networkx."""
    root = etree.Element(f"{{{_NAMESPACE}}}graphml", nsmap={None: _NAMESPACE})  # type: ignore[dict-item]
    for prefix, scope, fields in (("node", "node", _NODE_FIELDS), ("tie", "edge", _TIE_FIELDS)):
        for field, kind in fields.items():
            _add(
                root, "key", id=f"{prefix}_{field}",
                **{"for": scope, "attr.name": field, "attr.type": kind},
            )  # fmt: skip
    graph = _add(root, "graph", id="network", edgedefault="directed")
    for node in network.nodes:
        _data(_add(graph, "node", id=node["id"]), _NODE_FIELDS, "node", node)
    for number, tie in enumerate(network.ties, 1):
        edge = _add(graph, "edge", id=f"t{number}", source=tie["source"], target=tie["target"])
        _data(edge, _TIE_FIELDS, "tie", tie)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def write_file(path: Path, content: bytes) -> None:
    """Write beside, then move into place: a file is never half.

    Raises:
        OSError: the folder is not there, or may not be written.
    """
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(content)
    beside.replace(path)
