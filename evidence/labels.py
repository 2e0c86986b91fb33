"""What people write above an output: that it was so before, that it should be so, or that it is an example.

What stands below such words is no fact of today. That ends with a sentence of another kind, or where words say that it
is so now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from evidence.alert_wordings import CERTIFICATE_WORDS
from evidence.shell_object import is_prompt

_LONGEST: Final = 120
"""Characters of a line that can be such words."""
_MOST_ABOVE: Final = 40
"""Lines of an output that a remark below it can be about."""
_SPEAKER: Final = re.compile(r"\A(?:\[?\d{1,2}:\d\d\]? )?(?:[A-Z][\w.-]{1,30} ?){1,3}: ")
_FEW_WORDS: Final = 4
"""Words of a line that is a label without a colon: `--- before ---`, `OLD`."""
_MARKS: Final = " \t>*#=_~-\u2013\u2014\u2022[]()<>|\"'`\u201c\u201d\u201e"
_WOULD: Final = re.compile(
    r"\b(?:should|shall|must|ought to|would|will) (?:then |now )?(?:be|become|show|look|print|say)\b|"
    r"\bsoll(?:te)?(?: \w+)? (?:sein|werden|aussehen|stehen)\b",
    re.IGNORECASE,
)
"""What is to come, whatever else such words say."""
_OF_BEFORE: Final = re.compile(
    r"\W{0,20}(?:that|this|these|those|it|das|dies)\W{1,3}(?:is|was|were|are|war|ist)\b[^.!?]{0,30}?"
    r"\b(?:old|before|previous\w*|alt\w*|vorher|fr\u00fcher)\b.{0,60}",
    re.IGNORECASE,
)
"""A remark right below an output: it shows what was."""
_NOT_NOW: Final = re.compile(
    r"(?<!\bsaid )(?<!\bas )(?<!\blike )(?<!\bwrote )\bbefore\b(?! (?:we|you|i|asking|going|starting|anything)\b)|"
    r"\b(?:previous(?:ly)?|formerly|vorher|fr\u00fcher|bisher)\b|"
    r"\bold (?:settings?|values?|urls?|certificates?|cert|output|state|configuration)\b|\bold\W*\Z|"
    r"\balte[rs]? (?:einstellung\w*|werte?|urls?|zertifikat|ausgabe|stand)\b|"
    r"\b(?:should|shall|must|ought to|would) (?:be|become|show|look)\b|\b(?:desired|wanted|planned|target state)\b|"
    r"\b(?:soll(?:te)?(?: \w+)? (?:sein|werden|aussehen)|geplant|soll-?zustand)\b|"
    r"(?<![\w.@-])(?:for example|example|e\.g\.|sample output|zum beispiel|beispiel|z\. ?b\.)(?![\w-]|\.\w)",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"(?:before|previous(?:ly)?|old|vorher|fr\u00fcher|alt)(?: [\w ]{1,30})?", re.IGNORECASE)
"""A label without a colon, in few words."""
_NOW: Final = re.compile(
    r"\b(?:now|after(?:wards?)?|today|answer|reply|here (?:is|are)|antwort|hier (?:ist|sind)|current(?:ly)?|"
    r"but (?:it )?is|jetzt|nun|nachher|danach|aktuell|heute|"
    r"ist-?zustand)\b",
    re.IGNORECASE,
)
_EXAMPLE_ENDS: Final = re.compile(r"\b(?:for example|e\.g\.|such as|zum beispiel)\W*\Z", re.IGNORECASE)
_PROPERTY: Final = re.compile(r"[\s>*\u2022-]{0,40}[A-Za-z][\w ()/-]{0,60}\s*(?::|=)\s*\S")
_SENTENCE: Final = re.compile(r"[^.!?]{12,}[.!?][\"'\u201d)]?\s*\Z")


def not_of_today(lines: tuple[str, ...]) -> Iterator[tuple[range, str]]:
    """Return the stretches of lines (indices from 0) that are said not to be what is there now, with those words."""
    start: int | None = None
    words = ""
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        label = _label(line)
        if label is None and not (start is not None and _is_other_talk(line)):
            continue
        if start is not None:
            yield range(start, index), words
        start, words = (index, label) if label else (None, "")
    if start is not None:
        yield range(start, len(lines)), words
    yield from _remarked(lines)


def _remarked(lines: tuple[str, ...]) -> Iterator[tuple[range, str]]:
    """Return the outputs below which a remark says that they show what was there before."""
    for index, line in enumerate(lines):
        if index and len(line) <= _LONGEST and (match := _OF_BEFORE.fullmatch(_SPEAKER.sub("", line.strip(_MARKS)))):
            start = index
            while start and lines[start - 1].strip() and index - start < _MOST_ABOVE:
                start -= 1
            if start < index:
                yield range(start, index), match[0].strip()


def _label(line: str) -> str | None:
    """Return the words of a line that says of what follows that it is not so now; empty where it says that it is so."""
    text = line.strip(_MARKS + "\n") if len(line) <= 2 * _LONGEST else ""
    if not text or len(text) > _LONGEST or text.endswith((".", "!", "?")) or is_prompt(line):
        return None
    bare = text.rstrip(":" + _MARKS)
    few = len(bare.split()) <= _FEW_WORDS
    now = _NOW.search(bare)
    if not (text.endswith(":") or (few and (now or _BARE.fullmatch(bare))) or _EXAMPLE_ENDS.search(bare)):
        return None
    if _PROPERTY.match(line):
        return None
    if _WOULD.search(bare):
        return text
    other = _NOT_NOW.search(bare)
    if other is not None and (now is None or other.start() < now.start()):
        return text
    return "" if now is not None else None


def _is_other_talk(line: str) -> bool:
    """Tell whether a line is a sentence of its own, and none of a warning."""
    short = line[: 4 * _LONGEST]
    return (
        len(short.split()) > _FEW_WORDS
        and not is_prompt(line)
        and _PROPERTY.match(short) is None
        and _SENTENCE.search(short) is not None
        and CERTIFICATE_WORDS.search(short.lower()) is None
    )
