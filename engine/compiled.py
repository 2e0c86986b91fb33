"""The three-valued evaluator: rules compiled once, and from then on immutable and shared between threads.

It alone knows *unknown*, *why not* and *what next*. A decision depends on nothing but a `Key`, of which there are
finitely many, so decisions are remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from engine.fact_state import FactDeriver, Key
from engine.logic import Compiler, Evaluate, Truth, Undecided
from kb import KnowledgeBase
from kb.conditions import ALWAYS, Concluded, Condition, leaves
from kb.model import Diagnosis, Instance, NoteRule, Requirement, Resolution, Step, Wording

_REMEMBERED = 16384
"""Decisions kept; one takes a few kilobytes."""


@dataclass(frozen=True, slots=True)
class CompiledCondition:
    """A condition with what it is worth, which tests leave it open, and the bits of all that it mentions."""

    evaluate: Evaluate
    undecided: Undecided
    mentioned: int


@dataclass(frozen=True, slots=True)
class CompiledWordings:
    """Alternative words, each with the condition under which they are said."""

    wordings: tuple[tuple[Wording, CompiledCondition], ...]


@dataclass(frozen=True, slots=True)
class CompiledRequirement:
    """A requirement with its condition and the words for its failure."""

    requirement: Requirement
    that: CompiledCondition
    otherwise: CompiledWordings


@dataclass(frozen=True, slots=True)
class CompiledInstance:
    """An instance of a diagnosis; `bit` says to other conditions that it is confirmed."""

    instance: Instance
    requires: tuple[CompiledRequirement, ...]
    bit: int


@dataclass(frozen=True, slots=True)
class CompiledDiagnosis:
    """A diagnosis; `bit` says to other conditions that at least one instance is confirmed."""

    diagnosis: Diagnosis
    scope: tuple[CompiledRequirement, ...]
    instances: tuple[CompiledInstance, ...]
    bit: int


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """A step of a resolution; `instance` is the position of the instance that decides it."""

    step: Step
    when: CompiledCondition
    because: CompiledWordings
    instance: int | None


@dataclass(frozen=True, slots=True)
class CompiledResolution:
    """A resolution, with the position of its diagnosis."""

    resolution: Resolution
    when: CompiledCondition
    steps: tuple[CompiledStep, ...]
    diagnosis: int


@dataclass(frozen=True, slots=True)
class CompiledNoteRule:
    """A note with its condition."""

    note_rule: NoteRule
    when: CompiledCondition


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that answers decide, and why one would want to: an instance, a resolution or a step."""

    conditions: tuple[CompiledCondition, ...]
    diagnosis: int
    instance: int | None = None
    resolution: int | None = None
    step: int | None = None

    def open_bits(self, true: int, false: int) -> int:
        """The tests that can still change what all the conditions together are worth."""
        mask = 0
        for condition in self.conditions:
            worth = condition.evaluate(true, false)
            if worth is False:
                return 0
            if worth is None:
                mask |= condition.undecided(true, false)
        return mask


