"""Merges findings of several sources into one environment for each Client Access server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from evidence.hosts import comparable_url, same_server
from evidence.model import UNKNOWN, Certainty, Evidence, FactValue, Finding, Note, Rank, Source

SERVER_FACT: Final = "exchange.server"
STATED: Final = Source("stated", "answers")
_OF_ONE_SERVER: Final = ("exchange.", "endpoints.")
"""What each server has for itself; all other facts hold for the whole organisation where no server is named."""
_OF_CERTIFICATE: Final = "certificate."
_NOT_OF_THE_CERTIFICATE: Final = frozenset({"certificate.san_available"})
_SAYS_LITTLE: Final = frozenset({SERVER_FACT, "exchange.version"})


@dataclass(frozen=True, slots=True)
class FactRecord:
    """The value that holds for a fact, and everything else that was said of it."""

    value: FactValue
    source: Source
    rank: Rank
    certainty: Certainty = Certainty.CERTAIN
    others: tuple[Finding, ...] = ()
    """The other findings on this fact, those that agree and those that do not."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two or more sources that say different things of one fact."""

    fact: str
    held: Finding
    """The finding that holds for now: of the highest rank, and of these the first certain one."""
    against: tuple[Finding, ...]
    """One finding for each other value, weightiest first."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What is known of one Client Access server and of the clients that it serves."""

    server: str | None
    """`None` where no source names a server."""
    facts: Mapping[str, FactRecord]
    contradictions: tuple[Contradiction, ...] = ()
    proposed: tuple[Finding, ...] = ()
    """What plain words mention and nobody has confirmed; without what is known to be so anyway."""
    notes: tuple[Note, ...] = ()

    def values(self) -> dict[str, str | bool | list[str]]:
        """Return the facts as plain values, lists as lists."""
        return {
            fact: list(record.value) if isinstance(record.value, tuple) else record.value
            for fact, record in self.facts.items()
        }


def merge(
    evidence: Iterable[Evidence], stated: Mapping[str, FactValue | Sequence[str]] | None = None
) -> tuple[Environment, ...]:
    """Merge what was read with what was stated.

    The highest rank decides each fact; where sources disagree, both sides are kept as a `Contradiction`. Findings
    that name a server belong to it alone. Those that name none belong to every server; but a version or a URL that
    some servers have of their own is taken to be about these, since an Autodiscover answer comes from one server.
    Proposals are kept apart.

    Args:
        evidence: what `read` and `read_tls` returned.
        stated: answers of a person, by fact; of rank `STATED`. A confirmed proposal goes in here, or into an
            `Evidence` as `finding.confirmed()`, which keeps where it was read.

    Returns:
        At least one environment; servers in order of appearance.
    """
    parts = tuple(evidence)
    findings = [finding for part in parts for finding in part.asserted]
    findings += _stated(stated or {})
    proposed = tuple(finding for part in parts for finding in part.proposed)
    notes = tuple(note for part in parts for note in part.notes)
    servers = _servers(findings)
    if not servers:
        return (_environment(None, findings, proposed, notes),)
    named = tuple(dict.fromkeys(finding.server for finding in findings if finding.server is not None))
    own = {server: [finding for finding in findings if _is_of(finding, server, servers, named)] for server in servers}
    servers, passed_over = _with_something_to_say(servers, own)
    shared = [finding for finding in findings if finding.server is None and finding.fact != SERVER_FACT]
    environments = []
    for server in servers:
        fitting = [finding for finding in shared if _fits(finding, server, own, servers)]
        remarks = tuple(note for note in notes if note.server is None or same_server(note.server, server))
        environments.append(_environment(server, own[server] + fitting, proposed, (*remarks, *passed_over)))
    return tuple(environments)


def same_value(fact: str, one: FactValue, other: FactValue) -> bool:
    """Tell whether two values of a fact say the same: names and URLs by their meaning, lists as sets."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return {item.lower() for item in one} == {item.lower() for item in other}
    if not isinstance(one, str) or not isinstance(other, str):
        return one == other
    if fact == SERVER_FACT:
        return same_server(one, other)
    if fact.startswith("endpoints."):
        return comparable_url(one) == comparable_url(other)
    return one.lower().rstrip(".") == other.lower().rstrip(".")


def _stated(stated: Mapping[str, FactValue | Sequence[str]]) -> list[Finding]:
    server = stated.get(SERVER_FACT)
    named = server if isinstance(server, str) and server != UNKNOWN else None
    findings = []
    for fact, value in stated.items():
        frozen: FactValue = value if isinstance(value, (str, bool)) else tuple(value)
        of_server = named if fact.startswith(_OF_ONE_SERVER) else None
        findings.append(Finding(fact, frozen, STATED, Rank.STATED, of_server))
    return findings


def _servers(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return one name for each server, as first written, FQDNs and their first labels taken together."""
    named = [finding.server for finding in findings if finding.server is not None]
    named += [
        finding.value
        for finding in findings
        if finding.fact == SERVER_FACT and finding.server is None and isinstance(finding.value, str)
    ]
    distinct = [name for name in dict.fromkeys(named) if name != UNKNOWN]
    servers: list[str] = []
    for name in distinct:
        if _server_of(name, servers, distinct) is None:
            servers.append(name)
    return tuple(servers)


def _server_of(name: str, servers: Sequence[str], named: Sequence[str]) -> str | None:
    """Return which of the servers a name means, or `None`: a label that two FQDNs begin with means neither."""
    for server in servers:
        if name.lower() == server.lower():
            return server
        if same_server(name, server):
            short = name if "." not in name else server
            if len({other.lower() for other in named if "." in other and same_server(short, other)}) <= 1:
                return server
    return None


