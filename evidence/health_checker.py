"""Reads the text report of Microsoft's Exchange HealthChecker: server, version, and the certificate of IIS.

A report lists every certificate with what it is bound to and its names. It does not say which of several that are bound
to IIS the web site shows, nor who issued them. Reports are pasted with an empty line after each line, and without their
tabs; thumbprints are masked at times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.exchange_certificates import THUMBPRINT
from evidence.hosts import is_certificate_name, is_host_name
from evidence.limits import MAX_CERTIFICATES, MAX_NAMES, MAX_PARSED_LINE
from evidence.model import Detail, Observation, Provenance, ReadingNote, Sighting
from evidence.shell_object import is_elision

_MARKER: Final = re.compile(
    r"Exchange Health ?Checker|HealthChecker version|Bound to services:|Valid Auth Certificate Found", re.IGNORECASE
)
_LINE: Final = re.compile(r"[\s>*\u2022-]{0,60}([A-Za-z][A-Za-z0-9 /.()-]{1,60}?)\s?:\s*(.{0,400})")
_SECTION: Final = re.compile(r"[\s>]{0,60}-{5,}\s*")
_BUILD: Final = re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,5}(?:\.\d{1,5})?")
_OF_CERTIFICATE: Final = frozenset(
    {
        "friendlyname", "thumbprint", "lifetime in days", "certificate has expired", "certificate status", "key size",
        "signature algorithm", "signature hash algorithm", "bound to services", "internal transport certificate",
        "current auth certificate", "next auth certificate", "san certificate", "namespaces", "ecc certificate",
    }
)  # fmt: skip
_WHAT: Final = "HealthChecker report"


@dataclass(slots=True)
class _Certificate:
    line: int
    values: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    whole: bool = False
    """Whether something else of the report follows, so that it was not cut."""

    @property
    def services(self) -> tuple[str, ...] | None:
        """What it is bound to; `None` where that is not shown."""
        text = self.values.get("bound to services")
        if text is None or text.endswith(("...", "\u2026")):
            return None
        listed = tuple(part.strip() for part in text.split(",") if part.strip())
        return () if [each.lower() for each in listed] == ["none"] else listed

    @property
    def thumbprint(self) -> str | None:
        text = self.values.get("thumbprint", "")
        return text.upper() if THUMBPRINT.fullmatch(text) else None


@dataclass(slots=True)
class _Report:
    first: int = -1
    last: int = -1
    server: tuple[str, int] | None = None
    build: tuple[str, int] | None = None
    certificates: list[_Certificate] = field(default_factory=list)
    partial: bool = False


def read_health_checker(evidence_text: EvidenceText) -> Reading | None:
    """Read a report; of its certificates the only one that is bound to IIS, or none."""
    if not any(
        _MARKER.search(line[:MAX_PARSED_LINE]) for line in evidence_text.lines if ":" in line or "ealth" in line
    ):
        return None
    report, lines = _read(evidence_text.lines)
    if report.server is None and not report.certificates:
        return None
    server = report.server[0] if report.server is not None else None
    observations: list[Observation] = []
    if report.server is not None:
        place = evidence_text.provenance(_WHAT, report.server[1] + 1)
        observations.append(Observation("exchange.server", report.server[0], place, server=server))
    if report.build is not None:
        place = evidence_text.provenance(_WHAT, report.build[1] + 1)
        observations.append(Observation("exchange.version", report.build[0], place, server=server))
    provenance = evidence_text.provenance(
        _WHAT, (report.certificates[0].line if report.certificates else report.first) + 1
    )
    notes = [_note(evidence_text, certificate, server) for certificate in report.certificates]
    found, remark = _served(evidence_text, report, server, provenance)
    if remark is not None:
        notes.append(remark)
    return Reading((*observations, *found), tuple(notes), tuple(range(index, index + 1) for index in lines))


def _read(lines: tuple[str, ...]) -> tuple[_Report, list[int]]:
    report = _Report()
    claimed: list[int] = []
    current: _Certificate | None = None
    in_names = False
    heading = section = ""
    for index, whole in enumerate(lines):
        line = whole[:MAX_PARSED_LINE]
        text = line.strip(" \t>")
        if not text:
            continue
        if _SECTION.fullmatch(line):
            _close(current)
            section, current, in_names = heading, None, False
            claimed.append(index)
            continue
        heading = text.lower()
        match = _LINE.fullmatch(line)
        label, value = (match[1].strip().lower(), match[2].strip()) if match is not None else ("", "")
        if label == "certificate" and not value:
            _close(current)
            current, in_names = None, False
            if len(report.certificates) < MAX_CERTIFICATES:
                current = _Certificate(index)
                report.certificates.append(current)
            else:
                report.partial = True
        elif current is not None and label in _OF_CERTIFICATE:
            in_names = label == "namespaces"
            current.values.setdefault(label, value)
            if in_names and value:
                current.names.append(value)
        elif is_elision(line) and (current is not None or report.certificates):
            report.partial = True
        elif current is not None and in_names and match is None and len(current.names) < MAX_NAMES and " " not in text:
            current.names.append(text)
        elif current is not None and in_names and match is None and not current.names:
            current.names.append(text)  # `Microsoft Exchange Server Auth Certificate`
        elif current is not None:
            if match is not None and value:
                _close(current)  # a word alone may be the beginning of another certificate
            current, in_names = None, False
            if _MARKER.search(line) is None and match is None:
                continue
        elif "exchange information" in section and label == "name" and report.server is None and is_host_name(value):
            report.server = value, index
        elif "exchange information" in section and label == "build number" and report.build is None:
            build = _BUILD.match(value)
            if build is not None:
                report.build = build[0], index
        elif not (match is not None and section) and _MARKER.search(line) is None:
            continue
        claimed.append(index)
        report.first = index if report.first < 0 else report.first
    return report, claimed


def _close(current: _Certificate | None) -> None:
    """Note that something else of the report follows behind a certificate, so that it is whole."""
    if current is not None:
        current.whole = True


def _served(
    evidence_text: EvidenceText, report: _Report, server: str | None, provenance: Provenance
) -> tuple[list[Observation], ReadingNote | None]:
    if not report.certificates:
        return [], None
    whole = not report.partial and all(each.whole for each in report.certificates)
    if not whole or any(each.services is None for each in report.certificates):
        text = (
            "Something of the report's list of certificates is missing, so none of them was taken for the one that "
            "clients "
            "are shown."
        )
        return [], ReadingNote("partial-list", text, provenance, server)
    bound = [each for each in report.certificates if "IIS" in (each.services or ())]
    if len(bound) != 1:
        text = (
            f"{len(bound)} certificates are bound to IIS, and the report does not say which of them clients are shown. "
            "Get-ExchangeCertificate | Format-List Thumbprint, Services, IISServices tells."
            if bound
            else "None of the certificates is bound to IIS, so clients are shown another one."
        )
        kind = "several-certificates" if bound else "no-certificate-for-iis"
        return [], ReadingNote(kind, text, provenance, server)
    own = bound[0]
    place = evidence_text.provenance(_WHAT, own.line + 1)
    sighting = Sighting(report.certificates[0].line + 1, 0)
    values: dict[str, str | tuple[str, ...]] = {"services": ", ".join(own.services or ())}
    if own.thumbprint is not None:
        values["thumbprint"] = own.thumbprint
    names = tuple(dict.fromkeys(own.names))
    # "SAN Certificate: True" says that there is such a list; else the one name may be the common name.
    has_list = own.values.get("san certificate", "").lower() == "true"
    if has_list and names and all(is_certificate_name(name) for name in names):
        values["subject_alternative_names"] = names
    found = [
        Observation(f"certificate.{fact}", value, place, server=server, sighting=sighting)
        for fact, value in values.items()
    ]
    return found, None


def _note(evidence_text: EvidenceText, certificate: _Certificate, server: str | None) -> ReadingNote:
    names = ", ".join(certificate.names[:5]) or "no names"
    services = certificate.values.get("bound to services", "not shown")
    text = f"Certificate for {names}; bound to: {services}."
    details: dict[str, Detail] = {
        "names": tuple(certificate.names[:MAX_NAMES]),
        "thumbprint": certificate.values.get("thumbprint", "")[:80],
        "services": services[:200],
    }
    place = evidence_text.provenance(_WHAT, certificate.line + 1)
    return ReadingNote("certificate", text, place, server, details)


READER: Final = Reader(
    name="health-checker",
    reads="the text report of the Exchange HealthChecker",
    read=read_health_checker,
)
