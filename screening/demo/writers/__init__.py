"""Writers of the demo's files, each in the format that a municipality would really have."""
