"""Entries of sanctions lists and trading prohibitions, as one side of the comparison."""

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from screening.identity.listed.addresses_told import told_places
from screening.identity.listed.entries_shown import shown_entries
from screening.identity.listed.list_cells import of_kinds, values_of
from screening.identity.listed.numbers_told import compared_numbers
from screening.identity.listed.sides import BIRTHS, NUMBERS, Side, contact_forms, shaped, side_from
from screening.warehouse.connection import has_rows
from screening.warehouse.exchange import as_table, to_polars

#: ``told_entries``: which row of which list is which entry; ``no`` stands for all that is compared
#: of it, so that an entry that is merely listed again is the same.
_TOLD = """
CREATE OR REPLACE TEMP TABLE told_entries AS
SELECT hash('sanctions', id, name, schema, aliases, birth_date, addresses, identifiers, phones,
    emails) AS no, 'sanctions' AS list, ref, NULL AS entry_id
FROM known.sanctions WHERE id IS NOT NULL
UNION ALL
-- Answers about persons one by one: the newest about each holds, one without a date tells none.
SELECT hash('trading_prohibitions', entry_id, person_name, person_id), 'trading_prohibitions', ref,
    entry_id
FROM (
    SELECT held.ref, held.person_name, held.person_id, 'np:'
        || coalesce(person.person_key, 'r' || held.ref) || ':' || held.from_date AS entry_id
    FROM known.trading_prohibitions AS held
    LEFT JOIN identity.persons AS person
        ON person.source = 'trading_prohibitions' AND person.ref = held.ref
    WHERE held.from_date IS NOT NULL AND (held.answered_on IS NULL OR held.answered_on >= (
        SELECT max(answer.answered_on) FROM known.trading_prohibitions AS answer
        WHERE answer.person_id = held.person_id)))
"""

_CONTENTS = "SELECT DISTINCT no, no AS content FROM told_entries"

_COMPARED_SANCTIONS = """
SELECT told.no, held.name AS entry_name, held.schema, held.aliases, held.birth_date,
    held.identifiers, held.phones, held.emails, held.addresses
FROM known.sanctions AS held JOIN (
    SELECT no, min(ref) AS ref FROM told_entries SEMI JOIN asked_numbers USING (no)
    WHERE list = 'sanctions' GROUP BY no) AS told USING (ref)
ORDER BY told.no
"""

_COMPARED_PROHIBITIONS = """
SELECT told.no, held.person_name AS entry_name, held.person_id
FROM known.trading_prohibitions AS held JOIN (
    SELECT no, min(ref) AS ref FROM told_entries SEMI JOIN asked_numbers USING (no)
    WHERE list = 'trading_prohibitions' GROUP BY no) AS told USING (ref)
ORDER BY told.no
"""

#: Entries by the ids that decisions name them by.
_OF_IDS = """
SELECT DISTINCT no, id AS entry_id FROM known.sanctions
JOIN told_entries USING (ref) JOIN asked_ids ON asked_ids.entry_id = id WHERE list = 'sanctions'
UNION SELECT no, entry_id FROM told_entries SEMI JOIN asked_ids USING (entry_id)
ORDER BY ALL
"""


