"""What registers and authorities tell: canonical CSV, and IVO's extract with Swedish names."""

from datetime import date

import polars as pl

from screening.demo.numbers import dashed
from screening.demo.payroll import CONTRIBUTIONS
from screening.demo.permits import manager_names
from screening.demo.world import World
from screening.demo.writers.writing import (
    day_text,
    money,
    orgnrs,
    whole_kronor,
    with_people,
    yes_or_no,
)


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
    rows = world.tax_status.join(orgnrs(world), on="company", how="left", maintain_order="left")
    return rows.select(
        orgnr=dashed(pl.col("orgnr")),
        f_tax=yes_or_no("f_tax"),
        vat_registered=yes_or_no("vat"),
        employer_registered=yes_or_no("employer"),
        changed_on=day_text("changed"),
        as_of=day_text("day"),
    ).sort("as_of", "orgnr")


def debts_table(world: World) -> pl.DataFrame:
    """Kronofogden's answers."""
    rows = world.debts.join(orgnrs(world), on="company", how="left", maintain_order="left")
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
    rows = world.payroll.join(orgnrs(world), on="company", how="left", maintain_order="left")
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
    known = world.officers.join(orgnrs(world), on="company", how="left", maintain_order="left")
    rows = with_people(world, known)
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
    known = world.owners.join(orgnrs(world), on="company", how="left", maintain_order="left")
    rows = with_people(world, known).join(parents, on="parent", how="left", maintain_order="left")
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


def prohibitions_table(world: World) -> pl.DataFrame:
    """Persons under trading prohibition."""
    rows = world.prohibitions.join(world.people, on="person", how="left", maintain_order="left")
    return rows.select(
        person_id="number",
        person_name="name",
        from_date=day_text("since"),
        to_date=day_text("until"),
        provisional=yes_or_no("provisional"),
        exemption_from=day_text("exemption_from"),
        exemption_to=day_text("exemption_to"),
        exemption_revoked_on=pl.lit(None, pl.String),
    ).sort("person_id", "from_date")


def events_table(world: World) -> pl.DataFrame:
    """Registered changes of companies."""
    rows = world.events.join(orgnrs(world), on="company", how="left", maintain_order="left")
    return rows.select(
        orgnr="orgnr", event="event", occurred_on=day_text("day"), detail=pl.lit(None, pl.String)
    ).sort("occurred_on", "orgnr", "event")


def financials_table(world: World) -> pl.DataFrame:
    """Annual reports."""
    rows = world.financials.join(orgnrs(world), on="company", how="left", maintain_order="left")
    return (
        rows.with_columns(began=pl.col("ended") - 364)
        .select(
            orgnr=dashed(pl.col("orgnr")),
            period_start=day_text("began"),
            period_end=day_text("ended"),
            revenue_sek=whole_kronor("revenue_ore"),
            result_sek=whole_kronor("result_ore"),
            equity_sek=whole_kronor("equity_ore"),
            share_capital_sek=whole_kronor("capital_ore"),
            employees="employees",
            auditor_remark=pl.when("remark").then(
                pl.lit("Skatter och avgifter har vid flera tillfällen inte betalats i rätt tid.")
            ),
            filed_on=day_text("filed"),
        )
        .sort("orgnr", "period_end")
    )


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
        amount_sek=whole_kronor("ore"),
        reference=pl.format("2026/{}", 1_000 + 7 * pl.col("number")),
        legally_binding=yes_or_no("binding"),
    )
