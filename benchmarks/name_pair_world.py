"""Pairs of invented company names of many countries, with known truth, to fit weights on.

Each name is made of an invented word, words that many names have, and a legal form of its country.
The same company is then written another way; another company is made that is near it. Nothing here
is a real company; the judges of ``vaksam`` have other pairs.
"""

# ruff: noqa: E501
# Tables of syllables and words are easier to read in long lines.

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

_SYLLABLES = {
    "nordic": "sol gard berg strom lind ny holm vik ek sten dal fors bjork nord kvarn lund vall tall brunn "
    "kull mark nas sjo strand tor hav alm gran klint ros sand skog svan tuna fjell haug aas moe",
    "german": "wald hein ber rich lau ter bach stein feld mann brand kel ler schu bert fritz wei gel "
    "hof mei nau burg rau eck zim pfle der gru ne",
    "latin": "mar tin ello bo na ven tura ros sa li ca bel mon te fer nan do al var ez pi na gua da lu pe "
    "cor ra di es pe ran za vi lla fon",
    "slavic": "vol go krasn o mir nov o slav sta ro bel sev er za vod len tur mash ural dn epr rus kov "
    "ich len ska bor is gor od kam sib ir tom alt ay ros",
    "arabic": "al ra fid ain na sr sa lam ha bib mu kh tar ja bal ma ja li far is ba gh dad ka rim "
    "da wud sha him ya sin za hra",
    "asian": "hua xin zhong da li fu yuan tai sheng jin long mei hai bo feng kang wei ta na ka yama "
    "shi ro mo to ha na saki dong sung hyun woo",
    "english": "black wood ster ling hart ford bridge ash ton well kings ley oak mont grey stone fair "
    "child mill er harring ton wick cross field brook",
    "turkic": "ak tas yil maz kay a de mir ozt urk bal kan er dog an sah in kor kut ay din gul ec",
}
_CYRILLIC = {
    "shch": "щ", "zh": "ж", "kh": "х", "ts": "ц", "ch": "ч", "sh": "ш", "yu": "ю", "ya": "я", "a": "а",
    "b": "б", "v": "в", "g": "г", "d": "д", "e": "е", "z": "з", "i": "и", "y": "ы", "k": "к", "l": "л",
    "m": "м", "n": "н", "o": "о", "p": "п", "r": "р", "s": "с", "t": "т", "u": "у", "f": "ф", "c": "к",
    "h": "х", "j": "й", "w": "в", "x": "кс", "q": "к",
}  # fmt: skip
_GREEK = {
    "th": "θ", "ph": "φ", "a": "α", "b": "μπ", "v": "β", "g": "γ", "d": "δ", "e": "ε", "z": "ζ", "i": "ι",
    "k": "κ", "l": "λ", "m": "μ", "n": "ν", "o": "ο", "p": "π", "r": "ρ", "s": "σ", "t": "τ", "u": "ου",
    "f": "φ", "c": "κ", "h": "χ", "j": "τζ", "w": "ου", "x": "ξ", "y": "υ", "q": "κ",
}  # fmt: skip
#: Country -> (culture, trades in its language with the English word, forms as (short, long, more)).
_COUNTRIES: dict[str, tuple[str, dict[str, str], list[tuple[str, ...]]]] = {
    "se": (
        "nordic",
        {"Bygg": "Construction", "Omsorg": "Care", "Teknik": "Technology", "Handel": "Trading",
         "Fastigheter": "Properties", "Konsult": "Consulting", "Transport": "Transport",
         "Industri": "Industries", "Försäkring": "Insurance", "Städ": "Cleaning",
         "Bemanning": "Staffing", "Energi": "Energy", "Utveckling": "Development"},
        [("AB", "Aktiebolag", "Aktiebolaget"), ("HB", "Handelsbolag"), ("KB", "Kommanditbolag"),
         ("Ek. för.", "Ekonomisk förening")],
    ),
    "no": ("nordic", {"Bygg": "Construction", "Eiendom": "Properties", "Energi": "Energy",
                      "Shipping": "Shipping", "Industrier": "Industries"},
           [("AS", "Aksjeselskap", "A/S"), ("ASA", "Allmennaksjeselskap")]),
    "dk": ("nordic", {"Handel": "Trading", "Byg": "Construction", "Ejendomme": "Properties",
                      "Service": "Services"},
           [("ApS", "Anpartsselskab"), ("A/S", "Aktieselskab")]),
    "fi": ("nordic", {"Rakennus": "Construction", "Palvelut": "Services", "Teollisuus": "Industries"},
           [("Oy", "Osakeyhtiö", "Oy Ab"), ("Oyj", "Abp")]),
    "de": ("german", {"Maschinenbau": "Machinery", "Bau": "Construction", "Handels": "Trading",
                      "Versicherung": "Insurance", "Energie": "Energy", "Stahl": "Steel",
                      "Immobilien": "Real Estate", "Beratung": "Consulting", "Technik": "Technology"},
           [("GmbH", "Gesellschaft mit beschränkter Haftung", "G.m.b.H."),
            ("AG", "Aktiengesellschaft"), ("GmbH & Co. KG", "GmbH und Co. KG", "GmbH & Co KG")]),
    "fr": ("latin", {"Énergie": "Energy", "Immobilier": "Real Estate", "Assurances": "Insurance",
                     "Transports": "Transport", "Construction": "Construction"},
           [("SARL", "Société à responsabilité limitée", "S.A.R.L."),
            ("S.A.", "Société Anonyme", "SA"), ("SAS", "S.A.S.")]),
    "es": ("latin", {"Inversiones": "Investments", "Construcciones": "Construction",
                     "Comercial": "Trading", "Transportes": "Transport", "Alimentos": "Foods"},
           [("S.L.", "Sociedad Limitada", "SL"), ("S.A.", "Sociedad Anónima", "SA"),
            ("S.A. de C.V.", "SA de CV")]),
    "it": ("latin", {"Costruzioni": "Construction", "Assicurazioni": "Insurance",
                     "Industrie": "Industries", "Trasporti": "Transport", "Alimentari": "Foods"},
           [("S.p.A.", "Società per Azioni", "SpA"),
            ("S.r.l.", "Società a responsabilità limitata", "SRL")]),
    "nl": ("german", {"Handel": "Trading", "Verzekeringen": "Insurance", "Transport": "Transport"},
           [("B.V.", "BV", "Besloten Vennootschap"), ("N.V.", "NV", "Naamloze Vennootschap")]),
    "ru": ("slavic", {"Stroy": "Construction", "Neft": "Oil", "Torgovyy": "Trading", "Bank": "Bank",
                      "Energetika": "Energy", "Invest": "Invest", "Zavod": "Plant",
                      "Transport": "Transport"},
           [("OOO", "Obshchestvo s ogranichennoy otvetstvennostyu", "ООО", "LLC",
             "Limited Liability Company"),
            ("ZAO", "ЗАО", "CJSC", "Closed Joint Stock Company"),
            ("OAO", "ОАО", "OJSC", "Open Joint Stock Company", "JSC"),
            ("AO", "АО", "JSC", "Joint Stock Company"),
            ("PAO", "ПАО", "PJSC", "Public Joint Stock Company")]),
    "ua": ("slavic", {"Agro": "Agro", "Bank": "Bank", "Trans": "Transport"},
           [("TOV", "ТОВ", "LLC"), ("PAT", "ПАТ", "PJSC")]),
    "pl": ("slavic", {"Bank": "Bank", "Transport": "Transport", "Handel": "Trading"},
           [("Sp. z o.o.", "Spółka z ograniczoną odpowiedzialnością", "sp. z o. o."),
            ("S.A.", "Spółka Akcyjna", "SA")]),
    "cz": ("slavic", {"Stavby": "Stavby", "Energetika": "Energy"},
           [("s.r.o.", "spol. s r.o."), ("a.s.", "akciová společnost")]),
    "gr": ("latin", {"Shipping": "Shipping", "Maritime": "Maritime", "Trading": "Trading"},
           [("S.A.", "A.E.", "SA"), ("Ltd", "Limited")]),
    "tr": ("turkic", {"İnşaat": "Construction", "Enerji": "Energy", "Tekstil": "Textile",
                      "Sigorta": "Insurance"},
           [("A.Ş.", "Anonim Şirketi"), ("Ltd. Şti.", "Limited Şirketi")]),
    "ae": ("arabic", {"Trading": "Trading", "Contracting": "Contracting", "Exchange": "Exchange",
                      "Petroleum": "Petroleum", "General Trading": "General Trading"},
           [("LLC", "L.L.C.", "Limited Liability Company"), ("FZE", "FZE")]),
    "cn": ("asian", {"Technology": "Technology", "Trading": "Trading", "Electronics": "Electronics",
                     "Shipping": "Shipping", "Chemical": "Chemicals", "Industrial": "Industrial",
                     "Import & Export": "Import and Export"},
           [("Co., Ltd.", "Company Limited", "Co Ltd"), ("Ltd", "Limited"),
            ("Group Co., Ltd.", "Group Company Limited")]),
    "jp": ("asian", {"Seisakusho": "Seisakusho", "Motor": "Motors", "Electric": "Electric"},
           [("K.K.", "Kabushiki Kaisha", "KK"), ("Co., Ltd.", "Company Limited")]),
    "uk": ("english", {"Trading": "Trading", "Services": "Services", "Engineering": "Engineering",
                       "Capital": "Capital", "Consulting": "Consulting", "Logistics": "Logistics",
                       "Technologies": "Technologies", "Properties": "Properties",
                       "Investments": "Investments", "Solutions": "Solutions", "Shipping": "Shipping"},
           [("Ltd", "Limited", "Ltd."), ("PLC", "Public Limited Company", "plc"), ("LLP",)]),
    "us": ("english", {"Industries": "Industries", "Technologies": "Technologies",
                       "Financial": "Financial", "Systems": "Systems", "Pharmaceuticals": "Pharma",
                       "Manufacturing": "Mfg", "Holdings": "Holdings", "Energy": "Energy",
                       "Airlines": "Airlines", "Insurance": "Insurance", "Group": "Group"},
           [("Inc", "Incorporated", "Inc."), ("LLC", "L.L.C.", "Limited Liability Company"),
            ("Corp", "Corporation", "Corp.")]),
}  # fmt: skip
_PLACES = ["Sweden", "Norway", "Germany", "Deutschland", "UK", "USA", "America", "Europe", "Asia", "India",
           "China", "Nordic", "Polska", "Russia", "Singapore", "Hong Kong", "Middle East", "France",
           "London", "Stockholm", "Moscow", "Dubai", "North", "South", "International"]  # fmt: skip
