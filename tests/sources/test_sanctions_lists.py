"""Sanctions lists as their publishers write them: OpenSanctions and the EU's consolidated list."""

import csv
import io
from datetime import date

import pytest

from screening import messages
from screening.sources import eu_sanctions
from screening.sources.contracts import all_contracts
from screening.sources.delivery import UnreadableFileError
from tests.sources.json_files import DAY, read_source, reasons, rows, warned

#: The header of the EU's CSV 1.1 in its order.
EU_HEADER = [
    "fileGenerationDate",
    *(
        f"Entity_{name}"
        for name in (
            "LogicalId",
            "EU_ReferenceNumber",
            "UnitedNationId",
            "DesignationDate",
            "DesignationDetails",
            "Remark",
            "SubjectType",
            "SubjectType_ClassificationCode",
        )
    ),
]
_REGULATION = (
    "Type",
    "OrganisationType",
    "PublicationDate",
    "EntryIntoForceDate",
    "NumberTitle",
    "Programme",
    "PublicationUrl",
)
EU_HEADER += [f"Entity_Regulation_{name}" for name in _REGULATION]
for _part, _names in {
    "NameAlias": "LastName FirstName MiddleName WholeName NameLanguage Gender Title Function "
    "LogicalId RegulationLanguage Remark",
    "Address": "City Street PoBox ZipCode Region Place AsAtListingTime ContactInfo "
    "CountryIso2Code CountryDescription LogicalId RegulationLanguage Remark",
    "BirthDate": "BirthDate Day Month Year YearRangeFrom YearRangeTo Circa CalendarType ZipCode "
    "Region Place City CountryIso2Code CountryDescription LogicalId RegulationLanguage Remark",
    "Identification": "Number Diplomatic KnownExpired KnownFalse ReportedLost RevokedByIssuer "
    "IssuedBy IssuedDate ValidFrom ValidTo LatinNumber NameOnDocument TypeCode TypeDescription "
    "Region CountryIso2Code CountryDescription LogicalId RegulationLanguage Remark",
    "Citizenship": "Region CountryIso2Code CountryDescription LogicalId RegulationLanguage Remark",
}.items():
    EU_HEADER += [f"{_part}_{name}" for name in _names.split()]
    EU_HEADER += [f"{_part}_Regulation_{name}" for name in _REGULATION]


def eu_line(number, **cells):
    """A line of the EU's list: cells by column name, dots for underscores left as they are."""
    return {
        "fileGenerationDate": "05/08/2026",
        "Entity_LogicalId": str(number),
        "Entity_SubjectType": "P",
        "Entity_SubjectType_ClassificationCode": "person",
        "Entity_Regulation_NumberTitle": "2020/1 (OJ L1)",
        "Entity_Regulation_Programme": "TEST",
    } | cells


def eu_file(*lines, header=EU_HEADER, bom="\ufeff"):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, header, delimiter=";", restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(lines)
    return (bom + stream.getvalue()).encode()


@pytest.fixture
def read(tmp_path):
    return lambda content: read_source(tmp_path / "file", "sanctions", content)


PERSON = [
    eu_line(13, NameAlias_WholeName="Ivan Påhittad", NameAlias_LogicalId="1"),
    eu_line(13, NameAlias_WholeName='Ivan "Vanja" Påhittad; den äldre'),
    eu_line(13, NameAlias_FirstName="Ivan", NameAlias_LastName="Pahittad"),
    eu_line(
        13,
        Address_Street="Påhittsgatan 1\nc/o Ingen",
        Address_ZipCode="000 00",
        Address_City="Ingenstans",
        Address_CountryIso2Code="XA",
        Address_CountryDescription="Ingenland",
    ),
    eu_line(13, BirthDate_BirthDate="1960-02-03", BirthDate_CountryIso2Code="00"),
    eu_line(13, BirthDate_Year="1961", Entity_Regulation_PublicationDate="2020-03-04"),
    eu_line(13, Identification_Number="A-123", Identification_TypeCode="passport"),
    eu_line(13, Citizenship_CountryIso2Code="XB", Entity_Regulation_Programme="OTHER"),
]
COMPANY = eu_line(
    20,
    Entity_SubjectType="E",
    Entity_SubjectType_ClassificationCode="enterprise",
    NameAlias_WholeName="Påhittsbolaget Ltd",
)


def test_rows_of_an_entity_say_the_whole_of_it(read):
    batch = read(eu_file(*PERSON, COMPANY))
    assert batch.quarantine.is_empty()
    assert batch.rows_read == 9
    whole = {
        "id": "eu-fsf:13",
        "schema": "Person",
        "name": "Ivan Påhittad",
        "aliases": 'Ivan "Vanja" Påhittad, den äldre;Ivan Pahittad',
        "birth_date": "1960-02-03;1961",
        "countries": "xa;xb",
        "addresses": "Påhittsgatan 1\nc/o Ingen, 000 00, Ingenstans, Ingenland",
        "identifiers": "A-123",
        "sanctions": "2020/1 (OJ L1) TEST;2020/1 (OJ L1) OTHER",
        "program_ids": "TEST;OTHER",
        "dataset": "EU Financial Sanctions Files (FSF)",
        "first_seen": "2020-03-04",
        "last_seen": "2026-08-05",
        "origin": "eu_sanctions",
        "as_of": date(2026, 8, 5),
    }
    told = batch.rows.sort("row_no").to_dicts()
    for row in told[:8]:
        assert {n: v for n, v in row.items() if v is not None and n != "row_no"} == whole
    assert (told[8]["id"], told[8]["schema"], told[8]["aliases"]) == (
        "eu-fsf:20",
        "Organization",
        None,
    )
    # Rows are numbered as a spreadsheet shows them; line ends inside cells are no rows.
    assert [row["row_no"] for row in told] == list(range(2, 11))


