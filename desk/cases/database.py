"""Opens the database of the desk: SQLite in the user's data folder, or the one of ``RESOLVENT_DATABASE_URL``."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

ENVIRONMENT_VARIABLE = "RESOLVENT_DATABASE_URL"
"""Names the database where a command names none."""

_FILE = "cases.sqlite3"
_BUSY_SECONDS = 30
_RETRY_SECONDS = 0.01
_MIGRATION_LOCK = 0x7265736F6C76
"""The key of PostgreSQL's advisory lock while migrations run: replicas that start together wait for each other."""


class DatabaseUnusable(Exception):
    """The database cannot be opened; the message names it, without its password, and says what to do."""


def default_url() -> str:
    """The database of this user: ``RESOLVENT_DATABASE_URL``, or a file in the user's data folder."""
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named:
        return named
    base = os.environ.get("XDG_DATA_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    folder = (Path(base) if base else Path.home() / ".local" / "share") / "resolvent"
    return f"sqlite:///{folder / _FILE}"


class Database:
    """A migrated database and the way to read and write it. Safe to share between threads.

    Raises:
        DatabaseUnusable: it cannot be reached, or its schema is newer than this program.
    """

    def __init__(self, url: str | None = None) -> None:
        self._named = url or default_url()
        self.engine = _make_engine(self._named)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer. Threads of one process queue here, in order, rather than poll for the file's lock.
        self._writer: Lock | None = Lock() if self.is_sqlite else None
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """The database, its password masked."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block has been left."""
        if self._writer is None:
            with self.engine.begin() as connection:
                yield connection
            return
        writing = self.engine.connect().execution_options(resolvent_writes=True)
        with self._writer, writing as connection, connection.begin():
            yield connection

    def is_reachable(self) -> bool:
        """Whether the database answers."""
        try:
            with self.reading() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def _migrate(self) -> None:
        from alembic.util import CommandError

        from desk.cases.migrating import upgrade

        try:
            if self.is_sqlite:
                with self.writing() as connection:
                    upgrade(connection)
                return
            with self.engine.begin() as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                upgrade(connection)
        except CommandError as error:
            raise DatabaseUnusable(
                f"{self.url}: its schema is not one that this version knows ({error}); update resolvent"
            ) from None
        except DBAPIError as error:
            raise DatabaseUnusable(
                f"{self.url}: cannot be opened ({_reason(error)}); check {ENVIRONMENT_VARIABLE} and that it is running"
            ) from None


def _make_engine(named: str) -> Engine:
    try:
        url = make_url(named)
    except ArgumentError:
        raise DatabaseUnusable(
            f"{ENVIRONMENT_VARIABLE}: this is no database URL; write sqlite:////path/cases.sqlite3 or "
            "postgresql://user@host/name"
        ) from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    backend = url.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise DatabaseUnusable(f"{backend}: the case store is kept in SQLite or PostgreSQL; use one of these")
    try:
        if backend == "sqlite":
            return _sqlite(url)
        return create_engine(url, pool_size=10, max_overflow=30, pool_pre_ping=True)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise DatabaseUnusable("PostgreSQL needs psycopg; install resolvent[postgresql]") from None


def _sqlite(url: Any) -> Engine:
    if not url.database or url.database == ":memory:":
        raise DatabaseUnusable(f"{ENVIRONMENT_VARIABLE}: this names no file; write sqlite:////path/cases.sqlite3")
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DatabaseUnusable(f"{folder}: cannot be made ({(error.strerror or 'error').lower()})") from None
    engine = create_engine(
        url, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False}, pool_size=20, max_overflow=30
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        # The driver's own transactions begin with the first write, too late to lock: SQLAlchemy begins them below.
        connection.isolation_level = None
        _use_write_ahead_log(connection)
        # FULL: what was acknowledged survives the loss of power too, not only of the process.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("resolvent_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_write_ahead_log(connection: Any) -> None:
    """Switch the file to its write-ahead log, which it then keeps.

    The switch needs the file for itself, and SQLite does not wait for that as it waits for other locks: programs that
    open a new file at the same moment meet here, and all but one have to try again.
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)


def _reason(error: DBAPIError) -> str:
    """The first line of what the driver says; it names hosts and files, never passwords."""
    return str(error.orig).strip().splitlines()[0][:200] if str(error.orig).strip() else type(error.orig).__name__
