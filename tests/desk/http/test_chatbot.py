"""The examples that talk to the API, run as they stand against a running server, with what a person answers."""

from __future__ import annotations

import json
import re
import shlex
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from engine import Engine, FactsRefused
from kb import load as knowledge_base
from tests.conftest import ROOT
from tests.desk.cli.test_commands import OUTPUT
from tests.desk.http.serving import Serving, running
from tests.desk.people import ANSWERS, SLIPS
from tests.evidence.certificates import authority, make

_SERVED = "http://127.0.0.1:8940"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    database = tmp_path_factory.mktemp("cases") / "cases.sqlite3"
    with running(f"sqlite:///{database}", "--no-mcp", "--no-pages") as serving:
        yield serving


def blocks(page: Path, language: str) -> list[str]:
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    return [token.content for token in tokens if token.type == "fence" and token.info.strip() == language]


def typed(engine: Engine) -> Iterator[str]:
    """What a person types from the first question to the last, a slip now and then."""
    facts: dict[str, object] = {}
    slips = dict(SLIPS)
    while questions := engine.diagnose(facts).questions:
        fact = questions[0].fact
        if fact in slips:
            slip = slips.pop(fact)
            with pytest.raises(FactsRefused):
                engine.parser.parse({fact: slip})
            yield slip
        facts[fact] = ANSWERS[fact]
        yield ANSWERS[fact]
    assert not slips, "every slip was made"


EXAMPLES = {
    "examples/chatbot.py": (ROOT / "examples" / "chatbot.py").read_text(encoding="utf-8"),
    **{f"README.md, {number}": text for number, text in enumerate(blocks(ROOT / "README.md", "py"), 1)},
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_it_leads_to_the_commands_by_what_a_person_answers(
    example: str,
    server: Serving,
    shipped: Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = EXAMPLES[example].replace(_SERVED, server.url)
    assert server.url in code
    answers = typed(shipped)
    monkeypatch.setattr("builtins.input", lambda prompt: (print(prompt), next(answers))[1])
    monkeypatch.setattr("sys.argv", [example])

    exec(compile(code, example, "exec"), {})

    printed = capsys.readouterr().out
    assert next(answers, None) is None, "everything was asked"
    assert "Which version of Exchange Server" in printed
    assert "could be Exchange Server 2019 or Exchange Server Subscription Edition" in printed
    assert "Cause found: " in printed
    assert "Set-WebServicesVirtualDirectory -Identity 'ServerName\\EWS (Default Web Site)'" in printed


def test_what_a_user_sends_along_is_settled_by_what_the_user_says(
    server: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    certificate, outputs = tmp_path / "certificate.pem", tmp_path / "outputs.txt"
    certificate.write_text(make("mail.contoso.com", names=["mail.contoso.com"], issuer=authority()).pem)
    outputs.write_text(OUTPUT.format(server="EXCH1", host="exch1.contoso.local"))
    monkeypatch.setattr("sys.argv", ["chatbot.py", str(certificate), str(outputs)])
    answers = {**{question(key): said for key, said in ANSWERS.items()}, question("certificate.san_available"): "yes"}
    asked: list[str] = []

    def say(prompt: str) -> str:
        told = capsys.readouterr().out
        asked.append(told)
        if "Where was this seen" in told:
            return next(line for line in told.splitlines() if line.startswith("- ")).removeprefix("- ")
        return next(said for ask, said in answers.items() if ask in told)

    monkeypatch.setattr("builtins.input", say)

    exec(compile(EXAMPLES["examples/chatbot.py"].replace(_SERVED, server.url), "chatbot", "exec"), {})

    assert any("Where was this seen" in told for told in asked), asked
    assert "Cause found: " in capsys.readouterr().out


def question(fact: str) -> str:
    """The words in which a fact is asked for."""
    return knowledge_base().facts[fact].ask


CALLS = [
    (page.name, call)
    for page in sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
    for block in blocks(page, "sh")
    for call in re.findall(r"^curl (?:.*\\\n)*.*", block, re.MULTILINE)
]


@pytest.mark.parametrize(("page", "call"), CALLS)
def test_a_call_that_is_shown_is_answered(page: str, call: str, server: Serving) -> None:
    words = shlex.split(call.replace("\\\n", " "))
    url = next(word for word in words if word.startswith(_SERVED))
    headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    body = next((words[at + 1] for at, word in enumerate(words) if word == "-d"), None)
    request = urllib.request.Request(url.replace(_SERVED, server.url), body and body.encode(), headers)
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["questions"], page
