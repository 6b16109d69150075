"""Which bundles of rows are compared: those that share a name word and a day, company or door.

Nobody is compared for a name alone. Two numbered persons are different persons and are not
compared either, except where a samordningsnummer may have become a personnummer, or one person
seems to have two numbers: same name and same day of birth.
"""

import polars as pl

from screening.identity.persons.bundles import NUMBER_KINDS, Bundles
from screening.identity.persons.names import canonical_name

#: Bundles that may share a key; more are only compared where they share a finer one.
MOST_OF_A_BLOCK = 150

#: A day of birth alone is shared by few; where it is not, it takes a word of the name as well.
MOST_OF_A_DAY = 40
_DAY, _DAY_ALONE = "day", "day alone"

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


def _key(*parts: pl.Expr) -> pl.Expr:
    return pl.concat_str([part.cast(pl.String) for part in parts], separator="|")


def _keyed(found: Bundles) -> list[pl.DataFrame]:
    """``bundle`` and ``key``: one frame for each way of sharing something, coarse ones first."""
    table = found.table.select("bundle", "kind", "born", "birth_year")
    full = _named(found).join(table, on="bundle", how="left")
    words = full.explode("words", empty_as_null=False).rename({"words": "word"})
    word, name, born = pl.col("word"), pl.col("full"), pl.col("born")
    month, day = born.dt.month(), born.dt.day()
    in_company = words.join(found.companies, on="bundle", how="inner")
    at_door = words.join(found.places.drop_nulls("door"), on="bundle", how="inner")
    in_postal = full.join(found.places, on="bundle", how="inner")
    low, high = pl.min_horizontal(month, day), pl.max_horizontal(month, day)
    keys = [
        table.select("bundle", key=_key(pl.lit(_DAY_ALONE), born)),
        words.select("bundle", key=_key(pl.lit(_DAY), born, word)),
        full.select("bundle", key=_key(pl.lit("year"), name, pl.col("birth_year"))),
        full.select("bundle", key=_key(pl.lit("year and month"), name, born.dt.year(), month)),
        full.select("bundle", key=_key(pl.lit("year and day"), name, born.dt.year(), day)),
        full.select("bundle", key=_key(pl.lit("month and day"), name, low, high)),
        in_company.select("bundle", key=_key(pl.lit("company"), pl.col("company"), word)),
        full.join(found.companies, on="bundle").select(
            "bundle", key=_key(pl.lit("full in company"), pl.col("company"), name)
        ),
        at_door.select("bundle", key=_key(pl.lit("door"), pl.col("door"), pl.col("postal"), word)),
        in_postal.drop_nulls("door").select(
            "bundle", key=_key(pl.lit("full at door"), pl.col("door"), pl.col("postal"), name)
        ),
        in_postal.select("bundle", key=_key(pl.lit("postal"), pl.col("postal"), name)),
    ]
    return [frame.drop_nulls().unique() for frame in keys]


def candidate_bundles(found: Bundles) -> pl.DataFrame:
    """Pairs of bundles to compare: ``left`` < ``right``, each once, sorted."""
    keyed = pl.concat(_keyed(found))
    kinds = found.table.select("bundle", "kind", "number")
    is_official = pl.col("kind").is_in(_OFFICIAL)
    counted = (
        keyed.join(kinds, on="bundle")
        .group_by("key")
        .agg(pl.len().alias("bundles"), (~is_official).sum().alias("open"))
    )
    most = (
        pl.when(pl.col("key").str.starts_with(f"{_DAY_ALONE}|"))
        .then(MOST_OF_A_DAY)
        .otherwise(MOST_OF_A_BLOCK)
    )
    fit = counted.filter(pl.col("bundles").is_between(2, most))
    rows = keyed.join(fit.select("key", "open"), on="key", how="inner")
    # Two numbered persons are only compared where day of birth and name are the same.
    open_rows = rows.filter((pl.col("open") > 0) | pl.col("key").str.starts_with(f"{_DAY}|")).join(
        kinds.select("bundle", is_official=is_official), on="bundle"
    )
    pairs = open_rows.join(open_rows, on="key", how="inner", suffix="_right").filter(
        (pl.col("bundle") < pl.col("bundle_right"))
        & (
            ~(pl.col("is_official") & pl.col("is_official_right"))
            | pl.col("key").str.starts_with(f"{_DAY}|")
        )
    )
    parted = found.parted.select(
        left=pl.min_horizontal("left", "right"), right=pl.max_horizontal("left", "right")
    )
    return (
        pl.concat([pairs.select(left="bundle", right="bundle_right"), parted])
        .unique()
        .sort("left", "right")
    )


def owners(found: Bundles) -> pl.DataFrame:
    """For each kind of number a column: the number of each bundle, null where it has none."""
    return found.table.select(
        pl.when(pl.col("kind") == kind).then("number").alias(kind) for kind in NUMBER_KINDS
    )
