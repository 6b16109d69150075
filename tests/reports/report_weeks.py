"""Synthetic weeks for the tests of the reports: an ordinary one, and one that means harm."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import polars as pl

from screening.reports.manifest import InputFile, Manifest, Notice, RuleRun, SourceState
from screening.scoring import PreviousWeek, RuleFace, ScoredWeek, rank, read_policy

AS_OF = date(2026, 11, 20)
BEFORE = AS_OF - timedelta(days=7)

FACES = [
    RuleFace(
        "no-active-permit",
        2,
        {"sv": "Saknar tillstånd för tjänsten", "en": "No permit for the service"},
        {
            "sv": "Begär tillståndsbeviset och fråga IVO om det gäller rätt organisationsnummer.",
            "en": "Ask for the permit and ask IVO whether it covers this organisation number.",
        },
        "critical",
        "permits",
        why={
            "sv": "Tjänsten kräver tillstånd från IVO, och tillståndet är knutet till ett "
            "organisationsnummer.",
            "en": "The service needs a permit from IVO, tied to one organisation number.",
        },
        false_positives=(
            {"sv": "Tjänsten är felkonterad.", "en": "The service is booked on a wrong account."},
            {"sv": "Beslutet är nyare än utdraget.", "en": "The decision is newer than the data."},
        ),
    ),
    RuleFace(
        "f-tax-lost",
        1,
        {"sv": "Har förlorat F-skatt", "en": "F-tax lost"},
        {
            "sv": "Kontrollera F-skatten hos Skatteverket före nästa betalning.",
            "en": "Check the F-tax with Skatteverket before the next payment.",
        },
        "high",
        "tax",
        why={
            "sv": "Utan F-skatt ska beställaren göra skatteavdrag.",
            "en": "No F-tax, deduct tax.",
        },
    ),
    RuleFace(
        "public-debt",
        1,
        {"sv": "Skulder till staten", "en": "Public debt"},
        {
            "sv": "Be leverantören om en betalningsplan och följ nästa svar från Kronofogden.",
            "en": "Ask the supplier for a plan and follow the next answer.",
        },
        "medium",
        "tax",
        false_positives=({"sv": "Skulden är tvistig.", "en": "The debt is disputed."},),
    ),
    RuleFace(
        "phoenix",
        1,
        {"sv": "Företrädare för tidigare konkursbolag", "en": "People of bankrupt suppliers"},
        {
            "sv": "Läs konkursförvaltarens berättelse om det tidigare bolaget.",
            "en": "Read the receiver's report on the earlier company.",
        },
        "high",
        "ownership",
    ),
    RuleFace(
        "duplicate-invoice",
        3,
        {"sv": "Samma faktura betald två gånger", "en": "Invoice paid twice"},
        {
            "sv": "Begär kreditfaktura och anteckna beloppet som felaktig utbetalning.",
            "en": "Ask for a credit note and record the amount.",
        },
        "medium",
        "invoices",
        false_positives=(
            {"sv": "Samma nummer på delfakturor.", "en": "One number for part invoices."},
        ),
    ),
    RuleFace(
        "split-invoices",
        1,
        {"sv": "Fakturor strax under gränsen", "en": "Invoices just below the limit"},
        {"sv": "Fråga beställaren om inköpen hör ihop.", "en": "Ask the orderer."},
        "medium",
        "invoices",
        points=12,
    ),
    RuleFace(
        "overdue-followup",
        1,
        {"sv": "Uppföljningen är försenad", "en": "Follow-up overdue"},
        {"sv": "Boka en uppföljning.", "en": "Plan a follow-up."},
        "medium",
        "contracts",
        kind="control",
        why={"sv": "Det säger något om vår uppföljning.", "en": "It is about our follow-up."},
        false_positives=({"sv": "Den är gjord men inte antecknad.", "en": "It was not noted."},),
    ),
    RuleFace(
        "no-number",
        1,
        {"sv": "Saknar organisationsnummer", "en": "Has no organisation number"},
        {"sv": "Rätta leverantörsregistret.", "en": "Correct the supplier register."},
        "low",
        "quality",
        kind="quality",
    ),
]

_FIRST = ("Lindhaga", "Solgläntans", "Norrviks", "Fjällbäckens", "Ekudde", "Västerängs", "Tallmo")
_LAST = ("Omsorg AB", "Assistans AB", "HVB AB", "Hemtjänst HB", "Stöd & Boende AB", "Bemanning AB")


def a_finding(rule_id: str, supplier_id: str, **values: object) -> dict[str, object]:
    """A finding of one of ``FACES``, with what ``values`` says otherwise."""
    face = next(face for face in FACES if face.id == rule_id)
    base = {
        "rule_id": rule_id,
        "rule_version": face.version,
        "area": face.area,
        "kind": face.kind,
        "severity": face.severity,
        "supplier_id": supplier_id,
        "subject_id": None,
        "amount_sek": None,
        "match_confidence": 1.0,
        "evidence": [],
        "detail": None,
        "summary_sv": f"{face.title['sv']} enligt underlaget.",
        "summary_en": f"{face.title['en']} by the evidence.",
    }
    return base | values


def findings_frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = {"amount_sek": pl.Decimal(18, 2), "evidence": pl.List(pl.Int64)}
    text = dict.fromkeys(("subject_id", "detail", "summary_sv", "summary_en"), pl.String)
    return pl.DataFrame(rows, schema_overrides=schema | text, infer_schema_length=None)


def a_manifest(**values: object) -> Manifest:
    base: dict[str, object] = {
        "run_id": "2026-11-20-1a2b3c4d",
        "as_of": AS_OF,
        "week": "2026-W47",
        "previous_week": "2026-W46",
        "versions": {"vaksam": "0.1.0", "policy": "1"},
        "inputs_hash": "5d" * 32,
        "rules_hash": "a0" * 32,
        "inputs": (
            InputFile(
                source="invoices",
                file="invoices/reskontra 2026-11.csv",
                sha256="c4" * 32,
                as_of=AS_OF,
                as_of_from="file_name",
                rows_read=1200,
                rows_loaded=1195,
                rows_quarantined=5,
            ),
        ),
        "rules": (
            RuleRun(id="f-tax-lost", version=1, status="run", found=9, clear=400, not_checked=190),
            RuleRun(id="phoenix", version=1, status="failed", reason="Frågan tog för lång tid"),
            RuleRun(id="no-active-permit", version=2, status="run", found=10, clear=90),
        ),
        "sources": (
            SourceState(
                source="debts",
                title="Skulder hos Kronofogden",
                status="too_old",
                newest_as_of=AS_OF - timedelta(days=112),
                age_days=112,
                limit_days=100,
                needed_by=1,
                rules=("public-debt",),
                suppliers_not_checked=120,
                text="Skulder hos Kronofogden är för gammal: 112 dagar.",
            ),
            SourceState(
                source="invoices",
                title="Fakturor",
                status="fresh",
                newest_as_of=AS_OF,
                age_days=0,
                limit_days=45,
                files=1,
                rows=1195,
                needed_by=3,
            ),
        ),
        "suppliers": 120,
        "listed": 60,
        "timings": {"screen": 1.5},
        "warnings": (
            Notice(code="source_too_old", source="debts", text="Kronofogdens svar är 112 dagar."),
        ),
    }
    return Manifest.model_validate(base | values)


def quarantine_frame(rows: list[tuple[object, ...]] | None = None) -> pl.DataFrame:
    given = (
        rows
        if rows is not None
        else [
            (
                "invoices",
                "invoices/reskontra 2026-11.csv",
                17,
                "invoice_date",
                "not_a_date",
                "x;y;32",
            ),
            ("permits", "permits/ivo.xlsx", None, None, "unreadable_file", ""),
        ]
    )
    names = ("source", "file", "row_no", "column", "reason", "raw")
    types = {name: pl.Int64 if name == "row_no" else pl.String for name in names}
    return pl.DataFrame(given, schema=types, orient="row")


def evidence_frame(refs: int = 400) -> pl.DataFrame:
    files = ["invoices/reskontra 2026-11.csv", "tax_status/svar-skatteverket-2026-11-14.csv"]
    return pl.DataFrame(
        {
            "ref": range(1, refs + 1),
            "source": [("invoices", "tax_status")[ref % 2] for ref in range(1, refs + 1)],
            "file": [files[ref % 2] for ref in range(1, refs + 1)],
            "row_no": [ref + 10 for ref in range(1, refs + 1)],
        }
    )


def suppliers_frame(count: int, seed: int) -> pl.DataFrame:
    """Suppliers with company numbers, but every tenth a sole trader with a person's number."""
    chance = Random(seed)
    rows = []
    for place in range(count):
        is_person = place % 10 == 9
        orgnr = f"8501{place % 28 + 1:02d}238{place % 10}" if is_person else f"5599{place:06d}"
        name = f"{_FIRST[place % 7]} {_LAST[place % 6]}"
        rows.append(
            {
                "supplier_id": f"lev:{20_000 + place}" if is_person else orgnr,
                "orgnr": orgnr,
                "supplier_no": str(20_000 + place),
                "name": f"{name} {place}" if place > 41 else name,
                "is_sole_trader": is_person,
                "spend_12m_sek": Decimal(chance.randrange(5_000, 30_000_000)),
                "criticality": chance.choice([None, 1, 2, 3, 4]),
                "match_method": "name" if place % 8 == 0 else "number",
                "match_confidence": 0.93 if place % 8 == 0 else 1.0,
            }
        )
    return pl.DataFrame(rows, schema_overrides={"spend_12m_sek": pl.Decimal(18, 2)})


