"""Numbers that names write in words, as figures: "Brigade Forty-Four" is "Brigade 44"."""

from collections.abc import Mapping
from functools import cache

#: Words for 1 to 20, the tens to 90 and 100 in folded letters; several with "/" between.
_UNITS = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty",
    "sv": "ett tva tre fyra fem sex sju atta nio tio elva tolv tretton fjorton femton sexton "
    "sjutton arton nitton tjugo",
    "de": "eins zwei drei vier funf/fuenf sechs sieben acht neun zehn elf zwolf/zwoelf",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "it": "uno due tre quattro cinque sei sette otto nove dieci undici dodici",
    "fi": "yksi kaksi kolme nelja viisi kuusi seitseman kahdeksan yhdeksan kymmenen",
    "ru": "odin dva tri chetyre pyat shest sem vosem devyat desyat",
}  # fmt: skip
_TENS = {
    "en": "twenty thirty forty/fourty fifty sixty seventy eighty ninety",
    "sv": "tjugo trettio fyrtio femtio sextio sjuttio attio nittio",
}

#: Words that are a number in one language and something else in others, or far too common.
_NOT_NUMBERS = frozenset({"un", "en", "sei", "acht", "once", "elf", "sem", "tri"})

_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    "forsta andra tredje fjarde femte sjatte sjunde attonde nionde tionde elfte tolfte",
    "erste zweite dritte vierte funfte sechste siebte achte neunte zehnte elfte zwolfte",
    "premier deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme",
    "primero segundo tercero cuarto quinto sexto septimo octavo noveno decimo",
    "primera segunda tercera cuarta quinta sexta septima octava novena decima",
    "pervyy vtoroy tretiy chetvertyy pyatyy shestoy sedmoy vosmoy devyatyy desyatyy",
    "pervaya vtoraya tretya chetvertaya pyataya shestaya sedmaya vosmaya devyataya desyataya",
)
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


@cache
def number_words() -> Mapping[str, str]:
    """Words between single spaces -> figures, those of several words first.

    " forty four " is " 44 "; " first " and " 1st " are both " 1st ", which stays another word than
    the number.
    """
    found: dict[str, str] = {}
    for language, tens in _TENS.items():
        units = _UNITS[language].split()
        for ten, written in enumerate(tens.split(), start=2):
            for word in written.split("/"):
                found |= {
                    f" {word}{between}{unit} ": f" {10 * ten + n} "
                    for n, unit in enumerate(units[:9], start=1)
                    for between in ("", " ")
                }
                found[f" {word} "] = f" {10 * ten} "
    for words in _UNITS.values():
        for n, written in enumerate(words.split(), start=1):
            found |= {f" {word} ": f" {n} " for word in written.split("/")}
    for words in _ORDINALS:
        for n, word in enumerate(words.split(), start=1):
            found[f" {word} "] = f" {n}{_ENDINGS.get(n, 'th')} "
    return {text: figure for text, figure in found.items() if text.strip() not in _NOT_NUMBERS}
