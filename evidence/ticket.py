"""Reads plain words: what a ticket or a mail tells is proposed with the words that it rests on, never asserted.

Only what a clause says of something is proposed for it. What merely stands near (a host in a line about certificates, a
version that somebody plans to go to, a place where all is well) is mentioned at most.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.hosts import clean_url, host_of, is_dns_name, is_host_name
from evidence.limits import MAX_PARSED_LINE, MAX_PROPOSALS
from evidence.model import Observation, Rank, ReadingNote
from evidence.output_kind import first_path_part
from evidence.ticket_wordings import (
    A_PERSONS_TITLE,
    ABOUT_EXCHANGE,
    ABOUT_IT,
    AFFECTED,
    ALL_BUT,
    ALL_IS_WELL,
    BUILD,
    CERTIFICATE,
    CERTIFICATE_FOR,
    CHANGES,
    CHECKS,
    CLAUSE_END,
    CLAUSE_OF_URL_ENDS,
    CODE,
    DOMAIN_NO,
    DOMAIN_YES,
    EXCHANGE,
    EXTERNAL_URL,
    FEW_WORDS,
    FILE_ENDINGS,
    FROM,
    FROM_HERE,
    GET_IT,
    GONE_AFTER,
    GONE_BEFORE,
    HEADER,
    HOST,
    HOST_OF_ALERT,
    IN_THE_TITLE,
    INSIDE,
    INTERNAL_URL,
    KINDS,
    LONG_AGO,
    MAIL,
    MAIL_HEADER,
    MAIL_OF,
    MORE_VERSIONS,
    NAME_LIKE,
    NAMED_FAULTS,
    NEGATED,
    NO_SERVER,
    NO_WARNING,
    NOT_DONE,
    NOT_IN_USE,
    OF_A_PERSON,
    OF_A_TEXT,
    OF_ANOTHER_MAILBOX,
    OF_OTHERS,
    OF_THE_PAST,
    OF_THE_SERVER,
    OF_THEM,
    OFF_VPN,
    OFFICE_365,
    ON_VPN,
    ONE_OR_THE_OTHER,
    ONLY_LEADS_TO,
    ONLY_USED,
    OTHER_DEVICE,
    OTHER_OBJECT,
    OTHER_SERVER,
    OUTLOOK,
    OUTSIDE,
    SERVER_IS,
    SINCE,
    STORED,
    SUPPOSED,
    TO,
    TOLD_TO,
    URL,
    WARNS,
    WAS_ONCE,
)
from kb.model import Fact
from kb.outputs import Outputs
from kb.values import FactType, Value, ValueRefused, read_value

_ByPath = dict[str, tuple[str | None, str | None]]
_Propose = Callable[[str, Value, str, int], None]
"""Takes a fact, its value, the words that it rests on, and the index of the line."""


_MANY: Final = frozenset({"alert.host", "alert.since", "change.recent"})
"""Facts of which a text can tell several values that are all so."""
_HEDGED: Final = re.compile(
    r"\W{1,3}(?:i'm |i am )?(?:not sure|unsure|i (?:think|guess|believe)|or\b|oder\b|nicht sicher)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A part of a sentence, with what it says of itself."""

    text: str
    index: int
    asked: bool
    """Whether it ends with a question mark."""
    rest: str = ""
    """What stands behind it in its line."""

    @property
    def supposed(self) -> bool:
        return self.asked or _HEDGED.match(self.rest) is not None or SUPPOSED.search(self.text) is not None

    @property
    def negated(self) -> bool:
        return NEGATED.search(self.text) is not None

    @property
    def all_is_well(self) -> bool:
        return ALL_IS_WELL.search(self.text) is not None


