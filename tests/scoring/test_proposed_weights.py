"""Weights proposed from what people found out: never against the policy's promises, never alone."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.scoring import read_policy
from screening.scoring.evaluation import answers
from screening.scoring.policy import SEVERITIES, Policy
from screening.scoring.weights import LEAST_LABELLED, TooFewLabelsError, propose_weights

POLICY = read_policy()


def listed(severities: list[list[str]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A list of suppliers s0, s1 ... with findings of these severities, and the findings."""
    findings = pl.DataFrame(
        [
            {
                "supplier_id": f"s{number}",
                "rule_id": f"{severity}-rule",
                "area": ("tax", "ownership", "company", "invoices")[at % 4],
                "kind": "risk",
                "severity": severity,
                "points": POLICY.points[severity],
                "points_raw": POLICY.points[severity],
                "match_confidence": 1.0,
                "still_open": True,
            }
            for number, given_ in enumerate(severities)
            for at, severity in enumerate(given_)
        ]
    )
    suppliers = len(severities)
    ranked = pl.DataFrame(
        {
            "rank": range(1, suppliers + 1),
            "supplier_id": [f"s{number}" for number in range(suppliers)],
            "orgnr": [None] * suppliers,
            "supplier_no": [str(number) for number in range(suppliers)],
            "name": [f"Bolag {number}" for number in range(suppliers)],
            "is_sole_trader": [number % 5 == 0 for number in range(suppliers)],
            "band": ["låg"] * suppliers,
            "points": [sum(POLICY.points[each] for each in given_) for given_ in severities],
            "amount_sek": [None] * suppliers,
            "exposure_sek_12m": [100_000.0] * suppliers,
            "criticality": [None] * suppliers,
        },
        schema_overrides={
            "orgnr": pl.String,
            "amount_sek": pl.Decimal(18, 2),
            "exposure_sek_12m": pl.Decimal(18, 2),
            "criticality": pl.Int64,
        },
    )
    return ranked, findings


def answered(confirmed: list[bool]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "supplier_id": [f"s{number}" for number in range(len(confirmed))],
            "is_confirmed": confirmed,
        }
    )


def proposed_points(proposal) -> dict[str, int]:
    return dict(proposal.points.select("severity", "proposed").iter_rows())


def test_a_severity_that_was_right_more_often_than_its_points_say_gets_more():
    ranked, findings = listed([["medium"]] * 40 + [["low"]] * 40)
    proposal = propose_weights(
        ranked, findings, answered([True] * 36 + [False] * 4 + [True] * 4 + [False] * 36), POLICY
    )
    assert proposed_points(proposal)["medium"] > POLICY.points["medium"]
    assert (proposal.labelled, proposal.confirmed) == (80, 40)
    assert not proposal.is_assumed_clear
    assert proposal.is_change


def test_a_graver_severity_never_gets_fewer_points_even_if_it_was_always_wrong():
    ranked, findings = listed([["high"]] * 40 + [["low"]] * 40)
    proposal = propose_weights(ranked, findings, answered([False] * 40 + [True] * 40), POLICY)
    points = proposed_points(proposal)
    assert list(points) == list(SEVERITIES)
    assert list(points.values()) == sorted(points.values(), reverse=True)
    assert min(points.values()) >= 1
    assert points["high"] < POLICY.points["high"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(SEVERITIES), min_size=1, max_size=4, unique=True),
            st.booleans(),
        ),
        min_size=30,
        max_size=60,
    ),
    st.randoms(use_true_random=False),
)
def test_any_proposal_is_a_policy_and_the_order_of_rows_does_not_matter(drawn, random):
    confirmed = [answer for _, answer in drawn]
    ranked, findings = listed([severities for severities, _ in drawn])
    given_ = answered(confirmed)
    if min(sum(confirmed), len(confirmed) - sum(confirmed)) < 10:
        with pytest.raises(TooFewLabelsError):
            propose_weights(ranked, findings, given_, POLICY)
        return
    proposal = propose_weights(ranked, findings, given_, POLICY)
    Policy.model_validate(POLICY.model_dump() | {"points": proposed_points(proposal)})
    seed = random.randrange(1000)
    again = propose_weights(
        ranked.sample(fraction=1, shuffle=True, seed=seed),
        findings.sample(fraction=1, shuffle=True, seed=seed),
        given_.sample(fraction=1, shuffle=True, seed=seed),
        POLICY,
    )
    assert again.as_json() == proposal.as_json()


def test_too_few_answers_say_nothing():
    ranked, findings = listed([["low"]] * 60)
    few = answered([True] * 14 + [False] * (LEAST_LABELLED - 15))
    with pytest.raises(TooFewLabelsError) as caught:
        propose_weights(ranked, findings, few, POLICY)
    assert caught.value.values["labelled"] == LEAST_LABELLED - 1
    with pytest.raises(TooFewLabelsError):
        propose_weights(ranked, findings, answered([True] * 9 + [False] * 51), POLICY)


def test_where_nobody_was_cleared_everybody_else_counts_as_such_and_it_is_said():
    ranked, findings = listed([["high"]] * 15 + [["low"]] * 15)
    proposal = propose_weights(ranked, findings, answered([True] * 15), POLICY)
    assert proposal.is_assumed_clear
    assert (proposal.labelled, proposal.confirmed) == (30, 15)


def test_a_rules_own_points_and_findings_put_aside_are_left_alone():
    ranked, findings = listed([["medium"]] * 40 + [["low"]] * 40)
    own = findings.with_columns(
        points_raw=pl.when(pl.col("supplier_id") == "s0")
        .then(0)
        .when(pl.col("supplier_id") == "s1")
        .then(77)
        .otherwise("points_raw")
    )
    given_ = answered([True] * 40 + [False] * 40)
    proposal = propose_weights(ranked, own, given_, POLICY)
    medium = proposal.points.row(by_predicate=pl.col("severity") == "medium", named=True)
    assert medium["suppliers"] == 39
    moved = {row["supplier_id"]: row for row in proposal.top.to_dicts()}
    assert moved.get("s1", {"points_proposed": 77})["points_proposed"] == 77


def test_the_top_names_who_comes_and_goes_and_no_sole_trader():
    ranked, findings = listed([["low", "low"]] * 20 + [["medium"]] * 30)
    backwards = ranked.with_columns(rank=pl.col("rank"))
    given_ = answered([False] * 20 + [True] * 30)
    proposal = propose_weights(backwards, findings, given_, POLICY)
    gone = proposal.top.filter(pl.col("rank_proposed") > 20)
    come = proposal.top.filter(pl.col("rank") > 20)
    assert gone.height == come.height == 20
    named = proposal.top.filter(pl.col("name").is_not_null()).get_column("supplier_id").to_list()
    assert named
    assert all(int(supplier[1:]) % 5 for supplier in named)


def test_labels_become_answers_by_any_number_and_without_scheme_nothing_was_found():
    ranked, _ = listed([["low"]] * 3)
    labels = pl.DataFrame(
        {
            "supplier_id": ["s0", None, "elsewhere"],
            "supplier_no": [None, "1", None],
            "orgnr": [None, None, None],
            "scheme": ["public-debt", None, "public-debt"],
        },
        schema_overrides={"orgnr": pl.String},
    )
    known = dict(answers(ranked, labels).iter_rows())
    assert known["s0"] is True
    assert known["s1"] is False
    assert "s2" not in known
