"""What is written down about suppliers: annual reports, decisions of authorities, complaints and
deviations, follow-ups of contracts, granted help; and the municipality's orderers.
"""

from datetime import date, timedelta

import numpy as np
import polars as pl

from screening.demo.casting import BANKRUPT, ORDINARY, PUBLIC
from screening.demo.draws import Ints
from screening.demo.numbers import day_number
from screening.demo.world import World, among

FINANCIAL_COLUMNS = {
    "company": pl.Int64,
    "ended": pl.Int64,
    "revenue_ore": pl.Int64,
    "result_ore": pl.Int64,
    "equity_ore": pl.Int64,
    "capital_ore": pl.Int64,
    "employees": pl.Int64,
    "filed": pl.Int64,
    "remark": pl.Boolean,
}
AUTHORITY_COLUMNS = {
    "company": pl.Int64,
    "authority": pl.String,
    "kind": pl.String,
    "day": pl.Int64,
    "ore": pl.Int64,
    "binding": pl.Boolean,
}
INCIDENT_COLUMNS = {"supplier": pl.Int64, "kind": pl.String, "severity": pl.Int64, "day": pl.Int64}
GRANT_COLUMNS = {
    "company": pl.Int64,
    "client": pl.Int64,
    "hours": pl.Int64,
    "since": pl.Int64,
    "until": pl.Int64,
    "ended": pl.String,
}

#: Nobody asks for the reports of those that no longer exist.
_NOT_ASKED = (BANKRUPT, PUBLIC, "struck_off", "merged_company", "closed_after_last_invoice")
#: A report is there a good half year after the year's end.
_FILED_AFTER = 200
_CAPITAL_ORE = 5_000_000
_YEARS = 2


def last_year_end(today: int) -> int:
    """The last 31 December whose report has come in by ``today`` (day number)."""
    by_then = date(1970, 1, 1) + timedelta(days=today - _FILED_AFTER)
    return day_number(date(by_then.year - 1, 12, 31))


def broken_year_end(today: int, days: int) -> int:
    """The last day of a month, at least so many days ago: the end of a broken financial year."""
    by_then = date(1970, 1, 1) + timedelta(days=today - days + 1)
    return day_number(by_then.replace(day=1)) - 1


