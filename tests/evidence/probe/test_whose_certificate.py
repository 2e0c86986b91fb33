"""What a probe saw, resolved: each certificate belongs to what its host is, and never to another."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

import evidence
from engine import Engine
from evidence import Environment
from evidence.model import Evidence
from evidence.probe import Probe, observing
from evidence.resolve import resolve
from tests.evidence.certificates import make
from tests.evidence.probe.network import AUTHORITY, Network

HOSTER = make("web7.hosting.example", names=["web7.hosting.example"], issuer=AUTHORITY)
EXCHANGE = make("mail.contoso.com", names=["mail.contoso.com"], issuer=AUTHORITY)
OLD = make("old.contoso.com", names=["old.contoso.com"], issuer=AUTHORITY)


def resolved(engine: Engine, *parts: Evidence) -> Environment:
    (environment,) = resolve(engine.knowledge, [each for part in parts for each in part.observations])
    return environment


def names(environment: Environment, certificate: str) -> object:
    return environment.facts.get(f"{certificate}.subject_alternative_names")


@pytest.fixture
def seen(network: Network) -> Probe:
    network.shows(HOSTER, "contoso.com")
    network.shows(EXCHANGE, "ex1.contoso.com")
    return network.probe(servers=("ex1.contoso.com",))


def read_back(seen: Probe) -> Evidence:
    return evidence.read(json.dumps(observing.report(seen)))


@pytest.mark.parametrize("kept", [observing.evidence, read_back], ids=["measured", "read-back"])
def test_the_hosters_is_behind_the_alert_and_the_servers_is_on_exchange(
    seen: Probe, shipped: Engine, kept: Callable[[Probe], Evidence]
) -> None:
    environment = resolved(shipped, kept(seen), observing.supposed_alert(seen.forecasts[0]))

    assert environment.facts["alert.host"] == "contoso.com"
    assert names(environment, "alert.certificate") == ("web7.hosting.example",)
    assert names(environment, "certificate") == ("mail.contoso.com",)
    assert environment.disputes == ()


def test_without_an_alert_nobodys_certificate_is_taken_for_anothers(network: Network, shipped: Engine) -> None:
    network.shows(HOSTER, "contoso.com")
    environment = resolved(shipped, observing.evidence(network.probe()))

    assert names(environment, "alert.certificate") is None
    assert names(environment, "certificate") is None


def test_members_that_differ_are_a_dispute_and_none_replaces_the_other(network: Network, shipped: Engine) -> None:
    network.shows(EXCHANGE, "autodiscover.contoso.com")
    network.shows(OLD, "autodiscover.contoso.com")
    seen = network.probe()
    environment = resolved(shipped, observing.evidence(seen), observing.supposed_alert(seen.forecasts[0]))

    (dispute,) = environment.disputes
    assert dispute.objects == ("alert.certificate",)
    assert {side.provenance.what for side in dispute.sides} == {
        "TLS handshake with 127.0.77.1",
        "TLS handshake with 127.0.77.2",
    }
