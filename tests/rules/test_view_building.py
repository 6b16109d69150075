"""Views are built for those who read them: what a view needs is there, and nothing else."""

from datetime import date

import pytest

from screening.identity.stage import resolve_stage
from screening.rules.catalog import load_catalog
from screening.rules.view_building import build_views
from screening.warehouse.connection import open_work
from screening.warehouse.state import State

AS_OF = date(2026, 11, 20)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> State:
    state = State(tmp_path_factory.mktemp("empty") / "state").make()
    resolve_stage(state, AS_OF)
    return state


def built(state: State, read: list[str] | None) -> set[str]:
    """Tables and views of schema ``screen`` when these are asked for."""
    work = state.work / "asked.duckdb"
    try:
        with open_work(state, work) as connection:
            build_views(connection, AS_OF, read=read)
            rows = connection.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'screen'"
            ).fetchall()
    finally:
        work.unlink()
    return {name for (name,) in rows}


def test_by_default_all_are_built(state: State) -> None:
    assert built(state, None) >= set(load_catalog().views)


def test_only_what_is_read_is_built(state: State) -> None:
    there = built(state, ["debts"])
    assert there >= {"debts", "debt_history", "suppliers", "sources", "coverage", "set_aside"}
    assert not there & {"permits", "payroll", "time_reports", "company_people", "similar_invoices"}


#: Each of them is read by rules, and made of what Python prepares or of other views.
@pytest.mark.parametrize(
    "view",
    [
        *("service_places", "business_lines", "invoice_names", "invoice_habits"),
        *("register_answers", "reported_hours", "granted_hours", "billed_hours"),
        *("listed_matches", "payee_accounts", "service_days", "followups", "tax_status"),
    ],
)
def test_a_view_can_be_built_alone(state: State, view: str) -> None:
    assert view in built(state, [view])
