"""Drives durable-rules, the Rete engine, in the one way that holds: closed tokens in, confirmed rules out.

Nothing that a caller typed reaches its C code. Facts whose values the library declares go in as opaque tokens; a
test on any other fact is evaluated before and goes in as a yes or no; what is unknown is the positive fact ``u: 1``.
`engine.rete_rules` multiplies the conditions out.
No ``Host`` and no ``durable.lang``: the C module is called directly, one handle to one caller at a time, one constant
session, and a rule that fires in every session. Any error drops the handle.
"""

from __future__ import annotations

import importlib.util
import json
from collections import deque
from collections.abc import Iterator
from typing import Any as Written

from engine.compiled import Decision, Program
from engine.derivation import holds
from engine.fact_state import FactState
from engine.memory import Memory
from engine.rete_rules import ABSENT, BEGIN, STUCK, Confirmed, ReteUnavailable, rule_set, token

__all__ = ["MODULE", "Confirmed", "Rete", "ReteUnavailable", "is_installed"]

MODULE = "durable_rules_engine"
_SESSION = "s"
_KEPT_HANDLES = 8
_REMEMBERED_BYTES = 16 * 1024 * 1024


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

    def __init__(self, program: Program) -> None:
        try:
            self._c: Written = importlib.import_module(MODULE)
        except ImportError as error:
            raise ReteUnavailable(f"durable-rules cannot be imported: {error}") from None
        self._program = program
        self.rules = rule_set(program.knowledge)
        self._written = json.dumps(self.rules.rules)
        self._idle: deque[int] = deque()
        self._closed = False
        count = sum(map(len, self.rules.aliases.values()))
        self._ids = tuple(f"i{position}" for position in range(count + 1))
        if len({_fnv1a(id_) for id_ in self._ids}) != len(self._ids):
            raise ReteUnavailable("two fact ids share a hash")
        self._fired: Memory[frozenset[Confirmed]] = Memory(_REMEMBERED_BYTES)

    def confirmed(self, fact_state: FactState) -> frozenset[Confirmed]:
        """The instances of diagnoses that fire. Equal tokens give equal answers, so each set of tokens is run once.

        Raises:
            ReteUnavailable: durable-rules failed.
        """
        tokens = self.tokens(fact_state)
        return self._fired.recall(tokens, lambda: self.fire(tokens), lambda _: 400 + 8 * len(tokens))

    def tokens(self, fact_state: FactState) -> tuple[str, ...]:
        """The token of every attribute in a fact state."""
        attributes, deriver = self.rules.attributes, self._program.deriver
        decision: Decision | None = None
        tokens: list[str] = []
        for name in attributes.names:
            if name in attributes.clear:
                decision = decision or self._program.decide(fact_state.key)
                tokens.append(token(0) if _clear(decision, attributes.clear[name]) else ABSENT)
                continue
            test = attributes.tests.get(name)
            fact = name if test is None else test.fact
            value = fact_state.values.get(fact)
            if value is None:
                tokens.append(STUCK if fact_state.key.stuck & deriver.masks[fact] else ABSENT)
            elif test is None:
                tokens.append(token(attributes.values[name].index(value)))
            else:
                tokens.append(token(0 if holds(test, value) else 1))
        return tuple(tokens)

    def close(self) -> None:
        """Give back every handle; nothing can be fired afterwards."""
        self._closed = True
        while self._idle:
            self._c.delete_ruleset(self._idle.pop())

    def fire(self, tokens: tuple[str, ...]) -> frozenset[Confirmed]:
        """What fires for these tokens, run anew.

        Raises:
            ReteUnavailable: durable-rules failed.
        """
        batch: list[dict[str, object]] = [{"id": self._ids[0], "sid": _SESSION, "a": BEGIN}]
        for attribute, each in zip(self.rules.attributes.names, tokens, strict=True):
            for alias in self.rules.aliases[attribute]:
                known = 0 if each not in (STUCK, ABSENT) else 1
                batch.append({"id": self._ids[len(batch)], "sid": _SESSION, "a": alias, "u": known, "v": each})
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
        return frozenset(self.rules.owners[name] for name in names if name != BEGIN)

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
            handle: int = self._c.create_ruleset("resolvent", self._written)
            # A first session in which only the opening rule fires avoids an uninitialised free later on.
            list(self._run(handle, json.dumps([{"id": "i0", "sid": _SESSION, "a": BEGIN}])))
        except Exception as error:
            raise ReteUnavailable(f"durable-rules took no rules: {type(error).__name__}: {error}") from error
        return handle


def _clear(decision: Decision, d: int) -> bool:
    """Whether a diagnosis excludes nothing, being ruled out or beyond confirmation."""
    decided = decision.diagnoses[d]
    if decided.state is not None:
        return decided.state is False
    return not (decided.open_facts and any(decided.reaches))


def _fnv1a(text: str) -> int:
    """The 32-bit hash by which durable-rules tells ids apart."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value
