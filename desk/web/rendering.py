"""Renders templates to answers: all escaped, nothing from elsewhere, a cookie and a form token for each visitor."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from desk.access.sessions import new_cookie
from desk.http.security import FORM_FIELD, cookie_of, form_token, set_cookie, visitor
from desk.web.wording import machine_time, named, spoken_time
from render.reasoning import MARKS, TELLING, WORDS, effects_of
from render.words import KINDS, STATES, capitalised, counted, numbered

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""No inline script or style, nothing from other hosts, no frame around a page, and forms go nowhere else."""

# The gate adds to every answer that its type is not to be guessed, and that referrers stay here.
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
KEPT_BY_NOBODY: Final = {"Cache-Control": "no-store"}
"""Pages show names of a company's servers; no cache keeps them."""

_ASSETS: Final = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml",
}


def page(request: Request, template: str, *, status: int = 200, **context: object) -> Response:
    """An answer with a rendered page."""
    cookie = cookie_of(request)
    given = cookie or new_cookie()
    text = (
        _templates()
        .get_template(template)
        .render(
            **context,
            request_path=request.url.path,
            here=visitor(request),
            needs_tokens=request.app.state.desk.settings.needs_tokens,
            form_field=FORM_FIELD,
            form_token=form_token(given),
            library=request.app.state.desk.knowledge.name,
        )
    )
    response = HTMLResponse(text, status_code=status, headers={**HEADERS, **KEPT_BY_NOBODY})
    if cookie is None:
        set_cookie(response, request, given)
    return response


def fragment(template: str, **context: object) -> str:
    """A document that is no page of ours, such as a ticket as HTML."""
    return _templates().get_template(template).render(**context)


def redirect(location: str) -> Response:
    """What every form that was taken is answered with, so that loading the page again sends nothing twice."""
    return RedirectResponse(location, status_code=303, headers=KEPT_BY_NOBODY)


def asset(name: str) -> Response | None:
    """A static file; its address changes with its content, so it may be kept for ever."""
    if name not in _ASSETS:
        return None
    return Response(
        _content(name),
        media_type=_ASSETS[name],
        headers={**HEADERS, "Cache-Control": "public, max-age=31536000, immutable"},
    )


@cache
def _content(name: str) -> bytes:
    return (files("desk.web") / "static" / name).read_bytes()


def _asset_url(name: str) -> str:
    return f"/static/{name}?v={hashlib.sha256(_content(name)).hexdigest()[:12]}"


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("desk.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = _asset_url
    environment.globals.update(
        states=STATES, kinds=KINDS, marks=MARKS, ground_words=WORDS, telling=TELLING, effects_of=effects_of
    )
    environment.filters.update(
        capitalised=capitalised,
        counted=counted,
        machine_time=machine_time,
        named=named,
        numbered=numbered,
        spoken_time=spoken_time,
    )
    return environment
