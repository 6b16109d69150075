"""Parties without a number, matched to the company register by name and address.

For every candidate the evidence for and against is added up in log odds. At most one candidate can
be right, or none, so the probability of a candidate is ``exp(evidence) / (1 + the sum of
exp(evidence) over all candidates)``: a name that two companies share is a match with neither,
unless the address decides. No match is a real answer.
"""

from datetime import date

import duckdb
import polars as pl

from screening.identity.candidates import find_candidates
from screening.identity.evidence import PARTS, weigh
from screening.identity.names import form_of_code
from screening.identity.readings import best_readings, name_readings, normal_rows
from screening.identity.register_index import index_register
from screening.identity_numbers import is_personal_number_expr
from screening.warehouse.exchange import as_table, to_polars

#: From this probability on a candidate is a match. Precision first: a wrong match accuses someone.
MATCH_FROM = 0.80

#: Columns of what ``match_parties`` gives.
MATCH_SCHEMA: dict[str, pl.DataType] = {
    "party_id": pl.Int64(),
    "orgnr": pl.String(),
    "probability": pl.Float64(),
    "is_match": pl.Boolean(),
    "features": pl.String(),
}

_REGISTER_ROWS = """
SELECT company.ref, company.orgnr, company.name, company.legal_form, company.street,
    company.postal_code, company.city, company.deregistered_on
FROM known.companies AS company
WHERE company.ref IN (SELECT ref FROM candidate_rows)
ORDER BY company.ref
"""


def _register_rows(connection: duckdb.DuckDBPyConnection, refs: pl.DataFrame) -> pl.DataFrame:
    with as_table(connection, "candidate_rows", refs):
        rows = to_polars(connection.sql(_REGISTER_ROWS))
    return normal_rows(rows).with_columns(
        form=pl.coalesce("form", form_of_code(pl.col("legal_form"))),
        is_person=is_personal_number_expr(pl.col("orgnr")).fill_null(False),
    )


def _decided(weighed: pl.DataFrame) -> pl.DataFrame:
    """The best company of each party, its probability, and what it stands on."""
    companies = weighed.sort(
        ["party_id", "orgnr", "evidence", "ref"], descending=[False, False, True, False]
    ).unique(["party_id", "orgnr"], keep="first", maintain_order=True)
    odds = companies.with_columns(odds=pl.col("evidence").exp()).sort(
        ["party_id", "evidence", "orgnr"], descending=[False, True, False]
    )
    best = odds.group_by("party_id", maintain_order=True).agg(
        pl.col("orgnr", "name", "place_level", *PARTS, "evidence").first(),
        probability=(pl.col("odds").first() / (1 + pl.col("odds").sum())).round(4),
        margin=pl.col("evidence").first() - pl.col("evidence").get(1, null_on_oob=True),
        candidates=pl.len(),
        # Whom a reviewer would compare with.
        runner_up=pl.col("orgnr").get(1, null_on_oob=True),
    )
    # A minus before a nought would puzzle the reader.
    told = [
        pl.when(pl.col(part) != 0).then(pl.col(part).round(2)).otherwise(0.0).alias(part)
        for part in PARTS
    ]
    return best.select(
        "party_id",
        "orgnr",
        "probability",
        is_match=pl.col("probability") >= MATCH_FROM,
        features=pl.struct(
            *told, "place_level", pl.col("margin").round(2), "candidates", "runner_up"
        ).struct.json_encode(),
    )


def match_parties(
    connection: duckdb.DuckDBPyConnection,
    parties: pl.DataFrame,
    as_of: date,
    not_these: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Find each party's company in ``known.companies``.

    Args:
        connection: the warehouse, schema ``known`` set to the run's day.
        parties: ``party_id`` (Int64), ``name``, ``street``, ``postal_code``, ``city``.
        as_of: the run's day.
        not_these: ``party_id``, ``orgnr``: companies that a person decided a party is not. They are
            no candidates, so the best of the others may win on its own evidence.

    Returns:
        One row per party that has a candidate, by ``party_id``: ``orgnr`` and ``probability`` of
        the best one, ``is_match``, ``features`` (JSON: each part of the evidence in log odds, how
        the addresses agree, the margin to the runner-up, who that is, the number of candidates).
    """
    asked = normal_rows(parties).drop_nulls("main")
    index = index_register(connection) if asked.height else None
    if index is None or not index.size:
        return pl.DataFrame(schema=MATCH_SCHEMA)
    forms = (
        name_readings(asked, "party_id")
        .join(asked.select("party_id", pl.col("postal").cast(pl.UInt32)), on="party_id")
        .select("party_id", "postal", form="text")
        .unique()
        .sort("party_id", "form")
        .with_row_index("form_id")
    )
    candidates = (
        find_candidates(forms.select("form_id", "form", "postal"), index)
        .join(forms.select("form_id", "party_id"), on="form_id")
        .select("party_id", "ref")
        .unique()
    )
    weights = index.vocabulary.select("weight", "rows", word="text")
    rows = _register_rows(connection, candidates.select("ref").unique())
    compared = best_readings(candidates, asked, rows, weights)
    pairs = compared.join(
        asked.select("party_id", "form", "door", "box", "postal", "city"), on="party_id"
    ).join(
        rows.select(
            "ref", "orgnr", "name", "deregistered_on", "is_person", "form", "door", "box", "postal",
            "city",
        ),
        on="ref",
        suffix="_2",
    )  # fmt: skip
    if not_these is not None:
        pairs = pairs.join(not_these, on=["party_id", "orgnr"], how="anti")
    return _decided(weigh(pairs, as_of)).sort("party_id")
