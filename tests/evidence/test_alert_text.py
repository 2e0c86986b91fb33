"""The warning's own text: kind, checks, host, in every language that is known."""

from __future__ import annotations

import pytest

import evidence
import kb
from evidence.alert_wordings import WORDINGS
from tests.evidence.facts import facts, note

NAME_FAILED = "The name on the security certificate is invalid or does not match the name of the site."
ALERT = f"""Security Alert
autodiscover.contoso.com
Information you exchange with this site cannot be viewed or changed by others. However, there is a
problem with the site\u2019s security certificate.
  \u2714 The security certificate is from a trusted certifying authority.
  \u2714 The security certificate date is valid.
  X {NAME_FAILED[:50]}
    {NAME_FAILED[51:]}
Do you want to proceed?
"""


def test_the_three_checks_and_the_host_of_the_title() -> None:
    assert facts(evidence.read(ALERT)) == {
        "alert.kind": "security_alert",
        "alert.name": "failed",
        "alert.trust": "ok",
        "alert.date": "ok",
        "alert.host": "autodiscover.contoso.com",
    }


def test_an_untrusted_certificate_with_a_good_name() -> None:
    text = (
        "X The security certificate was issued by a company you have not chosen to trust, View the certificate\n"
        "\u2714 The security certificate date is valid.\n\u2714 The security certificate has a valid name.\n"
    )
    found = facts(evidence.read(text))
    assert (found["alert.trust"], found["alert.date"], found["alert.name"]) == ("failed", "ok", "ok")


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: f"{wording.language}-{wording.text[:24]}")
def test_every_wording_is_recognised_however_it_is_pasted(wording: object) -> None:
    text: str = wording.text.replace("%s", "mail.contoso.com")  # type: ignore[attr-defined]
    check: str = wording.check  # type: ignore[attr-defined]
    middle = len(text) // 2 + text[len(text) // 2 :].find(" ")
    for shown in (text, text.upper(), f"> {text[:middle]}\r\n>   {text[middle:]}.", text.replace("'", "\u2019")):
        found = facts(evidence.read(shown))
        assert found[f"alert.{check}"] == ("failed" if wording.failed else "ok")  # type: ignore[attr-defined]
        if "%s" in wording.text:  # type: ignore[attr-defined]
            assert found["alert.host"] == "mail.contoso.com"


@pytest.mark.parametrize(
    "title",
    [
        "mail.contoso.com",
        "Security Alert - mail.contoso.com",
        "Microsoft Outlook: mail.contoso.com",
        "[mail.contoso.com]",
    ],
)
def test_titles(title: str) -> None:
    assert facts(evidence.read(f"{title}\n\n{NAME_FAILED}"))["alert.host"] == "mail.contoso.com"


def test_no_host_is_made_up() -> None:
    assert "alert.host" not in facts(evidence.read(f"Dear colleagues,\nOutlook 2010 says\n{NAME_FAILED}"))


def test_two_alerts_that_differ_are_a_dispute_and_not_a_choice(knowledge: kb.KnowledgeBase) -> None:
    text = "The security certificate date is valid.\n\nThe security certificate has expired.\n"
    (environment,) = evidence.resolve(knowledge, evidence.read(text).observations)
    assert [dispute.facts for dispute in environment.disputes] == [("alert.date",)]


def test_the_redirect_prompt() -> None:
    text = (
        "Allow this website to configure anna@contoso.com server settings?\n"
        "https://mail.fabrikam.com/autodiscover/autodiscover.xml\n"
        "Your account was redirected to this website for settings.\n"
    )
    assert facts(evidence.read(text)) == {"alert.kind": "redirect_prompt", "alert.host": "mail.fabrikam.com"}


def test_the_proxy_error_with_its_code() -> None:
    text = (
        "There is a problem with the proxy server's security certificate, mail.contoso.com. "
        "The name on the security certificate is invalid or does not match the name of the site. "
        "Outlook is unable to connect to this server. (0x00000030)"
    )
    found = evidence.read(text)
    assert facts(found)["alert.kind"] == "proxy_error"
    assert facts(found)["alert.name"] == "failed"
    assert facts(found)["alert.date"] == "failed"
    assert facts(found)["alert.trust"] == "ok"
    assert note(found, "proxy-error-code").details["faults"] == ("name does not match", "date")


def test_a_code_that_may_be_decimal_is_not_taken_apart() -> None:
    text = (
        "There is a problem with the proxy server's security certificate. The name on the security certificate is "
        "invalid or does not match the name of the target site mail.contoso.com.\n"
        "Outlook is unable to connect to the proxy server. (Error Code 10)"
    )
    found = evidence.read(text)
    assert facts(found) == {"alert.kind": "proxy_error", "alert.name": "failed", "alert.host": "mail.contoso.com"}
    assert note(found, "proxy-error-code").details == {"code": "10"}
