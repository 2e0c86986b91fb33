"""Turns whatever ends a handler early into an answer: a problem for programs, a page for people."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, Final

from anyio import to_thread
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from desk.cases.errors import CaseClosed, CaseFull, CaseNotFound, IdempotencyConflict, RevisionConflict, StepRefused
from desk.http.problems import ProblemRaised, ProblemType, pointer, problem_response

_log = logging.getLogger("resolvent.http")

_PROGRAMS = ("/v1", "/mcp", "/metrics", "/healthz", "/readyz", "/openapi.json")

HANDLED: tuple[type[Exception], ...] = (
    ProblemRaised, HTTPException, RequestValidationError, CaseNotFound, RevisionConflict, CaseClosed, CaseFull,
    IdempotencyConflict, StepRefused, OperationalError, PoolTimeout,
)  # fmt: skip
"""The exceptions that are answers."""

NO_PATH: Final = "This path leads nowhere; GET /openapi.json lists those that do."
"""What programs are told of a path that there is not."""

_BY_STATUS = {
    400: ProblemType.MALFORMED_BODY,
    401: ProblemType.UNAUTHENTICATED,
    403: ProblemType.FORBIDDEN,
    404: ProblemType.NOT_FOUND,
    405: ProblemType.METHOD_NOT_ALLOWED,
    413: ProblemType.TOO_LARGE,
    415: ProblemType.UNSUPPORTED_MEDIA_TYPE,
    429: ProblemType.TOO_MANY_REQUESTS,
    503: ProblemType.UNAVAILABLE,
}
_DETAILS = {
    400: "The body is not JSON in UTF-8.",
    404: NO_PATH,
    405: "Use one of the methods in the header Allow.",
    413: "Send less at once.",
}


class NotModified(HTTPException):
    """Ends a handler with word that the caller has the answer already."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(304, headers=headers)


class Answering:
    """Answers errors. `pages` is the module of the pages, where there is one; its `problem_page` tells people."""

    def __init__(self, pages: Any | None) -> None:
        self._problem_page = getattr(pages, "problem_page", None)

    async def handle(self, request: Request, error: Exception) -> Response:
        """The answer that an exception becomes."""
        if isinstance(error, NotModified):
            return Response(status_code=304, headers=error.headers)
        problem = as_problem(error)
        if self._problem_page is not None and not is_for_programs(request.url.path):
            try:
                # A page looks up who is there, in the database.
                response: Response = await to_thread.run_sync(self._problem_page, request, problem)
            except Exception as failed:  # an error that cannot be told as a page is still told
                problem = as_problem(failed)
            else:
                return response
        return problem_response(problem, request.scope.get("resolvent.request_id", ""))


def is_for_programs(path: str) -> bool:
    """Whether a path is one of the API's, which people do not look at."""
    return any(path == each or path.startswith(f"{each}/") for each in _PROGRAMS)


def as_problem(error: Exception) -> ProblemRaised:
    """The problem that an exception tells of. What a caller sent is neither repeated nor logged."""
    match error:
        case ProblemRaised():
            return error
        case ClientDisconnect():
            return ProblemRaised(ProblemType.MALFORMED_BODY, "The request broke off.")
        case HTTPException():
            type_ = _BY_STATUS.get(error.status_code, ProblemType.INVALID_REQUEST)
            detail = _DETAILS.get(error.status_code, "The request was refused.")
            return ProblemRaised(type_, detail, headers=error.headers)
        case RequestValidationError():
            return _refused(error)
        case CaseNotFound():
            return ProblemRaised(ProblemType.NO_SUCH_CASE, "There is no case of that id; POST /v1/cases makes one.")
        case RevisionConflict():
            detail = (
                f"The case is at revision {error.current.revision}, not {error.expected}. Nothing was written. "
                "Read it again and repeat what still applies."
            )
            return ProblemRaised(ProblemType.CASE_CHANGED, detail, revision=error.current.revision)
        case CaseClosed():
            return ProblemRaised(ProblemType.CASE_CLOSED, "Reopen the case to change it.")
        case CaseFull():
            return ProblemRaised(ProblemType.CASE_FULL, "Begin another case.")
        case IdempotencyConflict():
            return ProblemRaised(ProblemType.KEY_REUSED, "Take a new Idempotency-Key for another content.")
        case StepRefused():
            return ProblemRaised(
                ProblemType.NO_SUCH_STEP,
                "Name a step of a resolution as RESOLUTION.STEP.",
                errors=[(pointer("step"), str(error))],
            )
        case OperationalError() | PoolTimeout():
            _log.error("the database cannot be used: %s", type(error).__name__)
            return ProblemRaised(
                ProblemType.UNAVAILABLE,
                "The case store cannot be reached; nothing was written. Try again soon.",
                headers={"Retry-After": "5"},
            )
        case _:
            _log.error("our fault: %s at %s", type(error).__name__, _where(error))
            return ProblemRaised(
                ProblemType.OUR_FAULT, "Report it with the request id; what you sent was not logged. Others go on."
            )


def _refused(error: RequestValidationError) -> ProblemRaised:
    """What is wrong with a request: its body is of another kind, no JSON, or has not the form that is asked for."""
    faults = error.errors()
    if isinstance(error.body, bytes):
        # Only JSON is read: a form, which any web page may send anywhere, never passes for it.
        return ProblemRaised(
            ProblemType.UNSUPPORTED_MEDIA_TYPE,
            "Send JSON with the header Content-Type: application/json.",
            headers={"Accept": "application/json"},
        )
    if faults and faults[0]["type"] == "json_invalid":
        reason = f"{faults[0]['msg']}: {faults[0].get('ctx', {}).get('error', '')}"
        return ProblemRaised(ProblemType.MALFORMED_BODY, f"{reason}.", errors=[(pointer(), reason)])
    return ProblemRaised(
        ProblemType.INVALID_REQUEST,
        "Mend what is listed and send it again; GET /openapi.json says what is asked for.",
        errors=[(_place(each["loc"]), str(each["msg"])) for each in faults],
    )


def _place(location: tuple[int | str, ...]) -> str:
    """Where FastAPI found a fault: a pointer into the body, or for a path or query parameter its name."""
    if location and location[0] == "body":
        return pointer(*location[1:])
    return pointer(*location)


def _where(error: Exception) -> str:
    """The innermost place; an exception's message may hold what somebody sent, so it is not logged."""
    if os.environ.get("RESOLVENT_DEBUG"):
        sys.excepthook(type(error), error, error.__traceback__)
    place = "resolvent"
    trace = error.__traceback__
    while trace is not None:
        folder, file = os.path.split(trace.tb_frame.f_code.co_filename)
        place = f"{os.path.basename(folder)}/{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
