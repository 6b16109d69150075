"""From references to rows back to the files that people have: source, file and row."""

import polars as pl

#: What explains a reference: ``ref`` (as in the views), source, file (as delivered), row_no.
EVIDENCE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "ref": pl.Int64,
    "source": pl.String,
    "file": pl.String,
    "row_no": pl.Int64,
}


def evidence_rows(findings: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """One row per finding and row of evidence: finding, source, file, row; sorted so.

    Args:
        findings: with ``finding`` (a number of the caller's) and ``evidence`` (List of ref).
        rows: ``EVIDENCE_SCHEMA``. A reference that it does not hold is left out.
    """
    named = rows.select(
        pl.col("ref").cast(pl.Int64), "source", "file", row=pl.col("row_no").cast(pl.Int64)
    )
    return (
        findings.select("finding", ref=pl.col("evidence"))
        .explode("ref")
        .drop_nulls("ref")
        .join(named.unique(), on="ref", how="inner")
        .select("finding", "source", "file", "row")
        .unique()
        .sort("finding", "source", "file", "row")
    )
