"""Names of limited companies, and names proper of others, as the register has them."""

from collections.abc import Callable

from benchmarks.labelled.another_hand.words import (
    SMALL_WORDS,
    WORDS,
    genitive,
    perhaps_genitive,
    picked,
)
from benchmarks.labelled.another_hand.world import World

#: Makes a name proper, without legal form, of something in the town.
_Maker = Callable[[World, str], str]

_AND = ["&", "&", "och"]

#: Companies that are sold ready-made.
_SHELVES = {
    "Grundmuren": 5, "Lagerskalet": 4, "Startbryggan": 3, "Vildhallon": 2, "Bolagsfacket": 2,
}  # fmt: skip


def perhaps_in_town(world: World, town: str, share: float) -> str:
    """Where something is, to be written behind its name; nothing but in a share of the cases."""
    return f" i {town}" if world.random.random() < share else ""


def _active_in_town(world: World, town: str, share: float) -> str:
    """What is done, and in a share of the cases where."""
    return world.activity() + perhaps_in_town(world, town, share)


def _family_and_trade(world: World, town: str) -> str:
    surname = perhaps_genitive(world.random, world.known_surname(), 0.55)
    return f"{surname} {_active_in_town(world, town, 0.13)}"


def _partners(world: World, town: str) -> str:
    together = world.activity() if world.random.random() < 0.75 else "Partners"
    first = world.known_surname()
    both = f"{first} {world.random.choice(_AND)} {world.surname()}"
    return f"{both} {together}{perhaps_in_town(world, town, 0.06)}"


def _initials(world: World, town: str) -> str:
    return f"{world.initials()} {_active_in_town(world, town, 0.18)}"


def _initial_and_family(world: World, town: str) -> str:
    random = world.random
    surname = perhaps_genitive(random, world.known_surname(), 0.5)
    initial = random.choice("ABCDEGHIJKLMNOPRSTU") + random.choice(["", " ", "."])
    return f"{initial.strip()} {surname} {_active_in_town(world, town, 0.1)}"


def _place_and_trade(world: World, town: str) -> str:
    place = town if world.random.random() < 0.5 else world.places.village(town)
    return f"{perhaps_genitive(world.random, place, 0.6)} {world.activity()}"


def _coined(world: World, town: str) -> str:
    random = world.random
    word = world.coined()
    if random.random() < 0.12 and len(word) < 7:
        word = word.upper()
    drawn = random.random()
    if drawn < 0.42:
        return word
    if drawn < 0.68:
        return f"{word} {world.english_trade()}"
    if drawn < 0.85:
        return f"{word} {world.activity()}"
    if drawn < 0.92:
        return f"{word} Sverige"
    return f"{word} {world.coined_trade()}" if drawn < 0.94 else f"{word} i {town}"


def _coined_trade(world: World, town: str) -> str:
    name = world.coined_trade()
    if world.random.random() >= 0.3:
        swedish = world.random.random() < 0.6
        name += f" {world.activity() if swedish else world.english_trade()}"
    return name + perhaps_in_town(world, town, 0.07)


def _english(world: World, _: str) -> str:
    first, second, drawn = world.english_word(), world.english_word(), world.random.random()
    if drawn < 0.2:
        return f"{first} {second}"
    if drawn < 0.55:
        return f"{first} {second} {world.english_trade()}"
    if drawn < 0.65:
        return f"{first}{second.lower()} {world.english_trade()}"
    if drawn < 0.72:
        return f"{first}{second.lower()}"
    name = f"{first} {world.english_trade()}"
    return f"{name} Sweden" if world.random.random() < 0.2 else name


def _foreign_family(world: World, town: str) -> str:
    return f"{world.foreign_surname()} {_active_in_town(world, town, 0.08)}"


def _given_name(world: World, town: str) -> str:
    return f"{genitive(world.called())} {_active_in_town(world, town, 0.22)}"