def read_ticket(evidence_text: EvidenceText) -> Reading | None:
    """Propose what the words that no other reader has claimed tell, each value once."""
    proposals: dict[tuple[str, str], Observation] = {}
    mentioned: dict[str, int] = {}
    claimed: list[range] = []
    by_path = _by_path(evidence_text.knowledge.outputs)

    def propose(fact: str, value: Value, quote: str, index: int) -> None:
        declared = evidence_text.knowledge.facts.get(fact)
        if declared is None or not _can_be(value, declared):
            return
        provenance = evidence_text.provenance("plain words", index + 1)
        observation = Observation(fact, value, provenance, Rank.PROPOSED, quote=" ".join(quote.split())[:200])
        proposals.setdefault((fact, str(value).lower()), observation)

    for index, whole in enumerate(evidence_text.lines):
        line = whole[:MAX_PARSED_LINE]
        if not line.strip():
            continue
        if len(proposals) >= MAX_PROPOSALS:
            break
        before = len(proposals) + len(mentioned)
        if MAIL_HEADER.match(line):
            continue
        for clause in _clauses(line, index):
            _tell(clause, propose)
        _urls(line, index, propose, mentioned, by_path)
        _hosts(line, index, propose, mentioned)
        if len(proposals) + len(mentioned) > before:
            claimed.append(range(index, index + 1))
    notes: list[ReadingNote] = []
    for fact in dict.fromkeys(fact for fact, _ in proposals):
        if fact not in _MANY:
            notes += _drop_both(proposals, evidence_text.knowledge.facts[fact])
    if not proposals and not mentioned and not notes:
        return None
    taken = {str(value.value) for value in proposals.values()}
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
    observations = tuple(proposals.values())[:MAX_PROPOSALS]
    return Reading(observations, tuple(notes), tuple(claimed)) if observations or notes else None


def _can_be(value: Value, declared: Fact) -> bool:
    """Whether the library takes a value for a fact: a build number that fits two versions is none."""
    try:
        read_value(value, declared)
    except ValueRefused:
        return False
    return True


def _drop_both(proposals: dict[tuple[str, str], Observation], declared: Fact) -> list[ReadingNote]:
    """Propose neither where a text tells of both: it compares two, and nothing says which one is meant."""
    keys = [key for key in proposals if key[0] == declared.key]
    values = {read_value(proposals[key].value, declared): proposals[key] for key in keys}
    if len(values) < 2:
        return []
    for key in keys:
        del proposals[key]
    shown = tuple(dict.fromkeys(str(each.value) for each in values.values()))
    if declared.type is FactType.BOOLEAN or len(shown) < 2:
        shown = tuple(dict.fromkeys(each.quote for each in values.values()))
    text = f"For {declared.label} several are told of, and not which one counts: {'; '.join(shown[:4])}."
    first = next(iter(values.values()))
    return [ReadingNote("several-told", text, first.provenance, details={"fact": declared.key, "values": shown})]


def _clauses(line: str, index: int) -> Iterator[_Clause]:
    start = 0
    for match in CLAUSE_END.finditer(line):
        yield _Clause(line[start : match.start()], index, match[0] == "?", line[match.start() : match.start() + 80])
        start = match.end()
    yield _Clause(line[start:], index, False)


def _tell(clause: _Clause, propose: _Propose) -> None:
    if not clause.text.strip() or OF_OTHERS.search(clause.text):
        return
    _products(clause, propose)
    _server(clause, propose)
    if not clause.supposed:
        _client(clause, propose)
        _changes(clause, propose)
        _warning(clause, propose)


def _products(clause: _Clause, propose: _Propose) -> None:
    text, index = clause.text, clause.index
    for match in OUTLOOK.finditer(text):
        if _may_be_ours(clause, match) and not clause.all_is_well:
            propose("client.outlook_version", match[1], text, index)
    if "outlook" in text.lower() and OFFICE_365.search(text) and not clause.supposed:
        propose("client.outlook_version", "365", text, index)
    for match in EXCHANGE.finditer(text):
        if _may_be_ours(clause, match):
            propose("exchange.version", " ".join(match[0].split()), text, index)
    if ABOUT_EXCHANGE.search(text):
        for match in BUILD.finditer(text):
            if _may_be_ours(clause, match):
                propose("exchange.version", match[0], text, index)


def _may_be_ours(clause: _Clause, match: re.Match[str]) -> bool:
    """Tell a product that is in use from one that was, or that somebody plans to have."""
    before, after = clause.text[: match.start()], clause.text[match.end() :]
    if clause.supposed or clause.negated or OF_THE_PAST.search(clause.text):
        return False
    if NOT_IN_USE.search(before) or OF_A_PERSON.search(clause.text):
        return False
    if OF_THEM.search(before) or OF_A_TEXT.search(before) or A_PERSONS_TITLE.match(after):
        return False
    if GONE_BEFORE.search(before) or GONE_AFTER.match(after) or MORE_VERSIONS.match(after or clause.rest):
        return False
    return not (FROM.search(before) and TO.search(after))


