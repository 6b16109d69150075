"""Invoices that came through the invoice platform and are in no ledger file: they tell more.

Each is one line, in ``world.platform``: ``supplier``; ``number`` (as written); ``day`` (the
invoice's own date), ``paid``, ``since`` and ``until`` (of the service; day numbers, null where
unknown); ``ore`` (net of VAT); ``hours`` and ``price_ore`` (null where it tells no price); ``name``
(null: the supplier's own); ``account`` (as written; null: none); ``payee`` (organisationsnummer of
another payee); ``says_contract`` (true if not given: the number is written where there is one).
"""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.numbers import dashed, dates, digits
from screening.demo.world import PLATFORM_COLUMNS, World

#: The line's account is the first of the supplier's service.
_SUPPLIERS_OWN = ("supplier_no", "orgnr", "own_name", "contract_no", "account_no", "account_text")


def with_platform(world: World, rows: pl.DataFrame) -> World:
    """Add invoices; of the columns only ``supplier``, ``number``, ``day`` and ``ore`` must be."""
    missing = [name for name in PLATFORM_COLUMNS if name not in rows.columns]
    whole = rows.with_columns(pl.lit(None).alias(name) for name in missing).with_columns(
        pl.col("says_contract").fill_null(value=True)
    )
    told = whole.select(list(PLATFORM_COLUMNS)).cast(PLATFORM_COLUMNS)  # type: ignore[arg-type]
    return world.but(platform=pl.concat([world.platform, told]))


def platform_rows(suppliers: Ints, times: int, prefix: str, step: int = 7) -> pl.DataFrame:
    """``supplier, turn, number`` for some invoices each, with gaps for other customers."""
    rows = pl.DataFrame({"supplier": np.sort(suppliers).astype(np.int64)}).join(
        pl.DataFrame({"turn": np.arange(times)}), how="cross", maintain_order="left_right"
    )
    number = 2_000 + pl.col("supplier") * 13 % 997 + pl.col("turn") * step
    return rows.with_columns(number=pl.lit(prefix) + number.cast(pl.String))


def plain_account(suppliers: Ints) -> pl.Series:
    """A bank account with clearing number for each supplier (8000 is left to nobody)."""
    return pl.Series([f"6{100 + s % 800:03d} {100_000_000 + 37 * s}" for s in suppliers.tolist()])


def foreign_iban(suppliers: Ints) -> pl.Series:
    """A Lithuanian account number with right check digits for each supplier."""
    bban = [f"70440{60_000_000_000 + 7_919 * int(supplier)}" for supplier in suppliers]
    # L is 21 and T is 29; the check digits make the whole number 1 modulo 97.
    checks = [98 - int(f"{digits_}212900") % 97 for digits_ in bban]
    return pl.Series(
        [f"LT{check:02d}{digits_}" for check, digits_ in zip(checks, bban, strict=True)]
    )


def platform_table(world: World) -> pl.DataFrame:
    """The platform's invoices in the columns of our own layout."""
    kinds = list(world.settings.services.values())
    first = pl.Series([kind.accounts[0][0] for kind in kinds])
    texts = pl.Series([kind.accounts[0][1] for kind in kinds])
    contracts = world.contracts.filter(pl.col("which") == 1).select(
        "supplier", contract_no="number"
    )
    own = (
        world.suppliers.select("supplier", "supplier_no", "orgnr", "service", own_name="name")
        .join(contracts, on="supplier", how="left", maintain_order="left")
        .with_columns(
            account_no=first.gather(world.suppliers.get_column("service")),
            account_text=texts.gather(world.suppliers.get_column("service")),
        )
        .select("supplier", *_SUPPLIERS_OWN)
    )
    rows = world.platform.join(own, on="supplier", how="left", maintain_order="left").sort(
        "day", "supplier", "number"
    )

    def written(column: str) -> pl.Series:
        days = rows.get_column(column)
        text = dates(days.fill_null(0).to_numpy()).cast(pl.String)
        return text.set(days.is_null(), None).alias(column)

    ore = pl.col("ore")
    sign = pl.when(ore < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    days = {name: written(name) for name in ("day", "paid", "since", "until")}
    return rows.with_columns(**days).select(
        invoice_no="number",
        supplier_no="supplier_no",
        orgnr=dashed(pl.col("orgnr")),
        supplier_name=pl.coalesce("name", "own_name"),
        invoice_date="day",
        amount_sek=sign
        + (ore.abs() // 100).cast(pl.String)
        + "."
        + (ore.abs() % 100).cast(pl.String).str.zfill(2),
        paid_on="paid",
        buyer_unit=pl.lit(world.settings.units[3]),
        account_no="account_no",
        account_text="account_text",
        quantity=pl.col("hours").cast(pl.String),
        unit=pl.when(pl.col("hours").is_not_null()).then(pl.lit("tim")),
        unit_price=(pl.col("price_ore") // 100).cast(pl.String),
        service_from="since",
        service_to="until",
        contract_no=pl.when("says_contract").then("contract_no"),
        channel=pl.lit("e-handel"),
        payee_account="account",
        payee_orgnr="payee",
        voucher_no=pl.lit("P") + digits(np.arange(1, rows.height + 1), 6),
    )
