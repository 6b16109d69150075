"""A new rule file can be run at once, says what is still to be written, and overwrites nothing."""

from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from screening.cli import app
from screening.rules.casework import run_all_cases
from screening.rules.catalog import load_catalog
from screening.rules.linting import lint
from screening.rules.loading import load_rules
from screening.rules.model import Area
from screening.rules.problems import RuleProblem
from screening.rules.skeleton import skeleton, write_skeleton
from tests.rules.rule_making import rule_text
from tests.rules.rule_tables import answers, empty_views, filled, stated, without_a_condition

_RUN = CliRunner()
_VIEWS = [
    name
    for name, view in load_catalog().views.items()
    if {"supplier_id", "orgnr"} & set(view.columns) and name != "suppliers"
]


def test_a_skeleton_over_any_view_runs_and_only_lacks_its_texts(tmp_path: Path) -> None:
    for number, view in enumerate(_VIEWS, 100):
        rule_id = f"about-{view.replace('_', '-')}"
        write_skeleton(skeleton(rule_id, area="tax", number=number, view=view), tmp_path)
    library = load_rules([tmp_path])
    assert [failed.reason for failed in library.failed] == []
    assert len(library.rules) == len(_VIEWS)
    assert run_all_cases(library).is_passed
    told = lint(library).problems
    assert {each.problem.code for each in told} == {"lint_todo"}
    fields = {each.problem.values["field"] for each in told}
    assert fields >= {"title.sv", "why.en", "action.sv", "summary.sv", "law 1", "query"}
    assert {each.rule_id for each in told} == {rule.id for rule in library.rules}


@pytest.mark.parametrize("area", get_args(Area))
def test_any_area_makes_a_rule_of_its_kind(tmp_path: Path, area: Area) -> None:
    write_skeleton(skeleton("some-rule", area=area), tmp_path)
    (rule,) = load_rules([tmp_path]).rules
    kinds = {"purchasing": "control", "quality": "quality"}
    assert (rule.area, rule.kind) == (area, kinds.get(area, "risk"))


def test_every_condition_of_a_skeleton_is_needed_by_a_case(tmp_path: Path) -> None:
    write_skeleton(skeleton("some-rule", area="invoices"), tmp_path)
    (rule,) = load_rules([tmp_path]).rules
    remaining = dict(without_a_condition(rule.query))
    with empty_views() as views:
        for case in rule.cases:
            with filled(views, case.given):
                told = stated(case, answers(views, rule, case.as_of, case.parameters))
                remaining = {
                    condition: query
                    for condition, query in remaining.items()
                    if stated(case, answers(views, rule, case.as_of, case.parameters, query))
                    == told
                }
    assert remaining == {}


def test_the_command_writes_it_once_and_never_over_another(tmp_path: Path) -> None:
    asked = ["rules", "new", "my-rule", "--area", "tax", "--number", "901", "--lang", "en"]
    asked += ["--rules", str(tmp_path)]
    first = _RUN.invoke(app, asked)
    assert first.exit_code == 0
    path = tmp_path / "tax" / "901-my-rule.yaml"
    written = path.read_text(encoding="utf-8")
    assert "my-rule.yaml" in first.output
    for again in (asked, [*asked[:6], "902", *asked[7:]]):
        refused = _RUN.invoke(app, again)
        assert refused.exit_code == 1
    path.write_text("mine", encoding="utf-8")
    refused = _RUN.invoke(app, asked)
    assert refused.exit_code == 1
    assert path.read_text(encoding="utf-8") == "mine"
    assert "id: my-rule" in written
    assert sorted(tmp_path.rglob("*.yaml")) == [path]


@pytest.mark.parametrize(
    "wrong",
    [
        ["No Id", "--area", "tax"],
        ["../out", "--area", "tax"],
        ["my-rule", "--area", "tax", "--view", "trading_prohibitions"],
        ["my-rule", "--area", "tax", "--view", "secrets"],
        ["public-debt", "--area", "tax"],
        ["my-rule", "--area", "tax", "--number", "13"],
        ["my-rule", "--area", "elsewhere"],
    ],
)
def test_what_makes_no_rule_is_told_and_nothing_is_written(
    tmp_path: Path, wrong: list[str]
) -> None:
    refused = _RUN.invoke(app, ["rules", "new", *wrong, "--rules", str(tmp_path)])
    assert refused.exit_code in {1, 2}
    assert not isinstance(refused.exception, ValueError)
    assert list(tmp_path.iterdir()) == []


def test_an_id_or_number_that_another_rule_has_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(rule_text(), encoding="utf-8")
    known = load_rules([tmp_path])
    for rule_id, number in (("public-debt", 99), ("other", 13)):
        with pytest.raises(RuleProblem):
            skeleton(rule_id, area="tax", number=number, known=known)
