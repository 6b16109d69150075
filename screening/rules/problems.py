"""What is wrong with a rule, as a sentence in both languages."""

from collections.abc import Iterable

from rapidfuzz import process

from screening.messages import Language, text

#: How alike (0-100) a name must be to be suggested instead of one that does not exist.
_ALIKE = 65


class RuleProblem(ValueError):  # noqa: N818 - it is a finding about the rule, often not raised
    """A rule cannot be run, or should not be accepted.

    Args:
        code: key of the sentence in the catalogue ``rules``.
        hint: key of a sentence that says what to write instead, where there is one.
        values: what fills the sentence. Never data from a source row.
    """

    def __init__(self, code: str, hint: str = "", **values: object) -> None:
        super().__init__(code, hint, values)
        self.code = code
        self.hint = hint
        self.values = values

    def sentence(self, language: Language = "sv") -> str:
        """The problem for the person who reads it."""
        sentence = text(f"rules.{self.code}", language, **self.values)
        return (
            f"{sentence} {text(f'rules.{self.hint}', language, **self.values)}"
            if self.hint
            else sentence
        )

    def __str__(self) -> str:
        return self.sentence("en")


def unknown(code: str, name: str, known: Iterable[str], **values: object) -> RuleProblem:
    """``name`` is not among ``known``; says which of them it looks like, if any does."""
    best = process.extractOne(name.lower(), sorted(known), score_cutoff=_ALIKE)
    hint, nearest = ("did_you_mean", best[0]) if best else ("", "")
    return RuleProblem(code, hint, name=name, nearest=nearest, **values)
