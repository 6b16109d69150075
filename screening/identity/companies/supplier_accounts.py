"""Parties without a number, held against our own suppliers by account, VAT number, mail and phone.

An account that exactly one of our suppliers has says much; one that several have says little, for
factoring companies and groups share accounts. None of it says anything against a conflicting name:
it is added to what the two names and addresses say, and the sum decides.
"""

import math
from datetime import date

import duckdb
import polars as pl

from screening.identity.companies.evidence import IDENTIFIER_PARTS, PARTS, PLACE_COLUMNS, weigh
from screening.identity.companies.matching import MATCH_FROM
from screening.identity.companies.readings import best_readings, name_readings, normal_rows
from screening.identity.companies.register_index import FILLER_WEIGHT, counted_size
from screening.identity.names.words import name_words
from screening.identity.reference_files import mail_providers
from screening.warehouse.exchange import as_table, to_polars

#: What more of our suppliers than this have in common is nobody's.
_MOST_HOLDERS = 20

#: Which suppliers of ours a party has something in common with. ``things`` is what can identify a
#: supplier: mail under a provider's domain as the whole address, under a domain of one's own as the
#: domain. Where an invoice says that another is paid (factoring), the account is not the party's
#: own. A supplier number is never taken for another one whose company is unknown as well.
_IN_COMMON = f"""
CREATE OR REPLACE TEMP TABLE account_pairs AS
WITH asked AS (
    SELECT party_id, supplier_no, name, ref FROM unnumbered WHERE name IS NOT NULL
), things AS MATERIALIZED (
    SELECT * FROM (
        SELECT ref,
            unnest(['account', 'account', 'account', 'account', 'vat_number', 'email', 'phone'])
                AS kind,
            unnest([bankgiro, plusgiro, bank_account, iban, vat_no,
                CASE WHEN NOT regexp_full_match(mail, '[^@ ]+@[^@ ]+[.][^@ ]+') THEN NULL
                    WHEN split_part(mail, '@', 2) IN (FROM mail_providers) THEN mail
                    ELSE split_part(mail, '@', 2) END,
                CASE WHEN length(digits) BETWEEN 7 AND 15 THEN digits END]) AS thing
        FROM (
            SELECT ref, bankgiro, plusgiro, bank_account, iban, vat_no, lower(trim(email)) AS mail,
                regexp_replace(regexp_replace(replace(phone, '(0)', ''), '[^0-9+]', '', 'g'),
                    '^([+]46|0046)', '0') AS digits
            FROM known.suppliers))
    WHERE thing IS NOT NULL
), paid AS (
    SELECT DISTINCT supplier_no, supplier_name, payee_account AS thing FROM known.invoices
    WHERE orgnr IS NULL AND payee_account IS NOT NULL AND payee_orgnr IS NULL
), asked_things AS MATERIALIZED (
    SELECT asked.party_id, things.kind, things.thing FROM asked JOIN things USING (ref)
    UNION
    SELECT asked.party_id, 'account', paid.thing FROM asked JOIN paid USING (supplier_no)
    UNION
    SELECT asked.party_id, 'account', paid.thing
    FROM asked JOIN paid ON paid.supplier_name = asked.name
    WHERE asked.supplier_no IS NULL AND paid.supplier_no IS NULL
), own AS MATERIALIZED (
    SELECT shared.*, numbered.supplier_no, numbered.orgnr,
        coalesce('orgnr ' || numbered.orgnr, 'no ' || numbered.supplier_no) AS entity
    FROM (FROM things SEMI JOIN asked_things USING (kind, thing)) AS shared
    JOIN numbered USING (ref)
), holders AS (
    SELECT kind, thing, count(DISTINCT entity) AS holders FROM own
    -- A number that is asked for is no holder: it may be the other one.
    WHERE orgnr IS NOT NULL OR ref NOT IN (SELECT ref FROM asked WHERE ref IS NOT NULL)
    GROUP BY kind, thing
), pairs AS (
    SELECT asked.party_id, own.supplier_no AS own_no, own.ref, own.entity, own.orgnr, own.kind,
        min(holders.holders) AS holders
    FROM asked_things
    JOIN own USING (kind, thing)
    JOIN holders USING (kind, thing)
    JOIN asked USING (party_id)
    WHERE holders.holders <= {_MOST_HOLDERS}
        AND own.supplier_no IS DISTINCT FROM asked.supplier_no
        AND (asked.supplier_no IS NULL OR own.orgnr IS NOT NULL)
        AND NOT EXISTS (FROM review_parted AS parted WHERE parted.party_id = asked.party_id
            AND own.entity IN ('orgnr ' || parted.orgnr, 'no ' || parted.supplier_no))
    GROUP BY ALL
)
SELECT party_id, own_no, ref, entity, orgnr,
    {{features}}
FROM pairs GROUP BY party_id, own_no, ref, entity, orgnr
"""

#: The records of both sides: of parties by ``party_id``, of suppliers of ours by ``ref``.
_RECORDS = """
SELECT party_id, NULL AS ref, name, street, postal_code, city FROM unnumbered
WHERE party_id IN (SELECT party_id FROM account_pairs)
UNION ALL
SELECT NULL, ref, name, street, postal_code, city FROM known.suppliers
WHERE ref IN (SELECT ref FROM account_pairs)
"""

#: How many names of our suppliers and on invoices have each word of ``read_names``.
_WORDS = """
SELECT word, count(DISTINCT key) AS rows
FROM (SELECT key, unnest(string_split(folded, ' ')) AS word FROM identity_readings.supplier_names)
SEMI JOIN (SELECT unnest(string_split(text, ' ')) AS word FROM read_names) USING (word)
GROUP BY word
"""

