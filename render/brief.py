"""An outcome on one screen: what is so, what to do in numbered steps, and what else there is to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from engine.outcome import DiagnosisState, Outcome, ResolutionOutcome, StepOutcome, StepState, Verdict
from kb import KnowledgeBase
from kb.messages import Message
from kb.values import UNKNOWN
from render.blocks import Block, CodeBlock, Item, Paragraph
from render.words import KINDS, verdict_words

_NAMED = 3
"""Titles of causes that are named in a line before it says how many more there are."""


class Detail(IntEnum):
    """How much a small screen has room for, the most first."""

    ALL = 0
    SHORT = 1
    """What a command says by itself is left out of its step's words."""
    COMMANDS = 2
    """Steps with a command are that command."""


@dataclass(frozen=True, slots=True)
class NumberedStep:
    """A step to do, with its number among all that are to be done."""

    number: int
    step: StepOutcome
    resolution: ResolutionOutcome


def to_do(outcome: Outcome) -> tuple[NumberedStep, ...]:
    """The steps of the ways out to take, numbered through: for each cause the first that is open."""
    steps: list[NumberedStep] = []
    for resolution in _taken(outcome):
        for step in resolution.steps:
            if step.state is not StepState.SKIP:
                steps.append(NumberedStep(len(steps) + 1, step, resolution))
    return tuple(steps)


def brief(outcome: Outcome, knowledge: KnowledgeBase, detail: Detail = Detail.ALL) -> Iterator[Block]:
    """What the last screen of an interview shows; the whole of it is in `render.report.blocks`.

    Args:
        outcome: what is told.
        knowledge: the library that it rests on.
        detail: how much of it.
    """
    tight = detail > Detail.ALL
    yield Paragraph(outcome.summary, verdict_words(outcome)[1])
    if outcome.meanwhile and not tight:
        yield Paragraph(Message("Until then: ", outcome.meanwhile))
    for contradiction in outcome.contradictions[1:]:
        yield Item("!", contradiction.message, "bad")
    steps = to_do(outcome)
    several = len({each.resolution.id for each in steps}) > 1
    at = ""
    for each in steps:
        if several and each.resolution.id != at:
            at = each.resolution.id
            yield Paragraph(each.resolution.title)
        yield _step(each, knowledge, detail)
    taken = {each.resolution.id for each in steps}
    for resolution in outcome.resolutions:
        if resolution.id not in taken:
            kind = KINDS.get(resolution.kind, resolution.kind)
            yield Item("–", Message(f"{kind}: ", resolution.title, ". ", resolution.reason), "quiet")
    yield from _ruled_out(outcome)
    if not tight or outcome.verdict is Verdict.NOT_COVERED:
        for note in outcome.notes:
            if str(note.message) not in outcome.summary:
                yield Item("•", note.message, "quiet")


def nobody_told(outcome: Outcome, knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Where it is undecided: the facts that would help and that nobody could tell, each once."""
    if outcome.verdict is not Verdict.UNDECIDED:
        return ()
    wanted = dict.fromkeys(fact for each in outcome.diagnoses if each.pursued for fact in each.missing)
    return tuple(fact for fact in wanted if outcome.facts.get(fact) == UNKNOWN and fact in knowledge.facts)


def checks(facts: Iterable[str], check_of: Callable[[str], str]) -> tuple[str, ...]:
    """What shows some facts, each once.

    Args:
        facts: what is to be found out.
        check_of: how a fact is found out, with what is known.
    """
    return tuple(dict.fromkeys(check for key in facts if (check := check_of(key))))


def to_send(shown_by: tuple[str, ...]) -> str:
    """What to write to whoever can look something up."""
    return "\n".join(("Please send me what this shows:", *shown_by))


def _taken(outcome: Outcome) -> Iterator[ResolutionOutcome]:
    done: set[str] = set()
    # A way that is open comes before one of which that is not known; within these the library's order holds.
    for state in (StepState.DO, StepState.VERIFY):
        for resolution in outcome.resolutions:
            if resolution.state is state and not done.issuperset(resolution.diagnoses):
                done.update(resolution.diagnoses)
                yield resolution


def _step(numbered: NumberedStep, knowledge: KnowledgeBase, detail: Detail) -> Item:
    step = numbered.step
    verify = step.state is StepState.VERIFY
    inner: list[Paragraph | CodeBlock] = []
    if verify and step.reason:
        inner.append(Paragraph(Message("Verify first: ", step.reason), "warn"))
    if step.risk:
        inner.append(Paragraph(Message("Risk: ", step.risk), "warn"))
    if step.acts and detail is Detail.ALL:
        inner.append(Paragraph(f"Done by: {knowledge.person(step.acts).label}", "quiet"))
    if step.command is not None and detail is Detail.COMMANDS:
        return Item(f"{numbered.number}.", step.command, "code", tuple(inner))
    if step.command is not None:
        inner.append(CodeBlock(step.command, ""))
    elif step.draft is not None:
        labels = (fact.label if (fact := knowledge.fact(key)) else key for key in step.missing)
        inner += [CodeBlock(step.draft, ""), Paragraph(f"Not ready to run; missing: {', '.join(labels)}", "warn")]
    text = step.text
    if detail is Detail.SHORT and step.command is not None:
        text = Message(_first_sentence(str(step.text)))
    return Item(f"{numbered.number}.", text, "warn" if verify else "plain", tuple(inner))


def _first_sentence(text: str) -> str:
    """As much of a step as its command does not say: up to where a second clause begins."""
    for end in (". ", "; ", ", or "):
        text = text.partition(end)[0]
    return text if text.endswith(".") else f"{text}."


def _ruled_out(outcome: Outcome) -> Iterator[Block]:
    """In one line what it is not."""
    titles = [each.title for each in outcome.diagnoses if each.state is DiagnosisState.RULED_OUT]
    if outcome.verdict is Verdict.NOT_COVERED and titles:
        more = f"; and {len(titles) - _NAMED} more" if len(titles) > _NAMED else ""
        yield Item("✗", Message("Ruled out: ", Message.joined("; ", titles[:_NAMED]), more, "."), "bad")
