"""Says slips of YAML in an author's words: what the reader stumbled over, and what to write instead."""

from __future__ import annotations

import re

_KEY = r"^\s*(?:- )*(?P<key>[\w.\"'-]+):"
_BRACE_FIRST = re.compile(_KEY + r"\s+(?P<text>(?:\{[^{}:]*\}|\[[^\[\]]*\])\s*[^\s#].*)$")
_SPECIAL_FIRST = re.compile(_KEY + r"\s+(?P<text>(?P<mark>[%@`*&!|>-])\s*\S.*)$")
_COLON = re.compile(_KEY + r"\s+(?P<text>[^\s\"'{\[].*?:\s.*)$")
_INNER_COLON = re.compile(r"[{,]\s*(?P<key>[\w.-]+):\s+(?P<text>[^\s\"'{\[][^{},\"']*:\s[^{},]*?)\s*[},]")
_APOSTROPHE = re.compile(_KEY + r"\s+'(?P<text>.*\w'\w.*)'\s*$")
_GLUED = re.compile(r"^\s*(?:- )*(?P<key>[a-z_]+):(?P<text>[^\s:/].*)$")
_TAB = re.compile(r"^\s*\t")
_COMMENT = re.compile(r"\s+#.*$")
_CONDITIONS = frozenset({"that", "when", "where", "seen", "not"})
"""Keys behind which a condition stands, and no text."""


def slip(reason: str, text: str, line: int) -> str:
    """What is wrong, for a reason that the YAML reader gives.

    Args:
        line: the line, from 1, at which it stumbled; what is wrong may stand before it.
    """
    if reason.startswith("found duplicate key"):
        return reason.partition(" with value")[0] + "; every key stands once, so merge the two or rename one"
    lines = text.splitlines()
    written = _line(lines, line)
    for each in (written, _line(lines, line - 1)):
        if _TAB.search(each):
            return "this line begins with a tab; indent with blanks"
        if found := _BRACE_FIRST.match(each):
            mark = "brace" if found["text"].startswith("{") else "bracket"
            return f"a text that begins with a {mark} stands in quotes: {found['key']}: {_quoted(found['text'])}"
        if "expected" in reason and (found := _APOSTROPHE.match(each)):
            return f"a text with an apostrophe stands in double quotes: {found['key']}: {_quoted(found['text'])}"
        if "simple key" in reason and (found := _GLUED.match(each)):
            return f"a blank is missing behind the colon: {found['key']}: {found['text'].strip()}"
        if any(word in reason for word in _AT_THE_FIRST) and (found := _SPECIAL_FIRST.match(each)):
            return f"a text that begins with {found['mark']} stands in quotes: {found['key']}: {_quoted(found['text'])}"
    if "mapping values are not allowed" in reason and (found := _COLON.search(written)):
        if found["key"] in _CONDITIONS:
            return f"a condition stands in braces: {found['key']}: {{{found['text'].strip()}}}"
        return f"a text with a colon in it stands in quotes: {found['key']}: {_quoted(found['text'])}"
    if "expected ',' or '}'" in reason or "expected ',' or ']'" in reason:
        if found := _INNER_COLON.search(written):
            return f"a text with a colon in it stands in quotes: {found['key']}: {_quoted(found['text'])}"
        closing = "}" if "'}'" in reason else "]"
        return f"a {closing} is missing, or a text inside the braces holds one; put such a text in quotes"
    if "while scanning a quoted scalar" in reason or "unexpected end of stream" in reason:
        return "a quote is opened and not closed"
    if "expected <block end>" in reason:
        return "this stands at another depth than the lines around it; indent it like those that belong with it"
    return reason


_AT_THE_FIRST = ("cannot start any token", "alias", "anchor", "tag", "sequence entries are not allowed", "block scalar")
"""What the reader says where a text begins with a mark that means something to it."""


def _line(lines: list[str], number: int) -> str:
    """A line by its number from 1, without a comment at its end."""
    return _COMMENT.sub("", lines[number - 1]) if 0 < number <= len(lines) else ""


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
