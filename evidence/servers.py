"""The servers that sources name: one name for each, its long and its short form taken together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Servers:
    """The distinct servers among some names, in the order in which they were met.

    A name without a domain means the server whose full name begins with it; where two begin with it, it means neither
    and is a server by itself.
    """

    names: tuple[str, ...]
    _by_name: dict[str, str]

    @classmethod
    def of(cls, named: Iterable[object]) -> Servers:
        """The servers among names; what is no name is passed over. Takes time linear in their number."""
        distinct: dict[str, str] = {}
        for each in named:
            if isinstance(each, str) and each:
                distinct.setdefault(each.lower().rstrip("."), each)
        long: dict[str, list[str]] = {}
        for key in distinct:
            if "." in key:
                long.setdefault(key.partition(".")[0], []).append(key)
        names: dict[str, str] = {}
        by_name: dict[str, str] = {}
        for key, written in distinct.items():
            full = long.get(key, []) if "." not in key else [key]
            one = full[0] if len(full) == 1 else key
            by_name[key] = names.setdefault(one, written)
        return cls(tuple(names.values()), by_name)

    def find(self, name: str) -> str | None:
        """The server that a name means, as it was first written; ``None`` for one that was not among the names."""
        return self._by_name.get(name.lower().rstrip("."))

    def same(self, one: str, other: str) -> bool:
        """Whether two names mean one server."""
        found = self.find(one)
        return found is not None and found == self.find(other)
