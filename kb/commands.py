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
    """One argument: ``-Name value``, a bare ``-Switch``, or a value alone.

    Attributes:
        more: the values after the first where there is a list of them.
        constant: ``$true``, ``$false`` or ``$null``, written bare because quoted it would be text.
    """

    model_config = ConfigDict(frozen=True)
    parameter: str | None = None
    value: Template | None = None
    more: tuple[Template, ...] = ()
    constant: str | None = None

    @property
    def templates(self) -> tuple[Template, ...]:
        """All its values."""
        return () if self.value is None else (self.value, *self.more)


class Command(BaseModel):
    """One invocation, optionally shown through ``Format-List`` with the named properties."""

    model_config = ConfigDict(frozen=True)
    name: str
    arguments: tuple[Argument, ...]
    properties: tuple[str, ...] = ()

    @cached_property
    def blanks(self) -> tuple[str, ...]:
        """The facts that fill it, each once."""
        values = (value for argument in self.arguments for value in argument.templates)
        return tuple(dict.fromkeys(fact for value in values for fact in value.blanks))

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
            for position, value in enumerate(argument.templates):
                pieces += (", '" if position else " '", *_quoted_pieces(value), "'")
        if self.properties:
            pieces.append(f" | Format-List {', '.join(self.properties)}")
        return joined(pieces)


class Snippet(BaseModel):
    """Fixed text of several commands, whose blanks all stand within literals in single quotes."""

    model_config = ConfigDict(frozen=True)
    text: Template

    @property
    def blanks(self) -> tuple[str, ...]:
        """The facts that fill it, each once."""
        return self.text.blanks

    @cached_property
    def pieces(self) -> tuple[str | Blank, ...]:
        """The text, and the blanks within literals."""
        return joined(piece if isinstance(piece, Blank | str) else escaped(piece.text) for piece in self.text.pieces)


_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z][A-Za-z0-9]*)?")
_PARAMETER = re.compile(r"-[A-Za-z][A-Za-z0-9]*")
_CONSTANT = re.compile(r"\$(?:true|false|null)", re.IGNORECASE)
_PIPED = re.compile(
    r"\|\s*(?:Format-List|fl)\s+(?P<properties>[A-Za-z][A-Za-z0-9]*(?:\s*,\s*[A-Za-z][A-Za-z0-9]*)*)\s*$"
)
_TOKEN = re.compile(
    r"""\s*(?P<comma>,)|\s*(?:'(?P<single>(?:[^'\r\n]|'')*)'|"(?P<double>[^"`$\r\n]*)"|(?P<bare>[^\s'"`;|&<>(){}@#,]*(?:\{[a-z0-9_.-]+\}[^\s'"`;|&<>(){}@#,]*)*))(?=[\s,]|$)"""
)

_COMMA = (",", False)
_NO_LIST = "a comma stands between two literal values, such as 'IIS', 'SMTP'"

# PowerShell ends a single-quoted string at any of these, and two of them in a row stand for one.
_SINGLE_QUOTES = re.compile("(['\u2018\u2019\u201a\u201b])")


def escaped(text: str) -> str:
    """`text` as it stands within a PowerShell literal in single quotes: every kind of single quote doubled."""
    if text.isascii() and "'" not in text:
        return text
    return _SINGLE_QUOTES.sub(r"\1\1", text)


def _quoted_pieces(value: Template) -> list[str | Blank]:
    """What stands between the quotes of a literal."""
    return [
        piece if isinstance(piece, Blank) else escaped(piece if isinstance(piece, str) else piece.text)
        for piece in value.pieces
    ]


