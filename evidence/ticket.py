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
from kb.model import Fact
from kb.outputs import Outputs
from kb.values import Value, ValueRefused, read_value

_URL: Final = re.compile(r"https?://[^\s<>\"'`\u00ab\u00bb\u201c\u201d\u2019(){}\[\]]{1,2000}", re.IGNORECASE)
_HOST_NAME = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,10}[A-Za-z]{2,24}"
_HOST: Final = re.compile(rf"(?<![\w.@/\\$-])({_HOST_NAME})(?![\w@\\-]|\.\w)")
_MAIL: Final = re.compile(rf"(?<![\w.])[A-Za-z0-9._%+-]{{1,64}}@({_HOST_NAME})(?![\w-])")
_CLAUSE_END: Final = re.compile(
    r"[,;!?](?=\s|$)|\.(?=\s|$)|\s[-\u2013\u2014]\s|\b(?:but|however|aber|jedoch|while)\b", re.IGNORECASE
)
_OUTLOOK: Final = re.compile(
    r"\bOutlook(?:[\s-]{1,3}(?:for|Microsoft|Office|Windows|version)){0,3}[\s-]{1,3}(2003|2007|2010|2013|2016|2019|"
    r"2021|365)\b",
    re.IGNORECASE,
)
_EXCHANGE: Final = re.compile(
    r"\b(?:Microsoft )?Exchange(?:[\s-]{1,3}(?:Server|for|Microsoft|version)){0,3}[\s-]{1,3}"
    r"(?:2003|2007|2010|2013|2016|2019|SE\b|Online\b|Subscription Edition)(?:\s?(?:SP|CU|RU)\s?\d{1,2}\b)?",
    re.IGNORECASE,
)
_OFFICE_365: Final = re.compile(r"\b(?:Office|Microsoft) ?365\b|\bO365\b|\bM365\b", re.IGNORECASE)
_BUILD: Final = re.compile(
    r"(?<![\d.])(?:Version )?(?:8|14|15)\.\d{1,2}(?:\.\d{1,5}(?:\.\d{1,5})?| \(Build \d{1,5}\.\d{1,5}\))(?![\d.])",
    re.IGNORECASE,
)
_ABOUT_EXCHANGE: Final = re.compile(r"exchange|server|build", re.IGNORECASE)
_CERTIFICATE: Final = re.compile(r"certificat|\bcert\b|zertifikat", re.IGNORECASE)
_WARNS: Final = re.compile(
    r"warn|alert|pop-?up|prompt|message|\bsays?\b|error|shows?\b|complain|meldung|fehler|hinweis|zeigt|meldet",
    re.IGNORECASE,
)
_HOST_OF_ALERT: Final = re.compile(
    r"(?:warn\w*|alert|pop-?up|prompt|message|error|warnung|meldung|hinweis|window|fenster)\b(?:\W+\w+){0,3}?\W+"
    r"(?:for|about|of|from|naming|names|titled|says|f\u00fcr|zu|bei|von|title|heading|at|on)\W{1,4}(?:the |host |"
    r"server |is ){0,2}$|"
    r"(?:title|heading|titel)(?: of [\w ]{1,30})? (?:is|says|shows|lautet|ist)\W{1,4}$",
    re.IGNORECASE,
)
_CERTIFICATE_FOR: Final = re.compile(
    r"\bcertificate (?:(?:is|was) )?(?:issued |made out |named )?(?:for |to |of )?$", re.IGNORECASE
)
_INTERNAL_URL: Final = re.compile(
    r"internal ?ur[li]|autodiscoverserviceinternaluri|\bscp\b|\binternal(?:ly)?\b|\bintern\w{0,2}\b", re.IGNORECASE
)
_EXTERNAL_URL: Final = re.compile(r"external", re.IGNORECASE)
_STORED: Final = re.compile(
    r"\b(?:is|are|was) (?:at|set to|configured|stored)|points? to|configured (?:as|to|with)|\b(?:url|uri)s? (?:is|"
    r"are)\b|=\s*$",
    re.IGNORECASE,
)
_SUPPOSED: Final = re.compile(
    r"\b(?:if|whether|should|shall|would|could|might|will|going to|plan(?:s|ned|ning)?|want(?:s|ed)?|soon|next "
    r"(?:week|month|year)|"
    r"maybe|perhaps|how|why|wenn|falls|soll\w*|werden|wollen|k\u00f6nnte\w*|geplant)\b",
    re.IGNORECASE,
)
_NEGATED: Final = re.compile(r"\b(?:not|never|no|without|neither|nicht|kein\w*|nie|ohne)\b|n't\b", re.IGNORECASE)
_ALL_IS_WELL: Final = re.compile(
    r"\b(?:fine|works?(?! (?:from|at|in|on|for|remotely)\b)|worked|okay|ok|no (?:problem|warning|alert|issue)s?|"
    r"funktioniert|geht|klappt)\b",
    re.IGNORECASE,
)
_OF_THE_PAST: Final = re.compile(
    r"\b(?:old|former(?:ly)?|previous(?:ly)?|removed|uninstalled|decommission\w*|retired|used to|years? ago|"
    r"alte[rnms]?|"
    r"fr\u00fcher\w*|vor \w+ jahren|test lab)\b",
    re.IGNORECASE,
)
_NOT_IN_USE: Final = re.compile(
    r"\bhad\b(?! (?:a|an|the|to|problems?|this)\b)|\A\s*(?:and )?then\b|\bhatten\b", re.IGNORECASE
)
"""Before a product's name: it was in use once."""
_OF_A_PERSON: Final = re.compile(
    r"\b(?:certified|expert|specialist|mcs[ea]|mcp|mvp|mcitp|consultant|trainer|engineer|zertifiziert\w*|berater\w*)\b",
    re.IGNORECASE,
)
"""What somebody knows about, and not what runs there: a line below a mail."""
_LONG_AGO: Final = re.compile(
    r"\blast year\b|\b(?:years?|months) ago\b|\b(?:letztes|voriges) jahr\b|\bvor \w+ (?:jahren|monaten)\b",
    re.IGNORECASE,
)
_OF_THE_SERVER: Final = re.compile(
    r"\b(?:server|exchange|firewall|controller|data ?cent\w+|rack|mailbox(?:es)?)\b", re.IGNORECASE
)
_FROM: Final = re.compile(r"\b(?:from|von)\s+(?:(?:our|the|an|old)\s+){0,2}$", re.IGNORECASE)
_TO: Final = re.compile(r"\b(?:to|zu|auf|nach)\b", re.IGNORECASE)
_FROM_HERE: Final = re.compile(r"\b(?:from|von)[\s:\"'\u201c\u201e]{1,4}\Z", re.IGNORECASE)
_CLAUSE_OF_URL_ENDS: Final = re.compile(
    r"[,;!?](?=\s|\Z)|\.(?=\s|\Z)|\b(?:but|however|aber|jedoch|while)\b(?=\s)", re.IGNORECASE
)
"""Like `_CLAUSE_END`, but for the dash, which people write between a setting and its URL."""
_ONLY_LEADS_TO: Final = 2
"""Words behind a comma that only lead to a URL, which the clause before speaks of: `…, like https://`."""
_INSIDE: Final = re.compile(
    r"\b(?:in|at|inside|from) (?:the |our |my )?(?:office|company network|corporate network|internal network|local "
    r"network|lan|"
    r"headquarters|branch(?: office)?)\b|\bim (?:b\u00fcro|firmennetz\w*|internen netz\w*|haus)\b|\bin der firma\b",
    re.IGNORECASE,
)
_OUTSIDE: Final = re.compile(
    r"\b(?:at|from) home\b|\bhome ?office\b|\bworking remotely\b|\bon the road\b|\boutside (?:of )?(?:the |our )?"
    r"(?:office|network|company|lan)\b|\bzu ?hause\b|\bunterwegs\b",
    re.IGNORECASE,
)
_ONE_OR_THE_OTHER: Final = re.compile(r"\b(?:either|or|oder|entweder)\b", re.IGNORECASE)
_ON_VPN: Final = re.compile(
    r"\b(?:on|via|over|through|using|with|per|\u00fcber|connected to) (?:the |our |a |das |dem )?vpn\b", re.IGNORECASE
)
_OFF_VPN: Final = re.compile(
    r"\b(?:without|no|not (?:on|using|via|over|through|connected to)|ohne|kein) (?:the |our |a |any )?vpn\b",
    re.IGNORECASE,
)
_SERVER_IS: Final = re.compile(
    r"(?:\b(exchange|our|my|mail|cas|access|unser\w{0,2})[ -])?(?<![$\w.-])server(?:'s)?(?: name)?"
    r"((?: is called| is named| is| called| named| hei\u00dft| heisst| ist)?(?:\s?[:=])?)\s+[\"'\u201c\u201e]?"
    r"((?-i:[A-Za-z0-9])[A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){0,8})(?![\w\\@-])",
    re.IGNORECASE,
)
"""A server with a word that says whose it is, or with one that says what it is called."""
_NO_SERVER: Final = re.compile(
    r"(?:SP|CU|RU|R|V|KB)\d.*|\d+|IIS|SBS|SSL|TLS|OK|CA|DC|AD|SE|CAS|MBX|VPN|DNS|URL|SAN|FQDN|HTTPS?", re.IGNORECASE
)
_NAME_LIKE: Final = re.compile(r"[A-Z0-9-]{2,63}|.*\d.*|.*\..*")
_DOMAIN_YES: Final = re.compile(
    r"\bdomain[- ]joined\b|\bjoined to (?:the|our) domain\b|\bdomain member\b|\bin der dom\u00e4ne\b", re.IGNORECASE
)
_DOMAIN_NO: Final = re.compile(
    r"\b(?:not|isn't|nicht|non|never)[ -](?:(?:a|in|joined|member|part|of|to|the|our|der)[ -]){0,4}(?:domain|"
    r"dom\u00e4ne)\b|"
    r"\bworkgroup (?:pc|computer|machine|laptop)\b|\b(?:private|own|personal|privater?) (?:pc|laptop|computer|"
    r"machine|rechner)\b",
    re.IGNORECASE,
)
_AFFECTED: Final = (
    ("all", re.compile(
        r"\b(?:all|every) (?:of )?(?:our |the |my )?(?:users?|clients?|colleagues?|staff|people|employees?|pcs?|"
        r"computers?)\b|"
        r"\beverybody\b|\beveryone\b|\balle[nr]? (?:benutzern?|anwendern?|kollegen|mitarbeitern?|clients)\b",
        re.IGNORECASE)),
    ("one", re.compile(
        r"\b(?:only|just) (?:one|a single|me|my|1)\b|\b(?:one|a single) user\b|\bnur (?:ein|eine|einer|bei "
        r"mir)\b", re.IGNORECASE)),
    ("some", re.compile(
        r"\b(?:some|several|a few|many|most|two|three) (?:of )?(?:our |the )?(?:users|clients|colleagues|people|pcs|"
        r"computers)\b|"
        r"\b(?:einige|mehrere|manche) (?:benutzer|anwender|kollegen|mitarbeiter)\b", re.IGNORECASE)),
)  # fmt: skip
_GET_IT: Final = re.compile(
    r"\b(?:gets?|getting|got|sees?|receives?|affected|reports?|bekommen|erhalten|sehen|betroffen|tritt)\b|warn|"
    r"alert|prompt|pop-?up|"
    r"message|meldung|hinweis",
    re.IGNORECASE,
)
_SINCE: Final = re.compile(
    r"\b(?:since|seit)\s+((?:last |this |early |letzte[rmn]? |diese[rmn]? )?(?:yesterday|today|monday|tuesday|"
    r"wednesday|thursday|friday|"
    r"saturday|sunday|week(?:end)?|month|morning|gestern|heute|montag|dienstag|mittwoch|donnerstag|freitag|samstag|"
    r"sonntag|woche|"
    r"wochenende|monat|\d{1,2}\.\d{1,2}\.(?:\d{2,4})?|\d{4}-\d{2}-\d{2}))\b",
    re.IGNORECASE,
)
_OTHER_OBJECT: Final = re.compile(
    r"\b(?:licen[cs]e|password|domain|contract|subscription|lease|lizenz|passwort|kennwort|vertrag)", re.IGNORECASE
)
_CHANGES: Final = (
    ("new_certificate", re.compile(
        r"\b(?:renew(?:ed|al)|erneuert)\b|\b(?:replaced|re-?issued|installed|imported|bought|changed|exchanged|"
        r"ausgetauscht|ersetzt|"
        r"installiert|eingespielt)\b.{0,60}(?:certificat|\bcert\b|zertifikat)|(?:certificat\w*|\bcert|"
        r"zertifikat)\b.{0,40}"
        r"\b(?:replaced|re-?issued|installed|imported|changed|ausgetauscht|ersetzt|installiert)\b|\bnew (?:ssl |san "
        r"|tls )?"
        r"cert(?:ificate)?\b|\bneues zertifikat\b", re.IGNORECASE)),
    ("new_server", re.compile(
        r"\b(?:installed|added|set up|introduced|built|brought in|deployed|installiert|aufgesetzt)\b.{0,40}\b(?:new|"
        r"second|another|"
        r"additional|neue[nr]?|zweite[nr]?)\b.{0,20}\b(?:server|exchange)\b|\b(?:new|second|additional) (?:exchange "
        r"|mail )?server "
        r"(?:was|has been|is)\b", re.IGNORECASE)),
    ("migration", re.compile(
        r"\b(?:migrated|moved)\b.{0,40}\b(?:mailbox\w*|exchange|365|online|users?)\b|\bmigration\b.{0,40}\b(?:done|"
        r"finished|"
        r"completed|last|yesterday|since|week)\b|\bmigriert\b", re.IGNORECASE)),
    ("dns", re.compile(
        r"\b(?:changed|moved|switched|updated|ge\u00e4ndert|gewechselt)\b.{0,40}\b(?:dns|registrar|name ?servers?|"
        r"hosting|web ?host\w*|"
        r"provider)\b|\b(?:dns|registrar|name ?servers?|hosting|provider)\b.{0,30}\b(?:changed|moved|switched|"
        r"ge\u00e4ndert)\b",
        re.IGNORECASE)),
    ("proxy", re.compile(
        r"\b(?:installed|replaced|changed|added|introduced)\b.{0,40}\b(?:proxy|firewall|antivirus|virus scanner|"
        r"load balancer)\b|"
        r"\bnew (?:proxy|firewall|antivirus|load balancer)\b", re.IGNORECASE)),
    ("none", re.compile(
        r"\bnothing (?:was |has been |has )?changed\b|\bno changes? (?:was|were|has been|have been)\b|\bnichts "
        r"(?:wurde )?ge\u00e4ndert\b",
        re.IGNORECASE)),
)  # fmt: skip
_KINDS: Final = (
    ("password_prompt", re.compile(
        r"\b(?:asks?|asking|prompts?|prompted|prompting)\b.{0,30}\b(?:password|credentials)\b|\b(?:password|"
        r"credentials?) (?:prompt|"
        r"pop-?up|window)|kennwortabfrage|fragt .{0,30}(?:kennwort|passwort)", re.IGNORECASE)),
    ("proxy_error", re.compile(r"\bproxy\b.{0,40}\b(?:error|certificate)\b.{0,30}\bcode\b|\bproxy server'?s? "
                               r"(?:security )?certificate", re.IGNORECASE)),
    ("redirect_prompt", re.compile(r"\ballow (?:this|the) website to configure", re.IGNORECASE)),
    ("security_alert", re.compile(r"\bsecurity alert\b|\bsicherheitshinweis\b", re.IGNORECASE)),
    ("mail_account", re.compile(r"\binternet security warning\b|\binternetsicherheitswarnung\b", re.IGNORECASE)),
)  # fmt: skip
_CODE: Final = re.compile(r"\bcode:?\s{0,3}(0x[0-9A-Fa-f]{1,8}|[0-9A-Fa-f]{1,3}|80000000)\b", re.IGNORECASE)
_CHECKS: Final = (
    ("alert.name", re.compile(
        r"\bnames?\b.{0,50}\b(?:does(?:n't| not) match|mismatch|invalid|wrong)|\bname mismatch\b|"
        r"\bname\b.{0,60}\b(?:stimmt nicht|"
        r"ung\u00fcltig|passt nicht)", re.IGNORECASE)),
    ("alert.trust", re.compile(
        r"\b(?:certificate|cert|issuer|zertifikat|aussteller)\b.{0,40}\b(?:not trusted|isn't trusted|untrusted|nicht "
        r"vertrauensw\u00fcrdig)|\buntrusted (?:certificate|issuer)", re.IGNORECASE)),
    ("alert.date", re.compile(
        r"\b(?:certificate|cert|zertifikat)\b.{0,30}\b(?:expired|abgelaufen)|\bexpired certificate\b", re.IGNORECASE)),
)  # fmt: skip
_MAIL_OF: Final = re.compile(
    r"\b(?:address|mailbox|account|user|adresse|postfach|benutzer)(?:\W+\w+){0,3}\W+$", re.IGNORECASE
)
_HEADER: Final = re.compile(r"[\s>]*(?:From|To|Cc|Sent|Subject|Von|An|Gesendet|Betreff)\s?:", re.IGNORECASE)
_FILE_ENDINGS: Final = frozenset(
    {
        "xml", "asmx", "aspx", "exe", "dll", "txt", "log", "ps1", "pst", "ost", "png", "jpg", "jpeg", "gif",
        "docx", "doc", "xlsx", "pdf", "zip", "msg", "eml", "html", "htm", "cer", "crt", "pem", "pfx",
        "json", "csv", "evtx", "svc", "msi", "bat", "cmd", "config", "ini", "md", "yaml", "reg"
    }
)  # fmt: skip
"""What looks like the last label of a host name and is the end of a file's name."""
_ByPath = dict[str, tuple[str | None, str | None]]
_Propose = Callable[[str, Value, str, int], None]
"""Takes a fact, its value, the words that it rests on, and the index of the line."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """A part of a sentence, with what it says of itself."""

    text: str
    index: int
    asked: bool
    """Whether it ends with a question mark."""

    @property
    def supposed(self) -> bool:
        return self.asked or _SUPPOSED.search(self.text) is not None

    @property
    def negated(self) -> bool:
        return _NEGATED.search(self.text) is not None

    @property
    def all_is_well(self) -> bool:
        return _ALL_IS_WELL.search(self.text) is not None


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
        for clause in _clauses(line, index):
            _tell(clause, propose)
        _urls(line, index, propose, mentioned, by_path)
        _hosts(line, index, propose, mentioned)
        if len(proposals) + len(mentioned) > before:
            claimed.append(range(index, index + 1))
    _drop_both(proposals, "client.location")
    _drop_both(proposals, "client.vpn")
    if not proposals and not mentioned:
        return None
    notes: list[ReadingNote] = []
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


def _drop_both(proposals: dict[tuple[str, str], Observation], fact: str) -> None:
    """Propose neither where a text tells of both: it compares two places, and nothing says which one is meant."""
    keys = [key for key in proposals if key[0] == fact]
    if len(keys) > 1:
        for key in keys:
            del proposals[key]


def _clauses(line: str, index: int) -> Iterator[_Clause]:
    start = 0
    for match in _CLAUSE_END.finditer(line):
        yield _Clause(line[start : match.start()], index, match[0] == "?")
        start = match.end()
    yield _Clause(line[start:], index, False)


def _tell(clause: _Clause, propose: _Propose) -> None:
    if not clause.text.strip():
        return
    _products(clause, propose)
    _server(clause, propose)
    if not clause.supposed:
        _client(clause, propose)
        _changes(clause, propose)
        _warning(clause, propose)


def _products(clause: _Clause, propose: _Propose) -> None:
    text, index = clause.text, clause.index
    for match in _OUTLOOK.finditer(text):
        if _may_be_ours(clause, match):
            propose("client.outlook_version", match[1], text, index)
    if "outlook" in text.lower() and _OFFICE_365.search(text) and not clause.supposed:
        propose("client.outlook_version", "365", text, index)
    for match in _EXCHANGE.finditer(text):
        if _may_be_ours(clause, match):
            propose("exchange.version", " ".join(match[0].split()), text, index)
    if _ABOUT_EXCHANGE.search(text):
        for match in _BUILD.finditer(text):
            if _may_be_ours(clause, match):
                propose("exchange.version", match[0], text, index)


def _may_be_ours(clause: _Clause, match: re.Match[str]) -> bool:
    """Tell a product that is in use from one that was, or that somebody plans to have."""
    before, after = clause.text[: match.start()], clause.text[match.end() :]
    if clause.supposed or clause.negated or _OF_THE_PAST.search(clause.text):
        return False
    if _NOT_IN_USE.search(before) or _OF_A_PERSON.search(clause.text):
        return False
    return not (_FROM.search(before) and _TO.search(after))


def _server(clause: _Clause, propose: _Propose) -> None:
    for match in _SERVER_IS.finditer(clause.text):
        name = match[3].rstrip("-.")
        if (
            (match[1] or match[2])
            and _NO_SERVER.fullmatch(name) is None
            and _NAME_LIKE.fullmatch(name)
            and is_host_name(name)
            and name.rpartition(".")[2].lower() not in _FILE_ENDINGS
            and not clause.supposed
            and not clause.negated
            and not _OF_THE_PAST.search(clause.text)
        ):
            propose("exchange.server", name, clause.text, clause.index)


def _client(clause: _Clause, propose: _Propose) -> None:
    text, index = clause.text, clause.index
    if _ONE_OR_THE_OTHER.search(text):
        return
    if not clause.all_is_well and not clause.negated and not _OF_THE_SERVER.search(text):
        if _INSIDE.search(text):
            propose("client.location", "internal", text, index)
        if _OUTSIDE.search(text):
            propose("client.location", "external", text, index)
    if not clause.all_is_well:
        if _OFF_VPN.search(text):
            propose("client.vpn", False, text, index)
        elif _ON_VPN.search(text) and not clause.negated:
            propose("client.vpn", True, text, index)
        if _DOMAIN_NO.search(text):
            propose("client.domain_joined", False, text, index)
        elif _DOMAIN_YES.search(text) and not clause.negated:
            propose("client.domain_joined", True, text, index)
    if not clause.negated and not clause.all_is_well and _GET_IT.search(text):
        for value, pattern in _AFFECTED:
            if pattern.search(text):
                propose("client.affected", value, text, index)
                break
    if (match := _SINCE.search(text)) and not clause.negated:
        propose("alert.since", match[1], text, index)
    if not _HEADER.match(text):
        for mail in _MAIL.finditer(text):
            if _MAIL_OF.search(text[max(0, mail.start() - 60) : mail.start()]):
                propose("client.mail_domain", mail[1].lower(), text, index)


def _changes(clause: _Clause, propose: _Propose) -> None:
    if _OF_THE_PAST.search(clause.text) or _LONG_AGO.search(clause.text):
        return
    for value, pattern in _CHANGES:
        if pattern.search(clause.text) and (value == "none" or not clause.negated):
            if value == "new_certificate" and _OTHER_OBJECT.search(clause.text):
                continue
            propose("change.recent", value, clause.text, clause.index)


def _warning(clause: _Clause, propose: _Propose) -> None:
    """Propose what a person tells of a warning, in a clause that is about one."""
    text, index = clause.text, clause.index
    if clause.all_is_well:
        return
    for kind, pattern in _KINDS:
        if pattern.search(text) and not clause.negated:
            propose("alert.kind", kind, text, index)
            if kind == "proxy_error" and (code := _CODE.search(text)):
                propose("alert.code", code[1], text, index)
            break
    if _WARNS.search(text) and _CERTIFICATE.search(text):
        for fact, pattern in _CHECKS:
            match = pattern.search(text)
            if match is not None and not _NEGATED.search(_NAMED_FAULTS.sub(" ", text)):
                propose(fact, "failed", text, index)


_NAMED_FAULTS: Final = re.compile(
    r"does(?:n't| not) match|not trusted|isn't trusted|stimmt nicht|passt nicht|nicht vertrauensw\u00fcrdig",
    re.IGNORECASE,
)
"""Negations that say what is wrong, and not that something is not so."""


def _urls(line: str, index: int, propose: _Propose, mentioned: dict[str, int], by_path: _ByPath) -> None:
    start, clause_before = 0, ""
    for end in (*_CLAUSE_OF_URL_ENDS.finditer(line), None):
        clause = line[start:] if end is None else line[start : end.start()]
        asked = end is not None and end[0].strip() == "?"
        for match in _URL.finditer(clause):
            url = clean_url(match[0].rstrip(".,;:!?"))
            host = host_of(url) if url is not None else None
            if url is None or host is None:
                continue
            before = clause[max(0, match.start() - 90) : match.start()]
            if len(before.split()) <= _ONLY_LEADS_TO and line[:start].rstrip().endswith(","):
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
    supposed = asked or _SUPPOSED.search(clause) is not None
    if _FROM_HERE.search(before) and _TO.search(clause):
        return not supposed
    return supposed or _OF_THE_PAST.search(before) is not None


def _fact_of(url: str, before: str, by_path: _ByPath) -> str | None:
    """Return the fact that the words before a URL speak of, which of inside and outside stands nearer."""
    inside, outside = by_path.get(first_path_part(url), (None, None))
    external, internal, stored = (_last(pattern, before) for pattern in (_EXTERNAL_URL, _INTERNAL_URL, _STORED))
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
    rest = _URL.sub(lambda match: " " * len(match[0]), line)
    for match in _HOST.finditer(rest):
        host = match[1].lower()
        if host.rpartition(".")[2] in _FILE_ENDINGS or not is_dns_name(host):
            continue
        before = rest[max(0, match.start() - 80) : match.start()]
        if _CERTIFICATE_FOR.search(before):
            propose("certificate.common_name", host, line, index)
        elif _HOST_OF_ALERT.search(before) and not _NEGATED.search(before):
            propose("alert.host", host, line, index)
        elif len(mentioned) < MAX_PROPOSALS:
            mentioned.setdefault(host, index)


READER: Final = Reader(
    name="ticket",
    reads="plain words that mention hosts, URLs, products or build numbers",
    read=read_ticket,
)
