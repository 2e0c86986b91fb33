"""What a diagnosis comes to: the Outcome and its parts, as they are written to JSON (docs/api.md)."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from kb.messages import Message
from kb.model import Citation
from kb.values import FactType

FactValue = str | bool | int | tuple[str, ...]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Status(StrEnum):
    """Settled: no unanswered question could change what is diagnosed and advised. Open: one still could."""

    SETTLED = "settled"
    OPEN = "open"


class Verdict(StrEnum):
    """Diagnosed: at least one cause is confirmed. Not covered: all are ruled out. Undecided: neither."""

    DIAGNOSED = "diagnosed"
    NOT_COVERED = "not_covered"
    UNDECIDED = "undecided"


class DiagnosisState(StrEnum):
    """What the facts say of a diagnosis. Possible is not a degree: what it lacks is listed as missing."""

    CONFIRMED = "confirmed"
    POSSIBLE = "possible"
    RULED_OUT = "ruled_out"


class StepState(StrEnum):
    """Do it; skip it, for the reason given; or verify first whether it is needed."""

    DO = "do"
    SKIP = "skip"
    VERIFY = "verify"


class Purpose(StrEnum):
    """What an answer is for.

    Decide: it decides something. Complete: it fills a command or a text in what is decided already. Settle: sources
    differ on an object, or nobody has said where a thing was seen; the answer goes into `settle`, under the question's
    `fact`.
    """

    DECIDE = "decide"
    COMPLETE = "complete"
    SETTLE = "settle"


class MemberOutcome(_Part):
    """What holds of a diagnosis for one member of its collection; `because` as in `DiagnosisOutcome`."""

    id: str
    label: str
    state: DiagnosisState
    because: tuple[Message, ...]


class DiagnosisOutcome(_Part):
    """A diagnosis and its state.

    Attributes:
        article: the article that it is from.
        pursued: whether it could still explain what was seen, so that it is asked about; a confirmed one is a cause.
        besides: confirmed, but no cause of what was seen: wrong besides, and told last.
        unless: the diagnoses that nobody can rule out any more, and that would explain it better.
        members: where it is written for each member of a collection, what holds for each.
        because: confirmed, what shows it; ruled out, what failed; possible, why it cannot be told.
        missing: the facts that would decide it, not asked or not known.
    """

    id: str
    article: str
    title: Message
    state: DiagnosisState
    pursued: bool
    besides: bool
    unless: tuple[str, ...]
    members: tuple[MemberOutcome, ...]
    because: tuple[Message, ...]
    missing: tuple[str, ...]
    citation: Citation

    def members_in(self, state: DiagnosisState) -> tuple[str, ...]:
        """The members that it has this state for."""
        return tuple(member.id for member in self.members if member.state is state)


class StepOutcome(_Part):
    """A step of a resolution.

    Attributes:
        command: complete and ready to run; absent where the step has none or a value is missing.
        draft: where a value is missing, the command with its blanks named in angle brackets.
        missing: the facts that would complete the command.
        check: a read-only command that shows whether the step took, and `expect` what it should show.
        undo: the command that brings back the value from before.
        risk: what it interrupts; empty where nothing.
        acts: who carries it out: the id of a person in the vocabulary; empty where the article does not say.
        takes_effect: when it shows; empty where at once.
    """

    id: str
    state: StepState
    reason: Message
    text: Message
    command: Message | None
    draft: Message | None
    missing: tuple[str, ...]
    check: Message | None
    expect: Message | None
    undo: Message | None
    risk: Message
    acts: str
    takes_effect: Message
    citation: Citation | None


class ResolutionOutcome(_Part):
    """What to do about confirmed diagnoses.

    Attributes:
        diagnoses: those that it is for and that are confirmed.
        state: do, or verify where it is not known whether this way is open; `reason` then says what to find out.
    """

    id: str
    diagnoses: tuple[str, ...]
    kind: str
    title: Message
    state: StepState
    reason: Message
    steps: tuple[StepOutcome, ...]
    citation: Citation


class QuestionChoice(_Part):
    """A value that a question can be answered with, and the words for it."""

    value: str
    label: Message


class QuestionPart(_Part):
    """One fact that a question asks for.

    Attributes:
        optional: it decides nothing; left empty it is taken as not known.
    """

    fact: str
    ask: Message
    help: Message
    type: FactType
    choices: tuple[QuestionChoice, ...]
    suggestions: tuple[str, ...]
    how_to_check: Message
    answered_by: str
    optional: bool


class QuestionChecklist(_Part):
    """How parts of a question are answered at one stroke: those ticked are `marked`, the others `unmarked`."""

    ask: str
    help: str
    marked: str
    unmarked: str
    facts: tuple[str, ...]


class QuestionGroup(_Part):
    """The one place that all parts of a question are read off."""

    id: str
    ask: str
    help: str
    checklist: QuestionChecklist | None


class Question(_Part):
    """The next thing to find out. Every question also takes ``"unknown"``.

    Attributes:
        fact: the fact to answer, the lead of its parts; for the purpose `settle`, what it is settled under.
        choices: for a choice, its values.
        suggestions: likely answers to a question that takes free text.
        how_to_check: a read-only command, or a place, that shows the answer.
        answered_by: who can answer: the id of a person in the vocabulary.
        why: what the answer would decide; `citation` is where the article says so.
        group: where several facts are read off one place, that place.
        parts: all facts that are asked for, the lead first.
    """

    fact: str
    ask: Message
    help: Message
    type: FactType
    choices: tuple[QuestionChoice, ...]
    suggestions: tuple[str, ...]
    how_to_check: Message
    answered_by: str
    purpose: Purpose
    why: Message
    citation: Citation | None
    group: QuestionGroup | None
    parts: tuple[QuestionPart, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that it asks for, the lead first."""
        return tuple(part.fact for part in self.parts)


