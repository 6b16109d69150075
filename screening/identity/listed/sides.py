"""What is known of the parties on one side of the comparison: entries of lists, or subjects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

#: Names of one party that are read. Some entries have dozens; what is beyond is an attack.
MOST_NAMES = 100

PARTIES = {"no": pl.UInt64(), "is_person": pl.Boolean(), "is_company": pl.Boolean()}
NAMES = {"no": pl.UInt64(), "name": pl.String()}
BIRTHS = {"no": pl.UInt64(), "year": pl.Int32(), "month": pl.Int8(), "day": pl.Int8()}
NUMBERS = {"no": pl.UInt64(), "number": pl.String(), "is_swedish": pl.Boolean()}
PLACES = {"no": pl.UInt64(), "country": pl.String(), "town": pl.String(), "door": pl.String()}
CONTACTS = {"no": pl.UInt64(), "contact": pl.String()}


@dataclass(frozen=True)
class Side:
    """Parties and what is told of each; ``no`` is a party's number: any, but always the same.

    Attributes:
        parties: ``no``, ``is_person``, ``is_company``: as which it may be compared.
        names: ``no``, ``name`` as written; every name and alias once.
        births: ``no``, ``year``, ``month`` and ``day`` (null where only the year is told).
        numbers: ``no``, ``number`` (letters and figures only), ``is_swedish`` (written as a Swedish
            number, so that another one speaks against).
        contacts: ``no``, ``contact``: ``mail:`` or ``tel:`` and its normal form.
        addresses: ``no``, and addresses as they are stated.
        read_places: reads rows of ``addresses``: hardly any party is compared in the end.
    """

    parties: pl.DataFrame
    names: pl.DataFrame
    births: pl.DataFrame
    numbers: pl.DataFrame
    contacts: pl.DataFrame
    addresses: pl.DataFrame
    read_places: Callable[[pl.DataFrame], pl.DataFrame]

    def places_of(self, parties: pl.DataFrame) -> pl.DataFrame:
        """Places of these parties (``no``), as their addresses state them: ``PLACES``.

        ``no``, ``country`` (two letters), ``town`` and ``door`` as ``screening.identity.addresses``
        writes them; null where they are not told. Of entries ``town`` is the whole address, folded,
        since nobody says which part is the town.
        """
        stated = self.addresses.join(parties.select("no"), on="no", how="semi")
        if stated.is_empty():
            return pl.DataFrame(schema=PLACES)
        return self.read_places(stated)


NOBODY = Side(
    parties=pl.DataFrame(schema=PARTIES),
    names=pl.DataFrame(schema=NAMES),
    births=pl.DataFrame(schema=BIRTHS),
    numbers=pl.DataFrame(schema=NUMBERS),
    contacts=pl.DataFrame(schema=CONTACTS),
    addresses=pl.DataFrame(schema={"no": pl.UInt64()}),
    read_places=lambda stated: stated,
)


def both_sides(one: Side, other: Side) -> Side:
    """The parties of two sides that have none in common, and state addresses in the same way."""

    def both(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
        if not (left.height and right.height):
            return left if left.height else right
        return pl.concat([left, right])

    return Side(
        parties=both(one.parties, other.parties),
        names=both(one.names, other.names),
        births=both(one.births, other.births),
        numbers=both(one.numbers, other.numbers),
        contacts=both(one.contacts, other.contacts),
        addresses=both(one.addresses, other.addresses),
        read_places=one.read_places if one.addresses.height else other.read_places,
    )


def shaped(frame: pl.LazyFrame, schema: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    """The columns of ``schema`` of a frame, every row once, in any order."""
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items()).unique()


def _capped(names: pl.DataFrame) -> pl.DataFrame:
    """At most ``MOST_NAMES`` of each party."""
    many = names.group_by("no").len().filter(pl.col("len") > MOST_NAMES).select("no")
    if many.is_empty():
        return names
    capped = names.join(many, on="no", how="semi").sort("no", "name")
    return pl.concat(
        [
            names.join(many, on="no", how="anti"),
            capped.filter(pl.int_range(pl.len()).over("no") < MOST_NAMES),
        ]
    )


def side_from(
    parties: pl.LazyFrame,
    names: pl.LazyFrame,
    births: pl.LazyFrame,
    numbers: pl.LazyFrame,
    contacts: pl.LazyFrame,
    addresses: pl.DataFrame,
    read_places: Callable[[pl.DataFrame], pl.DataFrame],
) -> Side:
    """A side of what was read, all at once; names and contacts may be null, and come again."""
    told = names.filter(pl.col("name").str.strip_chars() != "")
    found = pl.collect_all(
        [
            parties.select(*PARTIES),
            shaped(told, NAMES),
            births,
            numbers,
            shaped(contacts.drop_nulls(), CONTACTS),
        ]
    )
    return Side(
        parties=found[0],
        names=_capped(found[1]) if found[1].height > MOST_NAMES else found[1],
        births=found[2],
        numbers=found[3],
        contacts=found[4],
        addresses=addresses,
        read_places=read_places,
    )


def contact_forms(mail: pl.Expr, phone: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Normal forms of an e-mail address and a telephone number; null where they are none.

    A number without a country's code is taken for a Swedish one.
    """
    bare = mail.str.strip_chars().str.to_lowercase()
    address = bare.str.extract(r"^(?:mailto:)?([^@\s]+@[^@\s]+\.[^@\s]+)$")
    figures = (
        phone.str.replace(r"\(0\)", "")
        .str.replace_all(r"[^0-9]", "")
        .str.replace(r"^00", "")
        .str.replace(r"^0", "46")
    )
    number = pl.when(figures.str.len_bytes().is_between(8, 15)).then(figures)
    return pl.lit("mail:") + address, pl.lit("tel:") + number
