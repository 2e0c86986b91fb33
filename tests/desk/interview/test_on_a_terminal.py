"""An interview on a terminal of the usual size, and on a narrow one: what stands there, and what keys do."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.desk.cli.test_commands import OUTPUT
from tests.desk.terminal import Terminal

Open = Callable[..., Terminal]
AT_80 = {"columns": 80, "rows": 24}
URL = "https://exch1.contoso.com"
URLS = f"{URL}/autodiscover/autodiscover.xml {URL}/ews/exchange.asmx {URL}/oab {URL}/um/service.asmx"
FOUND = {
    "alert.kind": "security_alert",
    "alert.name": "failed",
    "certificate.replaced": "yes",
    "client.location": "internal",
    "exchange.version": "2007",
    "certificate.subject_alternative_names": "none",
    "certificate.common_name": "mail.contoso.com",
    "exchange.server": "EXCH1",
}
WAYS = {"certificate.san_available": "no", "dns.resolves_internally": "yes"}


def known(*but: str, **more: str) -> list[str]:
    """Options that state the facts of the example, without some."""
    facts = {**FOUND, **{key.replace("__", "."): value for key, value in more.items()}}
    return [word for key, value in facts.items() if key not in but for word in ("--set", f"{key}={value}")]


def with_urls(member: dict[str, str]) -> list[str]:
    names = ("autodiscover", "ews", "oab", "um")
    urls = [
        word for name, url in zip(names, URLS.split(), strict=True) for word in ("--set", f"endpoints.{name}.url={url}")
    ]
    return [*known(), *urls, *(word for key, value in member.items() for word in ("--set", f"{key}={value}"))]


def test_an_answered_question_folds_to_a_line(terminal: Open) -> None:
    at = terminal("ask", **AT_80)
    at.tells(") >")
    assert "1 A security alert" in at.shown()
    at.answer("1", "e.g. 1 3, none")
    assert "✔ The kind of message: A security alert" in at.shown()
    assert "There is a problem with the proxy" not in at.shown()


def test_arrow_keys_choose_and_enter_alone_does_not(terminal: Open) -> None:
    at = terminal("ask", *known("client.location"), **AT_80)
    at.tells("(1-2, d = don't know) >")
    at.answer("", "An empty line is no answer here.")
    at.process.send("\x1b[B\x1b[B")
    at.answer("", ") >")
    assert "✔ The place of the client: outside" in at.shown()


def test_several_short_answers_go_on_one_line(terminal: Open) -> None:
    at = terminal("ask", *known(), **AT_80)
    at.tells("1 to 4 answers, blanks between")
    at.answer(f"{URLS} more", "1 to 4 answers, blanks between")
    at.process.sendline(URLS)
    at.tells("Cause found:")


def test_choices_go_on_one_line_with_names(terminal: Open) -> None:
    facts = {"alert.kind": "security_alert", "alert.trust": "ok", "alert.date": "ok", "alert.name": "failed"}
    facts["alert.host"] = "exch1.contoso.com"
    options = [each for key, value in facts.items() for each in ("--set", f"{key}={value}")]
    at = terminal("ask", "--library", str(ROOT), *options, **AT_80)
    at.tells("1 to 3 answers, blanks between")
    # A phrase is no answer to two questions: "office" is not the domain.
    at.answer("home office", "'home office' is not among them. Type 1 or 2")
    at.answer("2 contoso.com n", ") >")
    shown = at.shown()
    assert "✔ Where the computer is: outside, without VPN" in shown
    assert "✔ The mail domain: contoso.com" in shown
    assert "✔ Whether another mailbox or calendar is open: no" in shown


def test_a_wrong_one_of_several_is_named(terminal: Open) -> None:
    at = terminal("ask", *known(), **AT_80)
    at.tells("1 to 4 answers, blanks between")
    at.answer(f"{URL}/autodiscover nonsense", "The URL of Exchange Web Services: ")


def test_what_is_decided_stands_above_what_is_still_asked(terminal: Open) -> None:
    at = terminal("ask", *with_urls({}), **AT_80)
    at.tells("1 or 2 answers, blanks between")
    first = next(line for line in at.shown().splitlines() if line and not line.startswith(("Answer with", "lists")))
    assert first.startswith("Cause found: ")


def test_completing_questions_say_so_after_the_verdict(terminal: Open) -> None:
    options = with_urls(WAYS)
    at_server = options.index("exchange.server=EXCH1")
    del options[at_server - 1 : at_server + 1]
    at = terminal("ask", *options, **AT_80)
    told = at.tells("Enter = skip) >")
    assert (
        told.index("Cause found:")
        < told.index("only fills in the commands")
        < told.index("Which" if "Which" in told else "What is the name")
    )


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (60, 40)])
def test_the_last_screen_is_verdict_steps_and_what_to_press(terminal: Open, columns: int, rows: int) -> None:
    at = terminal("ask", *with_urls(WAYS), columns=columns, rows=rows)
    at.tells("still there) >")
    shown = at.shown()
    assert "Cause found: " in shown
    assert shown.index("Cause found:") < shown.index("1. ") < shown.index("(Enter = finish · facts · how · report")
    joined = shown.replace("\n", "")
    assert (
        "Set-ClientAccessServer -Identity 'EXCH1' -AutodiscoverServiceInternalUri 'https://mail.contoso.com/" in joined
    )


def test_copy_puts_the_command_of_a_step_on_the_clipboard(terminal: Open) -> None:
    at = terminal("ask", *with_urls(WAYS), **AT_80)
    at.tells("still there) >")
    at.process.sendline("copy 2")
    told = at.tells("Copied command 2")
    coded = re.search(r"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", at.raw)
    assert coded, told
    assert base64.b64decode(coded[1]).decode().startswith("Set-WebServicesVirtualDirectory -Identity 'EXCH1")
    at.tells("still there) >")
    at.answer("copy 99", "There is no command '99'; there is 1, 2, 3, 4, 5.")


def test_still_there_goes_on_and_helped_ends(terminal: Open) -> None:
    at = terminal("ask", *with_urls(WAYS), **AT_80)
    at.tells("still there) >")
    # What needs an hour has not failed after a minute.
    at.answer("still there", "If that is so, type still there again.")
    at.tells("still there) >")
    at.process.sendline("still there")
    told = at.tells("no change")
    assert "Cause found" not in told
    at = terminal("ask", *with_urls(WAYS), **AT_80)
    at.tells("still there) >")
    at.answer("helped", "Solved. This helped:")


def test_a_paste_needs_no_line_that_ends_it(terminal: Open) -> None:
    at = terminal("ask", **AT_80)
    at.tells(") >")
    at.paste(OUTPUT.format(server="EXCH1", host="exch1.contoso.local"))
    at.tells("+ the version of Exchange: Exchange Server 2010")
    at.tells(") >")


def test_a_mail_that_is_pasted_is_read_for_what_it_mentions(terminal: Open) -> None:
    at = terminal("ask", **AT_80)
    at.tells(") >")
    at.paste("Hello,\nsince the move to Exchange 2010\nOutlook warns about exch1.contoso.local\n")
    at.tells("This is mentioned too. Which of it is so?")


def test_what_is_not_known_comes_with_a_line_to_send(terminal: Open) -> None:
    at = terminal("ask", *known("exchange.version"), **AT_80)
    at.tells(") >")
    at.process.sendline("d")
    told = at.tells(") >")
    assert "send this to whoever can look" in told
    assert "Please send me what this shows: Get-ExchangeServer | Format-List Name, AdminDisplayVersion" in told


def test_not_covered_says_what_was_ruled_out_and_what_next(terminal: Open) -> None:
    at = terminal("ask", *known("client.location"), **AT_80)
    at.tells(") >")
    at.process.sendline("2")
    assert "KB940726 does not apply." in at.tells("Enter = skip) >")
    at.process.sendline("")
    told = at.tells("(Enter = finish")
    assert "Ruled out: An internal URL names a host" in told
    assert "see which host the alert names" in told


def test_back_goes_on_before_what_was_resumed(terminal: Open, tmp_path: Path) -> None:
    kept = tmp_path / "answers.json"
    kept.write_text(json.dumps({"alert.kind": "security_alert", "alert.name": "failed", "client.location": "internal"}))
    at = terminal("ask", "--resume", str(kept), **AT_80)
    told = at.tells(") >")
    assert "Answered before" in told
    assert "✔ The place of the client: inside the local network" in told
    at.process.sendline("back")
    at.tells("2 known")
    at.process.sendline("back")
    at.tells("1 known")


def test_colours_can_be_had_or_not(terminal: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    at = terminal("ask", *with_urls(WAYS), **AT_80)
    at.tells("still there) >")
    assert "\x1b[1;32m" in at.raw  # green: it is settled
    monkeypatch.setenv("NO_COLOR", "1")
    at = terminal("ask", *with_urls(WAYS), **AT_80)
    at.tells("still there) >")
    assert not re.search(r"\x1b\[[0-9;]*3[1-6]m", at.raw)


def test_what_is_on_file_is_not_asked(terminal: Open, tmp_path: Path) -> None:
    on_file = tmp_path / "organisation.json"
    on_file.write_text(
        json.dumps(
            {"as_of": "2026-01-05", "facts": {}, "servers": [{"exchange.server": "EXCH1", "exchange.version": "2007"}]}
        )
    )
    at = terminal("ask", *known("exchange.version", "exchange.server"), "--known", str(on_file), **AT_80)
    told = at.tells(") >")
    assert "+ the version of Exchange: Exchange Server 2007" in told
    assert "Which URLs has Exchange stored" in told


def test_how_says_what_is_needed_and_what_was_said_once(terminal: Open) -> None:
    at = terminal("ask", *with_urls({**WAYS, "client.location": "external"}), **AT_80)
    at.tells("Enter = skip) >")
    at.process.sendline("how")
    told = at.tells("Enter = skip) >")
    assert "✗ Needs the place of the client: inside the local network · You said: outside" in told
    assert "the kind of message" not in told.partition("You said")[0].rpartition("ruled out")[2]
