"""The same people, told in publishers' own formats or in tables of ours: the same list."""

import json
from datetime import date

import pytest

from tests.end_to_end.small_inbox import Town, Week, company, only_rules, person
from tests.sources.bods_files import entity, interest, person_known, tie
from tests.sources.test_bolagsverket_answers import answer_about, officer, organisation

LED, OWNED, TOGETHER, CLEAN, LEFT = (company(number) for number in range(41, 46))
ANNA, BO, CILLA, DAN = (
    person("19700512", 1),
    person("19810703", 2),
    person("19641130", 3),
    person("19920229", 4),
)
SUPPLIERS = {LED: "Alba", OWNED: "Björk", TOGETHER: "Cedern", CLEAN: "Dalia", LEFT: "Eken"}
BANNED = [
    (ANNA, "Anna Alm", "2025-06-01", "2030-06-01"),
    (BO, "Bo Berg", "2025-06-01", "2030-06-01"),
    (CILLA, "Cilla Ceder", "2025-06-01", "2030-06-01"),
]
#: Officers before and now: at the last company, Anna has left.
BEFORE = {LED: [("Anna", "Alm", ANNA, "LE")], LEFT: [("Anna", "Alm", ANNA, "LE")]}
NOW = {LED: BEFORE[LED]} | {
    number: [("Dan", "Dahl", DAN, "LE")] for number in (OWNED, TOGETHER, CLEAN, LEFT)
}


def town_with_invoices(folder) -> Town:
    town = Town(folder, rules=only_rules(folder / "rules", "ownership/019"))
    town.put(
        "suppliers/2026-11-16.csv",
        "supplier_no;name;orgnr",
        *(f"{number};{name} AB;{number}" for number, name in SUPPLIERS.items()),
    )
    town.put(
        "invoices/2026-11-16.csv",
        "invoice_no;supplier_no;invoice_date;amount_sek",
        *(f"F{number};{number};2026-10-31;1000" for number in SUPPLIERS),
    )
    return town


def in_tables(town: Town) -> None:
    town.put(
        "officers/2026-11-16.csv",
        "orgnr;person_id;person_name;role;from_date;to_date",
        f"{LED};{ANNA};Anna Alm;ledamot;;",
        f"{LEFT};{ANNA};Anna Alm;ledamot;;2026-11-16",
        f"{LEFT};{DAN};Dan Dahl;ledamot;2026-11-16;",
        *(f"{number};{DAN};Dan Dahl;ledamot;;" for number in (OWNED, TOGETHER, CLEAN)),
    )
    town.put(
        "owners/2026-11-16.csv",
        "orgnr;owner_id;owner_name;owner_type;share_percent",
        f"{OWNED};{BO};Bo Berg;person;60",
        f"{TOGETHER};{CILLA};Cilla Ceder;person;30",
        f"{CLEAN};{CILLA};Cilla Ceder;person;24",
    )
    town.put(
        "trading_prohibitions/2026-11-16.csv",
        "person_id;person_name;from_date;to_date",
        *(";".join(row) for row in BANNED),
    )


def put_json(town: Town, name: str, content: object) -> None:
    town.put_bytes(name, json.dumps(content, ensure_ascii=False).encode())


def answers(officers):
    return [
        organisation(number, *(officer(first, last, who, role) for first, last, who, role in told))
        for number, told in officers.items()
    ]


def ban(number, name, from_date, to_date):
    first, last = name.split()
    return answer_about(
        first, last, number, naringsforbud={"slutligt": {"from": from_date, "tom": to_date}}
    )


def in_publishers_formats(town: Town) -> None:
    put_json(town, "officers/2026-05-16.json", answers(BEFORE))
    put_json(town, "officers/2026-11-16.json", {"organisationer": answers(NOW)})
    put_json(
        town,
        "owners/2026-11-16.json",
        [
            *(entity(f"c{number}", f"{SUPPLIERS[number]} AB", number) for number in SUPPLIERS),
            person_known("bo", "Bo Berg", BO),
            person_known("cilla", "Cilla Ceder", CILLA),
            tie("t1", f"c{OWNED}", "bo", interest() | {"share": {"minimum": 50, "maximum": 75}}),
            # Cilla holds half of what is held together of one, and a little of another.
            entity("joint", "Samägda aktier", kind="arrangement"),
            tie("t2", f"c{TOGETHER}", "joint", interest(60)),
            tie("t3", "joint", "cilla", interest(50)),
            tie("t4", f"c{CLEAN}", "cilla", interest(24)),
        ],
    )
    lines = [ban(*row) for row in BANNED] + [answer_about("Dan", "Dahl", DAN)]
    town.put("trading_prohibitions/2026-11-16.jsonl", *(json.dumps(line) for line in lines))


@pytest.fixture(scope="module")
def weeks(tmp_path_factory) -> dict[str, Week]:
    made = {}
    for name, put in (("tables", in_tables), ("publishers", in_publishers_formats)):
        town = town_with_invoices(tmp_path_factory.mktemp(name))
        put(town)
        made[name] = town.run()
    return made


def test_the_findings_are_the_same(weeks):
    expected = {(number, "trading-prohibition") for number in (LED, OWNED, TOGETHER)}
    assert weeks["tables"].found() == expected
    assert weeks["publishers"].found() == expected


def test_the_sums_hold_and_nothing_is_in_quarantine(weeks):
    for week in weeks.values():
        week.assert_counts_add_up()
        assert week.quarantine == []
    counts = {
        name.partition("/")[0]: each["rows_read"]
        for name, each in weeks["publishers"].inputs.items()
        if "2026-11-16.json" in name
    }
    assert counts == {"officers": 5, "owners": 4, "trading_prohibitions": 4}


def test_a_prohibition_that_a_newer_answer_does_not_have_is_over(tmp_path):
    town = town_with_invoices(tmp_path)
    put_json(town, "officers/2026-11-01.json", answers(NOW))
    put_json(town, "trading_prohibitions/2026-11-01.json", [ban(*BANNED[0])])
    first = town.run(date(2026, 11, 6))
    assert first.found() == {(LED, "trading-prohibition")}
    put_json(town, "trading_prohibitions/2026-11-13.json", [answer_about("Anna", "Alm", ANNA)])
    second = town.run(date(2026, 11, 13))
    assert second.found() == set()
    # Nobody under prohibition is an answer: the rule was checked.
    rule = second.rules["trading-prohibition"]
    assert (rule["found"], rule["clear"]) == (0, 5)
