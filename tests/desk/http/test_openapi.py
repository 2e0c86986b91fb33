"""The OpenAPI document: its examples can be posted, and nothing is answered that it does not announce."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from desk.http.app import create_app
from desk.http.problems import ProblemType
from desk.http.settings import Settings

_HOST = "testserver"
_DOCS = Path(__file__).resolve().parents[3] / "docs" / "api.md"


def _examples(document: Any) -> list[tuple[str, str, Any]]:
    return [
        (method, path, example["value"])
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for example in operation.get("requestBody", {})
        .get("content", {})
        .get("application/json", {})
        .get("examples", {})
        .values()
    ]


def test_every_example_can_be_posted_as_it_stands(client: TestClient) -> None:
    examples = _examples(client.get("/openapi.json").json())
    assert len(examples) >= 14

    for method, path, body in examples:
        case = client.post("/v1/cases").json()["id"]
        answer = client.request(method, path.format(case=case, fact="exchange.version"), json=body)
        assert answer.status_code in (200, 201), (path, body, answer.text)


def test_every_route_that_takes_a_body_has_an_example(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    bodies = {
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
    }

    assert bodies == {(method, path) for method, path, _ in _examples(document)}


def test_every_route_and_every_problem_stands_in_the_manual(client: TestClient) -> None:
    manual = _DOCS.read_text(encoding="utf-8")

    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for method in operations:
            assert f"`{method.upper()} {path}`" in manual
    for type_ in ProblemType:
        assert f"| `{type_.value.name}` | {type_.status} |" in manual


def test_whatever_is_sent_is_answered_as_the_document_says(tmp_path: Path) -> None:
    app = create_app(
        Settings(database_url=f"sqlite:///{tmp_path / 'cases.sqlite3'}", mcp=False, pages=False, allowed_hosts=(_HOST,))
    )
    real = {
        "case": app.state.desk.store.create(who="Ada").id,
        "fact": "exchange.version",
        "article": "KB940726",
        "diagnosis": "internal-url-name-mismatch",
    }
    for routes in app.openapi()["paths"].values():
        for operation in routes.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    # Of made-up ids, hardly one would be met.
                    parameter["schema"]["enum"] = [real[parameter["name"]], "nowhere"]
    document = schemathesis.openapi.from_asgi("/openapi.json", app)
    operations: list[Any] = [each.ok() for each in document.get_all_operations()]  # type: ignore[union-attr]

    for operation in operations:

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(case=operation.as_strategy())
        def send(case: Any) -> None:
            response = case.call()
            assert response.status_code < 500
            case.validate_response(
                response, checks=[status_code_conformance, content_type_conformance, response_schema_conformance]
            )

        send()

    assert len(operations) >= 17
    app.state.desk.close()
