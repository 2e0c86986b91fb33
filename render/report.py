"""What outcomes say to a person: one sequence of blocks, from which every kind of page is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine import outcome as out
from engine.outcome import Outcome, OutcomeNext
from kb import KnowledgeBase
from kb.messages import Message
from kb.speech import spoken
from render.blocks import Block, CodeBlock, Heading, Item, Paragraph
from render.words import KINDS, STATES, cited, numbered, verdict_words

_STEP_TONES = {out.StepState.DO: "plain", out.StepState.VERIFY: "warn", out.StepState.SKIP: "quiet"}


@dataclass(frozen=True, slots=True)
class ServerReport:
    """What is told of one server.

    Attributes:
        server: its name; ``None`` where no source names one.
        provenance: where a fact was read, for those that nobody stated.
    """

    server: str | None
    outcome: Outcome
    provenance: Mapping[str, str] = field(default_factory=dict)


def of_servers(every: Sequence[ServerReport], knowledge: KnowledgeBase) -> Iterator[Block]:
    """The report of each server; where there are several, one line for each comes first."""
    if len(every) > 1:
        yield Heading(1, f"{len(every)} servers")
        for each in every:
            title, tone = verdict_words(each.outcome)
            yield Item("•", f"{each.server}: {title.lower()}. {each.outcome.summary}", tone)
    for each in every:
        if len(every) > 1:
            yield Heading(1, f"Server {each.server}")
        yield from blocks(each.outcome, knowledge, each.provenance)


_IN_FULL: Final = 2
"""More than so many that are ruled out would push what is to be done out of sight."""


def blocks(outcome: Outcome, knowledge: KnowledgeBase, provenance: Mapping[str, str] | None = None) -> Iterator[Block]:
    """The whole report of an outcome, in reading order: what is so, what to do, what is open, and what it rests on.

    Args:
        outcome: what is told.
        knowledge: the library that it rests on.
        provenance: where a fact was read, for those that nobody stated.
    """
    yield Heading(1, "Diagnosis")
    yield Paragraph(outcome.summary, verdict_words(outcome)[1])
    if outcome.meanwhile:
        yield Paragraph(Message("Until then: ", outcome.meanwhile))
    yield from _contradictions(outcome, knowledge)
    for diagnosis in outcome.diagnoses:
        if diagnosis.state is out.DiagnosisState.CONFIRMED or _may_be_it(diagnosis, outcome):
            yield from _diagnosis(diagnosis, knowledge)
    for resolution in outcome.resolutions:
        yield from _resolution(resolution, knowledge)
    yield from _open(outcome)
    possible = [each for each in outcome.diagnoses if each.state is out.DiagnosisState.POSSIBLE]
    left = [each for each in possible if not _may_be_it(each, outcome)]
    yield from _folded("Not looked into any further", "?", left, knowledge)
    ruled_out = [each for each in outcome.diagnoses if each.state is out.DiagnosisState.RULED_OUT]
    yield from _folded("Ruled out", "✗", ruled_out, knowledge)
    if outcome.notes:
        yield Heading(2, "Worth knowing")
        for note in outcome.notes:
            see = tuple(Paragraph(f"See {each.id}: {each.title}. {each.where}", "quiet") for each in note.references)
            yield Item("•", note.message, blocks=see)
    yield from _facts(outcome, knowledge, provenance or {})
    yield Paragraph(f"Knowledge {outcome.knowledge.version}, digest {outcome.knowledge.digest[:12]}.", "quiet")


def of_next(short: OutcomeNext) -> Iterator[Block]:
    """The short view: what is so, the commands, and the one question to put."""
    yield Paragraph(short.summary, verdict_words(short)[1])
    for cause in short.causes:
        yield Heading(2, cause.title)
        for reason in cause.because:
            yield Item("•", reason)
        if cause.commands:
            yield CodeBlock(Message.joined("\n", cause.commands), "Run, in this order")
    if short.question is not None:
        yield from _question(short.question)


def _contradictions(outcome: Outcome, knowledge: KnowledgeBase) -> Iterator[Block]:
    if not outcome.contradictions:
        return
    yield Heading(2, "This does not fit together")
    for contradiction in outcome.contradictions:
        about = ", ".join(_label(fact, knowledge) for fact in contradiction.facts)
        yield Item("!", contradiction.message, "bad", (Paragraph(f"Look again at: {about}.", "quiet"),))


def _may_be_it(diagnosis: out.DiagnosisOutcome, outcome: Outcome) -> bool:
    """Whether a possible cause is of interest: it is asked about, or nothing was found and nobody can tell."""
    undecided = outcome.verdict is out.Verdict.UNDECIDED
    return diagnosis.state is out.DiagnosisState.POSSIBLE and (diagnosis.pursued or undecided)


def _folded(
    heading: str, mark: str, diagnoses: Sequence[out.DiagnosisOutcome], knowledge: KnowledgeBase
) -> Iterator[Block]:
    """What it is not, or what nobody asks about: each with its reason where they are few, else a line an article."""
    if len(diagnoses) <= _IN_FULL:
        for diagnosis in diagnoses:
            yield from _diagnosis(diagnosis, knowledge)
        return
    yield Heading(2, f"{heading}: {len(diagnoses)} other causes")
    by_article: dict[str, list[Message]] = {}
    for diagnosis in diagnoses:
        by_article.setdefault(diagnosis.article, []).append(diagnosis.title)
    for article, titles in by_article.items():
        yield Item(mark, Message(f"{article}: ", Message.joined("; ", titles)), "quiet")


def _diagnosis(diagnosis: out.DiagnosisOutcome, knowledge: KnowledgeBase) -> Iterator[Block]:
    besides = " (wrong besides)" if diagnosis.besides else ""
    yield Heading(2, f"{STATES[diagnosis.state]}{besides}: {diagnosis.title}")
    for reason in diagnosis.because:
        yield Item("•", reason)
    if diagnosis.missing:
        yield Paragraph(f"Not known: {', '.join(_label(fact, knowledge) for fact in diagnosis.missing)}.", "warn")
    yield Paragraph(cited(diagnosis.citation), "quiet")


def _resolution(resolution: out.ResolutionOutcome, knowledge: KnowledgeBase) -> Iterator[Block]:
    yield Heading(2, f"{KINDS.get(resolution.kind, resolution.kind)}: {resolution.title}")
    if resolution.reason:
        yield Paragraph(resolution.reason, "warn")
    for number, step in numbered(resolution.steps):
        if step.state is out.StepState.SKIP:
            yield Item("–", Message("Skip: ", step.text), "quiet", (Paragraph(step.reason, "quiet"),))
        else:
            yield Item(f"{number}.", step.text, _STEP_TONES[step.state], tuple(_step(step, knowledge)))


def _step(step: out.StepOutcome, knowledge: KnowledgeBase) -> Iterator[Paragraph | CodeBlock]:
    if step.reason:
        verify = step.state is out.StepState.VERIFY
        yield Paragraph(Message("Verify first: " if verify else "Why: ", step.reason), "warn" if verify else "quiet")
    if step.acts:
        yield Paragraph(f"Done by: {knowledge.person(step.acts).label}", "quiet")
    if step.risk:
        yield Paragraph(Message("Risk: ", step.risk), "warn")
    if step.command is not None:
        yield CodeBlock(step.command, "Run")
    if step.draft is not None:
        missing = ", ".join(_label(fact, knowledge) for fact in step.missing)
        yield CodeBlock(step.draft, f"Not ready to run; missing: {missing}")
    if step.takes_effect:
        yield Paragraph(Message("Takes effect: ", step.takes_effect), "quiet")
    if step.check is not None:
        yield CodeBlock(step.check, "Check")
        if step.expect is not None:
            yield Paragraph(Message("It should show: ", step.expect), "quiet")
    if step.undo is not None:
        yield CodeBlock(step.undo, "Undo")


def _open(outcome: Outcome) -> Iterator[Block]:
    completing = [question for question in outcome.questions if question.purpose is out.Purpose.COMPLETE]
    deciding = [question for question in outcome.questions if question.purpose is not out.Purpose.COMPLETE]
    for heading, questions in (("Still to be answered", deciding), ("Optional", completing)):
        if questions:
            yield Heading(2, heading)
            for question in questions:
                yield from _question(question)


def _question(question: out.Question) -> Iterator[Block]:
    also = ", ".join(question.facts[1:])
    together = f" (with {also})" if also else ""
    yield Item("?", question.ask, blocks=(Paragraph(Message(f"{question.fact}{together}. ", question.why), "quiet"),))


def _facts(outcome: Outcome, knowledge: KnowledgeBase, provenance: Mapping[str, str]) -> Iterator[Block]:
    if not outcome.facts:
        return
    yield Heading(2, "What was known")
    for key, value in outcome.facts.items():
        read = (Paragraph(provenance[key], "quiet"),) if key in provenance else ()
        said = Message(f"{_label(key, knowledge)}: ", spoken(value, knowledge.facts.get(key)))
        yield Item("•", said, blocks=read)


def _label(key: str, knowledge: KnowledgeBase) -> str:
    fact = knowledge.fact(key)
    return key if fact is None else fact.label
