"""Reads what ConvertTo-Json wrote."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.limits import (
    MAX_CERTIFICATE_BYTES,
    MAX_JSON_ATTEMPTS,
    MAX_NAMES,
    MAX_OBJECTS,
    MAX_PROPERTIES,
    MAX_VALUE_CHARACTERS,
)
from evidence.shell_object import ShellCommand, ShellObject, Value, command_in
from evidence.shell_outputs import interpret

_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
"""Numbers stay text: nothing here counts, and 10,000 digits are nobody's number."""
_SPEAKING: Final = (
    "AbsoluteUri",
    "OriginalString",
    "Address",
    "Domain",
    "Name",
    "Value",
    "value",
    "DistinguishedName",
)
"""Of an object within an object, the property that says what it stands for, best first."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A JSON text within the input."""

    value: object
    lines: range
    command: ShellCommand | None


def read_json(evidence_text: EvidenceText) -> Reading | None:
    """Read the JSON texts of the input that hold objects of the Exchange shell."""
    marks = evidence_text.knowledge.outputs.marks
    objects: list[ShellObject] = []
    claimed: list[range] = []
    for found in _texts(evidence_text):
        members = [member for member in _members(found.value) if _is_shell_object(member, marks)]
        if not members:
            continue
        claimed.append(found.lines)
        line = found.lines.start + 1
        what = found.command.cmdlet if found.command is not None else "ConvertTo-Json output"
        for member in members[: MAX_OBJECTS + 1 - len(objects)]:
            objects.append(
                ShellObject(
                    _properties(member, line), evidence_text.provenance(what, line), found.command, _type(member)
                )
            )
    if not objects:
        return None
    observations, notes = interpret(objects, evidence_text.knowledge)
    return Reading(observations, notes, tuple(claimed))


def _texts(evidence_text: EvidenceText) -> Iterator[_Found]:
    """Find what is JSON from the beginning of a line on; a bounded number of false starts is tried."""
    starts = [index for index, line in enumerate(evidence_text.lines) if line.lstrip()[:1] in ("[", "{")]
    if not starts:
        return
    text = evidence_text.text
    offsets: list[int] = []
    total = 0
    for line in evidence_text.lines:
        offsets.append(total)
        total += len(line) + 1
    reached = failures = 0
    command: ShellCommand | None = None
    looked = 0
    for index in starts:
        for line in evidence_text.lines[looked:index]:
            command = command_in(line) or command
        looked = index
        if offsets[index] < reached or failures >= MAX_JSON_ATTEMPTS:
            continue
        begin = offsets[index] + len(evidence_text.lines[index]) - len(evidence_text.lines[index].lstrip())
        try:
            value, end = _DECODER.raw_decode(text, begin)
        except (ValueError, RecursionError):
            failures += 1
            continue
        reached = end
        last = index
        while last + 1 < len(offsets) and offsets[last + 1] < end:
            last += 1
        yield _Found(value, range(index, last + 1), command)


def _members(value: object) -> Iterator[dict[str, object]]:
    """Return the objects at the top: one, or those of a list; `{"value": […]}` is how PowerShell 5.1 wraps some."""
    if isinstance(value, dict):
        inner = value.get("value")
        if isinstance(inner, list) and len(value) <= 2:
            yield from _members(inner)
        else:
            yield value
    elif isinstance(value, list):
        for member in value:
            if isinstance(member, dict):
                yield member


def _is_shell_object(member: dict[str, object], marks: frozenset[str]) -> bool:
    return any(isinstance(name, str) and name.lower() in marks for name in list(member)[:MAX_PROPERTIES])


def _properties(member: dict[str, object], line: int) -> dict[str, Value]:
    return {name.lower(): _value(name, value, line) for name, value in list(member.items())[:MAX_PROPERTIES]}


def _type(member: dict[str, object]) -> str | None:
    """Return the type where remoting left it beside the properties (`@odata.type` and the like are not it)."""
    value = member.get("ObjectClass")
    return value if isinstance(value, str) and value.startswith("Microsoft.Exchange.") else None


def _value(name: str, value: object, line: int) -> Value:
    if name.lower() == "rawdata":
        return Value("", line, binary=_bytes(value))
    if isinstance(value, list):
        items = tuple(_text(item) for item in value[:MAX_NAMES])
        items = tuple(item for item in items if item)
        return Value(", ".join(items), line, items, complete=len(value) <= MAX_NAMES)
    if isinstance(value, dict) and isinstance(value.get("value"), list):
        return _value(name, value["value"], line)
    text = _text(value)
    return Value(text, line, complete=not text.endswith(("...", "\u2026")))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return value.strip()[:MAX_VALUE_CHARACTERS]
    if isinstance(value, dict):
        if _is_version(value):
            return ".".join(str(value[part]) for part in ("Major", "Minor", "Build", "Revision") if part in value)
        for name in _SPEAKING:
            inner = value.get(name)
            if isinstance(inner, str) and inner.strip():
                return inner.strip()[:MAX_VALUE_CHARACTERS]
    return ""


def _is_version(value: dict[str, object]) -> bool:
    return all(isinstance(value.get(part), str) for part in ("Major", "Minor", "Build"))


def _bytes(value: object) -> bytes | None:
    """Return a certificate's bytes, which ConvertTo-Json writes as a list of numbers."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, str):
        if len(value) > 2 * MAX_CERTIFICATE_BYTES:
            return None
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            return None
    if not isinstance(value, list) or len(value) > MAX_CERTIFICATE_BYTES:
        return None
    try:
        return bytes(int(item[:4]) for item in value if isinstance(item, str))
    except ValueError:
        return None


READER: Final = Reader(
    name="json",
    reads="ConvertTo-Json output",
    read=read_json,
)
