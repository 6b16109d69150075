"""One supplier ledger, written as each Swedish publisher really writes it.

A `Variant` is one publisher's form: its columns, its encoding and its quirks. `TOWN` is a neutral
ledger that every variant can carry whole; `PEOPLE` holds payments to persons, which publishers mask
in ways of their own. All of it is made up.
"""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import polars as pl
import xlsxwriter

from screening.identity_numbers import luhn_digit
from screening.sources.contracts import all_contracts


@dataclass(frozen=True)
class Line:
    """One accounting line, with everything that any publisher tells of it."""

    voucher_no: str
    supplier_name: str
    supplier_no: str
    orgnr: str
    account_no: str
    account_text: str
    day: date
    buyer_unit: str
    invoice_no: str
    amount_sek: Decimal
    description: str = ""
    contract_no: str = ""
    is_person: bool = False

    @property
    def dashed(self) -> str:
        return f"{self.orgnr[:6]}-{self.orgnr[6:]}"


def _orgnr(number: int) -> str:
    payload = f"5599{number:05d}"
    return payload + str(luhn_digit(payload))


_NAMES = (
    "Åkerströms Omsorg AB",
    "Östra Städ & Fönster HB",
    'Bageriet "Smulan" AB',
    "Ärlig, Flitig och Söner AB",
    "Nord; Syd Transport AB",
    "Café Égalité AB",
    "AB",
)
_ACCOUNTS = (
    ("46210", "Hemtjänst, köp av"),
    ("74590", "Övriga främmande tjänster"),
    ("64100", "Förbrukningsmaterial 25 %"),
)
#: Amounts with every trap: negative, öre only, thousands and millions, and one that looks like
#: thousands to whoever takes the wrong sign for the decimal.
_AMOUNTS = ("1302.03", "-1302.03", "0.05", "1234567.89", "250000.00", "-0.50", "999.90", "1000.10")


def _town() -> tuple[Line, ...]:
    lines = []
    for number in range(24):
        supplier = number % len(_NAMES)
        account_no, account_text = _ACCOUNTS[number % len(_ACCOUNTS)]
        lines.append(
            Line(
                voucher_no=f"{392000000 + number}",
                supplier_name=_NAMES[supplier],
                supplier_no=f"1000{4007 + supplier}",
                orgnr=_orgnr(supplier),
                account_no=account_no,
                account_text=account_text,
                # One month, so that a file which tells only the month in its name is whole.
                day=date(2026, 3, number % 28 + 1),
                buyer_unit=("Äldre- och omsorgsnämnden", "Skola", "392 - Park, natur")[number % 3],
                invoice_no=f"F{100 + number // 2}",
                amount_sek=Decimal(_AMOUNTS[number % len(_AMOUNTS)]),
                description="Tillfällig placering" if number % 5 == 0 else "",
                contract_no=f"KS 2024/{number}" if number % 4 == 0 else "",
            )
        )
    return tuple(lines)


#: Every text is seen by every encoding of the wild, every amount has its traps.
TOWN = _town()
#: The same, with some lines paid to persons.
PEOPLE = tuple(
    replace(line, is_person=number % 6 == 1, supplier_name="Berit Åhl", contract_no="")
    if number % 6 == 1
    else line
    for number, line in enumerate(TOWN)
)


@dataclass(frozen=True)
class Variant:
    """One publisher's form.

    Attributes:
        name: of the publisher or the layout.
        write: lines to the file's bytes.
        shows: columns of the contract that the file has.
        file_name: the name it is published under.
        only_month: it tells the month, not the day.
        hidden_of_persons: columns that it masks in lines paid to persons; None where it leaves
            such lines as they are.
    """

    name: str
    write: Callable[[Sequence[Line]], bytes]
    shows: frozenset[str]
    file_name: str = "ledger.csv"
    only_month: bool = False
    hidden_of_persons: frozenset[str] | None = None


# --- The parts that writers share


def _names(listed: str) -> list[str]:
    return listed.split(";")


def _delimited(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    delimiter: str = ";",
    newline: str = "\r\n",
    encoding: str = "utf-8",
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline)
    writer.writerows([header, *rows])
    return text.getvalue().encode(encoding)


