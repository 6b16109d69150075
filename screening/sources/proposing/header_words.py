"""What the words in a header are about: ``Lev.nr``, ``SupplierID`` and ``leverantörsnummer`` alike.

The words are in ``data/reference/header_words.yaml``. A header is taken apart at signs, at capitals
inside a word and at the seams of Swedish compounds; what is left over stays as it is.
"""

import re
from dataclasses import dataclass
from functools import cache

import yaml
from rapidfuzz import fuzz, process

from screening.places import REFERENCE_DIR
from screening.sources.folding import fold
from screening.strict_yaml import StrictLoader

_CAMEL = re.compile(r"(?<=[a-zåäöéü])(?=[A-ZÅÄÖ])|(?<=[A-ZÅÄÖ])(?=[A-ZÅÄÖ][a-zåäö])")
#: "Konto(T)" is the text that belongs to the code in "Konto", in exports of a widespread system.
_TEXT_OF_CODE = re.compile(r"(?:[ .]*\b(?:nr|id|kod)\.?)?\s*\(T\)\s*$", re.IGNORECASE)
_LONGEST_PHRASE = 4
#: Letters that Swedish puts between the parts of a compound.
_SEAMS = ("", "s", "e", "a", "o", "u")
#: Swedish puts these at the end of a word: genitive and definite forms.
_ENDINGS = ("", "s", "ns", "ens", "ets", "n", "en", "et")
#: Shorter words than this are found inside a compound only where they end or start it.
_SHORTEST_INSIDE = 3
#: So alike must a long word be to one that is known to be taken for a slip of it.
_SLIP = 88
_LONG_WORD = 6
_MOST_TOKENS = 12
_LONGEST_TOKEN = 40


@dataclass(frozen=True)
class Dictionary:
    """The words, folded, and what they are about.

    Attributes:
        concepts: word or phrase (its words joined by ``_``) -> concept.
        kinds: concepts that say what kind of thing a column holds.
        parties: concepts that say whose it is, or rule out columns not about them in another way.
        empty: words that add nothing.
        names: contract column as ``source.column`` -> more names of it.
        weak_names: the same, for want of better ones.
        source_words: source -> concepts that point to it.
        clear: source -> concepts that need not be said in its headers.
        shapes: contract column -> what the values of a text column look like.
    """

    concepts: dict[str, str]
    kinds: frozenset[str]
    parties: frozenset[str]
    empty: frozenset[str]
    names: dict[str, tuple[str, ...]]
    weak_names: dict[str, tuple[str, ...]]
    source_words: dict[str, frozenset[str]]
    clear: dict[str, frozenset[str]]
    shapes: dict[str, str]


@cache
def dictionary() -> Dictionary:
    """The dictionary that ships. A word that stands twice has its first meaning."""
    with (REFERENCE_DIR / "header_words.yaml").open(encoding="utf-8") as stream:
        loaded = yaml.load(stream, Loader=StrictLoader)  # noqa: S506 - a SafeLoader, stricter
    concepts: dict[str, str] = {}
    for group in ("kinds", "parties", "qualifiers", "concepts"):
        for concept, words in loaded[group].items():
            for word in words:
                concepts.setdefault(fold(str(word)), concept)
    return Dictionary(
        concepts=concepts,
        kinds=frozenset(loaded["kinds"]),
        parties=frozenset({**loaded["parties"], **loaded["qualifiers"]}),
        empty=frozenset(fold(word) for word in loaded["empty"]) - concepts.keys(),
        names={column: tuple(map(str, names)) for column, names in loaded["names"].items()},
        weak_names={column: tuple(map(str, n)) for column, n in loaded["weak_names"].items()},
        source_words={s: frozenset(each["words"]) for s, each in loaded["sources"].items()},
        clear={s: frozenset(each["clear"]) for s, each in loaded["sources"].items()},
        shapes=dict(loaded["shapes"]),
    )


def compact(header: str) -> str:
    """A name without anything but its letters and digits, to be compared letter by letter."""
    return fold(header).replace("_", "")


@cache
def concepts_of(header: str) -> frozenset[str]:
    """What a header is about: concepts, and ``?word`` for each word that is not known.

    >>> sorted(concepts_of("LevNr")), sorted(concepts_of("Leverantörsnamn"))
    (['number', 'supplier'], ['name', 'supplier'])
    """
    known = dictionary()
    plain = _CAMEL.sub(" ", _TEXT_OF_CODE.sub(" namn", header))
    tokens = [token[:_LONGEST_TOKEN] for token in fold(plain).split("_")]
    tokens = [token for token in tokens if token and not token.isdigit()][:_MOST_TOKENS]
    found: set[str] = set()
    place = 0
    while place < len(tokens):
        for length in range(min(_LONGEST_PHRASE, len(tokens) - place), 0, -1):
            phrase = tokens[place : place + length]
            # "e post" and "epost", "org nr" and "orgnr" are the same.
            concept = known.concepts.get("_".join(phrase)) or (
                known.concepts.get("".join(phrase)) if length > 1 else None
            )
            if concept is not None:
                found.add(concept)
                place += length
                break
        else:
            found |= _concepts_of_word(tokens[place])
            place += 1
    return frozenset(found)


def _concepts_of_word(word: str) -> frozenset[str]:
    known = dictionary()
    if word in known.empty or len(word) < 2:
        return frozenset()
    for ending in _ENDINGS:
        if word.endswith(ending) and (parts := _parts(word.removesuffix(ending))) is not None:
            return frozenset(parts)
    if len(word) >= _LONG_WORD:
        slip = process.extractOne(word, list(known.concepts), scorer=fuzz.ratio, score_cutoff=_SLIP)
        if slip is not None:
            return frozenset([known.concepts[slip[0]]])
    return frozenset([f"?{word}"])


@cache
def _parts(word: str) -> tuple[str, ...] | None:
    """The concepts of a compound's parts, in the fewest parts; None where it is none."""
    known = dictionary().concepts
    if word in known:
        return (known[word],)
    best: tuple[str, ...] | None = None
    for end in range(len(word) - 1, 1, -1):
        head, rest = word[:end], word[end:]
        if head not in known or len(head) < _SHORTEST_INSIDE:
            continue
        for seam in _SEAMS:
            if not rest.startswith(seam) or len(rest) - len(seam) < 2:
                continue
            tail = _parts(rest[len(seam) :])
            if tail is not None and (best is None or len(tail) + 1 < len(best)):
                best = (known[head], *tail)
    return best
