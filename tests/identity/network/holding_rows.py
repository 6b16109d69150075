"""Rows of direct ownership for tests, with everything that a source may leave out."""

import polars as pl

SCHEMA = {
    "owner": pl.String, "owned": pl.String, "share_percent": pl.Float64,
    "share_min_percent": pl.Float64, "share_max_percent": pl.Float64, "interest": pl.String,
    "is_direct": pl.Boolean, "is_beneficial_owner": pl.Boolean, "from_date": pl.Date,
    "confidence": pl.Float64, "ref": pl.Int64,
}  # fmt: skip


def holding(owner, owned, share=None, **more):
    """One row; ``share`` in percent."""
    return {"owner": owner, "owned": owned, "share_percent": share, "confidence": 1.0} | more


def rows_of(*rows):
    """A frame of rows, numbered in their order where they have no ``ref``."""
    numbered = [{"ref": ref} | row for ref, row in enumerate(rows, 1)]
    return pl.DataFrame(numbered, schema=SCHEMA)
