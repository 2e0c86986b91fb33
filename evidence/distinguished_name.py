"""Reads a distinguished name as Windows prints it: `CN=mail.contoso.com, OU="Messaging, EMEA", O=Contoso`."""

from __future__ import annotations

import re
from typing import Final

from evidence.limits import MAX_NAMES

_PART: Final = re.compile(
    r"\s*(?P<key>[A-Za-z0-9.]{1,40})\s*=\s*(?:\"(?P<quoted>(?:[^\"]|\"\")*)\"|(?P<plain>(?:[^,+\\]|\\.)*))\s*(?:[,+]|$)"
)


def common_names_in(text: str) -> tuple[str, ...]:
    """Return the CN parts of a distinguished name, in order; empty where it is none."""
    names: list[str] = []
    position = 0
    text = text[:2048]
    while position < len(text) and len(names) < MAX_NAMES:
        match = _PART.match(text, position)
        if match is None or match.end() == position:
            break
        if match["key"].upper() in ("CN", "2.5.4.3"):
            value = match["quoted"] if match["quoted"] is not None else match["plain"]
            names.append(value.replace('""', '"').strip())
        position = match.end()
    return tuple(name for name in names if name)
