"""A knowledge base as an engine needs it: every condition compiled, and indexed by the facts that it looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.logic import Compiler, Evaluate, Reach, Undecided
from kb.conditions import ALWAYS, Concluded, Condition, Operator, Test, leaves
from kb.model import (
    CommandAlternative,
    Diagnosis,
    Instance,
    KnowledgeBase,
    NoteRule,
    Requirement,
    Resolution,
    Step,
    Wording,
)

HELPED = "helped"
NO_CHANGE = "no_change"


@dataclass(frozen=True, slots=True)
class CompiledCondition:
    """A condition with what it is worth, which tests leave it open, whether it may still hold, and all it mentions."""

    evaluate: Evaluate
    undecided: Undecided
    reach: Reach
    mentioned: int


@dataclass(frozen=True, slots=True)
class CompiledWordings:
    """Alternative words, each with the condition under which they are said."""

    wordings: tuple[tuple[Wording, CompiledCondition], ...]


@dataclass(frozen=True, slots=True)
class CompiledCommands:
    """Alternative commands, each with the condition under which it is the one."""

    alternatives: tuple[tuple[CommandAlternative, CompiledCondition], ...]


@dataclass(frozen=True, slots=True)
class CompiledRequirement:
    """A requirement with its condition and the words for its failure."""

    requirement: Requirement
    that: CompiledCondition
    otherwise: CompiledWordings


@dataclass(frozen=True, slots=True)
class CompiledAccount:
    """A symptom that an instance explains, by its position, and where."""

    symptom: int
    where: CompiledCondition


@dataclass(frozen=True, slots=True)
class CompiledInstance:
    """An instance of a diagnosis; `bit` says to conditions that speak of it that it is confirmed."""

    instance: Instance
    requires: tuple[CompiledRequirement, ...]
    explains: tuple[CompiledAccount, ...]
    bit: int


@dataclass(frozen=True, slots=True)
class CompiledDiagnosis:
    """A diagnosis; `bit` says to conditions that speak of it that at least one instance is confirmed.

    Attributes:
        article: the position of its article among those that have diagnoses.
        scope: what makes its article apply.
        excluders: the positions of the diagnoses that exclude it.
        resolutions: the positions of the resolutions for it.
        explains: whether it names a symptom.
        in_vain, helped: the bits that say of its resolutions that one was tried without effect, or helped.
    """

    diagnosis: Diagnosis
    article: int
    scope: tuple[CompiledRequirement, ...]
    instances: tuple[CompiledInstance, ...]
    bit: int
    excluders: tuple[int, ...]
    resolutions: tuple[int, ...]
    explains: bool
    in_vain: int
    helped: int

    @property
    def spoken_of(self) -> bool:
        """Whether a condition speaks of it, or of an instance of it."""
        return bool(self.bit or any(instance.bit for instance in self.instances))


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """A step of a resolution; `instances` are the positions (diagnosis, instance) of those that decide it."""

    step: Step
    when: CompiledCondition
    verify_when: CompiledCondition | None
    because: CompiledWordings
    run: CompiledCommands
    check: CompiledCommands
    undo: CompiledCommands
    instances: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class CompiledResolution:
    """A resolution, with the positions of its diagnoses."""

    resolution: Resolution
    when: CompiledCondition
    steps: tuple[CompiledStep, ...]
    diagnoses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CompiledNoteRule:
    """A note with its condition."""

    note_rule: NoteRule
    when: CompiledCondition


class CompiledKnowledge:
    """Everything compiled, in the order of the knowledge base.

    Attributes:
        symptoms: what diagnoses explain, each once.
        articles: the positions of the diagnoses of each article that has any.
        tried_facts: by resolution, the fact that tells what came of it.
        checks: for facts with several ways to find them out, the ways with their conditions.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.compiler = Compiler()
        self._compiled: dict[Condition, CompiledCondition] = {}
        self.position = {each.id: position for position, each in enumerate(knowledge.diagnoses)}
        self._spoken_of = _spoken_of(knowledge)
        self._symptoms: dict[Condition, int] = {}
        self.tried_facts = {fact.tried: key for key, fact in knowledge.facts.items() if fact.tried is not None}
        self._articles: dict[str, int] = {}
        self._resolutions_of = _by_diagnosis(knowledge)
        self._excluders: dict[str, list[int]] = {}
        for position, diagnosis in enumerate(knowledge.diagnoses):
            for other in diagnosis.excludes:
                self._excluders.setdefault(other, []).append(position)
        self.diagnoses = tuple(self._diagnosis(each) for each in knowledge.diagnoses)
        self.symptoms = tuple(self.condition(each) for each in self._symptoms)
        self.articles = tuple(
            tuple(d for d, each in enumerate(self.diagnoses) if each.article == article)
            for article in self._articles.values()
        )
        self.resolutions = tuple(self._resolution(each) for each in knowledge.resolutions)
        self.note_rules = tuple(CompiledNoteRule(each, self.condition(each.when)) for each in knowledge.note_rules)
        self.valid_when = {
            key: self.condition(fact.valid_when.when)
            for key, fact in knowledge.facts.items()
            if fact.valid_when is not None
        }
        self.checks = {
            key: tuple((self.condition(each.when), each.check) for each in fact.how_to_check_where)
            for key, fact in knowledge.facts.items()
            if fact.how_to_check_where
        }

    @property
    def seen(self) -> tuple[Condition, ...]:
        """The symptoms as conditions, in order."""
        return tuple(self._symptoms)

    def deciding(self) -> Iterator[CompiledCondition]:
        """Every condition that decides something; those that only choose among words and commands do not."""
        for diagnosis in self.diagnoses:
            yield from (each.that for each in diagnosis.scope)
            for instance in diagnosis.instances:
                yield from (each.that for each in instance.requires)
                yield from (each.where for each in instance.explains)
        yield from self.symptoms
        for resolution in self.resolutions:
            yield resolution.when
            yield from (step.when for step in resolution.steps)

    def condition(self, condition: Condition | None) -> CompiledCondition:
        """A condition, compiled once."""
        condition = ALWAYS if condition is None else condition
        known = self._compiled.get(condition)
        if known is None:
            mentioned = 0
            for leaf in leaves(condition):
                mentioned |= self.compiler.bit(leaf)
            known = self._compiled[condition] = CompiledCondition(
                self.compiler.evaluate(condition),
                self.compiler.undecided(condition),
                self.compiler.reach(condition),
                mentioned,
            )
        return known

    def _wordings(self, wordings: Iterable[Wording]) -> CompiledWordings:
        return CompiledWordings(tuple((each, self.condition(each.when)) for each in wordings))

    def _commands(self, alternatives: Iterable[CommandAlternative]) -> CompiledCommands:
        return CompiledCommands(tuple((each, self.condition(each.when)) for each in alternatives))

    def _requirement(self, requirement: Requirement) -> CompiledRequirement:
        return CompiledRequirement(requirement, self.condition(requirement.that), self._wordings(requirement.otherwise))

    def _concluded(self, diagnosis: str, member: str | None) -> int:
        """The bit of a conclusion; none where no condition speaks of it."""
        leaf = Concluded(diagnosis=diagnosis, member=member)
        return self.compiler.bit(leaf) if leaf in self._spoken_of else 0

    def _diagnosis(self, diagnosis: Diagnosis) -> CompiledDiagnosis:
        article = self._articles.setdefault(diagnosis.article, len(self._articles))
        resolutions = self._resolutions_of.get(diagnosis.id, ())
        in_vain = helped = 0
        for r in resolutions:
            in_vain |= self._tried(r, NO_CHANGE)
            helped |= self._tried(r, HELPED)
        return CompiledDiagnosis(
            diagnosis,
            article,
            tuple(self._requirement(each) for each in diagnosis.applies_when),
            tuple(self._instance(diagnosis, each) for each in diagnosis.instances),
            self._concluded(diagnosis.id, None),
            tuple(self._excluders.get(diagnosis.id, ())),
            tuple(resolutions),
            any(each.explains for each in diagnosis.instances),
            in_vain,
            helped,
        )

    def _instance(self, diagnosis: Diagnosis, instance: Instance) -> CompiledInstance:
        return CompiledInstance(
            instance,
            tuple(self._requirement(each) for each in instance.requires),
            tuple(
                CompiledAccount(self._symptoms.setdefault(each.seen, len(self._symptoms)), self.condition(each.where))
                for each in instance.explains
            ),
            self._concluded(diagnosis.id, instance.member) if instance.member else 0,
        )

    def _tried(self, resolution: int, value: str) -> int:
        id_ = self.knowledge.resolutions[resolution].id
        key = self.tried_facts.get(id_)
        if key is None:
            return 0
        return self.compiler.bit(Test(fact=key, operator=Operator.ONE_OF, operands=(value,)))

    def _resolution(self, resolution: Resolution) -> CompiledResolution:
        positions = tuple(self.position[each] for each in resolution.diagnoses)
        return CompiledResolution(
            resolution,
            self.condition(resolution.when),
            tuple(self._step(step, positions) for step in resolution.steps),
            positions,
        )

    def _step(self, step: Step, positions: tuple[int, ...]) -> CompiledStep:
        instances = tuple(
            (d, i)
            for d in positions
            for i, instance in enumerate(self.knowledge.diagnoses[d].instances)
            if step.member is not None and instance.member == step.member
        )
        return CompiledStep(
            step,
            self.condition(step.when),
            None if step.verify_when is None else self.condition(step.verify_when),
            self._wordings(step.because),
            self._commands(step.run),
            self._commands(step.check),
            self._commands(step.undo),
            instances,
        )


