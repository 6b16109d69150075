"""The companies of the register: numbers, names, addresses, days."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from stdnum import luhn

from benchmarks.labelled.another_hand.company_names import limited_company, name_proper
from benchmarks.labelled.another_hand.other_names import other_name
from benchmarks.labelled.another_hand.places import Address
from benchmarks.labelled.another_hand.words import picked
from benchmarks.labelled.another_hand.world import World

#: Legal forms and their shares.
_FORMS = {
    "AB": 64, "E": 19, "HB": 3.5, "KB": 1.8, "EK": 1.6, "BRF": 3.4, "I": 5.5, "S": 1.2,
}  # fmt: skip

#: Forms whose names are protected in the whole country; of the others, but for sole traders, no
#: two of the same form in a town have the same name.
_PROTECTED = ("AB", "EK", "KB")

#: How organisation numbers begin; a beginning that is there twice is twice as common.
_BEGINNINGS = {
    "HB": ["969", "969", "916"], "KB": ["969", "916"], "EK": ["769", "716"],
    "BRF": ["769", "716"], "I": ["802"], "S": ["802"],
}  # fmt: skip
_BEGINNINGS_OF_LIMITED = ["556", "556", "556", "556", "555"]
_BEGINNINGS_OF_LATE_LIMITED = ["559"]

#: Share of limited companies with sisters in the register, and how many these are.
_WITH_SISTERS = 0.065
_SISTERS = {1: 70, 2: 18, 3: 9, 5: 3}

_FORM_WORDS = re.compile(
    r"\b(aktiebolaget|aktiebolag|ab|handelsbolaget|handelsbolag|hb|kommanditbolaget|"
    r"kommanditbolag|kb|ekonomisk förening|bostadsrättsföreningen|brf)\b"
)


@dataclass(frozen=True)
class Company:
    """A company as the register has it, with what its name was made of.

    Attributes:
        core: the name proper.
        town: where the company is at home; its address may be elsewhere.
        address: null where the register has none.
        orgnr: null for companies that are not in any register.
    """

    core: str
    town: str
    legal_form: str
    name: str
    address: Address | None
    orgnr: str | None = None
    registered_on: date | None = None
    deregistered_on: date | None = None
    care_of: str | None = None


def name_key(name: str) -> str:
    """The same for names that nobody could tell apart."""
    bare = _FORM_WORDS.sub(" ", name.lower().replace("&", " och ").replace("+", " och "))
    return re.sub(r"[^a-zåäöéü0-9]", "", bare)


class CompanyMaker:
    """Makes companies one by one, and knows which numbers, names and addresses are taken.

    Args:
        world: what the companies are drawn from.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._numbers: set[str] = set()
        self._names: set[str] = set()
        self._names_in_town: set[tuple[str, str, str]] = set()
        self._addresses: defaultdict[str, list[Address]] = defaultdict(list)

    def company(self) -> Company:
        """A company of any form."""
        town = self._world.places.town()
        legal_form = picked(self._world.random, _FORMS)
        core, name = self._free_name(legal_form, town)
        self._names.add(name_key(core))
        self._names_in_town.add((name_key(core), town, legal_form))
        if legal_form == "AB":
            name = limited_company(self._world, core)
        return self._registered(core, name, legal_form, town, self._address(legal_form, town))

    def perhaps_sisters(self, company: Company) -> list[Company]:
        """Other companies of its group, for a few of the limited companies."""
        random = self._world.random
        if company.legal_form != "AB" or random.random() >= _WITH_SISTERS:
            return []
        count = random.choices(list(_SISTERS), list(_SISTERS.values()))[0]
        tried = [self._sister(company) for _ in range(count)]
        return [sister for sister in tried if sister is not None]

    def _sister(self, company: Company) -> Company | None:
        """Another company of the group, unless its name is taken."""
        world = self._world
        core = f"{company.core.removesuffix(f' i {company.town}')} {world.sister_word()}"
        if name_key(core) in self._names:
            return None
        self._names.add(name_key(core))
        shared = company.address if world.random.random() < 0.7 else None
        stays = shared is not None or world.random.random() < 0.5
        town = company.town if stays else world.places.town()
        name = limited_company(world, core)
        address = self._address("AB", town) if shared is None else shared
        return self._registered(core, name, "AB", town, address)

    def _free_name(self, legal_form: str, town: str) -> tuple[str, str]:
        """A name proper and a whole name that nobody has, if thirty tries find one.

        The whole name of a limited company is made later.
        """
        core, name = "", ""
        for attempt in range(30):
            if legal_form == "AB":
                core = name_proper(self._world, town)
                if attempt > 4:
                    core += f" i {town}" if " i " not in core else f" {self._world.trade()}"
            else:
                core, name = other_name(self._world, legal_form, town)
            if not self._is_taken(core, legal_form, town):
                break
        return core, name

    def _is_taken(self, core: str, legal_form: str, town: str) -> bool:
        if legal_form in _PROTECTED:
            return name_key(core) in self._names
        return legal_form != "E" and (name_key(core), town, legal_form) in self._names_in_town

    def _address(self, legal_form: str, town: str) -> Address:
        """An address in the town, now and then one where another company is."""
        random = self._world.random
        is_person = legal_form == "E"
        taken = self._addresses[town]
        if taken and random.random() < 0.062 and not is_person:
            address = random.choice(taken)
        else:
            boxes, farms = (0.02, 0.3) if is_person else (0.08, 0.12)
            address = self._world.places.address(town, boxes, farms)
        taken.append(address)
        return address

    def _registered(
        self, core: str, name: str, legal_form: str, town: str, address: Address
    ) -> Company:
        """The company with a number, its days and how the register writes it."""
        random = self._world.random
        in_capitals = (random.random() < 0.27 and legal_form != "E") or random.random() < 0.1
        care_of = self._care_of(legal_form)
        registered_on = date(1955, 1, 1) + timedelta(days=int(25_400 * random.random() ** 0.55))
        deregistered_on = None
        if random.random() < 0.04:
            deregistered_on = max(
                registered_on + timedelta(days=200),
                date(2012, 1, 1) + timedelta(days=random.randint(0, 4500)),
            )
        has_address = random.random() >= 0.008
        return Company(
            core=core,
            town=town,
            legal_form=legal_form,
            name=name.upper() if in_capitals else name,
            address=address if has_address else None,
            orgnr=self._number(legal_form, registered_on),
            registered_on=registered_on,
            deregistered_on=deregistered_on,
            care_of=care_of,
        )

    def _care_of(self, legal_form: str) -> str | None:
        world = self._world
        if world.random.random() >= (0.3 if legal_form in {"BRF", "I"} else 0.04):
            return None
        if world.random.random() < 0.6:
            return f"c/o {world.person_name()}"
        keeper = "Fastighetsförvaltning" if legal_form == "BRF" else "Redovisning"
        return f"c/o {world.coined()} {keeper} AB"

    def _number(self, legal_form: str, registered_on: date) -> str:
        """A number that nobody has; a sole trader's is a personal identity number."""
        while True:
            if legal_form == "E":
                start = self._personal_number_start(registered_on)
            else:
                start = self._company_number_start(legal_form, registered_on)
            number = start + luhn.calc_check_digit(start)
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def _personal_number_start(self, registered_on: date) -> str:
        random = self._world.random
        # A thousandth have the number 000 of their day, which nobody is given: frozen, so left.
        born_on = registered_on - timedelta(days=random.randint(7300, 21000))
        return f"{born_on:%y%m%d}{random.randint(0, 999):03d}"

    def _company_number_start(self, legal_form: str, registered_on: date) -> str:
        random = self._world.random
        if legal_form != "AB":
            beginnings = _BEGINNINGS[legal_form]
        elif registered_on.year >= 2015:
            beginnings = _BEGINNINGS_OF_LATE_LIMITED
        else:
            beginnings = _BEGINNINGS_OF_LIMITED
        return f"{random.choice(beginnings)}{random.randint(0, 999_999):06d}"


def make_companies(maker: CompanyMaker, count: int) -> list[Company]:
    """The companies of the register."""
    companies: list[Company] = []
    while len(companies) < count:
        company = maker.company()
        companies.append(company)
        companies.extend(maker.perhaps_sisters(company))
    return companies[:count]


_SCHEMA = {
    "orgnr": pl.String, "name": pl.String, "legal_form": pl.String, "registered_on": pl.Date,
    "deregistered_on": pl.Date, "proceeding": pl.String, "street": pl.String,
    "care_of": pl.String, "postal_code": pl.String, "city": pl.String,
}  # fmt: skip


def register_frame(companies: Sequence[Company], seed: int) -> pl.DataFrame:
    """The register with the columns of ``labelled.companies.REGISTER_COLUMNS``, in any order."""
    rows = [
        (
            company.orgnr, company.name, company.legal_form, company.registered_on,
            company.deregistered_on, None,
            None if company.address is None else company.address.street,
            company.care_of,
            None if company.address is None else company.address.postal_code,
            None if company.address is None else company.address.city,
        )
        for company in companies
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return frame.sample(fraction=1, shuffle=True, seed=seed)
