"""Companies of the same family as a registered one that are in no register."""

import re

from benchmarks.labelled.another_hand.company_names import limited_company
from benchmarks.labelled.another_hand.register import Company, name_key
from benchmarks.labelled.another_hand.words import SMALL_WORDS, WORDS
from benchmarks.labelled.another_hand.world import World

_GIVEN_NAMES = frozenset(WORDS.given_names)
_SURNAMES = frozenset(WORDS.surnames)


def unregistered_sister(
    world: World, company: Company, taken: frozenset[str]
) -> tuple[Company, str] | None:
    """A sister of the company, and in what it differs; null if twenty tries find none.

    Args:
        world: what everything is drawn from.
        company: a company of the register.
        taken: the keys of names that the register has.
    """
    for _ in range(20):
        made = _sister_name(world, company)
        if made is None:
            continue
        core, kind = made
        key = name_key(core)
        if key != name_key(company.core) and key not in taken:
            return _settled(world, company, core, kind)
    return None


def _sister_name(world: World, company: Company) -> tuple[str, str] | None:
    """The sister's name proper, and what was changed; null where that would make no name."""
    core, town = company.core, company.town
    words = core.split(" ")
    drawn = world.random.random()
    if re.search(r"\d", core):
        return _with_other_number(world, core), "number"
    if words[0] in _GIVEN_NAMES and len(words) > 1 and drawn < 0.4:
        return " ".join([world.given_name(), *words[1:]]), "given"
    if town in core and drawn < 0.5:
        return core.replace(town, world.places.town()), "town"
    if drawn < 0.5 or len(words) < 2:
        return f"{core.removesuffix(f' i {town}')} {world.sister_word()}", "group"
    if drawn < 0.65:
        return core if " i " in core else f"{core} i {world.places.town()}", "town"
    if drawn < 0.9:
        return _with_other_word(world, words)
    if words[0] in _SURNAMES:
        return " ".join([world.known_surname(), *words[1:]]), "family"
    return f"{core} Holding", "family"


def _with_other_number(world: World, core: str) -> str:
    def other(number: re.Match[str]) -> str:
        step = world.random.choice([-3, -2, -1, 1, 2, 3, 7])
        return str(max(1, int(number[0]) + step))

    return re.sub(r"\d+", other, core)


def _with_other_word(world: World, words: list[str]) -> tuple[str, str] | None:
    place = world.random.randint(1, len(words) - 1)
    if words[place] in SMALL_WORDS:
        return None
    return " ".join([*words[:place], world.trade(), *words[place + 1 :]]), "word"


def _settled(world: World, company: Company, core: str, kind: str) -> tuple[Company, str]:
    """The sister where it is at home: with the company, in its town or elsewhere."""
    random, places = world.random, world.places
    shared = company.address if random.random() < 0.4 else None
    stays = shared is not None or random.random() < 0.6
    town = company.town if stays else places.town()
    if shared is None:
        named = re.search(r" i (\S.*)$", core)
        if kind == "town" and named and named[1] in places.codes:
            town = named[1]
        address = places.address(town)
    else:
        address = shared
    legal_form = "AB" if kind == "group" else company.legal_form
    name = limited_company(world, core) if legal_form == "AB" else core
    sister = Company(core, town, legal_form, name, address)
    return sister, f"absent_sister_{kind}{'' if shared is None else '_same_address'}"
