"""Large synthetic files for measuring, made once and kept: one inbox folder each."""

import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from screening.demo.peppol_documents import Document, DocumentLine
from screening.demo.writers.peppol import peppol_xml

_BLOCK = 500_000
_SUPPLIERS = 20_000
_AS_OF = "2026-11-20"
_TEXTS = ("Hemtjänst enligt avtal", "Konsulttjänster", "Livsmedel", "Städning av lokaler", "Hyra")
_UNITS = ("Socialförvaltningen", "Utbildningsförvaltningen", "Gatukontoret", "Kommunstyrelsen")


def _digits(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def _orgnr(number: pl.Expr) -> pl.Expr:
    """A number of ten digits with a right check digit, of companies only."""
    body = 556_000_000 + number
    total = pl.lit(0)
    for place in range(9):
        digit = (body // 10**place) % 10
        weighted = digit * 2 if place % 2 == 0 else digit
        total = total + weighted // 10 + weighted % 10
    return (body * 10 + (10 - total % 10) % 10).cast(pl.String)


def _pick(texts: tuple[str, ...], number: pl.Expr) -> pl.Expr:
    return number.replace_strict(dict(enumerate(texts)), return_dtype=pl.String)


def _ledger_block(start: int, stop: int) -> pl.DataFrame:
    row = pl.int_range(start, stop, dtype=pl.Int64, eager=True).to_frame("row")
    n = pl.col("row")
    mixed = (n * 2_654_435_761) % 4_294_967_291
    supplier = mixed % _SUPPLIERS
    day = (pl.lit(date(2024, 1, 1)) + pl.duration(days=mixed % 900)).cast(pl.String)
    ore = mixed % 9_000_000 + 100
    sign = pl.when(mixed % 97 == 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return row.select(
        kopare_id=pl.lit("2120001234"),
        kopare=pl.lit("Exempelstads kommun"),
        verifikationsnummer=_digits(n // 3, 9),
        leverantor=pl.lit("Leverantör ") + supplier.cast(pl.String) + " AB",
        leverantor_id=_orgnr(supplier),
        konto_nr=(4_000 + mixed % 3_000).cast(pl.String),
        konto_text=_pick(_TEXTS, mixed % len(_TEXTS)),
        bokforingsdatum=day,
        forvaltning=_pick(_UNITS, mixed % len(_UNITS)),
        fakturanummer=_digits(n // 3, 8),
        nettobelopp=sign + (ore // 100).cast(pl.String) + "," + _digits(ore % 100, 2),
        grund=pl.lit(None, pl.String),
        avtal=pl.when(mixed % 5 == 0).then(pl.lit("AVT-") + (mixed % 900).cast(pl.String)),
        kommun_id=pl.lit("9999"),
        s_kod_nr=(10_000 + mixed % 900).cast(pl.String),
    )


def ledger(folder: Path, rows: int) -> Path:
    """A supplier ledger of layout 1.1: ``;``, decimal comma, three lines to an invoice."""
    path = folder / f"ledger-{rows}/invoices/leverantorsreskontra-2026-10-31.csv"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        with beside.open("wb") as stream:
            for start in range(0, rows, _BLOCK):
                block = _ledger_block(start, min(start + _BLOCK, rows))
                block.write_csv(stream, separator=";", include_header=start == 0)
        beside.replace(path)
    return path


def register(folder: Path, rows: int) -> Path:
    """Bolagsverket's bulk file as the demo writes it, of about so many rows."""
    path = folder / f"register-{rows}/companies/bolagsverket_bulkfil_2026-11-16.txt"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        demo = folder / "demo"
        sizes = {"suppliers": 100, "invoices": 5_000, "companies": int(rows / 0.95)}
        command = [sys.executable, "-m", "screening.cli", "demo", str(demo), "--as-of", _AS_OF]
        command += ["--labels", str(folder / "labels.csv")]
        for name, size in sizes.items():
            command += [f"--{name}", str(size)]
        subprocess.run(command, check=True, capture_output=True)
        (made,) = demo.glob("companies/bolagsverket*.txt")
        made.replace(path)
        shutil.rmtree(demo)
    return path


def changed_register(folder: Path, rows: int) -> Path:
    """The same file a week later: of one row in a hundred the name is another."""
    path = folder / f"register-{rows}-changed/companies/bolagsverket_bulkfil_2026-11-23.txt"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = pl.read_lines(register(folder, rows), name="line").with_row_index("row")
        renamed = pl.col("line").str.replace(r"\$FORETAGSNAMN-ORGNAM", " Nya$$FORETAGSNAMN-ORGNAM")
        lines.select(pl.when(pl.col("row") % 100 == 99).then(renamed).otherwise("line")).write_csv(
            path, include_header=False, quote_style="never"
        )
    return path


def _document(number: int) -> Document:
    supplier = number % _SUPPLIERS
    orgnr = str(pl.select(_orgnr(pl.lit(supplier))).item()) if supplier == number else ""
    issued = date(2026, 1, 1) + timedelta(days=number % 300)
    return Document(
        number=f"F{number:08d}",
        issued=issued,
        due=issued + timedelta(days=30),
        period=(issued - timedelta(days=30), issued),
        supplier_name=f"Leverantör {supplier} AB",
        supplier_orgnr=orgnr,
        street=f"Storgatan {number % 90 + 1}",
        postal_code="123 45",
        city="Exempelstad",
        bankgiro="50501055",
        payee=None,
        buyer_name="Exempelstads kommun",
        buyer_orgnr="2120001234",
        unit=_UNITS[number % len(_UNITS)],
        contract=f"AVT-{number % 900}" if number % 3 == 0 else None,
        vat_percent=25,
        lines=tuple(
            DocumentLine(_TEXTS[(number + place) % len(_TEXTS)], 10_000 + number * 7 + place)
            for place in range(5)
        ),
    )


def documents(folder: Path, count: int) -> Path:
    """An inbox of so many Peppol invoices of five lines, each a file of its own."""
    inbox = folder / f"documents-{count}"
    if not inbox.is_dir():
        beside = folder / "documents.part"
        shutil.rmtree(beside, ignore_errors=True)
        (beside / "invoices").mkdir(parents=True)
        for number in range(count):
            (beside / f"invoices/faktura-{number:06d}.xml").write_bytes(
                peppol_xml(_document(number))
            )
        beside.replace(inbox)
    return inbox
