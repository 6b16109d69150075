"""Risk is never inferred from a person's name, birth, origin or residence."""

import pytest

from screening.rules.catalog import Catalog, load_catalog
from screening.rules.columns import check_columns
from screening.rules.fairness import check_fairness
from screening.rules.linting import lint
from screening.rules.loading import RuleSet
from screening.rules.problems import RuleProblem
from tests.rules.rule_making import asking
from tests.rules.unfair_queries import FAIR, UNFAIR

_PERSONS = {
    "name": "persons",
    "doc": "What no view of the catalogue holds.",
    "columns": {
        "supplier_id": {"type": "VARCHAR"},
        "country": {"type": "VARCHAR", "privacy": "personal", "tells": "origin"},
        "born_on": {"type": "DATE", "privacy": "personal", "tells": "birth"},
        "diagnosis": {"type": "VARCHAR", "privacy": "sensitive"},
    },
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    views = {name: view.model_dump() for name, view in load_catalog().views.items()}
    return Catalog.model_validate(views | {"persons": _PERSONS})


@pytest.mark.parametrize("what", UNFAIR)
def test_a_conclusion_from_who_somebody_is_is_refused(catalog: Catalog, what: str) -> None:
    query, source = UNFAIR[what]
    with pytest.raises(RuleProblem) as caught:
        check_fairness(check_columns(query, catalog), catalog)
    assert caught.value.code.startswith("unfair_")
    assert caught.value.code != "unfair_unknown"
    assert source in caught.value.sentence("sv")
    assert caught.value.sentence("sv") != caught.value.sentence("en")


@pytest.mark.parametrize("what", FAIR)
def test_what_is_only_the_same_or_shown_is_let_through(catalog: Catalog, what: str) -> None:
    check_fairness(check_columns(FAIR[what], catalog), catalog)


def test_lint_refuses_with_the_reason() -> None:
    unfair = asking("SELECT supplier_id, [ref] AS evidence FROM suppliers WHERE name LIKE '%ovic%'")
    (told,) = [
        each for each in lint(RuleSet((unfair,))).problems if each.problem.code == "unfair_name"
    ]
    assert told.level == "error"
    assert "vad någon heter" in told.sentence("sv")
    assert "suppliers.name LIKE '%ovic%'" in told.sentence("en")


def test_no_view_holds_where_or_when_somebody_was_born() -> None:
    """What is not there cannot be used; the one list that names countries can only be shown."""
    told = {
        (view, column)
        for view, described in load_catalog().views.items()
        for column, each in described.columns.items()
        if each.tells in {"birth", "origin"}
    }
    assert told == {("listed_matches", "programme")}


def test_what_is_personal_says_what_it_tells() -> None:
    silent = [
        f"{view}.{column}"
        for view, described in load_catalog().views.items()
        for column, each in described.columns.items()
        if each.privacy != "ordinary" and each.tells is None
    ]
    assert silent == []
