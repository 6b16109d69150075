"""vaksam: supplier risk screening against welfare crime for Swedish municipalities."""

__version__ = "0.1.0"
