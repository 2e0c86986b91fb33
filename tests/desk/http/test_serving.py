"""`resolvent serve` as people run it: in processes of its own, on loopback, until it is asked to stop."""

from __future__ import annotations

import json
import signal
import socket
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from desk.access import Scope, Tokens
from desk.cases.database import Database
from desk.cli.shared.exits import Exit
from tests.desk.http.load import load
from tests.desk.http.serving import running, start


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'cases.sqlite3'}"


def test_an_address_that_others_reach_is_not_served_without_a_token(database: str) -> None:
    refused = start("--host", "0.0.0.0", "--database", database)

    assert refused.process.wait(timeout=60) == Exit.USAGE
    assert "resolvent token new NAME" in "".join(refused.log)
    assert not refused.url


def test_with_a_token_it_is_and_asks_for_it(database: str) -> None:
    opened = Database(database)
    secret = Tokens(opened).issue("bot", [Scope.ADMIN]).secret
    opened.close()

    # The rule is about the address; asked for with --auth it holds on loopback too, which is all that a test may open.
    with running(database, "--auth", "tokens") as server:
        request = urllib.request.Request(f"{server.url}/v1/articles", headers={"Authorization": f"Bearer {secret}"})
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{server.url}/v1/articles")


def test_a_port_that_is_taken_is_told_in_a_line(database: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = start("--database", database, "--port", str(taken.getsockname()[1]))

        assert refused.process.wait(timeout=60) == Exit.USAGE
        assert "cannot listen at 127.0.0.1" in "".join(refused.log)


def test_what_was_asked_before_it_stops_is_answered(database: str) -> None:
    """A request whose body is still on its way when the server is told to stop."""
    body = json.dumps({"facts": {"client.location": "internal"}}).encode()
    head = (
        "POST /v1/diagnose HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with running(database) as server, socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0)) as line:
        line.sendall(head.encode() + body[:10])
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        line.sendall(body[10:])
        received = b""
        while piece := line.recv(65536):
            received += piece
        assert received.startswith(b"HTTP/1.1 200 OK")
        assert server.stop() in (0, -signal.SIGTERM)


def test_bots_on_several_workers_get_no_error_and_no_mixed_up_case(database: str) -> None:
    with running(database, "--workers", "2") as server:
        figures = load(server.url, bots=10, interviews=2)

        with urllib.request.urlopen(f"{server.url}/metrics") as answer:
            metrics = answer.read().decode()
        with urllib.request.urlopen(f"{server.url}/v1/cases?limit=200") as answer:
            cases = json.load(answer)["cases"]

    counted = [line for line in metrics.splitlines() if 'seconds_count{method="PUT"' in line and 'status="200"' in line]
    assert sum(float(line.rpartition(" ")[2]) for line in counted) == sum(each["revision"] - 1 for each in cases)
    assert len(cases) == figures.interviews == 20
