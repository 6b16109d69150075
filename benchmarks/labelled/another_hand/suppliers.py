"""Suppliers: what ledgers make of companies, and of some that no register has."""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import polars as pl

from benchmarks.labelled.another_hand.company_names import name_proper
from benchmarks.labelled.another_hand.places import Address
from benchmarks.labelled.another_hand.register import Company, CompanyMaker, name_key
from benchmarks.labelled.another_hand.sisters import unregistered_sister
from benchmarks.labelled.another_hand.words import WORDS, genitive
from benchmarks.labelled.another_hand.world import World
from benchmarks.labelled.another_hand.written_addresses import WrittenAddress, written_address
from benchmarks.labelled.another_hand.written_names import written_name

#: Share of suppliers that are in the register.
REGISTERED = 0.85

#: Share of the others that are sisters of registered companies.
_SISTERS = 0.3

#: Share of the registered that are written by another name than the company's.
_TRADE_NAMES = 0.05

#: How probable a company of each legal form is among suppliers.
_SUPPLIER_FORMS = {
    "AB": 3, "E": 0.9, "HB": 1.2, "KB": 1.2, "EK": 1.3, "BRF": 0.4, "I": 1.2, "S": 1.2,
}  # fmt: skip

#: How probable a deregistered company is, beside a living one.
_GONE = 0.3


class Supplier(NamedTuple):
    """A row of ``labelled.suppliers.Labelled.suppliers`` without its number."""

    name: str
    street: str | None
    postal_code: str | None
    city: str | None
    truth: str | None
    trouble: str


def _supplier(
    name: str,
    address: WrittenAddress | Address | None,
    troubles: Sequence[str],
    truth: str | None = None,
) -> Supplier:
    street, postal_code, city = address or (None, None, None)
    return Supplier(name, street, postal_code, city, truth, "+".join(troubles))


class _Likely:
    """The companies of the register, the likelier suppliers more often."""

    def __init__(self, world: World, companies: Sequence[Company]) -> None:
        self._random = world.random
        self._companies = companies
        self._limits = list(
            accumulate(
                _SUPPLIER_FORMS[company.legal_form] * (_GONE if company.deregistered_on else 1)
                for company in companies
            )
        )

    def draw(self) -> Company:
        """One company."""
        return self._companies[bisect(self._limits, self._random.random() * self._limits[-1])]

    def different(self, count: int) -> list[Company]:
        """As many companies as asked for, none of them twice."""
        chosen: dict[str | None, Company] = {}
        while len(chosen) < count:
            company = self.draw()
            chosen[company.orgnr] = company
        return list(chosen.values())


def _trade_name(world: World, company: Company) -> tuple[str, str]:
    """A name that the company goes by, with a word of its registered one or without."""
    random = world.random
    if random.random() < 0.55:
        return name_proper(world, company.town), "trade_name"
    words = [word for word in company.core.split(" ") if len(word) > 3 and word.isalpha()]
    if not words:
        return name_proper(world, company.town), "trade_name"
    return _named_after(world, random.choice(words)), "trade_name_little"


def _named_after(world: World, word: str) -> str:
    drawn = world.random.random()
    if drawn < 0.3:
        return f"{world.compound()} {word}"
    if drawn < 0.5:
        return f"{world.coined()} {word}"
    if drawn < 0.8:
        return f"{word} {world.activity()}"
    return f"{world.random.choice(WORDS.shops)} {word}"


def _written_trade_name(world: World, company: Company) -> tuple[str, list[str]]:
    name, trouble = _trade_name(world, company)
    has_form = world.random.random() < 0.3
    if has_form and company.legal_form == "AB":
        name += " AB"
    return name.upper() if world.random.random() < 0.3 else name, [trouble]


def _registered_supplier(world: World, company: Company) -> Supplier:
    address, wrong = written_address(world, company)
    is_trade_name = world.random.random() < _TRADE_NAMES
    write = _written_trade_name if is_trade_name else written_name
    name, troubles = write(world, company)
    return _supplier(name, address, troubles + wrong, company.orgnr)


