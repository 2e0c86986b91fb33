"""The same facts, evidence and settlements give the same outcome through every door.

The doors: Python, the command line, `POST /v1/diagnose`, `POST /v1/cases`, MCP, and the pages. Where JSON comes back it
is the same Outcome to the letter. CI takes a sample; ``RESOLVENT_CONTRACT=300`` takes all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from mcp import Client
from starlette.testclient import TestClient

from desk.cli.diagnose import command
from desk.http.app import create_app
from desk.http.settings import Settings
from desk.mcp.server import make_server
from engine import Engine, Outcome
from engine.outcome import StepState
from evidence.diagnosis import Diagnosed, diagnose, outcomes
from tests.desk.contract.situations import Situation, by_hand, generated

_MANY = int(os.environ.get("RESOLVENT_CONTRACT", "40"))


@pytest.fixture(scope="module")
def situations(shipped: Engine) -> list[Situation]:
    return [*by_hand(), *generated(shipped, _MANY)]


@pytest.fixture(scope="module")
def every(shipped: Engine, situations: list[Situation]) -> list[tuple[Diagnosed, ...]]:
    return [diagnose(shipped, situation.given(shipped)) for situation in situations]


@pytest.fixture(scope="module")
def expected(every: list[tuple[Diagnosed, ...]]) -> list[Any]:
    return [outcomes(each).model_dump(mode="json") for each in every]


@contextmanager
def _application(folder: Path, *, pages: bool = False) -> Iterator[TestClient]:
    app = create_app(Settings(database_url=f"sqlite:///{folder / 'cases.sqlite3'}", mcp=False, pages=pages))
    with TestClient(app, base_url="http://localhost") as client:
        yield client


def _body(situation: Situation) -> dict[str, Any]:
    return {
        "facts": situation.facts,
        "evidence": [{"name": name, "text": text} for name, text in situation.evidence],
        "settle": situation.settle,
    }


def test_the_situations_are_worth_it(every: list[tuple[Diagnosed, ...]], situations: list[Situation]) -> None:
    told = [each.outcome for servers in every for each in servers]
    assert {outcome.verdict for outcome in told} == {"diagnosed", "not_covered", "undecided"}
    assert {outcome.status for outcome in told} == {"settled", "open"}
    assert any(len(servers) > 1 for servers in every)
    assert any(situation.settle for situation in situations)
    assert any(outcome.questions and outcome.questions[0].purpose == "settle" for outcome in told)


def test_what_is_in_dispute_is_told_as_no_verdict(every: list[tuple[Diagnosed, ...]]) -> None:
    for servers in every:
        for each in servers:
            outcome = each.outcome
            if outcome.questions and outcome.questions[0].purpose == "settle":
                assert (outcome.status, outcome.done, outcome.verdict) == ("open", False, "undecided")
                assert not outcome.resolutions


def test_the_command_line(
    situations: list[Situation], expected: list[Any], shipped: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library is read once here and not two hundred times; all else is the command's own.
    monkeypatch.setattr("desk.cli.diagnose.load", lambda library, engine: shipped)
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    for situation, outcome in zip(situations, expected, strict=True):
        arguments = ["-", "--format", "json"]
        for name, text in situation.evidence:
            Path(name).write_text(text, encoding="utf-8")
            arguments += ["--evidence", name]
        for key, value in situation.settle.items():
            arguments += ["--settle", f"{key}={value}"]
        result = runner.invoke(command, arguments, input=json.dumps(situation.facts))
        assert result.exit_code == 0, (situation, result.output)
        assert json.loads(result.stdout) == outcome, situation.name


def test_http(situations: list[Situation], expected: list[Any], tmp_path: Path) -> None:
    with _application(tmp_path) as client:
        for situation, outcome in zip(situations, expected, strict=True):
            assert client.post("/v1/diagnose", json=_body(situation)).json() == outcome, situation.name


def test_stored_cases(situations: list[Situation], expected: list[Any], tmp_path: Path) -> None:
    with _application(tmp_path) as client:
        for situation, outcome in zip(situations, expected, strict=True):
            case = client.post("/v1/cases", json=_body(situation)).json()
            again = client.get(f"/v1/cases/{case['id']}").json()
            assert case["outcome"] == again["outcome"] == outcome, situation.name


def test_a_case_that_grows_ends_where_one_that_was_handed_in_at_once_does(
    situations: list[Situation], expected: list[Any], tmp_path: Path
) -> None:
    """Evidence first, then answers, then settlements, as a person goes about it."""
    with _application(tmp_path) as client:
        for situation, outcome in zip(situations, expected, strict=True):
            path = f"/v1/cases/{client.post('/v1/cases').json()['id']}"
            for name, text in situation.evidence:
                client.post(f"{path}/evidence", json={"evidence": [{"name": name, "text": text}]})
            if situation.facts:
                client.patch(f"{path}/facts", json={"facts": situation.facts})
            if situation.settle:
                client.patch(f"{path}/facts", json={"settle": situation.settle})
            assert client.get(path).json()["outcome"] == outcome, situation.name


def test_mcp(situations: list[Situation], expected: list[Any], shipped: Engine) -> None:
    async def converse() -> list[Any]:
        async with Client(make_server(shipped, Settings())) as client:
            return [
                (await client.call_tool("diagnose", {**_body(situation), "view": "full"})).structured_content
                for situation in situations
            ]

    assert [result["outcome"] for result in anyio.run(converse)] == expected


def test_the_pages(situations: list[Situation], every: list[tuple[Diagnosed, ...]], tmp_path: Path) -> None:
    with _application(tmp_path, pages=True) as client:
        for situation, servers in zip(situations, every, strict=True):
            case = client.post("/v1/cases", json=_body(situation)).json()["id"]
            for each in servers:
                server = each.environment.server or ""
                page = client.get(f"/cases/{case}", params={"server": server} if len(servers) > 1 else {})
                assert page.status_code == 200
                _check_page(BeautifulSoup(page.text, "html.parser"), each.outcome, situation)


def _check_page(page: BeautifulSoup, outcome: Outcome, situation: Situation) -> None:
    text = " ".join(page.get_text(" ").split())
    commands = {
        str(step.command)
        for resolution in outcome.resolutions
        for step in resolution.steps
        if step.command is not None and step.state is not StepState.SKIP
    }
    shown = {str(each.get_text()).strip() for each in page.select("li.step > div > .code:not(.draft) > pre")}
    assert commands <= shown, situation.name
    assert shown <= commands, situation.name
    if outcome.questions:
        question = outcome.questions[0]
        asked = str(question.ask) if question.group is None else question.group.ask
        assert " ".join(asked.split()).casefold() in text.casefold(), (situation.name, asked)
