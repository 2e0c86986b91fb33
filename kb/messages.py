"""Texts that remember which of their words were filled in, so that the same text can be filled otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

if TYPE_CHECKING:
    from kb.values import FactType, Value


@dataclass(frozen=True, slots=True)
class Slot:
    """A blank that was filled.

    Attributes:
        text: what stands in it.
        type: the type of the fact that filled it; ``None`` where a label stands for what is not known.
        value: the value itself; of a list, the one name that stands here.
        quote: what the text goes through where it stands inside a quoted literal of a command.
    """

    text: str
    type: FactType | None = None
    value: Value | None = None
    quote: Callable[[str], str] | None = None

    def written(self, text: str) -> str:
        """A text as it stands here: quoted where this is a place in a command."""
        return text if self.quote is None else self.quote(text)


class Message(str):
    """A text, made of literal words and of blanks that were filled; to everything else it is its words."""

    __slots__ = ("_parts",)
    _parts: tuple[str | Slot, ...]

    def __new__(cls, *parts: str | Slot) -> Message:
        """The message of these parts, in order; a message among them keeps its own parts."""
        words = [each if isinstance(each, str) else each.written(each.text) for each in parts]
        made = super().__new__(cls, "".join(words))
        made._parts = parts
        return made

    @property
    def parts(self) -> tuple[str | Slot, ...]:
        """The literal words and the blanks, in order."""
        # Few who take a message look at its parts, so they are laid out only when somebody does.
        if any(isinstance(each, Message) for each in self._parts):
            flat: list[str | Slot] = []
            for each in self._parts:
                flat.extend(each.parts if isinstance(each, Message) else (each,))
            self._parts = tuple(flat)
        return self._parts

    def filled(self, fill: Callable[[Slot], str]) -> Message:
        """The same message with something else in its blanks; the words around them stay to the letter."""
        return Message(
            *(each if isinstance(each, str) else Slot(fill(each), each.type, None, each.quote) for each in self.parts)
        )

    @classmethod
    def joined(cls, between: str, messages: Iterable[str]) -> Message:
        """Messages one after the other with words between them."""
        parts: list[str | Slot] = []
        for message in messages:
            parts += [between, message] if parts else [message]
        return cls(*parts)

    def __getnewargs__(self) -> Any:
        """What a copy is made of."""
        return self.parts

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Any text is a message of one literal; in JSON a message is its words."""
        return core_schema.no_info_plain_validator_function(
            cls._taken, serialization=core_schema.simple_ser_schema("str")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A text."""
        return {"type": "string"}

    @classmethod
    def _taken(cls, value: object) -> Message:
        if isinstance(value, Message):
            return value
        if isinstance(value, str):
            return cls(value)
        raise ValueError("this takes a text")


NOTHING: Final = Message()
"""The message that says nothing."""
