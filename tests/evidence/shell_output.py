"""Renders objects the way the Exchange Management Shell prints them, and the ways that people then mangle it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

Property = str | bool | Sequence[str] | None
Properties = Mapping[str, Property]


@dataclass(frozen=True)
class ListShape:
    """How a Format-List output looks by the time that somebody pastes it."""

    width: int = 200
    prompt: str = "[PS] C:\\Windows\\system32>"
    command: bool = True
    blank_between_properties: bool = False
    trailing_spaces: int = 0
    collapsed: bool = False
    bullet: str = ""
    fenced: bool = False
    line_end: str = "\n"


def printed(value: Property) -> str:
    """Return a value as PowerShell prints it."""
    if value is None:
        return ""
    if isinstance(value, (str, bool)):
        return str(value)
    return "{" + ", ".join(value) + "}"


def format_list(command: str, objects: Sequence[Properties], shape: ListShape | None = None) -> str:
    """Render `command`'s output as Format-List prints it in this shape."""
    shape = shape or ListShape()
    lines: list[str] = []
    if shape.command:
        lines += [shape.prompt + command, "", ""]
    for number, properties in enumerate(objects):
        if number:
            lines += ["", "", ""] if shape.blank_between_properties else [""]
        label = max(len(name) for name in properties)
        for name, value in properties.items():
            if shape.blank_between_properties and lines and lines[-1]:
                lines.append("")
            lines += _property(name, printed(value), label, shape)
    lines += ["", ""]
    rendered = [(shape.bullet + line if line else "") + (" " * shape.trailing_spaces if line else "") for line in lines]
    if shape.fenced:
        rendered = ["<#", *rendered, "#>"]
    return shape.line_end.join(rendered) + shape.line_end


def _property(name: str, value: str, label: int, shape: ListShape) -> list[str]:
    if shape.collapsed:
        return [f"{name}: {value}".rstrip()]
    head = f"{name.ljust(label)} : "
    room = max(20, shape.width - len(head))
    pieces = [value[start : start + room] for start in range(0, len(value), room)] or [""]
    return [head + pieces[0].rstrip(), *(" " * len(head) + piece.strip() for piece in pieces[1:])]


def format_table(command: str, objects: Sequence[Properties]) -> str:
    """Render as Format-Table prints it in a window that is wide enough."""
    names = list(objects[0])
    widths = {name: max(len(name), *(len(printed(item[name])) for item in objects)) for name in names}
    rows = [
        " ".join(name.ljust(widths[name]) for name in names),
        " ".join(("-" * len(name)).ljust(widths[name]) for name in names),
    ]
    rows += [" ".join(printed(item[name]).ljust(widths[name]) for name in names).rstrip() for item in objects]
    return "\n".join([f"[PS] C:\\>{command}", "", *rows, "", ""])


def convert_to_json(objects: Sequence[Properties]) -> str:
    """Render as ConvertTo-Json does: one object bare, several as a list."""
    plain = [
        {name: list(value) if isinstance(value, (list, tuple)) else value for name, value in item.items()}
        for item in objects
    ]
    return json.dumps(plain[0] if len(plain) == 1 else plain, indent=4)


def export_csv(type_name: str, objects: Sequence[Properties], delimiter: str = ",") -> str:
    """Render as Export-Csv of Windows PowerShell does, lists as the names of their types."""
    names = list(objects[0])
    lines = [f"#TYPE {type_name}", delimiter.join(f'"{name}"' for name in names)]
    for item in objects:
        cells = []
        for name in names:
            value = item[name]
            text = printed(value) if isinstance(value, (str, bool)) or value is None else "System.String[]"
            cells.append('"' + text.replace('"', '""') + '"')
        lines.append(delimiter.join(cells))
    return "\r\n".join(lines) + "\r\n"


def export_clixml(type_name: str, objects: Sequence[Properties], *, binary: Mapping[str, str] | None = None) -> str:
    """Render as Export-Clixml does, with the `ToString` escapes and the blobs that are in real ones."""
    parts = ['<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">']
    for number, item in enumerate(objects):
        parts.append(f'  <Obj RefId="{number * 10}">')
        if number:
            parts.append('    <TNRef RefId="0" />')
        else:
            parts.append(f'    <TN RefId="0"><T>{escape(type_name)}</T><T>System.Object</T></TN>')
        parts.append("    <ToString>first_x000D__x000A_second</ToString>")
        parts.append("    <Props>")
        for name, value in item.items():
            parts.append(_clixml_value(name, value, number * 10 + 1))
        for name, encoded in (binary or {}).items():
            parts.append(f'      <BA N="{name}">{encoded}</BA>')
        parts.append("    </Props>")
        parts.append('    <MS><BA N="SerializationData">AAEAAAD/////AQAAAAAAAAA=</BA></MS>')
        parts.append("  </Obj>")
    return "\ufeff" + "\n".join([*parts, "</Objs>"])


def _clixml_value(name: str, value: Property, reference: int) -> str:
    if value is None:
        return f'      <Nil N="{name}" />'
    if isinstance(value, bool):
        return f'      <B N="{name}">{str(value).lower()}</B>'
    if isinstance(value, str):
        kind = "URI" if value.startswith("http") else "S"
        return f'      <{kind} N="{name}">{escape(value)}</{kind}>'
    members = "".join(f"<S>{escape(member)}</S>" for member in value)
    return (
        f'      <Obj N="{name}" RefId="{reference}"><TN RefId="9"><T>System.Collections.ArrayList</T></TN>'
        f"<LST>{members}</LST></Obj>"
    )
