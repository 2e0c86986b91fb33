"""A server's pages over a store of its own: visited through the app's test client, or in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from desk.http.app import create_app
from desk.http.settings import Authentication, Settings
from engine import Engine
from tests.desk.web.visit import Visit


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    return create_app(Settings(database_url=f"sqlite:///{tmp_path}/cases.sqlite", mcp=False))


@pytest.fixture
def visit(app: FastAPI) -> Iterator[Visit]:
    """Somebody at a browser without a script."""
    with TestClient(app, base_url="http://localhost", follow_redirects=True) as client:
        yield Visit(client)


@pytest.fixture
def guarded(tmp_path: Path) -> FastAPI:
    """A server that asks for tokens."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/guarded.sqlite", authentication=Authentication.TOKENS, mcp=False
    )
    return create_app(settings)


@pytest.fixture(scope="session")
def engine(shipped: Engine) -> Engine:
    return shipped
