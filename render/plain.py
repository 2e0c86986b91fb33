"""Writes a report as plain text, for tickets that take no markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from render.blocks import Block, CodeBlock, Heading, Item, Paragraph


def to_plain(report: Iterable[Block]) -> str:
    """The report as plain text."""
    return "\n".join(_lines(report)).strip() + "\n"


def _lines(report: Iterable[Block]) -> Iterator[str]:
    for block in report:
        match block:
            case Heading(level, text):
                yield ""
                yield text.upper() if level == 1 else text
                yield ("=" if level <= 2 else "-") * len(text)
            case Item(marker, text, _, inner, level):
                indent = "  " * level
                yield f"{indent}{marker} {text}"
                for each in inner:
                    yield from (f"{indent}   {line}" for line in _plain(each))
            case Paragraph() | CodeBlock():
                yield from _plain(block)
                yield ""


def _plain(block: Paragraph | CodeBlock) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text
        return
    yield f"{block.label}:"
    yield from (f"    {line}" for line in block.text.splitlines())
