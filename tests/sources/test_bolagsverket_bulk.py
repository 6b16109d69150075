"""Bolagsverket's bulk file with the traps of the real one."""

import polars as pl
import pytest

from screening.sources.bolagsverket_bulk import (
    COLUMNS,
    HEADER,
    is_bolagsverket,
    read_bolagsverket,
)
from screening.sources.delimited import lay_out
from screening.sources.encoding import detect

NAME = "Exempel Omsorg AB$FORETAGSNAMN-ORGNAM$2001-02-03"


def record(**given):
    fields = {
        "organisationsidentitet": "5560000019$ORGNR-IDORG",
        "namnskyddslopnummer": "1",
        "registreringsland": "SE-LAND",
        "organisationsnamn": NAME,
        "organisationsform": "AB-ORGFO",
        "registreringsdatum": "2001-02-03",
        "verksamhetsbeskrivning": "Hemtjänst",
        "postadress": "Storgatan 1$c/o Berg$MALMÖ$21122$SE-LAND",
    } | given
    return '"' + '";"'.join(fields.get(name, "") for name in HEADER) + '"'


@pytest.fixture
def read(tmp_path):
    def reading(*records, block_bytes=1 << 20):
        path = tmp_path / "bulk"
        path.write_text("\n".join([";".join(HEADER), *records]) + "\n", encoding="utf-8")
        table = read_bolagsverket(path, detect(path), block_bytes)
        chunks = list(table.chunks)
        frame = pl.concat([chunk.frame for chunk in chunks])
        assert frame.columns == [*COLUMNS, "row_no"]
        return frame, pl.concat([chunk.broken for chunk in chunks])

    return reading


def test_the_header_tells_the_format():
    layout, _ = lay_out(";".join(HEADER) + "\n" + record())
    assert is_bolagsverket(layout.columns)
    assert not is_bolagsverket(["orgnr", "organisationsnamn", "status"])


def test_a_plain_organisation(read):
    frame, broken = read(record())
    assert frame.row(0, named=True) == {
        "orgnr": "5560000019",
        "name": "Exempel Omsorg AB",
        "legal_form": "AB",
        "registered_on": "2001-02-03",
        "deregistered_on": None,
        "deregistration_reason": None,
        "status": "active",
        "proceeding": None,
        "proceeding_from": None,
        "street": "Storgatan 1",
        "care_of": "c/o Berg",
        "postal_code": "21122",
        "city": "MALMÖ",
        "row_no": 2,
    }
    assert broken.is_empty()


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (NAME, "Exempel Omsorg AB"),
        (f"Care Ltd$FORNAMN_FRSPRAK-ORGNAM$2004-01-01|{NAME}", "Exempel Omsorg AB"),
        (f"{NAME}|Care Ltd$FORNAMN_FRSPRAK-ORGNAM$2004-01-01", "Exempel Omsorg AB"),
        ("Anna Ek$NAMN-ORGNAM$1990-01-01", "Anna Ek"),
        ("Bara Annat$SARS_FORNAMN-ORGNAM$1990-01-01", "Bara Annat"),
        ("Cash$Care AB$FORETAGSNAMN-ORGNAM$1990-01-01", "Cash$Care AB"),
        ('Föreningen "Ljuset" Malmö$FORETAGSNAMN-ORGNAM$1985-10-01', 'Föreningen "Ljuset" Malmö'),
        ("Utan delar", "Utan delar"),
        ("", None),
    ],
)
def test_the_registered_name_is_taken(read, names, name):
    frame, _ = read(record(organisationsnamn=names))
    assert frame["name"].to_list() == [name]


@pytest.mark.parametrize(
    ("identity", "number"),
    [
        ("5560000019$ORGNR-IDORG", "5560000019"),
        ("198501019802$PERSON-IDORG", "8501019802"),
        ("8501019802$DODSBO-IDORG", "8501019802"),
        ("5560000019", "5560000019"),
    ],
)
def test_kinds_of_identity(read, identity, number):
    frame, _ = read(record(organisationsidentitet=identity))
    assert frame["orgnr"].to_list() == [number]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("KKAV-AVORG", "bankruptcy"),
        ("LIAV-AVORG", "liquidation"),
        ("FUAV-AVORG", "merger"),
        ("DELAV-AVORG", "division"),
        ("DEAV-AVORG", "division"),
        ("VERKUPP-AVORG", "other"),
    ],
)
def test_why_an_organisation_was_deregistered(read, code, reason):
    frame, _ = read(
        record(avregistreringsdatum="2020-05-04", avregistreringsorsak=code),
        record(organisationsidentitet="5560000027$ORGNR-IDORG"),
    )
    assert frame["deregistration_reason"].to_list() == [reason, None]
    assert frame["deregistered_on"].to_list() == ["2020-05-04", None]
    assert frame["status"].to_list() == ["deregistered", "active"]