def make_financials(world: World) -> World:
    """Fill ``financials``: two annual reports of most limited companies, the newest in time.

    Their equity covers the share capital, and those whose work is mostly hands have employees.
    """
    draws, suppliers = world.draws, world.suppliers
    part = suppliers.get_column("part").to_numpy()
    asked = (
        (suppliers.get_column("form") == "AB").to_numpy()
        & suppliers.get_column("in_bolagsverket").to_numpy()
        & ((part != ORDINARY) | draws.chance("financials/asked", suppliers.height, 0.8))
        & ~np.isin(part, _NOT_ASKED)
    )
    newest = last_year_end(world.calendar.today)
    years = pl.DataFrame({"turn": np.arange(_YEARS), "ended": newest - 365 * np.arange(_YEARS)})
    rows = (
        suppliers.filter(pl.Series(asked))
        .select("company", "registered", "monthly_ore")
        .join(years, how="cross", maintain_order="left_right")
        .filter(pl.col("registered") + 90 < pl.col("ended"))
    )
    key: Ints = rows.get_column("company").to_numpy() * 4 + rows.get_column("turn").to_numpy()
    others = draws.uniform("financials/others", key, 1.2, 4.0)
    revenue = (rows.get_column("monthly_ore").to_numpy() * 12 * others).astype(np.int64)
    result = (revenue * draws.uniform("financials/result", key, -0.03, 0.11)).astype(np.int64)
    frame = rows.select("company", "ended").with_columns(
        revenue_ore=pl.Series(revenue),
        result_ore=pl.Series(result),
        equity_ore=pl.Series(
            (_CAPITAL_ORE * draws.uniform("financials/equity", key, 1.1, 20.0)).astype(np.int64)
        ),
        capital_ore=pl.lit(_CAPITAL_ORE),
        # Pay is about half of what is invoiced, and somebody earns half a million a year.
        employees=pl.Series(1 + revenue // 90_000_000),
        filed=pl.Series(draws.integers("financials/filed", key, 120, _FILED_AFTER - 5)),
    )
    return world.but(
        financials=frame.with_columns(
            filed=pl.col("ended") + pl.col("filed"), remark=pl.lit(value=False)
        )
        .select(list(FINANCIAL_COLUMNS))
        .cast(FINANCIAL_COLUMNS)  # type: ignore[arg-type]
    )


def with_financials(world: World, suppliers: Ints, **values: Ints | int) -> World:
    """Exchange columns of the newest report about some suppliers; who has none gets one.

    Args:
        world: as it is.
        suppliers: whose reports.
        **values: columns of ``financials``: one value each, or the same for all.
    """
    newest = last_year_end(world.calendar.today)
    size = suppliers.size
    # A company reports more than it invoiced us.
    ours = world.suppliers.get_column("monthly_ore").to_numpy()[suppliers] * 12
    plain = {
        "ended": newest,
        "revenue_ore": np.maximum(400_000_000, ours * 3 // 2),
        "result_ore": 8_000_000,
        "equity_ore": 2 * _CAPITAL_ORE,
        "capital_ore": _CAPITAL_ORE,
        "employees": 6,
        "remark": False,
    } | values
    frame = pl.DataFrame(
        {"company": suppliers.astype(np.int64)}
        | {name: np.broadcast_to(value, (size,)) for name, value in plain.items()}
    ).with_columns(filed=pl.col("ended") + 150)
    kept = world.financials.filter(~among("company", suppliers))
    return world.but(
        financials=pl.concat(
            [kept, frame.select(list(FINANCIAL_COLUMNS)).cast(FINANCIAL_COLUMNS)]  # type: ignore[arg-type]
        )
    )


def with_auditor_remarks(world: World, suppliers: Ints) -> World:
    """The auditor remarks in the newest report about each of some suppliers."""
    newest = pl.col("ended") == pl.col("ended").max().over("company")
    remarked = pl.col("remark") | (among("company", suppliers) & newest)
    return world.but(financials=world.financials.with_columns(remark=remarked))


def make_authority_records(world: World) -> World:
    """Fill ``authority_records``: reports and injunctions that say little."""
    care = world.settings.services_of(world.settings.planted["unlicensed"])
    mild = world.draws.chance("authority/mild", world.suppliers.height, 0.03)
    chosen = world.suppliers.filter(
        pl.Series(mild) & (pl.col("part") == ORDINARY) & (pl.col("form") == "AB")
    )
    company = chosen.get_column("company").to_numpy()
    is_care = chosen.get_column("service").is_in(care)
    frame = pl.DataFrame(
        {
            "company": company,
            "authority": is_care.replace_strict(
                {True: "IVO", False: "Arbetsmiljöverket"}, return_dtype=pl.String
            ),
            "kind": is_care.replace_strict(
                {True: "anmalan", False: "forelaggande"}, return_dtype=pl.String
            ),
            "day": world.calendar.today - world.draws.integers("authority/day", company, 30, 900),
        },
        schema_overrides=AUTHORITY_COLUMNS,
    ).with_columns(
        ore=pl.lit(None, pl.Int64), binding=pl.lit(value=True), company=pl.col("company")
    )
    return world.but(
        authority_records=frame.select(list(AUTHORITY_COLUMNS)).cast(AUTHORITY_COLUMNS)  # type: ignore[arg-type]
    )


def with_authority_record(
    world: World,
    suppliers: Ints,
    authority: str,
    kind: str,
    days_ago: Ints,
    ore: int | None = None,
    *,
    is_binding: bool = True,
) -> World:
    """Add a decision about each of some suppliers."""
    more = pl.DataFrame(
        {"company": suppliers.astype(np.int64), "day": world.calendar.today - days_ago}
    ).with_columns(
        authority=pl.lit(authority),
        kind=pl.lit(kind),
        ore=pl.lit(ore, pl.Int64),
        binding=pl.lit(is_binding),
    )
    return world.but(
        authority_records=pl.concat(
            [
                world.authority_records,
                more.select(list(AUTHORITY_COLUMNS)).cast(AUTHORITY_COLUMNS),  # type: ignore[arg-type]
            ]
        )
    )


def make_incidents(world: World) -> World:
    """Fill ``incidents``: complaints and deviations of the milder kind."""
    draws = world.draws
    care = world.settings.services_of(world.settings.planted["unlicensed"])
    likely = world.suppliers.get_column("service").is_in(care).to_numpy()
    drawn = draws.chance("incident", world.suppliers.height, np.where(likely, 0.35, 0.05))
    supplier = np.flatnonzero(drawn)
    frame = pl.DataFrame(
        {
            "supplier": supplier,
            "kind": pl.Series(["klagomal", "avvikelse"]).gather(
                pl.Series(draws.pick("incident/kind", supplier, 2))
            ),
            "severity": draws.integers("incident/severity", supplier, 1, 2),
            "day": world.calendar.today - draws.integers("incident/day", supplier, 10, 500),
        }
    )
    return world.but(incidents=frame.cast(INCIDENT_COLUMNS))  # type: ignore[arg-type]


def with_incidents(
    world: World, suppliers: Ints, kind: str, severity: int, days_ago: Ints
) -> World:
    """Add an incident at each of some suppliers."""
    more = pl.DataFrame(
        {"supplier": suppliers.astype(np.int64), "day": world.calendar.today - days_ago}
    ).with_columns(kind=pl.lit(kind), severity=pl.lit(severity))
    return world.but(
        incidents=pl.concat(
            [world.incidents, more.select(list(INCIDENT_COLUMNS)).cast(INCIDENT_COLUMNS)]  # type: ignore[arg-type]
        )
    )


def make_grants(world: World) -> World:
    """Fill ``grants``: for every client who is visited a decision, long before and still running.

    Made after all visits are.
    """
    pairs = (
        world.visits.group_by("company", "client", maintain_order=True)
        .agg(pl.len())
        .unique("client", keep="first", maintain_order=True)
    )
    client = pairs.get_column("client").to_numpy()
    frame = pairs.select("company", "client").with_columns(
        hours=pl.Series(world.draws.integers("grant/hours", client, 20, 120)),
        since=pl.Series(
            world.calendar.today - world.draws.integers("grant/since", client, 120, 1_400)
        ),
        until=pl.lit(None, pl.Int64),
        ended=pl.lit(None, pl.String),
    )
    return world.but(grants=frame.select(list(GRANT_COLUMNS)).cast(GRANT_COLUMNS))  # type: ignore[arg-type]


def visited_lately(world: World, suppliers: Ints, days: int) -> pl.DataFrame:
    """``company, client``: of each supplier the client with most visits in the last ``days``."""
    since = (world.calendar.today - days) * 1440
    return (
        world.visits.filter(among("company", suppliers) & (pl.col("start") >= since))
        .group_by("company", "client")
        .agg(visits=pl.len())
        .sort("company", "visits", "client", descending=[False, True, False])
        .unique("company", keep="first", maintain_order=True)
        .select("company", "client")
    )


def with_ended_grants(
    world: World, ended: pl.DataFrame, days_ago: int, reason: str, renewed_after: int | None = None
) -> World:
    """The clients' decisions end; where ``renewed_after`` is given, a new one follows."""
    until = world.calendar.today - days_ago
    stopped = world.grants.join(
        ended.select("client").with_columns(stops=pl.lit(value=True)), on="client", how="left",
        maintain_order="left",
    )  # fmt: skip
    grants = stopped.with_columns(
        until=pl.when("stops").then(pl.lit(until, pl.Int64)).otherwise("until"),
        ended=pl.when("stops").then(pl.lit(reason)).otherwise("ended"),
    )
    kept = grants.drop("stops")
    if renewed_after is None:
        return world.but(grants=kept)
    again = grants.filter("stops").with_columns(
        since=pl.lit(until + renewed_after, pl.Int64),
        until=pl.lit(None, pl.Int64),
        ended=pl.lit(None, pl.String),
    )
    return world.but(grants=pl.concat([kept, again.select(kept.columns)]))