def _comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _spaced(amount: Decimal, space: str = " ") -> str:
    return f"{amount:,.2f}".replace(",", space).replace(".", ",")


_BUYER = ("2120001355", "Göteborgs Stad")
_ALL_1_1 = _names(
    "kopare_id;kopare;verifikationsnummer;leverantor;leverantor_id;konto_nr;konto_text;"
    "bokforingsdatum;forvaltning;fakturanummer;nettobelopp;grund;avtal;kommun_id;s_kod_nr"
)
_ACCOUNTING = {"account_no", "account_text", "buyer_unit", "supplier_name"}
_WHOLE = frozenset(
    _ACCOUNTING | {"voucher_no", "invoice_no", "description", "contract_no", "orgnr"}
)


def _row_1_1(line: Line, amount: str, identity: str) -> list[str]:
    return [
        *_BUYER,
        line.voucher_no,
        line.supplier_name,
        identity,
        line.account_no,
        line.account_text,
        line.day.isoformat(),
        line.buyer_unit,
        line.invoice_no,
        amount,
        line.description,
        line.contract_no,
        "1480",
        "61.2",
    ]


def layout_1_1(
    lines: Sequence[Line], delimiter: str = ";", newline: str = "\r\n", encoding: str = "utf-8"
) -> bytes:
    """Version 1.1 of the specification, to the letter."""
    rows = [_row_1_1(line, f"{line.amount_sek:.2f}", line.orgnr) for line in lines]
    return _delimited(_ALL_1_1, rows, delimiter=delimiter, newline=newline, encoding=encoding)


def _vastra_gotaland(lines: Sequence[Line]) -> bytes:
    rows = [_row_1_1(line, f"{line.amount_sek:.2f}", line.orgnr)[:11] for line in lines]
    for row in rows:
        row[9] = "-"
    return _delimited(_ALL_1_1[:11], rows, newline="\r")


_WITH_BELOPP = _names(
    "kopare_id;kopare;verifikationsnummer;leverantor;leverantor_id;konto_nr;konto_text;belopp;"
    "datum;forvaltning;fakturanummer;grund;avtal;kommun_id;s_kod_nr"
)


def _row_with_belopp(line: Line, amount: str, identity: str) -> list[str]:
    row = _row_1_1(line, amount, identity)
    return [*row[:7], row[10], row[7], row[8], row[9], *row[11:]]


def _goteborg_now(lines: Sequence[Line]) -> bytes:
    rows = [_row_with_belopp(line, _comma(line.amount_sek), line.orgnr) for line in lines]
    return _delimited(_WITH_BELOPP, rows, delimiter=",", encoding="utf-16")


def _goteborg_2016(lines: Sequence[Line], encoding: str = "utf-8") -> bytes:
    header = _names(
        "Förvaltning;Leverantör;Organisationsnummer;Fakturanummer;Konto;Kontotext;"
        "Belopp exkl. moms i SEK"
    )
    rows = [
        [
            line.buyer_unit,
            line.supplier_name,
            line.dashed,
            line.invoice_no,
            line.account_no,
            line.account_text,
            _spaced(line.amount_sek),
        ]
        for line in lines
    ]
    return _delimited(header, rows, encoding=encoding)


def _vasteras(lines: Sequence[Line]) -> bytes:
    header = ["\ufeffkopare_id", *_WITH_BELOPP[1:]]
    results = [
        dict(
            zip(
                header,
                _row_with_belopp(line, _comma(line.amount_sek), line.supplier_no),
                strict=True,
            )
        )
        for line in lines
    ]
    store = {
        "offset": 0,
        "limit": 500,
        "queryTime": 12,
        "resultCount": len(results),
        "results": results,
    }
    return json.dumps(store, ensure_ascii=False).encode()


def _ale(lines: Sequence[Line]) -> bytes:
    header = [{"bokforingsdatum": "datum", "nettobelopp": "belopp"}.get(n, n) for n in _ALL_1_1]
    rows = [_row_1_1(line, _spaced(line.amount_sek), line.orgnr) for line in lines]
    return _delimited(header, rows, delimiter=",")


