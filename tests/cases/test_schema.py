"""The schema of the database of decisions: versioned, changed by migrations, of both databases."""

import os
import shutil
import sqlite3
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from screening.cases import database
from screening.cases.database import Cases, CasesError, cases_of, reading, writing
from screening.cases.identity_decisions import Answer, history, known_decisions, record, withdraw
from screening.cases.tables import identity_decisions, metadata
from screening.warehouse.state import State

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANSWER = Answer(kind="company", left_key="lev:7", right_key="5590000013", decision="same")
#: A PostgreSQL database that tests may empty; without one these are skipped.
POSTGRESQL = os.environ.get("VAKSAM_TEST_POSTGRESQL")


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql",
            marks=pytest.mark.skipif(not POSTGRESQL, reason="VAKSAM_TEST_POSTGRESQL is not set"),
        ),
    ]
)
def cases(request, tmp_path, monkeypatch) -> Cases:
    if request.param == "postgresql":
        monkeypatch.setenv("VAKSAM_CASES", POSTGRESQL)
        kept = cases_of(State(tmp_path))
        engine = sa.create_engine(kept.url)
        with engine.begin() as connection:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
        engine.dispose()
        return kept
    return cases_of(State(tmp_path))


def test_the_migrations_make_what_the_code_reads(cases):
    with writing(cases) as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, metadata)
        assert differences == []


def test_the_version_that_the_code_wants_is_the_last_migration():
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [database.VERSION]


def test_decisions_are_kept_withdrawn_and_read_back(cases):
    record(cases, ANSWER, "Rut", NOON)
    withdraw(cases, 1, "Bo", "fel bolag", NOON)
    assert [(each.decision, each.withdrawn_by) for each in history(cases)] == [
        ("same", 2),
        ("withdrawn", None),
    ]
    assert history(cases)[0].recorded_at == NOON
    assert known_decisions(cases)["withdraws"].to_list() == [None, 1]


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_rows_stay_as_they_were_made(cases, verb):
    record(cases, ANSWER, "Rut", NOON)
    change = {
        "update": identity_decisions.update().values(decision="not_same"),
        "delete": identity_decisions.delete(),
    }[verb]
    with pytest.raises(sa.exc.DBAPIError, match="withdraw instead"), writing(cases) as connection:
        connection.execute(change)
    assert [each.decision for each in history(cases)] == ["same"]


def test_a_later_version_changes_the_schema_and_keeps_what_was_decided(
    tmp_path, monkeypatch, cases
):
    record(cases, ANSWER, "Rut", NOON)
    later = tmp_path / "later"
    shutil.copytree(database._MIGRATIONS, later)
    (later / "versions" / "v0003_colour.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        'revision, down_revision = "0003", "0002"\n'
        "def upgrade():\n"
        '    op.add_column("identity_decisions", sa.Column("colour", sa.Text))\n',
        encoding="utf-8",
    )
    with monkeypatch.context() as patched:
        patched.setattr(database, "_MIGRATIONS", later)
        patched.setattr(database, "VERSION", "0003")
        assert [each.decision for each in history(cases)] == ["same"]
        with reading(cases) as connection:
            assert connection.execute(sa.text("SELECT colour FROM identity_decisions")).all() == [
                (None,)
            ]
    # The version before does not know the newer schema, and says so rather than guess.
    for work in (known_decisions, lambda cases: record(cases, ANSWER, "Rut", NOON)):
        with pytest.raises(CasesError, match="too_new"):
            work(cases)


def test_a_file_whose_maker_died_before_the_schema_was_there_is_as_good_as_none(tmp_path):
    cases = cases_of(State(tmp_path))
    sqlite3.connect(cases.shown).close()
    assert known_decisions(cases).is_empty()
    record(cases, ANSWER, "Rut", NOON)
    assert len(history(cases)) == 1


@pytest.mark.parametrize("url", ["nonsense", "mysql://db/x", "sqlite://", "sqlite:///:memory:"])
def test_a_wrong_address_is_told(tmp_path, monkeypatch, url):
    monkeypatch.setenv("VAKSAM_CASES", url)
    with pytest.raises(CasesError) as told:
        cases_of(State(tmp_path))
    assert "VAKSAM_CASES" in told.value.sentence("sv")


def test_a_file_elsewhere_may_be_named(tmp_path, monkeypatch):
    monkeypatch.setenv("VAKSAM_CASES", f"sqlite:///{tmp_path}/other/decisions.db")
    cases = cases_of(State(tmp_path / "state"))
    record(cases, ANSWER, "Rut", NOON)
    assert (tmp_path / "other/decisions.db").is_file()
    assert not (tmp_path / "state").exists()


def test_an_address_is_never_told_with_its_password(tmp_path, monkeypatch):
    monkeypatch.setenv("VAKSAM_CASES", "postgresql://rut:hemligt@127.0.0.1:1/vaksam")
    cases = cases_of(State(tmp_path))
    with pytest.raises(CasesError) as told:
        known_decisions(cases)
    assert told.value.code in ("unreachable", "no_driver")
    assert "hemligt" not in told.value.sentence("sv") + repr(cases.shown)
    assert "127.0.0.1" in told.value.sentence("sv")
