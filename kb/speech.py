"""Says a value: the one place where what is known of a fact becomes words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.messages import Message, Slot
from kb.values import UNKNOWN, FactType, Value

if TYPE_CHECKING:
    from kb.model import DerivedFact, Fact

NOT_KNOWN = "not known"
"""What is said of a fact that was asked and that nobody can tell."""


def spoken(value: Value, fact: Fact | DerivedFact | None) -> Message:
    """A value in words, as it stands within a sentence; a choice by its label, each name of a list for itself.

    Args:
        value: what is known of the fact.
        fact: the fact; ``None`` for one that the library has not, whose value is text to us.
    """
    kind = FactType.TEXT if fact is None else fact.type
    if isinstance(value, bool):
        return Message(Slot("yes" if value else "no", FactType.BOOLEAN, value))
    if isinstance(value, tuple):
        # What no fact takes may be anything, so it is masked whole like a text.
        labels = {} if fact is None or not kind.declared else fact.labels
        names = (Message(Slot(labels.get(each, each), kind, each)) for each in value)
        return Message.joined(", ", names) if value else Message("none")
    if value == UNKNOWN:
        return Message(NOT_KNOWN)
    label = str(value) if fact is None else fact.labels.get(str(value), str(value))
    return Message(Slot(label, kind, value))


def typed(value: Value) -> str:
    """A value as somebody would type it into a form, so that it reads as the same value again."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return str(value)
