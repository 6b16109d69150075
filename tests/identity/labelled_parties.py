"""A synthetic company register, and parties that were written down carelessly, with the truth.

Shares of trouble follow what a municipality's supplier register looks like: of the parties that
are in the register some give another address, some none, some a trade name; the rest have errors
of case, legal form, word order, diacritics, typing and abbreviation. Of those that are not in the
register every third has a sister company there with nearly the same name.
"""

import random
from dataclasses import dataclass

import polars as pl

_SYLLABLES = [
    "sol",
    "gård",
    "berg",
    "ström",
    "lind",
    "ny",
    "äng",
    "holm",
    "vik",
    "ek",
    "sten",
    "dal",
    "fors",
    "å",
    "björk",
    "nord",
    "kvarn",
    "lund",
    "vall",
    "tall",
    "ås",
    "brunn",
    "kull",
    "mark",
    "näs",
    "sjö",
    "strand",
    "tor",
    "ud",
    "vret",
    "hav",
    "alm",
    "bo",
    "fur",
    "gran",
    "hassel",
    "klint",
    "lycke",
    "mo",
    "ram",
    "ros",
    "rud",
    "sand",
    "skog",
    "snö",
    "stav",
    "svan",
    "tuna",
    "ull",
    "väst",
    "ör",
    "öst",
    "is",
    "jär",
    "kal",
    "le",
    "mel",
    "ner",
    "pil",
    "rev",
    "sik",
    "tim",
]
_TRADES = [
    "Omsorg",
    "Assistans",
    "Hemtjänst",
    "Bygg",
    "Konsult",
    "Städ",
    "Transport",
    "Fastigheter",
    "Måleri",
    "Taxi",
    "Bemanning",
    "Utbildning",
    "Behandling",
    "Redovisning",
    "Catering",
    "Service",
    "Teknik",
    "Event",
    "Media",
    "Vård",
    "Rehab",
    "Logistik",
    "Entreprenad",
    "Förvaltning",
    "Holding",
    "Invest",
    "Restaurang",
    "Design",
    "Juridik",
    "Ledning",
    "Produktion",
    "Rör",
    "El",
]
_FIRST = [
    "Anna",
    "Erik",
    "Lars",
    "Karin",
    "Maria",
    "Nils",
    "Sara",
    "Ali",
    "Mona",
    "Per",
    "Olof",
    "Eva",
    "Johan",
    "Lena",
    "Sven",
    "Amir",
]
_LAST = [
    "Andersson",
    "Berg",
    "Ström",
    "Lindqvist",
    "Öberg",
    "Holm",
    "Nyman",
    "Ek",
    "Sandström",
    "Dahl",
    "Björk",
    "Åkesson",
]
_TOWNS = [
    ("Malmö", 211), ("Lund", 222), ("Göteborg", 411), ("Stockholm", 111), ("Uppsala", 753),
    ("Västerås", 722), ("Örebro", 702), ("Linköping", 582), ("Helsingborg", 252), ("Umeå", 903),
    ("Jönköping", 553), ("Norrköping", 602), ("Gävle", 803), ("Borås", 503), ("Eslöv", 241),
    ("Kristianstad", 291), ("Växjö", 352), ("Halmstad", 302), ("Sundsvall", 852), ("Ystad", 271),
]  # fmt: skip
_STREETS = [
    "Stor",
    "Kungs",
    "Drottning",
    "Väster",
    "Öster",
    "Norra-Ny",
    "Södra-Ny",
    "Järnvägs",
    "Kyrko",
    "Skol",
    "Ängs",
    "Industri",
    "Hamn",
    "Bruks",
    "Lager",
]
_SHORT = {
    "Omsorg": "Oms", "Assistans": "Ass.", "Hemtjänst": "Hemtj.", "Transport": "Transp",
    "Fastigheter": "Fastigh.", "Förvaltning": "Förv.", "Utbildning": "Utb.", "Konsult": "Kons",
    "Redovisning": "Redov.", "Entreprenad": "Entrepr.", "Bemanning": "Bem.",
}  # fmt: skip


