"""The first suppliers of the list, in words, for a terminal or a run's history."""

from typing import Any

import polars as pl

from screening.messages import Language
from screening.reports import written_numbers
from screening.reports.privacy import text_without_personal_numbers as _masked
from screening.scoring.ranking import REASON_JOINER

#: Suppliers that a summary shows.
TOP = 10


def top_of_list(ranked: pl.DataFrame, language: Language, top: int = TOP) -> list[dict[str, Any]]:
    """Rank, band, name, number as it may be shown, figures and reasons of the first suppliers."""
    rows = []
    for row in ranked.head(top).iter_rows(named=True):
        number = None if row["is_sole_trader"] else row["orgnr"]
        rows.append(
            {
                "rank": row["rank"],
                "band": row["band"],
                "name": _masked(row["name"] or row["supplier_id"]),
                "who": written_numbers.orgnr(number) if number else _masked(row["supplier_id"]),
                "figures": {
                    "points": row["points"],
                    "exposure": written_numbers.sek(row["exposure_sek_12m"], language),
                },
                "reasons": [
                    _masked(reason)
                    for reason in (row[f"reasons_{language}"] or "").split(REASON_JOINER)
                ],
                "is_sole_trader": row["is_sole_trader"],
            }
        )
    return rows