_DAUGHTERS = ["Holding", "Finance", "Leasing", "Real Estate", "Capital", "Logistics", "Shipping",
              "Insurance", "Foundation", "Services", "Bank", "Trading", "Invest", "Energy"]  # fmt: skip
_SHORTER = {
    "Manufacturing": "Mfg", "International": "Intl", "Technologies": "Tech", "Engineering": "Eng",
    "Brothers": "Bros", "Management": "Mgmt", "Development": "Dev", "Services": "Svcs",
    "Industries": "Ind.", "Construction": "Constr.", "Group": "Grp", "Association": "Assn",
    "Company": "Co", "Corporation": "Corp", "Trading": "Trdg", "Transport": "Transp.",
    "Fastigheter": "Fastigh.", "Försäkring": "Förs.", "Systems": "Sys", "Financial": "Fin.",
}  # fmt: skip


@dataclass(frozen=True)
class _Company:
    country: str
    words: tuple[str, ...]
    form: tuple[str, ...]
    place: str = ""
    number: str = ""

    def core(self) -> list[str]:
        return [
            *self.words,
            *([self.place] if self.place else []),
            *([self.number] if self.number else []),
        ]

    def name(self, form: str | None = None) -> str:
        shown = self.form[0] if form is None else form
        first = shown in {"OOO", "ZAO", "OAO", "AO", "PAO", "ООО", "ЗАО", "ОАО", "АО", "ПАО", "TOV", "ТОВ",
                          "Aktiebolaget", "PAT", "ПАТ"}  # fmt: skip
        core = " ".join(self.core())
        return f"{shown} {core}" if first else f"{core} {shown}".strip()


