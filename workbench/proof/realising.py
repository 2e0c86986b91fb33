"""Finds facts, as a caller would give them, for an assignment of the space; most assignments have many.

Texts are picked from a small store of names whose relations are those that functions look at: the same name, the
same domain, another domain, an address, a pattern. Where the store does not do, the answer is none, which says
nothing of whether such facts exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.model import Fact
from kb.values import UNKNOWN, FactType, Value
from workbench.proof.space import Space

MAX_TRIES = 20_000
"""Values tried for one assignment."""

_HOSTS = ("mail.example.com", "server1.example.com", "mail.example.org", "192.0.2.1")

STORE: Mapping[FactType, tuple[Value, ...]] = {
    FactType.BOOLEAN: (True, False),
    FactType.INTEGER: (1, 0),
    FactType.HOST_NAME: _HOSTS,
    FactType.SERVER_NAME: ("SERVER1",),
    FactType.URL: tuple(f"{scheme}://{host}/path" for scheme in ("https", "http") for host in _HOSTS),
    FactType.CERTIFICATE_NAME: ("mail.example.com", "server1.example.com", "mail.example.org", "*.example.com"),
    FactType.CERTIFICATE_NAMES: (
        ("mail.example.com",),
        (),
        ("server1.example.com",),
        ("mail.example.com", "server1.example.com"),
        ("mail.example.org",),
        ("*.example.com",),
        ("192.0.2.1",),
    ),
    FactType.THUMBPRINT: ("0" * 40, "1" * 40),
    FactType.TEXT: ("text",),
}

Facts = dict[str, Value]


@dataclass(slots=True)
class _Search:
    wanted: Mapping[str, tuple[int, int]]
    order: tuple[str, ...]
    checks: tuple[tuple[str, ...], ...]
    pools: Mapping[str, tuple[Value | None, ...]]
    tries: int = 0


class Realiser:
    """Finds facts for one space."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._asked = {key: fact for key in space.asked() if isinstance(fact := space.fact(key), Fact)}

    def facts(self, assignment: Mapping[int, int], *, complete: bool = False) -> Facts | None:
        """Facts that come to an assignment, or ``None`` where none were found.

        Args:
            assignment: classes by variable; the variables left out may come to anything.
            complete: answer every question, where possible with something that is known.
        """
        wanted = {self._space.variables[number].fact: (number, value) for number, value in assignment.items()}
        facts: Facts = {}
        for key, (number, value) in wanted.items():
            fact = self._asked.get(key)
            variable = self._space.variables[number]
            if fact is None or not fact.type.closed:
                continue
            if value != variable.gap:
                facts[key] = variable.classes[value].values[0]
            elif complete:
                facts[key] = UNKNOWN
        open_facts = self._open_facts(wanted, facts, complete=complete)
        if open_facts is None:
            return None
        facts.update(open_facts)
        if complete:
            for key in self._asked:
                if key not in facts:
                    facts[key] = next(value for value in self._store(key) if value is not None)
        ordered = {key: facts[key] for key in self._asked if key in facts}
        return ordered if self.comes_to(ordered, assignment) else None

    def assignment(self, facts: Mapping[str, Value]) -> dict[int, int]:
        """The assignment, of all variables, that facts come to."""
        return {
            number: self._class(number, variable.fact, facts) for number, variable in enumerate(self._space.variables)
        }

    def comes_to(self, facts: Mapping[str, Value], assignment: Mapping[int, int]) -> bool:
        """Whether facts come to an assignment."""
        variables = self._space.variables
        return all(self._class(number, variables[number].fact, facts) == value for number, value in assignment.items())

    def _open_facts(self, wanted: Mapping[str, tuple[int, int]], given: Facts, *, complete: bool) -> Facts | None:
        """Values for the facts that have endlessly many, found by trying those of the store."""
        tested = [key for key in wanted if key not in self._asked or not self._asked[key].type.closed]
        tested.sort(key=lambda key: len(self._space.sources(key)))
        order = tuple(dict.fromkeys(base for key in tested for base in self._space.sources(key) if base not in given))
        placed = {base: position for position, base in enumerate(order)}
        checks: list[list[str]] = [[] for _ in order]
        for key in tested:
            sources = [placed[base] for base in self._space.sources(key) if base in placed]
            if sources:
                checks[max(sources)].append(key)
        gaps_wanted = any(value == self._space.variables[number].gap for number, value in wanted.values())
        pools: dict[str, tuple[Value | None, ...]] = {}
        for base in order:
            # A fact that nobody gave keeps a witness short; in a complete one it is answered with "unknown".
            nothing: tuple[Value | None, ...] = (UNKNOWN,) if complete else (None,)
            store = self._store(base)
            pools[base] = (*store, *nothing) if complete and gaps_wanted else store if complete else (*nothing, *store)
        search = _Search(wanted, order, tuple(map(tuple, checks)), pools)
        values: dict[str, Value | None] = dict(given)
        if not self._fill(search, 0, values):
            return None
        return {key: value for key, value in values.items() if value is not None and key not in given}

    def _fill(self, search: _Search, position: int, values: dict[str, Value | None]) -> bool:
        if position == len(search.order):
            return True
        base = search.order[position]
        for value in search.pools[base]:
            search.tries += 1
            if search.tries > MAX_TRIES:
                return False
            values[base] = value
            if all(self._fits(key, search, values) for key in search.checks[position]) and self._fill(
                search, position + 1, values
            ):
                return True
        del values[base]
        return False

    def _fits(self, key: str, search: _Search, values: Mapping[str, Value | None]) -> bool:
        number, wanted = search.wanted[key]
        return self._class(number, key, values) == wanted

    def _class(self, number: int, key: str, values: Mapping[str, Value | None]) -> int:
        value = self._value(key, values)
        return self._space.class_of(number, None if value == UNKNOWN else value)

    def _value(self, key: str, values: Mapping[str, Value | None]) -> Value | None:
        fact = self._space.fact(key)
        if isinstance(fact, Fact):
            return values.get(key)
        function = self._space.function(key)
        return function.apply(tuple(self._value(of, values) for of in fact.derivation.of)).value

    def _store(self, key: str) -> tuple[Value | None, ...]:
        fact = self._asked[key]
        choices = tuple(choice.value for choice in fact.choices)
        own = (*((each,) for each in choices), ()) if fact.type.several and choices else choices or STORE[fact.type]
        number = self._space.position.get(key)
        if number is None or fact.type.closed:
            return own
        tested = tuple(value for each in self._space.variables[number].classes for value in each.values)
        return tuple(dict.fromkeys((*tested, *own))) if fact.type.several else tested
