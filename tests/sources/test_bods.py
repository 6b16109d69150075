"""Owners in BODS 0.4: who owns what, how much, since when, and what came of it."""

import gzip
import io
import json
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening import messages
from screening.sources import bods
from screening.sources.delivery import UnreadableFileError
from tests.sources.bods_files import entity, interest, person_known, statement, tie
from tests.sources.json_files import DAY, company, person, read_source, reasons, rows, warned

ALBA, CEDERN = company(1), company(2)
ANNA, BO = person("19700512", 1), person("19810703", 2)
COMPANY = entity("company", "Alba Omsorg AB", f"{ALBA[:6]}-{ALBA[6:]}")
OWNER = person_known("anna", "Anna Testsson", ANNA)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("bods") / "file"


@pytest.fixture
def read(path):
    return lambda *statements: read_source(path, "owners", list(statements))


def test_a_person_who_owns_shares(read):
    batch = read(
        tie("t", "company", "anna", interest(60, startDate="2018-04-03", endDate="2025-06-30")),
        COMPANY,
        OWNER,
    )
    assert batch.quarantine.is_empty()
    (row,) = batch.rows.to_dicts()
    assert {name: value for name, value in row.items() if value is not None} == {
        "orgnr": ALBA,
        "owner_id": ANNA,
        "owner_name": "Anna Testsson",
        "owner_type": "person",
        "share_percent": 60.0,
        "share_min_percent": 60.0,
        "share_max_percent": 60.0,
        "interest": "shareholding",
        "from_date": date(2018, 4, 3),
        "to_date": date(2025, 6, 30),
        "direct": True,
        "is_component": False,
        "record_id": "t",
        "origin": "bods",
        "row_no": 1,
        "as_of": DAY,
    }


@pytest.mark.parametrize(
    "pack",
    [
        json.dumps,
        lambda all_: "\n".join(json.dumps(each) for each in all_),
        lambda all_: json.dumps({"statements": all_}, indent=2),
        lambda all_: gzip.compress(json.dumps(all_).encode()),
        lambda all_: gzip.compress("\n".join(map(json.dumps, all_)).encode()),
        lambda all_: zipped("owners.json", json.dumps(all_)),
        lambda all_: json.dumps(all_).encode("utf-16"),
    ],
)
def test_lists_lines_wrapped_and_packed_are_the_same(path, pack):
    statements = [COMPANY, OWNER, tie("t", "company", "anna", interest(60), interest(51.5))]
    batch = read_source(path, "owners", pack(statements))
    assert rows(batch, "orgnr", "owner_id", "share_percent") == [
        (ALBA, ANNA, 60.0),
        (ALBA, ANNA, 51.5),
    ]


def zipped(name, text):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("share", "told"),
    [
        ({"exact": 25}, (25.0, 25.0, 25.0)),
        ({"minimum": 25, "maximum": 50}, (None, 25.0, 50.0)),
        ({"exclusiveMinimum": 75}, (None, 75.0, None)),
        ({"exclusiveMaximum": 25}, (None, None, 25.0)),
        ({"exact": 33.333}, (33.333, 33.333, 33.333)),
        (None, (None, None, None)),
        ("a half", (None, None, None)),
    ],
)
def test_shares_exact_and_in_ranges(read, share, told):
    batch = read(
        COMPANY, OWNER, tie("t", "company", "anna", interest(share=share) | {"share": share})
    )
    assert rows(batch, "share_percent", "share_min_percent", "share_max_percent") == [told]


def test_direct_indirect_and_not_known(read):
    kinds = ("direct", "indirect", "unknown", "sideways", None)
    interests = [interest(directOrIndirect=kind, startDate="2020-01-01") for kind in kinds]
    batch = read(COMPANY, OWNER, tie("t", "company", "anna", *interests))
    assert rows(batch, "direct") == [(True,), (False,), (None,), (None,), (None,)]


def test_a_relationship_without_interests_is_still_one(read):
    batch = read(COMPANY, OWNER, tie("t", "company", "anna"))
    assert rows(batch, "owner_id", "interest", "share_percent") == [(ANNA, None, None)]


