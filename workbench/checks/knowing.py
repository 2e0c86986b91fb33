"""What is certainly known where a condition holds or fails: three-valued logic concludes nothing from a gap.

A test that holds or fails shows that its fact is known. A derived fact that is known shows that those it cannot do
without are known. The latter is found by trying every pattern of present, empty and absent sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import product

from engine.derivation import function_of
from kb.conditions import All, Any, Concluded, Condition, Not, Test
from kb.model import Diagnosis, Instance, KnowledgeBase
from kb.templates import WORDS
from kb.values import FactType, Value

Alternatives = tuple[frozenset[str], ...]
"""The facts that are known, for each of the ways in which one can have come there."""

MAX_PATTERNS = 20_000
"""Patterns of sources tried for one question; beyond, the answer is no."""

_PRESENT: Mapping[FactType, tuple[Value, ...]] = {
    FactType.BOOLEAN: (True,),
    FactType.INTEGER: (1,),
    FactType.HOST_NAME: ("mail.example.com",),
    FactType.SERVER_NAME: ("SERVER1",),
    FactType.URL: ("https://mail.example.com/",),
    FactType.CERTIFICATE_NAME: ("mail.example.com",),
    FactType.CERTIFICATE_NAMES: ((), ("mail.example.com",)),
    FactType.THUMBPRINT: ("0" * 40,),
    FactType.TEXT: ("text",),
}


class Knowing:
    """Answers for one knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._diagnoses = {diagnosis.id: diagnosis for diagnosis in knowledge.diagnoses}
        self._shows = lru_cache(maxsize=None)(self._try_patterns)
        self._functions = {key: function_of(each.derivation, knowledge) for key, each in knowledge.derived.items()}
        self._applied: dict[tuple[str, tuple[Value | None, ...]], Value | None] = {}

    def where(self, condition: Condition | None, *, holds: bool) -> frozenset[str]:
        """The facts that are known wherever a condition holds, or fails."""
        match condition:
            case None:
                return frozenset()
            case Test():
                return frozenset({condition.fact})
            case Concluded():
                return self._concluded(condition) if holds else frozenset()
            case Not():
                return self.where(condition.part, holds=not holds)
            case All() | Any():
                parts = [self.where(part, holds=holds) for part in condition.parts]
                together = isinstance(condition, All) == holds
                return frozenset().union(*parts) if together or not parts else frozenset.intersection(*parts)

    def confirmed(self, diagnosis: Diagnosis, instance: Instance) -> frozenset[str]:
        """The facts that are known where an instance of a diagnosis is confirmed."""
        requirements = (*diagnosis.applies_when, *instance.requires)
        return frozenset().union(*(self.where(each.that, holds=True) for each in requirements))

    def alternatives(self, diagnosis: str, member: str | None = None) -> Alternatives:
        """The same for each instance by which a diagnosis may be confirmed."""
        found = self._diagnoses[diagnosis]
        return tuple(
            self.confirmed(found, instance)
            for instance in found.instances
            if member is None or instance.member == member
        )

    def certain(self, fact: str, known: Alternatives) -> bool:
        """Whether a fact is known in all of the alternatives; of a word, whether what chooses it is."""
        if fact.startswith(WORDS):
            fact = self._knowledge.words[fact.removeprefix(WORDS)].by
        return all(fact in each or self._shows(fact, self._related(fact, each)) for each in known)

    def sources(self, key: str) -> tuple[str, ...]:
        """The asked facts that a fact rests on."""
        if key.startswith(WORDS):
            key = self._knowledge.words[key.removeprefix(WORDS)].by
        derived = self._knowledge.derived.get(key)
        if derived is None:
            return (key,)
        return tuple(dict.fromkeys(base for of in derived.derivation.of for base in self.sources(of)))

    def _concluded(self, condition: Concluded) -> frozenset[str]:
        known = self.alternatives(condition.diagnosis, condition.member)
        return frozenset.intersection(*known) if known else frozenset()

    def _related(self, fact: str, known: Iterable[str]) -> frozenset[str]:
        sources = set(self.sources(fact))
        return frozenset(key for key in known if sources.intersection(self.sources(key)))

    def _try_patterns(self, fact: str, known: frozenset[str]) -> bool:
        """Whether there is no pattern of sources with which all of `known` is known, and the fact is not."""
        if not known:
            return False
        bases = tuple(dict.fromkeys(base for key in (fact, *sorted(known)) for base in self.sources(key)))
        pools = [(None, *self._present(base)) for base in bases]
        patterns = 1
        for pool in pools:
            patterns *= len(pool)
        if patterns > MAX_PATTERNS:
            return False
        for values in product(*pools):
            given = dict(zip(bases, values, strict=True))
            if self._value(fact, given) is None and all(self._value(key, given) is not None for key in known):
                return False
        return True

    def _present(self, key: str) -> tuple[Value, ...]:
        fact = self._knowledge.facts[key]
        first = fact.choices[0].value if fact.choices else ""
        return _PRESENT.get(fact.type) or (((), (first,)) if fact.type.several else (first,))

    def _value(self, key: str, given: Mapping[str, Value | None]) -> Value | None:
        derived = self._knowledge.derived.get(key)
        if derived is None:
            return given[key]
        of = (key, tuple([self._value(each, given) for each in derived.derivation.of]))
        if of not in self._applied:
            self._applied[of] = self._functions[key].apply(of[1]).value
        return self._applied[of]
