"""Statements of BODS 0.4, made for tests."""

from typing import Any


def statement(kind: str, record: str, day: str, status: str = "new", **details: Any) -> Any:
    return {
        "statementId": f"{record}-{day}".ljust(32, "0"),
        "declarationSubject": "company",
        "statementDate": day,
        "recordId": record,
        "recordType": kind,
        "recordStatus": status,
        "publicationDetails": {"bodsVersion": "0.4", "publicationDate": day},
        "recordDetails": {"isComponent": False, **details},
    }


def entity(record: str, name: str | None = None, number: str | None = None, **details: Any) -> Any:
    """An entity; with a number, one of the Swedish company register unless a scheme is given."""
    scheme = details.pop("scheme", "SE-BLV")
    kind = details.pop("kind", "registeredEntity")
    if number:
        details["identifiers"] = [{"scheme": scheme, "id": number}]
    if name:
        details["name"] = name
    return statement("entity", record, "2020-01-01", entityType={"type": kind}, **details)


def person_known(record: str, name: str, number: str | None = None, **details: Any) -> Any:
    if number:
        details["identifiers"] = [{"scheme": "SWE-TAXID", "id": number}]
    return statement(
        "person",
        record,
        "2020-01-01",
        personType="knownPerson",
        names=[{"type": "legal", "fullName": name}],
        **details,
    )


def interest(share: float | None = None, **others: Any) -> Any:
    told = {"type": "shareholding", "directOrIndirect": "direct"} | others
    return told | ({"share": {"exact": share}} if share is not None else {})


def tie(
    record: str,
    subject: Any,
    party: Any,
    *interests: Any,
    day: str = "2020-01-01",
    status: str = "new",
    **details: Any,
) -> Any:
    return statement(
        "relationship",
        record,
        day,
        status,
        subject=subject,
        interestedParty=party,
        interests=list(interests),
        **details,
    )
