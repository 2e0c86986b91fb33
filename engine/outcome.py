"""What a diagnosis comes to: the Outcome and its parts, as they are written to JSON (docs/api.md)."""

from __future__ import annotations

from enum import StrEnum
from itertools import takewhile

from pydantic import BaseModel, ConfigDict

from kb.messages import Message
from kb.model import Citation
from kb.values import FactType

FactValue = str | bool | int | tuple[str, ...]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


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
    """What holds of a diagnosis for one member of its collection."""

    id: str
    """The member's id, such as `ews`."""
    label: str
    """What it is called."""
    state: DiagnosisState
    """What the facts say of the diagnosis for it."""
    because: tuple[Message, ...]
    """Confirmed, what shows it; ruled out, what failed; possible, why it cannot be told."""


class DiagnosisOutcome(_Part):
    """A diagnosis and its state."""

    id: str
    """The diagnosis' id."""
    article: str
    """The id of the article that it is from."""
    title: Message
    """The cause, in a sentence."""
    state: DiagnosisState
    """What the facts say of it."""
    pursued: bool
    """Whether it could still explain what was seen, so that it is asked about; a confirmed one is a cause."""
    besides: bool
    """Whether it is confirmed, but no cause of what was seen: wrong besides, and told after the causes."""
    unless: tuple[str, ...]
    """Ids of diagnoses that nobody can rule out any more, and that would explain it better."""
    members: tuple[MemberOutcome, ...]
    """Where it is written for each member of a collection, what holds for each; else empty."""
    because: tuple[Message, ...]
    """Confirmed, what shows it; ruled out, what failed; possible, why it cannot be told."""
    missing: tuple[str, ...]
    """Possible: the facts that would decide it, not asked or not known."""
    citation: Citation
    """Where the article says so."""

    def members_in(self, state: DiagnosisState) -> tuple[str, ...]:
        """The members that it has this state for."""
        return tuple(member.id for member in self.members if member.state is state)


class StepOutcome(_Part):
    """A step of a resolution."""

    id: str
    """The step's id, within its resolution."""
    state: StepState
    """Whether to do it, skip it, or verify first that it is needed."""
    reason: Message
    """Why it is to be done or skipped, or what to find out first."""
    text: Message
    """What to do, in a sentence."""
    command: Message | None
    """Complete and ready to run; null where the step has none, is skipped, or a value is missing."""
    draft: Message | None
    """Where a value is missing, the command with its blanks named in angle brackets."""
    missing: tuple[str, ...]
    """The facts that would complete the command."""
    check: Message | None
    """A read-only command that shows whether the step took."""
    expect: Message | None
    """What the check should show."""
    undo: Message | None
    """The command that brings back what was before."""
    risk: Message
    """What it interrupts; empty where nothing."""
    acts: str
    """Who carries it out: the id of a person in the vocabulary; empty where the article does not say."""
    takes_effect: Message
    """When it shows; empty where at once."""
    citation: Citation | None
    """Where the article says so."""


class ResolutionOutcome(_Part):
    """What to do about confirmed diagnoses."""

    id: str
    """The resolution's id."""
    diagnoses: tuple[str, ...]
    """Ids of the confirmed diagnoses that it is for."""
    kind: str
    """What it is to them: `fix`, `alternative` or `workaround`."""
    title: Message
    """What is done, in a few words."""
    state: StepState
    """`do`, or `verify` where something has to be found out first."""
    reason: Message
    """What to find out first; empty where it is to do."""
    steps: tuple[StepOutcome, ...]
    """What to do, in order."""
    citation: Citation
    """Where the article says so."""


class QuestionChoice(_Part):
    """A value that a question can be answered with, and the words for it."""

    value: str
    """The value to answer with."""
    label: Message
    """The words for it."""


class QuestionPart(_Part):
    """One fact that a question asks for."""

    fact: str
    """The key of the fact."""
    ask: Message
    """The question, as one puts it to a person."""
    help: Message
    """How to find the answer; may be empty."""
    type: FactType
    """What kind of value it takes; every question also takes `"unknown"`."""
    choices: tuple[QuestionChoice, ...]
    """The values that it takes; empty where it takes free text, a number, or yes and no."""
    suggestions: tuple[str, ...]
    """Likely answers, where it takes free text."""
    how_to_check: Message
    """A read-only command, or a place, that shows the answer; may be empty."""
    answered_by: str
    """Who can answer: the id of a person in the vocabulary."""
    optional: bool
    """Whether it decides nothing; left empty it is taken as not known."""


class QuestionChecklist(_Part):
    """How parts of a question are answered at one stroke: those ticked are `marked`, the others `unmarked`."""

    ask: str
    """The question, such as which lines have a red X."""
    help: str
    """How to find the answer; may be empty."""
    marked: str
    """The value of the facts that are ticked."""
    unmarked: str
    """The value of those that are not."""
    facts: tuple[str, ...]
    """The facts that are ticked or not."""


class QuestionGroup(_Part):
    """The one place that all parts of a question are read off."""

    id: str
    """The group's id."""
    ask: str
    """The question over all parts."""
    help: str
    """How to find the answers; may be empty."""
    checklist: QuestionChecklist | None
    """How parts are answered at one stroke; null where they are asked one by one."""


