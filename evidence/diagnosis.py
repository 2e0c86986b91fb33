"""From facts and evidence to outcomes: resolved, concluded from, and asked about where sources differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from engine import Engine, Outcome
from engine import outcome as out
from engine.outcome import OutcomeNext
from engine.points import decided
from evidence.environment import ELSEWHERE, Dispute, Environment, Side
from evidence.model import NOTHING, Evidence, Observation, Provenance, Rank
from evidence.resolve import resolve
from kb.messages import Message, Slot
from kb.speech import spoken
from kb.values import FactType, Value

STATED = Provenance("stated", "answers")
"""Where a fact comes from that a caller gives without saying more."""

_MAX_SIDES_TRIED = 40
"""Sides of disputes whose outcome is worked out, to see whether they matter; beyond, each is taken to matter."""


@dataclass(frozen=True, slots=True)
class Given:
    """All that a door hands in.

    Attributes:
        facts: what somebody states, normalised or as people write it.
        evidence: what was read, in the order in which it came in.
        settle: what was settled, as `evidence.resolve.resolve` takes it.
        on_file: what the organisation has on file.
    """

    facts: Mapping[str, object] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    settle: Mapping[str, str] = field(default_factory=dict)
    on_file: Evidence = NOTHING


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """One server's outcome, with what it rests on."""

    environment: Environment
    outcome: Outcome


class View(StrEnum):
    """How much of an outcome a caller wants: all of it, or what it takes to go on."""

    FULL = "full"
    NEXT = "next"


class ServerOutcome(BaseModel):
    """One server's outcome."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    server: str | None
    """The server's name; null where no evidence names one."""
    outcome: Outcome | OutcomeNext
    """What follows for this server, as of a single one."""


