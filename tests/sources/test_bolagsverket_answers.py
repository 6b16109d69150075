"""Officers and trading prohibitions as Bolagsverket's Företagsinformation answers."""

import gzip
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening import messages
from screening.sources import foretagsinformation
from screening.sources.delivery import UnreadableFileError
from tests.sources.json_files import DAY, company, person, read_source, reasons, rows, warned

ALBA, CEDERN, AUDITORS = company(1), company(2), company(3)
ANNA, BO = person("19700512", 1), person("19810703", 2)
ERROR = {
    "type": "urn:bolagsverket:error:validation",
    "status": 404,
    "title": "Saknas",
    "requestId": "d120654c",
}


def identity(number, kind):
    return {"typ": {"kod": kind, "klartext": kind.title()}, "identitetsbeteckning": number}


def roles(*codes):
    return [{"kod": code, "klartext": None} for code in codes]


def officer(first, last, number, *codes, **others):
    return {
        "personnamn": {"fornamn": first, "efternamn": last},
        "identitet": identity(number, "PERSONNUMMER"),
        "funktionarsroller": roles(*codes),
    } | others


def firm(name, number, *codes, **others):
    return {
        "organisationsnamn": {"typ": {"kod": "FORETAGSNAMN"}, "namn": name},
        "identitet": identity(number, "ORGANISATIONSNUMMER"),
        "funktionarsroller": roles(*codes),
    } | others


def organisation(number, *officers, **others):
    return {
        "identitet": identity(number, "ORGANISATIONSNUMMER"),
        "namnskyddslopnummer": 1,
        "organisationsnamn": {"typ": {"kod": "FORETAGSNAMN"}, "namn": "Alba Omsorg AB"},
        "organisationsform": {"kod": "AB", "klartext": "Aktiebolag"},
        "funktionarer": list(officers),
    } | others


def answer_about(first, last, number, **others):
    return {
        "identitet": identity(number, "PERSONNUMMER"),
        "personnamn": {"fornamn": first, "efternamn": last},
    } | others


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("answers") / "file"


@pytest.fixture
def officers(path):
    return lambda content: read_source(path, "officers", content)


@pytest.fixture
def prohibitions(path):
    return lambda content: read_source(path, "trading_prohibitions", content)


BOARD = organisation(
    ALBA,
    officer(
        "Anna",
        "Testsson",
        ANNA,
        "LE",
        "OF",
        postadress={"adress": "Ågatan 9", "postnummer": "111 51", "postort": "Stockholm"},
    ),
    officer("Bo", "Provsson", BO, "SU"),
)
BOARD_ROWS = [
    (ALBA, ANNA, "Anna Testsson", "ledamot"),
    (ALBA, ANNA, "Anna Testsson", "ordforande"),
    (ALBA, BO, "Bo Provsson", "suppleant"),
]


@pytest.mark.parametrize(
    "content",
    [
        BOARD,
        [BOARD],
        {"organisationer": [BOARD]},
        {"svar": [BOARD]},
        "\n".join(json.dumps(each) for each in ([BOARD], ERROR, ERROR)),
        json.dumps([[BOARD], [ERROR]], indent=2),
        "\n".join(json.dumps({"organisationer": [each]}) for each in (BOARD, ERROR)),
        json.dumps([BOARD], ensure_ascii=True, indent=1).encode("utf-16"),
        gzip.compress(json.dumps([BOARD]).encode()),
    ],
)
def test_one_answer_a_list_lines_or_wrapped(officers, content):
    batch = officers(content)
    assert rows(batch, "orgnr", "person_id", "person_name", "role") == BOARD_ROWS
    assert set(reasons(batch)) <= {(None, "error_answer")}


