"""Parses facts as callers write them: flat or nested keys, checked and normalised, every fault listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.memory import Memory, text_bytes
from kb import KnowledgeBase
from kb.model import Fact
from kb.values import Value, ValueRefused, read_value, suggestion

MAX_FACTS = 2000
"""Facts in one call: as many as a library may declare."""

_REMEMBERED_BYTES = 4 * 1024 * 1024
_MAX_DEPTH = 8
_SUGGESTIONS = 20


@dataclass(frozen=True, slots=True)
class FactProblem:
    """One fact that cannot be taken, by its dotted key, and the reason with what to do about it."""

    fact: str
    message: str

    def __str__(self) -> str:
        return f"{self.fact}: {self.message}"


class FactsRefused(ValueError):
    """Facts that cannot be used; `problems` holds everything wrong with them, so that all can be mended at once."""

    def __init__(self, problems: list[FactProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in problems))


class FactParser:
    """Checks facts against one knowledge base's vocabulary."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._facts = knowledge.facts
        self._derived = knowledge.derived
        self._read: Memory[Value] = Memory(_REMEMBERED_BYTES)

    def parse(self, raw: Mapping[str, object]) -> dict[str, Value]:
        """The facts, normalised, in the order given.

        Raises:
            FactsRefused: a key is no fact, stands twice, or has a value that it cannot have.
        """
        parsed: dict[str, Value] = {}
        problems: list[FactProblem] = []
        facts = self._facts
        for key, value in raw.items():
            if key in facts:
                self._parse_one(facts[key], value, parsed, problems)
            elif isinstance(value, Mapping):
                for inner, inner_value in _flatten(key, value, 1):
                    if len(parsed) + len(problems) > MAX_FACTS:
                        break
                    if inner in facts:
                        self._parse_one(facts[inner], inner_value, parsed, problems)
                    else:
                        problems.append(self._stranger(inner, len(problems)))
            else:
                problems.append(self._stranger(key, len(problems)))
            if len(parsed) + len(problems) > MAX_FACTS:
                problems = [FactProblem("facts", f"there are more than {MAX_FACTS}")]
                break
        if problems:
            raise FactsRefused(problems)
        return parsed

    def _parse_one(self, fact: Fact, value: object, parsed: dict[str, Value], problems: list[FactProblem]) -> None:
        if fact.key in parsed:
            problems.append(FactProblem(fact.key, "this fact is given twice; give it once"))
            return
        try:
            names = type(value) is tuple and set(map(type, value)) <= {str}
            if names or type(value) is str or type(value) is bool:
                # The type is part of the key: to a memory, 1 and True are the same.
                parsed[fact.key] = self._read.recall(
                    (fact.key, type(value), value), lambda: read_value(value, fact), lambda _: 100 + text_bytes(value)
                )
            else:
                parsed[fact.key] = read_value(value, fact)
        except ValueRefused as refused:
            problems.append(FactProblem(fact.key, str(refused)))

    def _stranger(self, key: object, told: int) -> FactProblem:
        # A key of JSON may hold half a character, which nothing can print.
        name = str(key)[:120].encode("utf-8", "backslashreplace").decode()
        if name in self._derived:
            return FactProblem(name, "this follows from other facts and cannot be given; give those")
        # What is near is looked for as long as somebody may read it: it takes a moment for each.
        near = suggestion(name, self._facts) if told < _SUGGESTIONS else ""
        return FactProblem(name, f"there is no such fact{near}")


def _flatten(prefix: str, values: Mapping[object, object], depth: int) -> Iterator[tuple[str, object]]:
    for key, value in values.items():
        name = f"{prefix}.{key}"
        if isinstance(value, Mapping) and depth < _MAX_DEPTH:
            yield from _flatten(name, value, depth + 1)
        else:
            yield name, value
