"""Asks the DNS, within a time limit: the addresses of a name, and the SRV records of a service."""

from __future__ import annotations

import time
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final, Protocol

import dns.exception
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

from evidence.addresses import Address
from evidence.errors import ConnectionFailed
from evidence.handshake import is_address
from evidence.hosts import is_host_name
from evidence.probe.model import Found, Lookup, Service, Services

DNS_PORT: Final = 53
_MAX_RECORDS: Final = 16


class Resolver(Protocol):
    """Whoever tells addresses; a call returns within the time limit and raises nothing."""

    def addresses(self, host: str) -> Lookup:
        """The addresses of a host name; of an address, itself."""
        ...

    def services(self, name: str) -> Services:
        """The SRV records of a name such as `_imaps._tcp.contoso.com`."""
        ...


class DnsResolver:
    """Asks the DNS servers that this machine uses, or those that are named.

    The DNS alone is asked: neither the hosts file nor a cache of this machine.
    """

    def __init__(self, servers: Sequence[tuple[str, int]] = (), *, timeout: float) -> None:
        """Take the addresses and ports of DNS servers, none for this machine's own, and seconds for a question.

        Raises:
            ConnectionFailed: none was named, and this machine has none.
        """
        try:
            self._resolver = dns.resolver.Resolver(configure=not servers)
        except dns.resolver.NoResolverConfiguration:
            raise ConnectionFailed(
                "this machine has no DNS server set up", name="DNS", remedy="Name one with --resolver"
            ) from None
        if servers:
            self._resolver.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in servers]
        self._timeout = timeout

    def addresses(self, host: str) -> Lookup:
        """The addresses of a host name, IPv4 first."""
        if is_address(host):
            return Lookup(host, Found.FOUND, (ip_address(host),))
        deadline = time.monotonic() + self._timeout
        found: list[Address] = []
        ends: set[Found] = set()
        alias: str | None = None
        for kind in ("A", "AAAA"):
            end, answer = self._ask(host, kind, deadline)
            ends.add(end)
            if answer is not None:
                found += [ip_address(str(record)) for record in list(answer)[:_MAX_RECORDS]]
                alias = alias or _alias(host, answer)
        if found:
            return Lookup(host, Found.FOUND, tuple(dict.fromkeys(found)), alias)
        for end in (Found.NO_SUCH_NAME, Found.NO_ANSWER):
            if end in ends:
                return Lookup(host, end, (), alias)
        return Lookup(host, Found.NO_RECORD, (), alias)

    def services(self, name: str) -> Services:
        """The SRV records of a name, the preferred first; one that says "no such service" is none."""
        end, answer = self._ask(name, "SRV", time.monotonic() + self._timeout)
        if answer is None:
            return Services(name, end)
        records = sorted(answer, key=lambda record: (record.priority, -record.weight))[:_MAX_RECORDS]
        usable = tuple(
            Service(host, record.port, record.priority)
            for record in records
            if is_host_name(host := record.target.to_text(omit_final_dot=True).lower()) and record.port
        )
        return Services(name, Found.FOUND if usable else Found.NO_RECORD, usable)

    def _ask(self, name: str, kind: str, deadline: float) -> tuple[Found, dns.resolver.Answer | None]:
        # A name of one label is a server's short name, which this machine's search list completes. Any other is
        # whole: completed, a name that does not exist could meet a wildcard of the machine's own domain.
        short = "." not in name
        try:
            asked = dns.name.from_text(name, None if short else dns.name.root)
            answer = self._resolver.resolve(
                asked,
                dns.rdatatype.from_text(kind),
                raise_on_no_answer=False,
                lifetime=max(0.001, deadline - time.monotonic()),
                search=short,
            )
        except dns.resolver.NXDOMAIN:
            return Found.NO_SUCH_NAME, None
        except (dns.exception.DNSException, OSError, ValueError):
            return Found.NO_ANSWER, None
        return (Found.FOUND, answer) if answer.rrset is not None else (Found.NO_RECORD, None)


def _alias(host: str, answer: dns.resolver.Answer) -> str | None:
    name = answer.canonical_name.to_text(omit_final_dot=True).lower()
    if "." not in host or name == host.lower() or not is_host_name(name):
        return None
    return name
