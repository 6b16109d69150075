"""What an answer in the terminal means, and where it leads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.reports.identity_session import Said, Session, understood


@pytest.mark.parametrize(
    ("line", "meaning", "reason"),
    [
        ("s\n", "same", None),
        ("S\n", "same", None),
        ("samma: samma konto\n", "same", "samma konto"),
        ("ja, ringde dem\n", "same", "ringde dem"),
        ("n\n", "not_same", None),
        ("n inte de\n", "not_same", "inte de"),
        ("inte samma, syskon\n", "not_same", "syskon"),
        ("not same\n", "not_same", None),
        ("o\n", "unsure", None),
        ("vet inte\n", "unsure", None),
        ("u later\n", "unsure", "later"),
        ("\n", "skip", None),
        ("   \n", "skip", None),
        ("2 same account\n", "runner_up", "same account"),
        ("b\n", "back", None),
        ("q", "quit", None),
        ("Sluta\n", "quit", None),
    ],
)
def test_answers_in_either_language(line, meaning, reason):
    assert understood(line) == Said(meaning, reason)


@pytest.mark.parametrize(
    "line",
    ["x\n", "sn\n", "not\n", "inte\n", "vet\n", "not sure\n", "b s\n", "q nu\n", "1\n", "?\n"],
)
def test_what_is_not_clear_is_no_answer(line):
    assert understood(line) is None


class Kept:
    def __init__(self):
        self.rows = []

    def __call__(self, question, answer, reason):
        self.rows.append((question, answer, reason))
        return len(self.rows)


def walked(lines, questions="ABC"):
    kept = Kept()
    session = Session(list(questions), kept)
    for line in lines:
        session.take(understood(line))
    return session, kept.rows


def test_each_answer_is_kept_at_once_and_leads_to_the_next():
    session, rows = walked(["s", "n syskon"])
    assert rows == [("A", "same", None), ("B", "not_same", "syskon")]
    assert session.question == "C"


def test_going_back_and_answering_anew_is_a_new_answer():
    session, rows = walked(["s", "b", "n"])
    assert rows == [("A", "same", None), ("A", "not_same", None)]
    assert dict(session.counts()) == {"not_same": 1}
    assert session.said[0] == ("not_same", 2)


def test_skipping_what_was_answered_leaves_the_answer():
    session, rows = walked(["s", "b", ""])
    assert len(rows) == 1
    assert dict(session.counts()) == {"same": 1}
    assert session.question == "B"


def test_back_at_the_first_stays_there_and_quitting_ends():
    assert walked(["b", "b"])[0].question == "A"
    session, rows = walked(["q", "s", "b"])
    assert session.question is None
    assert rows == []


def test_after_the_last_there_is_no_question():
    session, rows = walked(["", "", "o", "s"])
    assert session.question is None
    assert rows == [("C", "unsure", None)]


@given(st.lists(st.sampled_from(["s", "n", "o", "", "b", "q"]), max_size=30))
def test_any_walk_keeps_as_many_rows_as_there_were_answers(lines):
    session, rows = walked(lines)
    assert 0 <= session.place <= 3
    last = {question: answer for question, answer, _ in rows}
    assert sorted(session.counts().elements()) == sorted(last.values())


@given(st.text(max_size=40))
def test_no_line_breaks_it(line):
    said = understood(line)
    known = ("same", "not_same", "unsure", "runner_up", "skip", "back", "quit")
    assert said is None or said.meaning in known
