"""/v1/cases: kept with who said what, changed by one at a time, and handed out as a ticket."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from engine import Engine
from tests.desk.http.conftest import PASTE, problem

Contoso = Callable[..., dict[str, object]]


def _new(client: TestClient, **body: Any) -> Any:
    answer = client.post("/v1/cases", json=body)
    assert answer.status_code == 201
    return answer.json()


def test_a_case_is_made_found_and_told_where_it_is(client: TestClient, shipped: Engine) -> None:
    answer = client.post("/v1/cases", json={"reference": "T-1", "facts": {"client.location": "internal"}})

    case = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/cases/{case['id']}"
    assert client.get(answer.headers["location"]).json() == case
    assert case["outcome"] == shipped.diagnose({"client.location": "internal"}).model_dump(mode="json")
    assert case["answers"]["client.location"]["provenance"] == "api"
    assert case["log"][0]["knowledge"] == shipped.knowledge.digest


def test_a_case_can_begin_with_nothing_at_all(client: TestClient) -> None:
    answer = client.post("/v1/cases")

    assert answer.status_code == 201
    assert answer.json()["answers"] == {}


def test_an_interview_over_the_api(client: TestClient, shipped: Engine, contoso: Contoso) -> None:
    case = _new(client)
    for fact, value in contoso().items():
        answer = client.put(f"/v1/cases/{case['id']}/facts/{fact}", json={"value": value})
        assert answer.status_code == 200

    assert answer.json()["outcome"] == shipped.diagnose(contoso()).model_dump(mode="json")

    withdrawn = client.delete(f"/v1/cases/{case['id']}/facts/alert.name").json()
    assert withdrawn["outcome"] == shipped.diagnose(contoso(alert__name=None)).model_dump(mode="json")


def test_the_second_of_two_who_saw_the_same_revision_is_told(client: TestClient) -> None:
    created = client.post("/v1/cases")
    path = f"{created.headers['location']}/facts/exchange.version"
    seen = {"If-Match": created.headers["etag"]}
    assert client.put(path, json={"value": "2007"}, headers=seen).status_code == 200

    late = client.put(path, json={"value": "2010"}, headers=seen)
    same = client.put(path, json={"value": "2007"}, headers=seen)
    unasked = client.put(path, json={"value": "2010"})

    assert (problem(late), late.json()["revision"]) == ("case-changed", 2)
    assert (same.status_code, same.json()["revision"]) == (200, 2)
    assert (unasked.status_code, unasked.json()["revision"]) == (200, 3)


@pytest.mark.parametrize("tag", ["7", 'W/"1"', '"x"', '"1", "2"', ""])
def test_an_if_match_of_another_form_is_refused(client: TestClient, tag: str) -> None:
    case = _new(client)

    answer = client.put(
        f"/v1/cases/{case['id']}/facts/exchange.version", json={"value": "2007"}, headers={"If-Match": tag}
    )

    assert problem(answer) == "malformed-header"


def test_a_creation_that_is_sent_twice_makes_one_case(client: TestClient) -> None:
    headers = {"Idempotency-Key": "b2f1"}
    body = {"facts": {"exchange.version": "2007"}}

    first = client.post("/v1/cases", json=body, headers=headers)
    second = client.post("/v1/cases", json=body, headers=headers)
    another = client.post("/v1/cases", json={}, headers=headers)

    assert (second.status_code, second.json()["id"]) == (201, first.json()["id"])
    assert problem(another) == "key-reused"
    assert len(client.get("/v1/cases").json()["cases"]) == 1
    assert problem(client.post("/v1/cases", headers={"Idempotency-Key": "a b"})) == "malformed-header"


def test_what_is_wrong_with_an_answer_is_told(client: TestClient) -> None:
    case = _new(client)
    path = f"/v1/cases/{case['id']}/facts"

    refused = client.put(f"{path}/exchange.version", json={"value": 2008})

    assert problem(refused) == "invalid-facts"
    assert refused.json()["errors"][0]["pointer"] == "#/value"
    assert problem(client.put(f"{path}/exchange.version", json={})) == "invalid-request"
    assert problem(client.put(f"{path}/exchange.versoin", json={"value": "2007"})) == "no-such-fact"
    assert problem(client.delete(f"{path}/exchange.versoin")) == "no-such-fact"
    nowhere = "/v1/cases/00000000000000000000"
    assert problem(client.get(nowhere)) == "no-such-case"
    assert problem(client.put(f"{nowhere}/facts/exchange.version", json={"value": "2007"})) == "no-such-case"


def test_evidence_is_added_with_its_provenance_and_without_itself(client: TestClient) -> None:
    case = _new(client)

    body = {"evidence": [{"name": "ews.txt", "text": "secret words\n\n" + PASTE}]}
    case = client.post(f"/v1/cases/{case['id']}/evidence", json=body).json()

    assert case["known"]["servers"][0]["facts"]["endpoints.ews.url"]["rank"] == "machine_output"
    assert case["evidence"][0]["name"] == "ews.txt"
    assert "secret words" not in json.dumps(case)


def test_several_servers_in_a_case_get_an_outcome_each(client: TestClient) -> None:
    case = _new(client, evidence=[{"text": PASTE + "\n" + PASTE.replace("EXCH1", "EXCH2")}])

    assert [each["server"] for each in case["outcome"]["servers"]] == ["EXCH1", "EXCH2"]
    assert [each["server"] for each in case["known"]["servers"]] == ["EXCH1", "EXCH2"]


def test_a_case_is_closed_with_what_helped_and_reopened(client: TestClient) -> None:
    path = f"/v1/cases/{_new(client)['id']}"

    closed = client.put(f"{path}/closing", json={"helped": True, "step": "change-internal-urls.set-ews-url"}).json()
    assert (closed["state"], closed["closing"]["step"]) == ("closed", "change-internal-urls.set-ews-url")
    assert problem(client.put(f"{path}/facts/exchange.version", json={"value": "2007"})) == "case-closed"
    assert problem(client.put(f"{path}/closing", json={"helped": True, "step": "nothing"})) == "no-such-step"
    assert [each["id"] for each in client.get("/v1/cases?state=open").json()["cases"]] == []

    reopened = client.delete(f"{path}/closing").json()
    assert (reopened["state"], reopened["closing"]) == ("open", None)


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("markdown", "text/markdown; charset=utf-8"),
        ("text", "text/plain; charset=utf-8"),
        ("html", "text/html; charset=utf-8"),
        ("json", "application/json"),
    ],
)
def test_a_report_is_handed_out_in_every_form_masked_or_not(
    client: TestClient, contoso: Contoso, form: str, kind: str
) -> None:
    case = _new(client, facts=contoso())

    plain = client.get(f"/v1/cases/{case['id']}/report?format={form}")
    masked = client.get(f"/v1/cases/{case['id']}/report?format={form}&mask=true")

    assert plain.headers["content-type"] == kind
    assert "mail.contoso.com" in plain.text
    assert masked.status_code == 200
    assert "contoso" not in masked.text


def test_a_parameter_of_another_form_is_told(client: TestClient) -> None:
    answer = client.get("/v1/cases?limit=0&state=lost")

    assert problem(answer) == "invalid-request"
    assert [each["pointer"] for each in answer.json()["errors"]] == ["#/query/state", "#/query/limit"]
