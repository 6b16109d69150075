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


@pytest.mark.parametrize("topic", ["quarantine", "quarantine_actions"])
def test_a_quarantine_text_is_whole_without_values(topic: str) -> None:
    for code, texts in catalogue(topic).items():
        assert set(texts) == {"sv", "en"}, code
        assert all("{" not in text and text.endswith(".") for text in texts.values()), code


def test_every_reason_says_what_is_wrong_and_what_to_do() -> None:
    assert catalogue("quarantine").keys() == catalogue("quarantine_actions").keys()


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


#: How the code of a row's reason looks wherever it is written down in the library.
_REASON = re.compile(
    r"(not_an?|no_such|bad|wrong|missing|broken|unknown|date)_[a-z_]+|[a-z]+_(minimum|maximum)"
    r"|(amount|row|too|ends|currency)_[a-z_]+"
)
#: Words of that look that are no reasons.
_OTHER_WORDS = frozenset(
    {"row_no", "row_nos", "date_order", "not_before", "not_equals", "amount_sek", "row_set_aside"}
)


def reasons_in(folder: str) -> Iterator[tuple[str, str]]:
    """Module and code of every string that looks like a row's reason."""
    for path in sorted((Path(screening.__file__).parent / folder).rglob("*.py")):
        if "proposing" in path.parts:  # proposes how files may be read, and reads no row
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            code = node.value if isinstance(node, ast.Constant) else None
            if isinstance(code, str) and _REASON.fullmatch(code) and code not in _OTHER_WORDS:
                yield path.name, code


@pytest.mark.parametrize("folder", ["sources", "identity_numbers"])
def test_every_reason_a_row_can_have_is_in_the_catalogue(folder: str) -> None:
    used = {code for module, code in reasons_in(folder) if not module.startswith("mapping")} - set(
        catalogue("warnings")
    )
    assert len(used) > 8
    assert used - set(catalogue("quarantine")) == set()