def _server(clause: _Clause, propose: _Propose) -> None:
    for match in SERVER_IS.finditer(clause.text):
        name = match[3].rstrip("-.")
        if (
            (match[1] or match[2])
            and NO_SERVER.fullmatch(name) is None
            and NAME_LIKE.fullmatch(name)
            and is_host_name(name)
            and name.rpartition(".")[2].lower() not in FILE_ENDINGS
            and not clause.supposed
            and not clause.negated
            and not OF_THE_PAST.search(clause.text)
            and not OF_THEM.search(clause.text)
            and not OTHER_SERVER.search(clause.text, 0, match.start(2) if match[1] else match.start())
            and not GONE_AFTER.match(clause.text, match.end())
        ):
            propose("exchange.server", name, clause.text, clause.index)


def _client(clause: _Clause, propose: _Propose) -> None:
    text, index = clause.text, clause.index
    if ONE_OR_THE_OTHER.search(text):
        return
    if not clause.all_is_well and not NEGATED.search(OFF_VPN.sub(" ", text)) and not OF_THE_SERVER.search(text):
        if INSIDE.search(text):
            propose("client.location", "internal", text, index)
        if OUTSIDE.search(text):
            propose("client.location", "external", text, index)
    if not clause.all_is_well:
        if OFF_VPN.search(text):
            propose("client.vpn", False, text, index)
        elif ON_VPN.search(text) and not clause.negated:
            propose("client.vpn", True, text, index)
        if DOMAIN_NO.search(text):
            propose("client.domain_joined", False, text, index)
        elif DOMAIN_YES.search(text) and not clause.negated:
            propose("client.domain_joined", True, text, index)
    if not clause.negated and not clause.all_is_well and GET_IT.search(text) and not TOLD_TO.search(text):
        for value, pattern in AFFECTED:
            if pattern.search(text):
                propose("client.affected", value, text, index)
                break
    about_it = ABOUT_IT.search(text) or len(text.split()) <= FEW_WORDS
    if (match := SINCE.search(text)) and not clause.negated and about_it:
        propose("alert.since", match[1], text, index)
    if not HEADER.match(text) and not OF_ANOTHER_MAILBOX.search(text):
        for mail in MAIL.finditer(text):
            if MAIL_OF.search(text[max(0, mail.start() - 60) : mail.start()]):
                propose("client.mail_domain", mail[1].lower(), text, index)


def _changes(clause: _Clause, propose: _Propose) -> None:
    if OF_THE_PAST.search(clause.text) or LONG_AGO.search(clause.text) or NOT_DONE.search(clause.text):
        return
    for value, pattern in CHANGES:
        found = pattern.search(clause.text)
        if found is not None and (value == "none" or not clause.negated):
            if value == "proxy" and CERTIFICATE.search(found[0]):
                continue  # a certificate on it
            of_another = OTHER_OBJECT.search(clause.text) or OTHER_DEVICE.search(clause.text)
            if value in ("new_certificate", "new_server") and of_another:
                continue
            if value == "none" and ALL_BUT.search(clause.text):
                continue
            if value == "migration" and re.search(r"\b(?:database|folder|datenbank)\b", clause.text, re.IGNORECASE):
                continue
            propose("change.recent", value, clause.text, clause.index)


def _warning(clause: _Clause, propose: _Propose) -> None:
    """Propose what a person tells of a warning, in a clause that is about one."""
    text, index = clause.text, clause.index
    if clause.all_is_well:
        return
    for kind, pattern in KINDS:
        if pattern.search(text) and not clause.negated:
            propose("alert.kind", kind, text, index)
            if kind == "proxy_error" and (code := CODE.search(text)):
                propose("alert.code", code[1], text, index)
            break
    if WARNS.search(text) and CERTIFICATE.search(text) and not OTHER_DEVICE.search(text):
        for fact, pattern in CHECKS:
            match = pattern.search(text)
            if match is not None and not NEGATED.search(NAMED_FAULTS.sub(" ", text)):
                propose(fact, "failed", text, index)


