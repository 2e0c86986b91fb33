"""The MCP server: the tools diagnose, read_evidence, explain and read_article, the articles, and a prompt."""

# No postponed annotations here: the SDK reads those of the tools, which name what stands in a function.

import logging
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from anyio import to_thread
from mcp.server import MCPServer
from mcp.server.elicitation import AcceptedElicitation, CancelledElicitation, DeclinedElicitation
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.server.mcpserver.resolve import Elicit, Resolve
from mcp.server.mcpserver.resources import TextResource
from mcp.server.request_state import RequestStateSecurity
from mcp_types import ToolAnnotations
from pydantic import Field

from desk.http.bodies import EvidenceInput
from desk.http.evidence_reading import limiter, read_inputs
from desk.http.problems import ProblemRaised
from desk.http.settings import Settings
from desk.http.views import ArticleView, KnownServers, article_view, known_servers
from desk.mcp.asking import Answers, answers_of, can_ask, form_for, message_for
from desk.mcp.results import DiagnoseResult, ExplainResult
from desk.mcp.texts import INSTRUCTIONS, interview
from engine import Engine, FactsRefused, Outcome
from evidence import Evidence, UnknownSettlement
from evidence.diagnosis import Diagnosed, Given, View, environments, together
from evidence.diagnosis import diagnose as diagnose_given
from evidence.model import NOTHING
from kb import KnowledgeBase
from kb.values import Value, suggestion

_READS_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_MAX_EVIDENCE = 20

Facts = Annotated[
    dict[str, Any],
    Field(
        description='Everything known so far, by fact key: {"some.fact": "value"}. "unknown" where nobody can '
        "tell; leave out what was not asked. Keys and values: the resource resolvent://facts."
    ),
]
EvidenceList = Annotated[
    list[EvidenceInput],
    Field(description="What was pasted or attached, each with text or base64.", max_length=_MAX_EVIDENCE),
]
Settle = Annotated[
    dict[str, str],
    Field(description="Answers to questions whose purpose is settle: the question's fact, and the choice's value."),
]
AskUser = Annotated[
    bool,
    Field(description="Let the server put the next question to the user itself, where the client can show a form."),
]
Asked = AcceptedElicitation[Answers] | DeclinedElicitation | CancelledElicitation


def make_server(
    engine: Engine,
    settings: Settings,
    *,
    count: Callable[[Outcome], None] = lambda outcome: None,
    on_file: Evidence = NOTHING,
) -> MCPServer[Any]:
    """An MCP server over one engine. Nothing is kept between two calls.

    Args:
        engine: what concludes.
        settings: of these, whether evidence may be a live TLS reading, and the key that is shared with other processes.
        count: is told every outcome that is given.
        on_file: what the organisation has on file.
    """
    # What the SDK logs of a failed call holds what the caller sent.
    logging.getLogger("mcp").setLevel(logging.CRITICAL)
    key = settings.state_key
    server: MCPServer[Any] = MCPServer(
        "resolvent",
        title="resolvent",
        instructions=INSTRUCTIONS,
        version=_version(),
        request_state_security=RequestStateSecurity(keys=[key.get_secret_value()]) if key else None,
    )
    _add_tools(server, engine, settings, count, on_file)
    _add_resources(server, engine)

    @server.prompt(title="Lead the interview")
    def lead_the_interview(situation: str = "") -> str:
        """Begin an interview about a certificate-name warning; `situation` is what is known in plain words."""
        return interview(situation)

    return server


