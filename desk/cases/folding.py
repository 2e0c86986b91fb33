"""Works out a case from its log: what was said, read and settled, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter

from desk.cases.case import Answer, CaseState, Closing, Entry, EntryKind, EvidenceEntry
from engine import Engine, FactsRefused
from engine.points import points
from evidence import Evidence, Observation, Provenance, resolve
from evidence.diagnosis import Diagnosed, diagnosed, stated
from evidence.model import NOTHING
from kb.values import Value

STORED_EVIDENCE: TypeAdapter[Evidence] = TypeAdapter(Evidence)
"""Writes what an input gave into an entry of the log, and reads it back."""


@dataclass(slots=True)
class Content:
    """What the entries of a log come to, so far."""

    state: CaseState = CaseState.OPEN
    answers: dict[str, Answer] = field(default_factory=dict)
    answers_of: dict[str, dict[str, Answer]] = field(default_factory=dict)
    evidence: list[EvidenceEntry] = field(default_factory=list)
    settled: dict[str, str] = field(default_factory=dict)
    settled_at: dict[str, int] = field(default_factory=dict)
    """The revision at which each settlement was made."""
    closing: Closing | None = None

    def values(self, server: str = "") -> dict[str, Value]:
        """The answers as plain values: those about all servers, and those about one."""
        every = {**self.answers, **self.answers_of.get(server, {})}
        return {fact: answer.value for fact, answer in every.items()}


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
    _answer(content, entry, engine)
    content.settled.update(stored.get("settle", {}))
    content.settled_at.update(dict.fromkeys(stored.get("settle", ()), entry.revision))
    for each in stored.get("evidence", ()):
        content.evidence.append(
            EvidenceEntry(
                name=each["name"],
                digest=each["digest"],
                size=each["size"],
                evidence=STORED_EVIDENCE.validate_python(each["read"]),
                who=entry.who,
                at=entry.at,
                revision=entry.revision,
            )
        )
    match entry.kind:
        case EntryKind.WITHDRAWN:
            for fact in stored["facts_withdrawn"]:
                _answers_about(content, fact, stored.get("servers", ()), engine).pop(fact, None)
        case EntryKind.CLOSED:
            content.state = CaseState.CLOSED
            content.closing = Closing(stored["helped"], stored["step"], entry.who, entry.at)
        case EntryKind.REOPENED:
            content.state = CaseState.OPEN
            content.closing = None


def conclude(engine: Engine, content: Content, on_file: Evidence = NOTHING) -> tuple[Diagnosed, ...]:
    """The outcome for each server that a case is about, with what is on file; at least one.

    A settlement of something that has been replaced since counts for nothing any more.
    """
    read = {(entry.name, entry.digest): entry for entry in content.evidence}
    notes = [note for entry in read.values() for note in entry.evidence.notes]
    observations = observed(content, on_file)
    since = {
        answer.fact
        for answer in content.answers.values()
        if answer.fact in engine.knowledge.facts
        and answer.revision > content.settled_at.get(engine.knowledge.object_of(answer.fact).id, answer.revision)
    }
    every = resolve(engine.knowledge, observations, notes, content.settled, since=since, strict=False)
    return diagnosed(engine, every)


def observed(content: Content, on_file: Evidence = NOTHING) -> list[Observation]:
    """All that is said and read in a case; what came in later counts as later, whoever said or printed it."""
    read = {(entry.name, entry.digest): entry for entry in content.evidence}
    observations = [
        (entry.revision, observation) for entry in read.values() for observation in entry.evidence.observations
    ]
    observations += [
        (answer.revision, observation)
        for answer in content.answers.values()
        for observation in stated({answer.fact: answer.value}, Provenance("stated", answer.provenance))
    ]
    observations += [
        (answer.revision, replace(observation, server=answer.server))
        for answers in content.answers_of.values()
        for answer in answers.values()
        for observation in stated({answer.fact: answer.value}, Provenance("stated", answer.provenance))
    ]
    observations.sort(key=lambda each: each[0])
    return [*on_file.observations, *(observation for _, observation in observations)]


def told(every: Iterable[Diagnosed]) -> dict[str, dict[str, str]]:
    """What outcomes say, by server and by name, in few words; see `desk.cases.case.Conclusion`."""
    return {each.environment.server or "": points(each.outcome) for each in every}


def _answer(content: Content, entry: Entry, engine: Engine) -> None:
    stored: Mapping[str, Any] = entry.content
    places = stored.get("provenance", {})
    servers = stored.get("servers", ())
    for fact, raw in stored.get("facts", {}).items():
        try:
            value = engine.parser.parse({fact: raw})[fact]
        except FactsRefused:
            continue
        place = places.get(fact, "answers")
        answers = _answers_about(content, fact, servers, engine)
        about = "" if answers is content.answers else servers[0]
        answers[fact] = Answer(fact, value, entry.who, entry.at, place, entry.revision, about)


def _answers_about(content: Content, fact: str, servers: Sequence[str], engine: Engine) -> dict[str, Answer]:
    """Where the answer to a fact stands: among those about all servers, or about the first of several.

    What was said when there were not several holds of each of them until it is changed for one; what is said without
    naming a server holds of all.
    """
    if not servers or not engine.knowledge.of_owner(fact):
        for answers in content.answers_of.values():
            answers.pop(fact, None)
        return content.answers
    known = content.answers.pop(fact, None)
    if known is not None:
        for server in servers:
            content.answers_of.setdefault(server, {}).setdefault(fact, replace(known, server=server))
    return content.answers_of.setdefault(servers[0], {})
