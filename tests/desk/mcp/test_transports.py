"""MCP over standard input and output, and over HTTP at /mcp of a server."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp_types import ElicitResult
from starlette.testclient import TestClient

from desk.access import Scope
from engine import Engine
from tests.desk.http.conftest import Open, bearer, open_desk, problem
from tests.desk.http.serving import Serving, running

__all__ = ["open_desk"]

_CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "diagnose", "arguments": {"facts": {"client.location": "internal"}, "view": "full"}},
}
_ACCEPT = {"Accept": "application/json, text/event-stream"}


def test_over_standard_input_and_output(shipped: Engine) -> None:
    async def converse() -> Any:
        command = StdioServerParameters(
            command=sys.executable,
            args=["-c", "from desk.cli.mcp import command; command()"],
            env=dict(os.environ),
        )
        async with Client(stdio_client(command)) as client:
            return (await client.call_tool("diagnose", {"facts": {}})).structured_content

    assert anyio.run(converse)["outcome"] == shipped.diagnose({}).next().model_dump(mode="json")


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("mcp")
    with running(f"sqlite:///{folder / 'cases.sqlite3'}") as server:
        yield server


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_http_of_a_running_server(serving: Serving, shipped: Engine, mode: str) -> None:
    async def converse() -> Any:
        async with Client(f"{serving.url}/mcp", mode=mode) as client:
            return (await client.call_tool("diagnose", {"facts": {}})).structured_content

    assert anyio.run(converse)["outcome"] == shipped.diagnose({}).next().model_dump(mode="json")


def test_the_server_asks_the_user_over_http_too(serving: Serving) -> None:
    async def answer(context: Any, params: Any) -> ElicitResult:
        return ElicitResult(action="accept", content={"alert__kind": "proxy_error"})

    async def converse() -> Any:
        async with Client(f"{serving.url}/mcp", elicitation_callback=answer) as client:
            return (await client.call_tool("diagnose", {"ask_user": True, "view": "full"})).structured_content

    assert anyio.run(converse)["outcome"]["facts"] == {"alert.kind": "proxy_error"}


def test_a_token_is_asked_for_there_as_everywhere(open_desk: Open) -> None:
    client: TestClient = open_desk(authentication="tokens", mcp=True)

    assert problem(client.post("/mcp", json=_CALL, headers=_ACCEPT)) == "unauthenticated"
    assert problem(client.post("/mcp", json=_CALL, headers={**_ACCEPT, **bearer(client, Scope.CASES)})) == "forbidden"
    headers = {**_ACCEPT, **bearer(client, Scope.DIAGNOSE), "MCP-Protocol-Version": "2025-06-18"}
    answer = client.post("/mcp", json=_CALL, headers=headers)
    assert answer.json()["result"]["structuredContent"]["outcome"]["facts"] == {"client.location": "internal"}
