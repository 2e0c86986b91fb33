"""What a report is made of, before it is written for a screen, a page or a ticket."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the page's."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `tone` says how it is meant: plain, good, bad, warn or quiet."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A command to copy, with a label for what it does."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list; `marker` is its number or a mark, `level` its depth, and `blocks` what belongs to it.

    `tone` as of a paragraph, or code: a command, which is not broken into lines.
    """

    marker: str
    text: str
    tone: str = "plain"
    blocks: tuple[Paragraph | CodeBlock, ...] = ()
    level: int = 0


Block = Heading | Paragraph | CodeBlock | Item
