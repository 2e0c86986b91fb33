"""`resolvent probe` at the command line: what it prints, what it refuses, and what it says to add."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

import desk.cli.probe
import evidence
from evidence.model import Rank
from evidence.probe import Walk
from tests.desk.cli.command import Ran, resolvent
from tests.evidence.certificates import make
from tests.evidence.probe.network import AUTHORITY, Network

Probe = Callable[..., Ran]


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    with ExitStack() as stack:
        network = Network(tmp_path, stack)
        ports = partial(Walk, https_port=network.https, http_port=network.http)
        monkeypatch.setattr(desk.cli.probe, "Walk", ports)
        # Whether this machine has a store or not: the certificates here are in none.
        monkeypatch.setattr("evidence.probe.looking.trusts_anybody", lambda _: True)
        yield network


@pytest.fixture
def probe(network: Network, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Probe:
    resolver = ":".join(map(str, network.resolver))
    return lambda *arguments: resolvent(
        "probe", "--resolver", resolver, *arguments, monkeypatch=monkeypatch, capsys=capsys
    )


ALLOWED = ("--allow-network", "127.0.77.0/24")


@pytest.fixture
def hoster(network: Network) -> str:
    return network.shows(make("web7.hosting.example", names=["web7.hosting.example"]), "contoso.com")


@pytest.mark.usefixtures("hoster")
def test_what_would_be_warned_of_comes_first_and_the_certificate_after(probe: Probe) -> None:
    ran = probe("kim@Contoso.com", *ALLOWED)

    assert ran.exit == 0
    assert ran.out.index("would warn at contoso.com: trust, name") < ran.out.index("Issued by itself (self-signed)")
    assert "no such name" in ran.out  # of the autodiscover name
    assert "looking at contoso.com" in ran.err
    assert "kim" not in ran.out + ran.err


@pytest.mark.usefixtures("hoster")
def test_json_holds_what_was_seen_with_the_facts_and_nothing_else(probe: Probe, network: Network) -> None:
    seen = json.loads(probe("contoso.com", *ALLOWED, "--format", "json").out)

    assert [each["text"] for each in seen["forecast"]] == ["Outlook would warn at contoso.com: trust, name."]
    assert seen["hosts"][0]["addresses"][0]["lines"]["name"]["state"] == "failed"
    assert {each["fact"]: each["value"] for each in seen["facts"]}["root_domain.certificate_covers"] is False
    (certificate,) = seen["certificates"]
    assert certificate["seen_at"] == "contoso.com"
    assert {each["rank"] for each in certificate["facts"]} == {"measured"}


def test_an_address_that_is_refused_is_told_with_the_option_that_allows_it(probe: Probe, hoster: str) -> None:
    ran = probe("contoso.com")

    assert ran.exit == 64
    assert f"contoso.com: {hoster} is a loopback address" in ran.err
    assert f"--allow-network {hoster}" in ran.err
    assert ran.out == ""


def test_urls_that_were_read_elsewhere_are_looked_at(probe: Probe, network: Network, tmp_path: Path) -> None:
    network.shows(make("mail.contoso.com", names=["mail.contoso.com"]), "exch1.contoso.com")
    url = f"https://exch1.contoso.com:{network.https}/EWS/Exchange.asmx"
    (tmp_path / "ews.txt").write_text(
        "[PS] C:\\>Get-WebServicesVirtualDirectory | fl\n\nServer : EXCH1\n"
        f"Identity : EXCH1\\EWS (Default Web Site)\nInternalUrl : {url}\n"
    )

    ran = probe("--evidence", str(tmp_path / "ews.txt"), *ALLOWED)

    assert "would warn at exch1.contoso.com: trust, name" in ran.out


def test_one_member_behind_a_balancer_is_looked_at(probe: Probe, network: Network) -> None:
    network.host("mail.contoso.com")
    member = network.shows(make("EX2", names=["EX2"]))

    ran = probe("--host", "mail.contoso.com", "--connect", f"mail.contoso.com={member}", *ALLOWED)

    assert "would warn at mail.contoso.com: trust, name" in ran.out


def test_what_a_server_sends_cannot_steer_the_terminal(probe: Probe, network: Network) -> None:
    network.shows(make("a\x1b[2Jb"), "contoso.com")

    assert "\x1b" not in probe("contoso.com", *ALLOWED).out


def test_a_domain_that_does_not_exist_shows_nothing(probe: Probe) -> None:
    ran = probe("contoso.com")

    assert ran.exit == 0
    assert "No certificate was shown." in ran.out


def test_the_json_can_be_read_elsewhere(probe: Probe, network: Network, tmp_path: Path) -> None:
    network.shows(make("mail.contoso.com", names=["mail.contoso.com"]), "contoso.com", "ex1.contoso.com")
    written = probe("contoso.com", "--server", "ex1.contoso.com", *ALLOWED, "--format", "json").out

    again = evidence.read(written, name="probe.json")

    read = {each.fact: (each.value, each.server, each.rank) for each in again.observations}
    assert read["root_domain.certificate_covers"] == (False, None, Rank.MACHINE_OUTPUT)
    assert read["client.mail_domain"] == ("contoso.com", None, Rank.STATED)
    assert read["certificate.common_name"] == ("mail.contoso.com", "ex1.contoso.com", Rank.MACHINE_OUTPUT)
    assert any(note.text == "Outlook would warn at contoso.com: trust, name." for note in again.notes)


def test_a_diagnosis_supposes_each_warning_that_is_forecast(probe: Probe, hoster: str) -> None:
    ran = probe("contoso.com", *ALLOWED, "--diagnose", "--format", "json")

    (outcome,) = json.loads(ran.out)["outcomes"]
    assert outcome["supposing"] == "If the warning names contoso.com"
    facts = outcome["outcome"]["facts"]
    supposed = {"alert.kind": "security_alert", "alert.host": "contoso.com", "alert.trust": "failed"}
    assert {**facts, **supposed, "alert.date": "ok", "alert.name": "failed"} == facts
    assert facts["alert.certificate.common_name"] == "web7.hosting.example"
    assert not any(key.startswith("certificate.") for key in facts), "the hoster's certificate is not Exchange's"


def test_a_warning_that_was_read_wins_over_the_forecast(probe: Probe, hoster: str, tmp_path: Path) -> None:
    (tmp_path / "alert.txt").write_text(
        "contoso.com\nThe name on the security certificate is invalid or does not match the name of the site.\n"
    )

    ran = probe("contoso.com", *ALLOWED, "--diagnose", "--evidence", str(tmp_path / "alert.txt"))

    assert "What follows" in ran.out
    assert "If the warning names" not in ran.out
    assert "the trust check" not in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("kim@",),
        ("https://contoso.com/",),
        ("192.0.2.1",),
        ("contoso.com", "--host", "a b"),
        ("contoso.com", "--url", "ftp://contoso.com"),
        ("contoso.com", "--connect", "mail.contoso.com"),
        ("contoso.com", "--connect", "mail.contoso.com=EX1"),
        ("contoso.com", "--allow-network", "10.0.0.0/33"),
        ("contoso.com", "--resolver", "dns.contoso.com"),
        ("contoso.com", "--resolver", "192.0.2.1:0"),
        ("contoso.com", "--timeout", "0"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_is_asked(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = resolvent("probe", *arguments, monkeypatch=monkeypatch, capsys=capsys)

    assert ran.exit == 64
    assert ran.out == ""
    assert "looking" not in ran.err


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("192.0.2.53", ("192.0.2.53", 53)),
        ("192.0.2.53:5353", ("192.0.2.53", 5353)),
        ("2001:db8::53", ("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
    ],
)
def test_how_a_dns_server_is_named(text: str, server: tuple[str, int]) -> None:
    assert desk.cli.probe._resolver(text) == server


def test_a_domain_with_other_letters_is_looked_up_and_compared_as_certificates_have_it(
    probe: Probe, network: Network
) -> None:
    host = "autodiscover.xn--mller-kva.example"
    network.shows(make(host, names=[host], issuer=AUTHORITY), host)

    seen = json.loads(probe("kim@m\u00fcller.example", *ALLOWED, "--format", "json").out)

    assert seen["domain"] == "xn--mller-kva.example"
    assert "name" not in [failing for each in seen["forecast"] for failing in each["fails"]]
