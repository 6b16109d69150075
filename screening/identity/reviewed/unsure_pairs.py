"""Pairs that the machine is not sure of, in the order in which a person should look at them.

Read from the tables that resolving made, on the day they were made for. A pair comes first where
most money hangs on it and the machine is least sure: money of the last twelve months times
``4 p (1 - p)``, which is 1 at a probability of one half and nought where nothing is open.
"""

from datetime import date

import duckdb
import polars as pl

from screening.identity.reviewed.pairs import KINDS, decisions_of, standing
from screening.identity.reviewed.party_keys import company_key_sql, is_company_key, party_key_sql
from screening.warehouse.exchange import to_polars

#: Below, a pair is not worth a person's time; from the upper one on it needs none.
UNSURE_FROM, UNSURE_TO = 0.2, 0.95

#: An answer of ``unsure`` is asked for again when the probability has moved so much since.
MOVED = 0.1

#: What ``unsure_pairs`` gives.
PAIRS: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "left_key": pl.String(),
    "right_key": pl.String(),
    "probability": pl.Float64(),
    "is_match": pl.Boolean(),
    "features": pl.String(),
    "amount_sek": pl.Float64(),
    "weight": pl.Float64(),
    "evidence_hash": pl.String(),
    "supplier_no": pl.String(),
    "name": pl.String(),
    "orgnr": pl.String(),
    "own_supplier_no": pl.String(),
    "list_ref": pl.Int64(),
    "runner_up_key": pl.String(),
}

#: The party, the company of the register that fits best, and the money of twelve months. A name
#: that one of our own suppliers has is a pair with that supplier.
_COMPANY_PAIRS = f"""
WITH found AS (
    SELECT supplier_no, supplier_name AS name, orgnr, NULL AS own_supplier_no, probability,
        is_match, features::VARCHAR AS features
    FROM identity.match_features
    UNION ALL
    SELECT party.supplier_no, party.supplier_name, supplier.orgnr,
        CASE WHEN supplier.orgnr IS NULL THEN supplier.supplier_no END, party.match_confidence,
        true, '{{"own_name": 0}}'
    FROM identity.parties AS party JOIN identity.suppliers AS supplier USING (supplier_id)
    WHERE party.match_method = 'name' AND party.orgnr IS NULL AND party.supplier_no IS NULL
        AND NOT EXISTS (FROM identity.match_features AS matched
            WHERE matched.supplier_no IS NULL AND matched.supplier_name = party.supplier_name
                AND matched.is_match)
), keyed AS (
    SELECT *, {party_key_sql("supplier_no", "name")} AS left_key,
        CASE WHEN orgnr IS NULL THEN {party_key_sql("own_supplier_no", "NULL")}
            ELSE {company_key_sql("orgnr")} END AS right_key,
        {company_key_sql("(features::JSON ->> 'runner_up')")} AS runner_up_key
    FROM found WHERE probability >= {UNSURE_FROM} AND probability < {UNSURE_TO}
), spent AS (
    SELECT supplier_no, CASE WHEN supplier_no IS NULL THEN supplier_name END AS name,
        sum(amount_sek) AS amount_sek
    FROM known.invoices
    WHERE orgnr IS NULL AND invoice_date > $as_of::DATE - INTERVAL 1 YEAR
    GROUP BY ALL
), own AS (
    SELECT supplier_no, concat_ws('|', name, street, postal_code, city) AS record
    FROM known.suppliers WHERE supplier_no IN (
        SELECT supplier_no FROM keyed UNION ALL SELECT own_supplier_no FROM keyed)
    QUALIFY row_number() OVER (
        PARTITION BY supplier_no ORDER BY as_of DESC NULLS LAST, ref DESC) = 1
), registered AS (
    SELECT orgnr, string_agg(DISTINCT record, '||' ORDER BY record) AS record FROM (
        SELECT orgnr, concat_ws('|', name, legal_form, street, postal_code, city, deregistered_on)
            AS record
        FROM known.companies WHERE orgnr IN (SELECT orgnr FROM keyed))
    GROUP BY orgnr
)
SELECT 'company' AS kind, keyed.left_key, keyed.right_key, keyed.probability, keyed.is_match,
    keyed.features, greatest(coalesce(spent.amount_sek, 0), 0)::DOUBLE AS amount_sek,
    substr(sha256(concat_ws('||', coalesce(own.record, keyed.left_key), registered.record,
        theirs.record)), 1, 16) AS evidence_hash,
    keyed.supplier_no, keyed.name, keyed.orgnr, keyed.own_supplier_no, NULL::BIGINT AS list_ref,
    keyed.runner_up_key
FROM keyed
LEFT JOIN spent ON spent.supplier_no IS NOT DISTINCT FROM keyed.supplier_no
    AND (keyed.supplier_no IS NOT NULL OR spent.name = keyed.name)
LEFT JOIN own ON own.supplier_no = keyed.supplier_no
LEFT JOIN own AS theirs ON theirs.supplier_no = keyed.own_supplier_no
LEFT JOIN registered ON registered.orgnr = keyed.orgnr
WHERE keyed.left_key IS NOT NULL AND keyed.left_key <> keyed.right_key
"""

