"""What is known of an environment once derived facts are worked out, reduced to the bits that conditions look at."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.derivation import closed_values, function_of, holds, holds_for_closed
from engine.logic import Compiler
from engine.memory import text_bytes
from kb import KnowledgeBase
from kb.conditions import Test
from kb.functions import DerivedValue, Function
from kb.messages import Message
from kb.model import Derivation, DerivedFact, Fact
from kb.templates import WORDS
from kb.values import UNKNOWN, Value

_REMEMBERED_VALUES = 1024
_REMEMBERED_BYTES = 4096
_REMEMBERED_NAMES = 64

Applied = Callable[[tuple[Value | None, ...]], tuple[DerivedValue, tuple[int, ...]]]


@dataclass(frozen=True, slots=True)
class Key:
    """All that a decision depends on: a finite set of states, whatever texts the facts hold.

    Attributes:
        true, false: the bits of the tests that hold, and of those that don't.
        stuck: the bits of the tests of facts that are not known and that no further answer could make known.
        openings: for each tested fact that is otherwise than where nothing is known, by its position, the absent facts
            that could still make it known, as bits; in order.
    """

    true: int
    false: int
    stuck: int
    openings: tuple[tuple[int, int], ...]


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
        needed = _needed(knowledge, tests)
        self._decisive = tuple(fact for key, fact in knowledge.derived.items() if key in needed)
        # Functions are pure and their arguments immutable, so each is asked once for the same question.
        # By identity: they live as long as the library, and are looked up at every step.
        self._applied: dict[int, Applied] = {
            id(derivation): _remembered(function_of(derivation, knowledge)) for derivation in _derivations(knowledge)
        }
        self._followers = self._find_followers()
        self._blank_values: dict[str, Value] = {}
        self._blank_reasons: dict[str, Message] = {}
        self._blank_open: dict[str, int] = {}
        for fact in self._decisive:
            derived, opening = self._derive(fact, {}, self._blank_values, self._blank_open)
            if derived.value is not None:
                self._blank_values[fact.key] = derived.value
            if fact.key in self.position:
                self._blank_reasons[fact.key] = derived.reason
            self._blank_open[fact.key] = opening
        self.blank_openings = tuple(
            self._blank_open.get(key, self.base_bits.get(key, 0)) if key not in self._blank_values else 0
            for key in self.tested
        )
        """For each tested fact the absent facts that could make it known where nothing is known."""
        self.blank_true = _union(self.holding(key, value) for key, value in self._blank_values.items() if key in tests)
        self.blank_false = _union(self.masks[key] for key in self._blank_values if key in tests) & ~self.blank_true
        self.blank_stuck = _union(
            self.masks[key]
            for key, opening in zip(self.tested, self.blank_openings, strict=True)
            if not opening and key not in self._blank_values
        )

    def opening(self, key: Key, position: int) -> int:
        """The absent facts that could still make a tested fact known, as bits."""
        for each, opening in key.openings:
            if each == position:
                return opening
        return self.blank_openings[position]

    def derive_state(self, given: Mapping[str, Value]) -> FactState:
        """The state that these facts, already parsed, are in.

        Only what follows from the facts given is worked out; all else is as where nothing is known.
        """
        values: dict[str, Value] = dict(self._blank_values)
        values.update((key, value) for key, value in given.items() if value != UNKNOWN)
        reasons: dict[str, Message] = {}
        open_of: dict[str, int] = {}
        touched: set[int] = set()
        following: set[int] = set()
        for key in given:
            if key in self.position:
                touched.add(self.position[key])
            following.update(self._followers.get(key, ()))
        opens = ChainMap(open_of, self._blank_open)
        for number in sorted(following):
            fact = self._decisive[number]
            derived, opening = self._derive(fact, given, values, opens)
            if derived.value is not None:
                values[fact.key] = derived.value
            else:
                values.pop(fact.key, None)
            if fact.key in self.position:
                touched.add(self.position[fact.key])
                reasons[fact.key] = derived.reason
            open_of[fact.key] = opening
        true, false, stuck = self.blank_true, self.blank_false, self.blank_stuck
        openings = []
        for position in sorted(touched):
            key = self.tested[position]
            mask = self.masks[key]
            true, false, stuck = true & ~mask, false & ~mask, stuck & ~mask
            value = values.get(key)
            if value is None:
                opening = open_of.get(key, 0)
                if not opening:
                    stuck |= mask
                openings.append((position, opening))
            else:
                openings.append((position, 0))
                held = self.holding(key, value)
                true |= held
                false |= mask & ~held
        return FactState(
            given, values, ChainMap(reasons, self._blank_reasons), Key(true, false, stuck, tuple(openings))
        )

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
        """The asked facts that a fact rests on: itself, or all that a derived one or a word follows from."""
        if key.startswith(WORDS) and key.removeprefix(WORDS) in self._knowledge.words:
            key = self._knowledge.words[key.removeprefix(WORDS)].by
        fact = self._knowledge.derived.get(key)
        if fact is None:
            return (key,)
        return tuple(dict.fromkeys(base for of in fact.derivation.of for base in self.sources(of)))

    def _find_followers(self) -> dict[str, tuple[int, ...]]:
        """For each asked fact the derived ones that conditions need and that follow from it, by their order."""
        followers: dict[str, list[int]] = {}
        for number, fact in enumerate(self._decisive):
            for base in self.sources(fact.key):
                followers.setdefault(base, []).append(number)
        return {base: tuple(numbers) for base, numbers in followers.items()}

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
    def apply(arguments: tuple[Value | None, ...]) -> tuple[DerivedValue, tuple[int, ...]]:
        derived = function.apply(arguments)
        return derived, () if derived.value is not None else function.open_arguments(arguments)

    remembered = lru_cache(maxsize=_REMEMBERED_VALUES)(apply)

    def bounded(arguments: tuple[Value | None, ...]) -> tuple[DerivedValue, tuple[int, ...]]:
        # What callers type is as long as they like; only what is short is worth a place in a memory.
        return remembered(arguments) if _is_short(arguments) else apply(arguments)

    return bounded


def _is_short(arguments: tuple[Value | None, ...]) -> bool:
    if any(isinstance(each, tuple) and len(each) > _REMEMBERED_NAMES for each in arguments):
        return False
    return sum(map(text_bytes, arguments)) <= _REMEMBERED_BYTES


def _union(bits: Iterable[int]) -> int:
    mask = 0
    for bit in bits:
        mask |= bit
    return mask