def _person_and_trade(world: World, _: str) -> str:
    given, surname = world.person()
    surname = perhaps_genitive(world.random, surname, 0.4)
    return f"{given} {surname} {world.activity()}"


def _person_only(world: World, _: str) -> str:
    endings = ["", "", " & Co", " Konsult", " Consulting", " & Söner", " Tandläkare"]
    return world.person_name() + world.random.choice(endings)


def _from_the_shelf(world: World, _: str) -> str:
    random = world.random
    shelf = picked(random, _SHELVES)
    is_old = random.random() < 0.5
    return f"{shelf} {random.randint(1000, 9999) if is_old else random.randint(10000, 189999)}"


def _descriptive(world: World, town: str) -> str:
    random = world.random
    region = world.region()
    if random.random() < 0.5:
        return f"{region} {_active_in_town(world, town, 0.15)}"
    if random.random() < 0.6:
        return f"{region} {world.compound()}{perhaps_in_town(world, town, 0.1)}"
    if random.random() < 0.4:
        return f"{random.choice(WORDS.english_words)} {world.activity()} Sverige"
    return f"{world.activity()} {random.choice(WORDS.directions)}"


def _property(world: World, town: str) -> str:
    quarter = world.random.choice(WORDS.quarters)
    drawn = world.random.random()
    number = world.random.randint(1, 29)
    if drawn < 0.3:
        return f"Fastighetsbolaget {quarter} {number}"
    if drawn < 0.5:
        return f"{town} {quarter} {number}"
    if drawn < 0.75:
        return f"{quarter} {number} i {town}"
    return f"Fastigheten {quarter} {number} i {town}"


def _farm(world: World, town: str) -> str:
    village = perhaps_genitive(world.random, world.places.village(town), 0.5)
    return f"{village} {world.random.choice(WORDS.farm_words)}"


def _compound(world: World, town: str) -> str:
    random = world.random
    if random.random() < 0.6:
        return f"{world.compound().capitalize()} i {town}"
    if random.random() < 0.6:
        compound = world.compound().capitalize()
        return f"{compound} {random.choice(WORDS.compound_directions)}"
    return f"{world.compound()} {world.surname()}"


def _brothers(world: World, _: str) -> str:
    surname = world.known_surname() + world.random.choice(["", "s"])
    return f"Bröderna {surname} {world.activity()}"


def _coined_and_more(world: World, _: str) -> str:
    first = world.coined()
    return f"{first} {world.coined() if world.random.random() < 0.3 else world.activity()}"


#: Kinds of names, and how common each is.
_KINDS: dict[_Maker, float] = {
    _family_and_trade: 17, _partners: 4, _initials: 8, _initial_and_family: 3,
    _place_and_trade: 7, _coined: 13, _coined_trade: 7, _english: 9, _foreign_family: 4,
    _given_name: 6, _person_and_trade: 7, _person_only: 4, _from_the_shelf: 2, _descriptive: 8,
    _property: 3, _farm: 2, _compound: 3, _brothers: 1, _coined_and_more: 3,
}  # fmt: skip


def name_proper(world: World, town: str) -> str:
    """A company's name without its legal form."""
    make = world.random.choices(list(_KINDS), list(_KINDS.values()))[0]
    return make(world, town)


def limited_company(world: World, core: str) -> str:
    """The name proper with the form of a limited company (aktiebolag)."""
    random = world.random
    name = _with_limited_form(world, core)
    return f"{name} (publ)" if random.random() < 0.01 else name


def _with_limited_form(world: World, core: str) -> str:
    random = world.random
    drawn = random.random()
    if drawn < 0.64:
        return f"{core} AB"
    if drawn < 0.88:
        return f"{core} Aktiebolag"
    if drawn < 0.94:
        return f"AB {core}"
    if drawn < 0.97:
        return f"Aktiebolaget {core}"
    words = core.split(" ")
    if len(words) > 1 and random.random() < 0.5 and words[-2] not in SMALL_WORDS:
        return " ".join([*words[:-1], "AB", words[-1]])
    return f"{core} AB"
