"""Measurements beside a peer or the bare engine, in the same run. One module per claim."""
