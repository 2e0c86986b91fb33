"""Who sends a request: for the API by its bearer token, for the pages by the cookie of a log-in.

For the pages: `visitor(request)` is who is there (``None``: show the log-in); `cookie_of(request)` is what their cookie
holds, or ``None``; `set_cookie(response, …)` sets it with the right attributes; `form_token(cookie)` goes into every
form as the field ``csrf`` and `check_form(request, sent)` raises unless it came back from a form of ours.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from desk.access import ANYONE_HERE, Principal, csrf_token, is_csrf_token
from desk.access.sessions import COOKIE, LIFETIME, SECURE_COOKIE, is_cookie
from desk.http.problems import ProblemRaised, ProblemType
from desk.http.state import Desk

FORM_FIELD: Final = "csrf"


def principal_of(connection: HTTPConnection) -> Principal:
    """Who sends an API request; the gate has found out before any handler runs."""
    principal: Principal = connection.scope["resolvent.principal"]
    return principal


def visitor(request: HTTPConnection) -> Principal | None:
    """Who looks at a page: somebody logged in, anyone where no token is asked for, or ``None``. Reads the database."""
    desk: Desk = request.app.state.desk
    if not desk.settings.needs_tokens:
        return ANYONE_HERE
    session = desk.sessions.find(cookie_of(request))
    return session.principal if session else None


def cookie_of(request: HTTPConnection) -> str | None:
    """What the visitor's cookie holds, if it can be one of ours."""
    value = request.cookies.get(_cookie_name(request))
    return value if is_cookie(value) else None


def set_cookie(response: Response, request: HTTPConnection, value: str) -> None:
    """Give the visitor a cookie: out of reach of scripts and of other sites."""
    secure = _is_secure(request)
    response.set_cookie(
        _cookie_name(request),
        value,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, request: HTTPConnection) -> None:
    """Take the visitor's cookie back."""
    response.delete_cookie(_cookie_name(request), path="/", secure=_is_secure(request), httponly=True, samesite="lax")


def form_token(cookie: str) -> str:
    """What a form made for this visitor carries in its field `FORM_FIELD`."""
    return csrf_token(cookie)


def check_form(request: Request, sent: str | None) -> None:
    """Refuse a form that was not made for this visitor.

    Raises:
        ProblemRaised: it was not, or the visitor's cookie is gone.
    """
    if not is_csrf_token(sent, cookie_of(request)):
        raise ProblemRaised(
            ProblemType.CROSS_SITE, "This form was not made for you or is too old; load the page again and repeat."
        )


def _is_secure(request: HTTPConnection) -> bool:
    desk: Desk = request.app.state.desk
    return desk.settings.secure_cookies or request.url.scheme == "https"


def _cookie_name(request: HTTPConnection) -> str:
    return SECURE_COOKIE if _is_secure(request) else COOKIE
