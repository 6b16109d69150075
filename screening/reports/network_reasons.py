"""Why a supplier's surroundings are worth a look, in sentences, and what they leave out."""

from typing import Any

import polars as pl

from screening.identity.network.surroundings import Surroundings
from screening.messages import Language, text
from screening.reports import written_numbers as written

#: Owners and reasons told; the rest is counted.
MOST_OWNERS = 20
_MOST_REASONS = 12
#: Companies named in one reason.
_MOST_NAMED = 4


def shared_reasons(unusual: pl.DataFrame, labels: dict[str, str], language: Language) -> list[str]:
    """One sentence for each thing that is shared unusually, the strongest first."""
    grouped = (
        unusual.with_columns(other=pl.col("other_node").replace_strict(labels, default=None))
        .group_by("via", "via_kind", "sharing", "strength", maintain_order=True)
        .agg(
            pl.col("is_current").any(),
            others=pl.col("other").drop_nulls().unique(maintain_order=True),
        )
        .head(_MOST_REASONS)
    )
    reasons = []
    for row in grouped.to_dicts():
        named, more = row["others"][:_MOST_NAMED], len(row["others"]) - _MOST_NAMED
        if more > 0:
            named = [*named, text("network.evidence_more", language, count=more)]
        reasons.append(
            text(
                "network.reason_shared" if row["is_current"] else "network.reason_shared_before",
                language,
                what=text(f"network.what_{row['via_kind']}", language),
                via=labels.get(row["via"], "–"),
                others=", ".join(named) or "–",
                sharing=row["sharing"],
                strength=written.number(row["strength"], language, 2),
            )
        )
    return reasons


def owner_reasons(
    ended: dict[str, Any] | None, labels: dict[str, str], language: Language
) -> list[str]:
    """What to know about who owns it."""
    if ended is None:
        return []
    reasons = []
    if ended["is_on_loop"]:
        reasons.append(text("network.reason_loop", language, companies=ended["loop_companies"]))
    for column, key in (
        ("told_percent", "over"), ("own_percent", "own"), ("nowhere_percent", "nowhere"),
    ):  # fmt: skip
        if ended[column]:
            percent = written.number(ended[column], language, 1)
            reasons.append(text(f"network.reason_{key}", language, percent=percent))
    if ended["is_cut"]:
        reasons.append(text("network.reason_cut", language))
    if (ended["group_companies"] or 0) > 1:
        top = labels.get(ended["group_id"], "–")
        reasons.append(
            text("network.reason_group", language, companies=ended["group_companies"], top=top)
        )
    return reasons


def crowd_reasons(nodes: pl.DataFrame, around: Surroundings, language: Language) -> list[str]:
    """Places of its own where very many others are."""
    mine = around.ties.filter(pl.col("from_node") == around.centre, pl.col("is_current"))
    crowded = nodes.filter(
        pl.col("is_crowded").fill_null(value=False), pl.col("node").is_in(mine["to_node"].implode())
    )
    return [
        text(
            "network.reason_crowded",
            language,
            companies=written.number(row["current_companies"], language),
            place=row["label"],
        )
        for row in crowded.to_dicts()
    ]


def remarks(around: Surroundings, language: Language) -> list[str]:
    """What was left out, and what nobody knows."""
    said = []
    if around.more_companies:
        said.append(text("network.more_companies", language, count=around.more_companies))
    if around.owners.height > MOST_OWNERS:
        more = around.owners.height - MOST_OWNERS
        said.append(text("network.more_owners", language, count=more))
    if around.owners.is_empty():
        said.append(text("network.no_owners_known", language))
    return said