def _absent_supplier(world: World, company: Company, kind: str) -> Supplier:
    """What ledgers make of a company that is not in the register."""
    address, wrong = written_address(world, company)
    name, troubles = written_name(world, company)
    return _supplier(name, address, [kind, *troubles, *wrong])


def _sisters(world: World, likely: _Likely, taken: frozenset[str], count: int) -> list[Supplier]:
    suppliers: list[Supplier] = []
    while len(suppliers) < count:
        made = unregistered_sister(world, likely.draw(), taken)
        if made is not None:
            suppliers.append(_absent_supplier(world, *made))
    return suppliers


def _from_abroad(world: World) -> Supplier:
    random = world.random
    is_coined = random.random() < 0.6
    word = world.coined() if is_coined else f"{world.english_word()} {world.english_word()}"
    name = f"{word} {world.english_trade()} {random.choice(WORDS.foreign_forms)}"
    address = None
    if random.random() < 0.6:
        street = f"{random.choice(WORDS.foreign_streets)} {random.randint(1, 90)}"
        address = WrittenAddress(street, None, random.choice(WORDS.foreign_cities))
    return _supplier(name, address, ["absent_foreign"])


def _public_body(world: World, town: str) -> Supplier:
    region = world.random.choice(WORDS.public_regions)
    names = [
        f"{genitive(town)} kommun", f"Region {region}", f"{genitive(town)} pastorat",
        f"Räddningstjänsten {town}", f"{genitive(town)} universitet",
    ]  # fmt: skip
    name = world.random.choice(names)
    return _supplier(name, world.places.address(town, boxes=0.5, farms=0), ["absent_public"])


def _private_person(world: World, town: str) -> Supplier:
    given, surname = world.person()
    is_turned = world.random.random() < 0.5
    name = f"{surname} {given}" if is_turned else f"{given} {surname}"
    return _supplier(name, world.places.address(town), ["absent_person"])


def _stranger(world: World, strangers: list[Company]) -> Supplier:
    """The last of the strangers, that it takes from them; sole traders are mostly passed over."""
    company = strangers.pop()
    while company.legal_form == "E" and world.random.random() >= 0.3:
        company = strangers.pop()
    return _absent_supplier(world, company, "absent")


def _unrelated(world: World, strangers: list[Company]) -> Supplier:
    """A supplier that has nothing to do with any company of the register."""
    drawn, town = world.random.random(), world.places.town()
    if drawn < 0.13:
        return _from_abroad(world)
    if drawn < 0.2:
        return _public_body(world, town)
    if drawn < 0.27:
        return _private_person(world, town)
    return _stranger(world, strangers)


def make_suppliers(
    world: World, companies: Sequence[Company], maker: CompanyMaker, count: int
) -> list[Supplier]:
    """Suppliers of the register's companies and of others, in any order."""
    held_back = [maker.company() for _ in range(int(count * 0.12))]
    taken = frozenset(name_key(company.core) for company in companies)
    likely = _Likely(world, companies)
    registered = round(count * REGISTERED)
    suppliers = [_registered_supplier(world, company) for company in likely.different(registered)]
    sisters = round((count - registered) * _SISTERS)
    suppliers += _sisters(world, likely, taken, sisters)
    strangers = [
        company
        for company in held_back
        if company.legal_form == "E" or name_key(company.core) not in taken
    ]
    suppliers += [_unrelated(world, strangers) for _ in range(count - registered - sisters)]
    world.random.shuffle(suppliers)
    return suppliers


_SCHEMA = {
    "name": pl.String, "street": pl.String, "postal_code": pl.String, "city": pl.String,
    "truth": pl.String, "trouble": pl.String,
}  # fmt: skip


def suppliers_frame(suppliers: Sequence[Supplier]) -> pl.DataFrame:
    """The suppliers with the columns of ``labelled.suppliers.Labelled.suppliers``."""
    frame = pl.DataFrame(suppliers, schema=_SCHEMA, orient="row")
    numbered = frame.with_row_index("party_id", offset=1)
    return numbered.with_columns(
        pl.col("party_id").cast(pl.Int64), pl.col("trouble").replace("", "clean")
    )
