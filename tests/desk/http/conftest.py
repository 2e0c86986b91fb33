"""The application, called without a network: for this machine alone, or with tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from desk.access import Scope
from desk.http.app import create_app
from desk.http.settings import Authentication, Settings

Open = Callable[..., TestClient]
PASTE = (
    "Server      : EXCH1\nName        : EWS (Default Web Site)\n"
    "InternalUrl : https://exch1.contoso.local/ews/exchange.asmx\n"
)


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Open]:
    """Opens an application with settings of one's own."""
    with ExitStack() as stack:

        def open_(**settings: Any) -> TestClient:
            given = {
                "database_url": f"sqlite:///{tmp_path / 'cases.sqlite3'}",
                "pages": False,
                "mcp": False,
                **settings,
            }
            app = create_app(Settings.model_validate(given))
            return stack.enter_context(TestClient(app, base_url="http://localhost", raise_server_exceptions=False))

        yield open_


@pytest.fixture
def client(open_desk: Open) -> TestClient:
    return open_desk()


@pytest.fixture
def guarded(open_desk: Open) -> TestClient:
    return open_desk(authentication=Authentication.TOKENS)


def bearer(client: TestClient, *scopes: Scope, name: str = "bot") -> dict[str, str]:
    """The header of a new token."""
    issued = client.app.state.desk.tokens.issue(name, scopes)  # type: ignore[attr-defined]
    return {"Authorization": f"Bearer {issued.secret}"}


def problem(response: Any) -> str:
    """The name of the problem that an answer is, after a look at its form."""
    assert response.headers["content-type"] == "application/problem+json"
    content = response.json()
    assert content["status"] == response.status_code
    assert content["request_id"] == response.headers["x-request-id"]
    assert content["title"]
    assert content["detail"]
    kind: str = content["type"]
    assert kind.startswith("urn:resolvent:problem:")
    return kind.rpartition(":")[2]
