"""The space that proofs range over: every fact that conditions test, by what conditions can tell of its values.

One space may serve several programs, so that what they say can be compared.

Values that pass the same tests are one class; a further class stands for "not known", be it absent or unknown. A
derived fact is a variable of its own, independent of the others. That space holds every environment there can be,
and some that there cannot: what is impossible in it is impossible, and what is possible in it is shown by facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from engine.compiled import Program
from engine.derivation import closed_values, function_of
from kb.conditions import Operator, Test
from kb.functions import Function
from kb.model import DerivedFact, Fact
from kb.values import FactType, Value
from workbench.proof.diagrams import Diagrams

MAX_NAMES_TESTED = 6
"""Names that conditions look for in one list of which every combination is a class."""


@dataclass(frozen=True, slots=True)
class ValueClass:
    """Values of one fact that no condition tells apart.

    Attributes:
        held: for each program the bits of the tests that they pass.
        values: all of them where the fact has finitely many, else one of them.
    """

    held: tuple[int, ...]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """A tested fact: its classes, after which comes "not known"."""

    fact: str
    classes: tuple[ValueClass, ...]

    @property
    def gap(self) -> int:
        """The number that stands for "not known"."""
        return len(self.classes)


class Space:
    """The variables of one or more programs, and a manager for diagrams over them."""

    def __init__(self, programs: Sequence[Program], budget: int) -> None:
        self.programs = tuple(programs)
        self.fact = lru_cache(maxsize=None)(self._fact)
        self.sources = lru_cache(maxsize=None)(self._sources)
        self.function = lru_cache(maxsize=None)(self._function)
        # Proofs are about environments in which nothing has been tried yet.
        tested = dict.fromkeys(
            fact for program in programs for fact in program.deriver.tested if not _is_tried(program, fact)
        )
        self.variables = tuple(self._variable(fact) for fact in tested)
        self.position = {variable.fact: number for number, variable in enumerate(self.variables)}
        self.gaps = {number: variable.gap for number, variable in enumerate(self.variables)}
        self.diagrams = Diagrams([len(variable.classes) + 1 for variable in self.variables], budget)

    def _fact(self, key: str) -> Fact | DerivedFact:
        """The fact of that key, in the first program that has it."""
        return next(fact for each in self.programs if (fact := each.knowledge.fact(key)) is not None)

    def _function(self, key: str) -> Function:
        """What a derived fact follows by, in the first program that has it."""
        knowledge = next(each.knowledge for each in self.programs if key in each.knowledge.derived)
        return function_of(knowledge.derived[key].derivation, knowledge)

    def asked(self) -> tuple[str, ...]:
        """The asked facts of all programs, each once."""
        return tuple(
            dict.fromkeys(
                key for each in self.programs for key, fact in each.knowledge.facts.items() if fact.tried is None
            )
        )

    def _sources(self, key: str) -> tuple[str, ...]:
        """The asked facts that a fact rests on."""
        fact = self.fact(key)
        if isinstance(fact, Fact):
            return (key,)
        return tuple(dict.fromkeys(base for of in fact.derivation.of for base in self.sources(of)))

    def passing(self, test: Test) -> tuple[int, int]:
        """The diagrams of where a test holds and where it fails."""
        which, program = next(each for each in enumerate(self.programs) if test in each[1].bits)
        bit = program.bits[test]
        number = self.position[test.fact]
        classes = self.variables[number].classes
        true = [position for position, each in enumerate(classes) if each.held[which] & bit]
        false = [position for position, each in enumerate(classes) if not each.held[which] & bit]
        return self.diagrams.having(number, true), self.diagrams.having(number, false)

    def known(self, number: int) -> int:
        """The diagram of where a variable is known."""
        return self.diagrams.having(number, range(self.variables[number].gap))

    @property
    def combinations(self) -> int:
        """How many combinations of answers to the tested facts there are, "unknown" among the answers."""
        product = 1
        for variable in self.variables:
            product *= 1 + sum(len(each.values) for each in variable.classes)
        return product

    @property
    def weights(self) -> tuple[tuple[int, ...], ...]:
        """For each variable how many answers each class stands for; "not known" is one."""
        return tuple((*(len(each.values) for each in variable.classes), 1) for variable in self.variables)

    def class_of(self, number: int, value: Value | None) -> int:
        """The class that a value of a variable is in."""
        variable = self.variables[number]
        if value is None:
            return variable.gap
        held = self._held(variable.fact, value)
        return next(position for position, each in enumerate(variable.classes) if each.held == held)

    def _held(self, fact: str, value: Value) -> tuple[int, ...]:
        return tuple(
            program.deriver.holding(fact, value) if fact in program.deriver.position else 0 for program in self.programs
        )

    def _variable(self, fact: str) -> Variable:
        by_held: dict[tuple[int, ...], list[Value]] = {}
        for value in self._values(fact):
            by_held.setdefault(self._held(fact, value), []).append(value)
        return Variable(fact, tuple(ValueClass(held, tuple(values)) for held, values in by_held.items()))

    def _values(self, key: str) -> Iterator[Value]:
        fact = self.fact(key)
        tests = [leaf for each in self.programs for leaf in each.bits if isinstance(leaf, Test) and leaf.fact == key]
        operands = [operand for test in tests for operand in test.operands]
        match fact.type:
            case FactType.CHOICE | FactType.BOOLEAN:
                declared = [closed_values(one) for each in self.programs if (one := each.knowledge.fact(key))]
                # What one program does not know cannot be compared.
                yield from (value for value in declared[0] if all(value in each for each in declared))
            case FactType.INTEGER:
                # Between two neighbouring limits no comparison changes.
                yield from sorted({int(each) + step for each in operands for step in (-1, 0, 1)})
            case FactType.CERTIFICATE_NAMES:
                names = sorted({str(test.operands[0]) for test in tests if test.operator is Operator.CONTAINS})
                sizes = range(len(names) + 1) if len(names) <= MAX_NAMES_TESTED else (0, 1)
                for size in sizes:
                    for chosen in combinations(names, size):
                        yield chosen
                        yield (*chosen, "other.example.net")
            case _:
                yield from dict.fromkeys(str(each) for each in operands)
                yield "another text than any that a rule names"


def _is_tried(program: Program, key: str) -> bool:
    fact = program.knowledge.facts.get(key)
    return fact is not None and fact.tried is not None
