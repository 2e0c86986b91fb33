"""The same facts, evidence and settlements give the same outcome through every door.

The doors: Python, the command line, `POST /v1/diagnose`, `POST /v1/cases`, MCP, and the pages; the libraries: the
shipped one, and one of printers. Where JSON comes back it is the same Outcome to the letter. CI takes a sample;
``RESOLVENT_CONTRACT=300`` takes all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from bs4 import BeautifulSoup, Tag
from click.testing import CliRunner
from mcp import Client
from starlette.testclient import TestClient

from desk.cli.diagnose import command
from desk.http.app import create_app
from desk.http.settings import Settings
from desk.mcp.server import make_server
from engine import Outcome
from engine.outcome import StepState
from evidence.model import Rank
from kb.values import UNKNOWN
from render.words import verdict_words
from tests.desk.contract.domain import Domain
from tests.desk.contract.situations import Situation


@contextmanager
def _application(domain: Domain, folder: Path, *, pages: bool = False) -> Iterator[TestClient]:
    database = f"sqlite:///{folder / 'cases.sqlite3'}"
    app = create_app(Settings(database_url=database, library=domain.library, mcp=False, pages=pages))
    with TestClient(app, base_url="http://localhost") as client:
        yield client


def _body(situation: Situation) -> dict[str, Any]:
    return {
        "facts": situation.facts,
        "evidence": [{"name": name, "text": text} for name, text in situation.evidence],
        "settle": situation.settle,
    }


def test_the_situations_are_worth_it(domain: Domain) -> None:
    told = [each.outcome for servers in domain.every for each in servers]
    assert {outcome.verdict for outcome in told} == {"diagnosed", "not_covered", "undecided"}
    assert {outcome.status for outcome in told} == {"settled", "open"}
    assert any(len(servers) > 1 for servers in domain.every)
    assert any(situation.settle for situation in domain.situations)
    assert any(outcome.questions and outcome.questions[0].purpose == "settle" for outcome in told)
    assert any(step.command for outcome in told for each in outcome.resolutions for step in each.steps)


def test_every_kind_of_value_is_said_and_read(domain: Domain) -> None:
    """And facts of a collection, and of an object that another one has."""
    knowledge = domain.engine.knowledge
    said: set[object] = set()
    read: set[object] = set()
    for servers in domain.every:
        for each in servers:
            for key, taken in each.environment.taken.items():
                kind = knowledge.objects.get(knowledge.object_of(key).id)
                of = {"member"} if knowledge.facts[key].member else {"object"} if kind and kind.of else set()
                reached = {knowledge.facts[key].type, *of} if taken.value != UNKNOWN else set()
                (said if taken.rank is Rank.STATED else read).update(reached)
    declared = {fact.type for fact in knowledge.facts.values() if fact.tried is None}
    assert said == declared | {"object", "member"}
    by_readers = {
        knowledge.facts[key].type
        for output in knowledge.outputs.outputs
        for key in output.facts.values()
        if key in knowledge.facts
    }
    assert by_readers | {"object", "member"} <= read


def test_a_dispute_about_an_object_is_settled(domain: Domain) -> None:
    """By what is right, and by the word that nobody can tell."""
    settled = {
        (key in domain.engine.knowledge.objects, chosen == UNKNOWN)
        for situation in domain.situations
        for key, chosen in situation.settle.items()
    }
    assert {(True, False), (True, True)} <= settled


def test_what_is_in_dispute_is_told_as_no_verdict(domain: Domain) -> None:
    for servers in domain.every:
        for each in servers:
            outcome = each.outcome
            if outcome.questions and outcome.questions[0].purpose == "settle":
                assert (outcome.status, outcome.done, outcome.verdict) == ("open", False, "undecided")
                assert not outcome.resolutions


def test_the_command_line(domain: Domain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The library is read once here and not two hundred times; all else is the command's own.
    monkeypatch.setattr("desk.cli.diagnose.load", lambda library, engine: domain.engine)
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    for situation, outcome in zip(domain.situations, domain.expected, strict=True):
        arguments = ["-", "--format", "json"]
        for name, text in situation.evidence:
            Path(name).write_text(text, encoding="utf-8")
            arguments += ["--evidence", name]
        for key, value in situation.settle.items():
            arguments += ["--settle", f"{key}={value}"]
        result = runner.invoke(command, arguments, input=json.dumps(situation.facts))
        assert result.exit_code == 0, (situation, result.output)
        assert json.loads(result.stdout) == outcome, situation.name


def test_http(domain: Domain, tmp_path: Path) -> None:
    with _application(domain, tmp_path) as client:
        for situation, outcome in zip(domain.situations, domain.expected, strict=True):
            assert client.post("/v1/diagnose", json=_body(situation)).json() == outcome, situation.name


def test_stored_cases(domain: Domain, tmp_path: Path) -> None:
    with _application(domain, tmp_path) as client:
        for situation, outcome in zip(domain.situations, domain.expected, strict=True):
            case = client.post("/v1/cases", json=_body(situation)).json()
            again = client.get(f"/v1/cases/{case['id']}").json()
            assert case["outcome"] == again["outcome"] == outcome, situation.name


def test_a_case_that_grows_ends_where_one_that_was_handed_in_at_once_does(domain: Domain, tmp_path: Path) -> None:
    """Evidence first, then answers, then settlements, as a person goes about it."""
    with _application(domain, tmp_path) as client:
        for situation, outcome in zip(domain.situations, domain.expected, strict=True):
            path = f"/v1/cases/{client.post('/v1/cases').json()['id']}"
            for name, text in situation.evidence:
                client.post(f"{path}/evidence", json={"evidence": [{"name": name, "text": text}]})
            if situation.facts:
                client.patch(f"{path}/facts", json={"facts": situation.facts})
            if situation.settle:
                client.patch(f"{path}/facts", json={"settle": situation.settle})
            assert client.get(path).json()["outcome"] == outcome, situation.name


def test_mcp(domain: Domain) -> None:
    async def converse() -> list[Any]:
        async with Client(make_server(domain.engine, Settings())) as client:
            return [
                (await client.call_tool("diagnose", {**_body(situation), "view": "full"})).structured_content
                for situation in domain.situations
            ]

    assert [result["outcome"] for result in anyio.run(converse)] == list(domain.expected)


def test_the_pages(domain: Domain, tmp_path: Path) -> None:
    with _application(domain, tmp_path, pages=True) as client:
        for situation, servers in zip(domain.situations, domain.every, strict=True):
            case = client.post("/v1/cases", json=_body(situation)).json()["id"]
            for each in servers:
                of = {"server": each.environment.server or ""} if len(servers) > 1 else {}
                for check, page in ((_check_page, ""), (_check_reasoning, "/reasoning")):
                    shown = client.get(f"/cases/{case}{page}", params=of)
                    assert shown.status_code == 200
                    check(BeautifulSoup(shown.text, "html.parser"), each.outcome, situation)


def _check_page(page: BeautifulSoup, outcome: Outcome, situation: Situation) -> None:
    """The verdict, every step with its state and its command, and the first question."""
    decided = outcome.verdict != "undecided" or outcome.status == "settled"
    assert [_words(each) for each in page.select(".verdict h2")] == [verdict_words(outcome)[0]] * decided, (
        situation.name
    )
    steps = [step for resolution in outcome.resolutions for step in resolution.steps]
    shown = page.select(".resolution li.step")
    assert [each["class"][-1] for each in shown] == [step.state for step in steps], situation.name
    for step, item in zip(steps, shown, strict=True):
        assert " ".join(step.text.split()) in _words(item), situation.name
        command = [str(each.get_text()).strip() for each in item.select("div > .code:not(.draft, details *) > pre")]
        ready = step.command is not None and step.state is not StepState.SKIP
        assert command == ([str(step.command)] if ready else []), situation.name
    if outcome.questions:
        question = outcome.questions[0]
        asked = str(question.ask) if question.group is None else question.group.ask
        assert " ".join(asked.split()).casefold() in _words(page).casefold(), (situation.name, asked)


def _check_reasoning(page: BeautifulSoup, outcome: Outcome, situation: Situation) -> None:
    """Every diagnosis with its state."""
    told = {
        str(each["aria-labelledby"]).removeprefix("tree-"): each.select(".kind")[0]["class"][-1]
        for each in page.select("section[aria-labelledby^=tree-]")
    }
    assert told == {each.id: each.state for each in outcome.diagnoses}, situation.name
    disputed = bool(outcome.questions) and outcome.questions[0].purpose == "settle"
    assert ("nobody has said yet which is right" in _words(page)) is disputed, situation.name


def _words(part: Tag) -> str:
    return " ".join(part.get_text(" ").split())
