"""What is known of an environment once derived facts are worked out, reduced to the bits that conditions look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.derivation import closed_values, function_of, holds, holds_for_closed
from engine.logic import Compiler
from kb import KnowledgeBase
from kb.conditions import Test
from kb.functions import DerivedValue, Function
from kb.messages import Message
from kb.model import Derivation, DerivedFact, Fact
from kb.values import UNKNOWN, Value

Applied = Callable[[tuple[Value | None, ...]], tuple[DerivedValue, tuple[int, ...]]]


@dataclass(frozen=True, slots=True)
class Key:
    """All that a decision depends on: a finite set of states, whatever texts the facts hold.

    Attributes:
        true, false: the bits of the tests that hold, and of those that don't.
        openings: for each fact that conditions test, the absent facts that could still make it known, as bits.
    """

    true: int
    false: int
    openings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FactState:
    """One environment.

    Attributes:
        given: the facts as parsed, ``"unknown"`` among their values.
        values: what is known, derived facts included.
        reasons: for derived facts that conditions test, why they have the value they have, or none.
        key: the same as far as conditions can see it.
    """

    given: Mapping[str, Value]
    values: Mapping[str, Value]
    reasons: Mapping[str, Message]
    key: Key


class FactDeriver:
    """Derives fact states for one knowledge base, whose conditions have been compiled."""

    def __init__(self, knowledge: KnowledgeBase, compiler: Compiler) -> None:
        self._knowledge = knowledge
        self.base_bits = {key: 1 << position for position, key in enumerate(knowledge.facts)}
        tests: dict[str, list[tuple[Test, int]]] = {}
        for leaf, bit in compiler.bits.items():
            if isinstance(leaf, Test):
                tests.setdefault(leaf.fact, []).append((leaf, bit))
        self.tested: tuple[str, ...] = tuple(tests)
        self.position = {key: position for position, key in enumerate(tests)}
        self.masks = {key: _union(bit for _, bit in each) for key, each in tests.items()}
        self._all_tests = _union(self.masks.values())
        self.fact_of_bit = {bit: key for key, each in tests.items() for _, bit in each}
        self._tables = {key: _table(knowledge.fact(key), each) for key, each in tests.items()}
        self._tests = tests
        self._decisive = tuple(fact for key, fact in knowledge.derived.items() if key in _needed(knowledge, tests))
        # Functions are pure and their arguments immutable, so each is asked once for the same question.
        # By identity: they live as long as the library, and are looked up at every step.
        self._applied: dict[int, Applied] = {
            id(derivation): _remembered(function_of(derivation, knowledge)) for derivation in _derivations(knowledge)
        }

    def derive_state(self, given: Mapping[str, Value]) -> FactState:
        """The state that these facts, already parsed, are in."""
        values: dict[str, Value] = {key: value for key, value in given.items() if value != UNKNOWN}
        reasons: dict[str, Message] = {}
        open_of: dict[str, int] = {}
        for fact in self._decisive:
            derived, opening = self._derive(fact, given, values, open_of)
            if derived.value is not None:
                values[fact.key] = derived.value
            if fact.key in self.position:
                reasons[fact.key] = derived.reason
            open_of[fact.key] = opening
        true = known = 0
        openings = []
        base_bits = self.base_bits
        for key in self.tested:
            value = values.get(key)
            if value is None:
                openings.append(open_of[key] if key in open_of else 0 if key in given else base_bits[key])
            else:
                openings.append(0)
                true |= self.holding(key, value)
                known |= self.masks[key]
        return FactState(given, values, reasons, Key(true, known & ~true, tuple(openings)))

    def value(self, fact_state: FactState, key: str) -> Value | None:
        """What is known of any fact, also of a derived one that no condition looks at; defaults are not used."""
        if key in fact_state.values:
            return fact_state.values[key]
        fact = self._knowledge.derived.get(key)
        if fact is None:
            return None
        return self.derive(fact_state, fact.derivation)

    def derive(self, fact_state: FactState, derivation: Derivation) -> Value | None:
        """What follows from facts of this state."""
        derived, _ = self._applied[id(derivation)](tuple(self.value(fact_state, key) for key in derivation.of))
        return derived.value

    def holding(self, key: str, value: Value) -> int:
        """The bits of the tests on a fact that hold for a value."""
        table = self._tables[key]
        if table is not None:
            return table[value]
        return _union(bit for test, bit in self._tests[key] if holds(test, value))

    def facts_of_tests(self, tests: int) -> Iterator[str]:
        """The facts that tests look at, each once, in the order in which conditions were met."""
        tests &= self._all_tests
        while tests:
            fact = self.fact_of_bit[tests & -tests]
            yield fact
            tests &= ~self.masks[fact]

    def sources(self, key: str) -> tuple[str, ...]:
        """The asked facts that a fact rests on: itself, or all that a derived one follows from."""
        fact = self._knowledge.derived.get(key)
        if fact is None:
            return (key,)
        return tuple(dict.fromkeys(base for of in fact.derivation.of for base in self.sources(of)))

    def _derive(
        self, fact: DerivedFact, given: Mapping[str, Value], values: Mapping[str, Value], open_of: Mapping[str, int]
    ) -> tuple[DerivedValue, int]:
        """What a fact comes to, and the absent facts that could still change it where it has no value."""
        arguments: list[Value | None] = []
        for key in fact.derivation.of:
            value = values.get(key)
            if value is None and (key in given or open_of.get(key) == 0):
                value = UNKNOWN
            arguments.append(value)
        derived, positions = self._applied[id(fact.derivation)](tuple(arguments))
        if derived.value is not None:
            return derived, 0
        opening = 0
        for position in positions:
            key = fact.derivation.of[position]
            opening |= open_of[key] if key in open_of else self.base_bits[key]
        return derived, opening


def _table(fact: Fact | DerivedFact | None, tests: list[tuple[Test, int]]) -> dict[Value, int] | None:
    """For a fact with finitely many values, the bits of the tests that hold for each."""
    if fact is None or not fact.type.closed:
        return None
    values = closed_values(fact)
    return {value: _union(bit for test, bit in tests if holds_for_closed(test, value, values)) for value in values}


def _needed(knowledge: KnowledgeBase, tested: Mapping[str, object]) -> set[str]:
    """The derived facts that conditions test, and those that these follow from."""
    needed: set[str] = set()
    for key in reversed(knowledge.derived):
        if key in tested or key in needed:
            needed.add(key)
            needed.update(of for of in knowledge.derived[key].derivation.of if of in knowledge.derived)
    return needed


def _derivations(knowledge: KnowledgeBase) -> Iterator[Derivation]:
    for derived in knowledge.derived.values():
        yield derived.derivation
    for fact in knowledge.facts.values():
        yield from (each for each in (fact.default, fact.suggest) if each is not None)


def _remembered(function: Function) -> Applied:
    @lru_cache(maxsize=2048)
    def apply(arguments: tuple[Value | None, ...]) -> tuple[DerivedValue, tuple[int, ...]]:
        derived = function.apply(arguments)
        return derived, () if derived.value is not None else function.open_arguments(arguments)

    return apply


def _union(bits: Iterable[int]) -> int:
    mask = 0
    for bit in bits:
        mask |= bit
    return mask
