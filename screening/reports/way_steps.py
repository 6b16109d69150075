"""What would take a supplier off the list, as steps that a person can take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from screening.messages import Language, text
from screening.reports.readable import band_name
from screening.scoring.policy import BANDS
from screening.scoring.way_off import TARGETS


@dataclass(frozen=True)
class WayStep:
    """One step on the way off the list: what to do about which finding, what is then reached."""

    title: str
    action: str
    reached: tuple[str, ...]


def way_steps(
    findings: Sequence[Mapping[str, Any]], ways: Sequence[Mapping[str, Any]], language: Language
) -> tuple[WayStep, ...]:
    """The steps in order: first what reaches the nearest target, then what the next one adds.

    Resolving more never raises a band, so a target once reached stays reached.
    """
    by_target = {each["target"]: list(each["rule_ids"]) for each in ways}
    order = list(dict.fromkeys(rule for target in TARGETS for rule in by_target.get(target, [])))
    told = {each["rule_id"]: each for each in reversed(findings)}
    reached: dict[str, list[str]] = {}
    for target, rule_ids in by_target.items():
        last = max(rule_ids, key=order.index)
        reached.setdefault(last, []).append(target)
    return tuple(
        WayStep(
            title=told[rule]["title"],
            action=told[rule]["action"] or "",
            reached=tuple(_reached(reached.get(rule, []), language)),
        )
        for rule in order
        if rule in told
    )


def _reached(targets: Sequence[str], language: Language) -> list[str]:
    """The farthest of the targets, in words: who is off the list needs no word on bands."""
    if not targets:
        return []
    farthest = max(targets, key=TARGETS.index)
    band = {"below_high": BANDS[0], "below_elevated": BANDS[1]}.get(farthest)
    shown = band_name(band, language).lower() if band else ""
    return [text(f"reports.way_reached_{farthest}", language, band=shown)]
