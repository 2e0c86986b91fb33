"""Tests and tools that administrators run: what they saw is read, what they tried is not taken for what is stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evidence
import kb
from tests.evidence.facts import facts, names, note, notes, proposals

ANALYZER = """\
The Microsoft Connectivity Analyzer is testing Outlook connectivity.
 \tThe Outlook connectivity test failed.
\tAttempting to test potential Autodiscover URL https://fabrikam.example:443/Autodiscover/Autodiscover.xml
 \tTesting of this potential Autodiscover URL failed.
\tAttempting to resolve the host name fabrikam.example in DNS.
 \tThe host name resolved successfully.
\tAdditional Details
IP addresses returned: 192.0.2.80
Elapsed Time: 402 ms.
\tAttempting to obtain the SSL certificate from remote server fabrikam.example on port 443.
 \tThe Microsoft Connectivity Analyzer successfully obtained the remote SSL certificate.
Remote Certificate Subject: CN=*.hosting.example, Issuer: CN=Hosting CA, O=Hosting, C=CH.
\tValidating the certificate name.
 \tCertificate name validation failed.
Host name fabrikam.example doesn't match any name found on the server certificate CN=*.hosting.example.
"""


def test_the_analyzer_saw_a_certificate_at_the_host_that_it_asked() -> None:
    found = evidence.read(ANALYZER)
    assert names(found) == {"certificate.common_name": "*.hosting.example", "certificate.replaced": True}
    assert facts(found)["certificate.issuer"] == "CN=Hosting CA, O=Hosting, C=CH"
    assert {each.sighting.seen_at for each in found.observations if each.sighting} == {"fabrikam.example"}
    assert note(found, "name-not-on-certificate").details["host"] == "fabrikam.example"
    assert not [each for each in found.observations if each.fact.startswith("endpoints.")]
    assert "tried" in note(found, "autodiscover-attempt").text


def test_the_marks_of_a_forum_between_the_sentences_are_no_part_of_them() -> None:
    lines = [f"[SIZE=1]{line.strip()}[/SIZE]" for line in ANALYZER.splitlines() if line.strip()]
    found = evidence.read("".join(lines[:8]) + "\n \n" + "".join(lines[8:]))
    assert facts(found) == facts(evidence.read(ANALYZER))


def test_what_the_analyzer_saw_elsewhere_is_taken_for_no_server_of_ours(knowledge: kb.KnowledgeBase) -> None:
    (environment,) = evidence.resolve(knowledge, evidence.read(ANALYZER).observations)
    assert environment.facts == {}
    assert [remark.kind for remark in environment.notes] == ["seen-elsewhere"]


def as_xml(text: str) -> str:
    sentences = [line.strip() for line in text.splitlines() if line.strip()]
    pairs = [sentences[start : start + 2] for start in range(0, len(sentences), 2)]
    return '<?xml version="1.0"?>\n' + "\n".join(
        f'<testresult status="Error" errorid="7a" testdescription="{pair[0].replace(chr(39), "&apos;")}" '
        f'resultdescription="" additionaldetails="{pair[-1].replace(chr(39), "&apos;")}" elapsedMilliseconds="2991">'
        for pair in pairs
    )


def test_the_analyzers_xml_says_the_same_however_far_it_goes() -> None:
    whole = evidence.read(as_xml(ANALYZER))
    assert names(whole) == names(evidence.read(ANALYZER))
    assert "name-not-on-certificate" in notes(whole)
    assert names(evidence.read("`" + as_xml(ANALYZER)[:600])) == {}


@given(st.integers(60, len(ANALYZER)), st.booleans())
def test_wherever_a_report_is_cut_no_fact_is_wrong(end: int, xml: bool) -> None:
    text = as_xml(ANALYZER) if xml else ANALYZER
    try:
        found = evidence.read(text[:end])
    except evidence.EvidenceError:
        return
    assert facts(found).items() <= facts(evidence.read(text)).items()


def test_the_line_about_the_principal_name_gives_the_common_name_and_no_host() -> None:
    found = evidence.read(
        "The certificate common name *.fabrikam.example doesn't validate against the mutual authentication string "
        "that was "
        "provided: msstd:post.fabrikam.example\n"
    )
    assert facts(found) == {"certificate.common_name": "*.fabrikam.example"}
    assert not any(each.sighting.placed for each in found.observations if each.sighting)
    assert note(found, "principal-name").details["principal_name"] == "msstd:post.fabrikam.example"


def test_a_report_without_a_word_of_certificates_settles_nothing() -> None:
    found = evidence.read(
        "\"Testing TCP port 443 on host autodiscover.fabrikam.example to ensure it's listening and open.\n\n"
        'The specified port is either blocked, not listening, or not producing the expected response."\n'
    )
    assert found.observations == ()
    assert "nothing-of-use" in notes(found)


EVENTS = """\
[PS] C:\\>Test-OutlookWebServices -Identity anna | fl

