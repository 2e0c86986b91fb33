"""What the OpenAPI document says besides what FastAPI reads off the routes: the problems, and how one comes in."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from desk.http.problems import MEDIA_TYPE, ApiProblem, ProblemType

DESCRIPTION: Final = (
    "Diagnoses support cases by the articles of a knowledge base: facts and evidence in; what is the matter, what to "
    "do about it, why, and what to ask next, out."
)
_SCHEMAS: Final = "#/components/schemas/"
CASE_HEADERS: Final = {
    "ETag": {"schema": {"type": "string"}, "description": "The case's revision and the library's digest."},
    "Location": {"schema": {"type": "string"}, "description": "Of a new case: where it is."},
}
ALWAYS: Final = (
    ProblemType.WRONG_HOST,
    ProblemType.OUR_FAULT,
    ProblemType.NOT_FOUND,
    ProblemType.UNAUTHENTICATED,
    ProblemType.FORBIDDEN,
    ProblemType.CROSS_SITE,
    ProblemType.TOO_LARGE,
    ProblemType.TOO_MANY_REQUESTS,
    ProblemType.MALFORMED_BODY,
    ProblemType.UNSUPPORTED_MEDIA_TYPE,
    ProblemType.INVALID_REQUEST,
)
"""The problems that any route of the API can end in; the gate finds most of them before a handler runs."""


def may_end_in(*types: ProblemType) -> dict[int | str, dict[str, Any]]:
    """What a route's `responses` say of the problems that it can end in, besides those that any can."""
    by_status: dict[int, list[ProblemType]] = {}
    for type_ in (*ALWAYS, *types):
        by_status.setdefault(type_.status, []).append(type_)
    return {
        status: {
            "description": "; ".join(f"`{type_.uri}`: {type_.value.title}" for type_ in each),
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}{ApiProblem.__name__}"}}},
        }
        for status, each in sorted(by_status.items())
    }


def describe(app: FastAPI) -> None:
    """Let an application give the completed document."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            components = document.setdefault("components", {})
            schema = ApiProblem.model_json_schema(ref_template=_SCHEMAS + "{model}")
            components.setdefault("schemas", {}).update(schema.pop("$defs", {}) | {ApiProblem.__name__: schema})
            components["securitySchemes"] = {
                "token": {"type": "http", "scheme": "bearer", "description": "Made by 'resolvent token new'."}
            }
            # Where no token is asked for, none is needed; the health paths never ask for one.
            document["security"] = [{}, {"token": []}]
            made.update(document)
        return made

    app.openapi = openapi  # type: ignore[method-assign]
