"""A proposed mapping as YAML, with a comment at everything that a person should decide."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import yaml

from screening.identity_numbers import mask_within
from screening.messages import Language, text
from screening.sources.codes import vocabulary_of
from screening.sources.contracts import Column, Contract
from screening.sources.folding import fold
from screening.sources.mappings import Mapping as SourceMapping
from screening.sources.proposing.assigning import Assigned
from screening.sources.proposing.questions import Question, ValueMap
from screening.strict_yaml import plain_yaml

#: A mapping is known by at least so many headers, if the file has them.
_FEWEST_HEADERS = 3


@dataclass(frozen=True)
class Draft:
    """Everything that a proposed mapping says.

    Attributes:
        contract: of the source.
        name: of the mapping.
        file_name: pattern of the file's name, to know it by where there is no header.
        has_header: whether headers say what its columns are.
        assigned: the columns.
        ignored: headers that are left out.
        keys: further keys of the mapping with their values, in order (``sheet``, ``date_order``).
        redacted: column -> the text that stands for what is not shown.
        value_maps: column -> what to make of its codes.
        questions: what to decide.
    """

    contract: Contract
    name: str
    file_name: str
    has_header: bool
    assigned: Sequence[Assigned]
    ignored: Sequence[str]
    keys: Mapping[str, Any] = field(default_factory=dict)
    redacted: Mapping[str, str] = field(default_factory=dict)
    value_maps: Mapping[str, ValueMap] = field(default_factory=dict)
    questions: Sequence[Question] = ()

    def mapping(self) -> SourceMapping:
        """The same as the reader uses it."""
        return SourceMapping.model_validate(plain_yaml(self.yaml("en")))

    def yaml(self, language: Language) -> str:
        """The mapping file's text, with questions as comments in a language."""
        said = _Comments(self.questions, language)
        lines = [f"# {text('mapping.yaml_intro', language)}"]
        lines += said.about("source")
        lines += [f"name: {_scalar(self.name)}", f"source: {self.contract.source}", "match:"]
        if self.has_header and (known := self._known_by()):
            lines += _list("headers", known, indent="  ")
        else:
            lines += [f"  file_name: {_scalar(self.file_name)}"]
        lines += [
            f"{key}: {_scalar(value)}"
            for key, value in self.keys.items()
            if key not in ("units", "filters")
        ]
        lines += said.about("date_order", example="date_order: dmy")
        lines += self._columns(said)
        doubtful = [each.header for each in self.assigned if not self.is_read(each)]
        ignored = [*self.ignored, *doubtful]
        lines += _list("ignored", ignored, note=text("mapping.yaml_ignored", language))
        lines += self._units()
        lines += self._value_maps(language)
        lines += said.about("total")
        if "filters" in self.keys:
            lines.append(f"filters: {_scalar(self.keys['filters'])}")
        lines += said.about("filters", example=self._example_filter())
        lines += said.rest(self.contract)
        return "\n".join(lines) + "\n"

    def is_read(self, each: Assigned) -> bool:
        """Whether a column is read as proposed: it is not unsure, or nothing works without it.

        An unsure one that could be left out waits for a person, commented out.
        """
        return each.level != "unsure" or each.column in self._needed()

    def _needed(self) -> set[str]:
        groups = {name for group in self.contract.required_any for name in group}
        required = {name for name, column in self.contract.columns.items() if column.required}
        return groups | required

    def _known_by(self) -> list[str]:
        """Headers to know such a file by: those that the source must have, and some more."""
        read = [each for each in self.assigned if self.is_read(each)]
        needed = [each.header for each in read if each.column in self._needed()]
        others = [each.header for each in read if each.header not in needed]
        known = [*needed, *others[: max(0, _FEWEST_HEADERS - len(needed))]]
        return list(dict.fromkeys(known))

    def _columns(self, said: "_Comments") -> list[str]:
        if not self.assigned:
            return []
        lines = ["columns:" if any(map(self.is_read, self.assigned)) else "# columns:"]
        done: set[str] = set()
        for each in self.assigned:
            held = [other for other in self.assigned if other.header == each.header]
            if each.header in done:
                continue
            done.add(each.header)
            for other in held:
                lines += [f"  {line}" for line in said.about(other.column)]
            sign = "" if any(map(self.is_read, held)) else "# "
            names = [other.column for other in held]
            value = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
            lines.append(f"  {sign}{_scalar(each.header)}: {value}")
        return lines

    def _units(self) -> list[str]:
        units: Mapping[str, str] = self.keys.get("units", {})
        if not units:
            return []
        return ["units:", *(f"  {column}: {factor}" for column, factor in units.items())]

    def _value_maps(self, language: Language) -> list[str]:
        lines: list[str] = []
        for column in self.contract.columns:
            inner: list[str] = []
            if column in self.redacted:
                inner.append(f"    # {text('mapping.yaml_redacted', language)}")
                inner.append(f'    {_scalar(self.redacted[column])}: "*"')
            codes = self.value_maps.get(column)
            known = ", ".join(_codes_of(self.contract.columns[column]))
            if codes and (codes.guessed or codes.open):
                inner.append(f"    # {text('mapping.yaml_codes', language, codes=known or '–')}")
                inner += [
                    f"    {_scalar(code)}: {_scalar(meant)}   # ?"
                    for code, meant in codes.guessed.items()
                ]
                inner += [f"    # {_scalar(_shown(code))}: ?" for code in codes.open]
            has_entry = any(not line.lstrip().startswith("#") for line in inner)
            lines += [f"  {column}:" if has_entry else f"  # {column}:", *inner] if inner else []
        if not lines:
            return []
        has_entry = any(not line.lstrip().startswith("#") for line in lines)
        return ["value_maps:" if has_entry else "# value_maps:", *lines]

    def _example_filter(self) -> str:
        asked = next((each for each in self.questions if each.column == "filters"), None)
        header = _scalar(str(asked.values.get("header", "?"))) if asked else "?"
        return f"filters: [{{column: {header}, equals: [NNNNNNNNNN]}}]"