Id      : 1003
Type    : Information
Message : About to test AutoDiscover with the e-mail address anna@fabrikam.example.

Id      : 1006
Type    : Information
Message : Contacted AutoDiscover at https://srv-mx7.fabrikam.example/Autodiscover/Autod
          iscover.xml.

Id      : 1016
Type    : Success
Message : [EXCH]-Successfully contacted the AS service at https://post.fabrikam.example
          /EWS/Exchange.asmx.

Id      : 1005
Type    : Error
Message : When accessing https://srv-mx7.fabrikam.example/UnifiedMessaging/Service.as
          mx the error "RemoteCertificateNameMismatch:CN=post.fabrikam.example, OU=IT, O=F
          abrikam" was reported.

Id      : 1016
Type    : Success
Message : [EXPR]-Successfully contacted the AS service at https://web.fabrikam.example/EWS
          /Exchange.asmx.
"""


def test_the_events_of_2007_say_what_was_contacted_and_which_certificate_does_not_fit() -> None:
    found = evidence.read(EVENTS)
    assert names(found) == {"certificate.common_name": "post.fabrikam.example", "certificate.replaced": True}
    assert {each.sighting.seen_at for each in found.asserted if each.sighting} == {"srv-mx7.fabrikam.example"}
    assert proposals(found) == {
        "endpoints.ews.url": "https://post.fabrikam.example/EWS/Exchange.asmx",
        "endpoints.ews.external_url": "https://web.fabrikam.example/EWS/Exchange.asmx",
    }


def test_a_subject_that_the_window_broke_within_the_name_is_only_likely() -> None:
    broken = EVENTS.replace(
        "CN=post.fabrikam.example, OU=IT, O=F\n          abrikam", "CN=post.fabri\n          kam.example"
    )
    assert names(evidence.read(broken)) == {}


@pytest.mark.parametrize("scenario", ["Exchange Web Services", "自动发现: Outlook 提供程序", "Offlineadressbuch"])
def test_the_later_table_shows_no_certificate_in_any_language(scenario: str) -> None:
    found = evidence.read(
        "Test-OutlookWebServices -ClientAccessServer srv-mx7 -TrustAnySSLCertificate\n\n"
        "Source                 ServiceEndpoint          Scenario                 Result  Latency\n"
        "                                                                                 (MS)\n"
        "------                 ---------------          --------                 ------  -------\n"
        f"srv-mx7.fabrikam.example  srv-mx7.fabrikam.example  {scenario}   Success   35\n"
    )
    assert found.observations == ()
    text = note(found, "web-services-results").text
    assert scenario in text
    assert "TrustAnySSLCertificate" in text


REPORT = """\
Exchange Health Checker version 3.3.1

Exchange Information
--------------------
	Name: SRV-MX7
	Version: Exchange 2016 CU17
	Build Number: 15.1.2044.4
	Server Role: Mailbox
Operating System Information
----------------------------
	Version: Microsoft Windows Server 2012 R2 Standard
	.NET Framework: 4.8
Security Settings
-----------------
	Certificate:
		FriendlyName: post
		Thumbprint: 2B7F00D1A4C3559E8CA1D17B1F0C7A3390D4E6F2
		Lifetime in days: 257
		Key size: 2048
		Bound to services: IMAP, POP, IIS, SMTP
		Current Auth Certificate: False
		SAN Certificate: True
		Namespaces:
			post.fabrikam.example
			autodiscover.fabrikam.example
	Certificate:
		FriendlyName: Microsoft Exchange Server Auth Certificate
		Thumbprint: 77AA10C4xxxxxxxxxxxxxxxxxxxx
		Bound to services: SMTP
		SAN Certificate: False
		Namespaces:
			Microsoft Exchange Server Auth Certificate
	Valid Auth Certificate Found On Server: True
Exchange Web App Pools
----------------------
	MSExchangeServicesAppPool: False | Started
