"""Reads the answer of the Autodiscover service (POX): the URLs that it hands out to Outlook.

Elements after [MS-OXDSCLI] and learn.microsoft.com/exchange/client-developer/web-service-reference (POX); the
namespaces begin with `http://` on the wire and with `https://` in some documentation, so they are not looked at.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element

from evidence.errors import EvidenceError
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.hosts import clean_url, is_dns_name
from evidence.model import Detail, Observation, Provenance, Rank, ReadingNote
from evidence.safe_xml import child_text, children, fragments, local_name, parse

_INTERNAL: Final = "EXCH"
_EXTERNAL: Final = "EXPR"
_WEB: Final = "WEB"
_UM_OF_WEB_SERVICES: Final = "/ews/um2007legacy.asmx"
"""From Exchange 2010 on, the Web Services URL serves unified messaging, and the answer says so in this way."""


def read_autodiscover(evidence_text: EvidenceText) -> Reading | None:
    """Read every Autodiscover answer of the input; the EXCH section gives the internal URLs, the others notes."""
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    problems: list[EvidenceError] = []
    found = fragments(evidence_text, "Autodiscover")
    for fragment in found:
        provenance = evidence_text.provenance("Autodiscover answer", fragment.lines.start + 1)
        try:
            root = parse(fragment, name=evidence_text.name)
        except EvidenceError as error:
            problems.append(error)
            continue
        protocols = [element for element in root.iter() if local_name(element) == "Protocol"]
        if not protocols:
            notes.append(_without_settings(root, provenance))
        for protocol in protocols:
            some_observations, some_notes = _protocol(protocol, provenance)
            observations += some_observations
            notes += some_notes
    if not found:
        return None
    return Reading(tuple(observations), tuple(notes), tuple(fragment.lines for fragment in found), tuple(problems))


def protocol_observations(
    kind: str, urls: dict[str, str], provenance: Provenance
) -> tuple[list[Observation], list[ReadingNote]]:
    """Return what one section of an answer says.

    Args:
        kind: `EXCH` (inside), `EXPR` (Outlook Anywhere) or `WEB`.
        urls: the values by the POX element's name: `ASUrl`, `EwsUrl`, `OABUrl`, `UMUrl`, `EcpUrl`.
        provenance: where the section stands.
    """
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    if kind != _INTERNAL:
        details: dict[str, Detail] = {name: value for name, value in urls.items() if value}
        if kind == _EXTERNAL:
            observations += _external(urls, provenance)
        if details:
            text = (
                f"The {kind} section holds the URLs for {_PLACES.get(kind, 'another protocol')}; "
                "inside the network, those of the EXCH section count."
            )
            notes.append(ReadingNote("autodiscover-section", text, provenance, details=details))
        return observations, notes
    um = urls.get("UMUrl", "")
    if um.lower().rstrip("/").endswith(_UM_OF_WEB_SERVICES):
        text = "The Web Services URL serves unified messaging, so the mailbox server is Exchange 2010 or later."
        notes.append(ReadingNote("um-served-by-web-services", text, provenance, details={"url": um}))
        um = ""
    wanted = {
        "endpoints.ews.url": urls.get("EwsUrl") or urls.get("ASUrl") or "",
        "endpoints.oab.url": _without_guid(urls.get("OABUrl", "")),
        "endpoints.um.url": um,
        "endpoints.ecp.url": urls.get("EcpUrl", ""),
    }
    for fact, text in wanted.items():
        url = clean_url(text)
        if url is not None:
            observations.append(Observation(fact, url, provenance, Rank.MACHINE_OUTPUT))
        elif text:
            remark = f"The answer holds something that is no http(s) URL for {fact}: {text[:120]!r}."
            notes.append(ReadingNote("unusable-url", remark, provenance, details={"fact": fact, "text": text[:512]}))
    return observations, notes


def _external(urls: dict[str, str], provenance: Provenance) -> list[Observation]:
    """Take what is handed out to clients outside: the external URLs, and the host of Outlook Anywhere."""
    um = urls.get("UMUrl", "")
    wanted = {
        "endpoints.ews.external_url": urls.get("EwsUrl") or urls.get("ASUrl") or "",
        "endpoints.oab.external_url": _without_guid(urls.get("OABUrl", "")),
        "endpoints.um.external_url": "" if um.lower().rstrip("/").endswith(_UM_OF_WEB_SERVICES) else um,
        "endpoints.ecp.external_url": urls.get("EcpUrl", ""),
    }
    found = [
        Observation(fact, url, provenance, Rank.MACHINE_OUTPUT)
        for fact, text in wanted.items()
        if (url := clean_url(text)) is not None
    ]
    host = urls.get("Server", "").strip()
    if is_dns_name(host):
        found.append(Observation("endpoints.outlook_anywhere.external_host", host, provenance, Rank.MACHINE_OUTPUT))
    return found


_PLACES: Final = {_EXTERNAL: "Outlook Anywhere", _WEB: "Outlook on the web"}


def _protocol(protocol: Element, provenance: Provenance) -> tuple[list[Observation], list[ReadingNote]]:
    kind = (child_text(protocol, "Type") or protocol.get("Type", "")).strip()
    if kind.lower() == "mapihttp":
        return _mapi_over_http(protocol, provenance)
    names: tuple[str, ...] = ("ASUrl", "EwsUrl", "OABUrl", "UMUrl", "EcpUrl", "OOFUrl")
    if kind.upper() == _EXTERNAL:
        names = (*names, "Server")
    observations, notes = protocol_observations(
        kind.upper(),
        {name: child_text(protocol, name) for name in names if child_text(protocol, name)},
        provenance,
    )
    if kind.upper() in (_INTERNAL, _EXTERNAL):
        notes += _principal_name(protocol, kind.upper(), provenance)
    if kind.upper() == _INTERNAL:
        found, remarks = _mailbox_server(protocol, provenance)
        observations += found
        notes += remarks
    if kind.upper() == _WEB:
        notes += _web(protocol, provenance)
    return observations, notes


def _mailbox_server(protocol: Element, provenance: Provenance) -> tuple[list[Observation], list[ReadingNote]]:
    """Take the version of the mailbox's server. Its name is no fact here: the Client Access server is another role."""
    text = child_text(protocol, "ServerVersion")
    build = build_of(text)
    server = child_text(protocol, "Server")
    details: dict[str, Detail] = {
        "server": server,
        "server_version": text,
        "build": build or "",
    }
    remark = f"The mailbox is on {server or 'a server without a name'}, build {build or 'unknown'}."
    note = ReadingNote("mailbox-server", remark, provenance, details=details)
    if build is None:
        return [], [note]
    return [Observation("exchange.version", build, provenance, Rank.MACHINE_OUTPUT)], [note]


