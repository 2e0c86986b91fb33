"""GET /v1/facts, /v1/articles and /v1/diagnoses: what the library says, kept by callers until it changes."""

from __future__ import annotations

from starlette.testclient import TestClient

from engine import Engine
from tests.desk.http.conftest import problem


def test_every_fact_is_there_with_its_question_and_a_schema(client: TestClient, shipped: Engine) -> None:
    answer = client.get("/v1/facts").json()

    assert list(answer["facts"]) == list(shipped.knowledge.facts)
    assert [each["value"] for each in answer["facts"]["client.location"]["choices"]] == ["internal", "external"]
    assert set(answer["json_schema"]["properties"]) == set(answer["facts"])
    assert answer["knowledge"]["digest"] == shipped.knowledge.digest


def test_an_article_is_there_with_the_statements_that_outcomes_cite(client: TestClient, shipped: Engine) -> None:
    listed = client.get("/v1/articles").json()["articles"]
    article = client.get(f"/v1/articles/{listed[0]['id']}").json()

    assert [each["id"] for each in listed] == ["KB940726"]
    assert article["markdown"].startswith("#")
    cited = {each.citation.at for each in shipped.knowledge.diagnoses}
    assert cited <= {each["anchor"] for each in article["statements"]}


def test_a_diagnosis_says_what_it_hangs_on_and_what_helps(client: TestClient) -> None:
    answer = client.get("/v1/diagnoses/internal-url-name-mismatch").json()

    assert {"exchange.version", "client.location", "endpoints.ews.url"} <= set(answer["facts"])
    assert set(answer["members"]) == {"autodiscover", "ews", "oab", "um"}
    assert [each["id"] for each in answer["resolutions"]] == ["change-internal-urls", "use-san-certificate"]


def test_what_is_not_there_is_told_with_what_may_have_been_meant(client: TestClient) -> None:
    article, diagnosis = client.get("/v1/articles/KB940727"), client.get("/v1/diagnoses/internal-url-mismatch")

    assert problem(article) == "no-such-article"
    assert "did you mean KB940726?" in article.json()["detail"]
    assert problem(diagnosis) == "no-such-diagnosis"
    assert "did you mean internal-url-name-mismatch?" in diagnosis.json()["detail"]


def test_what_a_caller_has_already_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/v1/facts")

    again = client.get("/v1/facts", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
