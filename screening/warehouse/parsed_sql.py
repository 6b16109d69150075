"""SQL parsed once.

DuckDB takes two or three milliseconds to parse a long query, about as long as it takes to answer it
on a small town's data. What is asked again, of another day or database, is not parsed again.
"""

from functools import lru_cache

import duckdb


@lru_cache(maxsize=1024)
def parsed(query: str) -> tuple[duckdb.Statement, ...]:
    """The statements of a query, to be executed on any connection.

    Raises:
        duckdb.ParserException: it is no SQL.
    """
    return tuple(duckdb.extract_statements(query))


def parsed_one(query: str) -> duckdb.Statement:
    """The one statement of a query.

    Raises:
        duckdb.ParserException: it is no SQL, or more than one statement, or none.
    """
    statements = parsed(query)
    if len(statements) != 1:
        raise duckdb.ParserException("one statement is asked at a time")
    return statements[0]