def _own_word(rng: random.Random, culture: str) -> str:
    syllables = _SYLLABLES[culture].split()
    word = "".join(rng.choices(syllables, k=rng.choice([2, 2, 3])))
    return word.capitalize()


def _company(rng: random.Random) -> _Company:
    country = rng.choice(list(_COUNTRIES))
    culture, trades, forms = _COUNTRIES[country]
    trade = rng.choice(list(trades))
    roll = rng.random()
    own = _own_word(rng, culture)
    words: Sequence[str]
    if rng.random() < 0.08:
        letters = "".join(rng.choices("ABCDEFGHIKLMNOPRSTV", k=rng.choice([2, 3, 3, 4])))
        words = [letters, *trade.split()] if roll < 0.8 else [letters]
    elif roll < 0.2:
        words = [own]
    elif roll < 0.6:
        words = [own, *trade.split()]
    elif roll < 0.7:
        words = [own, *trade.split(), rng.choice(["Group", "Holding", "International", "Group"])]
    elif roll < 0.8:
        words = [
            own,
            rng.choice(["&", "och" if country == "se" else "and"]),
            _own_word(rng, culture),
        ]
    elif roll < 0.9:
        words = [own, _own_word(rng, culture), *trade.split()]
    else:
        others = [word for word in trades if word != trade] or ["Services"]
        words = [own, *trade.split(), *rng.choice(others).split()]
    place = rng.choice(_PLACES) if rng.random() < 0.12 else ""
    number = str(rng.randint(1, 12)) if rng.random() < 0.05 else ""
    return _Company(country, tuple(words), rng.choice(forms), place, number)


