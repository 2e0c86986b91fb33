"""What the API answers with, besides the engine's own Outcome and explanations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from desk.cases import Case, CaseState, CaseSummary
from engine import Outcome
from engine.outcome import Proposal
from evidence import Environment
from evidence.diagnosis import ServerOutcomes, outcomes, proposal
from kb import KnowledgeBase
from kb.model import Article
from kb.values import Value


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class KnownFact(_View):
    """A fact with where it comes from and how much that weighs, and what else was said of it."""

    value: Any
    provenance: str
    rank: str = Field(description="on_file, stated, machine_output or measured")
    also: tuple[SaidOf, ...] = ()


class SaidOf(_View):
    """What another source says of a fact."""

    value: Any
    provenance: str
    rank: str


class DisputeSide(_View):
    """One side of a dispute; `id` is what settles it."""

    id: str
    facts: dict[str, Any]
    provenance: str
    rank: str
    held: bool


class OpenDispute(_View):
    """Sources that differ on an object; settle it under `key`. The side that is held is used until then."""

    key: str
    objects: tuple[str, ...]
    sides: tuple[DisputeSide, ...]


class ReadNote(_View):
    """Something that was read and that no fact takes."""

    kind: str
    text: str
    provenance: str


class KnownServer(_View):
    """What is known of one server. What is proposed is only mentioned; have it confirmed before you use it."""

    server: str | None
    facts: dict[str, KnownFact]
    disputes: tuple[OpenDispute, ...]
    proposed: tuple[Proposal, ...]
    unused: tuple[str, ...]
    notes: tuple[ReadNote, ...]


class KnownServers(_View):
    """What is known, one entry for each server; at least one."""

    servers: tuple[KnownServer, ...]


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
    """A case as it is now. The outcome is that of POST /v1/diagnose: one, or one for each server."""

    id: str
    revision: int = Field(description="Also the ETag; send it as If-Match to be told when somebody else was faster.")
    state: CaseState
    reference: str
    created_at: datetime
    created_by: str
    changed_at: datetime
    answers: dict[str, AnswerView]
    answers_of: dict[str, dict[str, AnswerView]] = Field(
        description="By server, what was answered of one of several servers; `answers` hold of all."
    )
    evidence: tuple[InputView, ...]
    settled: dict[str, str]
    known: KnownServers
    outcome: Outcome | ServerOutcomes
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


def known_servers(every: Iterable[Environment]) -> KnownServers:
    """What is known of each server, with where it comes from."""
    return KnownServers(servers=tuple(_known_server(each) for each in every))


def _known_server(environment: Environment) -> KnownServer:
    return KnownServer(
        server=environment.server,
        facts={
            key: KnownFact(
                value=taken.value,
                provenance=str(taken.provenance),
                rank=taken.rank.label,
                also=tuple(
                    SaidOf(value=each.value, provenance=str(each.provenance), rank=each.rank.label)
                    for each in taken.also
                ),
            )
            for key, taken in environment.taken.items()
        },
        disputes=tuple(
            OpenDispute(
                key=dispute.key,
                objects=dispute.objects,
                sides=tuple(
                    DisputeSide(
                        id=side.id,
                        facts=dict(side.facts),
                        provenance=str(side.provenance),
                        rank=side.rank.label,
                        held=side.held,
                    )
                    for side in dispute.sides
                ),
            )
            for dispute in environment.disputes
        ),
        proposed=tuple(proposal(each) for each in environment.proposed),
        unused=environment.unused,
        notes=tuple(
            ReadNote(kind=note.kind, text=note.text, provenance=str(note.provenance)) for note in environment.notes
        ),
    )


def case_line(found: CaseSummary) -> CaseLine:
    """A case as a list shows it."""
    return CaseLine.model_validate({name: getattr(found, name) for name in CaseLine.model_fields})


def case_view(case: Case) -> CaseView:
    """A case as the API shows it."""
    return CaseView(
        id=case.id,
        revision=case.revision,
        state=case.state,
        reference=case.reference,
        created_at=case.created_at,
        created_by=case.created_by,
        changed_at=case.changed_at,
        answers={fact: _answer(answer) for fact, answer in case.answers.items()},
        answers_of={
            server: {fact: _answer(answer) for fact, answer in answers.items()}
            for server, answers in case.answers_of.items()
        },
        evidence=tuple(
            InputView(
                name=each.name, digest=each.digest, size=each.size, who=each.who, at=each.at, revision=each.revision
            )
            for each in case.evidence
        ),
        settled=dict(case.settled),
        known=known_servers(each.environment for each in case.environments),
        outcome=outcomes(case.environments),
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
