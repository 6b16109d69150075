"""How the traces of schemes about work, hours and contracts show in the files."""

from collections.abc import Callable
from datetime import timedelta

import polars as pl
from lxml import etree

from screening.demo.settings import demo_settings
from tests.demo.made_demo import AS_OF, Demo

_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"


def _visits(demo: Demo) -> pl.DataFrame:
    """The visits of the last 90 days, with ``minutes`` and the pause before (null: the first)."""
    visits = demo.table("time_reports").with_columns(pl.col("start", "end").str.to_datetime())
    order = visits.filter(pl.col("start") >= AS_OF - timedelta(days=90)).sort("worker_id", "start")
    return order.with_columns(
        minutes=(pl.col("end") - pl.col("start")).dt.total_minutes(),
        pause=(pl.col("start") - pl.col("end").shift(1).over("worker_id")).dt.total_minutes(),
        moved=pl.col("client_id") != pl.col("client_id").shift(1).over("worker_id"),
    )


def _numbers(frame: pl.DataFrame) -> list[str]:
    return frame.get_column("orgnr").str.replace("-", "").unique().to_list()


def long_weeks(demo: Demo) -> list[str]:
    weeks = (
        _visits(demo)
        .group_by("orgnr", "worker_id", week=pl.col("start").dt.truncate("1w"))
        .agg(pl.col("minutes").sum())
        .filter(pl.col("minutes") > 80 * 60)
    )
    return _numbers(weeks.group_by("orgnr", "worker_id").len().filter(pl.col("len") >= 3))


def by_hand(demo: Demo) -> list[str]:
    entered = (
        _visits(demo)
        .group_by("orgnr")
        .agg(manual=(pl.col("source") == "manuell").sum(), visits=pl.len())
    )
    often = (pl.col("manual") >= 100) & (pl.col("manual") * 2 >= pl.col("visits"))
    return _numbers(entered.filter(often))


def no_pause(demo: Demo) -> list[str]:
    moves = _visits(demo).filter(pl.col("moved") & pl.col("pause").is_between(0, 120))
    counted = moves.group_by("orgnr").agg(short=(pl.col("pause") < 2).sum(), moves=pl.len())
    often = (pl.col("short") >= 50) & (pl.col("short") * 2 >= pl.col("moves"))
    return _numbers(counted.filter(often))


def hired(demo: Demo) -> list[str]:
    """Visits by the workers of a company that no contract of the supplier names."""
    contracts = demo.contracts.select("orgnr", "subcontractors").drop_nulls()
    declared = contracts.rename({"subcontractors": "employer_orgnr"})
    others = (
        demo.table("time_reports")
        .filter(pl.col("employer_orgnr").is_not_null())
        .with_columns(dashed=pl.col("orgnr").str.replace(r"^(\d{6})-?(\d{4})$", "${1}-${2}"))
        .join(declared, left_on=["dashed", "employer_orgnr"], right_on=declared.columns, how="anti")
    )
    return _numbers(others.group_by("orgnr").len().filter(pl.col("len") >= 3))


def billed(demo: Demo) -> pl.DataFrame:
    """``orgnr, month, hours`` of the invoices by the hour."""
    rows = []
    for path in sorted((demo.inbox / "invoices" / "peppol-timmar").glob("*.xml")):
        root = etree.parse(path).getroot()
        text = {str(node.tag).removeprefix(_CBC): str(node.text) for node in root.iter()}
        number = next(root.iter(f"{_CBC}EndpointID")).text
        rows.append((number, text["StartDate"][:7], float(text["InvoicedQuantity"])))
    frame = pl.DataFrame(rows, schema=["orgnr", "month", "hours"], orient="row")
    return frame.group_by("orgnr", "month").agg(pl.col("hours").sum())


def _two_months_over(demo: Demo, allowed: pl.DataFrame, percent: int) -> list[str]:
    """Who billed more than ``allowed`` (``orgnr, month, most``) in two months."""
    over = (
        billed(demo)
        .join(allowed, on=["orgnr", "month"])
        .filter(pl.col("hours") * 100 >= pl.col("most") * (100 + percent))
        .group_by("orgnr")
        .agg(months=pl.len(), excess=(pl.col("hours") - pl.col("most")).sum())
    )
    return over.filter((pl.col("months") >= 2) & (pl.col("excess") >= 40))["orgnr"].to_list()