def _urls(line: str, index: int, propose: _Propose, mentioned: dict[str, int], by_path: _ByPath) -> None:
    start, clause_before = 0, ""
    for end in (*CLAUSE_OF_URL_ENDS.finditer(line), None):
        clause = line[start:] if end is None else line[start : end.start()]
        asked = end is not None and end[0].strip() == "?"
        for match in URL.finditer(clause):
            url = clean_url(match[0].rstrip(".,;:!?"))
            host = host_of(url) if url is not None else None
            if url is None or host is None:
                continue
            before = clause[max(0, match.start() - 90) : match.start()]
            if len(before.split()) <= ONLY_LEADS_TO and line[:start].rstrip().endswith(","):
                before = f"{clause_before[-90:]} {before}"
            fact = None if _is_another_time(before, clause, asked) else _fact_of(url, before, by_path)
            if fact is not None:
                propose(fact, url, clause[max(0, match.start() - 90) : match.end()], index)
            elif len(mentioned) < MAX_PROPOSALS:
                mentioned.setdefault(host, index)
        clause_before = clause
        start = len(line) if end is None else end.end()


def _is_another_time(before: str, clause: str, asked: bool) -> bool:
    """Tell a URL that was stored before, or that somebody would store, from the one that is there.

    Who changed it from one to another tells of the other; who asks whether to, of the one.
    """
    supposed = asked or SUPPOSED.search(clause) is not None or ALL_IS_WELL.search(clause) is not None
    if FROM_HERE.search(before) and TO.search(clause):
        return not supposed
    return supposed or any(
        pattern.search(before) for pattern in (OF_THE_PAST, WAS_ONCE, NEGATED, ONLY_USED, OF_OTHERS, OTHER_DEVICE)
    )


def _fact_of(url: str, before: str, by_path: _ByPath) -> str | None:
    """Return the fact that the words before a URL speak of, which of inside and outside stands nearer."""
    inside, outside = by_path.get(first_path_part(url), (None, None))
    external, internal, stored = (_last(pattern, before) for pattern in (EXTERNAL_URL, INTERNAL_URL, STORED))
    if external > internal:
        return outside
    # Of what has one URL alone, that it is set somewhere does not say that this is where it counts.
    return inside if internal >= 0 or (stored >= 0 and outside is not None) else None


def _by_path(outputs: Outputs) -> _ByPath:
    """The facts that a URL can be the value of, by the first part of its path: the one for inside and for outside."""
    found: _ByPath = {}
    for output in outputs.outputs:
        if output.usual_path:
            outside = [fact for name, fact in output.facts.items() if name.lower().startswith("external")]
            inside = [fact for fact in output.facts.values() if fact not in outside]
            part = output.usual_path.strip("/").split("/", 1)[0].lower()
            found.setdefault(part, (next(iter(inside), None), next(iter(outside), None)))
    return found


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Return where the last match in a short text begins, or -1."""
    return max((match.start() for match in pattern.finditer(text)), default=-1)


def _hosts(line: str, index: int, propose: _Propose, mentioned: dict[str, int]) -> None:
    rest = URL.sub(lambda match: " " * len(match[0]), line)
    for clause in _clauses(rest, index):
        for match in HOST.finditer(clause.text):
            host = match[1].lower()
            if host.rpartition(".")[2] in FILE_ENDINGS or not is_dns_name(host):
                continue
            before = clause.text[max(0, match.start() - 80) : match.start()]
            told = not clause.supposed and not NEGATED.search(before) and not OF_THE_PAST.search(clause.text)
            if told and CERTIFICATE_FOR.search(before) and not OTHER_DEVICE.search(clause.text):
                propose("certificate.common_name", host, line, index)
            elif (
                told
                and (HOST_OF_ALERT.search(before) or IN_THE_TITLE.match(clause.text, match.end()))
                and not NO_WARNING.search(clause.text)
            ):
                propose("alert.host", host, line, index)
            elif len(mentioned) < MAX_PROPOSALS:
                mentioned.setdefault(host, index)


READER: Final = Reader(
    name="ticket",
    reads="plain words that mention hosts, URLs, products or build numbers",
    read=read_ticket,
)
