"""Stage 4: rule files: their model, loading, checking and running."""
