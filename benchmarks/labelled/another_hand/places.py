"""Towns, villages and streets of one world, and addresses there."""

from random import Random
from typing import NamedTuple

from benchmarks.labelled.another_hand.words import WORDS, CommonFirst, picked, shuffled

#: Towns without farms.
_CITIES = ("Stockholm", "Göteborg", "Malmö", "Solna", "Kista")


class Address(NamedTuple):
    """An address as the register has it; the postal code is five digits."""

    street: str
    postal_code: str
    city: str


class Places:
    """Villages and streets of every town, drawn when it is made.

    Args:
        random: everything is drawn from it.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        villages = shuffled(random, _village_names())
        self._towns = CommonFirst((town for town, _, _ in WORDS.towns), 0.8, 2)
        #: The first and the last beginning of postal codes, by town.
        self.codes = {town: (first, last) for town, first, last in WORDS.towns}
        self._villages: dict[str, CommonFirst] = {}
        self._streets: dict[str, CommonFirst] = {}
        self._street_codes: dict[str, dict[str, list[str]]] = {}
        for rank, town in enumerate(self.codes):
            near = random.sample(villages, 10 + int(15 / (1 + rank / 40)))
            self._villages[town] = CommonFirst(near, 0.5, 3)
            streets = self._street_names(villages, int(900 / (1 + rank * 0.25) ** 0.8) + 30)
            common = shuffled(random, [name for name in streets if name in WORDS.common_streets])
            others = shuffled(
                random, [name for name in streets if name not in WORDS.common_streets]
            )
            self._streets[town] = CommonFirst(common + others, 0.45, 8)
            self._street_codes[town] = {name: self._codes_of_street(town) for name in streets}

    def _street_names(self, villages: list[str], count: int) -> list[str]:
        """Names of streets in one town."""
        random = self._random
        names = {name: True for name in WORDS.common_streets if random.random() < 0.55}
        while len(names) < count:
            name = random.choice(WORDS.street_starts) + picked(random, WORDS.street_ends)
            if random.random() < 0.12:
                name = f"{random.choice(WORDS.street_prefixes)} {name}"
            elif random.random() < 0.15:
                name = random.choice(villages) + random.choice(["vägen", "gatan"])
            names[name] = True
        return list(names)

    def _codes_of_street(self, town: str) -> list[str]:
        count = 1 if self._random.random() < 0.7 else 2
        return [self.postal_code(town) for _ in range(count)]

    def town(self) -> str:
        """A town, the large ones most often."""
        return self._towns.draw(self._random)

    def village(self, town: str) -> str:
        """A village near the town."""
        return self._villages[town].draw(self._random)

    def postal_code(self, town: str) -> str:
        """A postal code of streets in the town."""
        first, last = self.codes[town]
        return f"{self._random.randint(first, last)}{self._random.randint(20, 69)}"

    def box_address(self, town: str) -> Address:
        """A box at the town's post office."""
        random = self._random
        number = random.randint(1, 900) if random.random() < 0.6 else random.randint(1000, 9000)
        first, last = self.codes[town]
        code = f"{random.choice([first, first, last])}{random.randint(1, 19):02d}"
        return Address(f"Box {number}", code, town)

    def street_address(self, town: str) -> Address:
        """A street in the town."""
        random = self._random
        name = self._streets[town].draw(random)
        street = f"{name} {int(1 + min(180, random.expovariate(1 / 22)))}"
        if random.random() < 0.14:
            street += random.choice(["A", "B", "C", "D", " A", " B"])
        return Address(street, random.choice(self._street_codes[town][name]), town)

    def farm_address(self, town: str) -> Address:
        """A village or a farm near the town."""
        random = self._random
        street = self.village(town) + random.choice(WORDS.farms)
        if random.random() < 0.8:
            street += f" {random.randint(1, 420)}"
        return Address(street, self.postal_code(town), town)

    def address(self, town: str, boxes: float = 0.08, farms: float = 0.14) -> Address:
        """A box, a farm or a street; ``boxes`` and ``farms`` are their shares."""
        drawn = self._random.random()
        if drawn < boxes:
            return self.box_address(town)
        if drawn < boxes + farms and town not in _CITIES:
            return self.farm_address(town)
        return self.street_address(town)


def _village_names() -> list[str]:
    """Every village that can be pronounced."""
    return [
        start + end
        for start in WORDS.village_starts
        for end in WORDS.village_ends
        if not (start[-1] == end[0] and start[-1] in "aeiouåäö")
    ]