@dataclass(frozen=True)
class Company:
    orgnr: str
    core: str
    form: str
    street: str
    number: str
    postal_code: str
    city: str

    @property
    def name(self) -> str:
        return f"{self.core} {self.form}" if self.form != "E" else self.core


def _luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def orgnr(serial: int, first: str = "55") -> str:
    """A number with a right check digit: of a company (third digit at least 2)."""
    return _luhn(f"{first}9{serial:06d}")


def _rare_word(rng: random.Random) -> str:
    return "".join(rng.choices(_SYLLABLES, k=rng.choice([2, 2, 3]))).capitalize()


def _place(rng: random.Random) -> tuple[str, str, str, str]:
    city, start = rng.choice(_TOWNS)
    street = rng.choice(_STREETS).replace("-", " ") + rng.choice(["gatan", "vägen"])
    number = str(rng.randint(1, 90)) + rng.choice(["", "", "", " A", " B"])
    return street, number, f"{start + rng.randint(0, 3)}{rng.randint(10, 60)}", city


def _core(rng: random.Random) -> str:
    roll = rng.random()
    trade = rng.choices(_TRADES, weights=[1 / (1 + n) for n in range(len(_TRADES))])[0]
    if roll < 0.12:
        return f"{rng.choice(_FIRST)} {rng.choice(_LAST)} {trade}"
    if roll < 0.2:
        return f"{trade} i {rng.choice(_TOWNS)[0]}"
    if roll < 0.3:
        return (
            f"{rng.choice(_LAST)} & {rng.choice(['Söner', 'Partner', rng.choice(_LAST)])} {trade}"
        )
    if roll < 0.4:
        return _rare_word(rng)
    if roll < 0.5:
        return (
            f"{_rare_word(rng)} {trade} {rng.choice(['Sverige', 'Syd', 'Nord', 'Malmö', 'Väst'])}"
        )
    return f"{_rare_word(rng)} {trade}"


def make_register(rng: random.Random, size: int) -> list[Company]:
    """Companies; every seventh has one or two sisters that share its rare word."""
    made: list[Company] = []
    taken: set[str] = set()
    while len(made) < size:
        core, form = _core(rng), rng.choices(["AB", "HB", "KB", "Ek. för."], [88, 7, 2, 3])[0]
        place = _place(rng)
        # The name of a limited company is protected in the whole country.
        if form == "AB" and core in taken:
            continue
        taken.add(core)
        made.append(Company(orgnr(len(made)), core, form, *place))
        if rng.random() < 0.15:
            for word in rng.sample(["Holding", "Fastigheter", "Invest", "Nord", "Syd"], 2):
                where = place if rng.random() < 0.5 else _place(rng)
                first = core.split()[0]
                if f"{first} {word}" in taken:
                    continue
                taken.add(f"{first} {word}")
                made.append(Company(orgnr(len(made)), f"{first} {word}", "AB", *where))
    return made[:size]


def _typed_badly(rng: random.Random, core: str) -> str:
    words = core.split()
    place = max(range(len(words)), key=lambda n: len(words[n]))
    word, at = words[place], rng.randrange(1, max(2, len(words[place]) - 1))
    kind = rng.choice(["drop", "swap", "double", "other"])
    if kind == "drop":
        word = word[:at] + word[at + 1 :]
    elif kind == "swap":
        word = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    elif kind == "double":
        word = word[:at] + word[at] + word[at:]
    else:
        word = word[:at] + rng.choice("aeinrst") + word[at + 1 :]
    words[place] = word
    return " ".join(words)


