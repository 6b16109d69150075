"""Entries of sanctions lists and trading prohibitions, as one side of the comparison."""

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from screening.identity.listed.addresses_told import told_places
from screening.identity.listed.numbers_told import MOST_HOLDERS, compared_numbers
from screening.identity.listed.sides import (
    BIRTHS,
    CONTACTS,
    NUMBERS,
    PLACES,
    Side,
    capped_names,
    contact_forms,
    shaped,
)
from screening.warehouse.exchange import to_polars

SANCTIONS, PROHIBITIONS = "sanctions", "trading_prohibitions"

#: What is known of an entry beside what it is compared by.
ENTRIES = {
    "no": pl.UInt32(),
    "list": pl.String(),
    "list_name": pl.String(),
    "entry_id": pl.String(),
    "entry_name": pl.String(),
    "programme": pl.String(),
    "from_date": pl.Date(),
    "to_date": pl.Date(),
    "is_sanction": pl.Boolean(),
    "is_gone": pl.Boolean(),
    "list_as_of": pl.Date(),
    "ref": pl.Int64(),
}

_SANCTIONS = """
SELECT ref, id AS entry_id, name AS entry_name, schema, aliases, birth_date, addresses,
    identifiers, sanctions, phones, emails, program_ids, dataset, first_seen, last_seen,
    as_of AS list_as_of
FROM known.sanctions WHERE id IS NOT NULL
"""

#: Answers about persons one by one: the newest about each holds; one without a date tells of none.
_PROHIBITIONS = """
SELECT held.ref, 'np:' || coalesce(person.person_key, 'r' || held.ref) || ':' || held.from_date
        AS entry_id,
    held.person_name AS entry_name, held.person_id, held.from_date, held.to_date,
    held.as_of AS list_as_of
FROM known.trading_prohibitions AS held
LEFT JOIN identity.persons AS person
    ON person.source = 'trading_prohibitions' AND person.ref = held.ref
WHERE held.from_date IS NOT NULL AND (held.answered_on IS NULL OR held.answered_on >= (
    SELECT max(answer.answered_on) FROM known.trading_prohibitions AS answer
    WHERE answer.person_id = held.person_id))
"""

#: As what an entry may be compared. What is none of these (a vessel, a wallet) is nobody's name.
_PERSONS = ("person",)
_COMPANIES = ("company", "organization", "organisation", "publicbody")
_EITHER = ("legalentity", "entity", "thing", "")

#: Signs of a cell that are read; and of what is shown of a programme.
_LONGEST_CELL, _LONGEST_PROGRAMME = 50_000, 300

#: A value in quotes, or one without; quotes are doubled within quotes.
_VALUE = r'"(?:[^"]|"")*"(?:;|$)|[^;]+'


@dataclass(frozen=True)
class Lists:
    """Entries of all lists: what is shown of them (``ENTRIES``), and what they are compared by."""

    entries: pl.DataFrame
    side: Side


def several(cell: pl.Expr) -> pl.Expr:
    """Values of a cell that a publisher joined by ``;``, those with ``;`` in quotes."""
    value = (
        pl.element()
        .str.strip_chars("; \t\r\n")
        .str.replace(r'^"((?s:.*))"$', "${1}")
        .str.replace_all('""', '"', literal=True)
        .str.strip_chars()
    )
    listed = cell.str.head(_LONGEST_CELL).str.extract_all(_VALUE).list.eval(value)
    return listed.list.eval(pl.element().filter(pl.element() != ""))