class Question(_Part):
    """The next thing to find out. Every question also takes ``"unknown"``."""

    fact: str
    """The fact to answer, the lead of `parts`; for the purpose `settle`, what goes into `settle` as the key."""
    ask: Message
    """The question, as one puts it to a person."""
    help: Message
    """How to find the answer; may be empty."""
    type: FactType
    """What kind of value it takes; every question also takes `"unknown"`."""
    choices: tuple[QuestionChoice, ...]
    """The values that it takes; empty where it takes free text, a number, or yes and no."""
    suggestions: tuple[str, ...]
    """Likely answers, where it takes free text."""
    how_to_check: Message
    """A read-only command, or a place, that shows the answer; may be empty."""
    answered_by: str
    """Who can answer: the id of a person in the vocabulary."""
    purpose: Purpose
    """What the answer is for: `decide`, `complete` or `settle`."""
    why: Message
    """What the answer would decide."""
    citation: Citation | None
    """Where the article says so."""
    group: QuestionGroup | None
    """Where several facts are read off one place, that place."""
    parts: tuple[QuestionPart, ...]
    """All facts that are asked for, the lead first."""

    @classmethod
    def led(
        cls,
        parts: tuple[QuestionPart, ...],
        purpose: Purpose,
        why: Message,
        *,
        citation: Citation | None = None,
        group: QuestionGroup | None = None,
    ) -> Question:
        """The question that some parts make, the lead first."""
        lead = parts[0]
        return cls(
            fact=lead.fact,
            ask=lead.ask,
            help=lead.help,
            type=lead.type,
            choices=lead.choices,
            suggestions=lead.suggestions,
            how_to_check=lead.how_to_check,
            answered_by=lead.answered_by,
            purpose=purpose,
            why=why,
            citation=citation,
            group=group,
            parts=parts,
        )

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that it asks for, the lead first."""
        return tuple(part.fact for part in self.parts)


class Contradiction(_Part):
    """Facts that cannot all be true, or a value that would not help; answer one of them anew."""

    id: str
    """Which it is: the id of a note or of a condition on a value, or `sources-disagree`."""
    facts: tuple[str, ...]
    """The facts to look at again."""
    message: Message
    """What does not fit together, or why a value would not help."""


class Proposal(_Part):
    """Something that a source mentions and nobody has confirmed: nothing is concluded from it."""

    fact: str
    """The key of the fact."""
    value: FactValue
    """What was mentioned."""
    provenance: str
    """Where it stands, in words."""
    quote: str
    """The words that it rests on."""


class OutcomeReference(_Part):
    """Something to read elsewhere."""

    id: str
    """Its id."""
    title: str
    """What it is called."""
    where: str
    """Where it is found: an address, or words."""


class Note(_Part):
    """Something worth knowing about these facts: where else to look, or a problem besides."""

    id: str
    """The id of the rule that it is from."""
    message: Message
    """What is worth knowing."""
    references: tuple[OutcomeReference, ...]
    """What to read on it."""
    citation: Citation | None
    """Where the article says so."""


class Knowledge(_Part):
    """The library an outcome rests on: its author's version, and a digest of all its content."""

    version: str
    """The version that the author gave it."""
    digest: str
    """A digest of all its content, in hexadecimal."""


class Outcome(_Part):
    """All that follows from what is known. The same facts and the same library give the same outcome."""

    status: Status
    """Whether an unanswered question could still change what is diagnosed and advised."""
    done: bool
    """Whether nothing is left worth asking: settled, and every command complete or its blank not known."""
    verdict: Verdict
    """Whether a cause is found, nothing here applies, or neither is known yet."""
    summary: Message
    """What is so and what to do next, in a sentence or two; show this first."""
    meanwhile: Message
    """Whether people can work until it is mended; empty where the articles do not say."""
    diagnoses: tuple[DiagnosisOutcome, ...]
    """Causes in the order of what to do, wrong besides, possible with the likeliest first, ruled out."""
    resolutions: tuple[ResolutionOutcome, ...]
    """What to do about the confirmed ones, in order."""
    questions: tuple[Question, ...]
    """What could be asked next, best first."""
    contradictions: tuple[Contradiction, ...]
    """Facts that cannot all be true."""
    proposed: tuple[Proposal, ...]
    """What was only mentioned; nothing is concluded from it until it is sent as a fact."""
    notes: tuple[Note, ...]
    """Where else to look, and problems besides."""
    facts: dict[str, FactValue]
    """The facts that it rests on, by key, as they were taken."""
    knowledge: Knowledge
    """The library that it rests on."""

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
                for each in takewhile(lambda each: each.state is DiagnosisState.CONFIRMED, self.diagnoses)
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
    """A confirmed cause, for those who go on by themselves: what it is, and the commands against it, in order."""

    id: str
    """The diagnosis' id."""
    title: Message
    """The cause, in a sentence."""
    because: tuple[Message, ...]
    """What shows it."""
    commands: tuple[Message, ...]
    """What to run, in order, of the first way out that is open; a line with `#` is for a person to do or check."""


class OutcomeNext(_Part):
    """What a chatbot needs of an Outcome: how far it is, the first question, and the causes with their commands."""

    summary: Message
    """What is so and what to do next, in a sentence or two; show this first."""
    verdict: Verdict
    """Whether a cause is found, nothing here applies, or neither is known yet."""
    status: Status
    """Whether an unanswered question could still change what is diagnosed and advised."""
    done: bool
    """Whether nothing is left worth asking: settled, and every command complete or its blank not known."""
    question: Question | None
    """What to ask next; null where nothing is left to ask."""
    causes: tuple[Cause, ...]
    """The confirmed causes, with what to do against each."""
