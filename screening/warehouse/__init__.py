"""Stage 2: the DuckDB file with every row that was ever received, versioned."""
