"""The municipality's own records: staff, contracts, follow-ups, complaints, help and visits."""

import polars as pl

from screening.demo.numbers import company_numbers, dashed, digits
from screening.demo.ordering import UNCERTIFIED_SINCE, orderer_units
from screening.demo.world import World
from screening.demo.writers.writing import day_text, yes_or_no


def staff_table(world: World) -> pl.DataFrame:
    """The municipality's own staff; the numbers of some are not in the extract."""
    rows = world.staff.join(world.people, on="person", how="left", maintain_order="left")
    short = dashed(pl.col("number").str.tail(10))
    return rows.select(
        employee_id=pl.lit("A") + (40_000 + pl.col("employee")).cast(pl.String),
        person_id=pl.when("has_number").then(short),
        name="name",
        birth_date=day_text("birth"),
        unit="unit",
        role="role",
        sensitive_role=yes_or_no("is_sensitive"),
        street="street",
        postal_code="postal_code",
        bank_account="BG " + pl.col("account").str.head(4) + "-" + pl.col("account").str.tail(4),
        secondary_employment_orgnr=pl.lit(None, pl.String),
    ).sort("employee_id")


def contracts_table(world: World) -> pl.DataFrame:
    """The contract register, with dates and amounts as a spreadsheet has them."""
    rows = world.contracts.join(
        world.suppliers.select("supplier", "supplier_no", "orgnr", "person"),
        on="supplier",
        how="left",
        maintain_order="left",
    )

    declared = rows.get_column("subcontractor").drop_nulls()
    told = pl.DataFrame(
        {
            "subcontractor": declared,
            "subcontractor_orgnr": digits(
                company_numbers(world.draws, "AB", declared.to_numpy()), 10
            ),
        },
        schema_overrides={"subcontractor": pl.Int64, "subcontractor_orgnr": pl.String},
    ).unique(maintain_order=True)
    rows = rows.join(told, on="subcontractor", how="left", maintain_order="left")

    def day(column: str) -> pl.Expr:
        return pl.col(column).cast(pl.Int32).cast(pl.Date)

    years = ((pl.col("until").fill_null(pl.col("since") + 1_461) - pl.col("since")) / 365).ceil()
    annual = (pl.col("annual_ore") / 100).round()
    return rows.select(
        contract_no="number",
        supplier_no="supplier_no",
        # The contract register holds no personal numbers.
        orgnr=pl.when(pl.col("person") < 0).then(dashed(pl.col("orgnr"))),
        title=pl.col("area") + " " + day("since").cast(pl.String).str.head(4),
        service_area="area",
        procedure="procedure",
        valid_from=day("since"),
        valid_to=day("until"),
        value_sek=annual * years,
        annual_value_sek=annual,
        owner_unit="unit",
        criticality="criticality",
        last_followup_on=day("followup"),
        procurement_unit_involved=yes_or_no("involved"),
        # Not everybody writes down that there are none.
        subcontractors=pl.when(pl.col("subcontractor").is_not_null())
        .then(dashed(pl.col("subcontractor_orgnr")))
        .when(pl.col("procedure") == "upphandling")
        .then(pl.lit("inga")),
        ended_on=day("stopped"),
        ended_reason="why",
    ).sort("contract_no")


def orderers_table(world: World) -> pl.DataFrame:
    """The municipality's orderers."""
    units = pl.Series(list(world.settings.units))
    today = world.calendar.today
    orderers = orderer_units(units.len())
    # Long enough ago for every purchase of the last year.
    since = today - world.draws.integers("orderer", orderers.height, 900, 1_500)
    return orderers.with_columns(
        since=pl.Series(since),
        until=pl.when(~pl.col("is_certified")).then(pl.lit(today - UNCERTIFIED_SINCE)),
    ).select(
        orderer_id=pl.format("B{}", 500 + pl.col("number")),
        unit=units.gather(orderers.get_column("unit")),
        certified_on=day_text("since"),
        certified_until=day_text("until"),
    )


