"""Reads certificates: PEM (one or a chain, text around it), DER, and PKCS#7 in both."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import pkcs7

from evidence.certificate import (
    Certificate,
    certificate_observations,
    describe,
    parse_certificate,
    server_certificates,
    summary_note,
    without_warnings,
)
from evidence.errors import EvidenceError, InputTooLarge, MalformedInput
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.hosts import is_host_name
from evidence.limits import MAX_CERTIFICATE_BYTES, MAX_CERTIFICATES
from evidence.model import Observation, Provenance, Rank, ReadingNote, Sighting

_MARKER: Final = re.compile(r"-----(BEGIN|END) ([A-Z0-9][A-Z0-9 ]{0,40})-----")
_CERTIFICATE_LABELS: Final = frozenset({"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"})
_BUNDLE_LABELS: Final = frozenset({"PKCS7", "CMS", "PKCS #7 SIGNED DATA"})
_REQUEST_LABELS: Final = frozenset({"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"})
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/=]+")
_SEEN_AT: Final = re.compile(r"tls://([A-Za-z0-9.-]{1,253})(?::\d{1,5})?")
_PFX_VERSION: Final = b"\x02\x01\x03"
"""A PKCS#12 file (.pfx) begins with a SEQUENCE and the INTEGER 3 (RFC 7292 §4)."""


@dataclass(frozen=True, slots=True)
class PemBlock:
    """One PEM block: its label, what is between its markers, and its lines (indices from 0)."""

    label: str
    body: str
    lines: range
    closed: bool


def read_certificates(evidence_text: EvidenceText) -> Reading | None:
    """Read every certificate of the text; the server's own ones give facts, the others notes."""
    if evidence_text.binary is not None:
        return _read_binary(evidence_text, evidence_text.binary)
    blocks = pem_blocks(evidence_text)
    if not blocks:
        return None
    certificates: list[tuple[Certificate, int | None]] = []
    notes: list[ReadingNote] = []
    problems: list[EvidenceError] = []
    for block in blocks:
        line = block.lines.start + 1
        if "PRIVATE KEY" in block.label:
            notes.append(_private_key_note(evidence_text, line))
        elif block.label in _REQUEST_LABELS:
            problems.append(_a_request(evidence_text.name, line))
        elif block.label in _CERTIFICATE_LABELS or block.label in _BUNDLE_LABELS:
            try:
                certificates += [(found, line) for found in certificates_of_block(block, evidence_text.name)]
            except EvidenceError as error:
                problems.append(error)
    if len(certificates) > MAX_CERTIFICATES:
        problems.append(_too_many(evidence_text, len(certificates)))
        certificates = certificates[:MAX_CERTIFICATES]
    observations, more_notes = _facts(evidence_text, certificates)
    return Reading(observations, (*notes, *more_notes), tuple(block.lines for block in blocks), tuple(problems))


def _read_binary(evidence_text: EvidenceText, data: bytes) -> Reading:
    try:
        found = [parse_certificate(data, name=evidence_text.name)]
    except MalformedInput as error:
        if data[:12].find(_PFX_VERSION) in range(2, 7):
            raise MalformedInput(
                "this is a PKCS#12 file (.pfx), which holds the private key; it was not opened",
                name=evidence_text.name,
                remedy="Export the certificate without its key (.cer) and give that",
            ) from None
        if _is_request(data):
            raise _a_request(evidence_text.name, None) from None
        try:
            found = _bundle(data, name=evidence_text.name, line=None)
        except MalformedInput:
            raise error from None
    if len(found) > MAX_CERTIFICATES:
        raise _too_many(evidence_text, len(found))
    observations, notes = _facts(evidence_text, [(certificate, None) for certificate in found])
    return Reading(observations, notes)


def _facts(
    evidence_text: EvidenceText, certificates: list[tuple[Certificate, int | None]]
) -> tuple[tuple[Observation, ...], tuple[ReadingNote, ...]]:
    leaves = server_certificates([certificate for certificate, _ in certificates])
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    seen: set[str | None] = set()
    for certificate, line in certificates:
        if certificate.thumbprint in seen:
            continue
        seen.add(certificate.thumbprint)
        provenance = evidence_text.provenance("X.509 certificate", line)
        if certificate in leaves:
            # A file does not say where the certificate in it was seen, unless a line above it does.
            host = _seen_at(evidence_text, line)
            sighting = Sighting(line or 1, len(observations), seen_at=host, placed=host is not None)
            some_observations, some_notes = certificate_observations(
                certificate, provenance, rank=Rank.MACHINE_OUTPUT, sighting=sighting
            )
            observations += some_observations
            notes += some_notes
        else:
            notes.append(summary_note(certificate, provenance))
    if len(leaves) > 1:
        notes.append(
            ReadingNote(
                "several-certificates",
                f"The input holds {len(leaves)} certificates that do not belong to one chain.",
                evidence_text.provenance("X.509 certificates", certificates[0][1]),
                details={"subjects": tuple(leaf.subject for leaf in leaves)},
            )
        )
    return tuple(observations), tuple(notes)


