"""Reads replies: lines that a person types or pastes on a terminal, or that come through a pipe."""

from __future__ import annotations

import contextlib
import importlib
import select
from collections import deque
from collections.abc import Callable, Iterator
from typing import TextIO

from desk.cli.shared.exits import DeskError
from desk.interview.screen import Screen

_MAX_LINE = 100_000
_MAX_PASTED_LINE = 4 * 1024 * 1024
_PASTE_PAUSE = 0.05
"""Seconds within which the next line of a paste arrives, and the next line of a person does not."""


class InputEnded(Exception):
    """There is no more input, or the person has asked to stop."""


class Pasted(Exception):
    """Instead of a reply, evidence was pasted; `text` holds it."""

    def __init__(self, text: str) -> None:
        super().__init__("evidence was pasted")
        self.text = text


class Replies:
    """The replies of one run.

    On a terminal a reply that is not understood is asked for again. On a pipe nothing is asked twice: such a reply ends
    the run with an error that names its line.
    """

    def __init__(self, stream: TextIO, screen: Screen) -> None:
        self._stream = stream
        self._screen = screen
        self._line = 0
        self._queued: deque[str] = deque()
        self.interactive = stream.isatty() and screen.interactive
        if self.interactive:
            _enable_line_editing()

    def read(self, hint: str, whole: Callable[[str], bool] | None = None) -> str:
        """One line of input; several that arrive together on a terminal are tried as a paste first.

        Args:
            hint: what is taken.
            whole: tells whether several lines that arrived together are one reply.

        Raises:
            InputEnded: there is no more.
            Pasted: what arrived was evidence.
        """
        prompt = f"({hint}) > " if hint else "> "
        if not self.interactive:
            return self._read_piped(prompt)
        if not self._queued:
            try:
                self._queued.extend(input(prompt).splitlines() or [""])
            except EOFError:
                raise InputEnded from None
            self._queued.extend(self._arrived_with_it())
            if len(self._queued) > 1:
                self._take_paste(whole)
        return self._queued.popleft().strip()

    def _take_paste(self, whole: Callable[[str], bool] | None) -> None:
        """What to make of lines that arrived together: evidence, one reply, or replies typed ahead."""
        text = "\n".join(self._queued)
        if is_evidence(text):
            self._queued.clear()
            raise Pasted(text)
        # The line break that a copied line ends in is no reply to the next question.
        while len(self._queued) > 1 and not self._queued[-1].strip():
            self._queued.pop()
        text = "\n".join(self._queued)
        if len(self._queued) > 1 and whole is not None and whole(text):
            self._queued.clear()
            self._queued.append(text)

    def read_paste(self) -> str:
        """Everything up to a line with a dot alone, or the end of input."""
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
        self._screen.line(message[0].upper() + message[1:] + ("" if message.endswith((".", "?")) else "."), "warn")

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
            with contextlib.suppress(EOFError):
                while True:
                    yield input()
            return
        while line := self._stream.readline(_MAX_PASTED_LINE):
            self._line += 1
            yield line

    def _arrived_with_it(self) -> Iterator[str]:
        """Lines that stand ready behind the one just read: somebody has pasted, or typed ahead."""
        while _is_waiting(self._stream):
            try:
                yield from input().splitlines() or [""]
            except EOFError:
                return


def is_evidence(text: str) -> bool:
    """Whether a paste says something certain; what merely mentions a name could as well be answers."""
    from evidence import EvidenceError, read

    try:
        return bool(read(text).asserted)
    except EvidenceError:
        return False


def _is_waiting(stream: TextIO) -> bool:
    """Whether more input stands ready, after a moment for the rest of a paste to arrive."""
    try:
        return bool(select.select([stream], [], [], _PASTE_PAUSE)[0])
    except (OSError, ValueError):  # a terminal that cannot be waited for, as on Windows
        return False


def _enable_line_editing() -> None:
    """Arrow keys and a history for `input`, where the platform has them."""
    with contextlib.suppress(ImportError):
        importlib.import_module("readline")
