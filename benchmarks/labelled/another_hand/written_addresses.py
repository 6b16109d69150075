"""How ledgers write addresses, and which address of a company they have."""

import re
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from benchmarks.labelled.another_hand.misspellings import typed_badly, without_diacritics
from benchmarks.labelled.another_hand.places import Address
from benchmarks.labelled.another_hand.register import Company
from benchmarks.labelled.another_hand.words import WORDS
from benchmarks.labelled.another_hand.world import World


class WrittenAddress(NamedTuple):
    """An address as a ledger has it."""

    street: str | None
    postal_code: str | None
    city: str


#: What is written, and what is wrong with it.
_Written = tuple[WrittenAddress, str | None]

_FLOORS = [
    ", 2 tr", " 3 tr", ", plan 4", " lgh 1101", ", lgh 1203", " 1tr", ", vån 2", " uppg B", " nb",
]  # fmt: skip

_POINTS = {"Norra": "N", "Södra": "S", "Västra": "V", "Östra": "Ö"}

_SHORT_CITIES = {"Stockholm": "Sthlm", "Göteborg": "Gbg"}


def _other_address(world: World, company: Company) -> tuple[Address, str]:
    """An address that is not the company's in the register, and which."""
    random, places, town = world.random, world.places, company.town
    drawn = random.random()
    known = company.address
    if drawn < 0.3 and known is not None and not known.street.startswith("Box"):
        return places.box_address(town), "other_address_box"
    if drawn < 0.45:
        return places.street_address(town), "other_address_same_town"
    if drawn < 0.7:
        other = places.town()
        while other == town:
            other = places.town()
        return places.address(other), "other_address_other_town"
    where = town if random.random() < 0.33 else places.town()
    address = places.address(where, boxes=0.5, farms=0)
    if random.random() < 0.5:
        address = address._replace(street=_at_the_bookkeeper(world, address.street))
    in_town = "_same_town" if where == town else ""
    return address, f"other_address_postal{in_town}"


def _at_the_bookkeeper(world: World, street: str) -> str:
    keeper = f"c/o {world.coined()} {world.random.choice(WORDS.bookkeepers)}"
    return f"{keeper}, {street}" if world.random.random() < 0.8 else keeper


def _as_it_is(_: World, address: Address) -> _Written:
    return WrittenAddress(*address), None


def _street_abbreviated(world: World, address: Address) -> _Written:
    random = world.random
    # Nothing comes of this one, but what is drawn after it does.
    random.random()
    street = re.sub(r"gatan\b", random.choice(["g.", "g", "gat.", "gat"]), address.street)
    if street == address.street:
        street = re.sub(r"vägen\b", random.choice(["v.", "v", "väg"]), street)
    for point, letter in _POINTS.items():
        street = re.sub(f"^{point} ", random.choice([f"{letter} ", f"{letter}. "]), street)
    street = re.sub("^Sankt ", "S:t ", street)
    trouble = "street_abbreviated" if street != address.street else None
    return WrittenAddress(street, address.postal_code, address.city), trouble


def _with_floor(world: World, address: Address) -> _Written:
    street = address.street + world.random.choice(_FLOORS)
    return WrittenAddress(street, address.postal_code, address.city), "street_floor"


def _with_care_of(world: World, address: Address) -> _Written:
    person = world.person_name()
    street = f"c/o {person}{world.random.choice([', ', ' '])}{address.street}"
    return WrittenAddress(street, address.postal_code, address.city), "street_care_of"


def _with_wrong_code(world: World, address: Address) -> _Written:
    code = _wrong_code(world, address)
    trouble = "code_wrong" if code != address.postal_code else None
    return WrittenAddress(address.street, code, address.city), trouble


def _wrong_code(world: World, address: Address) -> str:
    """The code with another digit, with two swapped, or another code of the city."""
    random = world.random
    digits = list(address.postal_code)
    if random.random() < 0.5:
        place = random.randint(1, 4)
        digits[place] = str((int(digits[place]) + random.randint(1, 9)) % 10)
    elif random.random() < 0.5:
        place = random.randint(1, 3)
        digits[place], digits[place + 1] = digits[place + 1], digits[place]
    else:
        return world.places.postal_code(address.city)
    return "".join(digits)


def _without_code(_: World, address: Address) -> _Written:
    return WrittenAddress(address.street, None, address.city), "code_missing"


def _street_typed_badly(world: World, address: Address) -> _Written:
    street = typed_badly(world.random, address.street)
    trouble = "street_typo" if street != address.street else None
    return WrittenAddress(street, address.postal_code, address.city), trouble


def _city_typed_badly(world: World, address: Address) -> _Written:
    city = typed_badly(world.random, address.city)
    return WrittenAddress(address.street, address.postal_code, city), "city_typo"


def _without_street(_: World, address: Address) -> _Written:
    return WrittenAddress(None, address.postal_code, address.city), "street_missing"


#: What may be done to an address, with the shares of it and all before it.
_STEPS: dict[Callable[[World, Address], _Written], float] = {
    _as_it_is: 0.52, _street_abbreviated: 0.64, _with_floor: 0.72, _with_care_of: 0.76,
    _with_wrong_code: 0.83, _without_code: 0.88, _street_typed_badly: 0.96,
    _city_typed_badly: 0.98, _without_street: 1.0,
}  # fmt: skip


def _in_the_ledgers_letters(random: Random, written: WrittenAddress) -> WrittenAddress:
    """Without diacritics, with a space in the code, in capitals."""
    street, code, city = written
    if random.random() < 0.06 and street:
        street = without_diacritics(random, street)
        if random.random() < 0.7:
            city = without_diacritics(random, city)
    if code and random.random() < 0.45:
        code = f"{code[:3]} {code[3:]}"
    drawn = random.random()
    if drawn < 0.3:
        city = city.upper()
        if street and random.random() < 0.5:
            street = street.upper()
    elif drawn < 0.33:
        city = _SHORT_CITIES.get(city, city)
    return WrittenAddress(street, code, city)


def written_address(world: World, company: Company) -> tuple[WrittenAddress | None, list[str]]:
    """How a ledger writes an address of the company, null if it has none; and what is wrong."""
    random = world.random
    drawn = random.random()
    if drawn < 0.08:
        return None, ["no_address"]
    address, troubles = company.address, []
    if drawn < 0.3 or address is None:
        address, trouble = _other_address(world, company)
        troubles.append(trouble)
    drawn = random.random()
    step = next(step for step, limit in _STEPS.items() if drawn < limit)
    written, error = step(world, address)
    if error:
        troubles.append(error)
    return _in_the_ledgers_letters(random, written), troubles
