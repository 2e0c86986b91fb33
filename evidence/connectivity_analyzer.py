"""Reads what Microsoft's Remote Connectivity Analyzer reports: text, XML, and its line about the principal name.

The analyzer tries addresses: none of them is stored anywhere for its being tried. What it does see is the certificate
at each host that it asks, and whether its names fit that host. XML is read by its attributes, so that a file which was
cut in the middle is read as far as it goes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from evidence.certificate_text import DescribedCertificate, issued_to_itself, observations_of
from evidence.distinguished_name import parts_of, written
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.hosts import clean_url, is_certificate_name, is_dns_name
from evidence.limits import MAX_NOTES, MAX_PARSED_LINE
from evidence.model import Observation, Provenance, ReadingNote, Sighting

_MARKER: Final = re.compile(
    r"Connectivity Analyzer|Remote Certificate Subject|potential Autodiscover URL|mutual authentication string|"
    r"any name found on the server certificate|<testresult\b|Autodiscover service couldn't be contacted|"
    r"Testing TCP port \d{1,5} on host|certificate isn't valid\. NotBefore = |Testing the certificate date",
    re.IGNORECASE,
)
_OF_REPORT: Final = re.compile(
    r"[\s>\"'`*-]{0,60}(?:Connectivity Analyzer|The Microsoft Connectivity|Microsoft Connectivity|Attempting|"
    r"Testing|Additional "
    r"Details|Elapsed Time|Test Steps|Tell me more|IP addresses? returned|Analyzing|Validating|The (?:SSL "
    r")?certificate|The host "
    r"name|The port|The specified port|The test passed|The Autodiscover|The Exchange|Host name|Remote Certificate|"
    r"Certificate |"
    r"One or more|A network error|A Web exception|An HTTP|HTTP Response|Headers received|Exception details|Message:|"
    r"Type:|"
    r"Stack trace|at (?:Microsoft|System)\.|Your certificate may|The attempt|A new |Exchange Web Services|Not all "
    r"tests|"
    r"</?(?:testresult|children)|<\?xml|Root = |SSL mutual|RPC |ExRCA|Accepted Client|A valid |This is|There are|"
    r"The HTTP|"
    r"Successfully|Failed|ExRCA)",
    re.IGNORECASE,
)
_OBTAIN: Final = re.compile(
    r"obtain the SSL certificate from remote server (\S{1,253}) on port (\d{1,5})", re.IGNORECASE
)
_LISTENS: Final = re.compile(r"Testing TCP port (\d{1,5}) on host (\S{1,253})", re.IGNORECASE)
_SUBJECT: Final = re.compile(r"Remote Certificate Subject:\s?(.{1,1000}?),? Issuer:\s?(.{1,1000})", re.IGNORECASE)
_NO_NAME: Final = re.compile(
    r"Host name (\S{1,253}) (?:doesn't|does not) match any name found on the server certificate (.{1,1000})",
    re.IGNORECASE,
)
_NAME_FITS: Final = re.compile(r"Host name,? (\S{1,253}?),? was found in the certificate", re.IGNORECASE)
_PRINCIPAL: Final = re.compile(
    r"certificate common name ['\"]?(\S{1,253}?)['\"]?,? (?:doesn't|does not) validate against the mutual "
    r"authentication string"
    r"(?: that was provided)?:?\s*(\S{1,253})",
    re.IGNORECASE,
)
_TRIED: Final = re.compile(r"(?:potential Autodiscover URL|response from URL)\s+(https?://\S{1,2000})", re.IGNORECASE)
_CHAIN: Final = re.compile(
    r"(?:certificate chains? (?:could(?:n't| not) be|can't be)|intermediate certificates? (?:were|was) missing|"
    r"isn't trusted|"
    r"is not trusted|trust validation failed)",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    r"(?:date validation failed|certificate (?:has expired|is expired|isn't valid))", re.IGNORECASE
)
_ATTRIBUTE: Final = re.compile(
    r"\b(testdescription|resultdescription|additionaldetails)=\"([^\"<]{0,4000})\"", re.IGNORECASE
)
_TAG: Final = re.compile(r"(?:\[/?[A-Z]{1,10}(?:=[^\[\]]{0,200})?\]\s{0,4}){1,40}", re.IGNORECASE)
"""The marks of a forum, between which each sentence stands."""
_MAX_SENTENCES: Final = 20_000
_WEB: Final = "443"


@dataclass(slots=True)
class _Shown:
    """The certificate that the analyzer was shown at one host."""

    host: str
    line: int
    subject: str | None = None
    issuer: str | None = None
    whole: bool = True
    """Whether the sentence ends, so that nothing of the names was cut."""


def read_analyzer(evidence_text: EvidenceText) -> Reading | None:
    """Read a report of the analyzer: the certificate at each host, and what failed."""
    if not any(_MARKER.search(line[:MAX_PARSED_LINE]) for line in evidence_text.lines if line):
        return None
    what = "Remote Connectivity Analyzer"
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    shown: dict[str, _Shown] = {}
    asked: tuple[str, str] | None = None
    lines = set()
    for index, sentence in _sentences(evidence_text.lines):
        lines.add(index)
        whole = sentence.rstrip().endswith(".")
        place = evidence_text.provenance(what, index + 1)
        if match := _OBTAIN.search(sentence):
            asked = match[1].strip(".,").lower(), match[2]
        elif match := _LISTENS.search(sentence):
            asked = match[2].strip(".,").lower(), match[1]
        elif match := _TRIED.search(sentence):
            asked = _asked(match[1])
        if (match := _SUBJECT.search(sentence)) and asked is not None and asked[1] == _WEB:
            one = shown.setdefault(asked[0], _Shown(asked[0], index))
            subject = match[1].strip()
            # Two certificates at one host: which of them it shows when is not to be told from a report.
            one.whole = whole and one.subject in (None, subject)
            one.subject, one.issuer = subject, match[2].strip().rstrip(".")
        if match := _NO_NAME.search(sentence):
            host, subject = match[1].lower(), match[2].strip().rstrip(".")
            one = shown.setdefault(host, _Shown(host, index))
            if one.subject is None:
                one.subject, one.whole = subject, whole
            notes.append(
                ReadingNote(
                    "name-not-on-certificate",
                    f"The certificate that {host} shows does not carry its name: it is {subject[:200]}.",
                    place,
                    details={"host": host, "subject": subject[:500]},
                )
            )
        elif match := _NAME_FITS.search(sentence):
            text = f"The certificate that {match[1]} shows carries its name."
            notes.append(ReadingNote("name-on-certificate", text, place, details={"host": match[1].lower()}))
        elif match := _PRINCIPAL.search(sentence):
            found, remark = _principal_name(match[1], match[2], evidence_text, index)
            observations += found
            notes.append(remark)
        elif match := _TRIED.search(sentence):
            url = match[1].rstrip(".,;\"'")
            text = f"{url} was tried. That it was tried does not say that it is stored anywhere."
            notes.append(ReadingNote("autodiscover-attempt", text, place, details={"url": url}))
        elif _CHAIN.search(sentence) or _DATE.search(sentence):
            notes.append(ReadingNote("certificate-check-failed", sentence.strip()[:300], place))
        if len(notes) >= MAX_NOTES:
            break
    for item, one in enumerate(shown.values()):
        observations += _certificate(evidence_text.provenance(what, one.line + 1), one, item, notes)
    if not notes and not observations:
        provenance = evidence_text.provenance(what, min(lines) + 1) if lines else evidence_text.provenance(what, 1)
        text = "A report of the Remote Connectivity Analyzer, in which nothing is said of a certificate's names."
        notes.append(ReadingNote("nothing-of-use", text, provenance))
    claimed = [range(index, index + 1) for index, line in enumerate(evidence_text.lines) if _is_of_report(line)]
    return Reading(tuple(observations), tuple(notes), tuple(claimed))


def _asked(url: str) -> tuple[str, str] | None:
    """Return the host and the port of an address that the analyzer goes on to: what follows is about that one."""
    clean = clean_url(url.rstrip(".,;\"'"))
    if clean is None:
        return None
    parts = urlsplit(clean)
    return (parts.hostname or "").lower(), str(parts.port or _WEB)


def _is_of_report(line: str) -> bool:
    line = line[:MAX_PARSED_LINE]
    if "[/" in line:
        line = _TAG.sub(" ", line)
    return bool(line.strip()) and (_OF_REPORT.match(line) is not None or _MARKER.search(line) is not None)


def _sentences(lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Return what the report says, with the index of its line; of XML, the attributes that hold sentences."""
    count = 0
    for index, whole in enumerate(lines):
        line = whole[:MAX_PARSED_LINE]
        if "testresult" in line or "description=" in line:
            for match in _ATTRIBUTE.finditer(line):
                yield index, html.unescape(match[2])
                count += 1
        elif "[/" in line:
            for piece in _TAG.split(line):
                if piece.strip():
                    yield index, piece
                    count += 1
        elif line.strip():
            below = lines[index + 1][:MAX_PARSED_LINE].strip() if index + 1 < len(lines) else ""
            yield index, line if line.rstrip().endswith((".", ":")) or _is_of_report(below) else f"{line} {below}"
            count += 1
        if count > _MAX_SENTENCES:
            return


