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

from evidence.autodiscover_pox import protocol_findings
from evidence.document import Document, Reader, Reading
from evidence.hosts import clean_url
from evidence.limits import MAX_OBJECTS, MAX_PARSED_LINE
from evidence.model import Certainty, Detail, Finding, Note, Rank, Source

_ATTEMPT: Final = re.compile(
    r"\bAutodiscover to (https?://\S{1,2000}) (starting|succeeded|failed)\b[^(]{0,20}(?:\((0x[0-9a-f]{1,8})\))?",
    re.IGNORECASE,
)
_STATUS: Final = re.compile(r"\bGetLastError\s?=\s?(\d{1,12})[;,]\s?httpStatus\s?=\s?(\d{1,5})", re.IGNORECASE)
_SCP: Final = re.compile(r"\bSCP\b")
_URL: Final = re.compile(r"https?://[^\s<>\"'`]{1,2000}", re.IGNORECASE)
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


def read_autoconfig(document: Document) -> Reading | None:
    """Read the attempts of the log, the URL that the Service Connection Point gave, and the URLs of the results."""
    findings: list[Finding] = []
    notes: list[Note] = []
    claimed: list[range] = []
    sections: list[_Section] = []
    attempt: tuple[str, int] | None = None
    for index, whole in enumerate(document.lines):
        line = whole[:MAX_PARSED_LINE]
        if not line or len(claimed) >= MAX_OBJECTS:
            continue
        source = document.source("Test E-mail AutoConfiguration", index + 1)
        if match := _ATTEMPT.search(line):
            claimed.append(range(index, index + 1))
            attempt = (match[1], index) if match[2].lower() == "starting" else None
            if attempt is None:
                notes.append(_attempt_note(match[1], match[2].lower(), match[3] or "", source))
            if _SCP.search(line):
                findings += _service_connection_point(match[1], source)
        elif match := _STATUS.search(line):
            claimed.append(range(index, index + 1))
            url, place = attempt if attempt is not None else ("", index)
            start = replace(source, line=place + 1)
            notes.append(_status_note(url, match[1], match[2], start))
        elif _SCP.search(line) and (match := _URL.search(line)) and "autodiscover" in match[0].lower():
            claimed.append(range(index, index + 1))
            findings += _service_connection_point(match[0], source)
        elif _section_line(line, index, sections):
            claimed.append(range(index, index + 1))
    for section in sections:
        source = document.source("Test E-mail AutoConfiguration, results", section.line + 1)
        found, remarks = protocol_findings(section.kind, section.urls, source)
        findings += [replace(finding, certainty=Certainty.LIKELY) for finding in found]
        notes += remarks
    if not findings and not notes:
        return None
    return Reading(tuple(findings), tuple(notes), tuple(claimed))


def _service_connection_point(url: str, source: Source) -> list[Finding]:
    """Take the URL of a line that names the SCP: it is the AutoDiscoverServiceInternalUri of some server."""
    usable = clean_url(url.rstrip(".,;)"))
    if usable is None:
        return []
    return [Finding("endpoints.autodiscover.url", usable, source, Rank.MACHINE_OUTPUT, None, Certainty.LIKELY)]


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
    for word, name in _LABELS:
        if word in label and value.lower().startswith("http"):
            if not sections:
                sections.append(_Section("EXCH", index, {}))
            sections[-1].urls.setdefault(name, value)
            return True
    return False


def _attempt_note(url: str, outcome: str, code: str, source: Source) -> Note:
    details: dict[str, Detail] = {"url": url, "outcome": outcome, "code": code}
    return Note(
        "autodiscover-attempt",
        f"Autodiscover at {url}: {outcome} {code}".rstrip() + ".",
        source,
        details=details,
    )


def _status_note(url: str, error: str, status: str, source: Source) -> Note:
    details: dict[str, Detail] = {"url": url, "error": error, "status": status}
    text = f"Autodiscover at {url or 'an address that the log does not show'}: error {error}, HTTP status {status}."
    return Note("autodiscover-attempt", text, source, details=details)


READER: Final = Reader(
    name="autoconfig-log",
    reads='the log and results of "Test E-mail AutoConfiguration"',
    read=read_autoconfig,
)
