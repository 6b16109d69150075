"""What is wrong with a mapping file, in words for the person who wrote it."""

from collections.abc import Mapping, Sequence

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from rapidfuzz import fuzz, process

from screening.messages import Language, text

#: What pydantic calls its own findings -> our text; the rest are values of the wrong kind.
_OURS = {"extra_forbidden": "unknown_key", "missing": "missing_key"}

#: Mistakes that are told at once: a file that is something else altogether has many.
_MOST_TOLD = 3
_KINDS = ("constrained", "literal[", "tuple[", "function-")

#: Key in the file, code of the text, values of the text.
Problem = tuple[str, str, Mapping[str, object]]


def mistake(code: str, choices: Sequence[str] = (), **values: object) -> PydanticCustomError:
    """A mistake in a mapping, for a validator to raise; ``choices`` are what could be meant."""
    context = {**values, **_nearest(str(values.get("name", "")), choices), "is_ours": True}
    return PydanticCustomError(code, "{code}", {"code": code, **context})


def _nearest(name: str, choices: Sequence[str]) -> dict[str, str]:
    """The choice that a name is nearest to, and all of them."""
    found = process.extractOne(name, choices, scorer=fuzz.WRatio)
    return {"nearest": found[0] if found else "", "choices": ", ".join(choices)}


class MappingFileError(ValueError):
    """A mapping file is not well formed; the text says which file, which key and what is wrong.

    Attributes:
        file: name of the file.
        problems: key in the file, code (``mapping.problem_<code>`` in the catalogues), values.
    """

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.file = file
        self.problems = tuple(problems)
        super().__init__(self.sentence("en"))

    @classmethod
    def of_fields(
        cls, file: str, error: ValidationError, keys: Sequence[str]
    ) -> "MappingFileError":
        """What pydantic found, key by key; ``keys`` are those that a mapping may have."""
        return cls(file, [_problem(each, keys) for each in error.errors(include_url=False)])

    @classmethod
    def of_yaml(cls, file: str, error: yaml.YAMLError) -> "MappingFileError":
        """A file that is no YAML, with the line where it stops being it."""
        mark = getattr(error, "problem_mark", None)
        why = str(getattr(error, "problem", None) or str(error).partition("\n")[0])
        line = mark.line + 1 if mark is not None else "?"
        return cls(file, [("", "not_yaml", {"line": line, "why": why})])

    def sentence(self, language: Language) -> str:
        """What is wrong, on one line: the first few mistakes, and how many more there are."""
        told = [
            text(
                "mapping.problem_at" if key else "mapping.problem_in_file",
                language,
                key=key,
                what=text(f"mapping.problem_{code}", language, **values),
            )
            for key, code, values in self.problems[:_MOST_TOLD]
        ]
        if more := len(self.problems) - len(told):
            told.append(text("mapping.problem_more", language, more=more))
        return text("mapping.problem", language, file=self.file, what="; ".join(told))


def _problem(found: ErrorDetails, keys: Sequence[str]) -> Problem:
    # Where a key may be one of several kinds, pydantic adds the kind to the place.
    parts = [str(part) for part in found["loc"] if not str(part).startswith(_KINDS)]
    place = ".".join(parts)
    context = dict(found.get("ctx") or {})
    if context.pop("is_ours", False):
        return place, found["type"], context
    code = _OURS.get(found["type"], "wrong_kind")
    if code == "unknown_key":
        return place, code, _nearest(parts[-1], keys)
    return place, code, {"why": found["msg"]}
