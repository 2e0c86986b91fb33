"""The installed command on a terminal, as a person sees it."""

from __future__ import annotations

import os
import sys

import pexpect
import pyte


class Terminal:
    """The installed command on a terminal of a given size, and what its screen shows."""

    def __init__(self, arguments: list[str], columns: int = 80, rows: int = 40) -> None:
        self._screen = pyte.HistoryScreen(columns, rows, history=1000)
        self._stream = pyte.Stream(self._screen)
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "desk.cli.main", *arguments],
            dimensions=(rows, columns),
            env={**os.environ, "TERM": "xterm-256color"},
            encoding="utf-8",
            timeout=20,
        )

    def wait_for(self, text: str) -> None:
        self.process.expect_exact(text)
        self._stream.feed(str(self.process.before) + str(self.process.after))

    def say(self, reply: str, then: str = "> ") -> None:
        self.process.sendline(reply)
        self.wait_for(then)

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
