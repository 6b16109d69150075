"""How recent the sources are: the worst first, in the same words wherever it is told."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.places import RULES_DIR
from screening.reports.freshness import (
    ABSENT,
    DAYS_TO_NEXT_RUN,
    STATUSES,
    SourceFreshness,
    freshness,
    rule_names,
)
from screening.rules.loading import load_rules
from screening.rules.source_needs import needs_by_source
from screening.sources.contracts import all_contracts
from screening.warehouse.source_days import Arrived

AS_OF = date(2026, 11, 20)
RULES = load_rules([RULES_DIR]).rules
NEEDS = needs_by_source(RULES)
LANGUAGES = ("sv", "en")


def told(
    ages: dict[str, int],
    arrived: dict[str, Arrived] | None = None,
    not_checked: pl.DataFrame | None = None,
    suppliers: int = 50,
) -> dict[str, SourceFreshness]:
    """Freshness by source, of sources that are so many days old."""
    newest = {source: AS_OF - timedelta(days=age) for source, age in ages.items()}
    found = freshness(RULES, AS_OF, newest, arrived or {}, not_checked, suppliers)
    return {each.contract.source: each for each in found}


def missed(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    names = ("rule_id", "supplier_id", "reason", "source")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


@pytest.mark.parametrize(
    ("age", "status"),
    [(0, "fresh"), (93, "fresh"), (94, "soon_old"), (100, "soon_old"), (101, "too_old")],
)
def test_old_is_told_a_week_before_it_costs_a_rule(age: int, status: str) -> None:
    each = told({"debts": age})["debts"]
    assert each.limit_days == 100
    assert each.status == status
    suffering, soon = [[need.rule_id for need in group] for group in (each.suffering, each.soon)]
    rules = ["public-debt", "private-debt", "debt-growing"]
    assert suffering == (rules if status == "too_old" else [])
    assert soon == (rules if status == "soon_old" else [])
    assert each.suppliers == (50 if status == "too_old" else 0)
    for language in LANGUAGES:
        sentence = each.sentence(language)
        assert bool(sentence) == (status != "fresh")
        if sentence:
            assert "13. " in sentence  # rules by number and name
            assert NEEDS["debts"][0].title[language] in sentence


@pytest.mark.parametrize(
    ("arrived", "status"),
    [
        (Arrived(), "missing"),
        (Arrived(files=2), "header_only"),
        (Arrived(files=1, quarantined=1), "unreadable"),
    ],
)
def test_a_source_that_says_nothing_is_told_for_what_it_is(arrived: Arrived, status: str) -> None:
    each = told({}, {"permits": arrived})["permits"]
    assert each.status == status
    assert each.status in ABSENT
    assert [need.rule_id for need in each.suffering] == [n.rule_id for n in NEEDS["permits"]]
    assert each.suppliers == 50
    sentences = {each.sentence(language) for language in LANGUAGES}
    assert len(sentences) == 2
    assert all(NEEDS["permits"][0].title[lang] in each.sentence(lang) for lang in LANGUAGES)


def test_a_source_that_no_rule_needs_is_no_alarm() -> None:
    found = told({"bidders": 9_999})
    assert found["bidders"].status == "too_old"
    assert not found["bidders"].needs_a_look
    assert "Ingen regel" in found["bidders"].sentence("sv")
    assert found["procurement_plan"].is_idle
    assert found["procurement_plan"].sentence("sv") == ""


def test_suppliers_without_an_answer_are_counted_once() -> None:
    gaps = missed(
        ("public-debt", "A", "no_answer", "debts"),
        ("debt-growing", "A", "no_answer", "debts"),
        ("public-debt", "B", "answer_too_old", "debts"),
        ("no-f-tax", "C", "no_orgnr", "tax_status"),
    )
    found = told({"debts": 3, "tax_status": 3}, not_checked=gaps)
    assert found["debts"].status == "fresh"
    assert found["debts"].suppliers == 2
    assert found["debts"].partly == ("debt-growing", "public-debt")
    assert "2 leverantörer" in found["debts"].sentence("sv")
    # A supplier without a number is not the source's fault.
    assert found["tax_status"].suppliers == 0


ages = st.dictionaries(st.sampled_from(sorted(all_contracts())), st.integers(0, 900))


@given(ages)
def test_laws_of_freshness(given_ages: dict[str, int]) -> None:
    found = told(given_ages)
    assert set(found) == set(all_contracts())
    alarms = [each.needs_a_look for each in found.values()]
    assert alarms == sorted(alarms, reverse=True)  # the worst first
    for source, each in found.items():
        needs = NEEDS.get(source, ())
        assert each.status in STATUSES
        assert each.limit_days <= all_contracts()[source].max_age_days
        age = given_ages.get(source)
        late = {n.rule_id for n in needs if age is None or age > n.max_age_days}
        assert {n.rule_id for n in each.suffering} == late
        if late and age is not None:
            assert each.status == "too_old"
        if each.status == "fresh" and age is not None:
            next_week = told({source: age + DAYS_TO_NEXT_RUN})[source]
            assert not next_week.suffering


def test_many_rules_are_named_in_part() -> None:
    needs = NEEDS["invoices"]
    assert len(needs) > 6
    named = rule_names(needs, "sv")
    assert named.endswith(f"och {len(needs) - 4} till")
    assert needs[3].title["sv"] in named
    assert needs[4].title["sv"] not in named
