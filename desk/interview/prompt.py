"""A question on a terminal: arrow keys and digits answer it, a paste is taken whole, and once answered it is gone."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import ANSI, StyleAndTextTuples, to_formatted_text
from prompt_toolkit.input import create_input
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPress, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import ColorDepth, create_output
from prompt_toolkit.output.vt100 import Vt100_Output

from desk.interview.typed import Typed

if TYPE_CHECKING:
    from prompt_toolkit.input import Input

_PASTE_PAUSE = 0.05
"""Seconds within which the next line of a paste arrives, and the next line of a person does not."""
_LINE_ENDS = (Keys.ControlM, Keys.ControlJ)
_STYLED = "class:shown"
"""A style of its own, so that blanks are written like any other character and not jumped over."""


@dataclass(slots=True)
class Marked:
    """Which of the options the arrow keys have reached; none at first, so that Enter alone answers nothing."""

    options: int
    position: int | None = None

    @property
    def answer(self) -> str:
        """The number of the marked option, as one would type it."""
        return "" if self.position is None else str(self.position + 1)

    def move(self, by: int) -> None:
        """Go down or up, from the last to the first and back."""
        if self.options:
            start = -1 if self.position is None and by > 0 else self.position or 0
            self.position = (start + by) % self.options


@dataclass(slots=True)
class TerminalPrompt:
    """Reads replies on a terminal, with the question above them until it is answered."""

    _session: PromptSession[Typed] = field(init=False)
    _input: Input = field(init=False)
    _marked: Marked = field(init=False, default_factory=lambda: Marked(0))

    def __post_init__(self) -> None:
        self._input = create_input(sys.stdin)
        output = create_output(sys.stdout)
        if isinstance(output, Vt100_Output):
            # Asking the terminal where its cursor stands only costs time: it need not answer, and nothing hangs on it.
            output.enable_cpr = False
        self._session = PromptSession(
            input=self._input,
            output=output,
            erase_when_done=True,
            key_bindings=self._keys(),
            color_depth=ColorDepth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else None,
        )

    def read(self, shown: Callable[[int | None], str], options: int = 0) -> Typed:
        """What a person answers.

        Args:
            shown: the question in the terminal's own colours, with one of its options marked.
            options: how many of its lines the arrow keys go through.

        Raises:
            EOFError: there is no more.
            KeyboardInterrupt: the person wants to stop at once.
        """
        self._marked = Marked(options)

        def message() -> StyleAndTextTuples:
            return to_formatted_text(ANSI(shown(self._marked.position)), style=_STYLED)

        with self._input.raw_mode():
            typed: Any = self._session.prompt(message)
            reply = typed if isinstance(typed, Typed) else Typed((str(typed),))
            return reply if reply.pasted else Typed((*reply.lines, *self._arrived_with_it()))

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add(Keys.Down)
        @keys.add(Keys.Up)
        def _(event: KeyPressEvent) -> None:
            self._marked.move(1 if event.key_sequence[0].key == Keys.Down else -1)

        @keys.add(Keys.ControlM)
        @keys.add(Keys.ControlJ)
        def _(event: KeyPressEvent) -> None:
            event.app.exit(result=Typed((event.current_buffer.text or self._marked.answer,)))

        @keys.add(Keys.BracketedPaste)
        def _(event: KeyPressEvent) -> None:
            lines = event.data.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
            if len(lines) > 1:
                event.app.exit(result=Typed(tuple(lines), pasted=True))
            else:
                event.current_buffer.insert_text(lines[0])

        return keys

    def _arrived_with_it(self) -> tuple[str, ...]:
        """Lines that stand ready behind the one just read: a paste the terminal does not mark, or replies typed ahead.

        A last line that is not ended yet goes on being typed in the next question.
        """
        presses: list[KeyPress] = get_typeahead(self._input)
        while self._is_waiting() and (more := self._input.read_keys()):
            presses += more
        lines = [""]
        for press in presses:
            if press.key in _LINE_ENDS:
                lines.append("")
            elif press.key == Keys.BracketedPaste or (len(press.data) == 1 and press.data.isprintable()):
                lines[-1] += press.data
            elif press.key == Keys.ControlI:
                lines[-1] += "\t"
        rest = lines.pop()
        if rest or any(press.key in (Keys.ControlC, Keys.ControlD) for press in presses):
            self._put_back(rest, presses)
        return tuple(lines)

    def _is_waiting(self) -> bool:
        """Whether more input stands ready, after a moment for the rest of a paste to arrive."""
        try:
            return bool(select.select([self._input.fileno()], [], [], _PASTE_PAUSE)[0])
        except (OSError, ValueError, NotImplementedError):  # a terminal that cannot be waited for, as on Windows
            return False

    def _put_back(self, rest: str, presses: Sequence[KeyPress]) -> None:
        stops = [press for press in presses if press.key in (Keys.ControlC, Keys.ControlD)]
        store_typeahead(self._input, [KeyPress(character, character) for character in rest] + stops[:1])
