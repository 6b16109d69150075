"""Which names on invoices can be their supplier's."""

import polars as pl
import pytest

from screening.rules.name_fits import name_fits

#: A register in which many are called something with omsorg.
_OTHERS = [
    f"{word} Omsorg AB"
    for word in ["Boken", "Dalen", "Ejder", "Forsen", "Granen", "Heden", "Lunden"]
]


def _fits(name: str, known: str) -> bool:
    rows = [("a", name, known), *(("b", other, other) for other in _OTHERS)]
    told = name_fits(pl.DataFrame(rows, schema=["supplier_id", "name", "known_name"], orient="row"))
    return bool(told.filter(pl.col("supplier_id") == "a").get_column("fits")[0])


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Alba Omsorg", "Alba Omsorg AB"),
        ("ALBA OMSORG I MALMÖ AB (publ)", "Alba Omsorg Aktiebolag"),
        ("Alba Omsrog AB", "Alba Omsorg AB"),
        ("Albaomsorg AB", "Alba Omsorg AB"),
        ("Alba Vård AB", "Alba Omsorg AB"),
        ("AO AB", "Alba Omsorg AB"),
    ],
)
def test_one_name_written_in_two_ways_fits(name: str, known: str) -> None:
    assert _fits(name, known)


@pytest.mark.parametrize("name", ["Ceder Bygg AB", "Björk Omsorg AB"])
def test_another_name_does_not_fit(name: str) -> None:
    assert not _fits(name, "Alba Omsorg AB")


def test_names_that_cannot_be_read_are_left_out() -> None:
    rows = pl.DataFrame(
        [("a", "---", "Alba AB"), ("a", "Alba AB", "Alba AB")],
        schema=["supplier_id", "name", "known_name"],
        orient="row",
    )
    assert name_fits(rows).get_column("name").to_list() == ["Alba AB"]
