"""What a derived fact follows from, as one kind of function: a named one, or a table of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from engine.logic import Truth
from kb import KnowledgeBase
from kb.conditions import All, Any, Concluded, Condition, Not, Operator, Test
from kb.functions import FUNCTIONS, Arguments, DerivedValue, Function
from kb.model import Derivation, DerivedFact, Fact
from kb.values import UNKNOWN, Value


def function_of(derivation: Derivation, knowledge: KnowledgeBase) -> Function:
    """The function that a derivation applies to its facts."""
    if derivation.function is not None:
        return FUNCTIONS[derivation.function]
    return _Table(derivation, knowledge).function()


class _Table:
    """A table as a function of the facts that it speaks of, three-valued like every condition.

    Lines are looked at in order. A line whose condition is open stops the search: nothing is concluded past it, unless
    nobody can tell it any more and it only names another source of the value. A line that names a fact which is not
    known leaves it to the next.
    """

    def __init__(self, derivation: Derivation, knowledge: KnowledgeBase) -> None:
        self._entries = derivation.table
        self._of = derivation.of
        self._facts = {key: fact for key in derivation.of if (fact := knowledge.fact(key)) is not None}

    def function(self) -> Function:
        """The table, with the interface of any other function."""
        types = tuple(self._facts[key].type for key in self._of)
        result = types[0] if types else FUNCTIONS["host_of"].result
        return Function("table", "", types, result, self._apply, False, {}, self._open)

    def _apply(self, arguments: Arguments) -> DerivedValue:
        known = dict(zip(self._of, arguments, strict=True))
        for entry in self._entries:
            worth = True if entry.when is None else self._worth(entry.when, known)
            if worth is False:
                continue
            if worth is None:
                if entry.fact is None or self._absent(entry.when, known):
                    return DerivedValue(None)
                continue
            if entry.fact is None:
                return DerivedValue(entry.value)
            value = known.get(entry.fact)
            if value is not None and value != UNKNOWN:
                return DerivedValue(value)
        return DerivedValue(None)

    def _open(self, arguments: Arguments) -> tuple[int, ...]:
        """The absent facts that could still give it a value."""
        known = dict(zip(self._of, arguments, strict=True))
        wanted: set[str] = set()
        for entry in self._entries:
            worth = True if entry.when is None else self._worth(entry.when, known)
            if worth is False:
                continue
            if worth is None:
                absent = self._absent(entry.when, known)
                wanted |= absent
                if entry.fact is None and not absent:
                    break  # nobody can tell whether this line holds, and none after it counts while it may
            if entry.fact is not None and known.get(entry.fact) is None:
                wanted.add(entry.fact)
            if worth is True and entry.fact is None:
                break
        return tuple(position for position, key in enumerate(self._of) if key in wanted)

    def _worth(self, condition: Condition, known: Mapping[str, Value | None]) -> Truth:
        match condition:
            case Test():
                value = known.get(condition.fact)
                return None if value is None or value == UNKNOWN else self._holds(condition, value)
            case Not():
                worth = self._worth(condition.part, known)
                return None if worth is None else not worth
            case All() | Any():
                worths = [self._worth(part, known) for part in condition.parts]
                decisive = isinstance(condition, Any)
                if decisive in worths:
                    return decisive
                return None if None in worths else not decisive
            case Concluded():
                return None  # a library with a diagnosis in a table is refused

    def _absent(self, condition: Condition | None, known: Mapping[str, Value | None]) -> set[str]:
        """The absent facts that could still decide an open condition."""
        match condition:
            case Test():
                return {condition.fact} if known.get(condition.fact) is None else set()
            case Not():
                return self._absent(condition.part, known)
            case All() | Any():
                return {
                    key
                    for part in condition.parts
                    if self._worth(part, known) is None
                    for key in self._absent(part, known)
                }
            case _:
                return set()

    def _holds(self, test: Test, value: Value) -> bool:
        fact = self._facts[test.fact]
        if fact.type.closed:
            return holds_for_closed(test, value, closed_values(fact))
        return holds(test, value)


def holds(test: Test, value: Value) -> bool:
    """Whether a test holds for a value that is known."""
    match test.operator:
        case Operator.ONE_OF:
            return any(operand == value and type(operand) is type(value) for operand in test.operands)
        case Operator.EMPTY:
            return value == ()
        case Operator.LIKE:
            # Patterns are written in lower case, and host names and words are the same in any.
            return any(fnmatchcase(str(value).lower(), str(operand)) for operand in test.operands)
        case Operator.CONTAINS:
            return isinstance(value, tuple) and test.operands[0] in {name.lower() for name in value}
        case _:
            return _ordered(test, value)


def _ordered(test: Test, value: Value) -> bool:
    (operand,) = test.operands
    if not isinstance(value, int) or not isinstance(operand, int):
        raise AssertionError(test)  # choices are compared by their position: `holds_for_closed`
    match test.operator:
        case Operator.AT_LEAST:
            return value >= operand
        case Operator.AT_MOST:
            return value <= operand
        case Operator.ABOVE:
            return value > operand
        case _:
            return value < operand


def closed_values(fact: Fact | DerivedFact) -> tuple[Value, ...]:
    """The values of a fact that has finitely many, in their order."""
    return tuple(choice.value for choice in fact.choices) or (True, False)


def holds_for_closed(test: Test, value: Value, values: tuple[Value, ...]) -> bool:
    """Whether a test holds for one of the declared values; which of two is higher goes by their order."""
    if test.operator is Operator.ONE_OF:
        return value in test.operands
    ranked = test.model_copy(update={"operands": (values.index(test.operands[0]),)})
    return holds(ranked, values.index(value))
