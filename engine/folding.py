"""Says once what holds of several members alike: their names stand together where each would have its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard

from engine.wording import Words
from kb.messages import Message
from kb.templates import Blank, Piece, Template, Word

LABEL = "label"
"""The word of a member that names it."""


@dataclass(frozen=True, slots=True)
class MemberReason:
    """A text that is said of one member; `facts` is what the keys of its own facts begin with, or nothing."""

    text: Template | Message
    facts: str = ""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What the text is made of."""
        return self.text.pieces if isinstance(self.text, Template) else (self.text,)


def folded(reasons: Iterable[MemberReason], words: Words) -> tuple[Message, ...]:
    """The reasons in words, each once; those that differ in nothing but the member's name as one.

    A value that a text takes from the member's own facts counts by what it is, and not by which fact holds it.
    """
    groups: dict[tuple[object, ...], list[MemberReason]] = {}
    for reason in reasons:
        groups.setdefault(tuple(_comparable(piece, reason, words) for piece in reason.pieces), []).append(reason)
    return tuple(dict.fromkeys(_told(group, words) for group in groups.values()))


def listed(names: Iterable[str]) -> str:
    """Names as a sentence lists them: ``a, b and c``."""
    *first, last = dict.fromkeys(names)
    return f"{', '.join(first)} and {last}" if first else last


def _comparable(piece: Piece, reason: MemberReason, words: Words) -> object:
    match piece:
        case Blank():
            own = bool(reason.facts) and piece.fact.startswith(reason.facts)
            return "" if own else piece.fact, words.spoken(piece.fact)
        case Word():
            return (LABEL,) if piece.name == LABEL else piece.text
        case _:
            return piece


def _told(group: list[MemberReason], words: Words) -> Message:
    """The text of the first of a group, with the names of all where its own stands."""
    first = group[0].text
    if isinstance(first, Message):
        return first
    names = [piece.text for reason in group for piece in reason.pieces if _is_label(piece)]
    if len(group) == 1 or not names:
        return words.text(first)
    every = Word(name=LABEL, text=listed(names))
    return words.text(Template(pieces=tuple(every if _is_label(piece) else piece for piece in first.pieces)))


def _is_label(piece: Piece) -> TypeGuard[Word]:
    return isinstance(piece, Word) and piece.name == LABEL
