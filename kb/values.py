"""The types a fact can have, and the one way a value of each is checked and normalised.

A value is text, a truth value, a whole number or a tuple of names; ``"unknown"`` is a value of every fact and
says that it was asked and nobody can tell. A fact that was not asked has no value at all.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from kb.names import MAX_HOST_LENGTH, NameRefused, is_ip_address, parse_host, parse_url

Value = str | bool | int | tuple[str, ...]
"""A normalised value of a fact."""

UNKNOWN: Final = "unknown"
"""The value of a fact that was asked and that nobody can tell."""

MAX_NAMES = 1000
"""Names in one list: an Exchange certificate has a handful, and no authority issues one with more."""

MAX_TEXT_LENGTH = 1000
"""Characters in a free text or a common name (X.520 allows 64 for the latter; real ones are longer)."""


class FactType(StrEnum):
    """What kind of value a fact has."""

    CHOICE = "choice"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    HOST_NAME = "host_name"
    SERVER_NAME = "server_name"
    URL = "url"
    CERTIFICATE_NAME = "certificate_name"
    CERTIFICATE_NAMES = "certificate_names"
    TEXT = "text"

    @property
    def closed(self) -> bool:
        """Whether its values are a finite set that the library declares."""
        return self in (FactType.CHOICE, FactType.BOOLEAN)

    @property
    def command_safe(self) -> bool:
        """Whether a value has a grammar strict enough to stand in a command."""
        return self not in (FactType.TEXT, FactType.CERTIFICATE_NAME, FactType.CERTIFICATE_NAMES)


class ValueRefused(ValueError):
    """A value that its fact cannot have; the message says what it can."""


_COMMON_NAME = re.compile(r"\bCN\s*=\s*(?P<name>(?:\\.|[^,+\\])*)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ANY_SPACE = re.compile(r"\s+")
_TRUTH = {"true": True, "yes": True, "y": True, "false": False, "no": False, "n": False}
_NO_NAMES = frozenset({"none", "no", "[]", "-"})


def normalise(raw: object, type_: FactType, choices: Mapping[str, str]) -> Value:
    """Return `raw`, as it comes out of JSON, as a value of the given type.

    Args:
        raw: what was given.
        type_: the fact's type.
        choices: for a choice, the values it can have.

    Raises:
        ValueRefused: it is none; the message says what is.
    """
    if isinstance(raw, str):
        if raw.strip().lower() == UNKNOWN:
            return UNKNOWN
        _refuse_control_characters(raw)
    match type_:
        case FactType.CHOICE:
            return _choice(raw, choices)
        case FactType.BOOLEAN:
            if isinstance(raw, bool):
                return raw
            raise ValueRefused('this takes true, false or "unknown"')
        case FactType.INTEGER:
            if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 2**53:
                return raw
            raise ValueRefused('this takes a whole number or "unknown"')
        case FactType.CERTIFICATE_NAMES:
            return _certificate_names(raw)
        case _:
            return _written(raw, type_)


def from_text(text: str, type_: FactType, choices: Mapping[str, str]) -> Value:
    """Return what somebody typed, as a value: ``yes`` is true, a comma-separated line is a list, ``none`` no names.

    Raises:
        ValueRefused: it is no value of that type.
    """
    typed = text.strip()
    if typed.lower() == UNKNOWN:
        return UNKNOWN
    if type_ is FactType.BOOLEAN:
        if typed.lower() in _TRUTH:
            return _TRUTH[typed.lower()]
        raise ValueRefused("this takes yes, no or unknown")
    if type_ is FactType.INTEGER:
        if re.fullmatch(r"[+-]?[0-9]{1,16}", typed):
            return normalise(int(typed), type_, choices)
        raise ValueRefused("this takes a whole number or unknown")
    if type_ is FactType.CERTIFICATE_NAMES:
        if typed.lower() in _NO_NAMES:
            return ()
        return normalise([part for part in re.split(r"[\s,;]+", typed.strip("{}[]")) if part], type_, choices)
    return normalise(typed, type_, choices)


def suggestion(word: str, known: Iterable[str]) -> str:
    """A ``; did you mean …?`` to end a message with, or nothing where no known word is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def _refuse_control_characters(text: str) -> None:
    if _CONTROL.search(text.strip()):
        raise ValueRefused("this holds line breaks or control characters; give one value on one line")


def _choice(raw: object, choices: Mapping[str, str]) -> str:
    listed = ", ".join((*choices, UNKNOWN))
    if isinstance(raw, bool) or not isinstance(raw, str):
        number = isinstance(raw, int | float) and not isinstance(raw, bool)
        quote = f'; write it as text, in quotes: "{raw}"' if number and str(raw) in choices else ""
        raise ValueRefused(f"this takes one of {listed}{quote}")
    wanted = raw.strip()
    if wanted in choices:
        return wanted
    for choice in choices:
        if choice.lower() == wanted.lower():
            return choice
    raise ValueRefused(f"{wanted[:60]!r} is none of {listed}{suggestion(wanted[:60], choices)}")


def _written(raw: object, type_: FactType) -> str:
    if not isinstance(raw, str):
        raise ValueRefused('this takes text, in quotes, or "unknown"')
    text = raw.strip()
    if len(text) > MAX_TEXT_LENGTH and type_ is not FactType.URL:
        raise ValueRefused(f"this takes at most {MAX_TEXT_LENGTH} characters")
    try:
        match type_:
            case FactType.HOST_NAME:
                return parse_host(text)
            case FactType.SERVER_NAME:
                return _server_name(text)
            case FactType.URL:
                return str(parse_url(text))
            case FactType.CERTIFICATE_NAME:
                return _common_name(text)
            case _:
                if not text:
                    raise ValueRefused('this is empty; write "unknown" where nobody can tell')
                return text
    except NameRefused as refused:
        raise ValueRefused(str(refused)) from None


def _server_name(text: str) -> str:
    if "\\" in text or "(" in text:
        raise ValueRefused("write the server's name alone, without a virtual directory")
    return parse_host(text)


def _common_name(text: str) -> str:
    """The common name alone, also out of a whole subject such as ``CN=mail.contoso.com, O=Contoso``."""
    found = _COMMON_NAME.search(text)
    name = found["name"].strip() if found else text
    if not name:
        raise ValueRefused("a common name is empty; write it as the certificate shows it, such as mail.contoso.com")
    return name


def _certificate_names(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple):
        raise ValueRefused('this takes a list of names; [] where the certificate has none, or "unknown"')
    if len(raw) > MAX_NAMES:
        raise ValueRefused(f"this takes at most {MAX_NAMES} names")
    return tuple(dict.fromkeys(_certificate_name(item) for item in raw))


def _certificate_name(item: object) -> str:
    if not isinstance(item, str):
        raise ValueRefused("every name in the list is text, in quotes")
    name = item.strip()
    if name.upper().startswith("DNS:") or name.upper().startswith("DNS NAME="):
        name = re.split(r"[:=]", name, maxsplit=1)[1].strip()
    if (
        not name
        or len(name) > MAX_HOST_LENGTH
        or not name.isascii()
        or not name.isprintable()
        or _ANY_SPACE.search(name)
    ):
        raise ValueRefused(
            f"{name[:60]!r} is no name that a certificate can carry; write names such as mail.contoso.com"
        )
    if "://" in name:
        raise ValueRefused(f"{name[:60]!r} is a URL; write only its host name")
    if "*" in name or is_ip_address(name):
        return name
    try:
        return parse_host(name)
    except NameRefused as refused:
        raise ValueRefused(f"{name[:60]!r}: {refused}") from None
