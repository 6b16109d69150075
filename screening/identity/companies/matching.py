"""Parties without a number, matched to the company register by name and address.

For every candidate the evidence for and against is added up in log odds. At most one candidate can
be right, or none, so the probability of a candidate is ``exp(evidence) / (1 + the sum of
exp(evidence) over all candidates)``: a name that two companies share is a match with neither,
unless the address decides. No match is a real answer.
"""

from datetime import date

import duckdb
import polars as pl

from screening.identity.companies.evidence import PARTS
from screening.identity.companies.kept_matches import (
    bring_up_to_date,
    drop_temporary,
    find_all_pairs,
    forget,
)
from screening.warehouse.exchange import as_table, to_polars

#: The probability of a match by name and address, at most.
MOST_PROBABLE = 0.9999

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

_MATCHES = """
SELECT party_id, found.* EXCLUDE (question)
FROM questions_of JOIN identity_index.matches AS found USING (question) ORDER BY party_id
"""

_PAIRS_OF_REVIEWED = """
SELECT party_id, pair.* EXCLUDE (question)
FROM questions_of JOIN identity_index.pairs AS pair USING (question)
SEMI JOIN parted USING (party_id)
ANTI JOIN parted USING (party_id, orgnr)
"""


def _decided(weighed: pl.DataFrame, key: str) -> pl.DataFrame:
    """The best company of each ``key``, its probability, and what it stands on."""
    companies = weighed.sort(
        [key, "orgnr", "evidence", "ref"], descending=[False, False, True, False]
    ).unique([key, "orgnr"], keep="first", maintain_order=True)
    odds = companies.with_columns(odds=pl.col("evidence").exp()).sort(
        [key, "evidence", "orgnr"], descending=[False, True, False]
    )
    best = odds.group_by(key, maintain_order=True).agg(
        pl.col("orgnr", "place_level", *PARTS, "evidence").first(),
        # A name and an address are never certain.
        probability=(pl.col("odds").first() / (1 + pl.col("odds").sum()))
        .round(4)
        .clip(None, MOST_PROBABLE),
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
        key,
        "orgnr",
        "probability",
        is_match=pl.col("probability") >= MATCH_FROM,
        features=pl.struct(
            *told, "place_level", pl.col("margin").round(2), "candidates", "runner_up"
        ).struct.json_encode(),
    )


def _asked(parties: pl.DataFrame, parted: pl.DataFrame) -> pl.DataFrame:
    """Parties with ``look_further``: whether to look beyond a company that has name and door."""
    return parties.with_columns(look_further=pl.col("party_id").is_in(parted["party_id"].implode()))


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
    parted = parties.select("party_id").clear() if not_these is None else not_these
    if parties.is_empty() or not bring_up_to_date(
        connection, _asked(parties, parted), as_of, lambda pairs: _decided(pairs, "question")
    ):
        return pl.DataFrame(schema=MATCH_SCHEMA)
    matches = to_polars(connection.sql(_MATCHES))
    if parted.height:
        with as_table(connection, "parted", parted):
            others = to_polars(connection.sql(_PAIRS_OF_REVIEWED))
        matches = pl.concat(
            [
                matches.join(parted, on="party_id", how="anti"),
                _decided(others, "party_id"),
            ]
        ).sort("party_id")
    drop_temporary(connection)
    return matches


def candidate_rows(
    connection: duckdb.DuckDBPyConnection, parties: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """Rows of the register that each party has a key in common with, whatever they weigh then.

    For measuring: what is not here cannot be found. Everything is asked anew, nothing is kept.

    Args:
        connection: as for ``match_parties``.
        parties: as for ``match_parties``.
        as_of: the run's day.

    Returns:
        ``party_id``, ``ref``: distinct, sorted.
    """
    forget(connection)
    asked = _asked(parties, parties.clear())
    if parties.is_empty() or not find_all_pairs(connection, asked, as_of):
        return pl.DataFrame(schema={"party_id": pl.Int64(), "ref": pl.Int64()})
    rows = to_polars(
        connection.sql(
            "SELECT party_id, ref FROM questions_of JOIN blocked_pairs USING (question) "
            "ORDER BY ALL"
        )
    )
    forget(connection)
    drop_temporary(connection)
    return rows
