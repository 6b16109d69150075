"""Parties without a number, held against our own suppliers by account, VAT number, mail and phone.

An account that exactly one of our suppliers has says much; one that several have says little, for
factoring companies and groups share accounts. None of it says anything against a conflicting name:
it is added to what the two names and addresses say, and the sum decides.
"""

import math
from datetime import date

import duckdb
import polars as pl

from screening.identity.companies.evidence import IDENTIFIER_PARTS, PARTS, weigh
from screening.identity.companies.matching import MATCH_FROM
from screening.identity.companies.readings import best_readings, name_readings, normal_rows
from screening.identity.companies.register_index import FILLER_WEIGHT, counted_size
from screening.identity.names.words import name_words
from screening.identity.reference_files import mail_providers
from screening.warehouse.exchange import as_table, to_polars

#: What more of our suppliers than this have in common is nobody's.
_MOST_HOLDERS = 20

#: ``own_things``: what can identify a supplier of ours, one row per supplier number and thing.
#: Mail under a provider's domain is the whole address, under a domain of one's own the domain.
_OWN_THINGS = """
CREATE OR REPLACE TEMP TABLE own_things AS
WITH told AS (
    SELECT supplier_no, 'account' AS kind,
        unnest([bankgiro, plusgiro, bank_account, iban]) AS thing FROM held_suppliers
    UNION ALL SELECT supplier_no, 'vat_number', vat_no FROM held_suppliers
    UNION ALL SELECT supplier_no, 'email', CASE
            WHEN split_part(mail, '@', 2) IN (FROM mail_providers) THEN mail
            ELSE split_part(mail, '@', 2) END
        FROM (SELECT supplier_no, lower(trim(email)) AS mail FROM held_suppliers)
        WHERE regexp_full_match(mail, '[^@ ]+@[^@ ]+[.][^@ ]+')
    UNION ALL SELECT supplier_no, 'phone', CASE WHEN length(digits) BETWEEN 7 AND 15 THEN digits END
        FROM (SELECT supplier_no, regexp_replace(regexp_replace(regexp_replace(phone,
            '[(]0[)]', ''), '[^0-9+]', '', 'g'), '^([+]46|0046)', '0') AS digits
            FROM held_suppliers)
)
SELECT DISTINCT supplier_no, kind, thing FROM told WHERE thing IS NOT NULL
"""

#: ``asked_things``: the same of the parties that are asked for. Where the invoice says that another
#: is paid (factoring), the account is not the party's own.
_ASKED_THINGS = """
CREATE OR REPLACE TEMP TABLE asked_things AS
WITH paid AS (
    SELECT DISTINCT supplier_no, supplier_name, payee_account AS thing FROM known.invoices
    WHERE orgnr IS NULL AND payee_account IS NOT NULL AND payee_orgnr IS NULL
)
SELECT DISTINCT asked.party_id, own.kind, own.thing
FROM account_asked AS asked JOIN own_things AS own USING (supplier_no)
UNION
SELECT DISTINCT asked.party_id, 'account', paid.thing
FROM account_asked AS asked JOIN paid ON paid.supplier_no = asked.supplier_no
    OR (asked.supplier_no IS NULL AND paid.supplier_no IS NULL
        AND paid.supplier_name = asked.name)
"""

#: Which suppliers of ours a party has something in common with. A supplier number is never taken
#: for another one whose company is unknown as well.
_IN_COMMON = f"""
WITH own AS (
    SELECT thing.kind, thing.thing, thing.supplier_no, numbered.orgnr,
        coalesce('orgnr ' || numbered.orgnr, 'no ' || thing.supplier_no) AS entity
    FROM own_things AS thing JOIN numbered USING (supplier_no)
), holders AS (
    SELECT kind, thing, count(DISTINCT entity) AS holders FROM own
    -- A number that is asked for is no holder: it may be the other one.
    WHERE orgnr IS NOT NULL OR supplier_no NOT IN (
        SELECT supplier_no FROM account_asked WHERE supplier_no IS NOT NULL)
    GROUP BY kind, thing
), pairs AS (
    SELECT asked.party_id, own.supplier_no AS own_no, own.entity, own.orgnr, own.kind,
        min(holders.holders) AS holders
    FROM asked_things AS asked
    JOIN own USING (kind, thing)
    JOIN holders USING (kind, thing)
    JOIN account_asked AS party USING (party_id)
    WHERE holders.holders <= {_MOST_HOLDERS}
        AND own.supplier_no IS DISTINCT FROM party.supplier_no
        AND (party.supplier_no IS NULL OR own.orgnr IS NOT NULL)
        AND NOT EXISTS (FROM review_parted AS parted WHERE parted.party_key = party.party_key
            AND own.entity IN ('orgnr ' || parted.orgnr, 'no ' || parted.supplier_no))
    GROUP BY ALL
)
SELECT party_id, own_no, entity, orgnr,
    {{features}}
FROM pairs GROUP BY party_id, own_no, entity, orgnr ORDER BY party_id, own_no
"""

