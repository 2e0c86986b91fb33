"""Works out a case from its log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from desk.cases.case import Answer, CaseState, Closing, Entry, EntryKind, EvidenceEntry
from desk.cases.stored_evidence import from_json
from engine import Engine, FactsRefused
from kb.values import Value


@dataclass(slots=True)
class Content:
    """What the entries of a log come to, so far."""

    state: CaseState = CaseState.OPEN
    answers: dict[str, Answer] = field(default_factory=dict)
    evidence: list[EvidenceEntry] = field(default_factory=list)
    closing: Closing | None = None

    @property
    def values(self) -> dict[str, Value]:
        """The answers as plain values."""
        return {fact: answer.value for fact, answer in self.answers.items()}


def fold(entries: Iterable[Entry], engine: Engine) -> Content:
    """What a log comes to, in the vocabulary of the library at hand.

    An answer to a fact that the library no longer has, or to a value that it no longer takes, stays in the log and
    counts for nothing.
    """
    content = Content()
    for entry in entries:
        apply(content, entry, engine)
    return content


def apply(content: Content, entry: Entry, engine: Engine) -> None:
    """Take one more entry into account."""
    stored: Mapping[str, Any] = entry.content
    match entry.kind:
        case EntryKind.CREATED:
            _answer(content, entry, engine)
            for each in stored.get("evidence", ()):
                _read(content, entry, each)
        case EntryKind.ANSWERED:
            _answer(content, entry, engine)
        case EntryKind.WITHDRAWN:
            content.answers.pop(stored["fact"], None)
        case EntryKind.EVIDENCE:
            for each in stored["evidence"]:
                _read(content, entry, each)
        case EntryKind.CLOSED:
            content.state = CaseState.CLOSED
            content.closing = Closing(stored["helped"], stored["step"], entry.who, entry.at)
        case EntryKind.REOPENED:
            content.state = CaseState.OPEN
            content.closing = None


def _answer(content: Content, entry: Entry, engine: Engine) -> None:
    stored: Mapping[str, Any] = entry.content
    for fact, raw in stored.get("facts", {}).items():
        try:
            value = engine.parser.parse({fact: raw})[fact]
        except FactsRefused:
            continue
        content.answers[fact] = Answer(
            fact, value, entry.who, entry.at, stored.get("provenance", "stated"), entry.revision
        )


def _read(content: Content, entry: Entry, stored: Mapping[str, Any]) -> None:
    content.evidence.append(
        EvidenceEntry(
            name=stored["name"],
            digest=stored["digest"],
            size=stored["size"],
            evidence=from_json(stored["read"]),
            who=entry.who,
            at=entry.at,
            revision=entry.revision,
        )
    )
