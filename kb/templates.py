"""Texts with blanks: ``{exchange.server}`` is filled from a fact, everything else stands as written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from pydantic import BaseModel, ConfigDict

_BLANK = re.compile(r"\{(?P<key>[a-z][a-z0-9_.-]*)\}")


WORDS = "words."
"""What the name of a table of words begins with where a text speaks of it: ``{words.cmdlet}``."""


class Blank(BaseModel):
    """A place in a text that a fact fills."""

    model_config = ConfigDict(frozen=True)
    fact: str


class Template(BaseModel):
    """A text as pieces: words that stand, and blanks between them."""

    model_config = ConfigDict(frozen=True)
    pieces: tuple[str | Blank, ...]

    @cached_property
    def blanks(self) -> tuple[str, ...]:
        """The facts that fill it, each once."""
        return tuple(dict.fromkeys(piece.fact for piece in self.pieces if isinstance(piece, Blank)))

    @cached_property
    def pattern(self) -> str:
        """The text as a pattern for ``%`` with a mapping of facts to words, the fastest way to fill it."""
        return "".join(
            piece.replace("%", "%%") if isinstance(piece, str) else f"%({piece.fact})s" for piece in self.pieces
        )

    def fill(self, words: Mapping[str, str]) -> str:
        """The text, every blank replaced by the word for its fact."""
        return self.pattern % words


EMPTY = Template(pieces=())


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
    text: str, resolve: Callable[[str], str | Blank | None], *, lines: bool = False
) -> tuple[Template, tuple[str, ...]]:
    """Read a text, and return it with the keys that `resolve` does not know.

    `resolve` turns the key of a blank into a constant, a (possibly grounded) blank, or ``None``. White space is
    levelled, unless `lines` says that it counts.
    """
    pieces: list[str | Blank] = []
    strangers: list[str] = []
    for piece in split(text if lines else " ".join(text.split())):
        resolved = piece if isinstance(piece, str) else resolve(piece.fact)
        if resolved is None:
            strangers.append(piece.fact if isinstance(piece, Blank) else piece)
        elif isinstance(resolved, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += resolved
        else:
            pieces.append(resolved)
    return Template(pieces=tuple(pieces)), tuple(strangers)
