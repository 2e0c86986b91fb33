"""Masks the names in an outcome: the same name always by the same stand-in, and nothing but names.

What is masked are values: the blanks of texts and commands, the facts, what is proposed and suggested. Words that an
author wrote stand as they are, also where a server is called by one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from engine.outcome import FactValue, Outcome, Proposal, Question, QuestionPart
from kb import KnowledgeBase
from kb.messages import Message, Slot
from kb.names import is_ip_address
from kb.values import UNKNOWN, FactType, Value

_DOMAIN: Final = "example"
"""RFC 2606 keeps it for examples, so that a stand-in is nobody's name."""
_URL = re.compile(r"(?P<scheme>https?://)(?P<host>\[[^\]]*\]|[^/:?#]+)(?P<port>:\d+)?(?P<rest>.*)", re.IGNORECASE)
_HOST = re.compile(r"[\w*-]+(?:\.[\w*-]+)*\.?", re.ASCII)
_PART = re.compile(r"[^/?&=#;,]+")
_NAMED: Final = frozenset(
    {
        FactType.HOST_NAME,
        FactType.SERVER_NAME,
        FactType.URL,
        FactType.CERTIFICATE_NAME,
        FactType.CERTIFICATE_NAMES,
        FactType.TEXT,
    }
)

Part = TypeVar("Part", bound=BaseModel)


class Masker:
    """Masks what belongs together, such as all servers of a case, so that a name has one stand-in throughout.

    A server keeps one number, whether it is written with its domain or without; a wildcard stays one. Text of any form
    is replaced whole: it may hold any name.
    """

    def __init__(
        self, knowledge: KnowledgeBase, outcomes: Iterable[Outcome], servers: Iterable[str | None] = ()
    ) -> None:
        """Take all that will be masked, since a host is a server's where any of it says so."""
        self._knowledge = knowledge
        self._servers: dict[str, int] = {}
        self._stand_ins: dict[str, str] = {}
        self._hosts = self._texts = 0
        for server in servers:
            self._note_server(server or "")
        for outcome in outcomes:
            for type_, value in _values(outcome, knowledge):
                if type_ is FactType.SERVER_NAME:
                    self._note_server(value)

    def outcome(self, outcome: Outcome) -> Outcome:
        """The outcome with every name in it replaced."""
        masked = self._model(outcome)
        return masked.model_copy(update={"facts": {key: self._fact(key, each) for key, each in outcome.facts.items()}})

    def message(self, message: Message) -> Message:
        """The message with the names in its blanks replaced."""
        return message.filled(self._fill)

    def server(self, name: str) -> str:
        """The stand-in for a server's name."""
        return self.text(name, FactType.SERVER_NAME)

    def value(self, value: Value, type_: FactType) -> Value:
        """A value of a type with the names in it replaced."""
        if type_ not in _NAMED or isinstance(value, bool | int) or value == UNKNOWN:
            return value
        return tuple(self.text(each, type_) for each in value) if isinstance(value, tuple) else self.text(value, type_)

    def text(self, text: str, type_: FactType) -> str:
        """The stand-in for one name of a type."""
        match type_:
            case FactType.URL:
                return self._url(text)
            case FactType.TEXT:
                return self._free(text)
            case _:
                return self._host(text) if _HOST.fullmatch(text) or is_ip_address(text) else self._free(text)

    # --- the document

    def _model(self, model: Part) -> Part:
        changes = {name: self._part(getattr(model, name)) for name in type(model).model_fields}
        match model:
            case Question() | QuestionPart():
                changes["suggestions"] = tuple(self.text(each, model.type) for each in model.suggestions)
            case Proposal():
                changes |= {
                    "value": self._fact(model.fact, model.value),
                    "provenance": "",
                    "quote": self._free(model.quote) if model.quote else "",
                }
        return model.model_copy(update=changes)

    def _part(self, part: Any) -> Any:
        if isinstance(part, Message):
            return self.message(part)
        if isinstance(part, tuple):
            return tuple(self._part(each) for each in part)
        return self._model(part) if isinstance(part, BaseModel) else part

    def _fact(self, key: str, value: FactValue) -> FactValue:
        fact = self._knowledge.facts.get(key)
        return self.value(value, FactType.TEXT if fact is None else fact.type)

    def _fill(self, slot: Slot) -> str:
        return self.text(slot.text, slot.type) if slot.type in _NAMED and slot.type is not None else slot.text

    # --- stand-ins

    def _note_server(self, name: str) -> None:
        label = _key(name).partition(".")[0]
        if label and not is_ip_address(name):
            self._servers.setdefault(label, len(self._servers) + 1)

    def _url(self, text: str) -> str:
        url = _URL.fullmatch(text)
        if url is None:
            return self._free(text)
        host = self._host(url["host"].strip("[]"))
        return f"{url['scheme']}{host}{url['port'] or ''}{_PART.sub(self._in_path, url['rest'])}"

    def _in_path(self, part: re.Match[str]) -> str:
        """A part of a path: a name that is known is replaced there too."""
        known = _key(part[0]) in self._servers or _key(part[0]) in self._stand_ins
        return self._host(part[0]) if known else part[0]

    def _host(self, name: str) -> str:
        return self._once(_key(name), self._made_up)

    def _free(self, text: str) -> str:
        return self._once(f" {text}", self._made_up_text)

    def _once(self, key: str, make: Callable[[str], str]) -> str:
        if key not in self._stand_ins:
            self._stand_ins[key] = make(key)
        return self._stand_ins[key]

    def _made_up(self, name: str) -> str:
        address = is_ip_address(name)
        label, _, domain = name.partition(".")
        if "*" in label and domain and not address:
            return f"*.{self._host(domain)}"
        if label in self._servers and not address:
            return f"server-{self._servers[label]}" + (f".{_DOMAIN}" if domain else "")
        self._hosts += 1
        return f"host-{self._hosts}.{_DOMAIN}" if domain or address else f"host-{self._hosts}"

    def _made_up_text(self, _: str) -> str:
        self._texts += 1
        return f"text-{self._texts}"


def _key(name: str) -> str:
    return name.strip().rstrip(".").lower()


def _values(node: object, knowledge: KnowledgeBase) -> Iterator[tuple[FactType, str]]:
    """Every text within an outcome that is a value, with its type."""
    match node:
        case Message():
            yield from ((part.type, part.text) for part in node.parts if isinstance(part, Slot) and part.type)
        case tuple():
            for each in node:
                yield from _values(each, knowledge)
        case Outcome():
            for key, value in node.facts.items():
                fact = knowledge.facts.get(key)
                if fact is not None and isinstance(value, str) and value != UNKNOWN:
                    yield fact.type, value
            for name in type(node).model_fields:
                yield from _values(getattr(node, name), knowledge)
        case BaseModel():
            for name in type(node).model_fields:
                yield from _values(getattr(node, name), knowledge)
