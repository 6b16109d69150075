"""The database of what people decided: SQLite in the state folder, or PostgreSQL by URL.

Decisions are few, precious and made while runs go on. So: short transactions, SQLite with its
write-ahead log (readers never wait) and every commit on disk before it is said to be done. Writers
take their turn. Runs only read, and never make the database.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from screening.messages import Language, text
from screening.warehouse.state import State

#: Names the database instead of ``cases.db``, such as ``postgresql+psycopg://vaksam@db/vaksam``.
URL_VARIABLE = "VAKSAM_CASES"

#: The newest version of the schema; the last of ``migrations/versions``.
VERSION = "0002"

_MIGRATIONS = Path(__file__).parent / "migrations"

#: How long a writer waits for another one.
_WAIT_SECONDS = 30

#: Any number that no other program locks in PostgreSQL.
_ADVISORY_LOCK = 7_226_540_311


class CasesError(Exception):
    """The database of decisions cannot be used. ``code`` is a key of the texts ``cases``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def sentence(self, language: Language) -> str:
        """What is wrong and what to do."""
        return text(f"cases.{self.code}", language, **self.values)


@dataclass(frozen=True)
class Cases:
    """Where decisions are kept. ``shown`` is the place in words, without a password."""

    url: sa.URL

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def shown(self) -> str:
        if self.is_sqlite:
            return self.url.database or ""
        return self.url.render_as_string(hide_password=True)

    @property
    def is_missing(self) -> bool:
        """Nobody has decided anything yet: there is no file."""
        return self.is_sqlite and not Path(self.url.database or "").exists()


def cases_of(state: State) -> Cases:
    """The database of decisions of an installation.

    Raises:
        CasesError: ``VAKSAM_CASES`` is no URL of SQLite or PostgreSQL.
    """
    written = os.environ.get(URL_VARIABLE, "").strip()
    if not written:
        return Cases(sa.URL.create("sqlite", database=str(state.cases.absolute())))
    try:
        url = sa.make_url(written)
    except ArgumentError as error:
        raise CasesError("wrong_url", variable=URL_VARIABLE) from error
    if url.get_backend_name() == "postgresql":
        # Whoever names no driver means the one that the extra installs.
        return Cases(url.set(drivername="postgresql+psycopg") if "+" not in url.drivername else url)
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        return Cases(url)
    raise CasesError("wrong_url", variable=URL_VARIABLE)


def _sqlite_engine(cases: Cases, *, is_writing: bool) -> sa.Engine:
    # What only reads cannot make or change the file, whatever else goes wrong.
    mode = "rwc" if is_writing else "ro"
    path = Path(cases.url.database or "").absolute().as_uri()
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=path, query={"mode": mode, "uri": "true"}),
        poolclass=sa.NullPool,
        connect_args={"timeout": _WAIT_SECONDS},
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: sa.engine.interfaces.DBAPIConnection, _: object) -> None:
        # The driver's own way of beginning transactions would leave reads and DDL outside of them.
        connection.isolation_level = None
        cursor = connection.cursor()
        if is_writing:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


@contextmanager
def _told(cases: Cases) -> Iterator[None]:
    """What the database refuses, as a `CasesError` that says what to do."""
    try:
        yield
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise CasesError("no_driver", place=cases.shown) from error
    except DBAPIError as error:
        said = str(error.orig)
        if not cases.is_sqlite:
            if isinstance(error, OperationalError):
                raise CasesError("unreachable", place=cases.shown) from error
            raise
        codes = {
            "database is locked": "busy",
            "not a database": "damaged",
            "malformed": "damaged",
            "disk image": "damaged",
            "unable to open": "cannot_open",
            "readonly": "cannot_open",
            "full": "no_room",
        }
        for words, code in codes.items():
            if words in said:
                raise CasesError(code, place=cases.shown) from error
        raise


@contextmanager
def _connected(cases: Cases, *, is_writing: bool) -> Iterator[sa.Connection]:
    with _told(cases):
        if cases.is_sqlite:
            engine = _sqlite_engine(cases, is_writing=is_writing)
        else:
            engine = sa.create_engine(cases.url, poolclass=sa.NullPool)
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _bring_up_to_date(connection: sa.Connection, cases: Cases) -> None:
    """Make or change the schema, in the transaction under way, if it is not the newest."""
    if _version(connection) == VERSION:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    if not cases.is_sqlite:
        # Two that come first at once: the second waits, and finds everything made.
        connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise CasesError("too_new", place=cases.shown) from error


@contextmanager
def writing(cases: Cases) -> Iterator[sa.Connection]:
    """A connection in one transaction: all of it is kept, or nothing. The database is made first.

    Raises:
        CasesError: it cannot be used.
    """
    if cases.is_sqlite:
        with _told(cases):
            Path(cases.url.database or "").parent.mkdir(parents=True, exist_ok=True)
    with _connected(cases, is_writing=True) as connection:
        _bring_up_to_date(connection, cases)
        yield connection


@contextmanager
def reading(cases: Cases) -> Iterator[sa.Connection | None]:
    """A connection that only reads; None where nobody has decided anything yet.

    Raises:
        CasesError: the database cannot be used, or is damaged.
    """
    if cases.is_missing:
        yield None
        return
    with _connected(cases, is_writing=False) as connection:
        if cases.is_sqlite:
            _check_whole(connection, cases)
        version = _version(connection)
        if version == VERSION:
            yield connection
            return
    if version is None:  # the one who made the file died before the schema was there
        yield None
        return
    with writing(cases) as connection:
        yield connection


def _check_whole(connection: sa.Connection, cases: Cases) -> None:
    """A file that was damaged on disk must not pass for one in which less was decided."""
    if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
        raise CasesError("damaged", place=cases.shown)
