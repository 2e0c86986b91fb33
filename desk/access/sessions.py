"""Log-ins of the pages, and the proof that a form was sent from one of our own pages.

A visitor has one cookie with 256 random bits (`new_cookie`). Logged in or not, the token that forms carry is derived
from it with `csrf_token`: another site can neither read the cookie nor compute the token, and nothing needs a signing
key that replicas would have to share. A log-in makes a new cookie (so that nobody can plant one beforehand) and keeps
its SHA-256 with the principal. Any way of logging in ends in `Sessions.begin(principal)`: a pasted token does today,
and the callback of an OpenID Connect provider would just the same.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert, select

from desk.access.principal import Principal, scopes_from_text, scopes_to_text
from desk.access.tokens import Token
from desk.cases.database import Database
from desk.cases.schema import sessions as table
from desk.cases.schema import tokens

COOKIE: Final = "resolvent_session"
SECURE_COOKIE: Final = "__Host-resolvent_session"
"""The name where cookies travel over TLS only: browsers hold such a cookie to this host and path."""

LIFETIME: Final = timedelta(hours=12)
"""A working day; after it one logs in again."""

_COOKIE_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in."""

    principal: Principal
    expires_at: datetime


class Sessions:
    """The log-ins in a database. Safe to share between threads."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock

    def begin(self, principal: Principal, *, token: Token | None = None) -> str:
        """Log somebody in; returns what their cookie is to hold. With a token, revoking that ends the log-in."""
        cookie = new_cookie()
        now = self._clock()
        expires = now + LIFETIME
        if token is not None and token.expires_at is not None:
            expires = min(expires, token.expires_at)
        with self._database.writing() as connection:
            connection.execute(delete(table).where(table.c.expires_at < now))
            connection.execute(
                insert(table).values(
                    digest=_digest(cookie),
                    principal=f"{principal.id} {principal.name}"[:200],
                    scopes=scopes_to_text(principal.scopes),
                    token_id=token.id if token else None,
                    created_at=now,
                    expires_at=expires,
                )
            )
        return cookie

    def find(self, cookie: str | None) -> Session | None:
        """The log-in that a cookie belongs to."""
        if not is_cookie(cookie):
            return None
        query = (
            select(table.c.principal, table.c.scopes, table.c.expires_at, tokens.c.revoked_at)
            .select_from(table.outerjoin(tokens, table.c.token_id == tokens.c.id))
            .where(table.c.digest == _digest(cookie or ""))
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.revoked_at is not None or row.expires_at <= self._clock():
            return None
        id_, _, name = row.principal.partition(" ")
        return Session(Principal(id_, name, scopes_from_text(row.scopes)), row.expires_at)

    def end(self, cookie: str | None) -> None:
        """Log out."""
        with self._database.writing() as connection:
            connection.execute(delete(table).where(table.c.digest == _digest(cookie or "")))


def new_cookie() -> str:
    """What the cookie of a visitor holds."""
    return secrets.token_urlsafe(32)


def is_cookie(text: str | None) -> bool:
    """Whether a text can be one of our cookies."""
    return text is not None and _COOKIE_FORM.fullmatch(text) is not None


def csrf_token(cookie: str) -> str:
    """What every form carries that was made for the visitor with this cookie."""
    return hmac.new(cookie.encode(), b"resolvent form", hashlib.sha256).hexdigest()


def is_csrf_token(sent: str | None, cookie: str | None) -> bool:
    """Whether a form was made for the visitor who sends it."""
    if not is_cookie(cookie) or not sent or not sent.isascii():
        return False
    return hmac.compare_digest(sent, csrf_token(cookie or ""))


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "surrogateescape")).hexdigest()
