"""Turns certificates, shell output, Autodiscover answers and alerts into facts with provenance."""

from __future__ import annotations

from evidence.commands import collect_commands
from evidence.document import Document, Reader, Reading
from evidence.errors import (
    ConnectionFailed,
    EvidenceError,
    InputTooLarge,
    MalformedInput,
    TargetRefused,
    UnrecognisedInput,
    UnsupportedVersion,
)
from evidence.merge import Contradiction, Environment, FactRecord, merge
from evidence.model import Certainty, Evidence, FactValue, Finding, Note, Rank, Source
from evidence.reading import read
from evidence.tls import Target, parse_target, read_tls

__all__ = [
    "Certainty",
    "ConnectionFailed",
    "Contradiction",
    "Document",
    "Environment",
    "Evidence",
    "EvidenceError",
    "FactRecord",
    "FactValue",
    "Finding",
    "InputTooLarge",
    "MalformedInput",
    "Note",
    "Rank",
    "Reader",
    "Reading",
    "Source",
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
