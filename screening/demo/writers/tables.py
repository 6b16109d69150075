"""The sources that are plain tables: canonical CSV, one with Swedish names in cp1252, one XLSX."""

from datetime import date, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from screening.demo.numbers import company_numbers, dashed, digits
from screening.demo.ordering import UNCERTIFIED_SINCE, orderer_units
from screening.demo.payroll import CONTRIBUTIONS
from screening.demo.permits import manager_names
from screening.demo.world import World


def write_csv(
    frame: pl.DataFrame, path: Path, separator: str = ",", encoding: str = "utf-8"
) -> None:
    """Write a table of text, its folder made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = frame.write_csv(separator=separator, line_terminator="\r\n", null_value="")
    path.write_bytes(text.encode(encoding))


def write_xlsx(frame: pl.DataFrame, path: Path, sheet: str, made_on: datetime) -> None:
    """Write a table as a workbook; the same table gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"created": made_on})
        frame.write_excel(workbook, worksheet=sheet, autofit=False, float_precision=2)


def day_text(column: str) -> pl.Expr:
    """A column of day numbers as ``YYYY-MM-DD``."""
    return pl.col(column).cast(pl.Int32).cast(pl.Date).cast(pl.String)


def money(column: str) -> pl.Expr:
    """A column of öre as kronor with two decimals."""
    return (
        (pl.col(column) // 100).cast(pl.String)
        + "."
        + (pl.col(column) % 100).cast(pl.String).str.zfill(2)
    )


def _orgnr(world: World) -> pl.DataFrame:
    """``company, orgnr`` of everyone."""
    return pl.concat(
        [world.suppliers.select("company", "orgnr"), world.others.select("company", "orgnr")]
    )


def _with_people(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with their person's columns; ``of_age`` is ``since``, but not before age twenty."""
    joined = rows.join(world.people, on="person", how="left", maintain_order="left")
    return joined.with_columns(of_age=pl.max_horizontal("since", pl.col("birth") + 20 * 366))


def permits_table(world: World, day: date) -> pl.DataFrame:
    """IVO's extract, with Swedish column names."""
    names = pl.concat(
        [
            world.suppliers.select("company", "orgnr", "name"),
            world.others.select("company", "orgnr", "name"),
        ]
    )
    rows = world.permits.join(names, on="company", how="left", maintain_order="left")
    number = pl.int_range(pl.len())
    told = rows.with_columns(
        number=pl.concat_str(pl.lit("6.3.1-"), 10_000 + number * 7, pl.lit("/"), 2015 + number % 9),
        manager=manager_names(world, rows.height),
        decided=pl.col("valid_from") - 12,
    )
    return told.select(
        Organisationsnummer=dashed(pl.col("orgnr")),
        Tillstand="permit",
        Status="status",
        Utforare="name",
        Tillstandsnummer="number",
        Enhet="unit_name",
        Gatuadress="street",
        Postnummer="postal_code",
        Postort=pl.col("city").str.to_uppercase(),
        Giltigt_fran=day_text("valid_from"),
        Giltigt_till=day_text("valid_to"),
        Beslutsdatum=day_text("decided"),
        Forestandare="manager",
        Uttagsdatum=pl.lit(day.isoformat()),
    ).sort("Organisationsnummer", "Tillstandsnummer")


def tax_table(world: World) -> pl.DataFrame:
    """Skatteverket's answers."""
    rows = world.tax_status.join(_orgnr(world), on="company", how="left", maintain_order="left")
    return rows.select(
        orgnr=dashed(pl.col("orgnr")),
        f_tax=_yes("f_tax"),
        vat_registered=_yes("vat"),
        employer_registered=_yes("employer"),
        changed_on=day_text("changed"),
        as_of=day_text("day"),
    ).sort("as_of", "orgnr")


def _yes(column: str) -> pl.Expr:
    return pl.when(pl.col(column)).then(pl.lit("ja")).otherwise(pl.lit("nej"))


def debts_table(world: World) -> pl.DataFrame:
    """Kronofogden's answers."""
    rows = world.debts.join(_orgnr(world), on="company", how="left", maintain_order="left")
    return rows.select(
        orgnr=dashed(pl.col("orgnr")),
        as_of=day_text("day"),
        allmanna_mal_sek=money("public_ore"),
        public_count="public_count",
        enskilda_mal_sek=money("private_ore"),
        private_count="private_count",
        source=pl.lit("Kronofogden"),
    ).sort("as_of", "orgnr")


def payroll_table(world: World) -> pl.DataFrame:
    """What employers declared, month by month."""
    starts = pl.Series(world.calendar.month_starts)
    rows = world.payroll.join(_orgnr(world), on="company", how="left", maintain_order="left")
    rows = rows.with_columns(
        start=starts.gather(rows.get_column("month")),
        contributions=(pl.col("pay_ore") * CONTRIBUTIONS / 100).round().cast(pl.Int64) * 100,
    )
    return rows.select(
        orgnr="orgnr",
        month=day_text("start").str.head(7),
        employer_contributions_sek=money("contributions"),
        declared_pay_sek=money("pay_ore"),
        employees="employees",
    ).sort("month", "orgnr")


def officers_table(world: World) -> pl.DataFrame:
    """Boards and other officers. Some persons are known by name and date of birth only."""
    known = world.officers.join(_orgnr(world), on="company", how="left", maintain_order="left")
    rows = _with_people(world, known)
    # Those that no scheme or near miss hangs on: ordinary members of ordinary boards.
    special = world.suppliers.filter(pl.col("part") != "ordinary").get_column("company").implode()
    is_plain = ~pl.col("company").is_in(special) & (pl.col("company") < world.suppliers.height)
    hidden = is_plain & (pl.col("person") % 12 == 5) & (pl.col("role") == "ledamot")
    return rows.select(
        orgnr="orgnr",
        person_id=pl.when(~hidden).then("number"),
        person_name="name",
        birth_date=day_text("birth"),
        role="role",
        from_date=day_text("of_age"),
        to_date=day_text("until"),
        street="street",
        postal_code="postal_code",
        city="city",
        country=pl.lit("SE"),
    ).sort("orgnr", "role", "person_name", "birth_date", "from_date")


def owners_table(world: World) -> pl.DataFrame:
    """Owners: persons, and companies that own companies."""
    columns = ("company", "orgnr", "name")
    parents = pl.concat([world.others.select(columns), world.suppliers.select(columns)]).select(
        parent="company", parent_orgnr="orgnr", parent_name="name"
    )
    known = world.owners.join(_orgnr(world), on="company", how="left", maintain_order="left")
    rows = _with_people(world, known).join(parents, on="parent", how="left", maintain_order="left")
    is_person = pl.col("person") >= 0
    is_known = is_person | (pl.col("parent") >= 0)
    return rows.select(
        orgnr="orgnr",
        owner_id=pl.when(is_person).then("number").otherwise("parent_orgnr"),
        owner_name=pl.when(is_person)
        .then("name")
        .otherwise(pl.col("parent_name").fill_null("Ej angiven")),
        owner_type=pl.when(is_person)
        .then(pl.lit("person"))
        .otherwise(pl.when(is_known).then(pl.lit("company")).otherwise(pl.lit("unknown"))),
        birth_date=day_text("birth"),
        share_percent=pl.col("share").round(1),
        interest=pl.lit("ownership"),
        from_date=pl.when(is_person).then(day_text("of_age")).otherwise(day_text("since")),
        to_date=day_text("until"),
        direct=pl.lit("ja"),
    ).sort("orgnr", "owner_name", "owner_id")


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
        sensitive_role=_yes("is_sensitive"),
        street="street",
        postal_code="postal_code",
        bank_account="BG " + pl.col("account").str.head(4) + "-" + pl.col("account").str.tail(4),
        secondary_employment_orgnr=pl.lit(None, pl.String),
    ).sort("employee_id")


def prohibitions_table(world: World) -> pl.DataFrame:
    """Persons under trading prohibition."""
    rows = world.prohibitions.join(world.people, on="person", how="left", maintain_order="left")
    return rows.select(
        person_id="number",
        person_name="name",
        from_date=day_text("since"),
        to_date=day_text("until"),
        provisional=_yes("provisional"),
        exemption_from=day_text("exemption_from"),
        exemption_to=day_text("exemption_to"),
        exemption_revoked_on=pl.lit(None, pl.String),
    ).sort("person_id", "from_date")


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
        procurement_unit_involved=_yes("involved"),
        # Not everybody writes down that there are none.
        subcontractors=pl.when(pl.col("subcontractor").is_not_null())
        .then(dashed(pl.col("subcontractor_orgnr")))
        .when(pl.col("procedure") == "upphandling")
        .then(pl.lit("inga")),
        ended_on=day("stopped"),
        ended_reason="why",
    ).sort("contract_no")


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


