"""Reads replies: lines that a person types or pastes on a terminal, or that come through a pipe."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TextIO

from desk.cli.shared.exits import DeskError
from desk.interview.screen import Screen
from desk.interview.typed import Typed
from kb import KnowledgeBase

if TYPE_CHECKING:
    from desk.interview.prompt import TerminalPrompt

_MAX_LINE = 100_000
_MAX_PASTED_LINE = 4 * 1024 * 1024


class InputEnded(Exception):
    """There is no more input, or the person has asked to stop."""


class Pasted(Exception):
    """Instead of a reply, evidence was pasted; `text` holds it."""

    def __init__(self, text: str) -> None:
        super().__init__("evidence was pasted")
        self.text = text


@dataclass(frozen=True, slots=True)
class Card:
    """A question as it stands on a terminal until it is answered.

    Attributes:
        show: prints it, with the option at a position marked.
        options: how many of its lines the arrow keys go through.
    """

    show: Callable[[int | None], None]
    options: int = 0


class Replies:
    """The replies of one run.

    On a terminal a reply that is not understood is asked for again. On a pipe nothing is asked twice: such a reply ends
    the run with an error that names its line.
    """

    def __init__(self, stream: TextIO, screen: Screen, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._stream = stream
        self._screen = screen
        self._line = 0
        self._queued: deque[str] = deque()
        self._shown: Card | None = None
        self._complaint = ""
        self.interactive = stream.isatty() and screen.interactive
        self._prompt = _prompt() if self.interactive else None

    @property
    def folds(self) -> bool:
        """Whether a question is gone from the screen once it is answered."""
        return self._prompt is not None

    def is_evidence(self, text: str) -> bool:
        """Whether a paste says something certain of a fact of the library in use.

        What merely mentions a name could as well be answers.
        """
        from evidence import EvidenceError, read

        try:
            found = read(text, knowledge=self._knowledge)
        except EvidenceError:
            return False
        return any(each.fact in self._knowledge.facts for each in found.asserted)

    def read(self, hint: str, whole: Callable[[str], bool] | None = None, card: Card | None = None) -> str:
        """One line of input; several that arrive together on a terminal are tried as a paste first.

        Args:
            hint: what is taken.
            whole: tells whether several lines that arrived together are one reply.
            card: the question that stands above it; printed once where a line that was printed stays.

        Raises:
            InputEnded: there is no more.
            Pasted: what arrived was evidence.
        """
        prompt = f"({hint}) > " if hint else "> "
        if self._prompt is None and card is not None and card is not self._shown:
            card.show(None)
        self._shown = card
        if not self.interactive:
            return self._read_piped(prompt)
        if not self._queued:
            typed = self._typed(prompt, card)
            self._queued.extend(typed.lines)
            if len(self._queued) > 1:
                self._take_paste(whole, pasted=typed.pasted)
        return self._queued.popleft().strip()

    def _typed(self, prompt: str, card: Card | None) -> Typed:
        """What a person typed or pasted at once."""
        if self._prompt is None:
            try:
                return Typed(tuple(input(prompt).splitlines() or [""]))
            except EOFError:
                raise InputEnded from None
        complaint, self._complaint = self._complaint, ""
        if card is not None and not self._screen.fits(partial(card.show, None)):
            # What does not fit above the line one types on is printed and stays.
            card.show(None)
            card = None

        def shown(marked: int | None) -> str:
            def show() -> None:
                if card is not None:
                    card.show(marked)
                if complaint:
                    self._screen.line(complaint, "bad")
                self._screen.prompt(prompt)

            return self._screen.rendered(show)

        try:
            return self._prompt.read(shown, 0 if card is None else card.options)
        except EOFError:
            raise InputEnded from None

    def _take_paste(self, whole: Callable[[str], bool] | None, *, pasted: bool) -> None:
        """What to make of lines that arrived together: evidence, one reply, or replies typed ahead."""
        # The line break that a copied line ends in is no reply to the next question.
        while len(self._queued) > 1 and not self._queued[-1].strip():
            self._queued.pop()
        text = "\n".join(self._queued)
        if len(self._queued) > 1 and whole is not None and whole(text):
            self._queued.clear()
            self._queued.append(text)
        elif self.is_evidence(text):
            self._queued.clear()
            raise Pasted(text)
        elif len(self._queued) > 1 and pasted:
            # Nobody types ahead by pasting: it is a mail or a ticket, and may mention something.
            self._queued.clear()
            raise Pasted(text)

    def read_paste(self) -> str:
        """Everything up to a line with a dot alone, or the end of input; on a terminal that says so, one paste."""
        self._screen.line("Paste, then type . on a line by itself.", "quiet")
        lines: list[str] = []
        for line in self._lines():
            if line.strip() == ".":
                break
            lines.append(line.rstrip("\r\n"))
        return "\n".join(lines)

    def refuse(self, message: str) -> None:
        """Say that a reply was not understood, and what would be.

        Raises:
            DeskError: the reply came through a pipe.
        """
        if not self.interactive:
            raise DeskError(f"standard input:{self._line}: {message[0].lower()}{message[1:].removesuffix('.')}")
        said = message[0].upper() + message[1:] + ("" if message.endswith((".", "?")) else ".")
        if self._prompt is None:
            self._screen.line(said, "bad")
        else:
            self._complaint = said

    def _read_piped(self, prompt: str) -> str:
        self._screen.prompt(prompt)
        reply = self._stream.readline(_MAX_LINE)
        self._line += 1
        if not reply:
            self._screen.blank()
            raise InputEnded
        self._screen.echo(reply.rstrip("\r\n"))
        return reply.strip()

    def _lines(self) -> Iterator[str]:
        if self.interactive:
            with contextlib.suppress(InputEnded):
                while True:
                    typed = self._typed("", None)
                    yield from typed.lines
                    if typed.pasted:
                        return
            return
        while line := self._stream.readline(_MAX_PASTED_LINE):
            self._line += 1
            yield line


def _prompt() -> TerminalPrompt | None:
    """What reads with arrow keys and folds; nothing where the terminal can do neither."""
    if os.environ.get("TERM") == "dumb":
        return None
    # Only an interview on a terminal needs it, so nothing else pays for the import.
    from desk.interview.prompt import TerminalPrompt

    return TerminalPrompt()
