"""Turns certificates, shell output, Autodiscover answers and alerts into facts with provenance."""

from __future__ import annotations

from evidence.commands import collect_commands
from evidence.errors import (
    ConnectionFailed,
    EvidenceError,
    InputTooLarge,
    MalformedInput,
    TargetRefused,
    UnrecognisedInput,
    UnsupportedVersion,
)
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.merge import Dispute, Environment, FactRecord, merge
from evidence.model import Certainty, Evidence, FactValue, Observation, Provenance, Rank, ReadingNote
from evidence.reading import read
from evidence.tls import Target, parse_target, read_tls

__all__ = [
    "Certainty",
    "ConnectionFailed",
    "Dispute",
    "Environment",
    "Evidence",
    "EvidenceError",
    "EvidenceText",
    "FactRecord",
    "FactValue",
    "InputTooLarge",
    "MalformedInput",
    "Observation",
    "Provenance",
    "Rank",
    "Reader",
    "Reading",
    "ReadingNote",
    "Target",
    "TargetRefused",
    "UnrecognisedInput",
    "UnsupportedVersion",
    "collect_commands",
    "merge",
    "parse_target",
    "read",
    "read_tls",
]
