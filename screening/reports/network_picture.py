"""The network of a supplier as one SVG picture, read from left to right.

Columns are distances: the supplier, what it has, the companies that have it too, what these have.
Every node has its name beside it, and its kind is told by shape as well as by colour. A tie that is
no part of the tree from the supplier is drawn as a curve of its own. The picture needs no script,
font or other file, and is on white, to be printed.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from screening.messages import Language, text
from screening.reports.network import Network
from screening.reports.network_files import readable_text

#: Nodes drawn; the table and the files have all.
MOST_DRAWN = 120

_COLUMN, _ROW, _LEFT, _TOP, _NAME = 290, 36, 28, 112, 34
_SHAPES = {
    "company": ("#1d4e89", Markup('<rect x="-8" y="-8" width="16" height="16" rx="3"/>')),
    "other_owner": ("#5b6c7d", Markup('<rect x="-8" y="-8" width="16" height="16" rx="8"/>')),
    "person": ("#7a3e9d", Markup('<circle r="8"/>')),
    "staff": ("#b3261e", Markup('<circle r="8"/><circle r="3.5" fill="#fff" stroke="none"/>')),
    "door": ("#3d7a3a", Markup('<path d="M-8 8V-1L0 -9L8 -1V8Z"/>')),
    "box": ("#3d7a3a", Markup('<path d="M-9 -6H9V6H-9ZM-9 -6L0 1L9 -6" fill-rule="evenodd"/>')),
    "care_of": ("#3d7a3a", Markup('<path d="M-9 -6H9V6H-9ZM-9 -6L0 1L9 -6" fill-rule="evenodd"/>')),
    "account": ("#8a5a00", Markup('<path d="M0 -9L9 0L0 9L-9 0Z"/>')),
    "phone": ("#00707a", Markup('<path d="M-5 -9H5V9H-5Z"/>')),
    "domain": ("#00707a", Markup('<path d="M-9 -6L9 0L-9 6Z"/>')),
}
_UNUSUAL, _ORDINARY, _PAST = "#d35400", "#8d99a6", "#b9c1c9"

_STYLE = Markup("""
text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;fill:#1c2329}
.name{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}
.centre{font-weight:700}.small{font-size:11px;fill:#55616c}.title{font-size:20px;font-weight:700}
.tie{fill:none}.node{stroke:#fff;stroke-width:1.5}
""")


@dataclass(frozen=True)
class _Place:
    x: float
    y: float
    depth: int
    leads_on: bool


def _neighbours(network: Network) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    near: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for tie in network.ties:
        near[tie["source"]].append((tie["target"], tie))
        near[tie["target"]].append((tie["source"], tie))
    for each in near.values():
        each.sort(
            key=lambda pair: (
                not pair[1]["is_unusual"], not pair[1]["is_current"],
                -(pair[1]["strength"] or 0.0), int(pair[0][1:]),
            )
        )  # fmt: skip
    return near


def _tree(network: Network, centre: str) -> tuple[dict[str, list[str]], list[str]]:
    """Who is drawn behind whom: children of each node; nodes in the order in which they are met."""
    near = _neighbours(network)
    children: dict[str, list[str]] = defaultdict(list)
    met, order = {centre}, [centre]
    for node in order:
        for other, _ in near[node]:
            if other not in met and len(order) < MOST_DRAWN:
                met.add(other)
                order.append(other)
                children[node].append(other)
    return children, order


def _places(children: dict[str, list[str]], order: list[str]) -> dict[str, _Place]:
    """Each node at its column; leaves get rows of their own, others stand amid what is behind."""
    depth = {order[0]: 0}
    for node in order:
        depth |= dict.fromkeys(children[node], depth[node] + 1)
    rows: dict[str, float] = {}
    next_row = 0
    pending = [(order[0], False)]
    while pending:
        node, is_done = pending.pop()
        behind = children[node]
        if not behind:
            rows[node] = next_row
            next_row += 1
        elif is_done:
            rows[node] = (rows[behind[0]] + rows[behind[-1]]) / 2
        else:
            pending.append((node, True))
            pending += [(child, False) for child in reversed(behind)]
    return {
        node: _Place(
            _LEFT + depth[node] * _COLUMN,
            _TOP + _NAME + rows[node] * _ROW,
            depth[node],
            bool(children[node]),
        )
        for node in order
    }


def _curve(start: _Place, end: _Place) -> str:
    if start.depth > end.depth:
        start, end = end, start
    if start.depth == end.depth:
        bulge = start.x - 26 - min(60.0, abs(end.y - start.y) / 6)
        return (
            f"M{start.x:.1f} {start.y:.1f}C{bulge:.1f} {start.y:.1f} "
            f"{bulge:.1f} {end.y:.1f} {end.x:.1f} {end.y:.1f}"
        )
    bend = end.x - 70
    return (
        f"M{start.x:.1f} {start.y:.1f}C{max(start.x + 90, bend - 60):.1f} {start.y:.1f} "
        f"{bend:.1f} {end.y:.1f} {end.x:.1f} {end.y:.1f}"
    )


def _tie(tie: dict[str, Any], start: _Place, end: _Place, words: str) -> Markup:
    colour = _UNUSUAL if tie["is_unusual"] else _ORDINARY if tie["is_current"] else _PAST
    width = 2.6 if tie["is_unusual"] else 1.3
    dash = "none" if tie["is_current"] else "5 4"
    return Markup(
        '<path class="tie" d="{}" stroke="{}" stroke-width="{}" stroke-dasharray="{}">'
        "<title>{}</title></path>"
    ).format(_curve(start, end), colour, width, dash, words)


def _short(label: str, most: int = 32) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def _node(node: dict[str, Any], place: _Place, language: Language) -> Markup:
    colour, shape = _SHAPES[node["kind"]]
    below = []
    if node["sharing"] and node["sharing"] > 1:
        below.append(text("network.shared_by", language, count=node["sharing"]))
    if node["is_supplier"] and not node["is_centre"]:
        below.append(text("network.supplier", language))
    # Where a line goes on to the right, the name stands above it.
    lift, drop = (-7, 17) if place.leads_on else (-3 if below else 4, 10)
    name = Markup('<text class="name{}" x="14" y="{}">{}</text>').format(
        " centre" if node["is_centre"] else "", lift, _short(node["label"])
    )
    small = Markup('<text class="name small" x="14" y="{}">{}</text>').format(
        drop, ", ".join(below)
    )
    whole = f"{node['label']} ({text('network.kind_' + node['kind'], language)})"
    return Markup(
        '<g transform="translate({} {})"><g class="node" fill="{}">{}</g>{}{}<title>{}</title></g>'
    ).format(
        round(place.x, 1), round(place.y, 1), colour, shape, name,
        small if below else "", whole,
    )  # fmt: skip


def _legend(network: Network, language: Language) -> Markup:
    """What shapes and lines mean, of those that are drawn."""
    parts, x = [], float(_LEFT)
    for kind in [each for each in _SHAPES if any(n["kind"] == each for n in network.nodes)]:
        colour, shape = _SHAPES[kind]
        words = text(f"network.kind_{kind}", language)
        parts.append(
            Markup(
                '<g transform="translate({} 84)"><g class="node" fill="{}">{}</g>'
                '<text class="small" x="13" y="4">{}</text></g>'
            ).format(round(x, 1), colour, shape, words)
        )
        x += 34 + 6.6 * len(words)
    lines = (("unusual", _UNUSUAL, 2.6, "none"), ("ordinary", _ORDINARY, 1.3, "none"))
    for name, colour, width, dash in (*lines, ("past", _PAST, 1.3, "5 4")):
        words = text(f"network.legend_{name}", language)
        parts.append(
            Markup(
                '<g transform="translate({} 84)"><path class="tie" d="M-6 0H22" stroke="{}"'
                ' stroke-width="{}" stroke-dasharray="{}"/>'
                '<text class="small" x="28" y="4">{}</text></g>'
            ).format(round(x, 1), colour, width, dash, words)
        )
        x += 50 + 6.6 * len(words)
    return Markup("").join(parts)


def _words(tie: dict[str, Any], names: dict[str, str], language: Language) -> str:
    told = text(f"network.tie_{tie['kind']}", language)
    return f"{names[tie['source']]} – {told} – {names[tie['target']]}"


def picture(network: Network, language: Language) -> str:
    """The network as an SVG document.

    At most ``MOST_DRAWN`` nodes are drawn, the nearest and least usual first; how many are not is
    written below.
    """
    nodes = {node["id"]: node for node in network.nodes}
    names = {node["id"]: node["label"] for node in network.nodes}
    centre = next(node["id"] for node in network.nodes if node["is_centre"])
    children, order = _tree(network, centre)
    places = _places(children, order)
    ties = [tie for tie in network.ties if {tie["source"], tie["target"]} <= places.keys()]
    # What matters is drawn last, on top.
    ties.sort(key=lambda tie: (tie["is_unusual"], tie["is_current"]))
    bottom = max(place.y for place in places.values())
    left_out = len(nodes) - len(order)
    more = text("network.more_nodes", language, count=left_out) if left_out else ""
    height = round(bottom + (60 if more else 34))
    width = round(max(max(place.x for place in places.values()) + 270, 980))
    title = text("network.picture_title", language, name=network.name)
    about = text(
        "network.picture_about", language, nodes=len(order), ties=len(ties), steps=network.steps
    )
    drawn = [
        _tie(tie, places[tie["source"]], places[tie["target"]], _words(tie, names, language))
        for tie in ties
    ]
    drawn += [_node(nodes[each], places[each], language) for each in order]
    drawing = str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
            ' height="{height}" role="img" aria-labelledby="t d"><title id="t">{title}</title>'
            '<desc id="d">{about}</desc><style>{style}</style>'
            '<rect width="{width}" height="{height}" fill="#fff"/>'
            '<text class="title" x="{left}" y="36">{title}</text>'
            '<text class="small" x="{left}" y="58">{answer}</text>{legend}{drawn}'
            '<text class="small" x="{left}" y="{end}">{more}</text></svg>\n'
        ).format(
            width=width, height=height, title=title, about=about, style=_STYLE, left=_LEFT,
            answer=escape(network.answer), legend=_legend(network, language),
            drawn=Markup("").join(drawn), end=height - 16, more=more,
        )
    )  # fmt: skip
    return readable_text(drawing)
