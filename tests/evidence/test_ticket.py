"""Plain words are proposed, never asserted."""

from __future__ import annotations

from functools import cache

import pytest

import evidence
import kb
from kb.values import Value, read_value
from tests.evidence.facts import note


@cache
def knowledge() -> kb.KnowledgeBase:
    return kb.load()


def proposals(text: str) -> set[tuple[str, Value]]:
    """Return what a text proposes, each value as the vocabulary reads it where it has the fact."""
    try:
        found = evidence.read(text)
    except evidence.UnrecognisedInput:
        return set()
    assert found.asserted == ()
    facts = knowledge().facts
    return {
        (each.fact, read_value(each.value, facts[each.fact]) if each.fact in facts else each.value)
        for each in found.proposed
    }


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
        ("alert.since", "Monday"),
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


def test_a_persons_sentence_gives_a_proposal_for_each_thing_that_it_tells() -> None:
    text = "I am at home, Outlook 2010, our server is EX1, Exchange 2010 SP3, we renewed it last week."
    assert proposals(text) == {
        ("client.location", "external"),
        ("client.outlook_version", "2010"),
        ("exchange.server", "EX1"),
        ("exchange.version", "2010"),
        ("change.recent", "new_certificate"),
    }
    assert {each.fact: each.quote for each in evidence.read(text).proposed}["exchange.server"] == "our server is EX1"


@pytest.mark.parametrize(
    ("words", "fact", "value"),
    [
        ("She works from home today", "client.location", "external"),
        ("Er sitzt im B\u00fcro", "client.location", "internal"),
        ("The laptop is connected to the VPN", "client.vpn", True),
        ("He is not on VPN", "client.vpn", False),
        ("The PC is not joined to the domain", "client.domain_joined", False),
        ("It is a domain-joined machine", "client.domain_joined", True),
        ("All users get the warning", "client.affected", "all"),
        ("Only one user is affected", "client.affected", "one"),
        ("Some of our users see the pop-up", "client.affected", "some"),
        ("We installed a new certificate on Friday", "change.recent", "new_certificate"),
        ("Wir haben das Zertifikat erneuert", "change.recent", "new_certificate"),
        ("We set up a second Exchange server", "change.recent", "new_server"),
        ("The mailboxes: we migrated all users to Exchange Online", "change.recent", "migration"),
        ("We switched our DNS provider", "change.recent", "dns"),
        ("There is a new firewall", "change.recent", "proxy"),
        ("Nothing was changed", "change.recent", "none"),
        ("Seit gestern kommt die Meldung", "alert.since", "gestern"),
        ("The user's address is bob@fabrikam.com", "client.mail_domain", "fabrikam.com"),
        ("The Exchange server is called MAIL-02", "exchange.server", "MAIL-02"),
        ("It runs on our server EX7", "exchange.server", "EX7"),
        ("Unser Server hei\u00dft exch7", "exchange.server", "exch7"),
        ("The InternalUrl is https://ex1.contoso.com/OAB", "endpoints.oab.url", "https://ex1.contoso.com/OAB"),
        ("The external URL is https://m.contoso.com/OAB", "endpoints.oab.external_url", "https://m.contoso.com/OAB"),
        ("The title of the window is mail.contoso.com", "alert.host", "mail.contoso.com"),
    ],
)
def test_what_a_clause_tells(words: str, fact: str, value: Value) -> None:
    assert (fact, value) in proposals(words)


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("At home it works fine.", "client.location"),
        ("She is not in the office.", "client.location"),
        ("Our server is in the office.", "client.location"),
        ("It happens at home and in the office.", "client.location"),
        ("We plan to go to Exchange 2016 next month.", "exchange.version"),
        ("We moved from Exchange 2010 to Exchange 2016.", "none-of-2010"),
        ("The old Exchange 2007 was removed.", "exchange.version"),
        ("Should we renew the certificate?", "change.recent"),
        ("We did not renew the certificate.", "change.recent"),
        ("We renewed the licence last week.", "change.recent"),
        ("The certificate was replaced two years ago.", "change.recent"),
        ("All users have Outlook 2010.", "client.affected"),
        ("Our server is down.", "exchange.server"),
        ("The server is 2010.", "exchange.server"),
        ("Our web shop www.contoso.com has a new certificate.", "alert.host"),
        ("The log shows a certificate loaded for fw.contoso.com.", "alert.host"),
        ("He opened https://ex1.contoso.com/EWS/Exchange.asmx in a browser.", "endpoints.ews.url"),
        ("It tried https://contoso.com/autodiscover/autodiscover.xml first.", "endpoints.autodiscover.url"),
        ("Set-OabVirtualDirectory -InternalUrl https://a.contoso.com/OAB", "endpoints.oab.url"),
        ("Set-OabVirtualDirectory -ExternalUrl https://a.contoso.com/OAB", "endpoints.oab.external_url"),
        ("From: Bob <bob@fabrikam.com>", "client.mail_domain"),
        ('$Server = "EXCH16"', "exchange.server"),
        ("It asked the remote server mail2.fabrikam.com on port 443", "exchange.server"),
        ("They are either on the LAN or connected via VPN", "client.vpn"),
    ],
)
def test_what_merely_stands_near_is_not_proposed(words: str, fact: str) -> None:
    told = proposals(words)
    assert fact not in {key for key, _ in told}
    assert ("exchange.version", "2010") not in told


