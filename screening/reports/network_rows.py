"""Owners, nodes and ties of a supplier's surroundings as plain values, with their source rows."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from screening.identity.network.surroundings import Surroundings
from screening.identity_numbers import is_personal_number
from screening.messages import Language, text
from screening.reports import written_numbers as written

#: Source rows named in one line.
_MOST_ROWS = 2


def owner_row(
    row: dict[str, Any], labels: dict[str, str], places: dict[int, str], language: Language
) -> dict[str, Any]:
    """An owner as plain values."""
    way = [labels.get(node, "…") for node in row["path"] or []]
    return {
        "owner": labels.get(row["owner_node"], "–"),
        "kind": row["owner_kind"],
        "share": share_in_words(row["share_percent"], row["share_max_percent"], language),
        "share_percent": row["share_percent"],
        "share_max_percent": row["share_max_percent"],
        "steps": row["steps"],
        "is_ultimate": row["is_ultimate"],
        "is_told": row["is_told"],
        "way": way,
        "evidence": _rows(row["refs"] or [], places, language),
    }


def share_in_words(least: float | None, most: float | None, language: Language) -> str:
    """A share as it is known: exactly, between two values, or at most."""
    shown = {
        "least": written.number(least or 0.0, language, 1),
        "most": written.number(100.0 if most is None else most, language, 1),
    }
    if least is None:
        return text("network.share_at_most", language, **shown)
    key = "exact" if shown["least"] == shown["most"] else "range"
    return text(f"network.share_{key}", language, **shown)


def node_row(row: dict[str, Any], centre: str) -> dict[str, Any]:
    """A company, person or thing as plain values."""
    number = row["orgnr"]
    return {
        "id": row["id"],
        "kind": row["kind"],
        "label": row["label"],
        "orgnr": None if number is None or is_personal_number(number) else number,
        "step": row["step"],
        "sharing": (row["companies"] or 0) + (row["persons"] or 0) or None,
        "strength": row["strength"],
        "is_unusual": bool(row["is_unusual"]),
        "is_supplier": row["is_supplier"],
        "is_staff": row["is_staff"],
        "is_centre": row["node"] == centre,
    }


def tie_rows(
    around: Surroundings, nodes: pl.DataFrame, places: dict[int, str], language: Language
) -> list[dict[str, Any]]:
    """Ties, the rows that say the same put together; current and strong ones first."""
    ids = nodes.select("node", "id", "is_unusual")
    share = pl.coalesce("share_percent", "share_min_percent")
    told = (
        around.ties.group_by("from_node", "to_node", "kind", maintain_order=True)
        .agg(
            pl.col("role").drop_nulls().unique().sort(),
            share_percent=share.max(),
            from_date=pl.when(pl.col("from_date").is_not_null().all()).then(
                pl.col("from_date").min()
            ).first(),
            to_date=pl.when(pl.col("to_date").is_not_null().all()).then(
                pl.col("to_date").max()
            ).first(),
            is_current=pl.col("is_current").any(),
            confidence=pl.col("confidence").max(),
            strength=pl.col("strength").max(),
            refs=pl.col("ref").unique().sort(),
        )
        .join(ids.rename({"node": "from_node", "id": "source", "is_unusual": "a"}), on="from_node")
        .join(ids.rename({"node": "to_node", "id": "target", "is_unusual": "b"}), on="to_node")
        .with_columns(
            is_unusual=pl.col("a").fill_null(value=False) | pl.col("b").fill_null(value=False),
            nearest=pl.min_horizontal(
                pl.col("source").str.slice(1).cast(pl.Int64),
                pl.col("target").str.slice(1).cast(pl.Int64),
            ),
        )
        .sort(
            "nearest", "is_unusual", "is_current", "strength", "kind", "source", "target",
            descending=[False, True, True, True, False, False, False],
            nulls_last=True,
        )
    )  # fmt: skip
    return [
        {
            "source": row["source"],
            "target": row["target"],
            "kind": row["kind"],
            "role": [each for each in row["role"] if row["kind"] == "officer"],
            "share_percent": row["share_percent"],
            "from_date": row["from_date"],
            "to_date": row["to_date"],
            "is_current": row["is_current"],
            "strength": row["strength"],
            "is_unusual": row["is_unusual"],
            "confidence": row["confidence"],
            "evidence": _rows(row["refs"], places, language),
        }
        for row in told.to_dicts()
    ]


def _rows(refs: Sequence[int], places: dict[int, str], language: Language) -> list[str]:
    known = [places[ref] for ref in sorted(set(refs)) if ref in places]
    if len(known) > _MOST_ROWS:
        more = text("network.evidence_more", language, count=len(known) - _MOST_ROWS)
        return [*known[:_MOST_ROWS], more]
    return known