"""


@pytest.mark.parametrize("spaced", [False, True])
def test_the_health_checkers_report(spaced: bool) -> None:
    text = "\n\n".join(line.strip() + "    " for line in REPORT.splitlines() if line.strip()) if spaced else REPORT
    found = evidence.read(text)
    assert facts(found) == {
        "exchange.server": "SRV-MX7",
        "exchange.version": "15.1.2044.4",
        "certificate.thumbprint": "2B7F00D1A4C3559E8CA1D17B1F0C7A3390D4E6F2",
        "certificate.services": "IMAP, POP, IIS, SMTP",
        "certificate.subject_alternative_names": ("post.fabrikam.example", "autodiscover.fabrikam.example"),
    }
    assert {each.server for each in found.observations} == {"SRV-MX7"}


def test_of_two_that_the_report_binds_to_iis_none_is_chosen() -> None:
    found = evidence.read(REPORT.replace("Bound to services: SMTP", "Bound to services: IIS, SMTP"))
    assert not [each for each in found.observations if each.fact.startswith("certificate.")]
    assert "several-certificates" in notes(found)


@given(st.integers(400, len(REPORT)), st.sampled_from(["", "...", "<snip>"]))
def test_wherever_the_report_is_cut_no_fact_is_wrong(end: int, mark: str) -> None:
    try:
        found = evidence.read(REPORT[:end] + ("\n" + mark if mark else ""))
    except evidence.EvidenceError:
        return
    told = facts(found)
    for fact in ("certificate.subject_alternative_names", "certificate.thumbprint", "exchange.server"):
        assert told.get(fact) in (None, facts(evidence.read(REPORT))[fact])
    two = evidence.read(REPORT.replace("services: SMTP", "services: IIS, SMTP")[:end])
    assert not [each for each in two.asserted if each.fact.startswith("certificate.")]


def netsh(*bindings: tuple[str, str], label: str = "IP:port", whole: bool = True) -> str:
    blocks = [
        f"    {label.ljust(28)} : {at}\n    Certificate Hash             : {hash_}\n"
        "    Application ID               : {4dc3e181-e14b-4a21-b022-59fc669b0914}\n"
        "    Certificate Store Name       : MY\n    DS Mapper Usage              : Disabled\n"
        "    Negotiate Client Certificate : Disabled\n"
        for at, hash_ in bindings
    ]
    text = "C:\\>netsh http show sslcert\n\nSSL Certificate bindings:\n-------------------------\n\n" + "\n".join(
        blocks
    )
    return text if whole else text[: text.rindex("    DS Mapper")]


WEB, BACK, OTHER = "2b7f00d1a4c3559e8ca1d17b1f0c7a3390d4e6f2", "77aa10c4e2b93d5f6610fe0c2d9b8a7e5544cc31", "ab" * 20


def test_the_binding_of_443_names_the_certificate_that_clients_are_shown() -> None:
    found = evidence.read(netsh(("0.0.0.0:443", WEB), ("0.0.0.0:444", BACK), ("127.0.0.1:443", OTHER)))
    assert facts(found) == {"certificate.thumbprint": WEB.upper()}


@pytest.mark.parametrize(
    "text",
    [
        netsh(("0.0.0.0:444", BACK)),
        netsh(("0.0.0.0:444", BACK)).replace("    IP:port", "...\n    IP:port"),
        netsh(("www.fabrikam.example:443", WEB), label="Hostname:port"),
    ],
)
def test_without_443_at_all_addresses_nothing_follows(text: str) -> None:
    found = evidence.read(text)
    assert found.observations == ()
    assert "web-bindings" in notes(found)


@pytest.mark.parametrize(
    "text",
    [
        netsh(("0.0.0.0:443", WEB), ("192.0.2.7:443", OTHER)),
        netsh(("0.0.0.0:443", WEB), ("[::]:443", OTHER)),
        netsh(("0.0.0.0:443", WEB), ("0.0.0.0:444", BACK), whole=False),
        netsh(("0.0.0.0:443", WEB)) + "...\n",
    ],
)
def test_where_another_binding_may_answer_the_certificate_is_only_likely(text: str) -> None:
    found = evidence.read(text)
    assert facts(found) == {}
    assert proposals(found) == {"certificate.thumbprint": WEB.upper()}


def test_get_webbinding_with_its_hash_and_its_site() -> None:
    found = evidence.read(
        f"protocol             : https\nbindingInformation   : *:443:\nsslFlags             : 0\ncertificateHash    "
        f"  : {WEB}\n"
        "ItemXPath            : /system.applicationHost/sites/site[@name='Default Web Site' and @id='1']\n\n"
        f"protocol             : https\nbindingInformation   : *:444:\ncertificateHash      : {BACK}\n"
        "ItemXPath            : /system.applicationHost/sites/site[@name='Exchange Back End' and @id='2']\n"
    )
    assert facts(found) == {"certificate.thumbprint": WEB.upper()}


def test_iis_own_file_holds_no_certificate() -> None:
    found = evidence.read(
        '<sites>\n  <site name="Default Web Site" id="1">\n    <application path="/EWS" applicationPool="P">\n    '
        "</application>\n"
        '    <bindings>\n      <binding protocol="https" bindingInformation=":443:" />\n    </bindings>\n  '
        "</site>\n</sites>\n"
    )
    assert found.observations == ()
    assert note(found, "web-bindings").details["bindings"] == (":443:",)


def test_nslookup_in_german_is_told_and_proposes_nothing() -> None:
    found = evidence.read(
        "C:\\>nslookup post.fabrikam.example\nServer:  ns.fabrikam.example\nAddress:  192.0.2.53\n\nNicht "
        "autorisierende Antwort:\n"
        "Name:    node7.hosting.example\nAddress:  192.0.2.93\nAliases:  post.fabrikam.example\n"
    )
    assert found.observations == ()
    assert note(found, "dns-answers").details["answers"] == (
        "node7.hosting.example is at 192.0.2.93",
        "post.fabrikam.example is another name of node7.hosting.example",
    )


@pytest.mark.parametrize(
    "text",
    [
        "_autodiscover._tcp.fabrikam.example.\t3600\tIN\tSRV\t0 0 443 post.fabrikam.example.\n",
        "> set type=srv\nnslookup\n_autodiscover._tcp.fabrikam.example     SRV service location:\n          "
        "priority       = 0\n"
        "          weight         = 0\n          port           = 443\n          svr hostname   = "
        "post.fabrikam.example\n",
    ],
)
def test_where_a_service_record_leads_is_proposed(text: str) -> None:
    found = evidence.read(text)
    assert facts(found) == {}
    assert proposals(found) == {"dns.srv_target": "post.fabrikam.example"}


def test_the_certificate_of_the_next_address_is_not_that_of_the_one_before() -> None:
    found = evidence.read(
        "Attempting to test potential Autodiscover URL https://fabrikam.example:443/Autodiscover/Autodiscover.xml\n"
        "The Microsoft Connectivity Analyzer is attempting to obtain the SSL certificate from remote server "
        "fabrikam.example on port 443.\n"
        "Remote Certificate Subject: CN=*.hoster.example, Issuer: CN=Some CA, O=Some.\n"
        "Attempting to test potential Autodiscover URL "
        "https://autodiscover.fabrikam.example:443/Autodiscover/Autodiscover.xml\n"
        "Remote Certificate Subject: CN=post.fabrikam.example, Issuer: CN=Some CA, O=Some.\n"
    )
    names = {
        each.sighting.seen_at: each.value
        for each in found.asserted
        if each.fact == "certificate.common_name" and each.sighting is not None
    }
    assert names == {"fabrikam.example": "*.hoster.example", "autodiscover.fabrikam.example": "post.fabrikam.example"}


def test_two_certificates_that_are_told_of_one_host_are_only_proposed() -> None:
    found = evidence.read(
        "The Microsoft Connectivity Analyzer is attempting to obtain the SSL certificate from remote server "
        "fabrikam.example on port 443.\n"
        "Remote Certificate Subject: CN=*.hoster.example, Issuer: CN=Some CA, O=Some.\n"
        "Remote Certificate Subject: CN=post.fabrikam.example, Issuer: CN=Some CA, O=Some.\n"
    )
    assert not any(each.fact == "certificate.common_name" for each in found.asserted)


def test_a_table_of_bindings_with_their_certificates() -> None:
    found = evidence.read(
        "PS C:\\> Get-WebBinding | ft protocol,bindingInformation,certificateHash\n\n"
        "protocol bindingInformation certificateHash\n-------- ------------------ ---------------\nhttp     *:80:\n"
        f"https    *:443:             {'ab' * 20}\nhttps    *:444:             {'cd' * 20}\n"
    )
    assert facts(found) == {"certificate.thumbprint": "AB" * 20}
