"""The network of a supplier in the terminal."""

from typing import Any

from screening import terminal
from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.reports.network import Network


def when(tie: dict[str, Any], language: Language) -> str:
    """From when to when a tie holds, as far as it is known."""
    start, end = tie["from_date"], tie["to_date"]
    if start and end:
        return text("network.between", language, start=start, end=end)
    if end:
        return text("network.until", language, day=end)
    return text("network.since", language, day=start) if start else "–"


def _what(tie: dict[str, Any], language: Language) -> str:
    said = text(f"network.tie_{tie['kind']}", language)
    if tie["role"]:
        said += f" ({', '.join(tie['role'])})"
    if tie["share_percent"] is not None:
        said += f" {written.number(tie['share_percent'], language, 1)} %"
    return said


def owner_table(network: Network, language: Language) -> list[list[str]]:
    """Rows of the table of owners: owner, share, steps, way, evidence."""
    told = text("network.told", language)
    return [
        [
            owner["owner"],
            owner["share"],
            told if owner["steps"] is None else str(owner["steps"]),
            " → ".join(owner["way"]) or "–",
            ", ".join(owner["evidence"]) or "–",
        ]
        for owner in network.owners
    ]


def tie_table(network: Network, language: Language) -> list[list[str]]:
    """Rows of the table of ties; unusual ones are marked."""
    nodes = {node["id"]: node for node in network.nodes}
    rows = []
    for tie in network.ties:
        one, two = nodes[tie["source"]], nodes[tie["target"]]
        thing = one if one["kind"] not in ("company", "other_owner") else two
        shared = thing["sharing"] if thing["kind"] != "company" else None
        strength = tie["strength"] if (shared or 0) > 1 else None
        rows.append(
            [
                f"{'● ' if tie['is_unusual'] else '  '}{one['label']}",
                _what(tie, language),
                two["label"],
                when(tie, language),
                "–" if shared is None else str(shared),
                "–" if strength is None else written.number(strength, language, 2),
                ", ".join(tie["evidence"]) or "–",
            ]
        )
    return rows


def _columns(names: tuple[str, ...], language: Language) -> list[str]:
    return [text(f"network.col_{name}", language) for name in names]


def show_network(network: Network, language: Language) -> None:
    """First the answer, then why, then who is behind, then every tie with its rows."""
    terminal.heading(network.answer)
    for sentence in (*network.reasons, *network.remarks):
        terminal.say(f"  – {sentence}")
    if network.owners:
        terminal.heading(text("network.owners", language))
        headings = _columns(("owner", "share", "steps", "way", "evidence"), language)
        terminal.show_table(headings, owner_table(network, language))
    if network.ties:
        terminal.heading(text("network.ties", language))
        names = ("from", "tie", "to", "when", "sharing", "strength", "evidence")
        terminal.show_table(_columns(names, language), tie_table(network, language))
