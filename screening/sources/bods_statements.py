"""Statements of the Beneficial Ownership Data Standard (BODS) 0.4 as two compact tables.

Who the parties are (statements about entities and persons) and what ties them (statements about
relationships). Fields and code lists: the JSON schema of BODS 0.4; identifier schemes: org-id.guide
for entities (Sweden: ``SE-BLV`` and ``SE-ON``), ``{ISO 3166-1 alpha-3}-{TYPE}`` for persons.
"""

from collections.abc import Iterator

import polars as pl

from screening.identity_numbers import orgnr_expr
from screening.sources.delivery import QUARANTINE_SCHEMA, UnreadableFileError
from screening.sources.json_records import JsonRecords
from screening.sources.json_values import Structure, json_parser
from screening.sources.packed_frames import PackedFrames

_TEXT = "VARCHAR"
_UNSPECIFIED = {"reason": _TEXT, "description": _TEXT}
_PLACE = {"name": _TEXT, "code": _TEXT}
_SHARE = dict.fromkeys(
    ("exact", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _TEXT
)
_INTEREST = {
    "type": _TEXT,
    "directOrIndirect": _TEXT,
    "beneficialOwnershipOrControl": _TEXT,
    "startDate": _TEXT,
    "endDate": _TEXT,
    "share": _SHARE,
}
_STATEMENT: Structure = {
    "statementId": _TEXT,
    "statementDate": _TEXT,
    "statementType": _TEXT,
    "recordId": _TEXT,
    "recordType": _TEXT,
    "recordStatus": _TEXT,
    "recordDetails": {
        "isComponent": _TEXT,
        "entityType": {"type": _TEXT},
        "name": _TEXT,
        "jurisdiction": _PLACE,
        "unspecifiedEntityDetails": _UNSPECIFIED,
        "identifiers": [{"id": _TEXT, "scheme": _TEXT, "schemeName": _TEXT}],
        "personType": _TEXT,
        "names": [
            dict.fromkeys(("type", "fullName", "givenName", "patronymicName", "familyName"), _TEXT)
        ],
        "nationalities": [_PLACE],
        "birthDate": _TEXT,
        "unspecifiedPersonDetails": _UNSPECIFIED,
        "subject": _TEXT,
        "interestedParty": _TEXT,
        "interests": [_INTEREST],
    },
}
#: Keys of which a statement has at least one, in this version or an older one.
KEYS = frozenset(("recordType", "recordDetails", "statementId", "statementID", "statementType"))

#: What is left of the statements that are read.
PARTY_COLUMNS = (
    "record",
    "day",
    "order",
    "kind",
    "name",
    "other_names",
    "number",
    "official",
    "birth_date",
    "birth_year",
    "country",
)
#: The kinds of parties: a person, a company or other legal entity, an arrangement such as a joint
#: holding or a trust, a state or a part of it, and somebody who is not known or not told.
_KINDS = {
    "knownPerson": "person",
    "anonymousPerson": "unknown",
    "unknownPerson": "unknown",
    "registeredEntity": "company",
    "legalEntity": "company",
    "arrangement": "arrangement",
    "anonymousEntity": "unknown",
    "unknownEntity": "unknown",
    "state": "state",
    "stateBody": "state",
}
#: Best first; a name without a type comes after the legal one.
_NAME_RANKS = {
    "legal": 0,
    "": 1,
    "alternative": 2,
    "translation": 3,
    "transliteration": 3,
    "birth": 4,
}
_SWEDISH_REGISTERS = ("SE-BLV", "SE-ON", "SE-BOLV", "SE-ORGNR", "SE-ORG")
_SWEDISH_REGISTER_NAMES = "(?i)organisationsn(?:umme)?r|bolagsverket|swedish companies reg"
_SWEDISH_PERSON = "(?i)^SWE?-(?:TAXID|IDCARD|ID|PNR|PERSONNUMMER|SAMORDNINGSNUMMER)$"
_SWEDISH_PERSON_NAMES = "(?i)personnummer|samordningsnummer|swedish personal identity"


def read_statements(records: JsonRecords) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Parties, ties and broken statements of a file.

    Returns:
        Parties: ``PARTY_COLUMNS``, the last statement of each record. Ties, one row per interest:
        ``order`` (the statement's ordinal), ``record``, ``moment`` (as published), ``day``,
        ``status``, ``subject``, ``party``, then the interest in the contract's words. Broken: the
        quarantine schema.

    Raises:
        UnreadableFileError: ``bods_older_version``, or the file breaks off.
    """
    parties, ties = PackedFrames(), PackedFrames()
    broken = [pl.DataFrame(schema=QUARANTINE_SCHEMA)]
    for statements, rejects in _statements(records):
        parties.append(_parties(statements))
        ties.append(_ties(statements))
        broken.append(rejects)
    newest = parties.all().sort("order").unique("record", keep="last", maintain_order=True)
    return newest, ties.all(), pl.concat(broken)


def _statements(records: JsonRecords) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    with json_parser() as parser:
        for chunk in records.chunks():
            told, broken = parser.records(chunk, _STATEMENT)
            kind = pl.col("recordType")
            if told.filter(kind.is_null() & pl.col("statementType").is_not_null()).height:
                raise UnreadableFileError("bods_older_version")
            known = kind.is_in(["entity", "person", "relationship"]).fill_null(False)
            others = told.filter(~known).select(
                "row_no",
                pl.lit("recordType").alias("column"),
                pl.lit("bad_record").alias("reason"),
                pl.col("text").str.slice(0, 1000).alias("raw"),
            )
            yield _common(told.filter(known)), pl.concat([broken, others])


def _common(statements: pl.DataFrame) -> pl.DataFrame:
    moment = pl.col("statementDate")
    return statements.select(
        pl.col("row_no").alias("order"),
        # Both are required; a statement without them stands for itself.
        pl.coalesce("recordId", "statementId", "#" + pl.col("row_no").cast(pl.String)).alias(
            "record"
        ),
        "recordType",
        moment.alias("moment"),
        moment.str.slice(0, 10).alias("day"),
        pl.col("recordStatus").alias("status"),
        "recordDetails",
    ).unnest("recordDetails")


def _ties(statements: pl.DataFrame) -> pl.DataFrame:
    told = statements.filter(pl.col("recordType") == "relationship")
    interests = pl.when(pl.col("interests").list.len() > 0).then("interests")
    return (
        told.with_columns(interests)
        .explode("interests")
        .unnest("interests")
        .unnest("share")
        .select(
            "order",
            "record",
            "moment",
            "day",
            "status",
            "subject",
            pl.col("interestedParty").alias("party"),
            pl.col("isComponent").alias("is_component"),
            interest=pl.col("type"),
            from_date=pl.col("startDate"),
            to_date=pl.col("endDate"),
            direct=pl.col("directOrIndirect").replace_strict(
                {"direct": True, "indirect": False}, default=None, return_dtype=pl.Boolean
            ),
            is_beneficial_owner=pl.col("beneficialOwnershipOrControl"),
            share_percent=pl.col("exact"),
            share_min_percent=pl.coalesce("exact", "minimum", "exclusiveMinimum"),
            share_max_percent=pl.coalesce("exact", "maximum", "exclusiveMaximum"),
        )
    )


def _parties(statements: pl.DataFrame) -> pl.DataFrame:
    told = statements.filter(pl.col("recordType") != "relationship")
    is_person = pl.col("recordType") == "person"
    detailed = pl.coalesce(pl.col("entityType").struct.field("type"), "personType")
    unspecified = [
        pl.col(name).struct.field(part)
        for part in ("description", "reason")
        for name in ("unspecifiedEntityDetails", "unspecifiedPersonDetails")
    ]
    kind = detailed.replace_strict(_KINDS, default=None, return_dtype=pl.String)
    country = pl.coalesce(
        pl.col("nationalities")
        .list.eval(
            pl.coalesce(pl.element().struct.field("code"), pl.element().struct.field("name"))
        )
        .list.drop_nulls()
        .list.join(";")
        .replace("", None),
        _code_or_name("jurisdiction"),
    )
    return (
        told.join(_names(told), on="order", how="left", maintain_order="left")
        .join(_identifiers(told), on="order", how="left", maintain_order="left")
        .select(
            "record",
            "day",
            "order",
            kind=pl.coalesce(
                kind, pl.when(is_person).then(pl.lit("person")).otherwise(pl.lit("company"))
            ),
            name=pl.coalesce(
                pl.when(is_person).then("person_name").otherwise("name"), *unspecified, detailed
            ),
            other_names="other_names",
            number="number",
            official=pl.when(~is_person).then("official"),
            birth_date=pl.col("birthDate").str.extract(r"^(\d{4}-\d\d-\d\d)(?:T|$)"),
            birth_year=pl.col("birthDate").str.extract(r"^(\d{4})(?:-\d\d)?$"),
            country=country,
        )
        .select(PARTY_COLUMNS)
    )


def _code_or_name(place: str) -> pl.Expr:
    return pl.coalesce(
        pl.col(place).struct.field("code"), pl.col(place).struct.field("name")
    ).replace("", None)


def _names(told: pl.DataFrame) -> pl.DataFrame:
    """Each person's best name, and the others: ``order``, ``person_name``, ``other_names``."""
    parts = [pl.col(part).replace("", None) for part in ("givenName", "patronymicName")]
    joined = pl.concat_str([*parts, pl.col("familyName")], separator=" ", ignore_nulls=True)
    return (
        told.select("order", "names")
        .explode("names")
        .unnest("names")
        .select(
            "order",
            name=pl.coalesce(pl.col("fullName").str.strip_chars().replace("", None), joined)
            .str.strip_chars()
            .replace("", None),
            rank=pl.col("type").fill_null("").replace_strict(_NAME_RANKS, default=5),
        )
        .drop_nulls("name")
        .sort("order", "rank", maintain_order=True)
        .unique(["order", "name"], keep="first", maintain_order=True)
        .group_by("order", maintain_order=True)
        .agg(
            person_name=pl.col("name").first(),
            other_names=pl.col("name").slice(1).str.join("; ").replace("", None),
        )
    )


def _identifiers(told: pl.DataFrame) -> pl.DataFrame:
    """Swedish numbers and other official ones: ``order``, ``number``, ``official``."""
    scheme, number = pl.col("scheme").str.to_uppercase().str.strip_chars(), pl.col("id")
    is_person = pl.col("recordType") == "person"
    is_swedish = _code_or_name("jurisdiction").str.contains("(?i)^(?:SE(?:-.*)?|Sweden|Sverige)$")
    orgnr = orgnr_expr(pl.col("id")).is_not_null()
    in_register = (
        scheme.is_in(_SWEDISH_REGISTERS)
        | pl.col("schemeName").str.contains(_SWEDISH_REGISTER_NAMES)
        | (orgnr & scheme.str.starts_with("SE-"))
        | (orgnr & scheme.is_null() & is_swedish)
    )
    is_persons = scheme.str.contains(_SWEDISH_PERSON) | pl.col("schemeName").str.contains(
        _SWEDISH_PERSON_NAMES
    )
    is_number = pl.when(is_person).then(is_persons).otherwise(in_register).fill_null(False)
    return (
        told.select("order", "recordType", "jurisdiction", "identifiers")
        .explode("identifiers")
        .unnest("identifiers")
        .with_columns(number.str.strip_chars().replace("", None))
        .drop_nulls("id")
        .with_columns(is_number=is_number)
        .group_by("order", maintain_order=True)
        .agg(
            number=number.filter("is_number").first(),
            official=(pl.coalesce(scheme, pl.col("schemeName")) + ":" + number)
            .filter(~pl.col("is_number"))
            .drop_nulls()
            .first(),
        )
    )
