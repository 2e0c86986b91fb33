"""Reads the answer of the Autodiscover service (POX): the URLs that it hands out to Outlook.

Elements after [MS-OXDSCLI] and learn.microsoft.com/exchange/client-developer/web-service-reference (POX); the
namespaces begin with `http://` on the wire and with `https://` in some documentation, so they are not looked at.
"""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

from evidence.document import Document, Reader, Reading
from evidence.errors import EvidenceError
from evidence.exchange_version import build_of_server_version
from evidence.hosts import clean_url
from evidence.model import Certainty, Detail, Finding, Note, Rank, Source
from evidence.safe_xml import child_text, children, fragments, local_name, parse

_INTERNAL: Final = "EXCH"
_EXTERNAL: Final = "EXPR"
_WEB: Final = "WEB"
_UM_OF_WEB_SERVICES: Final = "/ews/um2007legacy.asmx"
"""From Exchange 2010 on, the Web Services URL serves unified messaging, and the answer says so in this way."""


def read_autodiscover(document: Document) -> Reading | None:
    """Read every Autodiscover answer of the input; the EXCH section gives the internal URLs, the others notes."""
    findings: list[Finding] = []
    notes: list[Note] = []
    problems: list[EvidenceError] = []
    found = fragments(document, "Autodiscover")
    for fragment in found:
        source = document.source("Autodiscover answer", fragment.lines.start + 1)
        try:
            root = parse(fragment, name=document.name)
        except EvidenceError as error:
            problems.append(error)
            continue
        protocols = [element for element in root.iter() if local_name(element) == "Protocol"]
        if not protocols:
            notes.append(_without_settings(root, source))
        for protocol in protocols:
            some_findings, some_notes = _protocol(protocol, source)
            findings += some_findings
            notes += some_notes
    if not found:
        return None
    return Reading(tuple(findings), tuple(notes), tuple(fragment.lines for fragment in found), tuple(problems))


def protocol_findings(kind: str, urls: dict[str, str], source: Source) -> tuple[list[Finding], list[Note]]:
    """Return what one section of an answer says.

    Args:
        kind: `EXCH` (inside), `EXPR` (Outlook Anywhere) or `WEB`.
        urls: the values by the POX element's name: `ASUrl`, `EwsUrl`, `OABUrl`, `UMUrl`, `EcpUrl`.
        source: where the section stands.
    """
    findings: list[Finding] = []
    notes: list[Note] = []
    if kind != _INTERNAL:
        details: dict[str, Detail] = {name: value for name, value in urls.items() if value}
        if details:
            text = (
                f"The {kind} section holds the URLs for {_PLACES.get(kind, 'another protocol')}; "
                "inside the network, those of the EXCH section count."
            )
            notes.append(Note("autodiscover-section", text, source, details=details))
        return findings, notes
    um = urls.get("UMUrl", "")
    if um.lower().rstrip("/").endswith(_UM_OF_WEB_SERVICES):
        text = "The Web Services URL serves unified messaging, so the mailbox server is Exchange 2010 or later."
        notes.append(Note("um-served-by-web-services", text, source, details={"url": um}))
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
            findings.append(Finding(fact, url, source, Rank.MACHINE_OUTPUT))
        elif text:
            remark = f"The answer holds something that is no http(s) URL for {fact}: {text[:120]!r}."
            notes.append(Note("unusable-url", remark, source, details={"fact": fact, "text": text[:512]}))
    return findings, notes


_PLACES: Final = {_EXTERNAL: "Outlook Anywhere", _WEB: "Outlook on the web"}