def read_snippet(text: str, resolve: Callable[[str], Word | Blank | None]) -> tuple[Snippet, tuple[str, ...]]:
    """Read fixed text of several commands, and return it with the keys of blanks that `resolve` does not know.

    Raises:
        CommandRefused: a blank stands outside a literal in single quotes, or a literal has no end.
    """
    if found := re.search("[\u2018\u2019\u201a\u201b]", text):
        raise CommandRefused(f"{found[0]} is a typographic quote, which ends a literal; write '")
    inside = False
    position = 0
    for blank in re.finditer(r"\{[a-z][a-z0-9_.-]*\}", text):
        inside = _within_literal(text[position : blank.start()], inside)
        if not inside:
            raise CommandRefused(f"{blank[0]} stands outside a literal; put it in single quotes: '{blank[0]}'")
        position = blank.end()
    if _within_literal(text[position:], inside):
        raise CommandRefused("a literal in single quotes has no end")

    template, strangers = parse(text.strip("\n"), resolve, lines=True)
    return Snippet(text=template), strangers


def _within_literal(text: str, inside: bool) -> bool:
    """Whether a literal in single quotes is open at the end of a text; double-quoted ones are stepped over."""
    position = 0
    while position < len(text):
        character = text[position]
        if character == "'":
            inside = not inside
        elif character in '"`$#' and not inside and character != "$":
            if character == "#":
                position = text.find("\n", position)
                if position < 0:
                    return inside
            elif character == '"':
                end = text.find('"', position + 1)
                if end < 0:
                    raise CommandRefused("a text in double quotes has no end, or holds a blank")
                position = end
            else:
                raise CommandRefused("leave the backtick out; write a literal in single quotes")
        position += 1
    return inside


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
    strangers: list[str] = []

    def template(text: str) -> Template:
        value, unknown = parse(text, resolve)
        strangers.extend(unknown)
        return value

    # The command itself may be made of words of the member or of a table; a fact is never part of it.
    pieces = template(tokens[0][0]).pieces if tokens and not tokens[0][1] else ()
    name = "".join("{}" if isinstance(each, Blank) else each if isinstance(each, str) else each.text for each in pieces)
    if not strangers and not _NAME.fullmatch(name):
        raise CommandRefused("a command begins with its name, such as Restart-Service")
    arguments: list[Argument] = []
    rest = tokens[1:]
    while rest:
        text, quoted = rest.pop(0)
        if not quoted and text.startswith("-"):
            parameter, colon, constant = text.partition(":")
            if not _PARAMETER.fullmatch(parameter) or (colon and not _CONSTANT.fullmatch(constant)):
                raise CommandRefused(f"{text!r} is no parameter; write -Name 'value'")
            if colon:
                arguments.append(Argument(parameter=text.partition(":")[0] + ":", constant=constant))
            elif rest and (rest[0][1] or not rest[0][0].startswith(("-", ","))):
                arguments.append(_argument(parameter, rest, template))
            else:
                arguments.append(Argument(parameter=parameter))
        else:
            rest.insert(0, (text, quoted))
            arguments.append(_argument(None, rest, template))
    return Command(name=name, arguments=tuple(arguments), properties=properties), tuple(strangers)


def render(command: Command | Snippet, words: Mapping[str, str | Slot]) -> Message:
    """The command line or the snippet, every value quoted as a literal; what fills its blanks later is quoted too."""
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
        if found["comma"] is not None:
            tokens.append((",", False))
        elif found["single"] is not None:
            tokens.append((found["single"].replace("''", "'"), True))
        elif found["double"] is not None:
            tokens.append((found["double"], True))
        else:
            tokens.append((found["bare"], False))
        position = found.end()
    return tokens


def _argument(parameter: str | None, rest: list[tuple[str, bool]], template: Callable[[str], Template]) -> Argument:
    """The value that begins the rest of a line, or the list of them, taken off it."""
    text, quoted = rest.pop(0)
    if not quoted and text.startswith("$"):
        if not _CONSTANT.fullmatch(text):
            raise CommandRefused(f"{text!r} is a variable; only $true, $false and $null may stand in a command")
        return Argument(parameter=parameter, constant=text)
    if (text, quoted) == _COMMA:
        raise CommandRefused(_NO_LIST)
    more: list[Template] = []
    while rest and rest[0] == _COMMA:
        rest.pop(0)
        if not rest or (not rest[0][1] and rest[0][0].startswith(("-", "$", ","))):
            raise CommandRefused(_NO_LIST)
        more.append(template(rest.pop(0)[0]))
    return Argument(parameter=parameter, value=template(text), more=tuple(more))
