"""The rules as durable-rules takes them: conjunctions of what holds, multiplied out.

For each attribute there is a token: one of its values, ``n`` where nobody can tell it any more, ``x`` where nobody was
asked. An antecedent is an attribute with the tokens that it may have; each has a name, and what goes in are the names
of those that hold. A diagnosis that others exclude needs each of those to be *clear*: tried without effect, or beyond
being confirmed. The latter is the dual of its conditions, in which ``n`` counts as failing, or its own excluder's being
confirmed. Where that multiplies out too far, or rests on a diagnosis being ruled out, one token says so which the
compiled engine works out; then exclusion is not checked independently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any as Written

from engine.derivation import closed_values, holds_for_closed
from engine.program import NO_CHANGE
from kb import KnowledgeBase
from kb.conditions import All, Any, Concluded, Condition, Not, Test, leaves
from kb.model import Diagnosis, Instance
from kb.values import Value

MAX_RULES = 4000
MAX_ANTECEDENTS = 15
MAX_RULES_PER_ANTECEDENT = 255
MAX_NAMES = 500
MAX_CLEAR = 48
"""Conjunctions that say that one diagnosis excludes nothing; beyond, a token says so."""

BEGIN = "begin"
STUCK = "n"
ABSENT = "x"
CLEAR = "clear."

Conjunction = Mapping[str, frozenset[str]]
"""For each attribute the tokens that it may have."""

Antecedent = tuple[str, frozenset[str]]
"""An attribute and the tokens that it may have."""

Confirmed = tuple[int, int]
"""The positions of a diagnosis and of its instance."""


class ReteUnavailable(Exception):
    """durable-rules is not installed, the rules exceed what it does safely, or it failed; the message says which."""


class _TooMany(Exception):
    """Conditions multiply out further than they may."""


@dataclass(slots=True)
class Attributes:
    """The attributes that go in.

    Attributes:
        values: for a fact with finitely many values, those; its tokens are their positions.
        tests: for any other attribute, the test whose result it is.
        clear: the diagnoses that are told to exclude nothing by a token, by the attribute.
    """

    names: list[str] = field(default_factory=list)
    values: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    tests: dict[str, Test] = field(default_factory=dict)
    clear: dict[str, int] = field(default_factory=dict)

    def tokens(self, attribute: str) -> frozenset[str]:
        """Every token of a known value that an attribute can have."""
        count = 1 if attribute in self.clear else len(self.values.get(attribute, (True, False)))
        return frozenset(token(position) for position in range(count))

    def declare(self, name: str) -> str:
        """Have an attribute of that name."""
        if name not in self.names:
            self.names.append(name)
        return name


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules for durable-rules, and the instance that each confirms.

    Attributes:
        names: for each attribute and each token of it, the names of the antecedents that it makes hold.
    """

    rules: Mapping[str, Written]
    owners: Mapping[str, Confirmed]
    attributes: Attributes
    names: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def every_name(self) -> frozenset[str]:
        """The names of all antecedents."""
        return frozenset(each for found in self.names.values() for names in found.values() for each in names)

    def of(self, diagnosis: int) -> RuleSet:
        """The rules of one diagnosis alone, by its position; rules know nothing of each other."""
        owners = {name: owner for name, owner in self.owners.items() if owner[0] == diagnosis}
        rules = {name: rule for name, rule in self.rules.items() if name in owners or name == BEGIN}
        used = {each["a"] for rule in rules.values() for antecedent in rule["all"] for each in antecedent.values()}
        names = {
            attribute: {each: tuple(name for name in found if name in used) for each, found in by_token.items()}
            for attribute, by_token in self.names.items()
        }
        return RuleSet(rules, owners, self.attributes, names)


