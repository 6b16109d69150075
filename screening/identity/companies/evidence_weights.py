"""What each piece of evidence weighs, from ``data/reference/company_evidence.yaml``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from screening.places import REFERENCE_DIR
from screening.strict_yaml import plain_yaml

#: Where the weights stand; ``benchmarks.fit_company_evidence`` writes them.
WEIGHTS_FILE: Path = REFERENCE_DIR / "company_evidence.yaml"


@cache
def evidence_parts() -> Mapping[str, tuple[str, ...]]:
    """The parts of the evidence, as they are kept and shown, with the features of each."""
    return {part: tuple(weights) for part, weights in _read().items()}


@cache
def evidence_weights() -> Mapping[str, float]:
    """Log odds of each feature."""
    return {name: float(weight) for weights in _read().values() for name, weight in weights.items()}


@cache
def _read() -> Mapping[str, Mapping[str, float]]:
    with WEIGHTS_FILE.open(encoding="utf-8") as stream:
        return dict(plain_yaml(stream.read()))
