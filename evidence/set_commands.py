"""Sets aside commands that change something: they say what somebody would set, and not what is there.

An administrator's notes, an answer of a forum and a script all hold `Set-…` lines. None of their URLs and names is
stored anywhere by being written down, so that none of them is a fact, and none is proposed.
"""

from __future__ import annotations

import re
from typing import Final

from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.limits import MAX_PARSED_LINE
from evidence.model import ReadingNote

_CHANGING: Final = re.compile(
    r"(?<![\w-])((?:Set|New|Enable|Disable|Remove|Import|Export|Update|Add|Install|Restart)-[A-Z][A-Za-z]{3,60}|"
    r"netsh\s{1,4}http\s{1,4}(?:add|delete|update)\b|appcmd\s{1,4}(?:set|recycle|add|delete)\b|iisreset\b)",
    re.IGNORECASE,
)
_ASSIGNMENT: Final = re.compile(
    r"[\s>]{0,60}(?:[*\u2022-]\s{1,4})?(?:\$[A-Za-z_][\w:.]{0,60}|[A-Za-z_]\w{0,60})\s{0,40}=\s{0,8}(?:@\{|@\(|['\"]|\$|\[)"
)
_ARGUMENT: Final = re.compile(r"[\s>]{1,60}-[A-Z][A-Za-z]{2,40}\b")
_GOES_ON: Final = ("`", "|", ",", "{", "(")
_MOST_LINES: Final = 40
"""Lines of one command that goes on."""
_MOST_NAMED: Final = 20


def read_set_commands(evidence_text: EvidenceText) -> Reading | None:
    """Claim the lines of commands that change something, and say once that they were passed over."""
    lines = evidence_text.lines
    claimed: list[range] = []
    named: dict[str, int] = {}
    index = 0
    while index < len(lines):
        line = lines[index][:MAX_PARSED_LINE]
        match = _CHANGING.search(line) if "-" in line or "netsh" in line or "appcmd" in line or "iis" in line else None
        if match is not None:
            named.setdefault(" ".join(match[1].split()), index)
            end = _end(lines, index)
            claimed.append(range(index, end))
            index = end
            continue
        if "=" in line and _ASSIGNMENT.match(line):
            claimed.append(range(index, index + 1))
        index += 1
    if not named:
        return _values_of_a_script(evidence_text, claimed)
    shown = tuple(named)[:_MOST_NAMED]
    text = (
        f"Passed over: {', '.join(shown[:5])}{' and others' if len(shown) > 5 else ''}. Such a command says what "
        f"somebody "
        "would change, not what is stored. Paste the output of the Get- command."
    )
    note = ReadingNote(
        "set-command",
        text,
        evidence_text.provenance("a command that changes something", min(named.values()) + 1),
        details={"commands": shown},
    )
    return Reading((), (note,), tuple(claimed))


def _values_of_a_script(evidence_text: EvidenceText, claimed: list[range]) -> Reading | None:
    """Pass over what is assigned to variables: it is what a script would set, or what somebody has copied for it."""
    if not any("$" in evidence_text.lines[span.start] for span in claimed):
        return None
    text = (
        "Values that a script assigns were passed over. Paste the output of the Get- command: it says what is stored."
    )
    provenance = evidence_text.provenance("a script", claimed[0].start + 1)
    return Reading((), (ReadingNote("script-values", text, provenance),), tuple(claimed))


def _end(lines: tuple[str, ...], start: int) -> int:
    """Find where a command ends that may go on over several lines."""
    index = start
    while index + 1 < len(lines) and index - start < _MOST_LINES:
        below = lines[index + 1][:MAX_PARSED_LINE]
        if not lines[index].rstrip().endswith(_GOES_ON) and _ARGUMENT.match(below) is None:
            break
        index += 1
    return index + 1


READER: Final = Reader(
    name="set-commands",
    reads="commands that change something, which it only sets aside",
    read=read_set_commands,
)
