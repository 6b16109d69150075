"""The texts about what was set aside: in both languages, without places that nobody fills."""

import re

import pytest
import yaml

from screening.places import MESSAGES_DIR


def catalogue(topic: str) -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = yaml.safe_load(
        (MESSAGES_DIR / f"{topic}.yaml").read_text(encoding="utf-8")
    )
    return loaded


@pytest.mark.parametrize(("code", "texts"), catalogue("quarantine").items())
def test_a_quarantine_text_is_whole_without_values(code: str, texts: dict[str, str]) -> None:
    assert set(texts) == {"sv", "en"}
    assert all("{" not in text and text.endswith(".") for text in texts.values())
    # What is wrong, and then what to do.
    assert all(len(re.split(r"[.;:] ", text)) > 1 for text in texts.values())


@pytest.mark.parametrize(("code", "texts"), catalogue("warnings").items())
def test_a_warning_names_the_same_places_in_both_languages(
    code: str, texts: dict[str, str]
) -> None:
    places = {language: set(re.findall(r"{(\w+)}", text)) for language, text in texts.items()}
    assert places["sv"] == places["en"]
