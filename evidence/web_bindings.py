"""Reads what says which certificate a web server has bound: `netsh http show sslcert`, Get-WebBinding, IIS's own file.

On an Exchange server the web site that clients come to is bound to port 443 at all addresses; 444 is the back end,
which shows them nothing. A binding to one address, or to a host name (SNI), goes before the one for all addresses. So
the certificate at 443 is certain only where all bindings of the port agree and the list is whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.limits import MAX_OBJECTS, MAX_PARSED_LINE
from evidence.model import Observation, Provenance, Rank, ReadingNote, Sighting
from evidence.shell_object import is_elision

_AT: Final = re.compile(
    r"[\s>]{0,60}(IP[: ]?port|Hostname[: ]?port|IP:Port|Hostname:Port|Hostnameport)\s{0,40}:\s?(\S{1,300})\s*",
    re.IGNORECASE,
)
_HASH: Final = re.compile(
    r"[\s>]{0,60}(?:Certificate Hash|Zertifikathash)\s{0,40}:\s?([0-9A-Fa-f]{40})\s*", re.IGNORECASE
)
_OF_NETSH: Final = re.compile(
    r"[\s>]{0,60}(?:SSL Certificate bindings|SSL-Zertifikatbindungen|Application ID|Anwendungs-ID|Certificate Store|"
    r"Zertifikatspeicher|"
    r"Verify|Usage Check|Revocation|URL Retrieval|Ctl|DS Mapper|Negotiate|Reject|Disable|Max Settings|-{5,})",
    re.IGNORECASE,
)
_LAST_OF_BLOCK: Final = re.compile(r"[\s>]{0,60}Negotiate Client Certificate\s", re.IGNORECASE)
_INFORMATION: Final = re.compile(
    r"[\s>]{0,60}bindingInformation\s{0,40}:\s?(\S{0,300}:\d{1,5}:\S{0,253})\s*", re.IGNORECASE
)
_BOUND_HASH: Final = re.compile(r"[\s>]{0,60}certificateHash\s{0,40}:\s?([0-9A-Fa-f]{40})?\s*", re.IGNORECASE)
_SITE: Final = re.compile(r"[\s>]{0,60}ItemXPath\s{0,40}:.{0,200}@name='([^']{1,100})'", re.IGNORECASE)
_OF_BINDING: Final = re.compile(
    r"[\s>]{0,60}(?:protocol|sslFlags|isDsMapperEnabled|certificateStoreName|Attributes|ChildElements|"
    r"ElementTagName|Methods|Schema)"
    r"\s{0,40}:",
    re.IGNORECASE,
)
_TABLE_ROW: Final = re.compile(
    r"[\s>]{0,60}https?\s+(\S{0,300}:\d{1,5}:\S{0,253})\s+(?:(?:.{0,60}\s)?\d{1,3}|([0-9A-Fa-f]{40}))\s*"
)
_CONFIG: Final = re.compile(
    r"\s{0,80}</?(?:sites?|application|virtualDirectory|bindings?|applicationDefaults|siteDefaults)\b"
)
_CONFIG_BINDING: Final = re.compile(r"<binding protocol=\"https\" bindingInformation=\"([^\"]{1,300})\"")
_WEB, _BACK_END = "443", "444"
_LOOPBACK: Final = frozenset({"127.0.0.1", "[::1]", "::1"})
_EVERYWHERE: Final = frozenset({"0.0.0.0", "*", ""})
_BACK_END_SITE: Final = "exchange back end"
_LEVEL: Final = 40


@dataclass(slots=True)
class _Binding:
    address: str
    port: str
    host: str
    line: int
    hash: str | None = None
    site: str = ""
    whole: bool = False


def read_bindings(evidence_text: EvidenceText) -> Reading | None:
    """Read the bindings of web sites; the certificate at port 443 is the one that clients are shown."""
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    claimed: list[range] = []
    for what, bindings, spans, partial in (_netsh(evidence_text.lines), _web_bindings(evidence_text.lines)):
        claimed += spans
        if bindings:
            found, remarks = _conclude(evidence_text, what, bindings, partial)
            observations += found
            notes += remarks
    config = [index for index, line in enumerate(evidence_text.lines) if "<" in line and _CONFIG.match(line[:200])]
    if len(config) >= 3:
        claimed += [range(index, index + 1) for index in config]
        shown = tuple(
            match[1]
            for index in config
            for match in _CONFIG_BINDING.finditer(evidence_text.lines[index][:MAX_PARSED_LINE])
        )[:100]
        text = (
            f"IIS's configuration binds https to {', '.join(shown[:8]) or 'nothing'}. Which certificates are bound "
            f"is not in "
            "this file: run netsh http show sslcert."
        )
        provenance = evidence_text.provenance("applicationHost.config", config[0] + 1)
        notes.append(ReadingNote("web-bindings", text, provenance, details={"bindings": shown}))
    return Reading(tuple(observations), tuple(notes), tuple(claimed)) if notes or observations else None


def _netsh(lines: tuple[str, ...]) -> tuple[str, list[_Binding], list[range], bool]:
    bindings: list[_Binding] = []
    claimed: list[range] = []
    partial = False
    last = -1
    for index, whole in enumerate(lines):
        line = whole[:MAX_PARSED_LINE]
        if not line.strip() or len(bindings) >= MAX_OBJECTS:
            continue
        if (match := _AT.fullmatch(line)) is not None:
            address, _, port = match[2].rpartition(":")
            named = match[1].lower().startswith("host")
            bindings.append(_Binding("" if named else address, port, address.lower() if named else "", index))
        elif bindings and bindings[-1].hash is None and (match := _HASH.fullmatch(line)) is not None:
            bindings[-1].hash = match[1].upper()
        elif bindings and _LAST_OF_BLOCK.match(line):
            bindings[-1].whole = True
        elif is_elision(line) and (bindings or _near_bindings(lines, index)):
            partial = True
        elif not (_OF_NETSH.match(line) and (bindings or "SSL" in line)):
            continue
        if last < 0 or index - last <= _LEVEL:
            claimed.append(range(index, index + 1))
        last = index
    # A block that lacks the last line that the others have was cut, and so may be the list.
    if len({binding.whole for binding in bindings}) > 1 and not bindings[-1].whole:
        partial = True
    return "netsh http show sslcert", bindings, claimed if bindings else [], partial


def _near_bindings(lines: tuple[str, ...], index: int) -> bool:
    return any(_AT.fullmatch(line[:400]) for line in lines[index + 1 : index + 4])


def _web_bindings(lines: tuple[str, ...]) -> tuple[str, list[_Binding], list[range], bool]:
    bindings: list[_Binding] = []
    claimed: list[range] = []
    partial = False
    https = False
    for index, whole in enumerate(lines):
        line = whole[:MAX_PARSED_LINE]
        if not line.strip() or len(bindings) >= MAX_OBJECTS:
            continue
        row = _TABLE_ROW.fullmatch(line)
        match = _INFORMATION.fullmatch(line) or row
        if match is not None:
            address, port, host = _divided(match[1])
            bindings.append(_Binding(address, port, host, index))
            if row is not None and row[2]:
                bindings[-1].hash = row[2].upper()
            https = https or "https" in line
        elif bindings and (hashed := _BOUND_HASH.fullmatch(line)) is not None:
            bindings[-1].hash = hashed[1].upper() if hashed[1] else None
        elif bindings and (site := _SITE.match(line)) is not None:
            bindings[-1].site = site[1].lower()
        elif is_elision(line) and bindings and index - bindings[-1].line < _LEVEL:
            partial = True
        elif not (_OF_BINDING.match(line) and (bindings or "protocol" in line.lower())):
            continue
        claimed.append(range(index, index + 1))
    return "Get-WebBinding", bindings, claimed if bindings else [], partial


def _divided(information: str) -> tuple[str, str, str]:
    """Divide `*:443:mail.contoso.com` into address, port and host name."""
    rest, _, host = information.rpartition(":")
    address, _, port = rest.rpartition(":")
    return address, port, host.lower()


def _conclude(
    evidence_text: EvidenceText, what: str, bindings: list[_Binding], partial: bool
) -> tuple[list[Observation], list[ReadingNote]]:
    provenance = evidence_text.provenance(what, bindings[0].line + 1)
    notes = [_note(provenance, bindings)]
    web = [each for each in bindings if each.port == _WEB and each.address not in _LOOPBACK]
    web = [each for each in web if each.site != _BACK_END_SITE]
    hashes = {each.hash for each in web}
    everywhere = [each for each in web if each.address in _EVERYWHERE and not each.host and each.hash is not None]
    if not everywhere:
        if web or any(each.port == _BACK_END for each in bindings):
            text = (
                "No binding of port 443 at all addresses is shown with its certificate, so nothing follows for "
                "clients. "
                "Port 444 is Exchange's back end, which shows them nothing."
            )
            notes.append(ReadingNote("no-web-binding", text, provenance))
        return [], notes
    place = evidence_text.provenance(what, everywhere[0].line + 1)
    sure = len(hashes) == 1 and not partial
    quote = "" if sure else f"{everywhere[0].address or '*'}:443 {everywhere[0].hash}"
    if not sure:
        text = "The list may go on, or another binding of 443 has another certificate: this has to be confirmed."
        notes.append(ReadingNote("several-bindings", text, place))
    sighting = Sighting(bindings[0].line + 1, 0)
    rank = Rank.MACHINE_OUTPUT if sure else Rank.PROPOSED
    value = everywhere[0].hash or ""
    return [Observation("certificate.thumbprint", value, place, rank, sighting=sighting, quote=quote)], notes


def _note(provenance: Provenance, bindings: list[_Binding]) -> ReadingNote:
    shown = tuple(
        f"{each.host or each.address or '*'}:{each.port} {each.hash or 'certificate not shown'}"
        for each in bindings[:100]
    )
    return ReadingNote("web-bindings", f"Bound: {'; '.join(shown[:8])}.", provenance, details={"bindings": shown})


READER: Final = Reader(
    name="web-bindings",
    reads="netsh http show sslcert, Get-WebBinding and IIS's applicationHost.config",
    read=read_bindings,
)
