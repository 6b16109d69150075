"""Rule files become a rule set; a file that is broken is named and stops nobody."""

import os
import random
from pathlib import Path

import pytest

from screening.rules.loading import MAX_FILE_BYTES, load_rules
from tests.rules.rule_making import rule_fields, rule_text


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_rules_come_in_order_of_id_with_their_files(tmp_path: Path) -> None:
    _write(tmp_path, "tax/013-b-rule.yaml", rule_text(id="b-rule"))
    _write(tmp_path, "permits/001-c-rule.yaml", rule_text(id="c-rule"))
    _write(tmp_path, "tax/014-a-rule.yml", rule_text(id="a-rule"))
    ruleset = load_rules([tmp_path])
    assert [rule.id for rule in ruleset.rules] == ["a-rule", "b-rule", "c-rule"]
    assert ruleset.files["c-rule"] == "permits/001-c-rule.yaml"
    assert ruleset.failed == ()


_A_CASE = rule_fields()["cases"][0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: x\nid: y\n", "stands twice"),
        ("a: &a [1]\nb: *a\n", "aliases"),
        (rule_text(severity="huge"), "severity"),
        ("[" * 3000, "YAML"),
        ("{" * 20, "YAML"),
        ("id: \x07bell", "YAML"),
        (
            "a: &a [x, x]\n" + "".join(f"k{n}: &k{n} [*a, *a, *a, *a]\n" for n in range(30)),
            "aliases",
        ),
        ("a: &a [*a]\n", "aliases"),
        (rule_text() + "? [a, b]\n: c\n", "must be a word"),
        (rule_text() + "<<: {id: other}\n", "YAML"),
        (rule_text() + "---\n" + rule_text(), "another document"),
        (rule_text() + "1: 2\n", "Keys should be strings"),
        (rule_text().replace("  sv:", "\tsv:"), "token"),
        ("title: !!python/object/apply:os.system ['true']\n", "constructor"),
        ("- a\n", "fields"),
        ("", "fields"),
        (rule_text().replace("version: 1", "version: " + "9" * 6000), "YAML"),
        (rule_text().replace("as_of: 2026-11-20", "as_of: 2026-13-45"), "YAML"),
        (rule_text().replace("id: public-debt", "id: ../../public-debt"), "id"),
        (rule_text(title={"sv": "Skuld \u202e txt", "en": "Debt"}), "title.sv"),
        (rule_text(title={"sv": "Skuld", "en": "Debt\x1b[2J"}), "title.en"),
        (rule_text(cases=[{**_A_CASE, "name": str(n)} for n in range(201)]), "cases"),
    ],
)
def test_a_broken_file_is_failed_with_a_reason_and_the_others_load(
    tmp_path: Path, text: str, said: str
) -> None:
    _write(tmp_path, "tax/013-public-debt.yaml", rule_text())
    _write(tmp_path, "tax/099-broken.yaml", text)
    ruleset = load_rules([tmp_path])
    assert [rule.id for rule in ruleset.rules] == ["public-debt"]
    assert [failed.id for failed in ruleset.failed] == ["broken"]
    assert ruleset.failed[0].reason.startswith("tax/099-broken.yaml: ")
    assert said in ruleset.failed[0].reason


def test_a_file_in_another_encoding_is_failed(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("id: åäö".encode("latin-1"))
    assert "UTF-8" in load_rules([tmp_path]).failed[0].reason


def test_a_file_that_cannot_be_read_is_failed_and_its_name_can_be_written(tmp_path: Path) -> None:
    _write(tmp_path, "good.yaml", rule_text())
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "nowhere.yaml").symlink_to(tmp_path / "gone")
    (tmp_path / "memory.yaml").symlink_to("/proc/self/mem")
    with (tmp_path / os.fsdecode(b"lat\xffin.yaml")).open("w") as stream:
        stream.write("id: [")
    ruleset = load_rules([tmp_path])
    assert [rule.id for rule in ruleset.rules] == ["public-debt"]
    assert {failed.id for failed in ruleset.failed} == {"memory", "lat?in"}
    assert all(failed.reason.encode("utf-8") for failed in ruleset.failed)
    assert ruleset.rules_hash


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbf" + rule_text().encode())
    assert [rule.id for rule in load_rules([tmp_path]).rules] == ["public-debt"]


