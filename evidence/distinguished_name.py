"""Reads a distinguished name as programs print it, and writes it in one way.

Windows prints `CN=mail.contoso.com, OU="Messaging, EMEA", O=Contoso`, OpenSSL the other way round, as
`C = US, O = Contoso, CN = mail.contoso.com`, and before its version 1.1 as `/C=US/O=Contoso/CN=mail.contoso.com`.
"""

from __future__ import annotations

import re
from typing import Final

from evidence.limits import MAX_NAMES

_MAX_CHARACTERS: Final = 2048
_PART: Final = re.compile(
    r"\s*(?P<key>[A-Za-z0-9.]{1,40})\s*=\s*(?:\"(?P<quoted>(?:[^\"]|\"\")*)\"|(?P<plain>(?:[^,+\\]|\\.)*))\s*(?:[,+]|$)"
)
_SLASHED: Final = re.compile(r"/(?=[A-Za-z0-9.]{1,40}=)")
_SAME_KEYS: Final = {
    "S": "ST",
    "STREET": "STREET",
    "EMAILADDRESS": "E",
    "1.2.840.113549.1.9.1": "E",
    "2.5.4.3": "CN",
    "2.5.4.5": "SERIALNUMBER",
}
"""What the same attribute is called by one program, and by the others."""
_ESCAPED: Final = re.compile(r"\\(.)")


def common_names_in(text: str) -> tuple[str, ...]:
    """Return the CN parts of a distinguished name, in order; empty where it is none."""
    return tuple(value for key, value in parts_of(text) if key == "CN" and value)


def parts_of(text: str) -> tuple[tuple[str, str], ...]:
    """Return the attributes of a distinguished name in the order in which they stand; empty where it is none.

    It ends at the first thing that is no attribute, so that the name of an output that was cut is not filled up.
    """
    text = text[:_MAX_CHARACTERS].strip()
    if text.startswith("/"):
        pieces = [piece.partition("=") for piece in _SLASHED.split(text) if piece]
        return tuple((_key(key), value.strip()) for key, _, value in pieces[:MAX_NAMES])
    parts: list[tuple[str, str]] = []
    position = 0
    while position < len(text) and len(parts) < MAX_NAMES:
        match = _PART.match(text, position)
        if match is None or match.end() == position:
            break
        value = match["quoted"].replace('""', '"') if match["quoted"] is not None else match["plain"]
        parts.append((_key(match["key"]), _ESCAPED.sub(r"\1", value).strip()))
        position = match.end()
    return tuple(parts)


def written(text: str, *, reverse: bool = False) -> str:
    """Return a distinguished name in one way of writing, so that two programs' output can be compared.

    Args:
        text: the name as it was printed; what is no distinguished name is returned as it is.
        reverse: whether the program prints the country first, as OpenSSL does, and not the common name.
    """
    parts = parts_of(text)
    if not parts:
        return text.strip()
    ordered = reversed(parts) if reverse or text.lstrip().startswith("/") else parts
    return ", ".join(f"{key}={_quoted(value)}" for key, value in ordered)


def _key(key: str) -> str:
    upper = key.strip().upper()
    return _SAME_KEYS.get(upper, upper)


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if re.search(r"[,+=\"]", value) else value
