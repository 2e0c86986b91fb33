"""The tables of the case store, as SQLAlchemy knows them; the migrations beside this module make them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC on every database; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the database."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Out of the database."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


cases = Table(
    "cases",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reference", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("verdict", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    CheckConstraint("revision > 0", name="revision_positive"),
    Index(None, "changed_at"),
)
"""One row a case: what a list shows, and the revision that every change is checked against."""

entries = Table(
    "case_entries",
    metadata,
    Column("case_id", String(40), ForeignKey("cases.id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("who", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("content", JSON, nullable=False),
    Column("knowledge", String(64), nullable=False),
    Column("conclusion", JSON, nullable=False),
)
"""The log. The key admits one entry for each revision of a case, whatever two writers try at once."""

creations = Table(
    "case_creations",
    metadata,
    Column("caller", String(200), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("case_id", String(40), ForeignKey("cases.id"), nullable=False),
    Column("at", Moment, nullable=False),
)
"""Idempotency keys of creations, hashed, with a fingerprint of what was to be created."""

marks = Table(
    "case_marks",
    metadata,
    Column("case_id", String(40), ForeignKey("cases.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("key", String(300), primary_key=True),
    Column("who", String(200), nullable=False),
    Column("at", Moment, nullable=False),
)
"""What people have ticked off or put aside in a case. Nothing follows from it: it is no entry and has no revision."""

names = Table(
    "case_names",
    metadata,
    Column("case_id", String(40), ForeignKey("cases.id"), primary_key=True),
    Column("name", String(253), primary_key=True),
    Index(None, "name"),
)
"""The host names that are known in a case, in small letters, so that others that name the same are found."""

tokens = Table(
    "access_tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("scopes", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=True),
    Column("revoked_at", Moment, nullable=True),
)
"""Access tokens: their SHA-256, never themselves."""

sessions = Table(
    "web_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("principal", String(200), nullable=False),
    Column("scopes", String(200), nullable=False),
    Column("token_id", String(16), ForeignKey("access_tokens.id"), nullable=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
"""Log-ins of the pages, by the SHA-256 of what the cookie holds; `token_id` where a token opened one."""
