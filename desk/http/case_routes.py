"""/v1/cases: cases that are kept, each change with who made it and when."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from desk.cases import Case, CaseState
from desk.cases.store import IdempotencyKey
from desk.http.bodies import AnswerRequest, CaseRequest, ClosingRequest, EvidenceRequest, read_body, take_facts
from desk.http.description import CASE_HEADERS, IDEMPOTENCY_KEY, IF_MATCH, takes
from desk.http.diagnosis_routes import as_json
from desk.http.evidence_reading import read_evidence
from desk.http.metrics import Metrics
from desk.http.problems import ProblemRaised, ProblemType, pointer
from desk.http.reports import MEDIA_TYPES, ReportFormat, report_of
from desk.http.security import principal_of
from desk.http.state import Desk
from desk.http.views import CaseList, CaseView, case_line, case_view
from engine import FactsRefused
from kb.values import suggestion

router = APIRouter(prefix="/v1/cases", tags=["cases"])

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ENTITY_TAG = re.compile(r'"([0-9]{1,9})(\.[0-9a-f]+)?"')
_PROVENANCE = "api"
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


@router.post(
    "",
    status_code=201,
    response_model=CaseView,
    responses={201: {"headers": CASE_HEADERS}},
    openapi_extra=takes(CaseRequest, IDEMPOTENCY_KEY, required=False),
)
async def create(request: Request) -> Response:
    """A new case. With an Idempotency-Key, sending it again gives the same case rather than another."""
    desk = _desk(request)
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise ProblemRaised(
            ProblemType.MALFORMED_HEADER, "An Idempotency-Key is 1 to 200 printable characters without spaces."
        )
    # A creation that says nothing is a POST without a body.
    empty = not await request.body()
    body = CaseRequest() if empty else await read_body(request, CaseRequest)
    facts = take_facts(desk.engine, body.facts, "facts")
    inputs = await read_evidence(body.evidence, desk.settings)
    who = principal_of(request)
    idempotency = None
    if key is not None:
        content = [body.reference, facts, [[each.name, each.digest] for each in inputs]]
        fingerprint = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        idempotency = IdempotencyKey(who.id, key, fingerprint)
    case = await _stored(
        desk.store.create,
        facts,
        inputs,
        who=who.name,
        reference=body.reference,
        provenance=_PROVENANCE,
        idempotency=idempotency,
    )
    return await _shown(request, case, status=201)


@router.get("", response_model=CaseList)
async def list_cases(
    request: Request,
    state: CaseState | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[AwareDatetime | None, Query(ge=_EARLIEST, le=_LATEST)] = None,
) -> Response:
    """Cases, the last changed first; ``before`` goes on after the last one's ``changed_at``."""
    found = await _stored(_desk(request).store.list, state=state, limit=limit, before=before)
    return as_json(CaseList(cases=tuple(case_line(each) for each in found)))


@router.get("/{case}", response_model=CaseView, responses={200: {"headers": CASE_HEADERS}})
async def read_case(request: Request, case: str) -> Response:
    """A case: what is known with who said so and when, what follows, its log."""
    return await _shown(request, await _stored(_desk(request).store.get, case))


@router.put(
    "/{case}/facts/{fact}",
    response_model=CaseView,
    responses={200: {"headers": CASE_HEADERS}},
    openapi_extra=takes(AnswerRequest, IF_MATCH),
)
async def answer(request: Request, case: str, fact: str) -> Response:
    """Answer a fact, new or anew. The same value again changes nothing and is no conflict."""
    desk = _desk(request)
    _check_fact(desk, fact)
    revision = _expected(request)
    body = await read_body(request, AnswerRequest)
    try:
        changed = await _stored(
            desk.store.answer,
            case,
            {fact: body.value},
            revision=revision,
            who=principal_of(request).name,
            provenance=_PROVENANCE,
        )
    except FactsRefused as refused:
        errors = [(pointer("value"), each.message) for each in refused.problems]
        raise ProblemRaised(ProblemType.INVALID_FACTS, "Send a value that this fact takes.", errors=errors) from None
    return await _shown(request, changed)


