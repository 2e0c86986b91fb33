"""Proves that every question can matter: some answer to it changes what is decided, wherever it is asked.

Three-valued logic takes "x is a, or x is not a" for open until x is known. Filling the gaps of a fact state in every
way shows whether x still decides anything there; a question for the sake of nothing is one too many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.pursuit import UnitKind
from kb.conditions import All, Any, Concluded, Condition, Not, Test, leaves
from kb.model import Diagnosis, Resolution
from workbench.checks import Issue, IssueKind, Location, Severity
from workbench.proof.diagrams import ALL, EMPTY, TooLarge
from workbench.proof.property import Property
from workbench.proof.realising import Facts
from workbench.proof.subject import SearchResult, Subject


class PointlessQuestion(Property):
    """A question that is asked although nothing that is still open depends on its answer."""

    kind = IssueKind("KB441", Severity.WARNING, "A question that is asked where no answer to it matters")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """At most one for each instance, resolution and step, and each fact that it tests."""
        asking = _Asking(subject)
        for position, unit in enumerate(asking.units):
            if not subject.concerns(_rule(subject, unit)):
                continue
            at, name = _place(subject, unit)
            yield from self.guarded(subject, at, self._pointless(subject, asking, position, at, name))

    def _pointless(self, subject: Subject, asking: _Asking, position: int, at: Location, name: str) -> Iterator[Issue]:
        for number in asking.tested(position):
            fact = subject.model.space.variables[number].fact
            if asking.in_vain(position, number) == EMPTY:
                continue
            for base in subject.engine.program.deriver.sources(fact):
                answer, facts = _search(subject, asking, (position, number), base)
                if answer is SearchResult.OPEN:
                    yield subject.unproven(at, f"{base} is only asked for the sake of {name} where an answer matters")
                elif answer is SearchResult.FOUND:
                    yield self.found(
                        at,
                        f"{name} asks for {base} where no answer can change it any more; have it decided by fewer "
                        f"facts, or see what else rests on {base}",
                        subject.witness(f"{base} is asked in vain", facts, {"asks": [base]}),
                    )


@dataclass(frozen=True, slots=True)
class _Unit:
    """Something that answers can decide, by position: an instance of a diagnosis, a resolution, or a step of one."""

    diagnosis: int | None = None
    instance: int | None = None
    resolution: int | None = None
    step: int | None = None


class _Asking:
    """Where a unit asks for a fact, and where an answer can still change it, as diagrams."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self.units = _units(subject)
        self._resting: dict[str, set[int]] = defaultdict(set)
        for number, variable in enumerate(subject.model.space.variables):
            for base in subject.engine.program.deriver.sources(variable.fact):
                self._resting[base].add(number)
        self._testing: dict[int, list[int]] = defaultdict(list)
        for position in range(len(self.units)):
            for number in self.tested(position):
                self._testing[number].append(position)
        self.asked = lru_cache(maxsize=None)(self._asked)
        self.matters = lru_cache(maxsize=None)(self._matters)

    def tested(self, position: int) -> tuple[int, ...]:
        """The variables that a unit's conditions test."""
        space = self._subject.model.space
        facts = {
            leaf.fact
            for condition in _conditions(self._subject, self.units[position])
            for leaf in leaves(condition)
            if isinstance(leaf, Test)
        }
        return tuple(sorted(space.position[fact] for fact in facts))

    def in_vain(self, position: int, number: int) -> int:
        """Where a unit asks for a fact whose value cannot change it."""
        return self._subject.model.diagrams.without(self.asked(position, number), self.matters(position, number))

    def needed(self, base: str) -> int:
        """Where some unit asks for a fact that rests on an asked one, and its value can still change that unit."""
        diagrams = self._subject.model.diagrams
        return diagrams.any_of(
            diagrams.both(self.asked(position, number), self.matters(position, number))
            for number in self._resting[base]
            for position in self._testing[number]
        )

    def needed_at(self, base: str, assignment: Mapping[int, int], units: Sequence[int]) -> bool:
        """Whether an answer can still change one of the units that are open in an assignment.

        One that others exclude is also changed by what decides those, which tests other facts than its own.
        """
        diagrams = self._subject.model.diagrams
        for number in self._resting[base]:
            for position in units:
                if position in self._testing[number] and diagrams.contains(self.matters(position, number), assignment):
                    return True
                excluded = self._unless_excluded(position)
                if excluded is not None and diagrams.contains(self._differing(excluded, number), assignment):
                    return True
        return False

    def _unless_excluded(self, position: int) -> int | None:
        """Where a diagnosis that others exclude is confirmed."""
        model, unit = self._subject.model, self.units[position]
        if unit.diagnosis is None:
            return None
        diagnosis = model.knowledge.diagnoses[unit.diagnosis]
        if not model.excluders(diagnosis):
            return None
        return model.instance(diagnosis, diagnosis.instances[unit.instance or 0]).true

    def _asked(self, position: int, number: int) -> int:
        """Where a unit is open through a fact that is not known, and it is its turn."""
        model, diagrams = self._subject.model, self._subject.model.diagrams
        unit = self.units[position]
        conditions = _conditions(self._subject, unit)
        failed = diagrams.any_of(model.worth(each).false for each in conditions)
        through = diagrams.any_of(self._through(each, number) for each in conditions)
        if unit.diagnosis is not None:
            # Until an article is known to apply, only what that rests on is asked.
            scope = [each.that for each in model.knowledge.diagnoses[unit.diagnosis].applies_when]
            applies = diagrams.all_of(model.worth(each).true for each in scope)
            own = diagrams.any_of(self._through(each, number) for each in conditions[len(scope) :])
            gate = diagrams.any_of(self._through(each, number) for each in scope)
            through = diagrams.either(gate, diagrams.both(own, applies))
        return diagrams.without(diagrams.both(through, _turn(self._subject, unit)), failed)

    def _through(self, condition: Condition, number: int) -> int:
        """Where a condition is open and a test on a fact is one of those that leave it so."""
        model, diagrams = self._subject.model, self._subject.model.diagrams
        space = model.space
        match condition:
            case Test():
                return diagrams.outside(space.known(number)) if space.position[condition.fact] == number else EMPTY
            case Concluded():
                return EMPTY  # what leaves a diagnosis open is asked for its own sake
            case Not():
                return self._through(condition.part, number)
            case All() | Any():
                worth = model.worth(condition)
                inner = diagrams.any_of(self._through(part, number) for part in condition.parts)
                return diagrams.without(inner, diagrams.either(worth.true, worth.false))

    def _matters(self, position: int, number: int) -> int:
        """Where, for some way to fill all other gaps, two values of a fact come to something different for a unit."""
        model = self._subject.model
        conditions = _conditions(self._subject, self.units[position])
        return self._differing(model.diagrams.all_of(model.worth(each).true for each in conditions), number)

    def _differing(self, region: int, number: int) -> int:
        """Where, for some way to fill all other gaps, one value of a fact leads into a region and another does not."""
        model, diagrams = self._subject.model, self._subject.model.diagrams
        values = [diagrams.fixed(region, number, value) for value in range(model.space.variables[number].gap)]
        differing = diagrams.without(diagrams.any_of(values), diagrams.all_of(values))
        return diagrams.somehow(differing, model.space.gaps)


