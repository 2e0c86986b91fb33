"""How a command ends: the exit codes, and the one error that carries a code with what to tell."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes; 64 to 70 are those of BSD's sysexits."""

    DONE = 0
    FOUND = 1
    """A check failed, or there is an issue where the verb asks for one."""
    USAGE = 64
    BAD_INPUT = 65
    NO_INPUT = 66
    OUR_FAULT = 70
    INTERRUPTED = 130


class DeskError(Exception):
    """Something that a person has to mend: one line that says what, where, and what to do about it."""

    def __init__(self, message: str, exit_: Exit = Exit.BAD_INPUT) -> None:
        super().__init__(message)
        self.exit = exit_
