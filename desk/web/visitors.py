"""Lets people in: who looks at a page, the log-in by an access token, and forms that were sent from our own pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from desk.access import Principal, Scope
from desk.http.problems import ProblemRaised, ProblemType
from desk.http.security import FORM_FIELD, check_form, cookie_of, drop_cookie, set_cookie, visitor
from desk.http.state import Desk
from desk.web.rendering import page, redirect
from evidence.limits import MAX_INPUT_BYTES

_MAX_FILES = 20
_MAX_FIELDS = 200
# More than evidence may have: it refuses a paste that is too large itself, beside the field and with the text kept.
_MAX_PART = 2 * MAX_INPUT_BYTES


def entered(request: Request) -> Principal:
    """Who looks at a page.

    Raises:
        ProblemRaised: nobody is logged in, or their token does not open cases.
    """
    principal = visitor(request)
    if principal is None:
        raise ProblemRaised(ProblemType.UNAUTHENTICATED, "Log in to see this page.")
    if not principal.may(Scope.CASES):
        raise ProblemRaised(
            ProblemType.FORBIDDEN,
            "Your token does not open cases; ask for one with the scope “cases”, and log in again.",
        )
    return principal


async def sent_form(request: Request) -> AsyncIterator[FormData]:
    """The form that was sent; its files are closed when it was dealt with.

    Raises:
        ProblemRaised: it was not made for this visitor.
    """
    limits = {"max_files": _MAX_FILES, "max_fields": _MAX_FIELDS, "max_part_size": _MAX_PART}
    async with request.form(**limits) as form:
        check_form(request, text_of(form, FORM_FIELD))
        yield form


def text_of(form: FormData, name: str) -> str:
    """The text of a field, empty where there is none."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


Entered = Annotated[Principal, Depends(entered)]
SentForm = Annotated[FormData, Depends(sent_form)]


def log_in_page(request: Request, *, onward: str = "/", error: str = "", status: int = 200) -> Response:
    """The page on which one logs in."""
    return page(request, "login.html", status=status, onward=onward, error=error)


def log_in_first(request: Request) -> Response:
    """The way to the log-in, and back to the page that was asked for."""
    if request.method != "GET":
        return log_in_page(request, error="You are not logged in any more. Log in, then go back and send it again.")
    query = f"?{request.url.query}" if request.url.query else ""
    return redirect(f"/login?onward={quote(request.url.path + query, safe='')}")


def router(desk: Desk) -> APIRouter:
    """The pages of logging in and out."""
    routes = APIRouter()

    @routes.get("/login")
    def ask_for_token(request: Request, onward: str = "/") -> Response:
        return log_in_page(request, onward=_own_address(onward))

    @routes.post("/login")
    def log_in(request: Request, form: SentForm) -> Response:
        onward = _own_address(text_of(form, "onward"))
        caller = request.client.host if request.client else ""
        if wait := desk.login_limit.wait(caller):
            error = f"Too many attempts. Wait {int(wait) + 1} seconds, then try again."
            return log_in_page(request, onward=onward, error=error, status=429)
        token = desk.tokens.find(text_of(form, "token").strip())
        if token is None:
            error = "This is no token that opens anything. Copy all of it, from “rsv_” on, or ask for a new one."
            return log_in_page(request, onward=onward, error=error, status=422)
        desk.sessions.end(cookie_of(request))
        response = redirect(onward)
        set_cookie(response, request, desk.sessions.begin(token.principal, token=token))
        return response

    @routes.post("/logout")
    def log_out(request: Request, form: SentForm) -> Response:
        desk.sessions.end(cookie_of(request))
        response = redirect("/login")
        drop_cookie(response, request)
        return response

    return routes


def _own_address(address: str) -> str:
    """An address of this server's own, or the start page: a link must not lead through the log-in to elsewhere."""
    safe = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if safe else "/"
