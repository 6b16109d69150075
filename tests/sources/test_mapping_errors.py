"""What is wrong with a mapping file is told by file and key, in both languages."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.sources.mappings import Mapping, MappingFileError, read_mapping

GOOD: dict[str, Any] = {
    "name": "prov",
    "source": "suppliers",
    "match": {"headers": ["Nr"]},
    "columns": {"Nr": "supplier_no", "Namn": "name"},
}


def problem(folder: Path, text: str) -> MappingFileError:
    path = folder / "mitt system.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingFileError) as caught:
        read_mapping(path)
    return caught.value


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": "supplier"}, ["supplier", "suppliers"]),
        ({"columns": {"Nr": "suplier_no"}}, ["suplier_no", "supplier_no", "columns"]),
        ({"columns": {"Nr": ["supplier_no", "nam"]}}, ["nam", "name"]),
        ({"colums": {}}, ["colums", "columns"]),
        ({"units": {"name": 2}}, ["name", "units"]),
        ({"units": {"name": -2}}, ["units", "name"]),
        ({"date_order": "dym"}, ["date_order", "dmy"]),
        ({"header": 0}, ["header"]),
        ({"header": "none"}, ["file_name"]),
        ({"origin": "scb"}, ["origin", "scb"]),
        ({"match": {"headers": []}}, ["match"]),
        ({"filters": [{"column": "Nr", "matches": "("}]}, ["filters.0.matches"]),
        ({"filters": [{"column": "Nr"}]}, ["filters.0"]),
        ({"name": None}, ["name"]),
    ],
)
def test_each_mistake_names_file_key_and_remedy(
    changes: dict[str, Any], said: list[str], tmp_path: Path
) -> None:
    found = problem(tmp_path, yaml.safe_dump(GOOD | changes, allow_unicode=True))
    for sentence in (str(found), found.sentence("sv")):
        assert "mitt system.yaml" in sentence
        assert "\n" not in sentence
        for word in said:
            assert word in sentence, sentence
    assert found.sentence("sv") != found.sentence("en")


def test_what_is_no_yaml_is_told_by_line(tmp_path: Path) -> None:
    found = problem(tmp_path, "name: prov\nsource: suppliers\ncolumns: {Nr: [supplier_no}\n")
    assert "3" in found.sentence("sv")
    assert "YAML" in str(found)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    found = problem(tmp_path, "name: a\nname: b\n")
    assert "name" in str(found)


@pytest.mark.parametrize("content", [b"", b"- a\n- b\n", b"\xff\xfe\xe5", b"42"])
def test_whatever_lies_in_the_folder_is_told_plainly(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(MappingFileError, match=r"x\.yaml"):
        read_mapping(path)


def test_texts_that_yaml_takes_for_something_else_stay_texts() -> None:
    mapping = Mapping.model_validate(
        {
            "name": "prov",
            "source": "contracts",
            "match": {"headers": [2021, "Nr"]},
            "columns": {"Nr": "contract_no", 2021: "value_sek"},
            "constants": {"valid_from": "2026-01-01", "criticality": 2, "orgnr": 5560125790},
            "value_maps": {"procurement_unit_involved": {True: "ja", "N": False}},
            "filters": [{"column": 2021, "not_equals": 0}],
        }
    )
    assert mapping.constants == {
        "valid_from": "2026-01-01",
        "criticality": "2",
        "orgnr": "5560125790",
    }
    assert mapping.value_maps == {"procurement_unit_involved": {"true": "ja", "N": "false"}}
    assert mapping.match.headers == ("2021", "Nr")
    assert mapping.filters[0].not_equals == ("0",)


def test_a_file_that_is_something_else_does_not_fill_the_screen(tmp_path: Path) -> None:
    found = problem(tmp_path, yaml.safe_dump({f"key{n}": n for n in range(30)}))
    assert len(found.problems) > 30
    assert found.sentence("en").count("there is no such key") <= 3
    assert "more mistakes" in found.sentence("en")
