"""Reads Test-OutlookWebServices: the Id, Type and Message of 2007 and 2010, and the table of later versions.

The older form contacts what Autodiscover hands out, so its URLs are likely to be the stored ones, and it names the
certificate where the names do not fit. The later table says only whether each scenario went well; with
-TrustAnySSLCertificate, or in the hands of a monitoring plug-in, that says nothing of certificates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from evidence.certificate_text import DescribedCertificate, observations_of
from evidence.distinguished_name import parts_of, written
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.hosts import clean_url, host_of, is_certificate_name
from evidence.limits import MAX_OBJECTS, MAX_PARSED_LINE
from evidence.model import Observation, Rank, ReadingNote, Sighting

_COMMAND: Final = re.compile(r"\bTest-OutlookWebServices\b(.{0,500})", re.IGNORECASE)
_ID: Final = re.compile(r"[\s>]{0,60}Id\s{0,20}:\s*(\d{3,5})\s*")
_TYPE: Final = re.compile(r"[\s>]{0,60}Type\s{0,20}:\s*(\w{2,30})\s*")
_MESSAGE: Final = re.compile(r"[\s>]{0,60}Message\s{0,20}:\s*(\S.*)")
_MISMATCH: Final = re.compile(r"RemoteCertificateNameMismatch\s?:\s?([^\"]{1,1000})")
_CONTACTED: Final = re.compile(
    r"\[(EXCH|EXPR)\]-\s?Successfully contacted the (AS|OAB|UM|RPC/HTTP) service at (\S{1,2000})"
)
_URL: Final = re.compile(r"https?://[^\s<>\"'`]{1,2000}", re.IGNORECASE)
_HEADING: Final = re.compile(r"[\s>]{0,60}Source\s+ServiceEndpoint\s+Scenario\s+Result\s+Latency\b.*")
_RULE: Final = re.compile(r"[\s>]{0,60}-{3,}(?:\s+-{2,})+\s*|\s*\(MS\)\s*")
_ROW: Final = re.compile(r"[\s>]{0,60}(\S{1,253})\s+(\S{1,253})\s+(\S.{0,120}?)\s+(\S{2,20})\s+(\d{1,7})\s*")
_PLUG_IN: Final = re.compile(
    r"[\s>|]{0,60}(?:\[(?:OK|WARNING|CRITICAL)\] |')(\w{0,40}(?:OfflineAddressBook|AvailabilityService|"
    r"ExchangeWebServices|AutoDiscoverOutlookProvider))\b"
)
_FACTS: Final = {"AS": "endpoints.ews", "UM": "endpoints.um"}
"""The OAB service is tested at the Web Services' URL, so that its URL is not the one of the offline address book."""
_UM_OF_WEB_SERVICES: Final = "um2007legacy.asmx"
_MAX_MESSAGE_LINES: Final = 30
_WHAT: Final = "Test-OutlookWebServices"


@dataclass(slots=True)
class _Event:
    id: str
    line: int
    type: str = ""
    message: list[str] = field(default_factory=list)
    last: int = 0
    column: int = 0

    @property
    def text(self) -> str:
        """The message; the window breaks URLs anywhere and sentences at a blank, which it swallows at times."""
        return "".join(self.message)


def read_web_services_test(evidence_text: EvidenceText) -> Reading | None:
    """Read the events of the older form; of the later one, that it says nothing of certificates."""
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    claimed: list[range] = []
    events = _events(evidence_text.lines)
    commands = [
        (index, match[1])
        for index, line in enumerate(evidence_text.lines)
        if "OutlookWebServices" in line and (match := _COMMAND.search(line[:MAX_PARSED_LINE]))
    ]
    claimed += [range(index, index + 1) for index, _ in commands]
    trusting = any("trustanysslcertificate" in arguments.lower() for _, arguments in commands)
    for event in events:
        claimed.append(range(event.line, event.last + 1))
        found, remarks = _of_event(evidence_text, event)
        observations += found
        notes += remarks
    table = _table(evidence_text, trusting)
    if table is not None:
        notes.append(table[0])
        claimed += table[1]
    plug_in = [index for index, line in enumerate(evidence_text.lines) if _PLUG_IN.match(line[:MAX_PARSED_LINE])]
    if plug_in:
        claimed += [range(index, index + 1) for index in plug_in]
        text = "A monitoring plug-in's lines: they say that services answered, and nothing of certificates or hosts."
        notes.append(
            ReadingNote("nothing-of-use", text, evidence_text.provenance("a monitoring plug-in", plug_in[0] + 1))
        )
    if not events and table is None and not plug_in:
        return None
    if events and not notes and not observations:
        text = "Test-OutlookWebServices reports nothing of a certificate."
        notes.append(ReadingNote("nothing-of-use", text, evidence_text.provenance(_WHAT, events[0].line + 1)))
    return Reading(tuple(observations), tuple(notes), tuple(claimed))


