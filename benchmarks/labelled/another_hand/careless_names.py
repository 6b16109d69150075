"""What careless writers do to the names of companies, and what they write behind them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from benchmarks.labelled.another_hand.company_names import name_proper
from benchmarks.labelled.another_hand.misspellings import (
    abbreviated,
    in_another_order,
    parted_or_joined,
    typed_badly,
    with_another_and,
    without_diacritics,
)
from benchmarks.labelled.another_hand.register import Company
from benchmarks.labelled.another_hand.words import WORDS
from benchmarks.labelled.another_hand.world import World


@dataclass
class Draft:
    """A name while it is being written.

    Attributes:
        core: the name proper.
        before: another name, that the one proper is in brackets behind.
        behind: what is written behind the legal form.
        troubles: what is wrong with it.
    """

    world: World
    company: Company
    core: str
    before: str = ""
    behind: str = ""
    troubles: list[str] = field(default_factory=list)

    @property
    def random(self) -> Random:
        """What is drawn from."""
        return self.world.random

    @property
    def is_public(self) -> bool:
        """Whether the register calls the company a public one."""
        return "(publ)" in self.company.name.lower()


#: Does something to a draft and says what, or does nothing and says so with null.
_Step = Callable[[Draft], str | None]


def _type_badly(draft: Draft) -> str | None:
    core, trouble = typed_badly(draft.random, draft.core), "typo"
    if draft.random.random() < 0.08:
        core, trouble = typed_badly(draft.random, core), "typo2"
    if core in {draft.core, ""}:
        return None
    draft.core = core
    return trouble


def _abbreviate(draft: Draft) -> str | None:
    core = abbreviated(draft.random, draft.core)
    draft.core = core or draft.core
    return "abbreviated" if core else None


def _write_and_otherwise(draft: Draft) -> str | None:
    core = with_another_and(draft.random, draft.core)
    draft.core = core or draft.core
    return "ampersand" if core else None


def _part_or_join(draft: Draft) -> str | None:
    made = parted_or_joined(draft.random, draft.core)
    if made is None:
        return None
    draft.core, trouble = made
    return trouble


def _drop_diacritics(draft: Draft) -> str | None:
    """Say so; the letters are replaced when everything else has been done."""
    return "diacritics" if re.search("[åäöÅÄÖ]", draft.core) else None


def _change_order(draft: Draft) -> str | None:
    core = in_another_order(draft.random, draft.core)
    draft.core = core or draft.core
    return "order" if core else None


def _add_insolvency(draft: Draft) -> str | None:
    if draft.company.legal_form != "AB":
        return None
    states = [" i konkurs", " i konkurs", ", konkursbo", " i likvidation", " konk."]
    draft.behind = draft.random.choice(states)
    return "konkurs"


def _add_public(draft: Draft) -> str | None:
    if draft.company.legal_form != "AB" or draft.is_public:
        return None
    draft.behind = draft.random.choice([" (publ)", " (publ.)", " publ"])
    return "publ"


def _add_branch(draft: Draft) -> str | None:
    random, world = draft.random, draft.world
    branch = draft.company.town if random.random() < 0.8 else world.places.town()
    if branch.lower() in draft.core.lower():
        branch = random.choice(WORDS.branches)
    as_branch = " Filial" if branch.startswith("F") else f", filial {branch}"
    ways = [
        f" {branch}", f" {branch}", f", {branch}", f" - {branch}", f" ({branch})", as_branch,
        f" {branch.upper()}",
    ]  # fmt: skip
    draft.behind = random.choice(ways)
    return "branch"


def _add_care_of(draft: Draft) -> str | None:
    random, world = draft.random, draft.world
    between = random.choice([" c/o ", " C/O ", ", c/o "])
    is_person = random.random() < 0.5
    draft.behind = between + (world.person_name() if is_person else f"{world.coined()} Redovisning")
    return "name_care_of"


def _add_other_name(draft: Draft) -> str | None:
    drawn = draft.random.random()
    other = name_proper(draft.world, draft.company.town)
    if drawn < 0.55:
        draft.behind = f" ({other})"
    elif drawn < 0.8:
        draft.behind = f" (fd {other})"
    else:
        draft.before = other
    return "bracketed"


#: What may be done to a name, and how common each is.
_STEPS: dict[_Step, int] = {
    _type_badly: 20, _abbreviate: 20, _write_and_otherwise: 20, _part_or_join: 11,
    _drop_diacritics: 20, _change_order: 5,
}  # fmt: skip

#: The same for what is not done to a name that has something behind it already.
_ADDITIONS: dict[_Step, int] = {
    _add_insolvency: 2, _add_public: 2, _add_branch: 9, _add_care_of: 3, _add_other_name: 5,
}  # fmt: skip


def write_carelessly(draft: Draft) -> None:
    """Do one or two things to the name."""
    random = draft.random
    wanted = 2 if random.random() < 0.2 else 1
    shares = _STEPS | _ADDITIONS
    if draft.company.legal_form == "E":
        shares[_change_order] = 8
    steps = [step for step, share in shares.items() for _ in range(share)]
    done: set[_Step] = set()
    for _ in range(25):
        if len(done) == wanted:
            break
        step = random.choice(steps)
        if step in done or (step in _ADDITIONS and draft.behind):
            continue
        trouble = step(draft)
        if trouble:
            done.add(step)
            draft.troubles.append(trouble)
    if "diacritics" in draft.troubles:
        draft.core = without_diacritics(random, draft.core)
