"""The errors that reading evidence can end in; each says what is wrong, where, and what to do."""

from __future__ import annotations


class EvidenceError(Exception):
    """Input that cannot be read. Nothing else leaves this package on account of what was pasted."""

    def __init__(self, what: str, *, name: str = "paste", line: int | None = None, remedy: str) -> None:
        self.what = what
        """What is wrong, without its place."""
        self.name = name
        """The file's name, or `paste`."""
        self.line = line
        """The line, counted from 1, where one can be told."""
        self.remedy = remedy
        """What the person who gave the input can do."""
        place = name if line is None else f"{name}, line {line}"
        super().__init__(f"{place}: {what}. {remedy}")


class UnrecognisedInput(EvidenceError):
    """No reader knows this input."""


class InputTooLarge(EvidenceError):
    """The input exceeds a limit of `evidence.limits`."""


class MalformedInput(EvidenceError):
    """A reader recognised the input, and then it was broken."""


class TargetRefused(EvidenceError):
    """A `tls://` target that is no valid address, or that the operator forbids."""


class ConnectionFailed(EvidenceError):
    """The TLS server could not be reached, or did not speak TLS, in time."""
