"""What ties a supplier to others, as a person, a program and a graph tool get it."""

import json

import pytest
from lxml import etree
from typer.testing import CliRunner

from screening.cli import app
from tests.end_to_end.small_inbox import Town, company, only_rules, person

ALFA, BETA, GAMMA, HOLD, FAR = (company(number) for number in range(1, 6))
ANNA, BO = person("19700101", 1), person("19800202", 2)
NAMES = ("Anna Ahl", "Bo Berg")
SVG = "{http://www.w3.org/2000/svg}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Town:
    """Anna owns Alfa through a holding company, and Beta; Beta and Gamma share an account.

    Alfa and its holding company own each other; an auditor's box has thirty companies.
    """
    folder = tmp_path_factory.mktemp("town")
    town = Town(folder, only_rules(folder / "rules", "ownership/027", "ownership/034"))
    town.put(
        "suppliers/register-2026-11-16.csv",
        "supplier_no;name;orgnr;bankgiro;street;postal_code;email",
        f"1;Alfa AB;{ALFA};;Box 77;21142;a@alfa.example",
        f"2;Beta AB;{BETA};5050-1055;Storgatan 1;21142;anna.ahl@gmail.com",
        f"3;Gamma AB;{GAMMA};5050-1055;Ågatan 2;21143;",
        "4;Utan nummer;;;;;",
    )
    crowd = [f"{company(number)};Nr {number} AB;Box 77;21142" for number in range(100, 130)]
    town.put(
        "companies/register-2026-11-16.csv",
        "orgnr;name;street;postal_code",
        f"{ALFA};Alfa AB;Box 77;21142",
        f"{HOLD};Innehav AB;Ågatan 9;21143",
        *crowd,
    )
    town.put(
        "owners/owners-2026-11-16.csv",
        "orgnr;owner_id;owner_name;owner_type;share_percent;from_date",
        f"{ALFA};{HOLD};Innehav AB;bolag;80;2020-01-01",
        f"{HOLD};{ALFA};Alfa AB;bolag;50;2020-01-01",
        f"{HOLD};{ANNA};Anna Ahl;person;50;2020-01-01",
        f"{BETA};{ANNA};Anna Ahl;person;60;2020-01-01",
        f"{BETA};{BO};Bo Berg;person;60;2020-01-01",
    )
    town.run()
    return town


def ask(town: Town, who: object, *more: object):
    state = ["--state", str(town.folder / "state")]
    return CliRunner().invoke(app, ["network", str(who), *state, *(str(each) for each in more)])


def told(town: Town, who: object, *more: object):
    return json.loads(ask(town, who, "--json", "--lang", "en", *more).stdout)


def test_the_answer_comes_first_then_the_reasons_then_the_rows(town):
    said = ask(town, BETA, "--lang", "en").stdout
    answer = said.index("Beta AB has ties to")
    reason = said.index("The same bank account (bg ****1055) as Gamma AB. 2 have it")
    row = said.index("suppliers/register-2026-11-16.csv row 3")
    assert answer < reason < row


def test_owners_are_found_through_a_loop_and_the_loop_is_told(town):
    network = told(town, ALFA)
    shares = {each["owner"]: each["share_percent"] for each in network["owners"]}
    # 80 % of Innehav, in which Anna's half is all that is not Alfa's own: 0.8 x 0.5 / (1 - 0.4).
    assert shares["Innehav AB"] == 80.0
    (anna,) = (share for owner, share in shares.items() if owner.startswith("Person"))
    assert anna == pytest.approx(66.666667)
    assert "Ownership goes in a circle: 2 companies own each other." in network["reasons"]


def test_shares_of_more_than_everything_are_told(town):
    assert any("add up to 120" in reason for reason in told(town, BETA)["reasons"])


def test_a_crowded_box_is_told_and_is_no_tie(town):
    network = told(town, ALFA)
    assert any(reason.startswith("31 companies are registered at Box 77") for reason
               in network["reasons"])  # fmt: skip
    assert not any(node["label"].startswith("Nr ") for node in network["nodes"])


def test_rules_see_the_same_network(town):
    found = town.run().found()
    assert {(ALFA, "circular-ownership"), (ALFA, "indirect-owner-shared")} == found


@pytest.mark.parametrize("who", [BETA, f"{BETA[:6]}-{BETA[6:]}", "2"])
def test_a_supplier_is_known_by_number_or_supplier_number(town, who):
    assert told(town, who)["supplier"] == "Beta AB"


def test_a_supplier_without_ties_says_so(town):
    said = ask(town, "lev:4", "--lang", "en")
    assert said.exit_code == 0
    assert "Utan nummer has no known ties to other companies." in said.stdout


def test_who_is_no_supplier_is_told(town):
    said = ask(town, FAR, "--lang", "en")
    assert said.exit_code == 2
    assert "No supplier is" in " ".join((said.stdout + said.stderr).split())


def test_before_the_first_week_there_is_nothing_to_show(tmp_path):
    said = CliRunner().invoke(app, ["network", ALFA, "--state", str(tmp_path)])
    assert said.exit_code == 1
    assert "vaksam weekly" in said.stderr


def everything(town: Town, *more: object) -> str:
    """All that comes out about a supplier, in every form."""
    picture, graph = town.folder / "p.svg", town.folder / "g.graphml"
    parts = []
    for who in (ALFA, BETA):
        files = ["--picture", picture, "--graphml", graph]
        parts += [ask(town, who, *files, *more).stdout, ask(town, who, "--json", *more).stdout]
        parts += [picture.read_text("utf-8"), graph.read_text("utf-8")]
    return "\n".join(parts)


def test_no_name_number_account_or_key_of_a_person_comes_out(town):
    content = everything(town)
    for secret in (*NAMES, ANNA, BO, ANNA[2:], BO[2:], "50501055", "anna.ahl", '"p:', "p:p"):
        assert secret not in content, secret
    assert "a***@gmail.com" in content


def test_unmasked_names_and_accounts_are_shown_and_still_no_personal_numbers(town):
    content = everything(town, "--unmasked")
    assert all(name in content for name in NAMES)
    assert "bg 50501055" in content
    assert not any(number in content for number in (ANNA, BO, ANNA[2:], BO[2:]))


def test_the_picture_stands_alone_and_names_every_node(town):
    path = town.folder / "alone.svg"
    ask(town, BETA, "--picture", path, "--lang", "en")
    picture = etree.parse(path).getroot()
    words = [each.text for each in picture.iter(f"{SVG}text")]
    assert {"Ties around Beta AB", "Beta AB", "Gamma AB", "bg ****1055"} <= set(words)
    assert not picture.xpath("//@href | //@*[name()='xlink:href']")
    assert not list(picture.iter(f"{SVG}script", f"{SVG}image"))


def test_graphml_has_the_nodes_and_ties_of_the_json(town):
    path = town.folder / "same.graphml"
    network = told(town, BETA, "--graphml", path)
    graph = etree.parse(path).getroot().find(f"{GRAPHML}graph")
    ids = [node.get("id") for node in graph.findall(f"{GRAPHML}node")]
    assert ids == [node["id"] for node in network["nodes"]]
    ends = [(edge.get("source"), edge.get("target")) for edge in graph.findall(f"{GRAPHML}edge")]
    assert ends == [(tie["source"], tie["target"]) for tie in network["ties"]]


def test_the_same_supplier_gives_the_same_bytes(town):
    assert everything(town) == everything(town)
