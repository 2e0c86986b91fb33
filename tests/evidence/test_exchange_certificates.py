"""Of the certificates of a server, the one that clients are shown counts."""

from __future__ import annotations

import base64
import json

import evidence
import kb
from tests.evidence.certificates import authority, exchange_default, make
from tests.evidence.facts import facts, names, note, notes, proposals
from tests.evidence.shell_output import Properties, export_clixml, format_list

TYPE = "Microsoft.Exchange.Management.SystemConfigurationTasks.ExchangeCertificate"
MAIL: Properties = {
    "CertificateDomains": ["mail.contoso.com", "autodiscover.contoso.com"],
    "IsSelfSigned": False,
    "Issuer": "CN=CA",
    "Services": "IMAP, POP, IIS, SMTP",
    "Subject": 'CN=mail.contoso.com, OU="IT, EMEA", O=Contoso',
    "Thumbprint": "A" * 40,
}
DEFAULT: Properties = {
    "CertificateDomains": ["EX1", "EX1.contoso.com"],
    "IsSelfSigned": True,
    "Issuer": "CN=EX1",
    "Services": "SMTP",
    "Subject": "CN=EX1",
    "Thumbprint": "B" * 40,
}


def read_list(*certificates: Properties, command: str = "Get-ExchangeCertificate | fl") -> evidence.Evidence:
    return evidence.read(format_list(command, list(certificates)))


def test_only_the_one_for_iis_gives_facts() -> None:
    found = read_list(DEFAULT, MAIL)
    assert names(found) == {
        "certificate.replaced": True,
        "certificate.common_name": "mail.contoso.com",
        "certificate.subject_alternative_names": ("mail.contoso.com", "autodiscover.contoso.com"),
    }
    assert notes(found).count("certificate") == 2


def test_the_default_certificate_on_iis_was_not_replaced() -> None:
    assert facts(read_list(dict(DEFAULT) | {"Services": "IIS, SMTP"}))["certificate.replaced"] is False


def test_several_for_iis_are_in_dispute_and_none_is_chosen(knowledge: kb.KnowledgeBase) -> None:
    found = read_list(MAIL, dict(DEFAULT) | {"Services": "IIS"})
    (environment,) = evidence.resolve(knowledge, found.observations)
    assert [dispute.key for dispute in environment.disputes] == ["certificate"]
    assert note(found, "several-certificates").details["thumbprints"] == ("A" * 40, "B" * 40)


def test_none_for_iis_is_noted() -> None:
    assert "no-certificate-for-iis" in notes(read_list(DEFAULT))


def test_each_server_has_its_own() -> None:
    text = format_list("Get-ExchangeCertificate -Server EX1 | fl", [MAIL]) + format_list(
        "Get-ExchangeCertificate -Server EX2 | fl", [dict(DEFAULT) | {"Services": "IIS"}]
    )
    found = evidence.read(text)
    assert facts(found, "EX1")["certificate.replaced"] is True
    assert facts(found, "EX2")["certificate.replaced"] is False


def test_one_name_that_is_the_common_name_is_all_that_the_certificate_carries() -> None:
    """With an alternative name or with the common name alone: clients accept this name and no other."""
    found = read_list(dict(MAIL) | {"CertificateDomains": ["mail.contoso.com"]})
    assert facts(found)["certificate.subject_alternative_names"] == ("mail.contoso.com",)
    assert not found.proposed


def test_one_name_of_a_list_that_was_cut_is_not_all() -> None:
    text = "Services : IIS\nSubject : CN=mail.contoso.com\nCertificateDomains : {mail.contoso.com...}\n"
    found = evidence.read(text)
    assert "certificate.subject_alternative_names" not in facts(found) | proposals(found)


def test_without_services_a_single_plausible_one_is_taken_as_likely() -> None:
    without = {name: value for name, value in MAIL.items() if name != "Services"}
    found = read_list(without)
    assert {observation.rank for observation in found.observations} == {evidence.Rank.PROPOSED}
    assert "services-unknown" in notes(found)


def test_clixml_holds_the_certificate_itself_and_its_blob_is_left_alone() -> None:
    certificates = [
        make("Microsoft Exchange Server Auth Certificate"),
        exchange_default(),
        make("WMSvc-EX1"),
    ]
    documents = [
        export_clixml(
            TYPE, [{"PSComputerName": "ex1.contoso.com"}], binary={"RawData": base64.b64encode(made.der).decode()}
        )
        for made in certificates
    ]
    found = evidence.read(documents[1])
    assert (
        proposals(found).items()
        >= {
            "certificate.replaced": False,
            "certificate.common_name": "EX1",
            "certificate.subject_alternative_names": ("EX1", "EX1.contoso.com"),
        }.items()
    )
    assert {observation.server for observation in found.observations} == {"ex1.contoso.com"}


def test_json_holds_the_certificate_as_numbers_and_the_services_as_flags() -> None:
    leaf = make("mail.contoso.com", names=["mail.contoso.com"], issuer=authority())
    other = exchange_default()
    text = json.dumps(
        [
            {"RawData": list(leaf.der), "Services": 11, "Thumbprint": leaf.thumbprint},
            {"RawData": list(other.der), "Services": 16, "Thumbprint": other.thumbprint},
        ]
    )
    assert facts(evidence.read(text))["certificate.common_name"] == "mail.contoso.com"


def test_the_services_column_of_a_table() -> None:
    text = """Get-ExchangeCertificate

Thumbprint                                Services   Subject
----------                                --------   -------
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA  IP.WS..    CN=mail.contoso.com, O=Contoso, L=NY, S...
BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB  ....S.     CN=EX1
"""
    assert names(evidence.read(text)) == {
        "certificate.common_name": "mail.contoso.com",
        "certificate.replaced": True,
    }


def test_a_table_without_the_issuer_does_not_tell_whether_the_default_was_replaced() -> None:
    text = """Get-ExchangeCertificate

Thumbprint                                Services   Subject
----------                                --------   -------
BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB  ...WS.     CN=EX1
"""
    assert names(evidence.read(text)) == {"certificate.common_name": "EX1"}
