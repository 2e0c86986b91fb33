"""POST /v1/diagnose, /v1/evidence and /v1/explain: the engine's answers, and errors that say what to mend."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from engine import Engine
from tests.desk.http.conftest import PASTE, Open, problem

VERSION = (
    "Name                : ServerName\n"
    "AdminDisplayVersion : Version 8.3 (Build 83.6)\n"
    "ServerRole          : ClientAccess\n"
)
Contoso = Callable[..., dict[str, object]]


def _json(model: Any) -> Any:
    return model.model_dump(mode="json")


def test_the_outcome_is_the_engines_own(client: TestClient, shipped: Engine, contoso: Contoso) -> None:
    answer = client.post("/v1/diagnose", json={"facts": contoso()})

    assert answer.status_code == 200
    assert answer.json() == _json(shipped.diagnose(contoso()))
    assert answer.headers["cache-control"] == "no-store"


def test_nothing_known_is_asked_about_first(client: TestClient, shipped: Engine) -> None:
    assert client.post("/v1/diagnose", json={}).json() == _json(shipped.diagnose({}))


def test_evidence_counts_as_facts(client: TestClient) -> None:
    for given in ({"text": PASTE}, {"base64": base64.b64encode(PASTE.encode("utf-16")).decode()}):
        facts = client.post("/v1/diagnose", json={"evidence": [given]}).json()["facts"]
        assert facts["endpoints.ews.url"] == "https://exch1.contoso.local/ews/exchange.asmx"


def test_several_servers_get_an_outcome_each(client: TestClient) -> None:
    two = PASTE + "\n" + PASTE.replace("EXCH1", "EXCH2")

    answer = client.post("/v1/diagnose", json={"evidence": [{"text": two}]}).json()

    assert [each["server"] for each in answer["servers"]] == ["EXCH1", "EXCH2"]
    assert answer["summary"] == "2 servers: not decided yet for EXCH1, EXCH2."
    short = client.post("/v1/diagnose?view=next", json={"evidence": [{"text": two}]}).json()
    assert [each["outcome"]["question"]["fact"] for each in short["servers"]] == ["alert.kind", "alert.kind"]


def test_every_fact_that_cannot_be_taken_is_listed_with_its_place(client: TestClient) -> None:
    facts = {"exchange.version": 2008, "endpoints": {"ews": {"url": "nowhere"}}, "client.locaton": "internal", "a/b": 1}

    answer = client.post("/v1/diagnose", json={"facts": facts})

    assert problem(answer) == "invalid-facts"
    errors = {each["pointer"]: each["detail"] for each in answer.json()["errors"]}
    assert list(errors) == [
        "#/facts/exchange.version",
        "#/facts/endpoints/ews/url",
        "#/facts/client.locaton",
        "#/facts/a~1b",
    ]
    assert "did you mean client.location" in errors["#/facts/client.locaton"]


def test_evidence_that_cannot_be_read_is_told_with_its_place(client: TestClient) -> None:
    answer = client.post("/v1/evidence", json={"evidence": [{"text": PASTE}, {"name": "note", "text": "\x00\x01"}]})

    assert problem(answer) == "unreadable-evidence"
    assert [each["pointer"] for each in answer.json()["errors"]] == ["#/evidence/1"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"facts": []}, ["#/facts"]),
        ({"fact": {}}, ["#/fact"]),
        ({"evidence": [{"text": "a", "base64": "YQ=="}]}, ["#/evidence/0"]),
        ({"evidence": [{}]}, ["#/evidence/0"]),
        ({"evidence": [{"base64": "no base64!"}]}, ["#/evidence/0/base64"]),
        ({"evidence": [{"text": "a"}] * 21}, ["#/evidence"]),
        ([], ["#"]),
    ],
)
def test_a_body_of_another_form_is_told_where_it_differs(client: TestClient, body: object, pointers: list[str]) -> None:
    answer = client.post("/v1/diagnose", json=body)

    assert problem(answer) == "invalid-request"
    assert [each["pointer"] for each in answer.json()["errors"]] == pointers


@pytest.mark.parametrize("body", [b"{", b"\xff", b"{" * 100_000, b'{"facts": {"a": NaN}}'])
def test_a_body_that_is_no_json_is_told_so(client: TestClient, body: bytes) -> None:
    answer = client.post("/v1/diagnose", content=body, headers={"Content-Type": "application/json"})

    assert problem(answer) in ("malformed-body", "invalid-facts")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_what_any_web_page_could_send_is_not_taken_for_json(client: TestClient, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}

    assert problem(client.post("/v1/diagnose", content=b"{}", headers=headers)) == "unsupported-media-type"


def test_a_live_reading_is_refused_unless_the_operator_allows_it(client: TestClient) -> None:
    answer = client.post("/v1/diagnose", json={"evidence": [{"tls": "tls://mail.contoso.com"}]})

    assert problem(answer) == "forbidden"


@pytest.mark.parametrize("address",
    ["127.0.0.1", "[::1]", "169.254.169.254", "[::ffff:127.0.0.1]", "10.1.2.3", "168.63.129.16", "100.100.100.200",
     "[64:ff9b::a9fe:a9fe]", "[fd00:ec2::254]"],
)  # fmt: skip
def test_a_live_reading_never_goes_to_a_forbidden_address(open_desk: Open, address: str) -> None:
    client = open_desk(read_tls=True, forbidden_networks=["10.0.0.0/8"])

    answer = client.post("/v1/evidence", json={"evidence": [{"tls": f"tls://{address}:1"}]})

    assert problem(answer) == "unreadable-evidence"
    assert "may not be reached from here" in answer.json()["errors"][0]["detail"]


def test_evidence_is_read_into_facts_with_their_provenance(client: TestClient) -> None:
    answer = client.post("/v1/evidence", json={"evidence": [{"name": "ews.txt", "text": PASTE}]}).json()

    fact = answer["servers"][0]["facts"]["endpoints.ews.url"]
    assert fact["rank"] == "machine_output"
    assert "ews.txt" in fact["provenance"]


def test_what_plain_words_mention_is_only_proposed(client: TestClient) -> None:
    text = "User gets a certificate warning since the move to Exchange 2010, host mail.contoso.com"

    answer = client.post("/v1/evidence", json={"evidence": [{"text": text}]}).json()

    (known,) = answer["servers"]
    proposed = {each["fact"]: each for each in known["proposed"]}
    assert "since the move to Exchange 2010" in proposed["exchange.version"]["quote"]
    assert "exchange.version" not in known["facts"]


def test_explanations_are_the_engines_own(client: TestClient, shipped: Engine, contoso: Contoso) -> None:
    facts = contoso()
    diagnosis = "internal-url-name-mismatch"

    how = client.post("/v1/explain", json={"facts": facts, "diagnosis": diagnosis}).json()
    why = client.post("/v1/explain", json={"facts": {}, "why": "exchange.version"}).json()
    what_if = client.post("/v1/explain", json={"facts": facts, "what_if": {"alert.name": None}}).json()

    assert how == _json(shipped.explain(facts, diagnosis))
    assert why == _json(shipped.why({}, "exchange.version"))
    assert what_if == _json(shipped.what_if(facts, {"alert.name": None}))


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"diagnosis": "internal-url-mismatch"}, "invalid-request"),
        ({"why": "exchange.versio"}, "invalid-request"),
        ({}, "invalid-request"),
        ({"why": "exchange.version", "diagnosis": "x"}, "invalid-request"),
        ({"what_if": {"exchange.version": 1}}, "invalid-facts"),
    ],
)
def test_what_cannot_be_explained_is_told(client: TestClient, body: dict[str, object], name: str) -> None:
    assert problem(client.post("/v1/explain", json=body)) == name


def test_the_same_question_twice_has_the_same_answer_and_is_counted_twice(client: TestClient) -> None:
    def counted() -> float:
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("resolvent_outcomes_total"))

    body = {"facts": {"client.location": "external"}}
    before = counted()

    first, second = client.post("/v1/diagnose", json=body), client.post("/v1/diagnose", json=body)

    assert first.content == second.content
    assert counted() == before + 2


def test_what_sources_disagree_on_is_asked_first_and_settled_by_a_choice(client: TestClient, contoso: Contoso) -> None:
    body: dict[str, Any] = {"facts": contoso(exchange__version="2013"), "evidence": [{"text": VERSION}]}

    disputed = client.post("/v1/diagnose", json=body).json()
    assert (disputed["status"], disputed["done"], disputed["verdict"]) == ("open", False, "undecided")
    assert not disputed["resolutions"]
    question = disputed["questions"][0]
    assert (question["fact"], question["purpose"]) == ("exchange.version", "settle")

    body["settle"] = {question["fact"]: question["choices"][0]["value"]}
    settled = client.post("/v1/diagnose", json=body).json()
    assert (settled["status"], settled["verdict"]) == ("settled", "diagnosed")
    body["settle"] = {question["fact"]: "unknown"}
    assert client.post("/v1/diagnose", json=body).json()["verdict"] == "undecided"


def test_a_settlement_of_what_there_is_none_of_is_told(client: TestClient) -> None:
    answer = client.post("/v1/diagnose", json={"settle": {"certificate": "nothing"}})

    assert problem(answer) == "invalid-request"
    assert answer.json()["errors"][0]["pointer"] == "#/settle"


def test_half_a_character_in_pasted_json_breaks_nothing(client: TestClient) -> None:
    text = (
        '{"Name": "EWS (Default Web Site)", "Server": "EXCH1", "ExternalUrl": "\\ud800", "InternalUrl": "https://a.b/"}'
    )

    case = client.post("/v1/cases", json={"evidence": [{"text": text}]})

    assert case.status_code == 201
    assert client.get(f"/v1/cases/{case.json()['id']}").status_code == 200


@pytest.mark.parametrize(
    "facts", [{"certificate.issuer": "CN=\ud800"}, {"\ud800": "yes"}, {"certificate": {"\udfff": 1}}]
)
@pytest.mark.parametrize("path", ["/v1/diagnose", "/v1/cases"])
def test_half_a_character_in_a_fact_is_refused_with_its_place(client: TestClient, path: str, facts: object) -> None:
    answer = client.post(path, content=json.dumps({"facts": facts}), headers={"Content-Type": "application/json"})

    assert problem(answer) == "invalid-facts"
    assert answer.json()["errors"][0]["pointer"].startswith("#/facts/")


def test_many_unknown_keys_are_refused_before_they_are_looked_at(client: TestClient) -> None:
    answer = client.post("/v1/diagnose", json={"facts": {"endpoints": {f"k{number}": 1 for number in range(50_000)}}})

    assert problem(answer) == "invalid-facts"
    assert len(answer.json()["errors"]) == 1
