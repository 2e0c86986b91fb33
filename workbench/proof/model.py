"""What every rule comes to, as diagrams: where a condition holds, where it fails, and where neither is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.compiled import Program
from kb.conditions import All, Any, Concluded, Condition, Not, Test
from kb.model import Diagnosis, Instance, KnowledgeBase, NoteKind, NoteRule, Resolution, Step
from workbench.proof.diagrams import ALL, EMPTY, TooLarge
from workbench.proof.space import Space


@dataclass(frozen=True, slots=True)
class Worth:
    """Where a condition holds, and where it fails; everywhere else it is unknown."""

    true: int
    false: int


class Model:
    """The rules of one program over its space. Everything is worked out when first asked for, and kept."""

    def __init__(self, program: Program, space: Space) -> None:
        self.program = program
        self.knowledge: KnowledgeBase = program.knowledge
        self.space = space
        self.diagrams = self.space.diagrams
        self._by_id = {diagnosis.id: diagnosis for diagnosis in self.knowledge.diagnoses}
        self._excluders: dict[str, list[Diagnosis]] = {}
        for diagnosis in self.knowledge.diagnoses:
            for other in diagnosis.excludes:
                self._excluders.setdefault(other, []).append(diagnosis)
        self._worths: dict[int, Worth] = {}
        self._confirmed: dict[tuple[str, str | None], Worth | None] = {}
        self._always = Worth(ALL, EMPTY)

    def worth(self, condition: Condition | None) -> Worth:
        """What a condition is worth; none at all always holds."""
        if condition is None:
            return self._always
        known = self._worths.get(id(condition))
        if known is None:
            known = self._worth(condition)
            self._worths[id(condition)] = known
        return known

    def diagnosis(self, diagnosis: Diagnosis) -> Worth:
        """Where a diagnosis is confirmed, and where it is ruled out."""
        return self._kept(
            (diagnosis.id, None), lambda: self._any([self.instance(diagnosis, each) for each in diagnosis.instances])
        )

    def instance(self, diagnosis: Diagnosis, instance: Instance) -> Worth:
        """The same for one instance.

        What is not known counts as asked, so that whatever excludes it and is not confirmed is beyond being so.
        """
        key = (diagnosis.id, instance.member or "")
        return self._kept(key, lambda: self._instance(diagnosis, instance))

    def excluders(self, diagnosis: Diagnosis) -> tuple[Diagnosis, ...]:
        """The diagnoses that exclude one."""
        return tuple(self._excluders.get(diagnosis.id, ()))

    def required(self, diagnosis: Diagnosis, instance: Instance) -> Worth:
        """What its article's conditions and its own requirements come to, whatever excludes it."""
        return self._all([self.worth(each.that) for each in (*diagnosis.applies_when, *instance.requires)])

    def _instance(self, diagnosis: Diagnosis, instance: Instance) -> Worth:
        own = self.required(diagnosis, instance)
        excluded = self.diagrams.any_of([self.diagnosis(each).true for each in self.excluders(diagnosis)])
        return Worth(self.diagrams.without(own.true, excluded), self.diagrams.either(own.false, excluded))

    def diagnoses_of(self, resolution: Resolution) -> tuple[Diagnosis, ...]:
        """The diagnoses that a resolution is for."""
        return tuple(self._by_id[id_] for id_ in resolution.diagnoses)

    def called_for(self, resolution: Resolution) -> int:
        """Where a diagnosis that a resolution is for is confirmed."""
        return self.diagrams.any_of([self.diagnosis(each).true for each in self.diagnoses_of(resolution)])

    def offered(self, resolution: Resolution) -> int:
        """Where a resolution is told, be it with the caution that it may not be open."""
        return self.diagrams.without(self.called_for(resolution), self.worth(resolution.when).false)

    def step_instance(self, resolution: Resolution, step: Step) -> Worth:
        """The instances that decide a step; one for no member is decided by nothing but its own condition."""
        instances = [
            self.instance(diagnosis, instance)
            for diagnosis in self.diagnoses_of(resolution)
            for instance in diagnosis.instances
            if step.member is not None and instance.member == step.member
        ]
        return self._any(instances) if instances else self._always

    def step_skipped(self, resolution: Resolution, step: Step) -> int:
        """Where a step is skipped, if its resolution is told."""
        return self.diagrams.either(self.worth(step.when).false, self.step_instance(resolution, step).false)

    def step_done(self, resolution: Resolution, step: Step) -> int:
        """Where a step is to be done: its turn is come, its way out is open, and what fills it fits."""
        unfit = [
            self.worth(fact.valid_when.when).false
            for key in step.blanks
            if (fact := self.knowledge.facts.get(key)) is not None and fact.valid_when is not None
        ]
        done = self.diagrams.all_of(
            (
                self.called_for(resolution),
                self.worth(resolution.when).true,
                self.worth(step.when).true,
                self.step_instance(resolution, step).true,
            )
        )
        return self.diagrams.without(done, self.diagrams.any_of(unfit))

    def first_failure(self, diagnosis: Diagnosis, instance: Instance, position: int) -> int:
        """Where a requirement is the one whose words are said: the first of its instance that fails."""
        passed = [self.diagrams.outside(self.worth(each.that).false) for each in instance.requires[:position]]
        passed += [self.diagrams.outside(self.worth(each.that).false) for each in diagnosis.applies_when]
        return self.diagrams.all_of([self.worth(instance.requires[position].that).false, *passed])

    def notes(self) -> tuple[NoteRule, ...]:
        """The notes that are no contradictions."""
        return tuple(note_rule for note_rule in self.knowledge.note_rules if note_rule.kind is NoteKind.NOTE)

    def _worth(self, condition: Condition) -> Worth:
        match condition:
            case Test():
                return Worth(*self.space.passing(condition))
            case Concluded():
                diagnosis = self._by_id[condition.diagnosis]
                for instance in diagnosis.instances:
                    if condition.member is not None and instance.member == condition.member:
                        return self.instance(diagnosis, instance)
                return self.diagnosis(diagnosis)
            case Not():
                worth = self.worth(condition.part)
                return Worth(worth.false, worth.true)
            case All():
                return self._all([self.worth(part) for part in condition.parts])
            case Any():
                return self._any([self.worth(part) for part in condition.parts])

    def _all(self, worths: Sequence[Worth]) -> Worth:
        return Worth(
            self.diagrams.all_of([each.true for each in worths]), self.diagrams.any_of([each.false for each in worths])
        )

    def _any(self, worths: Sequence[Worth]) -> Worth:
        return Worth(
            self.diagrams.any_of([each.true for each in worths]), self.diagrams.all_of([each.false for each in worths])
        )

    def _kept(self, key: tuple[str, str | None], make: Callable[[], Worth]) -> Worth:
        """What was worked out before; what was too large once is not tried again."""
        if key not in self._confirmed:
            try:
                self._confirmed[key] = make()
            except (TooLarge, RecursionError):
                self._confirmed[key] = None
        kept = self._confirmed[key]
        if kept is None:
            raise TooLarge
        return kept
