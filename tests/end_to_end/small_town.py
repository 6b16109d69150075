"""A small town whose every source is there and recent: twelve suppliers, written by hand.

``TABLES`` holds its inbox as text, one table per source, so that tests can shuffle, split, rename
and leave out.
"""

from collections.abc import Iterable, Mapping

from screening.identity_numbers import luhn_digit
from screening.rules.loading import load_rules
from tests.end_to_end.small_inbox import Town, company, person

ALBA, BJORK, CEDERN, DALIA, EKEN, FLADER, GRANEN, HASSELN = (company(n) for n in range(11, 19))
IDUN = company(31)  # went bankrupt long ago
ANNA, BO, CILLA, DAN = (
    person("19700512", 1),
    person("19810703", 2),
    person("19641130", 3),
    person("19920229", 4),
)
#: A sole trader: its organisationsnummer is a person's number.
FRIDA = person("19580101", 5)[2:]
#: The bankgiro that two suppliers share.
SHARED = f"9123-456{luhn_digit('9123456')}"

Table = tuple[str, list[str]]

COMPANIES: Table = (
    "orgnr;name;legal_form;registered_on;deregistered_on;proceeding;proceeding_from;street;"
    "postal_code;city;sni_codes",
    [
        f"{ALBA};Alba Omsorg AB;AB;2010-01-01;;;;Storgatan 1;111 51;Stockholm;88101",
        f"{BJORK};Björk Städ AB;AB;2011-02-01;;;;Storgatan 2;111 51;Stockholm;",
        f"{CEDERN};Cedern Bygg AB;AB;2012-03-01;;;;Storgatan 3;111 51;Stockholm;",
        f"{DALIA};Dalia Mat AB;AB;2013-04-01;;bankruptcy;2026-10-01;Storgatan 4;111 51;Stockholm;",
        f"{EKEN};Eken Hemtjänst AB;AB;2014-05-01;;;;Storgatan 5;111 51;Stockholm;88101",
        f"{FLADER};Fläder Vård AB;AB;2015-06-01;2026-01-15;;;Storgatan 6;111 51;Stockholm;",
        f"{GRANEN};Granen Konsult AB;AB;2016-07-01;;;;Storgatan 7;111 51;Stockholm;",
        f"{IDUN};Idun Omsorg AB;AB;2009-01-01;2024-05-01;bankruptcy;2024-05-01;Ågatan 1;111 51;Ort"
        ";",
    ],
)
PERMITS: Table = (
    "orgnr;permit_type;status;permit_number;valid_from;valid_to;street;postal_code",
    [
        f"{EKEN};hemtjänst;aktiv;T-1;2020-01-01;;Storgatan 5;111 51",
        f"{CEDERN};stödboende;aktiv;T-2;2020-01-01;;;",
        f"{BJORK};personlig assistans;nedlagd;T-3;2019-01-01;2025-12-31;;",
    ],
)
SUPPLIERS: Table = (
    "supplier_no;name;orgnr;bankgiro;street;postal_code;city",
    [
        f"101;Alba Omsorg AB;{ALBA};;Storgatan 1;111 51;Stockholm",
        f"102;Björk Städ AB;{BJORK};;Storgatan 2;111 51;Stockholm",
        f"103;Cedern Bygg AB;{CEDERN};;Storgatan 3;111 51;Stockholm",
        f"104;Dalia Mat AB;{DALIA};{SHARED};Storgatan 4;111 51;Stockholm",
        f"105;Eken Hemtjänst AB;{EKEN};;Storgatan 5;111 51;Stockholm",
        f"106;Frida Ek Film;{FRIDA};;Ågatan 9;111 51;Stockholm",
        f"107;Granen Konsult AB;{GRANEN};{SHARED};Storgatan 7;111 51;Stockholm",
        "108;Okänd Firma;;;;;",
    ],
)
INVOICES: Table = (
    "invoice_no;supplier_no;orgnr;supplier_name;invoice_date;amount_sek;buyer_unit;account_text;"
    "description;contract_no;voucher_no;payee_account;vat_sek;quantity;unit;unit_price;"
    "service_from;orderer_id;approver_id;channel",
    [
        f"A-1;101;{ALBA};Alba Omsorg AB;2026-10-31;250000;Vård;Hemtjänst;oktober;;V1;;;;;;;;;",
        f"A-2;101;{ALBA};Alba Omsorg AB;2026-09-30;240000;Vård;Hemtjänst;september;;V2;;;;;;;;;",
        f"B-1;102;{BJORK};Björk Städ AB;2026-10-31;90000;Vård;Städ;oktober;K-2;V3;;;;;;;;;",
        f"B-2;102;{BJORK};Björk Städ AB;2026-09-30;61000.5;Vård;Personlig assistans;sep;K-2;V4"
        ";;;;;;;;;",
        f"C-1;103;{CEDERN};Cedern Bygg AB;2026-10-31;120000;Vård;HVB-placering;oktober;;V5"
        ";;;;;;;;;",
        f"D-1;104;{DALIA};Dalia Mat AB;2026-11-02;30000;Skola;Livsmedel;mat;;V6;{SHARED};"
        "7500;100;st;300;2026-11-01;B501;C1;peppol",
        f"E-1;105;{EKEN};Eken Hemtjänst AB;2026-10-31;400000;Vård;Hemtjänst;oktober;K-5;V7"
        ";;;;;;;;;",
        "F-1;106;;Frida Ek Film;2026-10-31;15000;Kultur;Film;premiär;;V8;;;;;;;;;",
        *(
            f"G-{n};107;{GRANEN};Granen Konsult AB;2026-10-{n:02d};95000;Kansli;Konsult;{n};;W{n}"
            ";;;;;;;;;"
            for n in (5, 7, 9, 12)
        ),
        "H-1;108;;Okänd Firma;2026-10-31;700;Skola;Material;papper;;V9;;;;;;;;;",
        f"I-1;;{HASSELN};Hasseln AB;2026-10-31;800;Skola;Material;pennor;;V10;;;;;;;;;",
        f"J-1;;{FLADER};Fläder Vård AB;2026-10-31;52000;Vård;Tjänster;juli;;V11;;;;;;;;;",
        "K-1;;;Lind & Lind;2026-10-31;900;Skola;Material;suddgummi;;V12;;;;;;;;;",
    ],
)
CONTRACTS: Table = (
    "contract_no;orgnr;title;service_area;valid_from;valid_to;criticality;procedure;"
    "procurement_unit_involved;value_sek;subcontractors",
    [
        f"K-2;{BJORK};Omsorg;övrigt;2022-01-01;2026-03-31;2;;;;",
        f"K-5;{EKEN};Hemtjänst;hemtjänst;2024-01-01;2028-12-31;4;upphandling;ja;90000000;inga",
        f"K-6;{CEDERN};Boende;hemtjänst;2024-01-01;2028-12-31;3;;;;",
    ],
)
_ANSWERED = (ALBA, BJORK, CEDERN, DALIA, EKEN, GRANEN)
TAX_STATUS: Table = (
    "orgnr;as_of;f_tax;vat_registered;employer_registered",
    [
        *(f"{orgnr};2026-05-01;ja;ja;ja" for orgnr in _ANSWERED),
        f"{ALBA};2026-11-16;ja;ja;nej",
        f"{BJORK};2026-11-16;nej;ja;ja",
        *(f"{orgnr};2026-11-16;ja;ja;ja" for orgnr in _ANSWERED[2:]),
    ],
)
DEBTS: Table = (
    "orgnr;as_of;public_debt_sek;private_debt_sek",
    [
        f"{ALBA};2026-05-16;1000;0",
        f"{ALBA};2026-08-16;20000;0",
        f"{ALBA};2026-11-16;90000;5000",
        f"{BJORK};2026-11-16;50000;0",
        f"{CEDERN};2026-11-16;49999.99;0",
        f"{DALIA};2026-11-16;0;0",
        f"{EKEN};2026-11-16;0;0",
    ],
)
PAYROLL: Table = (
    "orgnr;month;employer_contributions_sek;declared_pay_sek;employees",
    [
        f"{orgnr};2026-{month:02d};31420;100000;4"
        for orgnr in (ALBA, EKEN)
        for month in range(3, 11)
    ],
)
OFFICERS: Table = (
    "orgnr;person_id;person_name;role;from_date;to_date",
    [
        f"{ALBA};{ANNA};Anna Alm;ledamot;2015-01-01;",
        f"{BJORK};{BO};Bo Berg;ledamot;2015-01-01;",
        f"{CEDERN};{CILLA};Cilla Ceder;ordforande;2015-01-01;",
        f"{EKEN};{DAN};Dan Dahl;vd;2015-01-01;",
        f"{IDUN};{ANNA};Anna Alm;ledamot;2012-01-01;2024-04-30",
        f"{GRANEN};{DAN};Dan Dahl;suppleant;2019-01-01;",
    ],
)
OWNERS: Table = (
    "orgnr;owner_id;owner_name;owner_type;share_percent;from_date;to_date",
    [
        f"{CEDERN};{CILLA};Cilla Ceder;person;60;2015-01-01;",
        f"{EKEN};{CILLA};Cilla Ceder;person;50;2015-01-01;",
        f"{BJORK};{ALBA};Alba Omsorg AB;company;100;2020-01-01;",
    ],
)
EMPLOYEES: Table = (
    "employee_id;person_id;name;unit;role;sensitive_role;street;postal_code",
    [
        f"E1;{BO};Bo Berg;Vård;Inköpare;ja;;",
        "E2;;Ylva Y;Skola;Lärare;nej;Skolgatan 21;111 52",
    ],
)
PROHIBITIONS: Table = (
    "person_id;person_name;from_date;to_date",
    [f"{CILLA};Cilla Ceder;2025-06-01;2030-06-01"],
)
#: Nobody of the town: a namesake born on another day, a name without birth, a stranger, a vessel.
SANCTIONS: Table = (
    "id;schema;name;aliases;birth_date;sanctions;dataset;last_seen",
    [
        "Q-1;Person;CEDER Cilla;;1971-04-02;EU - 2022-02-25;Made list;2026-11-15",
        "Q-2;Person;Dan Dahl;;;EU - 2022-02-25;Made list;2026-11-15",
        "Q-3;Company;Skazkotorg Export LLC;;;EU - 2022-02-25;Made list;2026-11-15",
        "Q-4;Vessel;Alba;;;EU - 2022-02-25;Made list;2026-11-15",
    ],
)
TIME_REPORTS: Table = (
    "worker_id;client_id;orgnr;service;start;end;source",
    [
        line
        for day in (1, 2, 3, 4)
        for line in (
            f"W1;P1;{EKEN};hemtjänst;2026-11-{day:02d}T08:00;2026-11-{day:02d}T09:00;tagg",
            f"W1;P2;{ALBA};hemtjänst;2026-11-{day:02d}T08:20;2026-11-{day:02d}T09:00;tagg",
        )
    ],
)
COMPANY_EVENTS: Table = (
    "orgnr;event;occurred_on;detail",
    [f"{GRANEN};auditor_change;2026-05-02;"],
)
_FROM_TO = "2025-01-01;2025-12-31"
FINANCIALS: Table = (
    "orgnr;period_start;period_end;revenue_sek;equity_sek;share_capital_sek;employees",
    [
        f"{orgnr};{_FROM_TO};9000000;800000;50000;7"
        for orgnr in (ALBA, BJORK, CEDERN, DALIA, EKEN, GRANEN)
    ],
)
AUTHORITY_RECORDS: Table = (
    "orgnr;authority;kind;decided_on;amount_sek;reference;legally_binding",
    [f"{CEDERN};IVO;anmalan;2026-03-01;;2026/17;ja"],
)
INCIDENTS: Table = (
    "incident_id;supplier_no;occurred_on;kind;severity",
    ["AVV-1;105;2026-05-05;klagomal;1"],
)
FOLLOWUPS: Table = (
    "contract_no;orgnr;done_on;kind;outcome",
    [
        f"K-5;{EKEN};2026-09-01;platsbesok;utan_anmarkning",
        f"K-6;{CEDERN};2026-09-01;ekonomi;utan_anmarkning",
    ],
)
ORDERERS: Table = ("orderer_id;unit;certified_on", ["B501;Vård;2025-01-01"])
DECISIONS: Table = (
    "client_id;service;orgnr;hours_per_month;valid_from;valid_to",
    [f"P1;hemtjänst;{EKEN};40;2026-01-01;", f"P2;hemtjänst;{ALBA};40;2026-01-01;"],
)

