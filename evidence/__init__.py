"""Turns certificates, shell output, Autodiscover answers and alerts into facts with provenance."""

from __future__ import annotations

from evidence.collection import collection_script
from evidence.environment import Dispute, Environment, Said, Side, Taken, UnknownSettlement
from evidence.errors import (
    ConnectionFailed,
    EvidenceError,
    InputTooLarge,
    MalformedInput,
    TargetRefused,
    UnrecognisedInput,
)
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.model import Evidence, Observation, Provenance, Rank, ReadingNote, Sighting
from evidence.reading import read
from evidence.resolve import resolve
from evidence.tls import Target, parse_target, read_tls

__all__ = [
    "ConnectionFailed",
    "Dispute",
    "Environment",
    "Evidence",
    "EvidenceError",
    "EvidenceText",
    "InputTooLarge",
    "MalformedInput",
    "Observation",
    "Provenance",
    "Rank",
    "Reader",
    "Reading",
    "ReadingNote",
    "Said",
    "Side",
    "Sighting",
    "Taken",
    "Target",
    "TargetRefused",
    "UnknownSettlement",
    "UnrecognisedInput",
    "collection_script",
    "parse_target",
    "read",
    "read_tls",
    "resolve",
]