def _umea(lines: Sequence[Line]) -> bytes:
    header = "datum;forvaltning;leverantor;leverantor_id;konto_nr;konto_text;belopp;faktura_nr"
    rows = [
        [
            f"{line.day:%Y%m}",
            line.buyer_unit,
            "*****" if line.is_person else line.supplier_name,
            "*****" if line.is_person else line.dashed,
            line.account_no,
            line.account_text,
            _comma(line.amount_sek),
            line.invoice_no,
        ]
        for line in lines
    ]
    return _delimited(_names(header), rows)


def _workbook(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Leverantörsfakturor")
    sheet.write_row(0, 0, header)
    for place, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(place, column, cell, day)
            elif isinstance(cell, Decimal):
                sheet.write_number(place, column, float(cell))
            else:
                sheet.write_string(place, column, str(cell))
    book.close()
    return stream.getvalue()


def _orebro(lines: Sequence[Line]) -> bytes:
    header = ["datum", "forvaltning", "leverantor", "leverantor_id", "faktura_nr", "konto_nr"]
    rows = [
        [
            line.day,
            line.buyer_unit,
            line.supplier_name,
            line.dashed,
            line.invoice_no,
            f"{line.account_no} {line.account_text}",
            line.amount_sek,
            "",
        ]
        for line in lines
    ]
    return _workbook([*header, "belopp", ""], rows)


def _varberg(lines: Sequence[Line]) -> bytes:
    told = [
        replace(line, supplier_name="[innehåller personuppgifter]", orgnr="-")
        if line.is_person
        else line
        for line in lines
    ]
    rows = [_row_1_1(line, _comma(line.amount_sek), line.orgnr) for line in told]
    return _delimited(_ALL_1_1, rows, encoding="utf-8-sig")


def _boras(lines: Sequence[Line]) -> bytes:
    header = (
        "kopare;kopare_id;leverantor;leverantor_id;belopp;datum;forvaltning;konto_nr;konto_text"
    )
    rows = [
        [
            "BORÅS STAD",
            "2120001561",
            "[Kan innehålla personuppgifter]" if line.is_person else line.supplier_name,
            "" if line.is_person else line.dashed,
            line.amount_sek,
            line.day,
            line.buyer_unit,
            line.account_no,
            line.account_text,
        ]
        for line in lines
    ]
    return _workbook(_names(header), rows)


def _huddinge(lines: Sequence[Line]) -> bytes:
    header = "Period;Organisationsnr.;Lev.nr;Lev.nr(T);Belopp;Konto;Konto(T);Ansvar(T);Ver.nr"
    rows = [
        [
            f"{line.day:%Y%m}",
            line.dashed,
            line.supplier_no,
            line.supplier_name,
            line.amount_sek,
            line.account_no,
            line.account_text,
            line.buyer_unit,
            line.voucher_no,
        ]
        for line in lines
    ]
    return _workbook(_names(header), rows)


def _converter(lines: Sequence[Line]) -> bytes:
    header = (
        "kopare;kopare_text;faktura_nr;leverantor;leverantor_id;forvaltning;konto_nr;konto_text;"
        "belopp;datum;grund;avtal;kommun_id"
    )
    rows = [
        [
            *_BUYER,
            line.invoice_no,
            line.supplier_name,
            line.orgnr,
            line.buyer_unit,
            line.account_no,
            line.account_text,
            str(line.amount_sek),
            line.day.isoformat(),
            line.description,
            line.contract_no,
            "1480",
        ]
        for line in lines
    ]
    return _delimited(_names(header), rows, delimiter=",", newline="\n")


def _canonical(lines: Sequence[Line]) -> bytes:
    header = (
        "invoice_no;supplier_no;orgnr;supplier_name;invoice_date;booking_date;amount_sek;"
        "buyer_unit;account_no;account_text;description;contract_no;voucher_no"
    )
    rows = [
        [
            line.invoice_no,
            line.supplier_no,
            line.orgnr,
            line.supplier_name,
            line.day.isoformat(),
            line.day.isoformat(),
            f"{line.amount_sek:.2f}",
            line.buyer_unit,
            line.account_no,
            line.account_text,
            line.description,
            line.contract_no,
            line.voucher_no,
        ]
        for line in lines
    ]
    return _delimited(_names(header), rows)


def in_cp1252(lines: Sequence[Line]) -> bytes:
    """Göteborg's one month in the old encoding of Windows."""
    return _goteborg_2016(lines, "cp1252")


_PERSON = frozenset({"supplier_name", "orgnr"})
_MONTH_FILE = "leverantorsfakturor-202603.csv"

VARIANTS = (
    Variant("canonical", _canonical, _WHOLE | {"supplier_no", "booking_date"}),
    Variant("layout-1.1", layout_1_1, _WHOLE | {"booking_date"}),
    Variant("converter", _converter, _WHOLE - {"voucher_no"}),
    Variant(
        "vastra-gotaland",
        _vastra_gotaland,
        frozenset(_ACCOUNTING | {"voucher_no", "orgnr", "booking_date"}),
    ),
    Variant("goteborg-now", _goteborg_now, _WHOLE),
    Variant(
        "goteborg-2016",
        _goteborg_2016,
        frozenset(_ACCOUNTING | {"invoice_no", "orgnr"}),
        _MONTH_FILE,
        only_month=True,
    ),
    Variant(
        "goteborg-cp1252",
        in_cp1252,
        frozenset(_ACCOUNTING | {"invoice_no", "orgnr"}),
        _MONTH_FILE,
        only_month=True,
    ),
    Variant("vasteras", _vasteras, _WHOLE - {"orgnr"} | {"supplier_no"}, "rows.json"),
    Variant("ale", _ale, _WHOLE),
    Variant(
        "umea",
        _umea,
        frozenset(_ACCOUNTING | {"invoice_no", "orgnr"}),
        only_month=True,
        hidden_of_persons=_PERSON,
    ),
    Variant("orebro", _orebro, frozenset(_ACCOUNTING | {"invoice_no", "orgnr"}), "mars.xlsx"),
    Variant(
        "varberg",
        _varberg,
        _WHOLE | {"booking_date"},
        hidden_of_persons=_PERSON,
    ),
    Variant(
        "boras",
        _boras,
        frozenset(_ACCOUNTING | {"orgnr"}),
        "oppna-data.xlsx",
        hidden_of_persons=_PERSON,
    ),
    Variant(
        "huddinge",
        _huddinge,
        frozenset(_ACCOUNTING | {"voucher_no", "orgnr", "supplier_no"}),
        "lev.xlsx",
        only_month=True,
    ),
)


# --- What a file must become


def invoices_of(lines: Sequence[Line], variant: Variant) -> pl.DataFrame:
    """The invoice table that a variant must give, straight from the lines."""
    columns = all_contracts()["invoices"].value_columns
    rows = []
    for line in lines:
        hidden = variant.hidden_of_persons if line.is_person else None
        row: dict[str, object] = dict.fromkeys(columns)
        row["invoice_date"] = line.day.replace(day=1) if variant.only_month else line.day
        row["invoice_date_is_month"] = variant.only_month
        row["amount_sek"] = line.amount_sek
        for name in variant.shows - (hidden or frozenset()):
            row[name] = line.day if name == "booking_date" else getattr(line, name) or None
        rows.append(row)
    types = {"DATE": pl.Date(), "DECIMAL(18,2)": pl.Decimal(18, 2), "BOOLEAN": pl.Boolean()}
    types |= {"DOUBLE": pl.Float64()}
    schema = {name: types.get(kind, pl.String()) for name, kind in columns.items()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def in_bytes(table: pl.DataFrame) -> bytes:
    """An invoice table as bytes, whatever order its rows came in; null and empty differ."""
    columns = list(all_contracts()["invoices"].value_columns)
    ordered = table.select(columns).sort(columns, nulls_last=True)
    return ordered.write_csv(separator=";", null_value="∅", quote_style="always").encode()


def packed(content: bytes, how: str) -> bytes:
    """A file as it is, gzipped, or as the one member of a zip."""
    if how == "gz":
        return gzip.compress(content, mtime=0)
    if how == "zip":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("2026/mars.csv", content)
        return stream.getvalue()
    return content
