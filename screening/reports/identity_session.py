"""Walking a person through pairs: what an answer means, where it leads, when it is kept.

Every answer is kept at once, so a session can end anywhere and go on another day. Going back and
answering anew is a new decision; the newest counts.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from screening.reports.identity_questions import Question

#: What may be written, first word, in either language. Nothing but Enter leaves a pair for later.
_WORDS = {
    "runner_up": ("2",),
    "same": ("s", "same", "samma", "j", "ja", "y", "yes"),
    "not_same": ("n", "no", "nej", "not", "inte"),
    "unsure": ("o", "u", "unsure", "osäker", "osaker", "vet"),
    "skip": ("", "h", "hoppa", "skip", "k"),
    "back": ("b", "back", "bakåt", "bakat", "tillbaka"),
    "quit": ("q", "quit", "avsluta", "sluta", "a"),
}
_MEANING = {word: meaning for meaning, words in _WORDS.items() for word in words}

#: Words that belong to the answer, not to the reason: "not same", "inte samma", "vet inte".
_SECOND = {"not": ("same",), "inte": ("samma",), "vet": ("inte", "ej")}


@dataclass(frozen=True)
class Said:
    """What a line means, and the reason after it.

    ``meaning`` is same, not_same, unsure, runner_up (the same as the next best), skip, back, quit.
    """

    meaning: str
    reason: str | None = None


def understood(line: str) -> Said | None:
    """A line that a person wrote; None where it means nothing here.

    The reason may follow the answer: ``s rang the company, same accountant``.
    """
    words = line.replace(":", " ", 1).replace(",", " ", 1).split()
    first = words[0].casefold() if words else ""
    meaning = _MEANING.get(first)
    if meaning is None:
        return None
    rest = words[1:]
    if rest and rest[0].casefold() in _SECOND.get(first, ()):
        rest = rest[1:]
    elif first in ("not", "vet", "inte"):
        return None
    if rest and meaning in ("skip", "back", "quit"):
        return None
    return Said(meaning, " ".join(rest) or None)


@dataclass
class Session:
    """Questions, where the person is, and what was said so far.

    Attributes:
        questions: in the order of asking.
        keep: keeps an answer (same, not_same, unsure, runner_up) and returns the number of the
            decision.
        place: of the question that is asked now.
        said: by place, the last answer and its number.
    """

    questions: Sequence[Question]
    keep: Callable[[Question, str, str | None], int]
    place: int = 0
    said: dict[int, tuple[str, int]] = field(default_factory=dict)
    is_over: bool = False

    @property
    def question(self) -> Question | None:
        """The question now; None when all are through or the person had enough."""
        if self.is_over or self.place >= len(self.questions):
            return None
        return self.questions[self.place]

    def allowed(self, said: Said | None) -> Said | None:
        """What was said, if it can be said of the question now: not every pair has a next best."""
        question = self.question
        if said is not None and said.meaning == "runner_up":
            return said if question and question.runner_up_key else None
        return said

    def take(self, said: Said) -> None:
        """Do what was said."""
        question = self.question
        if question is None:
            return
        if said.meaning == "quit":
            self.is_over = True
        elif said.meaning == "back":
            self.place = max(self.place - 1, 0)
        else:
            if said.meaning != "skip":
                number = self.keep(question, said.meaning, said.reason)
                self.said[self.place] = (said.meaning, number)
            self.place += 1

    def counts(self) -> Counter[str]:
        """How many pairs of each answer, as it stands now; the next best is a ``same`` too."""
        told = (meaning for meaning, _ in self.said.values())
        return Counter("same" if meaning == "runner_up" else meaning for meaning in told)
