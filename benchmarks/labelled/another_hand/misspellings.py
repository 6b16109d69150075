"""What careless writing makes of a text: typing errors, short words, words in another order."""

import re
from random import Random

from benchmarks.labelled.another_hand.words import SMALL_WORDS, WORDS

_PLAIN_LETTERS = str.maketrans("åäöÅÄÖéü", "aaoAAOeu")
_TWO_LETTERS = str.maketrans({"å": "aa", "ä": "ae", "ö": "oe", "Å": "Aa", "Ä": "Ae", "Ö": "Oe"})

#: Starts of compounds that a writer may part from the rest, the longest first.
_PARTS = sorted(
    dict.fromkeys(start.lower() for start in WORDS.compound_starts), key=len, reverse=True
)

_GIVEN_NAMES = frozenset(WORDS.given_names)


def typed_badly(random: Random, text: str) -> str:
    """The text with one error, in the spelling or of the fingers; some have no place for one."""
    spellings = [(usual, other) for usual, other in WORDS.spellings if usual in text]
    if spellings and random.random() < 0.35:
        usual, other = random.choice(spellings)
        return text.replace(usual, other, 1)
    places = [place for place in range(len(text)) if _may_be_mistyped(random, text, place)]
    if not places:
        return text
    return _mistyped(random, text, random.choice(places))


def _may_be_mistyped(random: Random, text: str, place: int) -> bool:
    """Whether there is a letter in a word of four or more; first letters seldom are."""
    if not text[place].isalpha():
        return False
    is_inside = place > 0 and text[place - 1].isalpha()
    if not is_inside and random.random() >= 0.12:
        return False
    before, behind = re.search(r"\w*$", text[:place]), re.match(r"\w*", text[place:])
    return sum(len(found[0]) for found in (before, behind) if found) >= 4


def _mistyped(random: Random, text: str, place: int) -> str:
    """The text with one letter lost, swapped with the next, doubled, mistaken or added."""
    before, letter, behind = text[:place], text[place], text[place + 1 :]
    drawn = random.random()
    if drawn < 0.3:
        return before + behind
    if drawn < 0.5 and behind and behind[0].isalpha() and behind[0] != letter:
        return before + behind[0] + letter + behind[1:]
    if drawn < 0.65:
        return before + letter + letter + behind
    beside = random.choice(WORDS.keys_beside.get(letter.lower(), "ae"))
    if letter.isupper():
        beside = beside.upper()
    return before + beside + (behind if drawn < 0.88 else letter + behind)


def without_diacritics(random: Random, text: str) -> str:
    """The text without å, ä and ö: mostly a and o, else aa, ae and oe."""
    return text.translate(_PLAIN_LETTERS if random.random() < 0.7 else _TWO_LETTERS)


def abbreviated(random: Random, text: str) -> str | None:
    """The text with words shortened or a given name as its initial; null where none can be."""
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if word.lower() in WORDS.abbreviations]
    has_given_name = len(words) > 1 and words[0].capitalize() in _GIVEN_NAMES and len(words[1]) > 2
    if not places and not has_given_name:
        return None
    if has_given_name and (not places or random.random() < 0.4):
        words[0] = words[0][0].upper() + random.choice(["", "."])
        return " ".join(words)
    for place in places if random.random() < 0.25 else [random.choice(places)]:
        words[place] = random.choice(WORDS.abbreviations[words[place].lower()])
    return " ".join(words)


def in_another_order(random: Random, text: str) -> str | None:
    """The text with its words in another order; null where it has too few."""
    words = text.split(" ")
    if len(words) < 2:
        return None
    both = re.match(r"^(\S+) (&|och) (\S+)(.*)$", text)
    if both:
        return f"{both[3]} {both[2]} {both[1]}{both[4]}"
    somewhere = re.match(r"^(.+) i (\S+)$", text)
    if somewhere and random.random() < 0.5:
        return f"{somewhere[2]} {somewhere[1]}"
    swapped = " ".join([words[1], words[0], *words[2:]])
    if any(word in words for word in SMALL_WORDS):
        return None if words[1] in SMALL_WORDS else swapped
    if len(words) == 2:
        return f"{words[1]}{random.choice(['', ','])} {words[0]}"
    return swapped if random.random() < 0.6 else " ".join([words[-1], *words[:-1]])


def with_another_and(random: Random, text: str) -> str | None:
    """The text with its "&" or "och" written otherwise; null where it has none."""
    if " & " in text:
        return text.replace(" & ", random.choice([" och ", " och ", " + ", " o ", "&"]), 1)
    if " och " in text.lower():
        other = random.choice([" & ", " & ", " + ", " o "])
        return re.sub(" och ", other, text, count=1, flags=re.IGNORECASE)
    return None


def parted_or_joined(random: Random, text: str) -> tuple[str, str] | None:
    """The text with a compound parted or two words joined, and which; null where neither can be."""
    words = text.split(" ")
    compounds = _compounds(words)
    pairs = [place for place in range(len(words) - 1) if _may_be_joined(*words[place : place + 2])]
    if compounds and (not pairs or random.random() < 0.6):
        place, length = random.choice(compounds)
        start, end = words[place][:length], words[place][length:]
        between = random.choice([" ", " ", "-"])
        words[place] = start + between + (end if random.random() < 0.5 else end.capitalize())
        return " ".join(words), "parted"
    if not pairs:
        return None
    place = random.choice(pairs)
    drawn = random.random()
    behind = words[place + 1]
    if drawn < 0.5:
        behind = behind.lower()
    elif drawn >= 0.75:
        behind = f"-{behind}"
    return " ".join([*words[:place], words[place] + behind, *words[place + 2 :]]), "joined"


def _compounds(words: list[str]) -> list[tuple[int, int]]:
    """Places of compounds among the words, and how long the first part of each is."""
    found: list[tuple[int, int]] = []
    for place, word in enumerate(words):
        lengths = [
            len(part)
            for part in _PARTS
            if word.lower().startswith(part) and len(word) - len(part) >= 4
        ]
        found.extend((place, length) for length in lengths[:1])
    return found


def _may_be_joined(first: str, second: str) -> bool:
    return (
        first.isalpha()
        and second.isalpha()
        and first not in {"i", "och", "Firma"}
        and second not in {"i", "och"}
        and len(first) + len(second) < 20
    )