def _search(subject: Subject, asking: _Asking, what: tuple[int, int], base: str) -> tuple[SearchResult, Facts]:
    """Facts with which an asked fact is asked for in vain."""

    def region() -> int:
        return subject.model.diagrams.without(asking.in_vain(*what), asking.needed(base))

    def shows(facts: Facts) -> bool:
        program = subject.engine.program
        decision, bit = subject.decide(facts), program.deriver.base_bits[base]
        live = [unit for unit in program.units(decision) if unit.opens & bit]
        if not live or any(unit.kind in (UnitKind.CONDITION, UnitKind.SYMPTOM) for unit in live):
            return False
        places = [_Unit(unit.diagnosis, unit.instance, unit.resolution, unit.step) for unit in live]
        try:
            open_ = [position for position, unit in enumerate(asking.units) if unit in places]
            return not asking.needed_at(base, subject.realiser.assignment(facts), open_)
        except TooLarge:
            return False

    return subject.search(region, shows)


def _units(subject: Subject) -> tuple[_Unit, ...]:
    """Everything that answers can decide."""
    knowledge = subject.model.knowledge
    units = [_Unit(d, i) for d, each in enumerate(knowledge.diagnoses) for i in range(len(each.instances))]
    for r, resolution in enumerate(knowledge.resolutions):
        units.append(_Unit(resolution=r))
        units += [_Unit(resolution=r, step=s) for s in range(len(resolution.steps))]
    return tuple(units)


def _turn(subject: Subject, unit: _Unit) -> int:
    """Where it is a unit's turn to be asked about."""
    model, diagrams = subject.model, subject.model.diagrams
    if unit.resolution is None:
        diagnosis = model.knowledge.diagnoses[unit.diagnosis or 0]
        excluded = diagrams.any_of([model.diagnosis(each).true for each in model.excluders(diagnosis)])
        return diagrams.without(_may_explain(subject, diagnosis), excluded)
    resolution = model.knowledge.resolutions[unit.resolution]
    if unit.step is None:
        return model.called_for(resolution)
    instance = model.step_instance(resolution, resolution.steps[unit.step])
    return diagrams.without(model.offered(resolution), instance.false)


def _may_explain(subject: Subject, diagnosis: Diagnosis) -> int:
    """Where a diagnosis could explain something that may have been seen; nowhere else is it asked about."""
    model, diagrams = subject.model, subject.model.diagrams
    accounts = [each for instance in diagnosis.instances for each in instance.explains]
    if not accounts:
        return ALL
    return diagrams.any_of(
        diagrams.outside(diagrams.either(model.worth(each.seen).false, model.worth(each.where).false))
        for each in accounts
    )


def _conditions(subject: Subject, unit: _Unit) -> tuple[Condition, ...]:
    """The conditions that decide a unit."""
    knowledge = subject.model.knowledge
    if unit.resolution is None:
        diagnosis = knowledge.diagnoses[unit.diagnosis or 0]
        requires = diagnosis.instances[unit.instance or 0].requires
        return tuple(each.that for each in (*diagnosis.applies_when, *requires))
    resolution = knowledge.resolutions[unit.resolution]
    when = resolution.when if unit.step is None else resolution.steps[unit.step].when
    return () if when is None else (when,)


def _rule(subject: Subject, unit: _Unit) -> Diagnosis | Resolution:
    """The rule that a unit is part of."""
    knowledge = subject.model.knowledge
    if unit.resolution is None:
        return knowledge.diagnoses[unit.diagnosis or 0]
    return knowledge.resolutions[unit.resolution]


def _place(subject: Subject, unit: _Unit) -> tuple[Location, str]:
    """Where a unit is written, and what it is called."""
    knowledge, library = subject.model.knowledge, subject.library
    if unit.resolution is None:
        id_ = knowledge.diagnoses[unit.diagnosis or 0].id
        return library.diagnosis(id_), f"the diagnosis {id_}"
    resolution = knowledge.resolutions[unit.resolution]
    if unit.step is None:
        return library.resolution(resolution.id), f"the resolution {resolution.id}"
    step = resolution.steps[unit.step]
    return library.step(resolution.id, step.id), f"the step {step.id}"
