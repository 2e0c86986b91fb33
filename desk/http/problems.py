"""Errors as RFC 9457 problems: the types that there are, and the one exception that carries one out of a handler."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:resolvent:problem:"
"""Begins every type. A type never changes its meaning; new ones may come."""


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    status: int
    title: str


class ProblemType(Enum):
    """Every problem that the API answers with."""

    MALFORMED_BODY = _Kind("malformed-body", 400, "The body is not JSON")
    MALFORMED_HEADER = _Kind("malformed-header", 400, "A header has a value that it cannot have")
    UNAUTHENTICATED = _Kind("unauthenticated", 401, "This needs an access token")
    FORBIDDEN = _Kind("forbidden", 403, "This token does not allow that")
    CROSS_SITE = _Kind("cross-site", 403, "Another web site's page may not do that")
    NOT_FOUND = _Kind("not-found", 404, "There is nothing here")
    NO_SUCH_ARTICLE = _Kind("no-such-article", 404, "There is no such article")
    NO_SUCH_DIAGNOSIS = _Kind("no-such-diagnosis", 404, "There is no such diagnosis")
    NO_SUCH_CASE = _Kind("no-such-case", 404, "There is no such case")
    NO_SUCH_FACT = _Kind("no-such-fact", 404, "There is no such fact")
    METHOD_NOT_ALLOWED = _Kind("method-not-allowed", 405, "This cannot be done here")
    CASE_CLOSED = _Kind("case-closed", 409, "The case is closed")
    CASE_FULL = _Kind("case-full", 409, "The case takes no more entries")
    CASE_CHANGED = _Kind("case-changed", 412, "Somebody else has changed the case")
    TOO_LARGE = _Kind("too-large", 413, "The request is too large")
    UNSUPPORTED_MEDIA_TYPE = _Kind("unsupported-media-type", 415, "This kind of content is not taken here")
    WRONG_HOST = _Kind("wrong-host", 421, "This server does not answer to that name")
    INVALID_REQUEST = _Kind("invalid-request", 422, "The request has not the form that is asked for")
    INVALID_FACTS = _Kind("invalid-facts", 422, "Some facts cannot be taken")
    UNREADABLE_EVIDENCE = _Kind("unreadable-evidence", 422, "Some evidence cannot be read")
    NO_SUCH_STEP = _Kind("no-such-step", 422, "There is no such step")
    KEY_REUSED = _Kind("key-reused", 422, "This Idempotency-Key was used for another content")
    TOO_MANY_REQUESTS = _Kind("too-many-requests", 429, "Too many requests")
    OUR_FAULT = _Kind("our-fault", 500, "This is our fault")
    UNAVAILABLE = _Kind("unavailable", 503, "This cannot be done at the moment")

    @property
    def uri(self) -> str:
        """The type's URI."""
        return TYPE_PREFIX + self.value.name

    @property
    def status(self) -> int:
        """The HTTP status that it comes with."""
        return self.value.status


class ProblemPart(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    pointer: str
    """Where: a JSON Pointer (RFC 6901) into the body, as a URI fragment."""
    detail: str
    """What is wrong, and what to do about it."""


class ApiProblem(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    type: str
    """A stable URI for the kind of error."""
    title: str
    """The kind of error, in a few words."""
    status: int
    """The HTTP status that it comes with."""
    detail: str
    """What happened here, and what to do about it."""
    errors: tuple[ProblemPart, ...] = ()
    """All that is wrong, each with its place."""
    revision: int | None = None
    """Of case-changed: the revision that the case is at now."""
    request_id: str
    """As in the header X-Request-ID; name it when you report the error."""


class ProblemRaised(Exception):
    """Ends a handler with a problem."""

    def __init__(
        self,
        type_: ProblemType,
        detail: str,
        *,
        errors: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        revision: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.type = type_
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.revision = revision


def problem_response(problem: ProblemRaised, request_id: str) -> Response:
    """The answer that a problem is told with."""
    content: dict[str, Any] = {
        "type": problem.type.uri,
        "title": problem.type.value.title,
        "status": problem.type.status,
        "detail": problem.detail,
    }
    if problem.errors:
        content["errors"] = [{"pointer": pointer, "detail": detail} for pointer, detail in problem.errors]
    if problem.revision is not None:
        content["revision"] = problem.revision
    content["request_id"] = request_id
    return Response(
        json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"),
        status_code=problem.type.status,
        media_type=MEDIA_TYPE,
        headers=problem.headers,
    )


def pointer(*path: str | int) -> str:
    """A JSON Pointer into the body as a URI fragment, as RFC 9457 shows it: ``#/facts/exchange.version``."""
    return "#" + "".join("/" + quote(str(part).replace("~", "~0").replace("/", "~1"), safe="~") for part in path)


def fact_pointer(raw: object, fact: str, *base: str | int) -> str:
    """Where a fact stands in facts that may be nested: ``endpoints.ews.url`` in ``{"endpoints": {"ews.url": …}}``."""
    path: list[str | int] = list(base)
    rest = fact.split(".")
    here = raw
    while rest and isinstance(here, Mapping):
        for length in range(len(rest), 0, -1):
            key = ".".join(rest[:length])
            if key in here:
                path.append(key)
                here = here[key]
                rest = rest[length:]
                break
        else:
            break
    return pointer(*path) if not rest else pointer(*base, fact)
