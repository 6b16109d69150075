"""SCB's bulk file: tabs, Latin-1, literal quotes, a column too many."""

import polars as pl
import pytest

from screening.sources.delimited import lay_out
from screening.sources.encoding import detect
from screening.sources.scb_bulk import COLUMNS, is_scb, read_scb

NAMES = [
    *("COAdress", "Foretagsnamn", "FtgStat", "Gatuadress", "JEStat", "JurForm", "Namn"),
    *("Ng1", "Ng2", "Ng3", "Ng4", "Ng5", "PeOrgNr", "PostNr", "PostOrt", "RegDatKtid"),
    "Reklamsparrtyp",
]
HEADER = ["ForAndrTyp", *NAMES, *(f"m{name}" for name in NAMES if name != "PeOrgNr")]


def record(**given):
    fields = {
        "ForAndrTyp": "1",
        "FtgStat": "1",
        "Gatuadress": "STORGATAN 1",
        "JEStat": "1",
        "JurForm": "49",
        "Namn": "EXEMPEL OMSORG AB",
        "Ng1": "88101",
        "PeOrgNr": "165560000019",
        "PostNr": "21122",
        "PostOrt": "MALMÖ",
        "RegDatKtid": "20010203",
    } | given
    return "\t".join(fields.get(name, "1" if name.startswith("m") else "") for name in HEADER)


@pytest.fixture
def read(tmp_path):
    def reading(*records):
        path = tmp_path / "bulk"
        lines = [line + "\t\r\n" for line in ("\t".join(HEADER), *records)]
        path.write_bytes("".join(lines).encode("latin-1"))
        chunks = list(read_scb(path, detect(path)).chunks)
        frame = pl.concat([chunk.frame for chunk in chunks])
        assert set(frame.columns) == {*COLUMNS, "row_no"}
        return frame, pl.concat([chunk.broken for chunk in chunks])

    return reading


def test_the_header_tells_the_format():
    layout, _ = lay_out("\t".join(HEADER) + "\t\n" + record() + "\t\n", has_quotes=False)
    assert is_scb(layout.columns)
    assert not is_scb(["PeOrgNr", "Namn"])


def test_a_legal_person(read):
    frame, broken = read(record(COAdress="C/O ÅBERG", Ng2="88102", Ng4="00000"))
    assert broken.is_empty()
    assert frame.row(0, named=True) == {
        "orgnr": "5560000019",
        "name": "EXEMPEL OMSORG AB",
        "legal_form": "49",
        "registered_on": "20010203",
        "status": "active",
        "sni_codes": "88101,88102",
        "street": "STORGATAN 1",
        "care_of": "C/O ÅBERG",
        "postal_code": "21122",
        "city": "MALMÖ",
        "row_no": 2,
    }


def test_a_sole_trader_is_known_by_the_trade_name(read):
    frame, _ = read(
        record(PeOrgNr="198501019802", Namn="EK ANNA", Foretagsnamn="EKS OMSORG"),
        record(PeOrgNr="198501019802", Namn="EK ANNA"),
        record(Foretagsnamn="ANNAT NAMN"),
    )
    assert frame["orgnr"].to_list() == ["8501019802", "8501019802", "5560000019"]
    assert frame["name"].to_list() == ["EKS OMSORG", "EK ANNA", "EXEMPEL OMSORG AB"]


@pytest.mark.parametrize(
    ("activity", "unit", "status"),
    [
        ("1", "1", "active"),
        ("0", "1", "never_active"),
        ("9", "1", "inactive"),
        ("1", "9", "deregistered"),
        ("", "", None),
    ],
)
def test_status(read, activity, unit, status):
    frame, _ = read(record(FtgStat=activity, JEStat=unit))
    assert frame["status"].to_list() == [status]


def test_zeros_are_no_date_and_no_postal_code(read):
    frame, _ = read(record(RegDatKtid="00000000", PostNr="00000", Ng1=""))
    assert frame["registered_on"].to_list() == [None]
    assert frame["postal_code"].to_list() == [None]
    assert frame["sni_codes"].to_list() == [None]


def test_quotes_are_text(read):
    frame, broken = read(record(Namn='"SOLEN'), record(Namn='BOLAGET "X" AB'), record())
    assert frame["name"].to_list() == ['"SOLEN', 'BOLAGET "X" AB', "EXEMPEL OMSORG AB"]
    assert broken.is_empty()


def test_half_a_row_is_broken_alone(read):
    frame, broken = read(record(), "1\tHALV", record())
    assert frame["row_no"].to_list() == [2, 4]
    assert broken.select("row_no", "reason").rows() == [(3, "wrong_field_count")]
