"""What has changed in a case since somebody saw it, as a page tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from desk.cases import Case, Entry, EntryKind
from desk.web.wording import machine_time, named, spoken_time
from engine import Engine, FactsRefused
from kb.speech import spoken
from kb.values import Value
from render.words import capitalised


@dataclass(frozen=True, slots=True)
class LogChange:
    """One entry of the log, in words."""

    words: tuple[str, ...]
    who: str
    at: str
    machine_at: str


@dataclass(frozen=True, slots=True)
class Clash:
    """An answer that was given while somebody else answered the same."""

    label: str
    now: str
    yours: str

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return self.now == self.yours


def changes_since(case: Case, revision: int, engine: Engine) -> tuple[LogChange, ...]:
    """All entries after a revision, oldest first."""
    return tuple(
        LogChange(tuple(_words(entry, engine)), named(entry.who), spoken_time(entry.at), machine_time(entry.at))
        for entry in case.log
        if entry.revision > revision
    )


def told_besides(case: Case, revision: int, engine: Engine) -> tuple[LogChange, ...]:
    """The same without what was read, which a page shows by itself."""
    read = EntryKind.EVIDENCE
    later = tuple(entry for entry in case.log if entry.revision > revision)
    every = changes_since(case, revision, engine)
    told = zip(later, every, strict=True)
    return tuple(change for entry, change in told if entry.kind is not read and change.words)


def clashes(facts: Mapping[str, Value], yours: Mapping[str, Value], engine: Engine) -> tuple[Clash, ...]:
    """For each of your answers, what is known now."""
    knowledge = engine.knowledge
    return tuple(
        Clash(
            capitalised(knowledge.facts[key].label),
            spoken(facts[key], knowledge.facts[key]) if key in facts else "not answered",
            spoken(value, knowledge.facts[key]),
        )
        for key, value in yours.items()
    )


def _words(entry: Entry, engine: Engine) -> Iterator[str]:
    match entry.kind:
        case EntryKind.CREATED | EntryKind.ANSWERED:
            yield from _answers(entry.content.get("facts"), engine)
        case EntryKind.WITHDRAWN:
            withdrawn = entry.content.get("facts_withdrawn")
            for fact in withdrawn if isinstance(withdrawn, Sequence) else ():
                yield f"{_label(str(fact), engine)}: taken back"
            yield from _answers(entry.content.get("facts"), engine)
        case EntryKind.SETTLED:
            yield "It was settled which source is right"
        case EntryKind.EVIDENCE:
            read = entry.content.get("evidence")
            for each in read if isinstance(read, Sequence) else ():
                yield f"Evidence added: {each['name']}"
        case EntryKind.CLOSED:
            yield "The case was closed"
        case EntryKind.REOPENED:
            yield "The case was reopened"


def _answers(facts: object, engine: Engine) -> Iterator[str]:
    for key, raw in facts.items() if isinstance(facts, Mapping) else ():
        try:
            value = engine.parser.parse({key: raw})[key]
        except FactsRefused:
            continue
        yield f"{_label(key, engine)}: {spoken(value, engine.knowledge.facts[key])}"


def _label(key: str, engine: Engine) -> str:
    fact = engine.knowledge.facts.get(key)
    return key if fact is None else capitalised(fact.label)