def test_holding_together_goes_through_an_arrangement(read):
    """As the standard's own example has it: all shares together, half each."""
    batch = read(
        COMPANY,
        entity("joint", "Samägda aktier", kind="arrangement"),
        tie("a", "company", "joint", interest(100)),
        OWNER,
        person_known("bo", "Bo Provsson", BO),
        tie("b", "joint", "anna", interest(50)),
        tie("c", "joint", "bo", interest(50)),
    )
    assert rows(batch, "orgnr", "subject_ref", "subject_name", "owner_ref", "owner_type") == [
        (ALBA, None, None, "record:joint", "arrangement"),
        (None, "record:joint", "Samägda aktier", None, "person"),
        (None, "record:joint", "Samägda aktier", None, "person"),
    ]
    assert rows(batch, "owner_id", "share_percent") == [(None, 100.0), (ANNA, 50.0), (BO, 50.0)]


def test_links_through_foreign_companies_are_kept_and_others_counted(read):
    batch = read(
        COMPANY,
        entity("gb", "Holding Ltd", "01234567", scheme="GB-COH"),
        entity("nameless", kind="unknownEntity"),
        entity("no", "Fjord AS", "912345678", scheme="NO-BRC"),
        OWNER,
        tie("top", "nameless", "anna", interest(80)),
        tie("middle", "gb", "nameless", interest(100)),
        tie("bottom", "company", "gb", interest(51)),
        tie("other", "no", "anna", interest(100), interest(100, type="votingRights")),
    )
    assert rows(batch, "record_id", "orgnr", "subject_ref", "owner_ref") == [
        ("top", None, "record:nameless", None),
        ("middle", None, "GB-COH:01234567", "record:nameless"),
        ("bottom", ALBA, None, "GB-COH:01234567"),
    ]
    assert rows(batch, "owner_name", "owner_type")[1] == ("unknownEntity", "unknown")
    assert batch.rows_read == 3
    assert warned(batch)["foreign_ties_left_out"] == {"rows": 2}


def test_a_file_about_others_alone_has_no_rows_and_says_so(read):
    batch = read(
        entity("gb", "Holding Ltd", "01234567", scheme="GB-COH"),
        OWNER,
        tie("t", "gb", "anna", interest(80)),
    )
    assert batch.rows_read == 0
    assert set(warned(batch)) == {"foreign_ties_left_out", "no_rows"}


def test_a_ring_of_owners_ends(read):
    others = [entity(f"f{n}", f"F{n}", f"0{n}", scheme="GB-COH") for n in range(3)]
    ring = [tie(f"r{n}", f"f{n}", f"f{(n + 1) % 3}", interest(50)) for n in range(3)]
    batch = read(COMPANY, *others, *ring, tie("in", "company", "f0", interest(50)))
    assert batch.rows.height == 4


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ({"scheme": "SE-BLV", "id": f"{ALBA[:6]}-{ALBA[6:]}"}, ALBA),
        ({"scheme": "SE-ON", "id": ALBA}, ALBA),
        ({"scheme": "se-blv", "id": f"16{ALBA}"}, ALBA),
        ({"scheme": "SE-VAT", "id": f"SE{ALBA}01"}, ALBA),
        ({"schemeName": "Bolagsverket", "id": ALBA}, ALBA),
        ({"schemeName": "Organisationsnummer", "id": ALBA}, ALBA),
        ({"scheme": "XI-LEI", "id": "549300ABCDEFGHIJKL12"}, None),
        ({"scheme": "FI-PRO", "id": ALBA}, None),
        ({"scheme": "SE-BLV", "id": ""}, None),
    ],
)
def test_swedish_numbers_of_entities(read, identifier, told):
    owner = entity("owner", "Ägaren AB", identifiers=[{"scheme": "GB-COH"}, identifier])
    batch = read(COMPANY, owner, tie("t", "company", "owner", interest(100)))
    assert rows(batch, "owner_id", "owner_type") == [(told, "company")]


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ({"scheme": "SWE-TAXID", "id": f"{ANNA[:8]}-{ANNA[8:]}"}, ANNA),
        ({"scheme": "SWE-IDCARD", "id": ANNA[2:]}, ANNA),
        ({"schemeName": "Personnummer", "id": ANNA}, ANNA),
        ({"scheme": "SWE-PASSPORT", "id": "12345678"}, None),
        ({"scheme": "IRL-TAXID", "id": "7700225VH"}, None),
    ],
)
def test_swedish_numbers_of_persons(read, identifier, told):
    owner = person_known("p", "Anna Testsson", identifiers=[identifier])
    batch = read(COMPANY, owner, tie("t", "company", "p", interest(100)))
    assert rows(batch, "owner_id", "owner_ref") == [(told, None if told else "record:p")]