def _typo(rng: random.Random, word: str) -> str:
    if len(word) < 5:
        return word
    at = rng.randrange(1, len(word) - 1)
    kind = rng.choice(["drop", "swap", "double", "other"])
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "swap":
        return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    return word[:at] + rng.choice("aeinrstlou") + word[at + 1 :]


def _in_script(text: str, letters: dict[str, str]) -> str:
    text = text.lower()
    for latin, other in sorted(letters.items(), key=lambda item: -len(item[0])):
        text = text.replace(latin, other)
    return text.title()


def _heard(rng: random.Random, word: str) -> str:
    changes = [("ks", "x"), ("y", "i"), ("kh", "h"), ("v", "w"), ("c", "k"), ("sh", "sch"), ("i", "y"),
               ("u", "ou"), ("ya", "ia"), ("z", "s"), ("k", "q"), ("ö", "oe"), ("f", "ph")]  # fmt: skip
    rng.shuffle(changes)
    for one, other in changes:
        if one in word[1:]:
            return word[0] + word[1:].replace(one, other, 1)
    return word


def _same(rng: random.Random, company: _Company) -> str:
    """Another way to write the company."""
    words = list(company.words)
    culture, trades, _ = _COUNTRIES[company.country]
    if rng.random() < 0.22:
        at = max(range(len(words)), key=lambda n: len(words[n]))
        at = rng.randrange(len(words)) if rng.random() < 0.3 else at
        words[at] = _typo(rng, words[at])
    if rng.random() < 0.12 and not words[0].isupper():
        words[0] = _heard(rng, words[0])
    if rng.random() < 0.2:
        words = [_SHORTER.get(word, word) for word in words]
    if rng.random() < 0.15:
        words = [trades.get(word, word) for word in words]
    if rng.random() < 0.2:
        words = [{"&": "and", "and": "&", "och": "&"}.get(word, word) for word in words]
    if rng.random() < 0.08 and len(words) > 1 and not {"&", "and", "och"} & set(words):
        words = words[1:] + words[:1]
    if rng.random() < 0.06 and len(words) > 1:
        words = [words[0] + rng.choice(["", "-"]) + words[1].lower(), *words[2:]]
    if rng.random() < 0.05 and words[-1] in {"Group", "International"}:
        words = words[:-1]
    if rng.random() < 0.03 and len(words) > 2:
        words = words[:-1]
    if rng.random() < 0.04 and len(words) > 1:
        words.append(rng.choice(["Group", "Company", "Enterprise"]))
    written = replace(company, words=tuple(words))
    roll = rng.random()
    form = company.form[0] if roll < 0.3 else "" if roll < 0.5 else rng.choice(company.form)
    if rng.random() < 0.025:
        form = rng.choice(_COUNTRIES[company.country][2])[0]
    name = written.name(form)
    joining = {"&", "and", "och"} & set(company.words)
    if len(company.words) >= 3 and not joining and not company.number and rng.random() < 0.12:
        letters = "".join(word[0] for word in company.core())
        name = letters.upper() if rng.random() < 0.5 else f"{letters.upper()} {form}".strip()
    elif culture == "slavic" and rng.random() < 0.35:
        name = f"{company.form[2] if len(company.form) > 2 else form} «{_in_script(' '.join(written.core()), _CYRILLIC)}»"
    elif company.country == "gr" and rng.random() < 0.3:
        name = f"{_in_script(' '.join(words[:1]), _GREEK)} {' '.join(written.core()[1:])} {form}"
    if rng.random() < 0.03:
        name = "The " + name
    if rng.random() < 0.25:
        name = name.upper()
    elif rng.random() < 0.1:
        name = name.lower()
    if rng.random() < 0.03:
        name += rng.choice([" i konkurs", " (in liquidation)", " (publ)", ", c/o Nyman"])
    if rng.random() < 0.04:
        name = f"{name} ({_own_word(rng, culture)})"
    return name


