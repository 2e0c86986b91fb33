"""What was copied from chats, documents, web pages and scripts, and what people write right beside it."""

from __future__ import annotations

import pytest

import evidence
from tests.evidence.facts import facts, note, notes, proposals

FIRST, SECOND = "4A1F0C5D77E2B9836610AA55D0C3E8F19B27D4E6", "B7E0913C44D8F5A2617C3390EE08D1C5A2F46B19"
EWS = "https://nwex1.nordwind.local/EWS/Exchange.asmx"
ONE_FOR_IIS = {
    "certificate.thumbprint": FIRST,
    "certificate.replaced": True,
    "certificate.common_name": "post.nordwind.example",
    "certificate.services": "IIS, SMTP",
}


@pytest.mark.parametrize(
    "text",
    [
        f"| Thumbprint | Services | Subject |\n|---|---|---|\n| {FIRST} | ...WS.. | CN=post.nordwind.example |\n"
        f"| {SECOND} | ....S.. | CN=NWEX1 |\n",
        f"| **Thumbprint** | Services | Subject |\n| :--- | :---: | --- |\n| `{FIRST}` | IIS, SMTP | "
        f"CN=post.nordwind.example |\n| `{SECOND}` | SMTP | CN=NWEX1 |\n",
        f"Thumbprint\tServices\tSubject\n----------\t--------\t-------\n{FIRST}\t...WS..\tCN=post.nordwind.example\n"
        f"{SECOND}\t....S..\tCN=NWEX1\n",
        f"Thumbprint{' ' * 31} Services Subject\n----------{' ' * 31} -------- -------\n"
        f"{FIRST} IIS, SMTP CN=post.nordwind.example\n{SECOND}      SMTP CN=NWEX1\n",
        f"Thumbprint\u00a0:\u00a0{FIRST}\nServices\u00a0\u00a0\u00a0:\u00a0IIS, SMTP\n"
        f"Subject\u2007\u2007\u2007\u2007: CN=post\u200b.nordwind.example\n",
    ],
)
def test_a_list_of_certificates_as_chats_and_documents_show_it(text: str) -> None:
    assert facts(evidence.read(text)) == ONE_FOR_IIS


def test_dates_and_services_with_blanks_are_one_cell_each() -> None:
    text = (
        f"Thumbprint{' ' * 43} Services NotAfter            Subject\n----------{' ' * 43} -------- --------            "
        f"-------\n{FIRST} IMAP, POP, IIS, SMTP 14/03/2027 12:00:00 CN=post.nordwind.example, O=Nord Wind\n"
        f"{SECOND}                 SMTP 01/02/2029 09:00:00 CN=NWEX1\n"
    )
    found = facts(evidence.read(text))
    assert found["certificate.not_after"] == "2027-03-14"
    assert (found["certificate.common_name"], found["certificate.thumbprint"]) == ("post.nordwind.example", FIRST)


def test_a_markdown_table_with_a_row_that_is_cut_is_not_whole() -> None:
    text = (
        f"| Thumbprint | Services | Subject |\n|---|---|---|\n| {FIRST} | ...WS.. | CN=post.nordwind.example |\n"
        f"| {SECOND[:9]}"
    )
    assert not facts(evidence.read(text))
    assert "partial-list" in notes(evidence.read(text))


@pytest.mark.parametrize(
    "shown",
    [EWS, f"<{EWS}>", f"\u201c{EWS}\u201d", f"{EWS}<{EWS}>", f"{EWS} <{EWS}>", f"[{EWS}]({EWS})", f"`{EWS}`"],
)
def test_a_url_with_what_programs_put_around_it(shown: str) -> None:
    found = facts(evidence.read(f"Server : NWEX1\nName : EWS (Default Web Site)\nInternalUrl : {shown}\n"))
    assert found["endpoints.ews.url"] == EWS


def test_a_url_that_leads_elsewhere_than_it_says_is_not_used() -> None:
    shown = f"{EWS}<https://safelinks.example/EWS/Exchange.asmx>"
    found = evidence.read(f"Server : NWEX1\nName : EWS (Default Web Site)\nInternalUrl : {shown}\n")
    assert "endpoints.ews.url" not in facts(found)
    assert "unusable-url" in notes(found)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("CertPrincipalName : \nName              : EXPR\n", "empty"),
        ("Get-OutlookProvider | fl Name,CertPrincipalName\n\nName : EXPR\nCertPrincipalName : none\n", "none"),
        (
            "Name CertPrincipalName TTL\n---- ----------------- ---\nEXCH                   1\n"
            "EXPR none              1\n",
            "none",
        ),
    ],
)
def test_the_provider_of_outlook_anywhere(text: str, value: str) -> None:
    assert facts(evidence.read(text)) == {"organisation.principal_name": value}


