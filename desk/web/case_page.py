"""What the page of a case shows: the engine's own Outcome, with who said what, what is asked now, and what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType
from typing import Final

from desk.cases import Case, CaseState, EntryKind, Mark
from desk.interview.last_question import deciding_question
from desk.web.changes import LogChange, told_besides
from desk.web.known import EvidenceRead, FactOnPage, OpenProposal, evidence_read, facts_known, open_proposals, said
from desk.web.questions import QuestionPage, next_question, question_for
from desk.web.tickets import Ticket
from engine import Engine, Outcome
from engine.outcome import DiagnosisOutcome, DiagnosisState, Purpose, Question, Status, StepOutcome, Verdict
from evidence import Observation
from evidence.diagnosis import Diagnosed
from kb import KnowledgeBase
from kb.drawings import NO_DRAWINGS, Drawings
from kb.messages import Message
from render.handover import for_the_caller, request_for, script_of, ways_taken, who_acts, who_can_look
from render.words import capitalised, counted, numbered, verdict_words


@dataclass(frozen=True, slots=True)
class ServerTab:
    """One of several servers that a case is about."""

    name: str
    words: str
    tone: str
    shown: bool


NO_NAMES: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Request:
    """A text to be sent, and to whom."""

    who: str
    text: str


@dataclass(frozen=True)
class CasePage:
    """A case as its page shows it.

    Attributes:
        check_of: how a fact is found out, with what is known.
        server: the server that is shown, or empty where there is only one environment.
        question: what is asked now, or put again to be revised.
        would_decide: where it ended undecided, the question whose answer would decide after all.
        before: the answer that was given last, to go back to.
        done: what was changed since the page that a submission came from, by whoever did.
        same_names: host names that this case and others that are open name: how many others.
        drawings: the library's drawings of choices.
        news: the verdict is shown for the first time, or was asked for by itself.
    """

    case: Case
    knowledge: KnowledgeBase
    check_of: Callable[[str], str]
    shown: Diagnosed
    server: str
    servers: tuple[ServerTab, ...]
    question: QuestionPage | None
    would_decide: Question | None
    facts: tuple[FactOnPage, ...]
    proposals: tuple[OpenProposal, ...]
    evidence: tuple[EvidenceRead, ...]
    before: FactOnPage | None
    done: tuple[LogChange, ...]
    read_now: tuple[EvidenceRead, ...]
    news: bool
    same_names: Mapping[str, int]
    drawings: Drawings

    @property
    def outcome(self) -> Outcome:
        """What follows from what is known."""
        return self.shown.outcome

    @property
    def open(self) -> bool:
        """Whether the case takes answers."""
        return self.case.state is CaseState.OPEN

    @property
    def title(self) -> str:
        """What the case is called on the page."""
        return f"Case {self.case.id[:6]}" if not self.case.reference else self.case.reference

    @property
    def verdict(self) -> tuple[str, str]:
        """The verdict as a title, and its tone."""
        return verdict_words(self.outcome)

    @property
    def sentence(self) -> str:
        """What is so and what to do next, without the words that stand above it as a title."""
        return capitalised(self.outcome.summary.removeprefix(f"{self.verdict[0]}: "))

    @property
    def sentence_parts(self) -> tuple[str, str]:
        """The same in two: the cause by name, where it begins with one, and what follows."""
        titles = [each.title for each in self.in_state("confirmed")]
        cause = next((each for each in titles if self.sentence.startswith(each)), "")
        return str(cause), self.sentence[len(cause) :]

    @property
    def reasons(self) -> tuple[str, ...]:
        """What shows it or speaks against it, where the sentence above does not say so already."""
        told = dict.fromkeys(each for diagnosis in self.outcome.diagnoses for each in diagnosis.because)
        return tuple(each for each in told if each not in self.outcome.summary)

    @property
    def decided(self) -> bool:
        """Whether there is a verdict to show."""
        return self.outcome.verdict is not Verdict.UNDECIDED or self.outcome.status is Status.SETTLED

    @property
    def progress(self) -> str:
        """How far the case is, in a line."""
        left = sum(question.purpose is not Purpose.COMPLETE for question in self.outcome.questions)
        still = f"about {counted(left, 'question')} left" if left else "nothing left to ask"
        return f"{len(self.known)} known · {still}"

    @property
    def known(self) -> tuple[FactOnPage, ...]:
        """What is known."""
        return tuple(each for each in self.facts if not each.unknown)

    @property
    def said_so(self) -> Mapping[str, bool]:
        """What is known, by fact: whether somebody said so in this case."""
        return {each.fact: each.stated for each in self.facts}

    @property
    def unknown(self) -> tuple[FactOnPage, ...]:
        """What was asked and nobody could tell."""
        return tuple(each for each in self.facts if each.unknown)

    @property
    def steps(self) -> Iterator[tuple[str, StepOutcome]]:
        """Every step that is to be done or verified, with the name that it is recorded under."""
        for resolution in self.outcome.resolutions:
            yield from ((f"{resolution.id}.{step.id}", step) for number, step in numbered(resolution.steps) if number)

    @cached_property
    def script(self) -> str:
        """All commands of the way that is taken, with what is done by hand and the way back as remarks."""
        return script_of(self.outcome)

    @cached_property
    def for_the_caller(self) -> str:
        """What to tell the caller."""
        return for_the_caller(self.outcome, self.knowledge)

    @cached_property
    def who_acts(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Who carries out which steps."""
        return who_acts(self.outcome, self.knowledge)

    @cached_property
    def request(self) -> Request | None:
        """What to send to whoever can look up what is not known yet."""
        return self._request([each.fact for each in self.unknown])

    @cached_property
    def question_request(self) -> Request | None:
        """The same for the question that is put; none where whoever is on the line can tell."""
        if self.question is None or self.question.completes:
            return None
        asked = (*self.question.facts, *(field.part.fact for field in self.question.besides))
        facts = [fact for fact in asked if fact in self.knowledge.facts]
        people = [self.knowledge.person(self.knowledge.facts[fact].answered_by) for fact in facts]
        return None if all(person.effort <= 1 for person in people) else self._request(facts)

    def _request(self, facts: Sequence[str]) -> Request | None:
        text = request_for(facts, self.knowledge, self.check_of, self.case.reference)
        return Request(who_can_look(facts, self.knowledge), text) if text else None

    @cached_property
    def ticket(self) -> str:
        """The case as a ticket, to be pasted elsewhere."""
        return Ticket(self.case, self.knowledge, masked=False).markdown()

    def tick_key(self, step: str) -> str:
        """Under what a step is kept that was carried out."""
        return f"{self.server}/{step}"

    def ticked(self, step: str) -> bool:
        """Whether a step was carried out."""
        return self.tick_key(step) in self.case.marks.get(Mark.TICKED, frozenset())

    def drawing(self, fact: str, value: str) -> str:
        """A drawing of a choice, as markup that was checked; empty where the library has none."""
        return self.drawings.get((fact, value), "")

    def has_drawings(self, fact: str) -> bool:
        """Whether the choices of a fact are shown as drawings."""
        return any(drawn == fact for drawn, _ in self.drawings)

    @property
    def can_go_on(self) -> bool:
        """Whether “still there” can lead on to another cause: a way out is told that was not tried yet."""
        facts = (tried_fact(self.knowledge, each.id) for each in ways_taken(self.outcome))
        return any(fact and fact not in self.outcome.facts for fact in facts)

    @property
    def focus(self) -> str:
        """Where the keyboard is when the page has loaded: what the last submission brought, or else the question."""
        if any(each.new for each in self.proposals):
            return "proposals"
        waits = self.question is not None and (self.question.revising or not self.question.completes)
        return "question" if waits or (self.question is not None and not self.news) else "verdict"

    @property
    def about(self) -> str:
        """The one of several servers that the question is about; empty where there is one, or it is about all."""
        if self.question is None or not any(self.knowledge.of_owner(fact) for fact in self.question.facts):
            return ""
        return self.server

    @property
    def settling(self) -> bool:
        """Whether it is asked which of two sources is right."""
        return self.question is not None and self.question.form.purpose is Purpose.SETTLE

    @property
    def path(self) -> str:
        """The address of the case."""
        return f"/cases/{self.case.id}"

    def in_state(self, state: str) -> tuple[DiagnosisOutcome, ...]:
        """The diagnoses in one state."""
        return tuple(each for each in self.outcome.diagnoses if each.state is DiagnosisState(state))

    def label(self, fact: str) -> str:
        """What a fact is called, as it begins a line."""
        known = self.knowledge.fact(fact)
        return fact if known is None else capitalised(known.label)

    def asked_for(self, fact: str) -> bool:
        """Whether a fact can be answered; one that follows from others cannot."""
        return fact in self.knowledge.facts

    def who(self, person: str) -> str:
        """What a person of the library is called."""
        return self.knowledge.person(person).label

    def said(self, observation: Observation) -> Message:
        """What an observation gives, in words."""
        return said(observation, self.knowledge)


