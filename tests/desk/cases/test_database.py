"""The database: made by migrations, made once, and faults told without secrets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from desk.cases.database import ENVIRONMENT_VARIABLE, Database, DatabaseUnusable, default_url
from desk.cases.schema import metadata


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(database_url: str) -> None:
    database = Database(database_url)

    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_replicas_that_start_at_once_migrate_once(database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        databases = list(pool.map(lambda _: Database(database_url), range(4)))

    for database in databases:
        assert database.is_reachable()
        database.close()


def test_a_schema_from_the_future_is_refused(database_url: str) -> None:
    database = Database(database_url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    with pytest.raises(DatabaseUnusable, match="update resolvent"):
        Database(database_url)


def test_sqlite_keeps_what_was_acknowledged_through_a_crash_of_the_machine(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new folder' / 'cases.sqlite3'}")

    with database.reading() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
    database.close()


def test_the_database_is_in_the_data_folder_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    assert default_url() == "sqlite:////data/resolvent/cases.sqlite3"

    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "postgresql://db/resolvent")
    assert default_url() == "postgresql://db/resolvent"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("no url", "is no database URL"),
        ("mysql://host/name", "SQLite or PostgreSQL"),
        ("sqlite://", "names no file"),
        ("sqlite:////proc/nowhere/cases.sqlite3", "cannot be made"),
        ("postgresql://resolvent:secret@127.0.0.1:1/none", "check RESOLVENT_DATABASE_URL"),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_in_a_line_without_the_password(url: str, says: str) -> None:
    with pytest.raises(DatabaseUnusable, match=says) as refused:
        Database(url)

    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)
