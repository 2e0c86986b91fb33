"""What every request passes before it reaches a handler: its id, where it is addressed, who sends it, how large it is.

One middleware of plain ASGI, since it stands in the way of every request.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import Final
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.access import ANYONE_HERE, Principal
from desk.access import Scope as Permission
from desk.http.answering import Answering, as_problem
from desk.http.metrics import NO_ROUTE
from desk.http.problems import ProblemRaised, ProblemType
from desk.http.settings import Settings, is_loopback
from desk.http.state import Desk

_access_log = logging.getLogger("resolvent.access")

_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_WRITES: Final = frozenset({"POST", "PUT", "DELETE", "PATCH"})
_PUBLIC: Final = frozenset({"/healthz", "/readyz", "/openapi.json"})

_FIXED_HEADERS: Final = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
_NO_STORE: Final = (b"cache-control", b"no-store")


class Gate:
    """Lets requests in, counts them, and answers those that it does not let in."""

    def __init__(self, app: ASGIApp, desk: Desk, answering: Answering) -> None:
        self._app = app
        self._desk = desk
        self._settings = desk.settings
        self._answering = answering
        self._metrics = desk.metrics
        self._hosts = _host_names(desk.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        if scope["type"] != "http":
            # Nothing here speaks over web sockets; the server is started without them.
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = _needed(scope)
        request_id = headers.get(b"x-request-id", b"")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = secrets.token_hex(8).encode()
        scope["resolvent.request_id"] = request_id.decode()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                named = message["headers"] = [*message.get("headers", ()), *_FIXED_HEADERS]
                named.append((b"x-request-id", request_id))
                if not any(name == b"cache-control" for name, _ in named):
                    named.append(_NO_STORE)
            await send(message)

        try:
            await self._admit(scope, headers)
            bounded = self._bounded(scope, headers, receive)
            await self._app(scope, bounded, answer)
        except Exception as error:
            if status:
                # The answer has begun; all that is left is to end the connection.
                as_problem(error)
                raise ConnectionError("the answer broke off") from None
            response = await self._answering.handle(Request(scope), error)
            await response(scope, receive, answer)
        finally:
            route = getattr(scope.get("route"), "path", NO_ROUTE)
            seconds = time.perf_counter() - began
            self._metrics.request(scope["method"], route, status, seconds)
            if _access_log.isEnabledFor(logging.INFO):
                # The route's template, not the path: nothing that a caller sends reaches a log.
                _access_log.info(
                    "%s %s %d %.1f ms %s", _method(scope), route, status, seconds * 1000, request_id.decode()
                )

    async def _admit(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        """Let a request in, with who sends it noted in its scope.

        Raises:
            ProblemRaised: it is not let in.
        """
        self._check_host(headers)
        if scope["method"] in _WRITES:
            self._check_site(headers)
        permission = _permission(scope["path"])
        if permission is None:
            return
        principal = await self._principal(headers)
        if not principal.may(permission):
            raise ProblemRaised(
                ProblemType.FORBIDDEN,
                f"This needs a token with the scope {permission.value}; 'resolvent token new' makes one.",
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{permission.value}"'},
            )
        wait = self._desk.rate_limit.wait(principal.id)
        if wait:
            raise ProblemRaised(
                ProblemType.TOO_MANY_REQUESTS,
                f"This token may be used for {self._settings.rate_limit} requests a minute; wait and send it again.",
                headers={"Retry-After": str(int(wait) + 1)},
            )
        scope["resolvent.principal"] = principal

    async def _principal(self, headers: dict[bytes, bytes]) -> Principal:
        if not self._settings.needs_tokens:
            return ANYONE_HERE
        kind, _, secret = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if kind.lower() == "bearer" and secret:
            secret = secret.strip()
            token = self._desk.tokens.remembered(secret) or await to_thread.run_sync(self._desk.tokens.find, secret)
            if token is not None:
                return token.principal
            raise ProblemRaised(
                ProblemType.UNAUTHENTICATED,
                "This token is unknown, has run out or was revoked; 'resolvent token new' makes another.",
                headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
            )
        raise ProblemRaised(
            ProblemType.UNAUTHENTICATED,
            "Send a token in the header Authorization: Bearer …; 'resolvent token new' makes one.",
            headers={"WWW-Authenticate": "Bearer"},
        )

    def _check_host(self, headers: dict[bytes, bytes]) -> None:
        if self._hosts is None:
            return
        host = _host_name(headers.get(b"host", b"").decode("latin-1"))
        if host not in self._hosts:
            raise ProblemRaised(
                ProblemType.WRONG_HOST,
                "This server answers to the names that it was started with; add this one with --allow-host.",
            )

    def _check_site(self, headers: dict[bytes, bytes]) -> None:
        """Refuse what another site's page makes a browser send; programs send neither of these headers."""
        origin = headers.get(b"origin", b"").decode("latin-1")
        if origin in self._settings.cors_origins:
            return
        if origin and origin != "null":
            foreign = urlsplit(origin).netloc.lower() != headers.get(b"host", b"").decode("latin-1").lower()
        else:
            foreign = origin == "null" and headers.get(b"sec-fetch-site") not in (b"same-origin", b"none")
        if foreign or headers.get(b"sec-fetch-site") in (b"cross-site", b"same-site"):
            raise ProblemRaised(
                ProblemType.CROSS_SITE, "A page of another site may not send this; --cors-origin allows one to."
            )

    def _bounded(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Receive:
        """Refuse a body that is too large, by its announced length or, where none is announced, as it comes in."""
        limit = self._limit(scope["path"])
        announced = headers.get(b"content-length")
        if announced is not None and announced.isdigit():
            if int(announced) > limit:
                raise _too_large(limit)
            return receive
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                # Starlette's own exception: the parsers of bodies let it pass, and make a 400 of any other.
                raise HTTPException(413)
            return message

        return counted

    def _limit(self, path: str) -> int:
        small = path == "/v1/explain" or (path.startswith("/v1/cases/") and not path.endswith("/evidence"))
        return self._settings.max_body if small else self._settings.max_evidence_body


def _needed(scope: Scope) -> dict[bytes, bytes]:
    return dict(scope["headers"])


def _permission(path: str) -> Permission | None:
    """What a path asks for; ``None``: nothing, or it is a page, which looks for a log-in itself."""
    if path.startswith("/v1"):
        return Permission.CASES if path.startswith("/v1/cases") else Permission.DIAGNOSE
    if path == "/mcp" or path.startswith("/mcp/"):
        return Permission.DIAGNOSE
    return Permission.ADMIN if path == "/metrics" else None


def _host_names(settings: Settings) -> frozenset[str] | None:
    """The names to answer to; ``None``: any, since nobody gets in by a name alone."""
    if settings.needs_tokens and not settings.allowed_hosts:
        return None
    own = {"localhost", "127.0.0.1", "::1"} if is_loopback(settings.host) else {settings.host.lower()}
    return frozenset(own | {settings.host.strip("[]").lower()} | {each.lower() for each in settings.allowed_hosts})


def _host_name(host: str) -> str:
    """A Host header without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.rpartition(":")[0].lower() if ":" in host else host.lower()


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"].isalpha() and len(scope["method"]) <= 8 else "other"


def _too_large(limit: int) -> ProblemRaised:
    return ProblemRaised(ProblemType.TOO_LARGE, f"A request here has at most {limit} bytes; send less at once.")
