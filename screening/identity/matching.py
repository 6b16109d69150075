"""Parties without a number, matched to the company register by name and address.

For every candidate the evidence for and against is added up in log odds. At most one candidate can
be right, or none, so the probability of a candidate is ``exp(evidence) / (1 + the sum of
exp(evidence) over all candidates)``: a name that two companies share is a match with neither,
unless the address decides. No match is a real answer.
"""

from datetime import date

import duckdb
import polars as pl

from screening.identity.addresses import box_number, city_form, postal_form, street_door
from screening.identity.candidates import find_candidates
from screening.identity.evidence import PARTS, READING_COSTS, weigh
from screening.identity.name_comparison import compare_names
from screening.identity.names import folded_name, form_of_code, full_name, legal_form, other_name
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


def _normal(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with name, street, postal_code and city, and the normal forms of these."""
    name, street = pl.col("name"), pl.col("street")
    return rows.with_columns(
        main=folded_name(name),
        full=full_name(name),
        other=other_name(name),
        form=legal_form(name),
        door=street_door(street),
        box=box_number(street),
        postal=postal_form(pl.col("postal_code")),
        city=city_form(pl.col("city")),
    )


def _forms(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """The ways in which a row's name may be read: ``key``, ``text``, ``reading_cost``.

    "Solgården, Malmö" may be a Solgården in Malmö, so the row's own town may be left out.
    """
    here = pl.concat_str(pl.lit(" "), "city")
    readings = {
        "main": pl.col("main"),
        "full": pl.col("full"),
        "without_town": pl.col("main").str.strip_suffix(here).str.strip_suffix(pl.lit(" i")),
        "other": pl.col("other"),
    }
    read = [
        rows.select(key, text=text, reading_cost=pl.lit(READING_COSTS[reading]))
        for reading, text in readings.items()
    ]
    return (
        pl.concat(read)
        .drop_nulls("text")
        .group_by(key, "text")
        .agg(pl.col("reading_cost").min())
        .sort(key, "text")
    )


def _register_rows(connection: duckdb.DuckDBPyConnection, refs: pl.DataFrame) -> pl.DataFrame:
    with as_table(connection, "candidate_rows", refs):
        rows = to_polars(connection.sql(_REGISTER_ROWS))
    return _normal(rows).with_columns(
        form=pl.coalesce("form", form_of_code(pl.col("legal_form"))),
        is_person=is_personal_number_expr(pl.col("orgnr")).fill_null(False),
    )


def _best_readings(
    candidates: pl.DataFrame, asked: pl.DataFrame, rows: pl.DataFrame, weights: pl.DataFrame
) -> pl.DataFrame:
    """The way of reading both names in which they agree best: party_id, ref, comparison."""
    readings = candidates.join(_forms(asked, "party_id"), on="party_id").join(
        _forms(rows, "ref"), on="ref", suffix="_2"
    )
    readings = readings.select(
        "party_id",
        "ref",
        left="text",
        right="text_2",
        reading_cost=pl.col("reading_cost") + pl.col("reading_cost_2"),
    )
    compared = compare_names(readings.select("left", "right").unique(), weights)
    return (
        readings.join(compared, on=["left", "right"])
        .with_columns(name_cost=pl.col("name_cost") + pl.col("reading_cost"))
        .sort("party_id", "ref", "name_cost", "left", "right")
        .unique(["party_id", "ref"], keep="first", maintain_order=True)
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
            *told, "place_level", pl.col("margin").round(2), "candidates"
        ).struct.json_encode(),
    )


def match_parties(
    connection: duckdb.DuckDBPyConnection, parties: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """Find each party's company in ``known.companies``.

    Args:
        connection: the warehouse, schema ``known`` set to the run's day.
        parties: ``party_id`` (Int64), ``name``, ``street``, ``postal_code``, ``city``.
        as_of: the run's day.

    Returns:
        One row per party that has a candidate, by ``party_id``: ``orgnr`` and ``probability`` of
        the best one, ``is_match``, ``features`` (JSON: each part of the evidence in log odds, how
        the addresses agree, the margin to the runner-up and the number of candidates).
    """
    asked = _normal(parties).drop_nulls("main")
    index = index_register(connection) if asked.height else None
    if index is None or not index.size:
        return pl.DataFrame(schema=MATCH_SCHEMA)
    forms = (
        _forms(asked, "party_id")
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
    compared = _best_readings(candidates, asked, rows, weights)
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
    return _decided(weigh(pairs, as_of)).sort("party_id")
