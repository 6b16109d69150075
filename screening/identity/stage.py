"""Stage ``resolve``: who is who among suppliers, invoice parties and persons."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

import duckdb
import polars as pl

from screening.identity.hash_key import key_mark, read_hash_key
from screening.identity.resolve import ResolveSummary, resolve
from screening.identity.reviewed.pairs import decisions_hash, no_decisions
from screening.warehouse.connection import open_warehouse
from screening.warehouse.fingerprint import fingerprint, inputs_hash
from screening.warehouse.known import set_known_day
from screening.warehouse.state import State

_FACT = "identity made from"


def _fact(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What is noted of the tables of ``identity``; empty where there are none."""
    rows = connection.execute("SELECT content FROM meta.facts WHERE name = ?", [_FACT]).fetchall()
    return dict(json.loads(rows[0][0])) if rows else {}


def resolved_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The day that the tables of ``identity`` were made for; None where there are none."""
    day = _fact(connection).get("as_of")
    return date.fromisoformat(day) if day else None


def resolved_from(connection: duckdb.DuckDBPyConnection) -> str:
    """One hash over what the tables of ``identity`` were made from; empty where there are none."""
    return str(_fact(connection).get("made_from", ""))


def _made_before(connection: duckdb.DuckDBPyConnection, made_from: str) -> ResolveSummary | None:
    held = _fact(connection)
    return ResolveSummary(**held["summary"]) if held.get("made_from") == made_from else None


def resolve_stage(
    state: State, as_of: date, decisions: pl.DataFrame | None = None
) -> ResolveSummary:
    """Resolve everything known on ``as_of`` into schema ``identity`` of the warehouse.

    Tables that were made from the same files and decisions, for the same day, by the same code
    stand as they are. ``decisions`` are those of people about pairs (``reviewed.DECISIONS``).

    Raises:
        duckdb.IOException: the warehouse cannot be opened.
    """
    with open_warehouse(state) as connection:
        decided = no_decisions() if decisions is None else decisions
        hash_key = read_hash_key(state.folder)
        made_from = fingerprint(
            inputs_hash(connection, as_of),
            as_of.isoformat(),
            decisions_hash(decided, as_of),
            key_mark(hash_key),
        )
        summary = _made_before(connection, made_from)
        if summary is not None:
            return summary
        set_known_day(connection, as_of)
        connection.execute("DELETE FROM meta.facts WHERE name = ?", [_FACT])
        summary = resolve(connection, as_of, decided, hash_key)
        # The day is for readers in between, who must see the rows as they were known on it.
        fact = json.dumps(
            {"made_from": made_from, "as_of": as_of.isoformat(), "summary": asdict(summary)}
        )
        connection.execute("INSERT INTO meta.facts VALUES (?, ?)", [_FACT, fact])
        return summary
