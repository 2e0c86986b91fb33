"""Drives durable-rules, the Rete engine, in the one way that holds: closed tokens in, confirmed rules out.

Nothing that a caller typed reaches its C code. Facts whose values the library declares go in as opaque tokens; a
test on any other fact is evaluated before and goes in as a yes or no. Conditions are multiplied out to conjunctions of
positive tests, a negation becomes ``$neq`` on a known value, and what is unknown is the positive fact ``u: 1``.
No ``Host`` and no ``durable.lang``: the C module is called directly, one handle to one caller at a time, one constant
session, and a rule that fires in every session. Any error drops the handle.
"""

from __future__ import annotations

import importlib.util
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any as Written

from engine.derivation import closed_values, holds, holds_for_closed
from engine.fact_state import FactState
from kb import KnowledgeBase
from kb.conditions import All, Any, Concluded, Condition, Not, Test
from kb.model import Instance
from kb.values import Value

MODULE = "durable_rules_engine"
MAX_RULES = 4000
MAX_ANTECEDENTS = 15
MAX_RULES_PER_TEST = 255
MAX_TESTS_PER_ATTRIBUTE = 500
_SESSION = "s"
_BEGIN = "begin"
_KEPT_HANDLES = 8

Conjunction = Mapping[str, frozenset[str]]
"""For each attribute the tokens that it may have."""

Confirmed = tuple[int, int]
"""The positions of a diagnosis and of its instance."""


class ReteUnavailable(Exception):
    """durable-rules is not installed, the rules exceed what it does safely, or it failed; the message says which."""


def is_installed() -> bool:
    """Whether durable-rules can be imported; on Python 3.13 and later it cannot."""
    if importlib.util.find_spec(MODULE) is None:
        return False
    try:
        importlib.import_module(MODULE)
    except ImportError:
        return False
    return True


class Rete:
    """The rules of one knowledge base in durable-rules.

    Raises:
        ReteUnavailable: see there.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        try:
            self._c: Written = importlib.import_module(MODULE)
        except ImportError as error:
            raise ReteUnavailable(f"durable-rules cannot be imported: {error}") from None
        self._vocabulary = _Vocabulary(knowledge)
        self._rules, self._owners = _ruleset(knowledge, self._vocabulary)
        self._idle: deque[int] = deque()
        self._closed = False
        self._ids = tuple(f"i{position}" for position in range(len(self._vocabulary.attributes) + 1))
        if len({_fnv1a(id_) for id_ in self._ids}) != len(self._ids):
            raise ReteUnavailable("two fact ids share a hash")
        self.fire = lru_cache(maxsize=16384)(self._fire)

    def confirmed(self, fact_state: FactState) -> frozenset[Confirmed]:
        """The instances of diagnoses that fire. Equal tokens give equal answers, so each set of tokens is run once.

        Raises:
            ReteUnavailable: durable-rules failed.
        """
        return self.fire(self._vocabulary.tokens(fact_state))

    def close(self) -> None:
        """Give back every handle; nothing can be fired afterwards."""
        self._closed = True
        while self._idle:
            self._c.delete_ruleset(self._idle.pop())

    def _fire(self, tokens: tuple[str | None, ...]) -> frozenset[Confirmed]:
        batch = [{"id": self._ids[0], "sid": _SESSION, "a": _BEGIN}]
        for id_, attribute, token in zip(self._ids[1:], self._vocabulary.attributes, tokens, strict=True):
            fact: dict[str, object] = {"id": id_, "sid": _SESSION, "a": attribute, "u": 1 if token is None else 0}
            if token is not None:
                fact["v"] = token
            batch.append(fact)  # type: ignore[arg-type]
        handle = self._handle()
        try:
            names = list(self._run(handle, json.dumps(batch)))
        except Exception as error:
            # Whatever state it is in, this handle is not used again, nor trusted enough to be deleted.
            raise ReteUnavailable(f"durable-rules failed: {type(error).__name__}: {error}") from error
        if len(self._idle) < _KEPT_HANDLES and not self._closed:
            self._idle.append(handle)
        else:
            self._c.delete_ruleset(handle)
        return frozenset(self._owners[name] for name in names if name != _BEGIN)

    def _run(self, handle: int, batch: str) -> Iterator[str]:
        _, offset = self._c.assert_facts(handle, batch)
        started = self._c.start_action_for_state(handle, offset)
        message = started[1] if started else None
        while message:
            yield next(iter(json.loads(message)))
            message = self._c.complete_and_start_action(handle, offset)
        self._c.delete_state(handle, _SESSION)

    def _handle(self) -> int:
        if self._closed:
            raise ReteUnavailable("it was closed")
        try:
            return self._idle.pop()
        except IndexError:
            pass
        try:
            handle: int = self._c.create_ruleset("resolvent", json.dumps(self._rules))
            # A first session in which only the opening rule fires avoids an uninitialised free later on.
            list(self._run(handle, json.dumps([{"id": "i0", "sid": _SESSION, "a": _BEGIN}])))
        except Exception as error:
            raise ReteUnavailable(f"durable-rules took no rules: {type(error).__name__}: {error}") from error
        return handle


class _Vocabulary:
    """The attributes that go in, and the tokens that each can have."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._values: dict[str, tuple[Value, ...]] = {}
        self._tests: dict[str, Test] = {}
        self.attributes: list[str] = []

    def allowed(self, test: Test, wanted: bool) -> tuple[str, frozenset[str]]:
        """The attribute that a test looks at, and the tokens with which it holds, or with which it does not."""
        fact = self._knowledge.fact(test.fact)
        if fact is not None and fact.type.closed:
            values = closed_values(fact)
            self._declare(test.fact)
            self._values[test.fact] = values
            return test.fact, frozenset(
                _token(position)
                for position, value in enumerate(values)
                if holds_for_closed(test, value, values) is wanted
            )
        name = next((known for known, each in self._tests.items() if each == test), f"{test.fact}#{len(self._tests)}")
        self._declare(name)
        self._tests[name] = test
        return name, frozenset([_token(0 if wanted else 1)])

    def all_tokens(self, attribute: str) -> frozenset[str]:
        """Every token that an attribute can have."""
        return frozenset(_token(position) for position in range(len(self._values.get(attribute, (True, False)))))

    def tokens(self, fact_state: FactState) -> tuple[str | None, ...]:
        """The token of every attribute in a fact state, ``None`` where nothing is known."""
        tokens: list[str | None] = []
        for attribute in self.attributes:
            test = self._tests.get(attribute)
            value = fact_state.values.get(attribute if test is None else test.fact)
            if value is None:
                tokens.append(None)
            elif test is None:
                tokens.append(_token(self._values[attribute].index(value)))
            else:
                tokens.append(_token(0 if holds(test, value) else 1))
        return tuple(tokens)

    def _declare(self, attribute: str) -> None:
        if attribute not in self.attributes:
            self.attributes.append(attribute)


