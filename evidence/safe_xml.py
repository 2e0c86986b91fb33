"""Finds XML documents in an input and parses them within bounds: no entities, no DTD, limited depth and size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

from evidence.errors import InputTooLarge, MalformedInput
from evidence.evidence_text import EvidenceText
from evidence.limits import MAX_XML_DEPTH, MAX_XML_DOCUMENTS, MAX_XML_ELEMENTS

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fragment:
    """One XML document within the input."""

    text: str
    lines: range
    """The lines that it stands on, as indices from 0."""
    closed: bool


def fragments(evidence_text: EvidenceText, root: str) -> list[Fragment]:
    """Return the documents whose root element is `<root …>`, each from that tag to its end tag.

    An XML declaration before it is left out: the text is Unicode already, whatever it declares.

    Raises:
        InputTooLarge: more than `MAX_XML_DOCUMENTS`.
    """
    opening = re.compile(rf"<{root}(?=[\s>/])")
    closing = f"</{root}>"
    found: list[Fragment] = []
    collected: list[str] | None = None
    start = 0
    for index, line in enumerate(evidence_text.lines):
        position = 0
        while True:
            if collected is None:
                match = opening.search(line, position)
                if match is None:
                    break
                collected, start, position = [], index, match.start()
            end = line.find(closing, position)
            if end < 0:
                collected.append(line[position:])
                break
            collected.append(line[position : end + len(closing)])
            found.append(Fragment("\n".join(collected), range(start, index + 1), closed=True))
            collected, position = None, end + len(closing)
    if len(found) > MAX_XML_DOCUMENTS:
        raise InputTooLarge(
            f"{len(found)} XML documents are more than the {MAX_XML_DOCUMENTS} that are read",
            name=evidence_text.name,
            line=found[MAX_XML_DOCUMENTS].lines.start + 1,
            remedy="Give those that concern the Client Access servers",
        )
    if collected is not None:
        found.append(Fragment("\n".join(collected), range(start, len(evidence_text.lines)), closed=False))
    return found


def parse(fragment: Fragment, *, name: str) -> Element:
    """Parse a fragment into elements.

    Raises:
        MalformedInput: not well-formed, cut off, or with a document type or entities of its own.
        InputTooLarge: nested too deeply, or with too many elements.
    """
    line = fragment.lines.start + 1
    if not fragment.closed:
        raise MalformedInput(
            "the XML ends before its last tag", name=name, line=line, remedy="Give the whole file or answer"
        )
    data = _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", fragment.text)).encode("utf-8")
    depth = count = 0
    root: Element | None = None
    try:
        for event, element in iterparse(BytesIO(data), events=("start", "end"), forbid_dtd=True):
            if event == "end":
                depth -= 1
                continue
            depth += 1
            count += 1
            root = element if root is None else root
            if depth > MAX_XML_DEPTH or count > MAX_XML_ELEMENTS:
                raise InputTooLarge(
                    f"the XML is deeper than {MAX_XML_DEPTH} levels or has more than {MAX_XML_ELEMENTS} elements",
                    name=name,
                    line=line,
                    remedy="Export fewer objects, with the default depth",
                )
    except DefusedXmlException:
        raise MalformedInput(
            "the XML has a document type or entities of its own, which are never expanded",
            name=name,
            line=line,
            remedy="Give the file as the program wrote it",
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        position = getattr(error, "position", None)
        broken = line + position[0] - 1 if isinstance(position, tuple) else line
        raise MalformedInput(
            "the XML is not well-formed",
            name=name,
            line=broken,
            remedy="Give the file as the program wrote it",
        ) from None
    if root is None:
        raise MalformedInput("the XML is empty", name=name, line=line, remedy="Give the whole file or answer")
    return root


def local_name(element: Element) -> str:
    """Return an element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, name: str) -> list[Element]:
    """Return the child elements of this local name, in whatever namespace."""
    return [child for child in element if local_name(child) == name]


def child_text(element: Element, name: str) -> str:
    """Return the text of the first child of this local name, or an empty string."""
    for child in element:
        if local_name(child) == name:
            return (child.text or "").strip()
    return ""
