"""What the API answers with, besides the engine's own Outcome and explanations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from desk.cases import Case, CaseState, CaseSummary
from engine import Outcome
from engine.outcome import Proposal
from evidence import Environment
from evidence.diagnosis import ServerOutcomes, outcomes, proposal
from kb import KnowledgeBase
from kb.model import Article
from kb.values import Value


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class KnownFact(_View):
    """A fact with where it comes from and how much that weighs, and what else was said of it."""

    value: Any
    """What is known; `"unknown"` where nobody can tell."""
    provenance: str
    """Where it comes from, in words."""
    rank: str
    """How much the source weighs: `proposed`, `on_file`, `stated`, `machine_output` or `measured`."""
    also: tuple[SaidOf, ...] = ()
    """What other sources say of it."""


class SaidOf(_View):
    """What another source says of a fact."""

    value: Any
    """What it says."""
    provenance: str
    """Where that stands, in words."""
    rank: str
    """How much the source weighs: `proposed`, `on_file`, `stated`, `machine_output` or `measured`."""


class DisputeSide(_View):
    """One side of a dispute."""

    id: str
    """What settles the dispute for this side: the value to send in `settle`."""
    facts: dict[str, Any]
    """What this side says, by fact."""
    provenance: str
    """Where that stands, in words."""
    rank: str
    """How much the source weighs: `proposed`, `on_file`, `stated`, `machine_output` or `measured`."""
    held: bool
    """Whether this side is used until the dispute is settled."""


class OpenDispute(_View):
    """Sources that differ on an object."""

    key: str
    """What it is settled under: the key to send in `settle`."""
    objects: tuple[str, ...]
    """The objects that the facts belong to."""
    sides: tuple[DisputeSide, ...]
    """What can be chosen from; `"unknown"` can be chosen too."""


class ReadNote(_View):
    """Something that was read and that no fact takes."""

    kind: str
    """A stable name for programs, such as `truncated-list`."""
    text: str
    """What was read, in a sentence or two."""
    provenance: str
    """Where it stands, in words."""


class KnownServer(_View):
    """What is known of one server. What is proposed is only mentioned; have it confirmed before you use it."""

    server: str | None
    """The server's name; null where none is named."""
    facts: dict[str, KnownFact]
    """What is known, by fact."""
    disputes: tuple[OpenDispute, ...]
    """Where sources differ."""
    proposed: tuple[Proposal, ...]
    """What was only mentioned."""
    unused: tuple[str, ...]
    """What was read and could not be taken as a fact, with the reason."""
    notes: tuple[ReadNote, ...]
    """What was read and no fact takes."""


class KnownServers(_View):
    """What is known, one entry for each server; at least one."""

    servers: tuple[KnownServer, ...]
    """What is known of each."""


class AnswerView(_View):
    """An answer, and who gave it when."""

    value: Any
    """The answer; `"unknown"` where nobody can tell."""
    who: str
    """Who gave it."""
    at: datetime
    """When, in UTC."""
    provenance: str
    """Where it was said or taken from, such as `api` or `web`."""
    revision: int
    """The revision of the case that it was given at."""


class InputView(_View):
    """Evidence that was read for a case."""

    name: str
    """What it was called, such as a file's name."""
    digest: str
    """SHA-256 of the input, in hexadecimal."""
    size: int
    """The size of the input, in bytes."""
    who: str
    """Who handed it in."""
    at: datetime
    """When, in UTC."""
    revision: int
    """The revision of the case that it was handed in at."""


class ClosingView(_View):
    """How a case ended."""

    helped: bool | None
    """Whether it helped; null where nobody said."""
    step: str | None
    """Which step did, as RESOLUTION.STEP; null where nobody said."""
    who: str
    """Who closed it."""
    at: datetime
    """When, in UTC."""


class LogView(_View):
    """An entry of a case's log, with the verdict and the knowledge that followed."""

    revision: int
    """The revision of the case that this made."""
    kind: str
    """What happened: `created`, `answered`, `withdrawn`, `evidence`, `settled`, `closed` or `reopened`."""
    who: str
    """Who did it."""
    at: datetime
    """When, in UTC."""
    content: dict[str, Any]
    """What was handed in; of evidence only its name and digest."""
    verdicts: dict[str, str]
    """The verdict that followed, by server; an empty name where none is named."""
    knowledge: str
    """The digest of the library that this was concluded with."""


class CaseView(_View):
    """A case as it is now. The outcome is that of POST /v1/diagnose: one, or one for each server."""

    id: str
    """The case's id."""
    revision: int
    """The revision that the case is at; send it as If-Match to be told when somebody else was faster."""
    state: CaseState
    """Whether it is open or closed."""
    reference: str
    """What you call it, such as a ticket's number; may be empty."""
    created_at: datetime
    """When it was begun, in UTC."""
    created_by: str
    """Who began it."""
    changed_at: datetime
    """When it was last changed, in UTC."""
    answers: dict[str, AnswerView]
    """What somebody said, by fact."""
    answers_of: dict[str, dict[str, AnswerView]]
    """By server, what was answered of one of several servers; `answers` hold of all."""
    evidence: tuple[InputView, ...]
    """What was read for it."""
    settled: dict[str, str]
    """What was settled where sources differ: the dispute's key, and the side that was chosen."""
    known: KnownServers
    """What is known, from answers and evidence together."""
    outcome: Outcome | ServerOutcomes
    """What follows, as of POST /v1/diagnose: one, or one for each server."""
    closing: ClosingView | None
    """How it ended; null while it is open."""
    log: tuple[LogView, ...]
    """All that happened, the first first."""


class CaseLine(_View):
    """A case in a list."""

    id: str
    """The case's id."""
    revision: int
    """The revision that the case is at; send it as If-Match to be told when somebody else was faster."""
    state: CaseState
    """Whether it is open or closed."""
    reference: str
    """What you call it, such as a ticket's number; may be empty."""
    created_at: datetime
    """When it was begun, in UTC."""
    created_by: str
    """Who began it."""
    changed_at: datetime
    """When it was last changed, in UTC."""
    verdict: str
    """`diagnosed`, `undecided` or `not_covered`; of several servers, the first of these that one has."""
    status: str
    """`open` or `settled`; of several servers, open where one is."""


class CaseList(_View):
    """Cases, the last changed first."""

    cases: tuple[CaseLine, ...]
    """One page of them."""


class StatementView(_View):
    """A statement of an article; `citation.at` of outcomes names its anchor."""

    anchor: str
    """Its anchor."""
    text: str
    """Its words."""
    background: bool
    """Whether it only informs, so that no rule rests on it."""


class ArticleLine(_View):
    """An article in a list."""

    id: str
    """The article's id."""
    title: str
    """Its title."""
    metadata: dict[str, str]
    """What its front matter says, by name."""


class ArticleView(ArticleLine):
    """An article as people read it."""

    markdown: str
    """The article in Markdown."""
    statements: tuple[StatementView, ...]
    """Its statements that have an anchor."""
    diagnoses: tuple[str, ...]
    """Ids of the diagnoses that rest on it."""


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
