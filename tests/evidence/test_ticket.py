"""Plain words are proposed, never asserted."""

from __future__ import annotations

import pytest

import evidence
from kb.values import Value
from tests.evidence.facts import note


def proposals(text: str) -> set[tuple[str, Value]]:
    found = evidence.read(text)
    assert found.asserted == ()
    return {(observation.fact, observation.value) for observation in found.proposed}


def test_a_ticket() -> None:
    text = """Anna (anna@contoso.com) on Outlook 2010 SP2 gets a warning for ex1.contoso.com since Monday.
We run Exchange Server 2010, build 14.3.123.4. See autodiscover.xml and setup.exe.
The certificate is issued to mail.contoso.com; EWS is at https://ex1.contoso.com/EWS/Exchange.asmx.
"""
    assert proposals(text) == {
        ("client.outlook_version", "2010"),
        ("exchange.version", "2010"),
        ("alert.host", "ex1.contoso.com"),
        ("certificate.common_name", "mail.contoso.com"),
        ("endpoints.ews.url", "https://ex1.contoso.com/EWS/Exchange.asmx"),
    }


@pytest.mark.parametrize(
    ("words", "proposal"),
    [
        ("Exchange 2007 SP3", ("exchange.version", "2007")),
        ("Microsoft Exchange Server 2016", ("exchange.version", "2016")),
        ("Exchange Server Subscription Edition", ("exchange.version", "se")),
        ("Exchange Server SE", ("exchange.version", "se")),
        ("Exchange Online", ("exchange.version", "online")),
        ("Exchange 2003", ("exchange.version", "other")),
        ("Outlook for Microsoft 365", ("client.outlook_version", "365")),
        ("our Exchange shows 15.02.2562.017", ("exchange.version", "se")),
        ("the server is Version 15.2 (Build 1748.10)", ("exchange.version", "2019")),
    ],
)
def test_products_and_builds(words: str, proposal: tuple[str, str]) -> None:
    assert proposal in proposals(words)


def test_hosts_without_a_role_are_mentioned() -> None:
    found = evidence.read("Our web shop is www.contoso.com and the user is bob@fabrikam.com.")
    assert note(found, "hosts-mentioned").details["hosts"] == ("www.contoso.com",)


def test_words_beside_an_output_are_proposed_and_the_output_asserted() -> None:
    found = evidence.read(
        "The user has Outlook 2007.\nGet-OabVirtualDirectory | fl\nServer : EX1\nInternalUrl : https://a.b/OAB\n"
    )
    assert {observation.fact for observation in found.proposed} == {"client.outlook_version"}
    assert {observation.fact for observation in found.asserted} == {"exchange.server", "endpoints.oab.url"}


def test_proposals_are_few_whatever_is_pasted() -> None:
    text = "\n".join(f"warning for h{number}.contoso.com" for number in range(500))
    assert len(evidence.read(text).proposed) <= 40


def test_a_confirmed_proposal_is_a_statement_that_keeps_its_provenance() -> None:
    (observation,) = evidence.read("Exchange 2010").proposed
    assert observation.confirmed().rank is evidence.Rank.STATED
    assert observation.confirmed().provenance == observation.provenance