@dataclass(frozen=True, slots=True)
class DiagnosisDecision:
    """What holds of a diagnosis: its instances' states (``None``: possible), and the requirements that failed."""

    states: tuple[Truth, ...]
    failed_scope: tuple[int, ...]
    failed: tuple[tuple[int, ...], ...]
    open_facts: int
    undecided_tests: int

    @property
    def state(self) -> Truth:
        """Confirmed where any instance is, ruled out where all are."""
        if True in self.states:
            return True
        return None if None in self.states else False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a key decides.

    Attributes:
        resolutions: for each, ``None`` where its diagnosis is not confirmed, else a tuple: what its condition is worth.
        steps: for each resolution, each step's own condition and that of its instance.
        to_decide: the absent facts that can still change something, as bits; `units` are what they would decide.
        to_word: the absent facts that can still change only the words for it.
        note_rules: the positions of the notes to make.
        true, false: the bits, conclusions included.
        conclusions: for the bit of each conclusion that is open, the absent facts behind it.
    """

    diagnoses: tuple[DiagnosisDecision, ...]
    resolutions: tuple[tuple[Truth] | None, ...]
    steps: tuple[tuple[tuple[Truth, Truth], ...], ...]
    to_decide: int
    to_word: int
    units: tuple[int, ...]
    note_rules: tuple[int, ...]
    true: int
    false: int
    conclusions: Mapping[int, int]

    @property
    def confirmed(self) -> frozenset[tuple[int, int]]:
        """The positions of diagnosis and instance for all that is confirmed."""
        return frozenset(
            (d, i) for d, each in enumerate(self.diagnoses) for i, state in enumerate(each.states) if state is True
        )


class Program:
    """A knowledge base, compiled."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self._compiler = Compiler()
        self.diagnoses = tuple(self._diagnosis(each) for each in knowledge.diagnoses)
        positions = {each.id: position for position, each in enumerate(knowledge.diagnoses)}
        self.resolutions = tuple(self._resolution(each, positions[each.diagnosis]) for each in knowledge.resolutions)
        self.note_rules = tuple(CompiledNoteRule(each, self._condition(each.when)) for each in knowledge.note_rules)
        self.valid_when = {
            key: self._condition(fact.valid_when.when)
            for key, fact in knowledge.facts.items()
            if fact.valid_when is not None
        }
        self.deriver = FactDeriver(knowledge, self._compiler)
        self.bits = dict(self._compiler.bits)
        self._conclusion_bits = sum(bit for leaf, bit in self.bits.items() if isinstance(leaf, Concluded))
        self.units = tuple(self._units())
        self.facts_by_bit = {bit: key for key, bit in self.deriver.base_bits.items()}
        self.decide = lru_cache(maxsize=_REMEMBERED)(self._decide)

    def facts_of(self, mask: int) -> Iterator[str]:
        """The facts whose bits are set, in the order of the vocabulary."""
        while mask:
            lowest = mask & -mask
            yield self.facts_by_bit[lowest]
            mask ^= lowest

    def open_facts(self, tests: int, key: Key, conclusions: Mapping[int, int]) -> int:
        """The absent facts behind open tests; `conclusions` has those behind an open diagnosis."""
        mask = 0
        deriver = self.deriver
        while tests:
            lowest = tests & -tests
            fact = deriver.fact_of_bit.get(lowest)
            if fact is None:
                mask |= conclusions.get(lowest, 0)
                tests ^= lowest
            else:
                mask |= key.openings[deriver.position[fact]]
                tests &= ~deriver.masks[fact]
        return mask

    def choose(self, wordings: CompiledWordings, decision: Decision) -> Wording | None:
        """The first wording that is called for."""
        for wording, when in wordings.wordings:
            if when.evaluate(decision.true, decision.false) is True:
                return wording
        return None

    def _condition(self, condition: Condition | None) -> CompiledCondition:
        condition = ALWAYS if condition is None else condition
        mentioned = 0
        for leaf in leaves(condition):
            mentioned |= self._compiler.bit(leaf)
        return CompiledCondition(self._compiler.evaluate(condition), self._compiler.undecided(condition), mentioned)

    def _wordings(self, wordings: Iterable[Wording]) -> CompiledWordings:
        return CompiledWordings(tuple((each, self._condition(each.when)) for each in wordings))

    def _requirement(self, requirement: Requirement) -> CompiledRequirement:
        return CompiledRequirement(
            requirement, self._condition(requirement.that), self._wordings(requirement.otherwise)
        )

    def _diagnosis(self, diagnosis: Diagnosis) -> CompiledDiagnosis:
        return CompiledDiagnosis(
            diagnosis,
            tuple(self._requirement(each) for each in diagnosis.scope),
            tuple(
                CompiledInstance(
                    instance,
                    tuple(self._requirement(each) for each in instance.requires),
                    self._compiler.bit(Concluded(diagnosis=diagnosis.id, member=instance.member))
                    if instance.member
                    else 0,
                )
                for instance in diagnosis.instances
            ),
            self._compiler.bit(Concluded(diagnosis=diagnosis.id)),
        )

    def _resolution(self, resolution: Resolution, diagnosis: int) -> CompiledResolution:
        members = [instance.member for instance in self.knowledge.diagnoses[diagnosis].instances]
        return CompiledResolution(
            resolution,
            self._condition(resolution.when),
            tuple(
                CompiledStep(
                    step,
                    self._condition(step.when),
                    self._wordings(step.because),
                    None if step.member is None else members.index(step.member),
                )
                for step in resolution.steps
            ),
            diagnosis,
        )

    def _units(self) -> Iterator[Unit]:
        for d, diagnosis in enumerate(self.diagnoses):
            scope = tuple(each.that for each in diagnosis.scope)
            for i, instance in enumerate(diagnosis.instances):
                yield Unit((*scope, *(each.that for each in instance.requires)), d, instance=i)
        for r, resolution in enumerate(self.resolutions):
            yield Unit((resolution.when,), resolution.diagnosis, resolution=r)
            for s, step in enumerate(resolution.steps):
                yield Unit((step.when,), resolution.diagnosis, instance=step.instance, resolution=r, step=s)

    def decide_as_fired(self, key: Key, fired: frozenset[tuple[int, int]]) -> Decision:
        """The decision where another engine says which instances (diagnosis, instance) are confirmed."""
        decision = self.decide(key)
        return decision if decision.confirmed == fired else self._decide(key, fired)

    def _decide(self, key: Key, fired: frozenset[tuple[int, int]] | None = None) -> Decision:
        true, false = key.true, key.false
        conclusions: dict[int, int] = {}
        behind: dict[int, int] = {}
        diagnoses: list[DiagnosisDecision] = []
        to_word = 0
        for d, diagnosis in enumerate(self.diagnoses):
            decided = self._decide_diagnosis(diagnosis, key, true, false, conclusions, behind)
            if fired is not None:
                decided = replace(decided, states=_as_fired(decided.states, {i for each, i in fired if each == d}))
            diagnoses.append(decided)
            for instance, state in zip(diagnosis.instances, decided.states, strict=True):
                true, false = _note(true, false, instance.bit, state)
            true, false = _note(true, false, diagnosis.bit, decided.state)
            conclusions[diagnosis.bit] = decided.open_facts
            behind[diagnosis.bit] = decided.undecided_tests
        resolutions: list[tuple[Truth] | None] = []
        steps: list[tuple[tuple[Truth, Truth], ...]] = []
        for resolution in self.resolutions:
            states = diagnoses[resolution.diagnosis].states
            worth = (resolution.when.evaluate(true, false),) if True in states else None
            resolutions.append(worth)
            if worth is None or worth[0] is False:
                steps.append(())
                continue
            steps.append(
                tuple(
                    (step.when.evaluate(true, false), True if step.instance is None else states[step.instance])
                    for step in resolution.steps
                )
            )
            for step in resolution.steps:
                to_word |= self._open_words(step.because, key, true, false, conclusions)
        to_word |= self._open_exclusions(diagnoses, key, true, false, conclusions)
        to_decide = 0
        units: list[int] = []
        for u, unit in enumerate(self.units):
            mask = self._open_unit(unit, diagnoses, resolutions, key, true, false, conclusions)
            if mask:
                to_decide |= mask
                units.append(u)
        note_rules = tuple(
            r for r, note_rule in enumerate(self.note_rules) if note_rule.when.evaluate(true, false) is True
        )
        return Decision(
            tuple(diagnoses),
            tuple(resolutions),
            tuple(steps),
            to_decide,
            to_word & ~to_decide,
            tuple(units),
            note_rules,
            true,
            false,
            conclusions,
        )

    def _expanded(self, tests: int, behind: dict[int, int]) -> int:
        """Open bits with each conclusion among them replaced by the tests that leave it open."""
        concluded = tests & self._conclusion_bits
        tests ^= concluded
        while concluded:
            lowest = concluded & -concluded
            tests |= behind.get(lowest, 0)
            concluded ^= lowest
        return tests

    def _decide_diagnosis(
        self,
        diagnosis: CompiledDiagnosis,
        key: Key,
        true: int,
        false: int,
        conclusions: dict[int, int],
        behind: dict[int, int],
    ) -> DiagnosisDecision:
        scope = [each.that.evaluate(true, false) for each in diagnosis.scope]
        failed_scope = tuple(position for position, worth in enumerate(scope) if worth is False)
        states: list[Truth] = []
        failed: list[tuple[int, ...]] = []
        open_facts = undecided = 0
        for instance in diagnosis.instances:
            worths = [each.that.evaluate(true, false) for each in instance.requires]
            failures = tuple(position for position, worth in enumerate(worths) if worth is False)
            failed.append(failures)
            state: Truth = None
            if failed_scope or failures:
                state = False
            elif None not in scope and None not in worths:
                state = True
            states.append(state)
            if state is None:
                tests = 0
                for each in (*diagnosis.scope, *instance.requires):
                    tests |= each.that.undecided(true, false)
                facts = self.open_facts(tests, key, conclusions)
                # To a condition that rests on this instance, what is open here is open there.
                tests = self._expanded(tests, behind)
                behind[instance.bit] = tests
                conclusions[instance.bit] = facts
                open_facts |= facts
                undecided |= tests
        return DiagnosisDecision(tuple(states), failed_scope, tuple(failed), open_facts, undecided)

    def _open_unit(
        self,
        unit: Unit,
        diagnoses: list[DiagnosisDecision],
        resolutions: list[tuple[Truth] | None],
        key: Key,
        true: int,
        false: int,
        conclusions: dict[int, int],
    ) -> int:
        """The absent facts that can still change a unit; none while it is not its turn."""
        if unit.resolution is not None:
            worth = resolutions[unit.resolution]
            if worth is None or (unit.step is not None and worth[0] is False):
                return 0
            if unit.instance is not None and diagnoses[unit.diagnosis].states[unit.instance] is False:
                return 0
        return self.open_facts(unit.open_bits(true, false), key, conclusions)

    def _open_exclusions(
        self, diagnoses: list[DiagnosisDecision], key: Key, true: int, false: int, conclusions: dict[int, int]
    ) -> int:
        mask = 0
        for diagnosis, decided in zip(self.diagnoses, diagnoses, strict=True):
            if decided.state is not False:
                continue
            for position in decided.failed_scope:
                mask |= self._open_words(diagnosis.scope[position].otherwise, key, true, false, conclusions)
            if decided.failed_scope:
                continue
            for instance, failures in zip(diagnosis.instances, decided.failed, strict=True):
                for position in failures[:1]:
                    mask |= self._open_words(instance.requires[position].otherwise, key, true, false, conclusions)
        return mask

    def _open_words(
        self, wordings: CompiledWordings, key: Key, true: int, false: int, conclusions: dict[int, int]
    ) -> int:
        mask = 0
        for _, when in wordings.wordings:
            worth = when.evaluate(true, false)
            if worth is True:
                break
            if worth is None:
                mask |= self.open_facts(when.undecided(true, false), key, conclusions)
        return mask


def _as_fired(states: tuple[Truth, ...], fired: set[int]) -> tuple[Truth, ...]:
    """States with the confirmed ones as another engine has them; one that only we confirm is left possible."""
    return tuple(True if i in fired else None if state is True else state for i, state in enumerate(states))


def _note(true: int, false: int, bit: int, state: Truth) -> tuple[int, int]:
    if state is True:
        return true | bit, false
    if state is False:
        return true, false | bit
    return true, false
