"""What a person sent at once: a line, or several that came together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person sent at once.

    Attributes:
        lines: the lines, one or several.
        pasted: the terminal itself says that it was a paste.
    """

    lines: tuple[str, ...]
    pasted: bool = False
