"""What speaks for and against a match, in words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from screening.messages import Language, MissingMessageError, text
from screening.reports import written_numbers as written

#: From these log odds on, evidence speaks strongly, or clearly; below, slightly.
_STRONG, _CLEAR = 3.0, 1.0


@dataclass(frozen=True)
class Part:
    """One part of the evidence: its code, what it adds (log odds, base e), in words.

    ``line`` is all of it: ``+  Samma adress (talar starkt för, +3,0)``.
    """

    code: str
    log_odds: float
    words: str
    line: str

    def as_json(self) -> dict[str, Any]:
        return {"part": self.code, "log_odds": self.log_odds, "words": self.words}


def _found(keys: list[str], language: Language) -> str | None:
    for key in keys:
        try:
            return text(f"identity.{key}", language)
        except MissingMessageError:
            continue
    return None


def _strength(log_odds: float, language: Language) -> str:
    size = abs(log_odds)
    level = "strongly" if size >= _STRONG else "clearly" if size >= _CLEAR else "slightly"
    way = "for" if log_odds > 0 else "against"
    return text(f"identity.speaks_{level}_{way}", language)


def _part(code: str, log_odds: float, words: str, language: Language) -> Part:
    sign = "+" if log_odds > 0 else "\u2212"
    figure = written.number(abs(log_odds), language, 1)
    strength = _strength(log_odds, language)
    return Part(code, log_odds, words, f"{sign}  {words} ({strength}, {sign}{figure})")


def _words(kind: str, code: str, told: Mapping[str, Any], language: Language) -> str:
    """The most exact words there are: of the level, else of which way the part speaks."""
    level = told.get(f"{code}_level") or told.get(f"{code}_agrees")
    way = "for" if told[code] > 0 else "against"
    keys = [f"{kind}_{code}_{level}", f"{kind}_{code}_{way}", f"{kind}_{code}"]
    keys += [f"part_{code}_{level}", f"part_{code}_{way}", f"part_{code}"]
    return _found(keys, language) or text("identity.part_other", language, part=code)


def parts_of(kind: str, features: str | None, language: Language) -> tuple[Part, ...]:
    """The parts of the evidence that weigh anything, the heaviest first.

    Args:
        kind: company, person or listed.
        features: JSON as resolving left it: figures with a decimal point are parts in log odds,
            ``<part>_level`` or ``<part>_agrees`` says what agreed; the rest are counts and names.
        language: of the words.
    """
    told = json.loads(features) if features else {}
    weighed = {
        code: value
        for code, value in told.items()
        if isinstance(value, float) and value and code != "margin"
    }
    ordered = sorted(weighed.items(), key=lambda part: (-abs(part[1]), part[0]))
    return tuple(
        _part(code, value, _words(kind, code, told, language), language) for code, value in ordered
    )