#: Subjects that may be on a list. A decision that was taken is in the table already.
_LISTED_PAIRS = f"""
WITH paid AS (
    SELECT supplier_id, sum(amount_sek) AS amount_sek
    FROM known.invoices AS invoice
    JOIN identity.parties AS party
        ON party.supplier_no IS NOT DISTINCT FROM invoice.supplier_no
        AND party.orgnr IS NOT DISTINCT FROM invoice.orgnr
        AND party.supplier_name IS NOT DISTINCT FROM invoice.supplier_name
    WHERE invoice_date > $as_of::DATE - INTERVAL 1 YEAR
    GROUP BY supplier_id
)
SELECT 'listed' AS kind, found.subject_key AS left_key, found.entry_id AS right_key,
    found.probability, found.is_match, found.features,
    greatest(coalesce(paid.amount_sek, 0), 0)::DOUBLE AS amount_sek,
    substr(sha256(concat_ws('|', found.entry_name, found.matched_name, found.programme,
        found.from_date, found.to_date)), 1, 16) AS evidence_hash,
    NULL AS supplier_no, found.matched_name AS name, found.orgnr, NULL AS own_supplier_no,
    found.ref AS list_ref, NULL AS runner_up_key
FROM identity.listed_matches AS found LEFT JOIN paid USING (supplier_id)
WHERE found.probability >= {UNSURE_FROM} AND found.probability < {UNSURE_TO}
"""

#: Persons of whom one leads or owns a supplier. The money is that supplier's.
_PERSON_PAIRS = f"""
WITH asked AS (
    SELECT left_key, right_key, probability, is_match, features::VARCHAR AS features
    FROM identity.person_pairs
    WHERE probability >= {UNSURE_FROM} AND probability < {UNSURE_TO}
), picked AS (
    SELECT own_key, source, ref FROM identity.persons WHERE own_key IN (
        SELECT left_key FROM asked UNION ALL SELECT right_key FROM asked)
), concerned AS (
    SELECT person.own_key, held.orgnr,
        concat_ws('|', held.person_name, held.birth_date, held.orgnr, held.street) AS record
    FROM picked AS person
    JOIN known.officers AS held ON person.source = 'officers' AND person.ref = held.ref
    UNION ALL
    SELECT person.own_key, held.orgnr,
        concat_ws('|', held.owner_name, held.birth_date, held.birth_year, held.orgnr)
    FROM picked AS person
    JOIN known.owners AS held ON person.source = 'owners' AND person.ref = held.ref
    UNION ALL
    SELECT person.own_key, NULL, concat_ws('|', held.name, held.birth_date, held.street)
    FROM picked AS person
    JOIN known.employees AS held ON person.source = 'employees' AND person.ref = held.ref
    UNION ALL
    SELECT person.own_key, NULL, concat_ws('|', held.person_name, held.from_date)
    FROM picked AS person
    JOIN known.trading_prohibitions AS held
        ON person.source = 'trading_prohibitions' AND person.ref = held.ref
), records AS (
    SELECT own_key, string_agg(DISTINCT record, '||' ORDER BY record) AS record
    FROM concerned GROUP BY own_key
), paid AS (
    SELECT party.supplier_id, sum(invoice.amount_sek) AS amount_sek
    FROM known.invoices AS invoice
    JOIN identity.parties AS party
        ON party.supplier_no IS NOT DISTINCT FROM invoice.supplier_no
        AND party.orgnr IS NOT DISTINCT FROM invoice.orgnr
        AND party.supplier_name IS NOT DISTINCT FROM invoice.supplier_name
    WHERE invoice.invoice_date > $as_of::DATE - INTERVAL 1 YEAR
    GROUP BY party.supplier_id
), money AS (
    SELECT own_key, sum(amount_sek) AS amount_sek FROM (
        SELECT DISTINCT concerned.own_key, supplier.supplier_id,
            greatest(coalesce(paid.amount_sek, 0), 0) AS amount_sek
        FROM concerned
        JOIN identity.suppliers AS supplier USING (orgnr)
        LEFT JOIN paid USING (supplier_id))
    GROUP BY own_key
)
SELECT 'person' AS kind, asked.left_key, asked.right_key, asked.probability, asked.is_match,
    asked.features,
    (coalesce(one.amount_sek, 0) + coalesce(other.amount_sek, 0))::DOUBLE AS amount_sek,
    substr(sha256(concat_ws('||', lefts.record, rights.record)), 1, 16) AS evidence_hash,
    NULL AS supplier_no, NULL AS name, NULL AS orgnr, NULL AS own_supplier_no,
    NULL::BIGINT AS list_ref, NULL AS runner_up_key
FROM asked
LEFT JOIN money AS one ON one.own_key = asked.left_key
LEFT JOIN money AS other ON other.own_key = asked.right_key
LEFT JOIN records AS lefts ON lefts.own_key = asked.left_key
LEFT JOIN records AS rights ON rights.own_key = asked.right_key
WHERE one.own_key IS NOT NULL OR other.own_key IS NOT NULL
"""

