"""The databases that the case store is tested on: an empty one for each test, SQLite and PostgreSQL alike."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.desk.cases import postgresql


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    if postgresql.binaries() is None:
        pytest.skip(postgresql.INSTALL)
    folder = Path(tempfile.mkdtemp(prefix="rsv-pg-"))
    try:
        with postgresql.running(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'cases.sqlite3'}"
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    return emptied(server.url)


def emptied(url: str) -> str:
    """The database of a server, with nothing in it."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url
