"""Which addresses this program connects to: one policy for the probe and for every live reading."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Kind(StrEnum):
    """What an address is that does not lie on the public internet; the value is what people are told."""

    OWN = "an address of this machine itself"
    LOOPBACK = "a loopback address"
    METADATA = "a cloud's metadata service"
    LINK_LOCAL = "a link-local address"
    PRIVATE = "a private address"
    SHARED = "an address shared behind a provider's NAT"
    MULTICAST = "a multicast address"
    UNSPECIFIED = "no address of a host"
    TRANSLATED = "an IPv4 address in IPv6 form"
    RESERVED = "a reserved address"


def _networks(kind: Kind, *texts: str) -> Iterator[tuple[Network, Kind]]:
    for text in texts:
        yield ip_network(text), kind


_SPECIAL: Final[tuple[tuple[Network, Kind], ...]] = (
    # Single addresses first: the first network that holds an address says what it is.
    *_networks(Kind.METADATA, "169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192"),
    *_networks(Kind.METADATA, "fd00:ec2::254", "fd20:ce::254"),
    # IANA's registries of special-purpose addresses, and what they leave unassigned. Written out because
    # `is_global` answers differently from one Python to the next.
    *_networks(Kind.UNSPECIFIED, "0.0.0.0/8", "::/128"),
    *_networks(Kind.LOOPBACK, "127.0.0.0/8", "::1/128"),
    *_networks(Kind.LINK_LOCAL, "169.254.0.0/16", "fe80::/10", "fec0::/10"),
    *_networks(Kind.PRIVATE, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    *_networks(Kind.SHARED, "100.64.0.0/10"),
    *_networks(Kind.MULTICAST, "224.0.0.0/4", "ff00::/8"),
    *_networks(Kind.RESERVED, "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
    *_networks(Kind.RESERVED, "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"),
    *_networks(Kind.TRANSLATED, "::/96", "::ffff:0:0/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"),
    *_networks(Kind.RESERVED, "2001::/23", "2001:db8::/32", "3fff::/20"),
)
_GLOBAL: Final = tuple(ip_network(text) for text in ("0.0.0.0/0", "2000::/3", "64:ff9b::/96"))
_NAT64: Final = ip_network("64:ff9b::/96")
_LOCAL_NAT64: Final = ip_network("64:ff9b:1::/48")
_COMPATIBLE: Final = ip_network("::/96")
_DISCARD_PORT: Final = 9


def kind_of(address: Address) -> Kind | None:
    """What an address is, taken as it stands; `None` for one on the public internet."""
    for network, kind in _SPECIAL:
        if address in network:
            return kind
    return None if any(address in network for network in _GLOBAL) else Kind.RESERVED


def forms(address: Address) -> tuple[Address, ...]:
    """The address, and the IPv4 addresses that it stands for where it is one in IPv6 form."""
    return tuple(dict.fromkeys((address, *_embedded(address))))


def _embedded(address: Address) -> Iterator[IPv4Address]:
    if not isinstance(address, IPv6Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo  # its server and its client
    number = int(address)
    if address in _NAT64 or (address in _COMPATIBLE and number > 1):
        yield IPv4Address(number & 0xFFFF_FFFF)
    if address in _LOCAL_NAT64:
        # RFC 6052, section 2.2: where the IPv4 address lies depends on the length of the prefix, which the
        # address does not tell. A reading that gives no host (0.0.0.0/8) is another length's.
        octets = address.packed
        for start in (6, 7, 8, 12):
            behind = octets[start:] if start == 12 else octets[start:8] + octets[9:]
            inner = IPv4Address(behind[:4])
            if kind_of(inner) is not Kind.UNSPECIFIED:
                yield inner


def is_own(address: Address) -> bool:
    """Whether an interface of this machine has the address: what is sent there would come from it too.

    Nothing is sent: a datagram socket that is connected only has its route chosen.
    """
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as datagrams:
            datagrams.connect((str(address), _DISCARD_PORT))
            return ip_address(str(datagrams.getsockname()[0]).partition("%")[0]) == address
    except (OSError, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an address is not connected to."""

    address: Address
    """The address, or the one that it stands for."""
    kind: Kind | None
    """`None`: it lies in a network that was forbidden by name."""

    def __str__(self) -> str:
        return f"{self.address} is {self.kind or 'in a network that is forbidden here'}"


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Where connections may go. An address that stands for others goes only where all of them may."""

    refused: frozenset[Kind]
    allowed: tuple[Network, ...] = ()
    """Networks that were named: what lies in one of them is never refused for its kind."""
    forbidden: tuple[Network, ...] = ()
    """Networks that are refused in any case."""
    own: Callable[[Address], bool] = is_own

    def refusal(self, address: Address) -> Refusal | None:
        """Why this address is refused; `None` where it may be connected to."""
        for form in forms(address):
            if any(form in network for network in self.forbidden):
                return Refusal(form, None)
            if any(form in network for network in self.allowed):
                continue
            kind = kind_of(form)
            if kind in self.refused:
                return Refusal(form, kind)
            if Kind.OWN in self.refused and self.own(form):
                return Refusal(form, Kind.OWN)
        return None


ANYWHERE: Final = AddressPolicy(frozenset({Kind.MULTICAST, Kind.UNSPECIFIED}))
"""For who asks at this machine's own command line, and names the server."""
PUBLIC: Final = AddressPolicy(frozenset(Kind))
"""The public internet: for what follows names that others have written."""
NETWORK: Final = AddressPolicy(frozenset(Kind) - {Kind.PRIVATE, Kind.SHARED})
"""Inside networks too: for a service whose operator lets callers look at servers."""