@pytest.mark.parametrize("name", ["Name : EXCH\n", "Name : WEB\n", ""])
def test_another_provider_says_nothing_of_outlook_anywhere(name: str) -> None:
    try:
        found = evidence.read(f"{name}CertPrincipalName : none\nOutlookProviderFlags : None\n")
    except evidence.UnrecognisedInput:
        return
    assert not found.observations


def test_whose_name_the_principal_name_is_stays_open() -> None:
    found = evidence.read("Name : EXPR\nCertPrincipalName : msstd:post.nordwind.example\n")
    assert not found.observations
    assert "msstd:post.nordwind.example" in note(found, "undecided-value").text


@pytest.mark.parametrize(
    "text",
    [
        f"Server : NWEX1\nName : EWS (Default Web Site)\nInternalUrl : {EWS}\nthat was before the change\n",
        f"Server : NWEX1\nName : EWS (Default Web Site)\nInternalUrl : {EWS}\n[10:04] Bob: that is the old one\n",
        f"Afterwards it should show:\nServer : NWEX1\nName : EWS (Default Web Site)\nInternalUrl : {EWS}\n",
        f"Now it should look like this:\nServer : NWEX1\nName : EWS (Default Web Site)\nInternalUrl : {EWS}\n",
        f"$wanted = @{{\n  InternalUrl = '{EWS}'\n}}\n",
        f"See www.nordwind.example.\nWhat if: Setting NWEX1\\EWS (Default Web Site). InternalUrl : {EWS}\n",
    ],
)
def test_what_was_or_is_to_be_is_no_fact_of_today(text: str) -> None:
    found = evidence.read(text)
    assert not facts(found)
    assert not proposals(found)


def test_a_certificate_that_a_remark_says_is_gone_is_not_chosen() -> None:
    found = evidence.read(
        "Thumbprint                                Services   Subject\n"
        "----------                                --------   -------\n"
        f"{FIRST}  ...WS..    CN=post.nordwind.example   <-- removed yesterday\n{SECOND}  ....S..    CN=NWEX1\n"
    )
    assert not facts(found)


def test_a_name_beside_the_label_of_its_field_is_in_the_list() -> None:
    text = (
        "Subject Alternative Name\tDNS Name=post.nordwind.example\n\tDNS Name=autodiscover.nordwind.example\n"
        "Thumbprint\t4a1f\n"
    )
    found = facts(evidence.read(text))
    assert found["certificate.subject_alternative_names"] == ("post.nordwind.example", "autodiscover.nordwind.example")


def test_names_in_one_line_are_a_list() -> None:
    found = evidence.read("DNS Name=post.nordwind.example, DNS Name=autodiscover.nordwind.example\n-- \nKim\n")
    assert facts(found)["certificate.subject_alternative_names"] == (
        "post.nordwind.example",
        "autodiscover.nordwind.example",
    )


def test_a_warning_that_an_article_describes_to_its_reader_is_none_that_somebody_got() -> None:
    found = evidence.read(
        "When you start Outlook, you receive: The name of the security certificate is invalid or does not match the "
        "name of the site. See www.nordwind.example.\n"
    )
    assert not facts(found)
    assert "warning-not-current" in notes(found)


@pytest.mark.parametrize("width", [79, 80])
def test_a_row_that_ends_at_the_edge_of_a_window_may_have_been_cut(width: int) -> None:
    row = f"{FIRST}  ...WS..    CN=post.nordwind.example, O=Nordwind GmbH, L=Kiel, C=DE"
    head = "Thumbprint                                Services   Subject\n"
    head += "----------                                --------   -------\n"
    found = facts(evidence.read(f"{head}{row[:width]}\n{SECOND}  ....S..    CN=NWEX1\n"))
    assert found.get("certificate.common_name") in (None, "post.nordwind.example")
    bare = f"{FIRST}  ...WS..    CN=post.{'n' * 40}.example"[:width]
    assert "certificate.common_name" not in facts(evidence.read(f"{head}{bare}\n{SECOND}  ....S..    CN=NWEX1\n"))


def test_an_issuer_that_was_cut_keeps_its_whole_parts_and_is_compared_with_nothing() -> None:
    shown = f"Services : IIS\nSubject : CN=post.nordwind.example, O=Nord...\nThumbprint : {FIRST}\n"
    found = facts(evidence.read(f"Issuer : CN=post.nordwind.example, O=Nord...\n{shown}"))
    assert found.get("certificate.self_signed") is not True
    assert "..." not in str(found.get("certificate.issuer", ""))


def test_a_markdown_row_without_its_last_bar_was_cut() -> None:
    text = (
        "| Thumbprint | Services | Subject |\n|---|---|---|\n"
        f"| {FIRST} | ...WS.. | CN=post.nordw\n| {SECOND} | ....S.. | CN=NWEX1 |\n"
    )
    assert not facts(evidence.read(text))


def test_a_server_that_shows_no_certificate() -> None:
    found = evidence.read("CONNECTED(00000003)\nwrite:errno=104\n---\nno peer certificate available\n---\n")
    assert not found.observations
    assert "no-certificate-shown" in notes(found)
