"""Facts, evidence and settlements, through the one way in which every door gets its outcome."""

from __future__ import annotations

import evidence
from engine import Engine
from evidence.diagnosis import Given, diagnose

LIST = """Get-ExchangeCertificate | fl
Services : IIS
Subject : CN={0}
CertificateDomains : {{{0}, autodiscover.{0}}}
Thumbprint : {1}
"""
HOSTER = evidence.read(LIST.format("www.hoster.example", "A1" * 20), name="first")
OTHER = evidence.read(
    f"$ certutil -dump a.cer\n================ Certificate 0 ================\nIssuer: CN=Some CA\n"
    f"Subject: CN=mail.contoso.com\nCert Hash(sha1): {'b2' * 20}\n",
    name="second",
)


def test_a_settlement_for_what_was_stated_lasts_when_more_is_stated(shipped: Engine) -> None:
    stated = {"certificate.common_name": "mail.contoso.com"}
    (first,) = diagnose(shipped, Given(stated, (HOSTER,)))
    (dispute,) = first.environment.disputes
    ours = next(side for side in dispute.sides if not side.held)
    more = {**stated, "certificate.issuer": "CN=Contoso CA", "certificate.self_signed": False}
    (later,) = diagnose(shipped, Given(more, (HOSTER,), {dispute.key: ours.id}))
    assert later.outcome.facts.items() >= more.items()
    assert not later.outcome.contradictions


def test_what_is_stated_where_sources_differ_and_nobody_could_tell_wins(shipped: Engine) -> None:
    (where,) = [each for each in diagnose(shipped, Given({}, (OTHER,)))[0].environment.disputes if each.asks_where]
    settle = {where.key: "certificate", "certificate": "unknown"}
    (open_,) = diagnose(shipped, Given({}, (HOSTER, OTHER), settle))
    assert open_.outcome.facts["certificate.common_name"] == "unknown"
    (told,) = diagnose(shipped, Given({"certificate.common_name": "post.contoso.com"}, (HOSTER, OTHER), settle))
    assert told.outcome.facts["certificate.common_name"] == "post.contoso.com"