def _seen_at(evidence_text: EvidenceText, line: int | None) -> str | None:
    """The host that the line above a PEM block names: `tls://mail.contoso.com:443`, as the collection scripts write."""
    above = evidence_text.lines[line - 2] if line is not None and line >= 2 else ""
    named = _SEEN_AT.fullmatch(above.strip()[:300])
    return named[1].lower() if named is not None and is_host_name(named[1]) else None


def pem_blocks(evidence_text: EvidenceText) -> list[PemBlock]:
    """Find the PEM blocks, also quoted, indented or on one line; each ends where its END marker stands."""
    blocks: list[PemBlock] = []
    label: str | None = None
    start = 0
    body: list[str] = []
    size = 0
    for index, line in enumerate(evidence_text.lines):
        if "-----" not in line:
            if label is not None and size <= 2 * MAX_CERTIFICATE_BYTES * MAX_CERTIFICATES:
                body.append(line)
                size += len(line)
            continue
        position = 0
        for match in _MARKER.finditer(line):
            if label is not None:
                body.append(line[position : match.start()])
            if match[1] == "BEGIN":
                if label is not None:
                    blocks.append(PemBlock(label, "", range(start, start + 1), closed=False))
                label, start, body, size = match[2].strip(), index, [], 0
            elif label is not None:
                blocks.append(PemBlock(label, "\n".join(body), range(start, index + 1), closed=True))
                label = None
            position = match.end()
        if label is not None:
            body.append(line[position:])
    if label is not None:
        blocks.append(PemBlock(label, "", range(start, start + 1), closed=False))
    return blocks


def certificates_of_block(block: PemBlock, name: str) -> list[Certificate]:
    """Read the certificates of one PEM block.

    Raises:
        MalformedInput: it has no end, or it is no certificate.
    """
    line = block.lines.start + 1
    if not block.closed:
        raise MalformedInput(
            f"the block that begins with BEGIN {block.label} has no end",
            name=name,
            line=line,
            remedy="Paste all of it, down to the line with END",
        )
    try:
        der = base64.b64decode(_NOT_BASE64.sub("", block.body), validate=True)
    except (binascii.Error, ValueError):
        der = b""
    if block.label in _BUNDLE_LABELS:
        return _bundle(der, name=name, line=line)
    return [parse_certificate(der, name=name, line=line)]


def _bundle(der: bytes, *, name: str, line: int | None) -> list[Certificate]:
    try:
        with without_warnings():
            loaded = pkcs7.load_der_pkcs7_certificates(der)
            found = [describe(certificate) for certificate in loaded[: MAX_CERTIFICATES + 1]]
    except (
        ValueError,
        TypeError,
        OverflowError,
        UnsupportedAlgorithm,
        x509.DuplicateExtension,
        x509.InvalidVersion,
    ):
        raise MalformedInput(
            "this is no PKCS#7 bundle of certificates, or it was damaged on the way",
            name=name,
            line=line,
            remedy="Export it again (.p7b), or give the server's certificate alone (.cer)",
        ) from None
    if not found:
        raise MalformedInput(
            "the PKCS#7 bundle holds no certificate",
            name=name,
            line=line,
            remedy="Give the server's certificate (.cer)",
        )
    return found


def _too_many(evidence_text: EvidenceText, count: int) -> InputTooLarge:
    return InputTooLarge(
        f"{count} certificates are more than the {MAX_CERTIFICATES} that are read",
        name=evidence_text.name,
        remedy="Give the certificate that the server presents",
    )


def _a_request(name: str, line: int | None) -> MalformedInput:
    return MalformedInput(
        "this is a certificate request (CSR), not a certificate: it was made to be sent to an authority",
        name=name,
        line=line,
        remedy="Give the certificate that the authority sent back, or the one that the server shows now",
    )


def _is_request(data: bytes) -> bool:
    if len(data) > MAX_CERTIFICATE_BYTES:
        return False
    try:
        x509.load_der_x509_csr(data)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _private_key_note(evidence_text: EvidenceText, line: int) -> ReadingNote:
    return ReadingNote(
        "private-key",
        "There is a private key in the input. It was not read; but whoever has seen it can pose as the server, "
        "so have the certificate reissued with a new key.",
        Provenance("private key", evidence_text.name, line),
    )


READER: Final = Reader(
    name="x509",
    reads="certificates: PEM (.pem, .cer, .crt), DER, PKCS#7 (.p7b)",
    read=read_certificates,
)