def build_of(server_version: str) -> str | None:
    """Decode `ServerVersion`, eight hexadecimal digits such as `738180DA` (14.1.218).

    From the top, after four bits of the format: six bits of major version, six of minor version, one flag, fifteen
    of build. Source: ServerVersion (POX), learn.microsoft.com/exchange/client-developer/web-service-reference.
    """
    if re.fullmatch(r"[0-9A-Fa-f]{8}", server_version.strip()) is None:
        return None
    number = int(server_version.strip(), 16)
    return f"{number >> 22 & 0x3F}.{number >> 16 & 0x3F}.{number & 0x7FFF}"


def _principal_name(protocol: Element, kind: str, provenance: Provenance) -> list[ReadingNote]:
    """Keep `CertPrincipalName`: missing means `msstd:<Server>`, `none` leaves the check to Windows (POX reference)."""
    name = child_text(protocol, "CertPrincipalName")
    if not name:
        return []
    text = f"In the {kind} section, the name that the certificate must carry is set to {name}."
    return [ReadingNote("certificate-principal-name", text, provenance, details={"section": kind, "name": name})]


def _web(protocol: Element, provenance: Provenance) -> list[ReadingNote]:
    urls = tuple(
        (element.text or "").strip()
        for element in protocol.iter()
        if local_name(element) == "OWAUrl" and (element.text or "").strip()
    )
    if not urls:
        return []
    text = f"Outlook on the web is offered at {len(urls)} URL{'s' if len(urls) > 1 else ''}."
    return [ReadingNote("web-urls", text, provenance, details={"urls": urls[:100]})]


def _mapi_over_http(protocol: Element, provenance: Provenance) -> tuple[list[Observation], list[ReadingNote]]:
    for store in children(protocol, "MailStore"):
        url = clean_url(child_text(store, "InternalUrl"))
        if url is not None:
            # The answer points at one mailbox's endpoint within the virtual directory, /mapi/emsmdb/?MailboxId=….
            directory = url[: url.lower().find("/emsmdb")] if "/emsmdb" in url.lower() else url
            return [Observation("endpoints.mapi.url", directory, provenance, Rank.PROPOSED)], []
    return [], []


def _without_guid(url: str) -> str:
    """Cut the address book's own directory off: `…/OAB/<GUID>/` belongs to the virtual directory `…/OAB`."""
    head, separator, tail = url.rstrip("/").rpartition("/")
    return head if separator and len(tail) == 36 and tail.count("-") == 4 else url


def _without_settings(root: Element, provenance: Provenance) -> ReadingNote:
    for element in root.iter():
        if local_name(element) in ("RedirectAddr", "RedirectUrl") and element.text:
            text = f"The answer redirects to {element.text.strip()[:200]}."
            return ReadingNote("autodiscover-redirect", text, provenance, details={"to": element.text.strip()[:512]})
        if local_name(element) == "ErrorCode":
            text = f"The answer is error {(element.text or '').strip()[:20]}, without settings."
            return ReadingNote(
                "autodiscover-error", text, provenance, details={"code": (element.text or "").strip()[:20]}
            )
    return ReadingNote("autodiscover-empty", "The answer holds no settings.", provenance)


READER: Final = Reader(
    name="autodiscover-pox",
    reads="Autodiscover answers (XML)",
    read=read_autodiscover,
)