def test_rows_of_an_entity_need_not_follow_each_other(read):
    batch = read(eu_file(PERSON[0], COMPANY, PERSON[1]))
    assert rows(batch, "id", "aliases")[0] == rows(batch, "id", "aliases")[2]


def test_a_list_without_entities_says_so(read):
    batch = read(eu_file())
    assert batch.rows_read == 0
    assert set(warned(batch)) == {"no_rows"}


@pytest.mark.parametrize(
    ("written", "told"),
    [("05/08/2026", date(2026, 8, 5)), ("2026-08-05", date(2026, 8, 5)), ("", DAY)],
)
def test_the_list_is_as_old_as_it_says(read, written, told):
    batch = read(eu_file(COMPANY | {"fileGenerationDate": written}))
    assert rows(batch, "as_of") == [(told,)]


def test_entities_without_a_number_or_a_name(read):
    nameless = {**COMPANY, "Entity_LogicalId": "21", "NameAlias_WholeName": ""}
    batch = read(eu_file(COMPANY, COMPANY | {"Entity_LogicalId": ""}, nameless))
    assert reasons(batch) == [("id", "missing_value"), ("name", "missing_value")]
    assert batch.rows.height == 1


def test_a_list_with_fewer_columns_or_others_in_between(read):
    header = ["x", "NameAlias_WholeName", "Entity_LogicalId", "fileGenerationDate"]
    lines = [{name: COMPANY.get(name, "") for name in header}]
    batch = read(eu_file(*lines, header=header, bom=""))
    assert rows(batch, "id", "name", "schema") == [
        ("eu-fsf:20", "Påhittsbolaget Ltd", "LegalEntity")
    ]


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0"?><export xmlns="http://eu.europa.ec/fpi/fsd/export" '
        'generationDate="2026-08-05T00:00:00"><sanctionEntity logicalId="13"/></export>',
        "Date_file;Entity_logical_id;Subject_type;Naal_wholename\n05/08/2026;13;P;Ivan\n",
    ],
)
def test_the_list_in_another_form_is_known_and_told(read, content):
    with pytest.raises(UnreadableFileError) as caught:
        read(content)
    assert caught.value.code == "eu_list_other_version"
    for language in ("sv", "en"):
        assert "CSV" in messages.text("quarantine_actions.eu_list_other_version", language)


def test_other_xml_is_not_the_list(read):
    with pytest.raises(UnreadableFileError) as caught:
        read("<CONSOLIDATED_LIST/>")
    assert caught.value.code == "not_a_known_format"


def test_a_list_over_the_limit_is_refused(read, monkeypatch):
    monkeypatch.setattr(eu_sanctions, "LARGEST_BYTES", 100)
    with pytest.raises(UnreadableFileError) as caught:
        read(eu_file(COMPANY))
    assert caught.value.code == "file_too_large"


def test_the_published_header_is_the_one_that_is_read():
    assert len(EU_HEADER) == 118
    assert set(eu_sanctions._used()) <= set(EU_HEADER)


OPEN_HEADER = [
    *("id", "schema", "name", "aliases", "birth_date", "countries", "addresses", "identifiers"),
    *("sanctions", "phones", "emails", "program_ids", "dataset"),
    *("first_seen", "last_seen", "last_change"),
]


def open_file(*lines):
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    writer.writerow(OPEN_HEADER)
    writer.writerows(lines)
    return stream.getvalue()


def test_every_column_of_opensanctions_is_kept_as_published(read):
    stored = [name for name in all_contracts()["sanctions"].value_columns if name != "as_of"]
    assert stored == OPEN_HEADER
    line = [
        "NK-påhitt",
        "Person",
        'Påhittad, "Ivan"',
        ";".join(f"Alias {n}" for n in range(5_000)),
        "1960-02-03;1961",
        "xa;xb",
        "Gatan 1, Ort\nLand;Annan gata",
        "A-123;B 456",
        "Lista A - 2020-01-01;Lista B",
        "+46 8 123",
        "ivan@exempel.se",
        "EU-TEST;UN-TEST",
        "Ett register;Ett annat",
        "2023-04-20T00:00:00",
        "2026-11-19T00:00:00",
        "2024-01-01T00:00:00",
    ]
    batch = read("\ufeff" + open_file(line, [*line[:3], *[""] * 13], ["x"] + [""] * 15))
    first, second = batch.rows.to_dicts()
    assert [first[name] for name in OPEN_HEADER] == line
    assert second["aliases"] is None
    assert reasons(batch) == [("name", "missing_value")]
    assert not warned(batch)


def test_what_is_about_persons_is_marked_as_that():
    columns = all_contracts()["sanctions"].columns
    told = {name: column.privacy for name, column in columns.items()}
    assert told["countries"] == "sensitive"
    about_persons = (
        "name",
        "aliases",
        "birth_date",
        "addresses",
        "identifiers",
        "phones",
        "emails",
    )
    assert {told[name] for name in about_persons} == {"personal"}
    assert {told[name] for name in ("schema", "dataset", "first_seen")} == {"ordinary"}
