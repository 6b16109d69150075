"""Making a demo: the same again, never mixed with other files, at any size."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from screening.demo.inbox import InboxInUseError, make_demo
from screening.demo.settings import SCHEMES
from screening.demo.story import tell


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _make(folder: Path, **more: object) -> dict[str, str]:
    told = {"suppliers": 120, "invoices": 3_000, "as_of": date(2026, 11, 20), "seed": 5, **more}
    make_demo(folder / "inbox", folder / "labels.csv", **told)  # type: ignore[arg-type]
    return _hashes(folder)


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    assert _make(tmp_path / "one") == _make(tmp_path / "other")


def test_another_seed_gives_other_companies_under_the_same_file_names(tmp_path: Path) -> None:
    one, other = _make(tmp_path / "one"), _make(tmp_path / "other", seed=6)
    # Names of Peppol files carry the days of their invoices.
    names = {name for name in one if "peppol" not in name}
    assert names == {name for name in other if "peppol" not in name}
    changed = {name for name in names if one[name] != other[name]}
    assert names - changed == {"inbox/.vaksam-demo"} - changed


def test_a_demo_replaces_an_earlier_one_wholly(tmp_path: Path) -> None:
    _make(tmp_path / "again", as_of=date(2026, 10, 1))
    again = _make(tmp_path / "again")
    assert again == _make(tmp_path / "fresh")


def test_files_of_others_are_never_mixed_with_a_demo(tmp_path: Path) -> None:
    theirs = tmp_path / "inbox" / "invoices" / "real.csv"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("real")
    with pytest.raises(InboxInUseError, match=r"real\.csv"):
        _make(tmp_path)
    assert [path for path in (tmp_path / "inbox").rglob("*") if path.is_file()] == [theirs]


def test_labels_inside_the_inbox_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="outside"):
        make_demo(tmp_path / "inbox", tmp_path / "inbox" / "labels.csv", 120, 2_000)


@pytest.mark.parametrize(("suppliers", "months"), [(20, 24), (600, 6)])
def test_too_small_a_demo_is_refused(suppliers: int, months: int) -> None:
    with pytest.raises(ValueError, match="at least"):
        tell(suppliers, 2_000, 1, date(2026, 11, 20), months)


@pytest.mark.parametrize(
    ("suppliers", "lines", "months"), [(100, 6_000, 12), (300, 30_000, 24), (2_000, 120_000, 36)]
)
def test_it_scales(suppliers: int, lines: int, months: int) -> None:
    world = tell(suppliers, lines, 2, date(2026, 3, 1), months)
    assert world.suppliers.height == suppliers
    assert world.invoices.get_column("lines").sum() == pytest.approx(lines, rel=0.1)
    assert world.planted.get_column("scheme").n_unique() == len(SCHEMES)
    in_time = world.invoices.get_column("day").is_between(
        int(world.calendar.month_starts[0]), world.calendar.today
    )
    assert in_time.all()


def test_the_register_has_as_many_companies_as_asked_for(tmp_path: Path) -> None:
    summary = make_demo(
        tmp_path / "inbox", tmp_path / "labels.csv", 120, 2_000, company_register_rows=5_000
    )
    both = summary.rows["companies_bolagsverket"] + summary.rows["companies_scb"]
    assert summary.rows["companies_bolagsverket"] == pytest.approx(5_000, rel=0.08)
    assert both > 7_000
