"""Which suppliers have something wrong, and since when: what the list is evaluated against."""

from pathlib import Path

import polars as pl

from screening.demo.world import World


def labels_table(world: World) -> pl.DataFrame:
    """One row per supplier and scheme: ``supplier_id, supplier_no, orgnr, scheme, from_date``.

    ``supplier_id`` is the organisationsnummer of a legal entity, else ``lev:`` and the supplier
    number: a sole trader's organisationsnummer is personal and is left out.
    """
    told = world.suppliers.select("supplier", "supplier_no", "orgnr", is_sole=pl.col("person") >= 0)
    rows = world.planted.join(told, on="supplier", how="left", maintain_order="left")
    return rows.select(
        supplier_id=pl.when("is_sole")
        .then(pl.lit("lev:") + pl.col("supplier_no"))
        .otherwise("orgnr"),
        supplier_no="supplier_no",
        orgnr=pl.when(~pl.col("is_sole")).then("orgnr"),
        scheme="scheme",
        from_date=pl.col("day").cast(pl.Int32).cast(pl.Date),
    ).sort("supplier_id", "scheme")


def write_labels(world: World, path: Path) -> pl.DataFrame:
    """Write the labels; they are returned as well."""
    labels = labels_table(world)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(labels.write_csv(null_value="").encode())
    return labels
