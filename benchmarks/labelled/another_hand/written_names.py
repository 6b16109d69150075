"""How ledgers write the names of companies: with which form, in which letters, how carefully."""

import re
from collections.abc import Callable
from random import Random

from benchmarks.labelled.another_hand.careless_names import Draft, write_carelessly
from benchmarks.labelled.another_hand.misspellings import without_diacritics
from benchmarks.labelled.another_hand.register import Company
from benchmarks.labelled.another_hand.words import SMALL_WORDS
from benchmarks.labelled.another_hand.world import World

#: Share of names that are not as the register has them, but for the form and the capitals.
_CARELESS = 0.535


def _limited_name(draft: Draft, drawn: float) -> tuple[str, str | None]:
    core, random = draft.core, draft.random
    ways = {
        "end": f"{core} AB",
        "long end": f"{core} Aktiebolag",
        "front": f"AB {core}",
        "long front": f"Aktiebolaget {core}",
    }
    registered = _limited_way(draft.company.name.lower())
    if drawn < 0.55:
        return ways[registered], None
    if drawn < 0.77:
        return core, "suffix_missing"
    if drawn < 0.9:
        trouble = "suffix_other" if registered in {"end", "long end"} else "suffix_moved"
        return ways["long end" if registered == "end" else "end"], trouble
    if drawn < 0.94:
        ending = random.choice([" A.B.", " A/B", " AB.", " Ab", ", AB", " Aktieb."])
        return core + ending, "suffix_dots"
    if drawn < 0.97:
        return ways["end" if registered == "front" else "front"], "suffix_moved"
    return _with_form_inside(random, core), "suffix_moved"


def _limited_way(name: str) -> str:
    """How the register writes the form of the limited company."""
    if name.startswith("ab "):
        return "front"
    if name.startswith("aktiebolaget "):
        return "long front"
    return "long end" if "aktiebolag" in name else "end"


def _with_form_inside(random: Random, core: str) -> str:
    words = core.split(" ")
    if len(words) <= 2 or words[1] in SMALL_WORDS or words[0] == "i":
        return f"AB {core}"
    if random.random() < 0.5:
        return " ".join([words[0], "AB", *words[1:]])
    if words[-2] not in SMALL_WORDS:
        return " ".join([*words[:-1], "AB", words[-1]])
    return f"{core} AB"


def _partnership_name(draft: Draft, drawn: float) -> tuple[str, str | None]:
    core, company = draft.core, draft.company
    short = company.legal_form
    long = {"HB": "Handelsbolag", "KB": "Kommanditbolag"}[short]
    is_short = company.name.upper().endswith(f" {short}")
    if drawn < 0.55:
        if company.name.lower().startswith(long.lower()):
            return f"{long}et {core}", None
        return f"{core} {short if is_short else long}", None
    if drawn < 0.8:
        return core, "suffix_missing"
    return f"{core} {long if is_short else short}", "suffix_other"


def _housing_name(draft: Draft, drawn: float) -> tuple[str, str | None]:
    if drawn < 0.35:
        return f"Bostadsrättsföreningen {draft.core}", None
    if drawn < 0.85:
        return f"Brf {draft.core}", "suffix_other"
    short = "BRF" if drawn < 0.93 else "Bostadsrättsför."
    return f"{short} {draft.core}", "suffix_other"


def _association_name(draft: Draft, drawn: float) -> tuple[str, str | None]:
    if drawn < 0.4:
        return f"{draft.core} ekonomisk förening", None
    if drawn < 0.6:
        return draft.core, "suffix_missing"
    ending = draft.random.choice([" Ek. för.", " Ek för", " ek.för."])
    return draft.core + ending, "suffix_other"


def _foundation_name(draft: Draft, drawn: float) -> tuple[str, str | None]:
    if drawn < 0.7:
        return f"Stiftelsen {draft.core}", None
    if drawn < 0.85:
        return draft.core, "suffix_missing"
    return f"{draft.core}, Stiftelsen", "suffix_moved"


def _sole_trader_name(draft: Draft, drawn: float) -> tuple[str, str | None]:
    if drawn >= 0.1:
        return draft.core, None
    ending = draft.random.choice([" Enskild firma", " enskild firma", " EF", ", firma"])
    return draft.core + ending, "suffix_other"


def _society_name(draft: Draft, _: float) -> tuple[str, str | None]:
    return draft.core, None


#: Make the name with its legal form, and say what is wrong with that.
_WITH_FORM: dict[str, Callable[[Draft, float], tuple[str, str | None]]] = {
    "AB": _limited_name, "HB": _partnership_name, "KB": _partnership_name, "BRF": _housing_name,
    "EK": _association_name, "S": _foundation_name, "E": _sole_trader_name, "I": _society_name,
}  # fmt: skip


def _in_other_letters(name: str, drawn: float) -> str:
    """The name in capitals, in small letters, with capital initials or as it is."""
    if 0.42 <= drawn < 0.68:
        return name.upper()
    if 0.68 <= drawn < 0.73:
        return name.lower()
    return name.title() if 0.73 <= drawn < 0.8 else name


def _whole_name(draft: Draft) -> str:
    """The name with its form and everything around it."""
    random, company = draft.random, draft.company
    name, trouble = _WITH_FORM[company.legal_form](draft, random.random())
    if trouble:
        draft.troubles.append(trouble)
    if draft.is_public and random.random() < 0.4:
        draft.behind += " (publ)"
    if draft.before:
        name = f"{draft.before} ({name})"
    if "diacritics" in draft.troubles:
        draft.behind = without_diacritics(random, draft.behind)
    return name + draft.behind


def written_name(world: World, company: Company) -> tuple[str, list[str]]:
    """How a ledger writes the name of the company, and what is wrong with it."""
    random = world.random
    draft = Draft(world, company, company.core)
    if random.random() < _CARELESS:
        write_carelessly(draft)
    whole = _whole_name(draft)
    drawn = random.random()
    name = _in_other_letters(whole, drawn)
    with_capital_initials = 0.73 <= drawn < 0.8
    if name.isupper() != company.name.isupper() or name.islower() or with_capital_initials:
        draft.troubles.insert(0, "case")
    return re.sub(r"\s+", " ", name).strip(), draft.troubles