def _values(rows: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    return (
        rows.select("no", several(pl.col(column)).alias(name))
        .explode(name, empty_as_null=False)
        .drop_nulls()
    )


def _births(rows: pl.DataFrame) -> pl.DataFrame:
    """Dates of birth in any precision; of a text without a year nothing."""
    told = _values(rows, "birth_date", "born").select(
        "no",
        year=pl.col("born").str.extract(r"(?:^|\D)((?:18|19|20)\d\d)(?:\D|$)"),
        month=pl.col("born").str.extract(r"^\d{4}-(\d\d)"),
        day=pl.col("born").str.extract(r"^\d{4}-\d\d-(\d\d)"),
    )
    return shaped(told.drop_nulls("year"), BIRTHS)


def _ends() -> tuple[pl.Expr, pl.Expr]:
    """First day of a sanction, and the last day of one that has ended, at the end of its text."""
    day = r"\d{4}-\d\d-\d\d"
    text = pl.col("sanction")
    both = rf"(?:^| )({day}) - ({day})$"
    start = pl.coalesce(text.str.extract(both, 1), text.str.extract(rf"(?:^| )({day})$"))
    return start.str.to_date(strict=False), text.str.extract(both, 2).str.to_date(strict=False)


def _in_force(rows: pl.DataFrame) -> pl.DataFrame:
    """``no``, ``from_date``, ``to_date`` of the entries whose sanctions tell days.

    An entry has ended only when each of its sanctions has.
    """
    start, end = _ends()
    told = _values(rows, "sanctions", "sanction").with_columns(start=start, end=end)
    return told.group_by("no").agg(
        from_date=pl.col("start").min(),
        to_date=pl.when(pl.col("end").null_count() == 0).then(pl.col("end").max()),
    )


def _gone(rows: pl.DataFrame) -> pl.DataFrame:
    """``no`` of entries that a later delivery of all their lists no longer had.

    An entry that is still there is seen again with each delivery of its list. What a list was last
    seen on is told by the entries of that list alone: others may have been seen on another.
    """
    listed = _values(rows, "dataset", "dataset").join(
        rows.select("no", seen=pl.col("last_seen").str.head(10).str.to_date(strict=False)), on="no"
    )
    alone = listed.filter(pl.len().over("no") == 1)
    newest = alone.group_by("dataset").agg(newest=pl.col("seen").max())
    told = listed.join(newest, on="dataset", how="left")
    return (
        told.group_by("no")
        .agg(is_gone=(pl.col("seen") < pl.col("newest")).fill_null(value=False).all())
        .filter("is_gone")
        .select("no")
    )


def _is_kind(kinds: tuple[str, ...]) -> pl.Expr:
    schema = pl.col("schema").fill_null("").str.to_lowercase().str.strip_chars()
    return schema.is_in([*kinds, *_EITHER])


def _sanction_lists(rows: pl.DataFrame) -> Lists:
    """Entries of sanctions lists; ``rows`` have the columns of ``_SANCTIONS`` and ``no``."""
    rows = rows.with_columns(is_person=_is_kind(_PERSONS), is_company=_is_kind(_COMPANIES))
    rows = rows.filter(pl.col("is_person") | pl.col("is_company"))
    told = pl.coalesce("sanctions", "program_ids").fill_null("").str.strip_chars() != ""
    entries = (
        rows.join(_in_force(rows), on="no", how="left")
        .with_columns(
            list=pl.lit(SANCTIONS),
            list_name=pl.col("dataset").str.head(_LONGEST_PROGRAMME),
            programme=pl.coalesce("program_ids", "sanctions").str.head(_LONGEST_PROGRAMME),
            from_date=pl.coalesce(
                "from_date", pl.col("first_seen").str.head(10).str.to_date(strict=False)
            ),
            # A list that tells sanctions, without one, speaks of somebody else: those who hold
            # public office, for instance. A list that tells none is one of sanctions.
            is_sanction=told | ~told.any(),
            is_gone=pl.col("no").is_in(_gone(rows)["no"].implode()),
        )
        .select(ENTRIES.keys())
    )
    names = pl.concat(
        [rows.select("no", name="entry_name"), _values(rows, "aliases", "name")]
    ).drop_nulls()
    mail, _ = contact_forms(pl.col("contact"), pl.col("contact"))
    _, phone = contact_forms(pl.col("contact"), pl.col("contact"))
    contacts = pl.concat(
        [
            _values(rows, "emails", "contact").with_columns(contact=mail),
            _values(rows, "phones", "contact").with_columns(contact=phone),
        ]
    ).drop_nulls()
    numbers = compared_numbers(_values(rows, "identifiers", "written"), "written")
    shared = pl.col("no").n_unique().over("number") <= MOST_HOLDERS
    side = Side(
        parties=rows.select("no", "is_person", "is_company").sort("no"),
        names=capped_names(names),
        births=_births(rows.filter("is_person")),
        numbers=shaped(numbers.filter(shared), NUMBERS),
        places=told_places(_values(rows, "addresses", "address")),
        contacts=shaped(contacts, CONTACTS),
    )
    return Lists(entries, side)


def births_in_numbers(numbers: pl.DataFrame, number: str) -> pl.DataFrame:
    """Dates of birth in personal numbers of twelve figures: ``Side.births``."""
    text = pl.col(number)
    day = text.str.slice(6, 2).cast(pl.Int8, strict=False)
    told = numbers.filter(text.str.contains(r"^(?:18|19|20)\d{10}$")).select(
        "no",
        year=text.str.head(4),
        month=text.str.slice(4, 2),
        day=pl.when(day > 60).then(day - 60).otherwise(day),
    )
    return shaped(told, BIRTHS)


def _prohibitions(rows: pl.DataFrame) -> Lists:
    """Persons under trading prohibition; ``rows`` have the columns of the query and ``no``."""
    entries = rows.with_columns(
        list=pl.lit(PROHIBITIONS),
        list_name=pl.lit(None, pl.String),
        programme=pl.lit(None, pl.String),
        is_sanction=pl.lit(value=False),
        is_gone=pl.lit(value=False),
    ).select(ENTRIES.keys())
    side = Side(
        parties=rows.select(
            "no", is_person=pl.lit(value=True), is_company=pl.lit(value=False)
        ).sort("no"),
        names=capped_names(rows.select("no", name="entry_name")),
        births=births_in_numbers(rows, "person_id"),
        numbers=shaped(compared_numbers(rows, "person_id"), NUMBERS),
        places=pl.DataFrame(schema=PLACES),
        contacts=pl.DataFrame(schema=CONTACTS),
    )
    return Lists(entries, side)


def _together(one: Lists, other: Lists) -> Lists:
    def both(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([left, right]).sort("no")

    return Lists(
        both(one.entries, other.entries),
        Side(
            parties=both(one.side.parties, other.side.parties),
            names=both(one.side.names, other.side.names),
            births=both(one.side.births, other.side.births),
            numbers=both(one.side.numbers, other.side.numbers),
            places=both(one.side.places, other.side.places),
            contacts=both(one.side.contacts, other.side.contacts),
        ),
    )


def read_lists(connection: duckdb.DuckDBPyConnection, as_of: date) -> Lists:
    """Every entry of ``known.sanctions`` and ``known.trading_prohibitions``.

    Entries that have ended are there, and say so: somebody may ask why a match is gone.

    Args:
        connection: schema ``known`` set to the run's day, ``identity.persons`` made.
        as_of: the run's day.
    """
    sanctions = to_polars(connection.sql(_SANCTIONS)).sort("entry_id", "ref").with_row_index("no")
    held = to_polars(connection.sql(_PROHIBITIONS)).sort("entry_id", "ref")
    held = held.with_row_index("no", offset=sanctions.height)
    lists = _together(_sanction_lists(sanctions), _prohibitions(held))
    entries = lists.entries.select(pl.col(name).cast(kind) for name, kind in ENTRIES.items())
    ended = (pl.col("to_date") < as_of).fill_null(value=False)
    to_come = (pl.col("from_date") > as_of).fill_null(value=False)
    in_force = ~pl.col("is_gone") & ~ended & ~to_come
    return Lists(entries.with_columns(is_in_force=in_force), lists.side)
