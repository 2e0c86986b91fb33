"""The types a fact can have, and the one way a value of each is checked and normalised.

A value is text, a truth value, a whole number or a tuple of names; ``"unknown"`` is a value of every fact and
says that it was asked and nobody can tell. A fact that was not asked has no value at all.
"""

from __future__ import annotations

import difflib
import ipaddress
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final, Protocol

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
    CHOICES = "choices"
    """Any number of the values that the library declares, none included."""
    FLAGS = "flags"
    """The same, written as one hexadecimal number that is the sum of their bits."""
    BOOLEAN = "boolean"
    INTEGER = "integer"
    HOST_NAME = "host_name"
    SERVER_NAME = "server_name"
    URL = "url"
    CERTIFICATE_NAME = "certificate_name"
    CERTIFICATE_NAMES = "certificate_names"
    THUMBPRINT = "thumbprint"
    """The SHA-1 of a certificate, by which Windows names it: 40 hexadecimal digits."""
    TEXT = "text"

    @property
    def closed(self) -> bool:
        """Whether its values are a finite set that the library declares."""
        return self in (FactType.CHOICE, FactType.BOOLEAN)

    @property
    def command_safe(self) -> bool:
        """Whether a value has a grammar strict enough to stand in a command."""
        return self not in (FactType.TEXT, FactType.CERTIFICATE_NAME, FactType.CERTIFICATE_NAMES, FactType.FLAGS)

    @property
    def several(self) -> bool:
        """Whether a value is a list."""
        return self in (FactType.CHOICES, FactType.FLAGS, FactType.CERTIFICATE_NAMES)

    @property
    def declared(self) -> bool:
        """Whether the library declares what a value is made of."""
        return self in (FactType.CHOICE, FactType.CHOICES, FactType.FLAGS)


class ValueRefused(ValueError):
    """A value that its fact cannot have; the message says what it can."""


class ValueAmbiguous(ValueRefused):
    """A value that could be one choice or another; the message names both."""


class ReadableChoice(Protocol):
    """A value of a choice, the words for it, and what else it is read from (see `kb.model.Choice`)."""

    @property
    def value(self) -> str:
        """How rules write it."""

    @property
    def label(self) -> str:
        """The words for it."""

    @property
    def read_as(self) -> tuple[str, ...]:
        """Patterns of what people and machines write for it."""

    @property
    def bit(self) -> int | None:
        """Of a flag, what it adds to the number."""


class Readable(Protocol):
    """Something that values are read for: a fact, or a part of a question."""

    @property
    def type(self) -> FactType:
        """What kind of value it has."""

    @property
    def choices(self) -> Sequence[ReadableChoice]:
        """What the library declares a value to be made of."""


_COMMON_NAME = re.compile(r"\bCN\s*=\s*(?P<name>(?:\\.|[^,+\\])*)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Line breaks, control characters, and halves of a character, which JSON can write and nothing can print."""
_ANY_SPACE = re.compile(r"\s+")
_TRUTH = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}
_NO_NAMES = frozenset({"none", "no", "[]", "{}", "-"})
_NOT_KNOWN = frozenset(
    {UNKNOWN, "not known", "don't know", "dont know", "do not know", "i don't know", "i dont know", "no idea"}
)
_NOT_KNOWN_SHORT = "dk"
_NAME_TYPES = frozenset({FactType.HOST_NAME, FactType.SERVER_NAME, FactType.CERTIFICATE_NAME})
_MAX_CHOICE_TEXT = 200
"""Characters of what is compared with labels and patterns; the longest that a tool prints for a version has 60."""
_MIN_PART = 3
"""Letters of a part of a label that means the label; "no" and "is" are in too many."""
_NEGATIONS = frozenset({"not", "no", "never", "without"})
_VERSION_WORD = re.compile(r"\bv(?:er(?:sion)?)?\.?\s?(?=\d)")
_BUILD_WORD = re.compile(r"(?<=\d)\s?\(?\s?\bbuild\s?(\d[\d.]*)\s?\)?")
_LEADING_ZEROS = re.compile(r"(?<=\.)0+(?=\d)")
_DOTTED_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})*", re.ASCII)
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,16}", re.ASCII)
_HEXADECIMAL = re.compile(r"\(?(?:error\s*)?(?:code\s*)?:?\s*(?:0x)?([0-9a-f]{1,8})\)?\.?", re.IGNORECASE | re.ASCII)
_THUMBPRINT = re.compile(r"[0-9A-F]{40}", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"[\s:\u200e\u200f-]+")
_BETWEEN_CHOICES = re.compile(r"\s*[,;]\s*|\s+and\s+")
_DNS_PREFIX = re.compile(r"\bDNS(?:[ -]?Name)?\s*[=:]\s*", re.IGNORECASE)