@router.delete(
    "/{case}/facts/{fact}",
    response_model=CaseView,
    responses={200: {"headers": CASE_HEADERS}},
    openapi_extra={"parameters": [IF_MATCH]},
)
async def withdraw(request: Request, case: str, fact: str) -> Response:
    """Take an answer back. What evidence says on that fact stays."""
    desk = _desk(request)
    _check_fact(desk, fact)
    changed = await _stored(
        desk.store.withdraw, case, fact, revision=_expected(request), who=principal_of(request).name
    )
    return await _shown(request, changed)


@router.post(
    "/{case}/evidence",
    response_model=CaseView,
    responses={200: {"headers": CASE_HEADERS}},
    openapi_extra=takes(EvidenceRequest, IF_MATCH),
)
async def add_evidence(request: Request, case: str) -> Response:
    """Add evidence. What it says is kept with its provenance; the input itself is not."""
    desk = _desk(request)
    revision = _expected(request)
    body = await read_body(request, EvidenceRequest)
    inputs = await read_evidence(body.evidence, desk.settings)
    changed = await _stored(desk.store.add_evidence, case, inputs, revision=revision, who=principal_of(request).name)
    return await _shown(request, changed)


@router.put(
    "/{case}/closing",
    response_model=CaseView,
    responses={200: {"headers": CASE_HEADERS}},
    openapi_extra=takes(ClosingRequest, IF_MATCH),
)
async def close(request: Request, case: str) -> Response:
    """Close a case, with whether it helped and which step did."""
    revision = _expected(request)
    body = await read_body(request, ClosingRequest)
    changed = await _stored(
        _desk(request).store.close,
        case,
        helped=body.helped,
        step=body.step,
        revision=revision,
        who=principal_of(request).name,
    )
    return await _shown(request, changed)


@router.delete(
    "/{case}/closing",
    response_model=CaseView,
    responses={200: {"headers": CASE_HEADERS}},
    openapi_extra={"parameters": [IF_MATCH]},
)
async def reopen(request: Request, case: str) -> Response:
    """Reopen a case."""
    changed = await _stored(
        _desk(request).store.reopen, case, revision=_expected(request), who=principal_of(request).name
    )
    return await _shown(request, changed)


@router.get(
    "/{case}/report",
    responses={
        200: {
            "content": {
                media: {"schema": {"type": "object" if form is ReportFormat.JSON else "string"}}
                for form, media in MEDIA_TYPES.items()
            }
        }
    },
)
async def report(
    request: Request, case: str, format: ReportFormat = ReportFormat.MARKDOWN, mask: bool = False
) -> Response:
    """What to put into a ticket: Markdown, HTML, plain text or JSON; with ``mask``, without names."""
    desk = _desk(request)
    found = await _stored(desk.store.get, case)
    text = report_of(found, desk.knowledge, format, masked=mask)
    return Response(text.encode("utf-8", "replace"), media_type=MEDIA_TYPES[format])


async def _stored(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Let the store work in a thread: it waits for a disk."""
    return await to_thread.run_sync(partial(function, *arguments, **named))


async def _shown(request: Request, case: Case, status: int = 200) -> Response:
    desk = _desk(request)
    metrics: Metrics = request.scope["resolvent.metrics"]
    for each in case.environments:
        metrics.outcome(each.outcome)
    headers = {"ETag": f'"{case.revision}.{desk.knowledge.digest[:16]}"'}
    if status == 201:
        headers["Location"] = f"/v1/cases/{case.id}"
    return as_json(case_view(case, desk.engine), status, headers)


def _expected(request: Request) -> int | None:
    """The revision that the caller has seen, if it says.

    Raises:
        ProblemRaised: it says so in another form than we do.
    """
    given = request.headers.get("if-match", "*").strip()
    if given == "*":
        return None
    found = _ENTITY_TAG.fullmatch(given)
    if found is None:
        raise ProblemRaised(ProblemType.MALFORMED_HEADER, 'If-Match takes the ETag of a case, such as "7".')
    return int(found[1])


def _check_fact(desk: Desk, fact: str) -> None:
    if fact not in desk.knowledge.facts:
        near = suggestion(fact[:120], desk.knowledge.facts)
        raise ProblemRaised(ProblemType.NO_SUCH_FACT, f"There is no fact of that key{near}; GET /v1/facts lists them.")


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk
