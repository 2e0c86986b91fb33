"""Reads the log and the results of Outlook's "Test E-mail AutoConfiguration".

The log's lines are those of MicrosoftDocs/SupportArticles-docs (`Autodiscover to <URL> starting`, then
`GetLastError=…; httpStatus=…`) and of mail hosters' guides (`Autodiscover to <URL> Succeeded (0x00000000)`). The
labels of the results are matched by their telling word alone, so that another version's wording is read too; what
they give is therefore marked as likely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from evidence.autodiscover_pox import protocol_observations
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.hosts import clean_url
from evidence.limits import MAX_OBJECTS, MAX_PARSED_LINE
from evidence.model import Detail, Observation, Provenance, Rank, ReadingNote

_ATTEMPT: Final = re.compile(
    r"\bAutodiscover to (https?://\S{1,2000}) (starting|succeeded|failed)\b[^(]{0,20}(?:\((0x[0-9a-f]{1,8})\))?",
    re.IGNORECASE,
)
_STATUS: Final = re.compile(r"\bGetLastError\s?=\s?(\d{1,12})[;,]\s?httpStatus\s?=\s?(\d{1,5})", re.IGNORECASE)
_SCP: Final = re.compile(r"\bSCP\b")
_FOUND: Final = re.compile(r"\bAttempting URL (https?://\S{1,2000}) found through SCP\b", re.IGNORECASE)
_RESULT: Final = re.compile(r"\s*([A-Za-z][A-Za-z \-]{1,60}?)\s*:\s*(https?://\S{1,2000}|\S.{0,300})", re.IGNORECASE)
_LABELS: Final = (
    ("availability", "ASUrl"),
    ("oof", "OOFUrl"),
    ("oab", "OABUrl"),
    ("offline address book", "OABUrl"),
    ("unified messag", "UMUrl"),
    ("control panel", "EcpUrl"),
)


@dataclass(slots=True)
class _Section:
    """The results under one `Protocol:` line."""

    kind: str
    line: int
    urls: dict[str, str]


def read_autoconfig(evidence_text: EvidenceText) -> Reading | None:
    """Read the attempts of the log, the URL that the Service Connection Point gave, and the URLs of the results."""
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    claimed: list[range] = []
    sections: list[_Section] = []
    attempt: tuple[str, int] | None = None
    for index, whole in enumerate(evidence_text.lines):
        line = whole[:MAX_PARSED_LINE]
        if not line or len(claimed) >= MAX_OBJECTS:
            continue
        provenance = evidence_text.provenance("Test E-mail AutoConfiguration", index + 1)
        if match := _ATTEMPT.search(line):
            claimed.append(range(index, index + 1))
            attempt = (match[1], index) if match[2].lower() == "starting" else None
            if attempt is None:
                notes.append(_attempt_note(match[1], match[2].lower(), match[3] or "", provenance))
            if _SCP.search(line):
                observations += _service_connection_point(match[1], provenance)
        elif match := _STATUS.search(line):
            claimed.append(range(index, index + 1))
            url, place = attempt if attempt is not None else ("", index)
            start = replace(provenance, line=place + 1)
            notes.append(_status_note(url, match[1], match[2], start))
        elif match := _FOUND.search(line):
            claimed.append(range(index, index + 1))
            observations += _service_connection_point(match[1], provenance)
        elif _section_line(line, index, sections):
            claimed.append(range(index, index + 1))
    for section in sections:
        provenance = evidence_text.provenance("Test E-mail AutoConfiguration, results", section.line + 1)
        found, remarks = protocol_observations(section.kind, section.urls, provenance)
        observations += [observation.proposed() for observation in found]
        notes += remarks
    if not observations and not notes:
        return None
    return Reading(tuple(observations), tuple(notes), tuple(claimed))


def _service_connection_point(url: str, provenance: Provenance) -> list[Observation]:
    """Take the URL of a line that names the SCP: it is the AutoDiscoverServiceInternalUri of some server."""
    usable = clean_url(url.rstrip(".,;)"))
    if usable is None:
        return []
    return [Observation("endpoints.autodiscover.url", usable, provenance, Rank.PROPOSED)]


def _section_line(line: str, index: int, sections: list[_Section]) -> bool:
    """Take up a line of the results; tell whether it was one."""
    match = _RESULT.fullmatch(line.rstrip())
    if match is None:
        return False
    label, value = match[1].lower(), match[2].strip()
    if label == "protocol":
        words = value.upper()
        kind = (
            "EXPR" if "HTTP" in words or "EXPR" in words else "EXCH" if "RPC" in words or "EXCH" in words else "OTHER"
        )
        sections.append(_Section(kind, index, {}))
        return True
    if label == "server" and sections:
        sections[-1].urls.setdefault("Server", value)
        return True
    for word, name in _LABELS:
        if word in label and value.lower().startswith("http"):
            if not sections:
                sections.append(_Section("EXCH", index, {}))
            sections[-1].urls.setdefault(name, value)
            return True
    return False


def _attempt_note(url: str, outcome: str, code: str, provenance: Provenance) -> ReadingNote:
    details: dict[str, Detail] = {"url": url, "outcome": outcome, "code": code}
    return ReadingNote(
        "autodiscover-attempt",
        f"Autodiscover at {url}: {outcome} {code}".rstrip() + ".",
        provenance,
        details=details,
    )


def _status_note(url: str, error: str, status: str, provenance: Provenance) -> ReadingNote:
    details: dict[str, Detail] = {"url": url, "error": error, "status": status}
    text = f"Autodiscover at {url or 'an address that the log does not show'}: error {error}, HTTP status {status}."
    return ReadingNote("autodiscover-attempt", text, provenance, details=details)


READER: Final = Reader(
    name="autoconfig-log",
    reads='the log and results of "Test E-mail AutoConfiguration"',
    read=read_autoconfig,
)
