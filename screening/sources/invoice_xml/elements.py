"""Texts out of elements, quickly: an invoice has hundreds of them."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

#: Longer texts are cut: nothing that is read here is a novel, and one text stands on every line.
LONGEST_SHARED = 300
LONGEST_DESCRIPTION = 4_000
#: Of parts of a kind that stands once or a few times, no more are looked at.
MOST_ALIKE = 100

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T\S*|Z|[+-]\d\d:\d\d)")

Element = etree._Element


def text_of(element: Element | None) -> str | None:
    """An element's text without white space around; None where it is empty or not there."""
    text = element.text if element is not None else None
    return text.strip() or None if text else None


def child(element: Element | None, tag: str) -> Element | None:
    """The first child of a name."""
    return next(element.iterchildren(tag), None) if element is not None else None


def first_children(element: Element | None) -> Iterator[Element]:
    """The children of a part that has a few."""
    return islice(element if element is not None else (), MOST_ALIKE)


def child_text(element: Element | None, *tags: str) -> str | None:
    """The text at the end of a path, each step the first child of its name."""
    for tag in tags:
        if element is None:
            return None
        element = next(element.iterchildren(tag), None)
    return text_of(element)


def one_line(text: str | None, longest: int = LONGEST_SHARED) -> str | None:
    """A text on one line, cut where it is too long."""
    if text is None:
        return None
    if len(text) > longest:
        text = text[:longest]
    return text if text.isprintable() else " ".join(text.split())


def day(text: str | None) -> str | None:
    """A day as it was in the sender's place: without its zone, and without time of day.

    A text that is no such day stays as it is, and is told.
    """
    if text is None or len(text) <= 10:
        return text
    found = _DAY.fullmatch(text)
    return found[1] if found else text[:LONGEST_SHARED]


def described(name: str | None, text: str | None) -> str | None:
    """A line's name, with what else is said about it."""
    if name and text and name != text:
        return one_line(f"{name}: {text}", LONGEST_DESCRIPTION)
    return one_line(name or text, LONGEST_DESCRIPTION)
