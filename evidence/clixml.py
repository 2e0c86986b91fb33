"""Reads what Export-Clixml wrote. The BinaryFormatter blobs in it (`SerializationData`) are never looked into."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final
from xml.etree.ElementTree import Element

from evidence.errors import EvidenceError
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.limits import MAX_CERTIFICATE_BYTES, MAX_NAMES, MAX_OBJECTS, MAX_VALUE_CHARACTERS
from evidence.model import Observation, ReadingNote
from evidence.safe_xml import children, fragments, local_name, parse
from evidence.shell_object import ShellObject, Value
from evidence.shell_outputs import interpret

_COLLECTIONS: Final = ("LST", "IE", "QUE", "STK")
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BINARY_WANTED: Final = frozenset({"rawdata"})


def read_clixml(evidence_text: EvidenceText) -> Reading | None:
    """Read every `<Objs>` document of the input."""
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    problems: list[EvidenceError] = []
    found = fragments(evidence_text, "Objs")
    for fragment in found:
        line = fragment.lines.start + 1
        try:
            root = parse(fragment, name=evidence_text.name)
        except EvidenceError as error:
            problems.append(error)
            continue
        objects = _objects(root, evidence_text, line)
        some_observations, some_notes = interpret(objects, evidence_text.knowledge)
        observations += some_observations
        notes += some_notes
    if not found:
        return None
    return Reading(tuple(observations), tuple(notes), tuple(fragment.lines for fragment in found), tuple(problems))


def _objects(root: Element, evidence_text: EvidenceText, line: int) -> list[ShellObject]:
    types: dict[str, str] = {}
    for names in root.iter():
        if local_name(names) == "TN" and (first := children(names, "T")):
            types[names.get("RefId", "")] = (first[0].text or "").strip()
    texts = {
        obj.get("RefId", ""): _text_of_object(obj)
        for obj in root.iter()
        if local_name(obj) == "Obj" and obj is not root
    }
    objects: list[ShellObject] = []
    for element in _roots(root)[: MAX_OBJECTS + 1]:
        type_name = _type_of(element, types)
        properties: dict[str, Value] = {}
        for holder in ("Props", "MS"):
            for properties_element in children(element, holder):
                for child in properties_element:
                    name = _unescaped(child.get("N", "")).lower()
                    if name and name not in properties:
                        properties[name] = _value(child, name, texts, line)
        if properties:
            what = (type_name or "Export-Clixml").rpartition(".")[2]
            objects.append(ShellObject(properties, evidence_text.provenance(f"{what} (Clixml)", line), None, type_name))
    return objects


def _roots(root: Element) -> list[Element]:
    """Return the exported objects: those at the top, and the members of a list at the top."""
    objects: list[Element] = []
    for element in children(root, "Obj"):
        if children(element, "Props") or children(element, "MS"):
            objects.append(element)
        for kind in _COLLECTIONS:
            for collection in children(element, kind):
                objects.extend(children(collection, "Obj"))
    return objects


def _type_of(element: Element, types: dict[str, str]) -> str | None:
    for child in element:
        if local_name(child) == "TN" and (first := children(child, "T")):
            return (first[0].text or "").strip() or None
        if local_name(child) == "TNRef":
            return types.get(child.get("RefId", ""))
    return None


def _value(element: Element, name: str, texts: dict[str, str], line: int) -> Value:
    kind = local_name(element)
    if kind == "Nil":
        return Value("", line)
    if kind == "BA":
        return Value("", line, binary=_binary(element.text) if name in _BINARY_WANTED else None)
    if kind == "B":
        return Value((element.text or "").strip().capitalize(), line)
    if kind == "Ref":
        return Value(texts.get(element.get("RefId", ""), ""), line)
    if kind != "Obj":
        return Value(_unescaped(element.text or "").strip()[:MAX_VALUE_CHARACTERS], line)
    for collection in _COLLECTIONS:
        for listed in children(element, collection):
            members = list(listed)
            items = tuple(_item(member, texts) for member in members[:MAX_NAMES])
            items = tuple(item for item in items if item)
            return Value(", ".join(items), line, items, complete=len(members) <= MAX_NAMES)
    return Value(_text_of_object(element), line)


def _item(element: Element, texts: dict[str, str]) -> str:
    if local_name(element) == "Obj":
        return _text_of_object(element)
    if local_name(element) == "Ref":
        return texts.get(element.get("RefId", ""), "")
    return _unescaped(element.text or "").strip()[:MAX_VALUE_CHARACTERS]


def _text_of_object(element: Element) -> str:
    for text in children(element, "ToString"):
        return _unescaped(text.text or "").strip()[:MAX_VALUE_CHARACTERS]
    return ""


def _binary(text: str | None) -> bytes | None:
    if text is None or len(text) > 2 * MAX_CERTIFICATE_BYTES:
        return None
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _unescaped(text: str) -> str:
    """Turn `_x000D_` into the character that Clixml could not write."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


READER: Final = Reader(
    name="clixml",
    reads="Export-Clixml files",
    read=read_clixml,
)
