"""/healthz, /readyz and /metrics: for those who run the server."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from desk.http.diagnosis_routes import as_json
from desk.http.metrics import CONTENT_TYPE, exposition
from desk.http.problems import ProblemRaised, ProblemType
from desk.http.state import Desk

router = APIRouter(tags=["service"])


class Health(BaseModel):
    """That the process answers."""

    status: str = "ok"


class Readiness(Health):
    """That the process can work, and with what."""

    knowledge: str
    engines: tuple[str, ...]


@router.get("/healthz", response_model=Health)
async def healthz() -> Response:
    """Whether the process answers; restart it where it does not."""
    return as_json(Health())


@router.get("/readyz", response_model=Readiness)
async def readyz(request: Request) -> Response:
    """Whether requests can be served: the library is loaded and the case store answers. Send none where not."""
    desk: Desk = request.app.state.desk
    if not await to_thread.run_sync(desk.store.database.is_reachable):
        raise ProblemRaised(ProblemType.UNAVAILABLE, "The case store cannot be reached.", headers={"Retry-After": "5"})
    return as_json(Readiness(knowledge=desk.knowledge.digest, engines=desk.engine.engines))


@router.get("/metrics", responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}})
async def metrics() -> Response:
    """Numbers for Prometheus. Where tokens are asked for, this needs the scope admin."""
    return Response(await to_thread.run_sync(exposition), headers={"Content-Type": CONTENT_TYPE})
