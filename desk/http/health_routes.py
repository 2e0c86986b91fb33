"""/healthz, /readyz and /metrics: for those who run the server."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from desk.http.description import may_end_in
from desk.http.metrics import CONTENT_TYPE, exposition
from desk.http.problems import ProblemRaised, ProblemType
from desk.http.state import Here

router = APIRouter(tags=["service"])


class Health(BaseModel):
    """That the process answers."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    status: str = "ok"
    """Always `ok`."""


class Readiness(Health):
    """That the process can work, and with what."""

    knowledge: str
    """The digest of the library, in hexadecimal."""
    engines: tuple[str, ...]
    """The engines that decide, such as `compiled`."""


@router.get("/healthz", responses=may_end_in())
async def healthz() -> Health:
    """Whether the process answers; restart it where it does not."""
    return Health()


@router.get("/readyz", responses=may_end_in(ProblemType.UNAVAILABLE))
def readyz(here: Here) -> Readiness:
    """Whether requests can be served: the library is loaded and the case store answers. Send none where not."""
    if not here.store.database.is_reachable():
        raise ProblemRaised(ProblemType.UNAVAILABLE, "The case store cannot be reached.", headers={"Retry-After": "5"})
    return Readiness(knowledge=here.knowledge.digest, engines=here.engine.engines)


@router.get(
    "/metrics",
    response_class=Response,
    responses=may_end_in() | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics() -> Response:
    """Numbers for Prometheus. Where tokens are asked for, this needs the scope admin."""
    return Response(exposition(), headers={"Content-Type": CONTENT_TYPE})
