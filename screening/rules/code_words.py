"""What codes are called in a sentence: permit types, roles, proceedings."""

from functools import cache

from screening.messages import Language, catalogue
from screening.rules.services import shipped_reference

#: Fields of a finding's detail that hold codes, one or several separated by ", ".
_FIELDS = {
    "permit_type": "permit",
    "permit_types": "permit",
    "held_types": "permit",
    "role": "role",
    "roles": "role",
    "proceeding": "proceeding",
    "deregistration_reason": "proceeding",
}


def _lower_first(title: str) -> str:
    """``Särskilt boende`` inside a sentence; an abbreviation stays as it is."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


@cache
def code_words(field: str, language: Language) -> dict[str, str]:
    """Code to words for a field of a finding's detail; empty where it holds no codes."""
    kind = _FIELDS.get(field)
    if kind is None:
        return {}
    if kind == "permit":
        types = shipped_reference().types
        return {code: _lower_first(getattr(each.title, language)) for code, each in types.items()}
    known = catalogue("codes")
    return {
        key.removeprefix(f"{kind}_"): texts[language]
        for key, texts in known.items()
        if key.startswith(f"{kind}_")
    }
