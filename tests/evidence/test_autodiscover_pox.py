"""Autodiscover's answer: the URLs that are handed out inside the network."""

from __future__ import annotations

import pytest

import evidence
from tests.evidence.facts import facts, note, notes, proposals


def answer(sections: str, scheme: str = "http") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-16"?>\n<Autodiscover xmlns="{scheme}://schemas.microsoft.com/exchange/'
        f'autodiscover/responseschema/2006">\n<Response xmlns="{scheme}://schemas.microsoft.com/exchange/autodiscover/'
        f'outlook/responseschema/2006a"><Account><AccountType>email</AccountType>{sections}</Account></Response>'
        "</Autodiscover>"
    )


def section(kind: str, **elements: str) -> str:
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items())
    return f"<Protocol><Type>{kind}</Type>{inner}</Protocol>"


EXCH = section(
    "EXCH",
    Server="EX1.contoso.com",
    ServerVersion="738180DA",
    ASUrl="https://as.contoso.com/EWS/Exchange.asmx",
    EwsUrl="https://ex1.contoso.com/EWS/Exchange.asmx",
    OABUrl="https://ex1.contoso.com/OAB/d29844a9-724e-468c-8820-0f7b345b767b/",
    UMUrl="https://ex1.contoso.com/UnifiedMessaging/Service.asmx",
    CertPrincipalName="msstd:mail.contoso.com",
)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_internal_section_gives_the_urls_and_the_version(scheme: str) -> None:
    found = evidence.read(answer(EXCH, scheme))
    assert facts(found) == {
        "endpoints.ews.url": "https://ex1.contoso.com/EWS/Exchange.asmx",
        "endpoints.oab.url": "https://ex1.contoso.com/OAB",
        "endpoints.um.url": "https://ex1.contoso.com/UnifiedMessaging/Service.asmx",
        "exchange.version": "14.1.218",
    }
    assert note(found, "certificate-principal-name").details["name"] == "msstd:mail.contoso.com"
    assert note(found, "mailbox-server").details["server"] == "EX1.contoso.com"


def test_the_outside_section_gives_what_is_handed_out_there() -> None:
    outside = section("EXPR", Server="mail.contoso.com", EwsUrl="https://mail.contoso.com/EWS/Exchange.asmx")
    web = "<Protocol><Type>WEB</Type><Internal><OWAUrl>https://ex1.contoso.com/owa</OWAUrl></Internal></Protocol>"
    found = evidence.read(answer(outside + web))
    assert facts(found) == {
        "endpoints.ews.external_url": "https://mail.contoso.com/EWS/Exchange.asmx",
        "endpoints.outlook_anywhere.external_host": "mail.contoso.com",
    }
    assert note(found, "autodiscover-section").details["EwsUrl"] == "https://mail.contoso.com/EWS/Exchange.asmx"
    assert note(found, "web-urls").details["urls"] == ("https://ex1.contoso.com/owa",)


def test_the_availability_url_serves_where_there_is_no_other() -> None:
    found = evidence.read(answer(section("EXCH", ASUrl="https://ex1.contoso.com/EWS/Exchange.asmx")))
    assert facts(found)["endpoints.ews.url"] == "https://ex1.contoso.com/EWS/Exchange.asmx"


def test_unified_messaging_by_the_web_services_url_is_no_endpoint_of_its_own() -> None:
    found = evidence.read(answer(section("EXCH", UMUrl="https://ex1.contoso.com/EWS/UM2007Legacy.asmx")))
    assert "endpoints.um.url" not in facts(found)
    assert "2010 or later" in note(found, "um-served-by-web-services").text


def test_mapi_over_http_and_the_control_panel() -> None:
    mapi = (
        '<Protocol Type="mapiHttp" Version="1"><MailStore><InternalUrl>https://ex1.contoso.com/mapi/emsmdb/?MailboxId=a'
        "</InternalUrl></MailStore></Protocol>"
    )
    found = evidence.read(answer(section("EXCH", EcpUrl="https://ex1.contoso.com/ecp/") + mapi))
    assert facts(found) == {"endpoints.ecp.url": "https://ex1.contoso.com/ecp/"}
    assert proposals(found) == {"endpoints.mapi.url": "https://ex1.contoso.com/mapi"}


def test_text_around_and_two_answers() -> None:
    text = f"Autodiscover said:\n{answer(EXCH)}\nand then\n{answer(section('EXPR', EwsUrl='https://a.b/EWS'))}\nbye"
    found = evidence.read(text)
    assert facts(found)["exchange.version"] == "14.1.218"
    assert "autodiscover-section" in notes(found)


def test_a_redirect_and_an_error_are_notes() -> None:
    redirect = evidence.read(answer("<Action>redirectAddr</Action><RedirectAddr>a@fabrikam.com</RedirectAddr>"))
    assert note(redirect, "autodiscover-redirect").details["to"] == "a@fabrikam.com"
    error = evidence.read(answer("<Error><ErrorCode>600</ErrorCode></Error>"))
    assert note(error, "autodiscover-error").details["code"] == "600"


@pytest.mark.parametrize("text", [answer(EXCH)[:-20], answer(EXCH).replace("</Account>", "")])
def test_a_broken_answer_gets_an_error_with_its_line(text: str) -> None:
    with pytest.raises(evidence.MalformedInput) as caught:
        evidence.read(text)
    assert caught.value.line is not None
