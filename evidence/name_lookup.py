"""Reads what nslookup, Resolve-DnsName and a zone's records say, as notes and proposals.

Who asked, from inside or outside, and whether the answer still holds, such a text does not say: so an answer settles
nothing. But the names in it belong to the DNS, and to no warning and no server.
"""

from __future__ import annotations

import re
from typing import Final

from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.hosts import is_dns_name
from evidence.limits import MAX_PARSED_LINE, MAX_PROPOSALS
from evidence.model import Observation, Provenance, Rank, ReadingNote

_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?\.?"
_NSLOOKUP: Final = re.compile(
    r"(?:>|[A-Za-z]:\\[^>]{0,200}>|PS [^>]{0,200}>|\$|#)?\s{0,8}nslookup\b(.{0,300})", re.IGNORECASE
)
_SERVER: Final = re.compile(
    r"[\s>]{0,16}(?:Standardserver|Default Server|Server|Serveur|Servidor|Serwer)\s?:\s+(\S{1,253})\s*", re.IGNORECASE
)
_LABEL: Final = re.compile(
    r"[\s>]{0,16}(Name|Nom|Nombre|Nome|Nazwa|Address(?:es)?|Adresse[ns]?|Alias(?:es)?|Adres)\s?:\s+(\S{1,300})\s*",
    re.IGNORECASE,
)
_ANSWER: Final = re.compile(
    r"[\s>]{0,16}(?:Non-authoritative answer|Nicht autorisierende Antwort|R\u00e9ponse ne faisant pas "
    r"autorit\u00e9)\b.*",
    re.IGNORECASE,
)
_NOT_FOUND: Final = re.compile(
    rf"\*\*\*\s.{{1,120}}?({_NAME})\s*:\s*(?:Non-existent domain|No response|Server failed)|\*\*\* .{{0,80}}can't "
    rf"find ({_NAME}):",
    re.IGNORECASE,
)
_SRV_HOST: Final = re.compile(r"[\s>]{0,40}svr hostname\s{0,20}=\s?(\S{1,253})\s*", re.IGNORECASE)
_SRV_NAME: Final = re.compile(r"[\s>]{0,40}(_autodiscover\._tcp\.\S{1,230})\s+SRV service location:?\s*", re.IGNORECASE)
_RECORD: Final = re.compile(
    rf"[\s>]{{0,16}}({_NAME})[\s]+(?:\d{{1,9}}\s+)?(?:IN\s+)?(A|AAAA|CNAME|SRV|MX|NS|"
    rf"TXT)\s+(?:\d{{1,9}}\s+)?(\S.{{0,300}})",
    re.IGNORECASE,
)
_ZONE: Final = re.compile(r"[\s>]{0,16};.*|[\s>]{0,16}\$(?:ORIGIN|TTL)\b.*")
_RESOLVE: Final = re.compile(r"\bResolve-DnsName\b.{0,300}", re.IGNORECASE)
_RESOLVED: Final = re.compile(
    rf"[\s>]{{0,16}}({_NAME})\s+(A|AAAA|CNAME|SRV)\s+\d{{1,9}}\s+(?:Answer|Authority|"
    rf"Additional)\s+(\S{{1,300}})(?:\s.*)?"
)
_RESOLVED_HEADING: Final = re.compile(r"[\s>]{0,16}Name\s+Type\s+TTL\s+Section\s+.*|[\s>]{0,16}-{3,}(?:\s+-{2,})+\s*")
_PROPERTY: Final = re.compile(
    r"[\s>]{0,16}(?:Name|QueryType|Type|TTL|Section|NameHost|NameTarget|IP4Address|IP6Address|IPAddress|Priority|"
    r"Weight|Port|PrimaryServer|Strings)\s{0,20}:.*"
)
_MOST_ANSWERS: Final = 100


