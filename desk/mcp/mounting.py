"""Puts the MCP server into the HTTP application, at /mcp over streamable HTTP."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings

from desk.http.state import Desk
from desk.mcp.server import make_server

PATH = "/mcp"


class Mounted:
    """An MCP server in an application."""

    def __init__(self, manager: StreamableHTTPSessionManager) -> None:
        self._manager = manager

    def running(self) -> AbstractAsyncContextManager[None]:
        """Serves while it is entered; once in a process's life."""
        return self._manager.run()


def mount(app: FastAPI, desk: Desk) -> Mounted:
    """Add the path /mcp to an application.

    Nothing is kept between requests, so any worker or replica answers any of them, and each answer is plain JSON.
    Tokens, hosts and sizes are looked at by the gate that stands before all paths.
    """
    server = make_server(desk.engine, desk.settings, count=desk.metrics.outcome, on_file=desk.store.on_file)
    inner = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=desk.settings.max_evidence_body,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    app.router.routes.extend(inner.routes)
    return Mounted(server.session_manager)