def _is_of(finding: Finding, server: str, servers: Sequence[str], named: Sequence[str]) -> bool:
    name = finding.server
    if name is None and finding.fact == SERVER_FACT and isinstance(finding.value, str):
        name = finding.value
    return name is not None and _server_of(name, servers, named) == server


def _with_something_to_say(
    servers: tuple[str, ...], own: Mapping[str, Sequence[Finding]]
) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """Pass over servers of which only name and version are known, where others show URLs: they hand out none."""
    telling = tuple(
        server
        for server in servers
        if any(finding.fact not in _SAYS_LITTLE or finding.rank is Rank.STATED for finding in own[server])
    )
    if not telling or len(telling) == len(servers):
        return servers, ()
    notes = tuple(
        Note(
            "server-without-urls",
            f"Of {server} only name and version are known, so it was passed over. If it is a Client Access server, "
            "give its URLs too.",
            own[server][0].source,
        )
        for server in servers
        if server not in telling
    )
    return telling, notes


def _fits(finding: Finding, server: str, own: Mapping[str, Sequence[Finding]], servers: Sequence[str]) -> bool:
    """Tell whether a finding that names no server counts for this one.

    Of a server's own facts, a value that some servers have of their own is about these; one that none has could be
    about any of them, and contradicts those that have another.
    """
    if not finding.fact.startswith(_OF_ONE_SERVER):
        return True
    agreeing = [
        other
        for other in servers
        if any(
            known.fact == finding.fact and same_value(finding.fact, known.value, finding.value) for known in own[other]
        )
    ]
    return server in agreeing if agreeing else True


def _environment(
    server: str | None, findings: Sequence[Finding], proposed: Sequence[Finding], notes: tuple[Note, ...]
) -> Environment:
    by_fact: dict[str, list[Finding]] = {}
    for finding in _of_one_certificate(findings):
        by_fact.setdefault(finding.fact, []).append(finding)
    if server is not None and SERVER_FACT not in by_fact and findings:
        first = next((finding for finding in findings if finding.server is not None), findings[0])
        by_fact[SERVER_FACT] = [replace(first, fact=SERVER_FACT, value=server, certainty=Certainty.CERTAIN)]
    facts: dict[str, FactRecord] = {}
    contradictions: list[Contradiction] = []
    for fact in sorted(by_fact):
        record, contradiction = _record(fact, by_fact[fact])
        facts[fact] = record
        if contradiction is not None:
            contradictions.append(contradiction)
    open_proposals = tuple(
        finding
        for finding in proposed
        if finding.fact not in facts or not same_value(finding.fact, facts[finding.fact].value, finding.value)
    )
    named = facts[SERVER_FACT].value if SERVER_FACT in facts else server
    return Environment(
        named if isinstance(named, str) and named != UNKNOWN else server,
        facts,
        tuple(contradictions),
        open_proposals,
        notes,
    )


def _record(fact: str, findings: Sequence[Finding]) -> tuple[FactRecord, Contradiction | None]:
    known = [finding for finding in findings if finding.value != UNKNOWN] or list(findings)
    weighed = sorted(known, key=_weight)  # stable: the first of equal weight stays first
    held = weighed[0]
    if fact == SERVER_FACT:
        held = _short_name(held, weighed)
    against: list[Finding] = []
    for finding in weighed:
        if not any(same_value(fact, finding.value, other.value) for other in (held, *against)):
            against.append(finding)
    others = tuple(finding for finding in weighed if finding is not held)
    record = FactRecord(held.value, held.source, held.rank, held.certainty, others)
    return record, Contradiction(fact, held, tuple(against)) if against else None


def _weight(finding: Finding) -> tuple[int, bool]:
    return -finding.rank, finding.certainty is not Certainty.CERTAIN


def _short_name(held: Finding, findings: Sequence[Finding]) -> Finding:
    """Prefer the form without a domain, which is the one that `-Identity` takes."""
    return next(
        (
            finding
            for finding in findings
            if finding.rank == held.rank
            and isinstance(finding.value, str)
            and "." not in finding.value
            and same_value(SERVER_FACT, finding.value, held.value)
        ),
        held,
    )


def _of_one_certificate(findings: Sequence[Finding]) -> list[Finding]:
    """Keep the facts of two certificates from being mixed into one that does not exist.

    Of the certificates that were read, the weightiest counts. Another one that differs from it stays a
    contradiction where both have a value, and fills no gap where only it has one.
    """
    certificates: dict[Source, list[Finding]] = {}
    for finding in findings:
        if (
            finding.fact.startswith(_OF_CERTIFICATE)
            and finding.fact not in _NOT_OF_THE_CERTIFICATE
            and finding.rank > Rank.STATED
        ):
            certificates.setdefault(finding.source, []).append(finding)
    if len(certificates) <= 1:
        return list(findings)
    ordered = sorted(certificates.values(), key=lambda group: _weight(group[0]))
    best = {finding.fact: finding for finding in ordered[0]}
    strangers: set[Source] = set()
    for group in ordered[1:]:
        if any(
            finding.fact in best and not same_value(finding.fact, best[finding.fact].value, finding.value)
            for finding in group
        ):
            strangers.add(group[0].source)
    return [
        finding
        for finding in findings
        if finding.source not in strangers or not finding.fact.startswith(_OF_CERTIFICATE) or finding.fact in best
    ]