def _written(rng: random.Random, company: Company) -> str:
    core = company.core
    if rng.random() < 0.15:
        core = _typed_badly(rng, core)
    if rng.random() < 0.15:
        core = " ".join(_SHORT.get(word, word) for word in core.split())
    if rng.random() < 0.08:
        words = core.split()
        core = " ".join(words[1:] + words[:1])
    if rng.random() < 0.1:
        core = core.replace("&", "och") if "&" in core else core.replace(" i ", " ")
    if rng.random() < 0.05 and " " in core:
        core = core.replace(" ", "", 1) if rng.random() < 0.5 else core.replace(" ", "-", 1)
    long = {"AB": "Aktiebolag", "HB": "Handelsbolag", "Ek. för.": "ekonomisk förening"}
    form = rng.choice([company.form, company.form, company.form, "", long.get(company.form, "KB")])
    name = f"{form} {core}" if form == "AB" and rng.random() < 0.15 else f"{core} {form}".strip()
    if rng.random() < 0.03:
        name += " i likvidation"
    if rng.random() < 0.03:
        name += f", {company.city}"
    if rng.random() < 0.25:
        name = name.upper()
    if rng.random() < 0.15:
        name = name.translate(str.maketrans("åäöÅÄÖ", "aaoAAO"))
    return name


def _address(rng: random.Random, company: Company) -> tuple[str | None, str | None, str | None]:
    roll = rng.random()
    if roll < 0.08:
        return None, None, None
    if roll < 0.30:
        street, number, postal_code, city = _place(rng)
        if rng.random() < 0.6:
            postal_code, city = company.postal_code, company.city
        return f"{street} {number}", postal_code, city
    street = f"{company.street} {company.number}"
    if rng.random() < 0.3:
        street = street.replace("gatan", "g.").replace("vägen", "v.")
    if rng.random() < 0.2:
        street += rng.choice([", 2 tr", " lgh 1101", " c/o Nyman"])
    city = company.city.upper() if rng.random() < 0.4 else company.city
    return street, company.postal_code, city


def _sister(rng: random.Random, company: Company) -> str:
    """A name that is nearly that of ``company`` and is not: another trade, place or number."""
    words = company.core.split()
    other = rng.choice([word for word in _TRADES if word not in words])
    kind = rng.choice(["trade", "added", "number"])
    if kind == "trade" and len(words) > 1:
        return f"{' '.join(words[:-1])} {other} AB"
    if kind == "number":
        return f"{company.core} {rng.randint(2, 9)} AB"
    return f"{company.core} {rng.choice(['Holding', 'Syd', 'Nord', other])} AB"


def make_parties(rng: random.Random, register: list[Company], size: int) -> pl.DataFrame:
    """Parties: party_id, name, street, postal_code, city, truth (orgnr, null if not registered)."""
    rows: list[dict[str, object]] = []
    taken = {company.name.lower() for company in register}
    for party_id in range(size):
        company = rng.choice(register)
        truth: str | None = company.orgnr
        roll = rng.random()
        if roll < 0.85:
            street, postal_code, city = _address(rng, company)
            name = _written(rng, company)
            if rng.random() < 0.05:
                name = f"{_rare_word(rng)}en {rng.choice(_TRADES)}"
                name = f"{name} ({company.core})" if rng.random() < 0.5 else name
        else:
            truth = None
            if rng.random() < 0.3:
                name = _sister(rng, company)
                where = company if rng.random() < 0.4 else None
            else:
                name, where = f"{_rare_word(rng)}zett {rng.choice(_TRADES)} AB", None
            if name.lower() in taken:
                name, where = f"{_rare_word(rng)}x Zenit AB", None
            if where is not None:
                street, postal_code, city = (
                    f"{where.street} {where.number}",
                    where.postal_code,
                    where.city,
                )
            else:
                street_name, number, postal_code, city = _place(rng)
                street = f"{street_name} {number}"
        rows.append(
            {
                "party_id": party_id, "name": name, "street": street,
                "postal_code": postal_code, "city": city, "truth": truth,
            }
        )  # fmt: skip
    return pl.DataFrame(rows)


def register_frame(register: list[Company]) -> pl.DataFrame:
    """The register as rows of known.companies."""
    return pl.DataFrame(
        {
            "orgnr": [company.orgnr for company in register],
            "name": [company.name for company in register],
            "street": [f"{company.street} {company.number}" for company in register],
            "postal_code": [company.postal_code for company in register],
            "city": [company.city for company in register],
        }
    )
