"""The picture of a network of any size stays a readable picture."""

from itertools import pairwise

from lxml import etree

from screening.reports.network import Network
from screening.reports.network_files import graphml
from screening.reports.network_picture import MOST_DRAWN, picture
from screening.reports.network_rows import share_in_words

SVG = "{http://www.w3.org/2000/svg}"


def _node(number, kind="company", **more):
    return {
        "id": f"n{number}", "kind": kind, "label": f"Nod {number}", "orgnr": None, "step": 1,
        "sharing": None, "strength": None, "is_unusual": False, "is_supplier": False,
        "is_staff": False, "is_centre": number == 1,
    } | more  # fmt: skip


def _tie(source, target, **more):
    return {
        "source": f"n{source}", "target": f"n{target}", "kind": "owner", "role": [],
        "share_percent": None, "from_date": None, "to_date": None, "is_current": True,
        "strength": None, "is_unusual": False, "confidence": 1.0, "evidence": [],
    } | more  # fmt: skip


def _network(nodes, ties):
    return Network("Alfa AB", "Svar.", (), (), (), tuple(nodes), tuple(ties), 2)


def _drawn(network):
    return etree.fromstring(picture(network, "sv").encode())


def test_a_hub_is_drawn_in_part_and_the_rest_is_counted():
    nodes = [_node(number) for number in range(1, 1001)]
    root = _drawn(_network(nodes, [_tie(1, number) for number in range(2, 1001)]))
    assert len(root.findall(f"{SVG}g[@transform]")) >= MOST_DRAWN
    words = " ".join(each.text or "" for each in root.iter(f"{SVG}text"))
    assert f"+ {1000 - MOST_DRAWN} till" in words


def test_names_never_lie_on_each_other():
    nodes = [_node(number) for number in range(1, 41)]
    ties = [_tie(1 + (number - 2) // 3, number) for number in range(2, 41)]
    root = _drawn(_network(nodes, ties))
    places = [
        tuple(map(float, each.get("transform")[10:-1].split()))
        for each in root.findall(f"{SVG}g[@transform]")
        if each.find(f"{SVG}title") is not None
    ]
    assert len(places) == 40
    by_column: dict[float, list[float]] = {}
    for x, y in places:
        by_column.setdefault(x, []).append(y)
    for ys in by_column.values():
        ordered = sorted(ys)
        assert all(after - before >= 30 for before, after in pairwise(ordered))


def test_a_loop_and_a_supplier_alone_can_be_drawn():
    loop = _drawn(_network([_node(1), _node(2), _node(3)], [_tie(1, 2), _tie(2, 3), _tie(3, 1)]))
    assert len([each for each in loop.iter(f"{SVG}path") if each.get("class") == "tie"]) >= 3
    assert len(list(_drawn(_network([_node(1)], [])).iter(f"{SVG}text"))) >= 2


def test_hostile_names_stay_text():
    name = '</text><script>alert(1)</script>&\x00\x1b "'
    network = _network([_node(1, label=name), _node(2)], [_tie(1, 2)])
    assert not list(_drawn(network).iter(f"{SVG}script"))
    root = etree.fromstring(graphml(network))
    assert "<script>" in "".join(root.itertext())


def test_shares_in_words():
    assert share_in_words(25.0, 25.0, "en") == "25.0 %"
    assert share_in_words(25.0, 50.0, "en") == "25.0–50.0 %"
    assert share_in_words(None, 40.0, "en") == "unknown, at most 40.0 %"