class _Comments:
    """Questions as comments, each at the key that it is about, once."""

    def __init__(self, questions: Sequence[Question], language: Language) -> None:
        self._left = list(questions)
        self._language = language

    def about(self, column: str, example: str = "") -> list[str]:
        """Comment lines on a column, and the line that answers them, commented out too."""
        mine = [each for each in self._left if each.column == column]
        self._left = [each for each in self._left if each.column != column]
        lines = [f"# {question_text(each, self._language)}" for each in mine]
        return lines + ([f"# {example}"] if mine and example else [])

    def rest(self, contract: Contract) -> list[str]:
        """What is left: columns that are missing."""
        lines = []
        for each in self._left:
            lines.append(f"# {question_text(each, self._language)}")
            if each.code == "missing_maybe_constant":
                codes = _codes_of(contract.columns[each.column])
                example = codes[0] if codes else "..."
                lines.append(f"# constants: {{{each.column}: {example}}}")
        return lines


def question_text(question: Question, language: Language) -> str:
    """A question in words, on one line, without anything that could be personal."""
    values = {name: _shown(str(value)) for name, value in question.values.items()}
    told = text(f"mapping.question_{question.code}", language, column=question.column, **values)
    return " ".join(told.split())


def _codes_of(column: Column) -> list[str]:
    """The codes that a column may have; none where any will do."""
    return sorted(set(vocabulary_of(column).values())) if column.type == "code" else []


def mapping_name(file_name: str) -> str:
    """A name for a mapping from the file's: its words, without what changes from file to file."""
    stem = PurePath(file_name).name.split(".")[0]
    words = [word for word in fold(stem).split("_") if not word.isdigit()]
    return mask_within("-".join(words))[:60] or "mapping"


def name_pattern(file_name: str) -> str:
    """A pattern for files that are called like this one, whatever their numbers and dates."""
    name = re.sub(r"[0-9]+(?:[-_.][0-9]+)*", "*", PurePath(file_name).name)
    name = re.sub(r"\*+", "*", re.sub(r"[\[\]]", "?", name))
    return name if name.strip("*.") else f"*{PurePath(file_name).suffix}"


def _shown(written: str) -> str:
    masked = mask_within(written)
    return masked if len(masked) <= 200 else masked[:200] + "…"


def _scalar(value: object) -> str:
    """A YAML scalar on one line."""
    dumped = yaml.safe_dump(
        value, allow_unicode=True, default_flow_style=True, width=10_000_000
    ).removesuffix("\n...\n")
    return dumped.strip()


def _list(key: str, values: Sequence[str], indent: str = "", note: str = "") -> list[str]:
    if not values:
        return []
    comment = [f"{indent}# {note}"] if note else []
    return [*comment, f"{indent}{key}:", *(f"{indent}  - {_scalar(value)}" for value in values)]
