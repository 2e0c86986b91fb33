"""Reads what `openssl` prints: `s_client` with its chain and its PEM, `x509 -text`, and `subject=`, `issuer=`.

Only `s_client` says where a certificate was seen, in the command line above its output. All else describes a
certificate of which nobody has said yet where it was seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from evidence.certificate import Certificate, certificate_observations, server_certificates, summary_note
from evidence.certificate_text import (
    DescribedCertificate,
    evidence_of,
    issued_to_itself,
    note_of,
    observations_of,
)
from evidence.distinguished_name import parts_of, written
from evidence.errors import EvidenceError
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.hosts import is_certificate_name, is_dns_name, is_host_name
from evidence.limits import MAX_CERTIFICATES, MAX_NAMES, MAX_PARSED_LINE
from evidence.model import Observation, Rank, ReadingNote, Sighting
from evidence.printed_dates import read_dates
from evidence.x509 import PemBlock, certificates_of_block, pem_blocks

_COMMAND: Final = re.compile(r"\bs_client\b(.{0,2000})")
_ARGUMENT: Final = re.compile(r"-(connect|servername|starttls|host|port)\s+[\"']?([^\s\"']{1,300})")
_SHORT: Final = 80
_CONNECTED: Final = re.compile(r"\s*CONNECTED\([0-9A-Fa-f]{1,16}\)\s*")
_CHAIN_SUBJECT: Final = re.compile(r"[\s>]{0,40}(\d{1,3}) s:(.*)")
_CHAIN_ISSUER: Final = re.compile(r"[\s>]{1,40}i:(.*)")
_CHAIN_DATES: Final = re.compile(r"[\s>]{1,40}v:NotBefore:\s?([^;]{1,80});\s?NotAfter:\s?(.{1,80})")
_ONE_LINE: Final = re.compile(
    r"[\s>]{0,40}(subject|issuer|notBefore|notAfter|SHA1 Fingerprint|sha1 Fingerprint)\s?=\s?(.*)"
)
_ERROR: Final = re.compile(
    r"\bverify error:num=(\d{1,4}):(.{0,200})|\bVerify return code: (\d{1,4}) \(([^()]{0,200})\)"
)
_PROSE_ERROR: Final = re.compile(r"\bVerification error: (.{1,200})")
_SECRET: Final = re.compile(r"\s*(?:Master-Key|Resumption PSK)\s*:\s*[0-9A-Fa-f]{16}")
_OF_SESSION: Final = re.compile(
    r"[\s>]{0,40}(?:depth=\d|verify (?:error|return)|output directed|CONNECTED|---$|Certificate chain|"
    r"\d{1,3} s:|i:|a:|v:|Server certificate|subject|issuer|No client cert|Acceptable client|Client Certificate|"
    r"Requested|Shared|"
    r"Peer |Server Temp|Server public|SSL handshake|Verif|New, |Secure Reneg|Compression|Expansion|No ALPN|ALPN|"
    r"Early data|"
    r"SSL-Session|Protocol|Cipher|Session-ID|Master-Key|Resumption|Key-Arg|PSK|Krb5|SRP|TLS session|Start Time|Timeout|"
    r"Extended master|Max Early|Post-Handshake|read R BLOCK|read:errno|closed$|DONE$|Loading 'screen'|"
    r"[0-9a-f]{4} - [0-9a-f]{2}|-----(?:BEGIN|END) )"
)
_ENDS_SESSION: Final = re.compile(r"\s*(?:closed|DONE|read:errno=.*)\s*")
_START_OF_TEXT: Final = re.compile(r"[\s>]{0,40}(?:Certificate:|Data:|Certificate Request:)\s*")
_FIELD: Final = re.compile(r"[\s>]{0,60}(Issuer|Subject|Not Before|Not After)\s?:\s*(.*)")
_NAMES_HEADING: Final = re.compile(r"[\s>]{0,60}X509v3 Subject Alternative Name:\s*(?:critical)?\s*")
_SECTION: Final = re.compile(
    r"[\s>]{0,60}(?:X509v3 |CT Precert|Authority Information|Signature|Netscape|TLS Feature|Microsoft |"
    r"[0-9]+(?:\.[0-9]+){2,20}:|-----BEGIN)"
)
_NAME: Final = re.compile(r"\s*(DNS|IP Address|email|URI|othername|DirName|Registered ID|RID)\s?:\s?(.*)")
_OF_TEXT: Final = re.compile(
    r"[\s>]{0,60}(?:[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})*:?\s*$|Version:|Serial Number|Signature|Issuer|"
    r"Validity|Not |Subject|Public|RSA|Modulus|Exponent|pub:|ASN1|NIST|X509v3|DNS:|IP Address:|CA:|TLS Web|Digital|"
    r"keyid|DirName|URI:|Policy|"
    r"CPS|OCSP|CA Issuers|Full Name|Authority|CT |Log ID|Timestamp|Extensions|Certificate)"
)
_BELOW_FIELD: Final = re.compile(
    r"[\s>]{0,60}(?:Validity|Not Before|Not After|Subject|Issuer|Public Key)\b.{0,30}:|[\s>]*Validity"
)
"""What stands below a whole field; anything else may be its rest."""
_MAX_TEXT_LINES: Final = 4_000
"""Lines of one `x509 -text`: a key of 16384 bits and 1,000 names have less."""
_NAMES_WITHIN: Final = 60
"""Lines from a subject within which the list of names follows: a key of 4096 bits has 35."""
_WRAPS_AT: Final = 60
"""Characters from which on a line of the chain may have been broken by the window."""
_HTTPS: Final = "443"
_MEANINGS: Final = {
    "9": "it is not valid yet",
    "10": "it has expired",
    "18": "it is self-signed, and not trusted here",
    "19": "the chain ends in an authority of its own, which is not trusted here",
    "20": "the certificate of its issuer was not found here",
    "21": "the server sends its own certificate alone, or its issuer is not known here: an intermediate is missing",
    "27": "it is not trusted here",
    "62": "its names do not match the host that was asked",
}
"""What the codes of X509_verify_cert mean (openssl-verify's manual page), `num=` and `Verify return code` alike."""


@dataclass(slots=True)
class _Session:
    """One run of s_client, as indices from 0."""

    start: int
    end: int
    arguments: dict[str, str] = field(default_factory=dict)
    chain: list[dict[str, str]] = field(default_factory=list)
    wrapped: bool = False
    lines: dict[str, str] = field(default_factory=dict)
    """What stands after `subject=`, `issuer=`, `notBefore=`, `notAfter=` and the fingerprint's name, in lower case."""
    names_at: int | None = None
    """Where the list of names begins that `-ext subjectAltName` prints."""
    errors: dict[str, tuple[str, int]] = field(default_factory=dict)
    secret: int | None = None

    @property
    def host(self) -> str | None:
        """The host that was asked for, where it is a name."""
        connect = self.arguments.get("connect", "")
        host = self.arguments.get("servername") or connect.rpartition(":")[0] or self.arguments.get("host", "")
        host = host.strip("[]").rstrip(".").lower()
        return host if is_host_name(host) and (is_dns_name(host) or "-" not in host[:1]) else None

    @property
    def port(self) -> str:
        return self.arguments.get("connect", "").rpartition(":")[2] or self.arguments.get("port", "")

    @property
    def over_https(self) -> bool:
        """Whether this is what a client of the web server is shown, as far as the command line tells."""
        return "starttls" not in self.arguments and self.port in ("", _HTTPS)


def read_openssl(evidence_text: EvidenceText) -> Reading | None:
    """Read the sessions of s_client first, with their PEM, then certificates that are written out."""
    lines = evidence_text.lines
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    claimed: list[range] = []
    for index, line in enumerate(lines):
        if len(line) < _SHORT and line.strip(" \t>") == "no peer certificate available":
            text = "The server ended the connection without showing a certificate."
            notes.append(
                ReadingNote("no-certificate-shown", text, evidence_text.provenance("openssl s_client", index + 1))
            )
            claimed.append(range(index, index + 1))
    if not any("s:" in line or "subject" in line.lower() or "X509v3" in line for line in lines):
        return Reading((), tuple(notes), tuple(claimed)) if notes else None
    problems: list[EvidenceError] = []
    sessions = _sessions(lines)
    blocks = pem_blocks(evidence_text) if sessions else []
    for session in sessions:
        own = [block for block in blocks if session.start <= block.lines.start < session.end]
        found, remarks, broken = _of_session(evidence_text, session, own)
        observations += found
        notes += remarks
        problems += broken
        claimed.append(range(session.start, session.end))
    rest = evidence_text.without(claimed)
    described, spans, remarks = _texts(rest)
    notes += remarks
    claimed += spans
    rest = rest.without(spans)
    loose, span = _loose_lines(rest)
    if loose is not None:
        described.append(loose)
        claimed.append(span)
    if described:
        found_here, more = evidence_of(described, evidence_text, "openssl x509", run=described[0].line)
        observations += found_here
        notes += more
    if not claimed:
        return None
    return Reading(tuple(observations), tuple(notes), tuple(claimed), tuple(problems))


# --- s_client


def _sessions(lines: tuple[str, ...]) -> list[_Session]:
    sessions: list[_Session] = []
    current: _Session | None = None
    in_chain = False
    last = 0
    for index, whole in enumerate(lines):
        line = whole[:MAX_PARSED_LINE]
        if not line.strip():
            continue
        command = _COMMAND.search(line) if "s_client" in line else None
        connected = _CONNECTED.fullmatch(line) is not None
        chain = line.strip() == "Certificate chain"
        if command is not None and "-connect" not in command[1] and "-host" not in command[1]:
            command = None
        begins = command is not None or (connected and (current is None or current.chain or current.lines))
        if begins or ((chain or _is_first_of_chain(line)) and (current is None or current.chain)):
            if len(sessions) >= MAX_CERTIFICATES:
                break
            current = _Session(index, index + 1)
            sessions.append(current)
            in_chain = False
            if command is not None:
                current.arguments = {match[1]: match[2] for match in _ARGUMENT.finditer(command[1])}
        if current is None:
            continue
        if _take(current, line, index, in_chain and last == index - 1, lines[last]):
            in_chain = (
                _CHAIN_SUBJECT.match(line) is not None
                or _CHAIN_ISSUER.match(line) is not None
                or (in_chain and not _OF_SESSION.match(line))
            )
            current.end, last = index + 1, index
            if _ENDS_SESSION.fullmatch(line):
                current, in_chain = None, False
        elif index - last > _MAX_TEXT_LINES or command_like(line):
            current, in_chain = None, False
    return [session for session in sessions if session.chain or session.lines or session.errors]


def command_like(line: str) -> bool:
    """Tell whether a line is a command of a shell, which ends what stands above."""
    return re.match(r"\s*(?:\$ |# |[\w.@~-]{1,60}[$#%] |PS [A-Z]:|[A-Z]:\\|\[PS\])", line) is not None


def _is_first_of_chain(line: str) -> bool:
    match = _CHAIN_SUBJECT.fullmatch(line)
    return match is not None and match[1] == "0"


def _take(session: _Session, line: str, index: int, in_chain: bool, above: str) -> bool:
    """Take up one line of a session; tell whether it was one."""
    if match := _CHAIN_SUBJECT.fullmatch(line):
        session.chain.append({"subject": match[2].rstrip()})
    elif session.chain and (match := _CHAIN_ISSUER.fullmatch(line)):
        session.chain[-1].setdefault("issuer", match[1].rstrip())
    elif session.chain and (match := _CHAIN_DATES.fullmatch(line)):
        session.chain[-1] |= {"not_before": match[1], "not_after": match[2]}
    elif (match := _ONE_LINE.fullmatch(line)) and "verify error" in above:
        pass  # the date of the certificate that the error is about, which may be an authority's
    elif match is not None:
        session.lines.setdefault(match[1].lower(), match[2].strip())
    elif _NAMES_HEADING.fullmatch(line):
        session.names_at = index if session.names_at is None else session.names_at
    elif session.names_at is not None and _NAME.match(line.strip(" \t>")):
        pass
    elif match := _ERROR.search(line):
        code, text = (match[1], match[2]) if match[1] else (match[3], match[4])
        session.errors.setdefault(code, (text.strip(), index))
    elif match := _PROSE_ERROR.search(line):
        session.errors.setdefault(match[1].strip(), (match[1].strip(), index))
    elif _SECRET.match(line):
        session.secret = index
    elif in_chain and session.chain and not _OF_SESSION.match(line):
        # The window has broken a long name; what goes on may begin with a blank that belongs to it.
        if len(above) < _WRAPS_AT and not above.rstrip().endswith((".", "-", "/", "=")):
            return False
        part = "issuer" if "issuer" in session.chain[-1] else "subject"
        session.chain[-1][part] += line.rstrip()
        session.wrapped = True
    else:
        return _OF_SESSION.match(line) is not None or _COMMAND.search(line) is not None
    return True


def _of_session(
    evidence_text: EvidenceText, session: _Session, blocks: list[PemBlock]
) -> tuple[list[Observation], list[ReadingNote], list[EvidenceError]]:
    what = "openssl s_client" if session.host is None else f"openssl s_client, {session.host}"
    provenance = evidence_text.provenance(what, session.start + 1)
    notes = [
        ReadingNote(
            "verify-error",
            f"openssl says of the certificate: {text}" + (f": {_MEANINGS[code]}." if code in _MEANINGS else "."),
            evidence_text.provenance(what, line + 1),
            details={"code": code, "text": text},
        )
        for code, (text, line) in session.errors.items()
        if code != "0"
    ]
    if session.secret is not None:
        notes.append(
            ReadingNote(
                "session-secret",
                "The output holds the secret key of that connection. It was not read; do not pass it on.",
                evidence_text.provenance(what, session.secret + 1),
            )
        )
    shown, problems = _shown(evidence_text, blocks)
    described = _described(session, evidence_text.lines)
    sighting = Sighting(session.start + 1, 0, session.host, placed=session.host is not None)
    if not session.over_https:
        notes.append(
            ReadingNote(
                "another-port",
                f"This certificate was seen at port {session.port or '?'}"
                + (f" ({session.arguments['starttls']})" if "starttls" in session.arguments else "")
                + ", which is not where Outlook asks for its settings over HTTPS, so it was not used.",
                provenance,
                details={"port": session.port},
            )
        )
        notes.append(summary_note(shown, provenance) if shown is not None else note_of(described, provenance))
        return [], notes, problems
    if shown is None:
        found, remarks = observations_of(described, provenance, sighting)
        return list(found), [*notes, *remarks], problems
    found, remarks = certificate_observations(shown, provenance, rank=Rank.MACHINE_OUTPUT, sighting=sighting)
    if _differ(described, shown):
        notes.append(
            ReadingNote(
                "certificate-text-differs",
                "The text beside the PEM block names another issuer or subject than the certificate in it: "
                f"{described.subject or 'no subject'}, issued by {described.issuer or 'nobody'}. So neither was "
                "used; run the command again and paste all of it.",
                provenance,
                details={"subject": described.subject or "", "issuer": described.issuer or ""},
            )
        )
        quote = f"s:{described.subject or ''} i:{described.issuer or ''}"[:200]
        found = tuple(replace(each.proposed(), quote=quote) for each in found)
        if described.issuer and "issuer" in {each.fact.rpartition(".")[2] for each in found}:
            found += (
                Observation("certificate.issuer", described.issuer[:500], provenance, Rank.PROPOSED, quote=quote),
            )
    return list(found), [*notes, *remarks], problems


def _shown(evidence_text: EvidenceText, blocks: list[PemBlock]) -> tuple[Certificate | None, list[EvidenceError]]:
    """Read the server's own certificate, which s_client prints first; where that is broken, no other stands for it."""
    read: list[Certificate] = []
    problems: list[EvidenceError] = []
    for block in [block for block in blocks if "CERTIFICATE" in block.label][:MAX_CERTIFICATES]:
        try:
            read += certificates_of_block(block, evidence_text.name)
        except EvidenceError as error:
            problems.append(error)
            if not read:
                return None, problems
    if problems or not read:
        return (read[0] if read else None), problems
    return server_certificates(read)[0], problems


def _described(session: _Session, lines: tuple[str, ...]) -> DescribedCertificate:
    first = session.chain[0] if session.chain else {}
    subject = _agreed(first.get("subject"), session.lines.get("subject"))
    issuer = _agreed(first.get("issuer"), session.lines.get("issuer"))
    dates = read_dates(
        [
            first.get("not_before") or session.lines.get("notbefore"),
            first.get("not_after") or session.lines.get("notafter"),
        ]
    )
    names, whole = (None, True) if session.names_at is None else _names(lines, session.names_at + 1)
    self_signed = issued_to_itself(subject, issuer)
    if "18" in session.errors and self_signed is None:
        self_signed = True
    broken = {"subject", "issuer", "self_signed"} if session.wrapped else set()
    for part in ("subject", "issuer"):
        if session.lines.get(part) and part in broken:
            broken.discard(part)
    if not whole:
        broken.add("names")
    return DescribedCertificate(
        subject=subject,
        issuer=issuer,
        names=names,
        thumbprint=_fingerprint(session.lines),
        not_before=dates[0],
        not_after=dates[1],
        self_signed=self_signed,
        uncertain=frozenset(broken),
        line=session.start + 1,
    )


def _agreed(one: str | None, other: str | None) -> str | None:
    """Return a name that stands in two places of the output, written in one way; nothing where they differ."""
    first, second = (None if text is None else written(text, reverse=True) for text in (one, other))
    if first is None or second is None:
        return second if first is None else first
    return first if _common_names(first) == _common_names(second) else None


def _differ(described: DescribedCertificate, shown: Certificate) -> bool:
    """Tell whether the text names another issuer, or another subject, than the certificate beside it."""
    for text, name in ((described.subject, shown.subject), (described.issuer, shown.issuer)):
        if text and name:
            one, other = _common_names(text), _common_names(name)
            if one and other and one != other:
                return True
    return False


def _common_names(name: str) -> set[str]:
    return {value.replace(" ", "").lower() for key, value in parts_of(name) if key == "CN"}


# --- x509 -text


def _texts(
    evidence_text: EvidenceText,
) -> tuple[list[DescribedCertificate], list[range], list[ReadingNote]]:
    described: list[DescribedCertificate] = []
    spans: list[range] = []
    notes: list[ReadingNote] = []
    lines = evidence_text.lines
    index = 0
    while index < len(lines) and len(described) < MAX_CERTIFICATES:
        if not _begins_text(lines, index):
            index += 1
            continue
        end = _end_of_text(lines, index)
        request = any("Certificate Request" in line for line in lines[index : index + 2])
        if request:
            notes.append(request_note(evidence_text, index + 1))
            spans.append(range(index, end))
        else:
            found = _described_text(lines, index, end)
            if found is not None:
                spans.append(range(index, end))
                if not _pem_follows(evidence_text, end):
                    described.append(found)
        index = end
    return described, spans, notes


def request_note(evidence_text: EvidenceText, line: int) -> ReadingNote:
    """Say of a certificate request what it is, and what to give in its place."""
    return ReadingNote(
        "certificate-request",
        "This is a certificate request, not a certificate: nothing shows it to clients. Give the certificate that the "
        "authority sent back, or the one that is in use now.",
        evidence_text.provenance("certificate request", line),
    )


def _begins_text(lines: tuple[str, ...], index: int) -> bool:
    if ":" not in lines[index]:
        return False
    first = _FIELD.fullmatch(lines[index][:MAX_PARSED_LINE])
    if first is not None and first[1] in ("Subject", "Issuer") and "=" in first[2]:
        # Somebody has left out the head of the text.
        return any(_NAMES_HEADING.fullmatch(line[:400]) for line in lines[index + 1 : index + _NAMES_WITHIN])
    if _START_OF_TEXT.fullmatch(lines[index][:200]) is None:
        return False
    return any(_FIELD.match(line[:400]) for line in lines[index : index + 20])


def _end_of_text(lines: tuple[str, ...], start: int) -> int:
    """Find where a certificate that is written out ends: at the last line that is like one of it."""
    end = start + 1
    for index in range(start + 1, min(len(lines), start + _MAX_TEXT_LINES)):
        line = lines[index][:400]
        if not line.strip():
            continue
        if "-----BEGIN" in line or (index > start + 2 and _START_OF_TEXT.fullmatch(line)) or command_like(line):
            break
        if index - end > 12:
            break
        if _OF_TEXT.match(line):
            end = index + 1
    return end


def _described_text(lines: tuple[str, ...], start: int, end: int) -> DescribedCertificate | None:
    values: dict[str, str] = {}
    uncertain: set[str] = set()
    names: tuple[str, ...] | None = None
    extensions = signed = authority = False
    for index in range(start, end):
        line = lines[index][:MAX_PARSED_LINE]
        if (match := _FIELD.fullmatch(line)) and match[1] not in values:
            values[match[1]] = match[2].strip()
            below = lines[index + 1] if index + 1 < len(lines) else None
            if below is None or (below.strip() and not _BELOW_FIELD.match(below[:400])):
                uncertain.add(match[1].lower())
        elif _NAMES_HEADING.fullmatch(line):
            extensions = True
            names, whole = _names(lines, index + 1)
            if not whole:
                uncertain.add("names")
        elif "X509v3" in line:
            extensions = True
        elif extensions and line.strip().startswith("Signature"):
            signed = True
        if "CA:TRUE" in line:
            authority = True
    if "Subject" not in values and "Issuer" not in values:
        return None
    subject, issuer = (None if (text := values.get(key)) is None else written(text, reverse=True)
                       for key in ("Subject", "Issuer"))  # fmt: skip
    if names is None and extensions and signed:
        together = "".join("".join(lines[index][:MAX_PARSED_LINE].split()) for index in range(start, end))
        if "Alternative" not in together and "DNS:" not in together:
            names = ()  # all extensions are shown, and this is none of them
    days = read_dates([values.get("Not Before"), values.get("Not After")])
    if not uncertain.isdisjoint({"subject", "issuer"}):
        uncertain.add("self_signed")
    return DescribedCertificate(
        subject=subject,
        issuer=issuer,
        names=names,
        not_before=days[0],
        not_after=days[1],
        self_signed=issued_to_itself(subject, issuer),
        authority=authority,
        uncertain=frozenset(uncertain),
        line=start + 1,
    )


def _names(lines: tuple[str, ...], start: int) -> tuple[tuple[str, ...] | None, bool]:
    """Read the list of names; and whether it is whole, which only what follows shows."""
    listed = ""
    whole = False
    for line in lines[start : start + MAX_NAMES]:
        text = line[:MAX_PARSED_LINE].strip(" \t>")
        if not text or _SECTION.match(line[:400]) or command_like(line[:400]):
            whole = bool(listed)
            break
        if listed and not listed.endswith(","):
            return None, False  # broken within a name, or something else: nothing tells which
        if _NAME.match(text) is None:
            break
        listed += text
    if not listed:
        return None, False
    found: list[str] = []
    for entry in listed.split(",")[:MAX_NAMES]:
        match = _NAME.fullmatch(entry)
        if match is None:
            return None, False
        value = match[2].strip()
        if match[1] == "DNS":
            if not is_certificate_name(value):
                return None, False  # masked, or broken
            found.append(value)
        elif match[1] == "IP Address" and re.fullmatch(r"[0-9A-Fa-f.:]{2,45}", value):
            found.append(value.lower())
    return (tuple(dict.fromkeys(found)) or None), whole


def _pem_follows(evidence_text: EvidenceText, end: int) -> bool:
    """Tell whether the same certificate follows in PEM, as `x509 -text` prints it: that is read then, and says more."""
    nearby = evidence_text.lines[end : end + 3]
    if not any("-----BEGIN" in line for line in nearby):
        return False
    block = next((each for each in pem_blocks(evidence_text) if each.lines.start >= end), None)
    if block is None or block.lines.start >= end + 3:
        return False
    try:
        return bool(certificates_of_block(block, evidence_text.name))
    except EvidenceError:
        return False


# --- subject=, issuer=, notAfter=


def _loose_lines(evidence_text: EvidenceText) -> tuple[DescribedCertificate | None, range]:
    """Read the lines of `openssl x509 -noout -subject -issuer -dates -fingerprint`, of one certificate."""
    values: dict[str, str] = {}
    first = last = 0
    ended = False
    lines = evidence_text.lines
    for index, whole in enumerate(lines):
        line = whole[:MAX_PARSED_LINE]
        match = _ONE_LINE.fullmatch(line) if "=" in line else None
        if match is None:
            ended = ended or bool(values and line.strip() and index - last > 3)
            continue
        key = match[1].lower()
        if key in values or ended:
            break
        if not values:
            first = index
        values[key] = match[2].strip()
        last = index
    if "subject" not in values or not ("issuer" in values or "notafter" in values or "=" in values["subject"]):
        return None, range(0)
    if not parts_of(values["subject"]):
        return None, range(0)
    subject = written(values["subject"], reverse=True)
    issuer = written(values["issuer"], reverse=True) if "issuer" in values else None
    days = read_dates([values.get("notbefore"), values.get("notafter")])
    names, complete = None, True
    heading = next((index for index in range(last + 1, min(last + 4, len(lines))) if lines[index].strip()), last)
    if heading > last and _NAMES_HEADING.fullmatch(lines[heading][:400]):
        names, complete = _names(lines, heading + 1)
        last = heading
        while last + 1 < len(lines) and _NAME.match(lines[last + 1][:MAX_PARSED_LINE].strip(" \t>")):
            last += 1
    at_end = not any(line.strip() for line in lines[last + 1 :]) and last == len(lines) - 1
    uncertain = {"subject", "issuer", "self_signed"} if at_end and names is None else set()
    if not complete:
        uncertain.add("names")
    described = DescribedCertificate(
        subject=subject,
        issuer=issuer,
        not_before=days[0],
        not_after=days[1],
        names=names,
        thumbprint=_fingerprint(values),
        self_signed=issued_to_itself(subject, issuer),
        uncertain=frozenset(uncertain),
        line=first + 1,
    )
    return described, range(first, last + 1)


def _fingerprint(values: Mapping[str, str]) -> str | None:
    thumbprint = values.get("sha1 fingerprint", "").replace(":", "").upper()
    return thumbprint if re.fullmatch(r"[0-9A-F]{40}", thumbprint) else None


READER: Final = Reader(
    name="openssl",
    reads="what openssl s_client and openssl x509 -text print",
    read=read_openssl,
)
