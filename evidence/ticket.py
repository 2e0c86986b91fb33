"""Reads plain words: what a ticket or a mail mentions is proposed, never asserted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.exchange_version import build_in
from evidence.hosts import clean_url, host_of, is_dns_name
from evidence.limits import MAX_PARSED_LINE, MAX_PROPOSALS
from evidence.model import Observation, Rank, ReadingNote
from evidence.output_kind import first_path_part
from kb.values import Value

_URL: Final = re.compile(r"https?://[^\s<>\"'`\u00ab\u00bb\u201c\u201d\u2019(){}\[\]]{1,2000}", re.IGNORECASE)
_HOST: Final = re.compile(
    r"(?<![\w.@/\\-])((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,10}[A-Za-z]{2,24})(?![\w@\\-]|\.\w)"
)
_PRODUCT: Final = re.compile(
    r"\b(Exchange|Outlook)(?:[\s-]{1,3}(?:Server|for|Microsoft|Office|Windows|version)){0,3}[\s-]{1,3}"
    r"(2003|2007|2010|2013|2016|2019|2021|365|SE\b|Online\b|Subscription Edition)",
    re.IGNORECASE,
)
_OFFICE_365: Final = re.compile(r"\b(?:Office|Microsoft) ?365\b|\bO365\b|\bM365\b", re.IGNORECASE)
_BUILD: Final = re.compile(
    r"(?<![\d.])(?:8|14|15)\.\d{1,2}(?:\.\d{1,5}(?:\.\d{1,5})?| \(Build \d{1,5}\.\d{1,5}\))(?![\d.])"
)
_ABOUT_EXCHANGE: Final = re.compile(r"exchange|server|build", re.IGNORECASE)
_ABOUT_ALERT: Final = re.compile(
    r"warn|alert|pop-?up|prompt|certificate|zertifikat|certificat|certifikat|tan\u00fas\u00edtv",
    re.IGNORECASE,
)
_CERTIFICATE_FOR: Final = re.compile(
    r"\bcertificate (?:(?:is|was) )?(?:issued |made out |named )?(?:for |to |of )?$", re.IGNORECASE
)
_FILE_ENDINGS: Final = frozenset(
    {
        "xml", "asmx", "aspx", "exe", "dll", "txt", "log", "ps1", "pst", "ost", "png", "jpg", "jpeg", "gif",
        "docx", "doc", "xlsx", "pdf", "zip", "msg", "eml", "html", "htm", "cer", "crt", "pem", "pfx",
        "json", "csv", "evtx", "svc", "msi", "bat", "cmd", "config", "ini", "md", "yaml", "reg"
    }
)  # fmt: skip
"""What looks like the last label of a host name and is the end of a file's name."""
_BY_PATH: Final = {
    "autodiscover": "endpoints.autodiscover.url",
    "ews": "endpoints.ews.url",
    "oab": "endpoints.oab.url",
    "unifiedmessaging": "endpoints.um.url",
    "mapi": "endpoints.mapi.url",
    "ecp": "endpoints.ecp.url",
}
_EXCHANGE: Final = {"subscription edition": "se"}
_Propose = Callable[[str, str, int], None]
"""Takes a fact, its value, and the index of the line."""


def read_ticket(evidence_text: EvidenceText) -> Reading | None:
    """Propose what the words that no other reader has claimed mention, each value once."""
    proposals: dict[tuple[str, Value], Observation] = {}
    mentioned: dict[str, int] = {}
    claimed: list[range] = []

    def propose(fact: str, value: str, index: int) -> None:
        provenance = evidence_text.provenance("plain words", index + 1)
        quote = " ".join(evidence_text.lines[index][:200].split())
        observation = Observation(fact, value, provenance, Rank.PROPOSED, quote=quote)
        proposals.setdefault((fact, value.lower()), observation)

    for index, whole in enumerate(evidence_text.lines):
        line = whole[:MAX_PARSED_LINE]
        if not line.strip():
            continue
        if len(proposals) >= MAX_PROPOSALS:
            break
        before = len(proposals) + len(mentioned)
        _products(line, index, propose)
        _urls(line, index, propose, mentioned)
        _hosts(line, index, propose, mentioned)
        if len(proposals) + len(mentioned) > before:
            claimed.append(range(index, index + 1))
    if not proposals and not mentioned:
        return None
    notes: list[ReadingNote] = []
    taken = {str(value) for _, value in proposals}
    hosts = {host: line for host, line in mentioned.items() if host not in taken}
    if hosts:
        shown = tuple(hosts)[:MAX_PROPOSALS]
        provenance = evidence_text.provenance("plain words", min(hosts.values()) + 1)
        notes.append(
            ReadingNote(
                "hosts-mentioned",
                f"Also mentioned: {', '.join(shown[:10])}.",
                provenance,
                details={"hosts": shown},
            )
        )
    return Reading(tuple(proposals.values())[:MAX_PROPOSALS], tuple(notes), tuple(claimed))


def _products(line: str, index: int, propose: _Propose) -> None:
    for match in _PRODUCT.finditer(line):
        product, version = match[1].lower(), match[2].lower()
        version = _EXCHANGE.get(version, version)
        if product == "outlook":
            if version.isdecimal():
                propose("client.outlook_version", version, index)
        elif version in ("2007", "2010", "2013", "2016", "2019", "se", "online"):
            propose("exchange.version", version, index)
        elif version == "2003":
            propose("exchange.version", "other", index)
    if "outlook" in line.lower() and _OFFICE_365.search(line):
        propose("client.outlook_version", "365", index)
    if _ABOUT_EXCHANGE.search(line):
        for match in _BUILD.finditer(line):
            build = build_in(match[0])
            if build is not None and build.version is not None:
                propose("exchange.version", build.version, index)


def _urls(line: str, index: int, propose: _Propose, mentioned: dict[str, int]) -> None:
    for match in _URL.finditer(line):
        url = clean_url(match[0].rstrip(".,;:!?"))
        host = host_of(url) if url is not None else None
        if url is None or host is None:
            continue
        fact = _BY_PATH.get(first_path_part(url))
        if fact is not None:
            propose(fact, url, index)
        elif len(mentioned) < MAX_PROPOSALS:
            mentioned.setdefault(host, index)


def _hosts(line: str, index: int, propose: _Propose, mentioned: dict[str, int]) -> None:
    rest = _URL.sub(lambda match: " " * len(match[0]), line)
    about_alert = _ABOUT_ALERT.search(line) is not None
    for match in _HOST.finditer(rest):
        host = match[1].lower()
        if host.rpartition(".")[2] in _FILE_ENDINGS or not is_dns_name(host):
            continue
        if _CERTIFICATE_FOR.search(rest[max(0, match.start() - 60) : match.start()]):
            propose("certificate.common_name", host, index)
        elif about_alert:
            propose("alert.host", host, index)
        elif len(mentioned) < MAX_PROPOSALS:
            mentioned.setdefault(host, index)


READER: Final = Reader(
    name="ticket",
    reads="plain words that mention hosts, URLs, products or build numbers",
    read=read_ticket,
)