#: By source. Files are named ``<source>/<source>-2026-11-16.csv``.
TABLES: Mapping[str, Table] = {
    "authority_records": AUTHORITY_RECORDS,
    "companies": COMPANIES,
    "company_events": COMPANY_EVENTS,
    "contracts": CONTRACTS,
    "debts": DEBTS,
    "decisions": DECISIONS,
    "employees": EMPLOYEES,
    "financials": FINANCIALS,
    "followups": FOLLOWUPS,
    "incidents": INCIDENTS,
    "invoices": INVOICES,
    "officers": OFFICERS,
    "orderers": ORDERERS,
    "owners": OWNERS,
    "payroll": PAYROLL,
    "permits": PERMITS,
    "sanctions": SANCTIONS,
    "suppliers": SUPPLIERS,
    "tax_status": TAX_STATUS,
    "time_reports": TIME_REPORTS,
    "trading_prohibitions": PROHIBITIONS,
}


def file_of(source: str) -> str:
    """The name of a source's file in the inbox."""
    return f"{source}/{source}-2026-11-16.csv"


def settle(town: Town, without: Iterable[str] = (), *, is_whole: bool = True) -> Town:
    """Put everything into the town's inbox, but for some sources.

    A town that is not whole has only what its rules need, and who the suppliers are.
    """
    wanted = set(TABLES) if is_whole else {"suppliers", "invoices", "companies"}
    if not is_whole:
        wanted.update(*(rule.needs for rule in load_rules([town.rules]).rules))
    for source, (header, rows) in TABLES.items():
        if source in wanted and source not in without:
            town.put(file_of(source), header, *rows)
    return town
