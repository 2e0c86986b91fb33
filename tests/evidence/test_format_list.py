"""Format-List text in the shapes in which people paste it."""

from __future__ import annotations

import pytest

import evidence
from tests.evidence.facts import facts, names, note, notes

EWS = "https://ex1.contoso.com/EWS/Exchange.asmx"


def test_prompt_two_objects_and_an_empty_url() -> None:
    found = evidence.read(
        """
[PS] C:\\Windows\\system32>Get-WebServicesVirtualDirectory | fl Server,Name,*url*


Server      : EX1
Name        : EWS (Default Web Site)
InternalUrl : https://ex1.contoso.com/EWS/Exchange.asmx
ExternalUrl :

Server      : EX2
Name        : EWS (Default Web Site)
InternalUrl :
ExternalUrl : https://mail.contoso.com/EWS/Exchange.asmx
"""
    )
    assert facts(found, "EX1") == {"exchange.server": "EX1", "endpoints.ews.url": EWS}
    assert facts(found, "EX2") == {
        "exchange.server": "EX2",
        "endpoints.ews.external_url": "https://mail.contoso.com/EWS/Exchange.asmx",
    }
    assert note(found, "no-url").server == "EX2"


def test_the_provenance_names_cmdlet_file_and_line() -> None:
    text = f"Get-WebServicesVirtualDirectory | fl\nServer : EX1\nInternalUrl : {EWS}\n"
    (url,) = [
        observation for observation in evidence.read(text, name="ex1.txt").observations if "ews" in observation.fact
    ]
    assert url.provenance == evidence.Provenance("Get-WebServicesVirtualDirectory", "ex1.txt", 3)
    assert str(url.provenance) == "Get-WebServicesVirtualDirectory (ex1.txt, line 3)"
    assert url.rank is evidence.Rank.MACHINE_OUTPUT


def test_a_url_that_wraps_within_a_word() -> None:
    found = evidence.read(
        """PS C:\\> Get-ClientAccessServer | fl Name,AutoDiscoverServiceInternalUri
Name                           : EX1
AutoDiscoverServiceInternalUri : https://ex1.contoso.com/Autodis
                                 cover/Autodiscover.xml
"""
    )
    assert facts(found)["endpoints.autodiscover.url"] == "https://ex1.contoso.com/Autodiscover/Autodiscover.xml"


def test_one_empty_line_between_every_property() -> None:
    found = evidence.read(
        """Get-ClientAccessServer | fl

Name                           : EX1

AutoDiscoverServiceInternalUri : https://ex1.contoso.com/Autodiscover/Autodiscover.xml

AutoDiscoverSiteScope          : {Paris, Rome}



Name                           : EX2

AutoDiscoverServiceInternalUri : https://ex2.contoso.com/Autodiscover/Autodiscover.xml

AutoDiscoverSiteScope          : {Rome}
"""
    )
    assert facts(found, "EX1")["endpoints.autodiscover.url"] == "https://ex1.contoso.com/Autodiscover/Autodiscover.xml"
    assert facts(found, "EX2")["endpoints.autodiscover.url"] == "https://ex2.contoso.com/Autodiscover/Autodiscover.xml"
    assert note(found, "site-scope").details["AutoDiscoverSiteScope"] == ("Paris", "Rome")


def test_collapsed_spacing_bullets_and_a_comment_around() -> None:
    found = evidence.read(f"<#\n* Server: EX1\n* Name: EWS (Default Web Site)\n* InternalUrl: {EWS}\n#>")
    assert facts(found) == {"exchange.server": "EX1", "endpoints.ews.url": EWS}


def test_a_mail_quote_with_a_code_fence() -> None:
    found = evidence.read(
        f"> ```powershell\n> Identity    : EX1\\EWS (Default Web Site)\n> InternalUrl : {EWS}\n> ```\n"
    )
    assert facts(found) == {"exchange.server": "EX1", "endpoints.ews.url": EWS}


def test_an_empty_line_within_an_object_does_not_tear_it_apart() -> None:
    found = evidence.read(f"Server : EX1\nName : EWS (Default Web Site)\n\nInternalUrl : {EWS}\n")
    assert facts(found) == {"exchange.server": "EX1", "endpoints.ews.url": EWS}


def test_a_list_that_wraps_and_one_that_was_cut() -> None:
    whole = evidence.read(
        """Get-ExchangeCertificate | fl
CertificateDomains : {mail.contoso.com, autodiscover.contoso.com,
                      ex1.contoso.com}
Services           : IIS, SMTP
Subject            : CN=mail.contoso.com
"""
    )
    assert facts(whole)["certificate.subject_alternative_names"] == (
        "mail.contoso.com",
        "autodiscover.contoso.com",
        "ex1.contoso.com",
    )


