"""Everything that the page of a case shows, worked out before anything is rendered."""

from __future__ import annotations

from dataclasses import dataclass

from desk.cases import Case, CaseState, EntryKind
from desk.environments import DISPUTED, Diagnosed
from desk.web.advice import Advice, advice, progress, verdict
from desk.web.changes import LogChange, changes_since
from desk.web.known import (
    DisputeView,
    EvidenceRead,
    KnownFact,
    Proposal,
    disputes,
    evidence_read,
    known_facts,
    open_proposals,
)
from desk.web.questions import QuestionPage, next_question, question_for
from engine import Engine
from engine.outcome import Status, Verdict


@dataclass(frozen=True, slots=True)
class ServerTab:
    """One of several servers that a case is about."""

    name: str
    words: str
    tone: str
    shown: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as its page shows it.

    Attributes:
        server: the server that is shown, or empty where there is only one environment.
        question: what is asked now, or put again to be revised.
        settled: no answer could change any more what is diagnosed and advised.
        before: the answer that was given last, to go back to.
        done: what the submission that led here has changed.
        news: the verdict is shown for the first time, or was asked for by itself.
    """

    case: Case
    server: str
    servers: tuple[ServerTab, ...]
    question: QuestionPage | None
    settled: bool
    advice: Advice
    progress: str
    known: tuple[KnownFact, ...]
    unknown: tuple[KnownFact, ...]
    proposals: tuple[Proposal, ...]
    evidence: tuple[EvidenceRead, ...]
    disputes: tuple[DisputeView, ...]
    before: KnownFact | None
    done: tuple[LogChange, ...]
    read_now: tuple[EvidenceRead, ...]
    news: bool

    @property
    def open(self) -> bool:
        """Whether the case takes answers."""
        return self.case.state is CaseState.OPEN

    @property
    def title(self) -> str:
        """What the case is called on the page."""
        return f"Case {self.case.id[:6]}" if not self.case.reference else self.case.reference

    @property
    def decided(self) -> bool:
        """Whether there is a verdict to show."""
        return self.advice.verdict.tone != "warn" or self.settled

    @property
    def focus(self) -> str:
        """Where the keyboard is when the page has loaded: what the last submission brought, or else the question."""
        if any(each.new for each in self.proposals):
            return "proposals"
        if self.read_now and self.disputes:
            return "disputes"
        if any(each.tells for each in self.read_now):
            return "read"
        waits = self.question is not None and (self.question.revising or not self.question.completes)
        return "question" if waits or (self.question is not None and not self.news) else "verdict"

    @property
    def path(self) -> str:
        """The address of the case."""
        return f"/cases/{self.case.id}"


def environment_of(case: Case, server: str) -> Diagnosed:
    """The environment of a server; the first one where there is none of that name."""
    return next((each for each in case.environments if each.known.server == server), case.environments[0])


def case_page(case: Case, engine: Engine, *, server: str = "", ask: str = "", after: int | None = None) -> CasePage:
    """The page of a case.

    Args:
        case: as it is now.
        engine: what it was concluded with.
        server: which of several servers to show.
        ask: the fact whose question is put, instead of the next one.
        after: the revision before the submission that led here.
    """
    environment = environment_of(case, server)
    outcome = environment.outcome
    several = len(case.environments) > 1
    known = known_facts(case, environment, engine.knowledge)
    sides = disputes(case, environment, engine)
    question = None
    if case.state is CaseState.OPEN:
        asked = engine.knowledge.facts.get(ask)
        disputed = frozenset(each.fact for each in sides)
        question = question_for(engine, outcome, ask) if asked else next_question(engine, outcome, disputed)
    pieces = evidence_read(case, engine)
    return CasePage(
        case=case,
        server=(environment.known.server or "") if several else "",
        servers=tuple(_tab(each, shown=each is environment) for each in case.environments) if several else (),
        question=question,
        settled=outcome.status is Status.SETTLED,
        advice=advice(outcome, engine.knowledge, frozenset({DISPUTED})),
        progress=progress(outcome, sum(not each.unknown for each in known)),
        known=tuple(each for each in known if not each.unknown),
        unknown=tuple(each for each in known if each.unknown),
        proposals=open_proposals(case, environment, engine, after) if case.state is CaseState.OPEN else (),
        evidence=pieces,
        disputes=sides,
        before=_before(case, known),
        done=changes_since(case, after, engine) if after is not None else (),
        read_now=tuple(each for each in pieces if after is not None and each.revision > after),
        news=after is None or _told(case, after, environment) != outcome.verdict,
    )


def _tab(environment: Diagnosed, *, shown: bool) -> ServerTab:
    told = verdict(environment.outcome)
    open_ = environment.outcome.verdict is Verdict.UNDECIDED and environment.outcome.status is Status.OPEN
    return ServerTab(environment.known.server or "", "open" if open_ else told.title.lower(), told.tone, shown)


def _told(case: Case, revision: int, environment: Diagnosed) -> str:
    """The verdict for a server at an earlier revision."""
    points = next((each.points for each in case.conclusions if each.revision == revision), {})
    return points.get(environment.known.server or "", {}).get("verdict", "")


def _before(case: Case, known: tuple[KnownFact, ...]) -> KnownFact | None:
    """The answer given last that still holds; of several given at once, the first."""
    by_fact = {each.fact: each for each in known}
    for entry in reversed(case.log):
        facts = entry.content.get("facts")
        if entry.kind in (EntryKind.ANSWERED, EntryKind.CREATED) and isinstance(facts, dict):
            for fact in facts:
                if fact in by_fact and fact in case.answers and case.answers[fact].revision == entry.revision:
                    return by_fact[fact]
    return None
