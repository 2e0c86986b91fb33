"""What all handlers share: the engine, the case store, who may come in, and the settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from desk.access import RateLimit, Sessions, Tokens
from desk.cases import CaseStore
from desk.cases.database import Database
from desk.http.metrics import Metrics
from desk.http.settings import Settings
from engine import Engine, load
from evidence.model import NOTHING
from evidence.on_file import read_organisation
from kb import KnowledgeBase
from kb.drawings import Drawings, drawings_of
from kb.library import read_drawings


@dataclass(frozen=True, slots=True)
class Desk:
    """What all handlers share; found as ``request.app.state.desk``."""

    settings: Settings
    engine: Engine
    store: CaseStore
    tokens: Tokens
    sessions: Sessions
    rate_limit: RateLimit
    login_limit: RateLimit
    """Attempts to log in, by address."""
    metrics: Metrics
    drawings: Drawings
    """What the library draws of its choices, for the pages."""

    @property
    def knowledge(self) -> KnowledgeBase:
        """The library at hand."""
        return self.engine.knowledge

    @classmethod
    def open(cls, settings: Settings) -> Desk:
        """Load the library and open the database.

        Raises:
            kb.LibraryError: the library has faults.
            desk.cases.database.DatabaseUnusable: the database cannot be opened.
            OSError, evidence.MalformedInput: what is on file cannot be read.
        """
        engine = load(settings.library, settings.engine)
        database = Database(settings.database_url)
        on_file = NOTHING
        if settings.known is not None:
            data = Path(settings.known).read_bytes()
            on_file = read_organisation(data, engine.knowledge, name=Path(settings.known).name)
        store = CaseStore(database, engine, on_file=on_file)
        store.forget_old_keys()
        return cls(
            settings,
            engine,
            store,
            Tokens(database),
            Sessions(database),
            RateLimit(settings.rate_limit if settings.needs_tokens else 0),
            RateLimit(10, burst=10),
            Metrics(engine),
            drawings_of(read_drawings(settings.library), engine.knowledge),
        )

    def close(self) -> None:
        """Give back what was opened."""
        self.store.close_database()


async def desk_of(request: Request) -> Desk:
    """What all handlers share, for a handler that asks for it."""
    desk: Desk = request.app.state.desk
    return desk


Here = Annotated[Desk, Depends(desk_of)]
"""A parameter of this type is what all handlers share."""
