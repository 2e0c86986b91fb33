"""From evidence and stated facts to outcomes: one environment for each server, and what they come to together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import Engine, FactsRefused, Outcome
from engine import outcome as out
from engine.explanation import difference
from kb.values import UNKNOWN, Value

if TYPE_CHECKING:
    from evidence import Dispute, Environment, Evidence, Observation

DISPUTED = "sources-disagree"
"""The id of a contradiction that two sources make, beside those that the library itself declares."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one server, in the vocabulary of the library at hand.

    Attributes:
        facts: the values that hold, normalised.
        environment: the same with provenance, and with both sides of every dispute.
        unused: what was read and no fact of the vocabulary takes, with the reason.
    """

    server: str | None
    facts: Mapping[str, Value]
    environment: Environment
    unused: tuple[str, ...]

    @property
    def disputes(self) -> tuple[Dispute, ...]:
        """The disputes about facts that the library knows."""
        return tuple(each for each in self.environment.disputes if each.fact in self.facts)


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """One server's outcome."""

    known: Known
    outcome: Outcome


def merged(engine: Engine, evidence: Iterable[Evidence], stated: Mapping[str, Value]) -> tuple[Known, ...]:
    """One environment for each Client Access server that the evidence names; at least one."""
    from evidence import merge

    return tuple(_known(engine, environment) for environment in merge(evidence, _without_numbers(stated)))


def diagnosed(engine: Engine, evidence: Iterable[Evidence], stated: Mapping[str, Value]) -> tuple[Diagnosed, ...]:
    """The outcome for each server, disputes between sources included."""
    return tuple(
        Diagnosed(known, with_disputes(engine, engine.diagnose(known.facts), known.disputes))
        for known in merged(engine, evidence, stated)
    )


def with_disputes(engine: Engine, outcome: Outcome, disputes: Iterable[Dispute]) -> Outcome:
    """The outcome with what sources disagree on, asked for first wherever it makes a difference."""
    contradictions: list[out.Contradiction] = []
    questions: list[out.Question] = []
    for dispute in disputes:
        contradictions.append(out.Contradiction(id=DISPUTED, facts=(dispute.fact,), says=_both_sides(engine, dispute)))
        if _matters(engine, outcome, dispute):
            questions.append(_question(engine, dispute))
    if not contradictions:
        return outcome
    asked = {question.fact for question in questions}
    return outcome.model_copy(
        update={
            "status": out.Status.OPEN if questions else outcome.status,
            "contradictions": (*contradictions, *outcome.contradictions),
            "questions": (*questions, *(each for each in outcome.questions if each.fact not in asked)),
        }
    )


def summary(every: Iterable[Diagnosed]) -> dict[str, object]:
    """Which servers are fine, and which need which steps."""
    servers: list[dict[str, object]] = []
    for each in every:
        steps = {
            resolution.id: [step.id for step in resolution.steps if step.state is not out.StepState.SKIP]
            for resolution in each.outcome.resolutions
        }
        servers.append(
            {
                "server": each.known.server,
                "status": each.outcome.status.value,
                "verdict": each.outcome.verdict.value,
                "steps": steps,
            }
        )
    return {
        "servers": servers,
        "diagnosed": [each["server"] for each in servers if each["verdict"] == out.Verdict.DIAGNOSED],
        "not_covered": [each["server"] for each in servers if each["verdict"] == out.Verdict.NOT_COVERED],
        "undecided": [each["server"] for each in servers if each["verdict"] == out.Verdict.UNDECIDED],
    }


def proposals(evidence: Iterable[Evidence], engine: Engine, known: Mapping[str, Value]) -> Iterator[Observation]:
    """What plain words mention, that the vocabulary takes, and that is not known yet; each fact once."""
    told: set[str] = set()
    for each in evidence:
        for observation in each.proposed:
            if observation.fact not in known and observation.fact not in told and fits(engine, observation) is not None:
                told.add(observation.fact)
                yield observation


def fits(engine: Engine, observation: Observation) -> Value | None:
    """An observation's value as the vocabulary takes it, or ``None`` where it does not."""
    try:
        return engine.parser.parse({observation.fact: observation.value}).get(observation.fact)
    except FactsRefused:
        return None


def _known(engine: Engine, environment: Environment) -> Known:
    facts: dict[str, Value] = {}
    unused: list[str] = []
    for key, record in environment.facts.items():
        try:
            facts.update(engine.parser.parse({key: record.value}))
        except FactsRefused as refused:
            for problem in refused.problems:
                reason = problem.message if key in engine.knowledge.facts else "no fact of this library takes it"
                unused.append(f"{record.provenance}: {key}: {reason}")
    return Known(environment.server, facts, environment, tuple(unused))


def _without_numbers(stated: Mapping[str, Value]) -> dict[str, str | bool | tuple[str, ...]]:
    """Stated facts as evidence takes them; its vocabulary has no whole numbers."""
    return {key: value if isinstance(value, str | bool | tuple) else str(value) for key, value in stated.items()}


def _both_sides(engine: Engine, dispute: Dispute) -> str:
    fact = engine.knowledge.facts[dispute.fact]
    sides = "; ".join(f"{side.provenance} says {_shown(side.value)}" for side in (dispute.held, *dispute.against))
    return f"On {fact.label}, sources disagree: {sides}. The first is used until you decide."


def _matters(engine: Engine, outcome: Outcome, dispute: Dispute) -> bool:
    """Whether the other side would change more than the fact itself."""
    for side in dispute.against:
        value = fits(engine, side)
        if value is not None:
            other = engine.diagnose({**outcome.facts, dispute.fact: value})
            if any(not change.what.startswith("fact ") for change in difference(outcome, other).changes):
                return True
    return False


def _question(engine: Engine, dispute: Dispute) -> out.Question:
    fact = engine.knowledge.facts[dispute.fact]
    return out.Question(
        fact=fact.key,
        together=(),
        group=fact.group,
        ask=fact.ask,
        help=fact.help,
        type=fact.type,
        choices=tuple(out.QuestionChoice(value=choice.value, label=choice.label) for choice in fact.choices),
        suggestions=tuple(dict.fromkeys(_shown(side.value) for side in (dispute.held, *dispute.against))),
        how_to_check=fact.how_to_check,
        answered_by=fact.answered_by,
        purpose=out.Purpose.DECIDE,
        why="Two sources disagree on it, and what follows depends on which is right.",
        citation=None,
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return UNKNOWN if value == UNKNOWN else str(value)
