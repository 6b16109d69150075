"""What is behind each finding, in a form that stays the same while it says the same.

References to rows will not do: a row that is delivered again, or a warehouse that is made again,
gives it another one. So each row of evidence is known by a hash of what it says.
"""

import duckdb
import polars as pl

from screening.identity.reviewed.party_keys import supplier_key_sql
from screening.scoring.judgements import STATES
from screening.sources.contracts import Contract, all_contracts
from screening.warehouse.exchange import as_table, to_polars
from screening.warehouse.schema import REF_FACTOR, quoted

_ASKED = "findings_with_evidence"


def finding_states(connection: duckdb.DuckDBPyConnection, findings: pl.DataFrame) -> pl.DataFrame:
    """What is behind the findings of a run (``judgements.STATES``), by supplier and rule.

    Args:
        connection: to the warehouse, as it is known on the run's day.
        findings: supplier_id, rule_id, detail, evidence.
    """
    asked = findings.select("supplier_id", "rule_id", "detail", ref="evidence")
    with as_table(connection, _ASKED, asked):
        said = to_polars(
            connection.sql(
                f"""
                SELECT supplier_id, rule_id, {supplier_key_sql("supplier_id")} AS supplier_key,
                    sha256(string_agg(coalesce(detail, ''), chr(10) ORDER BY detail)) AS said_hash
                FROM {_ASKED} GROUP BY supplier_id, rule_id
                """
            )
        )
    refs = asked.select("supplier_id", "rule_id", "ref").explode("ref").drop_nulls("ref")
    rows = (
        refs.join(_row_hashes(connection, refs.select("ref").unique()), on="ref")
        .group_by("supplier_id", "rule_id")
        .agg(rows=pl.col("row_hash").unique().sort())
    )
    return (
        said.join(rows, on=["supplier_id", "rule_id"], how="left")
        .with_columns(pl.col("rows").fill_null([]))
        .select(pl.col(name).cast(kind) for name, kind in STATES.items())
        .sort("supplier_id", "rule_id")
    )


def _row_hashes(connection: duckdb.DuckDBPyConnection, refs: pl.DataFrame) -> pl.DataFrame:
    """ref, row_hash: a hash of the source and of every value in the row that is there.

    The day on which a row was true is left out: the same answer given again says nothing new. A
    column that a contract gains later is empty in old rows, and so changes no hash.
    """
    nothing = pl.DataFrame(schema={"ref": pl.Int64, "row_hash": pl.String})
    if refs.is_empty():
        return nothing
    with as_table(connection, "asked_references", refs.sort("ref")):
        sources = [
            name
            for (name,) in connection.execute(
                f"""
                SELECT DISTINCT file.source FROM asked_references AS asked
                JOIN meta.parts AS part ON part.part_id = asked.ref // {REF_FACTOR}
                JOIN meta.files AS file USING (file_id)
                ORDER BY file.source
                """
            ).fetchall()
        ]
        contracts = all_contracts()
        hashed = [
            to_polars(
                connection.sql(
                    f"""
                    SELECT ref, {_row_hash(contracts[source])} AS row_hash
                    FROM known.{source}_versions
                    WHERE ref IN (SELECT ref FROM asked_references)
                    """
                )
            )
            for source in sources
            if source in contracts
        ]
    return pl.concat([nothing, *hashed])


def _row_hash(contract: Contract) -> str:
    """SQL for the hash of a row. What is null is left out, whatever stands beside it."""
    values = ", ".join(
        f"'{name}=' || {quoted(name)}::VARCHAR" for name in contract.columns if name != "as_of"
    )
    return f"substr(sha256(concat_ws(chr(31), '{contract.source}', {values})), 1, 16)"
