"""The MCP server, driven by the SDK's own client: of today's protocol and of the one before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp_types import ElicitRequestFormParams, ElicitResult

from desk.http.settings import Settings
from desk.mcp.server import make_server
from engine import Engine
from tests.desk.http.conftest import PASTE

Contoso = Callable[..., dict[str, object]]
Use = Callable[[Client], Coroutine[Any, Any, Any]]


@pytest.fixture(params=["auto", "legacy"])
def connect(request: pytest.FixtureRequest, shipped: Engine) -> Callable[..., Any]:
    """Runs a conversation with a server; the client may have a form for its user."""

    def run(use: Use, *, elicit: Any = None, settings: Settings | None = None) -> Any:
        async def converse() -> Any:
            server = make_server(shipped, settings or Settings())
            async with Client(server, mode=request.param, elicitation_callback=elicit) as client:
                return await use(client)

        return anyio.run(converse)

    return run


def _call(tool: str, **arguments: Any) -> Use:
    async def use(client: Client) -> Any:
        return await client.call_tool(tool, arguments)

    return use


def _refusal(result: Any) -> str:
    assert result.is_error
    text: str = result.content[0].text
    return text


def test_the_tools_are_there_and_say_that_they_only_read(connect: Callable[..., Any]) -> None:
    async def use(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in connect(use)}
    assert set(tools) == {"diagnose", "read_evidence", "explain", "read_article"}
    assert all(tool.annotations.read_only_hint for tool in tools.values())
    assert all(tool.output_schema for tool in tools.values())


def test_diagnose_gives_the_engines_outcome_in_the_view_that_is_wanted(
    connect: Callable[..., Any], shipped: Engine
) -> None:
    facts = {"client.location": "internal"}
    short = connect(_call("diagnose", facts=facts)).structured_content
    full = connect(_call("diagnose", facts=facts, view="full")).structured_content

    outcome = shipped.diagnose(facts)
    assert short["outcome"] == outcome.next().model_dump(mode="json")
    assert full["outcome"] == outcome.model_dump(mode="json")


def test_a_model_that_answers_every_question_comes_to_the_end(
    connect: Callable[..., Any], contoso: Contoso, shipped: Engine
) -> None:
    known = json.loads(json.dumps(contoso()))

    async def interview(client: Client) -> Any:
        facts: dict[str, object] = {}
        for _ in range(len(shipped.knowledge.facts)):
            result = (await client.call_tool("diagnose", {"facts": facts})).structured_content
            assert result is not None
            question = result["outcome"]["question"]
            if question is None:
                return result["outcome"]
            for part in question["parts"]:
                facts[part["fact"]] = known.get(part["fact"], "unknown")
        raise AssertionError("it never ended")

    result = connect(interview)
    assert (result["status"], result["verdict"], result["done"]) == ("settled", "diagnosed", True)
    (cause,) = result["causes"]
    assert any("Set-WebServicesVirtualDirectory" in command for command in cause["commands"])


def test_a_wrong_fact_comes_back_with_what_to_mend(connect: Callable[..., Any]) -> None:
    text = _refusal(connect(_call("diagnose", facts={"exchange.version": 2008, "client.locaton": "internal"})))

    assert "exchange.version: '2008' is none of 2007, 2010" in text
    assert "client.locaton: there is no such fact; did you mean client.location?" in text


def test_other_wrong_calls_say_what_to_mend_too(connect: Callable[..., Any]) -> None:
    assert "did you mean KB940726?" in _refusal(connect(_call("read_article", article="KB940727")))
    assert "Give one of diagnosis, why and what_if" in _refusal(connect(_call("explain")))
    assert "did you mean internal-url" in _refusal(connect(_call("explain", diagnosis="internal-url-mismatch")))
    assert "did you mean exchange.version" in _refusal(connect(_call("explain", why="exchange.versio")))
    assert "exchange.version" in _refusal(connect(_call("explain", what_if={"exchange.version": 1})))
    assert "#/evidence/0" in _refusal(connect(_call("read_evidence", evidence=[{"text": "\x00\x01"}])))
    assert "--read-tls" in _refusal(connect(_call("diagnose", evidence=[{"tls": "tls://mail.contoso.com"}])))


def test_an_error_of_ours_does_not_show_what_it_was(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("SECRET")

    monkeypatch.setattr(Engine, "explain", fail)
    text = _refusal(connect(_call("explain", diagnosis="internal-url-name-mismatch")))

    told = capfd.readouterr()
    assert "SECRET" not in text + told.out + told.err


def test_evidence_can_be_read_and_diagnosed(connect: Callable[..., Any]) -> None:
    read = connect(_call("read_evidence", evidence=[{"name": "ews.txt", "text": PASTE}])).structured_content
    assert read["servers"][0]["facts"]["endpoints.ews.url"]["rank"] == "machine_output"

    two = PASTE + "\n" + PASTE.replace("EXCH1", "EXCH2")
    result = connect(_call("diagnose", evidence=[{"text": two}])).structured_content
    assert [each["server"] for each in result["outcome"]["servers"]] == ["EXCH1", "EXCH2"]
    assert all(each["outcome"]["question"] for each in result["outcome"]["servers"])


def test_explanations_are_the_engines_own(connect: Callable[..., Any], shipped: Engine, contoso: Contoso) -> None:
    facts, diagnosis = json.loads(json.dumps(contoso())), "internal-url-name-mismatch"

    how = connect(_call("explain", facts=facts, diagnosis=diagnosis)).structured_content
    what_if = connect(_call("explain", facts=facts, what_if={"alert.name": None})).structured_content

    assert how["explanation"] == shipped.explain(facts, diagnosis).model_dump(mode="json")
    assert what_if["difference"] == shipped.what_if(facts, {"alert.name": None}).model_dump(mode="json")


def test_articles_are_tools_and_resources(connect: Callable[..., Any], shipped: Engine) -> None:
    async def use(client: Client) -> Any:
        listed = [str(each.uri) for each in (await client.list_resources()).resources]
        text = (await client.read_resource("resolvent://articles/KB940726")).contents[0].text  # type: ignore[union-attr]
        facts = (await client.read_resource("resolvent://facts")).contents[0].text  # type: ignore[union-attr]
        article = (await client.call_tool("read_article", {"article": "KB940726"})).structured_content
        return listed, text, json.loads(facts), article

    listed, text, facts, article = connect(use)
    assert listed == ["resolvent://articles/KB940726", "resolvent://facts"]
    assert text == shipped.knowledge.articles["KB940726"].markdown == article["markdown"]
    assert list(facts["properties"]) == list(shipped.knowledge.facts)


def test_the_prompt_teaches_the_interview(connect: Callable[..., Any]) -> None:
    async def use(client: Client) -> Any:
        return await client.get_prompt("lead_the_interview", {"situation": "an alert\nsince Monday"})

    text = connect(use).messages[0].content.text
    assert "`diagnose`" in text
    assert "an alert since Monday" in text


def test_the_server_asks_the_user_itself_where_the_client_can(connect: Callable[..., Any]) -> None:
    forms: list[Any] = []

    async def answer(context: Any, params: ElicitRequestFormParams) -> ElicitResult:
        forms.append(params)
        return ElicitResult(action="accept", content={"alert__kind": "security_alert", "alert__name": "failed"})

    result = connect(_call("diagnose", facts={}, view="full", ask_user=True), elicit=answer).structured_content

    assert result["outcome"]["facts"] == {"alert.kind": "security_alert", "alert.name": "failed"}
    assert "unknown" in forms[0].requested_schema["properties"]["alert__kind"]["enum"]


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_a_user_who_does_not_answer_is_asked_by_the_model(connect: Callable[..., Any], action: Any) -> None:
    async def refuse(context: Any, params: ElicitRequestFormParams) -> ElicitResult:
        return ElicitResult(action=action)

    result = connect(_call("diagnose", facts={}, view="full", ask_user=True), elicit=refuse).structured_content

    assert result["outcome"]["facts"] == {}
    assert result["outcome"]["questions"]


def test_a_users_answer_that_cannot_be_taken_is_told(connect: Callable[..., Any]) -> None:
    async def answer(context: Any, params: ElicitRequestFormParams) -> ElicitResult:
        return ElicitResult(action="accept", content={"alert__host": "no host at all"})

    text = _refusal(connect(_call("diagnose", facts={}, ask_user=True), elicit=answer))

    assert "alert.host: the user's answer cannot be taken" in text


def test_a_client_that_has_no_forms_gets_the_question_in_the_result(connect: Callable[..., Any]) -> None:
    result = connect(_call("diagnose", facts={}, ask_user=True)).structured_content

    assert result["outcome"]["question"] is not None
