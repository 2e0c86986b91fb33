"""What a page shows of an outcome: the verdict, what is still possible and what is not, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desk.web.wording import capitalised, counted
from engine import Outcome
from engine.outcome import (
    DiagnosisOutcome,
    DiagnosisState,
    Note,
    ResolutionOutcome,
    Status,
    StepOutcome,
    StepState,
    Verdict,
)
from kb import KnowledgeBase
from kb.model import Citation

_KINDS = {"fix": "Resolution", "alternative": "Alternative", "workaround": "Workaround"}
_STATES = {
    DiagnosisState.CONFIRMED: "Confirmed",
    DiagnosisState.POSSIBLE: "Still possible",
    DiagnosisState.RULED_OUT: "Ruled out",
}


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """The verdict in a sentence; `tone` is good, bad or warn."""

    title: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class MemberState:
    """What holds of a diagnosis for one member of its collection."""

    label: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class DiagnosisPage:
    """A diagnosis as it stands."""

    id: str
    title: str
    state: str
    words: str
    because: tuple[str, ...]
    missing: tuple[str, ...]
    members: tuple[MemberState, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Missing:
    """What a command lacks; `fact` is a question that can be answered, or empty."""

    label: str
    fact: str


@dataclass(frozen=True, slots=True)
class StepPage:
    """A step of a checklist; `number` counts those that are not skipped, and is 0 for those that are."""

    id: str
    key: str
    number: int
    state: str
    text: str
    reason: str
    command: str
    draft: str
    missing: tuple[Missing, ...]
    check: str
    expect: str
    undo: str
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class ResolutionPage:
    """A way out, as a checklist."""

    id: str
    kind: str
    title: str
    reason: str
    steps: tuple[StepPage, ...]
    citation: Citation

    @property
    def script(self) -> str:
        """All its commands, to be copied at once."""
        return "\n".join(step.command for step in self.steps if step.command)

    @property
    def commands(self) -> int:
        """How many of its commands are ready to run."""
        return sum(bool(step.command) for step in self.steps)


@dataclass(frozen=True, slots=True)
class Advice:
    """An outcome as a page shows it."""

    verdict: VerdictPage
    diagnoses: tuple[DiagnosisPage, ...]
    resolutions: tuple[ResolutionPage, ...]
    contradictions: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    notes: tuple[Note, ...]

    def with_state(self, state: str) -> tuple[DiagnosisPage, ...]:
        """The diagnoses in one state."""
        return tuple(each for each in self.diagnoses if each.state == state)

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Every step that is to be done or verified: its key, and what it says."""
        return tuple(
            (step.key, step.text) for resolution in self.resolutions for step in resolution.steps if step.number
        )


def advice(outcome: Outcome, knowledge: KnowledgeBase, told_elsewhere: frozenset[str] = frozenset()) -> Advice:
    """The outcome as pages show it; contradictions of these ids are shown another way."""
    return Advice(
        verdict=verdict(outcome),
        diagnoses=tuple(_diagnosis(each, knowledge) for each in outcome.diagnoses),
        resolutions=tuple(_resolution(each, knowledge) for each in outcome.resolutions),
        contradictions=tuple(
            (each.says, tuple((fact, capitalised(knowledge.facts[fact].label)) for fact in each.facts))
            for each in outcome.contradictions
            if each.id not in told_elsewhere
        ),
        notes=outcome.notes,
    )


def verdict(outcome: Outcome) -> VerdictPage:
    """The verdict in words."""
    if outcome.verdict is Verdict.DIAGNOSED:
        confirmed = [each for each in outcome.diagnoses if each.state is DiagnosisState.CONFIRMED]
        return VerdictPage("The cause is found", "; ".join(each.title for each in confirmed) + ".", "good")
    if outcome.verdict is Verdict.NOT_COVERED:
        return VerdictPage(
            "Not covered here", "None of the causes that the knowledge base knows applies. This is why:", "bad"
        )
    if outcome.status is Status.SETTLED:
        return VerdictPage(
            "This cannot be decided", "What would decide it is not known; anyone who can tell can add it later.", "warn"
        )
    return VerdictPage("Not decided yet", "Answers are still missing.", "warn")


def _diagnosis(diagnosis: DiagnosisOutcome, knowledge: KnowledgeBase) -> DiagnosisPage:
    return DiagnosisPage(
        id=diagnosis.id,
        title=diagnosis.title,
        state=diagnosis.state.value,
        words=_STATES[diagnosis.state],
        because=diagnosis.because,
        missing=tuple(capitalised(knowledge.facts[fact].label) for fact in diagnosis.missing),
        members=tuple(_members(diagnosis, knowledge)),
        citation=diagnosis.citation,
    )


def _members(diagnosis: DiagnosisOutcome, knowledge: KnowledgeBase) -> Iterator[MemberState]:
    collection = next(each.collection for each in knowledge.diagnoses if each.id == diagnosis.id)
    for member, state in diagnosis.instances.items() if collection is not None else ():
        label = knowledge.member_label(str(collection), member)
        yield MemberState(capitalised(label), state.value, _STATES[state].lower())


def _resolution(resolution: ResolutionOutcome, knowledge: KnowledgeBase) -> ResolutionPage:
    steps: list[StepPage] = []
    number = 0
    for step in resolution.steps:
        number += step.state is not StepState.SKIP
        steps.append(_step(step, resolution.id, 0 if step.state is StepState.SKIP else number, knowledge))
    return ResolutionPage(
        id=resolution.id,
        kind=_KINDS.get(resolution.kind, capitalised(resolution.kind)),
        title=resolution.title,
        reason=resolution.reason,
        steps=tuple(steps),
        citation=resolution.citation,
    )


def _step(step: StepOutcome, resolution: str, number: int, knowledge: KnowledgeBase) -> StepPage:
    return StepPage(
        id=step.id,
        key=f"{resolution}.{step.id}",
        number=number,
        state=step.state.value,
        text=step.text,
        reason=step.reason,
        command=step.command or "",
        draft=step.draft or "",
        missing=tuple(_missing(fact, knowledge) for fact in step.missing),
        check=step.check or "",
        expect=step.expect or "",
        undo=step.undo or "",
        citation=step.citation,
    )


def _missing(key: str, knowledge: KnowledgeBase) -> Missing:
    fact = knowledge.fact(key)
    return Missing(key if fact is None else fact.label, key if key in knowledge.facts else "")


def progress(outcome: Outcome, known: int) -> str:
    """How far a case is, in a line."""
    left = sum(question.purpose == "decide" for question in outcome.questions)
    still = f"{counted(left, 'question')} can still matter" if left else "nothing left to ask"
    return f"{known} known · {still}"
