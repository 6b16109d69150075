"""From references to what they point at: file and row, and what the row says."""

from collections.abc import Sequence
from datetime import date

import duckdb
import polars as pl

from screening.sources.contracts import all_contracts
from screening.warehouse.exchange import as_table, to_polars
from screening.warehouse.ingesting import InputFile
from screening.warehouse.quarantine import standing_query
from screening.warehouse.schema import REF_FACTOR


def _references(findings: pl.DataFrame) -> pl.DataFrame:
    return findings.select(ref=pl.col("evidence")).explode("ref").drop_nulls().unique().sort("ref")


def evidence_files(connection: duckdb.DuckDBPyConnection, findings: pl.DataFrame) -> pl.DataFrame:
    """Where each reference of ``findings.evidence`` lies: ref, source, file, row_no."""
    with as_table(connection, "asked_references", _references(findings)):
        return to_polars(
            connection.sql(
                f"""
                SELECT
                    asked.ref, file.source,
                    CASE WHEN part.member = '' THEN file.name
                        ELSE file.name || '!' || part.member END AS file,
                    asked.ref % {REF_FACTOR} AS row_no
                FROM asked_references AS asked
                JOIN meta.parts AS part ON part.part_id = asked.ref // {REF_FACTOR}
                JOIN meta.files AS file USING (file_id)
                ORDER BY asked.ref
                """
            )
        )


def evidence_content(connection: duckdb.DuckDBPyConnection, findings: pl.DataFrame) -> pl.DataFrame:
    """What the rows of evidence say: ref, source, content (JSON). Stays inside the store."""
    with as_table(connection, "asked_references", _references(findings)):
        frames = [
            to_polars(
                connection.sql(
                    f"""
                    SELECT held.ref, '{source}' AS source, to_json(held)::VARCHAR AS content
                    FROM known.{source}_versions AS held
                    WHERE held.ref IN (SELECT ref FROM asked_references)
                    ORDER BY held.ref
                    """
                )
            )
            for source in all_contracts()
        ]
    return pl.concat(frames)


def quarantined_rows(
    connection: duckdb.DuckDBPyConnection, inputs: Sequence[InputFile], day: date
) -> pl.DataFrame:
    """What of the files of this run stands in quarantine on the day.

    Columns: source, file, row_no, column, reason, raw. A file that lies in the inbox under two
    names is there twice, as its counts are in the manifest.
    """
    lying_there = pl.DataFrame(
        [(each.file_id, each.source, each.file) for each in inputs],
        schema={"file_id": pl.Int64, "source": pl.String, "name": pl.String},
        orient="row",
    )
    with as_table(connection, "files_of_the_run", lying_there):
        return to_polars(
            connection.sql(
                f"""
                SELECT
                    now.source,
                    CASE WHEN held.member = '' THEN now.name
                        ELSE now.name || '!' || held.member END AS file,
                    held.row_no, held."column", held.reason, held.raw
                FROM files_of_the_run AS now
                JOIN ({standing_query(day)}) AS held USING (file_id)
                ORDER BY ALL
                """
            )
        )