class _Names:
    """The names of antecedents; one that many rules share has several, so that none is shared by too many."""

    def __init__(self) -> None:
        self._uses: dict[Antecedent, int] = {}
        self._of: dict[Antecedent, list[str]] = {}
        self.count = 0

    def of(self, antecedent: Antecedent) -> str:
        """A name for one more rule."""
        uses = self._uses[antecedent] = self._uses.get(antecedent, 0) + 1
        names = self._of.setdefault(antecedent, [])
        if uses > len(names) * MAX_RULES_PER_ANTECEDENT:
            names.append(f"c{self.count}")
            self.count += 1
        return names[-1]

    def by_token(self, attributes: Attributes) -> dict[str, dict[str, tuple[str, ...]]]:
        """The names that hold with each token of each attribute."""
        found: dict[str, dict[str, list[str]]] = {
            attribute: {each: [] for each in (*attributes.tokens(attribute), STUCK, ABSENT)}
            for attribute in attributes.names
        }
        for (attribute, tokens), names in self._of.items():
            for each in tokens:
                found[attribute][each] += names
        return {
            attribute: {each: tuple(names) for each, names in by_token.items()} for attribute, by_token in found.items()
        }


def rule_set(knowledge: KnowledgeBase) -> RuleSet:
    """The rules of a knowledge base.

    Raises:
        ReteUnavailable: they exceed what durable-rules does safely.
    """
    try:
        return _Expansion(knowledge, frozenset()).rules()
    except _TooMany:
        everyone = frozenset(range(len(knowledge.diagnoses)))
    try:
        return _Expansion(knowledge, everyone).rules()
    except _TooMany as error:
        raise ReteUnavailable(str(error)) from None


