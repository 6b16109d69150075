"""The supplier ledger, leverantörsreskontra version 1.1: a row per accounting line.

As in some municipalities, ``leverantor_id`` is the internal supplier number, amounts have a decimal
comma, names of persons are replaced, and columns of the purchasing system stand at the end.
"""

from pathlib import Path

import numpy as np
import polars as pl

from screening.demo.invoice_lines import lines_of
from screening.demo.numbers import company_numbers, dates, digits
from screening.demo.ordering import ordered
from screening.demo.world import World

MASKED_NAME = "[innehåller personuppgifter]"
#: Running number of the municipality itself, far from those of companies.
_BUYER = 5_000_000
_REASONS = {"ramavtal": "Ramavtal", "upphandling": "Avtal", "lov": "LOV", "avrop": "Avrop"}


def with_vouchers(invoices: pl.DataFrame) -> pl.DataFrame:
    """Number vouchers in the order of booking, anew each year: ``voucher`` such as ``26000123``."""
    booked = invoices.sort("day", "doc")
    days = booked.get_column("day").to_numpy()
    year = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    numbered = booked.with_columns(year=pl.Series(year))
    turn = 1 + pl.int_range(pl.len()).over("year")
    return numbered.with_columns(voucher=(pl.col("year") % 100) * 10_000_000 + turn).drop("year")


def write_ledger(world: World, folder: Path, unbooked: pl.Series) -> int:
    """Write a file a month, dated by the day of export; how many lines were written.

    ``unbooked``: documents that have come but are not in the ledger yet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = world.invoices.filter(~pl.col("doc").is_in(unbooked.implode()))
    booked = with_vouchers(kept)
    months = world.calendar.month_of(booked.get_column("day").to_numpy())
    ends = world.calendar.month_starts + world.calendar.month_lengths - 1
    written = 0
    for month in range(world.calendar.months):
        rows = booked.filter(pl.Series(months == month))
        if rows.is_empty():
            continue
        lines = ledger_rows(world, lines_of(world, rows))
        name = f"leverantorsreskontra-{dates(ends[month : month + 1]).cast(pl.String)[0]}.csv"
        lines.write_csv(
            folder / name, separator=";", line_terminator="\r\n", include_bom=True, null_value=""
        )
        written += lines.height
    return written


def ledger_rows(world: World, lines: pl.DataFrame) -> pl.DataFrame:
    """Lines as the ledger's columns."""
    settings = world.settings
    kinds = list(settings.services.values())
    starts = np.cumsum([0, *[len(kind.accounts) for kind in kinds]])[:-1]
    accounts = [account for kind in kinds for account in kind.accounts]
    which = pl.Series(
        starts[lines.get_column("service").to_numpy()] + lines.get_column("account").to_numpy()
    )
    units = pl.Series(list(settings.units)).gather(lines.get_column("unit").cast(pl.Int64))
    told = _supplier_texts(world).select(pl.all().gather(lines.get_column("supplier")).name.keep())
    buyer = digits(company_numbers(world.draws, "OFF", np.array([_BUYER])), 10)[0]
    frame = lines.hstack(told.drop("supplier"))
    # Suppliers with two numbers in the register are booked now on one, now on the other.
    use_second = pl.col("second_no").is_not_null() & (pl.col("look") % 3 == 0)
    contract = (
        pl.when(pl.col("contract") == 1)
        .then("contract_1")
        .when(pl.col("contract") == 2)
        .then("contract_2")
    )
    sign = pl.when(pl.col("ore") < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    ore = pl.col("ore").abs()
    return frame.select(
        kopare_id=pl.lit(buyer),
        kopare=pl.lit(f"{settings.words.place.municipality} kommun"),
        verifikationsnummer=pl.col("voucher"),
        leverantor="ledger_name",
        leverantor_id=pl.when(use_second).then("second_no").otherwise("supplier_no"),
        konto_nr=pl.Series([number for number, _ in accounts]).gather(which),
        konto_text=pl.Series([text for _, text in accounts]).gather(which),
        bokforingsdatum=pl.col("day").cast(pl.Date).cast(pl.String),
        forvaltning=units,
        fakturanummer=pl.concat_str("prefix", pl.col("number").cast(pl.String)),
        nettobelopp=pl.concat_str(
            sign,
            (ore // 100).cast(pl.String),
            pl.lit(","),
            (ore % 100).cast(pl.String).str.zfill(2),
        ),
        grund=pl.when(contract.is_not_null()).then("reason"),
        avtal=contract,
        kommun_id=pl.lit(settings.words.place.municipality_code),
        s_kod_nr=pl.lit(None, pl.String),
    ).hstack(frame.select(ordered(world)))


def invoice_prefixes(world: World) -> pl.Series:
    """What each supplier puts before its invoice numbers."""
    options = pl.Series(["", "", "", "F", "2-", "FA", "INV-"])
    return options.gather(
        pl.Series(world.draws.pick("number/prefix", world.suppliers.height, options.len()))
    )


def _supplier_texts(world: World) -> pl.DataFrame:
    """What the ledger says of each supplier, in the order of ``supplier``."""
    contracts = world.contracts.select("supplier", "which", "number", "procedure")
    first = contracts.filter(pl.col("which") == 1).select(
        "supplier",
        contract_1="number",
        reason=pl.col("procedure").replace_strict(_REASONS, default=None),
    )
    second = contracts.filter(pl.col("which") == 2).select("supplier", contract_2="number")
    masked = pl.when("is_masked").then(pl.lit(MASKED_NAME)).otherwise("written_name")
    return (
        world.suppliers.select(
            "supplier", "supplier_no", "second_no", ledger_name=masked.str.strip_chars()
        )
        .with_columns(prefix=invoice_prefixes(world))
        .join(first, on="supplier", how="left", maintain_order="left")
        .join(second, on="supplier", how="left", maintain_order="left")
    )