def read_value(raw: object, fact: Readable) -> Value:
    """Return `raw` as a value of `fact`: the one way in which values are read that people and programs write.

    JSON values and text are taken alike. A choice is meant by its value, its label, a part of one label alone, or a
    pattern of its `read_as`; a truth value by yes, no, true, false, 1 or 0; names by a list, or by text with commas,
    spaces or line breaks between them, ``none`` for no names. ``unknown``, "don't know" and their like are `UNKNOWN`.
    A value that was read once reads as itself.

    Raises:
        ValueAmbiguous: it could be one choice or another.
        ValueRefused: it is no value of the fact; the message says what is.
    """
    if isinstance(raw, str):
        if fact.type is FactType.CHOICE:
            return _read_choice(raw, fact.choices)
        if _says_unknown(raw, fact.type):
            return UNKNOWN
    match fact.type:
        case FactType.CHOICE:
            if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
                raise ValueRefused(_one_of(fact.choices))
            return _read_choice(str(raw), fact.choices)
        case FactType.CHOICES | FactType.FLAGS:
            return _read_choices(raw, fact)
        case FactType.BOOLEAN:
            return _read_truth(raw)
        case FactType.INTEGER:
            return _read_number(raw)
        case FactType.CERTIFICATE_NAMES:
            return _certificate_names(_split_names(raw) if isinstance(raw, str) else raw)
        case _:
            return normalise(raw, fact.type, {})


def same_value(one: Value, other: Value, fact: Readable) -> bool:
    """Whether two values of a fact say the same.

    Letter case of names does not matter, nor the order of a list; a server is the same with and without its domain, a
    URL with its port spelled out, a final slash or other letter case (the web servers concerned tell no cases apart).
    Of text the spaces do not count either: a window that breaks a long line leaves some out.
    """
    if one == other:
        return True
    if UNKNOWN in (one, other):
        return False
    if isinstance(one, tuple) and isinstance(other, tuple):
        if fact.type.declared:
            return set(one) == set(other)
        return {_comparable_name(name) for name in one} == {_comparable_name(name) for name in other}
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    match fact.type:
        case FactType.HOST_NAME | FactType.CERTIFICATE_NAME:
            return _comparable_name(one) == _comparable_name(other)
        case FactType.SERVER_NAME:
            return _same_server(one, other)
        case FactType.URL:
            return _comparable_url(one) == _comparable_url(other)
        case FactType.TEXT:
            return _ANY_SPACE.sub("", _spaced(one)) == _ANY_SPACE.sub("", _spaced(other))
        case _:
            return False


def normalise(raw: object, type_: FactType, choices: Mapping[str, str]) -> Value:
    """Return what an author writes in a condition as a value of the given type, strictly: one spelling for one value.

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
        case FactType.CHOICES | FactType.FLAGS:
            if not isinstance(raw, list | tuple):
                raise ValueRefused(f"this takes a list of {', '.join(choices)}")
            chosen = {_choice(each, choices) for each in raw}
            return tuple(each for each in choices if each in chosen)
        case _:
            return _written(raw, type_)


def suggestion(word: str, known: Iterable[str]) -> str:
    """A ``; did you mean …?`` to end a message with, or nothing where no known word is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def levelled(text: str) -> str:
    """Text as it is compared with labels and patterns: letter case, spaces and ways of writing a version made alike.

    ``Version 15.02 (Build 0986.005)`` and ``v15.2.986.5`` become ``15.2.986.5``.
    """
    spaced = _spaced(text.replace("_", " "))
    bare = _BUILD_WORD.sub(r".\1", _VERSION_WORD.sub("", spaced))
    return _LEADING_ZEROS.sub("", bare)