def test_commands_that_would_change_something_are_set_aside() -> None:
    found = evidence.read(
        "$urls = @{\n  ewsInt = 'https://post.fabrikam.example/EWS/Exchange.asmx'\n}\n"
        'Set-WebServicesVirtualDirectory -Identity "$server\\EWS (Default Web Site)" `\n'
        "    -InternalUrl $urls.ewsInt -ExternalUrl https://post.fabrikam.example/EWS/Exchange.asmx\n"
    )
    assert found.observations == ()
    assert note(found, "set-command").details["commands"] == ("Set-WebServicesVirtualDirectory",)


EWS_INSIDE, EWS_OUTSIDE = (
    "https://ex7.fabrikam.local/ews/exchange.asmx",
    "https://post.fabrikam.example/ews/exchange.asmx",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"The internal URL for EWS is {EWS_INSIDE} and the external URL is {EWS_OUTSIDE}, OAB internal is "
            "http://ex7.fabrikam.local/oab",
            {
                "endpoints.ews.url": EWS_INSIDE,
                "endpoints.ews.external_url": EWS_OUTSIDE,
                "endpoints.oab.url": "http://ex7.fabrikam.local/oab",
            },
        ),
        (f"I changed the internal URL from {EWS_INSIDE} to {EWS_OUTSIDE} today.", {"endpoints.ews.url": EWS_OUTSIDE}),
        (f"Should I change the internal URL from {EWS_INSIDE} to {EWS_OUTSIDE}?", {"endpoints.ews.url": EWS_INSIDE}),
        (f"We plan to set the internal URL to {EWS_OUTSIDE}", {}),
        (f"Should the internal URL be {EWS_OUTSIDE}?", {}),
        (f"The old internal URL was {EWS_INSIDE}", {}),
        (f"The internal URL names the server itself, like {EWS_INSIDE}", {"endpoints.ews.url": EWS_INSIDE}),
        (f"The internal URL of the rest is right, but EWS answers at {EWS_INSIDE}", {}),
    ],
)
def test_a_url_is_proposed_for_what_its_own_clause_says_of_today(text: str, expected: dict[str, str]) -> None:
    assert {(fact, value) for fact, value in proposals(text) if "url" in fact} == set(expected.items())


@pytest.mark.parametrize(
    "text",
    [
        "Bob Berg | Certified Microsoft Exchange 2010 Expert",
        "Exchange 2013 MCSE",
        "We had Exchange 2003",
        "and then Exchange 2010",
    ],
)
def test_a_product_that_somebody_had_or_only_knows_is_not_proposed(text: str) -> None:
    assert not {fact for fact, _ in proposals(text)} & {"exchange.version"}


def test_a_change_of_last_year_is_not_recent() -> None:
    assert ("change.recent", "migration") not in proposals("We migrated to Exchange 2016 last year")
    assert ("change.recent", "migration") in proposals("We migrated the mailboxes to Exchange 2016 last week")


def test_the_fields_of_a_form() -> None:
    text = (
        "Caller: Kim Berg\nLocation: office\nOutlook version: 2019\nExchange version: 2016\nSince: Monday\n"
        "Host in title: post.nordwind.example\nProblem: name mismatch on certificate warning\n"
    )
    assert proposals(text) == {
        ("client.location", "internal"),
        ("client.outlook_version", "2019"),
        ("exchange.version", "2016"),
        ("alert.since", "Monday"),
        ("alert.host", "post.nordwind.example"),
        ("alert.name", "failed"),
    }


def test_of_several_values_that_are_told_none_is_proposed_and_all_are_named() -> None:
    found = evidence.read("NWEX1 runs Exchange 2016, NWEX2 runs Exchange 2019. The users have Outlook 2021.")
    assert {(each.fact, each.value) for each in found.proposed} == {("client.outlook_version", "2021")}
    assert note(found, "several-told").details["values"] == ("Exchange 2016", "Exchange 2019")


def test_one_version_in_two_spellings_is_one() -> None:
    assert proposals("Exchange 2016 here, the server is Version 15.1 (Build 2507.6)") == {("exchange.version", "2016")}