def _other(rng: random.Random, company: _Company) -> str:
    """A name of another company, near this one."""
    culture, trades, forms = _COUNTRIES[company.country]
    words = list(company.words)
    own = _own_word(rng, culture)
    if words[0].isupper():
        at = rng.randrange(len(words[0]))
        own = words[0][:at] + rng.choice("ABCDEFGHIKLMNOPRSTV") + words[0][at + 1 :]
    choices: list[tuple[float, Callable[[], _Company]]] = [
        (2.5, lambda: replace(company, words=(own, *words[1:]))),
        (
            1.5,
            lambda: replace(
                company,
                words=(words[0][: max(3, len(words[0]) // 2)] + own.lower()[:5], *words[1:]),
            ),
        ),
        (
            1.0,
            lambda: replace(
                company,
                words=(
                    words[0][: len(words[0]) // 2] + _own_word(rng, culture).lower()[-3:],
                    *words[1:],
                ),
            ),
        ),
        (2.0, lambda: replace(company, words=(words[0], *_trade_words(rng, trades, words)))),
        (
            1.2,
            lambda: replace(
                company, place=rng.choice([p for p in _PLACES[:-1] if p != company.place])
            ),
        ),
        (1.0, lambda: replace(company, number=str(rng.randint(13, 40)))),
        (
            1.5,
            lambda: replace(
                company, words=(*words, rng.choice([d for d in _DAUGHTERS if d not in words]))
            ),
        ),
        (0.8, lambda: replace(company, words=(words[0], own, *words[1:]))),
        (
            1.0,
            lambda: (
                replace(company, words=(own, words[0], *words[1:]))
                if len(words) > 1
                else replace(company, words=(own,))
            ),
        ),
        (0.7, lambda: replace(_company(rng), country=company.country)),
        (
            0.5,
            lambda: replace(
                company, words=tuple("".join(rng.choices("ABCDEFGKLMNPRST", k=3)).split())
            ),
        ),
    ]
    made = rng.choices([make for _, make in choices], weights=[weight for weight, _ in choices])[
        0
    ]()
    if company.place and rng.random() < 0.3:
        made = replace(made, place=company.place)
    roll = rng.random()
    form = made.form[0] if roll < 0.5 else "" if roll < 0.65 else rng.choice(made.form)
    if rng.random() < 0.15:
        form = rng.choice(forms)[0]
    name = made.name(form)
    return name.upper() if rng.random() < 0.2 else name


def _trade_words(rng: random.Random, trades: dict[str, str], words: list[str]) -> list[str]:
    rest = [word for word in trades if word not in words] or ["Services"]
    return rng.choice(rest).split()


def make_name_pairs(count: int, seed: int) -> list[tuple[str, str, bool]]:
    """``count`` pairs of names and whether they are one company; about half of them are."""
    rng = random.Random(seed)
    made: list[tuple[str, str, bool]] = []
    while len(made) < count:
        company = _company(rng)
        is_same = rng.random() < 0.55
        first = company.name(rng.choice(company.form)) if rng.random() < 0.7 else company.name()
        second = _same(rng, company) if is_same else _other(rng, company)
        if first.lower() == second.lower() and rng.random() < 0.9:
            continue
        pair = (first, second) if rng.random() < 0.5 else (second, first)
        if (
            not is_same
            and first.split()[0].lower() == second.split()[0].lower()
            and len(set(first.lower().split()) ^ set(second.lower().split())) == 0
        ):
            continue
        made.append((*pair, is_same))
    return made
