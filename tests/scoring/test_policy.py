"""The policy file keeps its promises, and a file that would break one is refused."""

from copy import deepcopy
from typing import get_args

import pytest
import yaml
from pydantic import ValidationError

from screening.messages import text
from screening.places import RULES_DIR
from screening.rules.model import Area
from screening.scoring import Policy, read_policy
from screening.scoring.policy import PolicyFileError, ScoreCurve

SHIPPED = yaml.safe_load((RULES_DIR / "policy.yaml").read_text(encoding="utf-8"))


def changed(path, value):
    given = deepcopy(SHIPPED)
    place = given
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return given


def test_every_reachable_total_of_the_shipped_policy_shows_its_own_score():
    policy = read_policy()
    shown = [policy.score.hundredths(points) for points in range(policy.highest_total + 1)]
    assert shown == sorted(set(shown))
    assert shown[0] == 0
    assert shown[-1] < 10_000


def test_the_curve_is_one_hundred_times_points_over_points_and_half():
    curve = ScoreCurve(half_at=150)
    assert curve.hundredths(150) == 5000
    assert curve.hundredths(40) == 2105  # 21.0526...
    assert curve.hundredths(1) == 66  # 0.6622...


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (["score", "half_at"], 10, "would both show"),
        (["area_caps", "permits"], 900, "would both show"),
        (["points", "medium"], 41, "graver severity"),
        (["bands", "high", "points"], 40, "above elevated"),
        (["bands", "elevated", "high_areas"], 3, "must not be below"),
        (["priority", "money", "lowest"], 1.4, "must rise"),
        (["priority", "money", "from_sek"], 20_000_000, "must rise"),
        (["priority", "criticality", 3], 1.5, "none below the former"),
        (["priority", "criticality", 2], 1.051, "decimal"),
        (["points", "dire"], 200, "critical"),
        (["version"], 0, "version"),
        (["colour"], "red", "colour"),
    ],
)
def test_a_policy_that_would_break_a_promise_is_refused(path, value, says):
    with pytest.raises(ValidationError, match=says):
        Policy.model_validate(changed(path, value))


def test_a_severity_without_points_is_refused():
    given = deepcopy(SHIPPED)
    del given["points"]["low"]
    with pytest.raises(ValidationError, match="all of critical, high, medium, low"):
        Policy.model_validate(given)


def test_every_area_that_a_rule_may_be_in_has_a_cap_and_a_name():
    policy = read_policy()
    for area in get_args(Area):
        assert area in policy.area_caps
        for language in ("sv", "en"):
            assert text(f"scoring.area_{area}", language)


def test_the_hash_is_of_what_the_policy_says_and_not_of_how_it_is_written(tmp_path):
    plain = tmp_path / "plain.yaml"
    plain.write_text(yaml.safe_dump(SHIPPED), encoding="utf-8")
    changed_points = tmp_path / "changed.yaml"
    changed_points.write_text(yaml.safe_dump(changed(["points", "low"], 6)), encoding="utf-8")
    assert read_policy(plain).content_hash == read_policy().content_hash
    assert read_policy(changed_points).content_hash != read_policy().content_hash


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"points: {low: 1}\npoints: {low: 2}\n", "stands twice"),
        (b"version: [", "line"),
        (b"\xff\xfe", "UnicodeDecodeError"),
        (yaml.safe_dump(changed(["points", "low"], 500)).encode(), "graver severity"),
        (b"", "dictionary"),
    ],
)
def test_a_file_that_is_no_policy_is_refused_with_a_sentence(tmp_path, text, said):
    file = tmp_path / "policy.yaml"
    file.write_bytes(text)
    with pytest.raises(PolicyFileError) as caught:
        read_policy(file)
    for language in ("sv", "en"):
        assert said in caught.value.sentence(language)
        assert "policy.yaml" in caught.value.sentence(language)
