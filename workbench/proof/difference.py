"""Compares two libraries by effect: for which answers, exactly, something else comes about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.engine import Engine, EngineChoice
from engine.fact_parser import FactsRefused
from engine.outcome import Outcome
from kb import KnowledgeBase
from workbench.proof.diagrams import EMPTY, TooLarge
from workbench.proof.effects import Effect, effects
from workbench.proof.model import Model
from workbench.proof.realising import Facts, Realiser
from workbench.proof.space import Space
from workbench.proof.subject import BUDGET, MAX_PATHS, plain


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """An effect that comes about for other answers than before.

    Attributes:
        new: combinations for which it comes about now and did not.
        gone: combinations for which it did and does not any more.
        example: facts, as `diagnose` takes them, for which the two outcomes differ; nothing where none was found.
    """

    effect: Effect
    new: int
    gone: int
    example: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class LibraryDifference:
    """What two libraries differ in.

    Attributes:
        combinations: of answers to all that conditions of either test.
        open: effects whose regions were too large to compare.
        facts_added, facts_removed: asked facts that only the one or the other has.
        derived_anew: derived facts that follow from something else now; what rests on them is compared as if it had
            not changed.
        values: closed facts whose choices differ; only the choices of both are compared.
    """

    changes: tuple[OutcomeChange, ...]
    combinations: int
    open: tuple[Effect, ...]
    facts_added: tuple[str, ...]
    facts_removed: tuple[str, ...]
    derived_anew: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Two libraries over one space."""

    old: KnowledgeBase
    new: KnowledgeBase
    budget: int = BUDGET
    engines: tuple[Engine, Engine] = field(init=False)
    space: Space = field(init=False)

    def __post_init__(self) -> None:
        engines = (Engine(self.old, EngineChoice.COMPILED), Engine(self.new, EngineChoice.COMPILED))
        object.__setattr__(self, "engines", engines)
        object.__setattr__(self, "space", Space([each.program for each in engines], self.budget))

    def regions(self) -> Iterator[tuple[Effect, int | None, int | None]]:
        """Each effect that differs: where it is new and where it is gone; ``None`` where that is not known."""
        diagrams = self.space.diagrams
        before, after = (effects(Model(each.program, self.space)) for each in self.engines)
        for effect in dict.fromkeys((*before, *after)):
            old, new = before.get(effect, EMPTY), after.get(effect, EMPTY)
            if old == new and old is not None:
                continue
            diagrams.question()
            try:
                if old is None or new is None:
                    raise TooLarge
                yield effect, diagrams.without(new, old), diagrams.without(old, new)
            except (TooLarge, RecursionError):
                yield effect, None, None

    def example(self, regions: Sequence[int]) -> Facts | None:
        """Facts from one of some regions for which the two libraries' outcomes differ."""
        realiser = Realiser(self.space)
        for region in regions:
            for number, path in enumerate(self.space.diagrams.paths(region)):
                if number == MAX_PATHS:
                    break
                facts = realiser.facts(path)
                if facts is not None and self.differs(facts):
                    return facts
        return None

    def differs(self, facts: Facts) -> bool:
        """Whether the outcomes of the two libraries differ, apart from which library it is."""
        old, new = (_outcome(each, facts) for each in self.engines)
        return old is None or new is None or told(old) != told(new)


def difference(
    old: KnowledgeBase,
    new: KnowledgeBase,
    budget: int = BUDGET,
    about: Callable[[Effect], bool] = lambda _: True,
) -> LibraryDifference:
    """What two libraries differ in, by effect.

    Args:
        about: which effects are looked at.
    """
    comparison = Comparison(old, new, budget)
    weights, diagrams = comparison.space.weights, comparison.space.diagrams
    changes: list[OutcomeChange] = []
    still_open: list[Effect] = []
    for effect, new_region, gone_region in comparison.regions():
        if not about(effect):
            continue
        if new_region is None or gone_region is None:
            still_open.append(effect)
            continue
        facts = comparison.example([each for each in (new_region, gone_region) if each != EMPTY])
        changes.append(
            OutcomeChange(
                effect,
                diagrams.count(new_region, weights),
                diagrams.count(gone_region, weights),
                None if facts is None else plain(facts),
            )
        )
    return LibraryDifference(
        tuple(sorted(changes, key=lambda each: each.effect)),
        comparison.space.combinations,
        tuple(sorted(still_open)),
        tuple(key for key in new.facts if key not in old.facts),
        tuple(key for key in old.facts if key not in new.facts),
        tuple(
            key
            for key, fact in old.derived.items()
            if key in new.derived and new.derived[key].derivation != fact.derivation
        ),
        tuple(
            key
            for key, fact in old.facts.items()
            if key in new.facts and set(new.facts[key].labels) != set(fact.labels)
        ),
    )


def told(outcome: Outcome) -> dict[str, object]:
    """All that an outcome tells, without which library it rests on."""
    return outcome.model_dump(exclude={"knowledge", "facts"})


def _outcome(engine: Engine, facts: Facts) -> Outcome | None:
    try:
        return engine.diagnose(plain(facts))
    except FactsRefused:
        return None