def events_table(world: World) -> pl.DataFrame:
    """Registered changes of companies."""
    rows = world.events.join(_orgnr(world), on="company", how="left", maintain_order="left")
    return rows.select(
        orgnr="orgnr", event="event", occurred_on=day_text("day"), detail=pl.lit(None, pl.String)
    ).sort("occurred_on", "orgnr", "event")


def financials_table(world: World) -> pl.DataFrame:
    """Annual reports."""
    rows = world.financials.join(_orgnr(world), on="company", how="left", maintain_order="left")
    return (
        rows.with_columns(began=pl.col("ended") - 364)
        .select(
            orgnr=dashed(pl.col("orgnr")),
            period_start=day_text("began"),
            period_end=day_text("ended"),
            revenue_sek=_signed("revenue_ore"),
            result_sek=_signed("result_ore"),
            equity_sek=_signed("equity_ore"),
            share_capital_sek=_signed("capital_ore"),
            employees="employees",
            auditor_remark=pl.when("remark").then(
                pl.lit("Skatter och avgifter har vid flera tillfällen inte betalats i rätt tid.")
            ),
            filed_on=day_text("filed"),
        )
        .sort("orgnr", "period_end")
    )


def _signed(column: str) -> pl.Expr:
    """A column of öre as whole kronor."""
    return (pl.col(column) / 100).round().cast(pl.Int64)


def authority_table(world: World) -> pl.DataFrame:
    """Decisions of authorities and courts."""
    names = world.suppliers.select("company", "orgnr", "name")
    rows = world.authority_records.join(names, on="company", how="left", maintain_order="left")
    ordered = rows.sort("day", "orgnr", "kind").with_row_index("number")
    return ordered.select(
        orgnr=dashed(pl.col("orgnr")),
        person_id=pl.lit(None, pl.String),
        subject_name="name",
        authority="authority",
        kind="kind",
        decided_on=day_text("day"),
        amount_sek=_signed("ore"),
        reference=pl.format("2026/{}", 1_000 + 7 * pl.col("number")),
        legally_binding=_yes("binding"),
    )


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
