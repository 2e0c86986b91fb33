"""Which addresses are connected to: every kind is told from the public internet, in every form that it can take."""

from __future__ import annotations

import socket
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evidence.addresses import ANYWHERE, NETWORK, PUBLIC, AddressPolicy, Kind, forms, is_own, kind_of

NOT_OURS = AddressPolicy(PUBLIC.refused, own=lambda _: False)
INNER = st.one_of(
    st.ip_addresses(v=4),
    st.sampled_from(["169.254.169.254", "168.63.129.16", "10.0.0.1", "127.0.0.1", "100.100.100.200"]).map(IPv4Address),
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("93.184.216.34", None),
        ("2606:2800:220:1::1", None),
        ("64:ff9b::5db8:d822", None),
        ("169.254.169.254", Kind.METADATA),
        ("168.63.129.16", Kind.METADATA),
        ("100.100.100.200", Kind.METADATA),
        ("192.0.0.192", Kind.METADATA),
        ("fd00:ec2::254", Kind.METADATA),
        ("127.8.8.8", Kind.LOOPBACK),
        ("::1", Kind.LOOPBACK),
        ("169.254.1.1", Kind.LINK_LOCAL),
        ("fe80::1", Kind.LINK_LOCAL),
        ("10.1.2.3", Kind.PRIVATE),
        ("172.31.0.1", Kind.PRIVATE),
        ("192.168.0.1", Kind.PRIVATE),
        ("fd12::1", Kind.PRIVATE),
        ("100.64.0.1", Kind.SHARED),
        ("224.0.0.1", Kind.MULTICAST),
        ("ff02::1", Kind.MULTICAST),
        ("0.0.0.0", Kind.UNSPECIFIED),
        ("0.1.2.3", Kind.UNSPECIFIED),
        ("::", Kind.UNSPECIFIED),
        ("192.0.2.1", Kind.RESERVED),
        ("198.18.0.1", Kind.RESERVED),
        ("255.255.255.255", Kind.RESERVED),
        ("2001:db8::1", Kind.RESERVED),
        ("5f00::1", Kind.RESERVED),
        ("100::1", Kind.RESERVED),
        ("::ffff:93.184.216.34", Kind.TRANSLATED),
        ("2002:5db8:d822::1", Kind.TRANSLATED),
        ("2001:0:5db8:d822::1", Kind.TRANSLATED),
        ("64:ff9b:1::1", Kind.TRANSLATED),
    ],
)
def test_kinds(text: str, kind: Kind | None) -> None:
    assert kind_of(ip_address(text)) is kind


def clothed(inner: IPv4Address) -> list[IPv6Address]:
    number = int(inner)
    high, low = number >> 16, number & 0xFFFF
    return [
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(f"64:ff9b::{high:x}:{low:x}"),
        IPv6Address(f"64:ff9b:1::{high:x}:{low:x}"),
        IPv6Address(f"64:ff9b:1:{high:x}:{low >> 8:x}:{(low & 0xFF) << 8:x}::"),
        IPv6Address(f"2002:{high:x}:{low:x}::1"),
        IPv6Address(f"2001:0:{high:x}:{low:x}::ffff:ffff"),
        IPv6Address(0x20010000 << 96 | number ^ 0xFFFF_FFFF),
    ]


@given(INNER)
def test_what_is_refused_is_refused_in_every_ipv6_form_of_it(inner: IPv4Address) -> None:
    assume(kind_of(inner) is not Kind.UNSPECIFIED)  # which gives no host in any form
    outer = (ip_network("64:ff9b:1::/48"), ip_network("2000::/3"))
    for address in clothed(inner):
        assert inner in forms(address)
        if NOT_OURS.refusal(inner) is not None:
            assert NOT_OURS.refusal(address) is not None
            assert replace(NOT_OURS, allowed=outer).refusal(address) is not None


@given(st.ip_addresses())
def test_a_named_address_may_be_reached_and_a_forbidden_one_never(address: IPv4Address | IPv6Address) -> None:
    every = tuple(ip_network(form) for form in forms(address))
    assert AddressPolicy(PUBLIC.refused, every).refusal(address) is None
    assert AddressPolicy(frozenset(), every, every[-1:]).refusal(address) is not None


@given(st.ip_addresses())
def test_the_policies_differ_in_private_networks_and_in_nothing_but_strictness(
    address: IPv4Address | IPv6Address,
) -> None:
    refused = [AddressPolicy(each.refused, own=NOT_OURS.own).refusal(address) for each in (PUBLIC, NETWORK, ANYWHERE)]
    if refused[2] is not None:
        assert refused[1] is not None
    if refused[1] is not None:
        assert refused[0] is not None
    if refused[0] is not None and refused[1] is None:
        assert refused[0].kind in (Kind.PRIVATE, Kind.SHARED)


def test_the_addresses_of_this_machine_are_its_own() -> None:
    assert is_own(ip_address("127.0.0.1"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        try:
            datagrams.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no network")
        own = ip_address(datagrams.getsockname()[0])
    assert is_own(own)
    assert not is_own(ip_address("192.0.2.1"))
    refusal = NETWORK.refusal(own)
    assert refusal is not None
    assert refusal.kind in (Kind.OWN, Kind.LOOPBACK, Kind.LINK_LOCAL, Kind.RESERVED)


def test_a_refusal_says_what_the_address_is() -> None:
    assert str(PUBLIC.refusal(ip_address("64:ff9b::a9fe:a9fe"))) == "169.254.169.254 is a cloud's metadata service"