def _spoken_of(knowledge: KnowledgeBase) -> frozenset[Concluded]:
    """The conclusions that conditions speak of."""
    return frozenset(
        leaf for condition in conditions_of(knowledge) for leaf in leaves(condition) if isinstance(leaf, Concluded)
    )


def conditions_of(knowledge: KnowledgeBase) -> Iterator[Condition]:
    """Every condition of a knowledge base."""
    for diagnosis in knowledge.diagnoses:
        for requirement in (*diagnosis.applies_when, *(each for one in diagnosis.instances for each in one.requires)):
            yield requirement.that
            yield from (each.when for each in requirement.otherwise if each.when is not None)
        for account in (each for instance in diagnosis.instances for each in instance.explains):
            yield account.seen
            if account.where is not None:
                yield account.where
    for resolution in knowledge.resolutions:
        if resolution.when is not None:
            yield resolution.when
        for step in resolution.steps:
            for when in (step.when, step.verify_when, *(each.when for each in step.because)):
                if when is not None:
                    yield when
            yield from (each.when for each in (*step.run, *step.check, *step.undo) if each.when is not None)
    yield from (each.when for each in knowledge.note_rules)
    for fact in knowledge.facts.values():
        if fact.valid_when is not None:
            yield fact.valid_when.when
        yield from (each.when for each in fact.how_to_check_where)


def _by_diagnosis(knowledge: KnowledgeBase) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for position, resolution in enumerate(knowledge.resolutions):
        for id_ in resolution.diagnoses:
            found.setdefault(id_, []).append(position)
    return found
