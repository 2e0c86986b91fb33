"""Remembers the last answers to POST /v1/diagnose.

An outcome is a function of the facts and of the library, and bots put the same first questions to everybody: until the
first name of a host comes in, their requests are the same to the letter. The library of a process does not change.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

_ANSWERS: Final = 2048
_MAX_BODY: Final = 16 * 1024
"""Bytes of a body that is worth remembering; ten times what an interview comes to."""


Remembered = tuple[tuple[str, str], bytes]
"""An outcome's verdict and status, which are counted again, and the answer."""


class AnswerMemory:
    """The answers to the last bodies. For one event loop."""

    def __init__(self, most: int = _ANSWERS) -> None:
        self._most = most
        self._answers: OrderedDict[bytes, Remembered] = OrderedDict()

    def find(self, body: bytes) -> Remembered | None:
        """What was answered to this body, if that was not long ago."""
        found = self._answers.get(body)
        if found is not None:
            self._answers.move_to_end(body)
        return found

    def keep(self, body: bytes, counted: tuple[str, str], answer: bytes) -> None:
        """Remember an answer, in place of the one that nobody has asked for for longest."""
        if len(body) > _MAX_BODY:
            return
        self._answers[body] = (counted, answer)
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)
