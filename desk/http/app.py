"""Makes the application that `resolvent serve` runs: the API, health and metrics, MCP at /mcp, pages at /.

``create_app(settings) -> FastAPI``; what all handlers share is ``request.app.state.desk``, a `desk.http.state.Desk`
with ``engine``, ``knowledge``, ``store`` (a `desk.cases.CaseStore`), ``tokens``, ``sessions``, ``login_limit``,
``settings``.

Pages: where ``desk.web`` is installed, ``desk.web.pages.router(desk: Desk) -> APIRouter`` is included at ``/``,
outside the OpenAPI document. Who looks at a page, its cookie and the token of its forms: `desk.http.security`. Where
``desk.web.pages`` has a ``problem_page(request, problem: ProblemRaised) -> Response``, it answers errors outside /v1,
/mcp, /metrics and the health paths.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from types import ModuleType
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from desk.http import case_routes, diagnosis_routes, health_routes, knowledge_routes
from desk.http.answering import HANDLED, Answering
from desk.http.description import DESCRIPTION, describe
from desk.http.gate import Gate
from desk.http.settings import ENVIRONMENT_VARIABLE, Settings
from desk.http.state import Desk

_ALLOCATED_AT_ONCE = 20_000
"""Objects until the collector looks at the newest; an outcome has some thousand, and few are garbage in circles."""


def create_app(settings: Settings | None = None, *, desk: Desk | None = None) -> FastAPI:
    """The application.

    Args:
        settings: how it is set up; by default for this machine alone.
        desk: what handlers share, where it is open already; the application closes it in any case.

    Raises:
        kb.LibraryError: the library has faults.
        desk.cases.database.DatabaseUnusable: the database cannot be opened.
    """
    settings = settings or (desk.settings if desk else Settings())
    desk = desk or Desk.open(settings)
    pages = _pages() if settings.pages else None
    app = FastAPI(
        title="resolvent",
        version=_version(),
        description=DESCRIPTION,
        openapi_url="/openapi.json",
        # The usual viewers load scripts from elsewhere; docs/api.md and the OpenAPI document say the same.
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.desk = desk
    app.state.mcp = None
    answering = Answering(pages)
    for error in HANDLED:
        app.add_exception_handler(error, answering.handle)
    for routes in (diagnosis_routes, knowledge_routes, case_routes, health_routes):
        app.include_router(routes.router)
    if settings.mcp:
        from desk.mcp.mounting import mount

        app.state.mcp = mount(app, desk)
    if pages is not None:
        app.include_router(pages.router(desk), include_in_schema=False)
    app.add_middleware(Gate, desk=desk, answering=answering)
    if settings.cors_origins:
        # Outermost, so that a page that may call the API can read what it is refused for.
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "X-Request-ID"],
            expose_headers=["ETag", "Location", "X-Request-ID", "Retry-After"],
        )
    describe(app)
    return app


def for_a_process(settings: Settings) -> FastAPI:
    """The application of a process that does nothing else; raises as `create_app` does.

    What is loaded by now stays for good, so the garbage collector need not look through it again and again: a paste of
    a thousand servers would pay for that with a tenth of its time.
    """
    app = create_app(settings)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATED_AT_ONCE)
    return app


def from_environment() -> FastAPI:
    """The application of a worker process, which is handed its settings in its environment."""
    return for_a_process(Settings.model_validate_json(os.environ[ENVIRONMENT_VARIABLE]))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        stack.callback(app.state.desk.close)
        if app.state.mcp is not None:
            await stack.enter_async_context(app.state.mcp.running())
        yield


def _pages() -> Any | None:
    if importlib.util.find_spec("desk.web") is None or importlib.util.find_spec("desk.web.pages") is None:
        return None
    pages: ModuleType = importlib.import_module("desk.web.pages")
    return pages


def _version() -> str:
    from importlib.metadata import version

    return version("resolvent")