class Contradiction(_Part):
    """Facts that cannot all be true, or a value that would not help; answer one of them anew."""

    id: str
    facts: tuple[str, ...]
    message: Message


class Proposal(_Part):
    """Something that a source mentions and nobody has confirmed: nothing is concluded from it.

    Attributes:
        provenance: where it stands, in words.
        quote: the words that it rests on.
    """

    fact: str
    value: FactValue
    provenance: str
    quote: str


class OutcomeReference(_Part):
    """Something to read elsewhere."""

    id: str
    title: str
    where: str


class Note(_Part):
    """Something worth knowing about these facts: where else to look, or a problem besides."""

    id: str
    message: Message
    references: tuple[OutcomeReference, ...]
    citation: Citation | None


class Knowledge(_Part):
    """The library an outcome rests on: its author's version, and a digest of all its content."""

    version: str
    digest: str


class Outcome(_Part):
    """All that follows from what is known. The same facts and the same library give the same outcome.

    Attributes:
        done: nothing is left worth asking: it is settled, and every command is complete or its blank is not known.
        summary: what is so and what to do next, in one plain sentence.
        meanwhile: whether people can work until it is mended; empty where the articles do not say.
        diagnoses: causes first, in the order of what to do; then what is wrong besides, what is possible, likeliest
            first, and what is ruled out.
        questions: best first.
        proposed: what was read and has to be confirmed before it counts.
    """

    status: Status
    done: bool
    verdict: Verdict
    summary: Message
    meanwhile: Message
    diagnoses: tuple[DiagnosisOutcome, ...]
    resolutions: tuple[ResolutionOutcome, ...]
    questions: tuple[Question, ...]
    contradictions: tuple[Contradiction, ...]
    proposed: tuple[Proposal, ...]
    notes: tuple[Note, ...]
    facts: dict[str, FactValue]
    knowledge: Knowledge

    def next(self) -> OutcomeNext:
        """The same without what somebody does not need who only goes on: the view ``next``."""
        return OutcomeNext(
            summary=self.summary,
            verdict=self.verdict,
            status=self.status,
            done=self.done,
            question=self.questions[0] if self.questions else None,
            causes=tuple(
                Cause(id=each.id, title=each.title, because=each.because, commands=self._commands(each.id))
                for each in self.diagnoses
                if each.state is DiagnosisState.CONFIRMED
            ),
        )

    def _commands(self, diagnosis: str) -> tuple[Message, ...]:
        """What to do against a cause, in order: the first way out that is open, which is the one to take."""
        ways = (each for each in self.resolutions if diagnosis in each.diagnoses and each.state is StepState.DO)
        first = next(ways, None)
        return () if first is None else tuple(_line(step) for step in first.steps if step.state is not StepState.SKIP)


def _line(step: StepOutcome) -> Message:
    """A step as a line of a script; what no command does, or not yet, stands there as a remark."""
    if step.state is StepState.VERIFY:
        return Message("# Verify first: ", step.reason, " Then: ", step.command or step.text)
    return step.command or Message("# ", step.text)


class Cause(_Part):
    """A confirmed cause, for those who go on by themselves: what it is, and the commands against it, in order.

    Attributes:
        commands: of the first way out that is open; a step that no command does, whose command lacks a value, or that
            has to be verified first, is a remark (a line that begins with ``#``).
    """

    id: str
    title: Message
    because: tuple[Message, ...]
    commands: tuple[Message, ...]


class OutcomeNext(_Part):
    """What a chatbot needs of an Outcome: how far it is, the first question, and the causes with their commands."""

    summary: Message
    verdict: Verdict
    status: Status
    done: bool
    question: Question | None
    causes: tuple[Cause, ...]