#: Kind of thing -> features where nobody else has it, and where others do.
_FEATURES = {
    "account": ("same_account", "shared_account"),
    "vat_number": ("same_vat_number", "shared_vat_number"),
    "email": ("same_mail", "shared_mail"),
    "phone": ("same_phone", "shared_phone"),
}

#: Columns of what ``match_by_accounts`` gives.
ACCOUNT_SCHEMA: dict[str, pl.DataType] = {
    "party_id": pl.Int64(), "entity": pl.String(), "orgnr": pl.String(),
    "probability": pl.Float64(), "is_match": pl.Boolean(), "features": pl.String(),
}  # fmt: skip


def _in_common(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    features = ", ".join(
        f"coalesce(bool_or(kind = '{kind}' AND holders {sign} 1), false)::DOUBLE AS {feature}"
        for kind, both in _FEATURES.items()
        for feature, sign in zip(both, ("<=", ">"), strict=True)
    )
    providers = pl.DataFrame({"domain": mail_providers()}, schema={"domain": pl.String})
    with as_table(connection, "mail_providers", providers):
        connection.execute(_IN_COMMON.format(features=features))
    return to_polars(connection.sql("FROM account_pairs ORDER BY party_id, own_no"))


def _lexicon(connection: duckdb.DuckDBPyConnection, names: pl.DataFrame) -> pl.DataFrame:
    """How rare the words of names are among our suppliers and on invoices, in coarse classes."""
    with as_table(connection, "read_names", names):
        counted = to_polars(connection.sql(_WORDS))
    ((size,),) = connection.execute(
        "SELECT count(folded) FROM identity_readings.supplier_names"
    ).fetchall()
    classed = pl.lit(2) ** pl.col("rows").log(2).floor().cast(pl.Int64)
    weight = (1000 * (1 - classed.log() / math.log(counted_size(size)))).round()
    filler = pl.col("word").is_in(sorted(name_words().fillers))
    return counted.select(
        "word",
        rows=pl.col("rows").cast(pl.Int64),
        weight=pl.when(filler)
        .then(FILLER_WEIGHT)
        .otherwise(weight.clip(FILLER_WEIGHT + 1, 1000))
        .cast(pl.Int32),
    ).sort("word")


def _compared(connection: duckdb.DuckDBPyConnection, pairs: pl.DataFrame) -> pl.DataFrame:
    records = to_polars(connection.sql(_RECORDS))
    # Reading costs by the call as well: both sides at once.
    normal = normal_rows(records).drop_nulls("main")
    asked, own = normal.drop_nulls("party_id"), normal.drop_nulls("ref")
    readings = (
        name_readings(asked, "party_id", in_register=False),
        name_readings(own, "ref", in_register=True),
    )
    names = pl.concat([each.select("text") for each in readings])
    sides = ["form", *PLACE_COLUMNS]
    return (
        best_readings(pairs, *readings, _lexicon(connection, names))
        .join(pairs, on=["party_id", "ref"])
        .join(asked.select("party_id", *sides), on="party_id")
        .join(own.select("ref", *sides), on="ref", suffix="_2")
        .with_columns(deregistered_on=pl.lit(None, pl.Date), is_person=pl.lit(False))
    )


def _decided(weighed: pl.DataFrame) -> pl.DataFrame:
    """The best supplier of ours for each party: at most one is right, or none."""
    parts = [*PARTS, *IDENTIFIER_PARTS]
    order = {"party_id": False, "evidence": True, "entity": False, "own_no": False}
    ranked = weighed.sort(list(order), descending=list(order.values()), nulls_last=True)
    entities = ranked.unique(["party_id", "entity"], keep="first", maintain_order=True)
    best = entities.group_by("party_id", maintain_order=True).agg(
        pl.col("entity", "orgnr", "place_level", *parts, "evidence").first(),
        probability=(pl.col("evidence").first().exp() / (1 + pl.col("evidence").exp().sum())).round(
            4
        ),
        margin=pl.col("evidence").first() - pl.col("evidence").get(1, null_on_oob=True),
        candidates=pl.len(),
        runner_up=pl.col("orgnr").get(1, null_on_oob=True),
    )
    told = [
        pl.when(pl.col(part) != 0).then(pl.col(part).round(2)).otherwise(0.0).alias(part)
        for part in parts
    ]
    return best.select(
        "party_id",
        "entity",
        "orgnr",
        "probability",
        is_match=pl.col("probability") >= MATCH_FROM,
        features=pl.struct(
            *told, "place_level", pl.col("margin").round(2), "candidates", "runner_up"
        ).struct.json_encode(),
    )


def match_by_accounts(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """Find parties without a number among our own suppliers, by what they have in common.

    Needs the temporary tables of ``number_suppliers``, ``unnumbered`` and ``review_parted``, and
    what the names are read as.

    Returns:
        ``ACCOUNT_SCHEMA``, one row per party that has an account, a VAT number, mail or a phone in
        common with a supplier of ours: the best of these as ``entity`` ("orgnr ..." or "no ..."),
        matched or not, with the parts of the evidence.
    """
    found = pl.DataFrame(schema=ACCOUNT_SCHEMA)
    pairs = _in_common(connection)
    if pairs.height:
        found = _decided(weigh(_compared(connection, pairs), as_of))
    connection.execute("DROP TABLE temp.account_pairs")
    return found.cast(pl.Schema(ACCOUNT_SCHEMA)).sort("party_id")
