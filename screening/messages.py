"""Texts that users see, in Swedish and English, from the catalogues in ``data/messages/``.

A catalogue file ``<topic>.yaml`` maps a key to ``{sv: ..., en: ...}`` with ``{name}`` placeholders.
A key is addressed as ``<topic>.<key>``.
"""

from functools import cache
from typing import Literal

from screening.places import MESSAGES_DIR
from screening.strict_yaml import plain_yaml

Language = Literal["sv", "en"]


class MissingMessageError(KeyError):
    """A text was asked for that no catalogue holds."""


@cache
def catalogue(topic: str) -> dict[str, dict[str, str]]:
    """Every text of a topic: key to language to text. Raises MissingMessageError without one."""
    path = MESSAGES_DIR / f"{topic}.yaml"
    if not path.is_file():
        raise MissingMessageError(f"no message catalogue {path}")
    loaded = plain_yaml(path.read_text(encoding="utf-8")) or {}
    return {str(key): dict(texts) for key, texts in loaded.items()}


def text(key: str, language: Language = "sv", /, **values: object) -> str:
    """The text of ``<topic>.<key>`` in ``language``, its placeholders filled from ``values``.

    Raises:
        MissingMessageError: the topic, the key or the language is not in the catalogues.
    """
    topic, _, name = key.partition(".")
    try:
        template = catalogue(topic)[name][language]
    except KeyError as error:
        raise MissingMessageError(f"no text for {key!r} in {language!r}") from error
    return template.format(**values) if values else template
