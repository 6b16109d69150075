"""Stage 6: the weekly list and what explains it, as files."""
