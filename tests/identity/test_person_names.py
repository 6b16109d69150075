"""A person's name has one form, whatever the order and the spelling of its letters."""

import polars as pl
import pytest

from screening.identity.names.company_names import person_name_form


def _form(name):
    return pl.select(person_name_form(pl.lit(name, pl.String))).item()


@pytest.mark.parametrize(
    "written",
    [
        "Öberg, Anna-Karin",
        "Anna-Karin Öberg",
        "ANNA KARIN OBERG",
        "oberg  anna karin",
        "Karin Anna Öberg",
    ],
)
def test_one_person_has_one_form(written):
    assert _form(written) == "anna karin oberg"


@pytest.mark.parametrize("nobody", [None, "", "-", "123", "***", "\u200e"])
def test_no_letters_is_no_name(nobody):
    assert _form(nobody) is None


def test_other_people_have_other_forms():
    assert _form("Anna Öberg") != _form("Anna Åberg")
    assert _form("Anna Öberg") != _form("Anna Karin Öberg")