def test_addresses(officers):
    abroad = {
        "adressrad1": "1 Rue de la Paix",
        "adressrad2": "Paris",
        "postnummer": "75002",
        "land": {"kod": "FR-LAND", "klartext": "Frankrike"},
    }
    batch = officers(
        organisation(
            ALBA,
            BOARD["funktionarer"][0],
            officer("Jean", "Étranger", BO, "LE", postadress=abroad),
        )
    )
    assert rows(batch, "street", "postal_code", "city", "country") == [
        ("Ågatan 9", "11151", "Stockholm", None),
        ("Ågatan 9", "11151", "Stockholm", None),
        ("1 Rue de la Paix, Paris", None, None, "Frankrike"),
    ]
    assert not warned(batch)


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ({"kod": "LE", "klartext": "Styrelseledamot"}, "ledamot"),
        ({"klartext": "Styrelseordförande"}, "ordforande"),
        ({"kod": "EVD"}, "vd"),
        ({"kod": "VVD"}, "vd"),
        ({"kod": "EFT"}, "firmatecknare"),
        ({"kod": "PO", "klartext": "Prokurist"}, "firmatecknare"),
        ({"kod": "REVH"}, "revisor"),
        ({"kod": "LI"}, "likvidator"),
        ({"kod": "KP"}, "komplementar"),
        ({"kod": "BO", "klartext": "Bolagsman"}, "komplementar"),
        ({"kod": "IN"}, "innehavare"),
        ({"kod": "KD", "klartext": "Kommanditdelägare"}, "annan"),
    ],
)
def test_roles(officers, role, told):
    batch = officers(organisation(ALBA, officer("A", "B", ANNA) | {"funktionarsroller": [role]}))
    assert rows(batch, "role", "role_text") == [(told, role.get("klartext") or role.get("kod"))]
    assert not warned(batch)


@pytest.mark.parametrize(
    ("given_roles", "text"),
    [([{"kod": "XQ", "klartext": "Hovmästare"}], "Hovmästare"), ([], None), ("LE", None)],
)
def test_an_unknown_role_is_kept_and_told(officers, given_roles, text):
    batch = officers(
        organisation(ALBA, officer("A", "B", ANNA) | {"funktionarsroller": given_roles})
    )
    assert rows(batch, "person_id", "role", "role_text") == [(ANNA, "annan", text)]
    assert warned(batch)["unknown_roles"] == {"roles": text or "-", "rows": 1}


def test_several_roles_of_one_kind_are_one_row(officers):
    batch = officers(organisation(ALBA, officer("A", "B", ANNA, "REV", "REVH", "LE")))
    assert rows(batch, "role", "role_text") == [("revisor", "REV; REVH"), ("ledamot", "LE")]


def test_organisations_as_officers_and_who_acts_for_them(officers):
    acting = {
        "personnamn": {"fornamn": "Bo", "efternamn": "Provsson"},
        "identitet": identity(BO, "PERSONNUMMER"),
    }
    batch = officers(
        organisation(
            ALBA,
            firm("Revisorerna AB", AUDITORS, "REV", representerasAv=acting),
            firm("Komplementären AB", CEDERN, "KP"),
        )
    )
    told = rows(batch, "person_name", "officer_type", "officer_orgnr", "person_id", "role")
    assert told == [
        ("Revisorerna AB", "company", AUDITORS, None, "revisor"),
        ("Komplementären AB", "company", CEDERN, None, "komplementar"),
        ("Bo Provsson", "person", None, BO, "revisor"),
    ]
    assert rows(batch, "role_text")[2] == ("REV (Revisorerna AB)",)


def test_persons_without_a_swedish_number(officers):
    born = officer("Jean", "Étranger", "19600102", "LE") | {
        "identitet": identity("19600102", "FODELSEDATUM")
    }
    none = officer("Ulla", "Okänd", None, "LE") | {"identitet": None}
    other = officer("Gro", "Norsk", "01020312345", "LE") | {
        "identitet": identity("01020312345", "UTLANDSKT_ID")
    }
    batch = officers(organisation(ALBA, born, none, other))
    assert rows(batch, "person_name", "person_id", "birth_date", "officer_type") == [
        ("Jean Étranger", None, date(1960, 1, 2), "person"),
        ("Ulla Okänd", None, None, "person"),
        ("Gro Norsk", None, None, "person"),
    ]


