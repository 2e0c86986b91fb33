"""Texts with blanks: ``{exchange.server}`` is filled from a fact, everything else stands as written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from kb.messages import Message, Slot

_BLANK = re.compile(r"\{(?P<key>[a-z][a-z0-9_.-]*)\}")


WORDS = "words."
"""What the name of a table of words begins with where a text speaks of it: ``{words.cmdlet}``."""


class Blank(BaseModel):
    """A place in a text that a fact fills."""

    model_config = ConfigDict(frozen=True)
    fact: str


class Word(BaseModel):
    """A place in a text where a constant of the member stands that the text is written out for.

    Attributes:
        name: what it is of the member, such as ``label``.
    """

    model_config = ConfigDict(frozen=True)
    name: str
    text: str


Piece = str | Blank | Word


class Template(BaseModel):
    """A text as pieces: words that stand, words of a member, and blanks between them."""

    model_config = ConfigDict(frozen=True)
    pieces: tuple[Piece, ...]

    @cached_property
    def blanks(self) -> tuple[str, ...]:
        """The facts that fill it, each once."""
        return tuple(dict.fromkeys(piece.fact for piece in self.pieces if isinstance(piece, Blank)))

    def fill(self, words: Mapping[str, str | Slot]) -> Message:
        """The text, every blank filled with what stands for its fact."""
        if self._whole is not None:
            return self._whole
        return Message(*[words[piece.fact] if isinstance(piece, Blank) else piece for piece in self._plain])

    @cached_property
    def _plain(self) -> tuple[str | Blank, ...]:
        """The pieces, those of a member among the words that stand."""
        return joined(piece.text if isinstance(piece, Word) else piece for piece in self.pieces)

    @cached_property
    def _whole(self) -> Message | None:
        """The text of one without blanks, which is the same each time."""
        return None if self.blanks else Message(*(piece for piece in self._plain if isinstance(piece, str)))


EMPTY = Template(pieces=())


def joined(pieces: Iterable[str | Blank]) -> tuple[str | Blank, ...]:
    """The same pieces, words that follow on each other as one."""
    together: list[str | Blank] = []
    for piece in pieces:
        if isinstance(piece, str) and together and isinstance(together[-1], str):
            together[-1] += piece
        else:
            together.append(piece)
    return tuple(together)


def split(text: str) -> Iterator[str | Blank]:
    """Cut a text at its blanks. Braces that enclose anything but a fact key stand as they are."""
    position = 0
    for found in _BLANK.finditer(text):
        if found.start() > position:
            yield text[position : found.start()]
        yield Blank(fact=found["key"])
        position = found.end()
    if position < len(text):
        yield text[position:]


def parse(
    text: str, resolve: Callable[[str], Word | Blank | None], *, lines: bool = False
) -> tuple[Template, tuple[str, ...]]:
    """Read a text, and return it with the keys that `resolve` does not know.

    `resolve` turns the key of a blank into a word of a member, a (possibly grounded) blank, or ``None``. White space is
    levelled, unless `lines` says that it counts.
    """
    pieces: list[Piece] = []
    strangers: list[str] = []
    for piece in split(text if lines else " ".join(text.split())):
        resolved = piece if isinstance(piece, str) else resolve(piece.fact)
        if resolved is None:
            strangers.append(piece.fact if isinstance(piece, Blank) else piece)
        else:
            pieces.append(resolved)
    return Template(pieces=tuple(pieces)), tuple(strangers)
