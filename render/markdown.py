"""Writes a report as Markdown that any ticket system takes; nothing in a value can become markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from render.blocks import Block, CodeBlock, Heading, Item, Paragraph

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def to_markdown(report: Iterable[Block]) -> str:
    """The report as Markdown."""
    return "\n".join(_lines(report)).strip() + "\n"


def _lines(report: Iterable[Block]) -> Iterator[str]:
    in_list = False
    for block in report:
        if in_list and not isinstance(block, Item):
            yield ""
        in_list = isinstance(block, Item)
        match block:
            case Heading(level, text):
                yield f"{'#' * level} {_escaped(text)}"
                yield ""
            case Item(marker, text, _, inner, level):
                number = marker if marker.endswith(".") else "-"
                indent = " " * (len(number) + 1)
                outer = "  " * level
                yield f"{outer}{number} {_escaped(text)}"
                for each in inner:
                    yield ""
                    yield from (f"{outer}{indent}{line}" if line else "" for line in _plain(each))
                if inner:
                    yield ""
            case Paragraph() | CodeBlock():
                yield from _plain(block)
                yield ""


def _plain(block: Paragraph | CodeBlock) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield _escaped(block.text)
        return
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", block.text)), 3)
    yield f"{_escaped(block.label)}:"
    yield ""
    yield f"{fence}powershell"
    yield block.text
    yield fence


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