def test_posts_told_by_the_officer(officers):
    post = {
        "organisation": {"identitet": identity(CEDERN, "ORGANISATIONSNUMMER")},
        "funktionar": {"funktionarsroller": roles("VD")},
    }
    ban = {"slutligt": {"from": "2025-01-01", "tom": "2028-01-01"}}
    batch = officers(
        [
            answer_about(
                "Anna", "Testsson", ANNA, organisationsengagemang=[post], naringsforbud=ban
            ),
            organisation(ALBA, organisationsengagemang=[post]),
        ]
    )
    assert rows(batch, "orgnr", "person_id", "officer_orgnr", "role", "is_whole_answer") == [
        (CEDERN, ANNA, None, "vd", False),
        (CEDERN, None, ALBA, "vd", False),
    ]
    assert warned(batch)["prohibitions_in_officers"] == {"rows": 1}


def test_answers_without_officers_are_counted(officers):
    batch = officers([BOARD, organisation(CEDERN), answer_about("Bo", "Provsson", BO)])
    assert warned(batch)["answers_without_rows"] == {"rows": 2}
    assert batch.rows_read == 3


def test_what_is_no_answer(officers):
    batch = officers([BOARD, ERROR, {"orgnr": ALBA}, 17, {"identitet": {"typ": "x"}}])
    assert sorted(reasons(batch), key=str) == [
        ("identitet", "bad_record"),
        ("identitet", "bad_record"),
        (None, "bad_record"),
        (None, "error_answer"),
    ]
    for language in ("sv", "en"):
        assert "Bolagsverket" in messages.text("quarantine_actions.error_answer", language)


def test_a_number_with_a_wrong_check_digit(officers):
    wrong = BO[:-1] + str((int(BO[-1]) + 1) % 10)
    batch = officers(organisation(ALBA, officer("Bo", "Provsson", wrong, "LE")))
    assert reasons(batch) == [("person_id", "bad_checksum")]


@pytest.mark.parametrize("kind", [None, "Personnummer", {"kod": "SAMORDNINGSNUMMER"}])
def test_numbers_whose_kind_is_told_in_other_ways(officers, kind):
    told = officer("Bo", "Provsson", BO, "LE") | {
        "identitet": {"typ": kind, "identitetsbeteckning": f"{BO[2:8]}-{BO[8:]}"}
    }
    assert rows(officers(organisation(ALBA, told)), "person_id") == [(BO,)]


def test_who_answers_and_when_is_kept(path):
    batch = read_source(path, "officers", [BOARD], day=date(2026, 3, 1))
    assert rows(batch, "answered_on", "is_whole_answer", "as_of")[0] == (
        date(2026, 3, 1),
        True,
        date(2026, 3, 1),
    )


@pytest.mark.parametrize(
    ("ban", "told"),
    [
        (
            {"slutligt": {"from": "2025-01-15", "tom": "2028-01-14"}},
            [(date(2025, 1, 15), date(2028, 1, 14), False)],
        ),
        ({"tillfalligt": {"from": "2026-06-01"}}, [(date(2026, 6, 1), None, True)]),
        (
            {
                "tillfalligt": {"from": "2024-06-01"},
                "slutligt": {"from": "2025-01-15", "tom": None},
            },
            [(date(2025, 1, 15), None, False), (date(2024, 6, 1), date(2025, 1, 15), True)],
        ),
        (
            {"tillfalligt": {"from": "2025-01-15"}, "slutligt": {"from": "2025-01-15"}},
            [(date(2025, 1, 15), None, False)],
        ),
        ({}, [(None, None, None)]),
        ({"slutligt": None, "tillfalligt": {"from": ""}}, [(None, None, None)]),
        (None, [(None, None, None)]),
    ],
)
def test_prohibitions(prohibitions, ban, told):
    batch = prohibitions(answer_about("Anna", "Testsson", ANNA, naringsforbud=ban))
    assert batch.quarantine.is_empty()
    assert rows(batch, "from_date", "to_date", "provisional") == told
    assert rows(batch, "person_id", "person_name", "answered_on")[0] == (
        ANNA,
        "Anna Testsson",
        DAY,
    )


