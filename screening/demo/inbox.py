"""The demo inbox: an invented municipality's files, with schemes among honest suppliers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from screening.demo.company_register import register_chunks
from screening.demo.labels import write_labels
from screening.demo.numbers import day_number
from screening.demo.peppol_documents import choose_documents, hour_documents
from screening.demo.platform import platform_table
from screening.demo.story import tell
from screening.demo.supplier_register import make_register, register_table
from screening.demo.world import World
from screening.demo.writers import our_records, registers, writing
from screening.demo.writers.bolagsverket import write_bolagsverket
from screening.demo.writers.ledger import write_ledger
from screening.demo.writers.opensanctions import sanctions_table
from screening.demo.writers.peppol import peppol_xml
from screening.demo.writers.scb import write_scb

#: How many days before the demo's last day the registers were fetched.
_FETCHED = 4
#: How many days before it the supplier register was delivered for the first time.
_FIRST_DELIVERY = 172
_REGISTER_PER_SUPPLIER = 10
#: Lists the files that a demo wrote. Hidden files of an inbox are not read.
_MARKER = ".vaksam-demo"


@dataclass(frozen=True)
class DemoSummary:
    """What was made.

    ``invoice_lines`` are those in the ledger; ``schemes`` counts suppliers by scheme, ``rows`` the
    rows of each source.
    """

    inbox: Path
    labels: Path
    suppliers: int
    invoice_lines: int
    planted_suppliers: int
    schemes: dict[str, int]
    rows: dict[str, int]


class InboxInUseError(ValueError):
    """The folder holds files that no demo made; a demo is not mixed with them."""


def make_demo(
    folder: Path,
    labels: Path,
    suppliers: int = 600,
    invoices: int = 40_000,
    seed: int = 1,
    as_of: date = date(2026, 11, 20),
    company_register_rows: int | None = None,
    months: int = 24,
) -> DemoSummary:
    """Make a demo inbox. The same arguments give the same bytes.

    Args:
        folder: the inbox; made where it is missing, and must be empty or an earlier demo, whose
            files are then taken away.
        labels: where to write who has which scheme since when; outside the inbox.
        suppliers: how many suppliers the municipality has (80 to 20,000).
        invoices: about how many invoice lines the ledger gets (up to 5 million).
        seed: what chance goes by.
        as_of: the demo's last day; everything is dated relative to it.
        company_register_rows: companies in the register; ten times the suppliers if not given.
        months: how many months are invoiced, the one of ``as_of`` included; at least 12.

    Raises:
        ValueError: too few suppliers or months, or the labels would lie inside the inbox.
        InboxInUseError: the folder holds files that no demo made.
    """
    if labels.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"the labels must lie outside the inbox: {labels}")
    _refuse_others_files(folder)
    world = make_register(tell(suppliers, invoices, seed, as_of, months))
    _clear_earlier_demo(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows = {
        **_write_tables(world, folder, as_of),
        **_write_register(
            world, folder, as_of, company_register_rows or _REGISTER_PER_SUPPLIER * suppliers
        ),
        **_write_invoices(world, folder / "invoices", as_of),
    }
    made = "".join(f"{name}\n" for name in _files_below(folder))
    (folder / _MARKER).write_text(made, encoding="utf-8")
    told = write_labels(world, labels)
    counts = told.group_by("scheme").len().sort("scheme")
    return DemoSummary(
        inbox=folder,
        labels=labels,
        suppliers=suppliers,
        invoice_lines=rows["invoices"],
        planted_suppliers=told.get_column("supplier_id").n_unique(),
        schemes=dict(counts.iter_rows()),
        rows=dict(sorted(rows.items())),
    )


def _files_below(folder: Path) -> list[str]:
    """Every file of an inbox but the marker, sorted."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    names = sorted(path.relative_to(folder).as_posix() for path in paths)
    return [name for name in names if name != _MARKER]


def _earlier_files(folder: Path) -> list[str]:
    """What an earlier demo wrote into the folder, as its marker says."""
    marker = folder / _MARKER
    return marker.read_text(encoding="utf-8").splitlines() if marker.is_file() else []


def _refuse_others_files(folder: Path) -> None:
    if not folder.exists():
        return
    if others := sorted(set(_files_below(folder)) - set(_earlier_files(folder))):
        raise InboxInUseError(
            f"{folder} holds files that no demo made ({others[0]} and {len(others) - 1} more): "
            "give an empty folder"
        )


def _clear_earlier_demo(folder: Path) -> None:
    """Take away what an earlier demo wrote, so that none of its files outlive it."""
    for name in _earlier_files(folder):
        (folder / name).unlink(missing_ok=True)


