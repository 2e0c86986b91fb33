"""A live server's certificate, taken from a loopback server, and the addresses that must not be reached."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import evidence
from evidence.addresses import NETWORK
from tests.evidence.certificates import Made, authority, make
from tests.evidence.facts import facts, note


@contextmanager
def serving(made: Made, folder: Path, asked_for: list[str | None] | None = None) -> Iterator[int]:
    """Serve TLS with this certificate on a free port of the loopback address; note the names that are asked for."""
    pem = folder / "server.pem"
    pem.write_text(made.pem + made.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    names = asked_for if asked_for is not None else []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)

    def answer() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secured:
                    secured.recv(1)
            except OSError:
                connection.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.mark.parametrize(
    ("made", "names"),
    [
        (make("localhost", names=["localhost", "mail.contoso.com"]), ("localhost", "mail.contoso.com")),
        (make("localhost"), ()),
        (make("*.contoso.com", names=["*.contoso.com"]), ("*.contoso.com",)),
        (make("localhost", names=["localhost"], expired=True), ("localhost",)),
        (make("other.fabrikam.com", names=["other.fabrikam.com"], issuer=authority()), ("other.fabrikam.com",)),
    ],
    ids=["san", "no-san", "wildcard", "expired", "wrong-name"],
)
def test_what_is_presented_is_reported_whatever_is_wrong_with_it(
    made: Made, names: tuple[str, ...], tmp_path: Path
) -> None:
    with serving(made, tmp_path) as port:
        found = evidence.read_tls("127.0.0.1", port)
    assert facts(found)["certificate.subject_alternative_names"] == names
    assert {observation.rank for observation in found.observations} == {evidence.Rank.MEASURED}
    assert {str(observation.provenance) for observation in found.observations} == {
        f"TLS handshake (tls://127.0.0.1:{port})"
    }
    assert note(found, "certificate").details["thumbprint"] == made.thumbprint
    assert note(found, "tls").details["address"] == "127.0.0.1"


def test_the_name_goes_out_as_sni_and_is_resolved_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, *rest: object, **options: object) -> object:
        calls.append(host)
        return real("127.0.0.1", *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    made = make("mail.contoso.com", names=["mail.contoso.com"])
    asked_for: list[str | None] = []
    with serving(made, tmp_path, asked_for) as port:
        found = evidence.read_tls("mail.contoso.com", port)
    assert asked_for == ["mail.contoso.com"]
    assert note(found, "tls").details["server_name"] == "mail.contoso.com"
    assert calls.count("mail.contoso.com") == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "::ffff:127.0.0.1", "localhost"])
def test_a_refused_address_is_not_reached_under_any_name(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object, **__: object) -> None:
        pytest.fail("a refused address was connected to")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(evidence.TargetRefused):
        evidence.read_tls(host, 443, policy=NETWORK)


def test_a_server_that_never_answers_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(evidence.ConnectionFailed, match="in time"):
        evidence.read_tls("127.0.0.1", listener.getsockname()[1], timeout=0.3)


def test_a_server_that_speaks_no_tls_and_a_port_that_nobody_listens_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.recv(4096)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with pytest.raises(evidence.ConnectionFailed, match="TLS"):
            evidence.read_tls("127.0.0.1", port)
        thread.join(5)
    with pytest.raises(evidence.ConnectionFailed, match="nothing listens"):
        evidence.read_tls("127.0.0.1", port)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("tls://mail.contoso.com", ("mail.contoso.com", 443)),
        ("tls://mail.contoso.com:8443", ("mail.contoso.com", 8443)),
        ("TLS://EX1/", ("EX1", 443)),
        ("tls://192.0.2.1:443", ("192.0.2.1", 443)),
        ("tls://[2001:db8::1]:444", ("2001:db8::1", 444)),
    ],
)
def test_targets(text: str, target: tuple[str, int]) -> None:
    parsed = evidence.parse_target(text)
    assert (parsed.host, parsed.port) == target
    assert evidence.parse_target(str(parsed)) == parsed


@pytest.mark.parametrize(
    "text",
    ["", "mail.contoso.com", "https://mail.contoso.com", "tls://", "tls://a b", "tls://a/b", "tls://u@a", "tls://a:0",
     "tls://a:65536", "tls://a:1:2", "tls://[::1", "tls://2130706433", "tls://-a.b", "tls://a?b", "tls://a\r\nb"],
)  # fmt: skip
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(evidence.TargetRefused):
        evidence.parse_target(text)
