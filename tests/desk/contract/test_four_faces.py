"""Python, the command line, HTTP and MCP give equal outcomes for equal facts: generated ones, and a whole interview."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mcp import Client
from starlette.testclient import TestClient

from desk.cli.diagnose import command
from desk.http.app import create_app
from desk.http.settings import Settings
from desk.mcp.server import make_server
from engine import Engine
from tests.engine.environments import environments

_SETS = 200
Facts = Mapping[str, object]
Face = Callable[[list[Facts]], list[Any]]


def _generated(shipped: Engine) -> list[Facts]:
    """Two hundred environments, closed ones and ones with gaps; the same in every run."""
    every: list[Facts] = []

    @settings(
        max_examples=_SETS,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(environments(shipped.knowledge), environments(shipped.knowledge, gaps=False)))
    def collect(facts: Facts) -> None:
        every.append(facts)

    collect()
    return [json.loads(json.dumps(facts)) for facts in every]


def _interview(shipped: Engine, answers: Facts) -> list[Facts]:
    """What is known after each answer of an interview, from nothing to the end."""
    known: dict[str, object] = {}
    told: list[Facts] = [{}]
    while questions := shipped.diagnose(known).questions:
        for fact in questions[0].facts:
            known[fact] = answers.get(fact, "unknown")
        told.append(json.loads(json.dumps(known)))
    return told


@pytest.fixture(scope="module")
def fact_sets(shipped: Engine, contoso: Callable[..., dict[str, object]]) -> list[Facts]:
    interview = _interview(shipped, contoso())
    assert len(interview) > 4
    return [*_generated(shipped), *interview]


@pytest.fixture(scope="module")
def expected(shipped: Engine, fact_sets: list[Facts]) -> list[Any]:
    return [shipped.diagnose(facts).model_dump(mode="json") for facts in fact_sets]


@contextmanager
def _application(folder: Path) -> Iterator[TestClient]:
    app = create_app(Settings(database_url=f"sqlite:///{folder / 'cases.sqlite3'}", mcp=False, pages=False))
    with TestClient(app, base_url="http://localhost") as client:
        yield client


def test_the_generated_sets_are_worth_it(fact_sets: list[Facts], expected: list[Any]) -> None:
    assert len(fact_sets) >= _SETS
    assert {outcome["verdict"] for outcome in expected} == {"diagnosed", "not_covered", "undecided"}
    assert {outcome["status"] for outcome in expected} == {"settled", "open"}


def test_the_command_line(
    fact_sets: list[Facts], expected: list[Any], shipped: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library is read once here and not two hundred times; all else is the command's own.
    monkeypatch.setattr("desk.cli.diagnose.load", lambda library, engine: shipped)
    runner = CliRunner()
    for facts, outcome in zip(fact_sets, expected, strict=True):
        result = runner.invoke(command, ["-", "--format", "json"], input=json.dumps(facts))
        assert json.loads(result.stdout) == outcome


def test_http(fact_sets: list[Facts], expected: list[Any], tmp_path: Path) -> None:
    with _application(tmp_path) as client:
        for facts, outcome in zip(fact_sets, expected, strict=True):
            assert client.post("/v1/diagnose", json={"facts": facts}).json() == outcome


def test_stored_cases(fact_sets: list[Facts], expected: list[Any], tmp_path: Path) -> None:
    with _application(tmp_path) as client:
        for facts, outcome in zip(fact_sets, expected, strict=True):
            case = client.post("/v1/cases", json={"facts": facts}).json()
            again = client.get(f"/v1/cases/{case['id']}").json()
            assert case["outcome"] == again["outcome"] == outcome


def test_mcp(fact_sets: list[Facts], expected: list[Any], shipped: Engine) -> None:
    async def converse() -> list[Any]:
        async with Client(make_server(shipped, Settings())) as client:
            return [
                (await client.call_tool("diagnose", {"facts": dict(facts), "view": "full"})).structured_content
                for facts in fact_sets
            ]

    assert [result["outcome"] for result in anyio.run(converse)] == expected
