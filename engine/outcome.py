"""What a diagnosis comes to: the Outcome and its parts, as they are written to JSON."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

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
    """Diagnosed: at least one diagnosis is confirmed. Not covered: all are ruled out. Undecided: neither."""

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
    """Whether an answer decides something, or completes a command or a text in what is decided already."""

    DECIDE = "decide"
    COMPLETE = "complete"


class DiagnosisOutcome(_Part):
    """A diagnosis and its state.

    Attributes:
        endpoints: the members that it is confirmed for, or where none is, those that it is possible for.
        instances: the state for every member that it is written for.
        because: confirmed, what shows it; ruled out, what failed; possible, why it cannot be told.
        missing: the facts that would decide it, not asked or not known.
    """

    id: str
    title: str
    state: DiagnosisState
    endpoints: tuple[str, ...]
    instances: dict[str, DiagnosisState]
    because: tuple[str, ...]
    missing: tuple[str, ...]
    citation: Citation


class StepOutcome(_Part):
    """A step of a resolution.

    Attributes:
        command: complete and ready to run; absent where the step has none or a value is missing.
        draft: where a value is missing, the command with its blanks named in angle brackets.
        missing: the facts that would complete the command.
        check: a read-only command that shows whether the step took, and `expect` what it should show.
        undo: the command that brings back the value from before.
    """

    id: str
    state: StepState
    reason: str
    text: str
    command: str | None
    draft: str | None
    missing: tuple[str, ...]
    check: str | None
    expect: str | None
    undo: str | None
    citation: Citation | None


class ResolutionOutcome(_Part):
    """What to do about a confirmed diagnosis.

    Attributes:
        state: do, or verify where it is not known whether this way is open; `reason` then says what to find out.
    """

    id: str
    diagnosis: str
    kind: str
    title: str
    state: StepState
    reason: str
    steps: tuple[StepOutcome, ...]
    citation: Citation


class QuestionChoice(_Part):
    """A value that a question can be answered with, and the words for it."""

    value: str
    label: str


class Question(_Part):
    """The next thing to find out.

    Attributes:
        fact: the fact to answer; with `together`, the lead of several that are read off one place.
        choices: for a choice, its values. Every question also takes ``"unknown"``.
        suggestions: likely answers to a question that takes free text.
        how_to_check: a read-only command, or a place, that shows the answer.
        answered_by: who can answer: the id of a person in the vocabulary.
        why: what the answer would decide; `citation` is where the article says so.
    """

    fact: str
    together: tuple[str, ...]
    group: str | None
    ask: str
    help: str
    type: FactType
    choices: tuple[QuestionChoice, ...]
    suggestions: tuple[str, ...]
    how_to_check: str
    answered_by: str
    purpose: Purpose
    why: str
    citation: Citation | None


class Contradiction(_Part):
    """Facts that cannot all be true, or a value that would not help; answer one of them anew."""

    id: str
    facts: tuple[str, ...]
    says: str


class OutcomeReference(_Part):
    """Something to read elsewhere."""

    id: str
    title: str
    where: str


class Note(_Part):
    """Something worth knowing about these facts: where else to look, or a problem besides."""

    id: str
    text: str
    see: tuple[OutcomeReference, ...]
    citation: Citation | None


class Knowledge(_Part):
    """The library an outcome rests on: its author's version, and a digest of all its content."""

    version: str
    digest: str


class Outcome(_Part):
    """All that follows from what is known. The same facts and the same library give the same outcome."""

    status: Status
    verdict: Verdict
    diagnoses: tuple[DiagnosisOutcome, ...]
    resolutions: tuple[ResolutionOutcome, ...]
    questions: tuple[Question, ...]
    contradictions: tuple[Contradiction, ...]
    notes: tuple[Note, ...]
    facts: dict[str, FactValue]
    knowledge: Knowledge
