"""Findings in words: numbers, days and lists as a reader writes them, and never an error."""

import json
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.messages import Language
from screening.rules.summaries import (
    EN_DASH,
    MINUS,
    NARROW_SPACE,
    FieldKind,
    filled,
    placeholders,
)


def _said(
    template: str,
    values: dict[str, object],
    fields: dict[str, FieldKind],
    language: Language = "sv",
    amount_sek: Decimal | None = None,
) -> str:
    frame = pl.DataFrame(
        {
            "supplier_id": ["5560000019"],
            "subject_id": [None],
            "amount_sek": [amount_sek],
            "match_confidence": [0.85],
            "detail": [json.dumps(values)],
        },
        schema_overrides={"amount_sek": pl.Decimal(18, 2), "subject_id": pl.String},
    )
    return str(frame.select(filled(template, fields, language)).item())


@pytest.mark.parametrize(
    ("name", "value", "sv", "en"),
    [
        ("debt_sek", 125000, "125_000", "125_000"),
        ("debt_sek", 1234567.89, "1_234_568", "1_234_568"),
        ("debt_sek", 999, "999", "999"),
        ("debt_sek", 0, "0", "0"),
        ("debt_sek", -4500.4, "−4_500", "−4_500"),
        ("debt_sek", -0.2, "0", "0"),
        ("debt_sek", 1e15, "1_000_000_000_000_000", "1_000_000_000_000_000"),
        ("share", 0.5, "0,5", "0.5"),
        ("share", 33.333333, "33,33", "33.33"),
        ("share", 1234.5, "1_234,5", "1_234.5"),
        ("share", 0.001, "0", "0"),
        ("share", 1e-7, "0", "0"),
        ("share", 25.0, "25", "25"),
        ("count", 12, "12", "12"),
        ("count", 1000, "1_000", "1_000"),
    ],
)
def test_numbers(name: str, value: float, sv: str, en: str) -> None:
    fields: dict[str, FieldKind] = {name: "number"}
    template = f"{{{name}}}"
    assert _said(template, {name: value}, fields, "sv") == sv.replace("_", NARROW_SPACE)
    assert _said(template, {name: value}, fields, "en") == en.replace("_", NARROW_SPACE)


@pytest.mark.parametrize(
    ("value", "kind", "sv"),
    [
        ("2026-11-20", "text", "2026-11-20"),
        ("2026-11-20 08:30:00", "text", "2026-11-20 08:30"),
        ("2026-11-20 08:30:00.123", "text", "2026-11-20 08:30"),
        ("12345678", "text", "12345678"),
        ("Åsa & Ö {x}", "text", "Åsa & Ö {x}"),
        ('with "quotes" and \\ and \n', "text", 'with "quotes" and \\ and \n'),
        (True, "boolean", "ja"),
        (False, "boolean", "nej"),
        (["a", "b"], "texts", "a, b"),
        (["a", None, "b"], "texts", "a, b"),
        (["2026-11-20"], "texts", "2026-11-20"),
        ([1, 2000, 2.5], "numbers", "1, 2_000, 2,5"),
        ([], "texts", EN_DASH),
        ([None], "numbers", EN_DASH),
        (None, "text", EN_DASH),
        (None, "number", EN_DASH),
        (None, "numbers", EN_DASH),
        (None, "boolean", EN_DASH),
        ("", "text", EN_DASH),
        ({"a": 1}, "other", EN_DASH),
    ],
)
def test_other_values(value: object, kind: FieldKind, sv: str) -> None:
    said = _said("<{field}>", {"field": value}, {"field": kind})
    assert said == f"<{sv.replace('_', NARROW_SPACE)}>"


def test_a_sentence_of_several_values_and_what_every_finding_has() -> None:
    said = _said(
        "{amount_sek} kr till {supplier_id} ({match_confidence}), {count} gånger.",
        {"count": 3},
        {"count": "number"},
        amount_sek=Decimal("70000.00"),
    )
    assert said == f"70{NARROW_SPACE}000 kr till 5560000019 (0,85), 3 gånger."


def test_a_field_of_the_detail_comes_before_the_findings_own() -> None:
    values, fields = {"amount_sek": 5}, {"amount_sek": "number"}
    assert _said("{amount_sek}", values, fields, amount_sek=Decimal(9)) == "5"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "template", ["", "no field", "{", "}", "{}", "{ }", "{{x}}", "{a.b}", "{x!r}"]
)
def test_a_template_that_is_no_template_never_fails(template: str) -> None:
    said = _said(template, {"x": 1}, {"x": "number"})
    assert "{" not in said or template in {"{", "{{x}}"}


def test_placeholders_are_told_in_order() -> None:
    assert placeholders("{b} and { a } and {b}") == ["b", "a", "b"]


@settings(max_examples=50, deadline=None)
@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False),
)
def test_an_amount_reads_back_as_the_whole_crowns_that_it_is(amount: Decimal) -> None:
    said = _said("{debt_sek}", {"debt_sek": float(amount)}, {"debt_sek": "number"})
    groups = said.lstrip(MINUS).split(NARROW_SPACE)
    assert all(len(group) == 3 for group in groups[1:])
    assert 1 <= len(groups[0]) <= 3
    back = Decimal("".join(groups)) * (-1 if said.startswith(MINUS) else 1)
    assert abs(back - amount) <= Decimal("0.5")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=50, deadline=None)
@given(_JSON, st.sampled_from(["number", "boolean", "text", "other"]))
def test_whatever_a_field_holds_there_is_a_sentence(value: object, kind: FieldKind) -> None:
    assert _said("a {x} b", {"x": value}, {"x": kind}).startswith("a ")
