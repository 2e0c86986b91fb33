"""Shows for each cause that others exclude which facts, where nobody can tell them, leave it with a caveat.

What excludes a cause holds it back while it can still be asked about. Once a fact that it rests on is unknown it
cannot, and the cause is confirmed *unless* that one is so after all. An author sees which answers are worth getting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from kb.conditions import Test, leaves
from kb.model import Diagnosis
from kb.values import UNKNOWN
from workbench.proof.masking import fewest, position_of
from workbench.proof.realising import Facts
from workbench.proof.subject import SearchResult, Subject, Work, plain

_PATHS = 6
"""Ways through a diagram for which facts are looked for."""


@dataclass(frozen=True, slots=True)
class Caveat:
    """A fact whose being unknown leaves a cause with a caveat.

    Attributes:
        diagnosis: the cause.
        unless: what would exclude it, and cannot be told any more.
        fact: the fact that nobody can tell.
        facts: an environment in which it is so, as `diagnose` takes it.
    """

    diagnosis: str
    unless: str
    fact: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Caveats:
    """What came of all facts that what excludes a cause rests on.

    Attributes:
        shown: those that were shown to leave a caveat.
        unshown: how many there are of which neither that nor the opposite could be shown within bounds.
    """

    shown: tuple[Caveat, ...]
    unshown: int


def caveats(subject: Subject) -> Caveats:
    """For each cause and each fact that one that excludes it rests on, whether its being unknown leaves a caveat."""
    apart = replace(subject, work=Work())  # what is only told is no question of a proof
    shown: list[Caveat] = []
    unshown = 0
    for diagnosis in subject.model.knowledge.diagnoses:
        for excluder in subject.model.excluders(diagnosis):
            if not (subject.concerns(diagnosis) or subject.concerns(excluder)):
                continue
            told: set[str] = set()
            for number, base in _tested(apart, excluder):
                if base in told:
                    continue
                region = partial(_region, apart, diagnosis, excluder, number)
                leaves_one = partial(_leaves_caveat, apart, diagnosis, excluder, base)
                answer, facts = apart.search(region, leaves_one, complete=True, paths=_PATHS)
                if answer is SearchResult.FOUND:
                    told.add(base)
                    shown.append(Caveat(diagnosis.id, excluder.id, base, plain(fewest(facts, leaves_one))))
                unshown += answer is SearchResult.OPEN
    return Caveats(tuple(shown), unshown)


def _tested(subject: Subject, diagnosis: Diagnosis) -> Iterator[tuple[int, str]]:
    """The variables that the conditions of a diagnosis test, each with the asked facts that it rests on."""
    conditions = [*diagnosis.applies_when, *(each for one in diagnosis.instances for each in one.requires)]
    tested = {leaf.fact for each in conditions for leaf in leaves(each.that) if isinstance(leaf, Test)}
    for number in sorted(subject.model.space.position[fact] for fact in tested):
        for base in subject.engine.program.deriver.sources(subject.model.space.variables[number].fact):
            yield number, base


def _region(subject: Subject, diagnosis: Diagnosis, excluder: Diagnosis, number: int) -> int:
    """Where a diagnosis has all that it requires, and a fact that is not known could confirm what excludes it."""
    model, diagrams = subject.model, subject.model.diagrams
    confirmed = model.diagnosis(excluder).true
    gap = model.space.variables[number].gap
    could = diagrams.any_of(diagrams.fixed(confirmed, number, value) for value in range(gap))
    required = diagrams.any_of(model.required(diagnosis, one).true for one in diagnosis.instances)
    unknown = diagrams.outside(model.space.known(number))
    return diagrams.without(diagrams.all_of((unknown, could, required)), confirmed)


def _leaves_caveat(subject: Subject, diagnosis: Diagnosis, excluder: Diagnosis, base: str, facts: Facts) -> bool:
    """Whether a diagnosis is confirmed with a caveat that knowing a fact could take away."""
    if facts.get(base) != UNKNOWN:
        return False
    d, e = position_of(subject, diagnosis), position_of(subject, excluder)
    decision, program = subject.decide(facts), subject.engine.program
    if e not in decision.diagnoses[d].caveats:
        return False
    open_tests = decision.diagnoses[e].undecided_tests
    return any(
        open_tests & mask and base in program.deriver.sources(fact) for fact, mask in program.deriver.masks.items()
    )