class _Expansion:
    """Multiplies the conditions of a knowledge base out.

    Args:
        by_token: the diagnoses whose being clear is told by a token.
    """

    def __init__(self, knowledge: KnowledgeBase, by_token: frozenset[int]) -> None:
        self._knowledge = knowledge
        self._by_token = by_token
        self._position = {each.id: d for d, each in enumerate(knowledge.diagnoses)}
        self._excluders: dict[int, list[int]] = {}
        for e, diagnosis in enumerate(knowledge.diagnoses):
            for other in diagnosis.excludes:
                self._excluders.setdefault(self._position[other], []).append(e)
        self._tried = {fact.tried: key for key, fact in knowledge.facts.items() if fact.tried is not None}
        self._attributes = Attributes()
        self._clear: dict[int, list[Conjunction]] = {}

    def rules(self) -> RuleSet:
        """Every rule."""
        begin: Written = {"m_0": {"a": BEGIN}}
        rules: dict[str, Written] = {BEGIN: {"all": [begin]}}
        owners: dict[str, Confirmed] = {}
        names = _Names()
        for d, diagnosis in enumerate(self._knowledge.diagnoses):
            for i, instance in enumerate(diagnosis.instances):
                for conjunction in self._confirmed(d, diagnosis, instance):
                    if len(conjunction) > MAX_ANTECEDENTS:
                        raise _TooMany(f"a rule has more than {MAX_ANTECEDENTS} antecedents")
                    name = f"r{len(rules)}"
                    written = [
                        {f"m_{position}": {"a": names.of(antecedent)}}
                        for position, antecedent in enumerate(conjunction.items())
                    ]
                    rules[name] = {"all": written or [begin]}
                    owners[name] = (d, i)
                    if len(rules) > MAX_RULES:
                        raise _TooMany(f"the rules multiply out to more than {MAX_RULES}")
        if names.count > MAX_NAMES:
            raise _TooMany(f"there are more than {MAX_NAMES} tests side by side")
        return RuleSet(rules, owners, self._attributes, names.by_token(self._attributes))

    def _confirmed(self, d: int, diagnosis: Diagnosis, instance: Instance) -> list[Conjunction]:
        conditions = [self._known(each.that, True) for each in (*diagnosis.applies_when, *instance.requires)]
        for e in self._excluders.get(d, ()):
            conditions.append(_limited([*self._exhausted(e), *self._clear_of(e)]))
        return _conjoined(conditions)

    def _any_confirmed(self, d: int, member: str | None = None) -> list[Conjunction]:
        diagnosis = self._knowledge.diagnoses[d]
        instances = [each for each in diagnosis.instances if member in (None, each.member)]
        return _limited([each for instance in instances for each in self._confirmed(d, diagnosis, instance)])

    def _known(self, condition: Condition, wanted: bool) -> list[Conjunction]:
        """The tokens with which a condition is known to be what is wanted."""
        match condition:
            case Test():
                attribute, tokens = self._allowed(condition, wanted)
                return [{attribute: tokens}] if tokens else []
            case Concluded():
                d = self._position[condition.diagnosis]
                if wanted:
                    return self._any_confirmed(d, condition.member)
                return self._ruled_out(d, condition.member)
            case Not():
                return self._known(condition.part, not wanted)
            case All() | Any():
                every = [self._known(part, wanted) for part in condition.parts]
                if isinstance(condition, All) is wanted:
                    return _conjoined(every)
                return _limited([conjunction for each in every for conjunction in each])

    def _ruled_out(self, d: int, member: str | None) -> list[Conjunction]:
        diagnosis = self._knowledge.diagnoses[d]
        excluded = self._excluded(d)
        instances = [each for each in diagnosis.instances if member in (None, each.member)]
        return _conjoined(
            [
                _limited(
                    [
                        *excluded,
                        *(
                            conjunction
                            for each in (*diagnosis.applies_when, *instance.requires)
                            for conjunction in self._known(each.that, False)
                        ),
                    ]
                )
                for instance in instances
            ]
        )

    def _excluded(self, d: int) -> list[Conjunction]:
        """The tokens with which another diagnosis that excludes this one is confirmed, and was not tried in vain."""
        found: list[Conjunction] = []
        for e in self._excluders.get(d, ()):
            found += _conjoined([self._any_confirmed(e), *self._not_exhausted(e)])
        return _limited(found)

    def _tried_facts(self, d: int) -> list[str]:
        id_ = self._knowledge.diagnoses[d].id
        return [
            self._tried[each.id]
            for each in self._knowledge.resolutions
            if id_ in each.diagnoses and each.id in self._tried
        ]

    def _exhausted(self, d: int) -> list[Conjunction]:
        return [{self._closed(key): frozenset([self._token_of(key, NO_CHANGE)])} for key in self._tried_facts(d)]

    def _not_exhausted(self, d: int) -> list[list[Conjunction]]:
        return [
            [
                {
                    self._closed(key): frozenset(
                        [*(self._attributes.tokens(key) - {self._token_of(key, NO_CHANGE)}), STUCK, ABSENT]
                    )
                }
            ]
            for key in self._tried_facts(d)
        ]

    def _token_of(self, key: str, value: Value) -> str:
        self._closed(key)
        return token(self._attributes.values[key].index(value))

    def _clear_of(self, d: int) -> list[Conjunction]:
        """The tokens with which a diagnosis excludes nothing, being beyond confirmation."""
        if d not in self._clear:
            try:
                by_token = d in self._by_token or self._rests_on_negation(d)
                self._clear[d] = [self._by_its_token(d)] if by_token else self._beyond(d)
            except _TooMany:
                self._clear[d] = [self._by_its_token(d)]
            if len(self._clear[d]) > MAX_CLEAR:
                self._clear[d] = [self._by_its_token(d)]
        return self._clear[d]

    def _by_its_token(self, d: int) -> Conjunction:
        name = self._attributes.declare(CLEAR + self._knowledge.diagnoses[d].id)
        self._attributes.clear[name] = d
        return {name: frozenset([token(0)])}

    def _beyond(self, d: int, member: str | None = None) -> list[Conjunction]:
        diagnosis = self._knowledge.diagnoses[d]
        excluded = self._excluded(d)
        instances = [each for each in diagnosis.instances if member in (None, each.member)]
        return _conjoined(
            [
                _limited(
                    [
                        *excluded,
                        *(
                            conjunction
                            for each in (*diagnosis.applies_when, *instance.requires)
                            for conjunction in self._blocked(each.that, True)
                        ),
                    ]
                )
                for instance in instances
            ]
        )

    def _blocked(self, condition: Condition, wanted: bool) -> list[Conjunction]:
        """The tokens with which a condition can no longer become what is wanted."""
        match condition:
            case Test():
                attribute, tokens = self._allowed(condition, not wanted)
                return [{attribute: tokens | {STUCK}}]
            case Concluded():
                return self._beyond(self._position[condition.diagnosis], condition.member)
            case Not():
                return self._blocked(condition.part, not wanted)
            case All() | Any():
                every = [self._blocked(part, wanted) for part in condition.parts]
                if isinstance(condition, All) is wanted:
                    return _limited([conjunction for each in every for conjunction in each])
                return _conjoined(every)

    def _rests_on_negation(self, d: int) -> bool:
        """Whether a diagnosis rests, through whatever others, on one's not being confirmed."""
        diagnosis = self._knowledge.diagnoses[d]
        conditions = [each.that for each in diagnosis.applies_when]
        conditions += [each.that for one in diagnosis.instances for each in one.requires]
        if any(_negates(condition, True) for condition in conditions):
            return True
        return any(
            self._rests_on_negation(self._position[leaf.diagnosis])
            for condition in conditions
            for leaf in leaves(condition)
            if isinstance(leaf, Concluded)
        )

    def _closed(self, key: str) -> str:
        fact = self._knowledge.fact(key)
        if fact is None:
            raise AssertionError(key)
        self._attributes.values.setdefault(key, closed_values(fact))
        return self._attributes.declare(key)

    def _allowed(self, test: Test, wanted: bool) -> tuple[str, frozenset[str]]:
        """The attribute that a test looks at, and the tokens with which it holds, or with which it does not."""
        fact = self._knowledge.fact(test.fact)
        if fact is not None and fact.type.closed:
            self._closed(test.fact)
            values = self._attributes.values[test.fact]
            return test.fact, frozenset(
                token(position)
                for position, value in enumerate(values)
                if holds_for_closed(test, value, values) is wanted
            )
        tests = self._attributes.tests
        name = next((known for known, each in tests.items() if each == test), f"{test.fact}#{len(tests)}")
        tests[self._attributes.declare(name)] = test
        return name, frozenset([token(0 if wanted else 1)])


