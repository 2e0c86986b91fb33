"""Reads what people copy or type from the Windows certificate window: its three lines, and its list of names.

The first page has `Issued to`, `Issued by` and `Valid from … to …`; the page Details has Subject Alternative Name, with
a `DNS Name=` line for each name. Neither says where the certificate was seen.
"""

from __future__ import annotations

import re
from typing import Final

from evidence.certificate_text import DescribedCertificate, evidence_of
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.hosts import is_certificate_name
from evidence.limits import MAX_NAMES, MAX_PARSED_LINE
from evidence.model import Observation, ReadingNote, Sighting
from evidence.printed_dates import read_dates
from evidence.shell_object import is_elision

_LABELS: Final = (
    # language, issued to, issued by, and the words around the two dates
    ("en", "Issued to", "Issued by", "Valid from", "to"),
    ("de", "Ausgestellt f\u00fcr", "Ausgestellt von", "G\u00fcltig (?:ab|von|vom)", "bis(?: zum)?"),
    ("fr", "D\u00e9livr\u00e9 \u00e0", "D\u00e9livr\u00e9 par", "Valide (?:du|\u00e0 partir du)", "(?:jusqu'au|au)"),
    ("nl", "Verleend aan", "Verleend door", "Geldig vanaf", "(?:tot|t/m)"),
    ("it", "Rilasciato a", "Rilasciato da", "Valido dal", "al"),
    ("es", "Emitido (?:para|a)", "Emitido por", "V\u00e1lido desde(?: el)?", "hasta(?: el)?"),
    ("pl", "Wystawiony dla", "Wystawiony przez", "Wa\u017cny od", "do"),
    ("pt", "Emitido para", "Emitido por", "V\u00e1lido (?:a partir )?de", "at\u00e9"),
)
_TO: Final = re.compile(rf"[\s>*]{{0,40}}(?:{'|'.join(each[1] for each in _LABELS)})\s?:\s*(.*)", re.IGNORECASE)
_BY: Final = re.compile(rf"[\s>*]{{0,40}}(?:{'|'.join(each[2] for each in _LABELS)})\s?:\s*(.*)", re.IGNORECASE)
_VALID: Final = re.compile(
    rf"[\s>*]{{0,40}}(?:{'|'.join(each[3] for each in _LABELS)})\s?:?\s{{0,8}}(\S.{{0,60}}?)\s{{1,8}}"
    rf"(?:{'|'.join(dict.fromkeys(each[4] for each in _LABELS))})\s{{1,8}}(\S.{{0,60}})",
    re.IGNORECASE,
)
_NAME: Final = re.compile(
    r"(DNS[ -]?Name|IP[ -]?(?:Address|Adresse))\s?=\s?([^\s,;]{1,300})[,;]?(?=\s|\Z)", re.IGNORECASE
)
_BEFORE_NAMES: Final = re.compile(r"[\s>*\u2022-]{0,40}(?:[^\W\d_][^=:\t]{2,60}[:\t]\s*)?")
"""A margin, and the field's own label where it stands in the line of the first name."""
_NEAR: Final = 8
"""Lines within which the three lines stand together."""
_WINDOW: Final = "certificate window"


def read_viewer(evidence_text: EvidenceText) -> Reading | None:
    """Read the three lines, and a list of `DNS Name=` lines."""
    lines = evidence_text.lines
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    claimed: list[range] = []
    listed, whole = _names(lines)
    described = _three_lines(lines, claimed)
    if len(described) == 1 and listed and whole and abs(listed[0][0] - described[0].line) <= 60:
        own = described[0]
        described = [_with_names(own, tuple(name for _, name in listed))]
        claimed += [range(index, index + 1) for index, _ in listed]
        listed = []
    if described:
        found, remarks = evidence_of(described, evidence_text, _WINDOW, run=described[0].line)
        observations += found
        notes += remarks
    if listed:
        claimed += [range(index, index + 1) for index, _ in listed]
        found, remarks = _alone(evidence_text, listed, whole)
        observations += found
        notes += remarks
    return Reading(tuple(observations), tuple(notes), tuple(claimed)) if claimed else None


