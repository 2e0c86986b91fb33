"""Outlook's way, walked through networks that are set up as people's are: what would be warned of, where and why."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime

import dns.rcode
import pytest

from evidence.addresses import PUBLIC, Kind
from evidence.model import Rank, Sighting
from evidence.probe import End, Found, Probe, ProbedFact, State, Way, evidence, host_evidence, telling
from tests.evidence.certificates import Made, make
from tests.evidence.probe.network import AUTHORITY, NO_SUCH_LABEL, Network, addresses

GOOD = make("mail.contoso.com", names=["mail.contoso.com", "autodiscover.contoso.com"], issuer=AUTHORITY)
HOSTER = make("web7.hosting.example", names=["web7.hosting.example"], issuer=AUTHORITY)


def forecasts(seen: Probe) -> list[str]:
    return [str(each) for each in seen.forecasts]


def facts(seen: Probe) -> dict[str, object]:
    return {each.fact: each.value for each in evidence(seen).observations if not each.fact.startswith("certificate.")}


def lines(seen: Probe, way: Way) -> tuple[str, str, str]:
    stop = seen.stop(way)
    assert stop is not None
    _, _, shown = stop.shown[0]
    return shown.trust.state.value, shown.date.state.value, shown.name.state.value


def end(seen: Probe, way: Way = Way.ROOT_DOMAIN) -> End:
    stop = seen.stop(way)
    assert stop is not None
    return stop.looks[0].sight.end


def test_the_right_name_is_shown_and_nothing_is_to_be_expected(network: Network) -> None:
    network.shows(GOOD, "autodiscover.contoso.com")
    seen = network.probe()
    assert forecasts(seen) == []
    assert lines(seen, Way.AUTODISCOVER) == ("ok", "ok", "ok")
    assert facts(seen) == {
        ProbedFact.MAIL_DOMAIN: "contoso.com",
        ProbedFact.ROOT_ANSWERS: False,
        ProbedFact.AUTODISCOVER_RESOLVES: True,
        ProbedFact.AUTODISCOVER_COVERED: True,
        ProbedFact.WILDCARD: False,
    }


def test_the_wrong_name_is_forecast_at_the_host_with_the_reason(network: Network) -> None:
    address = network.shows(make("mail.contoso.com", names=["mail.contoso.com"], issuer=AUTHORITY),
                            "autodiscover.contoso.com")  # fmt: skip
    (forecast,) = (seen := network.probe()).forecasts
    assert str(forecast) == "would warn at autodiscover.contoso.com: name"
    assert forecast.reasons == (
        "the certificate's only subject alternative name is mail.contoso.com, "
        "which does not cover autodiscover.contoso.com",
    )
    assert forecast.at == addresses(address)
    assert forecast.ways == (Way.AUTODISCOVER,)
    assert facts(seen)[ProbedFact.AUTODISCOVER_COVERED] is False


def test_the_hosters_certificate_at_the_root_domain(network: Network) -> None:
    network.shows(HOSTER, "contoso.com")
    network.shows(GOOD, "autodiscover.contoso.com")
    seen = network.probe()
    assert forecasts(seen) == ["would warn at contoso.com: name"]
    assert facts(seen)[ProbedFact.ROOT_ANSWERS] is True
    assert facts(seen)[ProbedFact.ROOT_COVERED] is False


def test_a_wildcard_record_leads_autodiscover_to_the_hoster(network: Network) -> None:
    network.shows(HOSTER, "contoso.com", "*.contoso.com")
    seen = network.probe()
    assert forecasts(seen) == ["would warn at contoso.com: name", "would warn at autodiscover.contoso.com: name"]
    assert seen.wildcard is not None
    assert seen.wildcard.host == f"{NO_SUCH_LABEL}.contoso.com"
    assert facts(seen)[ProbedFact.WILDCARD] is True


def test_an_srv_record_leads_to_a_name_that_the_certificate_carries(network: Network) -> None:
    network.shows(make("mail.contoso.com", names=["mail.contoso.com"], issuer=AUTHORITY), "mail.contoso.com")
    network.srv("contoso.com", "mail.contoso.com")
    seen = network.probe()
    assert forecasts(seen) == []
    assert lines(seen, Way.SRV) == ("ok", "ok", "ok")
    assert facts(seen)[ProbedFact.SRV_TARGET] == "mail.contoso.com"
    assert facts(seen)[ProbedFact.AUTODISCOVER_RESOLVES] is False


def test_an_srv_record_for_another_port_is_not_taken(network: Network) -> None:
    network.shows(HOSTER, "mail.contoso.com")
    network.srv("contoso.com", "mail.contoso.com", port=1)
    seen = network.probe()
    assert seen.stop(Way.SRV) is None
    assert ProbedFact.SRV_TARGET not in facts(seen)


def test_an_srv_record_that_says_no_such_service_leads_nowhere(network: Network) -> None:
    network.record("_autodiscover._tcp.contoso.com", "SRV", f"0 0 {network.https} .")
    seen = network.probe()
    assert seen.services is not None
    assert seen.services.outcome is Found.NO_RECORD


def test_where_plain_http_redirects_to_is_looked_at_like_any_other_host(network: Network) -> None:
    network.shows(HOSTER, "autodiscover.hosting.example")
    address = network.host("autodiscover.contoso.com")
    location = f"https://autodiscover.hosting.example:{network.https}/autodiscover/autodiscover.xml"
    network.redirects(address, f"HTTP/1.1 302 Found\r\nlocation: {location}\r\n\r\n".encode())
    seen = network.probe()
    assert forecasts(seen) == ["would warn at autodiscover.hosting.example: name"]
    assert seen.redirect is not None
    assert (seen.redirect.reply.status, seen.redirect.reply.location) == (302, location)
    assert end(seen, Way.AUTODISCOVER) is End.NOTHING_LISTENS


@pytest.mark.parametrize(
    "location",
    ["http://other.example/x", "/autodiscover.xml", "file:///etc/passwd", "https://user:word@other.example/", "\x1b[2J",
     "https://other.example/ x", ""],
)  # fmt: skip
def test_a_redirect_to_what_is_no_https_url_is_shown_and_not_followed(network: Network, location: str) -> None:
    network.redirects(
        network.host("autodiscover.contoso.com"), b"HTTP/1.1 301 x\r\nLocation: " + location.encode() + b"\r\n\r\n"
    )
    seen = network.probe()
    assert seen.stop(Way.HTTP_REDIRECT) is None
    assert seen.redirect is not None
    assert seen.redirect.reply.location is not None
    assert seen.redirect.reply.location.isprintable()


@pytest.mark.parametrize(
    "location", ["https://169.254.169.254/latest/", "https://metadata.example/", "https://127.0.0.1/x"]
)
def test_a_redirect_does_not_lead_the_probe_to_refused_addresses(network: Network, location: str) -> None:
    network.record("metadata.example", "A", "169.254.169.254")
    network.redirects(
        network.host("autodiscover.contoso.com"), f"HTTP/1.1 302 x\r\nLocation: {location}\r\n\r\n".encode()
    )
    assert end(network.probe(), Way.HTTP_REDIRECT) is End.NOT_ALLOWED


@pytest.mark.parametrize(
    ("answer", "ends"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\n", (End.SHOWN, 404)),
        (b"HTTP/1.1 302 Found\r\n\r\n", (End.SHOWN, 302)),
        (b"220 mail.contoso.com ESMTP\r\n", (End.OTHER_PROTOCOL, None)),
        (b"HTTP/1.1 302 Found\r\n" + b"X: y\r\n" * 500 + b"\r\n", (End.OTHER_PROTOCOL, None)),
        (b"HTTP/1.1 302 Found\r\nX: " + b"y" * 100_000, (End.SHOWN, 302)),
        (b"", (End.OTHER_PROTOCOL, None)),
        (b"\xff" * 300, (End.OTHER_PROTOCOL, None)),
    ],
    ids=["404", "no-location", "smtp", "many-headers", "endless", "nothing", "noise"],
)
def test_other_answers_over_plain_http_redirect_nowhere(
    network: Network, answer: bytes, ends: tuple[End, int | None]
) -> None:
    network.redirects(network.host("autodiscover.contoso.com"), answer)
    seen = network.probe()
    assert seen.redirect is not None
    assert (seen.redirect.reply.end, seen.redirect.reply.status) == ends
    assert seen.redirect.target is None


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (make("contoso.com", names=["contoso.com"], issuer=AUTHORITY), ("ok", "ok", "ok")),
        (make("contoso.com", names=["contoso.com"], issuer=AUTHORITY, expired=True), ("ok", "failed", "ok")),
        (make("contoso.com", names=["contoso.com"]), ("failed", "ok", "ok")),
        (make("EX1", names=["EX1", "EX1.contoso.com"], expired=True), ("failed", "failed", "failed")),
        (make("contoso.com", names=["contoso.com"], issuer=AUTHORITY, for_servers=False), ("failed", "ok", "ok")),
        (make("contoso.com", issuer=AUTHORITY), ("ok", "ok", "ok")),
        (make("contoso.com", names=["www.contoso.com"], issuer=AUTHORITY), ("ok", "ok", "failed")),
        (make("*.contoso.com", names=["*.contoso.com"], issuer=AUTHORITY), ("ok", "ok", "failed")),
        (make("Contoso Web", "contoso.com", issuer=AUTHORITY), ("ok", "ok", "ok")),
        (make(issuer=AUTHORITY), ("ok", "ok", "failed")),
        (make("contoso.com", names=[], issuer=AUTHORITY), ("ok", "ok", "failed")),
        (make("contoso.com", names=["contoso.com"], issuer=make("Other CA", authority=True, key_number=2)),
         ("failed", "ok", "ok")),
    ],
    ids=["good", "expired", "self-signed", "expired-default", "wrong-usage", "common-name", "san-over-common-name",
         "wildcard-and-bare-domain", "several-common-names", "no-name", "empty-extension", "unknown-issuer"],
)  # fmt: skip
def test_each_of_the_three_lines_is_judged_for_itself(
    network: Network, made: Made, expected: tuple[str, str, str]
) -> None:
    network.shows(made, "contoso.com")
    seen = network.probe()
    assert lines(seen, Way.ROOT_DOMAIN) == expected
    failing = [name for name, state in zip(("trust", "date", "name"), expected, strict=True) if state == "failed"]
    assert forecasts(seen) == ([f"would warn at contoso.com: {', '.join(failing)}"] if failing else [])


def test_a_certificate_of_the_future_fails_on_its_date_alone(network: Network) -> None:
    network.shows(make("contoso.com", names=["contoso.com"], issuer=AUTHORITY), "contoso.com")
    seen = network.probe(now=datetime(2020, 1, 1, tzinfo=UTC))
    assert lines(seen, Way.ROOT_DOMAIN) == ("ok", "failed", "ok")
    assert seen.forecasts[0].reasons[0].startswith("it is not valid before")


def test_an_authority_that_has_expired_fails_on_trust(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    old = make("Contoso Issuing CA", authority=True, expired=True, key_number=1)
    monkeypatch.setattr("tests.evidence.probe.network.AUTHORITY", old)
    network.shows(make("contoso.com", names=["contoso.com"], issuer=old), "contoso.com")
    seen = network.probe()
    assert lines(seen, Way.ROOT_DOMAIN) == ("failed", "ok", "ok")
    assert seen.forecasts[0].reasons == ("a certificate above it has expired",)


def test_trust_is_open_where_the_machine_trusts_nobody(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidence.probe.looking.trusts_anybody", lambda _: False)
    network.shows(GOOD, "autodiscover.contoso.com")
    seen = network.probe()
    assert lines(seen, Way.AUTODISCOVER) == ("unknown", "ok", "ok")
    stop = seen.stop(Way.AUTODISCOVER)
    assert stop is not None
    assert stop.shown[0][2].would_warn is None


def test_trust_is_open_where_the_second_look_meets_another_server(network: Network) -> None:
    address = network.host("contoso.com")
    others = [network.shows(make("contoso.com", names=["contoso.com"], issuer=AUTHORITY, key_number=number))
              for number in (3, 4)]  # fmt: skip

    def in_turn(connection: socket.socket) -> None:
        relay(connection, others.pop(0), network.https)

    network.listens(address, in_turn)
    assert lines(network.probe(), Way.ROOT_DOMAIN)[0] == "unknown"


def relay(client: socket.socket, address: str, port: int) -> None:
    """Be a load balancer."""
    with socket.create_connection((address, port)) as server:

        def back() -> None:
            with suppress(OSError):
                while part := server.recv(4096):
                    client.sendall(part)

        thread = threading.Thread(target=back, daemon=True)
        thread.start()
        while part := client.recv(4096):
            server.sendall(part)
        server.shutdown(socket.SHUT_WR)
        thread.join(5)


def test_a_host_where_nothing_listens(network: Network) -> None:
    network.host("contoso.com")
    seen = network.probe()
    assert end(seen) is End.NOTHING_LISTENS
    assert facts(seen)[ProbedFact.ROOT_ANSWERS] is False


def test_a_server_that_stays_silent_is_given_up_and_nothing_is_concluded(network: Network) -> None:
    network.timeout = 0.4
    network.listens(network.host("contoso.com"), lambda connection: connection.recv(100_000) and wait(connection))
    seen = network.probe()
    assert end(seen) is End.SILENT
    assert ProbedFact.ROOT_ANSWERS not in facts(seen)
    assert forecasts(seen) == []


def test_a_server_that_sends_a_byte_now_and_then_is_given_up_too(network: Network) -> None:
    network.timeout = 0.4

    def trickle(connection: socket.socket) -> None:
        for byte in b"\x16\x03\x03\x40\x00" + bytes(200):
            connection.sendall(bytes([byte]))
            threading.Event().wait(0.05)

    network.listens(network.host("contoso.com"), trickle)
    assert end(network.probe()) is End.SILENT


def test_a_slow_server_is_waited_for(network: Network) -> None:
    network.shows(HOSTER, "contoso.com", first=lambda _: threading.Event().wait(0.3) and None)
    assert forecasts(network.probe()) == ["would warn at contoso.com: name"]


def wait(connection: socket.socket) -> None:
    connection.recv(1)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""], ids=["plain-http", "hangs-up"])
def test_a_server_that_speaks_no_tls_shows_nothing_to_warn_of(network: Network, answer: bytes) -> None:
    def reply(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(answer)

    network.listens(network.host("contoso.com"), reply)
    seen = network.probe()
    assert end(seen) is End.OTHER_PROTOCOL
    assert facts(seen)[ProbedFact.ROOT_ANSWERS] is False


@pytest.mark.parametrize("failure", [dns.rcode.SERVFAIL, dns.rcode.REFUSED, None], ids=str)
def test_a_dns_server_that_fails_leaves_everything_open(network: Network, failure: dns.rcode.Rcode | None) -> None:
    network.timeout = 0.5
    for name in ("contoso.com", "autodiscover.contoso.com", f"{NO_SUCH_LABEL}.contoso.com"):
        network.broken[name] = failure
    assert facts(network.probe()) == {ProbedFact.MAIL_DOMAIN: "contoso.com"}


def test_an_alias_changes_the_address_and_not_the_name_that_is_compared(network: Network) -> None:
    network.shows(make("mail.contoso.com", names=["mail.contoso.com"], issuer=AUTHORITY), "mail.contoso.com")
    network.record("autodiscover.contoso.com", "CNAME", "mail.contoso.com.")
    seen = network.probe()
    stop = seen.stop(Way.AUTODISCOVER)
    assert stop is not None
    assert stop.lookup.alias_of == "mail.contoso.com"
    assert forecasts(seen) == ["would warn at autodiscover.contoso.com: name"]


def test_one_member_of_several_shows_another_certificate(network: Network) -> None:
    network.shows(GOOD, "mail.contoso.com")
    bad = network.shows(make("EX2", names=["EX2", "EX2.contoso.com"]), "mail.contoso.com")
    (forecast,) = network.probe(None, hosts=("mail.contoso.com",)).forecasts
    assert (forecast.fails, forecast.at, forecast.everywhere) == (("trust", "name"), addresses(bad), False)


def test_one_member_is_looked_at_alone(network: Network) -> None:
    network.shows(GOOD, "mail.contoso.com")
    bad = network.shows(make("EX2", names=["EX2"]))
    seen = network.probe(None, hosts=("mail.contoso.com",), connect={"Mail.contoso.com": addresses(bad)})
    assert [look.address for look in seen.stops[0].looks] == list(addresses(bad))
    assert forecasts(seen) == ["would warn at mail.contoso.com: trust, name"]


def test_an_address_that_was_named_says_nothing_of_where_clients_are_led(network: Network) -> None:
    member = network.shows(GOOD)
    seen = network.probe(connect={"contoso.com": addresses(member), "autodiscover.contoso.com": addresses(member)})
    assert forecasts(seen) == ["would warn at contoso.com: name"]
    assert facts(seen) == {ProbedFact.MAIL_DOMAIN: "contoso.com", ProbedFact.WILDCARD: False}


def test_stored_urls_are_looked_at_once_each_host_and_only_over_https(network: Network) -> None:
    network.shows(GOOD, "mail.contoso.com", "ex1.contoso.com")
    port = network.https
    seen = network.probe(
        None,
        urls=(f"https://ex1.contoso.com:{port}/EWS/Exchange.asmx", f"https://EX1.contoso.com:{port}/OAB",
              "http://plain.contoso.com/OAB", f"https://mail.contoso.com:{port}/mapi", "nonsense"),
    )  # fmt: skip
    assert [(stop.host, stop.ways) for stop in seen.stops] == [
        ("ex1.contoso.com", (Way.STORED_URL,)),
        ("mail.contoso.com", (Way.STORED_URL,)),
    ]
    assert forecasts(seen) == ["would warn at ex1.contoso.com: name"]


def test_no_host_is_left_out_in_silence(network: Network) -> None:
    seen = network.probe(None, hosts=tuple(f"127.0.77.{number}" for number in range(100, 145)))
    assert len(seen.stops) + len(seen.left_out) == 45
    assert [kind for kind, _ in telling.remarks(seen)] == ["left-out"]


def test_the_certificate_of_a_named_server_is_that_servers(network: Network) -> None:
    network.shows(GOOD, "ex1.contoso.com")
    network.shows(GOOD, "mail.contoso.com")
    seen = network.probe(None, hosts=("mail.contoso.com",), servers=("ex1.contoso.com",))
    named = {stop.host: {each.server for each in host_evidence(stop).observations} for stop in seen.stops}
    assert named == {"mail.contoso.com": {None}, "ex1.contoso.com": {"ex1.contoso.com"}}


def test_what_was_measured_says_where_and_who(network: Network) -> None:
    address = network.shows(HOSTER, "contoso.com")
    found = [each for each in evidence(network.probe()).observations if each.fact.startswith("certificate.")]
    assert {each.rank for each in found} == {Rank.MEASURED}
    assert {each.sighting for each in found} == {Sighting(seen_at="contoso.com")}
    place = f"TLS handshake with {address} (tls://contoso.com:{network.https})"
    assert {str(each.provenance) for each in found} == {place}
    assert ("certificate.subject_alternative_names", ("web7.hosting.example",)) in [
        (each.fact, each.value) for each in found
    ]


def test_nothing_is_sent_to_an_address_that_is_refused(network: Network) -> None:
    met: list[str] = []
    address = network.shows(GOOD, "contoso.com", "autodiscover.contoso.com", first=lambda _: met.append("https"))
    network.listens(address, lambda _: met.append("http"), network.http)
    seen = network.probe(policy=PUBLIC)
    assert end(seen) is End.NOT_ALLOWED
    refusal = seen.stops[0].looks[0].sight.refusal
    assert refusal is not None
    assert refusal.kind is Kind.LOOPBACK
    assert met == []


def test_progress_is_told_as_each_step_begins(network: Network) -> None:
    network.shows(GOOD, "autodiscover.contoso.com")
    network.probe()
    assert "looking up contoso.com" in network.steps
    assert any(step.startswith("looking at autodiscover.contoso.com (127.0.77.1)") for step in network.steps)


def test_an_address_as_host_is_looked_at_and_its_name_left_open_with_addresses_on_the_certificate(
    network: Network,
) -> None:
    address = network.shows(make("x", names=["mail.contoso.com"], addresses=["192.0.2.1"], issuer=AUTHORITY))
    seen = network.probe(None, hosts=(address,))
    assert seen.stops[0].shown[0][2].name.state is State.UNKNOWN


def test_a_certificate_whose_issuer_windows_can_fetch_is_open_on_trust(network: Network) -> None:
    between = make("Contoso Sub CA", authority=True, key_number=2, issuer=AUTHORITY)
    leaf = make(
        "autodiscover.contoso.com",
        names=["autodiscover.contoso.com"],
        issuer=between,
        issuer_at="http://ca.contoso.example/sub.crt",
    )
    network.shows(leaf, "autodiscover.contoso.com")
    seen = network.probe()
    assert lines(seen, Way.AUTODISCOVER) == ("unknown", "ok", "ok")
    assert forecasts(seen) == []


def test_a_certificate_whose_issuer_nobody_can_fetch_fails_on_trust(network: Network) -> None:
    between = make("Contoso Sub CA", authority=True, key_number=2, issuer=AUTHORITY)
    leaf = make("autodiscover.contoso.com", names=["autodiscover.contoso.com"], issuer=between)
    network.shows(leaf, "autodiscover.contoso.com")
    assert lines(network.probe(), Way.AUTODISCOVER) == ("failed", "ok", "ok")


def test_every_host_of_srv_records_that_are_preferred_alike_is_looked_at(network: Network) -> None:
    network.shows(GOOD, "mail.contoso.com")
    network.shows(HOSTER, "mail2.contoso.com")
    network.srv("contoso.com", "mail.contoso.com")
    network.srv("contoso.com", "mail2.contoso.com")
    seen = network.probe()
    assert forecasts(seen) == ["would warn at mail2.contoso.com: name"]
    assert ProbedFact.SRV_TARGET not in facts(seen)


def test_a_redirect_to_itself_is_looked_at_once(network: Network) -> None:
    address = network.shows(GOOD, "autodiscover.contoso.com")
    network.redirects(address, b"HTTP/1.1 302 Found\r\nLocation: https://autodiscover.contoso.com/x\r\n\r\n")
    seen = network.probe()
    assert [stop.ways for stop in seen.stops][1:] == [(Way.AUTODISCOVER, Way.HTTP_REDIRECT)]
    assert forecasts(seen) == []


def test_a_wildcard_record_with_a_certificate_for_all_names_is_nothing_to_warn_of(network: Network) -> None:
    network.shows(make("*.contoso.com", names=["*.contoso.com", "contoso.com"], issuer=AUTHORITY), "*.contoso.com")
    seen = network.probe()
    assert seen.any_name_resolves
    assert forecasts(seen) == []
