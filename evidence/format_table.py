"""Reads what Format-Table printed, where its columns are unambiguous.

PowerShell underlines each column's heading with hyphens, and that line tells where columns begin. Where text runs
across a border, as it does after a forum has collapsed the spacing, a row is read only if it has exactly one word for
each column. A cell that ends in `...` was cut and is not relied on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.exchange_objects import interpret
from evidence.limits import MAX_OBJECTS, MAX_PARSED_LINE
from evidence.model import ReadingNote
from evidence.output_kind import is_telling
from evidence.shell_object import ShellCommand, ShellObject, Value, command_in, value_of_text

_RULE: Final = re.compile(r"[ \t]*-{2,}(?:[ \t]+-{2,})*[ \t]*")
_COLUMN: Final = re.compile(r"-{2,}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,80}")


@dataclass(frozen=True, slots=True)
class _Table:
    names: tuple[str, ...]
    starts: tuple[int, ...]
    rule: int
    """Index of the line of hyphens."""
    end: int
    command: ShellCommand | None


def read_format_table(evidence_text: EvidenceText) -> Reading | None:
    """Read every table whose headings are properties of the Exchange shell."""
    objects: list[ShellObject] = []
    notes: list[ReadingNote] = []
    claimed: list[range] = []
    for table in _tables(evidence_text.lines):
        claimed.append(range(table.rule - 1, table.end))
        for index in range(table.rule + 1, table.end):
            cells = _cells(evidence_text.lines[index], table)
            what = table.command.cmdlet if table.command is not None else "Format-Table output"
            provenance = evidence_text.provenance(what, index + 1)
            if cells is None:
                text = "A row of the table does not fit its columns. Use Format-List instead."
                notes.append(ReadingNote("ambiguous-row", text, provenance))
                continue
            properties: dict[str, Value] = {
                name.lower(): value_of_text(cell, index + 1) for name, cell in zip(table.names, cells, strict=True)
            }
            if len(objects) <= MAX_OBJECTS:
                objects.append(ShellObject(properties, provenance, table.command))
    if not objects and not notes:
        return None
    observations, more = interpret(objects)
    return Reading(observations, (*notes, *more), tuple(claimed))


def _tables(lines: tuple[str, ...]) -> Iterator[_Table]:
    command: ShellCommand | None = None
    for index, line in enumerate(lines):
        if len(line) > MAX_PARSED_LINE:
            continue
        if index == 0 or "--" not in line or _RULE.fullmatch(line) is None:
            command = command_in(line) or command
            continue
        heading = lines[index - 1].expandtabs()
        rule = line.expandtabs()
        starts = tuple(match.start() for match in _COLUMN.finditer(rule))
        names = tuple(heading.split())
        if len(names) != len(starts) or not all(_NAME.fullmatch(name) for name in names):
            continue
        if not any(is_telling(name.lower()) for name in names):
            continue
        end = index + 1
        while end < len(lines) and lines[end].strip() and len(lines[end]) <= MAX_PARSED_LINE:
            end += 1
        yield _Table(names, _aligned(heading, names, starts), index, end, command)


def _aligned(heading: str, names: tuple[str, ...], starts: tuple[int, ...]) -> tuple[int, ...]:
    """Return where columns begin, or nothing where heading and hyphens do not agree (collapsed spacing)."""
    ends = zip(starts, (*starts[1:], len(heading) + 1), strict=True)
    cells = tuple(heading[start:end].strip() for start, end in ends)
    return starts if cells == names else ()


def _cells(line: str, table: _Table) -> tuple[str, ...] | None:
    """Divide a row at the columns' borders; where text crosses one, into words if there is one for each column."""
    line = line.expandtabs().rstrip()
    crossed = any(start - 1 < len(line) and line[start - 1] != " " for start in table.starts[1:])
    if not table.starts or crossed:
        words = tuple(line.split())
        return words if len(words) == len(table.names) else None
    borders = zip(table.starts, (*table.starts[1:], len(line) + 1), strict=True)
    return tuple(line[start:end].strip() for start, end in borders)


READER: Final = Reader(
    name="format-table",
    reads="Format-Table output where the columns are unambiguous",
    read=read_format_table,
)
