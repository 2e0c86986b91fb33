"""A case store on each database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from desk.cases import CaseStore
from desk.cases.database import Database
from engine import Engine
from tests.desk.cases.databases import database_url, postgresql_server

__all__ = ["database_url", "postgresql_server"]


class Clock:
    """A clock that moves by a minute whenever it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def store(database_url: str, shipped: Engine) -> Iterator[CaseStore]:
    opened = CaseStore(Database(database_url), shipped, clock=Clock())
    yield opened
    opened.close_database()
