"""Reads what Export-Csv and ConvertTo-Csv wrote, and tables that were copied from a document, a chat or Markdown."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.limits import MAX_OBJECTS, MAX_PROPERTIES, MAX_VALUE_CHARACTERS
from evidence.shell_object import ShellCommand, ShellObject, Value, command_in, value_of_text
from evidence.shell_outputs import interpret

_TYPE: Final = re.compile(r"\s*#TYPE\s+(\S{1,300})\s*")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,80}")
_RULE: Final = re.compile(r"[\s|:\u2013\u2014-]{3,}")
"""What stands between the headings and the rows of a table that was printed, or written in Markdown."""
_AROUND_NAME: Final = ' \t"*`'
_COLLECTION_NAME: Final = re.compile(r"(?:System|Microsoft)\.[\w.]{3,200}(?:`\d|\[\])")
"""Export-Csv writes the type of a collection in place of its members; such a value says nothing."""
_LIST_PROPERTIES: Final = frozenset({"certificatedomains", "dnsnamelist"})


@dataclass(frozen=True, slots=True)
class _Table:
    delimiter: str
    names: tuple[str, ...]
    header: int
    end: int
    """Index of the line after the table."""
    type_name: str | None
    command: ShellCommand | None


def read_csv(evidence_text: EvidenceText) -> Reading | None:
    """Read every table with commas, semicolons, tabs or bars between columns that are properties of the shell."""
    objects: list[ShellObject] = []
    claimed: list[range] = []
    for table in _tables(evidence_text.lines, evidence_text.knowledge.outputs.marks):
        claimed.append(range(table.header - (table.type_name is not None), table.end))
        rows, partial = _rows(evidence_text.lines, table)
        for row, line in rows:
            if len(objects) > MAX_OBJECTS:
                break
            properties = {name.lower(): _value(name, cell, line) for name, cell in zip(table.names, row, strict=False)}
            what = table.command.cmdlet if table.command is not None else "Export-Csv output"
            objects.append(
                ShellObject(
                    properties,
                    evidence_text.provenance(what, line),
                    table.command,
                    table.type_name,
                    partial=partial,
                )
            )
    if not objects:
        return None
    observations, notes = interpret(objects, evidence_text.knowledge)
    return Reading(observations, notes, tuple(claimed))


def _tables(lines: tuple[str, ...], marks: frozenset[str]) -> Iterator[_Table]:
    command: ShellCommand | None = None
    index = 0
    while index < len(lines):
        line = lines[index]
        header = _header(line, marks)
        if header is None:
            command = command_in(line) or command
            index += 1
            continue
        delimiter, names = header
        end = index + 1
        while end < len(lines) and lines[end].strip() and _header(lines[end], marks) is None:
            end += 1
        above = _TYPE.fullmatch(lines[index - 1][:400]) if index else None
        yield _Table(delimiter, names, index, end, above[1] if above is not None else None, command)
        index = end


def _header(line: str, marks: frozenset[str]) -> tuple[str, tuple[str, ...]] | None:
    """Return delimiter and names, where `line` is the first line of such a table."""
    if len(line) > MAX_VALUE_CHARACTERS or not line.strip():
        return None
    for delimiter in (",", ";", "\t", "|"):
        if delimiter not in line and not line.lstrip().startswith('"'):
            continue
        names = tuple(part.strip(_AROUND_NAME) for part in _inner(line, delimiter).split(delimiter, MAX_PROPERTIES))
        if (
            len(names) <= MAX_PROPERTIES
            and all(_NAME.fullmatch(name) for name in names)
            and len({name.lower() for name in names}) == len(names)
            and any(name.lower() in marks for name in names)
        ):
            return delimiter, names
    return None


def _inner(line: str, delimiter: str) -> str:
    """A line of Markdown has its delimiter at both ends, too."""
    return line.strip().removeprefix("|").removesuffix("|") if delimiter == "|" else line


def _rows(lines: tuple[str, ...], table: _Table) -> tuple[list[tuple[list[str], int]], bool]:
    """Return the rows that have as many cells as there are columns, each with its line, and whether others were cut."""
    below = lines[table.header + 1 : table.end]
    # A row of Markdown that does not end as its heading does was cut.
    closed = table.delimiter == "|" and lines[table.header].rstrip().endswith("|")
    cut = [closed and bool(line.strip()) and not line.rstrip().endswith("|") for line in below]
    text = [
        "" if broken or _RULE.fullmatch(line[:400]) else _inner(line, table.delimiter)
        for line, broken in zip(below, cut, strict=True)
    ]
    reader = csv.reader(text, delimiter=table.delimiter)
    rows: list[tuple[list[str], int]] = []
    partial = any(cut) or sum(line.count('"') for line in text) % 2 == 1
    while True:
        line = table.header + 2 + reader.line_num
        try:
            row = next(reader)
        except StopIteration:
            return rows, partial
        except csv.Error:
            partial = True
            continue
        if len(row) == len(table.names):
            rows.append((row, line))
        elif row:
            partial = True


def _value(name: str, cell: str, line: int) -> Value:
    text = cell.strip(" \t`")[:MAX_VALUE_CHARACTERS]
    if _COLLECTION_NAME.match(text) is not None:
        return Value(text, line, (), complete=False)
    if name.lower() in _LIST_PROPERTIES and text and not text.startswith("{"):
        # What people make of a list themselves: -join ' ', -join ';' or -join ','.
        return Value(text, line, tuple(part for part in re.split(r"[\s,;]+", text) if part))
    return value_of_text(text, line)


READER: Final = Reader(
    name="csv",
    reads="Export-Csv output",
    read=read_csv,
)
