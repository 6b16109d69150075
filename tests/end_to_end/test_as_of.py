"""A past list can be made again, byte for byte, whatever was delivered since."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from screening.warehouse.publishing import published_weeks
from screening.warehouse.state import State
from tests.end_to_end.small_inbox import AS_OF, Town, company, only_rules
from tests.end_to_end.small_town import (
    ALBA,
    BJORK,
    CEDERN,
    DALIA,
    EKEN,
    HASSELN,
    TABLES,
    file_of,
    settle,
)

NEXT_WEEK = AS_OF + timedelta(days=7)
THE_LIST = ("risk-list.csv", "findings.csv", "risk-list.xlsx")
RULES = ("company/037", "company/046", "permits/001", "payments/048", "tax/010", "tax/013")
DEBTS = "orgnr;as_of;public_debt_sek;private_debt_sek"


def put_news(town: Town) -> None:
    """What comes the week after: new answers, changed registers, corrections of the past."""
    town.put(
        "debts/svar-2026-11-23.csv", DEBTS, f"{ALBA};2026-11-23;0;0", f"{EKEN};2026-11-23;77000;0"
    )
    town.put("debts/rattelse.csv", DEBTS, f"{BJORK};2026-11-16;0;0", f"{CEDERN};2026-11-16;99000;0")
    town.put("tax_status/svar-2026-11-23.csv", "orgnr;as_of;f_tax", f"{EKEN};2026-11-23;nej")
    header, rows = TABLES["companies"]
    changed = [
        row.replace("bankruptcy;2026-10-01", ";").replace("Alba Omsorg", "Alba") for row in rows
    ]
    town.put(
        "companies/register-2026-11-23.csv",
        header,
        *changed,
        f"{HASSELN};Hasseln AB;AB;2020-01-01;;;;;;",
    )
    town.put(
        "permits/ivo-2026-11-23.csv",
        "orgnr;permit_type;status;permit_number;valid_from;valid_to",
        f"{ALBA};hemtjänst;aktiv;T-9;2019-01-01;",
    )
    town.put(
        "invoices/november-2026-11-23.csv",
        "invoice_no;orgnr;supplier_name;invoice_date;amount_sek;account_text",
        f"Å-1;{company(400)};Ny Leverantör AB;2026-11-22;123456;HVB-placering",
        f"Å-2;{company(401)};Sen Bokföring AB;2026-10-01;654321;HVB-placering",
    )
    town.put_bytes("invoices/trasig.csv", b"")


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    folder = tmp_path_factory.mktemp("past")
    town = Town(folder, only_rules(folder / "rules", *RULES))
    settle(town, is_whole=False)
    first = town.run(AS_OF)
    published = first.bytes_of(*THE_LIST)
    put_news(town)
    second = town.run(NEXT_WEEK)
    # An old register that turns up late, after everything else was read.
    header, rows = TABLES["suppliers"]
    renamed = [row.replace("Eken Hemtjänst AB", "Eken Hem AB") for row in rows]
    town.put("suppliers/register-2026-06-01.csv", header, *renamed)
    town.run(NEXT_WEEK, out="third-out")
    again = town.run(AS_OF, out="again-out")
    return SimpleNamespace(town=town, first=first, published=published, second=second, again=again)


def test_the_week_after_is_another_list(story):
    """Else what follows proves nothing."""
    assert story.first.found() >= {
        *((ALBA, "no-active-permit"), (ALBA, "public-debt"), (BJORK, "public-debt")),
        *((DALIA, "insolvency"), (HASSELN, "not-in-register")),
    }
    assert story.second.found() == {
        *((BJORK, "f-tax-lost"), (EKEN, "f-tax-lost")),
        *((EKEN, "public-debt"), (CEDERN, "public-debt")),
        *((company(400), "not-in-register"), (company(401), "not-in-register")),
        *((company(400), "no-active-permit"), (company(401), "no-active-permit")),
    } | {pair for pair in story.second.found() if pair[0] == CEDERN}
    assert story.second.manifest["previous_week"] == "2026-W47"


def test_a_past_list_is_made_again_to_the_byte(story):
    assert story.again.folder.name == "2026-W47"
    assert story.again.bytes_of(*THE_LIST) == story.published


def test_the_run_of_the_past_has_the_name_that_it_had(story):
    for name in ("run_id", "inputs_hash", "rules_hash", "as_of", "week", "suppliers"):
        assert story.again.manifest[name] == story.first.manifest[name], name
    assert story.again.rules.keys() == story.first.rules.keys()
    for rule, counts in story.again.rules.items():
        before = story.first.rules[rule]
        assert all(counts[key] == before[key] for key in ("found", "clear", "not_checked")), rule
    story.again.assert_counts_add_up()


def test_the_newest_list_stays_the_newest(story):
    assert published_weeks(State(story.town.folder / "state")) == ["2026-W47", "2026-W48"]


def test_before_anything_was_known_there_is_nothing_to_say(story):
    week = story.town.run(AS_OF - timedelta(days=1), out="before-out")
    assert week.ranked == week.findings == []
    assert week.manifest["suppliers"] == 0
    assert {each["status"] for each in week.rules.values()} == {"not_checked"}
    assert week.exit_code == 3


def test_each_day_reads_the_answers_of_its_day(tmp_path):
    """One inbox, received long ago; the rows say of which day they are."""
    town = Town(tmp_path, only_rules(tmp_path / "rules", "tax/010", "tax/013"))
    town.put(
        "invoices/ledger.csv",
        "invoice_no;orgnr;supplier_name;invoice_date;amount_sek",
        f"1;{ALBA};Alba AB;2026-07-01;100",
    )
    days, debts = ("2026-07-01", "2026-08-01", "2026-09-01"), (60000, 0, 70000)
    town.put(
        "debts/alla.csv",
        DEBTS,
        *(f"{ALBA};{day};{debt};0" for day, debt in zip(days, debts, strict=True)),
    )
    town.put(
        "tax_status/alla.csv",
        "orgnr;as_of;f_tax",
        f"{ALBA};2026-07-01;ja",
        f"{ALBA};2026-08-01;nej",
        f"{ALBA};2026-09-01;ja",
    )
    told = {}
    for day in ("2026-07-02", "2026-08-02", "2026-09-02"):
        week = town.run(date.fromisoformat(day))
        week.assert_counts_add_up()
        told[day] = {rule for _, rule in week.found()}
        assert {each["not_checked"] for each in week.rules.values()} == {0}
    assert told == {
        "2026-07-02": {"public-debt"},
        "2026-08-02": {"f-tax-lost"},
        "2026-09-02": {"public-debt"},
    }


def test_a_file_keeps_the_day_on_which_it_first_came(tmp_path):
    """Run again later, the answers have not become any younger."""
    town = Town(tmp_path, only_rules(tmp_path / "rules", "permits/001"))
    header, rows = TABLES["invoices"]
    town.put("invoices/utan-datum.csv", header, *rows)
    header, rows = TABLES["permits"]
    town.put("permits/utan-datum.csv", header, *rows)
    first = town.run(AS_OF)
    assert first.inputs["permits/utan-datum.csv"]["as_of"] == AS_OF.isoformat()
    assert first.inputs["permits/utan-datum.csv"]["as_of_from"] == "received"
    later = town.run(AS_OF + timedelta(days=120))
    assert later.inputs["permits/utan-datum.csv"]["as_of"] == AS_OF.isoformat()
    assert {each["source"] for each in later.warned("source_too_old")} == {"permits", "invoices"}
    assert not later.found()
    assert file_of("permits") not in later.inputs
