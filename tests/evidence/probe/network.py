"""A small network on the loopback addresses: a DNS server, web servers, and a probe that looks at nothing else."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from evidence.addresses import PUBLIC, AddressPolicy
from evidence.probe import DnsResolver, Eyes, HttpAsk, Probe, TlsLook, Walk, walk
from tests.evidence.certificates import Made, authority

NO_SUCH_LABEL = "no-such-host"
AUTHORITY = authority()
"""The one authority that the probes of these tests trust."""

Answer = Callable[[socket.socket], None]
"""What a server does with a connection."""


class Network:
    """Hosts, each at its own loopback address, all at one port for https and one for http."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._hosts = 0
        self.https = _free_port()
        self.http = _free_port()
        self.timeout = 10.0
        self.steps: list[str] = []
        self.zone: dict[str, list[tuple[str, str]]] = {}
        self.broken: dict[str, dns.rcode.Rcode | None] = {}
        """Names that the DNS server answers with a failure, or (None) not at all."""
        self._dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._dns.bind(("127.0.0.1", 0))
        self._start(self._dns, self._serve_dns)
        self.resolver = ("127.0.0.1", self._dns.getsockname()[1])

    def host(self, *names: str) -> str:
        """An address that these names lead to; nothing listens there yet."""
        self._hosts += 1
        address = f"127.0.77.{self._hosts}"
        for name in names:
            self.record(name, "A", address)
        return address

    def record(self, name: str, kind: str, value: str) -> None:
        self.zone.setdefault(name, []).append((kind, value))

    def srv(self, domain: str, target: str, port: int | None = None) -> None:
        self.record(f"_autodiscover._tcp.{domain}", "SRV", f"0 0 {port or self.https} {target}.")

    def shows(self, made: Made, *names: str, first: Answer = lambda _: None) -> str:
        """A host that shows a certificate; `first` is what it does before the handshake."""
        address = self.host(*names)
        pem = self._folder / f"{address}.pem"
        pem.write_text(made.pem + made.key_pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)

        def answer(connection: socket.socket) -> None:
            first(connection)
            with context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(1)

        self.listens(address, answer)
        return address

    def listens(self, address: str, answer: Answer, port: int | None = None) -> None:
        listener = socket.create_server((address, port or self.https))

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=_answer, args=(connection, answer), daemon=True).start()

        self._start(listener, serve)

    def redirects(self, address: str, answer: bytes) -> None:
        """Let an address answer plain HTTP with these bytes."""

        def reply(connection: socket.socket) -> None:
            connection.recv(4096)
            connection.sendall(answer)

        self.listens(address, reply, self.http)

    def probe(
        self, domain: str | None = "contoso.com", *, now: datetime | None = None, policy: AddressPolicy | None = None,
        **named: object,
    ) -> Probe:  # fmt: skip
        where = Walk(domain, https_port=self.https, http_port=self.http, **named)  # type: ignore[arg-type]
        rules = policy or AddressPolicy(PUBLIC.refused, (ip_network("127.0.77.0/24"),))
        eyes = Eyes(
            DnsResolver((self.resolver,), timeout=self.timeout),
            TlsLook(rules, timeout=self.timeout, store=store),
            HttpAsk(rules, timeout=self.timeout),
            now=lambda: now or datetime.now(UTC),
            label=lambda: NO_SUCH_LABEL,
        )
        return walk(where, eyes, self.steps.append)

    def _start(self, closed_at_the_end: socket.socket, serve: Callable[[], None]) -> None:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()

        def end() -> None:
            if closed_at_the_end.type == socket.SOCK_STREAM:
                closed_at_the_end.shutdown(socket.SHUT_RDWR)
            else:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                    last.sendto(b"", closed_at_the_end.getsockname())
            thread.join(5)
            closed_at_the_end.close()

        self._stack.callback(end)

    def _serve_dns(self) -> None:
        while True:
            wire, client = self._dns.recvfrom(4096)
            if not wire:
                return
            answer = self._resolve(dns.message.from_wire(wire))
            if answer is not None:
                self._dns.sendto(answer.to_wire(), client)

    def _resolve(self, query: dns.message.Message) -> dns.message.Message | None:
        asked = query.question[0]
        name = asked.name.to_text(omit_final_dot=True).lower()
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name in self.broken:
            code = self.broken[name]
            if code is None:
                return None
            answer.set_rcode(code)
            return answer
        records = self._records(name)
        if records is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        while records:
            for kind, value in records:
                if kind in (dns.rdatatype.to_text(asked.rdtype), "CNAME"):
                    answer.answer.append(dns.rrset.from_text(name + ".", 60, "IN", kind, value))
            name = next((value.rstrip(".") for kind, value in records if kind == "CNAME"), "")
            records = self._records(name) if name else None
        return answer

    def _records(self, name: str) -> list[tuple[str, str]] | None:
        if name in self.zone:
            return self.zone[name]
        return self.zone.get("*." + name.partition(".")[2])


def store() -> ssl.SSLContext:
    """What `verifying` makes, with one authority in its store in place of this machine's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(cadata=AUTHORITY.pem)
    return context


def _answer(connection: socket.socket, answer: Answer) -> None:
    with connection, suppress(OSError):
        answer(connection)


def _free_port() -> int:
    """A port that is free at all loopback addresses of the kind used here, as far as can be told."""
    with socket.create_server(("0.0.0.0", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def addresses(*texts: str) -> tuple[object, ...]:
    return tuple(ip_address(text) for text in texts)
