"""Reads what `certutil -dump` and `certutil -store` print, in English and in German.

The short form names subject, issuer, dates and the SHA-1 hash of a certificate, and no alternative names; the long one
(of a `.cer`, or with -v) has them as `DNS Name=` lines. Neither says where the certificate was seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from evidence.certificate_text import DescribedCertificate, evidence_of, issued_to_itself
from evidence.distinguished_name import parts_of, written
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.hosts import is_certificate_name
from evidence.limits import MAX_CERTIFICATES, MAX_NAMES, MAX_PARSED_LINE
from evidence.model import ReadingNote
from evidence.openssl_output import request_note
from evidence.printed_dates import read_dates

_FURNITURE: Final = re.compile(r"[\s>*|]{0,60}")
_START: Final = re.compile(
    r"=+ (?:Certificate|Zertifikat|Certificat|Certificado|Certificato|Certificaat|Certyfikat) \d{1,4} =+|"
    r"X\.?509[ -](?:Certificate|Zertifikat):",
    re.IGNORECASE,
)
_REQUEST: Final = re.compile(r"PKCS10 (?:Certificate Request|Zertifikatanforderung):", re.IGNORECASE)
_FIELDS: Final = (
    ("issuer", re.compile(r"(?:Issuer|Aussteller)\s?:\s*(.*)", re.IGNORECASE)),
    ("subject", re.compile(r"(?:Subject|Antragsteller)\s?:\s*(.*)", re.IGNORECASE)),
    ("not_before", re.compile(r"(?:NotBefore|Nicht vor)\s?:\s*(.*)", re.IGNORECASE)),
    ("not_after", re.compile(r"(?:NotAfter|Nicht nach)\s?:\s*(.*)", re.IGNORECASE)),
    ("thumbprint", re.compile(r"(?:Cert Hash|Zertifikathash)\s?\(sha1\)\s?:\s*(.*)", re.IGNORECASE)),
)
_NAMES_HEADING: Final = re.compile(r"(?:Subject Alternative Name|Alternativer Antragstellername)\b.*", re.IGNORECASE)
_NAME: Final = re.compile(r"(DNS[ -]?Name|IP[ -]?(?:Address|Adresse|-Adresse))\s?=\s?(\S{1,300})", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"[A-Za-z0-9.]{1,40}=.*")
_OF_DUMP: Final = re.compile(
    r"=+|-+ |(?:Serial Number|Seriennummer|Issuer|Aussteller|Subject|Antragsteller|Not(?:Before|After)|"
    r"Nicht |Cert Hash|Zertifikathash|Signature|Signatur|Root Certificate|Stammzertifikat|Non-root|Kein Stamm|"
    r"Template|Vorlage|"
    r"Element|Provider|Anbieter|Private key|Privater|Encryption test|Verschl|Key Container|Schl|Unique container|"
    r"Simple container|CertUtil|Name Hash|Version|Public Key|Algorithm|Certificate Ext|Key Id|Cert:|\d\.\d|Flags|"
    r"Renewal|Property|Archived)",
    re.IGNORECASE,
)
_THUMBPRINT: Final = re.compile(r"[0-9A-Fa-f]{40}")


@dataclass(slots=True)
class _Dump:
    line: int
    values: dict[str, str] = field(default_factory=dict)
    several_lines: dict[str, list[str]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    names_cut: bool = False
    broken: set[str] = field(default_factory=set)
    request: bool = False
    last: int = 0


def read_certutil(evidence_text: EvidenceText) -> Reading | None:
    """Read every certificate of a dump or a store; several of a store are told, and none is chosen."""
    dumps = _dumps(evidence_text)
    if not dumps:
        return None
    notes: list[ReadingNote] = []
    described: list[DescribedCertificate] = []
    for dump in dumps:
        if dump.request:
            notes.append(request_note(evidence_text, dump.line + 1))
        elif (found := _described(dump)) is not None:
            described.append(found)
    claimed = [range(dump.line, dump.last + 1) for dump in dumps]
    if not described:
        return Reading((), tuple(notes), tuple(claimed)) if notes else None
    observations, more = evidence_of(described, evidence_text, "certutil", run=described[0].line)
    return Reading(observations, (*notes, *more), tuple(claimed))


def _dumps(evidence_text: EvidenceText) -> list[_Dump]:
    dumps: list[_Dump] = []
    current: _Dump | None = None
    open_field: str | None = None
    in_names = False
    above = ""
    for index, whole in enumerate(evidence_text.lines):
        line = whole[:MAX_PARSED_LINE]
        text = line[_FURNITURE.match(line).end() :].rstrip() if line else ""  # type: ignore[union-attr]
        if not text:
            open_field = None
            continue
        request = _REQUEST.match(text) is not None
        if request or _START.match(text):
            if current is not None and not current.values and index - current.last <= 2:
                current.last = index  # `Certificate 0` above `X509 Certificate:`
                continue
            if len(dumps) >= MAX_CERTIFICATES:
                break
            current = _Dump(index, last=index, request=request)
            dumps.append(current)
            open_field, in_names = None, False
            continue
        if current is None:
            continue
        if index - current.last > 40:
            current = None
            continue
        if open_field is not None and _ATTRIBUTE.fullmatch(text) and not _NAME.match(text):
            current.several_lines.setdefault(open_field, []).append(text)
            current.last = index
            continue
        open_field = None
        for name, pattern in _FIELDS:
            if (match := pattern.match(text)) and name not in current.values and name not in current.several_lines:
                if match[1]:
                    current.values[name] = match[1].strip()
                else:
                    open_field = name
                in_names = False
                current.last = index
                break
        else:
            if _NAMES_HEADING.match(text):
                in_names = True
                current.last = index
            elif in_names and (match := _NAME.match(text)):
                # The last line of a paste may have been cut within the name.
                at_end = index == len(evidence_text.lines) - 1
                if len(current.names) < MAX_NAMES and is_certificate_name(match[2]) and not at_end:
                    current.names.append(match[2])
                else:
                    current.names_cut = True
                current.last = index
            elif _OF_DUMP.match(text):
                in_names = False
                current.last = index
            else:
                if current.last == index - 1 and (cut := _field_of(current, above)):
                    current.broken |= cut
                    current.last = index
                in_names = False
        above = text
        if index == len(evidence_text.lines) - 1:  # the last line of a paste may have been cut
            current.broken |= _field_of(current, text)
    return [dump for dump in dumps if dump.request or dump.values or dump.several_lines]


def _field_of(dump: _Dump, text: str) -> set[str]:
    """Return the field whose value a line ends with: it goes on in the next line."""
    return {name for name, value in dump.values.items() if value and text.endswith(value)}


def _described(dump: _Dump) -> DescribedCertificate | None:
    """Describe what was dumped. Of a subject that was broken, what stands before the last comma is whole."""
    values = {name: ", ".join(lines) for name, lines in dump.several_lines.items()} | dump.values
    if "subject" not in values and "issuer" not in values:
        return None
    for name in dump.broken:
        values[name] = values[name].rpartition(",")[0] if name == "subject" else ""
    subject, issuer = (
        written(values[name]) if parts_of(values.get(name, "")) else None for name in ("subject", "issuer")
    )
    days = read_dates([values.get("not_before"), values.get("not_after")])
    thumbprint = values.get("thumbprint", "").replace(" ", "")
    return DescribedCertificate(
        subject=subject,
        issuer=issuer,
        names=tuple(dict.fromkeys(dump.names)) if dump.names and not dump.names_cut else None,
        not_before=days[0],
        not_after=days[1],
        printed_not_after=values.get("not_after", "")[:60] or None,
        thumbprint=thumbprint.upper() if _THUMBPRINT.fullmatch(thumbprint) else None,
        self_signed=None if dump.broken else issued_to_itself(subject, issuer),
        line=dump.line + 1,
    )


READER: Final = Reader(
    name="certutil",
    reads="what certutil -dump and certutil -store print",
    read=read_certutil,
)
