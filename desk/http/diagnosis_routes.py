"""POST /v1/diagnose, /v1/evidence and /v1/explain: stateless, so that a caller needs no session."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from desk.environments import diagnosed, merged
from desk.http.bodies import (
    DiagnoseRequest,
    EvidenceRequest,
    ExplainRequest,
    check_media_type,
    facts_refused,
    parse_body,
    read_body,
    take_facts,
)
from desk.http.description import takes
from desk.http.evidence_reading import read_evidence
from desk.http.metrics import Metrics
from desk.http.problems import ProblemRaised, ProblemType, pointer
from desk.http.state import Desk
from desk.http.views import Environments, ReadEvidence, environments_of
from engine import Difference, Explanation, FactsRefused, Outcome, Why
from kb.values import suggestion

router = APIRouter(prefix="/v1")


@router.post(
    "/diagnose", tags=["diagnosis"], response_model=Outcome | Environments, openapi_extra=takes(DiagnoseRequest)
)
async def diagnose(request: Request) -> Response:
    """The outcome for what is known, with the next questions, best first.

    Send facts, evidence, or both. Answer a question by sending all facts again with one more; nothing is kept here.
    Where the evidence names several servers, the answer has an outcome for each.
    """
    desk: Desk = request.app.state.desk
    metrics: Metrics = request.scope["resolvent.metrics"]
    check_media_type(request.headers.get("content-type", ""))
    return Response(await diagnosis_of(await request.body(), desk, metrics), media_type="application/json")


async def diagnose_directly(scope: Scope, receive: Receive, send: Send, *, content_type: bytes, desk: Desk) -> None:
    """The same without FastAPI's way to a handler, which costs as much as the diagnosis itself; the gate comes here.

    Raises:
        ProblemRaised: as in `diagnosis_of`; the gate answers it.
    """
    check_media_type(content_type.decode("latin-1"))
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    answer = await diagnosis_of(body, desk, scope["resolvent.metrics"])
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


async def diagnosis_of(content: bytes, desk: Desk, metrics: Metrics) -> bytes:
    """The answer to a body of POST /v1/diagnose, as JSON.

    Raises:
        ProblemRaised: the body, its facts or its evidence cannot be taken.
    """
    remembered = desk.answers.find(content)
    if remembered is not None:
        metrics.verdict(remembered[0])
        return remembered[1]
    body = parse_body(content, DiagnoseRequest)
    if not body.evidence:
        # Taking in facts and concluding takes some hundred microseconds: less than handing it to a thread.
        try:
            outcome = desk.engine.diagnose(body.facts)
        except FactsRefused as refused:
            raise facts_refused(refused, body.facts, "facts") from None
        metrics.outcome(outcome)
        answer = _written(outcome)
        desk.answers.keep(content, (outcome.verdict.value, outcome.status.value), answer)
        return answer
    facts = take_facts(desk.engine, body.facts, "facts")
    inputs = await read_evidence(body.evidence, desk.settings)
    every = diagnosed(desk.engine, [each.evidence for each in inputs], facts)
    for each in every:
        metrics.outcome(each.outcome)
    return _written(every[0].outcome if len(every) == 1 else environments_of(every))


@router.post("/evidence", tags=["diagnosis"], response_model=ReadEvidence, openapi_extra=takes(EvidenceRequest))
async def evidence(request: Request) -> Response:
    """What evidence says, as facts with provenance: certificates, shell output, Autodiscover answers, alerts, tickets.

    ``environments[].facts`` can be sent to /v1/diagnose as they are; ``proposed`` only once somebody has confirmed
    them.
    """
    from desk.cli.read import as_json as readings

    body = await read_body(request, EvidenceRequest)
    desk: Desk = request.app.state.desk
    inputs = [each.evidence for each in await read_evidence(body.evidence, desk.settings)]
    return as_json(ReadEvidence.model_validate(readings(merged(desk.engine, inputs, {}), inputs, desk.engine)))


@router.post(
    "/explain",
    tags=["diagnosis"],
    response_model=Explanation | Why | Difference,
    openapi_extra=takes(ExplainRequest),
)
async def explain(request: Request) -> Response:
    """How a diagnosis came to its state, why a question is asked, or what would be if some facts were others."""
    body = await read_body(request, ExplainRequest)
    desk: Desk = request.app.state.desk
    facts = take_facts(desk.engine, body.facts, "facts")
    if body.diagnosis is not None:
        ids = [each.id for each in desk.knowledge.diagnoses]
        _known(body.diagnosis, ids, "diagnosis")
        return as_json(desk.engine.explain(facts, body.diagnosis))
    if body.why is not None:
        _known(body.why, desk.knowledge.facts, "why")
        return as_json(desk.engine.why(facts, body.why))
    changes = body.what_if or {}
    try:
        return as_json(desk.engine.what_if(facts, changes))
    except FactsRefused as refused:
        raise facts_refused(refused, changes, "what_if") from None


def as_json(model: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A model as an answer."""
    return Response(_written(model), status_code=status, media_type="application/json", headers=headers)


def _known(name: str, known: Any, field: str) -> None:
    if name not in known:
        raise ProblemRaised(
            ProblemType.INVALID_REQUEST,
            "Mend what is listed and send it again.",
            errors=[(pointer(field), f"there is none of that id{suggestion(name, known)}")],
        )


def _written(model: BaseModel) -> bytes:
    """A model as JSON; at once, since it was valid when it was made."""
    return model.__pydantic_serializer__.to_json(model)
