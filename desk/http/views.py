"""What the API answers with, besides the engine's own Outcome and explanations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from desk.cases import Case, CaseState, CaseSummary
from desk.environments import Diagnosed, summary
from engine import Engine, Outcome
from kb import KnowledgeBase
from kb.model import Article
from kb.values import Value


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class ServerSummary(_View):
    """What a server needs: for each resolution, the steps that are not to be skipped."""

    server: str | None
    status: str
    verdict: str
    steps: dict[str, tuple[str, ...]]


class Summary(_View):
    """Which servers are fine, and which need which steps."""

    servers: tuple[ServerSummary, ...]
    diagnosed: tuple[str | None, ...]
    not_covered: tuple[str | None, ...]
    undecided: tuple[str | None, ...]


class ServerOutcome(_View):
    """One server's outcome."""

    server: str | None
    outcome: Outcome


class Environments(_View):
    """An outcome for each server that the evidence names."""

    environments: tuple[ServerOutcome, ...]
    summary: Summary


class KnownFactView(_View):
    """A fact with where it comes from and how much that weighs."""

    value: Any
    provenance: str
    rank: str = Field(description="stated, machine_output or measured; of proposals, proposed")


class NamedFact(KnownFactView):
    """The same with its key."""

    fact: str


class DisputeBody(_View):
    """Sources that disagree on a fact; the first side is used."""

    fact: str
    sides: tuple[NamedFact, ...]


class KnownServer(_View):
    """What is known of one server."""

    server: str | None
    facts: dict[str, KnownFactView]
    disputes: tuple[DisputeBody, ...]


class ReadNote(_View):
    """Something that was read and that no fact takes."""

    kind: str
    text: str
    provenance: str
    server: str | None


class ReadEvidence(_View):
    """What evidence says. What is proposed is only mentioned in plain words; have it confirmed before you use it."""

    environments: tuple[KnownServer, ...]
    proposed: tuple[NamedFact, ...]
    notes: tuple[ReadNote, ...]


class AnswerView(_View):
    """An answer, and who gave it when."""

    value: Any
    who: str
    at: datetime
    provenance: str
    revision: int


class InputView(_View):
    """Evidence that was read for a case."""

    name: str
    digest: str = Field(description="SHA-256 of the input, in hexadecimal.")
    size: int
    who: str
    at: datetime
    revision: int


class ClosingView(_View):
    """How a case ended."""

    helped: bool | None
    step: str | None
    who: str
    at: datetime


class LogView(_View):
    """An entry of a case's log, with the verdict and the knowledge that followed."""

    revision: int
    kind: str
    who: str
    at: datetime
    content: dict[str, Any]
    verdicts: dict[str, str] = Field(description="By server; an empty name where none is named.")
    knowledge: str = Field(description="Digest of the library that this was concluded with.")


class CaseView(_View):
    """A case as it is now. `outcome` where one server is concerned, `environments` and `summary` where several are."""

    id: str
    revision: int = Field(description="Also the ETag; send it as If-Match to be told when somebody else was faster.")
    state: CaseState
    reference: str
    created_at: datetime
    created_by: str
    changed_at: datetime
    answers: dict[str, AnswerView]
    evidence: tuple[InputView, ...]
    known: ReadEvidence
    outcome: Outcome | None
    environments: tuple[ServerOutcome, ...] | None
    summary: Summary | None
    closing: ClosingView | None
    log: tuple[LogView, ...]


class CaseLine(_View):
    """A case in a list."""

    id: str
    revision: int
    state: CaseState
    reference: str
    created_at: datetime
    created_by: str
    changed_at: datetime
    verdict: str
    status: str


class CaseList(_View):
    """Cases, the last changed first."""

    cases: tuple[CaseLine, ...]


class StatementView(_View):
    """A statement of an article; `citation.at` of outcomes names its anchor."""

    anchor: str
    text: str
    background: bool


class ArticleLine(_View):
    """An article in a list."""

    id: str
    title: str
    metadata: dict[str, str]


class ArticleView(ArticleLine):
    """An article as people read it."""

    markdown: str
    statements: tuple[StatementView, ...]
    diagnoses: tuple[str, ...]


def article_view(article: Article, knowledge: KnowledgeBase) -> ArticleView:
    """An article with its statements and the diagnoses that rest on it."""
    return ArticleView(
        id=article.id,
        title=article.title,
        metadata=article.metadata,
        markdown=article.markdown,
        statements=tuple(
            StatementView(anchor=each.anchor, text=each.text, background=each.background) for each in article.statements
        ),
        diagnoses=tuple(each.id for each in knowledge.diagnoses if each.article == article.id),
    )


def environments_of(every: Iterable[Diagnosed]) -> Environments:
    """Outcomes of several servers."""
    every = tuple(every)
    return Environments(
        environments=tuple(ServerOutcome(server=each.known.server, outcome=each.outcome) for each in every),
        summary=Summary.model_validate(summary(every)),
    )


def case_line(found: CaseSummary) -> CaseLine:
    """A case as a list shows it."""
    return CaseLine.model_validate({name: getattr(found, name) for name in CaseLine.model_fields})


def case_view(case: Case, engine: Engine) -> CaseView:
    """A case as the API shows it."""
    from desk.cli.read import as_json

    several = environments_of(case.environments) if len(case.environments) > 1 else None
    known = as_json(
        tuple(each.known for each in case.environments), [entry.evidence for entry in case.evidence], engine
    )
    return CaseView(
        id=case.id,
        revision=case.revision,
        state=case.state,
        reference=case.reference,
        created_at=case.created_at,
        created_by=case.created_by,
        changed_at=case.changed_at,
        answers={fact: _answer(answer) for fact, answer in case.answers.items()},
        evidence=tuple(
            InputView(
                name=each.name, digest=each.digest, size=each.size, who=each.who, at=each.at, revision=each.revision
            )
            for each in case.evidence
        ),
        known=ReadEvidence.model_validate(known),
        outcome=None if several else case.outcome,
        environments=several.environments if several else None,
        summary=several.summary if several else None,
        closing=None
        if case.closing is None
        else ClosingView(helped=case.closing.helped, step=case.closing.step, who=case.closing.who, at=case.closing.at),
        log=tuple(
            LogView(
                revision=entry.revision,
                kind=entry.kind.value,
                who=entry.who,
                at=entry.at,
                content=_brief(entry.content),
                verdicts={server: points.get("verdict", "") for server, points in conclusion.points.items()},
                knowledge=conclusion.digest,
            )
            for entry, conclusion in zip(case.log, case.conclusions, strict=True)
        ),
    )


def _answer(answer: Any) -> AnswerView:
    value: Value = answer.value
    return AnswerView(value=value, who=answer.who, at=answer.at, provenance=answer.provenance, revision=answer.revision)


def _brief(content: Any) -> dict[str, Any]:
    """An entry without the observations of its evidence, which `known` shows already."""
    return {
        key: [{"name": each["name"], "digest": each["digest"]} for each in value] if key == "evidence" else value
        for key, value in content.items()
    }
