"""Names of sole traders, partnerships, associations and foundations in the register."""

from collections.abc import Callable

from benchmarks.labelled.another_hand.company_names import name_proper, perhaps_in_town
from benchmarks.labelled.another_hand.words import WORDS, genitive
from benchmarks.labelled.another_hand.world import World


def _sole_trader(world: World, town: str) -> tuple[str, str]:
    name = _sole_trader_name(world, town)
    return name, name


def _sole_trader_name(world: World, town: str) -> str:
    given, surname = world.person()
    if world.random.random() < 0.45:
        return f"{given} {surname}"
    drawn = world.random.random()
    if drawn < 0.08:
        return f"Firma {given} {surname}"
    if drawn < 0.25:
        return f"{given} {surname} {world.activity()}"
    if drawn < 0.45:
        return f"{genitive(world.called(given))} {world.activity()}"
    if drawn < 0.6:
        return f"{genitive(surname)} {world.activity()}"
    return name_proper(world, town)


def _partnership(world: World, town: str, short: str, long: str) -> tuple[str, str]:
    drawn = world.random.random()
    if drawn < 0.2:
        core = f"{world.known_surname()} & {world.surname()}"
    elif drawn < 0.45:
        core = f"{genitive(world.known_surname())} {world.activity()}"
    else:
        core = name_proper(world, town)
    drawn = world.random.random()
    if drawn < 0.55:
        return core, f"{core} {short}"
    return core, f"{core} {long}" if drawn < 0.88 else f"{long}et {core}"


def _trading_partnership(world: World, town: str) -> tuple[str, str]:
    return _partnership(world, town, "HB", "Handelsbolag")


def _limited_partnership(world: World, town: str) -> tuple[str, str]:
    return _partnership(world, town, "KB", "Kommanditbolag")


def _housing_cooperative(world: World, town: str) -> tuple[str, str]:
    core = world.random.choice(WORDS.quarters)
    if world.random.random() < 0.4:
        core += f" {world.random.randint(1, 32)}"
    core += perhaps_in_town(world, town, 0.45)
    return core, f"Bostadsrättsföreningen {core}"


def _economic_association(world: World, town: str) -> tuple[str, str]:
    core = _economic_association_name(world, town)
    endings = [" Ekonomisk Förening", " ekonomisk förening", " Ek. För."]
    return core, core + world.random.choice(endings)


def _economic_association_name(world: World, town: str) -> str:
    random = world.random
    drawn, village = random.random(), world.places.village(town)
    if drawn < 0.2:
        return f"Föräldrakooperativet {random.choice(WORDS.quarters)}"
    if drawn < 0.3:
        return f"{genitive(village)} Vägsamfällighet"
    if drawn < 0.45:
        return f"{village} Fiber"
    if drawn < 0.52:
        return f"{village} Vindkraft"
    if drawn < 0.6:
        return f"{genitive(village)} Bygdegård"
    if drawn < 0.7:
        return f"Kooperativet {random.choice(WORDS.quarters)} i {town}"
    return name_proper(world, town)


def _foundation(world: World, town: str) -> tuple[str, str]:
    core = _foundation_name(world, town)
    is_first = world.random.random() < 0.85
    return core, f"Stiftelsen {core}" if is_first else f"{core}, Stiftelsen"


def _foundation_name(world: World, town: str) -> str:
    drawn = world.random.random()
    if drawn < 0.2:
        return world.random.choice(WORDS.quarters)
    if drawn < 0.3:
        return f"{world.places.village(town)} Hembygdsmuseum"
    if drawn < 0.4:
        return f"{genitive(town)} Museum"
    if drawn < 0.6:
        return f"{world.person_name()}s Minnesfond"
    if drawn < 0.7:
        return f"{genitive(world.places.village(town))} Folkhögskola"
    return f"{town} {world.random.choice(WORDS.foundation_purposes)}"


def _society(world: World, town: str) -> tuple[str, str]:
    name = _society_name(world, town)
    return name, name


def _society_name(world: World, town: str) -> str:
    random = world.random
    drawn = random.random()
    place = town if random.random() < 0.35 else world.places.village(town)
    if drawn < 0.38:
        return f"{genitive(place)} {random.choice(WORDS.sports_clubs)}"
    if drawn < 0.74:
        return f"{genitive(place)} {random.choice(WORDS.local_societies)}"
    if drawn < 0.92:
        name = f"{random.choice(WORDS.named_societies)} {random.choice(WORDS.quarters)}"
        return name + perhaps_in_town(world, town, 0.5)
    return f"{random.choice(WORDS.origins)} Föreningen i {town}"


_OTHER_FORMS: dict[str, Callable[[World, str], tuple[str, str]]] = {
    "E": _sole_trader,
    "HB": _trading_partnership,
    "KB": _limited_partnership,
    "BRF": _housing_cooperative,
    "EK": _economic_association,
    "S": _foundation,
    "I": _society,
}


def other_name(world: World, legal_form: str, town: str) -> tuple[str, str]:
    """The name proper and the whole name of something that is not a limited company."""
    return _OTHER_FORMS[legal_form](world, town)
