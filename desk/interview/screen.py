"""Shows reports and questions on a terminal: in colour and to its width there, as plain text anywhere else."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from render.blocks import Block, CodeBlock, Heading, Item, Paragraph

_TONES = {
    "plain": "",
    "good": "bold green",
    "bad": "bold red",
    "warn": "yellow",
    "quiet": "dim",
    "marked": "reverse",
    "title": "bold",
}
_PLAIN_WIDTH = 100
_TYPED_ON = 4
"""Lines below a question."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command: a reader that has seen enough is no failure, which Rich would end with."""
        raise BrokenPipeError


class Screen:
    """A terminal, or a file or pipe in its place.

    Everything is printed as text: nothing that a person or a file gave is read as markup.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        stream = stream or sys.stdout
        self.interactive = stream.isatty()
        # Rich asks the terminal for its width at every print, so a resized window is followed.
        width = None if self.interactive else _PLAIN_WIDTH
        self._margin = 0
        self._console = _Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)

    @property
    def height(self) -> int:
        """How many lines stand on it at once."""
        return self._console.height

    def fits(self, show: Callable[[], None]) -> bool:
        """Whether what is printed leaves room for the line below it that one types on, and for a complaint there."""
        return self.rendered(show).count("\n") <= self.height - _TYPED_ON

    def rendered(self, show: Callable[[], None]) -> str:
        """What would be printed, with its colours, instead of printing it; commands as wide as the screen."""
        self._margin = 1  # what redraws a line may not be able to write its last column plainly
        try:
            with self._console.capture() as captured:
                show()
        finally:
            self._margin = 0
        return captured.get()

    @property
    def _width(self) -> int:
        return self._console.width - self._margin

    def clipboard(self, text: str) -> bool:
        """Put a text on the clipboard of the terminal (OSC 52), also over SSH; whether there is a terminal to ask."""
        if self.interactive:
            coded = base64.b64encode(text.encode()).decode("ascii")
            self._console.file.write(f"\x1b]52;c;{coded}\x07")
            self._console.file.flush()
        return self.interactive

    def blank(self) -> None:
        """An empty line."""
        self._console.print()

    def line(self, text: str, tone: str = "plain", indent: int = 0) -> None:
        """A paragraph, wrapped to the width."""
        for part in Text(text, style=_TONES[tone]).wrap(self._console, max(20, self._width - indent)):
            part.rstrip()
            self._console.print(Text(" " * indent) + part, soft_wrap=True)

    def title(self, text: str) -> None:
        """A question or a heading."""
        self.line(text, "title")

    def choice(self, marker: str, text: str, tone: str = "plain", indent: int = 2) -> None:
        """An entry with a marker; longer text hangs below its own beginning."""
        width = len(marker) + 1
        shown = Text(text, style=_TONES[tone])
        wrapped = shown.wrap(self._console, max(20, self._width - indent - width))
        for position, part in enumerate(wrapped):
            part.rstrip()
            lead = Text(f"{marker} " if position == 0 else " " * width, style="bold cyan" if position == 0 else "")
            self._console.print(Text(" " * indent) + lead + part, soft_wrap=True)

    def code(self, text: str, indent: int = 4) -> None:
        """Commands, each on one line of its own, so that it can be copied.

        What is redrawn is cut off at the edge of the screen, so there a command goes on below, after a comma or a pipe
        where there is one: a shell takes both.
        """
        for line in text.splitlines():
            for part in _in_rows(line, self._width - indent) if self._margin else (line,):
                self._console.print(Text(" " * indent) + Text(part, style="bold"), soft_wrap=True)

    def table(self, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        """A table; cells wrap where the width does not do."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for name in header:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self._console.print(table)

    def prompt(self, text: str) -> None:
        """What stands before a reply that comes through a pipe."""
        self._console.print(Text(text), end="", soft_wrap=True)

    def echo(self, text: str) -> None:
        """A reply that came through a pipe, so that what is printed reads as a conversation."""
        shown = "".join(character if character.isprintable() else "\ufffd" for character in text[:1000])
        self._console.print(Text(shown), soft_wrap=True)

    def report(self, report: Iterable[Block]) -> None:
        """A whole report."""
        for block in report:
            match block:
                case Heading(level, text):
                    self.blank()
                    self._console.print(Text(text, style="bold underline" if level == 1 else "bold"))
                case Paragraph(text, tone):
                    self.line(text, tone)
                case CodeBlock(text, label):
                    self._code(text, label, 0)
                case Item(marker, text, tone, inner, level):
                    indent = 2 + 3 * level
                    if tone == "code":
                        self._console.print(
                            Text(f"{' ' * indent}{marker} ", "bold cyan") + Text(text, "bold"), soft_wrap=True
                        )
                    else:
                        self.choice(marker, text, tone, indent)
                    for each in inner:
                        if isinstance(each, CodeBlock):
                            self._code(each.text, each.label, indent + 3)
                        else:
                            self.line(each.text, each.tone, indent + 3)

    def _code(self, text: str, label: str, indent: int) -> None:
        if label:
            self.line(f"{label}:", "quiet", indent)
        self.code(text, indent + 2 if label else indent)


def _in_rows(command: str, width: int) -> Iterator[str]:
    """A command in rows of a width, the later ones indented."""
    width = max(20, width)
    while len(command) > width:
        within = command[: width + 1]
        end = max(within.rfind(", ") + 1, within.rfind("| ") + 1)
        if end <= 2:
            end = within.rfind(" ")
        end = end if end > 2 else width
        yield command[:end].rstrip()
        command = f"  {command[end:].lstrip()}"
    yield command