@pytest.mark.parametrize(
    ("told", "proceeding", "since"),
    [
        ("|KK-AVOMFO$2024-06-05", "bankruptcy", "2024-06-05"),
        ("KK-AVOMFO$2024-06-05", "bankruptcy", "2024-06-05"),
        ("|LI-AVOMFO$2024-06-05|KK-AVOMFO$2024-09-01|", "bankruptcy", "2024-09-01"),
        ("|FUOL-AVOMFO$2024-01-01|FR-AVOMFO$2024-02-02", "reconstruction", "2024-02-02"),
        ("|FUOT-AVOMFO$2024-01-01|DEOL-AVOMFO$2024-02-02", "division", "2024-02-02"),
        ("|OM-AVOMFO$2024-01-01", "other", "2024-01-01"),
        # A conversion across borders is no insolvency.
        ("|GROM-AVOMFO$2024-01-01", "other", "2024-01-01"),
        ("|FRUHOR-AVSLAVOMFO$2021-01-01", None, None),
        ("|FR-AVOMFO$2020-01-01|FRUHOR-AVSLAVOMFO$2021-01-01", None, None),
        ("|FR-AVOMFO$2022-01-01|FRUHOR-AVSLAVOMFO$2021-01-01", "reconstruction", "2022-01-01"),
        ("|LI-AVOMFO$2020-01-01|KKUHAVD-AVSLAVOMFO$2021-01-01", "liquidation", "2020-01-01"),
    ],
)
def test_the_most_serious_proceeding_under_way_is_told(read, told, proceeding, since):
    column = "pagandeAvvecklingsEllerOmstruktureringsforfarande"
    frame, _ = read(record(**{column: told}))
    assert frame["proceeding"].to_list() == [proceeding]
    assert frame["proceeding_from"].to_list() == [since]
    assert frame["status"].to_list() == [proceeding or "active"]


@pytest.mark.parametrize(
    ("address", "postal_code", "city"),
    [
        ("Storgatan 1$$MALMÖ$21122$SE-LAND", "21122", "MALMÖ"),
        ("Nygade 1$$KØBENHAVN$12345$DK-LAND", None, "KØBENHAVN"),
        ("Box 1$$MALMÖ$211$SE-LAND", None, "MALMÖ"),
        ("", None, None),
    ],
)
def test_addresses(read, address, postal_code, city):
    frame, _ = read(record(postadress=address))
    assert frame["postal_code"].to_list() == [postal_code]
    assert frame["city"].to_list() == [city]


def test_quotes_nuls_and_line_ends_in_descriptions(read):
    frame, broken = read(
        record(verksamhetsbeskrivning='Drift av "Solgläntan" samt; annat'),
        record(
            organisationsidentitet="5560000027$ORGNR-IDORG",
            verksamhetsbeskrivning='Rad ett.\nRad två, "citat"\n\nRad tre\x00',
        ),
        record(organisationsidentitet="5560000035$ORGNR-IDORG"),
    )
    assert frame["orgnr"].to_list() == ["5560000019", "5560000027", "5560000035"]
    assert frame["city"].to_list() == ["MALMÖ"] * 3
    assert frame["row_no"].to_list() == [2, 3, 4]
    assert broken.is_empty()


def test_half_a_row_is_broken_alone(read):
    half = '"5560000027$ORGNR-IDORG";"1";"SE-LAND";"Halva'
    frame, broken = read(record(), half, record(organisationsidentitet="5560000035$ORGNR-IDORG"))
    assert frame["orgnr"].to_list() == ["5560000019", "5560000035"]
    assert broken.rows() == [(3, None, "wrong_field_count", half)]


def test_rows_of_one_organisation_are_told_alike(read):
    closed = {"avregistreringsdatum": "2010-01-01", "avregistreringsorsak": "VERKUPP-AVORG"}
    person = {"organisationsidentitet": "198501019802$PERSON-IDORG"}
    names = [
        record(**person, **closed, namnskyddslopnummer="1", organisationsnamn="Ett$NAMN-ORGNAM$x"),
        record(**person, namnskyddslopnummer="3", organisationsnamn="Tre$NAMN-ORGNAM$x"),
        record(**person, namnskyddslopnummer="2", organisationsnamn="Två$NAMN-ORGNAM$x"),
    ]
    for block_bytes in (1 << 20, 100):
        frame, _ = read(record(), *names, block_bytes=block_bytes)
        assert frame["name"].to_list() == ["Exempel Omsorg AB", "Två", "Två", "Två"]
        assert frame["row_no"].to_list() == [2, 3, 4, 5]
        assert frame.slice(1).drop("row_no").unique().height == 1


def test_the_size_of_blocks_does_not_matter(read):
    records = [
        record(
            organisationsidentitet=f"556{i:06d}9$ORGNR-IDORG",
            verksamhetsbeskrivning="x\n" * (i % 3),
            avregistreringsdatum="2020-01-01" if i % 5 == 0 else "",
        )
        for i in range(40)
    ]
    whole = read(*records)[0]
    assert whole.height == 40
    assert read(*records, block_bytes=300)[0].equals(whole)


def test_a_file_saved_again_without_needless_quotes(read):
    plain = record().replace('"', "")
    frame, broken = read(plain)
    assert frame["orgnr"].to_list() == ["5560000019"]
    assert frame["city"].to_list() == ["MALMÖ"]
    assert broken.is_empty()