_ASKED = """
CREATE OR REPLACE TEMP TABLE account_asked AS
SELECT row_number() OVER (ORDER BY supplier_no NULLS LAST, name) AS party_id, *
FROM unnumbered WHERE name IS NOT NULL
"""

_TEMPORARY = ("own_things", "asked_things", "account_asked", "mail_providers")

#: Kind of thing -> features where nobody else has it, and where others do.
_FEATURES = {
    "account": ("same_account", "shared_account"),
    "vat_number": ("same_vat_number", "shared_vat_number"),
    "email": ("same_mail", "shared_mail"),
    "phone": ("same_phone", "shared_phone"),
}

#: Columns of what ``match_by_accounts`` gives.
ACCOUNT_SCHEMA: dict[str, pl.DataType] = {
    "supplier_no": pl.String(), "name": pl.String(), "entity": pl.String(), "orgnr": pl.String(),
    "probability": pl.Float64(), "is_match": pl.Boolean(), "features": pl.String(),
}  # fmt: skip


def _in_common(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    features = ", ".join(
        f"coalesce(bool_or(kind = '{kind}' AND holders {sign} 1), false)::DOUBLE AS {feature}"
        for kind, both in _FEATURES.items()
        for feature, sign in zip(both, ("<=", ">"), strict=True)
    )
    return to_polars(connection.sql(_IN_COMMON.format(features=features)))


def _lexicon(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """How rare words are among the names of our suppliers and on invoices, in coarse classes."""
    names = to_polars(connection.sql("SELECT folded FROM name_forms WHERE folded IS NOT NULL"))
    counted = (
        names.select(word=pl.col("folded").str.split(" ").list.unique())
        .explode("word", empty_as_null=False)
        .group_by("word")
        .agg(rows=pl.len())
    )
    whole = math.log(counted_size(names.height))
    classed = pl.lit(2) ** pl.col("rows").log(2).floor().cast(pl.Int64)
    weight = (1000 * (1 - classed.log() / whole)).round().clip(FILLER_WEIGHT + 1, 1000)
    filler = pl.col("word").is_in(sorted(name_words().fillers))
    return counted.select(
        "word",
        rows=pl.col("rows").cast(pl.Int64),
        weight=pl.when(filler).then(FILLER_WEIGHT).otherwise(weight).cast(pl.Int32),
    ).sort("word")


def _compared(connection: duckdb.DuckDBPyConnection, pairs: pl.DataFrame) -> pl.DataFrame:
    asked = normal_rows(
        to_polars(
            connection.sql("SELECT party_id, name, street, postal_code, city FROM account_asked")
        ).join(pairs.select("party_id").unique(), on="party_id", how="semi")
    ).drop_nulls("main")
    own = (
        normal_rows(
            to_polars(
                connection.sql(
                    "SELECT supplier_no AS own_no, name, street, postal_code, city "
                    "FROM held_suppliers ORDER BY supplier_no"
                )
            ).join(pairs.select("own_no").unique(), on="own_no", how="semi")
        )
        .drop_nulls("main")
        .sort("own_no")
        .with_row_index("ref")
        .cast({"ref": pl.Int64})
    )
    candidates = pairs.join(own.select("own_no", "ref"), on="own_no")
    read = best_readings(
        candidates,
        name_readings(asked, "party_id", in_register=False),
        name_readings(own, "ref", in_register=True),
        _lexicon(connection),
    )
    sides = ["form", "door", "box", "postal", "city"]
    return (
        read.join(candidates, on=["party_id", "ref"])
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

    Needs the temporary tables of ``number_suppliers``, ``unnumbered``, ``name_forms`` and
    ``review_parted``.

    Returns:
        ``ACCOUNT_SCHEMA``, one row per party that has an account, a VAT number, mail or a phone in
        common with a supplier of ours: the best of these as ``entity`` ("orgnr ..." or "no ..."),
        matched or not, with the parts of the evidence.
    """
    connection.execute(_ASKED)
    providers = pl.DataFrame({"domain": mail_providers()}, schema={"domain": pl.String})
    with as_table(connection, "providers", providers):
        connection.execute("CREATE OR REPLACE TEMP TABLE mail_providers AS FROM providers")
    connection.execute(_OWN_THINGS)
    connection.execute(_ASKED_THINGS)
    pairs = _in_common(connection)
    parties = to_polars(connection.sql("SELECT party_id, supplier_no, name FROM account_asked"))
    found = pl.DataFrame(schema=ACCOUNT_SCHEMA)
    if pairs.height:
        decided = _decided(weigh(_compared(connection, pairs), as_of))
        found = decided.join(parties, on="party_id").select(list(ACCOUNT_SCHEMA))
    for name in _TEMPORARY:
        connection.execute(f"DROP TABLE temp.{name}")
    return found.cast(pl.Schema(ACCOUNT_SCHEMA)).sort("supplier_no", "name", nulls_last=True)
