"""Short ways for tests to look at evidence."""

from __future__ import annotations

import evidence


def facts(found: evidence.Evidence, server: str | None = None) -> dict[str, evidence.FactValue]:
    """Return the asserted facts by key; with `server`, those of that server alone."""
    return {
        observation.fact: observation.value
        for observation in found.asserted
        if server is None or observation.server == server
    }


def notes(found: evidence.Evidence) -> list[str]:
    """Return the kinds of the notes, in order."""
    return [note.kind for note in found.notes]


def note(found: evidence.Evidence, kind: str) -> evidence.ReadingNote:
    """Return the first note of a kind."""
    return next(note for note in found.notes if note.kind == kind)
