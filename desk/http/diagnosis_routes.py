"""POST /v1/diagnose, /v1/evidence and /v1/explain: stateless, so that a caller needs no session."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query

from desk.http.bodies import Diagnose, Explain, Facts, ReadEvidence, facts_refused, parsed_facts
from desk.http.description import may_end_in
from desk.http.evidence_reading import limiter, read_inputs
from desk.http.problems import ProblemRaised, ProblemType, pointer
from desk.http.state import Here
from desk.http.views import KnownServers, known_servers
from engine import Difference, Explanation, FactsRefused, Outcome, OutcomeNext, Why
from evidence import UnknownSettlement
from evidence.diagnosis import Given, ServerOutcomes, View, diagnose, environments, together
from kb.values import suggestion

router = APIRouter(prefix="/v1", tags=["diagnosis"])


@router.post("/diagnose", responses=may_end_in(ProblemType.INVALID_FACTS, ProblemType.UNREADABLE_EVIDENCE))
async def diagnose_(
    body: Diagnose,
    here: Here,
    view: Annotated[View, Query(description="next leaves out what a chatbot does not need.")] = View.FULL,
) -> Outcome | OutcomeNext | ServerOutcomes:
    """The outcome for what is known, with the next questions, best first.

    Send facts, evidence, or both. Answer a question by sending all facts again with one more; nothing is kept here. An
    answer to a question whose purpose is `settle` goes into `settle`. Where the evidence names several servers, the
    answer has an outcome for each.
    """
    if body.evidence:
        # Reading and resolving take as long as the evidence is large; diagnoses of others go on meanwhile.
        return await to_thread.run_sync(_diagnosed, body, here, view, limiter=limiter())
    return _diagnosed(body, here, view)


def _diagnosed(body: Diagnose, here: Here, view: View) -> Outcome | OutcomeNext | ServerOutcomes:
    facts = parsed_facts(here.engine, body.facts, "facts")
    read = tuple(each.evidence for each in read_inputs(body.evidence, here.settings, here.engine.knowledge))
    try:
        every = diagnose(here.engine, Given(facts, read, body.settle, here.store.on_file), thorough=body.thorough)
    except UnknownSettlement as refused:
        raise unsettled(refused) from None
    for each in every:
        here.metrics.outcome(each.outcome)
    return together(every, view)


@router.post("/evidence", responses=may_end_in(ProblemType.UNREADABLE_EVIDENCE))
def evidence(body: ReadEvidence, here: Here) -> KnownServers:
    """What evidence says, as facts with provenance: certificates, shell output, Autodiscover answers, alerts, tickets.

    ``servers[].facts`` can be sent to /v1/diagnose as they are; ``proposed`` only once somebody has confirmed them.
    """
    read = tuple(each.evidence for each in read_inputs(body.evidence, here.settings, here.engine.knowledge))
    return known_servers(environments(here.engine, Given(evidence=read)))


@router.post("/explain", responses=may_end_in(ProblemType.INVALID_FACTS))
async def explain(body: Explain, here: Here) -> Explanation | Why | Difference:
    """How a diagnosis came to its state, why a question is asked, or what would be if some facts were others."""
    facts = parsed_facts(here.engine, body.facts, "facts")
    if body.diagnosis is not None:
        _check_known(body.diagnosis, [each.id for each in here.knowledge.diagnoses], "diagnosis")
        return here.engine.explain(facts, body.diagnosis)
    if body.why is not None:
        _check_known(body.why, here.knowledge.facts, "why")
        return here.engine.why(facts, body.why)
    changes: Facts = body.what_if or {}
    try:
        return here.engine.what_if(facts, changes)
    except FactsRefused as refused:
        raise facts_refused(refused, changes, "what_if") from None


def unsettled(refused: UnknownSettlement) -> ProblemRaised:
    """The problem that a settlement is of what there is none of."""
    return ProblemRaised(
        ProblemType.INVALID_REQUEST,
        "Send the value of a choice, under the question's fact, with the evidence that it is about.",
        errors=[(pointer("settle"), str(refused))],
    )


def _check_known(name: str, known: Collection[str], field: str) -> None:
    if name not in known:
        near = suggestion(name[:120], known)
        raise ProblemRaised(
            ProblemType.INVALID_REQUEST,
            "Mend what is listed and send it again.",
            errors=[(pointer(field), f"there is none of that id{near}")],
        )
