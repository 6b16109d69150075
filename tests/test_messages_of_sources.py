"""The texts about what was set aside: in both languages, without places that nobody fills."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import screening
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


def codes_given_to(name: str) -> Iterator[str]:
    """Every code that the library gives to ``name("<code>", ...)``."""
    for path in sorted(Path(screening.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_call and node.func.id == name and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


@pytest.mark.parametrize(
    ("name", "topic"), [("UnreadableFileError", "quarantine"), ("ReadWarning", "warnings")]
)
def test_every_code_that_the_library_uses_has_its_text(name: str, topic: str) -> None:
    used = set(codes_given_to(name))
    assert len(used) > 5
    assert used - set(catalogue(topic)) == set()
