"""Reads the warning itself: which kind it is, which of the three checks failed, and which host it names."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from evidence.alert_wordings import TITLES, WORDINGS
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.hosts import host_of, is_dns_name
from evidence.limits import MAX_PARSED_LINE
from evidence.model import Detail, Observation, Rank, ReadingNote

_SAME: Final = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": "'", "\u201d": "'", "\u201e": "'", '"': "'"})
_HOST: Final = re.compile(r"\s*['(\[]?([a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?)")
_URL: Final = re.compile(r"https?://[^\s<>\"'`]{1,2000}", re.IGNORECASE)
_ERROR_CODE: Final = re.compile(r"\(\s*(?:error code\s*)?(0x[0-9a-f]{1,8}|[0-9]{1,10})\s*\)")
_TITLE_WORDS: Final = re.compile(r"(?:microsoft )?outlook|security alert|[-\u2013\u2014:|]", re.IGNORECASE)
_LINES_ABOVE: Final = 8
"""How far above the alert's first sentence its title can stand."""
_LINES_BELOW: Final = 4

_FAULTS: Final = {
    0x01: "revocation could not be checked",
    0x02: "invalid certificate",
    0x04: "revoked",
    0x08: "untrusted authority",
    0x10: "name does not match",
    0x20: "date",
    0x40: "wrong usage",
    0x80000000: "secure channel",
}
"""The bits of the proxy error's code (KB923575)."""
_NAME_BIT, _TRUST_BIT, _DATE_BIT = 0x10, 0x08, 0x20


@dataclass(frozen=True, slots=True)
class _Folded:
    """The text as one line in lower case with plain quotes and single spaces, and where its lines begin."""

    text: str
    starts: tuple[int, ...]

    def line(self, offset: int) -> int:
        """Return the index of the line that an offset lies on."""
        return bisect_right(self.starts, offset) - 1


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    host: str | None


def read_alert(evidence_text: EvidenceText) -> Reading | None:
    """Read Outlook's certificate warning, its proxy error, or its redirect prompt."""
    folded = _fold(evidence_text.lines)
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    claimed: list[range] = []
    titles = [(title, hit) for title in TITLES if (hit := _search(folded, title.text)) is not None]
    outcomes = [(wording, hit) for wording in WORDINGS if (hit := _search(folded, wording.text)) is not None]
    hits = [hit for _, hit in titles] + [hit for _, hit in outcomes]
    if not hits:
        return None
    first = folded.line(min(hit.start for hit in hits))
    kind = titles[0][0].kind if titles else "security_alert"

    def found(fact: str, value: str, line: int) -> None:
        observations.append(
            Observation(fact, value, evidence_text.provenance("the alert's text", line + 1), Rank.MACHINE_OUTPUT)
        )

    found("alert.kind", kind, first)
    for wording, hit in outcomes:  # an input with two alerts can give two outcomes of one check: both are told
        found(f"alert.{wording.check}", "failed" if wording.failed else "ok", folded.line(hit.start))
    for hit in hits:
        claimed.append(range(folded.line(hit.start), folded.line(max(hit.start, hit.end - 1)) + 1))
    named = _host(evidence_text, folded, hits, kind, first)
    if named is not None:
        host, line = named
        found("alert.host", host, line)
        claimed.append(range(line, line + 1))
    if kind == "proxy_error":
        more, remarks = _proxy_code(evidence_text, folded, hits)
        known = {observation.fact for observation in observations}
        observations += [observation for observation in more if observation.fact not in known]
        notes += remarks
    return Reading(tuple(observations), tuple(notes), tuple(claimed))


def _fold(lines: tuple[str, ...]) -> _Folded:
    pieces: list[str] = []
    starts: list[int] = []
    offset = 0
    for line in lines:
        starts.append(offset)
        piece = " ".join(line[:MAX_PARSED_LINE].translate(_SAME).lower().strip(" \t>*").split()) if line else ""
        if piece:
            pieces.append(piece)
            offset += len(piece) + 1
    return _Folded(" ".join(pieces), tuple(starts))


def _search(folded: _Folded, text: str) -> _Hit | None:
    """Find a sentence; where it has a `%s`, the host there."""
    before, placeholder, _ = text.translate(_SAME).lower().partition("%s")
    before = before.rstrip(" '")
    start = folded.text.find(before)
    if start < 0:
        return None
    end = start + len(before)
    if not placeholder:
        return _Hit(start, end, None)
    match = _HOST.match(folded.text, end)
    if match is None:
        return _Hit(start, end, None)
    host = match[1].rstrip(".")
    return _Hit(start, match.end(), host if is_dns_name(host) else None)


def _host(
    evidence_text: EvidenceText, folded: _Folded, hits: list[_Hit], kind: str, first: int
) -> tuple[str, int] | None:
    """Return the host that the alert names, and its line: in a sentence, in a URL below, or in the title above."""
    for hit in hits:
        if hit.host is not None:
            return hit.host, folded.line(hit.start)
    if kind == "redirect_prompt":
        for index in range(first, min(first + _LINES_BELOW, len(evidence_text.lines))):
            for match in _URL.finditer(evidence_text.lines[index][:MAX_PARSED_LINE]):
                host = host_of(match[0])
                if host is not None:
                    return host, index
        return None
    for index in range(first, max(-1, first - _LINES_ABOVE), -1):
        line = evidence_text.lines[index]
        if len(line) > 400:
            continue
        rest = _TITLE_WORDS.sub(" ", line) if index != first else ""
        words = rest.strip(" \t>*[]\"'").split()
        if len(words) == 1 and is_dns_name(words[0].rstrip(".")):
            return words[0].rstrip(".").lower(), index
        whole = line.strip(" \t>*[]\"'").rstrip(".")
        if index != first and is_dns_name(whole):
            return whole.lower(), index
    return None


def _proxy_code(
    evidence_text: EvidenceText, folded: _Folded, hits: list[_Hit]
) -> tuple[list[Observation], list[ReadingNote]]:
    """Read the error code. Only one that begins with 0x is taken apart: `10` could be either number."""
    last = max(hit.end for hit in hits)
    match = _ERROR_CODE.search(folded.text, last, last + 400)
    if match is None:
        return [], []
    provenance = evidence_text.provenance("the alert's error code", folded.line(match.start()) + 1)
    if not match[1].startswith("0x"):
        text = f"The proxy error's code is {match[1]}."
        if match[1] == "0":
            text += " With code 0, an add-in of another maker is the usual cause (KB923575)."
        return [], [ReadingNote("proxy-error-code", text, provenance, details={"code": match[1]})]
    code = int(match[1], 16)
    faults = tuple(text for bit, text in _FAULTS.items() if code & bit)
    details: dict[str, Detail] = {"code": code, "faults": faults}
    note = ReadingNote(
        "proxy-error-code",
        f"The proxy error's code {match[1]} says: {', '.join(faults) or 'nothing'}.",
        provenance,
        details=details,
    )
    observations = [
        Observation(fact, "failed" if code & bit else "ok", provenance, Rank.MACHINE_OUTPUT)
        for fact, bit in (("alert.name", _NAME_BIT), ("alert.trust", _TRUST_BIT), ("alert.date", _DATE_BIT))
    ]
    return observations, [note]


READER: Final = Reader(
    name="alert",
    reads="the text of Outlook's warning, with its title",
    read=read_alert,
)
