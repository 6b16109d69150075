"""The rules that ship, with every source there and with any one of them gone."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from screening.places import RULES_DIR
from screening.rules.coverage import Known, not_checked
from screening.rules.loading import load_rules
from screening.rules.model import Rule
from screening.rules.running import run_rules
from screening.sources.contracts import all_contracts
from tests.rules.rule_making import AS_OF, work_file

_ORGNRS = ["5560000019", "5560000027", "7696000001"]


@cache
def library() -> tuple[Rule, ...]:
    return load_rules([RULES_DIR]).rules


SOURCES = sorted({source for rule in library() for source in rule.needs})


def everything_known() -> Known:
    asked = [name for name, contract in all_contracts().items() if contract.absence == "answers"]
    days = {"as_of": [AS_OF]}
    return Known(
        suppliers=pl.DataFrame({"supplier_id": _ORGNRS, "orgnr": _ORGNRS}),
        sources=pl.DataFrame({"source": SOURCES}).join(
            pl.DataFrame({"newest_as_of": [AS_OF]}), how="cross"
        ),
        answers=pl.DataFrame({"supplier_id": _ORGNRS})
        .join(pl.DataFrame({"source": asked}), how="cross")
        .join(pl.DataFrame(days), how="cross"),
    )


@pytest.mark.parametrize("gone", SOURCES)
def test_a_source_that_is_gone_stops_precisely_the_rules_that_need_it(gone: str) -> None:
    known = everything_known()
    whole = not_checked(library(), known, AS_OF, all_contracts())
    assert whole.pairs.is_empty()
    without = replace(
        known,
        sources=known.sources.filter(pl.col("source") != gone),
        answers=known.answers.filter(pl.col("source") != gone),
    )
    missed = not_checked(library(), without, AS_OF, all_contracts())
    stopped = {rule.id for rule in library() if gone in rule.needs}
    assert stopped
    assert missed.unasked(len(_ORGNRS)) == stopped
    assert set(missed.pairs["rule_id"]) == stopped
    assert missed.pairs.height == len(stopped) * len(_ORGNRS)
    assert set(missed.pairs["source"]) == {gone}


def test_found_clear_and_not_checked_are_all_for_every_rule(tmp_path: Path) -> None:
    """Some sources there, one old, some answers: each supplier has one outcome for each rule."""
    suppliers = [
        {"supplier_id": orgnr, "orgnr": orgnr, "ref": number, "match_confidence": 1.0}
        for number, orgnr in enumerate(_ORGNRS, 1)
    ]
    suppliers.append({"supplier_id": "lev:1", "ref": 9, "match_confidence": 1.0})
    work = work_file(
        tmp_path / "work.duckdb",
        {
            "suppliers": suppliers,
            "debts": [{"orgnr": _ORGNRS[0], "public_debt_sek": 90_000, "as_of": AS_OF, "ref": 20}],
        },
        {source: AS_OF for source in SOURCES if source not in {"permits", "owners"}}
        | {"companies": "2019-01-01"},
        [(_ORGNRS[0], "debts", AS_OF), (_ORGNRS[1], "debts", AS_OF)],
    )
    told = run_rules(work, library(), AS_OF)
    counted = told.rules.with_columns(told=pl.sum_horizontal("found", "clear", "not_checked"))
    assert counted.filter(pl.col("status") == "failed").is_empty()
    assert set(counted["told"]) == {len(suppliers)}
    rows = {row["rule_id"]: row for row in counted.to_dicts()}
    debt = rows["public-debt"]
    assert (debt["found"], debt["clear"], debt["not_checked"]) == (1, 1, 2)
    stopped = {
        rule.id for rule in library() if {"permits", "owners", "companies"} & set(rule.needs)
    }
    assert {name for name, row in rows.items() if row["status"] == "not_checked"} >= stopped
