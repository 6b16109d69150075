"""The pages of the rules are those that the rule files give today."""

from pathlib import Path

from screening.places import RULES_DIR
from screening.rules.documenting import rule_documents, write_rule_documents
from screening.rules.loading import load_rules

DOCS = Path(__file__).parents[2] / "docs"


def test_the_committed_pages_are_up_to_date() -> None:
    pages = rule_documents(load_rules([RULES_DIR]))
    stale = [name for name, page in pages.items() if (DOCS / name).read_text("utf-8") != page]
    assert not stale, f"run `make docs`: {stale}"
    there = {f"rules/{path.name}" for path in (DOCS / "rules").glob("*.md")}
    assert there == {name for name in pages if name.startswith("rules/")}


def test_pages_of_rules_that_are_gone_are_removed(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "old-rule.md").write_text("gone")
    write_rule_documents(load_rules([RULES_DIR]), tmp_path)
    assert not (tmp_path / "rules" / "old-rule.md").exists()
    assert (tmp_path / "rules" / "phoenix.md").is_file()
