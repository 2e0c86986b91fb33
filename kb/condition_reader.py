"""Reads a written condition into the tree that engines evaluate, checking every name and value in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any as Written

from kb.conditions import All, Any, Concluded, Condition, Not, Operator, Test
from kb.model import DerivedFact, Fact
from kb.naming import Grounding, Naming
from kb.problems import Code
from kb.reading import Document, Path
from kb.values import UNKNOWN, FactType, ValueRefused, normalise, suggestion

_ORDER = (Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE, Operator.BELOW)
_LIKENED = (FactType.HOST_NAME, FactType.SERVER_NAME, FactType.TEXT)
_COMPARED = (FactType.CHOICE, FactType.BOOLEAN, FactType.INTEGER, FactType.TEXT)
_DIAGNOSIS = "diagnosis."


class ConditionReader:
    """Reads the conditions of one document.

    Args:
        document: where they stand.
        naming: the vocabulary; problems are noted there.
        diagnoses: the diagnoses that conditions may refer to, each with the members that it is grounded for.
        within: the sets that are being read, outermost first.
    """

    def __init__(
        self,
        document: Document,
        naming: Naming,
        diagnoses: Mapping[str, tuple[str, ...]] | None = None,
        within: tuple[str, ...] = (),
    ) -> None:
        self._document = document
        self._naming = naming
        self._diagnoses = diagnoses or {}
        self._within = within

    def read(self, written: Mapping[str, Written], at: Path, grounding: Grounding | None = None) -> Condition:
        """The condition at `at`. Where something in it is wrong it is noted, and what is left is returned."""
        parts = [
            part
            for key, value in written.items()
            if (part := self._entry(key, value, (*at, key), grounding)) is not None
        ]
        return parts[0] if len(parts) == 1 else All(parts=tuple(parts))

    def _entry(self, key: str, value: Written, at: Path, grounding: Grounding | None) -> Condition | None:
        match key:
            case "all" | "any":
                parts = self._list(value, at, grounding)
                return All(parts=parts) if key == "all" else Any(parts=parts)
            case "not":
                if not isinstance(value, dict) or not value:
                    return self._wrong(at, "not takes one condition, such as {some.fact: value}")
                return Not(part=self.read(value, at, grounding))
            case "use":
                return self._set(value, at, grounding)
            case _ if key.startswith(_DIAGNOSIS):
                return self._concluded(key.removeprefix(_DIAGNOSIS), value, at)
        fact = self._naming.fact(key, grounding)
        if fact is None:
            self._naming.report(self._document, at, Code.UNKNOWN_FACT, self._naming.stranger(key), of_key=True)
            return None
        if isinstance(fact, Fact) and fact.tried is not None:
            return self._wrong(
                at, "no condition rests on what came of trying something; the engine goes on from there by itself"
            )
        return self._comparison(fact, value, at)

    def _set(self, name: Written, at: Path, grounding: Grounding | None) -> Condition | None:
        """The condition of that name, read where it stands and for the member that it is used for."""
        known = self._naming.sets.get(name) if isinstance(name, str) else None
        if known is None:
            near = suggestion(str(name), self._naming.sets)
            message = f"there is no condition {name!r} under sets{near}"
            self._naming.report(self._document, at, Code.UNKNOWN_ID, message)
            return None
        if name in self._within:
            circle = " ← ".join((*self._within[self._within.index(name) :], name))
            self._naming.report(self._document, at, Code.CYCLE, f"these sets use each other in a circle: {circle}")
            return None
        reader = ConditionReader(known.document, self._naming, self._diagnoses, (*self._within, name))
        return reader.read(known.written, known.at, grounding)

    def _list(self, value: Written, at: Path, grounding: Grounding | None) -> tuple[Condition, ...]:
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) and item for item in value):
            self._wrong(at, f"{at[-1]} takes a list of conditions, with at least one")
            return ()
        return tuple(self.read(item, (*at, position), grounding) for position, item in enumerate(value))

    def _concluded(self, name: str, value: Written, at: Path) -> Condition | None:
        identity, _, member = name.partition(".")
        message = None
        if identity not in self._diagnoses:
            message = f"there is no diagnosis {identity!r}{suggestion(identity, self._diagnoses)}"
        elif member and member not in self._diagnoses[identity]:
            message = f"{identity} is not grounded for {member!r}{suggestion(member, self._diagnoses[identity])}"
        if message is not None:
            self._naming.report(self._document, at, Code.UNKNOWN_ID, message, of_key=True)
            return None
        condition = Concluded(diagnosis=identity, member=member or None)
        if value == "confirmed":
            return condition
        if value == "ruled_out":
            return Not(part=condition)
        return self._wrong(
            at, "a diagnosis is compared with confirmed or ruled_out; nothing is concluded from a possible one"
        )

    def _comparison(self, fact: Fact | DerivedFact, value: Written, at: Path) -> Condition | None:
        if isinstance(value, list):
            if not value:
                return self._wrong(at, "an empty list can never match; name at least one value, or use {empty: true}")
            return self._one_of(fact, value, at)
        if not isinstance(value, dict):
            return self._one_of(fact, [value], at)
        parts = [
            part
            for name, operand in value.items()
            if (part := self._operation(fact, name, operand, (*at, name))) is not None
        ]
        return parts[0] if len(parts) == 1 else All(parts=tuple(parts))

    def _operation(self, fact: Fact | DerivedFact, name: str, operand: Written, at: Path) -> Condition | None:
        if name == "not":
            inner = self._one_of(fact, operand if isinstance(operand, list) else [operand], at)
            return None if inner is None else Not(part=inner)
        if name not in set(Operator) - {Operator.ONE_OF}:
            known = ["not", *(operator for operator in Operator if operator is not Operator.ONE_OF)]
            return self._wrong(
                at, f"there is no comparison {name!r}{suggestion(name, known)}; there are {', '.join(known)}"
            )
        operator = Operator(name)
        if operator is Operator.EMPTY:
            if not fact.type.several or not isinstance(operand, bool):
                return self._wrong(at, "empty takes true or false, and a fact that is a list")
            test = Test(fact=fact.key, operator=operator, operands=())
            return test if operand else Not(part=test)
        if operator is Operator.CONTAINS:
            if not fact.type.several or not isinstance(operand, str):
                return self._wrong(at, "contains takes one name, and a fact that is a list")
            if fact.type.declared and operand not in fact.labels:
                near = suggestion(operand, fact.labels)
                return self._wrong(at, f"{fact.key} has no {operand!r}{near}; there are {', '.join(fact.labels)}")
            return Test(fact=fact.key, operator=operator, operands=(operand.lower(),))
        if operator is Operator.LIKE:
            patterns = operand if isinstance(operand, list) else [operand]
            if fact.type not in _LIKENED or not patterns or not all(isinstance(each, str) for each in patterns):
                return self._wrong(at, "like takes a pattern with * and ?, or a list of them, and a host name or text")
            if not all(str(each).strip("*? ") for each in patterns):
                return self._wrong(at, "this pattern fits everything or nothing; write one such as *.example.com")
            return Test(fact=fact.key, operator=operator, operands=tuple(str(each).lower() for each in patterns))
        ordered = fact.type is FactType.INTEGER or (isinstance(fact, Fact) and fact.ordered)
        if not ordered:
            return self._wrong(at, f"the values of {fact.key} have no order; list those that match instead")
        value = self._operand(fact, operand, at)
        return None if value is None else Test(fact=fact.key, operator=operator, operands=(value,))

    def _one_of(self, fact: Fact | DerivedFact, values: list[Written], at: Path) -> Condition | None:
        if fact.type not in _COMPARED:
            return self._wrong(
                at,
                f"{fact.key} is a {fact.type}; compare it by a pattern ({{like: …}}), or through a derived fact, "
                "so that case does not matter; docs/vocabulary.md lists the functions",
            )
        operands = [operand for value in values if (operand := self._operand(fact, value, at)) is not None]
        return Test(fact=fact.key, operator=Operator.ONE_OF, operands=tuple(operands)) if operands else None

    def _operand(self, fact: Fact | DerivedFact, value: Written, at: Path) -> str | bool | int | None:
        try:
            operand = normalise(value, fact.type, fact.labels)
        except ValueRefused as refused:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            code = Code.NUMBER if number and fact.type is FactType.CHOICE else Code.REFUSED_VALUE
            self._naming.report(self._document, at, code, f"{fact.key}: {refused}")
            return None
        if operand == UNKNOWN or isinstance(operand, tuple):
            self._wrong(at, "nothing is concluded from what is unknown; a condition names values that are known")
            return None
        return operand

    def _wrong(self, at: Path, message: str) -> Condition | None:
        """Note what is wrong; there is then no condition to return."""
        self._naming.report(self._document, at, Code.CONDITION, message)
        return None