def test_a_huge_file_is_failed_unread(tmp_path: Path) -> None:
    _write(tmp_path, "huge.yaml", "#" * (MAX_FILE_BYTES + 1))
    assert str(MAX_FILE_BYTES) in load_rules([tmp_path]).failed[0].reason


def test_an_id_that_two_files_claim_is_used_from_neither(tmp_path: Path) -> None:
    _write(tmp_path, "one/a.yaml", rule_text())
    _write(tmp_path, "two/b.yaml", rule_text(version=2))
    _write(tmp_path, "two/c.yaml", rule_text(id="other"))
    ruleset = load_rules([tmp_path / "one", tmp_path / "two"])
    assert [rule.id for rule in ruleset.rules] == ["other"]
    assert ruleset.failed[0].id == "public-debt"
    assert ruleset.failed[0].files == ("a.yaml", "b.yaml")


def test_a_broken_file_never_takes_the_name_of_a_rule_that_works(tmp_path: Path) -> None:
    _write(tmp_path, "tax/013-public-debt.yaml", rule_text())
    _write(tmp_path, "own/public-debt.yaml", "broken")
    ruleset = load_rules([tmp_path])
    assert [rule.id for rule in ruleset.rules] == ["public-debt"]
    assert [failed.id for failed in ruleset.failed] == ["own/public-debt.yaml"]


def test_the_same_folder_twice_gives_each_rule_once(tmp_path: Path) -> None:
    _write(tmp_path, "tax/a.yaml", rule_text())
    ruleset = load_rules([tmp_path, tmp_path / "tax", tmp_path])
    assert [rule.id for rule in ruleset.rules] == ["public-debt"]
    assert ruleset.failed == ()


def test_policies_hidden_files_and_other_files_are_no_rules(tmp_path: Path) -> None:
    _write(tmp_path, "policy.yaml", "points: {}")
    _write(tmp_path, ".hidden/a.yaml", "x")
    _write(tmp_path, "tax/.b.yaml", "x")
    _write(tmp_path, "tax/README.md", "x")
    assert load_rules([tmp_path]) == load_rules([])


def test_the_hash_does_not_depend_on_names_order_or_layout(tmp_path: Path) -> None:
    texts = [rule_text(id=f"rule-{letter}") for letter in "abcdef"]
    hashes = set()
    for attempt in range(3):
        random.Random(attempt).shuffle(texts)
        folder = tmp_path / str(attempt)
        for place, text in enumerate(texts):
            layout = text + "\n\n# a comment\n" if attempt else text
            _write(folder, f"{'deep/' * attempt}{place}.yaml", layout)
        hashes.add(load_rules([folder]).rules_hash)
    assert len(hashes) == 1


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"query": "SELECT supplier_id FROM suppliers"}, {"points": 3}]
)
def test_the_hash_changes_with_what_a_rule_says(tmp_path: Path, change: dict[str, object]) -> None:
    _write(tmp_path, "one/a.yaml", rule_text())
    _write(tmp_path, "two/a.yaml", rule_text(**change))
    one, two = load_rules([tmp_path / "one"]), load_rules([tmp_path / "two"])
    assert one.rules_hash != two.rules_hash


def test_the_hash_changes_when_a_file_breaks(tmp_path: Path) -> None:
    _write(tmp_path, "one/a.yaml", rule_text())
    before = load_rules([tmp_path]).rules_hash
    _write(tmp_path, "one/b.yaml", "broken")
    assert load_rules([tmp_path]).rules_hash != before