def _protocol(protocol: Element, source: Source) -> tuple[list[Finding], list[Note]]:
    kind = (child_text(protocol, "Type") or protocol.get("Type", "")).strip()
    if kind.lower() == "mapihttp":
        return _mapi_over_http(protocol, source)
    names = ("ASUrl", "EwsUrl", "OABUrl", "UMUrl", "EcpUrl", "OOFUrl")
    findings, notes = protocol_findings(
        kind.upper(),
        {name: child_text(protocol, name) for name in names if child_text(protocol, name)},
        source,
    )
    if kind.upper() in (_INTERNAL, _EXTERNAL):
        notes += _principal_name(protocol, kind.upper(), source)
    if kind.upper() == _INTERNAL:
        found, remarks = _mailbox_server(protocol, source)
        findings += found
        notes += remarks
    if kind.upper() == _WEB:
        notes += _web(protocol, source)
    return findings, notes


def _mailbox_server(protocol: Element, source: Source) -> tuple[list[Finding], list[Note]]:
    """Take the version of the mailbox's server. Its name is no fact here: the Client Access server is another role."""
    text = child_text(protocol, "ServerVersion")
    build = build_of_server_version(text)
    server = child_text(protocol, "Server")
    details: dict[str, Detail] = {
        "server": server,
        "server_version": text,
        "build": str(build) if build else "",
    }
    remark = f"The mailbox is on {server or 'a server without a name'}, build {build or 'unknown'}."
    note = Note("mailbox-server", remark, source, details=details)
    if build is None or build.version is None:
        return [], [note]
    return [Finding("exchange.version", build.version, source, Rank.MACHINE_OUTPUT)], [note]


def _principal_name(protocol: Element, kind: str, source: Source) -> list[Note]:
    """Keep `CertPrincipalName`: missing means `msstd:<Server>`, `none` leaves the check to Windows (POX reference)."""
    name = child_text(protocol, "CertPrincipalName")
    if not name:
        return []
    text = f"In the {kind} section, the name that the certificate must carry is set to {name}."
    return [Note("certificate-principal-name", text, source, details={"section": kind, "name": name})]


def _web(protocol: Element, source: Source) -> list[Note]:
    urls = tuple(
        (element.text or "").strip()
        for element in protocol.iter()
        if local_name(element) == "OWAUrl" and (element.text or "").strip()
    )
    if not urls:
        return []
    text = f"Outlook on the web is offered at {len(urls)} URL{'s' if len(urls) > 1 else ''}."
    return [Note("web-urls", text, source, details={"urls": urls[:100]})]


def _mapi_over_http(protocol: Element, source: Source) -> tuple[list[Finding], list[Note]]:
    for store in children(protocol, "MailStore"):
        url = clean_url(child_text(store, "InternalUrl"))
        if url is not None:
            # The answer points at one mailbox's endpoint within the virtual directory, /mapi/emsmdb/?MailboxId=….
            directory = url[: url.lower().find("/emsmdb")] if "/emsmdb" in url.lower() else url
            return [Finding("endpoints.mapi.url", directory, source, Rank.MACHINE_OUTPUT, None, Certainty.LIKELY)], []
    return [], []


def _without_guid(url: str) -> str:
    """Cut the address book's own directory off: `…/OAB/<GUID>/` belongs to the virtual directory `…/OAB`."""
    head, separator, tail = url.rstrip("/").rpartition("/")
    return head if separator and len(tail) == 36 and tail.count("-") == 4 else url


def _without_settings(root: Element, source: Source) -> Note:
    for element in root.iter():
        if local_name(element) in ("RedirectAddr", "RedirectUrl") and element.text:
            text = f"The answer redirects to {element.text.strip()[:200]}."
            return Note("autodiscover-redirect", text, source, details={"to": element.text.strip()[:512]})
        if local_name(element) == "ErrorCode":
            text = f"The answer is error {(element.text or '').strip()[:20]}, without settings."
            return Note("autodiscover-error", text, source, details={"code": (element.text or "").strip()[:20]})
    return Note("autodiscover-empty", "The answer holds no settings.", source)


READER: Final = Reader(
    name="autodiscover-pox",
    reads="Autodiscover answers (XML)",
    read=read_autodiscover,
)
