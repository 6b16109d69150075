"""run.json: read back as it was written, masked, and honest about sums."""

import json

import pytest
from pydantic import ValidationError

from screening.reports.manifest import InputFile, Manifest, Notice, read_manifest, write_manifest
from tests.reports.report_weeks import a_manifest


def test_a_manifest_is_read_back_as_it_was_written(tmp_path):
    write_manifest(a_manifest(), tmp_path / "run.json")
    assert read_manifest(tmp_path / "run.json") == a_manifest()


def test_run_json_has_the_agreed_fields(tmp_path):
    write_manifest(a_manifest(), tmp_path / "run.json")
    content = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    top = "run_id as_of week versions inputs_hash rules_hash inputs rules suppliers timings"
    assert set(f"{top} peak_rss_mb warnings".split()) <= set(content)
    counts = "source file sha256 as_of rows_read rows_loaded rows_quarantined rows_skipped"
    assert set(counts.split()) <= set(content["inputs"][0])
    of_rule = "id version status kind found clear not_checked seconds reason"
    assert set(of_rule.split()) == set(content["rules"][0])


def test_a_hash_is_never_taken_for_a_personal_number(tmp_path):
    """64 hexadecimal digits may hold the digits of a real person's number by chance."""
    tricky = "8112289874" + "a" * 54
    file = InputFile(source="permits", file="svar 811228-9874.csv", sha256=tricky)
    notice = Notice(code="file_in_quarantine", text="Filen svar 8112289874.csv", file="8112289874")
    write_manifest(
        a_manifest(inputs=(file,), warnings=(notice,), inputs_hash=tricky), tmp_path / "run.json"
    )
    content = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert content["inputs_hash"] == content["inputs"][0]["sha256"] == tricky
    assert content["inputs"][0]["file"] == "svar 811228-****.csv"
    assert content["warnings"][0]["text"] == "Filen svar 811228-****.csv"
    assert content["warnings"][0]["file"] == "811228-****"


def test_files_whose_rows_do_not_add_up_are_pointed_out():
    good = InputFile(
        source="a", file="a", sha256="0", rows_read=9, rows_loaded=4, rows_quarantined=3,
        rows_skipped=2,
    )  # fmt: skip
    lost = good.model_copy(update={"file": "b", "rows_loaded": 3})
    assert a_manifest(inputs=(good, lost)).uneven_inputs == (lost,)


@pytest.mark.parametrize(
    "change",
    [{"week": None}, {"suppliers": -1}, {"colour": "red"}, {"timings": {"screen": -0.1}}],
)
def test_a_manifest_that_is_none_is_refused(change):
    with pytest.raises(ValidationError):
        Manifest.model_validate(a_manifest().model_dump() | change)
