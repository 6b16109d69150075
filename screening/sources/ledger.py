"""The supplier ledger (leverantörsreskontra) that Swedish municipalities and regions publish.

One row per accounting line, in layout 1.1 (``nettobelopp``, ``bokforingsdatum``, ...), in that of
the older converter (``belopp``, ``datum``, ``faktura_nr``, ...) and in the variants that are
really published. ``leverantor_id`` is an organisationsnummer with some publishers and an internal
number with others; account number and text may share a column; ``*`` and ``-`` stand for what is
not shown; a file may have no date at all, only a month in its name. Layouts: the open specification
"leverantörsreskontra" 1.0 and 1.1, the converter of Open Knowledge Sweden, and files as published.
"""

import re
from collections.abc import Iterable, Iterator

import polars as pl

from screening.sources.column_plan import ColumnPlan, filters_of, stripped, with_value_maps
from screening.sources.contracts import Contract
from screening.sources.delivery import Batch, Delivery, ReadWarning
from screening.sources.folding import fold
from screening.sources.headers import check_required, contract_names, match_headers
from screening.sources.mappings import Mapping
from screening.sources.supplier_ids import SupplierIds
from screening.sources.text_table import TextTable
from screening.sources.typed_rows import typed_batches

#: What the ledger calls the contract's columns, best first; the contract's own names come after.
#: ``supplier_id`` is not a column of the contract: it becomes ``orgnr`` or ``supplier_no``.
_NAMES: dict[str, tuple[str, ...]] = {
    "supplier_id": ("leverantor_id", "leverantorsid", "leverantor_nr", "leverantorsnr", "lev_nr"),
    "orgnr": ("organisationsnummer", "organisationsnr", "leverantor_orgnr", "org_nr", "orgnr"),
    "supplier_name": ("leverantor", "leverantor_namn", "leverantorsnamn", "lev_namn", "lev_nr_t"),
    "invoice_no": ("fakturanummer", "faktura_nr", "fakturanr", "faktura_nummer"),
    "invoice_date": (
        *("fakturadatum", "bokforingsdatum", "datum", "bokforings_datum", "ver_datum", "period"),
    ),
    "booking_date": ("bokforingsdatum", "bokforings_datum", "ver_datum"),
    "amount_sek": ("nettobelopp", "belopp", "belopp_exkl_moms", "belopp_sek"),
    "buyer_unit": ("forvaltning", "ansvar_t", "kopare_text", "kopare", "namnd"),
    "account_no": ("konto_nr", "kontonr", "kontonummer", "konto"),
    "account_text": ("konto_text", "kontotext", "kontobenamning", "konto_benamning", "konto_t"),
    "voucher_no": ("verifikationsnummer", "verifikations_nr", "ver_nr", "vernr"),
    "description": ("grund",),
    "contract_no": ("avtal",),
}
#: Columns of the layouts that say nothing about a supplier or an invoice.
_UNREAD = frozenset(
    fold(name)
    for name in ("kopare_id", "kopare", "kopare_text", "kommun_id", "s_kod_nr", "kommun", "s_kod")
) | frozenset(
    f"{part}_{kind}"
    for part in ("verksamhet", "ansvar", "projekt", "objekt", "aktivitet")
    for kind in ("kod", "text")
)
#: An amount without VAT, whatever else its name says of it: ``Belopp exkl. moms (SEK)``.
_AMOUNT = re.compile(
    r"(?:netto)?belopp(?!_moms$)(?:_(?:exklusive|exkl|ex|utan|moms|netto|i|sek|kr|kronor))*"
)
_DATES = frozenset(("bokforingsdatum", "bokforings_datum", "datum", "ver_datum", "period"))
_ACCOUNTS = frozenset(fold(n) for k in ("account_no", "account_text") for n in _NAMES[k])
_PARTIES = frozenset(fold(n) for k in ("supplier_id", "orgnr", "supplier_name") for n in _NAMES[k])
_LINES = frozenset(
    fold(n) for k in ("account_no", "account_text", "voucher_no", "buyer_unit") for n in _NAMES[k]
) | {"kommun_id", "kopare_id"}
#: An account's number and its text in one column.
_NUMBER_AND_TEXT = r"^([0-9]{2,10})\s*[-\u2013:.,]?\s+(\S.*)$"
_MONTH_ONLY = r"^[0-9]{6}$|^[0-9]{4}-[0-9]{2}$"
#: A month in a file's name; a day (20260331) is rather when the export was made.
_MONTH_IN_NAME = re.compile(
    r"(?<![0-9])(20[0-9]{2})[-_. ]?(0[1-9]|1[0-2])(?![0-9]|[-_.][0-9]{2}(?![0-9]))"
)


def is_ledger(headers: Iterable[str]) -> bool:
    """Whether header names are those of a supplier ledger.

    It has an amount and a supplier by the ledger's names, and either a booking date and an
    accounting column, or an account and no date at all. A file with our own names
    (``amount_sek``) is not one.
    """
    names = {fold(header) for header in headers}
    has_amount = any(map(_AMOUNT.fullmatch, names))
    if names & {"amount_sek", "invoice_date"} or not (has_amount and names & _PARTIES):
        return False
    has_no_date = not any("datum" in name for name in names)
    return bool(names & _LINES if names & _DATES else has_no_date and names & _ACCOUNTS)


