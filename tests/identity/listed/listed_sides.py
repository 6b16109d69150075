"""Sides of the comparison, written down shortly for tests."""

from dataclasses import fields, replace

import duckdb
import polars as pl

from screening.identity.listed.kept_pairs import Listed, bring_up_to_date
from screening.identity.listed.matching import concluded
from screening.identity.listed.sides import (
    BIRTHS,
    CONTACTS,
    NAMES,
    NUMBERS,
    PARTIES,
    PLACES,
    Side,
)
from screening.warehouse.exchange import as_table

_FRAMES = {
    "parties": PARTIES,
    "names": NAMES,
    "births": BIRTHS,
    "numbers": NUMBERS,
    "addresses": PLACES,
    "contacts": CONTACTS,
}


def person(*names, born=(), numbers=(), places=(), contacts=()):
    """A person; ``born`` as 1970 or 1970-05-03, places as (country, town, door)."""
    return {
        "names": names, "born": [born] if isinstance(born, str) else born, "numbers": numbers,
        "places": places, "contacts": contacts, "is_person": True,
    }  # fmt: skip


def company(*names, numbers=(), places=(), contacts=()):
    """A company."""
    told = person(*names, numbers=numbers, places=places, contacts=contacts)
    return told | {"is_person": False}


def _birth(text):
    year, *rest = (int(part) for part in text.split("-"))
    return {"year": year, "month": rest[0] if rest else None, "day": rest[1] if rest else None}


def side(*parties):
    """A side of the parties in their order."""
    return numbered_side(dict(enumerate(parties)))


def numbered_side(parties):
    """A side of parties by number."""
    rows = {name: [] for name in _FRAMES}
    for no, party in parties.items():
        is_person = party["is_person"]
        rows["parties"].append({"no": no, "is_person": is_person, "is_company": not is_person})
        rows["names"] += [{"no": no, "name": name} for name in party["names"]]
        rows["births"] += [{"no": no} | _birth(text) for text in party["born"]]
        rows["numbers"] += [
            {"no": no, "number": number, "is_swedish": number.isdigit() and len(number) == 10}
            for number in party["numbers"]
        ]
        rows["addresses"] += [
            {"no": no, "country": country, "town": town, "door": door}
            for country, town, door in party["places"]
        ]
        rows["contacts"] += [{"no": no, "contact": contact} for contact in party["contacts"]]
    frames = {name: pl.DataFrame(rows[name], schema=_FRAMES[name]) for name in _FRAMES}
    return Side(**frames, read_places=lambda stated: stated)


def those_of(side, asked):
    """The parties of a side that are asked for; all where none is."""
    if asked is None:
        return side
    return replace(side, **{
        field.name: getattr(side, field.name).join(asked, on="no", how="semi")
        for field in fields(side) if field.name in _FRAMES
    })  # fmt: skip


def match_listed(entries, subjects):
    """What comes of matching two sides, from nothing."""
    sides = {True: entries, False: subjects}
    now = pl.concat(
        side.parties.select(pl.lit(is_entry).alias("is_entry"), "no", content="no")
        for is_entry, side in sides.items()
    )
    wanted = pl.DataFrame(schema={"entry": pl.UInt64, "subject": pl.UInt64})
    with (
        duckdb.connect(config={"threads": 1}) as connection,
        as_table(connection, "now", now),
    ):
        listed = Listed(
            connection,
            now="now",
            read=lambda is_entry, asked: those_of(sides[is_entry], asked),
            register=lambda words: words.with_columns(rows=pl.lit(0)),
            register_size=0,
            wanted=wanted,
        )
        return concluded(bring_up_to_date(listed), wanted)


def match_of(entry, subject):
    """What matching says of one entry and one subject; None where it is not worth a look."""
    found = match_listed(side(entry), side(subject))
    return found.to_dicts()[0] if found.height else None


def probabilities(pairs):
    """The probability that matching gives each pair of entry and subject, all of them at once."""
    entries, subjects = zip(*pairs, strict=True)
    found = match_listed(side(*entries), side(*subjects))
    told = {(row["entry"], row["subject"]): row["probability"] for row in found.to_dicts()}
    return [told.get((n, n), 0.0) for n in range(len(pairs))]
