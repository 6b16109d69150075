"""Traces of schemes on single invoices, looked for in the files as delivered."""

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

from tests.demo.made_demo import AS_OF, Demo

Check = Callable[[Demo], list[str]]
_YEAR_AGO = AS_OF - timedelta(days=365)


def _platform(demo: Demo) -> pl.DataFrame:
    """The platform's invoices of the past year, typed."""
    path = max((demo.inbox / "invoices" / "plattform").iterdir())
    rows = pl.read_csv(path, separator=";", infer_schema=False)
    days = [pl.col(name).str.to_date() for name in ("invoice_date", "paid_on", "service_from")]
    sums = [pl.col(name).cast(pl.Float64) for name in ("amount_sek", "unit_price")]
    return rows.with_columns(*days, *sums)


def _register(demo: Demo) -> pl.DataFrame:
    return demo.table("suppliers").select("supplier_no", "name", "bankgiro")


def _ledger(demo: Demo) -> pl.DataFrame:
    """One row per document in the ledger of the past year."""
    return (
        demo.ledger.filter(pl.col("day") > _YEAR_AGO)
        .group_by("leverantor_id", "fakturanummer", "verifikationsnummer")
        .agg(pl.col("ore").sum(), pl.col("day", "avtal", "konto_text").first())
    )


def _numbers(rows: pl.DataFrame, column: str = "supplier_no") -> list[str]:
    return rows.get_column(column).unique().to_list()


def _paid_to(demo: Demo, kind: str, least: float) -> pl.DataFrame:
    """Sums by supplier and account that no factoring company is behind: ``bankgiro`` or other."""
    wanted = _platform(demo).filter(
        pl.col("payee_account").str.contains(kind) & pl.col("payee_orgnr").is_null()
    )
    sums = wanted.group_by("supplier_no", "payee_account").agg(pl.col("amount_sek").sum())
    return sums.filter(pl.col("amount_sek") >= least).join(_register(demo), on="supplier_no")


def plain_account(demo: Demo) -> list[str]:
    return _numbers(_paid_to(demo, r"^\d+ \d+$", 20_000).filter(pl.col("bankgiro").is_not_null()))


def account_not_in_register(demo: Demo) -> list[str]:
    asked = _paid_to(demo, r"^\d{4}-\d{4}$", 20_000)
    deliveries = [
        pl.read_csv(path, infer_schema=False).select("supplier_no", payee_account="bankgiro")
        for path in (demo.inbox / "suppliers").iterdir()
    ]
    return _numbers(
        asked.join(pl.concat(deliveries), on=["supplier_no", "payee_account"], how="anti")
    )


def foreign_account(demo: Demo) -> list[str]:
    return _numbers(_paid_to(demo, r"^LT\d{18}$", 20_000))


def unknown_name(demo: Demo) -> list[str]:
    # A clerk may let later letters change places; the first two are right.
    starts = [pl.col(name).str.to_lowercase().str.head(2) for name in ("supplier_name", "name")]
    rows = _platform(demo).join(_register(demo), on="supplier_no")
    return _numbers(rows.filter(starts[0] != starts[1]))


def near_duplicate(demo: Demo) -> list[str]:
    plain = pl.col("invoice_no").str.replace_all(r"\W", "")
    twice = _platform(demo).group_by("supplier_no", "amount_sek", plain).agg(pl.len())
    return _numbers(twice.filter(pl.col("len") > 1))


def round_amounts(demo: Demo) -> list[str]:
    large = _ledger(demo).filter(pl.col("ore") >= 1_000_000)
    told = large.group_by("leverantor_id").agg(
        round=pl.col("ore").filter(pl.col("ore") % 500_000 == 0).n_unique(),
        all=pl.col("ore").n_unique(),
    )
    return _numbers(
        told.filter((pl.col("round") >= 8) & (pl.col("round") >= 0.7 * pl.col("all"))),
        "leverantor_id",
    )


def in_a_row(demo: Demo) -> list[str]:
    number = pl.col("fakturanummer").str.extract(r"(\d+)$").cast(pl.Int64)
    care = pl.col("konto_text").str.starts_with("Köp av")
    told = (
        _ledger(demo)
        .group_by("leverantor_id")
        .agg(span=number.max() - number.min(), numbers=number.n_unique(), care=care.any())
    )
    row = told.filter((pl.col("span") == pl.col("numbers") - 1) & (pl.col("numbers") >= 10))
    return _numbers(row.filter(~pl.col("care")), "leverantor_id")


def odd_first_digits(demo: Demo) -> list[str]:
    told = (
        _platform(demo)
        .group_by("supplier_no")
        .agg(
            many=pl.col("amount_sek").n_unique(),
            nines=(pl.col("amount_sek").cast(pl.String).str.head(1) == "9").mean(),
        )
    )
    return _numbers(told.filter((pl.col("many") >= 200) & (pl.col("nines") > 0.2)))


def on_days_off(demo: Demo) -> list[str]:
    told = (
        _platform(demo)
        .group_by("supplier_no")
        .agg(sundays=(pl.col("invoice_date").dt.weekday() >= 6).sum(), all=pl.len())
    )
    return _numbers(
        told.filter((pl.col("sundays") >= 10) & (pl.col("sundays") / pl.col("all") > 0.7))
    )


