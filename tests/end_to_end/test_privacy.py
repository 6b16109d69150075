"""No personal identity number leaves the store, wherever in the inbox it stands.

Municipal data have them everywhere: a sole trader's organisationsnummer is one, invoices name the
client, somebody names a file after a person, a bank account contains the holder's number. A week is
made of such an inbox through the command line; then every byte that it shows is searched.
"""

import os
import re
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from screening.cli import app
from screening.identity_numbers import luhn_digit
from tests.end_to_end.small_inbox import Town, company, person
from tests.end_to_end.small_town import settle

#: Twelve digits each, and one co-ordination number (day of birth plus 60).
TRADERS = [person("19430101", n) for n in range(3)]
PEOPLE = [person(f"19{50 + n}0{1 + n % 9}1{n % 10}", n % 10) for n in range(30)]
_COORDINATION = "851072990"
COORDINATION = f"19{_COORDINATION}{luhn_digit(_COORDINATION)}"
EVERYBODY = [*TRADERS, *PEOPLE, COORDINATION]
FIRM = company(61)


def written(number: str, form: int) -> str:
    """A person's number as people write it: six forms."""
    century, born, end = number[:2], number[2:8], number[8:]
    forms = (
        f"{born}-{end}",
        f"{born}{end}",
        f"{century}{born}-{end}",
        f"{century}{born}{end}",
        f"{born} {end}",
        f"{born}+{end}",
    )
    return forms[form % len(forms)]


def in_every_form(numbers: list[str]) -> list[str]:
    return [written(number, form) for form, number in enumerate(numbers)]


