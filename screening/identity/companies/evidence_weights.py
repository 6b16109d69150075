"""What each piece of evidence weighs, from ``data/reference/company_evidence.yaml``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from screening.places import REFERENCE_DIR
from screening.strict_yaml import plain_yaml

#: Where the weights stand; ``benchmarks.fit_company_evidence`` writes them.
WEIGHTS_FILE: Path = REFERENCE_DIR / "company_evidence.yaml"

#: The section that is no part with features of its own.
_CAUTION = "caution"


@cache
def evidence_parts() -> Mapping[str, tuple[str, ...]]:
    """The parts of the evidence, as they are kept and shown, with the features of each."""
    return {part: tuple(weights) for part, weights in _read().items() if part != _CAUTION}


@cache
def evidence_weights() -> Mapping[str, float]:
    """Log odds of each feature."""
    return {
        name: float(weight)
        for part, weights in _read().items()
        if part != _CAUTION
        for name, weight in weights.items()
    }


@cache
def cautious_weights() -> Mapping[str, float]:
    """How much of a feature's weight is caution: log odds, taken off the weight to be honest."""
    return {name: float(weight) for name, weight in _read()[_CAUTION].items()}


@cache
def _read() -> Mapping[str, Mapping[str, float]]:
    with WEIGHTS_FILE.open(encoding="utf-8") as stream:
        return dict(plain_yaml(stream.read()))
