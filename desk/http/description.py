"""Completes the OpenAPI document: bodies, errors of every route, how one comes in, and examples that can be posted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from desk.http import bodies, examples
from desk.http.problems import MEDIA_TYPE, ApiProblem, ProblemType

DESCRIPTION: Final = (
    "Diagnoses certificate-name warnings of Outlook by the articles of a knowledge base: facts and evidence in; "
    "what is the matter, what to do about it, why, and what to ask next, out."
)
_SCHEMAS = "#/components/schemas/"
_BODIES = (
    bodies.DiagnoseRequest,
    bodies.EvidenceRequest,
    bodies.ExplainRequest,
    bodies.CaseRequest,
    bodies.AnswerRequest,
    bodies.ClosingRequest,
)
IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the case as you saw it; where somebody else was faster, the answer is 412.",
    "schema": {"type": "string", "pattern": '^("[0-9]{1,9}(\\.[0-9a-f]+)?"|\\*)$'},
    "example": '"1"',
}
IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any text of your own; a second request with the same key and content gives the same case.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
CASE_HEADERS: Final = {
    "ETag": {"schema": {"type": "string"}, "description": "The case's revision and the library's digest."},
    "Location": {"schema": {"type": "string"}, "description": "Of a new case: where it is."},
}


def takes(model: type[BaseModel], *parameters: dict[str, Any], required: bool = True) -> dict[str, Any]:
    """What the document says of a route that reads its body itself."""
    media = {"application/json": {"schema": {"$ref": _SCHEMAS + model.__name__}}}
    extra: dict[str, Any] = {"requestBody": {"required": required, "content": media}}
    return {**extra, "parameters": list(parameters)} if parameters else extra


def describe(app: FastAPI) -> None:
    """Let an application give the completed document."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(_document(app))
        return made

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    _, definitions = models_json_schema(
        [(model, "validation") for model in (*_BODIES, ApiProblem)], ref_template=_SCHEMAS + "{model}"
    )
    schemas.update(definitions["$defs"])
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "Made by 'resolvent token new'."}
    }
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _add_examples(operation)
            operation["responses"] = {
                status: answer for status, answer in operation["responses"].items() if status != "422"
            }
            for status, types in _errors(path, method, operation):
                operation["responses"][status] = {
                    "description": "; ".join(f"`{type_.uri}`: {type_.value.title}" for type_ in types),
                    "content": {MEDIA_TYPE: {"schema": {"$ref": _SCHEMAS + "ApiProblem"}}},
                }
            if path not in ("/healthz", "/readyz"):
                operation["security"] = [{}, {"token": []}]
    return document


def _add_examples(operation: dict[str, Any]) -> None:
    """Put the examples of a body into the finished document; earlier, FastAPI would take every null out of them."""
    for media in operation.get("requestBody", {}).get("content", {}).values():
        shown = examples.EXAMPLES[media["schema"]["$ref"].removeprefix(_SCHEMAS)]
        media["examples"] = {name: {"summary": summary, "value": value} for name, summary, value in shown}


def _errors(path: str, method: str, operation: dict[str, Any]) -> Iterator[tuple[str, list[ProblemType]]]:
    """The problems that a route can answer with, by status."""
    types = [ProblemType.WRONG_HOST, ProblemType.OUR_FAULT, ProblemType.NOT_FOUND]
    has_body = "requestBody" in operation
    if path not in ("/healthz", "/readyz"):
        types += [ProblemType.UNAUTHENTICATED, ProblemType.FORBIDDEN, ProblemType.TOO_MANY_REQUESTS]
    if method != "get":
        types += [ProblemType.CROSS_SITE, ProblemType.TOO_LARGE]
    if has_body:
        types += [ProblemType.MALFORMED_BODY, ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INVALID_REQUEST]
        types += [] if "closing" in path else [ProblemType.INVALID_FACTS]
    elif operation.get("parameters"):
        types.append(ProblemType.INVALID_REQUEST)
    if path in ("/v1/diagnose", "/v1/evidence", "/v1/cases/{case}/evidence") or (path, method) == ("/v1/cases", "post"):
        types += [ProblemType.UNREADABLE_EVIDENCE] if method == "post" else []
    if path == "/v1/articles/{article}":
        types.append(ProblemType.NO_SUCH_ARTICLE)
    if path == "/v1/diagnoses/{diagnosis}":
        types.append(ProblemType.NO_SUCH_DIAGNOSIS)
    if path.startswith("/v1/cases"):
        types.append(ProblemType.UNAVAILABLE)
        if "{case}" in path:
            types.append(ProblemType.NO_SUCH_CASE)
            if method != "get":
                types += [ProblemType.CASE_CHANGED, ProblemType.CASE_FULL, ProblemType.MALFORMED_HEADER]
                types += [ProblemType.CASE_CLOSED] if "closing" not in path else []
        if "{fact}" in path:
            types.append(ProblemType.NO_SUCH_FACT)
        if (path, method) == ("/v1/cases", "post"):
            types += [ProblemType.MALFORMED_HEADER, ProblemType.KEY_REUSED]
        if (path, method) == ("/v1/cases/{case}/closing", "put"):
            types.append(ProblemType.NO_SUCH_STEP)
    if path == "/readyz":
        types.append(ProblemType.UNAVAILABLE)
    by_status: dict[int, list[ProblemType]] = {}
    for type_ in types:
        by_status.setdefault(type_.status, []).append(type_)
    yield from ((str(status), by_status[status]) for status in sorted(by_status))
