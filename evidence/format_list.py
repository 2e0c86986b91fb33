"""Reads what `Format-List` printed, in all the shapes that it has after a forum, a mail or a narrow window.

Known shapes: prompts and command lines above it, several objects, one empty line between objects or between all
properties, trailing spaces, values that wrap with a deep indent, `{a, b}` lists, empty values, collapsed spacing,
list bullets or quote marks in front, `<# … #>` and code fences around.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.limits import MAX_OBJECTS, MAX_PARSED_LINE, MAX_PROPERTIES, MAX_VALUE_CHARACTERS
from evidence.output_kind import kind_by_properties
from evidence.shell_object import (
    ShellCommand,
    ShellObject,
    Value,
    command_in,
    is_elision,
    is_prompt,
    value_of_text,
)
from evidence.shell_outputs import interpret
from kb.outputs import Outputs

_FURNITURE: Final = re.compile(r"(?:[>*\u2022\u00b7\u2013-][ \t]|>)+")
"""List bullets and quote marks in front of a line."""
_FENCE: Final = re.compile(r"[ \t]*(?:<#|#>|`{3,}[A-Za-z]{0,20}|~{3,})[ \t]*")
_PROPERTY: Final = re.compile(r"([ \t]*)([A-Za-z][A-Za-z0-9_]{0,80})([ \t]*):(?!//|\\)([ \t]*)")
_URL: Final = re.compile(r"[ \t]*<?https?://", re.IGNORECASE)
_IDENTITY: Final = frozenset({"identity", "name", "server", "fqdn", "thumbprint", "distinguishedname"})
_NEAR: Final = 3
"""Lines from an object within which a line of points means that objects were left out beside it."""
_DEEP_INDENT: Final = 8
"""Columns that an indented line needs at least to count as the rest of a wrapped value."""


@dataclass(slots=True)
class _Property:
    name: str
    index: int
    column: int
    """Where the value begins, which is where its wrapped lines are indented to."""
    pieces: list[str]
    last: int


@dataclass(slots=True)
class _Block:
    """Properties that stand together, and the command line that they stand under."""

    command: ShellCommand | None
    properties: list[_Property] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {found.name.lower() for found in self.properties}


@dataclass(slots=True)
class _Segment:
    """What stands under one command line, or between two pieces of other text."""

    command: ShellCommand | None
    command_line: int | None
    properties: list[tuple[_Property, int]] = field(default_factory=list)
    """Each with the number of empty lines before it."""


def read_format_list(evidence_text: EvidenceText) -> Reading | None:
    """Read every object that is printed as a list of `Name : value` lines."""
    objects: list[ShellObject] = []
    blocks: list[tuple[int, int]] = []
    claimed: list[range] = []
    outputs = evidence_text.knowledge.outputs
    elisions = tuple(index for index, line in enumerate(evidence_text.lines) if line and is_elision(line))
    for segment in _segments(evidence_text.lines):
        kept = False
        for block in _blocks(segment, outputs):
            if not _is_shell_output(block, outputs.marks):
                continue
            kept = True
            if len(objects) <= MAX_OBJECTS:
                objects.append(_object(evidence_text, block))
                blocks.append((block.properties[0].index, block.properties[-1].last))
            claimed.extend(range(found.index, found.last + 1) for found in block.properties)
        if kept and segment.command_line is not None:
            claimed.append(range(segment.command_line, segment.command_line + 1))
    if not objects:
        return None
    observations, notes = interpret(_marked(objects, elisions, blocks), evidence_text.knowledge)
    return Reading(observations, notes, tuple(claimed))


def _marked(
    objects: Sequence[ShellObject], elisions: Sequence[int], blocks: Sequence[tuple[int, int]]
) -> list[ShellObject]:
    """Mark the objects beside which somebody has written that something was left out, with all of their command."""
    cut: set[int] = set()
    for line in elisions:
        position = bisect_right(blocks, (line, 0))
        for neighbour in (position - 1, position):
            if 0 <= neighbour < len(blocks):
                first, last = blocks[neighbour]
                if first - _NEAR <= line <= last + _NEAR:
                    cut.add(neighbour)
    commands = {id(objects[position].command) for position in cut}
    return [
        replace(each, partial=True) if position in cut or id(each.command) in commands else each
        for position, each in enumerate(objects)
    ]


def _segments(lines: tuple[str, ...]) -> Iterator[_Segment]:
    segment = _Segment(None, None)
    current: _Property | None = None
    blank_lines = 0
    for index, raw in enumerate(lines):
        line = _plain(raw)
        if not line.strip():
            blank_lines += 1
            continue
        if len(line) > MAX_PARSED_LINE:
            line = line[:MAX_PARSED_LINE]
        match = _PROPERTY.match(line)
        if current is not None and _continues(current, line, match, blank_lines):
            if len(current.pieces) < MAX_PROPERTIES:
                current.pieces.append(line)
            current.last = index
            blank_lines = 0
            continue
        if match is None or is_prompt(line):
            command = command_in(line)
            yield segment
            segment = _Segment(command, index if command is not None else None)
            current, blank_lines = None, 0
            continue
        value = line[match.end() :]
        current = _Property(match[2], index, match.end(), [value], index)
        segment.properties.append((current, blank_lines))
        blank_lines = 0
    yield segment


def _plain(line: str) -> str:
    """Take away what forums and mails put in front of a line or around the text."""
    if _FENCE.fullmatch(line):
        return ""
    furniture = _FURNITURE.match(line)
    if furniture is None:
        stripped = line.lstrip(" \t")
        furniture = _FURNITURE.match(stripped) if len(line) - len(stripped) < _DEEP_INDENT else None
        return stripped[furniture.end() :] if furniture is not None else line.replace("\t", "    ")
    return line[furniture.end() :].replace("\t", "    ")


def _continues(current: _Property, line: str, match: re.Match[str] | None, blank_lines: int) -> bool:
    """Tell whether `line` is the rest of the value above it."""
    if blank_lines > 1:
        return False
    indent = len(line) - len(line.lstrip(" "))
    if indent >= _DEEP_INDENT and indent >= current.column - 2:
        return True
    if match is not None:
        return False
    if is_prompt(line) or command_in(line) is not None:
        return False
    if not any(piece.strip() for piece in current.pieces) and not blank_lines and _URL.match(line):
        return True  # a value that a forum has moved to the next line
    unfinished = current.pieces[0].lstrip().startswith("{") and not current.pieces[-1].rstrip().endswith("}")
    return indent >= _DEEP_INDENT or unfinished


def _blocks(segment: _Segment, outputs: Outputs) -> Iterator[_Block]:
    """Divide a segment into objects: at empty lines, unless those stand between all properties; at a name's return."""
    gaps = [gap for _, gap in segment.properties[1:]]
    spaced = len(gaps) >= 2 and sum(gap > 0 for gap in gaps) > 0.8 * len(gaps)
    boundary = 2 if spaced else 1
    blocks: list[_Block] = []
    for found, gap in segment.properties:
        key = found.name.lower()
        if not blocks or gap >= boundary or key in blocks[-1].names or len(blocks[-1].properties) >= MAX_PROPERTIES:
            blocks.append(_Block(segment.command))
        blocks[-1].properties.append(found)
    yield from _joined(blocks, outputs)


