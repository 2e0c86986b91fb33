"""GET /v1/facts, /v1/articles and /v1/diagnoses: what the library at hand says."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Response
from pydantic import BaseModel, ConfigDict

from desk.http.answering import NotModified
from desk.http.description import may_end_in
from desk.http.problems import ProblemRaised, ProblemType
from desk.http.state import Desk, Here
from desk.http.views import ArticleLine, ArticleView, article_view
from engine.outcome import Knowledge, OutcomeReference
from kb import KnowledgeBase
from kb.model import Citation, Diagnosis, Fact
from kb.values import FactType, suggestion

router = APIRouter(prefix="/v1", tags=["knowledge"])


IfNoneMatch = Annotated[
    str | None, Header(description="The ETag of the answer that you have; while it is still so, the answer is 304.")
]


async def _unless_unchanged(response: Response, here: Here, if_none_match: IfNoneMatch = None) -> Desk:
    """What the answer comes from; or word that the caller has it already: it changes with the library alone."""
    tag = f'"{here.knowledge.digest[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if if_none_match == tag:
        raise NotModified(headers=headers)
    response.headers.update(headers)
    return here


Unchanged = Annotated[Desk, Depends(_unless_unchanged)]


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class ChoiceView(_View):
    """A value that a fact can have, and the words for it."""

    value: str
    """The value."""
    label: str
    """The words for it."""


class FactView(_View):
    """A fact: how to ask for it, what it can be, and how to find out."""

    label: str
    """A short noun phrase, as it stands within a sentence."""
    ask: str
    """The question, as one puts it to a person."""
    help: str
    """How to find the answer; may be empty."""
    type: FactType
    """What kind of value it takes."""
    choices: tuple[ChoiceView, ...]
    """The values that it takes, where the library declares them; else empty."""
    how_to_check: str
    """A read-only command, or a place, that shows the answer; may be empty."""
    answered_by: str
    """Who can answer: the id of a person in the vocabulary."""
    group: str | None
    """The id of the group that it is asked with; null where it is asked by itself."""


class FactsView(_View):
    """The vocabulary."""

    knowledge: Knowledge
    """The library that they are of."""
    facts: dict[str, FactView]
    """The facts, by key."""
    json_schema: dict[str, Any]
    """A JSON Schema of flat facts."""


class ArticlesView(_View):
    """All articles."""

    knowledge: Knowledge
    """The library that they are of."""
    articles: tuple[ArticleLine, ...]
    """The articles."""


class ResolutionLine(_View):
    """A resolution that a diagnosis has; which steps fit is for an Outcome to say."""

    id: str
    """The resolution's id."""
    kind: str
    """What it is to the diagnosis: `fix`, `alternative` or `workaround`."""
    title: str
    """What is done, in a few words."""
    steps: tuple[str, ...]
    """Ids of its steps, in order."""
    citation: Citation
    """Where the article says so."""


class DiagnosisView(_View):
    """A diagnosis that the library can make."""

    id: str
    """The diagnosis' id."""
    title: str
    """The cause, in a sentence."""
    article: str
    """The id of the article that it is from."""
    members: dict[str, str]
    """Where it is written for each member of a collection: what each is called, by id."""
    facts: tuple[str, ...]
    """The facts that it hangs on."""
    resolutions: tuple[ResolutionLine, ...]
    """What to do about it."""
    external_articles: tuple[OutcomeReference, ...]
    """What the library names to be read elsewhere."""
    citation: Citation
    """Where the article says so."""


@router.get("/facts", responses=may_end_in())
def facts(here: Unchanged) -> FactsView:
    """Every fact that can be given: its question, its values, and how to find out."""
    from desk.cli.schema import facts_schema

    knowledge = here.knowledge
    return FactsView(
        knowledge=_named(knowledge),
        facts={key: _fact(fact) for key, fact in knowledge.facts.items()},
        json_schema=facts_schema(knowledge),
    )


@router.get("/articles", responses=may_end_in())
def articles(here: Unchanged) -> ArticlesView:
    """The articles of the library."""
    knowledge = here.knowledge
    lines = tuple(
        ArticleLine(id=each.id, title=each.title, metadata=each.metadata) for each in knowledge.articles.values()
    )
    return ArticlesView(knowledge=_named(knowledge), articles=lines)


@router.get("/articles/{article}", responses=may_end_in(ProblemType.NO_SUCH_ARTICLE))
def article(here: Unchanged, article: Annotated[str, Path(description="Its id, as citations name it.")]) -> ArticleView:
    """One article: its text, and its statements by the anchors that outcomes cite."""
    knowledge = here.knowledge
    found = knowledge.articles.get(article)
    if found is None:
        raise ProblemRaised(
            ProblemType.NO_SUCH_ARTICLE,
            f"There is no article of that id{suggestion(article[:120], knowledge.articles)}; "
            "GET /v1/articles lists them.",
        )
    return article_view(found, knowledge)


@router.get("/diagnoses/{diagnosis}", responses=may_end_in(ProblemType.NO_SUCH_DIAGNOSIS))
def diagnosis(
    here: Unchanged, diagnosis: Annotated[str, Path(description="Its id, as outcomes name it.")]
) -> DiagnosisView:
    """One diagnosis that the library can make: the facts it hangs on, and its resolutions."""
    knowledge = here.knowledge
    found = next((each for each in knowledge.diagnoses if each.id == diagnosis), None)
    if found is None:
        ids = [each.id for each in knowledge.diagnoses]
        raise ProblemRaised(
            ProblemType.NO_SUCH_DIAGNOSIS, f"There is no diagnosis of that id{suggestion(diagnosis[:120], ids) or '.'}"
        )
    return _diagnosis(found, here)


def _diagnosis(found: Diagnosis, desk: Desk) -> DiagnosisView:
    knowledge = desk.knowledge
    explanation = desk.engine.explain({}, found.id)
    facts: dict[str, None] = {}
    open_grounds = list(explanation.grounds)
    while open_grounds:
        ground = open_grounds.pop(0)
        if ground.fact in knowledge.facts:
            facts[ground.fact] = None
        open_grounds.extend(ground.parts)
    members = (
        {each.id: each.label for each in knowledge.collection(found.collection).members} if found.collection else {}
    )
    return DiagnosisView(
        id=found.id,
        title=found.title,
        article=found.article,
        members=members,
        facts=tuple(facts),
        resolutions=tuple(
            ResolutionLine(
                id=each.id,
                kind=each.kind.value,
                title=each.title,
                steps=tuple(step.id for step in each.steps),
                citation=each.citation,
            )
            for each in knowledge.resolutions
            if found.id in each.diagnoses
        ),
        external_articles=tuple(
            OutcomeReference(id=each.id, title=each.title, where=each.where)
            for each in knowledge.external_articles.values()
        ),
        citation=found.citation,
    )


def _fact(fact: Fact) -> FactView:
    return FactView(
        label=fact.label,
        ask=fact.ask,
        help=fact.help,
        type=fact.type,
        choices=tuple(ChoiceView(value=each.value, label=each.label) for each in fact.choices),
        how_to_check=fact.how_to_check,
        answered_by=fact.answered_by,
        group=fact.group,
    )


def _named(knowledge: KnowledgeBase) -> Knowledge:
    return Knowledge(version=knowledge.version, digest=knowledge.digest)
