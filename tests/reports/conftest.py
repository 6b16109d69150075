"""Weeks written once for all tests that only read them."""

import pytest

from screening.reports.week_files import write_week
from tests.reports.report_weeks import (
    a_manifest,
    an_ordinary_week,
    evidence_frame,
    quarantine_frame,
)


@pytest.fixture(scope="session")
def ordinary_week():
    return an_ordinary_week()


@pytest.fixture(scope="session")
def written(tmp_path_factory, ordinary_week):
    """Folder of an ordinary week per language: ``sv`` and ``en``."""
    folder = tmp_path_factory.mktemp("out")
    for language in ("sv", "en"):
        write_week(
            folder / language,
            ordinary_week,
            manifest=a_manifest(),
            evidence=evidence_frame(),
            quarantine=quarantine_frame(),
            language=language,
        )
    return folder