def _joined(blocks: list[_Block], outputs: Outputs) -> Iterator[_Block]:
    """Put a part that an empty line tore off back to its object: it names nothing of its own, and adds only."""
    held: _Block | None = None
    for block in blocks:
        if held is None:
            held = block
            continue
        names = block.names
        own_kind = kind_by_properties(names, outputs)
        if (
            names.isdisjoint(held.names)
            and not names & _IDENTITY
            and (own_kind is None or own_kind == kind_by_properties(held.names, outputs))
        ):
            held.properties.extend(block.properties)
        else:
            yield held
            held = block
    if held is not None:
        yield held


def _is_shell_output(block: _Block, marks: frozenset[str]) -> bool:
    """Tell the output of a command from other text with colons."""
    return (block.command is not None and len(block.properties) > 0) or not marks.isdisjoint(block.names)


def _object(evidence_text: EvidenceText, block: _Block) -> ShellObject:
    properties: dict[str, Value] = {}
    for found in block.properties:
        properties[found.name.lower()] = value_of_text(_joined_value(found), found.index + 1)
    what = block.command.cmdlet if block.command is not None else "Format-List output"
    return ShellObject(properties, evidence_text.provenance(what, block.properties[0].index + 1), block.command)


def _joined_value(found: _Property) -> str:
    """Join the lines of a wrapped value.

    PowerShell breaks a name or a URL anywhere and a sentence at its spaces, and trailing spaces come from elsewhere.
    So a space is put back only after a comma, into text that has spaces already, or where the rest is indented beyond
    the value, which is the space itself.
    """
    value = found.pieces[0].strip()
    for piece in found.pieces[1:]:
        part = piece.strip()
        if len(value) + len(part) > MAX_VALUE_CHARACTERS:
            return value + "..."
        indent = len(piece) - len(piece.lstrip(" "))
        spaced = indent == found.column + 1 or value.endswith(",") or " " in value.rpartition(",")[2].strip()
        value = f"{value} {part}" if value and spaced else value + part
    return value


READER: Final = Reader(
    name="format-list",
    reads="Format-List output of PowerShell, with the command lines",
    read=read_format_list,
)
