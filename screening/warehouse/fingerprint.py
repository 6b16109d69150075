"""What a result was made from: inputs, day and code. The same fingerprint, the same result."""

import hashlib
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from screening.places import CONTRACTS_DIR, MESSAGES_DIR, REFERENCE_DIR
from screening.warehouse.quarantine import files_query

_PACKAGE = Path(__file__).parents[1]
_COUNTED = (".py", ".sql", ".yaml", ".html", ".css")


@cache
def code_hash() -> str:
    """One hash over the code and the reference tables that decide what comes out."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    for folder in (_PACKAGE, CONTRACTS_DIR, REFERENCE_DIR, MESSAGES_DIR):
        for path in sorted(folder.rglob("*")):
            if path.suffix in _COUNTED:
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def inputs_hash(connection: duckdb.DuckDBPyConnection, as_of: date) -> str:
    """One hash over every file that the warehouse knew on ``as_of``, whatever it was called.

    Files that were read again by then, and entries in quarantine that ended, count as well.
    """
    rows = connection.execute(
        f"SELECT source, sha256, as_of, received_on, status FROM ({files_query(as_of)}) "
        "WHERE received_on <= ? ORDER BY ALL",
        [as_of],
    ).fetchall()
    for ended, dated in (("read_again", "seen_from"), ("quarantine_closed", "seen_to")):
        rows += connection.execute(
            f"SELECT '{ended}', source, sha256, as_of, {dated}, how, by_sha256, count(*) "
            f"FROM meta.{ended} WHERE {dated} <= ? GROUP BY ALL ORDER BY ALL",
            [as_of],
        ).fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def fingerprint(*parts: str) -> str:
    """One hash over parts and the code."""
    return hashlib.sha256("|".join((*parts, code_hash())).encode()).hexdigest()