def scored(
    findings: pl.DataFrame,
    suppliers: pl.DataFrame,
    previous: PreviousWeek | None,
    as_of: date,
    not_checked: pl.DataFrame | None = None,
) -> ScoredWeek:
    outcomes = suppliers.select(
        "supplier_id", found=pl.lit(2), clear=pl.lit(18), not_checked=pl.lit(5)
    )
    return rank(
        suppliers,
        findings,
        outcomes,
        rules=FACES,
        policy=read_policy(),
        previous=previous,
        as_of=as_of,
        not_checked=not_checked,
    )


def as_previous(week: ScoredWeek) -> PreviousWeek:
    return PreviousWeek(week.as_of, week.week, week.ranked, week.findings, week.supplier_history)


def an_ordinary_week(suppliers: int = 120, seed: int = 1) -> ScoredWeek:
    """About half of the suppliers on the list, compared with a somewhat different list before."""
    people = suppliers_frame(suppliers, seed)
    before = scored(_chance_findings(people, seed, 0.42), people, None, BEFORE)
    return scored(_chance_findings(people, seed, 0.5), people, as_previous(before), AS_OF)


def _chance_findings(suppliers: pl.DataFrame, seed: int, share: float) -> pl.DataFrame:
    """The same dice for the same seed: a greater share only adds findings, but for a few."""
    rows = []
    for supplier_id in suppliers.get_column("supplier_id"):
        chance = Random(f"{seed}{supplier_id}")
        if chance.random() > share:
            continue
        for face in FACES:
            if chance.random() < (0.14 if face.severity == "critical" else 0.36) * share * 1.6:
                amount = Decimal(chance.randrange(1_000, 4_000_000))
                rows.append(
                    a_finding(
                        face.id,
                        supplier_id,
                        amount_sek=amount if chance.random() < 0.7 else None,
                        match_confidence=chance.choice([1.0, 1.0, 1.0, 0.93, 0.81]),
                        evidence=sorted(chance.sample(range(1, 400), chance.randrange(1, 30))),
                        summary_sv=f"{face.title['sv']}: {amount // 1000} tkr sedan "
                        f"{chance.randrange(1, 9)} månader ({chance.randrange(2, 40)} rader).",
                        summary_en=f"{face.title['en']}: SEK {amount // 1000} k.",
                    )
                )
    return findings_frame(rows)
