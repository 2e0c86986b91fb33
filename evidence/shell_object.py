"""An object that PowerShell printed, whatever it was printed as."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from evidence.limits import MAX_NAMES
from evidence.model import Provenance

_ELISION: Final = re.compile(
    r"[\s>*#]*[\[(<{]?\s*(?:\.{3,}|\u2026+|\.\s\.\s\.|-+\s*(?:snip|schnipp|cut|more)\b.{0,40}|"
    r"(?:\.{3}\s*)?(?:snip(?:ped)?|truncated|output (?:truncated|omitted|shortened)|omitted|gek\u00fcrzt|etc\.?|"
    r"more certificates?)"
    r"(?:\s*\.{3})?)\s*[\])>}]?\s*",
    re.IGNORECASE,
)
"""A line with which people, or a pager, say that something was left out there."""
_PROMPT: Final = re.compile(r"[ \t]*(?:\[PS\]|PS\b|[A-Za-z]:\\)[^>]{0,300}>")
_ELLIPSES: Final = ("...", "\u2026")
"""How PowerShell ends a list that `$FormatEnumerationLimit` cut, and a table cell that did not fit."""

_COMMAND: Final = re.compile(r"\bGet-([A-Za-z]{3,60})\b(.{0,2000})", re.IGNORECASE)
_ARGUMENT: Final = re.compile(
    r"-(?P<name>Server|Identity)[:\s]\s*(?:\"(?P<double>[^\"]{1,200})\"|'(?P<single>[^']{1,200})'|(?P<bare>[^\s|;\"'$()-][^\s|;\"']{0,199}))",
    re.IGNORECASE,
)


_CHOICE: Final = re.compile(
    r"\|\s*(?:where(?:-object)?\b|\?)(?P<test>[^|]{0,400})|\|\s*select(?:-object)?\b[^|]{0,300}\s-(?:first|last|skip|index)\b|"
    r"\s-(?:Thumbprint|DomainName)\b",
    re.IGNORECASE,
)
"""What leaves objects out of an output."""


@dataclass(frozen=True, slots=True)
class Value:
    """A property's value."""

    text: str
    """As printed, without what only serves the layout; empty where nothing was printed."""
    line: int | None = None
    """The line that it begins on, counted from 1."""
    items: tuple[str, ...] | None = None
    """Its items where the source itself marks it as a list; `None` otherwise."""
    complete: bool = True
    """False where the source cut it short, so that it must not be relied on."""
    binary: bytes | None = field(default=None, repr=False)
    """The bytes, where the value is binary (a certificate's `RawData`)."""

    @property
    def listed(self) -> tuple[str, ...]:
        """The items; a value that is no list is split at commas, as enumerations are printed (`IMAP, POP, IIS`)."""
        if self.items is not None:
            return self.items
        return tuple(part.strip() for part in self.text.split(",") if part.strip())

    @property
    def boolean(self) -> bool | None:
        """The truth value as PowerShell writes it in every language, or `None`."""
        return {"true": True, "$true": True, "false": False, "$false": False}.get(self.text.strip().lower())


@dataclass(frozen=True, slots=True)
class ShellCommand:
    """The command line above an output."""

    noun: str
    """What it gets, in lower case: `oabvirtualdirectory`."""
    cmdlet: str
    """As typed: `Get-OabVirtualDirectory`."""
    server: str | None = None
    """The server that its arguments name, where they do."""
    identity: str | None = None
    """What `-Identity` names, which is a server for some outputs."""
    tests: tuple[str, ...] = ()
    """The conditions by which it leaves objects out, as typed; empty for one that takes the first, or a named one."""


@dataclass(frozen=True, slots=True)
class ShellObject:
    """One object with its properties."""

    properties: Mapping[str, Value]
    """By name in lower case."""
    provenance: Provenance
    command: ShellCommand | None = None
    type_name: str | None = None
    """The .NET type, where the format keeps it (Clixml, `#TYPE` of Export-Csv)."""
    run: int = 1
    """The line that the output which it stands in begins on: the same command printed twice is two runs."""
    partial: bool = False
    """Whether something of that output could not be read or was left out, so that the list of its objects may go on."""

    def get(self, *names: str) -> Value | None:
        """Return the first of these properties that the object has with a value, names in any case."""
        for name in names:
            value = self.properties.get(name.lower())
            if value is not None and (value.text or value.items or value.binary):
                return value
        return None

    def has(self, *names: str) -> bool:
        """Tell whether the output shows any of these properties, be it empty."""
        return any(name.lower() in self.properties for name in names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.properties)


def value_of_text(text: str, line: int | None = None) -> Value:
    """Make a value of printed text: `{a, b}` is a list, and an ellipsis at its end means that it was cut."""
    text = text.strip()
    if text.startswith("{"):
        closed = text.endswith("}")
        inner = text[1:-1] if closed else text[1:]
        cut = not closed
        for ellipsis in _ELLIPSES:
            if inner.rstrip().endswith(ellipsis):
                inner, cut = inner.rstrip().removesuffix(ellipsis), True
        parts = inner.split(",", MAX_NAMES)
        if len(parts) > MAX_NAMES:
            parts, cut = parts[:MAX_NAMES], True
        return Value(text, line, tuple(part.strip() for part in parts if part.strip()), complete=not cut)
    return Value(text, line, complete=not text.endswith(_ELLIPSES))


def is_elision(line: str) -> bool:
    """Tell whether a line says that something was left out there: `...`, `[...]`, `<snip>`, `-- More --`."""
    return len(line) <= 200 and _ELISION.fullmatch(line) is not None


def is_prompt(line: str) -> bool:
    """Tell whether a line begins with the prompt of a shell: `[PS] C:\\>`, `PS C:\\>`, `C:\\>`."""
    return _PROMPT.match(line) is not None


def command_in(line: str) -> ShellCommand | None:
    """Return the last `Get-…` command of a line that can be one, with or without a prompt before it."""
    match = _COMMAND.search(line[:4096])
    if match is None:
        return None
    server = identity = None
    for argument in _ARGUMENT.finditer(match[2].split("|", 1)[0]):
        value = argument["double"] or argument["single"] or argument["bare"]
        named = value.split("\\", 1)[0].strip() or None
        if argument["name"].lower() == "server" or "\\" in value:
            server = named
        else:
            identity = named
    tests = tuple((each["test"] or "").strip() for each in _CHOICE.finditer(match[2]))
    return ShellCommand(match[1].lower(), f"Get-{match[1]}", server, identity, tests)