def _write_tables(world: World, folder: Path, as_of: date) -> dict[str, int]:
    fetched = as_of - timedelta(days=_FETCHED)
    first = as_of - timedelta(days=_FIRST_DELIVERY)
    plain = {
        f"suppliers/leverantorsregister-{first}.csv": register_table(world, day_number(first)),
        f"suppliers/leverantorsregister-{fetched}.csv": register_table(world, day_number(fetched)),
        f"tax_status/skatteverket-svar-{fetched}.csv": registers.tax_table(world),
        f"debts/kronofogden-svar-{fetched}.csv": registers.debts_table(world),
        f"payroll/arbetsgivardeklarationer-{fetched}.csv": registers.payroll_table(world),
        f"officers/funktionarer-{fetched}.csv": registers.officers_table(world),
        f"owners/agare-{fetched}.csv": registers.owners_table(world),
        f"employees/egen-personal-{fetched}.csv": our_records.staff_table(world),
        f"trading_prohibitions/naringsforbud-{fetched}.csv": registers.prohibitions_table(world),
        f"sanctions/targets.simple-{fetched}.csv": sanctions_table(world, fetched),
        f"time_reports/hembesok-{fetched}.csv": our_records.visits_table(world),
        f"company_events/handelser-{fetched}.csv": registers.events_table(world),
        f"financials/arsredovisningar-{fetched}.csv": registers.financials_table(world),
        f"authority_records/myndigheters-beslut-{fetched}.csv": registers.authority_table(world),
        f"incidents/klagomal-och-avvikelser-{fetched}.csv": our_records.incidents_table(world),
        f"followups/uppfoljningar-{fetched}.csv": our_records.followups_table(world),
        f"orderers/bestallare-{fetched}.csv": our_records.orderers_table(world),
        f"decisions/beviljade-insatser-{fetched}.csv": our_records.grants_table(world),
    }
    for name, frame in plain.items():
        writing.write_csv(frame, folder / name)
    permits = registers.permits_table(world, fetched)
    writing.write_csv(permits, folder / f"permits/ivo-utdrag-{fetched}.csv", ";", "cp1252")
    contracts = our_records.contracts_table(world)
    made_on = datetime(as_of.year, as_of.month, as_of.day)  # noqa: DTZ001
    writing.write_xlsx(contracts, folder / f"contracts/avtal-{fetched}.xlsx", "Avtal", made_on)
    counts = {"permits": permits.height, "contracts": contracts.height}
    for name, frame in plain.items():
        source = name.split("/")[0]
        counts[source] = counts.get(source, 0) + frame.height
    return counts


def _write_register(world: World, folder: Path, as_of: date, rows: int) -> dict[str, int]:
    fetched = as_of - timedelta(days=_FETCHED)
    companies = folder / "companies"
    companies.mkdir(parents=True, exist_ok=True)
    legal = companies / f"bolagsverket_bulkfil_{fetched}.txt"
    statistical = companies / f"scb_bulkfil_JE_{fetched:%Y%m%d}T045502_80.txt"
    with legal.open("wb") as one, statistical.open("wb") as other:
        one_count, other_count = 0, 0
        for number, chunk in enumerate(register_chunks(world, rows)):
            one_count += write_bolagsverket(chunk, one, with_header=number == 0)
            other_count += write_scb(chunk, other, with_header=number == 0)
    return {"companies_bolagsverket": one_count, "companies_scb": other_count}


def _write_invoices(world: World, folder: Path, as_of: date) -> dict[str, int]:
    documents = choose_documents(world)
    lines = write_ledger(world, folder / "reskontra", documents.unbooked)
    from_platform = platform_table(world)
    name = f"fakturaplattformen-{as_of - timedelta(days=_FETCHED)}.csv"
    writing.write_csv(from_platform, folder / "plattform" / name, ";")
    inbox = folder / "peppol"
    inbox.mkdir(parents=True, exist_ok=True)
    for number, document in enumerate(documents.sent, start=1):
        day = min(document.issued + timedelta(days=1), as_of)
        (inbox / f"{day}_faktura_{number:02d}.xml").write_bytes(peppol_xml(document))
    by_hour = hour_documents(world)
    inbox = folder / "peppol-timmar"
    inbox.mkdir(parents=True, exist_ok=True)
    for number, document in enumerate(by_hour, start=1):
        (inbox / f"{document.issued}_timmar_{number:04d}.xml").write_bytes(peppol_xml(document))
    return {
        "invoices": lines,
        "invoices_platform": from_platform.height,
        "invoices_peppol": len(documents.sent) + len(by_hour),
    }
