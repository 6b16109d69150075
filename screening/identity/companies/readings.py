"""The ways in which names may be read, and the reading in which two names agree best.

"Solgården, Malmö" may be a Solgården in Malmö, and what stands in brackets may be the name. Each
reading that is not the plain one costs something, in log odds.
"""

import polars as pl

from screening.identity.addresses import box_number, city_form, postal_form, street_door
from screening.identity.companies.evidence_weights import evidence_weights
from screening.identity.companies.name_comparison import compare_names
from screening.identity.companies.own_town import town_as_written
from screening.identity.farm_addresses import farm_names
from screening.identity.names.company_names import name_parts
from screening.identity.names.words import form_words

#: Readings that are not the plain one, each a feature with a weight of its own.
READING_FEATURES = (
    "read_full", "read_without_town", "read_other", "read_head_office", "read_care_of", "read_part",
    "read_without_number", "read_web",
)  # fmt: skip

#: How å, ä and ö are written where there are no such keys. Both sides are read so: no two streets
#: of one town differ by this alone.
_TWO_LETTERS = {
    "aa": "a", "ae": "a", "oe": "o", "Aa": "a", "Ae": "a", "Oe": "o", "AA": "a", "AE": "a",
    "OE": "o",
}  # fmt: skip


def normal_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with name, street, postal_code and city, and the normal forms of these.

    Adds the columns of ``name_parts``, ``door``, ``box``, ``farm`` and ``postal``; ``city`` becomes
    its normal form.
    """
    street = pl.col("street").cast(pl.String).str.replace_many(_TWO_LETTERS)
    # There are far fewer towns than rows.
    towns = rows.select("city").unique().with_columns(town=city_form(pl.col("city")))
    placed = rows.join(towns, on="city", nulls_equal=True, how="left", maintain_order="left")
    return placed.with_columns(
        *name_parts(rows["name"].cast(pl.String)).get_columns(),
        door=street_door(street),
        box=box_number(street),
        farm=farm_names(placed.select(street).to_series(), placed["town"]),
        postal=postal_form(pl.col("postal_code")),
        city=pl.col("town"),
    ).drop("town")


def _without_town(city: pl.Expr) -> pl.Expr:
    """The name without the town that the row is in: at the end if it stands there, or anywhere."""
    town = pl.concat_str(pl.lit(" "), city)
    has = pl.col("main").str.contains(city, literal=True)
    shorter = pl.col("main").str.strip_suffix(town).str.strip_suffix(pl.lit(" i"))
    here = pl.concat_str(town, pl.lit(" "))
    padded = pl.concat_str(pl.lit(" "), "main", pl.lit(" "))
    name: pl.Expr = pl.when(has).then(padded)
    for left_out in (pl.concat_str(pl.lit(" i"), here), here):
        name = name.str.split(left_out).list.join("  ")
    bare = name.str.replace_all(" {2,}", " ").str.strip_chars(" ")
    return _more_than_form(pl.when(shorter != pl.col("main")).then(shorter).otherwise(bare))


def _more_than_form(name: pl.Expr) -> pl.Expr:
    """A name; null where it is but a legal form, as of "Malmö Samfällighetsförening"."""
    return pl.when(~name.is_in(pl.Series(form_words()).implode())).then(name)


def name_readings(rows: pl.DataFrame, key: str, *, in_register: bool) -> pl.DataFrame:
    """The ways in which the names of ``normal_rows`` may be read.

    Args:
        rows: ``normal_rows``, with ``key``.
        key: column that tells the rows apart.
        in_register: whether the names are the register's. What ledgers write into names (numbers,
            persons, units, addresses of the web) is not looked for there.

    Returns:
        ``key``, ``text``, ``reading`` (main, or one of ``READING_FEATURES``), ``reading_cost`` (log
        odds against), ``city``, ``is_own_town`` (the row's own town is left out, not one that is
        said of a branch); sorted; a text once, as its cheapest reading.
    """
    weights = evidence_weights()
    # The register's names are seldom misspelled.
    own_town = _without_town(pl.col("city") if in_register else pl.lit(town_as_written(rows)))
    readings = [
        ("main", pl.col("main")),
        ("read_full", pl.col("full")),
        ("read_without_town", own_town),
        ("read_other", pl.col("other")),
        ("read_head_office", pl.col("head_office")),
        ("read_care_of", pl.col("care_of")),
    ]
    if not in_register:
        readings += [
            ("read_without_town", pl.col("town_branch")),
            ("read_head_office", pl.col("unit_of")),
            ("read_part", pl.col("may_be_unit_of")),
            ("read_part", pl.col("first_part")),
            ("read_part", pl.col("last_part")),
            ("read_without_number", pl.col("unnumbered")),
            ("read_web", pl.col("web")),
            ("read_web", pl.col("web_bare")),
        ]
    read = [
        rows.select(
            key,
            text=text,
            reading=pl.lit(reading),
            reading_cost=pl.lit(-weights.get(reading, 0.0)),
            city="city",
            is_own_town=pl.lit(text is own_town),
        ).filter(pl.col("text") != "")
        for reading, text in readings
    ]
    return (
        pl.concat(read)
        .sort(key, "text", "reading_cost", "reading", "is_own_town")
        .unique([key, "text"], keep="first", maintain_order=True)
    )


def _with_their_town(readings: pl.DataFrame) -> pl.DataFrame:
    """Readings of the party's name without the town where the company is, as more readings.

    Adds ``own_town_dropped``: the party's own town is in its name, and left out. Where the company
    is elsewhere, that is the sister in that town.
    """
    town = pl.concat_str(pl.lit(" "), "city")
    shorter = pl.col("left").str.strip_suffix(town).str.strip_suffix(pl.lit(" i"))
    named = readings.filter(
        (pl.col("reading") == "main") & pl.col("left").str.ends_with(town)
    ).with_columns(
        left=_more_than_form(shorter),
        reading=pl.lit("read_without_town"),
        reading_cost=pl.lit(-evidence_weights()["read_without_town"]),
    )
    return pl.concat(
        [
            readings.with_columns(own_town_dropped=pl.col("is_own_town").cast(pl.Float64)),
            named.filter(pl.col("left") != "").with_columns(own_town_dropped=0.0),
        ]
    ).drop("city", "is_own_town")


def best_readings(
    candidates: pl.DataFrame, asked: pl.DataFrame, rows: pl.DataFrame, weights: pl.DataFrame
) -> pl.DataFrame:
    """The way of reading both names in which they agree best.

    Args:
        candidates: ``party_id``, ``ref``.
        asked: ``name_readings`` of the parties, by ``party_id``.
        rows: ``name_readings`` of the register's rows, by ``ref``.
        weights: as in ``compare_names``.

    Returns:
        ``party_id``, ``ref``, the columns of ``compare_names`` and ``READING_FEATURES`` (how many
        of the two names are read so), ``own_town_dropped``; ``name_cost`` includes what the
        readings cost.
    """
    readings = _with_their_town(
        candidates.select("party_id", "ref")
        .join(asked.drop("city"), on="party_id")
        .join(rows.drop("is_own_town"), on="ref", suffix="_2")
        .rename({"text": "left", "text_2": "right"})
    )
    # Without their towns "Rör i Lund" or "Rör AB, Lund" and "Rör i Umeå" would be one.
    town = "read_without_town"
    shortened = pl.col("reading").is_in([town, "read_head_office", "read_part"])
    readings = readings.filter(~shortened | (pl.col("reading_2") != town))
    compared = compare_names(readings.select("left", "right").unique(), weights)
    return (
        readings.join(compared, on=["left", "right"])
        .with_columns(
            *(
                (
                    (pl.col("reading") == name).cast(pl.Float64) + (pl.col("reading_2") == name)
                ).alias(name)
                for name in READING_FEATURES
            ),
            name_cost=pl.col("name_cost") + pl.col("reading_cost") + pl.col("reading_cost_2"),
        )
        .sort("party_id", "ref", "name_cost", "pair", "own_town_dropped")
        .unique(["party_id", "ref"], keep="first", maintain_order=True)
        .drop("pair", "reading", "reading_2", "reading_cost", "reading_cost_2")
    )
