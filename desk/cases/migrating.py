"""Brings the schema of a database up to date with the migrations that travel with this package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations that are missing, in the transaction of the connection given.

    Raises:
        alembic.util.CommandError: the database is at a revision that is not among them.
    """
    command.upgrade(configuration(connection), revision)


def configuration(connection: Connection) -> Config:
    """What Alembic needs to know; no ini file, so that nothing depends on the working folder."""
    config = Config()
    # A percent sign in a path would be taken for an interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
