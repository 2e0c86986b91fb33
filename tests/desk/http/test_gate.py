"""What every request passes: where it is addressed, who sends it, how large it is, and what is told of it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from desk.access import Scope
from desk.http.settings import Authentication, Settings, is_loopback
from engine import Engine
from tests.desk.http.conftest import Open, bearer, problem


def test_a_path_that_leads_nowhere_and_a_method_that_does_nothing_are_told(client: TestClient) -> None:
    assert problem(client.get("/v1/nothing")) == "not-found"
    refused = client.get("/v1/diagnose")
    assert problem(refused) == "method-not-allowed"
    assert refused.headers["allow"] == "POST"


def test_a_request_id_is_taken_over_or_made(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "ticket-7"}).headers["x-request-id"] == "ticket-7"
    for strange in ("a b", "x" * 65, "<script>"):
        made = client.get("/healthz", headers={"X-Request-ID": strange}).headers["x-request-id"]
        assert made != strange
        assert made.isalnum()


def test_a_web_page_that_resolves_its_own_name_to_this_machine_finds_nothing(open_desk: Open) -> None:
    client = open_desk()
    for host in ("evil.example", "evil.example:8940", "localhost.evil.example", ""):
        assert problem(client.get("/healthz", headers={"Host": host})) == "wrong-host"
    for host in ("localhost", "LOCALHOST:8940", "127.0.0.1:1", "[::1]:8940", "[::1]"):
        assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_names_to_answer_to_can_be_added_and_where_tokens_are_asked_for_limited(open_desk: Open) -> None:
    assert open_desk(allowed_hosts=["desk.lan"]).get("/healthz", headers={"Host": "desk.lan"}).status_code == 200
    guarded = open_desk(authentication="tokens", host="0.0.0.0")
    assert guarded.get("/healthz", headers={"Host": "any.lan"}).status_code == 200
    limited = open_desk(authentication="tokens", host="0.0.0.0", allowed_hosts=["desk.lan"])
    assert problem(limited.get("/healthz", headers={"Host": "any.lan"})) == "wrong-host"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:3000"},
    ],
)
def test_another_sites_page_writes_nothing(client: TestClient, headers: dict[str, str]) -> None:
    assert problem(client.post("/v1/diagnose", json={}, headers=headers)) == "cross-site"
    assert problem(client.post("/v1/cases", headers=headers)) == "cross-site"


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://localhost"}, {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}],
)
def test_programs_and_our_own_pages_do(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/v1/cases", headers=headers).status_code == 201


def test_cors_is_off_unless_an_origin_is_named(open_desk: Open) -> None:
    asks = {"Origin": "https://portal.example", "Access-Control-Request-Method": "POST"}
    closed, opened = open_desk(), open_desk(cors_origins=["https://portal.example"])

    assert "access-control-allow-origin" not in closed.options("/v1/diagnose", headers=asks).headers
    assert opened.options("/v1/diagnose", headers=asks).headers["access-control-allow-origin"] == asks["Origin"]
    answer = opened.post("/v1/diagnose", json={}, headers={"Origin": asks["Origin"], "Sec-Fetch-Site": "cross-site"})
    assert answer.headers["access-control-allow-origin"] == asks["Origin"]
    assert problem(opened.post("/v1/diagnose", json={}, headers={"Origin": "https://evil.example"})) == "cross-site"


def test_a_body_that_is_too_large_is_refused_announced_or_not(open_desk: Open) -> None:
    client = open_desk(max_body=1000, max_evidence_body=2000)
    path = f"/v1/cases/{client.post('/v1/cases').json()['id']}/facts/exchange.server"
    json = {"Content-Type": "application/json"}

    def in_pieces(size: int) -> Any:
        yield from (b" " * 100 for _ in range(size // 100))

    for given in (b" " * 1001, in_pieces(1100)):
        assert problem(client.put(path, content=given, headers=json)) == "too-large"
    for given in (b" " * 2001, in_pieces(2100)):
        assert problem(client.post("/v1/diagnose", content=given, headers=json)) == "too-large"
        assert problem(client.post("/v1/evidence", content=b" " * 2001, headers=json)) == "too-large"
    assert client.post("/v1/diagnose", content=b" " * 1990 + b"{}", headers=json).status_code == 200


def test_without_a_token_nobody_gets_in_where_tokens_are_asked_for(guarded: TestClient) -> None:
    for path in ("/v1/facts", "/v1/cases", "/metrics", "/v1/nothing"):
        refused = guarded.get(path)
        assert problem(refused) == "unauthenticated"
        assert refused.headers["www-authenticate"] == "Bearer"
    for value in ("Bearer rsv_nothing", "Bearer ", "Basic YTpi", "Bearer \xff"):
        headers = {b"Authorization": value.encode("latin-1")}
        assert problem(guarded.get("/v1/facts", headers=headers)) == "unauthenticated"
    assert guarded.get("/healthz").status_code == 200
    assert guarded.get("/readyz").status_code == 200


def test_a_token_opens_what_its_scopes_say(guarded: TestClient) -> None:
    diagnose, cases, admin = (bearer(guarded, scope) for scope in (Scope.DIAGNOSE, Scope.CASES, Scope.ADMIN))

    assert guarded.post("/v1/diagnose", json={}, headers=diagnose).status_code == 200
    assert problem(guarded.get("/v1/cases", headers=diagnose)) == "forbidden"
    assert guarded.get("/v1/cases", headers=cases).status_code == 200
    assert problem(guarded.post("/v1/diagnose", json={}, headers=cases)) == "forbidden"
    assert problem(guarded.get("/metrics", headers=cases)) == "forbidden"
    for path in ("/metrics", "/v1/cases", "/v1/facts"):
        assert guarded.get(path, headers=admin).status_code == 200


def test_a_case_is_logged_under_the_name_of_the_token(guarded: TestClient) -> None:
    case = guarded.post("/v1/cases", headers=bearer(guarded, Scope.CASES, name="night-bot")).json()

    assert case["created_by"] == "night-bot"


def test_a_token_that_is_used_too_often_has_to_wait_and_another_does_not(open_desk: Open) -> None:
    client = open_desk(authentication=Authentication.TOKENS, rate_limit=5)
    busy, calm = bearer(client, Scope.DIAGNOSE), bearer(client, Scope.DIAGNOSE)

    answers = [client.get("/v1/articles", headers=busy) for _ in range(12)]

    limited = next(each for each in answers if each.status_code == 429)
    assert problem(limited) == "too-many-requests"
    assert int(limited.headers["retry-after"]) >= 1
    assert client.get("/v1/articles", headers=calm).status_code == 200


def test_what_we_did_not_expect_is_our_fault_and_nothing_that_was_sent_is_logged(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: Engine, facts: dict[str, object], **options: object) -> None:
        raise RuntimeError(f"cannot take {facts}")

    monkeypatch.setattr(Engine, "diagnose", fail)
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/v1/diagnose", json={"facts": {"exchange.server": "SECRETSRV"}})

    assert problem(answer) == "our-fault"
    assert "RuntimeError at http/test_gate.py" in caplog.text
    assert "SECRETSRV" not in caplog.text + answer.text


def test_nothing_that_is_sent_reaches_a_log(
    open_desk: Open, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    client = open_desk(authentication=Authentication.TOKENS, mcp=True)
    headers = {**bearer(client, Scope.ADMIN), "X-Secret": "SECRETHEADER"}
    with caplog.at_level(logging.DEBUG, logger="resolvent"):
        client.post("/v1/diagnose", json={"facts": {"SECRETKEY": "SECRETVALUE"}}, headers=headers)
        client.post("/v1/evidence?SECRETQUERY=1", json={"evidence": [{"text": "SECRETPASTE"}]}, headers=headers)
        client.get("/v1/cases/SECRETPATH", headers=headers)
        call = {"name": "diagnose", "arguments": {"facts": {"SECRETKEY": 1}}}
        client.post(
            "/mcp",
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
            headers={**headers, "Accept": "application/json, text/event-stream"},
        )

    told = capfd.readouterr()
    assert "SECRET" not in caplog.text + told.out + told.err
    assert "GET /v1/cases/{case} 404" in caplog.text


def test_a_case_store_that_is_down_is_told_and_comes_back(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = client.app.state.desk  # type: ignore[attr-defined]

    def down(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("SECRET of the driver"))

    with monkeypatch.context() as broken:
        broken.setattr(desk.store.database.engine, "connect", down)
        answer = client.get("/v1/cases")
        assert problem(answer) == "unavailable"
        assert "SECRET" not in answer.text
        assert problem(client.get("/readyz")) == "unavailable"
        assert client.get("/healthz").status_code == 200
        assert client.post("/v1/diagnose", json={}).status_code == 200
    assert client.get("/readyz").json()["status"] == "ok"


def test_the_metrics_count_outcomes_requests_and_disagreements(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def number(line: str) -> float:
        found = [each for each in client.get("/metrics").text.splitlines() if each.startswith(line)]
        return float(found[0].rpartition(" ")[2]) if found else 0.0

    outcomes = 'resolvent_outcomes_total{status="open",verdict="undecided"}'
    requests = 'resolvent_request_seconds_count{method="POST",route="/v1/diagnose",status="200"}'
    disagreements = "resolvent_engine_disagreements_total"
    before = [number(line) for line in (outcomes, requests, disagreements)]

    client.post("/v1/diagnose", json={})
    desk = client.app.state.desk  # type: ignore[attr-defined]
    desk.engine._disagreements += 2
    client.post("/v1/diagnose", json={})
    client.get("/made/up/by/a/caller")

    assert [number(line) for line in (outcomes, requests, disagreements)] == [
        before[0] + 2,
        before[1] + 2,
        before[2] + 2,
    ]
    assert "made/up" not in client.get("/metrics").text


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("desk.lan", False),
        ("", False),
        ("localhost.evil.example", False),
    ],
)
def test_loopback_is_told_from_everything_else(host: str, here: bool) -> None:
    assert is_loopback(host) is here


def test_settings_survive_the_way_to_a_worker(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {
            "library": str(tmp_path),
            "forbidden_networks": ["10.0.0.0/8"],
            "state_key": "k" * 43,
            "cors_origins": ["https://a"],
        }
    )

    again = Settings.model_validate_json(settings.model_dump_json())

    assert again == settings
    assert "kkk" not in repr(settings)
