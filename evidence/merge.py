"""Merges observations of several sources into one environment for each Client Access server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from evidence.hosts import comparable_url, same_server
from evidence.model import UNKNOWN, Certainty, Evidence, FactValue, Observation, Provenance, Rank, ReadingNote

SERVER_FACT: Final = "exchange.server"
STATED: Final = Provenance("stated", "answers")
_OF_ONE_SERVER: Final = ("exchange.", "endpoints.")
"""What each server has for itself; all other facts hold for the whole organisation where no server is named."""
_OF_CERTIFICATE: Final = "certificate."
_NOT_OF_THE_CERTIFICATE: Final = frozenset({"certificate.san_available"})
_SAYS_LITTLE: Final = frozenset({SERVER_FACT, "exchange.version"})


@dataclass(frozen=True, slots=True)
class FactRecord:
    """The value that holds for a fact, and everything else that was said of it."""

    value: FactValue
    provenance: Provenance
    rank: Rank
    certainty: Certainty = Certainty.CERTAIN
    others: tuple[Observation, ...] = ()
    """The other observations on this fact, those that agree and those that do not."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two or more sources that say different things of one fact."""

    fact: str
    held: Observation
    """The observation that holds for now: of the highest rank, and of these the first certain one."""
    against: tuple[Observation, ...]
    """One observation for each other value, weightiest first."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What is known of one Client Access server and of the clients that it serves."""

    server: str | None
    """`None` where no source names a server."""
    facts: Mapping[str, FactRecord]
    disputes: tuple[Dispute, ...] = ()
    proposed: tuple[Observation, ...] = ()
    """What plain words mention and nobody has confirmed; without what is known to be so anyway."""
    notes: tuple[ReadingNote, ...] = ()

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

    The highest rank decides each fact; where sources disagree, both sides are kept as a `Dispute`. Observations
    that name a server belong to it alone. Those that name none belong to every server; but a version or a URL that
    some servers have of their own is taken to be about these, since an Autodiscover answer comes from one server.
    Proposals are kept apart.

    Args:
        evidence: what `read` and `read_tls` returned.
        stated: answers of a person, by fact; of rank `STATED`. A confirmed proposal goes in here, or into an
            `Evidence` as `observation.confirmed()`, which keeps where it was read.

    Returns:
        At least one environment; servers in order of appearance.
    """
    parts = tuple(evidence)
    observations = [observation for part in parts for observation in part.asserted]
    observations += _stated(stated or {})
    proposed = tuple(observation for part in parts for observation in part.proposed)
    notes = tuple(note for part in parts for note in part.notes)
    servers = _servers(observations)
    if not servers:
        return (_environment(None, observations, proposed, notes),)
    named = tuple(dict.fromkeys(observation.server for observation in observations if observation.server is not None))
    own = {
        server: [observation for observation in observations if _is_of(observation, server, servers, named)]
        for server in servers
    }
    servers, passed_over = _with_something_to_say(servers, own)
    shared = [
        observation for observation in observations if observation.server is None and observation.fact != SERVER_FACT
    ]
    environments = []
    for server in servers:
        fitting = [observation for observation in shared if _fits(observation, server, own, servers)]
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


def _stated(stated: Mapping[str, FactValue | Sequence[str]]) -> list[Observation]:
    server = stated.get(SERVER_FACT)
    named = server if isinstance(server, str) and server != UNKNOWN else None
    observations = []
    for fact, value in stated.items():
        frozen: FactValue = value if isinstance(value, (str, bool)) else tuple(value)
        of_server = named if fact.startswith(_OF_ONE_SERVER) else None
        observations.append(Observation(fact, frozen, STATED, Rank.STATED, of_server))
    return observations


def _servers(observations: Sequence[Observation]) -> tuple[str, ...]:
    """Return one name for each server, as first written, FQDNs and their first labels taken together."""
    named = [observation.server for observation in observations if observation.server is not None]
    named += [
        observation.value
        for observation in observations
        if observation.fact == SERVER_FACT and observation.server is None and isinstance(observation.value, str)
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


def _is_of(observation: Observation, server: str, servers: Sequence[str], named: Sequence[str]) -> bool:
    name = observation.server
    if name is None and observation.fact == SERVER_FACT and isinstance(observation.value, str):
        name = observation.value
    return name is not None and _server_of(name, servers, named) == server


def _with_something_to_say(
    servers: tuple[str, ...], own: Mapping[str, Sequence[Observation]]
) -> tuple[tuple[str, ...], tuple[ReadingNote, ...]]:
    """Pass over servers of which only name and version are known, where others show URLs: they hand out none."""
    telling = tuple(
        server
        for server in servers
        if any(observation.fact not in _SAYS_LITTLE or observation.rank is Rank.STATED for observation in own[server])
    )
    if not telling or len(telling) == len(servers):
        return servers, ()
    notes = tuple(
        ReadingNote(
            "server-without-urls",
            f"Of {server} only name and version are known, so it was passed over. If it is a Client Access server, "
            "give its URLs too.",
            own[server][0].provenance,
        )
        for server in servers
        if server not in telling
    )
    return telling, notes


def _fits(
    observation: Observation, server: str, own: Mapping[str, Sequence[Observation]], servers: Sequence[str]
) -> bool:
    """Tell whether an observation that names no server counts for this one.

    Of a server's own facts, a value that some servers have of their own is about these; one that none has could be
    about any of them, and contradicts those that have another.
    """
    if not observation.fact.startswith(_OF_ONE_SERVER):
        return True
    agreeing = [
        other
        for other in servers
        if any(
            known.fact == observation.fact and same_value(observation.fact, known.value, observation.value)
            for known in own[other]
        )
    ]
    return server in agreeing if agreeing else True


def _environment(
    server: str | None,
    observations: Sequence[Observation],
    proposed: Sequence[Observation],
    notes: tuple[ReadingNote, ...],
) -> Environment:
    by_fact: dict[str, list[Observation]] = {}
    for observation in _of_one_certificate(observations):
        by_fact.setdefault(observation.fact, []).append(observation)
    if server is not None and SERVER_FACT not in by_fact and observations:
        first = next((observation for observation in observations if observation.server is not None), observations[0])
        by_fact[SERVER_FACT] = [replace(first, fact=SERVER_FACT, value=server, certainty=Certainty.CERTAIN)]
    facts: dict[str, FactRecord] = {}
    disputes: list[Dispute] = []
    for fact in sorted(by_fact):
        record, dispute = _record(fact, by_fact[fact])
        facts[fact] = record
        if dispute is not None:
            disputes.append(dispute)
    open_proposals = tuple(
        observation
        for observation in proposed
        if observation.fact not in facts
        or not same_value(observation.fact, facts[observation.fact].value, observation.value)
    )
    named = facts[SERVER_FACT].value if SERVER_FACT in facts else server
    return Environment(
        named if isinstance(named, str) and named != UNKNOWN else server,
        facts,
        tuple(disputes),
        open_proposals,
        notes,
    )


def _record(fact: str, observations: Sequence[Observation]) -> tuple[FactRecord, Dispute | None]:
    known = [observation for observation in observations if observation.value != UNKNOWN] or list(observations)
    weighed = sorted(known, key=_weight)  # stable: the first of equal weight stays first
    held = weighed[0]
    if fact == SERVER_FACT:
        held = _short_name(held, weighed)
    against: list[Observation] = []
    for observation in weighed:
        if not any(same_value(fact, observation.value, other.value) for other in (held, *against)):
            against.append(observation)
    others = tuple(observation for observation in weighed if observation is not held)
    record = FactRecord(held.value, held.provenance, held.rank, held.certainty, others)
    return record, Dispute(fact, held, tuple(against)) if against else None


def _weight(observation: Observation) -> tuple[int, bool]:
    return -observation.rank, observation.certainty is not Certainty.CERTAIN


def _short_name(held: Observation, observations: Sequence[Observation]) -> Observation:
    """Prefer the form without a domain, which is the one that `-Identity` takes."""
    return next(
        (
            observation
            for observation in observations
            if observation.rank == held.rank
            and isinstance(observation.value, str)
            and "." not in observation.value
            and same_value(SERVER_FACT, observation.value, held.value)
        ),
        held,
    )


def _of_one_certificate(observations: Sequence[Observation]) -> list[Observation]:
    """Keep the facts of two certificates from being mixed into one that does not exist.

    Of the certificates that were read, the weightiest counts. Another one that differs from it stays a
    dispute where both have a value, and fills no gap where only it has one.
    """
    certificates: dict[Provenance, list[Observation]] = {}
    for observation in observations:
        if (
            observation.fact.startswith(_OF_CERTIFICATE)
            and observation.fact not in _NOT_OF_THE_CERTIFICATE
            and observation.rank > Rank.STATED
        ):
            certificates.setdefault(observation.provenance, []).append(observation)
    if len(certificates) <= 1:
        return list(observations)
    ordered = sorted(certificates.values(), key=lambda group: _weight(group[0]))
    best = {observation.fact: observation for observation in ordered[0]}
    strangers: set[Provenance] = set()
    for group in ordered[1:]:
        if any(
            observation.fact in best
            and not same_value(observation.fact, best[observation.fact].value, observation.value)
            for observation in group
        ):
            strangers.add(group[0].provenance)
    return [
        observation
        for observation in observations
        if observation.provenance not in strangers
        or not observation.fact.startswith(_OF_CERTIFICATE)
        or observation.fact in best
    ]
