"""Which invoices also came as Peppol documents, and what those say.

Of a dozen, most are in the ledger too, some have come but are not booked yet, and one is a credit
note.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from screening.demo.casting import ORDINARY
from screening.demo.invoice_lines import lines_of
from screening.demo.numbers import EPOCH, company_numbers, digits
from screening.demo.world import World, among
from screening.demo.writers.ledger import invoice_prefixes

_BOOKED = 7
_WITH_FACTORING = 1
_NOT_BOOKED = 3
#: Of each supplier whose VAT is looked at.
_WITH_VAT = 4


@dataclass(frozen=True)
class DocumentLine:
    """One line: what, how much (öre, net), and how many (tenths of the unit)."""

    text: str
    ore: int
    tenths: int = 10
    unit: str = "C62"


@dataclass(frozen=True)
class Document:
    """An invoice or a credit note as its supplier sent it."""

    number: str
    issued: date
    due: date
    period: tuple[date, date]
    supplier_name: str
    supplier_orgnr: str
    street: str
    postal_code: str
    city: str
    bankgiro: str | None
    payee: tuple[str, str] | None
    buyer_name: str
    buyer_orgnr: str
    unit: str
    contract: str | None
    vat_percent: int
    lines: tuple[DocumentLine, ...]
    credits: str | None = None


@dataclass(frozen=True)
class Documents:
    """The documents, and the invoices among them that are not in the ledger."""

    sent: tuple[Document, ...]
    unbooked: pl.Series


def choose_documents(world: World) -> Documents:
    """Pick recent invoices of suppliers whose number the register has right."""
    sure = world.suppliers.filter(
        (pl.col("form") == "AB") & pl.col("bankgiro").is_not_null() & _is_written_right()
    )
    ordinary = sure.filter(pl.col("part") == ORDINARY).get_column("supplier").to_numpy()
    factored = sure.filter(pl.col("part") == "factoring_customer").get_column("supplier").to_numpy()
    today = world.calendar.today
    others = world.invoices.join(world.hour_invoices, on="doc", how="anti", maintain_order="left")
    recent = (
        others.filter((pl.col("ore") > 0) & (pl.col("day") > today - 75))
        .sort("day", "doc", descending=True)
        .unique("supplier", keep="last", maintain_order=True)
    )
    booked = recent.filter(pl.col("day") <= today - 20)
    unbooked = (
        others.filter((pl.col("day") > today - 20) & (pl.col("ore") > 0))
        .sort("day", "doc", descending=True)
        .unique("supplier", keep="first", maintain_order=True)
    )
    chosen = booked.filter(among("supplier", ordinary)).head(_BOOKED)
    with_payee = booked.filter(among("supplier", factored)).head(_WITH_FACTORING)
    waiting = unbooked.filter(
        among("supplier", ordinary)
        & ~pl.col("supplier").is_in(chosen.get_column("supplier").implode())
    ).head(_NOT_BOOKED)
    charged = (
        world.invoices.filter(pl.col("supplier").is_in(world.charging_vat.implode()))
        .filter((pl.col("ore") > 0) & pl.col("day").is_between(today - 75, today - 20))
        .sort("ore", "doc", descending=True)
        .group_by("supplier", maintain_order=True)
        .head(_WITH_VAT)
        .select(chosen.columns)
    )
    rows = pl.concat([chosen, with_payee, waiting, charged])
    documents = _documents(world, rows, waiting.get_column("doc"))
    if documents:
        documents.append(_credit_note(documents[0]))
    return Documents(tuple(documents), waiting.get_column("doc"))


def _is_written_right() -> pl.Expr:
    """The supplier register has the supplier's own number."""
    return pl.col("written_orgnr").str.contains(pl.col("orgnr").str.slice(6))


def hour_documents(world: World) -> list[Document]:
    """The invoices by the hour, as their suppliers sent them; the ledger has only their sums."""
    sure = world.suppliers.filter(_is_written_right()).get_column("supplier").to_numpy()
    rows = world.invoices.join(
        world.hour_invoices.select("doc"), on="doc", maintain_order="left"
    ).filter(among("supplier", sure))
    starts = world.calendar.month_starts
    billed = {row["doc"]: row for row in world.hour_invoices.to_dicts()}
    made = []
    for row, document in zip(
        rows.to_dicts(), _documents(world, rows, pl.Series([], dtype=pl.Int64)), strict=True
    ):
        told = billed[row["doc"]]
        period = (
            date.fromordinal(EPOCH.toordinal() + int(starts[told["month"]])),
            date.fromordinal(EPOCH.toordinal() + int(starts[told["month"] + 1]) - 1),
        )
        line = DocumentLine(document.lines[0].text, row["ore"], told["tenths"], "HUR")
        made.append(replace(document, period=period, lines=(line,)))
    return made


def _documents(world: World, rows: pl.DataFrame, waiting: pl.Series) -> list[Document]:
    kinds = list(world.settings.services.values())
    buyer = digits(company_numbers(world.draws, "OFF", np.array([5_000_000])), 10)[0]
    factoring = digits(company_numbers(world.draws, "AB", np.array([3_999_999])), 10)[0]
    contracts = {
        (row["supplier"], row["which"]): row["number"]
        for row in world.contracts.filter(
            pl.col("supplier").is_in(rows.get_column("supplier").implode())
        ).to_dicts()
    }
    prefixes = invoice_prefixes(world)
    charging = set(world.charging_vat)
    lines = lines_of(world, rows)
    made: list[Document] = []
    # A dozen documents: one by one is what they are.
    for row in rows.to_dicts():
        supplier = world.suppliers.row(row["supplier"], named=True)
        kind = kinds[row["service"]]
        day = date.fromordinal(EPOCH.toordinal() + row["day"])
        is_waiting = row["doc"] in waiting
        issued = day if is_waiting else date.fromordinal(day.toordinal() - 3)
        month_end = date.fromordinal(issued.replace(day=1).toordinal() - 1)
        own_lines = lines.filter(pl.col("doc") == row["doc"])
        payee = ("Faktorskulla Finans AB", factoring)
        is_factored = supplier["part"] == "factoring_customer"
        made.append(
            Document(
                number=f"{prefixes[row['supplier']]}{row['number']}",
                issued=issued,
                due=date.fromordinal(issued.toordinal() + 30),
                period=(month_end.replace(day=1), month_end),
                supplier_name=supplier["name"],
                supplier_orgnr=supplier["orgnr"],
                street=supplier["street"],
                postal_code=supplier["postal_code"],
                city=supplier["city"],
                bankgiro=supplier["bankgiro"],
                payee=payee if is_factored else None,
                buyer_name=f"{world.settings.words.place.municipality} kommun",
                buyer_orgnr=buyer,
                unit=world.settings.units[row["unit"]],
                contract=contracts.get((row["supplier"], row["contract"])),
                vat_percent=max(kind.vat, 25) if row["supplier"] in charging else kind.vat,
                lines=tuple(
                    DocumentLine(kind.accounts[account][1], ore)
                    for account, ore in own_lines.select("account", "ore").iter_rows()
                ),
            )
        )
    return made


def _credit_note(invoice: Document) -> Document:
    """A tenth of the first line of an invoice is given back."""
    line = invoice.lines[0]
    return Document(
        **{
            **invoice.__dict__,
            "number": f"K{invoice.number}",
            "issued": date.fromordinal(invoice.issued.toordinal() + 9),
            "due": date.fromordinal(invoice.issued.toordinal() + 9),
            "lines": (DocumentLine(line.text, max(100, line.ore // 1000 * 100)),),
            "credits": invoice.number,
        }
    )
