"""The guided questionnaire: through a pipe, on a terminal, and the interview behind both."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.interview.interview import Interview
from engine import Engine
from engine.outcome import Purpose
from kb.values import Value
from tests.desk.cli.test_commands import OUTPUT
from tests.desk.terminal import Terminal
from tests.engine.environments import values

Run = Callable[..., Any]
TO_2007 = [
    "1",  # a security alert
    "3",  # the name check bears the cross
    "ServerName.contoso.com",
    "yes",  # the default certificate was replaced
    "inside",
    "2007",
    "none",  # no subject alternative names
    "mail.contoso.com",
    "https://ServerName.contoso.com/autodiscover/autodiscover.xml",
    "https://ServerName.contoso.com/ews/exchange.asmx",
    "https://ServerName.contoso.com/oab",
    "https://ServerName.contoso.com/unifiedmessaging/service.asmx",
    "yes",  # a certificate with several names can be had
    "no",  # the name does not lead to the server inside
    "ServerName",
]


def lines(*replies: str) -> str:
    return "\n".join(replies) + "\n"


def test_answers_through_a_pipe_lead_to_the_outcome(resolvent: Run) -> None:
    ran = resolvent("ask", given=lines(*TO_2007))
    assert (ran.exit, ran.err) == (0, "")
    assert "Cause found:" in ran.out
    assert "Set-UMVirtualDirectory -Identity 'ServerName\\unifiedmessaging (Default Web Site)'" in ran.out
    assert "\x1b" not in ran.out
    for question in ("What does Outlook show?", "Which version of Exchange Server hosts the mailbox?"):
        assert ran.out.count(question) == 1


def test_no_more_is_asked_than_decides(resolvent: Run) -> None:
    ran = resolvent("ask", given=lines("2"))
    assert ran.exit == 0
    assert "KB940726 does not apply." in ran.out
    assert "Which of them bear a cross" not in ran.out
    assert ran.out.count("> ") == 1


def test_input_that_ends_early_gives_the_outcome_so_far(resolvent: Run) -> None:
    ran = resolvent("ask", given=lines("1", "3"))
    assert ran.exit == 0
    assert "Not decided yet." in ran.out
    assert "Still to be answered" in ran.out


def test_a_piped_reply_that_is_no_answer_ends_with_its_line_and_loses_nothing(resolvent: Run, tmp_path: Path) -> None:
    kept = tmp_path / "answers.json"
    ran = resolvent("ask", "--save", str(kept), given=lines("1", "3", "", "perhaps"))
    assert ran.exit == 65
    assert ran.err.startswith("resolvent: standard input:4: ")
    assert json.loads(kept.read_text())["alert.name"] == "failed"


def test_what_was_saved_is_gone_on_with_and_can_be_diagnosed(resolvent: Run, tmp_path: Path) -> None:
    kept = tmp_path / "answers.json"
    assert resolvent("ask", "--save", str(kept), given=lines(*TO_2007[:6])).exit == 0
    ran = resolvent("ask", "--resume", str(kept), given=lines(*TO_2007[6:]))
    assert "What does Outlook show?" not in ran.out
    assert "Cause found:" in ran.out
    assert json.loads(resolvent("diagnose", str(kept), "--format", "json").out)["facts"]["exchange.version"] == "2007"


def test_a_report_is_written_as_markdown(resolvent: Run, tmp_path: Path) -> None:
    ticket = tmp_path / "ticket.md"
    assert resolvent("ask", "--report", str(ticket), given=lines(*TO_2007)).exit == 0
    text = ticket.read_text()
    assert text.startswith("# Diagnosis\n")
    assert "   ```powershell\n   Set-ClientAccessServer -Identity 'ServerName'" in text
    refused = resolvent("ask", "--report", str(tmp_path / "no" / "ticket.md"), given=lines("2"))
    assert (refused.exit, "cannot be written" in refused.err) == (66, True)


def test_going_back_changing_and_asking_why(resolvent: Run) -> None:
    replies = [
        "?",
        "how",
        "help",
        "back",
        "1",
        "3",
        "",
        "so far",
        "yes",
        "back",
        "no",
        "change",
        "change 5",
        "yes",
        "change 99",
    ]
    ran = resolvent("ask", given=lines(*replies))
    assert "rules out: An internal URL" in ran.out  # ?
    assert "? Needs the place of the client: inside the local network" in ran.out  # how
    assert "there is nothing to go back to" in ran.out
    assert "Not decided yet." in ran.out  # so far
    assert ran.exit == 0


def test_an_answer_that_settles_ends_the_piped_run(resolvent: Run) -> None:
    ran = resolvent("ask", given=lines("1", "3", "", "no", "change certificate.replaced", "yes"))
    assert ran.exit == 0
    assert "still uses the self-signed certificate" in ran.out


def test_evidence_answers_what_it_can(resolvent: Run, tmp_path: Path) -> None:
    output = tmp_path / "exch1.txt"
    output.write_text(OUTPUT.format(server="EXCH1", host="exch1.contoso.local"))
    ran = resolvent("ask", "--evidence", str(output), given=lines("1", "3", "", "yes", "inside", "mail.contoso.com"))
    assert "+ the version of Exchange: Exchange Server 2010" in ran.out
    assert "Which version of Exchange" not in ran.out
    assert "Which URL is stored" not in ran.out
    assert "Get-ExchangeServer (" in ran.out.split("What is known")[-1].replace("\n     ", " ")


def test_a_paste_is_taken_at_any_question(resolvent: Run) -> None:
    pasted = OUTPUT.format(server="EXCH1", host="exch1.contoso.local")
    ran = resolvent("ask", given=lines("1", "paste", pasted, ".", "3"))
    assert "+ the URL of Autodiscover: https://exch1.contoso.local/Autodiscover/Autodiscover.xml" in ran.out
    refused = resolvent("ask", given=lines("paste", "?!", "."))
    assert (refused.exit, "can be read" in refused.err) == (65, True)


def test_sources_that_disagree_are_asked_about(resolvent: Run) -> None:
    pasted = OUTPUT.format(server="EXCH1", host="exch1.contoso.local")
    ran = resolvent("ask", "--set", "exchange.version=2007", given=lines("paste", pasted, ".", "2", "2"))
    assert "Sources disagree on the version of Exchange. Which is right?" in ran.out
    assert "the version of Exchange: Exchange Server 2007" in ran.out


def test_what_a_ticket_mentions_is_taken_only_when_confirmed(resolvent: Run) -> None:
    ticket = "Hello, since the move to Exchange 2010 Outlook warns about exch1.contoso.local"
    taken = resolvent("ask", given=lines("paste", ticket, ".", "y"))
    assert "This is mentioned too. Which of it is so?" in taken.out
    assert "the version of Exchange: Exchange Server 2010" in taken.out.split("What was known")[1]
    left = resolvent("ask", given=lines("paste", ticket, ".", ""))
    assert "What was known" not in left.out


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_going_back_undoes_exactly_the_last_step(shipped: Engine, data: st.DataObject) -> None:
    interview = Interview(shipped)
    before = []
    while interview.question is not None and len(before) < 12:
        before.append((dict(interview.answers), interview.outcome))
        question = interview.question
        interview.answer({key: data.draw(values(shipped.knowledge.facts[key])) for key in question.facts})  # type: ignore[misc]
    for answers, outcome in reversed(before):
        assert interview.back()
        assert (interview.answers, interview.outcome) == (answers, outcome)
    assert not interview.back()


def test_certificate_and_four_outputs_leave_three_questions_or_fewer(shipped: Engine) -> None:
    from evidence import read
    from tests.evidence.certificates import authority, make

    certificate = read(make("mail.contoso.com", names=["mail.contoso.com"], issuer=authority()).pem)
    outputs = read(OUTPUT.format(server="EXCH1", host="exch1.contoso.local"))
    interview = Interview(shipped, {}, [certificate, outputs])
    answers: dict[str, Value] = {
        "certificate.replaced": True,
        "alert.kind": "security_alert",
        "alert.name": "failed",
        "alert.trust": "ok",
        "alert.date": "ok",
        "alert.host": "exch1.contoso.local",
        "client.location": "internal",
        "certificate.san_available": True,
        "dns.resolves_internally": False,
    }
    asked = 0
    while not interview.settled:
        question = interview.question
        assert question is not None
        if question.purpose is Purpose.SETTLE:
            interview.answer({}, {question.fact: "certificate"})  # it is the one that IIS uses
        else:
            interview.answer({key: answers[key] for key in question.facts})
        asked += 1
    assert asked <= 5
    assert interview.outcome.verdict == "diagnosed"
    assert interview.question is None  # the server's name and the name to use were read, too


def test_a_reply_that_is_not_understood_is_asked_for_again_on_a_terminal(terminal: Callable[..., Terminal]) -> None:
    at = terminal("ask")
    at.tells(") >")
    at.answer("nonsense", "Type 1 to 4, or d for don't know.")
    at.answer("2", "Enter = finish")
    at.process.sendline("")
    assert at.end() == 0
    assert "proxy server's certificate" in at.shown()


def test_ctrl_c_keeps_the_answers(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    at = terminal("ask")
    at.tells(") >")
    at.answer("1", "none, d = don't know) >")
    at.process.sendintr()
    assert at.end() == 130
    assert " ask --resume " in " ".join(at.shown().split())


def test_ctrl_c_keeps_the_answers_where_save_says(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    kept = tmp_path / "a.json"
    at = terminal("ask", "--save", str(kept))
    at.tells(") >")
    at.answer("1", "none, d = don't know) >")
    at.process.sendintr()
    assert at.end() == 130
    assert json.loads(kept.read_text()) == {"alert.kind": "security_alert"}


def test_a_resized_terminal_is_followed(terminal: Callable[..., Terminal]) -> None:
    at = terminal("ask", columns=100)
    at.tells(") >")
    at.resize(40, 40)
    at.answer("1", "none, d = don't know) >")
    printed = at.last.partition("✔")[2].replace("\r", "\n").split("\n")
    assert any("issuing authority" in line for line in printed)
    assert max(len(line) for line in printed) <= 40, printed


def test_a_paste_on_a_terminal_is_recognised(terminal: Callable[..., Terminal]) -> None:
    at = terminal("ask", columns=100)
    at.tells(") >")
    at.process.send(OUTPUT.format(server="EXCH1", host="exch1.contoso.local").replace("\n", "\r"))
    at.process.send("\r")
    at.tells("Exchange Server 2010")
    at.tells(") >")
    assert "+ the version of Exchange" in at.shown()


def test_replies_typed_ahead_are_not_taken_for_a_paste(terminal: Callable[..., Terminal]) -> None:
    at = terminal("ask")
    at.tells(") >")
    at.process.send("1\r3\rexch1.contoso.local\rno\r")
    at.tells("Enter = finish")
    assert "still uses the self-signed" in " ".join(at.shown().split())
