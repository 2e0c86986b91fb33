"""/v1/cases: cases that are kept, each change with who made it and when. Handlers wait for a disk, so in threads."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import AwareDatetime

from desk.cases import Case, CaseState
from desk.cases.store import IdempotencyKey
from desk.http.bodies import Answer, CaseRequest, Change, End, Facts, NewCase, ReadEvidence, facts_refused, parsed_facts
from desk.http.description import CASE_HEADERS, may_end_in
from desk.http.diagnosis_routes import unsettled
from desk.http.evidence_reading import read_inputs
from desk.http.problems import ProblemRaised, ProblemType, pointer
from desk.http.reports import MEDIA_TYPES, ReportFormat, report_of
from desk.http.security import principal_of
from desk.http.state import Desk, Here
from desk.http.views import CaseList, CaseView, case_line, case_view
from engine import FactsRefused
from evidence import UnknownSettlement
from kb.values import suggestion

_PROVENANCE = "api"
_ENTITY_TAG = re.compile(r'"([0-9]{1,9})(\.[0-9a-f]+)?"|\*')
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)

_READ = may_end_in(ProblemType.UNAVAILABLE, ProblemType.NO_SUCH_CASE)
_CHANGED = may_end_in(
    ProblemType.UNAVAILABLE,
    ProblemType.NO_SUCH_CASE,
    ProblemType.CASE_CHANGED,
    ProblemType.CASE_FULL,
    ProblemType.CASE_CLOSED,
    ProblemType.MALFORMED_HEADER,
    ProblemType.INVALID_FACTS,
    ProblemType.UNREADABLE_EVIDENCE,
    ProblemType.NO_SUCH_FACT,
    ProblemType.NO_SUCH_STEP,
) | {200: {"headers": CASE_HEADERS}}

router = APIRouter(prefix="/v1/cases", tags=["cases"])

CaseId = Annotated[str, Path(description="The id of the case.")]
FactKey = Annotated[str, Path(description="The key of the fact, such as some.fact.")]
IfMatch = Annotated[
    str | None,
    Header(
        description="The ETag of the case as you saw it; where somebody else was faster, the answer is 412.",
        json_schema_extra={"pattern": r'^("[0-9]{1,9}(\.[0-9a-f]+)?"|\*)$'},
        examples=['"1"'],
    ),
]
IdempotencyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Any text of your own; a second request with the same key and content gives the same case.",
        json_schema_extra={"pattern": "^[!-~]{1,200}$"},
    ),
]


@router.post(
    "",
    status_code=201,
    responses=may_end_in(
        ProblemType.UNAVAILABLE,
        ProblemType.INVALID_FACTS,
        ProblemType.UNREADABLE_EVIDENCE,
        ProblemType.MALFORMED_HEADER,
        ProblemType.KEY_REUSED,
    )
    | {201: {"headers": CASE_HEADERS}},
)
def create(
    request: Request, response: Response, here: Here, body: NewCase = None, key: IdempotencyHeader = None
) -> CaseView:
    """A new case. With an Idempotency-Key, sending it again gives the same case rather than another."""
    if key is not None and not re.fullmatch(r"[\x21-\x7e]{1,200}", key):
        raise ProblemRaised(
            ProblemType.MALFORMED_HEADER, "An Idempotency-Key is 1 to 200 printable characters without spaces."
        )
    begun = body or CaseRequest()
    facts = parsed_facts(here.engine, begun.facts, "facts")
    inputs = read_inputs(begun.evidence, here.settings, here.engine.knowledge)
    who = principal_of(request)
    idempotency = None
    if key is not None:
        content = [begun.reference, facts, [[each.name, each.digest] for each in inputs], begun.settle]
        fingerprint = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        idempotency = IdempotencyKey(who.id, key, fingerprint)
    try:
        case = here.store.create(
            facts,
            inputs,
            who=who.name,
            reference=begun.reference,
            settle=begun.settle,
            provenance=_PROVENANCE,
            idempotency=idempotency,
        )
    except UnknownSettlement as refused:
        raise unsettled(refused) from None
    response.headers["Location"] = f"/v1/cases/{case.id}"
    return _shown(here, response, case)


@router.get("", responses=may_end_in(ProblemType.UNAVAILABLE))
def list_cases(
    here: Here,
    state: Annotated[CaseState | None, Query(description="Only those that are open, or closed.")] = None,
    find: Annotated[str, Query(max_length=200, description="What its id begins with or its reference holds.")] = "",
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
    before: Annotated[
        AwareDatetime | None, Query(ge=_EARLIEST, le=_LATEST, description="`changed_at` of the last one you have.")
    ] = None,
    after: Annotated[str, Query(max_length=40, description="Its `id`, since several may share a moment.")] = "",
) -> CaseList:
    """Cases, the last changed first; `before` and `after` go on after the last one of the page before."""
    last = None if before is None else (before, after)
    found = here.store.list(state=state, wanted=find, limit=limit, after=last)
    return CaseList(cases=tuple(case_line(each) for each in found))


@router.get("/{case}", responses=_READ | {200: {"headers": CASE_HEADERS}})
def read_case(case: CaseId, response: Response, here: Here) -> CaseView:
    """A case: what is known with who said so and when, what follows, its log."""
    return _shown(here, response, here.store.get(case))


@router.patch("/{case}/facts", responses=_CHANGED)
def change(
    request: Request, response: Response, case: CaseId, body: Change, here: Here, if_match: IfMatch = None
) -> CaseView:
    """Answer several facts, take answers back, and settle disputes: all of it or nothing."""
    return _changed(request, response, here, case, body.facts, body.settle, if_match, "facts")


@router.put("/{case}/facts/{fact}", responses=_CHANGED)
def answer(
    request: Request,
    response: Response,
    case: CaseId,
    fact: FactKey,
    body: Answer,
    here: Here,
    if_match: IfMatch = None,
) -> CaseView:
    """Answer a fact, new or anew. The same value again changes nothing and is no conflict."""
    _check_fact(here, fact)
    return _changed(request, response, here, case, {fact: body.value}, {}, if_match, None)


@router.delete("/{case}/facts/{fact}", responses=_CHANGED)
def withdraw(
    request: Request, response: Response, case: CaseId, fact: FactKey, here: Here, if_match: IfMatch = None
) -> CaseView:
    """Take an answer back. What evidence says on that fact stays."""
    _check_fact(here, fact)
    return _changed(request, response, here, case, {fact: None}, {}, if_match, None)


@router.post("/{case}/evidence", responses=_CHANGED)
def add_evidence(
    request: Request, response: Response, case: CaseId, body: ReadEvidence, here: Here, if_match: IfMatch = None
) -> CaseView:
    """Add evidence. What it says is kept with its provenance; the input itself is not."""
    revision = _expected(if_match)
    inputs = read_inputs(body.evidence, here.settings, here.engine.knowledge)
    changed = here.store.add_evidence(case, inputs, revision=revision, who=principal_of(request).name)
    return _shown(here, response, changed)


@router.put("/{case}/closing", responses=_CHANGED)
def close(
    request: Request, response: Response, case: CaseId, body: End, here: Here, if_match: IfMatch = None
) -> CaseView:
    """Close a case, with whether it helped and which step did."""
    changed = here.store.close(
        case, helped=body.helped, step=body.step, revision=_expected(if_match), who=principal_of(request).name
    )
    return _shown(here, response, changed)


@router.delete("/{case}/closing", responses=_CHANGED)
def reopen(request: Request, response: Response, case: CaseId, here: Here, if_match: IfMatch = None) -> CaseView:
    """Reopen a case."""
    changed = here.store.reopen(case, revision=_expected(if_match), who=principal_of(request).name)
    return _shown(here, response, changed)


@router.get(
    "/{case}/report",
    response_class=Response,
    responses=_READ
    | {
        200: {
            "content": {
                media: {"schema": {"type": "object" if form is ReportFormat.JSON else "string"}}
                for form, media in MEDIA_TYPES.items()
            }
        }
    },
)
def report(
    case: CaseId,
    here: Here,
    format: Annotated[ReportFormat, Query(description="The form of the ticket.")] = ReportFormat.MARKDOWN,
    mask: Annotated[bool, Query(description="Whether names are replaced.")] = False,
) -> Response:
    """What to put into a ticket: Markdown, HTML, plain text or JSON; with ``mask``, without names."""
    text = report_of(here.store.get(case), here.knowledge, format, masked=mask)
    return Response(text.encode("utf-8", "replace"), media_type=MEDIA_TYPES[format])


def _changed(
    request: Request,
    response: Response,
    here: Desk,
    case: str,
    facts: Facts,
    settle: dict[str, str],
    if_match: str | None,
    place: str | None,
) -> CaseView:
    try:
        changed = here.store.change(
            case,
            facts,
            settle=settle,
            revision=_expected(if_match),
            who=principal_of(request).name,
            provenance=_PROVENANCE,
        )
    except FactsRefused as refused:
        if place is not None:
            raise facts_refused(refused, facts, place) from None
        errors = [(pointer("value"), each.message) for each in refused.problems]
        raise ProblemRaised(ProblemType.INVALID_FACTS, "Send a value that this fact takes.", errors=errors) from None
    except UnknownSettlement as refused:
        raise unsettled(refused) from None
    return _shown(here, response, changed)


def _shown(here: Desk, response: Response, case: Case) -> CaseView:
    for each in case.environments:
        here.metrics.outcome(each.outcome)
    response.headers["ETag"] = f'"{case.revision}.{here.knowledge.digest[:16]}"'
    return case_view(case)


def _expected(given: str | None) -> int | None:
    """The revision that the caller has seen, if it says.

    Raises:
        ProblemRaised: it says so in another form than we do.
    """
    found = _ENTITY_TAG.fullmatch("*" if given is None else given.strip())
    if found is None:
        raise ProblemRaised(ProblemType.MALFORMED_HEADER, 'If-Match takes the ETag of a case, such as "7".')
    return None if found[1] is None else int(found[1])


def _check_fact(here: Desk, fact: str) -> None:
    if fact not in here.knowledge.facts:
        near = suggestion(fact[:120], here.knowledge.facts)
        raise ProblemRaised(ProblemType.NO_SUCH_FACT, f"There is no fact of that key{near}; GET /v1/facts lists them.")