def _certificate(provenance: Provenance, one: _Shown, item: int, notes: list[ReadingNote]) -> tuple[Observation, ...]:
    if one.subject is None or not is_dns_name(one.host):
        return ()
    subject = one.subject if parts_of(one.subject) else f"CN={one.subject}" if is_certificate_name(one.subject) else ""
    issuer = written(one.issuer) if one.issuer and parts_of(one.issuer) else None
    described = DescribedCertificate(
        subject=written(subject),
        issuer=issuer,
        self_signed=issued_to_itself(subject, issuer),
        uncertain=frozenset() if one.whole else frozenset({"subject", "issuer", "self_signed"}),
        line=one.line + 1,
    )
    found, remarks = observations_of(described, provenance, Sighting(one.line + 1, item, one.host))
    notes += remarks
    return found


def _principal_name(
    common_name: str, wanted: str, evidence_text: EvidenceText, index: int
) -> tuple[tuple[Observation, ...], ReadingNote]:
    """Read the line about the principal name. Where that certificate was seen it does not say."""
    provenance = evidence_text.provenance("Remote Connectivity Analyzer", index + 1)
    wanted = wanted.strip("'\".,")
    note = ReadingNote(
        "principal-name",
        f"Outlook Anywhere asks for the principal name {wanted}; the certificate's common name is {common_name}.",
        provenance,
        details={"common_name": common_name, "principal_name": wanted},
    )
    if not is_certificate_name(common_name):
        return (), note
    sighting = Sighting(index + 1, 0, placed=False)
    return (Observation("certificate.common_name", common_name, provenance, sighting=sighting),), note


READER: Final = Reader(
    name="connectivity-analyzer",
    reads="reports of the Microsoft Remote Connectivity Analyzer, as text or XML",
    read=read_analyzer,
)