def populate(town: Town) -> None:
    """Personal numbers as values, in texts, in names of files and members, and in broken rows."""
    people = in_every_form(PEOPLE)
    one, two, three = (written(number, form) for form, number in enumerate(TRADERS))
    town.put(
        "suppliers/traders-2026-11-16.csv",
        "supplier_no;name;orgnr;bank_account;bankgiro;email;phone;street",
        f"301;Frisör {people[0]};{one};3300 {people[1]};;{people[2]}@mejl.se;{people[3]};Väg 1",
        f"{people[4]};Taxi Ek;{two};3300{PEOPLE[1][2:]};;;;Väg 2",
        f"302;Firman;{FIRM};;;;;c/o {people[5]}",
    )
    invoices = [
        f"{people[6]};301;;Frisör;2026-11-01;90000;{people[7]};Hemtjänst {people[8]}",
        f"Z-2;;{three};Städ {people[9]};2026-11-01;91000;Vård;Hemtjänst {people[10]}",
        f"Z-3;;{written(TRADERS[0], 3)};Frisör;2026-11-02;92000;Vård;HVB {people[11]}",
        f"Z-4;302;{FIRM};Firman {people[12]};2026-11-03;93000;Vård;HVB avser {people[13]}",
        f"Z-5;;;Okänd {written(COORDINATION, 0)};2026-11-03;94000;Vård;HVB",
        f"Z-6;302;{FIRM};Firman;2026-11-05;93000;Vård;HVB avser {people[13]}",
        f"Z-7;302;{FIRM};Firman;2026-11-07;93000;Vård;HVB avser {people[13]}",
        f"Z-8;302;{FIRM};Firman;2026-11-08;en miljon;Vård;HVB avser {people[14]}",
        f"Z-9;302;{FIRM};Firman;2026-99-08;1;Vård;HVB avser {written(COORDINATION, 2)}",
        f"Z-10;302;{FIRM};Firman {people[15]};2026-11-08",
    ]
    header = "invoice_no;supplier_no;orgnr;supplier_name;invoice_date;amount_sek;buyer_unit"
    town.put(f"invoices/avser {people[16]} 2026-11-16.csv", f"{header};account_text", *invoices)
    town.put(
        f"contracts/{people[17]}/avtal-2026-11-16.csv",
        "contract_no;orgnr;title;service_area;valid_from;valid_to",
        f"{people[18]};{FIRM};Placering av {people[19]};hvb;2022-01-01;2026-01-31",
    )
    town.put(
        "officers/styrelse-2026-11-16.csv",
        "orgnr;person_id;person_name;role;from_date",
        f"{FIRM};{PEOPLE[20]};Nils N {people[20]};ledamot;2015-01-01",
        f"{one};{TRADERS[0]};Frisör;innehavare;2015-01-01",
        f"{FIRM};{people[21]}x;Bo {people[21]};ledamot;2015-01-01",
    )
    town.put(
        "employees/personal-2026-11-16.csv",
        "employee_id;person_id;name;unit;role;sensitive_role",
        f"{people[20]};{PEOPLE[20]};Nils N;{people[22]};Inköpare {people[22]};ja",
    )
    town.put(
        "trading_prohibitions/forbud-2026-11-16.csv",
        "person_id;person_name;from_date;to_date",
        f"{people[20]};Nils N;2025-01-01;2030-01-01",
    )
    town.put(
        "debts/svar-2026-11-16.csv",
        "orgnr;as_of;public_debt_sek;source",
        f"{one};2026-11-16;99000;ring {people[23]}",
        f"{FIRM};2026-11-16;99000;ring {people[23]}",
        f"{people[24]};2026-11-16;inget;ring {people[24]}",
    )
    town.put(
        "permits/ivo-2026-11-16.csv",
        "orgnr;permit_type;status;provider_name;permit_number;unit_name;valid_to",
        f"{FIRM};hvb;nedlagd;Firman {people[25]};{people[25]};Hem {people[25]};2026-02-01",
    )
    visits = [
        f"{people[26]};{client};{orgnr};hemtjänst;2026-11-{day:02d}T08:00;2026-11-{day:02d}T09:00"
        for day in (1, 2, 3, 4)
        for client, orgnr in ((people[27], FIRM), (people[28], one))
    ]
    town.put(
        "time_reports/besok-2026-11-16.csv", "worker_id;client_id;orgnr;service;start;end", *visits
    )
    town.put(f"{people[29]}/okand.csv", "a;b", "1;2")
    town.put(f"{people[29]}.csv", "a;b", "1;2")
    town.put("tax_status/utan rubrik.csv", f"{one};{people[0]};ja", f"{two};2026-11-16;ja")
    town.put("tax_status/fler.csv", f"orgnr;as_of;{people[1]}", f"{one};2026-11-16;ja")
    archive = town.put_bytes(f"payroll/{people[2]}.zip", b"")
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr(f"lön {people[3]}.csv", "inget här\n")
        members.writestr(f"{people[4]}.xml", f"<a>{people[4]}")
    (town.inbox / "debts" / f"{people[5]} länk.csv").symlink_to(town.inbox)
    os.mkfifo(town.inbox / "debts" / f"{people[6]}.pipe")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Everything that a week and the commands after it show, by what it is."""
    town = settle(Town(tmp_path_factory.mktemp("people")))
    populate(town)
    out, state = town.folder / "out", town.folder / "state"
    place = ["--state", str(state), "--as-of", "2026-11-20"]
    run = ["weekly", "--inbox", str(town.inbox), "--out", str(out), *place, "--all"]
    shown = {}
    commands = {
        "weekly": [*run],
        "weekly --json": [*run, "--json", "--lang", "en"],
        "doctor": ["doctor", *place],
        "check": ["check", written(TRADERS[0], 0), FIRM, written(PEOPLE[0], 2), *place],
        "check --json": ["check", written(TRADERS[2], 3), "--json", *place],
        "check mistyped": ["check", written(PEOPLE[0], 0)[:-1] + "x", *place],
    }
    codes = {}
    for name, command in commands.items():
        result = CliRunner().invoke(app, command)
        shown[name] = result.stdout_bytes + result.stderr_bytes + repr(result.exception).encode()
        codes[name] = result.exit_code
    week = out / "2026-W47"
    for path in sorted(week.iterdir()):
        shown[path.name] = path.read_bytes()
    with zipfile.ZipFile(week / "risk-list.xlsx") as book:
        for name in book.namelist():
            shown[f"risk-list.xlsx/{name}"] = book.read(name)
    names = [str(path.relative_to(town.folder)) for path in (*out.rglob("*"), *state.rglob("*"))]
    shown["names of files"] = "\n".join(names).encode()
    return SimpleNamespace(shown=shown, codes=codes, week=week)


def test_the_week_was_made_and_has_these_people_in_it(told):
    """Else the search below proves nothing."""
    assert told.codes["weekly"] == told.codes["weekly --json"] == 3
    assert told.codes["check"] == told.codes["check --json"] == 0
    assert told.codes["check mistyped"] == 2
    ranked = (told.week / "risk-list.csv").read_text(encoding="utf-8-sig")
    assert "lev:301" in ranked
    assert "430101-****" in ranked
    assert "Okänd 851072-****" in ranked
    rules = {
        line.split(";")[1]
        for line in (told.week / "findings.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
        if line.startswith((FIRM, "lev:301"))
    }
    assert rules >= {
        *("public-debt", "permit-ended-payments-continue", "trading-prohibition"),
        *("owner-or-officer-is-staff", "worker-at-two-clients"),
    }
    quarantine = (told.week / "quarantine.csv").read_text(encoding="utf-8-sig")
    assert len(quarantine.splitlines()) > 8
    for name in ("weekly", "check", "doctor", "risk-list.xlsx/xl/worksheets/sheet1.xml"):
        assert len(told.shown[name]) > 200, name


def test_no_number_is_shown_in_any_written_form(told):
    """All but the digits is taken away before the search, so no way of writing one escapes."""
    leaks = []
    for where, content in told.shown.items():
        digits = re.sub(rb"[^0-9]", b"", content)
        leaks += [(where, number[2:]) for number in EVERYBODY if number[2:].encode() in digits]
    assert not leaks


def test_the_search_would_find_a_number(told):
    """The inbox itself is full of them: the search finds each there."""
    inbox = told.week.parent.parent / "inbox"
    content = b"".join(
        str(path).encode() + (path.read_bytes() if path.is_file() else b"")
        for path in sorted(inbox.rglob("*"))
        if not Path(path).is_fifo()
    )
    digits = re.sub(rb"[^0-9]", b"", content)
    assert all(number[2:].encode() in digits for number in EVERYBODY)
