"""Interviews over the shipped library on a terminal of 80 x 24: what an agent has on the phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.desk.terminal import Terminal

Run = Callable[..., Any]
Open = Callable[..., Terminal]


@pytest.fixture(autouse=True)
def _shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESOLVENT_LIBRARY", raising=False)


def _outside(terminal: Open) -> Terminal:
    """A caller outside whose warning names a server: all that the caller can say, in five answers."""
    at = terminal("ask")
    at.tells("(1-10, d = don't know) >")
    at.answer("1", "(e.g. 1 3, none, d = don't know) >")
    at.answer("3", "Which server name is at the top of the warning?")
    at.answer("exch1.contoso.com", "Who has it, and where?")
    at.answer("2 contoso.com n", "What does View Certificate show?")
    at.answer("2 1", "Which version of Exchange is the mailbox on?")
    return at


@pytest.mark.parametrize("version", ["", "5"], ids=["the version is not known", "Exchange 2019"])
def test_a_caller_outside_has_a_verdict_or_what_to_send_to_whom_after_six_answers(terminal: Open, version: str) -> None:
    at = _outside(terminal)
    if version:
        at.answer(version, "d all = nor the rest")
    told = at.answer("d all", "(Enter = finish")
    assert "Not enough information yet." in told
    assert "send this to the Exchange administrator, and paste here what comes back:" in told
    flat = "".join(told.split())
    of_2019 = "Get-WebServicesVirtualDirectory-ADPropertiesOnly|Format-ListServer,Name,InternalUrl,ExternalUrl"
    assert of_2019 in flat
    assert ("Get-WebServicesVirtualDirectory|" in flat) is not bool(version), "the one of the version at hand alone"
    assert "Get-ExchangeCertificate|Format-ListCertificateDomains,Services" in flat


def test_all_that_was_left_is_taken_back_in_one_step(terminal: Open) -> None:
    at = _outside(terminal)
    at.answer("d all", "(Enter = finish")
    at.answer("back", "Which version of Exchange is the mailbox on?")


def test_what_comes_back_by_paste_decides_the_case_of_a_caller_outside(terminal: Open) -> None:
    at = _outside(terminal)
    at.answer("5", "Which certificate does the Exchange web site use?")
    at.answer("d all", "(Enter = finish")
    at.paste(
        "[PS] C:\\>Get-WebServicesVirtualDirectory | fl Server,InternalUrl,ExternalUrl\n"
        "Server      : EXCH1\nInternalUrl : https://mail.contoso.com/ews/exchange.asmx\n"
        "ExternalUrl : https://exch1.contoso.com/ews/exchange.asmx\n"
        "[PS] C:\\>Get-ExchangeCertificate | fl Subject,CertificateDomains,Services\n"
        "Subject            : CN=mail.contoso.com\nCertificateDomains : {mail.contoso.com}\nServices           : IIS\n"
    )
    at.tells("Cause found: Exchange sends Outlook outside to a name that is not on the certificate")


def test_it_is_told_from_which_paste_a_fact_came(terminal: Open) -> None:
    at = terminal("ask")
    at.tells(") >")
    at.paste("[PS] C:\\>Get-ExchangeServer | fl Name,AdminDisplayVersion\nName : EX1\n")
    at.tells("(1-10, d = don't know) >")
    at.paste(
        "[PS] C:\\>Get-OabVirtualDirectory | fl Server,InternalUrl\nServer : EX1\nInternalUrl : https://ex1.a.de/oab\n"
    )
    at.tells("(1-10, d = don't know) >")
    told = at.answer("facts", "(endpoints.oab.url, Get-OabVirtualDirectory (paste 2, line")
    assert "(exchange.server, Get-ExchangeServer (paste 1, line" in told


def test_a_long_command_above_the_line_one_types_on_is_seen_whole(terminal: Open) -> None:
    at = terminal("ask", "--set", "exchange.version=2016", "--set", "endpoints.ews.url=https://ex1.contoso.com/ews")
    at.tells(") >")
    shown = at.answer("change endpoints.ews.url", "Enter leaves it as it is) >")
    assert "Get-WebServicesVirtualDirectory -ADPropertiesOnly | Format-List Server, Name," in shown
    assert "InternalUrl, ExternalUrl" in shown


@pytest.mark.parametrize("said", ["10", "(Error Code 10)", "error code: 10.", "0x10"])
def test_the_code_is_taken_as_it_stands_in_the_message(resolvent: Run, said: str) -> None:
    told = resolvent("ask", "--set", "alert.kind=proxy_error", given=f"{said}\nquit\n").out
    assert "the error code: the name does not match" in told


def test_what_is_no_code_is_refused_with_an_example(terminal: Open) -> None:
    at = terminal("ask", "--set", "alert.kind=proxy_error")
    at.tells("(d = don't know) >")
    told = at.answer("wrong name", "Or d for don't know.")
    assert "This takes the number as it stands there (such as 10)." in told


def test_many_effects_of_an_answer_are_told_by_their_number(resolvent: Run) -> None:
    told = " ".join(resolvent("ask", "--set", "alert.kind=proxy_error", given="?\nquit\n").out.split())
    assert "none: rules out" in told
    assert "causes; confirms: An add-in causes the proxy message; offers: Find the add-in" in told
    assert "ends the interview" in told
    assert "0 questions left" not in told


def test_change_shows_the_command_of_the_version_at_hand(resolvent: Run) -> None:
    at = ["--set", "exchange.version=2019", "--set", "exchange.server=EX1", "--set", "alert.kind=security_alert"]
    told = resolvent("ask", *at, given="change exchange.server\n\nquit\n").out
    assert "Get-ClientAccessService | Format-List Name" in told
    assert "Get-ClientAccessServer" not in told