def _ruleset(knowledge: KnowledgeBase, vocabulary: _Vocabulary) -> tuple[dict[str, Written], dict[str, Confirmed]]:
    """The rules as durable-rules takes them, and the instance that each confirms."""
    rules: dict[str, Written] = {_BEGIN: {"all": [{"m_0": {"a": _BEGIN}}]}}
    owners: dict[str, Confirmed] = {}
    conditions = {diagnosis.id: diagnosis for diagnosis in knowledge.diagnoses}

    def expand(condition: Condition, wanted: bool) -> list[Conjunction]:
        match condition:
            case Test():
                attribute, tokens = vocabulary.allowed(condition, wanted)
                return [{attribute: tokens}] if tokens else []
            case Concluded():
                diagnosis = conditions[condition.diagnosis]
                instances = [each for each in diagnosis.instances if condition.member in (None, each.member)]
                return expand(Any(parts=tuple(_whole(diagnosis.scope, each) for each in instances)), wanted)
            case Not():
                return expand(condition.part, not wanted)
            case All() | Any():
                every = [expand(part, wanted) for part in condition.parts]
                if isinstance(condition, All) is wanted:
                    return _conjoined(every)
                return _limited([conjunction for each in every for conjunction in each])

    for d, diagnosis in enumerate(knowledge.diagnoses):
        for i, instance in enumerate(diagnosis.instances):
            for conjunction in expand(_whole(diagnosis.scope, instance), True):
                for antecedents in _antecedents(conjunction, vocabulary):
                    name = f"r{len(rules)}"
                    rules[name] = {"all": antecedents}
                    owners[name] = (d, i)
                    if len(rules) > MAX_RULES:
                        raise ReteUnavailable(f"the rules multiply out to more than {MAX_RULES}")
    _check_sharing(rules)
    return rules, owners


def _whole(scope: Iterable[Written], instance: Instance) -> Condition:
    return All(parts=tuple(each.that for each in (*scope, *instance.requires)))


def _conjoined(every: list[list[Conjunction]]) -> list[Conjunction]:
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
        raise ReteUnavailable(f"the rules multiply out to more than {MAX_RULES}")
    return list(unique.values())


def _antecedents(conjunction: Conjunction, vocabulary: _Vocabulary) -> Iterator[list[dict[str, Written]]]:
    """A conjunction as antecedents, one an attribute; a set of tokens that is no single test gives a rule for each."""
    if len(conjunction) > MAX_ANTECEDENTS:
        raise ReteUnavailable(f"a rule has more than {MAX_ANTECEDENTS} antecedents")
    options: list[list[list[Written]]] = []
    for attribute, tokens in conjunction.items():
        everything = vocabulary.all_tokens(attribute)
        known = [{"a": attribute}, {"u": 0}]
        if tokens == everything:
            options.append([known])
        elif len(everything) > 2 and len(everything - tokens) == 1:
            (excluded,) = everything - tokens
            options.append([[*known, {"$neq": {"v": excluded}}]])
        else:
            options.append([[*known, {"v": token}] for token in sorted(tokens)])
    for chosen in product(*options):
        yield [{f"m_{position}": {"$and": tests}} for position, tests in enumerate(chosen)]


def _check_sharing(rules: Mapping[str, Written]) -> None:
    uses: dict[str, int] = {}
    tests: dict[str, set[str]] = {}
    for rule in rules.values():
        for antecedent in rule["all"]:
            (test,) = antecedent.values()
            written = json.dumps(test, sort_keys=True)
            uses[written] = uses.get(written, 0) + 1
            attribute = test["$and"][0]["a"] if "$and" in test else test["a"]
            tests.setdefault(attribute, set()).add(written)
    if max(uses.values()) > MAX_RULES_PER_TEST:
        raise ReteUnavailable(f"more than {MAX_RULES_PER_TEST} rules share one test")
    if max(map(len, tests.values())) > MAX_TESTS_PER_ATTRIBUTE or len(tests) > MAX_TESTS_PER_ATTRIBUTE:
        raise ReteUnavailable(f"there are more than {MAX_TESTS_PER_ATTRIBUTE} tests side by side")


def _token(position: int) -> str:
    """A token that durable-rules can take for nothing but text."""
    return f"t{position}"


def _fnv1a(text: str) -> int:
    """The 32-bit hash by which durable-rules tells ids apart."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value