def over_granted(demo: Demo) -> list[str]:
    granted = (
        demo.table("decisions")
        .with_columns(
            pl.col("orgnr").str.replace("-", ""), pl.col("hours_per_month").cast(pl.Int64)
        )
        .group_by("orgnr")
        .agg(most=pl.col("hours_per_month").sum())
    )
    months = billed(demo).select("orgnr", "month").join(granted, on="orgnr")
    return _two_months_over(demo, months, 10)


def over_reported(demo: Demo) -> list[str]:
    visits = demo.table("time_reports").with_columns(pl.col("start", "end").str.to_datetime())
    whole = visits.filter(
        pl.col("start") >= pl.col("start").min().dt.offset_by("1mo").dt.truncate("1mo")
    )
    reported = whole.group_by(
        orgnr=pl.col("orgnr").str.replace("-", ""), month=pl.col("start").dt.strftime("%Y-%m")
    ).agg(most=(pl.col("end") - pl.col("start")).dt.total_minutes().sum() / 60)
    return _two_months_over(demo, reported, 15)


def without_contract(demo: Demo) -> list[str]:
    """Who sold for more than a million a year, not care, and is in no contract.

    The rule's limit is lower: what is split or paid out once may pass it at others who are planted.
    """
    care = {
        number
        for kind in demo_settings().services.values()
        if kind.permit
        for number, _ in kind.accounts
    }
    held = demo.contracts.get_column("supplier_no").cast(pl.String)
    public = demo.table("suppliers").filter(
        pl.col("orgnr").str.replace(r"^(16|0007:|SE)", "").str.starts_with("2")
    )
    sold = (
        demo.ledger.filter(
            (pl.col("day") > AS_OF - timedelta(days=365))
            & pl.col("avtal").is_null()
            & ~pl.col("leverantor_id").is_in(held.implode())
            & ~pl.col("leverantor_id").is_in(public.get_column("supplier_no").implode())
        )
        .group_by("leverantor_id")
        .agg(plain=pl.col("ore").filter(~pl.col("konto_nr").is_in(care)).sum())
    )
    return sold.filter(pl.col("plain") > 100_000_000).get_column("leverantor_id").to_list()


def above_value(demo: Demo) -> list[str]:
    paid = demo.ledger.group_by("leverantor_id", contract_no="avtal").agg(pl.col("ore").sum())
    value = demo.contracts.select("contract_no", value=pl.col("value_sek").cast(pl.Float64) * 100)
    over = paid.join(value, on="contract_no").filter(
        (pl.col("ore") >= 1.25 * pl.col("value")) & (pl.col("ore") - pl.col("value") >= 10_000_000)
    )
    return over.get_column("leverantor_id").to_list()


def remarked(demo: Demo) -> list[str]:
    remarks = demo.table("authority_records").filter(pl.col("kind") == "betalningsanmarkning")
    return _numbers(remarks.group_by("orgnr").len().filter(pl.col("len") >= 2))


def complained_of(demo: Demo) -> list[str]:
    since = (AS_OF - timedelta(days=365)).isoformat()
    rows = demo.table("incidents").filter(
        (pl.col("kind") == "klagomal") & (pl.col("occurred_on") >= since)
    )
    return rows.group_by("supplier_no").len().filter(pl.col("len") >= 5)["supplier_no"].to_list()


WORK_BY_ORGNR: dict[str, Callable[[Demo], list[str]]] = {
    "impossible-working-hours": long_weeks,
    "manual-entries": by_hand,
    "no-time-to-travel": no_pause,
    "undeclared-subcontractor": hired,
    "billed-more-than-granted": over_granted,
    "billed-more-than-reported": over_reported,
    "payment-remarks": remarked,
}
WORK_BY_NUMBER: dict[str, Callable[[Demo], list[str]]] = {
    "paid-without-contract": without_contract,
    "paid-above-contract-value": above_value,
    "complaints-above-peers": complained_of,
}
