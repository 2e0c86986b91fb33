"""What servers answer is theirs to choose: whatever it is, the probe ends in one of the states that it knows."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.probe import DnsResolver, End, Found
from evidence.probe.asking import MAX_HEAD, _reply

HEADS = st.lists(
    st.sampled_from(
        [b"HTTP/1.1 302 Found", b"HTTP/1.0 200", b"HTTP/2 302", b"\r\n", b"\n", b"Location: ", b"location:", b"https://a",
         b" ", b":", b"\x00", b"\xff", b"\x1b[2J", b"x" * 300, b"\t"]
    ),
    max_size=40,
).map(b"".join)  # fmt: skip


@given(st.one_of(HEADS, st.binary(max_size=400)))
def test_any_bytes_over_plain_http_end_in_a_reply(head: bytes) -> None:
    reply = _reply(head[:MAX_HEAD])
    assert reply.end in (End.SHOWN, End.OTHER_PROTOCOL)
    assert reply.location is None or reply.location.isprintable()


@contextlib.contextmanager
def answering(answer: bytearray) -> Iterator[tuple[str, int]]:
    """A DNS server that answers every question with these bytes behind the question's own number."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while (received := server.recvfrom(4096))[0]:
                question, client = received
                server.sendto(question[:2] + bytes(answer), client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", server.getsockname())
        thread.join(5)


@pytest.fixture(scope="module")
def dns_server() -> Iterator[tuple[bytearray, DnsResolver]]:
    answer = bytearray()
    with answering(answer) as address:
        yield answer, DnsResolver((address,), timeout=0.03)


@settings(max_examples=10, deadline=None)
@given(
    wire=st.one_of(st.binary(max_size=80), st.binary(max_size=40).map(lambda rest: b"\x81\x80\x00\x01\x00\x01" + rest))
)
def test_any_bytes_from_a_dns_server_end_in_a_lookup(dns_server: tuple[bytearray, DnsResolver], wire: bytes) -> None:
    answer, resolver = dns_server
    answer[:] = wire
    assert resolver.addresses("contoso.com").outcome in Found
    assert resolver.services("_autodiscover._tcp.contoso.com").outcome in Found