def typed(
    table: TextTable, delivery: Delivery, contract: Contract, mapping: Mapping | None = None
) -> Iterator[Batch]:
    """Rows of a supplier ledger in the types of the invoices' contract, ``origin`` ledger.

    Unlike in our own layout a row may lack its invoice number: some publishers leave it out.

    Args:
        table: the file's texts.
        delivery: the file.
        contract: of ``invoices``.
        mapping: how to read it, if a mapping fits.

    Raises:
        UnreadableFileError: ``missing_required_column``, before the first batch.
    """
    plan = ledger_plan(table, delivery, contract, mapping)
    return typed_batches(table, delivery, plan, mapping)


def ledger_plan(
    table: TextTable, delivery: Delivery, contract: Contract, mapping: Mapping | None
) -> ColumnPlan:
    """The plan for a supplier ledger.

    Raises:
        UnreadableFileError: ``missing_required_column``.
    """
    names = contract_names(contract)
    names["supplier_no"] = ("supplier_no", "leverantorsnummer", "levnr")
    for column, ledger_names in _NAMES.items():
        names[column] = (*ledger_names, *names.get(column, ()))
    names["booking_date"] = _NAMES["booking_date"]
    names["amount_sek"] += tuple(name for name in table.columns if _AMOUNT.fullmatch(fold(name)))
    constants = dict(mapping.constants) if mapping else {}
    match = match_headers(table.columns, names, mapping.renames if mapping else {})
    month = month_in_name(delivery.name) if "invoice_date" not in match.columns else None
    if month is not None:
        constants.setdefault("invoice_date", month)
    sources = {name: head for name, head in match.columns.items() if name not in constants}
    present = {name for name in (*sources, *constants) if name in contract.columns}
    if "supplier_id" in sources:
        present |= {"supplier_no", "orgnr"}
    if "account_no" in sources or "account_text" in sources:
        present |= {"account_no", "account_text"}
    filters = filters_of(mapping, table.columns)
    lenient = _lenient(contract)
    check_required(lenient, present, table.columns)
    supplier_ids = SupplierIds(table, sources.get("supplier_id"))
    warnings = [
        ReadWarning(warning.code, {"columns": kept})
        for warning in match.warnings([header for _, header in filters])
        if (kept := _worth_telling(str(warning.values["columns"])))
    ]
    if month is not None:
        warnings.append(ReadWarning("month_from_name", {"month": month}))

    def texts(frame: pl.DataFrame) -> pl.DataFrame:
        picked = frame.select(
            *(stripped(pl.col(header)).alias(name) for name, header in sources.items()),
            *(
                pl.repeat(value, frame.height, dtype=pl.String).alias(name)
                for name, value in constants.items()
            ),
        )
        picked = _with_account_apart(picked)
        if "booking_date" in picked.columns:
            day = pl.col("booking_date")
            picked = picked.with_columns(pl.when(~day.str.contains(_MONTH_ONLY)).then(day))
        if "supplier_id" in picked.columns:
            picked = supplier_ids.told_apart(picked)
        return with_value_maps(picked, mapping)

    headers = {name: header for name, header in sources.items() if name in present}
    for name in ("supplier_no", "orgnr"):
        if "supplier_id" in sources:
            headers.setdefault(name, sources["supplier_id"])
    return ColumnPlan(
        origin="ledger",
        contract=lenient,
        texts=texts,
        present=frozenset(present),
        headers=headers,
        filters=filters,
        hides_everywhere=True,
        settled=frozenset({"orgnr"} if "supplier_id" in sources and "orgnr" not in sources else ()),
        warnings=tuple(warnings),
    )


def month_in_name(name: str) -> str | None:
    """The month that stands in a file's name, as YYYY-MM; None where there is none or several.

    >>> month_in_name("invoices/leverantorsfakturor-202001.csv")
    '2020-01'
    """
    found = {"-".join(month) for month in _MONTH_IN_NAME.findall(name.rpartition("/")[2])}
    return found.pop() if len(found) == 1 else None


def _lenient(contract: Contract) -> Contract:
    """The contract without the columns that ledgers do not always have."""
    columns = dict(contract.columns)
    columns["invoice_no"] = columns["invoice_no"].model_copy(update={"required": False})
    return contract.model_copy(update={"columns": columns})


def _worth_telling(columns: str) -> str:
    return ", ".join(name for name in columns.split(", ") if fold(name) not in _UNREAD)


def _with_account_apart(texts: pl.DataFrame) -> pl.DataFrame:
    """Account number and text in columns of their own, where one column holds both."""
    given = [name for name in ("account_no", "account_text") if name in texts.columns]
    if len(given) != 1:
        return texts
    both = pl.col(given[0])
    is_both = both.str.contains(_NUMBER_AND_TEXT)
    is_number = both.str.contains(r"^[0-9]+$")
    return texts.with_columns(
        account_no=pl.when(is_both)
        .then(both.str.extract(_NUMBER_AND_TEXT, 1))
        .when(is_number)
        .then(both),
        account_text=pl.when(is_both)
        .then(both.str.extract(_NUMBER_AND_TEXT, 2))
        .when(~is_number)
        .then(both),
    )
