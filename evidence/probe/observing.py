"""What a probe saw, as evidence: measured observations, each with the host at which it was seen, and notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from evidence.certificate import certificate_observations
from evidence.hosts import is_host_name
from evidence.model import Evidence, Observation, Provenance, Rank, ReadingNote, Sighting, combined
from evidence.probe import telling
from evidence.probe.model import Forecast, Found, Look, Probe, Stop, Way
from evidence.probe_report import MADE_BY, ProbedFact
from kb.values import Value

_ALERT_LINES: Final = {
    "trust": ProbedFact.ALERT_TRUST,
    "date": ProbedFact.ALERT_DATE,
    "name": ProbedFact.ALERT_NAME,
}


def evidence(probe: Probe) -> Evidence:
    """Everything that a probe measured."""
    return combined((names_evidence(probe), *(host_evidence(stop, run) for run, stop in enumerate(probe.stops, 1))))


def report(probe: Probe) -> dict[str, object]:
    """Everything that was seen, as JSON, with the observations: `evidence.probe_report` reads it back."""
    return {
        "made_by": MADE_BY,
        **telling.as_json(probe),
        "facts": _written(names_evidence(probe)),
        "certificates": [
            {"seen_at": stop.host, "facts": _written(host_evidence(stop))} for stop in probe.stops if stop.shown
        ],
    }


def names_evidence(probe: Probe) -> Evidence:
    """What concerns the domain: which of its names answer, and where they lead."""
    return Evidence(tuple(_about_domain(probe)), tuple(_notes(probe)))


def host_evidence(stop: Stop, run: int = 1) -> Evidence:
    """The certificates that one host showed, each once, as seen there; those of a named server are its own.

    Each address is a source of its own: where two show different certificates, that is a dispute, and none replaces the
    other.
    """
    server = stop.host if Way.SERVER in stop.ways else None
    parts: dict[str | None, Evidence] = {}
    for look, certificate, _ in stop.shown:
        if certificate.thumbprint not in parts:
            found, notes = certificate_observations(
                certificate,
                _handshake(stop, look),
                rank=Rank.MEASURED,
                server=server,
                sighting=Sighting(run=run, item=len(parts), seen_at=stop.host),
            )
            parts[certificate.thumbprint] = Evidence(found, notes)
    return combined(parts.values())


def supposed_alert(expected: Forecast) -> Evidence:
    """The warning of a forecast, as if a person had told of it: to see what would follow, never to keep.

    Whoever has read a real one leaves this out.
    """
    forecast = Provenance("forecast", f"resolvent probe, {expected.host}")
    values = {ProbedFact.ALERT_KIND: "security_alert", ProbedFact.ALERT_HOST: expected.host}
    values |= {_ALERT_LINES[line]: "ok" for line in expected.passes}
    values |= {_ALERT_LINES[line]: "failed" for line in expected.fails}
    return Evidence(tuple(Observation(fact, value, forecast, Rank.STATED) for fact, value in values.items()))


def alert_hosts(parts: Iterable[Evidence]) -> tuple[str, ...]:
    """The hosts that warnings name which were read: what they show is worth a look in any case."""
    hosts = (each.value for part in parts for each in part.asserted if each.fact == ProbedFact.ALERT_HOST)
    return tuple(host for host in hosts if isinstance(host, str) and is_host_name(host))


def tells_of_an_alert(parts: Iterable[Evidence]) -> bool:
    """Whether a warning was read in some evidence; such a one wins over every forecast."""
    keys = {ProbedFact.ALERT_HOST, *_ALERT_LINES.values()}
    return any(each.fact in keys for part in parts for each in part.asserted)


def _about_domain(probe: Probe) -> Iterator[Observation]:
    def measured(fact: ProbedFact, value: Value | None, where: Provenance) -> Iterator[Observation]:
        if value is not None:
            yield Observation(fact, value, where, Rank.MEASURED)

    if probe.domain is not None:
        asked_for = Provenance("the mail address", "resolvent probe")
        yield Observation(ProbedFact.MAIL_DOMAIN, probe.domain, asked_for, Rank.STATED)
    root, autodiscover = _as_clients_come(probe, Way.ROOT_DOMAIN), _as_clients_come(probe, Way.AUTODISCOVER)
    if root is not None:
        yield from measured(ProbedFact.ROOT_ANSWERS, root.answers, _seen(root))
        yield from measured(ProbedFact.ROOT_COVERED, root.covered, _seen(root))
    if autodiscover is not None:
        resolves = None
        if autodiscover.lookup.outcome is not Found.NO_ANSWER:
            resolves = autodiscover.lookup.outcome is Found.FOUND
        yield from measured(ProbedFact.AUTODISCOVER_RESOLVES, resolves, Provenance("DNS", autodiscover.host))
        yield from measured(ProbedFact.AUTODISCOVER_COVERED, autodiscover.covered, _seen(autodiscover))
    if probe.wildcard is not None:
        yield from measured(ProbedFact.WILDCARD, probe.any_name_resolves, Provenance("DNS", probe.wildcard.host))
    targets = [stop for stop in probe.stops if Way.SRV in stop.ways]
    if len(targets) == 1 and probe.services is not None:
        yield from measured(ProbedFact.SRV_TARGET, targets[0].host, Provenance("DNS", probe.services.name))


def _as_clients_come(probe: Probe, way: Way) -> Stop | None:
    """The host of a way, unless it was looked at where whoever asks says and not where the DNS leads."""
    stop = probe.stop(way)
    return None if stop is None or stop.lookup.named else stop


def _written(evidence: Evidence) -> list[dict[str, object]]:
    return [
        {
            "fact": each.fact,
            "value": each.value,
            "server": each.server,
            "provenance": str(each.provenance),
            "rank": each.rank.label,
            "item": 0 if each.sighting is None else each.sighting.item,
        }
        for each in evidence.observations
    ]


def _notes(probe: Probe) -> Iterator[ReadingNote]:
    for forecast in probe.forecasts:
        text = f"{telling.forecast(forecast)} {telling.reasons(forecast)}"
        yield ReadingNote(
            "forecast",
            text,
            Provenance("TLS handshake", forecast.host),
            details={"host": forecast.host, "fails": forecast.fails, "everywhere": forecast.everywhere},
        )
    for kind, text in telling.remarks(probe):
        yield ReadingNote(kind, text, Provenance("probe", probe.domain or "named hosts"))


def _seen(stop: Stop) -> Provenance:
    return _handshake(stop, stop.shown[0][0]) if stop.shown else Provenance("TLS handshake", telling.place(stop))


def _handshake(stop: Stop, look: Look) -> Provenance:
    return Provenance(f"TLS handshake with {look.address}", telling.place(stop))
