"""The installed command on a terminal, as a person sees it."""

from __future__ import annotations

import os
import re
import sys
import time

import pexpect
import pyte

_TERM = "xterm-256color"
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07")


class Terminal:
    """The installed command on a terminal of a given size, and what its screen shows."""

    def __init__(self, arguments: list[str], columns: int = 80, rows: int = 40) -> None:
        self._screen = pyte.HistoryScreen(columns, rows, history=1000)
        self._stream = pyte.Stream(self._screen)
        self._unread = ""
        self.last = ""
        """What was told last, with its line breaks."""
        self.raw = ""
        """All that the terminal was sent."""
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "desk.cli.main", *arguments],
            dimensions=(rows, columns),
            # A size in the environment, as a runner of tests sets it, would hide that of the terminal.
            env={**{key: each for key, each in os.environ.items() if key not in ("COLUMNS", "LINES")}, "TERM": _TERM},
            encoding="utf-8",
            timeout=20,
        )

    def tells(self, words: str, seconds: float = 20) -> str:
        """Wait for words, however they are coloured and broken into lines.

        Gives all that was told since the last time, and is done with it.
        """
        end = time.monotonic() + seconds
        while words not in (plain := " ".join(_ESCAPES.sub("", self._unread).split())):
            assert time.monotonic() < end, f"no {words!r} in {plain!r}"
            try:
                came = self.process.read_nonblocking(4096, timeout=0.2)
            except pexpect.TIMEOUT:
                continue
            self._stream.feed(came)
            self._unread += came
            self.raw += came
        self.last, self._unread = _ESCAPES.sub("", self._unread), ""
        return plain

    def answer(self, reply: str, then: str) -> str:
        """Type a reply, and wait for words; gives what was told until then."""
        self.process.sendline(reply)
        return self.tells(then)

    def paste(self, text: str) -> None:
        """Paste as a terminal does that says so, the line breaks as it sends them."""
        lines = text.replace("\n", "\r")
        self.process.send(f"\x1b[200~{lines}\x1b[201~")

    def resize(self, columns: int, rows: int) -> None:
        self.process.setwinsize(rows, columns)
        self._screen.resize(rows, columns)

    def shown(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def end(self) -> int:
        self.process.expect(pexpect.EOF)
        self._stream.feed(str(self.process.before))
        self.process.close()
        return int(self.process.exitstatus or 0)
