"""Drives durable-rules, the Rete engine, in the one way that holds: names of what holds in, confirmed rules out.

Nothing that a caller typed reaches its C code. What goes in are opaque names of antecedents that hold: that a fact
has one of some values that the library declares, that a test holds, that nobody can tell.
`engine.rete_rules` names them, and multiplies the conditions out.
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
from engine.rete_rules import ABSENT, BEGIN, STUCK, Confirmed, ReteUnavailable, RuleSet, rule_set, token

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

    Args:
        rules: some of them, where not all are wanted.

    Raises:
        ReteUnavailable: see there.
    """

    def __init__(self, program: Program, rules: RuleSet | None = None) -> None:
        try:
            self._c: Written = importlib.import_module(MODULE)
        except ImportError as error:
            raise ReteUnavailable(f"durable-rules cannot be imported: {error}") from None
        self._program = program
        self.rules = rule_set(program.knowledge) if rules is None else rules
        self._written = json.dumps(self.rules.rules)
        self._idle: deque[int] = deque()
        self._closed = False
        names = self.rules.every_name
        if len(set(map(_fnv1a, (BEGIN, *names)))) != len(names) + 1:
            raise ReteUnavailable("two fact ids share a hash")
        self._fired: Memory[frozenset[Confirmed]] = Memory(_REMEMBERED_BYTES)

    def confirmed(self, fact_state: FactState) -> frozenset[Confirmed]:
        """The instances of diagnoses that fire. What equal names give is equal, so each set of names is run once.

        Raises:
            ReteUnavailable: durable-rules failed.
        """
        names = self.holding(fact_state)
        return self._fired.recall(names, lambda: self.fire(names), lambda _: 400 + 8 * len(names))

    def holding(self, fact_state: FactState) -> tuple[str, ...]:
        """The names of the antecedents that hold in a fact state, always in the same order."""
        attributes, deriver = self.rules.attributes, self._program.deriver
        decision: Decision | None = None
        holding: list[str] = []
        for name in attributes.names:
            if name in attributes.clear:
                decision = decision or self._program.decide(fact_state.key)
                each = token(0) if _clear(decision, attributes.clear[name]) else ABSENT
            else:
                test = attributes.tests.get(name)
                fact = name if test is None else test.fact
                value = fact_state.values.get(fact)
                if value is None:
                    each = STUCK if fact_state.key.stuck & deriver.masks[fact] else ABSENT
                elif test is None:
                    each = token(attributes.values[name].index(value))
                else:
                    each = token(0 if holds(test, value) else 1)
            holding += self.rules.names[name][each]
        return tuple(holding)

    def close(self) -> None:
        """Give back every handle; nothing can be fired afterwards."""
        self._closed = True
        while self._idle:
            self._c.delete_ruleset(self._idle.pop())

    def fire(self, holding: tuple[str, ...]) -> frozenset[Confirmed]:
        """What fires where these antecedents hold, run anew.

        Raises:
            ReteUnavailable: durable-rules failed.
        """
        batch = [{"id": each, "sid": _SESSION, "a": each} for each in (BEGIN, *holding)]
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
            list(self._run(handle, json.dumps([{"id": BEGIN, "sid": _SESSION, "a": BEGIN}])))
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
