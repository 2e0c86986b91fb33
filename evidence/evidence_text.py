"""The input as readers see it: text in lines, of which each reader claims what it has understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from evidence.decoding import check_size, decode, split_lines, valid_text
from evidence.errors import EvidenceError
from evidence.model import Observation, Provenance, ReadingNote
from kb import KnowledgeBase, load
from kb.library import shipped_library

_SMALLEST: Final = 64
"""Bytes below which nothing is a certificate."""


@cache
def shipped_knowledge() -> KnowledgeBase:
    """The library that came with this installation."""
    return load(shipped_library())


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """One input, or what other readers have left of it."""

    name: str
    lines: tuple[str, ...]
    """All lines; those that another reader has claimed are empty, so that line numbers stay."""
    binary: bytes | None = None
    """The bytes where they are DER; `lines` is empty then."""
    notes: tuple[ReadingNote, ...] = ()
    """What is to be said of the input as such, such as a guessed encoding."""
    knowledge: KnowledgeBase = field(default_factory=shipped_knowledge, repr=False, compare=False)
    """The library whose outputs and facts are looked for."""

    @classmethod
    def of(cls, data: bytes | str, *, name: str, knowledge: KnowledgeBase | None = None) -> EvidenceText:
        """Make a text of what was pasted or read from a file.

        Args:
            data: what was given.
            name: what to call it.
            knowledge: the library whose outputs are looked for; the shipped one, where none is named.

        Raises:
            EvidenceError: the input is too large, or broken in its encoding.
        """
        knowledge = knowledge or shipped_knowledge()
        if isinstance(data, str):
            check_size(len(data), name=name)
            text = valid_text(data.removeprefix("\ufeff"))
            return cls(name, split_lines(text, name=name), knowledge=knowledge)
        check_size(len(data), name=name)
        if _is_der(data):
            return cls(name, (), binary=data, knowledge=knowledge)
        decoded = decode(data, name=name)
        notes: tuple[ReadingNote, ...] = ()
        if decoded.guessed:
            notes = (
                ReadingNote(
                    "guessed-encoding",
                    f"It is not Unicode; it was read as {decoded.encoding}, so letters beyond ASCII may be wrong.",
                    Provenance("text", name),
                    details={"encoding": decoded.encoding},
                ),
            )
        return cls(name, split_lines(decoded.text, name=name), notes=notes, knowledge=knowledge)

    @property
    def text(self) -> str:
        """All lines, joined by line feeds."""
        return "\n".join(self.lines)

    def provenance(self, what: str, line: int | None) -> Provenance:
        """Name a place in this input; `line` is counted from 1."""
        return Provenance(what, self.name, line)

    def without(self, spans: Iterable[range], left: Iterable[tuple[int, str]] = ()) -> EvidenceText:
        """Return the text with the claimed lines (indices from 0) emptied, but for what is left of some of them."""
        lines = list(self.lines)
        for span in spans:
            for index in span:
                lines[index] = ""
        for index, rest in left:
            lines[index] = rest
        return replace(self, lines=tuple(lines))


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader made of a text."""

    observations: tuple[Observation, ...] = ()
    notes: tuple[ReadingNote, ...] = ()
    claimed: tuple[range, ...] = ()
    """The lines that it has understood, as indices from 0; later readers do not see them."""
    problems: tuple[EvidenceError, ...] = ()
    """What it recognised and could not read; raised only where nothing else was read."""
    left: tuple[tuple[int, str], ...] = ()
    """Of claimed lines of which it has understood a part alone: the index, and what is left for later readers."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of input. A reader is a module that ends in `READER = Reader(…)`, and a line in `readers`."""

    name: str
    """Stable, for programs: `format-list`."""
    reads: str
    """What it reads, for the error that lists what can be read."""
    read: Callable[[EvidenceText], Reading | None]
    """Returns `None` where nothing in the text is for this reader. Raises nothing but `EvidenceError`."""


def _is_der(data: bytes) -> bool:
    """Tell whether `data` is binary ASN.1: a SEQUENCE in long form.

    The usual forms, of 256 bytes to 16 MB, are told by their first two bytes, so that a file which was cut short is
    called a broken certificate and not unknown text. The rare forms have to fit the input.
    """
    if data.startswith((b"\x30\x82", b"\x30\x83")):
        return True
    if not data.startswith(b"\x30") or len(data) < _SMALLEST or not data[1] & 0x80:
        return False
    octets = data[1] & 0x7F
    if not octets:  # BER's indefinite length, which Windows writes for PKCS#7 at times
        return data.endswith(b"\x00\x00")
    return octets <= 4 and len(data) >= 2 + octets + int.from_bytes(data[2 : 2 + octets], "big")
