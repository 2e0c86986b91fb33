"""What an outcome says to a person: one sequence of blocks, from which every kind of page is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine import outcome as out
from kb import KnowledgeBase
from kb.model import Citation
from kb.values import UNKNOWN, Value


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the page's."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `tone` says how it is meant: plain, good, bad, warn or quiet."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A command to copy, with a label for what it does."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list; `marker` is its number or a mark, `level` its depth, and `blocks` what belongs to it."""

    marker: str
    text: str
    tone: str = "plain"
    blocks: tuple[Paragraph | CodeBlock, ...] = ()
    level: int = 0


Block = Heading | Paragraph | CodeBlock | Item

_VERDICTS = {
    out.Verdict.DIAGNOSED: ("The cause is found.", "good"),
    out.Verdict.NOT_COVERED: ("The knowledge base does not cover this.", "bad"),
    out.Verdict.UNDECIDED: ("This cannot be decided yet.", "warn"),
}
_KINDS = {"fix": "Resolution", "alternative": "Alternative", "workaround": "Workaround"}
_STEP_TONES = {out.StepState.DO: "plain", out.StepState.VERIFY: "warn", out.StepState.SKIP: "quiet"}


def blocks(
    outcome: out.Outcome, knowledge: KnowledgeBase, provenance: Mapping[str, str] | None = None
) -> Iterator[Block]:
    """The whole report of an outcome, in reading order.

    Args:
        outcome: what is told.
        knowledge: the library that it rests on.
        provenance: where a fact was read, for those that nobody stated.
    """
    yield Heading(1, "Diagnosis")
    sentence, tone = _VERDICTS[outcome.verdict]
    if outcome.verdict is out.Verdict.UNDECIDED and outcome.status is out.Status.SETTLED:
        sentence = "This cannot be decided: what would decide it is not known."
    yield Paragraph(sentence, tone)
    yield from _contradictions(outcome, knowledge)
    for diagnosis in outcome.diagnoses:
        yield from _diagnosis(diagnosis, knowledge)
    for resolution in outcome.resolutions:
        yield from _resolution(resolution, knowledge)
    yield from _open(outcome)
    if outcome.notes:
        yield Heading(2, "Worth knowing")
        for note in outcome.notes:
            see = tuple(Paragraph(f"See {each.id}: {each.title}. {each.where}", "quiet") for each in note.see)
            yield Item("•", note.text, blocks=see)
    yield from _facts(outcome, knowledge, provenance or {})
    yield Paragraph(f"Knowledge {outcome.knowledge.version}, digest {outcome.knowledge.digest[:12]}.", "quiet")


def spoken(key: str, value: Value, knowledge: KnowledgeBase) -> str:
    """A value of a fact in words."""
    if value == UNKNOWN:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return knowledge.facts[key].labels.get(str(value), str(value))


def cited(citation: Citation) -> str:
    """Where an article says so, in a line."""
    return f"{citation.article}, {citation.at}: “{citation.says}”"


def _contradictions(outcome: out.Outcome, knowledge: KnowledgeBase) -> Iterator[Block]:
    if not outcome.contradictions:
        return
    yield Heading(2, "This does not fit together")
    for contradiction in outcome.contradictions:
        about = ", ".join(knowledge.facts[fact].label for fact in contradiction.facts)
        yield Item("!", contradiction.says, "bad", (Paragraph(f"Look again at: {about}.", "quiet"),))


def _diagnosis(diagnosis: out.DiagnosisOutcome, knowledge: KnowledgeBase) -> Iterator[Block]:
    heading = {
        out.DiagnosisState.CONFIRMED: "Confirmed",
        out.DiagnosisState.POSSIBLE: "Possible",
        out.DiagnosisState.RULED_OUT: "Ruled out",
    }[diagnosis.state]
    yield Heading(2, f"{heading}: {diagnosis.title}")
    for reason in diagnosis.because:
        yield Item("•", reason)
    if diagnosis.missing:
        yield Paragraph(f"Missing: {', '.join(knowledge.facts[fact].label for fact in diagnosis.missing)}.", "warn")
    yield Paragraph(cited(diagnosis.citation), "quiet")


def _resolution(resolution: out.ResolutionOutcome, knowledge: KnowledgeBase) -> Iterator[Block]:
    yield Heading(2, f"{_KINDS[resolution.kind]}: {resolution.title}")
    if resolution.reason:
        yield Paragraph(resolution.reason, "warn")
    number = 0
    for step in resolution.steps:
        if step.state is out.StepState.SKIP:
            yield Item("–", f"Skip {step.id}: {step.reason}", "quiet")
            continue
        number += 1
        yield Item(f"{number}.", step.text, _STEP_TONES[step.state], tuple(_step(step, knowledge)))


def _step(step: out.StepOutcome, knowledge: KnowledgeBase) -> Iterator[Paragraph | CodeBlock]:
    if step.reason:
        verify = step.state is out.StepState.VERIFY
        yield Paragraph(f"{'Verify first: ' if verify else 'Why: '}{step.reason}", "warn" if verify else "quiet")
    if step.command is not None:
        yield CodeBlock(step.command, "Run")
    if step.draft is not None:
        missing = ", ".join(knowledge.facts[fact].label if fact in knowledge.facts else fact for fact in step.missing)
        yield CodeBlock(step.draft, f"Not ready to run; missing: {missing}")
    if step.check is not None:
        yield CodeBlock(step.check, "Check")
        if step.expect is not None:
            yield Paragraph(f"It should show: {step.expect}", "quiet")
    if step.undo is not None:
        yield CodeBlock(step.undo, "Undo")


def _open(outcome: out.Outcome) -> Iterator[Block]:
    deciding = [question for question in outcome.questions if question.purpose is out.Purpose.DECIDE]
    completing = [question for question in outcome.questions if question.purpose is out.Purpose.COMPLETE]
    for heading, questions in (("Still to be answered", deciding), ("Would complete this", completing)):
        if questions:
            yield Heading(2, heading)
            for question in questions:
                together = f" (with {', '.join(question.together)})" if question.together else ""
                yield Item(
                    "?", question.ask, blocks=(Paragraph(f"{question.fact}{together}. {question.why}", "quiet"),)
                )


def _facts(outcome: out.Outcome, knowledge: KnowledgeBase, provenance: Mapping[str, str]) -> Iterator[Block]:
    if not outcome.facts:
        return
    yield Heading(2, "What was known")
    for key, value in outcome.facts.items():
        read = (Paragraph(provenance[key], "quiet"),) if key in provenance else ()
        yield Item("•", f"{knowledge.facts[key].label}: {spoken(key, value, knowledge)}", blocks=read)
