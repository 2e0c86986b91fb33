"""Says slips of YAML in an author's words: what the reader stumbled over, and what to write instead."""

from __future__ import annotations

import re

_BRACE_FIRST = re.compile(r"^\s*(?:- )?(?P<key>[\w.\"'-]+):\s+(?P<text>\{[^{}:]*\}\s*\S.*)$")
_SPECIAL_FIRST = re.compile(r"^\s*(?:- )?(?P<key>[\w.\"'-]+):\s+(?P<text>(?P<mark>[%@`*&!|>])\s*\S.*)$")
_COLON = re.compile(r"(?P<key>[\w.-]+):\s+(?P<text>[^\s\"'{\[][^{}]*?:\s.*)$")
_TAB = re.compile(r"^\s*\t")


def slip(reason: str, text: str, line: int) -> str:
    """What is wrong, for a reason that the YAML reader gives.

    Args:
        line: the line, from 1, at which it stumbled; what is wrong may stand before it.
    """
    if reason.startswith("found duplicate key"):
        return reason.partition(" with value")[0] + "; every key stands once, so merge the two or rename one"
    lines = text.splitlines()
    for number in (line, line - 1):
        written = lines[number - 1] if 0 < number <= len(lines) else ""
        if _TAB.search(written):
            return "this line begins with a tab; indent with blanks"
        if found := _BRACE_FIRST.match(written):
            return f"a text that begins with a brace stands in quotes: {found['key']}: {_quoted(found['text'])}"
        if "cannot start any token" in reason and (found := _SPECIAL_FIRST.match(written)):
            return f"a text that begins with {found['mark']} stands in quotes: {found['key']}: {_quoted(found['text'])}"
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    if "mapping values are not allowed" in reason and (found := _COLON.search(written)):
        return f"a text with a colon in it stands in quotes: {found['key']}: {_quoted(found['text'])}"
    if "expected ',' or '}'" in reason or "expected ',' or ']'" in reason:
        closing = "}" if "'}'" in reason else "]"
        return f"a {closing} is missing, or a text inside the braces holds one; put such a text in quotes"
    if "while scanning a quoted scalar" in reason or "unexpected end of stream" in reason:
        return "a quote is opened and not closed"
    if "expected <block end>" in reason:
        return "this stands at another depth than the lines around it; indent it like those that belong with it"
    return reason


def comma_slip(key: str, around: str) -> str:
    """What is wrong with a key that is no field: most likely the rest of a text with a comma, inside braces.

    Args:
        around: the field whose text was cut off, where that is known.
    """
    field = around or "says"
    return f'inside braces a text ends at a comma; put it in quotes: {field}: "…, {key}"'


def _quoted(text: str) -> str:
    shown = text.strip()
    shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
    return f"'{shown}'" if '"' in shown else f'"{shown}"'
