"""Which bundles of rows are compared: those that share a name word and a day, company or door.

Nobody is compared for a name alone. Two numbered persons are different persons and are not
compared either, except where a samordningsnummer may have become a personnummer, or one person
seems to have two numbers: same name and same day of birth.
"""

from dataclasses import dataclass

import polars as pl

from screening.identity.persons.bundles import NUMBER_KINDS, Bundles
from screening.identity.persons.names import canonical_name

#: Bundles that may share a key; more are only compared where they share a finer one.
MOST_OF_A_BLOCK = 150

#: A day of birth alone is shared by few; where it is not, it takes a word of the name as well.
MOST_OF_A_DAY = 40

_OFFICIAL = ("personnummer", "samordningsnummer")


def _named(found: Bundles) -> pl.DataFrame:
    """``bundle``, ``words`` (list of common spellings), ``full`` (all of them in order)."""
    book = found.book
    words = pl.Series("word", book.words.texts.tolist(), dtype=pl.String)
    spelled = pl.select(canonical_name(pl.lit(words))).to_series()
    names = (
        pl.DataFrame({"name": book.name, "word": spelled.gather(book.words.codes)})
        .group_by("name")
        .agg(pl.col("word").sort().alias("words"))
        .with_columns(full=pl.col("words").list.join(" "))
    )
    return found.names.join(names, on="name", how="inner").drop("name")


@dataclass(frozen=True)
class _Way:
    """One way of sharing something: rows of ``bundle`` and the columns ``on`` that are shared.

    ``most`` bundles may share it; ``is_for_numbered`` says that two numbered ones are compared.
    """

    rows: pl.DataFrame
    on: list[str]
    most: int = MOST_OF_A_BLOCK
    is_for_numbered: bool = False


def _ways(found: Bundles) -> list[_Way]:
    table = found.table.select("bundle", "born", "birth_year")
    born = pl.col("born")
    days = {"year": born.dt.year(), "month": born.dt.month(), "day": born.dt.day()}
    full = _named(found).join(
        table.with_columns(
            **days,
            low=pl.min_horizontal(days["month"], days["day"]),
            high=pl.max_horizontal(days["month"], days["day"]),
        ),
        on="bundle",
        how="left",
    )
    words = full.select("bundle", "born", word="words").explode("word", empty_as_null=False)
    names = full.drop("words")
    at_door = found.places.drop_nulls("door")
    return [
        _Way(table, ["born"], MOST_OF_A_DAY),
        _Way(words, ["born", "word"], is_for_numbered=True),
        _Way(names, ["full", "birth_year"]),
        _Way(names, ["full", "year", "month"]),
        _Way(names, ["full", "year", "day"]),
        _Way(names, ["full", "low", "high"]),
        _Way(words.join(found.companies, on="bundle"), ["company", "word"]),
        _Way(names.join(found.companies, on="bundle"), ["company", "full"]),
        _Way(words.join(at_door, on="bundle"), ["door", "postal", "word"]),
        _Way(names.join(at_door, on="bundle"), ["door", "postal", "full"]),
        _Way(names.join(found.places, on="bundle"), ["postal", "full"]),
    ]


def _pairs(way: _Way, is_official: pl.DataFrame) -> pl.DataFrame:
    """``left``, ``right``: bundles that share something in this way, the lower one first."""
    rows = way.rows.select("bundle", *way.on).drop_nulls().unique()
    if way.is_for_numbered:
        sizes = rows.group_by(way.on).len(name="bundles")
    else:
        # Hardly anybody is without a number: what none of these has brings no pair.
        unnumbered = is_official.filter(~pl.col("is_official"))
        theirs = rows.join(unnumbered, on="bundle", how="semi").select(way.on).unique()
        rows = rows.join(theirs, on=way.on, how="semi")
        sizes = rows.group_by(way.on).len(name="bundles")
    fit = sizes.filter(pl.col("bundles").is_between(2, way.most)).select(way.on)
    shared = rows.join(fit, on=way.on, how="semi").join(is_official, on="bundle")
    pairs = shared.join(shared, on=way.on, suffix="_right").filter(
        pl.col("bundle") < pl.col("bundle_right")
    )
    if not way.is_for_numbered:
        pairs = pairs.filter(~(pl.col("is_official") & pl.col("is_official_right")))
    return pairs.select(left="bundle", right="bundle_right")


def candidate_bundles(found: Bundles) -> pl.DataFrame:
    """Pairs of bundles to compare: ``left`` < ``right``, each once, sorted.

    Two numbered persons are only compared where day of birth and a word of the name are the same.
    """
    is_official = found.table.select("bundle", is_official=pl.col("kind").is_in(_OFFICIAL))
    parted = found.parted.select(
        left=pl.min_horizontal("left", "right"), right=pl.max_horizontal("left", "right")
    )
    pairs = [_pairs(way, is_official) for way in _ways(found)]
    return pl.concat([*pairs, parted]).unique().sort("left", "right")


def owners(found: Bundles) -> pl.DataFrame:
    """For each kind of number a column: the number of each bundle, null where it has none."""
    return found.table.select(
        pl.when(pl.col("kind") == kind).then("number").alias(kind) for kind in NUMBER_KINDS
    )
