"""What people decided about findings: what it changes, what it leaves alone, when it ends."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from screening.scoring.judgements import DECISIONS, PUT_ASIDE, STATES, Judgements, decisions_hash
from screening.scoring.policy import SEVERITIES
from tests.scoring.scoring_tables import (
    AS_OF,
    FACES,
    NEXT,
    POLICY,
    SUPPLIERS,
    finding,
    findings_of_a_week,
    published,
    week,
)

law = settings(max_examples=25, deadline=None)

SOL = SUPPLIERS[0]
#: A rule of severity high in area tax, without points of its own: 40 points.
HIGH = next(f for f in FACES if f.area == "tax" and f.severity == "high" and f.points is None)
CRITICAL = next(f for f in FACES if f.severity == "critical" and f.points is None)
TEN = [f"r{number}" for number in range(10)]
FRAMES = ("ranked", "unlisted", "findings", "supplier_history", "left", "way_off")


def decision(number=1, said="snooze", supplier=SOL, rule=HIGH, **values):
    base = {
        "decision_id": number,
        "supplier_key": supplier,
        "rule_id": rule.id,
        "decision": said,
        "withdraws": None,
        "decided_on": AS_OF,
        "until": AS_OF + timedelta(days=30) if said == "snooze" else None,
        "severity": None,
        "decided_by": "Rut Ek",
        "reason": "svar väntas",
        "rule_version": rule.version,
        "rule_severity": rule.severity,
        "subject": "",
        "amount_sek": Decimal(1000),
        "match_confidence": 1.0,
        "said_hash": "s",
        "rows": TEN,
    }
    return base | values


def withdrawal(number, withdraws, **values):
    taken = decision(number, "withdrawn", withdraws=withdraws, until=None)
    nothing = ("rule_version", "rule_severity", "subject", "amount_sek", "said_hash", "rows")
    return taken | dict.fromkeys(nothing) | values


def judgements(decisions, rows=(), states=None):
    """``rows`` are findings; what is behind each is ``TEN`` rows, unless ``states`` has others."""
    behind = {(row["supplier_id"], row["rule_id"]): ("s", TEN) for row in rows} | (states or {})
    return Judgements(
        pl.DataFrame(list(decisions), schema=DECISIONS),
        pl.DataFrame(
            [
                {"supplier_id": one, "supplier_key": one, "rule_id": rule, "said_hash": said}
                | {"rows": held}
                for (one, rule), (said, held) in behind.items()
            ],
            schema=STATES,
        ),
    )


def found(**values):
    return finding(SOL, HIGH, **({"amount_sek": Decimal(1000)} | values))


def told(rows, decisions, states=None, **values):
    """The week, and its one open finding by ``HIGH`` about ``SOL``."""
    scored = week(rows, judgements=judgements(decisions, rows, states), **values)
    (row,) = scored.findings.filter(
        (pl.col("supplier_id") == SOL) & (pl.col("rule_id") == HIGH.id) & pl.col("still_open")
    ).to_dicts()
    return scored, row


@pytest.mark.parametrize(("said", "status"), [("snooze", "snoozed"), ("explain", "explained")])
def test_what_is_put_aside_gives_no_points_and_stays_in_sight(said, status):
    scored, row = told([found()], [decision(said=said)])
    assert (row["points"], row["points_raw"], row["points_by_rule"]) == (0, 0, 40)
    assert (row["case_status"], row["case_decision"], row["case_by"]) == (status, 1, "Rut Ek")
    assert row["severity"] == "high"
    assert scored.ranked.is_empty()
    (supplier,) = scored.unlisted.filter(pl.col("supplier_id") == SOL).to_dicts()
    assert (supplier["case_status"], supplier["findings_set_aside"]) == (status, 1)
    assert supplier["band"] is None
    # The rule found something all the same: the three outcomes are about rules, not about people.
    assert supplier["rules_found"] == 1


def test_a_supplier_is_ranked_by_what_is_left():
    rows = [found(amount_sek=Decimal(9_000_000)), finding(SOL, CRITICAL, amount_sek=Decimal(5))]
    scored, _ = told(rows, [decision(amount_sek=Decimal(9_000_000))])
    alone = week([rows[1]])
    kept = [
        name for name in scored.ranked.columns if name not in ("case_status", "findings_set_aside")
    ]
    assert_frame_equal(scored.ranked.select(kept), alone.ranked.select(kept))
    assert_frame_equal(scored.way_off, alone.way_off)
    assert scored.ranked["case_status"].to_list() == ["snoozed"]


@pytest.mark.parametrize(
    ("severity", "points", "band"),
    [("low", 5, "låg"), ("medium", 15, "låg"), ("critical", 100, "hög")],
)
def test_an_override_weighs_as_the_severity_that_a_person_gave(severity, points, band):
    scored, row = told([found()], [decision(said="override", severity=severity)])
    assert (row["points"], row["severity"], row["severity_by_rule"]) == (points, severity, "high")
    assert (row["case_status"], row["points_by_rule"]) == ("overridden", 40)
    assert scored.ranked["band"].to_list() == [band]


def test_lowering_never_gives_more_than_the_rules_own_points_nor_raising_less():
    own = next(f for f in FACES if f.points == 33 and f.severity == "critical")
    raised = next(f for f in FACES if f.points == 33 and f.severity == "low")
    rows = [finding(SOL, own), finding(SOL, raised)]
    decisions = [
        decision(1, "override", rule=own, severity="high", amount_sek=None),
        decision(2, "override", rule=raised, severity="medium", amount_sek=None),
    ]
    scored = week(rows, judgements=judgements(decisions, rows))
    assert scored.findings["points_raw"].to_list() == [33, 33]


@pytest.mark.parametrize(
    ("case", "changed"),
    [
        ({}, None),
        ({"amount_sek": Decimal("1200.00")}, None),
        ({"amount_sek": Decimal("1200.01")}, "amount"),
        ({"amount_sek": Decimal(1)}, None),
        ({"amount_sek": None}, None),
        ({"rows": TEN[:2]}, None),
        ({"rows": [*TEN, "a", "b"]}, None),
        ({"rows": [*TEN, "a", "b", "c"]}, "rows"),
        # One row, and another one than was decided on.
        ({"rows": ["a"]}, "rows"),
        ({"subject_id": "5599000099"}, "subject"),
        ({"match_confidence": 0.5}, None),
        ({"said": "other figures"}, None),
        ({"rule_version": 2}, None),
        ({"rule_version": 2, "said": "other figures"}, "version"),
        ({"rule_version": 2, "severity": "critical"}, "version"),
    ],
)
def test_a_decision_ends_when_there_is_more_behind_the_finding(case, changed):
    values = dict(case)
    behind = (values.pop("said", "s"), values.pop("rows", TEN))
    for said, status in (("explain", "explained"), ("snooze", "snoozed")):
        scored, row = told([found(**values)], [decision(said=said)], {(SOL, HIGH.id): behind})
        assert row["case_changed"] == changed
        assert row["case_status"] == ("returned" if changed else status)
        assert (row["points"] > 0) == bool(changed)
        assert scored.ranked.height == bool(changed)


@pytest.mark.parametrize(
    ("then", "case", "changed"),
    [
        ({"amount_sek": None}, {}, "amount"),
        ({"amount_sek": Decimal(-100)}, {"amount_sek": Decimal(-80)}, None),
        ({"amount_sek": Decimal(-100)}, {"amount_sek": Decimal(-79)}, "amount"),
        ({"amount_sek": Decimal(0)}, {"amount_sek": Decimal("0.01")}, "amount"),
        ({"match_confidence": 0.9}, {}, None),
        ({"match_confidence": 0.89}, {}, "match"),
        # So few rows that any further one is a new thing.
        ({"rows": TEN[:4]}, {"rows": TEN[:5]}, "rows"),
        # Without rows the figures must tell.
        ({"rows": []}, {"rows": []}, None),
        ({"rows": []}, {"rows": [], "said": "other figures"}, "said"),
        ({"subject": "5599000099"}, {}, "subject"),
    ],
)
def test_what_counts_as_more_at_the_edges(then, case, changed):
    values = dict(case)
    behind = (values.pop("said", "s"), values.pop("rows", then.get("rows", TEN)))
    decided = decision(said="explain", **then)
    _, row = told([found(**values)], [decided], {(SOL, HIGH.id): behind})
    assert row["case_changed"] == changed


def test_a_snooze_ends_after_its_last_day():
    decided = decision(until=NEXT)
    assert told([found()], [decided], as_of=NEXT)[1]["case_status"] == "snoozed"
    scored, row = told([found()], [decided], as_of=NEXT + timedelta(days=1))
    assert (row["case_status"], row["case_changed"], row["points"]) == ("returned", "until", 40)
    assert scored.ranked["case_status"].to_list() == ["returned"]


def test_who_judged_a_finding_graver_is_not_overruled_by_there_being_more():
    raised = decision(said="override", severity="critical", until=NEXT)
    more = {(SOL, HIGH.id): ("s", [*TEN, "a", "b", "c"])}
    _, row = told([found()], [raised], more)
    assert (row["case_status"], row["case_changed"], row["points"]) == ("overridden", "rows", 100)
    lowered = decision(said="override", severity="low")
    _, row = told([found()], [lowered], more)
    assert (row["case_status"], row["points"], row["severity"]) == ("returned", 40, "high")
    _, row = told([found()], [raised], more, as_of=NEXT + timedelta(days=1))
    assert (row["case_status"], row["points"]) == ("returned", 40)


def test_a_rule_that_came_to_weigh_more_than_a_person_said_is_not_held_down_by_it():
    medium = next(f for f in FACES if f.severity == "medium" and f.points is None)
    decided = decision(said="override", rule=medium, severity="high", amount_sek=None)
    row = finding(SOL, medium, severity="critical", rule_version=2)
    scored = week([row], judgements=judgements([decided], [row]))
    assert scored.findings["severity"].to_list() == ["critical"]
    assert scored.findings["case_status"].to_list() == ["overridden"]


def test_the_newest_decision_counts_and_a_withdrawn_one_never_was():
    decisions = [
        decision(1, "explain"),
        decision(2, "override", severity="low"),
        decision(3, "snooze"),
        withdrawal(4, 3),
    ]
    assert told([found()], decisions[:3])[1]["case_decision"] == 3
    assert told([found()], decisions)[1]["case_decision"] == 2
    assert told([found()], [*decisions, withdrawal(5, 2)])[1]["case_status"] == "explained"
    # A newer decision that has ended does not give way to an older one.
    assert told([found()], [decisions[0], decision(3, until=AS_OF)], as_of=NEXT)[1]["points"] == 40


def test_a_past_day_does_not_know_what_was_decided_or_withdrawn_later():
    later = AS_OF + timedelta(days=1)
    decisions = [decision(1, decided_on=later), withdrawal(2, 1, decided_on=NEXT)]
    assert told([found()], decisions)[1]["case_status"] is None
    assert told([found()], decisions, as_of=later)[1]["case_status"] == "snoozed"
    assert told([found()], decisions, as_of=NEXT)[1]["case_status"] is None
    frame = judgements(decisions).decisions
    assert decisions_hash(frame, AS_OF) == decisions_hash(frame, NEXT) == ""
    assert decisions_hash(frame, later)


def test_who_is_put_aside_has_left_the_list_but_was_not_cleared_and_comes_back():
    before = published(week([found()]))
    aside, _ = told([found()], [decision(said="explain")], previous=before, as_of=NEXT)
    (left,) = aside.left.to_dicts()
    assert (left["supplier_id"], left["is_cleared"], left["is_set_aside"]) == (SOL, False, True)
    grown = {(SOL, HIGH.id): ("s", ["x"])}
    third = NEXT + timedelta(days=7)
    again, row = told(
        [found()], [decision(said="explain")], grown, previous=published(aside), as_of=third
    )
    assert again.ranked["change"].to_list() == ["back"]
    assert (row["first_seen"], row["case_since"]) == (AS_OF, third)
    fourth, row = told(
        [found()],
        [decision(said="explain")],
        grown,
        previous=published(again),
        as_of=third + timedelta(days=7),
    )
    assert fourth.ranked["change"].to_list() == ["same"]
    assert row["case_since"] == third


def test_what_is_gone_carries_no_decision():
    raised = [decision(said="override", severity="critical")]
    before, _ = told([found()], raised)
    after = week([], previous=published(before), as_of=NEXT, judgements=judgements(raised))
    (row,) = after.findings.to_dicts()
    assert (row["still_open"], row["case_status"], row["severity"]) == (False, None, "high")
    assert after.left["is_cleared"].to_list() == [True]


def test_several_subjects_of_a_rule_are_one_matter():
    rows = [found(subject_id="b"), found(subject_id="a", detail="{}")]
    decided = decision(said="explain", subject="a\nb")
    scored = week(rows, judgements=judgements([decided], rows))
    assert scored.findings["case_status"].to_list() == ["explained"] * 2
    rows.append(found(subject_id="c", detail="{}"))
    scored = week(rows, judgements=judgements([decided], rows))
    assert scored.findings["case_changed"].to_list() == ["subject"] * 3


def decided_findings():
    """Findings of a week, and decisions about some of them and about others."""
    said = st.sampled_from(["snooze", "explain", *SEVERITIES])
    one = st.tuples(
        said, st.sampled_from(SUPPLIERS), st.sampled_from(FACES), st.sampled_from([TEN, ["x"]])
    )
    return st.tuples(findings_of_a_week(), st.lists(one, max_size=8))


def as_decisions(made, start=1):
    return [
        decision(
            number,
            "override" if said in SEVERITIES else said,
            supplier,
            rule,
            severity=said if said in SEVERITIES else None,
            amount_sek=Decimal(50_000_000),
            match_confidence=1.0,
            rows=rows,
        )
        for number, (said, supplier, rule, rows) in enumerate(made, start)
    ]


@law
@given(decided_findings())
def test_a_decision_touches_nobody_else_and_only_raising_adds_points(given_week):
    rows, made = given_week
    plain = {row["supplier_id"]: row for row in week(rows).ranked.to_dicts()}
    decisions = as_decisions(made)
    after = week(rows, judgements=judgements(decisions, rows))
    now = {row["supplier_id"]: row for row in after.ranked.to_dicts()}
    raised = {each["supplier_key"] for each in decisions if each["severity"]}
    decided = {each["supplier_key"] for each in decisions}
    for supplier, before in plain.items():
        points = now[supplier]["points"] if supplier in now else 0
        if supplier not in decided:
            own = ("points", "score", "priority", "band", "reasons_sv", "case_status")
            assert [now[supplier][name] for name in own] == [before[name] for name in own]
        elif supplier not in raised:
            assert points <= before["points"]
    assert set(now) <= set(plain)
    # What is found is told, whatever is decided.
    assert after.findings.height == len(rows)
    totals = after.findings.group_by("supplier_id").agg(pl.col("points").sum())
    for supplier, points in totals.iter_rows():
        assert points == (now[supplier]["points"] if supplier in now else 0)
    aside = after.findings.filter(pl.col("case_status").is_in(PUT_ASIDE))
    assert aside["points"].sum() == 0
    told_aside = pl.concat([after.ranked, after.unlisted])["findings_set_aside"].sum()
    assert told_aside == aside.filter(pl.col("kind") == "risk").height


@law
@given(decided_findings(), st.integers(0, 1000))
def test_withdrawing_restores_exactly_and_the_order_of_decisions_does_not_matter(given_week, seed):
    rows, made = given_week
    decisions = as_decisions(made)
    shuffled = Random(seed).sample(decisions, len(decisions))
    taken = [withdrawal(100 + each["decision_id"], each["decision_id"]) for each in decisions]
    one, other = (week(rows, judgements=judgements(each, rows)) for each in (decisions, shuffled))
    plain = week(rows)
    restored = week(rows, judgements=judgements([*taken, *shuffled], rows))
    for name in FRAMES:
        assert_frame_equal(getattr(one, name), getattr(other, name))
        assert_frame_equal(getattr(plain, name), getattr(restored, name))
    hashes = {decisions_hash(judgements(each).decisions, AS_OF) for each in (decisions, shuffled)}
    assert len(hashes) == 1


def test_decisions_about_what_nobody_finds_change_nothing():
    stray = decision(supplier="lev:nobody"), decision(2, rule=CRITICAL)
    scored, row = told([found()], stray)
    assert row["case_status"] is None
    for name in FRAMES:
        assert_frame_equal(getattr(scored, name), getattr(week([found()]), name))


def test_the_policy_says_how_much_more_is_too_much():
    assert POLICY.casework.longest_snooze_days == 180
    lenient = POLICY.model_copy(
        update={"casework": POLICY.casework.model_copy(update={"amount_share": 1.0})}
    )
    doubled = [found(amount_sek=Decimal(2000))]
    assert told(doubled, [decision()])[1]["case_changed"] == "amount"
    assert told(doubled, [decision()], policy=lenient)[1]["case_changed"] is None
