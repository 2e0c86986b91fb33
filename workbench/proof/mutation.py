"""Tells whether examples would notice a mistake: each mutant of a library is run against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.engine import Engine, EngineChoice
from engine.outcome import Outcome
from kb import KnowledgeBase
from kb.written import Example
from workbench.checks import LibrarySource, Witness
from workbench.examples import ExampleEngines, run_example, states
from workbench.proof.difference import Comparison, told
from workbench.proof.mutants import Mutant, build, mutants
from workbench.proof.realising import Facts
from workbench.proof.subject import plain

ExampleWithBase = tuple[Example, Mapping[str, object], str | None]
"""An example, the facts of its file's base, and the article beside whose rules it stands."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no example notices.

    Attributes:
        example: an example that would, with what the library as it is says; nothing where none was found.
    """

    mutant: Mutant
    example: Witness | None

    def __str__(self) -> str:
        return f"{self.mutant.at}: {self.mutant.what}, and no example notices"


@dataclass(frozen=True, slots=True)
class Mutation:
    """How many mutants the examples notice.

    Attributes:
        unread: mutants that are refused when the library is read, before any example is run; they count as noticed.
        noticed: mutants that an example noticed.
        equivalent: mutants that say the same as the library for all answers; they do not count.
        survivors: mutants that no example notices though they say something else.
    """

    unread: int
    noticed: int
    equivalent: tuple[Mutant, ...]
    survivors: tuple[Survivor, ...]

    @property
    def score(self) -> float:
        """The share of mutants noticed, in percent."""
        counted = self.unread + self.noticed + len(self.survivors)
        return 100.0 if not counted else 100.0 * (counted - len(self.survivors)) / counted


def mutate(library: LibrarySource, examples: Sequence[ExampleWithBase], article: str | None = None) -> Mutation:
    """Run every mutant against examples all of which hold; those of one article alone, where it is named."""
    unread = noticed = 0
    equivalent: list[Mutant] = []
    survivors: list[Survivor] = []
    order = list(examples)
    own = {document.path for document, written in library.rules if article in (None, written.article)}
    for mutant in mutants(library):
        if article is not None and mutant.at.path not in own:
            continue
        knowledge = build(library, mutant)
        if knowledge is None:
            unread += 1
            continue
        position = _first_notice(knowledge, order)
        if position is not None:
            noticed += 1
            # What noticed one mistake often notices the next.
            order.insert(0, order.pop(position))
            continue
        same, facts = _compared(library.knowledge, knowledge)
        if same:
            equivalent.append(mutant)
        else:
            survivors.append(
                Survivor(mutant, None if facts is None else _example(library.knowledge, knowledge, facts, mutant))
            )
    return Mutation(unread, noticed, tuple(equivalent), tuple(survivors))


def _first_notice(knowledge: KnowledgeBase, examples: Sequence[ExampleWithBase]) -> int | None:
    """The position of the first example that does not hold."""
    engines = ExampleEngines(knowledge)
    return next(
        (
            position
            for position, (example, base, article) in enumerate(examples)
            if run_example(engines.of(example, article), example, base, article)
        ),
        None,
    )


def _compared(old: KnowledgeBase, new: KnowledgeBase) -> tuple[bool, Facts | None]:
    """Whether two libraries say the same for all answers, and if not, facts for which they do not."""
    comparison = Comparison(old, new)
    differing = list(comparison.regions())
    if not differing:
        return True, None
    regions = [region for _, gained, lost in differing for region in (gained, lost) if region]
    return False, comparison.example(regions)


def _example(old: KnowledgeBase, new: KnowledgeBase, facts: Facts, mutant: Mutant) -> Witness:
    """An example that expects what the library says now wherever the mutant says something else."""
    now, mutated = (Engine(each, EngineChoice.COMPILED).diagnose(plain(facts)) for each in (old, new))
    return Witness(f"Notices that {mutant.what}", plain(facts), expectation(now, mutated))


def expectation(now: Outcome, other: Outcome) -> dict[str, object]:
    """What to expect of an outcome so that another one is noticed, in the shape of an example."""
    expect: dict[str, object] = {}
    if now.verdict != other.verdict:
        expect["verdict"] = now.verdict.value
    known, others = _states(now), _states(other)
    changed = {name: state for name, state in known.items() if others.get(name) != state}
    if changed:
        expect["diagnoses"] = changed
    told_now, told_other = [each.id for each in now.resolutions], [each.id for each in other.resolutions]
    if told_now != told_other:
        expect["resolutions"] = told_now
    steps, other_steps = _steps(now), _steps(other)
    moved = {name: step[0] for name, step in steps.items() if other_steps.get(name, ("",))[0] != step[0]}
    if moved:
        expect["steps"] = moved
    reasons = {name: step[1] for name, step in steps.items() if name not in moved and other_steps[name][1] != step[1]}
    if reasons:
        expect["reasons"] = reasons
    because = {
        each.id: str(each.because[0])
        for each, one in zip(now.diagnoses, other.diagnoses, strict=False)
        if each.because and each.because != one.because and each.because[0] not in one.because
    }
    if because:
        expect["because"] = because
    notes, other_notes = {each.id for each in now.notes}, {each.id for each in other.notes}
    for name, ids in (("notes", notes - other_notes), ("notes_not", other_notes - notes)):
        if ids:
            expect[name] = sorted(ids)
    if now.contradictions != other.contradictions:
        expect["contradictions"] = [each.id for each in now.contradictions]
    asked, other_asked = _asked(now), _asked(other)
    for name, keys in (("asks", asked - other_asked), ("asks_not", other_asked - asked)):
        if keys and not expect:
            expect[name] = sorted(keys)
    if not expect and told(now) != told(other):
        expect["status"] = now.status.value
    return expect


def _states(outcome: Outcome) -> dict[str, str]:
    """The states that an example would name: those of members where a diagnosis has some."""
    of_all = {each.id for each in outcome.diagnoses if each.members}
    return {name: state for name, state in states(outcome).items() if name not in of_all}


def _steps(outcome: Outcome) -> dict[str, tuple[str, str]]:
    return {
        f"{resolution.id}.{step.id}": (step.state.value, str(step.reason))
        for resolution in outcome.resolutions
        for step in resolution.steps
    }


def _asked(outcome: Outcome) -> set[str]:
    return {fact for question in outcome.questions for fact in question.facts}
