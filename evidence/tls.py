"""Asks a TLS server which certificate it presents, and reports that without trusting it."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from evidence.addresses import ANYWHERE, Address, AddressPolicy
from evidence.certificate import certificate_observations, parse_certificate
from evidence.errors import ConnectionFailed, TargetRefused
from evidence.handshake import handshake, is_address, looking
from evidence.hosts import is_host_name
from evidence.model import Evidence, Provenance, Rank, ReadingNote, Sighting

DEFAULT_PORT: Final = 443
DEFAULT_TIMEOUT: Final = 8.0
"""Seconds for everything: resolving, connecting, and the handshake."""
_MAX_ADDRESSES: Final = 8
_MAX_PORT: Final = 65_535
_TARGET: Final = re.compile(
    r"tls://(?:\[([0-9A-Fa-f:.]{2,45})\]|([^\[\]:/?#@\s]{1,253}))(?::([0-9]{1,5}))?/?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Target:
    """A server to ask."""

    host: str
    port: int = DEFAULT_PORT

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tls://{host}:{self.port}"


def parse_target(text: str) -> Target:
    """Read `tls://host[:port]`; the host is a name, an IPv4 address, or an IPv6 address in brackets.

    Raises:
        TargetRefused: it is none; also with a path, a query or a user.
    """
    match = _TARGET.fullmatch(text.strip()[:400])
    host = (match[1] or match[2]) if match is not None else ""
    port = int(match[3]) if match is not None and match[3] is not None else DEFAULT_PORT
    if not host or not (is_address(host) or is_host_name(host)) or not 0 < port <= _MAX_PORT:
        raise TargetRefused(
            "this is no target",
            name=text.strip()[:80] or "target",
            remedy="Write tls://mail.contoso.com or tls://mail.contoso.com:443",
        )
    return Target(host, port)


def read_tls(
    host: str,
    port: int = DEFAULT_PORT,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    policy: AddressPolicy = ANYWHERE,
) -> Evidence:
    """Connect, take the certificate that the server presents for `host`, and return its facts as measured.

    Trust, dates and names are not verified: what is wrong with them is what one wants to know. The host is
    resolved once, each address is checked, and the connection goes to a checked address, so that a name that
    resolves differently the next moment leads nowhere else.

    Args:
        host: a host name (sent as SNI) or an IP address.
        port: TCP port.
        timeout: seconds for everything.
        policy: which addresses may be connected to.

    Raises:
        TargetRefused: no valid target, or every address of it is forbidden.
        ConnectionFailed: not resolved, not reached, no TLS spoken, or no certificate, in time.
        MalformedInput: the certificate is broken.
    """
    target = parse_target(f"tls://[{host}]:{port}" if ":" in host else f"tls://{host}:{port}")
    deadline = time.monotonic() + timeout
    addresses = _resolve(target, deadline)
    permitted = [address for address in addresses if policy.refusal(address) is None]
    if not permitted:
        raise TargetRefused(
            "its address may not be reached from here",
            name=str(target),
            remedy="Ask whoever runs this service, or paste the certificate instead",
        )
    failure = "no address answered"
    for address in permitted[:_MAX_ADDRESSES]:
        try:
            der, protocol = handshake(target.host, target.port, address, deadline, looking())
        except (OSError, ValueError) as error:
            failure = _reason(error)
            continue
        return _evidence(target, address, der, protocol)
    raise _failed(target, failure)


def _evidence(target: Target, address: Address, der: bytes, protocol: str) -> Evidence:
    provenance = Provenance("TLS handshake", str(target))
    certificate = parse_certificate(der, name=str(target))
    sighting = Sighting(seen_at=target.host)
    observations, notes = certificate_observations(certificate, provenance, rank=Rank.MEASURED, sighting=sighting)
    met = ReadingNote(
        "tls",
        f"{target.host} answered at {address} with {protocol or 'TLS'}.",
        provenance,
        details={
            "address": str(address),
            "port": target.port,
            "protocol": protocol,
            "server_name": target.host,
        },
    )
    return Evidence(observations, (*notes, met))


def _resolve(target: Target, deadline: float) -> list[Address]:
    """Resolve once, within the time limit: getaddrinfo has none of its own, so that it runs in a thread."""
    if is_address(target.host):
        return [ip_address(target.host)]
    answer: list[Address] = []
    errors: list[OSError | UnicodeError] = []

    def look_up() -> None:
        try:
            for entry in socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM):
                answer.append(ip_address(str(entry[4][0]).partition("%")[0]))
        except (OSError, UnicodeError) as error:
            errors.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    if thread.is_alive():
        raise _failed(target, "its name was not resolved in time")
    if errors or not answer:
        raise _failed(target, "its name does not resolve")
    return list(dict.fromkeys(answer))


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens on that port"
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS as expected"
    return "it could not be reached"


def _failed(target: Target, reason: str) -> ConnectionFailed:
    return ConnectionFailed(
        reason, name=str(target), remedy="Check the name and the port, or paste the certificate instead"
    )