def _three_lines(lines: tuple[str, ...], claimed: list[range]) -> list[DescribedCertificate]:
    described: list[DescribedCertificate] = []
    index = 0
    while index < len(lines):
        to = _TO.fullmatch(lines[index][:400]) if ":" in lines[index] else None
        if to is None:
            index += 1
            continue
        by = valid = None
        last = index
        value, last = _value(lines, index, to[1])
        issuer = ""
        for below in range(index + 1, min(index + _NEAR, len(lines))):
            line = lines[below][:400]
            if _TO.fullmatch(line):
                break
            if by is None and (match := _BY.fullmatch(line)):
                by = match
                issuer, last = _value(lines, below, match[1])
            elif by is not None and valid is None and (match := _VALID.fullmatch(line)):
                valid = match
                last = below
        if by is not None and value and issuer:
            days = read_dates([valid[1], valid[2]]) if valid is not None else (None, None)
            # The window shows the common name, and where there is none another part of the subject.
            subject = f"CN={value}" if is_certificate_name(value) else value
            described.append(
                DescribedCertificate(
                    subject=subject,
                    issuer=issuer,
                    not_before=days[0],
                    not_after=days[1],
                    printed_not_after=valid[2][:60] if valid is not None else None,
                    self_signed=value.lower() == issuer.lower(),
                    line=index + 1,
                )
            )
            claimed.append(range(index, last + 1))
            index = last
        index += 1
    return described


def _value(lines: tuple[str, ...], index: int, beside: str) -> tuple[str, int]:
    """Return what stands beside a label, or where nothing does, on the line below it."""
    if beside.strip():
        return beside.strip(" \t*\"'")[:300], index
    below = lines[index + 1].strip(" \t>*\"'") if index + 1 < len(lines) else ""
    if 0 < len(below) <= 300 and ":" not in below:
        return below, index + 1
    return "", index


def _names(lines: tuple[str, ...]) -> tuple[list[tuple[int, str]], bool]:
    """Return the first list of names with the index of each line, and whether nothing says that some are missing."""
    found: list[tuple[int, str]] = []
    whole = True
    for index, line in enumerate(lines):
        names = list(_NAME.finditer(line[:MAX_PARSED_LINE])) if "=" in line else []
        if names:
            if found and index - found[-1][0] > 3:
                whole = False  # another list: of which certificate, nothing tells
                continue
            other = _BEFORE_NAMES.sub("", _NAME.sub("", line[:MAX_PARSED_LINE]), count=1)
            usable = [name[2] for name in names if is_certificate_name(name[2])]
            if other.strip() or len(usable) < len(names) or len(found) + len(usable) > MAX_NAMES:
                whole = False
            found += [(index, name) for name in usable][: MAX_NAMES - len(found)]
        elif found and index - found[-1][0] <= 2 and is_elision(line) and line.strip():
            whole = False
    # The last line of a paste may have been cut within the name.
    return found, whole and bool(found) and found[-1][0] < len(lines) - 1


def _with_names(described: DescribedCertificate, names: tuple[str, ...]) -> DescribedCertificate:
    return DescribedCertificate(
        described.subject,
        described.issuer,
        tuple(dict.fromkeys(names)),
        described.not_before,
        described.not_after,
        described.printed_not_after,
        self_signed=described.self_signed,
        line=described.line,
    )


def _alone(
    evidence_text: EvidenceText, listed: list[tuple[int, str]], whole: bool
) -> tuple[tuple[Observation, ...], tuple[ReadingNote, ...]]:
    names = tuple(dict.fromkeys(name for _, name in listed))
    provenance = evidence_text.provenance(_WINDOW, listed[0][0] + 1)
    found = Observation(
        "certificate.subject_alternative_names",
        names,
        provenance,
        sighting=Sighting(listed[0][0] + 1, 0, placed=False),
        quote="",
    )
    if whole:
        return (found,), ()
    text = "The list of names may go on beyond what was pasted, so it has to be confirmed."
    note = ReadingNote("truncated-list", text, provenance, details={"shown": names})
    quote = ", ".join(names)[:200]
    return (Observation(found.fact, names, provenance, found.proposed().rank, sighting=found.sighting, quote=quote),), (
        note,
    )


READER: Final = Reader(
    name="certificate-viewer",
    reads="the Windows certificate window: Issued to, Issued by, Valid from, and its DNS Name lines",
    read=read_viewer,
)