def _events(lines: tuple[str, ...]) -> list[_Event]:
    events: list[_Event] = []
    current: _Event | None = None
    for index, whole in enumerate(lines):
        line = whole[:MAX_PARSED_LINE]
        if match := _ID.fullmatch(line):
            if len(events) >= MAX_OBJECTS:
                break
            current = _Event(match[1], index, last=index)
            events.append(current)
        elif current is None:
            continue
        elif not line.strip():
            if current.message:
                current = None
        elif (match := _TYPE.fullmatch(line)) and not current.message:
            current.type, current.last = match[1], index
        elif not current.message and (match := _MESSAGE.fullmatch(line)):
            current.message.append(match[1].rstrip())
            current.column, current.last = match.start(1), index
        elif current.message and line[:1] in " \t>" and len(current.message) < _MAX_MESSAGE_LINES:
            current.message.append(
                line.strip(" \t>") if line[: current.column].strip(" \t>") else line[current.column :].rstrip()
            )
            current.last = index
        else:
            current = None
    return [event for event in events if event.message]


def _of_event(evidence_text: EvidenceText, event: _Event) -> tuple[list[Observation], list[ReadingNote]]:
    text = event.text
    provenance = evidence_text.provenance(_WHAT, event.line + 1)
    if match := _MISMATCH.search(text):
        urls = _URL.findall(text[: match.start()])
        host = host_of(urls[-1].rstrip(".,")) if urls else None
        return _mismatch(evidence_text, event, match[1].strip(), host)
    if match := _CONTACTED.search(text):
        section, service, address = match[1], match[2], match[3].rstrip(".")
        url = clean_url(address)
        endpoint = _FACTS.get(service)
        if url is None or endpoint is None or url.lower().endswith(_UM_OF_WEB_SERVICES):
            return [], []
        fact = f"{endpoint}.url" if section == "EXCH" else f"{endpoint}.external_url"
        return [Observation(fact, url, provenance, Rank.PROPOSED, quote=text[:200])], []
    if event.type.lower() == "error":
        return [], [ReadingNote("web-services-error", f"Test-OutlookWebServices: {text[:300]}", provenance)]
    return [], []


def _mismatch(
    evidence_text: EvidenceText, event: _Event, subject: str, host: str | None
) -> tuple[list[Observation], list[ReadingNote]]:
    """Read the certificate that was shown at the host of the URL. Its name may have been broken over lines."""
    provenance = evidence_text.provenance(_WHAT, event.line + 1)
    note = ReadingNote(
        "name-not-on-certificate",
        f"The certificate that {host or 'a server'} shows does not carry its name: it is {subject[:200]}.",
        provenance,
        details={"host": host or "", "subject": subject[:500]},
    )
    if host is None:
        return [], [note]
    first = next((line for line in event.message if "RemoteCertificateNameMismatch" in line), "")
    named = [value for key, value in parts_of(subject) if key == "CN"]
    whole = bool(named) and f"CN={named[0]}," in first.replace("CN = ", "CN=")
    described = DescribedCertificate(
        subject=written(subject) if named and is_certificate_name(named[0]) else None,
        uncertain=frozenset() if whole else frozenset({"subject"}),
        line=event.line + 1,
    )
    found, remarks = observations_of(described, provenance, Sighting(event.line + 1, 0, host), quote=event.text)
    return list(found), [note, *remarks]


def _table(evidence_text: EvidenceText, trusting: bool) -> tuple[ReadingNote, list[range]] | None:
    lines = evidence_text.lines
    heading = next((index for index, line in enumerate(lines) if _HEADING.fullmatch(line[:MAX_PARSED_LINE])), None)
    if heading is None:
        return None
    claimed = [range(heading, heading + 1)]
    results: list[str] = []
    for index in range(heading + 1, min(heading + 200, len(lines))):
        line = lines[index][:MAX_PARSED_LINE]
        if not line.strip():
            continue
        row = _ROW.fullmatch(line)
        if row is None and not _RULE.fullmatch(line):
            break
        claimed.append(range(index, index + 1))
        if row is not None:
            results.append(f"{row[3]} at {row[2]}: {row[4]}")
    text = (
        f"Test-OutlookWebServices: {'; '.join(results[:8]) or 'no results'}. It shows no certificate and no stored URL."
    )
    if trusting:
        text += " With -TrustAnySSLCertificate, success says nothing of the certificate."
    provenance = evidence_text.provenance(_WHAT, heading + 1)
    return ReadingNote("web-services-results", text, provenance, details={"results": tuple(results[:100])}), claimed


READER: Final = Reader(
    name="web-services-test",
    reads="the output of Test-OutlookWebServices",
    read=read_web_services_test,
)
