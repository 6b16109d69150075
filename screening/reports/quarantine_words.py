"""What is wrong with a row in quarantine, and what to do about it, in words."""

from screening.messages import Language, MissingMessageError, text


def what_is_wrong(reason: str, language: Language) -> str:
    """A reason's text. One without a text stays a code: better a code than a lost row."""
    return _said("quarantine", reason, language) or reason


def what_to_do(reason: str, language: Language) -> str:
    """What mends a row with this reason; empty where nobody wrote it down."""
    return _said("quarantine_actions", reason, language)


def reason_in_words(reason: str, language: Language) -> str:
    """What is wrong, and then what to do."""
    return f"{what_is_wrong(reason, language)} {what_to_do(reason, language)}".rstrip()


def _said(topic: str, reason: str, language: Language) -> str:
    try:
        return text(f"{topic}.{reason}", language)
    except MissingMessageError:
        return ""
