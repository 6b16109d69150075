"""What is wrong with a rule, as a sentence in both languages."""

from screening.messages import Language, text


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
        return f"{sentence} {text(f'rules.{self.hint}', language)}" if self.hint else sentence

    def __str__(self) -> str:
        return self.sentence("en")
