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
        places: stated addresses: ``no``, ``country`` (two letters), ``town`` and ``door`` as
            ``screening.identity.addresses`` writes them; null where they are not told. Of entries
            ``town`` is the whole address, folded, since nobody says which part is the town.
        contacts: ``no``, ``contact``: ``mail:`` or ``tel:`` and its normal form.
        read_places: reads the ``places`` of the parties that are asked for (``no``), where these
            are few of very many; ``places`` is empty then.
    """

    parties: pl.DataFrame
    names: pl.DataFrame
    births: pl.DataFrame
    numbers: pl.DataFrame
    places: pl.DataFrame
    contacts: pl.DataFrame
    read_places: Callable[[pl.DataFrame], pl.DataFrame] | None = None

    def places_of(self, parties: pl.DataFrame) -> pl.DataFrame:
        """Places of these parties (``no``)."""
        if self.read_places is not None:
            return self.read_places(parties)
        return self.places.join(parties.select("no"), on="no", how="semi")


def both_sides(one: Side, other: Side) -> Side:
    """The parties of two sides that have none in common, and read places in the same way."""

    def both(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([left, right]) if right.height else left

    return Side(
        parties=both(one.parties, other.parties),
        names=both(one.names, other.names),
        births=both(one.births, other.births),
        numbers=both(one.numbers, other.numbers),
        places=both(one.places, other.places),
        contacts=both(one.contacts, other.contacts),
        read_places=one.read_places,
    )


def shaped(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The columns of ``schema`` of a frame, every row once, in any order."""
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items()).unique()


def capped_names(names: pl.DataFrame) -> pl.DataFrame:
    """Names in shape, at most ``MOST_NAMES`` of each party."""
    told = shaped(names.filter(pl.col("name").str.strip_chars() != ""), NAMES)
    many = told.group_by("no").len().filter(pl.col("len") > MOST_NAMES).select("no")
    if many.is_empty():
        return told
    capped = told.join(many, on="no", how="semi").sort("no", "name")
    return pl.concat(
        [
            told.join(many, on="no", how="anti"),
            capped.filter(pl.int_range(pl.len()).over("no") < MOST_NAMES),
        ]
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