def token(position: int) -> str:
    """A token that durable-rules can take for nothing but text."""
    return f"t{position}"


def _negates(condition: Condition, wanted: bool) -> bool:
    match condition:
        case Concluded():
            return not wanted
        case Not():
            return _negates(condition.part, not wanted)
        case All() | Any():
            return any(_negates(part, wanted) for part in condition.parts)
        case _:
            return False


def _conjoined(every: Iterable[list[Conjunction]]) -> list[Conjunction]:
    """One conjunction for each combination that can be; tests on one attribute are intersected."""
    result: list[Conjunction] = [{}]
    for alternatives in every:
        result = _limited(
            [joined for left, right in product(result, alternatives) if (joined := _join(left, right)) is not None]
        )
    return result


def _join(left: Conjunction, right: Conjunction) -> Conjunction | None:
    joined = dict(left)
    for attribute, tokens in right.items():
        joined[attribute] = joined.get(attribute, tokens) & tokens
        if not joined[attribute]:
            return None
    return joined


def _limited(conjunctions: list[Conjunction]) -> list[Conjunction]:
    unique = {tuple(sorted((a, tuple(sorted(t))) for a, t in each.items())): each for each in conjunctions}
    if len(unique) > MAX_RULES:
        raise _TooMany(f"the rules multiply out to more than {MAX_RULES}")
    return list(unique.values())