def tried_fact(knowledge: KnowledgeBase, resolution: str) -> str:
    """The fact that says what came of a resolution; empty where there is none."""
    return next((key for key, fact in knowledge.facts.items() if fact.tried == resolution), "")


def environment_of(case: Case, server: str) -> Diagnosed:
    """The environment of a server; the first one where there is none of that name."""
    return next((each for each in case.environments if each.environment.server == server), case.environments[0])


def case_page(
    case: Case,
    engine: Engine,
    *,
    server: str = "",
    ask: str = "",
    after: int | None = None,
    same_names: Mapping[str, int] = NO_NAMES,
    drawings: Drawings = NO_DRAWINGS,
) -> CasePage:
    """The page of a case.

    Args:
        case: as it is now.
        engine: what it was concluded with.
        server: which of several servers to show.
        ask: the fact whose question is put, instead of the next one.
        after: the revision before the submission that led here.
        same_names, drawings: as in `CasePage`.
    """
    shown = environment_of(case, server)
    several = len(case.environments) > 1
    facts = facts_known(case, shown.environment, engine.knowledge)
    open_ = case.state is CaseState.OPEN
    question = None
    if open_:
        wanted = ask in engine.knowledge.facts
        question = question_for(engine, shown.outcome, ask) if wanted else next_question(engine, shown.outcome)
    pieces = evidence_read(case, engine.knowledge)
    return CasePage(
        case=case,
        knowledge=engine.knowledge,
        check_of=partial(engine.how_to_check, shown.outcome.facts),
        shown=shown,
        server=(shown.environment.server or "") if several else "",
        servers=tuple(_tab(each, shown=each is shown) for each in case.environments) if several else (),
        question=question,
        would_decide=deciding_question(engine, shown.outcome) if open_ else None,
        facts=facts,
        proposals=open_proposals(case, shown.environment, after) if open_ else (),
        evidence=pieces,
        before=_before(case, facts, shown.environment.server),
        done=told_besides(case, after, engine) if after is not None else (),
        read_now=tuple(each for each in pieces if after is not None and each.revision > after),
        news=after is None or _told(case, after, shown) != shown.outcome.verdict,
        same_names=same_names,
        drawings=drawings,
    )


def _tab(diagnosed: Diagnosed, *, shown: bool) -> ServerTab:
    title, tone = verdict_words(diagnosed.outcome)
    return ServerTab(diagnosed.environment.server or "", title.lower(), tone, shown)


def _told(case: Case, revision: int, shown: Diagnosed) -> str:
    """The verdict for a server at an earlier revision."""
    points = next((each.points for each in case.conclusions if each.revision == revision), {})
    return points.get(shown.environment.server or "", {}).get("verdict", "")


def _before(case: Case, facts: tuple[FactOnPage, ...], server: str | None) -> FactOnPage | None:
    """The answer given last that still holds; of several given at once, the first."""
    by_fact = {each.fact: each for each in facts}
    for entry in reversed(case.log):
        given = entry.content.get("facts")
        if entry.kind in (EntryKind.ANSWERED, EntryKind.CREATED) and isinstance(given, dict):
            for fact in given:
                answer = case.answer(fact, server)
                if fact in by_fact and answer is not None and answer.revision == entry.revision:
                    return by_fact[fact]
    return None
