"""What a probe saw, as data: names, addresses, certificates, and the three lines of a warning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evidence.addresses import Address, Refusal
from evidence.certificate import Certificate
from kb.names import Url


class Way(StrEnum):
    """How Outlook comes to a host."""

    ROOT_DOMAIN = "root_domain"
    """`https://<domain>/`, the domain of the mail address itself."""
    AUTODISCOVER = "autodiscover"
    """`https://autodiscover.<domain>/`."""
    HTTP_REDIRECT = "http_redirect"
    """Where `http://autodiscover.<domain>/` sends it on to."""
    SRV = "srv"
    """Where the record `_autodiscover._tcp.<domain>` leads."""
    STORED_URL = "stored_url"
    """A URL that Exchange or Active Directory hands out."""
    HOST = "host"
    """Named by whoever asks."""
    SERVER = "server"
    """An Exchange server, named by whoever asks."""


class Found(StrEnum):
    """How a question to the DNS ended."""

    FOUND = "found"
    NO_SUCH_NAME = "no_such_name"
    NO_RECORD = "no_record"
    """The name is there and has no record of the kind that was asked for."""
    NO_ANSWER = "no_answer"
    """The DNS server did not answer in time, or reported a failure: nothing is known."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """The addresses of a name."""

    host: str
    outcome: Found
    addresses: tuple[Address, ...] = ()
    alias_of: str | None = None
    """The name that it is an alias (CNAME) of; the certificate is compared with the name that was asked for."""
    named: bool = False
    """Whether the addresses were named by whoever asks: then they say nothing of where clients are led."""


@dataclass(frozen=True, slots=True)
class Service:
    """One SRV record."""

    host: str
    port: int
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Services:
    """The SRV records of a name, in the order in which clients take them."""

    name: str
    outcome: Found
    records: tuple[Service, ...] = ()

    def taken(self, port: int) -> tuple[Service, ...]:
        """Of several records those that Outlook may take: the first for https, and all that are preferred as much."""
        usable = [record for record in self.records if record.port == port]
        return tuple(record for record in usable if record.priority == usable[0].priority)


class State(StrEnum):
    """One of the three lines of the warning."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It could not be told from here."""


@dataclass(frozen=True, slots=True)
class Line:
    """One of the three lines, with the reason in one sentence."""

    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class Lines:
    """The three lines, each judged for itself."""

    trust: Line
    """By this machine's store of authorities."""
    date: Line
    """By this machine's clock."""
    name: Line
    """As Windows compares names."""

    @property
    def each(self) -> tuple[tuple[str, Line], ...]:
        """The lines by name, in the order in which the warning shows them."""
        return ("trust", self.trust), ("date", self.date), ("name", self.name)

    @property
    def failing(self) -> tuple[str, ...]:
        """Those that would bear a cross."""
        return tuple(name for name, line in self.each if line.state is State.FAILED)

    @property
    def passing(self) -> tuple[str, ...]:
        """Those that would bear a tick."""
        return tuple(name for name, line in self.each if line.state is State.OK)

    @property
    def would_warn(self) -> bool | None:
        """Whether Outlook would warn; `None` where nothing failed and something could not be told."""
        if self.failing:
            return True
        return None if any(line.state is State.UNKNOWN for _, line in self.each) else False


