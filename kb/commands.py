"""Commands as a library writes them, taken apart so that a value can never become syntax.

An author writes a line as it would be typed, ``Set-OabVirtualDirectory -Identity '{exchange.server}\\OAB' -InternalUrl
'https://{namespace.host}/OAB'``. It is read here into a command name and its arguments; each argument is a literal
with blanks. Whatever fills the blanks, `render` quotes every argument, so the result is one invocation of that command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from kb.messages import Message, Slot
from kb.templates import Blank, Template, Word, joined, parse


class CommandRefused(ValueError):
    """A line that is not one plain command; the message says what does not belong."""


class Argument(BaseModel):
    """One argument: ``-Name value``, a bare ``-Switch``, or a value alone."""

    model_config = ConfigDict(frozen=True)
    parameter: str | None = None
    value: Template | None = None
    constant: str | None = None
    """``$true``, ``$false`` or ``$null``, written bare because quoted it would be text."""


class Command(BaseModel):
    """One invocation, optionally shown through ``Format-List`` with the named properties."""

    model_config = ConfigDict(frozen=True)
    name: str
    arguments: tuple[Argument, ...]
    properties: tuple[str, ...] = ()

    @cached_property
    def blanks(self) -> tuple[str, ...]:
        """The facts that fill it, each once."""
        values = (argument.value for argument in self.arguments)
        return tuple(dict.fromkeys(fact for value in values if value is not None for fact in value.blanks))

    @cached_property
    def pieces(self) -> tuple[str | Blank, ...]:
        """The line: what stands in it, quoted where it is a literal, and the blanks within literals."""
        pieces: list[str | Blank] = [self.name]
        for argument in self.arguments:
            space = "" if argument.parameter is not None and argument.parameter.endswith(":") else " "
            if argument.parameter is not None:
                pieces.append(f" {argument.parameter}")
            if argument.constant is not None:
                pieces.append(f"{space}{argument.constant}")
            if argument.value is not None:
                pieces.append(" '")
                pieces += (
                    piece if isinstance(piece, Blank) else escaped(piece if isinstance(piece, str) else piece.text)
                    for piece in argument.value.pieces
                )
                pieces.append("'")
        if self.properties:
            pieces.append(f" | Format-List {', '.join(self.properties)}")
        return joined(pieces)


_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z][A-Za-z0-9]*)?")
_PARAMETER = re.compile(r"-[A-Za-z][A-Za-z0-9]*")
_CONSTANT = re.compile(r"\$(?:true|false|null)", re.IGNORECASE)
_PIPED = re.compile(
    r"\|\s*(?:Format-List|fl)\s+(?P<properties>[A-Za-z][A-Za-z0-9]*(?:\s*,\s*[A-Za-z][A-Za-z0-9]*)*)\s*$"
)
_TOKEN = re.compile(
    r"""\s*(?:'(?P<single>(?:[^'\r\n]|'')*)'|"(?P<double>[^"`$\r\n]*)"|(?P<bare>[^\s'"`;|&<>(){}@#,]*(?:\{[a-z0-9_.-]+\}[^\s'"`;|&<>(){}@#,]*)*))(?=\s|$)"""
)

# PowerShell ends a single-quoted string at any of these, and two of them in a row stand for one.
_SINGLE_QUOTES = re.compile("(['\u2018\u2019\u201a\u201b])")


def escaped(text: str) -> str:
    """`text` as it stands within a PowerShell literal in single quotes: every kind of single quote doubled."""
    if text.isascii() and "'" not in text:
        return text
    return _SINGLE_QUOTES.sub(r"\1\1", text)


def read(
    line: str, resolve: Callable[[str], Word | Blank | None], *, may_show: bool
) -> tuple[Command, tuple[str, ...]]:
    """Read a command line, and return it with the keys of blanks that `resolve` does not know.

    Args:
        line: the command as an author writes it.
        resolve: turns the key of a blank into a word of a member, a blank, or ``None``.
        may_show: whether ``| Format-List …`` may follow.

    Raises:
        CommandRefused: the line is anything but one command with literal arguments.
    """
    line = " ".join(line.split())
    properties: tuple[str, ...] = ()
    piped = _PIPED.search(line)
    if piped:
        if not may_show:
            raise CommandRefused("a command that changes something stands alone, without a pipe")
        properties = tuple(name.strip() for name in piped["properties"].split(","))
        line = line[: piped.start()].rstrip()
    tokens = _tokens(line)
    if not tokens or tokens[0][1] or not _NAME.fullmatch(tokens[0][0]):
        raise CommandRefused("a command begins with its name, such as Set-OabVirtualDirectory")
    strangers: list[str] = []

    def template(text: str) -> Template:
        value, unknown = parse(text, resolve)
        strangers.extend(unknown)
        return value

    arguments: list[Argument] = []
    rest = tokens[1:]
    while rest:
        text, quoted = rest.pop(0)
        if not quoted and text.startswith("-"):
            name, colon, constant = text.partition(":")
            if not _PARAMETER.fullmatch(name) or (colon and not _CONSTANT.fullmatch(constant)):
                raise CommandRefused(f"{text!r} is no parameter; write -Name 'value'")
            if colon:
                arguments.append(Argument(parameter=text.partition(":")[0] + ":", constant=constant))
            elif rest and (rest[0][1] or not rest[0][0].startswith("-")):
                arguments.append(_argument(name, *rest.pop(0), template))
            else:
                arguments.append(Argument(parameter=name))
        else:
            arguments.append(_argument(None, text, quoted, template))
    return Command(name=tokens[0][0], arguments=tuple(arguments), properties=properties), tuple(strangers)


def render(command: Command, words: Mapping[str, str | Slot]) -> Message:
    """The command line, every value quoted as a literal; whatever else fills its blanks later is quoted too."""
    return Message(*[piece if isinstance(piece, str) else _quoted(words[piece.fact]) for piece in command.pieces])


def _quoted(word: str | Slot) -> Slot:
    return Slot(word, None, None, escaped) if isinstance(word, str) else Slot(word.text, word.type, word.value, escaped)


def _tokens(line: str) -> list[tuple[str, bool]]:
    """The words of a line with whether each was quoted."""
    tokens: list[tuple[str, bool]] = []
    position = 0
    while position < len(line):
        found = _TOKEN.match(line, position)
        if found is None or found.end() == position:
            raise CommandRefused(
                f"{line[position:].strip()[:30]!r} is no literal argument; put values in single quotes, "
                "and leave out variables, pipes, separators and sub-expressions"
            )
        if found["single"] is not None:
            tokens.append((found["single"].replace("''", "'"), True))
        elif found["double"] is not None:
            tokens.append((found["double"], True))
        else:
            tokens.append((found["bare"], False))
        position = found.end()
    return tokens


def _argument(parameter: str | None, text: str, quoted: bool, template: Callable[[str], Template]) -> Argument:
    if not quoted and text.startswith("$"):
        if not _CONSTANT.fullmatch(text):
            raise CommandRefused(f"{text!r} is a variable; only $true, $false and $null may stand in a command")
        return Argument(parameter=parameter, constant=text)
    return Argument(parameter=parameter, value=template(text))