class ServerOutcomes(BaseModel):
    """The outcomes of several servers, and one sentence over all of them."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    servers: tuple[ServerOutcome, ...]
    """The outcome for each server."""
    summary: Message
    """Which servers are decided, and how, in one sentence."""


def diagnose(engine: Engine, given: Given, *, thorough: bool = False) -> tuple[Diagnosed, ...]:
    """The outcome for each server that is named; at least one.

    Raises:
        engine.FactsRefused: some facts cannot be taken; all are listed.
        evidence.UnknownSettlement: something is settled that there is none of.
    """
    return diagnosed(engine, environments(engine, given), thorough=thorough)


def environments(engine: Engine, given: Given) -> tuple[Environment, ...]:
    """What is known, one environment for each server; raises as `diagnose` does."""
    facts = engine.parser.parse(given.facts)
    observations = [*given.on_file.observations]
    observations += [observation for each in given.evidence for observation in each.observations]
    observations += stated(facts)
    notes = [note for each in given.evidence for note in each.notes]
    return resolve(engine.knowledge, observations, notes, given.settle)


def stated(facts: Mapping[str, Value], provenance: Provenance = STATED) -> list[Observation]:
    """Facts as observations of somebody who says so."""
    return [Observation(fact, value, provenance, Rank.STATED) for fact, value in facts.items()]


def diagnosed(engine: Engine, every: Iterable[Environment], *, thorough: bool = False) -> tuple[Diagnosed, ...]:
    """The outcome of each environment; while a dispute could change what is decided, that is asked first."""
    return tuple(
        Diagnosed(
            environment, _with_disputes(engine, environment, engine.diagnose(environment.facts, thorough=thorough))
        )
        for environment in every
    )


def outcomes(every: tuple[Diagnosed, ...]) -> Outcome | ServerOutcomes:
    """The outcome where there is one server, all of them where there are several."""
    if len(every) == 1:
        return every[0].outcome
    return ServerOutcomes(
        servers=tuple(ServerOutcome(server=each.environment.server, outcome=each.outcome) for each in every),
        summary=_summary(every),
    )


def together(every: tuple[Diagnosed, ...], view: View = View.FULL) -> Outcome | OutcomeNext | ServerOutcomes:
    """What a door answers with, in the view that the caller wants."""
    told = outcomes(every)
    if view is View.FULL:
        return told
    if isinstance(told, Outcome):
        return told.next()
    nexts = tuple(each.outcome.next() for each in every)
    servers = (each.model_copy(update={"outcome": outcome}) for each, outcome in zip(told.servers, nexts, strict=True))
    return told.model_copy(update={"servers": tuple(servers)})


def _summary(every: tuple[Diagnosed, ...]) -> Message:
    by_verdict = {
        verdict: [each.environment.server or "a server" for each in every if each.outcome.verdict is verdict]
        for verdict in out.Verdict
    }
    words = {
        out.Verdict.DIAGNOSED: "the cause is found for",
        out.Verdict.UNDECIDED: "not decided yet for",
        out.Verdict.NOT_COVERED: "not covered for",
    }
    told = (Message(f"{words[verdict]} ", _listed(servers)) for verdict, servers in by_verdict.items() if servers)
    return Message(f"{len(every)} servers: ", Message.joined("; ", told), ".")


def _listed(names: list[str], most: int = 5) -> Message:
    shown = Message.joined(", ", (Message(Slot(name, FactType.SERVER_NAME, name)) for name in names[:most]))
    return shown if len(names) <= most else Message(shown, f" and {len(names) - most} more")


def _place_of(provenance: Provenance) -> Message:
    """Where something comes from; what a file is called may hold a name, so it is a blank like a value."""
    if provenance.what == STATED.what:
        return Message("an answer")
    line = "" if provenance.line is None else f", line {provenance.line}"
    return Message(f"{provenance.what} (", Slot(provenance.name, FactType.TEXT, provenance.name), f"{line})")


def _with_disputes(engine: Engine, environment: Environment, outcome: Outcome) -> Outcome:
    proposed = tuple(proposal(each) for each in environment.proposed)
    if not environment.disputes:
        return outcome if not proposed else outcome.model_copy(update={"proposed": proposed})
    contradictions: list[out.Contradiction] = []
    questions: list[out.Question] = []
    others: list[Outcome] = []
    tried = 0
    for dispute in environment.disputes:
        tried += len(dispute.sides)
        if not dispute.asks_where:
            contradictions.append(_contradiction(engine, dispute))
        if tried > _MAX_SIDES_TRIED:
            questions.append(_question(engine, environment, dispute))
        elif differing := _otherwise(engine, environment, outcome, dispute):
            questions.append(_question(engine, environment, dispute))
            others += differing
    told = outcome.model_copy(
        update={"proposed": proposed, "contradictions": (*contradictions, *outcome.contradictions)}
    )
    return _withheld(told, others, tuple(questions)) if questions else told


def _withheld(outcome: Outcome, others: Sequence[Outcome], questions: tuple[out.Question, ...]) -> Outcome:
    """An outcome that could still turn out otherwise: nothing is told as a verdict, and nobody is handed a command."""
    states = [{each.id: each.state for each in other.diagnoses} for other in others]
    open_ = {each.id for each in outcome.diagnoses if any(other.get(each.id) is not each.state for other in states)}
    return outcome.model_copy(
        update={
            "status": out.Status.OPEN,
            "done": False,
            "verdict": out.Verdict.UNDECIDED,
            "summary": Message("Not decided yet. ", questions[0].ask),
            "meanwhile": Message(),
            "diagnoses": tuple(_left_open(each, questions) if each.id in open_ else each for each in outcome.diagnoses),
            "resolutions": (),
            "questions": (*questions, *(each for each in outcome.questions if each.purpose is out.Purpose.DECIDE)),
        }
    )


def _left_open(diagnosis: out.DiagnosisOutcome, questions: Iterable[out.Question]) -> out.DiagnosisOutcome:
    """A diagnosis of which it is not settled yet whether it holds."""
    possible = out.DiagnosisState.POSSIBLE
    return diagnosis.model_copy(
        update={
            "state": possible,
            "members": tuple(each.model_copy(update={"state": possible, "because": ()}) for each in diagnosis.members),
            "because": tuple(each.why for each in questions),
        }
    )


def _otherwise(engine: Engine, environment: Environment, outcome: Outcome, dispute: Dispute) -> list[Outcome]:
    """The outcomes of the other sides that decide otherwise."""
    told = decided(outcome)
    differing: list[Outcome] = []
    for side in dispute.sides:
        if side.held:
            continue
        facts = {
            key: value for key, value in environment.facts.items() if side.id == ELSEWHERE or key not in dispute.facts
        }
        other = engine.diagnose({**facts, **side.facts})
        if decided(other) != told:
            differing.append(other)
    return differing


def proposal(observation: Observation) -> out.Proposal:
    """What has to be confirmed before it counts, as an Outcome tells it."""
    return out.Proposal(
        fact=observation.fact,
        value=observation.value,
        provenance=str(observation.provenance),
        quote=observation.quote,
    )


def _contradiction(engine: Engine, dispute: Dispute) -> out.Contradiction:
    label = _label(engine, dispute.key)
    sides = Message.joined(
        "; ", (Message(_place_of(side.provenance), " says ", _told(engine, dispute, side)) for side in dispute.sides)
    )
    return out.Contradiction(
        id="sources-disagree",
        facts=dispute.facts,
        message=Message(f"Sources disagree on {label}: ", sides, "."),
    )


def _question(engine: Engine, environment: Environment, dispute: Dispute) -> out.Question:
    knowledge = engine.knowledge
    kind = knowledge.kind(dispute.objects[0])
    fact = knowledge.facts[dispute.facts[0]]
    undisputed = {key: value for key, value in environment.facts.items() if key not in dispute.facts}
    if dispute.asks_where:
        first = dispute.sides[0]
        ask = Message(
            "Where was this seen: ", _told(engine, dispute, first), ", from ", _place_of(first.provenance), "?"
        )
        why = Message("What follows depends on where it was seen.")
        choices = tuple(
            out.QuestionChoice(value=side.id, label=Message(_place(engine, side.id))) for side in dispute.sides
        )
    else:
        ask = Message(
            kind.ask if kind is not None and kind.ask else f"Sources disagree on {fact.label}. Which is right?"
        )
        why = Message(f"Sources disagree on {_label(engine, dispute.key)}, and what follows depends on which is right.")
        choices = tuple(
            out.QuestionChoice(
                value=side.id, label=Message(_told(engine, dispute, side), ", from ", _place_of(side.provenance))
            )
            for side in dispute.sides
        )
    part = out.QuestionPart(
        fact=dispute.key,
        ask=ask,
        help=Message(),
        type=FactType.CHOICE,
        choices=choices,
        suggestions=(),
        how_to_check=Message(engine.how_to_check(undisputed, fact.key)),
        answered_by=fact.answered_by,
        optional=False,
    )
    return out.Question.led((part,), out.Purpose.SETTLE, why)


def _place(engine: Engine, object_: str) -> str:
    return "Somewhere else" if object_ == ELSEWHERE else engine.knowledge.objects[object_].seen


def _label(engine: Engine, key: str) -> str:
    return engine.knowledge.kind(key).label


def _told(engine: Engine, dispute: Dispute, side: Side) -> Message:
    """What one side says, in words: the value where one fact is in dispute, else each with its name."""
    shown = list(_shown(engine, dispute, side))
    if len(shown) == 1:
        return shown[0][1]
    return Message.joined(", ", (Message(f"{label}: ", value) for label, value in shown))


def _shown(engine: Engine, dispute: Dispute, side: Side) -> Iterator[tuple[str, Message]]:
    for key in dispute.facts if not dispute.asks_where else side.facts:
        if key in side.facts:
            fact = engine.knowledge.facts[key]
            yield fact.label, spoken(side.facts[key], fact)