def test_a_wrong_number_goes_to_quarantine(read):
    wrong = entity("company", "Alba", ALBA[:-1] + str((int(ALBA[-1]) + 1) % 10))
    batch = read(wrong, OWNER, tie("t", "company", "anna", interest(60)))
    assert reasons(batch) == [("orgnr", "bad_checksum")]


@pytest.mark.parametrize(
    ("birth", "told"),
    [
        ("1965-11-30", (date(1965, 11, 30), None)),
        ("1965-11", (None, 1965)),
        ("1965", (None, 1965)),
        ("unknown", (None, None)),
    ],
)
def test_birth_may_be_a_year_alone(read, birth, told):
    batch = read(
        COMPANY,
        person_known("p", "Per Person", birthDate=birth),
        tie("t", "company", "p", interest(60)),
    )
    assert rows(batch, "birth_date", "birth_year") == [told]


def test_a_person_with_several_names_and_countries(read):
    names = [
        {"type": "former", "fullName": "Eva Gammal"},
        {"type": "alternative", "givenName": "Eva", "familyName": "Andra"},
        {"type": "legal", "fullName": " Eva Rätt "},
        {"fullName": "Eva Okänd"},
        {"type": "translation", "fullName": "Eva Rätt"},
        {"type": "birth"},
    ]
    places = [{"name": "Sverige", "code": "SE"}, {"name": "Norge"}]
    eva = statement(
        "person", "p", "2020-01-01", personType="knownPerson", names=names, nationalities=places
    )
    batch = read(COMPANY, eva, tie("t", "company", "p", interest(60)))
    assert rows(batch, "owner_name", "other_names", "country") == [
        ("Eva Rätt", "Eva Okänd; Eva Andra; Eva Gammal", "SE;Norge")
    ]


def test_owners_that_are_not_told(read):
    hidden = statement(
        "person",
        "hidden",
        "2020-01-01",
        personType="anonymousPerson",
        unspecifiedPersonDetails={"reason": "interestedPartyExemptFromDisclosure"},
    )
    batch = read(
        COMPANY,
        hidden,
        tie("a", "company", "hidden", interest(30)),
        tie("b", "company", {"reason": "noBeneficialOwners"}),
        tie("c", "company", {"reason": "unknown", "description": "Svarar inte"}, interest()),
    )
    assert rows(batch, "owner_type", "owner_name", "share_percent") == [
        ("unknown", "interestedPartyExemptFromDisclosure", 30.0),
        ("unknown", "noBeneficialOwners", None),
        ("unknown", "Svarar inte", None),
    ]


def test_parties_that_are_not_in_the_file(read):
    batch = read(
        COMPANY,
        OWNER,
        tie("a", "company", "nobody", interest(1)),
        tie("b", "nothing", "anna", interest(2)),
        tie("c", {"reason": "unknown"}, "anna", interest(3)),
    )
    assert reasons(batch) == [
        ("interestedParty", "bods_unknown_record"),
        ("subject", "bods_unknown_record"),
    ]
    # A relationship whose subject the publisher does not tell is nobody's.
    assert warned(batch)["foreign_ties_left_out"] == {"rows": 1}


def test_every_statement_of_a_record_is_kept_with_its_day(read):
    batch = read(
        COMPANY,
        OWNER,
        tie("t", "company", "anna", interest(40), day="2020-01-01"),
        tie("t", "company", "anna", interest(60), day="2022-01-01T10:00:00Z", status="updated"),
        tie("t", "company", "anna", interest(70), day="2022-01-01T12:00:00Z", status="updated"),
        tie("t", "company", "anna", interest(100), day="2024-01-01", status="updated"),
    )
    assert rows(batch, "share_percent", "as_of", "to_date") == [
        (40.0, date(2020, 1, 1), None),
        (70.0, date(2022, 1, 1), None),
        (100.0, DAY, None),
    ]


def test_order_in_the_file_does_not_matter(read):
    first = tie("t", "company", "anna", interest(40), day="2020-01-01")
    last = tie("t", "company", "anna", interest(60), day="2024-01-01")
    assert rows(read(last, first, OWNER, COMPANY), "share_percent", "as_of") == [
        (60.0, DAY),
        (40.0, date(2020, 1, 1)),
    ]