_QUERIES = {
    "match_features": _COMPANY_PAIRS,
    "person_pairs": _PERSON_PAIRS,
    "listed_matches": _LISTED_PAIRS,
}


def tables_of_identity(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The tables that resolving has made."""
    rows = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'identity'"
    ).fetchall()
    return frozenset(name for (name,) in rows)


def _machine_pairs(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    there = tables_of_identity(connection)
    found = [
        to_polars(connection.sql(query, params={"as_of": as_of}))
        for table, query in _QUERIES.items()
        if table in there
    ]
    uncertainty = 4 * pl.col("probability") * (1 - pl.col("probability"))
    schema = {name: kind for name, kind in PAIRS.items() if name != "weight"}
    return (
        pl.concat(
            [
                pl.DataFrame(schema=schema),
                *(
                    frame.select(pl.col(n).cast(kind) for n, kind in schema.items())
                    for frame in found
                ),
            ]
        )
        # A name that is written in several ways is one pair, with the money of all of them.
        .sort("kind", "left_key", "right_key", "probability", "name", "features", descending=True)
        .with_columns(amount_sek=pl.col("amount_sek").sum().over("kind", "left_key", "right_key"))
        .unique(["kind", "left_key", "right_key"], keep="first", maintain_order=True)
        .with_columns(weight=(pl.col("amount_sek") * uncertainty).round(2))
        .select(PAIRS.keys())
    )


_KEYS = ["kind", "left_key", "right_key"]


def _decided(decisions: pl.DataFrame) -> pl.DataFrame:
    """The decision in force on each pair, whatever day the tables are for.

    Nobody is asked again what was answered today.
    """
    held = standing(decisions, date.max)
    return held.select(*_KEYS, "decision", "decision_id")


def _settled(pairs: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """The keys of pairs that follow from what was decided, or that somebody decided."""
    found = []
    for kind in KINDS:
        reviewed = decisions_of(decisions, kind, date.max)
        left, right = (reviewed.group_of(pl.col(name)) for name in ("left_key", "right_key"))
        grouped = pairs.filter(pl.col("kind") == kind).with_columns(
            one=pl.min_horizontal(left, right), other=pl.max_horizontal(left, right)
        )
        parted = reviewed.parted.select(
            one=pl.min_horizontal("left_key", "right_key"),
            other=pl.max_horizontal("left_key", "right_key"),
        )
        is_one = pl.col("one") == pl.col("other")
        if kind == "company":  # a party that is some company is no other
            is_one |= is_company_key(left)
        found += [
            grouped.filter(is_one).select(_KEYS),
            grouped.join(parted, on=["one", "other"], how="semi").select(_KEYS),
        ]
    return pl.concat(found)


def unsure_pairs(
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    decisions: pl.DataFrame,
    answers: pl.DataFrame,
) -> pl.DataFrame:
    """Pairs to ask a person about: columns ``PAIRS``, the most pressing first.

    Left out are pairs that somebody decided. A pair answered with ``unsure`` comes back when one of
    the two records has changed since, or the probability has moved by ``MOVED``.

    Args:
        connection: the warehouse, schema ``known`` set to ``as_of``, resolved for it.
        as_of: the day of the tables; counts back for the money.
        decisions: everything that people decided so far (``reviewed.DECISIONS``).
        answers: decision_id, probability, evidence_hash of these, as they were.
    """
    pairs = _machine_pairs(connection, as_of)
    decided = _decided(decisions)
    then = answers.select(
        "decision_id", probability_then="probability", evidence_hash_then="evidence_hash"
    )
    doubted = decided.filter(pl.col("decision") == "unsure").join(
        then, on="decision_id", how="left"
    )
    unmoved = (
        pairs.join(doubted, on=_KEYS)
        .filter(
            (pl.col("evidence_hash") == pl.col("evidence_hash_then"))
            & ((pl.col("probability") - pl.col("probability_then")).abs() < MOVED)
        )
        .select(_KEYS)
    )
    closed = decided.filter(pl.col("decision") != "unsure").select(_KEYS)
    return (
        pairs.join(closed, on=_KEYS, how="anti")
        .join(_settled(pairs, decisions), on=_KEYS, how="anti")
        .join(unmoved, on=_KEYS, how="anti")
        .sort(
            ["weight", "amount_sek", "probability", *_KEYS],
            descending=[True, True, True, False, False, False],
        )
    )
