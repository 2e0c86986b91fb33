"""Measures interviews on a terminal: prompts, keystrokes and lines, for callers of four kinds: make measure"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pexpect
import pyte

from tests.desk.web.walks import OUTPUTS

COLUMNS, ROWS = 80, 24
_PROMPT = re.compile(r"\) >\s*$")
_END = "(Enter = finish"
_TOGETHER = re.compile(r"^  [A-H] (?=\S)", re.MULTILINE)
"""What begins each of several questions that are put together."""
_ON_FILE = Path(__file__).resolve().parent.parent / "examples" / "contoso-on-file.json"
_HOST = "https://exch1.contoso.com"
_ANSWERS = {
    "Which of it is so?": "y",
    "What does the caller see?": "1",
    "Which of the three lines": "3",
    "Which server name is at the top": "exch1.contoso.com",
    "e-mail domain": "contoso.com",
    "Whose name is at 'Issued to'?": "2",
    "Who is at 'Issued by'?": "1",
    "made for itself replaced": "y",
    "Is the caller in the office": "1",
    "also open a shared mailbox": "n",
    "Which version of Exchange is the mailbox on?": "1",
    "Which names are on the certificate": "none",
    "What is the common name": "mail.contoso.com",
    "Service Connection Point of Autodiscover?": f"{_HOST}/autodiscover/autodiscover.xml",
    "InternalUrl of the Exchange Web Services?": f"{_HOST}/ews/exchange.asmx",
    "InternalUrl of the offline address book?": f"{_HOST}/oab",
    "InternalUrl of unified messaging?": f"{_HOST}/unifiedmessaging/service.asmx",
    "Under which name do people reach": "mail.contoso.com",
    "Is there another certificate": "n",
    "Can you get a certificate": "n",
    "What is the name of the Exchange server?": "EXCH1",
    "From a PC in the office": "y",
}
"""By the words of a question; where an answer is missing it is not known."""


@dataclass
class Caller:
    """What one caller answers, by words of the question.

    Attributes:
        pasted: what is pasted at the first question.
        options: what the command is started with.
    """

    name: str
    answers: dict[str, str] = field(default_factory=dict)
    pasted: str = ""
    options: tuple[str, ...] = ()


CALLERS = (
    Caller("classic 2007, by hand", _ANSWERS),
    Caller("classic 2007, by paste", _ANSWERS, OUTPUTS),
    Caller("classic 2007, known server", _ANSWERS, options=("--known", str(_ON_FILE))),
    Caller("outside the office", {**_ANSWERS, "Is the caller in the office": "2"}),
    Caller("knows nothing"),
)


@dataclass
class Measured:
    """What one interview took.

    Attributes:
        lines: lines left on the terminal, from the start to the last prompt.
        last: those of the last screen, from the verdict on.
    """

    prompts: int = 0
    keystrokes: int = 0
    lines: int = 0
    last: int = 0


class Run:
    """One interview on a terminal of the usual size."""

    def __init__(self, options: tuple[str, ...] = ()) -> None:
        self._screen = pyte.HistoryScreen(COLUMNS, ROWS, history=5000)
        self._stream = pyte.Stream(self._screen)
        self._answered = ""
        self._process = pexpect.spawn(
            sys.executable,
            ["-m", "desk.cli.main", "ask", *options],
            dimensions=(ROWS, COLUMNS),
            env={**os.environ, "TERM": "xterm-256color"},
            encoding="utf-8",
            timeout=60,
        )

    def lines(self) -> list[str]:
        """All that stands on the terminal, with what has scrolled away."""
        above = ["".join(line[at].data for at in range(COLUMNS)) for line in self._screen.history.top]
        return [line.rstrip() for line in (*above, *self._screen.display)]

    def prompt(self) -> str:
        """Wait for the next prompt, until nothing moves any more, and give the screen above it."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                self._stream.feed(self._process.read_nonblocking(65536, timeout=1.0))
            except pexpect.TIMEOUT:
                shown = "\n".join(self.lines()).rstrip()
                if _PROMPT.search(shown) and shown != self._answered:
                    self._answered = shown
                    return shown
            except pexpect.EOF:
                break
        raise SystemExit("the interview did not come to a prompt:\n" + "\n".join(self.lines()))

    def send(self, text: str) -> None:
        """Press keys."""
        self._process.send(text)

    def close(self) -> None:
        """End it."""
        self._process.close(force=True)


def measure(caller: Caller) -> tuple[Measured, str]:
    """Lead an interview to its end; gives the figures, and all that stands on the terminal then."""
    run = Run(caller.options)
    took = Measured()
    shown = run.prompt()
    if caller.pasted:
        run.send(f"\x1b[200~{caller.pasted}\x1b[201~")
        took.prompts, took.keystrokes = 1, 1
        shown = run.prompt()
    while _END not in shown:
        reply = answer(caller, shown)
        took.prompts += 1
        took.keystrokes += len(reply) + 1
        if took.prompts > 60:
            raise SystemExit(shown)
        run.send(f"{reply}\r")
        shown = run.prompt()
    took.lines = sum(1 for _ in shown.splitlines())
    took.last = next((n for n, line in enumerate(reversed(shown.splitlines()), 1) if _begins(line)), 0)
    run.close()
    return took, shown


def answer(caller: Caller, shown: str) -> str:
    """What the caller says to the last question on the screen, or to all questions that are put together there."""
    together = _TOGETHER.split(shown[shown.rfind("\n  A ") :])[1:] if "blanks between" in shown[-120:] else []
    if together:
        return " ".join(_answer(caller, asked) for asked in together)
    return _answer(caller, shown)


def _answer(caller: Caller, shown: str) -> str:
    flat = " ".join(shown.split())
    known = {asked: flat.rfind(asked) for asked in _ANSWERS}
    last = max(known, key=lambda asked: known[asked])
    if known[last] < 0 or last not in caller.answers:
        return "" if "Enter = s" in flat[-120:] else "d"
    return caller.answers[last]


def _begins(line: str) -> bool:
    return line.startswith(("Cause found", "Not enough", "None of", "Not decided", "Solved")) or "not apply" in line


def report(callers: tuple[Caller, ...] = CALLERS) -> Iterator[str]:
    """The figures as a table, a line at a time."""
    yield f"{'on ' + str(COLUMNS) + ' x ' + str(ROWS):26}{'prompts':>9}{'keys':>7}{'lines':>7}{'last screen':>13}"
    for caller in callers:
        took, shown = measure(caller)
        yield f"{caller.name:26}{took.prompts:>9}{took.keystrokes:>7}{took.lines:>7}{took.last:>13}"
        if "--show" in sys.argv:
            yield shown


if __name__ == "__main__":
    for told in report():
        print(told, flush=True)
