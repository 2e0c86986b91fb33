"""Concludes from what a case holds, and writes a conclusion down in the form in which it is kept and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from desk.cases.case import Answer, Conclusion, EvidenceEntry
from desk.environments import Diagnosed, Known, merged, with_disputes
from engine import Engine, Outcome
from engine.outcome import StepState
from evidence import Dispute, FactRecord, Provenance, Rank
from kb.values import UNKNOWN

_OF_ONE_SERVER = ("exchange.", "endpoints.")
"""What each server has for itself: an answer that names no server cannot decide it for several."""


def conclude(engine: Engine, evidence: Sequence[EvidenceEntry], answers: Mapping[str, Answer]) -> tuple[Diagnosed, ...]:
    """The outcome for each server that the evidence names; at least one.

    Machine output outweighs what somebody says, until somebody who could see it says otherwise: an answer given after
    the evidence on its fact decides. The other side stays with the fact's record.
    """
    stated = {fact: answer.value for fact, answer in answers.items()}
    if not evidence:
        # The common case, and the fast one: nothing to merge, nothing to dispute.
        return tuple(_diagnosed(engine, known) for known in merged(engine, (), stated))
    read = {(entry.name, entry.digest): entry for entry in evidence}
    every = merged(engine, [entry.evidence for entry in read.values()], stated)
    latest = _latest_reading(evidence)
    return tuple(_diagnosed(engine, _decided(known, answers, latest, several=len(every) > 1)) for known in every)


def points(every: Iterable[Diagnosed]) -> dict[str, dict[str, str]]:
    """What outcomes say, by server and by name, in few words; see `Conclusion.points`."""
    return {each.known.server or "": dict(_points(each.outcome)) for each in every}


def changed_points(before: Conclusion, after: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str, str, str]]:
    """What differs, as (server, point, before, after); an absent point is written as an empty text."""
    for server in dict.fromkeys((*before.points, *after)):
        old, new = before.points.get(server, {}), after.get(server, {})
        for name in dict.fromkeys((*old, *new)):
            if old.get(name, "") != new.get(name, ""):
                yield server, name, old.get(name, ""), new.get(name, "")


def _points(outcome: Outcome) -> Iterator[tuple[str, str]]:
    yield "status", outcome.status.value
    yield "verdict", outcome.verdict.value
    for diagnosis in outcome.diagnoses:
        yield f"diagnosis {diagnosis.id}", diagnosis.state.value
        for member, state in diagnosis.instances.items():
            yield f"diagnosis {diagnosis.id} for {member}", state.value
    for resolution in outcome.resolutions:
        yield f"resolution {resolution.id}", resolution.state.value
        for step in resolution.steps:
            name = f"step {resolution.id}.{step.id}"
            yield name, step.state.value
            if step.command is not None and step.state is not StepState.SKIP:
                yield f"{name}: command", step.command


def _diagnosed(engine: Engine, known: Known) -> Diagnosed:
    return Diagnosed(known, with_disputes(engine, engine.diagnose(known.facts), known.disputes))


def _latest_reading(evidence: Iterable[EvidenceEntry]) -> dict[str, int]:
    """The last revision at which evidence on a fact came in."""
    return {
        observation.fact: entry.revision
        for entry in sorted(evidence, key=lambda entry: entry.revision)
        for observation in entry.evidence.asserted
    }


def _decided(known: Known, answers: Mapping[str, Answer], latest: Mapping[str, int], *, several: bool) -> Known:
    facts = dict(known.facts)
    records = dict(known.environment.facts)
    settled: set[str] = set()
    for fact, answer in answers.items():
        record = records.get(fact)
        if record is None or answer.value == UNKNOWN or answer.revision < latest.get(fact, 0):
            continue
        if several and fact.startswith(_OF_ONE_SERVER):
            continue
        settled.add(fact)
        if record.rank > Rank.STATED and fact in facts and isinstance(answer.value, str | bool | tuple):
            facts[fact] = answer.value
            records[fact] = FactRecord(
                answer.value, Provenance("stated", "answers"), Rank.STATED, others=_all_sides(known, fact, record)
            )
    if not settled:
        return known
    disputes: tuple[Dispute, ...] = tuple(each for each in known.environment.disputes if each.fact not in settled)
    return replace(known, facts=facts, environment=replace(known.environment, facts=records, disputes=disputes))


def _all_sides(known: Known, fact: str, record: FactRecord):  # type: ignore[no-untyped-def]
    for each in known.environment.disputes:
        if each.fact == fact:
            return (each.held, *each.against)
    return record.others
