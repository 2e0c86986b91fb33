"""Puts the facts worth asking in order: what an answer is expected to save, for what it costs to get.

For each fact that can still decide something, every answer is tried on the things that it touches, weighted by
how often it is given. What an answer saves is the effort of the questions that it makes pointless there. That
expected saving, divided by the fact's own effort, is its score. Greedy, and sound: no fact outside a decision's
`to_decide` is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from engine.compiled import Decision, Program, Unit
from engine.fact_state import Key
from kb.model import Fact
from kb.values import FactType, Value

_REMEMBERED = 16384
_CANDIDATES = 60
"""Facts whose answers are tried; in a library with more open ones, those that touch most are tried."""


class Ranking:
    """Ranks facts for one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._deriver = program.deriver
        knowledge = program.knowledge
        self._effort = {
            key: fact.cost * knowledge.person(fact.answered_by).effort for key, fact in knowledge.facts.items()
        }
        self._units_of_test = self._index()
        self.decisive = frozenset(self._ever_asked())
        self.order = lru_cache(maxsize=_REMEMBERED)(self._order)

    def supposed(self, fact: str, key: Key) -> Iterator[tuple[str, Value, Key]]:
        """Each thing that an answer to a fact may come to: the tested fact, its value, and the key it leads to."""
        for tested, _ in self._hypotheses(fact, key):
            for value, _ in self._answers(tested):
                yield tested, value, self._suppose(fact, tested, value, key)

    def _order(self, key: Key) -> tuple[str, ...]:
        """The facts to ask for a decision, best first; equals stay in the order of the vocabulary."""
        decision = self._program.decide(key)
        candidates = list(self._program.facts_of(decision.to_decide))
        if len(candidates) > _CANDIDATES:
            touches = {fact: sum(1 for _ in self._hypotheses(fact, key)) for fact in candidates}
            candidates.sort(key=lambda fact: -touches[fact] / self._effort[fact])
            rest = candidates[_CANDIDATES:]
            candidates = candidates[:_CANDIDATES]
        else:
            rest = []
        scores = {fact: self._score(fact, key, decision) for fact in candidates}
        return (*sorted(candidates, key=lambda fact: -scores[fact]), *rest)

    def _score(self, fact: str, key: Key, decision: Decision) -> float:
        expected = 0.0
        for tested, share in self._hypotheses(fact, key):
            units = [self._program.units[unit] for unit in decision.units if unit in self._units_of_test[tested]]
            before = sum(self._remaining(unit, key, decision) for unit in units)
            for value, chance in self._answers(tested):
                after = self._suppose(fact, tested, value, key)
                left = sum(self._remaining(unit, after, decision) for unit in units)
                expected += share * chance * (before - left)
        return expected / self._effort[fact]

    def _suppose(self, fact: str, tested: str, value: Value, key: Key) -> Key:
        """The key if an answer to `fact` gave `tested` a value; what else rests on `fact` is taken to stay open."""
        held = self._deriver.holding(tested, value)
        failed = self._deriver.masks[tested] & ~held
        position = self._deriver.position[tested]
        bit = self._deriver.base_bits[fact]
        openings = tuple(0 if p == position else opening & ~bit or opening for p, opening in enumerate(key.openings))
        return Key(key.true | held, key.false | failed, openings)

    def _hypotheses(self, fact: str, key: Key) -> Iterator[tuple[str, float]]:
        """The tested facts that an answer may make known, with the share that it has in doing so."""
        bit = self._deriver.base_bits[fact]
        for tested, opening in zip(self._deriver.tested, key.openings, strict=True):
            if opening & bit and self._answers(tested):
                yield tested, 1.0 if opening == bit else self._effort[fact] / self._cost(opening)

    def _answers(self, tested: str) -> tuple[tuple[Value, float], ...]:
        """The values that a fact can come to, with how often each is expected."""
        fact = self._program.knowledge.fact(tested)
        if fact is None or not fact.type.closed:
            return ()
        if fact.type is FactType.BOOLEAN:
            return ((True, 0.5), (False, 0.5))
        weights = {choice.value: choice.weight if isinstance(fact, Fact) else 1.0 for choice in fact.choices}
        total = sum(weights.values())
        return tuple((value, weight / total) for value, weight in weights.items())

    def _remaining(self, unit: Unit, key: Key, decision: Decision) -> float:
        """The effort of everything that would still decide a unit, conclusions standing as they were decided."""
        tests = unit.open_bits(decision.true | key.true, decision.false | key.false)
        return self._cost(self._program.open_facts(tests, key, decision.conclusions))

    def _cost(self, mask: int) -> float:
        return sum(self._effort[fact] for fact in self._program.facts_of(mask))

    def _index(self) -> dict[str, frozenset[int]]:
        """For each tested fact, the units whose conditions look at it."""
        index: dict[str, set[int]] = {fact: set() for fact in self._deriver.tested}
        for position, unit in enumerate(self._program.units):
            for fact in self._tested_by(unit):
                index[fact].add(position)
        return {fact: frozenset(units) for fact, units in index.items()}

    def _tested_by(self, unit: Unit) -> set[str]:
        bits = 0
        for condition in unit.conditions:
            bits |= condition.mentioned
        return set(self._deriver.facts_of_tests(bits))

    def _ever_asked(self) -> Iterator[str]:
        """Every fact that some answer could rest on."""
        for fact, units in self._units_of_test.items():
            if units:
                yield from self._deriver.sources(fact)
