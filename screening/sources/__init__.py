"""Stage 1: files as their publishers write them, to typed Polars frames and quarantine."""
