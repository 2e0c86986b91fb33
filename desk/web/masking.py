"""Replaces the names of hosts and servers in a ticket, the same name always by the same stand-in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from evidence import Observation
from kb import KnowledgeBase
from kb.names import is_ip_address
from kb.values import UNKNOWN, FactType, Value

_DOMAIN: Final = "example"
"""RFC 2606 keeps it for examples, so that a stand-in is nobody's name."""
_HOST_IN_URL = re.compile(r"https?://(?P<host>\[[^\]]*\]|[^/:?#]+)", re.IGNORECASE)
_NOT_BEFORE, _NOT_AFTER = r"(?<![\w-])", r"(?![\w-]|\.\w)"
_NAMED = frozenset(
    {
        FactType.HOST_NAME,
        FactType.SERVER_NAME,
        FactType.URL,
        FactType.CERTIFICATE_NAME,
        FactType.CERTIFICATE_NAMES,
        FactType.TEXT,
    }
)


class Masker:
    """Masks texts of one case.

    Every name that a fact holds is replaced, and every other name below the same domains, in whatever text they occur.
    A server keeps one number, whether it is written with its domain or without; a wildcard stays one.
    """

    def __init__(self, names: Iterable[tuple[str, bool]]) -> None:
        """Take the names to mask, each with whether it is a server's; the order gives the numbers."""
        self._stand_ins: dict[str, str] = {}
        self._hosts = 0
        self._servers: dict[str, int] = {}
        known = [(name.strip().rstrip(".").lower(), server) for name, server in names]
        for name, server in known:
            if server and name:
                self._servers.setdefault(name.split(".")[0], len(self._servers) + 1)
        domains: set[str] = set()
        for name, _ in known:
            if name:
                self._stand_in(name)
                domains.update(_domains(name))
        self._pattern = _pattern([name for name, _ in known if name], domains)

    def text(self, text: str) -> str:
        """The text with every name replaced."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._stand_in(found[0].lower().rstrip(".")), text)

    def data(self, data: object) -> object:
        """Anything that JSON can hold, with every text in it masked."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, Mapping):
            return {key: self.data(value) for key, value in data.items()}
        if isinstance(data, list | tuple):
            return [self.data(item) for item in data]
        return data

    def _stand_in(self, name: str) -> str:
        if name not in self._stand_ins:
            self._stand_ins[name] = self._made_up(name)
        return self._stand_ins[name]

    def _made_up(self, name: str) -> str:
        if name.startswith("*."):
            return f"*.{self._stand_in(name[2:])}"
        label, _, domain = name.partition(".")
        if label in self._servers and not is_ip_address(name):
            return f"server-{self._servers[label]}" + (f".{_DOMAIN}" if domain else "")
        self._hosts += 1
        return f"host-{self._hosts}.{_DOMAIN}"


def names_in(
    facts: Mapping[str, Value], observations: Iterable[Observation], knowledge: KnowledgeBase
) -> Iterator[tuple[str, bool]]:
    """Every name that facts and evidence hold, and whether it is a server's."""
    told = [(key, value) for key, value in facts.items()]
    for observation in observations:
        if observation.server is not None:
            yield observation.server, True
        told.append((observation.fact, observation.value))
    for key, value in told:
        fact = knowledge.facts.get(key)
        kind = FactType.URL if fact is None else fact.type
        if kind in _NAMED and value != UNKNOWN:
            for each in value if isinstance(value, tuple) else (str(value),):
                in_url = _HOST_IN_URL.match(each)
                yield (in_url["host"].strip("[]") if in_url else each), kind is FactType.SERVER_NAME


def _domains(name: str) -> Iterator[str]:
    """The registered domain of a name, as near as two labels come to it."""
    labels = name.removeprefix("*.").split(".")
    if len(labels) >= 2 and all(labels) and " " not in name and not is_ip_address(name):
        yield ".".join(labels[-2:])


def _pattern(names: Iterable[str], domains: Iterable[str]) -> re.Pattern[str] | None:
    """What matches every name, the longest first, and everything below the domains."""
    below = [rf"(?:\*\.)?(?:[\w-]+\.)*{re.escape(domain)}" for domain in sorted(domains, key=len, reverse=True)]
    exact = [re.escape(name) for name in sorted(set(names), key=len, reverse=True)]
    if not below and not exact:
        return None
    return re.compile(f"{_NOT_BEFORE}(?:{'|'.join((*below, *exact))}){_NOT_AFTER}", re.IGNORECASE)