def _births(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Dates of birth in any precision; of a text without a year nothing."""
    told = values_of(rows, "birth_date", "born").select(
        "no",
        year=pl.col("born").str.extract(r"(?:^|\D)((?:18|19|20)\d\d)(?:\D|$)"),
        month=pl.col("born").str.extract(r"^\d{4}-(\d\d)"),
        day=pl.col("born").str.extract(r"^\d{4}-\d\d-(\d\d)"),
    )
    return shaped(told.drop_nulls("year"), BIRTHS)


def _places(stated: pl.DataFrame) -> pl.DataFrame:
    return told_places(values_of(stated.lazy(), "addresses", "address").collect(engine="in-memory"))


def births_in_numbers(numbers: pl.LazyFrame, number: str) -> pl.LazyFrame:
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


def _side(sanctions: pl.DataFrame, prohibitions: pl.DataFrame) -> Side:
    """Entries; the frames are rows of ``_COMPARED_SANCTIONS`` and ``_COMPARED_PROHIBITIONS``."""
    rows, held = of_kinds(sanctions.lazy()), prohibitions.lazy()
    mail, phone = contact_forms(pl.col("contact"), pl.col("contact"))
    persons = held.select("no", is_person=pl.lit(value=True), is_company=pl.lit(value=False))
    written = pl.concat(
        [values_of(rows, "identifiers", "written"), held.select("no", written="person_id")]
    )

    return side_from(
        parties=pl.concat([rows.select("no", "is_person", "is_company"), persons]).sort("no"),
        names=pl.concat(
            [
                rows.select("no", name="entry_name"),
                values_of(rows, "aliases", "name"),
                held.select("no", name="entry_name"),
            ]
        ),
        births=pl.concat([_births(rows.filter("is_person")), births_in_numbers(held, "person_id")]),
        numbers=shaped(compared_numbers(written, "written"), NUMBERS),
        contacts=pl.concat(
            [
                values_of(rows, "emails", "contact").with_columns(contact=mail),
                values_of(rows, "phones", "contact").with_columns(contact=phone),
            ]
        ),
        addresses=sanctions.select("no", "addresses").drop_nulls(),
        read_places=_places,
    )


@dataclass(frozen=True)
class Lists:
    """Entries of all lists of a warehouse.

    Attributes:
        connection: the warehouse, with the temporary table ``told_entries``.
        as_of: the run's day.
    """

    connection: duckdb.DuckDBPyConnection
    as_of: date

    #: SQL that gives ``no`` and ``content``, a hash of all that is compared, of each.
    contents = _CONTENTS

    def _all(self) -> pl.DataFrame:
        return to_polars(self.connection.sql("SELECT DISTINCT no FROM told_entries"))

    def any(self) -> bool:
        """Whether there is an entry at all."""
        return has_rows(self.connection, "FROM told_entries")

    def side_of(self, asked: pl.DataFrame | None = None) -> Side:
        """What the entries that are asked for (``no``) are compared by; all where none is."""
        with as_table(self.connection, "asked_numbers", self._all() if asked is None else asked):
            sanctions = to_polars(self.connection.sql(_COMPARED_SANCTIONS))
            held = to_polars(self.connection.sql(_COMPARED_PROHIBITIONS))
        return _side(sanctions, held)

    @property
    def side(self) -> Side:
        """What all entries are compared by."""
        return self.side_of()

    def shown(self, asked: pl.DataFrame) -> pl.DataFrame:
        """What is shown of the entries that are asked for (``no``): ``ENTRIES``, ``is_in_force``.

        Entries that have ended are there, and say so: somebody may ask why a match is gone.
        """
        return shown_entries(self.connection, asked, self.as_of)

    @property
    def entries(self) -> pl.DataFrame:
        """What is shown of all entries."""
        return self.shown(self._all())

    def numbers_of(self, ids: pl.Series) -> pl.DataFrame:
        """``no`` and ``entry_id`` of the entries with these ids."""
        with as_table(self.connection, "asked_ids", pl.DataFrame({"entry_id": ids})):
            return to_polars(self.connection.sql(_OF_IDS))

    def forget(self) -> None:
        """Drop the temporary table."""
        self.connection.execute("DROP TABLE IF EXISTS temp.told_entries")


def read_lists(connection: duckdb.DuckDBPyConnection, as_of: date) -> Lists:
    """Every entry of ``known.sanctions`` and ``known.trading_prohibitions``.

    ``forget`` what is given when it is no longer asked.

    Args:
        connection: schema ``known`` set to the run's day, ``identity.persons`` made.
        as_of: the run's day.
    """
    connection.execute(_TOLD)
    return Lists(connection, as_of)