@pytest.mark.parametrize("ellipsis", ["...", "\u2026"])
def test_a_list_that_was_cut_is_noted_and_not_trusted(ellipsis: str) -> None:
    found = evidence.read(
        "Get-ExchangeCertificate | fl\n"
        f"CertificateDomains : {{mail.contoso.com, autodiscover.contoso.com{ellipsis}}}\n"
        "Services : IIS\nSubject : CN=mail.contoso.com\nIssuer : CN=CA\n"
    )
    assert names(found) == {"certificate.common_name": "mail.contoso.com", "certificate.replaced": True}
    assert note(found, "truncated-list").details["shown"] == ("mail.contoso.com", "autodiscover.contoso.com")


def test_a_url_that_was_cut_is_noted_and_not_trusted() -> None:
    found = evidence.read("Get-OabVirtualDirectory | fl\nServer : EX1\nInternalUrl : https://ex1.contoso.com/O...\n")
    assert facts(found) == {"exchange.server": "EX1"}
    assert note(found, "unusable-url").details["fact"] == "endpoints.oab.url"


def test_localised_dates_and_other_properties_do_no_harm() -> None:
    found = evidence.read(
        "Get-ExchangeCertificate | fl\nAccessRules : {System.Security.AccessControl.CryptoKeyAccessRule,\n"
        "                System.Security.AccessControl.CryptoKeyAccessRule}\nCertificateDomains : {a.contoso.com}\n"
        "NotAfter : 02.02.2028 4:22:23\nServices : IIS\nSubject : CN=a.contoso.com\n"
    )
    assert facts(found)["certificate.subject_alternative_names"] == ("a.contoso.com",)
    assert note(found, "certificate").details["printed_not_after"] == "02.02.2028 4:22:23"


def test_outputs_of_several_commands_and_talk_between_them() -> None:
    found = evidence.read(
        f"""Hello, here it is:
[PS] C:\\>Get-ExchangeServer | fl Name,AdminDisplayVersion
Name                : EX1
AdminDisplayVersion : Version 14.3 (Build 123.4)

and the rest: see below
[PS] C:\\>Get-WebServicesVirtualDirectory | fl InternalUrl,Server
InternalUrl : {EWS}
Server      : EX1
[PS] C:\\>Get-OabVirtualDirectory -Server EX1 | fl InternalUrl
InternalUrl : https://ex1.contoso.com/OAB
[PS] C:\\>
"""
    )
    assert facts(found) == {
        "exchange.server": "EX1",
        "exchange.version": "2010",
        "endpoints.ews.url": EWS,
        "endpoints.oab.url": "https://ex1.contoso.com/OAB",
    }


def test_other_text_with_colons_is_no_output() -> None:
    with pytest.raises(evidence.UnrecognisedInput):
        evidence.read("Problem: none\nName: John\nServer: dunno\n")


def test_a_directory_that_cannot_be_told_is_asked_for_with_its_command() -> None:
    found = evidence.read("Server : EX1\nInternalUrl : https://ex1.contoso.com/\n")
    assert facts(found) == {}
    assert "command line" in note(found, "unknown-directory").text


def test_a_directory_that_its_path_tells_is_likely_only() -> None:
    found = evidence.read(f"Server : EX1\nInternalUrl : {EWS}\n")
    (url,) = [observation for observation in found.observations if observation.fact == "endpoints.ews.url"]
    assert url.rank is evidence.Rank.PROPOSED
    assert "deduced-directory" in notes(found)


def test_a_url_that_a_forum_moved_to_the_next_line() -> None:
    found = evidence.read(f"Get-WebServicesVirtualDirectory | fl\nServer: EX1\nInternalUrl:\n<{EWS}>\nExternalUrl:\n")
    assert facts(found) == {"exchange.server": "EX1", "endpoints.ews.url": EWS}


def test_one_column_of_select_object() -> None:
    found = evidence.read(
        "[PS] C:\\>Get-ClientAccessServer -Identity EX1 | select AutoDiscoverServiceInternalUri\n\n"
        "AutoDiscoverServiceInternalUri\n------------------------------\nhttps://ex1.contoso.com/Autodiscover/Autodiscover.xml\n"
    )
    assert facts(found, "EX1")["endpoints.autodiscover.url"] == "https://ex1.contoso.com/Autodiscover/Autodiscover.xml"