def test_a_closed_record_has_ended(read):
    ended = interest(40, startDate="2019-01-01", endDate="2023-05-05")
    batch = read(
        COMPANY,
        OWNER,
        tie("a", "company", "anna", ended, day="2024-01-01", status="closed"),
        tie("b", "company", "anna", interest(10), day="2024-01-01", status="closed"),
    )
    assert rows(batch, "share_percent", "to_date") == [
        (40.0, date(2023, 5, 5)),
        (10.0, date(2024, 1, 1)),
    ]


def test_an_interest_that_is_no_longer_listed_has_ended(read):
    shares = interest(40, startDate="2019-01-01")
    votes = interest(40, type="votingRights", startDate="2019-01-01")
    batch = read(
        COMPANY,
        OWNER,
        tie("t", "company", "anna", shares, votes, day="2020-01-01"),
        tie("t", "company", "anna", shares, day="2024-01-01", status="updated"),
    )
    told = rows(batch, "interest", "as_of", "to_date")
    assert sorted(told, key=str) == sorted(
        [
            ("shareholding", date(2020, 1, 1), None),
            ("votingRights", date(2020, 1, 1), None),
            ("votingRights", date(2024, 1, 1), date(2024, 1, 1)),
            ("shareholding", DAY, None),
        ],
        key=str,
    )


def test_the_newest_statement_about_a_party_names_it(read):
    renamed = statement(
        "person",
        "anna",
        "2023-01-01",
        "updated",
        personType="knownPerson",
        names=[{"fullName": "Anna Nyttnamn"}],
        identifiers=[{"scheme": "SWE-TAXID", "id": ANNA}],
    )
    batch = read(COMPANY, OWNER, renamed, tie("t", "company", "anna", interest(60)))
    assert rows(batch, "owner_name") == [("Anna Nyttnamn",)]


@pytest.mark.parametrize(
    "old",
    [
        [{"statementID": "x", "statementType": "ownershipOrControlStatement", "interests": []}],
        '{"statementID": "x", "statementType": "personStatement", "names": []}\n' * 3,
    ],
)
def test_an_older_version_is_refused_with_what_to_do(path, old):
    with pytest.raises(UnreadableFileError) as caught:
        read_source(path, "owners", old)
    assert caught.value.code == "bods_older_version"
    for language in ("sv", "en"):
        assert "0.4" in messages.text("quarantine.bods_older_version", language)
        assert "CSV" in messages.text("quarantine_actions.bods_older_version", language)


def test_damaged_lines_touch_no_other(path):
    good = [COMPANY, OWNER, tie("t", "company", "anna", interest(60))]
    lines = [json.dumps(each) for each in good]
    lines[1:1] = [
        '{"recordType": "person", "recordId": ',
        '{"a": "\\ud800"}',
        '{"recordType": "x"}',
        "17",
    ]
    batch = read_source(path, "owners", "\n".join([*lines, lines[0], lines[1][:20], lines[0]]))
    assert rows(batch, "owner_id") == [(ANNA,)]
    assert sorted(reason for _, reason in reasons(batch)) == [
        "bad_record",
        "bad_record",
        "json_malformed_record",
        "json_malformed_record",
        "json_malformed_record",
    ]


def test_a_file_over_the_limit_is_refused(read, monkeypatch):
    monkeypatch.setattr(bods, "LARGEST_BYTES", 100)
    with pytest.raises(UnreadableFileError) as caught:
        read(COMPANY, OWNER, tie("t", "company", "anna", interest(60)))
    assert caught.value.code == "file_too_large"


def test_rows_in_json_with_the_columns_of_the_source_are_rows(path):
    flat = [{"orgnr": ALBA, "owner_name": "Anna", "owner_type": "person", "share_percent": 12.345}]
    batch = read_source(path, "owners", flat)
    assert rows(batch, "orgnr", "owner_name", "share_percent", "origin") == [
        (ALBA, "Anna", 12.345, "canonical")
    ]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_statements_of_any_shape_are_counted(path, data):
    """Anything may stand in place of anything: it is a row, in quarantine, or told as left out."""
    intact = [COMPANY, OWNER, tie("t", "company", "anna", interest(60))]
    statements = list(intact)
    for each in intact:
        details = dict(each["recordDetails"])
        for part in data.draw(st.lists(st.sampled_from(["name", "names", *details]), max_size=2)):
            details[part] = data.draw(ANYTHING)
        mutated = each | {"recordDetails": details}
        for part in data.draw(st.lists(st.sampled_from(sorted(each)), max_size=2)):
            mutated[part] = data.draw(ANYTHING)
        statements.append(mutated)
    read_source(path, "owners", json.dumps(statements))  # the law of counts is checked inside
