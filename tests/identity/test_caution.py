"""What caution keeps from being a match is still told as probable as it is."""

import json
import math
from datetime import date

import numpy as np
import polars as pl
import pytest

from benchmarks.labelled.matching import warehouse_of
from benchmarks.labelled.suppliers import make_labelled
from screening.identity.companies import pair_evidence
from screening.identity.companies.evidence import PARTS, weigh, with_features
from screening.identity.companies.evidence_weights import cautious_weights, evidence_weights
from screening.identity.companies.matching import MATCH_FROM, match_parties
from screening.identity.reviewed.unsure_pairs import UNSURE_FROM

DAY = date(2026, 11, 20)
_PLACE = ("Storgatan 1", "21142", "Malmö")
_ELSEWHERE = ("Ekvägen 7", "90326", "Umeå")
_NOWHERE = (None, None, None)

#: What sets each party apart from its company: the company, and the party's name and address.
_CASES = {
    "nothing": (("5590000013", "Rexerta Snickeri AB"), ("Rexerta Snickeri AB", *_PLACE)),
    "name of a sole trader": (("8501012382", "Monstig Bageri"), ("Monstig Bageri", *_NOWHERE)),
    "name of two": (("8501012390", "Tunalta Frisör"), ("Tunalta Frisör", *_NOWHERE)),
    "sole trader elsewhere": (("8501012408", "Filkraft El"), ("Filkraft El", *_ELSEWHERE)),
    "form": (("5590000021", "Högavet Bil AB"), ("Högavet Bil HB", *_PLACE)),
    "form, no address": (("5590000039", "Ultinea Tak AB"), ("Ultinea Tak HB", *_NOWHERE)),
    "county": (("9690000019", "Kinearco Måleri HB"), ("Kinearco Måleri HB", *_ELSEWHERE)),
    "own word": (("5590000047", "COF Städ AB"), ("COFF Städ AB", *_PLACE)),
}
_NAMESAKE = ("8501012416", "Tunalta Frisör")
_COLUMNS = ("name", "street", "postal_code", "city")


@pytest.fixture(scope="module")
def told():
    """The best candidate of each case's party, in the register of all their companies."""
    companies = [(*company, *_PLACE) for company, _ in _CASES.values()] + [(*_NAMESAKE, *_PLACE)]
    register = pl.DataFrame(companies, schema=["orgnr", *_COLUMNS], orient="row")
    parties = pl.DataFrame(
        [(n, *party) for n, (_, party) in enumerate(_CASES.values())],
        schema={"party_id": pl.Int64} | dict.fromkeys(_COLUMNS, pl.String),
        orient="row",
    )
    with warehouse_of(register.with_columns(deregistered_on=pl.lit(None, pl.Date))) as warehouse:
        found = match_parties(warehouse, parties, DAY)
    rows = found.with_columns(pl.Series("case", list(_CASES)).gather(found["party_id"]))
    return {
        row["case"]: row | {"features": json.loads(row["features"])}
        for row in rows.iter_rows(named=True)
    }


@pytest.mark.parametrize("case", list(_CASES)[1:])
def test_what_caution_forbids_is_no_match_but_as_probable_as_it_is(told, case):
    found = told[case]
    assert not found["is_match"]
    assert found["probability"] < MATCH_FROM
    # A namesake elsewhere is mostly another; the others are worth somebody's look.
    assert (found["probability"] >= UNSURE_FROM) == (case != "sole trader elsewhere")


def test_caution_takes_no_more_than_it_needs_and_says_nothing_where_it_has_no_ground(told):
    taken = {case for case, found in told.items() if found["features"]["caution"] < 0}
    assert taken == {"form", "form, no address", "county", "own word"}
    assert told["nothing"]["is_match"]
    for case in taken:
        assert told[case]["probability"] == pytest.approx(0.75, abs=0.01)


def test_the_parts_add_up_with_caution_among_them(told):
    for case, found in told.items():
        evidence = math.exp(sum(found["features"][part] for part in PARTS))
        rivals = evidence if case == "name of two" else 0.0
        whole = evidence / (1 + evidence + rivals)
        assert found["probability"] == pytest.approx(whole, abs=0.01)


def test_two_sole_traders_of_one_name_share_what_one_would_have(told):
    one, two = told["name of a sole trader"], told["name of two"]
    assert two["features"]["candidates"] == 2
    assert two["probability"] < 0.75 * one["probability"]


def test_caution_is_part_of_a_weight_and_turns_none():
    weights = evidence_weights()
    for name, held in cautious_weights().items():
        assert 0 < held < -weights[name]


def test_the_same_pairs_are_sure_enough_for_a_match_as_with_all_caution(monkeypatch):
    seen = []

    def noted(pairs, as_of):
        weighed = weigh(pairs, as_of)
        features = with_features(pairs, as_of).select(evidence_weights().keys()).to_numpy()
        cautious = features @ np.array(list(evidence_weights().values()))
        seen.append(weighed.select("evidence", "caution", cautious=pl.Series(cautious)))
        return weighed

    monkeypatch.setattr(pair_evidence, "weigh", noted)
    labelled = make_labelled(3_000, 1_000, "hard", 41)
    with warehouse_of(labelled.register) as warehouse:
        match_parties(warehouse, labelled.parties, DAY)
    pairs = pl.concat(seen)
    sure = math.log(MATCH_FROM / (1 - MATCH_FROM))
    evidence, cautious = pairs["evidence"], pairs["cautious"]
    assert ((evidence >= sure) == (cautious >= sure - 1e-6)).all()
    assert (evidence >= cautious - 1e-6).all()
    raised = pairs.filter(pl.col("evidence") > pl.col("cautious") + 1e-6)
    assert raised.height > 20
    assert raised["evidence"].max() <= sure
    assert (pairs["caution"] <= 0).all()
