"""Short ways for tests to look at evidence."""

from __future__ import annotations

import evidence
from kb.values import Value

_NAMES = ("certificate.replaced", "certificate.common_name", "certificate.subject_alternative_names")


def facts(found: evidence.Evidence, server: str | None = None) -> dict[str, Value]:
    """Return the asserted facts by key; with `server`, those of that server alone."""
    return {
        observation.fact: observation.value
        for observation in found.asserted
        if server is None or observation.server == server
    }


def names(found: evidence.Evidence) -> dict[str, Value]:
    """Return of the asserted facts those that say whom a certificate is for, without its issuer and its dates."""
    return {fact: value for fact, value in facts(found).items() if fact in _NAMES}


def proposals(found: evidence.Evidence) -> dict[str, Value]:
    """Return what is only proposed, by fact."""
    return {observation.fact: observation.value for observation in found.proposed}


def notes(found: evidence.Evidence) -> list[str]:
    """Return the kinds of the notes, in order."""
    return [note.kind for note in found.notes]


def note(found: evidence.Evidence, kind: str) -> evidence.ReadingNote:
    """Return the first note of a kind."""
    return next(note for note in found.notes if note.kind == kind)
