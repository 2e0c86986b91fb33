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

MAX_TRIES = 5_000
"""Values tried for one part of an assignment."""

_REMEMBERED = 200_000

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
    """Finds facts for one space.

    Args:
        seen: values that a library's own examples give to facts, which are tried too.
    """

    def __init__(self, space: Space, seen: Mapping[str, tuple[Value, ...]] | None = None) -> None:
        self._space = space
        self._seen = seen or {}
        self._asked = {key: fact for key in space.asked() if isinstance(fact := space.fact(key), Fact)}
        # What follows from values is asked for again and again while they are tried.
        self._derived: dict[str, dict[tuple[Value | None, ...], Value | None]] = {}
        self._classes: dict[int, dict[Value | None, int]] = {}
        self._found: dict[object, Facts | None] = {}

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
        gaps_wanted = any(value == self._space.variables[number].gap for number, value in wanted.values())
        found: Facts = {}
        for part in self._parts(tested, given):
            sources = tuple(dict.fromkeys(base for key in part for base in self._space.sources(key)))
            known = tuple((base, given[base]) for base in sources if base in given)
            asked = (tuple(sorted((key, *wanted[key]) for key in part)), known, complete, gaps_wanted)
            if asked not in self._found:
                if len(self._found) >= _REMEMBERED:
                    self._found.clear()
                self._found[asked] = self._part(part, wanted, given, complete=complete, gaps_wanted=gaps_wanted)
            values = self._found[asked]
            if values is None:
                return None
            found.update(values)
        return found

    def _parts(self, tested: list[str], given: Facts) -> list[list[str]]:
        """Facts put together where they rest on the same open facts; parts have nothing to do with each other."""
        parts: list[tuple[set[str], list[str]]] = []
        for key in tested:
            bases = {base for base in self._space.sources(key) if base not in given}
            together = [part for part in parts if part[0] & bases]
            parts = [part for part in parts if not part[0] & bases]
            parts.append(
                (bases.union(*(part[0] for part in together)), [*(each for part in together for each in part[1]), key])
            )
        return [keys for _, keys in parts]

    def _part(
        self,
        tested: list[str],
        wanted: Mapping[str, tuple[int, int]],
        given: Facts,
        *,
        complete: bool,
        gaps_wanted: bool,
    ) -> Facts | None:
        tested = sorted(tested, key=lambda key: len(self._space.sources(key)))
        order = tuple(dict.fromkeys(base for key in tested for base in self._space.sources(key) if base not in given))
        placed = {base: position for position, base in enumerate(order)}
        checks: list[list[str]] = [[] for _ in order]
        for key in tested:
            sources = [placed[base] for base in self._space.sources(key) if base in placed]
            if sources:
                checks[max(sources)].append(key)
            elif self._class(wanted[key][0], key, given) != wanted[key][1]:
                return None
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
        value = None if value == UNKNOWN else value
        known = self._classes.setdefault(number, {})
        if isinstance(value, bool | int):  # to a dictionary, 1 and True are the same
            return self._space.class_of(number, value)
        if value not in known:
            known[value] = self._space.class_of(number, value)
        return known[value]

    def _value(self, key: str, values: Mapping[str, Value | None]) -> Value | None:
        fact = self._space.fact(key)
        if isinstance(fact, Fact):
            return values.get(key)
        bases = tuple([values.get(base) for base in self._space.sources(key)])
        known = self._derived.setdefault(key, {})
        if bases not in known:
            if len(known) >= _REMEMBERED:
                known.clear()
            function = self._space.function(key)
            known[bases] = function.apply(tuple(self._value(of, values) for of in fact.derivation.of)).value
        return known[bases]

    def _store(self, key: str) -> tuple[Value | None, ...]:
        fact = self._asked[key]
        choices = tuple(choice.value for choice in fact.choices)
        own = (*((each,) for each in choices), ()) if fact.type.several and choices else choices or STORE[fact.type]
        number = self._space.position.get(key)
        if not fact.type.closed:
            own = tuple(dict.fromkeys((*own, *self._seen.get(key, ()))))
        if number is None or fact.type.closed:
            return own
        tested = tuple(value for each in self._space.variables[number].classes for value in each.values)
        return tuple(dict.fromkeys((*tested, *own))) if fact.type.several else tested