def _spaced(text: str) -> str:
    return _ANY_SPACE.sub(" ", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")).strip().casefold()


def _says_unknown(text: str, type_: FactType) -> bool:
    said = _spaced(text[:_MAX_CHOICE_TEXT]).rstrip(".!")
    # A server may be called DK; nobody calls one "not known".
    return said in _NOT_KNOWN or (said == _NOT_KNOWN_SHORT and type_ not in _NAME_TYPES)


def _read_choice(text: str, choices: Sequence[ReadableChoice]) -> str:
    written = text.strip()
    for choice in choices:
        if choice.value == written:
            return written
    _refuse_control_characters(text)
    wanted = levelled(written) if len(written) <= _MAX_CHOICE_TEXT else ""
    for meant in (_is_called, _is_read_as, _is_partly_called):
        found = [choice for choice in choices if wanted and meant(wanted, choice)]
        if len(found) == 1:
            return found[0].value
        if found:
            labels = " or ".join(choice.label for choice in found[:4])
            raise ValueAmbiguous(f"{written[:60]!r} could be {labels}; say which")
        if meant is _is_called and _says_unknown(written, FactType.CHOICE):
            return UNKNOWN
    near = suggestion(written[:60], [choice.value for choice in choices])
    raise ValueRefused(f"{written[:60]!r} is none of {_listed(choices)}{near}")


def _read_choices(raw: object, fact: Readable) -> tuple[str, ...]:
    """The values of a list, in the order in which they are declared."""
    if fact.type is FactType.FLAGS and (number := _hexadecimal(raw, fact.choices)) is not None:
        return _flags(number, fact.choices)
    if isinstance(raw, str):
        bare = raw.strip().strip("{}[]").strip()
        raw = [] if raw.strip().casefold() in _NO_NAMES else _BETWEEN_CHOICES.split(bare)
    if not isinstance(raw, list | tuple) or not all(isinstance(each, str) for each in raw):
        what = "a hexadecimal number" if fact.type is FactType.FLAGS else "any of these, with commas between them"
        raise ValueRefused(f"this takes {what}: {_listed(fact.choices)}")
    try:
        chosen = {_read_choice(each, fact.choices) for each in raw[:MAX_NAMES]}
    except ValueRefused:
        if fact.type is FactType.FLAGS:
            raise ValueRefused("this takes the number as it stands there (such as 10) or unknown") from None
        raise
    if UNKNOWN in chosen:
        raise ValueRefused("a list is known or not known as a whole")
    return tuple(choice.value for choice in fact.choices if choice.value in chosen)


def _hexadecimal(raw: object, choices: Sequence[ReadableChoice]) -> int | None:
    """The number that somebody wrote; a number in JSON or YAML has the digits that were seen."""
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        return None
    digits = _HEXADECIMAL.fullmatch(str(raw).strip())
    named = any(str(raw).strip() == choice.value for choice in choices)
    return None if digits is None or named else int(digits[1], 16)


def _flags(number: int, choices: Sequence[ReadableChoice]) -> tuple[str, ...]:
    known = 0
    for choice in choices:
        known |= choice.bit or 0
    if number & ~known:
        raise ValueRefused(f"{number & ~known:#x} in {number:#x} has no known meaning; look at the number again")
    return tuple(choice.value for choice in choices if number & (choice.bit or 0))


def _is_called(wanted: str, choice: ReadableChoice) -> bool:
    return wanted in (levelled(choice.value), levelled(choice.label))


def _is_read_as(wanted: str, choice: ReadableChoice) -> bool:
    return any(_fits(pattern, wanted) for pattern in choice.read_as)


def _is_partly_called(wanted: str, choice: ReadableChoice) -> bool:
    return len(wanted) >= _MIN_PART and (_is_part_of(wanted, choice.label) or _is_part_of(wanted, choice.value))


def _fits(pattern: str, wanted: str) -> bool:
    """Whether levelled text fits a pattern: a glob, or ``15.2.0..15.2.2561`` for the versions from one to another."""
    lowest, dots, highest = pattern.partition("..")
    if not dots:
        return fnmatchcase(wanted, levelled(pattern))
    if not _DOTTED_NUMBER.fullmatch(wanted):
        return False
    number, low, high = (_numbers(each) for each in (wanted, lowest, highest))
    return low <= number and number[: len(high)] <= high


def is_pattern(pattern: str) -> bool:
    """Whether a pattern of `read_as` can be used: a glob with something besides wildcards in it, or a range."""
    lowest, dots, highest = pattern.partition("..")
    if dots:
        both = _DOTTED_NUMBER.fullmatch(lowest.strip()) and _DOTTED_NUMBER.fullmatch(highest.strip())
        return bool(both) and _numbers(lowest) <= _numbers(highest)
    return bool(levelled(pattern).strip("*? "))


def _numbers(dotted: str) -> tuple[int, ...]:
    return tuple(int(part) for part in dotted.strip().split("."))


def _is_part_of(wanted: str, label: str) -> bool:
    """Whether words are in a label, from the beginning of a word on, and are not said there with a "not" before them.

    "match" is no part of "the name does not match": who says it means the opposite.
    """
    words = levelled(label)
    for found in re.finditer(rf"(?<!\w){re.escape(wanted)}", words):
        if not _NEGATIONS.intersection(words[: found.start()].split()[-2:]):
            return True
    return False


def _listed(choices: Iterable[ReadableChoice]) -> str:
    return ", ".join((*(choice.value for choice in choices), UNKNOWN))


def _one_of(choices: Iterable[ReadableChoice]) -> str:
    return f"this takes one of {_listed(choices)}"


def _read_truth(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str | int) and (truth := _TRUTH.get(str(raw).strip().casefold())) is not None:
        return truth
    raise ValueRefused("this takes yes, no or unknown")


def _read_number(raw: object) -> int:
    if isinstance(raw, str) and _WHOLE_NUMBER.fullmatch(raw.strip()):
        raw = int(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < 2**53 and raw == int(raw):
        return int(raw)
    raise ValueRefused("this takes a whole number or unknown")


def _split_names(text: str) -> list[str]:
    bare = _DNS_PREFIX.sub(" ", text.strip()).strip("{}[] \t\r\n")
    if text.strip().casefold() in _NO_NAMES:
        return []
    names = [name for part in re.split(r"[\s,;]+", bare) if (name := part.strip("\"'"))]
    if not names:
        raise ValueRefused("this takes names, such as mail.contoso.com, autodiscover.contoso.com; none; or unknown")
    return names


def _comparable_name(name: str) -> str:
    bare = name.casefold().rstrip(".")
    return str(ipaddress.ip_address(bare)) if is_ip_address(bare) else bare


def _same_server(one: str, other: str) -> bool:
    first, second = _comparable_name(one), _comparable_name(other)
    if first == second:
        return True
    alone = "." not in first or "." not in second
    return alone and first.partition(".")[0] == second.partition(".")[0]


def _comparable_url(text: str) -> tuple[str, str, int, str]:
    try:
        url = parse_url(text)
    except NameRefused:
        return "", text, 0, ""
    port = url.port or (443 if url.scheme == "https" else 80)
    return url.scheme, _comparable_name(url.host), port, url.rest.casefold().rstrip("/")


def _refuse_control_characters(text: str) -> None:
    if _CONTROL.search(text.strip()):
        raise ValueRefused("this holds line breaks, control characters or half a character; give one value on one line")


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
            case FactType.THUMBPRINT:
                return _thumbprint(text)
            case _:
                if not text:
                    raise ValueRefused('this is empty; write "unknown" where nobody can tell')
                return text
    except NameRefused as refused:
        raise ValueRefused(str(refused)) from None


def _thumbprint(text: str) -> str:
    digits = _BETWEEN_DIGITS.sub("", text).upper()
    if not _THUMBPRINT.fullmatch(digits):
        raise ValueRefused("a thumbprint has 40 digits, 0 to 9 and A to F; copy it whole")
    return digits


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