def test_exemptions_and_winding_up(prohibitions):
    ban = {
        "slutligt": {"from": "2025-01-15", "tom": "2028-01-14"},
        "undantag": {"from": "2025-02-01", "tom": "2026-01-31", "aterkallatDatum": "2025-12-24"},
        "avveckling": "2025-03-01",
    }
    batch = prohibitions([answer_about("Anna", "Testsson", ANNA, naringsforbud=ban)])
    columns = ("exemption_from", "exemption_to", "exemption_revoked_on", "winding_up_until")
    assert rows(batch, *columns) == [
        (date(2025, 2, 1), date(2026, 1, 31), date(2025, 12, 24), date(2025, 3, 1))
    ]


def test_several_persons_in_one_file(prohibitions):
    ban = {"slutligt": {"from": "2025-01-15", "tom": "2028-01-14"}}
    lines = [
        answer_about("Anna", "Testsson", ANNA, naringsforbud=ban),
        ERROR,
        answer_about("Bo", "Provsson", BO),
    ]
    batch = prohibitions("\n".join(map(json.dumps, lines)))
    assert rows(batch, "person_id", "from_date") == [(ANNA, date(2025, 1, 15)), (BO, None)]
    assert reasons(batch) == [(None, "error_answer")]


def test_answers_about_organisations_belong_elsewhere(prohibitions):
    batch = prohibitions([BOARD, answer_about("Bo", "Provsson", BO)])
    assert rows(batch, "person_id") == [(BO,)]
    assert warned(batch)["organisations_in_prohibitions"] == {"rows": 1}


def test_a_prohibition_without_a_day_that_exists(prohibitions):
    ban = {"slutligt": {"from": "2025-02-30", "tom": "2028-01-14"}}
    batch = prohibitions(answer_about("Anna", "Testsson", ANNA, naringsforbud=ban))
    assert reasons(batch) == [("from_date", "not_a_date")]


def test_rows_in_json_with_the_columns_of_the_source_are_rows(officers):
    batch = officers([{"orgnr": ALBA, "person_name": "Anna", "role": "Styrelseledamot"}])
    assert rows(batch, "orgnr", "role", "origin") == [(ALBA, "ledamot", "canonical")]


def test_a_file_over_the_limit_is_refused(officers, monkeypatch):
    monkeypatch.setattr(foretagsinformation, "LARGEST_BYTES", 100)
    with pytest.raises(UnreadableFileError) as caught:
        officers([BOARD])
    assert caught.value.code == "file_too_large"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(ANNA),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), source=st.sampled_from(["officers", "trading_prohibitions"]))
def test_answers_of_any_shape_are_counted(path, data, source):
    whole = organisation(
        ALBA,
        firm("Revisorerna AB", AUDITORS, "REV", representerasAv={"identitet": {}}),
        BOARD["funktionarer"][0],
        naringsforbud={"slutligt": {"from": "2025-01-15"}},
        organisationsengagemang=[{"organisation": {}, "funktionar": {}}],
    )
    mutated = dict(whole)
    for part in data.draw(st.lists(st.sampled_from(sorted(whole)), max_size=3)):
        mutated[part] = data.draw(ANYTHING)
    inner = dict(whole["funktionarer"][0])
    for part in data.draw(st.lists(st.sampled_from(sorted(inner)), max_size=3)):
        inner[part] = data.draw(ANYTHING)
    answers = [whole, mutated, whole | {"funktionarer": [inner, data.draw(ANYTHING)]}]
    read_source(path, source, json.dumps(answers))  # the law of counts is checked inside
