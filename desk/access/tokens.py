"""Access tokens: made once, shown once, kept as a hash, revoked at any time.

A token is 256 random bits, so a plain SHA-256 of it can be kept: there is nothing to guess that a slow hash would slow
down, and a fast one lets every request be checked.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, insert, select, update

from desk.access.principal import Principal, Scope, scopes_from_text, scopes_to_text
from desk.cases.database import Database
from desk.cases.schema import sessions
from desk.cases.schema import tokens as table

PREFIX = "rsv_"
"""Begins every token, so that one left in a file or a log can be found by a scanner."""

_REMEMBERED_SECONDS = 5.0
_REMEMBERED = 4096


class TokenUnknown(LookupError):
    """There is no token of that id."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as the store knows it, which is without the token itself.

    Attributes:
        id: what it is listed and revoked by; no secret.
        name: whose it is, as a case's log names them.
    """

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    @property
    def principal(self) -> Principal:
        """Whoever holds it."""
        return Principal(f"token:{self.id}", self.name, self.scopes)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token that was just made; `secret` is not kept anywhere."""

    token: Token
    secret: str


class Tokens:
    """The tokens in a database. Safe to share between threads."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock
        self._remembered: dict[str, tuple[float, Token]] = {}

    def issue(self, name: str, scopes: Iterable[Scope], *, expires_at: datetime | None = None) -> IssuedToken:
        """Make a token."""
        secret = PREFIX + secrets.token_urlsafe(32)
        token = Token(secrets.token_hex(4), name[:200], frozenset(scopes), self._clock(), expires_at, None)
        with self._database.writing() as connection:
            connection.execute(
                insert(table).values(
                    id=token.id,
                    name=token.name,
                    digest=_digest(secret),
                    scopes=scopes_to_text(token.scopes),
                    created_at=token.created_at,
                    expires_at=expires_at,
                )
            )
        return IssuedToken(token, secret)

    def revoke(self, id_: str) -> Token:
        """Revoke a token and end the log-ins that it opened. Servers notice within five seconds.

        Raises:
            TokenUnknown: there is none of that id.
        """
        with self._database.writing() as connection:
            connection.execute(
                update(table).where(table.c.id == id_, table.c.revoked_at.is_(None)).values(revoked_at=self._clock())
            )
            connection.execute(sessions.delete().where(sessions.c.token_id == id_))
            row = connection.execute(select(table).where(table.c.id == id_)).one_or_none()
        self._remembered.clear()
        if row is None:
            raise TokenUnknown(id_)
        return _token(row)

    def list(self) -> tuple[Token, ...]:
        """All tokens, revoked ones too, oldest first."""
        with self._database.reading() as connection:
            return tuple(_token(row) for row in connection.execute(select(table).order_by(table.c.created_at)))

    def any_live(self) -> bool:
        """Whether there is a token that opens anything."""
        now = self._clock()
        live = (table.c.expires_at.is_(None)) | (table.c.expires_at > now)
        query = select(func.count()).select_from(table).where(table.c.revoked_at.is_(None), live)
        with self._database.reading() as connection:
            return bool(connection.scalar(query))

    def remembered(self, secret: str) -> Token | None:
        """The live token of that secret, if it was found within the last five seconds; does not block."""
        found = self._remembered.get(_digest(secret))
        if found is None or time.monotonic() - found[0] > _REMEMBERED_SECONDS or not found[1].is_live(self._clock()):
            return None
        return found[1]

    def find(self, secret: str) -> Token | None:
        """The live token of that secret."""
        if not secret.startswith(PREFIX) or len(secret) > 100:
            return None
        digest = _digest(secret)
        with self._database.reading() as connection:
            row = connection.execute(select(table).where(table.c.digest == digest)).one_or_none()
        if row is None or not (token := _token(row)).is_live(self._clock()):
            return None
        if len(self._remembered) >= _REMEMBERED:
            self._remembered.clear()
        self._remembered[digest] = (time.monotonic(), token)
        return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _token(row: object) -> Token:
    each = row._mapping  # type: ignore[attr-defined]
    return Token(
        each["id"],
        each["name"],
        scopes_from_text(each["scopes"]),
        each["created_at"],
        each["expires_at"],
        each["revoked_at"],
    )