def read_lookups(evidence_text: EvidenceText) -> Reading | None:
    """Read answers of the DNS in whatever form they were printed."""
    lines = evidence_text.lines
    answers: dict[str, int] = {}
    observations: list[Observation] = []
    claimed: list[range] = []
    notes: list[ReadingNote] = []
    name: str | None = None
    asked = service = None
    session = 0
    for index, whole in enumerate(lines):
        line = whole[:MAX_PARSED_LINE]
        if not line.strip():
            continue
        place = evidence_text.provenance("a name lookup", index + 1)
        if "nslookup" in line.lower() and (match := _NSLOOKUP.match(line)):
            session, asked = index + 200, match[1].strip() or None
        elif _RESOLVE.search(line):
            session = index + 200
        elif (match := _RESOLVED.fullmatch(line)) or ((match := _RECORD.fullmatch(line)) and _is_record(match)):
            _add(answers, f"{match[1].rstrip('.')} {match[2].upper()} {match[3].strip()}", index)
            if match[2].upper() == "SRV" and match[1].lower().startswith("_autodiscover._tcp."):
                observations += _service(match[3], place, line)
        elif match := _NOT_FOUND.search(line):
            _add(answers, f"{(match[1] or match[2]).rstrip('.')} was not found", index)
        elif match := _SRV_NAME.fullmatch(line):
            service = match[1].rstrip(".")
        elif service and (match := _SRV_HOST.fullmatch(line)):
            _add(answers, f"{service} SRV {match[1].rstrip('.')}", index)
            observations += _service(match[1], place, f"{service} SRV {match[1]}")
        elif index < session and _SERVER.fullmatch(line):
            name = None
        elif index < session and (match := _LABEL.fullmatch(line)):
            if match[1].lower() in ("name", "nom", "nombre", "nome", "nazwa"):
                name = match[2]
            elif name is not None:
                alias = match[1].lower().startswith("alias")
                _add(answers, f"{match[2]} is another name of {name}" if alias else f"{name} is at {match[2]}", index)
        elif not (
            (index < session and (_ANSWER.match(line) or line.lstrip().startswith(">") or _PROPERTY.fullmatch(line)))
            or _RESOLVED_HEADING.fullmatch(line)
            or (
                answers
                and index - max(answers.values()) < 12
                and re.match(r"\s{4,40}(?:priority|weight|port|internet address)", line)
            )
            or (_ZONE.fullmatch(line) and _records_follow(lines, index))
        ):
            continue
        claimed.append(range(index, index + 1))
    if not answers:
        return None
    shown = tuple(answers)[:_MOST_ANSWERS]
    text = f"The DNS said: {'; '.join(shown[:8])}. Whether that was asked inside or outside does not stand there."
    provenance = evidence_text.provenance("a name lookup", min(answers.values()) + 1)
    notes.append(ReadingNote("dns-answers", text, provenance, details={"answers": shown, "asked": asked or ""}))
    return Reading(tuple(observations[:MAX_PROPOSALS]), tuple(notes), tuple(claimed))


def _add(answers: dict[str, int], answer: str, index: int) -> None:
    if len(answers) < _MOST_ANSWERS:
        answers.setdefault(answer[:400], index)


def _is_record(match: re.Match[str]) -> bool:
    """Tell a record of a zone from a sentence with a capital A in it."""
    value = match[3].strip()
    if match[2].upper() in ("A", "AAAA"):
        return re.fullmatch(r"[0-9A-Fa-fxX.:*]{3,45}", value) is not None and ("." in match[1] or match[1] == "@")
    if match[2].upper() == "SRV":
        return re.fullmatch(r"\d{1,5}\s+\d{1,5}\s+\d{1,5}\s+\S{1,253}|\d{1,5}\s+\d{1,5}\s+\S{1,253}", value) is not None
    return match[2].isupper() and "." in match[1] and " " not in value


def _records_follow(lines: tuple[str, ...], index: int) -> bool:
    return any(
        (match := _RECORD.fullmatch(line[:MAX_PARSED_LINE])) and _is_record(match)
        for line in lines[index + 1 : index + 4]
    )


def _service(value: str, place: Provenance, quote: str) -> list[Observation]:
    """Propose where the service record leads: for which domain, and seen from where, is for a person to say."""
    target = value.split()[-1].rstrip(".").lower() if value.split() else ""
    if not is_dns_name(target):
        return []
    return [Observation("dns.srv_target", target, place, Rank.PROPOSED, quote=" ".join(quote.split())[:200])]


READER: Final = Reader(
    name="name-lookup",
    reads="answers of nslookup and Resolve-DnsName, and records of a DNS zone",
    read=read_lookups,
)
