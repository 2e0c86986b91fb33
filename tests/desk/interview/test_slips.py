"""No slip costs an answer: an empty line, a line too many, a paste in the wrong place, a number out of range."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.desk.cli.test_commands import OUTPUT
from tests.desk.terminal import Terminal

Run = Callable[..., Any]
Open = Callable[..., Terminal]
TICKS = "none, d = don't know) >"
NAMED = ["--set", "alert.kind=security_alert", "--set", "alert.name=failed", "--set", "certificate.replaced=yes"]
AT_NAMES = [*NAMED, "--set", "client.location=internal", "--set", "exchange.version=2010"]
"""What has been answered when the certificate's names are asked for."""


def test_an_empty_line_never_answers_what_decides_and_says_how_to_say_unknown(terminal: Open) -> None:
    at = terminal("ask")
    at.tells(") >")
    at.answer("", "An empty line is no answer here. Type 1 to 4, or d for don't know.")
    at.answer("1", TICKS)
    at.answer("", "or d for don't know.")
    at.answer("3", "Enter = skip) >")
    at.answer("", "4 known")  # the name at the top of the alert decides nothing


def test_an_empty_line_on_a_pipe_is_a_plain_error_and_nothing_is_lost(resolvent: Run, tmp_path: Path) -> None:
    kept = tmp_path / "answers.json"
    ran = resolvent("ask", "--save", str(kept), given="1\n3\n\n\nyes\n")
    assert ran.exit == 65
    assert ran.err == (
        "resolvent: standard input:4: an empty line is no answer here. Type yes or no, or d for don't know\n"
    )
    assert json.loads(kept.read_text())["alert.name"] == "failed"


@pytest.mark.parametrize("said", ["d", "dk", "Don't know", "unknown"])
def test_what_is_not_known_can_be_said_in_many_ways(resolvent: Run, said: str) -> None:
    ran = resolvent("ask", *NAMED, given=f"{said}\n")
    assert "the place of the client: not known" in ran.out


def test_help_at_a_question_says_what_can_be_typed(resolvent: Run) -> None:
    ran = resolvent("ask", *NAMED, given="?\n")
    assert "Type 1 or 2, or d for don't know." in ran.out


def test_change_owns_the_number_that_follows(resolvent: Run) -> None:
    ran = resolvent("ask", *NAMED, given="change\n3\nno\n")
    assert "Type the number of the one to change." in ran.out
    assert "so far: yes" in ran.out
    assert "whether the default certificate was replaced: no" in ran.out


def test_a_number_after_the_list_that_is_none_of_it_is_told(terminal: Open) -> None:
    at = terminal("ask", *NAMED)
    at.tells("2 outside, for example at home (1-2, d = don't know) >")
    at.answer("change", "Type the number of the one to change.")
    at.answer("9", "There is no answer '9'; there are 1 to 3, and change alone lists them.")
    at.answer("2", "The client is outside")  # the list is gone, so that this answers the question


@pytest.mark.parametrize("which", ["0000017", "17", "99999999999999999999", "0", "-1", "²", "exchange.serve"])
def test_changing_what_there_is_not_is_a_plain_error(resolvent: Run, which: str) -> None:
    ran = resolvent("ask", *NAMED, given=f"change {which}\n")
    assert ran.exit == 65
    assert f"there is no answer '{which}'" in ran.err


def test_noughts_in_front_do_not_make_it_another_number(resolvent: Run) -> None:
    ran = resolvent("ask", *NAMED, given="change 0000003\nno\n")
    assert "whether the default certificate was replaced: no" in ran.out


def test_the_line_break_of_a_copied_line_answers_nothing(terminal: Open) -> None:
    at = terminal("ask")
    at.tells("(1-4, d = don't know) >")
    at.answer("1", TICKS)
    at.process.send("3\r\r")
    at.tells("Enter = skip) >")
    at.answer("exch1.contoso.com", "5 known")
    at.answer("so far", "the host in the title of the alert: exch1.contoso.com")


def test_the_names_of_a_certificate_are_pasted_as_they_stand_there(terminal: Open) -> None:
    at = terminal("ask", *AT_NAMES)
    at.tells("names, or none, d = don't know) >")
    at.process.send("DNS Name=mail.contoso.com\rDNS Name=autodiscover.contoso.com\r\r")
    at.tells("Which URL is stored in the Service Connection Point")
    at.answer("so far", "mail.contoso.com, autodiscover.contoso.com")


@pytest.mark.parametrize("command", ["", "change alert.name", "change"])
def test_a_paste_is_evidence_wherever_it_comes(terminal: Open, command: str) -> None:
    at = terminal("ask", *NAMED, columns=100)
    at.tells(") >")
    if command:
        at.answer(command, "")
    at.process.send(OUTPUT.format(server="EXCH1", host="exch1.contoso.local").replace("\n", "\r"))
    at.process.send("\r")
    at.tells("+ the version of Exchange: Exchange Server 2010")


def test_a_paste_while_something_is_to_be_confirmed_is_evidence_too(terminal: Open) -> None:
    at = terminal("ask", columns=100)
    at.tells(") >")
    at.answer("paste", "on a line by itself.")
    at.process.send("Since the move to Exchange 2010 Outlook warns about exch9.contoso.local\r.\r")
    at.tells("Enter for none) >")
    at.process.send(OUTPUT.format(server="EXCH1", host="exch1.contoso.local").replace("\n", "\r") + "\r")
    at.tells("+ the URL of Autodiscover: https://exch1.contoso.local/Autodiscover/Autodiscover.xml")


def test_what_sources_disagree_on_is_a_question_like_any_other(resolvent: Run) -> None:
    pasted = OUTPUT.format(server="EXCH1", host="exch1.contoso.local")
    ran = resolvent("ask", "--set", "exchange.version=2007", given=f"paste\n{pasted}\n.\n\n")
    assert ran.exit == 65
    assert "an empty line is no answer here. Type 1 or 2, or d for don't know" in ran.err
    either = resolvent("ask", "--set", "exchange.version=2007", given=f"paste\n{pasted}\n.\nd\n2\n")
    assert "the version of Exchange: not known" in either.out


def test_before_it_ends_undecided_the_answer_that_would_decide_is_asked_for_once_more(resolvent: Run) -> None:
    known = [*AT_NAMES, "--set", "certificate.common_name=mail.contoso.com"]
    urls = "".join(f"https://mail.contoso.com/{each}\n" for each in ("autodiscover", "ews", "oab"))
    ran = resolvent("ask", *known, given="d\n" + urls + "none\n")
    once_more = ran.out.split("Not decided yet. One answer that was not known would decide it:")[1]
    assert "Which subject alternative names does the certificate have?" in once_more.splitlines()[1]
    assert "does not apply" in once_more.split("\nDiagnosis\n")[1]
    left = resolvent("ask", *known, given="d\n" + urls + "\n")
    assert left.exit == 0
    assert left.out.count("would decide it:") == 1
    assert "Not enough information yet." in left.out
