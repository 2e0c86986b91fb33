"""Somebody who has come in, and what they may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """What a token may be used for. ``admin`` includes the others."""

    DIAGNOSE = "diagnose"
    """Ask the knowledge base: facts, evidence, articles, MCP. Reads and writes no case."""
    CASES = "cases"
    """Make, read and change cases, through the API and on the pages."""
    ADMIN = "admin"
    """Read the metrics as well."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who has come in.

    Attributes:
        id: stable, as it counts against a rate limit: `token:ID`, or whatever another way of logging in calls them.
        name: what a case's log calls them.
    """

    id: str
    name: str
    scopes: frozenset[Scope]

    def may(self, scope: Scope) -> bool:
        """Whether this is allowed to them."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


ANYONE_HERE: Final = Principal("local", "local", frozenset(Scope))
"""Whoever reaches a loopback address that asks for no token: a program or a person on this very machine."""


def scopes_to_text(scopes: Iterable[Scope]) -> str:
    """Scopes as one column keeps them."""
    return " ".join(sorted(scope.value for scope in scopes))


def scopes_from_text(text: str) -> frozenset[Scope]:
    """Scopes out of that column; one that this version does not know grants nothing."""
    known = {scope.value for scope in Scope}
    return frozenset(Scope(word) for word in text.split() if word in known)