class End(StrEnum):
    """How a connection ended."""

    SHOWN = "shown"
    """A certificate was shown; over plain HTTP: an answer came."""
    NOT_ALLOWED = "not_allowed"
    """The address is refused by the policy, so that nothing was sent to it."""
    NOTHING_LISTENS = "nothing_listens"
    SILENT = "silent"
    """No answer in time: a firewall, or a server that hangs."""
    UNREACHABLE = "unreachable"
    OTHER_PROTOCOL = "other_protocol"
    """Something answers that speaks no TLS (or, over plain HTTP, no HTTP)."""
    UNREADABLE = "unreadable"
    """The certificate is broken."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one address showed for one host name; nothing but `end` is set where no certificate was."""

    end: End
    refusal: Refusal | None = None
    certificate: Certificate | None = None
    protocol: str = ""
    trust: Line | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One address of a host, and what it showed."""

    address: Address
    sight: Sight
    lines: Lines | None = None
    """What the warning would say; `None` where no certificate was shown."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One host on the way, looked at once however many ways lead to it."""

    host: str
    port: int
    ways: tuple[Way, ...]
    lookup: Lookup
    looks: tuple[Look, ...] = ()

    @property
    def shown(self) -> tuple[tuple[Look, Certificate, Lines], ...]:
        """The looks at which a certificate was shown, with it and what the warning would say."""
        return tuple(
            (look, look.sight.certificate, look.lines)
            for look in self.looks
            if look.sight.certificate is not None and look.lines is not None
        )

    @property
    def unseen(self) -> int:
        """How many of its addresses were not looked at, because there are so many."""
        return len(self.lookup.addresses) - len(self.looks)

    @property
    def answers(self) -> bool | None:
        """Whether a TLS server answers for the host; `None` where that could not be told from here."""
        if self.shown:
            return True
        if self.lookup.outcome is Found.NO_ANSWER:
            return None
        if self.unseen:
            return None
        settled = {End.NOTHING_LISTENS, End.OTHER_PROTOCOL}
        return False if all(look.sight.end in settled for look in self.looks) else None

    @property
    def covered(self) -> bool | None:
        """Whether every certificate that was shown carries the host; `None` where they differ or none was."""
        states = {lines.name.state for _, _, lines in self.shown}
        if len(states) != 1 or State.UNKNOWN in states:
            return None
        return states == {State.OK}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a plain HTTP request was answered with."""

    end: End
    status: int | None = None
    location: str | None = None
    """Where it redirects to, as it was sent, cut where it is long; it is shown to people alone."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """What `http://autodiscover.<domain>/` answered, and where that leads."""

    url: str
    reply: Reply
    target: Url | None = None
    """Where it leads; only to https does Outlook follow."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """A warning that Outlook would show, were it to come to this host."""

    host: str
    ways: tuple[Way, ...]
    fails: tuple[str, ...]
    """The lines that would bear a cross: trust, date, name."""
    passes: tuple[str, ...]
    """The lines that would bear a tick; what could not be told is in neither."""
    reasons: tuple[str, ...]
    at: tuple[Address, ...]
    """The addresses that show that certificate."""
    everywhere: bool
    """Whether all addresses that answer do; where only some do, the warning comes and goes."""

    def __str__(self) -> str:
        return f"would warn at {self.host}: {', '.join(self.fails)}"


@dataclass(frozen=True, slots=True)
class Probe:
    """Everything that one probe saw."""

    domain: str | None
    as_of: datetime
    """When it began, by this machine's clock, in UTC; dates are judged by it."""
    stops: tuple[Stop, ...] = ()
    redirect: Redirect | None = None
    services: Services | None = None
    wildcard: Lookup | None = None
    """What a name that cannot exist resolves to; with an address, any name of the domain does."""
    left_out: tuple[str, ...] = ()
    """Hosts that were not looked at, because there are so many."""

    @property
    def any_name_resolves(self) -> bool | None:
        """Whether the domain answers for names that do not exist; `None` where that could not be told."""
        if self.wildcard is None or self.wildcard.outcome is Found.NO_ANSWER:
            return None
        return self.wildcard.outcome is Found.FOUND

    def stop(self, way: Way) -> Stop | None:
        """The first host that one comes to in this way."""
        return next((stop for stop in self.stops if way in stop.ways), None)

    @property
    def forecasts(self) -> tuple[Forecast, ...]:
        """The warnings to expect, in the order in which Outlook comes to the hosts."""
        return tuple(forecast for stop in self.stops for forecast in _forecasts(stop))


def _forecasts(stop: Stop) -> list[Forecast]:
    by_certificate: dict[tuple[str, ...], list[tuple[Look, Lines]]] = {}
    for look, _, lines in stop.shown:
        if lines.failing:
            by_certificate.setdefault(lines.failing, []).append((look, lines))
    return [
        Forecast(
            host=stop.host,
            ways=stop.ways,
            fails=fails,
            passes=tuple(name for name in ("trust", "date", "name") if all(name in lines.passing for _, lines in seen)),
            reasons=tuple(
                dict.fromkeys(line.reason for _, lines in seen for _, line in lines.each if line.state is State.FAILED)
            ),
            at=tuple(look.address for look, _ in seen),
            everywhere=len(seen) == len(stop.shown),
        )
        for fails, seen in by_certificate.items()
    ]