def followups_table(world: World) -> pl.DataFrame:
    """Follow-ups that were done, as the contract register tells of them."""
    kinds = ["platsbesok", "ekonomi", "dialog", "bemanning"]
    rows = world.contracts.filter(pl.col("followup").is_not_null()).join(
        world.suppliers.select("supplier", "supplier_no", "street"),
        on="supplier",
        how="left",
        maintain_order="left",
    )
    kind = pl.Series(kinds).gather(
        pl.Series(world.draws.pick("followup/kind", rows.height, len(kinds)))
    )
    faulty = pl.Series(world.draws.chance("followup/fault", rows.height, 0.15))
    planned = rows.select(
        contract_no="number",
        supplier_no="supplier_no",
        done_on=day_text("followup"),
        kind=kind,
        outcome=pl.when(faulty).then(pl.lit("brist")).otherwise(pl.lit("utan_anmarkning")),
        place=pl.when(kind == "platsbesok").then("street"),
    )
    numbers = world.contracts.filter(pl.col("which") == 1).select("supplier", "number")
    visits = (
        world.site_visits.join(numbers, on="supplier", maintain_order="left")
        .join(
            world.suppliers.select("supplier", "supplier_no"), on="supplier", maintain_order="left"
        )
        .select(
            contract_no="number",
            supplier_no="supplier_no",
            done_on=day_text("day"),
            kind=pl.lit("platsbesok"),
            outcome=pl.lit("utan_anmarkning"),
            place="place",
        )
    )
    return pl.concat([planned, visits]).sort("done_on", "contract_no")


def incidents_table(world: World) -> pl.DataFrame:
    """Complaints, deviations and tips as the municipality writes them down."""
    names = world.suppliers.select("supplier", "supplier_no")
    rows = world.incidents.join(names, on="supplier", how="left", maintain_order="left")
    ordered = rows.sort("day", "supplier_no", "kind").with_row_index("number")
    return ordered.select(
        incident_id=pl.format("AVV-{}", 3_000 + pl.col("number")),
        supplier_no="supplier_no",
        occurred_on=day_text("day"),
        kind="kind",
        severity="severity",
        unit=pl.lit(world.settings.words.place.municipality),
        description=pl.lit(None, pl.String),
        status=pl.lit("registrerad"),
    )


def grants_table(world: World) -> pl.DataFrame:
    """Granted help."""
    areas = pl.Series([kind.area for kind in world.settings.services.values()])
    told = world.suppliers.select(
        "company", "orgnr", area=areas.gather(world.suppliers.get_column("service"))
    )
    rows = world.grants.join(told, on="company", how="left", maintain_order="left")
    return rows.select(
        client_id=pl.lit("B") + (pl.col("client") + 1_000_000).cast(pl.String),
        service="area",
        orgnr="orgnr",
        hours_per_month="hours",
        valid_from=day_text("since"),
        valid_to=day_text("until"),
        ended_reason="ended",
    ).sort("client_id", "valid_from")


def visits_table(world: World) -> pl.DataFrame:
    """Time reports; most visits are tagged at the door."""
    areas = pl.Series([kind.area for kind in world.settings.services.values()])
    told = world.suppliers.select(
        "company", "orgnr", area=areas.gather(world.suppliers.get_column("service"))
    )
    rows = world.visits.join(told, on="company", how="left", maintain_order="left")
    by_hand = pl.coalesce(
        "by_hand", pl.Series(world.draws.chance("visit/by hand", rows.height, 0.12))
    )
    hired = rows.get_column("employer").drop_nulls().unique().sort()
    employers = pl.DataFrame(
        {
            "employer": hired,
            "employer_orgnr": digits(company_numbers(world.draws, "AB", hired.to_numpy()), 10),
        },
        schema_overrides={"employer": pl.Int64, "employer_orgnr": pl.String},
    )
    rows = rows.join(employers, on="employer", how="left", maintain_order="left")

    def time(column: str) -> pl.Expr:
        return pl.from_epoch(pl.col(column) * 60, time_unit="s").dt.strftime("%Y-%m-%dT%H:%M:%S")

    return rows.select(
        worker_id=pl.lit("U") + (pl.col("worker") + 1_000_000).cast(pl.String),
        client_id=pl.lit("B") + (pl.col("client") + 1_000_000).cast(pl.String),
        orgnr="orgnr",
        service="area",
        start=time("start"),
        end=time("end"),
        source=pl.when(by_hand).then(pl.lit("manuell")).otherwise(pl.lit("tagg")),
        unit=pl.lit(world.settings.words.place.municipality),
        employer_orgnr=dashed(pl.col("employer_orgnr")),
    ).sort("start", "worker_id", "client_id")
