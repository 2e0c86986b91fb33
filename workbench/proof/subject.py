"""A library under proof: its places, its engine and its model, and the search for environments that show something."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Any

from engine.compiled import Decision
from engine.engine import Engine, EngineChoice
from engine.fact_parser import FactsRefused
from engine.fact_state import Key
from engine.outcome import Outcome
from kb.conditions import Concluded, leaves
from kb.model import Diagnosis, NoteRule, Resolution
from kb.values import UNKNOWN, Value
from workbench.checks import Issue, IssueKind, LibrarySource, Location, Severity, Witness
from workbench.examples import facts_of
from workbench.proof.diagrams import ALL, EMPTY, TooLarge
from workbench.proof.model import Model
from workbench.proof.realising import Facts, Realiser
from workbench.proof.space import Space

BUDGET = 100_000
"""Diagram nodes that one question may visit."""

_SEEN = 8
"""Values of examples that are tried for one fact."""

MAX_PATHS = 60
"""Ways through a diagram for which facts are looked for."""

UNPROVEN = IssueKind("KB490", Severity.NOTE, "A question that could not be settled within bounds")


class SearchResult(Enum):
    """What came of a search: nothing of the kind can be, here is one, or neither could be shown."""

    NEVER = auto()
    FOUND = auto()
    OPEN = auto()


@dataclass(slots=True)
class Work:
    """What was done, for the record."""

    questions: int = 0
    witnesses: int = 0
    open: int = 0


@dataclass(frozen=True)
class Subject:
    """A library under proof.

    Attributes:
        memory: what several proofs need and one worked out.
        article: the one article that is put to the proof; all of them where it is left out.
    """

    library: LibrarySource
    engine: Engine
    model: Model
    realiser: Realiser
    work: Work = field(default_factory=Work)
    memory: dict[object, Any] = field(default_factory=dict)
    article: str | None = None

    def concerns(self, rule: Diagnosis | Resolution | NoteRule) -> bool:
        """Whether a rule is put to the proof: it is of the one article that is, or any is."""
        return self.article in (None, rule.article)

    def search(
        self,
        where: Callable[[], int],
        shows: Callable[[Facts], bool] | None = None,
        *,
        complete: bool = False,
        paths: int = MAX_PATHS,
    ) -> tuple[SearchResult, Facts]:
        """Facts from a region of the space.

        Args:
            where: works out the region.
            shows: whether facts, run, really show what is looked for.
            complete: every question is to be answered.
            paths: ways through the diagram of the region for which facts are looked for.
        """
        self.work.questions += 1
        self.model.diagrams.question()
        try:
            region = where()
        except (TooLarge, RecursionError):
            self.work.open += 1
            return SearchResult.OPEN, {}
        if region == EMPTY:
            return SearchResult.NEVER, {}
        for number, path in enumerate(self.model.diagrams.paths(region)):
            if number == paths:
                break
            facts = self.realiser.facts(path, complete=complete)
            if facts is not None and shows is not None and not shows(facts) and self._excluding:
                # What excludes another has to be asked before the other is confirmed.
                facts = {**dict.fromkeys(self.model.space.asked(), UNKNOWN), **facts}
            if facts is not None and (shows is None or shows(facts)):
                self.work.witnesses += 1
                return SearchResult.FOUND, facts
        self.work.open += 1
        return SearchResult.OPEN, {}

    def decide(self, facts: Facts) -> Decision:
        """What the engine decides for facts."""
        return self.engine.program.decide(self.engine.program.deriver.derive_state(facts).key)

    def confirmed(self, facts: Facts) -> frozenset[int]:
        """The positions of the diagnoses that facts confirm."""
        program = self.engine.program
        key = program.deriver.derive_state(facts).key
        if self._chained:
            return frozenset(d for d, _ in program.decide(key).confirmed)
        return frozenset(
            d
            for d, diagnosis in enumerate(program.diagnoses)
            if any(self._holds(key, d, i) for i in range(len(diagnosis.instances)))
        )

    def confirms(self, facts: Facts, d: int, i: int) -> bool:
        """Whether facts confirm an instance of a diagnosis."""
        key = self.engine.program.deriver.derive_state(facts).key
        if self._chained:
            return (d, i) in self.engine.program.decide(key).confirmed
        return self._holds(key, d, i)

    def _holds(self, key: Key, d: int, i: int) -> bool:
        """The same without looking at any other rule; where no diagnosis rests on another one, none need be."""
        diagnosis = self.engine.program.diagnoses[d]
        requirements = (diagnosis.scope, diagnosis.instances[i].requires)
        return all(each.that.evaluate(key.true, key.false) is True for part in requirements for each in part)

    @cached_property
    def _chained(self) -> bool:
        """Whether a diagnosis has a condition on another one, or excludes it."""
        return self._excluding or any(
            isinstance(leaf, Concluded)
            for diagnosis in self.model.knowledge.diagnoses
            for each in (*diagnosis.applies_when, *(one for i in diagnosis.instances for one in i.requires))
            for leaf in leaves(each.that)
        )

    @cached_property
    def _excluding(self) -> bool:
        return any(diagnosis.excludes for diagnosis in self.model.knowledge.diagnoses)

    def outcome(self, facts: Mapping[str, Value]) -> Outcome:
        """What the engine says of facts."""
        return self.engine.diagnose(plain(facts))

    def satisfiable_part(self, conditions: list[int]) -> tuple[int, int]:
        """How many of some regions overlap, taken in their order, and where those do."""
        together = ALL
        for position, each in enumerate(conditions):
            narrower = self.model.diagrams.both(together, each)
            if narrower == EMPTY:
                return position, together
            together = narrower
        return len(conditions), together

    def witness(self, name: str, facts: Facts, expect: Mapping[str, object]) -> Witness:
        """A witness of these facts."""
        return Witness(name, plain(facts), expect)

    def unproven(self, at: Location, what: str) -> Issue:
        """An issue that says what stayed open."""
        return Issue(
            UNPROVEN,
            at,
            f"it could not be settled within bounds whether {what}; split the rule, or show it by examples",
        )


def subject_of(library: LibrarySource, budget: int = BUDGET, article: str | None = None) -> Subject:
    """A library, or one article in it, ready to be put to the proof."""
    engine = Engine(library.knowledge, EngineChoice.COMPILED)
    space = Space([engine.program], budget)
    model, realiser = Model(engine.program, space), Realiser(space, _seen(library, engine))
    return Subject(library, engine, model, realiser, article=article)


def _seen(library: LibrarySource, engine: Engine) -> Mapping[str, tuple[Value, ...]]:
    """The values that the examples give to facts: what a library speaks of is seldom made up."""
    found: dict[str, dict[Value, None]] = {}
    for _, written in library.examples:
        for example in written.examples:
            try:
                facts = engine.parser.parse(facts_of(example, written.base))
            except FactsRefused:  # which the examples are told for
                continue
            for key, value in facts.items():
                values = found.setdefault(key, {})
                if value != UNKNOWN and len(values) < _SEEN:
                    values[value] = None
    return {key: tuple(values) for key, values in found.items()}


def plain(facts: Mapping[str, object]) -> dict[str, object]:
    """Facts in the shape of JSON."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in facts.items()}


def name_of(diagnosis: str, member: str | None) -> str:
    """An instance of a diagnosis, as conditions and examples name it."""
    return f"{diagnosis}.{member}" if member else diagnosis


def instances(subject: Subject) -> Iterator[tuple[int, int, str]]:
    """The positions of every diagnosis and instance, and the name."""
    for d, diagnosis in enumerate(subject.model.knowledge.diagnoses):
        for i, instance in enumerate(diagnosis.instances):
            yield d, i, name_of(diagnosis.id, instance.member)