def amounts_jump(demo: Demo) -> list[str]:
    first = date(AS_OF.year, AS_OF.month - 3, 1)
    end = AS_OF.replace(day=1)
    rows = pl.concat(
        [
            _platform(demo).select("supplier_no", "invoice_date", sek="amount_sek"),
            demo.ledger.select(
                supplier_no="leverantor_id", invoice_date="day", sek=pl.col("ore") / 100
            ),
        ]
    ).filter((pl.col("invoice_date") < end) & (pl.col("invoice_date") >= date(2025, 8, 1)))
    is_new = pl.col("invoice_date") >= first
    # Others have schemes of their own that make their sums jump.
    others = demo.labels.filter(~pl.col("supplier_no").is_in(demo.numbers("amounts-jump")))
    rows = rows.join(others, on="supplier_no", how="anti")
    told = rows.group_by("supplier_no").agg(
        now=pl.col("sek").filter(is_new).sum() / 3,
        before=pl.col("sek").filter(~is_new).sum() / 12,
        # Whoever is new to us has nothing to jump from.
        months=pl.col("invoice_date").filter(~is_new).dt.truncate("1mo").n_unique(),
    )
    return _numbers(
        told.filter(
            (pl.col("now") >= 3 * pl.col("before"))
            & (3 * (pl.col("now") - pl.col("before")) >= 500_000)
            & (pl.col("months") >= 9)
        )
    )


def after_the_end(demo: Demo) -> list[str]:
    """Work that began after another scheme's company was struck off, by the labels' day."""
    ended = demo.labelled("deregistered").select(
        "supplier_no", end=pl.col("from_date").str.to_date()
    )
    late = _platform(demo).join(ended, on="supplier_no")
    return _numbers(late.filter(pl.col("service_from") > pl.col("end")))


def most_of_revenue(demo: Demo) -> list[str]:
    register = demo.table("suppliers").select(
        "supplier_no", orgnr=pl.col("orgnr").str.replace_all(r"\D", "").str.tail(10)
    )
    reports = demo.table("financials").with_columns(
        orgnr=pl.col("orgnr").str.replace("-", ""),
        end=pl.col("period_end").str.to_date(),
        revenue=pl.col("revenue_sek").cast(pl.Float64),
    )
    newest = reports.filter(pl.col("end") == pl.col("end").max().over("orgnr"))
    told = (
        demo.ledger.join(register, left_on="leverantor_id", right_on="supplier_no")
        .join(newest, on="orgnr")
        .filter(pl.col("day").is_between(pl.col("end").dt.offset_by("-364d"), pl.col("end")))
        .group_by("revenue", supplier_no="leverantor_id")
        .agg(sek=pl.col("ore").sum() / 100)
    )
    return _numbers(
        told.filter((pl.col("sek") >= 1.1 * pl.col("revenue")) & (pl.col("sek") >= 500_000))
    )


def dear_hours(demo: Demo) -> list[str]:
    told = (
        _platform(demo)
        .drop_nulls("unit_price")
        .group_by("supplier_no")
        .agg(pl.col("unit_price").median())
    )
    usual = told.get_column("unit_price").quantile(0.75)
    assert usual is not None
    return _numbers(told.filter(pl.col("unit_price") >= 1.5 * usual))


def standing_sum(demo: Demo) -> list[str]:
    told = (
        _ledger(demo)
        .filter(pl.col("ore") > 0)
        .group_by("leverantor_id", "ore")
        .agg(
            months=pl.col("day").dt.truncate("1mo").n_unique(),
            agreed=pl.col("avtal").is_not_null().any(),
            excepted=pl.col("konto_text").str.contains("Köp av|Hyra").any(),
            total=pl.col("ore").sum(),
        )
    )
    standing = told.filter(
        (pl.col("months") >= 6)
        & ~pl.col("agreed")
        & ~pl.col("excepted")
        & (pl.col("total") > 10_000_000)
    )
    return _numbers(standing, "leverantor_id")


def paid_ahead(demo: Demo) -> list[str]:
    cleaning = _platform(demo).filter(pl.col("account_text").str.contains("Städ"))
    early = pl.col("service_from") - pl.col("paid_on") >= timedelta(days=14)
    return _numbers(cleaning.filter(early))


#: By scheme: the supplier numbers that its traces are found for.
INVOICE_TRACES: dict[str, Check] = {
    "plain-account-despite-giro": plain_account,
    "account-not-in-register": account_not_in_register,
    "invoice-name-unknown": unknown_name,
    "foreign-account": foreign_account,
    "near-duplicate-invoice": near_duplicate,
    "round-amounts": round_amounts,
    "consecutive-numbers": in_a_row,
    "first-digits": odd_first_digits,
    "dated-on-days-off": on_days_off,
    "dated-outside-registration": after_the_end,
    "we-are-most-of-revenue": most_of_revenue,
    "unit-price-far-from-peers": dear_hours,
    "same-amount-without-contract": standing_sum,
    "paid-before-service": paid_ahead,
    "amounts-jump": amounts_jump,
}