def _add_tools(
    server: MCPServer[Any], engine: Engine, settings: Settings, count: Callable[[Outcome], None], on_file: Evidence
) -> None:
    def given(facts: dict[str, Any], evidence: Sequence[EvidenceInput], settle: dict[str, str]) -> Given:
        return Given(_taken(engine, facts), _read(evidence, settings, engine.knowledge), settle, on_file)

    async def asked(
        facts: Facts, evidence: EvidenceList, settle: Settle, ask_user: AskUser, ctx: Context
    ) -> Answers | Elicit[Answers]:
        """The user's own answer to the next question, where that is wanted and the client can ask."""
        if not ask_user or not can_ask(ctx):
            return Answers()
        every = await _diagnosed(engine, lambda: given(facts, evidence, settle), waits=bool(evidence))
        question = next((each.outcome.questions[0] for each in every if each.outcome.questions), None)
        if question is None:
            return Answers()
        return Elicit(message_for(question, engine), form_for(question, engine))

    @server.tool(title="Diagnose", annotations=_READS_ONLY)
    async def diagnose(
        answered: Annotated[Asked, Resolve(asked)],
        facts: Facts = {},  # noqa: B006 -- pydantic copies it; the schema shows it
        evidence: EvidenceList = [],  # noqa: B006
        settle: Settle = {},  # noqa: B006
        view: Annotated[View, Field(description="full: every diagnosis, step, note and citation.")] = View.NEXT,
        ask_user: AskUser = False,
    ) -> DiagnoseResult:
        """What is the matter, what to do about it, and what to ask next, by all that is known so far.

        Call it again after each answer with all facts; nothing is remembered here.
        """
        known, settled = dict(facts), dict(settle)
        if isinstance(answered, AcceptedElicitation):
            try:
                said = answers_of(answered.data)
            except FactsRefused as refused:
                raise _to_mend(refused) from None
            known |= said.facts
            settled |= said.settle
        every = await _diagnosed(engine, lambda: given(known, evidence, settled), waits=bool(evidence))
        for each in every:
            count(each.outcome)
        return DiagnoseResult(outcome=together(every, view))

    @server.tool(title="Read evidence", annotations=_READS_ONLY)
    async def read_evidence(evidence: EvidenceList) -> KnownServers:
        """What a certificate, shell output, an Autodiscover answer, an alert or a ticket says: facts with provenance.

        `servers[].facts` can be used at once; `proposed` is only mentioned, so have the person confirm it first.
        """

        def known() -> KnownServers:
            return known_servers(environments(engine, Given(evidence=_read(evidence, settings, engine.knowledge))))

        return await to_thread.run_sync(known, limiter=limiter())

    @server.tool(title="Explain", annotations=_READS_ONLY)
    def explain(
        facts: Facts = {},  # noqa: B006
        diagnosis: Annotated[str | None, Field(description="How this diagnosis came to its state.")] = None,
        why: Annotated[str | None, Field(description="What an answer for this fact would decide.")] = None,
        what_if: Annotated[
            dict[str, Any] | None, Field(description="What would differ with these facts; null takes one away.")
        ] = None,
    ) -> ExplainResult:
        """How a conclusion came about or why not, why a question is asked, or what would be if: give one of them."""
        if sum(each is not None for each in (diagnosis, why, what_if)) != 1:
            raise ToolError("Give one of diagnosis, why and what_if.")
        known = _taken(engine, facts)
        if diagnosis is not None:
            _check(diagnosis, [each.id for each in engine.knowledge.diagnoses], "diagnosis")
            return ExplainResult(explanation=engine.explain(known, diagnosis))
        if why is not None:
            _check(why, list(engine.knowledge.facts), "fact")
            return ExplainResult(why=engine.why(known, why))
        try:
            return ExplainResult(difference=engine.what_if(known, what_if or {}))
        except FactsRefused as refused:
            raise _to_mend(refused) from None

    @server.tool(title="Read an article", annotations=_READS_ONLY)
    def read_article(
        article: Annotated[str, Field(description="Its id, as citations name it.")],
    ) -> ArticleView:
        """An article of the knowledge base: its text, and its statements by the anchors that outcomes cite."""
        _check(article, list(engine.knowledge.articles), "article")
        return article_view(engine.knowledge.articles[article], engine.knowledge)


def _add_resources(server: MCPServer[Any], engine: Engine) -> None:
    from desk.cli.schema import facts_schema

    for article in engine.knowledge.articles.values():
        server.add_resource(
            TextResource(
                uri=f"resolvent://articles/{article.id}",
                name=article.id,
                title=article.title,
                mime_type="text/markdown",
                text=article.markdown,
            )
        )

    @server.resource("resolvent://articles/{article}", title="An article", mime_type="text/markdown")
    def article_text(article: str) -> str:
        """The text of an article, by its id."""
        found = engine.knowledge.articles.get(article)
        if found is None:
            near = suggestion(article[:120], engine.knowledge.articles) or "."
            raise ResourceNotFoundError(f"There is no article of that id{near}")
        return found.markdown

    @server.resource("resolvent://facts", title="Facts", mime_type="application/json")
    def facts() -> dict[str, Any]:
        """Every fact that can be given, as a JSON Schema with the question for each."""
        return facts_schema(engine.knowledge)


async def _diagnosed(engine: Engine, given: Callable[[], Given], *, waits: bool) -> tuple[Diagnosed, ...]:
    """The outcome for each server; where evidence is to be read, away from the event loop, since that takes time."""

    def concluded() -> tuple[Diagnosed, ...]:
        try:
            return diagnose_given(engine, given())
        except UnknownSettlement as refused:
            raise ToolError(f"{refused}. Send the value of a choice, under the question's fact.") from None

    return await to_thread.run_sync(concluded, limiter=limiter()) if waits else concluded()


def _read(given: Sequence[EvidenceInput], settings: Settings, knowledge: KnowledgeBase) -> tuple[Evidence, ...]:
    try:
        return tuple(each.evidence for each in read_inputs(given, settings, knowledge))
    except ProblemRaised as problem:
        raise ToolError("\n".join((problem.detail, *(f"{place}: {what}" for place, what in problem.errors)))) from None


def _taken(engine: Engine, facts: dict[str, Any]) -> dict[str, Value]:
    try:
        return engine.parser.parse(facts)
    except FactsRefused as refused:
        raise _to_mend(refused) from None


def _to_mend(refused: FactsRefused) -> ToolError:
    """The SDK passes the text of this error alone on to the client."""
    listed = "\n".join(f"- {problem}" for problem in refused.problems)
    return ToolError(f"Some facts cannot be taken. Mend them and call again with all facts:\n{listed}")


def _check(name: str, known: Sequence[str], what: str) -> None:
    if name not in known:
        near = suggestion(name[:120], known) or "."
        raise ToolError(f"There is no {what} of that id{near} There are: {', '.join(known)}.")


def _version() -> str:
    from importlib.metadata import version

    return version("resolvent")
