"""Walks the way that Outlook takes to its server, and looks at every host on it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from evidence.addresses import Address
from evidence.probe import judging
from evidence.probe.asking import Ask
from evidence.probe.looking import Look as LookAt
from evidence.probe.lookups import Resolver
from evidence.probe.model import End, Found, Look, Lookup, Probe, Redirect, Reply, Services, Stop, Way
from kb.names import NameRefused, Url, parse_url

AUTODISCOVER_PATH: Final = "/autodiscover/autodiscover.xml"
MAX_HOSTS: Final = 40
"""Hosts that are looked at; what is named last is left out first, and said to be."""
MAX_ADDRESSES: Final = 8
"""Addresses of a host that are looked at."""
_MAX_ASKED: Final = 2
"""Addresses that are asked one after the other for a redirect."""
_AT_ONCE: Final = 8

Progress = Callable[[str], None]
"""Told each step as it begins, from any thread."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Where to look.

    Attributes:
        domain: the domain of a mail address; without one, only what is named below is looked at.
        hosts: further host names to look at.
        servers: host names of Exchange servers, each of which shows its own certificate.
        urls: URLs that Exchange hands out; those that are no https are passed over, as no certificate is shown there.
        connect: addresses to use for a host in place of what the DNS says.
        https_port, http_port: other ports than a mail client's, for tests.
    """

    domain: str | None = None
    hosts: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    connect: Mapping[str, tuple[Address, ...]] = field(default_factory=dict)
    https_port: int = 443
    http_port: int = 80


@dataclass(frozen=True, slots=True)
class Eyes:
    """What the walk sees with: each returns within its time limit and raises nothing."""

    resolver: Resolver
    look: LookAt
    ask: Ask
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    label: Callable[[], str] = lambda: f"no-such-host-{secrets.token_hex(6)}"
    """Makes the label of a name that cannot exist."""


def walk(where: Walk, eyes: Eyes, progress: Progress = lambda _: None) -> Probe:
    """Look at every host on Outlook's way, and at those that were named.

    The order is Outlook's own: the root domain, `autodiscover.`, where its plain HTTP redirects to, the SRV record,
    then stored URLs and what was named. Outlook stops at the first that gives it settings; this looks at all of them.
    """
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="probe")
    try:
        return _Walker(where, eyes, progress, pool).walk()
    finally:  # whoever interrupts it waits for what is under way, not for what was to come
        pool.shutdown(cancel_futures=True)


Place = tuple[str, int]


class _Walker:
    def __init__(self, where: Walk, eyes: Eyes, progress: Progress, pool: ThreadPoolExecutor) -> None:
        self._where = where
        self._eyes = eyes
        self._progress = progress
        self._pool = pool
        self._now = eyes.now()
        self._lookups = {
            host.lower(): Lookup(host.lower(), Found.FOUND, addresses, named=True)
            for host, addresses in where.connect.items()
        }

    def walk(self) -> Probe:
        domain = self._where.domain
        services: Services | None = None
        wildcard: Lookup | None = None
        redirect: Redirect | None = None
        if domain is not None:
            asked = self._pool.submit(self._services, f"_autodiscover._tcp.{domain}")
            unlikely = self._pool.submit(self._addresses, f"{self._eyes.label()}.{domain}")
            redirect = self._redirect(f"autodiscover.{domain}")
            services, wildcard = asked.result(), unlikely.result()
        places = list(self._places(redirect, services).items())
        stops = self._stops(dict(places[:MAX_HOSTS]))
        left_out = tuple(host for (host, _), _ in places[MAX_HOSTS:])
        return Probe(domain, self._now, stops, redirect, services, wildcard, left_out)

    def _places(self, redirect: Redirect | None, services: Services | None) -> dict[Place, list[Way]]:
        places: dict[Place, list[Way]] = {}

        def add(way: Way, host: str, port: int | None = None) -> None:
            ways = places.setdefault((host.lower(), port or self._where.https_port), [])
            if way not in ways:
                ways.append(way)

        if self._where.domain is not None:
            add(Way.ROOT_DOMAIN, self._where.domain)
            add(Way.AUTODISCOVER, f"autodiscover.{self._where.domain}")
        if redirect is not None and redirect.target is not None and redirect.target.scheme == "https":
            add(Way.HTTP_REDIRECT, redirect.target.host, redirect.target.port)
        for record in () if services is None else services.taken(self._where.https_port):
            add(Way.SRV, record.host, record.port)
        for url in _https(self._where.urls):
            add(Way.STORED_URL, url.host, url.port)
        for host in self._where.hosts:
            add(Way.HOST, host)
        for server in self._where.servers:
            add(Way.SERVER, server)
        return places

    def _stops(self, places: Mapping[Place, list[Way]]) -> tuple[Stop, ...]:
        lookups = dict(zip(places, self._pool.map(self._addresses, [host for host, _ in places]), strict=True))
        pairs = [(place, address) for place in places for address in lookups[place].addresses[:MAX_ADDRESSES]]
        looks: dict[Place, list[Look]] = {place: [] for place in places}
        for (place, _), look in zip(pairs, self._pool.map(self._look, pairs), strict=True):
            looks[place].append(look)
        return tuple(Stop(*place, tuple(ways), lookups[place], tuple(looks[place])) for place, ways in places.items())

    def _addresses(self, host: str) -> Lookup:
        known = self._lookups.get(host)
        if known is None:
            self._progress(f"looking up {host}")
            known = self._lookups[host] = self._eyes.resolver.addresses(host)
        return known

    def _services(self, name: str) -> Services:
        self._progress(f"looking up {name}")
        return self._eyes.resolver.services(name)

    def _look(self, pair: tuple[Place, Address]) -> Look:
        (host, port), address = pair
        self._progress(f"looking at {host} ({address})")
        sight = self._eyes.look(host, port, address, self._now)
        if sight.certificate is None or sight.trust is None:
            return Look(address, sight)
        return Look(address, sight, judging.lines(sight.certificate, sight.trust, host, self._now))

    def _redirect(self, host: str) -> Redirect | None:
        """What the first address that answers says; `None` where the name leads nowhere."""
        url = f"http://{host}{AUTODISCOVER_PATH}"
        reply: Reply | None = None
        for address in self._addresses(host).addresses[:_MAX_ASKED]:
            self._progress(f"asking {url} ({address})")
            reply = self._eyes.ask(host, self._where.http_port, AUTODISCOVER_PATH, address)
            if reply.end is End.SHOWN:
                break
        if reply is None:
            return None
        try:
            target = None if reply.location is None else parse_url(reply.location)
        except NameRefused:
            target = None
        return Redirect(url, reply, target)


def _https(urls: Iterable[str]) -> Iterable[Url]:
    for text in urls:
        try:
            url = parse_url(text)
        except NameRefused:
            continue
        if url.scheme == "https":
            yield url
