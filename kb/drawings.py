"""The drawings that a library has of its choices, as markup for a page; only what was checked gets there.

A library keeps them as ``rules/drawings/FACT/CHOICE.svg``: a folder for each fact, a file for each choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

from kb.library import DRAWINGS
from kb.model import KnowledgeBase
from kb.problems import Code, LibraryError, Problem

MAX_BYTES: Final = 20_000

Drawings = Mapping[tuple[str, str], str]
"""By fact and choice, the markup of an ``svg`` element."""

NO_DRAWINGS: Final[Drawings] = MappingProxyType({})

_SVG: Final = "{http://www.w3.org/2000/svg}"
_SHAPES: Final = frozenset(
    {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"}
)
_WORD: Final = re.compile(r"#[0-9a-fA-F]{3,8}|currentColor|none|[a-z-]{1,24}|[1-9]00")
_NUMBERS: Final = re.compile(r"[-+.,0-9eE %a-zA-Z()]{0,4000}")
_WORDS: Final = frozenset(
    {
        *("fill", "stroke", "stroke-linecap", "stroke-linejoin", "fill-rule", "text-anchor", "dominant-baseline"),
        *("font-weight", "font-family", "font-style"),
    }
)
_MEASURES: Final = frozenset(
    {
        *("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "viewBox", "points", "d"),
        *("transform", "stroke-width", "stroke-dasharray", "opacity", "fill-opacity", "stroke-opacity", "font-size"),
    }
)


def drawings_of(files: Mapping[str, bytes], knowledge: KnowledgeBase) -> Drawings:
    """The drawings of a library's choices.

    Args:
        files: what `kb.library.read_drawings` read.
        knowledge: the library.

    Raises:
        LibraryError: a drawing belongs to no choice, or is more than a still picture; all of them are listed.
    """
    found: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for name, data in files.items():
        key, _, choice = name.removeprefix(DRAWINGS).removesuffix(".svg").rpartition("/")
        fact = knowledge.facts.get(key)
        if fact is None or choice not in fact.labels:
            message = "this draws no choice of the vocabulary; call it FACT/CHOICE.svg"
            problems.append(Problem(name, 1, 1, Code.UNKNOWN_ID, message))
            continue
        try:
            found[key, choice] = checked(data)
        except ValueError as error:
            problems.append(Problem(name, 1, 1, Code.UNREADABLE, str(error)))
    if problems:
        raise LibraryError(problems)
    return MappingProxyType(found)


def checked(data: bytes) -> str:
    """A drawing, written anew from those of its parts that only draw.

    Raises:
        ValueError: it is no SVG, or has a part that could do more than draw; the message says which.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"a drawing has at most {MAX_BYTES} bytes")
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, UnicodeError) as error:
        raise ValueError(f"this is no plain SVG: {error}") from None
    if root.tag != f"{_SVG}svg" or "viewBox" not in root.attrib:
        raise ValueError("a drawing is an svg element with a viewBox")
    return _written(root, outermost=True)


def _written(element: Element, *, outermost: bool = False) -> str:
    name = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else "a comment"
    if name not in _SHAPES or (name == "svg") is not outermost:
        raise ValueError(f"{name!r} is no shape that a drawing may have")
    attributes = {key: value for key, value in element.attrib.items() if not (outermost and key in ("width", "height"))}
    for key, value in attributes.items():
        fits = (key in _WORDS and _WORD.fullmatch(value)) or (key in _MEASURES and _NUMBERS.fullmatch(value))
        if not fits:
            raise ValueError(f"{name} may not have {key}={value[:40]!r}")
    if outermost:
        attributes |= {"class": "drawing", "aria-hidden": "true", "focusable": "false"}
    inner = _escaped(element.text) if name in ("text", "tspan") else ""
    inner += "".join(_written(each) + (_escaped(each.tail) if name == "text" else "") for each in element)
    begin = name + "".join(f' {key}="{_escaped(value)}"' for key, value in attributes.items())
    return f"<{begin}>{inner}</{name}>"


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
